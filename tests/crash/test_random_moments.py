"""Kill -9 after a random while, again and again, with two schedulers and a clerk at work on one file."""

import time
from bisect import bisect_right
from collections import Counter, defaultdict
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest

from caseload.checking import check
from pathways.moments import Moment
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.rows import LedgerRow, PromptRow
from tests.crash.acts import staffed
from tests.crash.shift import Shift, clerk, tell_people, ticker
from tests.crash.stage import at_work
from tests.scheduler.drill import MINUTE, site, worker


def work_and_be_killed(shift: Shift, seed: int, kills: int) -> None:
    """Let them work; kill one of them after a random while, and put another in its place."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    running: list[BaseProcess] = [_start(place, shift, seed) for place in range(3)]
    for kill in range(kills):
        place = random.randrange(3)
        victim = running[place]
        victim.join(random.uniform(0, 0.25))
        assert victim.exitcode is None, "it should have gone on for ever"
        victim.kill()
        victim.join()
        running[place] = _start(place, shift, seed + 1 + kill)
    for each in running:
        each.kill()
        each.join()


def _start(place: int, shift: Shift, seed: int) -> BaseProcess:
    if place == 0:
        return at_work(clerk, shift, seed)
    return at_work(ticker, shift, f"{place}-{seed}")


def knock_off(shift: Shift) -> Moment:
    """Let a last scheduler finish, now and when all leases have ended; return when that was."""
    now = shift.now()
    for later in (now, now + LEASE + 3 * MINUTE):
        with Database(shift.database) as database:
            tick(database, now=later, worker=worker("last"), deliver=shift.told)
            tell_people(database, shift, later, "last")
    return later


WAYS = """
SELECT delivery_key, state FROM delivery WHERE staff != ''
UNION ALL SELECT delivery_key, state FROM message WHERE channel != 'output'
"""


class Books:
    """What is stored at the end of a shift, and what everybody wrote down."""

    def __init__(self, shift: Shift) -> None:
        self.acknowledged = [line.split() for line in _lines(shift.acknowledged)]
        self.ticks = [(int(began), int(ended)) for began, ended in map(str.split, _lines(shift.ticked))]
        self.told = set(shift.told.numbers())
        with Database(shift.database) as database, database.reading() as store:
            numbers = store.enrolment_ids()
            patients = {each: row.patient_id for each in numbers if (row := store.enrolment(each))}
            entries = [(patients[each], entry) for each in numbers for entry in store.entries(each)]
            self.prompts = [prompt for each in numbers for prompt in store.prompts(each)]
            self.deeds = [deed for each in numbers for deed in store.ledger(each)]
            self.undelivered = store.waiting_deliveries() + store.waiting_messages()
            ways = database.reader().execute(WAYS).fetchall()
        self.sent = {key for key, state in ways if state == "sent"}
        self.fates_of_messages = {state for _, state in ways}
        self.entries = {f"{patient} {entry.number}" for patient, entry in entries}
        self.written = sorted({entry.recorded_at for _, entry in entries})

    def lost(self) -> list[str]:
        """Return what was acknowledged and is not there."""
        return [
            f"{patient} {number}"
            for patient, *numbers in self.acknowledged
            for number in numbers
            if f"{patient} {number}" not in self.entries
        ]

    def fates(self) -> Counter[str]:
        """Say of how many prompts what became; raises when one was raised twice or not at all."""
        # A clerk who stood still writes with an earlier time than a tick that was meanwhile, which may take
        # a raise back; the next is another.
        over = {(deed.prompt_id, deed.moment) for deed in self.deeds if deed.kind == "superseded"}
        raises: dict[int, list[LedgerRow]] = defaultdict(list)
        for deed in self.deeds:
            if deed.kind == "raised" and (deed.prompt_id, deed.moment) not in over:
                raises[deed.prompt_id].append(deed)
        return Counter(self._fate(prompt, raises[prompt.id]) for prompt in self.prompts)

    def _fate(self, prompt: PromptRow, raises: list[LedgerRow]) -> str:
        name = f"{prompt.patient_id}/{prompt.number} {prompt.key.rule}"
        assert len(raises) <= 1, f"{name} was raised twice"
        if not raises:
            assert not self._seen_open(prompt), f"{name} was never raised"
            return "never seen open"
        assert raises[0].at >= raises[0].moment == prompt.opens_at, f"{name} was raised too early"
        return "raised"

    def _seen_open(self, prompt: PromptRow) -> bool:
        """Say whether a prompt was open during the whole of some tick."""
        # The clerk reads the time before there is a lock: what came before the next entry is surely written.
        after = bisect_right(self.written, prompt.written_at or 0)
        if after == len(self.written):
            return False
        since, until = max(prompt.opens_at, self.written[after]), prompt.ended_at
        return any(since <= began and (until is None or ended < until) for began, ended in self.ticks)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="ascii").splitlines()


@pytest.mark.parametrize(
    ("seed", "kills"),
    [(1, 8), *(pytest.param(seed, 60, marks=pytest.mark.long) for seed in range(2, 12))],
)
def test_whoever_is_killed_whenever_nothing_is_lost_and_nothing_twice(
    seed: int, kills: int, tmp_path: Path
) -> None:
    staffed(site(tmp_path))
    shift = Shift(tmp_path, time.monotonic())

    work_and_be_killed(shift, seed, kills)

    now = knock_off(shift)
    with Database(shift.database) as database:
        assert check(database, now=now).differences == ()
    books = Books(shift)
    assert books.lost() == []
    assert books.fates()["raised"] > 0
    assert books.told == {deed.id for deed in books.deeds if deed.kind != "superseded"}
    assert books.undelivered == 0
    assert books.fates_of_messages <= {"sent", "withdrawn", "merged"}
    assert books.sent
    assert books.sent <= set(shift.taken.keys())
