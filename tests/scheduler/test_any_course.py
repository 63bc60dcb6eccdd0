"""Any course of acts, ticks, deaths and wrong clocks: what is open at a tick is raised once, and told."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from caseload.cases import pathway_of
from caseload.checking import check
from caseload.patients import Person, add
from pathways.errors import CarepathError
from pathways.model import Pathway
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.store import Store
from tests.scheduler.any_act import DAY, Act, acts, because
from tests.scheduler.drill import HOUR, MINUTE, Listener, Unplugged, at, site, unplugged_after, worker
from tests.scheduler.following import Expectation

pytestmark = pytest.mark.only("sqlite")

PATIENTS = st.sampled_from(["P-001", "P-002"])
WORKERS = st.sampled_from(["one", "two"])
BOUNDARIES = st.integers(0, 70)


@cache
def template() -> Path:
    """Make a site with two patients, one of them enrolled, to be copied."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    path = site(folder, patients=1)
    with Database(path) as database:
        add(database, Person(patient="P-002", zone=""), now=at(0, "09:00"))
    return path


class Course(RuleBasedStateMachine):
    """A site with two patients and two schedulers; beside it what is to be raised, by the entries alone."""

    template = staticmethod(template)

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = Path(shutil.copy(self.template(), self.folder / "site.db"))
        self.now = self.latest = at(0, "10:00")
        self.told = Listener()
        self.expected: dict[int, Expectation] = {}
        self.pathway = self._pathway()

    def _pathway(self) -> Pathway:
        with Database(self.path) as database, database.reading() as store:
            return pathway_of(store, store.pathways()[0].digest)

    @initialize()
    def see_what_is_there(self) -> None:
        with Database(self.path) as database:
            self._compare(database, now=at(0, "09:00"))

    @rule(length=st.sampled_from([MINUTE, HOUR, 5 * HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY]))
    def time_passes(self, length: int) -> None:
        self.now += length
        self.latest = max(self.latest, self.now)

    @rule(length=st.sampled_from([HOUR, DAY, 7 * DAY]))
    def the_clock_is_set_back(self, length: int) -> None:
        self.now -= length

    @rule(act=acts(), patient=PATIENTS, days_ago=st.sampled_from([0, 0, 0, 1, 4]))
    def somebody_acts(self, act: Act, patient: str, days_ago: int) -> None:
        with Database(self.path) as database:
            with suppress(CarepathError):
                act(database, patient, because(self.now, days_ago=days_ago))
            self._compare(database, now=self.now)
        for expectation in self.expected.values():
            expectation.pass_by(self.now)

    @rule(act=acts(), patient=PATIENTS, boundaries=BOUNDARIES)
    def somebody_acts_and_dies(self, act: Act, patient: str, boundaries: int) -> None:
        self._until_unplugged(boundaries, lambda database: act(database, patient, because(self.now)))
        for expectation in self.expected.values():
            expectation.pass_by(self.now)

    @rule(name=WORKERS, stuck=st.sampled_from(["", "", "assess", "first-look"]))
    def a_scheduler_ticks(self, name: str, stuck: str) -> None:
        with Database(self.path) as database:
            self._tick(database, name, stuck)
            self._compare(database, now=self.now)
            for expectation in self.expected.values():
                assert expectation.missing(self.now) == []
            found = check(database, now=self.latest).differences
            assert not found, found

    @rule(name=WORKERS, boundaries=BOUNDARIES)
    def a_scheduler_ticks_and_dies(self, name: str, boundaries: int) -> None:
        self._until_unplugged(boundaries, lambda database: self._tick(database, name, ""))

    def teardown(self) -> None:
        try:
            self._see_that_everything_was_told()
        finally:
            shutil.rmtree(self.folder)

    def _see_that_everything_was_told(self) -> None:
        """Let the clocks be right and all leases end."""
        self.now = self.latest
        self.time_passes(DAY)
        for _ in range(2):
            self.a_scheduler_ticks("one", "")
            self.time_passes(LEASE + HOUR)
        with Database(self.path) as database, database.reading() as store:
            deeds = [deed for each in self.expected for deed in store.ledger(each)]
            self._see_that_nothing_waits(store)
        told = {message.ledger_id for message in self.told.heard}
        assert told == {deed.id for deed in deeds if deed.kind != "superseded"}

    def _see_that_nothing_waits(self, store: Store) -> None:
        assert store.waiting_deliveries() == 0

    def _tick(self, database: Database, name: str, stuck: str) -> None:
        channel = Listener(failing=lambda message: message.rule == stuck)
        channel.heard = self.told.heard
        tick(database, now=self.now, worker=worker(name), deliver=channel)

    def _until_unplugged(self, boundaries: int, work: Callable[[Database], object]) -> None:
        """Do some work that dies on the way, if it is long enough."""
        dies = unplugged_after(boundaries)
        with Database(self.path, on_statement=dies) as dying, suppress(Unplugged, CarepathError):
            work(dying)
        with Database(self.path) as database:
            self._compare(database, now=self.now)

    def _compare(self, database: Database, now: int) -> None:
        """Take in what is stored now: entries are only ever added, raises are right."""
        with database.reading() as store:
            for number in store.enrolment_ids():
                expectation = self.expected.setdefault(number, Expectation(self.pathway))
                entries = store.entries(number)
                assert entries[: len(expectation.entries)] == expectation.entries
                expectation.entries = entries
                expectation.take(store.prompts(number), store.ledger(number), now)


class AnyCourse(Course):
    """Nobody is entered as staff: names are as they are."""


AnyCourse.TestCase.settings = settings(max_examples=settings().max_examples // 4, stateful_step_count=40)
test_any_course_raises_and_tells_each_prompt_once = AnyCourse.TestCase
