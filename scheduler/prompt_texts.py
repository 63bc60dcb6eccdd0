"""What a message about a prompt says: what to do, by when, to whom it goes and why, and how to answer.

Never a name of a patient. Without `full` nothing of what the prompt is about, either.
"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from caseload.putting_on_record import Act
from caseload.rota import COORDINATOR
from pathways.moments import Moment, day_of, shown, start_of
from pathways.spans import HOUR
from pathways.tiers import INFO, STOP
from scheduler.channels import Text
from scheduler.lines import last_day, late
from storage.rows import DeliveryRow


class About(NamedTuple):
    """A message about a prompt as it goes now; `rests` says with whom it rests what was escalated.

    `act` says how what it asks for is put on record, none where `carepath done` says that it was done.
    """

    message: DeliveryRow
    now: Moment
    full: bool
    link: str
    rests: str
    act: Act | None = None

    @property
    def prompt(self) -> str:
        """The prompt as people type it."""
        return f"{self.message.patient_id}/{self.message.number}"

    @property
    def overdue(self) -> bool:
        """Whether it is late by now."""
        return self.message.due_at is not None and self.message.due_at <= self.now


def told(of: About) -> Text:
    """Write a message about a prompt."""
    say = [f"{_mark(of)}{of.message.say}"] if of.full else []
    lines = [*say, _deed(of), *_remarks(of), _whom(of.message), "", *_how(of)]
    return Text(_title(of), "\n".join(lines))


def _title(of: About) -> str:
    """Say what may stand on a locked screen."""
    kind = {"escalated": "escalated, ", "lapsed": "lapsed, "}.get(of.message.kind, "")
    due = "" if of.message.due_at is None else f"due {_last(of)}" if of.overdue else f"by {_last(of)}"
    return f"carepath: {_stop(of)}{kind}{of.prompt}{' ' if due else ''}{due}"


def _stop(of: About) -> str:
    return "STOP, " if of.message.tier == STOP else ""


def _mark(of: About) -> str:
    return {STOP: "STOP: ", INFO: "To know: "}.get(of.message.tier, "")


def _last(of: About) -> str:
    return last_day(of.message.due_at or 0, of.message.zone)


def _by(of: About) -> str:
    """Say the end of a day, or a time with the zone it is one of."""
    due_at, zone = of.message.due_at or 0, of.message.zone
    if due_at == start_of(day_of(due_at, zone), zone):
        return f"the end of {_last(of)}"
    return f"{shown(due_at, zone)} ({zone})"


def _deed(of: About) -> str:
    """Say what happened to the prompt, and by when it is to be done."""
    kind = of.message.kind
    if kind == "escalated":
        done = f"{_due(of)} and is not done" if of.message.due_at else "it is not done"
        return f"{of.prompt} is escalated to you: {done}. It rests with {of.rests}: see that it is."
    if kind == "lapsed":
        due = f"{_due(of)}, " if of.message.due_at else ""
        return f"{of.prompt} has lapsed: {due}nobody answered, and it is asked no more."
    if kind == "woke":
        return f"{of.prompt} is back: it was put off until now. {_do_it(of)}"
    return f"{of.prompt}. {_do_it(of)}"


def _due(of: About) -> str:
    return f"it {'was' if of.overdue else 'is'} due by {_by(of)}"


def _do_it(of: About) -> str:
    if of.message.due_at is None:
        return "It is for you to know." if of.message.tier == INFO else "It has no date."
    return f"It is overdue: it was due by {_by(of)}." if of.overdue else f"Due by {_by(of)}."


def _remarks(of: About) -> Iterator[str]:
    if said := late(of.message, of.now):
        yield (
            f"This message comes {said}."
            if _was_late(of.message)
            else f"It waited since {_since(of.message)}."
        )
    if of.message.review != "approved":
        yield f"No clinician has approved its pathway here ({of.message.review})."


def _was_late(message: DeliveryRow) -> bool:
    """Whether it is late for want of a tick or of an answer, and was not only held for somebody's hours."""
    return message.tries > 1 or message.at - message.moment >= HOUR


def _since(message: DeliveryRow) -> str:
    at_start = message.moment == start_of(day_of(message.moment, message.zone), message.zone)
    return shown(message.moment, message.zone, only_day=at_start)


def _whom(message: DeliveryRow) -> str:
    """Say to whom it goes and why."""
    why, role = message.why, message.tell or message.role
    if why == "owner" and role == COORDINATOR:
        why = "as the coordinator of the patient"
    elif why == role:
        why = f"as the {role}"
    return f"To {message.staff}, {why}."


def _how(of: About) -> Iterator[str]:
    """Say how to see more and how to answer: a link, where the site has one, or commands."""
    if of.link:
        yield _filled(of)
        return
    if of.message.kind == "lapsed":
        yield from _after_all(of)
        return
    yield f"Why, and what to record: carepath why {of.prompt}"
    if of.message.kind == "escalated":
        return
    if of.message.tier == INFO:
        yield f"When you know it: carepath ack {of.prompt}"
        return
    others = "dismiss" if of.message.tier == STOP else "acting, could-not, snooze, dismiss"
    if of.act is None:
        yield f"When it is done: carepath done {of.prompt} (or ack, {others})"
        return
    # What a record can show is not taken on somebody's word: `carepath done` would be refused.
    yield f"When it is done: {of.act.command if of.full else 'record it'}"
    yield f"Otherwise: carepath ack {of.prompt} (or {others})"


def _after_all(of: About) -> Iterator[str]:
    """Say how something that lapsed is told to have been done, with its true day."""
    done, record = f"carepath done {of.prompt} --at DAY", "record it with its day"
    if of.act is None:
        yield f"If it was done after all: {done}"
        return
    if of.full:
        record = f"{of.act.command}{' --at DAY' if of.act.dated else ''}"
    yield f"If it was done after all: {record}"
    if of.act.then_done:
        yield f"If that was after it had lapsed, then also: {done}"


def _filled(of: About) -> str:
    prompt, patient = quote(of.prompt, safe=""), quote(of.message.patient_id, safe="")
    return of.link.replace("{prompt}", prompt).replace("{patient}", patient)
