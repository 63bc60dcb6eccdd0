"""What a message says on one line: ids, rule, what, by when, for whom; never a name."""

from functools import lru_cache

from caseload.numbers import counted
from caseload.rota import AS_NAMED, COORDINATOR, Holder
from pathways.moments import Moment, day_of, days_between, shown, start_of
from pathways.spans import HOUR
from storage.rows import Deed, DeliveryRow

WHAT: dict[Deed, str] = {
    "raised": "raised",
    "escalated": "escalated",
    "lapsed": "lapsed unanswered",
    "woke": "awake again",
}


def as_lead(staff: str) -> str:
    """Say at the end of a message that it is for a lead; nobody is one where none was entered."""
    if staff:
        return f"To {staff}, as a lead."
    return "Nobody leads this site: `carepath role set lead NAME`"


def line_of(message: DeliveryRow, now: Moment) -> str:
    """Write a message on one line; its `why` says who holds the prompt."""
    by = f" by {last_day(message.due_at, message.zone)}" if message.due_at is not None else ""
    said = "; ".join(filter(None, (message.why, remarks(message, now))))
    return (
        f"{WHAT[message.kind]} {message.patient_id}/{message.number} {message.rule} "
        f"for {_whom(message)}{by}: {message.say}{f' ({said})' if said else ''}"
    )


def holds(message: DeliveryRow, held: Holder) -> str:
    """Say who holds a prompt, and why if that is not who it names; nothing where no staff is entered."""
    if held.why == AS_NAMED:
        return ""
    if held.stands_in:
        return f"{held.person} holds it {held.why}" if held.person else f"NOBODY HOLDS IT, {held.why}"
    return "" if (message.tell or message.role) == COORDINATOR else f"{held.person} holds it"


def remarks(message: DeliveryRow, now: Moment) -> str:
    """Say how late it comes, if it is over by now, and if nobody has approved the pathway."""
    late_by = late(message, now)
    told = f"told {late_by}" if late_by else ""
    return "; ".join(filter(None, (told, _over(message, now), _doubt(message))))


def _doubt(message: DeliveryRow) -> str:
    """Say that nobody has approved the pathway: whoever reads a message may see nothing else of it."""
    return "" if message.review == "approved" else f"pathway not approved: {message.review}"


# Thousands of lines share a day.
@lru_cache(maxsize=1024)
def last_day(due_at: Moment, zone: str) -> str:
    """Write the last day, or the exact time, before something is overdue."""
    day = day_of(due_at, zone)
    if due_at == start_of(day, zone):
        return shown(due_at - 1, zone, only_day=True)
    return shown(due_at, zone)


def late(message: DeliveryRow, now: Moment) -> str:
    """Say how late a message comes: in days, or in hours where the moment was one of a day."""
    return late_by(message.moment, message.zone, now)


@lru_cache(maxsize=1024)
def late_by(moment: Moment, zone: str, now: Moment) -> str:
    """Say how late something is that had its moment before now; less than an hour is not."""
    days = days_between(day_of(moment, zone), day_of(now, zone))
    if days > 0:
        return f"{counted(days, 'day')} late"
    on_the_hour = moment != start_of(day_of(moment, zone), zone)
    hours = (now - moment) // HOUR
    return f"{counted(hours, 'hour')} late" if on_the_hour and hours > 0 else ""


def _whom(message: DeliveryRow) -> str:
    role = message.tell or message.role
    return f"{role} {message.owner}" if role == "coordinator" and message.owner else role


def _over(message: DeliveryRow, now: Moment) -> str:
    """Say that a prompt has ended between being raised and being told of."""
    if message.kind == "lapsed" or message.ended_at is None or message.ended_at > now:
        return ""
    return f"over since: {message.ended}"
