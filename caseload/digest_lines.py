"""A digest in words, the same on a page and in a message; how much it says is for the site to decide."""

from collections.abc import Iterator

from caseload.digest import (
    COMING,
    ESCALATED,
    NOT_MOVING,
    OPEN,
    OVERDUE,
    TODAY,
    Contact,
    Digest,
    DigestPart,
    Foot,
    Held,
)

HEADINGS = {
    OVERDUE: "Overdue",
    TODAY: "Today",
    ESCALATED: "Escalated to you",
    NOT_MOVING: "Acknowledged, not moving",
    OPEN: "Open",
    COMING: "Coming",
}
# What a message may say: everything, no words of the pathway, or only how many.
FULL, TASK, COUNT = "full", "task", "count"


def title(found: Digest) -> str:
    """Say whose digest it is, and of when."""
    return f"Digest for {found.person}, {found.now.local}"


def lines(found: Digest, detail: str = FULL) -> Iterator[str]:
    """Lay a digest out, one line for each prompt."""
    yield title(found)
    if found.away:
        yield f"Nothing rests with {found.person}, {found.away}."
    besides = [*(f"{each}'s patients" for each in found.stands_in_for), *_roles(found)]
    if besides:
        yield f"With {', '.join(besides)}."
    for part in found.parts:
        yield from _part(part, found, detail)
    if found.beyond:
        yield (
            f"Not shown: {_count(found.beyond, 'patient')} beyond the {found.budget} of a day; "
            f"`carepath today --owner {found.person}` lists them."
        )
    yield from foot_lines(found.foot)


def foot_lines(foot: Foot) -> Iterator[str]:
    """Say why a short digest can be believed."""
    if foot.ticked is None:
        yield "The scheduler has never run: nobody is told of anything."
    else:
        late = ": it is late, and nobody is told of anything" if foot.late else ""
        yield f"The scheduler last ran at {foot.ticked.local}{late}."
    yield foot.checked or "Nothing was checked by night yet: `carepath check` does it now."
    unsent = f"since {foot.unsent_since.local}" if foot.unsent_since else "none"
    failed = f"; given up: {foot.failed}" if foot.failed else ""
    yield f"Oldest unsent message: {unsent}{failed}. (As of {foot.at.local}.)"


def _roles(found: Digest) -> Iterator[str]:
    return (f"what is for the {role}" for role in found.roles)


def _part(part: DigestPart, found: Digest, detail: str) -> Iterator[str]:
    heading = HEADINGS[part.name]
    if part.name == COMING:
        heading = f"{heading} in {_count(found.days, 'day')}"
    yield f"{heading}: {_how_many(part)}"
    if detail != COUNT:
        for contact in part.contacts:
            yield from _contact(contact, detail)


def _how_many(part: DigestPart) -> str:
    patients = len(part.contacts) + part.beyond
    if not patients:
        return "nothing"
    shown = f", {len(part.contacts)} shown" if part.beyond else ""
    return f"{_count(patients, 'patient')}{shown}"


def _contact(contact: Contact, detail: str) -> Iterator[str]:
    first, *others = contact.asked
    stop = "STOP, " if contact.stop else ""
    yield f"  {contact.patient}: {stop}{_asked(first, contact, detail)}"
    for each in others:
        yield f"    also {_asked(each, contact, detail)}"


def _asked(asked: Held, contact: Contact, detail: str) -> str:
    line = asked.line
    number = line.prompt.removeprefix(f"{contact.patient}/")
    say = f": {line.say}" if detail == FULL else ""
    whose = f", with {line.holder or 'nobody'}" if asked.part == ESCALATED else ""
    instead = f", for {line.named}" if line.holder_why and line.named and asked.part != ESCALATED else ""
    return f"/{number} {_when(asked)}{whose}{instead}{say}"


def _when(asked: Held) -> str:
    line = asked.line
    if line.overdue_by is not None:
        late = f"{_count(line.overdue_by, 'day')} late, " if line.overdue_by else ""
        return f"{late}due {line.due}"
    due = f"due {line.due}" if line.due else "to know" if line.tier == "info" else "no date"
    return f"opens {line.opens}, {due}" if asked.part == COMING else due


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
