"""Handing over a caseload: all enrolments of an owner, or some, and a sheet that says how they stand."""

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from caseload.cases import case_of
from caseload.entry_log import LogLine, recent
from caseload.giving import give
from caseload.local_times import LocalTime
from caseload.moved_stops import PassedOn, Stops, moved
from caseload.on_staff import refuse_absent_author, refuse_absent_owner
from caseload.prompt_lines import Describe, Line
from caseload.requests import Author
from caseload.rota import COORDINATOR, Holders, holder, rota_of
from pathways.errors import CarepathError, NotFound, Refused
from pathways.moments import Moment
from pathways.spans import DAY
from storage.connection import Database
from storage.lists import Lists, PromptLine, Whose
from storage.rows import EnrolmentRow
from storage.store import Store

# So many in one transaction: between two of them, others get to write.
BATCH = 100
ALL = 1_000_000
WEEK = 7 * DAY
AHEAD = 366 * DAY


class Changed(Struct, frozen=True, kw_only=True):
    """An entry of the last week. `name` is such as `P-014:12`."""

    name: str
    pathway: str
    recorded: LocalTime
    by: str
    says: str


class Sheet(Struct, frozen=True, kw_only=True):
    """How a caseload stands. A prompt is in one part only, and the parts go by when it is due or comes.

    `taken` was acknowledged or is being done, `asleep` was put off: somebody counts on it. What of that is
    overdue stands there. `next` is what
    comes first for each enrolment of which nothing else is asked now, `changed` what was written in the
    last seven days.
    """

    owner: str
    now: LocalTime
    patients: int
    enrolments: int
    overdue: tuple[Line, ...]
    open: tuple[Line, ...]
    taken: tuple[Line, ...]
    asleep: tuple[Line, ...]
    next: tuple[Line, ...]
    changed: tuple[Changed, ...]


class Moved(Struct, frozen=True, kw_only=True):
    """An enrolment that changed its owner, with how many prompts that are not over."""

    patient: str
    pathway: str
    prompts: int


class HandedOver(Struct, frozen=True, kw_only=True):
    """What a handover moved, or would move; `sheet` is how it stood when it was given.

    `holder` is with whom it rests now, and `holder_why` says why that is not the one who took it.
    `stops` are the open stops that change hands with it.
    """

    giver: str
    taker: str
    moved: tuple[Moved, ...]
    holder: str
    holder_why: str
    rehearsed: bool
    stops: tuple[PassedOn, ...]
    sheet: Sheet


def sheet(database: Database, owner: str, *, now: Moment, patients: Collection[str] = ()) -> Sheet:
    """Say how the caseload of an owner stands, or what of it is about some patients."""
    with database.reading() as store:
        rows = _rows(store, owner, patients)
        changed = _changed(store, owner, rows, now - WEEK)
    with database.listing() as lists:
        return _sheet(lists, owner, rows, changed, now)


def hand_over(
    database: Database,
    giver: str,
    taker: str,
    author: Author,
    *,
    patients: Collection[str] = (),
    because: str = "",
    rehearse: bool = False,
) -> HandedOver:
    """Give all open enrolments of an owner, or those of some patients, to another, and note it in each.

    Some at a time: whoever is stopped half way does it again, which moves the rest.
    """
    with database.reading() as store:
        rows = _rows(store, giver, patients)
        _refuse_taker(store, giver, taker, author.now)
        refuse_absent_author(store, author.by, author.now)
        enrolments = tuple(_moved(store, row, author.now) for row in rows)
        stops = Stops.read(store, author.now)
    rests = holder(stops.rota, COORDINATOR, taker, author.now)
    given = stops.given(taker, {row.id for row in rows})
    found = sheet(database, giver, now=author.now, patients=patients)
    if not rehearse:
        for start in range(0, len(rows), BATCH):
            with database.writing() as store:
                _move(store, rows[start : start + BATCH], taker, author, because)
    return HandedOver(
        giver=giver,
        taker=taker,
        moved=enrolments,
        holder=rests.person,
        holder_why=rests.why if rests.stands_in else "",
        rehearsed=rehearse,
        stops=moved(stops, given, author.now),
        sheet=found,
    )


def _rows(store: Store, owner: str, patients: Collection[str]) -> list[EnrolmentRow]:
    """Return the enrolments that are meant, or say that there are none."""
    rows = store.open_enrolments_of(owner)
    theirs = {row.patient_id for row in rows}
    for patient in patients:
        if patient not in theirs:
            msg = f"{patient} is not on {owner}'s caseload: `carepath patient list --owner {owner}` shows it."
            raise NotFound(msg)
    if not rows:
        msg = f"{owner} has no patients on a pathway: `carepath staff list` says who has."
        raise NotFound(msg)
    return [row for row in rows if not patients or row.patient_id in patients]


def _refuse_taker(store: Store, giver: str, taker: str, now: Moment) -> None:
    if not taker.strip():
        msg = "Say who takes over: an enrolment always has an owner."
        raise CarepathError(msg)
    if taker == giver:
        msg = f"These are {giver}'s patients already: name somebody else with --to."
        raise Refused(msg)
    refuse_absent_owner(store, taker, now)


def _move(store: Store, rows: Sequence[EnrolmentRow], taker: str, author: Author, because: str) -> None:
    for row in rows:
        latest = store.enrolment(row.id)
        # Somebody may have closed it, or given it away, since it was looked up.
        if latest is not None and latest.owner == row.owner and latest.left_at is None:
            give(store, case_of(store, latest), taker, author, because=because)


def _moved(store: Store, row: EnrolmentRow, now: Moment) -> Moved:
    left = [each for each in store.unsettled(row.id) if each.ended_at is None or each.ended_at > now]
    return Moved(patient=row.patient_id, pathway=row.pathway, prompts=len(left))


def _changed(store: Store, owner: str, rows: Iterable[EnrolmentRow], since: Moment) -> list[LogLine]:
    changed = set(store.changed_since(owner, since))
    lines = [line for row in rows if row.id in changed for line in recent(store, row, since)]
    return sorted(lines, key=lambda line: (line.entry.recorded_at, line.name))


def _sheet(
    lists: Lists, owner: str, rows: Sequence[EnrolmentRow], changed: Iterable[LogLine], now: Moment
) -> Sheet:
    meant, whose = {row.id for row in rows}, Whose((owner,))

    def of(found: Iterable[PromptLine]) -> list[PromptLine]:
        return [line for line in found if line.enrolment_id in meant]

    overdue = of(lists.overdue(now=now, owner=whose, limit=ALL))
    still_open = of(lists.open(now=now, owner=whose, limit=ALL))
    coming = of(lists.coming(now=now, until=now + AHEAD, owner=whose, limit=ALL))
    asleep = [line for line in coming if line.opens_at <= now]
    dated = (line for line in (*overdue, *still_open, *asleep) if line.tier != "info")
    busy = {line.enrolment_id for line in dated}
    parts = {
        "overdue": overdue,
        "open": [line for line in still_open if line.taken_at is None],
        "taken": [line for line in still_open if line.taken_at is not None],
        "asleep": asleep,
        "next": _first([line for line in coming if line.enrolment_id not in busy]),
    }
    holders = Holders(rota_of(lists, now), now)
    describe = Describe.of(lists, holders, (line for lines in parts.values() for line in lines), now)
    return Sheet(
        owner=owner,
        now=describe.time(now, lists.site_zone()),
        patients=len({row.patient_id for row in rows}),
        enrolments=len(rows),
        **{part: tuple(map(describe.line, found)) for part, found in parts.items()},
        changed=tuple(map(_change, changed)),
    )


def _first(coming: Iterable[PromptLine]) -> list[PromptLine]:
    first: dict[int, PromptLine] = {}
    for line in coming:
        first.setdefault(line.enrolment_id, line)
    return list(first.values())


def _change(line: LogLine) -> Changed:
    return Changed(name=line.name, pathway=line.pathway, recorded=line.recorded, by=line.by, says=line.says)
