"""Whether the whole history came out right: all that was acknowledged is there, once, and nothing is left."""

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.soak import places
from benchmarks.soak.shift import Shift
from caseload.checking import check
from pathways.moments import Moment
from pathways.spans import HOUR
from scheduler.channels import hand_over
from scheduler.daily import DAILY
from scheduler.heartbeats import Worker
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, never, tick
from storage.connection import Database
from storage.rows import LedgerRow, PromptRow

LATER = range(0, 73, 6)  # hours: until whatever was put off was tried again, also by those who sleep at night
LAST = "last"
DUE = "SELECT count(*) FROM waiting WHERE at <= {}"
WAYS = """
SELECT delivery_key, state, ready_at FROM delivery WHERE staff != ''
UNION ALL SELECT delivery_key, state, ready_at FROM message WHERE channel != 'output'
"""
OVER = {"sent", "withdrawn", "merged"}


def knock_off(shift: Shift) -> Moment:
    """Let a last scheduler come again and again, until all leases have ended; return when that was."""
    began = shift.now()
    with closing(Database(shift.place)) as database:
        for hours in LATER:
            now = began + hours * HOUR
            worker = Worker(name=LAST, host="soak", interval=60.0, started_at=began)
            tick(database, now=now, worker=worker, deliver=shift.told(LAST))
            see_to(database, DAILY, clock=_at(now), worker=LAST, lease=LEASE, enough=never)
            way = Post(partial(hand_over), lambda _: None)
            post(database, way, clock=_at(now), worker=LAST, lease=LEASE, enough=never)
    return now


def _at(now: Moment) -> "partial[Moment]":
    return partial(int, now)


class Books:
    """What is stored in the end, beside what everybody wrote down."""

    def __init__(self, shift: Shift, keys: Collection[str]) -> None:
        self._shift, self._keys = shift, set(keys)
        self.acknowledged = [
            (int(at), patient, list(map(int, numbers)))
            for at, patient, *numbers in shift.lines("acknowledged")
        ]
        ticks = sorted(tuple(map(int, line)) for line in shift.lines("ticked"))
        self.ticks = len(ticks)
        self._whole = [(began, ended) for began, ended, whole in ticks if whole]
        with closing(Database(shift.place)) as database, database.reading() as store:
            ids = store.enrolment_ids()
            patients = {each: row.patient_id for each in ids if (row := store.enrolment(each))}
            self.entries = {
                (patients[each], entry.number): entry.recorded_at
                for each in ids
                for entry in store.entries(each)
            }
            self.prompts = [prompt for each in ids for prompt in store.prompts(each)]
            self.deeds = [deed for each in ids for deed in store.ledger(each)]
            self.ways = database.reader().execute(WAYS).fetchall()

    def wrong(self, now: Moment) -> Iterator[str]:
        """Say all that is not as it should be."""
        yield from _lost(self.acknowledged, self.entries)
        yield from self._raises()
        yield from self._messages(now)
        with closing(Database(self._shift.place)) as database:
            yield from (f"check: {line}" for line in check(database, now=now).differences)
            ((due,),) = database.reader().execute(DUE.format(int(now))).fetchall()
        if due:
            yield f"{due} moments are due, and nobody has seen to them"
        yield from self._backup(now)

    def _raises(self) -> Iterator[str]:
        # Who recorded something that happened earlier may have taken a raise back; the next is another.
        over = {(deed.prompt_id, deed.moment) for deed in self.deeds if deed.kind == "superseded"}
        raises: dict[int, list[LedgerRow]] = defaultdict(list)
        for deed in self.deeds:
            if deed.kind == "raised" and (deed.prompt_id, deed.moment) not in over:
                raises[deed.prompt_id].append(deed)
        for prompt in self.prompts:
            name = f"{prompt.patient_id}/{prompt.number} {prompt.key.rule}"
            these = raises[prompt.id]
            if len(these) > 1:
                yield f"{name} was raised {len(these)} times"
            elif these and not self._in_time(prompt, these[0]):
                yield f"{name}, which opens {prompt.opens_at}, was raised {these[0].at} for {these[0].moment}"
            elif not these and self._seen_open(prompt):
                yield f"{name} was never raised"

    def _in_time(self, prompt: PromptRow, raised: LedgerRow) -> bool:
        """Say whether a prompt was raised once it was open, as far as was known by then.

        Who stood still while writing may record something that happened earlier, so that it opens at another
        moment that is over too: then it stays raised.
        """
        if raised.at < raised.moment:
            return False
        return raised.moment == prompt.opens_at or self._known_since(prompt.patient_id, raised.at)

    def _known_since(self, patient: str, since: Moment) -> bool:
        """Say whether an entry may have come after a moment, by who wrote it down after that or never."""
        written = {
            number
            for at, whose, numbers in self.acknowledged
            if whose == patient and at < since
            for number in numbers
        }
        return any(whose == patient and number not in written for whose, number in self.entries)

    def _seen_open(self, prompt: PromptRow) -> bool:
        """Say whether a prompt was surely written, and open, during the whole of some tick."""
        written = self._written(prompt)
        if written is None:
            return False
        since, until = max(prompt.opens_at, written), prompt.ended_at
        place = bisect_left(self._whole, (since, since))
        return any(until is None or ended < until for _, ended in self._whole[place : place + 50])

    def _written(self, prompt: PromptRow) -> Moment | None:
        """Say by when somebody knew of an entry no earlier than the one that wrote the prompt."""
        first = min(
            (
                number
                for (patient, number), at in self.entries.items()
                if patient == prompt.patient_id and at >= (prompt.written_at or 0)
            ),
            default=None,
        )
        if first is None:
            return None
        after = (
            at
            for at, patient, numbers in self.acknowledged
            if patient == prompt.patient_id and max(numbers) >= first
        )
        return min(after, default=None)

    def _messages(self, now: Moment) -> Iterator[str]:
        told = {int(number) for (number,) in self._shift.lines("told")}
        wanted = {deed.id for deed in self.deeds if deed.kind != "superseded"}
        if untold := wanted - told:
            yield f"{len(untold)} deeds are on no output"
        if unknown := told - wanted:
            yield f"{len(unknown)} lines on the output are of no deed"
        for key, state, ready_at in self.ways:
            if state == "sent" and key not in self._keys:
                yield f"message {key} is marked as sent, and never came"
            elif state not in OVER and (ready_at is None or ready_at <= now):
                yield f"message {key} is neither handed over nor waiting: {state}"

    def _backup(self, now: Moment) -> Iterator[str]:
        made = sorted(self._shift.lines("backup"), key=lambda line: int(line[0]))
        if not made:
            yield "no backup was ever made"
            return
        at, file = made[-1]
        place = places.restored(self._shift, Path(file))
        with closing(Database(place)) as database:
            yield from (f"check of the backup: {line}" for line in check(database, now=now).differences)
            with database.reading() as store:
                entries = {
                    (row.patient_id, entry.number)
                    for each in store.enrolment_ids()
                    if (row := store.enrolment(each))
                    for entry in store.entries(each)
                }
        before = [each for each in self.acknowledged if each[0] < int(at)]
        yield from (f"in the backup: {each}" for each in _lost(before, entries))


def _lost(
    acknowledged: list[tuple[Moment, str, list[int]]], entries: Collection[tuple[str, int]]
) -> Iterator[str]:
    for _, patient, numbers in acknowledged:
        for number in numbers:
            if (patient, number) not in entries:
                yield f"{patient} {number} was acknowledged, and is not there"


def waits_for(shift: Shift, kind: str, since: Moment, seconds: float) -> bool:
    """Say whether somebody of a kind writes something down that began after a moment, in so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any(int(line[0]) > since for line in shift.lines(kind)):
            return True
        time.sleep(0.2)
    return False
