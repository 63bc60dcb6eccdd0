"""What many commands take: a patient, the database, who writes, when, why. One definition each."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar, cast

import click

from cli import configuration
from cli.asking import at_terminal
from cli.printing import warn

if TYPE_CHECKING:
    from pathlib import Path

F = TypeVar("F", bound=Callable[..., Any])
Decorator: TypeAlias = Callable[[F], F]
Command: TypeAlias = Callable[..., None]

LONGEST_NAME = 100


class Numbered(NamedTuple):
    """A prompt or an entry, as people type it: the patient and its number."""

    patient: str
    number: int


class NumberedType(click.ParamType[Numbered]):
    """Reads `P-014/3` (a prompt) or `P-014:12` (an entry)."""

    def __init__(self, name: str, mark: str) -> None:
        self.name = name
        self.mark = mark
        # Compiled when something is typed: most commands take none.
        self._pattern = rf"(?P<patient>\S+){mark}(?P<number>[0-9]{{1,9}})"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Numbered:  # noqa: ANN401
        """Take a typed word apart."""
        found = re.fullmatch(self._pattern, str(value))
        if not found:
            self.fail(f"{value!r} is no {self.name}: write it like P-014{self.mark}3.", param, ctx)
        return Numbered(found["patient"], int(found["number"]))


class NameType(click.ParamType[str]):
    """Reads the name of somebody at work, as it will stand in every entry they write."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """Refuse what cannot be told apart from another name when it is read."""
        name = str(value)
        if name != " ".join(name.split()) or not 0 < len(name) <= LONGEST_NAME:
            self.fail(f"{name!r} is no name: one line without spaces around it.", param, ctx)
        return name


class FileType(click.Path):
    """Reads the path of a file. Imports pathlib when one is read: a list does without."""

    def __init__(self, *, exists: bool = False) -> None:
        super().__init__(exists=exists, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Path":  # noqa: ANN401  # as click has it
        """Make a path of what was typed; of an address nothing is, and it is not said with its password."""
        from pathlib import Path

        from storage.filesystems import is_foreign, on_server, shown

        if is_foreign(place := str(value)) or on_server(place):
            self.fail(f"{shown(place)} is an address: name a file by its path.", param, ctx)
        return Path(str(super().convert(value, param, ctx)))


class PlaceType(click.Path):
    """Reads where a database is as text: the path of a file, or the address of one on a server."""

    def __init__(self) -> None:
        # A file that may not be read, or a folder: whoever opens it says so, with the code of a database.
        super().__init__(readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401  # as click has it
        """Refuse an address of another kind: as the name of a file it would be printed with its password."""
        from storage.filesystems import is_foreign, on_server, shown

        place = str(value)
        if is_foreign(place):
            can = "name a file by its path, or a server as postgresql://user@host/name"
            self.fail(f"{shown(place)} names no database: {can}.", param, ctx)
        return place if on_server(place) else str(super().convert(place, param, ctx))


class DatabaseType(PlaceType):
    """Reads the same as a path. Imports pathlib when one is read: a list does without."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Path":  # type: ignore[override]  # noqa: ANN401  # as click has it
        """Keep an address as it is typed, to be printed without its password."""
        from pathlib import Path

        from storage.filesystems import Server, on_server

        place = super().convert(value, param, ctx)
        if on_server(place):
            return cast("Path", Server(place))  # opened and printed as a path is, which is all they do
        return Path(place)


PROMPT = NumberedType("prompt", "/")
ENTRY = NumberedType("entry", ":")
NAME = NameType()

patient = click.argument("patient_id", metavar="PATIENT", help="The id of the patient, such as P-014.")


def _database(kind: click.Path) -> Decorator[Any]:
    return click.option(
        "--database",
        "path",
        type=kind,
        envvar=configuration.DATABASE,
        default=configuration.database_path,
        show_envvar=True,
        metavar="PLACE",
        help="The database, if not the usual one: a file, or postgresql://user@host/name.",
    )


database = _database(DatabaseType())
by = click.option(
    "--by",
    type=NAME,
    envvar=configuration.BY,
    default=configuration.configured_by,
    show_envvar=True,
    metavar="NAME",
    help="Who is recording this.",
)
mine = click.option(
    "--by",
    type=NAME,
    envvar=configuration.BY,
    default=configuration.configured_by,
    show_envvar=True,
    metavar="NAME",
    help="Who is asking.",
)
EVERY = 60.0  # seconds


def _configured(name: str, default: object = None) -> Callable[[], Any]:
    """Give the value of the configuration file, asked for when a command is run."""

    def value() -> Any:  # noqa: ANN401  # as the file has it
        found = configuration.stated(name)
        return default if found is None else found

    return value


every = click.option(
    "--every",
    type=click.FloatRange(configuration.SHORTEST, configuration.LONGEST),
    envvar=configuration.KEYS["every"].variable,
    default=_configured("every", EVERY),
    show_default=f"{EVERY:g}",
    show_envvar=True,
    metavar="SECONDS",
    help="Seconds between two ticks.",
)
log_format = click.option(
    "--log-format",
    type=click.Choice(configuration.LOG_FORMATS),
    envvar=configuration.KEYS["log-format"].variable,
    default=_configured("log-format", "text"),
    show_default="text",
    show_envvar=True,
    help="Whether the log is for people or for programs.",
)
metrics_port = click.option(
    "--metrics-port",
    type=click.IntRange(1, configuration.HIGHEST_PORT),
    envvar=configuration.KEYS["metrics-port"].variable,
    default=_configured("metrics-port"),
    show_envvar=True,
    metavar="PORT",
    help="Answer Prometheus there, see docs/how-to/operate.md.",
)
because = click.option("--because", default="", metavar="REASON", help="Why; it stands in the history.")
pathway_file = click.argument("file", type=FileType(exists=True), help="A pathway file.")
version = click.option(
    "--version", type=click.IntRange(1, 1_000_000), metavar="NUMBER", help="Which; the newest, if left out."
)
pathway = click.option("--pathway", metavar="NAME", help="Which pathway, for a patient on several.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, see docs/reference/json.md.")
names = click.option("--names", is_flag=True, help="Show the names of patients.")
_SAID = {
    "at": click.option(
        "--at",
        default="",
        metavar="TIME",
        help="When it happened, such as 2026-11-03 or '2026-11-03 14:30'; now, if left out.",
    ),
    "because": because,
    "pathway": pathway,
    "everywhere": click.option(
        "--everywhere", is_flag=True, help="For every pathway of the patient that it is meant for."
    ),
    "yes": click.option("--yes", is_flag=True, help="Do not ask back when it changes what had followed."),
}


class Said(NamedTuple):
    """What the options of a writing command said.

    `seen` is the number of the last entry there was when a person was first asked something.
    """

    path: "Path"
    by: str | None
    at: str = ""
    because: str = ""
    pathway: str | None = None
    everywhere: bool = False
    yes: bool = False
    seen: int | None = None


def writes(*which: str) -> Callable[[Command], Command]:
    """Give a command the options of writing, those of `which` among them, as one argument `said`."""
    options = [*(_SAID[name] for name in which), by, database]

    def decorated(command: Command) -> Command:
        @wraps(command)
        def saying(path: "Path", by: str | None, **others: Any) -> None:  # noqa: ANN401  # other parameters
            said = Said(path, by, **{name: others.pop(name) for name in which})
            if at_terminal() and (whom := _patient_in(others)):
                said = said._replace(seen=_greet(path, whom))
            command(said=said, **others)

        return _together(options, saying)

    return decorated


def reads(command: Command) -> Command:
    """Give a command the options of reading."""
    return _together([as_json, database], command)


def lists(command: Command) -> Command:
    """Give a command the same, with the path as text: what must feel instant does without pathlib."""
    return _together([as_json, _database(PlaceType())], command)


def _patient_in(parameters: Mapping[str, Any]) -> str:
    """Return the patient whom a command is about, however it names them."""
    numbered = parameters.get("prompt") or parameters.get("entry")
    return numbered.patient if isinstance(numbered, Numbered) else parameters.get("patient_id", "")


def _greet(path: "Path", patient_id: str) -> int:
    """Tell a person whom they are writing about before anything is asked; return the last entry by then."""
    from caseload.patients import person
    from storage.connection import Database

    with Database(path) as database:
        found = person(database, patient_id)
        with database.reading() as store:
            seen = store.last_entry_number(patient_id)
    warn(f"{found.patient}  {found.name or '(no name stored)'}")
    return seen


def _together(options: list[Decorator[Any]], command: Command) -> Command:
    """Add options to a command in the order in which help shows them."""
    for option in reversed(options):
        command = option(command)
    return command
