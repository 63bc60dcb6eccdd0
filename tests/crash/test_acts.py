"""Whoever pulls the plug while somebody works: an act is there as a whole, or not at all."""

from contextlib import suppress
from pathlib import Path

import pytest

from caseload.checking import check
from pathways.errors import CarepathError
from scheduler.tick import tick
from storage.connection import Database
from tests.crash.acts import ACTS, NOON, perform
from tests.crash.stage import KILLED, DiesAt, Dump, boundaries, committed, copy, dump, in_a_process, telling
from tests.scheduler.drill import Listener, at, worker

# Late enough that every prompt of the site has opened, been due and been escalated.
MUCH_LATER = at(60)


def live_on(path: Path) -> Dump:
    """Let the clock go on for weeks, and return what is stored then."""
    with Database(path) as database:
        tick(database, now=MUCH_LATER, worker=worker(), deliver=Listener())
    return dump(path)


def wrong(path: Path) -> tuple[str, ...]:
    with Database(path) as database:
        return check(database, now=NOON).differences


class Stage:
    """One act at a busy site, and what the database is before it, after it, and weeks later."""

    def __init__(self, site: Path, folder: Path, name: str) -> None:
        self.name = name
        self.base = copy(site, folder / "base.db")
        self.before = dump(self.base)
        undisturbed = copy(self.base, folder / "undisturbed.db")
        self.statements = boundaries(undisturbed, perform, name)
        self.after = dump(undisturbed)
        self.later = live_on(undisturbed)

    def die_at(self, point: int) -> None:
        """Die at a place, and see that nothing acknowledged is lost and nothing is half done."""
        path = copy(self.base, self.base.with_name("crashed.db"))
        died = in_a_process(perform, path, DiesAt(point), self.name)
        assert died == (0 if point > len(self.statements) else KILLED)
        has_happened = committed(self.statements[:point])

        assert dump(path) == (self.after if has_happened else self.before), self._where(point)
        assert wrong(path) == (), self._where(point)
        if not has_happened:
            perform(path, None, self.name)
            assert dump(path) == self.after, self._where(point)
        assert live_on(copy(path, path.with_name("later.db"))) == self.later, self._where(point)
        with suppress(CarepathError):  # the same once more: refused, or one more of it
            perform(path, None, self.name)
        assert wrong(path) == (), self._where(point)

    def _where(self, point: int) -> str:
        when, statement = self.statements[point - 1]
        return f"{self.name}, died {when} {statement.strip()[:60]}"


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_dies_around_its_commit_is_whole_or_not_there(
    busy: Path, name: str, tmp_path: Path
) -> None:
    stage = Stage(busy, tmp_path, name)

    for point in telling(stage.statements):
        stage.die_at(point)


@pytest.mark.long
@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_dies_anywhere_is_whole_or_not_there(busy: Path, name: str, tmp_path: Path) -> None:
    stage = Stage(busy, tmp_path, name)

    for point in range(1, len(stage.statements) + 2):
        stage.die_at(point)
