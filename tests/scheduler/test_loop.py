import logging
import signal
import threading
from pathlib import Path
from time import monotonic

import pytest

from pathways.errors import DatabaseProblem
from scheduler.loop import Loop
from storage.connection import Database
from tests.scheduler.children import PATIENCE, Child, child
from tests.scheduler.drill import HOUR, site

pytestmark = pytest.mark.only("sqlite")

LOOPING = "tests.scheduler.looping"
AN_HOUR_BACK, AN_HOUR_AHEAD, SINCE_1970 = "-3600", "3600", f"{56 * 365 * 86_400}"
NINE_HOURS_AHEAD = f"{9 * 3_600}"
# Ten times the interval of the processes here.
QUIET = 1.0
INTERVAL = 0.1


def ticks(running: Child, number: int) -> None:
    for _ in range(number):
        running.until("ticked")


def test_a_clock_set_back_an_hour_does_not_stop_the_ticks() -> None:
    with child(LOOPING, "watched") as running:
        ticks(running, 3)
        running.say(AN_HOUR_BACK)
        running.until("stepped")
        ticks(running, 5)


def test_without_the_watchdog_a_clock_set_back_stops_them() -> None:
    # If this fails the library has learnt to cope, and the watchdog may go.
    with child(LOOPING, "bare") as running:
        ticks(running, 3)
        running.say(AN_HOUR_BACK)
        running.until("stepped")

        # One may have been on its way.
        assert None in [running.line(within=QUIET) for _ in range(2)]


def test_a_clock_set_forward_an_hour_does_not_bring_a_storm_of_ticks() -> None:
    with child(LOOPING, "watched") as running:
        ticks(running, 3)
        before = monotonic()
        running.say(AN_HOUR_AHEAD)
        running.until("stepped")
        ticks(running, 3)
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(PATIENCE)

        # As many as there were intervals meanwhile, and not those of the hour.
        assert len(running.drained()) < 10 + (monotonic() - before) / INTERVAL


def test_a_clock_that_comes_to_know_the_year_goes_on_at_once() -> None:
    # As on a machine without a battery: it starts in 1970, then hears what time it is.
    with child(LOOPING, "watched") as running:
        running.say(SINCE_1970)
        running.until("stepped")
        ticks(running, 3)


def test_a_clock_that_leaps_ahead_while_it_runs_is_kept_as_that(tmp_path: Path) -> None:
    path = site(tmp_path, patients=1)
    with child(LOOPING, "site", str(path)) as running:
        running.until_begins("ticked: ")
        running.say(NINE_HOURS_AHEAD)
        running.until_begins("gap from ")
        running.until("posted: 1 sent, 0 put off, 0 given up")

    with Database(path) as database, database.reading() as store:
        [gap] = [each for each in store.gaps(limit=10) if each.since is not None]
    assert gap.kind == "leapt"
    assert gap.until - (gap.since or 0) >= 9 * HOUR


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_loop_at_once(number: signal.Signals) -> None:
    with child(LOOPING, "watched") as running:
        ticks(running, 2)
        running.process.send_signal(number)

        assert running.process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    "library", [str(path) for path in sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))]
)
@pytest.mark.long
def test_the_clock_of_the_whole_process_set_back_an_hour_does_not_stop_the_ticks(
    library: str, tmp_path: Path
) -> None:
    offset = tmp_path / "offset"
    offset.write_text("+0", encoding="ascii")
    environment = {
        "LD_PRELOAD": library,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_TIMESTAMP_FILE": str(offset),
    }
    with child(LOOPING, "real", environment=environment) as running:
        ticks(running, 3)
        offset.write_text("-1h", encoding="ascii")
        ticks(running, 10)


class Ticks:
    """Work for a loop in a thread: runs what it is given, tick after tick, then stops the loop."""

    def __init__(self, *each: Exception | threading.Event) -> None:
        self.loop = Loop()
        self._left = list(each)
        self.count = 0
        self.counted: list[int] = []

    def __call__(self) -> None:
        self.count += 1
        if not self._left:
            self.loop.stop()
            return
        match self._left.pop(0):
            case Exception() as error:
                raise error
            case event:
                event.wait(PATIENCE)
                self.counted.append(self.count)

    def run(self) -> None:
        self.loop.run(self, interval=0.02)


def test_a_tick_that_cannot_use_the_database_says_so_in_one_line_and_the_next_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = Ticks(DatabaseProblem("The disk is full."), DatabaseProblem("The disk is full."))

    work.run()

    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert said == ["tick_failed: The disk is full."] * 2
    assert not any(record.exc_info for record in caplog.records)


def test_a_fault_of_ours_is_shown_whole_and_the_next_tick_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    work = Ticks(ZeroDivisionError())

    work.run()

    assert [record.exc_info is not None for record in caplog.records if record.levelno == logging.ERROR] == [
        True
    ]


class Release(logging.Handler):
    """Sets an event when the watchdog says that a tick is still running."""

    def __init__(self, event: threading.Event) -> None:
        super().__init__()
        self._event = event

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("tick_still_running"):
            self._event.set()


def test_a_tick_that_takes_long_is_not_begun_a_second_time() -> None:
    stuck = threading.Event()
    work, release = Ticks(stuck), Release(stuck)
    logging.getLogger("scheduler.loop").addHandler(release)

    work.run()

    logging.getLogger("scheduler.loop").removeHandler(release)
    assert stuck.is_set()
    assert work.counted == [1], "none had begun when the first came to its end"
    assert work.count > 1
