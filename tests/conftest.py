"""What holds for every test: the two lengths of a run, and the kinds of database."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import kinds

# How fast a machine is says nothing about whether the code is right.
_ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# The same examples each time: a red run must mean that the change broke something.
settings.register_profile("default", _ANY_SPEED, max_examples=50, derandomize=True)
# The same each time, so that CI says the same of the same commit; raise the number to go looking.
settings.register_profile("long", _ANY_SPEED, max_examples=50, derandomize=True, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        action="store_true",
        help="run the tests marked long too, and give property tests many more examples",
    )

    parser.addoption(
        "--database",
        choices=(kinds.SQLITE, kinds.POSTGRES, "both"),
        help="run what needs a database on this kind only, or on both; see tests/kinds.py",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kinds.parametrize(metafunc)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of the databases that a test makes."""
    yield from kinds.using(getattr(request, "param", kinds.SQLITE))


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: now and then a test waits for a child, a server or a lock."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.getoption("--long") else "default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    left_out = pytest.mark.skip(reason="takes long: run pytest --long")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(left_out)
