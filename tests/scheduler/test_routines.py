"""What is done again and again: once each time, whoever was down, and whatever clocks do."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from threading import Event

import pytest

from pathways.moments import Moment, at_clock, day_of, start_of
from scheduler.routines import Done, Outcome, Routines, Turn, When, see_to
from scheduler.tick import tick
from storage.connection import Database
from storage.rows import MessageRow, RoutineRow
from storage.store import Store
from tests.scheduler.drill import HOUR, MINUTE, Listener, at, worker

MORNING = When("07:30", "Europe/London")
LEASE = 10 * MINUTE


class Chores:
    """Routines of a test: what is planned can be changed, and what was done is kept."""

    def __init__(self, **planned: When) -> None:
        self.planned = dict(planned)
        self.did: list[tuple[str, Moment]] = []
        self.failing = False

    def __call__(self, database: Database, row: RoutineRow, now: Moment, _: Turn) -> Outcome:
        if self.failing:
            raise RuntimeError(row.name)
        self.did.append((row.name, now))
        with database.reading() as store:
            return Outcome("{}", (message(store, f"{row.name} {row.next_at}", now),))

    def routines(self) -> Routines:
        def planned(_store: Store, _now: Moment) -> Mapping[str, When]:
            return self.planned

        return Routines(planned, {"chore": self, "other": self})

    def see_to(self, database: Database, now: Moment, who: str = "one") -> Done:
        return see_to(
            database, self.routines(), clock=lambda: now, worker=who, lease=LEASE, enough=lambda: False
        )


def message(store: Store, about: str, now: Moment) -> MessageRow:
    return MessageRow(
        kind="nightly",
        about=about,
        staff="kim",
        channel="output",
        at=now,
        body=store.site(),
        ready_at=now,
        delivery_key=about,
    )


def waiting(database: Database) -> int:
    with database.reading() as store:
        return store.waiting_messages()


def test_a_routine_is_done_at_its_time_and_once(database: Database) -> None:
    chores = Chores(chore=MORNING)

    for now in (at(0), at(0, "07:29"), at(0, "07:30"), at(0, "07:31"), at(0, "23:00"), at(1, "07:30")):
        chores.see_to(database, now)

    assert chores.did == [("chore", at(0, "07:30")), ("chore", at(1, "07:30"))]


def test_after_a_gap_a_routine_is_done_once_and_not_once_a_day(database: Database) -> None:
    chores = Chores(chore=MORNING)
    chores.see_to(database, at(0))

    chores.see_to(database, at(9, "12:00"))
    chores.see_to(database, at(9, "12:01"))
    chores.see_to(database, at(10, "07:30"))

    assert chores.did == [("chore", at(9, "12:00")), ("chore", at(10, "07:30"))]


def test_two_schedulers_do_it_once(database: Database) -> None:
    chores, other = Chores(chore=MORNING), Chores(chore=MORNING)
    chores.see_to(database, at(0))
    with database.writing() as store:
        taken = store.claim_routines(now=at(0, "07:30"), worker="one", lease=LEASE, limit=1)

    other.see_to(database, at(0, "07:30"), "two")
    assert other.did == []
    # The first one died: when its lease has ended, the second takes over.
    other.see_to(database, at(0, "07:40"), "two")

    assert [row.name for row in taken] == ["chore"]
    assert other.did == [("chore", at(0, "07:40"))]


def test_who_lost_a_routine_to_another_tells_nothing(database: Database) -> None:
    slow, quick = Chores(chore=MORNING), Chores(chore=MORNING)
    slow.see_to(database, at(0))

    class Overtaken(Chores):
        def __call__(self, database: Database, row: RoutineRow, now: Moment, turn: Turn) -> Outcome:
            quick.see_to(database, now + LEASE, "quick")
            return super().__call__(database, row, now, turn)

    Overtaken(chore=MORNING).see_to(database, at(0, "07:30"), "slow")

    assert quick.did == [("chore", at(0, "07:40"))]
    assert waiting(database) == 1


class Slow(Chores):
    """Takes an hour by the clock, and says in between that it goes on; `meanwhile` is called half-way."""

    def __init__(self, meanwhile: Callable[[Moment], object], **planned: When) -> None:
        super().__init__(**planned)
        self.now = at(0, "07:30")
        self._meanwhile = meanwhile

    def __call__(self, database: Database, row: RoutineRow, now: Moment, turn: Turn) -> Outcome:
        for minute in range(60):
            self.now += MINUTE
            turn.go_on()
            if minute == 30:
                self._meanwhile(self.now)
        return super().__call__(database, row, now, turn)

    def do(self, database: Database, *, enough: Callable[[], bool] = lambda: False) -> Done:
        clock = partial(getattr, self, "now")
        return see_to(database, self.routines(), clock=clock, worker="slow", lease=LEASE, enough=enough)


def test_a_routine_that_takes_long_stays_with_who_is_at_it(database: Database) -> None:
    other = Chores(chore=MORNING)
    other.see_to(database, at(0))
    slow = Slow(lambda now: other.see_to(database, now, "other"), chore=MORNING)

    assert slow.do(database) == Done(done=1)
    assert other.did == []
    with database.reading() as store:
        [row] = store.routines()
    assert (row.last_began_at, row.last_ended_at, row.next_at) == (
        at(0, "07:30"),
        at(0, "08:30"),
        at(1, "07:30"),
    )


def test_who_finds_that_another_has_it_stops_at_once_and_tells_nothing(database: Database) -> None:
    def taken(now: Moment) -> None:
        with database.writing() as store:
            store.claim_routines(now=now + LEASE, worker="other", lease=LEASE, limit=1)

    Chores(chore=MORNING).see_to(database, at(0))
    slow = Slow(taken, chore=MORNING)

    assert slow.do(database) == Done(failed=1)
    assert slow.now < at(0, "08:30")
    assert waiting(database) == 0


def test_a_scheduler_that_is_stopped_leaves_what_it_began_to_the_next_at_once(database: Database) -> None:
    next_one, stopped = Chores(chore=MORNING), Event()
    next_one.see_to(database, at(0))
    slow = Slow(lambda _: stopped.set(), chore=MORNING)

    assert slow.do(database, enough=stopped.is_set) == Done(failed=1)
    next_one.see_to(database, slow.now, "next")

    assert slow.did == []
    assert next_one.did == [("chore", slow.now)]


def test_a_scheduler_that_is_a_little_behind_does_not_do_it_again(database: Database) -> None:
    chores = Chores(chore=MORNING)
    chores.see_to(database, at(0))
    chores.see_to(database, at(0, "07:30"))

    for now in (at(0, "07:29", seconds=50), at(0, "07:30"), at(0, "07:31")):
        chores.see_to(database, now, "behind")

    assert chores.did == [("chore", at(0, "07:30"))]


def test_what_a_clock_far_ahead_had_planned_is_planned_anew(database: Database) -> None:
    chores = Chores(chore=MORNING)
    chores.see_to(database, at(0))
    chores.see_to(database, at(400))

    chores.see_to(database, at(1))
    chores.see_to(database, at(1, "07:31"))

    assert chores.did == [("chore", at(400)), ("chore", at(1, "07:31"))]


def test_what_was_claimed_by_a_clock_far_ahead_is_let_go(database: Database) -> None:
    chores = Chores(chore=MORNING)
    ahead, listener = at(400), Listener()

    def see(now: Moment) -> None:
        tick(database, now=now, worker=worker(), deliver=listener)
        chores.see_to(database, now)

    see(ahead)
    with database.writing() as store:
        store.move_routine("chore", next_at=ahead)
        store.claim_routines(now=ahead, worker="dead", lease=LEASE, limit=1)
    chores.did.clear()

    for now in (at(1), at(1, "07:31")):
        see(now)

    assert chores.did == [("chore", at(1, "07:31"))]


def test_a_routine_that_fails_is_tried_again_and_holds_up_no_other(database: Database) -> None:
    failing, other = Chores(chore=MORNING), Chores(other=MORNING)
    both = Routines(lambda _s, _n: {"chore": MORNING, "other": MORNING}, {"chore": failing, "other": other})
    failing.failing = True

    def see(now: Moment) -> Done:
        return see_to(database, both, clock=lambda: now, worker="one", lease=LEASE, enough=lambda: False)

    see(at(0))
    assert see(at(0, "07:30")) == Done(done=1, failed=1)
    failing.failing = False
    assert see(at(0, "07:39")) == Done()
    assert see(at(0, "07:40")) == Done(done=1)


def test_another_time_of_day_holds_from_the_next_time_on(database: Database) -> None:
    chores = Chores(chore=MORNING)
    chores.see_to(database, at(0))
    chores.planned = {"chore": When("18:00", "Europe/London")}

    for now in (at(0, "07:00"), at(0, "07:30"), at(0, "18:00")):
        chores.see_to(database, now)

    assert chores.did == [("chore", at(0, "18:00"))]


def test_what_is_no_longer_planned_is_not_done(database: Database) -> None:
    chores = Chores(chore=MORNING)
    chores.see_to(database, at(0))
    chores.planned = {}

    chores.see_to(database, at(1, "08:00"))

    assert chores.did == []
    with database.reading() as store:
        assert store.routines() == []


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("Europe/London", "01:30"),
        ("America/New_York", "02:30"),
        ("Australia/Lord_Howe", "01:45"),
        ("Africa/Cairo", "00:30"),
    ],
)
def test_a_year_of_ticks_does_it_once_a_day_through_both_changes(
    database: Database, zone: str, clock: str
) -> None:
    chores = Chores(chore=When(clock, zone))
    now, end = start_of(date(2026, 1, 1), zone), start_of(date(2027, 1, 1), zone)
    while now < end + 8 * HOUR and len(chores.did) < 365:
        chores.see_to(database, now)
        # Near a change it is looked at often, on other days now and then.
        now += HOUR // 4 if _changes_near(now, zone) else 8 * HOUR

    days = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    times = [at_clock(day, clock, zone) for day in days]
    assert len(chores.did) == 365
    for (_, did), following, later in zip(chores.did, times, [*times[1:], end + 24 * HOUR], strict=True):
        assert following <= did < later


def _changes_near(now: Moment, zone: str) -> bool:
    lengths = {
        start_of(day_of(now, zone) + timedelta(days=ahead + 1), zone)
        - start_of(day_of(now, zone) + timedelta(days=ahead), zone)
        for ahead in (-1, 0, 1)
    }
    return lengths != {24 * HOUR}
