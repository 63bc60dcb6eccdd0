"""On which kind of database a test runs: each on a file and on a server, unless it is about one of them.

All tests of storage do so each time, and of what stands above it a few: those that go through most
statements, and those about claims. With `--long` or `--database both` all do.
`--database sqlite` or `--database postgres` runs the tests on one of them only.
"""

from collections.abc import Iterator

import pytest

from tests import servers

SQLITE, POSTGRES = "sqlite", "postgres"
_current = [SQLITE]
# Of each folder the modules that run on a server each time; of one that is not here, all.
EACH_TIME = {
    "caseload": {"test_actions", "test_checking", "test_enrolling", "test_handover", "test_worklist"},
    "scheduler": {"test_cluster", "test_peers", "test_posting_beside", "test_server", "test_tick"},
    "cli": {"test_answers", "test_doctor_server", "test_postgres"},
}


def current() -> str:
    """Return the kind that the present test runs on."""
    return _current[-1]


def asked(metafunc: pytest.Metafunc) -> list[str]:
    """List the kinds that this run is about."""
    chosen: str | None = metafunc.config.getoption("--database")
    if chosen in {SQLITE, POSTGRES}:
        return [chosen]
    path = metafunc.definition.path
    seldom = path.stem not in EACH_TIME.get(path.parent.name, {path.stem})
    long = chosen == "both" or metafunc.config.getoption("--long")
    return [SQLITE] if seldom and not long else [SQLITE, POSTGRES]


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Let a test that has a `database_kind` run on each; one marked `only` on that."""
    if "database_kind" not in metafunc.fixturenames:
        return
    kinds = asked(metafunc)
    if marked := metafunc.definition.get_closest_marker("only"):
        kinds = [kind for kind in kinds if kind in marked.args]
    elif getattr(metafunc.function, "is_hypothesis_test", False) and not metafunc.config.getoption("--long"):
        # A database on a server for each of many examples takes its time.
        kinds = [kind for kind in kinds if kind == SQLITE]
    metafunc.parametrize("database_kind", kinds, indirect=True)


def using(kind: str) -> Iterator[str]:
    """Let databases be of a kind, and give back those of a server afterwards."""
    _current.append(kind)
    yield kind
    _current.pop()
    if kind == POSTGRES:
        servers.give_back()
