"""A desk at which commands are typed: a database of its own, a clock that stands still."""

import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

import freezegun.api
import pytest
from click.testing import CliRunner
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory, StepTickTimeFactory, TickingDateTimeFactory

# All of it is imported before any clock is stopped: classes made meanwhile would keep the stopped one.
import scheduler.loop
from caseload.pathway_files import install
from caseload.roles import assign
from cli.main import SECTIONS, carepath
from pathways.moments import from_iso
from storage.connection import Database
from storage.filesystems import AnyPath
from storage.schema import create
from tests import kinds, servers
from tests.modules import LAYERS
from tests.storage.databases import everything, run

_ = scheduler.loop
# It is who reads the clock that counts, not who called them: a clock is passed down to layers that go on.
freezegun.api.call_stack_inspection_limit = 1
for _section in SECTIONS.values():
    for _place in _section.values():
        if _place.startswith("cli.commands."):
            import_module(_place.partition(":")[0])

WATCH = Path(__file__).with_name("watch.yaml")
Clock: TypeAlias = FrozenDateTimeFactory | StepTickTimeFactory | TickingDateTimeFactory
ZONE = "Europe/Zurich"


class Answer(NamedTuple):
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int


class Desk:
    """Types commands as anna, at a moment that only `at` moves."""

    def __init__(self, folder: Path, clock: Clock, database: Path | None = None) -> None:
        self.folder = folder
        self.database = database or folder / "carepath.db"
        self._clock = clock
        self.environment = {
            "CAREPATH_DATABASE": str(self.database),
            "CAREPATH_BY": "anna",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
        }

    def __call__(self, line: str, *, typed: str | None = None, **environment: str | None) -> Answer:
        """Type a command; a bug in it is a failure of the test."""
        return self.words(shlex.split(line), typed=typed, **environment)

    def words(self, words: list[str], *, typed: str | None = None, **environment: str | None) -> Answer:
        """The same with the words as they are, whatever a shell would make of them."""
        given = self.environment | environment
        result = CliRunner(env=given).invoke(carepath, words, input=typed, prog_name="carepath")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.stdout, result.stderr, result.exit_code)

    def done(self, line: str) -> str:
        """Type a command that must succeed, and return what it printed."""
        answer = self(line)
        assert answer.code == 0, answer
        return answer.out

    def refused(self, line: str, code: int) -> str:
        """Type a command that must be refused with this code, and return what it said."""
        answer = self(line)
        assert (answer.code, answer.out) == (code, ""), answer
        return answer.err

    def at(self, moment: str) -> None:
        """Move the clock, given in UTC."""
        self._clock.move_to(moment)

    def content(self, of: Path | None = None) -> list[str]:
        """Everything that is in the database, to compare with later."""
        found = everything(of or self.database)
        return [f"{table}: {row}" for table, rows in found.items() for row in rows]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database once, with one pathway and somebody in each role."""
    path = tmp_path_factory.mktemp("template") / "carepath.db"
    create(path, ZONE)
    _settle(path)
    return path


def _settle(place: AnyPath) -> None:
    with Database(place) as database:
        now = from_iso("2026-10-01T08:00:00Z")
        install(database, WATCH.read_bytes(), file="watch.yaml", by="anna", now=now)
        for role, holder in {"clinician": "dr-cole", "lead": "dr-berg"}.items():
            assign(database, role, holder, now=now)


def _settle_on_a_server(address: str) -> None:
    run(address, f"UPDATE meta SET value = '{ZONE}' WHERE key = 'zone'")  # noqa: S608 - a zone of ours
    _settle(address)


@contextmanager
def sitting_at(folder: Path, moment: str, database: Path | None = None) -> Iterator[Desk]:
    """Stop the clock at a moment, given in UTC, and sit down at the desk in a folder."""
    # Only the clock itself is stopped: a date made by a stopped class could not be written down.
    with freeze_time(moment, ignore=[*LAYERS[:-1], "sqlalchemy", "alembic"]) as clock:
        yield Desk(folder, clock, database)


@pytest.fixture
def desk(tmp_path: Path, template: Path, database_kind: str) -> Iterator[Desk]:
    """Sit down at ten in the morning of Tuesday the tenth of November 2026."""
    database = tmp_path / "carepath.db"
    if database_kind == kinds.POSTGRES:
        # An address goes wherever a path does.
        database = cast("Path", servers.fresh_address(servers.content_of(_settle_on_a_server)))
    else:
        shutil.copy(template, database)
    with sitting_at(tmp_path, "2026-11-10 09:00:00", database) as desk:
        yield desk


@pytest.fixture
def patient(desk: Desk) -> Desk:
    """The same, with P-1 enrolled on the first of November."""
    desk.done("patient add P-1 --name 'Ada Lovelace'")
    desk.done("enrol P-1 watch --at 2026-11-01")
    return desk
