"""On which kind of database a test runs: each on a file and on a server, unless it is about one of them.

Of the tests of the scheduler, some run on both each time, and all with `--long`.
`--database sqlite` or `--database postgres` runs the tests on one of them only.
"""

from collections.abc import Iterator

import pytest

from tests import servers

SQLITE, POSTGRES = "sqlite", "postgres"
_current = [SQLITE]
# Those about claims, and those about a server alone.
EACH_TIME = {"test_tick", "test_peers", "test_server", "test_cluster"}


def current() -> str:
    """Return the kind that the present test runs on."""
    return _current[-1]


def asked(metafunc: pytest.Metafunc) -> list[str]:
    """List the kinds that this run is about."""
    chosen: str | None = metafunc.config.getoption("--database")
    if chosen in {SQLITE, POSTGRES}:
        return [chosen]
    path = metafunc.definition.path
    seldom = path.parent.name == "scheduler" and path.stem not in EACH_TIME
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
