"""On which kind of database a test runs: each on a file and on a server, unless it is about one of them.

All tests of storage do so each time, and of what stands above it a few: those that go through most
statements, and those about claims. With `--database both` all do.
`--database sqlite` or `--database postgres` runs the tests on one of them only. CI runs all on each.
Those about any of many examples, each of which wants a database, run on a server with `--long` and one of
these two.
"""

from collections.abc import Iterator

import pytest

from tests import servers

SQLITE, POSTGRES = "sqlite", "postgres"
_current = [SQLITE]
# Of each folder the modules that run on a server each time; of one that is not here, all.
EACH_TIME = {
    "caseload": {"test_actions", "test_enrolling", "test_handover", "test_worklist"},
    "scheduler": {"test_cluster", "test_peers", "test_posting_beside", "test_server", "test_tick"},
    "cli": {"test_answers", "test_doctor_server", "test_postgres"},
}


def current() -> str:
    """Return the kind that the present test runs on."""
    return _current[-1]


def asked(metafunc: pytest.Metafunc) -> list[str]:
    """List the kinds that a test is to run on."""
    option = metafunc.config.getoption
    chosen: str | None = option("--database")
    marked = metafunc.definition.get_closest_marker("only")
    of_it = [kind for kind in (SQLITE, POSTGRES) if marked is None or kind in marked.args]
    if getattr(metafunc.function, "is_hypothesis_test", False) and not (chosen and option("--long")):
        of_it = [kind for kind in of_it if kind == SQLITE]
    if chosen in {SQLITE, POSTGRES}:
        return [kind for kind in of_it if kind == chosen]
    path = metafunc.definition.path
    seldom = path.stem not in EACH_TIME.get(path.parent.name, {path.stem})
    return [SQLITE] if seldom and chosen is None and marked is None else of_it


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Let a test that has a `database_kind` run on each; one marked `only` on that."""
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", asked(metafunc), indirect=True)


def using(kind: str) -> Iterator[str]:
    """Let databases be of a kind, and give back those of a server afterwards."""
    _current.append(kind)
    yield kind
    _current.pop()
    if kind == POSTGRES:
        servers.give_back()
