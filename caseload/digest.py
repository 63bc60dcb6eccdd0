"""A digest: what one person holds at a moment, a line for each patient, the most urgent first.

It follows from what is recorded and the moment alone: made again, it is the same. What changes from minute
to minute (the scheduler, messages on their way) stands in its foot, which is given. `carepath today` shows
parts of it, so this may import nothing slow.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from caseload.local_times import LocalTime
from caseload.rota import CLINICIAN, LEAD, Holders, absence, rota_of
from caseload.worklist import DAY, Describe, Line, held_besides
from storage.lists import Whose

if TYPE_CHECKING:
    from storage.connection import Database
    from storage.lists import Lists, PromptLine

DAYS = 7
BUDGET = 40
AGES_AFTER = 3 * DAY
OVERDUE, TODAY, OPEN, COMING, NOT_MOVING = "overdue", "today", "open", "coming", "not moving"
ESCALATED = "escalated"
# In the order in which they are shown, and in which they count against the budget.
PARTS = (OVERDUE, TODAY, ESCALATED, NOT_MOVING, OPEN, COMING)
# A person who holds more has no use for a list: the rest is looked for when these are done.
MOST = 100_000


class Held(NamedTuple):
    """A prompt of a contact, and the part it belongs to by itself."""

    part: str
    line: Line


class Contact(NamedTuple):
    """What one person has to do about one patient, together: one call, not five.

    It stands in the part of its most urgent prompt.
    """

    patient: str
    part: str
    stop: bool
    asked: tuple[Held, ...]


class DigestPart(NamedTuple):
    """Contacts of one urgency; `beyond` counts those that were more than the budget."""

    name: str
    contacts: tuple[Contact, ...]
    beyond: int


class Foot(NamedTuple):
    """Why silence can be believed: when the scheduler last ran, what it checked, what is still unsent.

    `at` is when that was so. `checked` says what the last nightly check found, empty when there was none.
    """

    at: LocalTime
    ticked: LocalTime | None
    late: bool
    checked: str
    unsent_since: LocalTime | None
    failed: int


class Digest(NamedTuple):
    """What somebody holds at a moment. `away` says why they hold nothing, empty when they are there."""

    now: LocalTime
    person: str
    away: str
    stands_in_for: tuple[str, ...]
    roles: tuple[str, ...]
    days: int
    budget: int
    parts: tuple[DigestPart, ...]
    foot: Foot

    @property
    def prompts(self) -> int:
        """How many prompts are shown."""
        return sum(len(contact.asked) for part in self.parts for contact in part.contacts)

    @property
    def beyond(self) -> int:
        """How many patients are not shown, as they are beyond the budget."""
        return sum(part.beyond for part in self.parts)


def digest(
    database: "Database",
    person: str,
    *,
    at: int,
    foot: Foot,
    budget: int = BUDGET,
    ages_after: int = AGES_AFTER,
) -> Digest:
    """Put together what somebody holds at a moment."""
    with database.listing() as lists:
        read = _read(lists, person, at, at - ages_after)
        zone = lists.site_zone()
    now, asked = read.describe.time(at, zone), list(_asked(read, person))
    return Digest(
        now=now,
        person=person,
        away=absence(read.holders.rota, person, at) if read.holders.rota.staff else "",
        stands_in_for=read.besides.owners,
        roles=read.roles,
        days=DAYS,
        budget=budget,
        parts=_within(_contacts(asked), budget),
        foot=foot,
    )


class _Read(NamedTuple):
    """What there is about somebody, as the tables have it at one moment."""

    at: int
    holders: Holders
    besides: Whose
    roles: tuple[str, ...]
    found: tuple[tuple[str, "list[PromptLine]"], ...]
    unmoved: frozenset[int]
    describe: Describe


def _read(lists: "Lists", person: str, at: int, aged: int) -> _Read:
    holders = Holders(rota_of(lists, at), at)
    besides = held_besides(lists, holders, person)
    roles = tuple(role for role in (CLINICIAN, LEAD) if holders.of(role, "").person == person)
    whose = Whose((person, *besides.owners), roles)
    told = [line for role in roles for line in lists.escalated(now=at, tell=role, limit=MOST)]
    found = (
        (OVERDUE, lists.overdue(now=at, owner=whose, limit=MOST)),
        (OPEN, lists.open(now=at, owner=whose, limit=MOST)),
        (COMING, lists.coming(now=at, until=at + DAYS * DAY, owner=whose, limit=MOST)),
        (ESCALATED, list({line.id: line for line in told}.values())),
    )
    unmoved = lists.taken(now=at, since=aged, owner=whose, limit=MOST)
    describe = Describe.of(lists, holders, (line for _, lines in found for line in lines), at)
    return _Read(at, holders, besides, roles, found, frozenset(line.id for line in unmoved), describe)


def _asked(read: _Read, person: str) -> Iterator[Held]:
    """Give what somebody holds, and what was escalated to them and rests with another."""
    today = read.describe.time
    for part, lines in read.found:
        for line in lines:
            mine = read.holders.of(line.role, line.owner).person == person
            if mine == (part != ESCALATED):
                local = today(read.at, line.zone).local[:10]
                yield _in_its_part(part, line.id in read.unmoved, read.describe.line(line), local)


def _in_its_part(part: str, unmoved: bool, line: Line, today: str) -> Held:  # noqa: FBT001 - as it stands
    if unmoved and part in {OVERDUE, OPEN}:
        return Held(NOT_MOVING, line)
    due_today = line.due is not None and line.due.local[:10] <= today
    return Held(TODAY if part == OPEN and (line.tier == "stop" or due_today) else part, line)


def _contacts(asked: Iterable[Held]) -> list[Contact]:
    """Put the prompts of a patient together, but what another holds apart from one's own."""
    by_patient: dict[tuple[str, bool], list[Held]] = {}
    for each in asked:
        by_patient.setdefault((each.line.patient, each.part == ESCALATED), []).append(each)
    contacts = (_contact(sorted(together, key=_urgency)) for together in by_patient.values())
    return sorted(contacts, key=lambda contact: (*_urgency(contact.asked[0]), contact.patient))


def _contact(asked: list[Held]) -> Contact:
    first = asked[0]
    stop = any(each.line.tier == "stop" and each.part != COMING for each in asked)
    return Contact(first.line.patient, first.part, stop, tuple(asked))


def _urgency(asked: Held) -> tuple[bool, int, bool, str, str]:
    """Sort by danger, then by part, then by what was due first."""
    line = asked.line
    stop = line.tier == "stop" and asked.part != COMING
    due = line.due.at if line.due else ""
    return (not stop, PARTS.index(asked.part), not due, due or line.opens.at, line.prompt)


def _within(contacts: list[Contact], budget: int) -> tuple[DigestPart, ...]:
    """Keep the most urgent; a stop is never cut, whatever it leaves for others."""
    stops = sum(contact.stop for contact in contacts)
    shown = contacts[: max(stops, budget)]
    rest = contacts[len(shown) :]
    return tuple(
        DigestPart(
            name,
            tuple(contact for contact in shown if contact.part == name),
            sum(contact.part == name for contact in rest),
        )
        for name in PARTS
    )
