"""The shape of the code: what imports what, and who reads the clock."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.modules import LAYERS, ROOT, modules

# Where each outside library may be used: a module, a package, or several.
HOMES = {
    "alembic": ["storage"],
    "apprise": ["scheduler/channels.py"],
    "apscheduler": ["scheduler/loop.py"],
    "cel_expr_python": ["pathways/conditions.py"],
    "click": ["cli"],
    # How many days of rest there are is looked up once, when somebody sets the calendar of the site.
    "holidays": ["caseload/public_holidays.py"],
    "mmdr": ["cli/diagram_svg.py"],
    # How values are declared and written; what is typed or printed at the edge needs no help of it.
    "msgspec": ["pathways", "storage", "caseload"],
    "procrastinate": ["scheduler/cluster_engine.py"],
    "psycopg": ["storage/postgres.py"],
    "pydantic": ["pathways/schema.py", "pathways/shaping.py"],
    "sqlalchemy": ["storage"],
    "sqlite3": ["storage"],
    "sqlmodel": ["storage"],
    "transitions": ["pathways/machine.py"],
    "whenever": ["pathways/moments.py"],
    "yaml": ["pathways/composing.py"],
}
CLOCK = "cli/clock.py"
# Asks for how long the machine has been up, asleep or not; the function could read the wall clock too.
UPTIME = {"scheduler/clocks.py": {"time.clock_gettime"}}
WALL_CLOCK = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "sqlalchemy.func.current_date",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.localtimestamp",
    "sqlalchemy.func.now",
    "time.clock_gettime",
    "time.clock_gettime_ns",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
    "whenever.Date.today",
    "whenever.Date.today_in_system_tz",
    "whenever.Instant.now",
    "whenever.OffsetDateTime.now",
    "whenever.ZonedDateTime.now",
    "whenever.ZonedDateTime.now_in_system_tz",
}
STOPWATCH = {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"}
SQL_CLOCK = re.compile(
    r"'now'|\b(current_(date|time(stamp)?)|localtimestamp|timeofday"
    r"|(now|unixepoch|julianday|(clock|statement|transaction)_timestamp)\s*\(\s*\))",
    re.IGNORECASE,
)
# These ask, or tell others how, and nothing that is recorded or due goes by the answer.
ASK_THE_CLOCK = {
    "storage/outside_server.py": "compares the clock of the server with the one of this machine",
    "storage/viewing.py": "says on a page how a reader of the views asks",
}


def imports_of(tree: ast.AST) -> set[str]:
    """Name the top-level modules that are imported anywhere, inside functions too."""
    return {name.partition(".")[0] for name in _imported(tree)}


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module


@cache
def uses_of(tree: ast.AST) -> set[str]:
    """Name everything that is reached through an import, in full: `dt.now` is `datetime.datetime.now`."""
    known = dict(_bound(tree))
    return {name for node in ast.walk(tree) if (name := _full_name(node, known))}


def _bound(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Pair each name that an import binds with what it stands for."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for each in names:
                    top = each.name.partition(".")[0]
                    yield (each.asname, each.name) if each.asname else (top, top)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((each.asname or each.name, f"{module}.{each.name}") for each in names)


def _full_name(node: ast.AST, known: dict[str, str]) -> str | None:
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute(value=value, attr=attr):
            owner = _full_name(value, known)
            return owner and f"{owner}.{attr}"
    return None


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


@cache
def imported_by(module: str) -> frozenset[str]:
    return frozenset(imports_of(tree_of(module)))


def texts_in(tree: ast.AST) -> Iterator[str]:
    """Give every text of a module that is not a docstring."""
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_is_below_it(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"tests", "tools", "benchmarks"}
    wrong = {module: found for module in modules(layer) if (found := imported_by(module) & above)}

    assert not wrong


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_used_only_at_home(library: str) -> None:
    users = [Path(module) for module in modules(*LAYERS) if library in imported_by(module)]
    abroad = [str(user) for user in users if not any(user.is_relative_to(home) for home in HOMES[library])]

    assert not abroad, f"{library} lives in {' and '.join(HOMES[library])}"


def test_every_outside_library_has_a_home() -> None:
    at_home = {*sys.stdlib_module_names, *LAYERS, *HOMES}
    homeless = {module: found for module in modules(*LAYERS) if (found := imported_by(module) - at_home)}

    assert not homeless, "name the one place that uses the library in HOMES"


def test_only_the_clock_reads_the_clock() -> None:
    readers = {
        module: found
        for module in modules(*LAYERS)
        if module != CLOCK and (found := uses_of(tree_of(module)) & WALL_CLOCK - UPTIME.get(module, set()))
    }

    assert not readers, f"take `now` as an argument; only {CLOCK} reads the clock"


def test_only_the_scheduler_measures_how_long_it_waits() -> None:
    below = [layer for layer in LAYERS if layer not in {"scheduler", "cli"}]
    readers = [module for module in modules(*below) if uses_of(tree_of(module)) & STOPWATCH]

    assert not readers


def test_no_statement_asks_the_database_what_time_it_is() -> None:
    asking = {
        module: found
        for module in modules(*LAYERS)
        if (found := [text for text in texts_in(tree_of(module)) if SQL_CLOCK.search(text)])
    }

    assert asking.keys() == ASK_THE_CLOCK.keys(), "pass the moment as a parameter"


@pytest.mark.parametrize(
    "statement",
    [
        *("SELECT now()", "SELECT CURRENT_TIMESTAMP", "SELECT clock_timestamp( )", "SELECT current_date"),
        *("SELECT statement_timestamp()", "SELECT transaction_timestamp()", "SELECT unixepoch()"),
        *("SELECT datetime('now')", "SELECT localtimestamp", "SELECT current_time", "SELECT timeofday()"),
    ],
)
def test_every_way_to_ask_a_database_for_the_time_is_known(statement: str) -> None:
    assert SQL_CLOCK.search(statement)


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "import datetime as d\nd.datetime.now()",
        "from datetime import datetime as moment\nfield(default_factory=moment.utcnow)",
        "def late():\n    from time import time\n    return time()",
        "from whenever import Instant\nInstant.now()",
        "import whenever\nwhenever.ZonedDateTime.now('UTC')",
    ],
)
def test_a_clock_is_recognised_under_any_name(source: str) -> None:
    assert uses_of(ast.parse(source)) & WALL_CLOCK


@pytest.mark.parametrize(
    "source",
    [
        "import yaml",
        "import yaml.nodes as n",
        "from yaml import nodes",
        "def late():\n    import yaml",
        "if TYPE_CHECKING:\n    from yaml.nodes import Node",
        "importlib.import_module('yaml.nodes')",
    ],
)
def test_an_import_is_recognised_wherever_it_stands(source: str) -> None:
    assert "yaml" in imports_of(ast.parse(source))


def test_no_file_names_a_place_that_only_its_writer_has() -> None:
    naming = {
        path.relative_to(ROOT).as_posix(): found
        for path in _texts()
        if (found := _PLACES.findall(path.read_text(encoding="utf-8", errors="replace")))
    }

    assert not naming


# A folder directly under the root, such as /app in a container, may well be meant for everybody.
_FOLDERS = [f"{folder}/" for folder in (ROOT, Path.home()) if len(folder.parts) > 2]
# The rest are the usual places of a person's or a build's files, and the addresses of package indexes.
_PLACES = re.compile(
    "|".join(
        [
            *map(re.escape, _FOLDERS),
            r"/(?:home|root|Users|work|workspace|builds)/\w+",
            "index[-]url",
            "/simple[/]",
        ]
    )
)


def _texts() -> Iterator[Path]:
    folders = [ROOT / name for name in (*LAYERS, "tests", "tools", "benchmarks", "docs", ".ci")]
    files = [*ROOT.glob("*.*"), *(path for folder in folders for path in folder.rglob("*"))]
    kinds = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".sql", ".ini", ".mako", ".json", ""}
    # In a worktree, .git is a file that says where the repository is.
    return (path for path in files if path.is_file() and path.suffix in kinds and path.name != ".git")
