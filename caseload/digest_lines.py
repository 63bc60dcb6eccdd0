"""A worklist in words, the same on a page and in a message; how much it says is for the site to decide.

`carepath today` asks it, so it may import nothing slow.
"""

from collections.abc import Iterator

from caseload.answer_words import answered
from caseload.contacts import COMING, ESCALATED, NOT_MOVING, OPEN, OTHERS, OVERDUE, TODAY
from caseload.detail import COUNT, FULL
from caseload.foot import Foot
from caseload.numbers import counted
from caseload.prompt_lines import Line, when
from caseload.worklist import Contact, PromptGroup, Worklist, WorklistPart

HEADINGS = {
    OVERDUE: "Overdue",
    TODAY: "Today",
    ESCALATED: "Escalated to you",
    NOT_MOVING: "Acknowledged, not moving",
    OPEN: "Open",
    COMING: "Coming",
    OTHERS: "With others",
}


def title(found: Worklist) -> str:
    """Say whose digest it is, and of when."""
    return f"Digest for {found.person}, {found.now.local}"


def lines(found: Worklist, detail: str = FULL) -> Iterator[str]:
    """Lay a digest out, one line for each thing to do."""
    yield title(found)
    yield from said_first(found)
    besides = [*(f"{each}'s patients" for each in found.stands_in_for), *roles(found)]
    if besides:
        yield f"With {', '.join(besides)}."
    yield from stops(found, detail)
    for part in found.parts:
        yield f"{heading(part, found)}: {how_many(part, elsewhere=elsewhere(found, part))}"
        if detail != COUNT:
            for contact in part.contacts:
                yield from _contact(contact, found, detail)
    if found.cut:
        yield (
            f"Not shown: what else there is of {counted(found.cut, 'patient')}, beyond the {found.budget} "
            f"of a day; `carepath today --owner {found.person} --limit 1000` lists it."
        )
    yield from foot_lines(found.foot)


def said_first(found: Worklist) -> Iterator[str]:
    """Say why there is nothing: somebody is away, or of how many enrolments nothing is asked."""
    if found.away:
        yield f"Nothing rests with {found.person}, {found.away}."
    elif found.enrolments is not None:
        yield f"{_of_none(found)} asks for anything now or in {counted(found.days, 'day')}."


def _of_none(found: Worklist) -> str:
    if found.person is None:
        return (
            f"None of the {found.enrolments} enrolments here"
            if found.enrolments
            else "Nobody is on a pathway: nothing"
        )
    if not found.enrolments:
        return f"{found.person} has no patients on a pathway, and nothing else"
    if found.enrolments == 1:
        return f"{found.person} sees to one enrolment, and nothing of it"
    return f"None of the {found.enrolments} enrolments that {found.person} sees to"


def stops(found: Worklist, detail: str = FULL) -> Iterator[str]:
    """Name every danger there is, with who must see to it and where it stands: no such line, no danger."""
    if not found.stops:
        return
    count = f" ({len(found.stops)})" if len(found.stops) > 1 else ""
    if detail == COUNT:
        yield f"STOP: {counted(len(found.stops), 'thing')}"
        return
    under = {line.prompt: heading(part, found) for part in found.parts for line in _of(part)}
    alike: dict[str, list[str]] = {}
    for line in (line for each in found.stops for line in each.lines):
        place = f"under {under[line.prompt]}" if line.prompt in under else "not shown below: --limit shows it"
        whose = f"{line.role} {line.holder or '(nobody)'} ({place})"
        alike.setdefault(whose, []).append(line.prompt)
    named = (f"{', '.join(names)}, {whose}" for whose, names in alike.items())
    yield f"STOP{count}: {'; '.join(named)}"


def _of(part: WorklistPart) -> Iterator[Line]:
    for contact in part.contacts:
        for asked in contact.asked:
            yield from asked.lines


def heading(part: WorklistPart, found: Worklist) -> str:
    """Return the heading of a part."""
    days = f" in {counted(found.days, 'day')}" if part.name == COMING else ""
    return f"{HEADINGS[part.name]}{days}"


def how_many(part: WorklistPart, *, elsewhere: int = 0) -> str:
    """Say how many patients a part is about, how many things belong to it, and if not all are shown.

    `elsewhere` counts what belongs to it and stands with something more urgent of its patient.
    """
    patients, more = len(part.contacts), f"{elsewhere} more" if part.contacts else counted(elsewhere, "thing")
    others = [f"{more} under other headings"] if elsewhere else []
    if not patients and not part.beyond:
        nothing = "nothing that comes first; --limit looks further" if part.more else "nothing"
        return f"{nothing}{', but ' if others else ''}{''.join(others)}"
    said = [counted(patients + part.beyond, "patient")]
    if part.beyond:
        said.append(f"{patients} shown")
    ends = " and more" if part.more and not part.beyond else ""
    return ", ".join((*said, *_things(part), *others)) + ends


def _things(part: WorklistPart) -> Iterator[str]:
    """Count what belongs to a part by itself, and what else its patients need."""
    every = [asked.part == part.name for contact in part.contacts for asked in contact.asked]
    own, more = sum(every), len(every) - sum(every)
    if len(every) > len(part.contacts):
        yield f"{counted(own, 'thing')}{f' (and {more} more of theirs)' if more else ''}"


def elsewhere(found: Worklist, part: WorklistPart) -> int:
    """Count what belongs to a part and stands in another, with something more urgent of its patient."""
    return sum(
        asked.part == part.name
        for each in found.parts
        if each.name != part.name
        for contact in each.contacts
        for asked in contact.asked
    )


def roles(found: Worklist) -> Iterator[str]:
    """Name the roles whose prompts rest with somebody."""
    return (f"what is for the {role}" for role in found.roles)


def foot_lines(foot: Foot) -> Iterator[str]:
    """Say why a short list can be believed."""
    if foot.ticked is None:
        yield "The scheduler has never run: nobody is told (`carepath scheduler run`)."
    else:
        late = " It is late: nobody is told (`carepath scheduler run`)." if foot.late else ""
        yield f"The scheduler last ran at {foot.ticked.local}.{late}"
    if foot.checked_at is None:
        yield "Nothing was checked by night yet; until then `carepath check` does it."
    else:
        late = " Nothing was checked since: `carepath check` does it now." if foot.unchecked else ""
        yield f"Last check by night, {foot.checked_at.local}: {foot.checked.rstrip('.')}.{late}"
    unsent = f"since {foot.unsent_since.local}" if foot.unsent_since else "none"
    failed = f"; given up: {foot.failed} (`carepath scheduler status`)" if foot.failed else ""
    yield f"Oldest unsent message: {unsent}{failed}. (As of {foot.at.local}.)"


def _contact(contact: Contact, found: Worklist, detail: str) -> Iterator[str]:
    first, *others = contact.asked
    stop = "STOP, " if contact.stop else ""
    yield f"  {contact.patient}: {stop}{_asked(first, contact, found, detail)}"
    for each in others:
        yield f"    also {_asked(each, contact, found, detail)}"


def _asked(asked: PromptGroup, contact: Contact, found: Worklist, detail: str) -> str:
    line = asked.lines[0]
    numbers = ", ".join(each.prompt.removeprefix(contact.patient) for each in asked.lines)
    say = f": {line.say}" if detail == FULL else ""
    return f"{numbers} {when(line, found.now)}{_whose(line, asked.part)}{say}{answered(line, found.now)}"


def _whose(line: Line, part: str) -> str:
    if part in (ESCALATED, OTHERS):
        return f", with {line.holder or 'nobody'}"
    return f", for {line.named}" if line.holder_why and line.named else ""
