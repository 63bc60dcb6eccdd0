"""Threads beside the ticks: woken or by themselves, after a failure too, and no longer than the scheduler."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from pathways.errors import DatabaseProblem
from scheduler.beside import Beside, Round, Stopping, beside
from storage.connection import Database
from tests.scheduler.children import PATIENCE
from tests.scheduler.drill import site

pytestmark = pytest.mark.only("sqlite")

SELDOM, OFTEN = 3_600.0, 0.01


class Rounds:
    """What a thread does in a round: what it is told to, then it says that it did."""

    def __init__(self, *each: Exception | Callable[[], object]) -> None:
        self._left = list(each)
        self.count = 0
        self.over = Event()

    def __call__(self, _: Stopping) -> Round:
        return self._round

    def _round(self, database: Database, _: Stopping) -> None:
        self.count += 1
        with database.reading() as store:
            store.site_zone()
        match self._left.pop(0) if self._left else None:
            case Exception() as error:
                raise error
            case None:
                self.over.set()
            case act:
                act()

    def thread(self, path: Path, interval: float) -> Beside:
        return Beside("rounds", lambda: Database(path), self, interval=interval)


def test_it_looks_by_itself_also_when_no_tick_wakes_it(tmp_path: Path) -> None:
    rounds = Rounds()
    with beside(rounds.thread(site(tmp_path), OFTEN)):
        assert rounds.over.wait(PATIENCE)


def test_a_tick_wakes_it_and_what_was_missed_meanwhile_is_one_round_more(tmp_path: Path) -> None:
    going_on, began = Event(), Event()

    def long() -> None:
        began.set()
        going_on.wait(PATIENCE)

    rounds = Rounds(long)
    thread = rounds.thread(site(tmp_path), SELDOM)
    with beside(thread):
        thread.wake()
        assert began.wait(PATIENCE)
        for _ in range(3):
            thread.wake()
        going_on.set()
        assert rounds.over.wait(PATIENCE)

    assert rounds.count == 2


def test_after_a_round_that_failed_the_next_comes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rounds = Rounds(DatabaseProblem("The disk is full."), ZeroDivisionError())
    with beside(rounds.thread(site(tmp_path), OFTEN)):
        assert rounds.over.wait(PATIENCE)

    said = [
        (each.getMessage(), bool(each.exc_info)) for each in caplog.records if each.levelno == logging.ERROR
    ]
    assert said == [("rounds_failed: The disk is full.", False), ("rounds_failed", True)]


def test_nothing_is_begun_once_the_scheduler_ends(tmp_path: Path) -> None:
    rounds = Rounds()
    thread = rounds.thread(site(tmp_path), SELDOM)
    with beside(thread):
        pass
    thread.wake()
    thread.join(PATIENCE)

    assert rounds.count == 0


def test_who_may_not_go_on_is_told_so_within_a_round(tmp_path: Path) -> None:
    path, may, done = site(tmp_path), Event(), Event()
    may.set()
    enough: list[bool] = []

    def losing(_: Stopping) -> Round:
        def a_round(_: Database, asked: Stopping) -> None:
            enough.append(asked())
            may.clear()
            enough.append(asked())
            done.set()

        return a_round

    with beside(Beside("rounds", lambda: Database(path), losing, interval=OFTEN, may=may.is_set)):
        assert done.wait(PATIENCE)

    assert enough == [False, True]
