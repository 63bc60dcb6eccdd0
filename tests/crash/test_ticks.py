"""A scheduler that dies anywhere in a tick: the next one does the rest, and nothing twice."""

from collections import Counter
from pathlib import Path

import pytest

from caseload.checking import check
from pathways.moments import Moment
from scheduler.delivery import TOGETHER
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.crash.acts import perform, tick_once
from tests.crash.stage import KILLED, DiesAt, Dump, Told, boundaries, copy, dump, in_a_process, telling
from tests.scheduler.drill import MINUTE, Listener, at, worker

# What somebody did shortly before, and when the tick comes: in time, or after weeks in which none did.
TICKS: dict[str, tuple[str, Moment]] = {
    "told what an act raised": ("record what raises a stop", at(6, "12:01")),
    "an escalation and a lapse": ("ack", at(8, "00:01")),
    "a snooze that ends": ("snooze", at(10, "00:01")),
    "all that fell into five weeks": ("advance", at(41, "12:00")),
    "a clock set back": ("advance", at(7, "12:00")),
}
AHEAD = at(300)


class Stage:
    """A site before a tick, and what is there when the tick and two more have come to their end."""

    def __init__(self, site: Path, folder: Path, name: str) -> None:
        act, self.now = TICKS[name]
        self.latest = AHEAD if name == "a clock set back" else self.now
        self.folder = folder
        self.base = copy(site, folder / "base.db")
        perform(self.base, None, act)
        if self.latest > self.now:
            with Database(self.base) as database:
                tick(
                    database,
                    now=self.latest,
                    worker=worker("ahead"),
                    deliver=Listener(failing=lambda _: True),
                )
        undisturbed = copy(self.base, folder / "undisturbed.db")
        self.statements = boundaries(undisturbed, tick_once, folder / "undisturbed.told", self.now, "one")
        self.wanted = self._go_on(undisturbed, folder / "undisturbed.told")

    def die_at(self, point: int) -> None:
        """Die at a place; see that the next scheduler does the rest, and tells nothing again but once."""
        path, told = copy(self.base, self.folder / "crashed.db"), self.folder / "crashed.told"
        told.unlink(missing_ok=True)
        died = in_a_process(tick_once, path, DiesAt(point), told, self.now, "one")
        assert died == (0 if point > len(self.statements) else KILLED)
        with Database(path) as database:
            assert check(database, now=self.latest).differences == (), self._where(point)

        assert self._go_on(path, told) == self.wanted, self._where(point)
        with Database(path) as database:
            assert check(database, now=self.now).differences == (), self._where(point)
        again = Counter(Told(told).numbers()) - Counter(told_of(dump(path)))
        assert max(again.values(), default=0) <= 1, self._where(point)
        assert again.total() <= TOGETHER, self._where(point)

    def _go_on(self, path: Path, told: Path) -> tuple[object, ...]:
        """Let another scheduler tick, now and when the leases of the first have ended."""
        for later in (MINUTE, LEASE + 3 * MINUTE):
            tick_once(path, None, told, self.now + later, "two")
        left = dump(path)
        return done(left), left["waiting"], left["prompt"], undelivered(left), set(Told(told).numbers())

    def _where(self, point: int) -> str:
        when, statement = self.statements[point - 1]
        return f"died {when} {statement.strip()[:60]} ({point})"


def done(left: Dump) -> set[tuple[object, ...]]:
    """What was done about which prompt and for which moment, whoever did it when."""
    deeds = [(prompt, kind, moment, tell) for _, prompt, kind, moment, tell, *_ in left["ledger"]]
    assert len(set(deeds)) == len(deeds)
    return set(deeds)


def told_of(left: Dump) -> list[int]:
    return [int(str(number)) for number, *_ in left["delivery"]]


def undelivered(left: Dump) -> list[tuple[object, ...]]:
    return [row for row in left["delivery"] if row[3] != "sent"]


@pytest.mark.parametrize("name", TICKS)
def test_a_tick_that_dies_around_a_commit_is_finished_by_another(
    busy: Path, name: str, tmp_path: Path
) -> None:
    stage = Stage(busy, tmp_path, name)
    assert undelivered(dump(tmp_path / "undisturbed.db")) == []

    for point in telling(stage.statements):
        stage.die_at(point)


@pytest.mark.long
@pytest.mark.parametrize("name", TICKS)
def test_a_tick_that_dies_anywhere_is_finished_by_another(busy: Path, name: str, tmp_path: Path) -> None:
    stage = Stage(busy, tmp_path, name)

    for point in range(1, len(stage.statements) + 2):
        stage.die_at(point)
