"""A caseload moves from a file to a server: every row, also after interruptions; nobody uses half of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from pathways.errors import DatabaseProblem, Refused
from storage import backups, copying, schema, upgrades
from storage.check import check_file
from storage.connection import Database
from storage.copying import Copied, copy
from storage.filesystems import shown
from storage.taking_back import TakenBack, take_back
from storage.version import MOVED, MOVING, VERSION_TABLE
from tests import servers
from tests.modules import ROOT
from tests.storage.cases import deeds, enrolled, entry, prompt, save, tick
from tests.storage.databases import ZONE, everything, run

pytestmark = pytest.mark.only("postgres")


@pytest.fixture
def file(tmp_path: Path) -> Database:
    """A file in which three patients have lived, with 90 entries."""
    schema.create(tmp_path / "care.db", ZONE)
    database = Database(tmp_path / "care.db")
    for patient_id in ("P-1", "p-2", "É-3"):
        of = enrolled(database, patient_id)
        with database.writing() as store:
            store.append(of, [entry(n, only_day=n % 2 == 0, because="it's 5 %\n\t\\") for n in range(1, 31)])
            save(
                store,
                prompt(of, patient_id=patient_id),
                prompt(of, "two", patient_id=patient_id, opens_at=500),
            )
    with database.writing() as store:
        tick(store, 2_500)
    return database


# Whether it was gone on with, and then undone, or only undone: to where.
_ENDS = {("server", "file"), ("", "file"), ("file", "server"), ("", "server")}


class Interrupted(Exception):
    pass


def test_every_row_is_there_and_work_goes_on(file: Database) -> None:
    place = servers.empty_address()
    done = copy(file, place)
    assert (done.rows["entry"], done.rows["prompt"], done.resumed) == (90, 6, False)
    assert _alike(place, file)
    with Database(place) as database:
        assert check_file(database) == []
        with database.writing() as store:
            of = store.enrolment_ids()[0]
            store.append(of, [entry(31)])
            save(store, prompt(of, "three", patient_id="P-1", opens_at=900))
            before = deeds(store, of)
            assert tick(store, 9_000).escalated == 7
            assert len(deeds(store, of)) == len(before) + 3
            assert [("site", store.site())] == [row for row in everything(file)["meta"] if row[0] == "site"]


@pytest.mark.parametrize("table", ["patient", "entry", "prompt", "delivery"])
def test_an_interrupted_copy_is_used_by_nobody_and_goes_on(
    file: Database, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PIECE", 2)
    place = servers.empty_address()

    def interrupt(name: str, done: int, of: int) -> None:
        if name == table and done >= of // 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        copy(file, place, interrupt)
    with pytest.raises(DatabaseProblem, match=r"not whole.* make it whole with 'carepath copy --to'"):
        Database(place).writer()
    put: list[str] = []
    assert copy(file, place, lambda name, _done, _of: put.append(name)).resumed
    assert "meta" not in put, "what was there is not copied again"
    assert _alike(place, file)


def test_what_was_recorded_since_an_interruption_is_in_the_copy(
    file: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PIECE", 20)
    place = servers.empty_address()

    def interrupt(name: str, _done: int, _of: int) -> None:
        if name == "ledger":
            raise Interrupted

    with pytest.raises(Interrupted):
        copy(file, place, interrupt)
    with file.writing() as store:
        store.append(1, [entry(31)])
        tick(store, 9_000)
    copy(file, place)
    assert _alike(place, file)


def test_a_caseload_that_is_there_is_left_alone(file: Database) -> None:
    place = servers.empty_address()
    schema.create(place, "Europe/Berlin")
    before = everything(place)
    with pytest.raises(DatabaseProblem, match="already"):
        copy(file, place)
    assert everything(place) == before


def test_a_caseload_that_moved_is_refused_in_its_file_until_it_is_taken_back(file: Database) -> None:
    as_it_was, place = everything(file), servers.empty_address()
    with Database(file.place) as before:
        before.reader()
        copy(file, place, moves=True)
        for refused in (before.writing, Database(file.place).reading, Database(file.place).writing):
            with pytest.raises(DatabaseProblem, match="moved to a server"), refused():
                pytest.fail("it was used")
    with pytest.raises(DatabaseProblem, match="moved to a server"):
        upgrades.upgrade(file.place)
    assert take_back(file.place, place) == TakenBack(shown(place), left="")
    assert everything(file) == as_it_was
    with Database(file.place) as again, again.writing() as store:
        store.append(1, [entry(31)])
    with pytest.raises(DatabaseProblem, match=r"not whole.* make it whole with 'carepath copy --to'"):
        Database(place).reader()
    with pytest.raises(DatabaseProblem, match="never moved"):
        take_back(file.place, place)


@pytest.mark.parametrize(
    ("how", "begins"),
    [
        ("killed", "late"),
        pytest.param("killed", "early", marks=pytest.mark.long),
        pytest.param("lost", "early", marks=pytest.mark.long),
    ],
)
def test_wherever_a_move_breaks_off_not_both_can_be_used_and_either_can_be_reached(
    tmp_path: Path, how: str, begins: str
) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.storage.copy_dying", how, begins, str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    lines = [line.split(",") for line in told]
    assert {(on, undone) for _, on, undone in lines} == _ENDS
    forth = [left for left, _, undone in lines if undone == "file"]
    back = [left for left, _, undone in lines if undone == "server"]
    assert {*forth, *back} == {"file", "neither", "server"}
    assert (forth[-1], back[-1]) == ("server", "file")


def test_while_it_moves_neither_is_used_and_nothing_but_the_copy_goes_on(file: Database) -> None:
    before, place = everything(file), servers.empty_address()
    _break_off(file, place)
    for use in (
        Database(file.place).reader,
        Database(file.place).writer,
        lambda: upgrades.upgrade(file.place),
        lambda: backups.make(file.path, file.path.parent, now=1, go_on=lambda: None),
        lambda: copy(Database(file.place), place, moves=True),
        lambda: _go_on(file, servers.empty_address()),
    ):
        with pytest.raises(DatabaseProblem, match=r"about to move to a server.* say `carepath copy --to`"):
            use()
    with pytest.raises(DatabaseProblem, match=r"not whole.* make it whole with 'carepath copy --to'"):
        Database(place).reader()
    assert _go_on(file, place).resumed
    _use(place)
    assert take_back(file.place, place).left == ""
    assert everything(file) == before


def test_a_program_that_knows_nothing_of_moving_takes_such_a_file_for_a_newer_one() -> None:
    assert min(MOVED, MOVING) > "9999"


def test_what_was_recorded_at_the_server_is_not_lost_when_the_file_says_only_then_that_it_moved(
    file: Database,
) -> None:
    place = servers.empty_address()
    copy(file, place, moves=True)
    run(file, "UPDATE alembic_version SET version_num = 'moving'")
    with Database(place) as database, database.writing() as store:
        store.append(1, [entry(31)])
    assert _go_on(file, place).resumed
    with pytest.raises(DatabaseProblem, match="was moved to a server"):
        Database(file.place).reader()
    with Database(place) as database, database.reading() as store:
        assert len(store.entries(1)) == 31


def test_a_file_is_not_taken_back_from_a_server_that_has_more(file: Database) -> None:
    place = servers.empty_address()
    copy(file, place, moves=True)
    with Database(place) as database, database.writing() as store:
        store.append(1, [entry(31)])
    with pytest.raises(Refused, match=r"recorded at .* since, which the file has not"):
        take_back(file.place, place)
    _use(place)
    with pytest.raises(DatabaseProblem, match="was moved to a server"):
        Database(file.place).reader()
    assert "since, which the file has not" in take_back(file.place, place, although_newer=True).left
    _use(file.place)


def test_a_file_is_not_taken_back_from_a_server_that_nobody_can_ask(file: Database) -> None:
    copy(file, servers.empty_address(), moves=True)
    for elsewhere in (servers.empty_address(), "postgresql://postgres@/nowhere?host=/nowhere"):
        with pytest.raises(Refused, match="Nobody can say what was recorded at"):
            take_back(file.place, elsewhere)
    assert "does not answer" in take_back(file.place, elsewhere, although_newer=True).left
    _use(file.place)


def test_a_move_that_was_killed_at_its_very_end_is_ended_by_saying_it_again(file: Database) -> None:
    place = servers.empty_address()
    copy(file, place)
    assert copy(file, place, moves=True).resumed
    with pytest.raises(DatabaseProblem, match="moved to a server"):
        Database(file.place).reader()


def test_a_copy_that_somebody_has_used_is_not_the_file_any_more(file: Database) -> None:
    place = servers.empty_address()
    copy(file, place)
    with Database(place) as database, database.writing() as store:
        store.append(1, [entry(31)])
    with pytest.raises(DatabaseProblem, match="already"):
        copy(file, place, moves=True)
    Database(file.place).reader()


def test_nobody_records_into_the_file_meanwhile(file: Database) -> None:
    seen: list[str] = []

    def look(_name: str, _done: int, _of: int) -> None:
        with (
            Database(file.place, busy=0.01) as other,
            pytest.raises(DatabaseProblem, match="in use"),
            other.writing(),
        ):
            pytest.fail("it was written to")
        seen.append("refused")

    copy(file, servers.empty_address(), look)
    assert seen


def _break_off(file: Database, place: str) -> None:
    """Stop when the file has said that it moves, and the server is about to say that it is whole."""
    seen: list[str] = []

    def interrupt(_: str, statement: str) -> None:
        if statement == "COMMIT" and seen[-1].startswith(f"INSERT INTO {VERSION_TABLE}"):
            raise Interrupted
        seen.append(statement)

    with pytest.raises(Interrupted):
        copy(file, place, moves=True, on_statement=interrupt)


def _go_on(file: Database, place: str) -> Copied:
    with Database(file.place, moved=True) as database:
        return copy(database, place, moves=True)


def _use(place: str) -> None:
    with Database(place) as database, database.writing():
        pass


def _alike(place: str, file: Database) -> bool:
    one, other = everything(place), everything(file)
    for table in other:
        theirs = sorted(map(repr, (_plain(row) for row in one[table])))
        ours = sorted(map(repr, (_plain(row) for row in other[table])))
        assert theirs == ours
    return one.keys() == other.keys()


def _plain(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(int(each) if isinstance(each, bool) else each for each in row)
