"""Any schedule of crashes and restarts, with people who come and go and servers that fail.

Every prompt that came due is raised once. Each message arrives at least once, and once for who drops repeats.
Nobody who is away is told of a prompt while somebody is there. What is stored follows from the histories.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from caseload.actions import advance, record
from caseload.enrolling import enrol
from caseload.roles import assign
from caseload.rota import absence, rota_of
from pathways.errors import CarepathError
from pathways.moments import Moment
from scheduler import merging
from scheduler.daily import DAILY
from scheduler.delivery import MOST_TRIES
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.rows import DeliveryRow
from storage.store import Store
from tests.scheduler.any_act import Act, acts, because, staff_acts
from tests.scheduler.drill import HOUR, Unplugged, at, worker
from tests.scheduler.people import decided, joins, reached
from tests.scheduler.receiving import Came, Fate, Receiver, address
from tests.scheduler.test_any_course import BOUNDARIES, PATIENTS, WORKERS, Course
from tests.scheduler.test_any_course import template as unstaffed

pytestmark = pytest.mark.only("sqlite")

FATES: list[Fate] = ["answers", "answers", "refuses", "hangs up", "dies before", "dies after"]
COMES_AND_GOES = ("kim", "ben", "dr-cole")
OVER = {"sent", "withdrawn", "merged"}
FEW, ENOUGH = 1, 200
# So that something is open and coming from the beginning on.
BEGINNING: list[tuple[str, Act]] = [
    ("P-002", lambda site, who, why: enrol(site, who, "drill", [], why, owner="kim")),
    ("P-002", lambda site, who, why: record(site, who, ["visit=2026-03-10"], why)),
    ("P-001", lambda site, who, why: advance(site, who, "treat", ["dose=2026-03-01", "result=bad"], why)),
]
# A prompt that is over by the end needs no message any more; any other was told to somebody.
UNTOLD = """
SELECT p.patient_id || '/' || p.number || ' ' || p.rule || ' ' || l.kind FROM ledger l
JOIN prompt p ON p.id = l.prompt_id
WHERE l.kind != 'superseded' AND (l.kind = 'lapsed' OR p.ended_at IS NULL OR p.ended_at > :now)
AND NOT EXISTS (
    SELECT 1 FROM delivery d
    WHERE d.ledger_id = l.id AND d.staff != '' AND d.state IN ('sent', 'merged', 'failed')
)
"""


def nothing() -> None:
    """Do nothing meanwhile."""


@cache
def template() -> Path:
    """Make the same site with four people at work, of whom dr-berg is always there."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    path = Path(shutil.copy(unstaffed(), folder / "staffed.db"))
    with Database(path) as database:
        joins(database, "kim", "coordinator", hours="mon-fri 08:00-18:00", deputy="ben")
        joins(database, "ben", "coordinator")
        joins(database, "dr-cole", "clinician")
        joins(database, "dr-berg", "lead")
        for name in (*COMES_AND_GOES, "dr-berg"):
            reached(database, name, "mail", address(name, "mail"), kinds=("prompts", "digest", "failures"))
        reached(database, "kim", "sms", address("kim", "sms"), tiers=("stop", "due"))
        reached(database, "dr-berg", "pager", address("dr-berg", "pager"), kinds=("failures",))
        decided(database, "quiet", "22:00-07:00")
        for role, name in {"lead": "dr-berg", "clinician": "dr-cole"}.items():
            assign(database, role, name, now=at(0))
    return path


class CrashSchedule(Course):
    """The course of the other test at a site with people, channels, digests, and a postman that dies."""

    template = staticmethod(template)

    def __init__(self) -> None:
        super().__init__()
        self.receiver = Receiver(self._see)
        merging.MOST, self._most = FEW, merging.MOST

    @initialize()
    def see_what_is_there(self) -> None:
        super().see_what_is_there()
        for patient, act in BEGINNING:
            self.somebody_acts(act, patient, 0)

    @rule(act=staff_acts(*COMES_AND_GOES))
    def somebody_comes_or_goes(self, act: Act) -> None:
        with Database(self.path) as database, suppress(CarepathError):
            act(database, "", because(self.now))

    @rule(act=acts(), patient=PATIENTS)
    def somebody_acts_and_it_is_told(self, act: Act, patient: str) -> None:
        self.somebody_acts(act, patient, 0)
        self.a_scheduler_ticks("one", "")

    @rule(name=WORKERS, fate=st.sampled_from(FATES), another=st.booleans())
    def a_postman_posts(self, name: str, fate: Fate, another: bool) -> None:
        self.receiver.fate = fate
        if another:
            self.receiver.meanwhile = self._another_posts
        with Database(self.path) as database, suppress(Unplugged):
            self._post(database, name)
        self.receiver.fate, self.receiver.meanwhile = "answers", nothing

    @rule(name=WORKERS)
    def routines_are_seen_to(self, name: str) -> None:
        with Database(self.path) as database:
            self._see_to_routines(database, name)

    @rule(name=WORKERS, boundaries=BOUNDARIES, act=staff_acts(*COMES_AND_GOES), which=st.integers(0, 2))
    def somebody_is_killed(self, name: str, boundaries: int, act: Act, which: int) -> None:
        works: list[Callable[[Database], object]] = [
            lambda database: act(database, "", because(self.now)),
            lambda database: self._post(database, name),
            lambda database: self._see_to_routines(database, name),
        ]
        self._until_unplugged(boundaries, works[which])

    @rule(name=WORKERS, does=st.sampled_from(["dies before", "dies after", "is not alone"]))
    def a_tick_is_disturbed(self, name: str, does: str) -> None:
        """Let it die before or after it hands over, or let another tick meanwhile."""

        def hand_over(message: DeliveryRow, _: Moment) -> None:
            if does != "dies before":
                self.told.heard.append(message)
            if does != "is not alone":
                raise Unplugged
            with Database(self.path) as other:
                self._tick(other, "another", "")

        with Database(self.path) as database, suppress(Unplugged):
            tick(database, now=self.now, worker=worker(name), deliver=hand_over)
        with Database(self.path) as database:
            self._compare(database, now=self.now)

    def teardown(self) -> None:
        merging.MOST = self._most
        super().teardown()

    def _another_posts(self) -> None:
        self.receiver.meanwhile = nothing
        with Database(self.path) as other:
            self._post(other, "another")

    def _post(self, database: Database, name: str) -> None:
        way = Post(self.receiver, self.receiver.printed.append)
        post(database, way, clock=lambda: self.now, worker=name, lease=LEASE, enough=lambda: False)

    def _see_to_routines(self, database: Database, name: str) -> None:
        see_to(database, DAILY, clock=lambda: self.now, worker=name, lease=LEASE, enough=lambda: False)

    def _see(self, came: Came) -> None:
        """See that what is handed over is on its way, and to somebody who is there."""
        with Database(self.path) as database, database.reading() as store:
            assert state(database, came.key) == "claimed", f"{came} was sent already, or never queued"
            assert absence(rota_of(store, self.now), came.whom, self.now) == "", f"{came} is away"

    def _see_that_everything_was_told(self) -> None:
        super()._see_that_everything_was_told()
        with Database(self.path) as database:
            for _ in range(2):
                self._see_to_routines(database, "one")
                self._post_until_nothing_waits(database)
                self.now += LEASE + HOUR
            self._see_that_each_message_arrived(database)

    def _see_that_nothing_waits(self, store: Store) -> None:
        """What goes to people may wait for the morning: see below."""

    def _post_until_nothing_waits(self, database: Database) -> None:
        for _ in range(ENOUGH):
            self._post(database, "one")
            ready = database.reader().execute(
                "SELECT min(ready_at) FROM (SELECT ready_at FROM delivery WHERE staff != '' "
                "UNION ALL SELECT ready_at FROM message)"
            )
            [(next_at,)] = ready.fetchall()
            if next_at is None:
                return
            self.now = max(self.now, next_at)
        raise AssertionError("messages wait for ever")

    def _see_that_each_message_arrived(self, database: Database) -> None:
        ways = {key: Fared(*found) for key, *found in fetched(database, WAYS)}
        arrived = self.receiver.keys()
        assert arrived <= ways.keys()
        for key, fared in ways.items():
            assert fared.state in OVER or fared.tries >= MOST_TRIES, f"{key}: {fared}"
            assert fared.state != "sent" or key in arrived, f"{key} counts as sent and never arrived"
        for (key,) in fetched(database, CARRIED):
            assert ways[key].state == "sent", f"{key} carried others and never arrived: {ways[key]}"
        untold = fetched(database, UNTOLD, now=self.now)
        assert not untold, untold


class Fared(NamedTuple):
    """How far a message is, how often it was tried, and which one carries it."""

    state: str
    tries: int
    into: str


WAYS = """
SELECT delivery_key, state, tries, merged_into FROM delivery WHERE staff != ''
UNION ALL SELECT delivery_key, state, tries, merged_into FROM message WHERE channel != 'output'
"""


CARRIED = "SELECT DISTINCT merged_into FROM delivery WHERE state = 'merged'"
STATE = f"SELECT state FROM ({WAYS}) WHERE delivery_key = :key"  # noqa: S608 - a statement of ours


def fetched(database: Database, statement: str, **given: object) -> list[tuple[Any, ...]]:
    return database.reader().execute(statement, given).fetchall()


def state(database: Database, key: str) -> object:
    found = fetched(database, STATE, key=key)
    return found[0][0] if found else None


def test_any_schedule_of_crashes_raises_once_and_tells_at_least_once() -> None:
    run_state_machine_as_test(CrashSchedule, settings=settings(max_examples=8, stateful_step_count=40))


@pytest.mark.long
def test_very_many_schedules_of_crashes_do_so_too() -> None:
    run_state_machine_as_test(CrashSchedule, settings=settings(max_examples=300, stateful_step_count=60))
