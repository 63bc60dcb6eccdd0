"""Prompts on a page, as `today` and the sheet of a handover show them. Nothing slow may be imported here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from caseload.local_times import LocalTime
from caseload.worklist import Line, Section
from cli.answer_words import answered
from cli.printing import columns, counted, indented, page_width


def nobody_there(lines: Iterable[Line]) -> Iterator[str]:
    """Say loudly which prompts rest with nobody, as everybody who could hold them is away."""
    alone: dict[str, list[str]] = {}
    for line in lines:
        if line.holder_why and not line.holder:
            alone.setdefault(line.holder_why, []).append(line.prompt)
    for why, prompts in alone.items():
        yield from indented(f"NOBODY HOLDS {', '.join(prompts)}: {why}", 0)


def standing_in(lines: Iterable[Line]) -> Iterator[str]:
    """Say of everybody who stands in for somebody why they do."""
    for holder, why in dict.fromkeys((line.holder, line.holder_why) for line in lines):
        if holder and why:
            yield from indented(f"{holder} holds prompts {why}.", 0)


def unapproved(lines: Iterable[Line]) -> str:
    """Name the pathways of the list that nobody has approved here, each with what it is instead."""
    by_review: dict[str, set[str]] = {}
    for line in lines:
        if line.review != "approved":
            by_review.setdefault(line.review, set()).add(f"{line.pathway} {line.version}")
    said = (f"{', '.join(sorted(names))} ({review})" for review, names in sorted(by_review.items()))
    return f"Not approved by a clinician: prompts of {'; '.join(said)}." if by_review else ""


def part(heading: str, found: Section, now: LocalTime, called: Mapping[str, str]) -> Iterator[str]:
    """Lay out some prompts under a heading; `called` has the names of patients, where they are shown."""
    yield ""
    yield f"{heading}: {len(found.lines) if found.lines else 'nothing'}{' and more' if found.more else ''}"
    groups = _together(found.lines)
    heads = columns((_head(lines, now) for lines in groups), width=page_width() - 2)
    for lines, head in zip(groups, heads, strict=True):
        yield from (f"  {text}" for text in head)
        yield from indented(_what(lines[0], called.get(lines[0].patient, ""), now), 6)
        for line in lines:
            also = f", {_when(line, now)}" if line.due != lines[0].due else ""
            why = f"{line.pathway}, {line.rule}: {line.because}{also} ({', '.join(line.sources)})"
            yield from indented(why, 6)
    if found.more:
        yield "  There are more: --limit shows them."


def unmoved(found: Section, now: LocalTime) -> Iterator[str]:
    """Name what somebody took on and nothing was said of since; where it stands, it is named above."""
    if not found.lines:
        return
    yield ""
    yield f"Acknowledged, not moving: {len(found.lines)}{' and more' if found.more else ''}"
    rows = ((each.prompt, f"since {each.taken}", f"{each.say}{answered(each, now)}") for each in found.lines)
    for lines in columns(rows, width=page_width() - 2):
        yield from (f"  {text}" for text in lines)


def _together(lines: Iterable[Line]) -> list[list[Line]]:
    """Put prompts that ask one person for the same thing, on several pathways of a patient, together."""
    groups: list[list[Line]] = []
    alike: dict[tuple[object, ...], list[list[Line]]] = {}
    for line in lines:
        who = (line.role, line.holder, line.named)
        same = (line.patient, line.rule, line.say, line.tier, *who, line.missing)
        beside = alike.setdefault(same, [])
        # On one pathway two prompts of a rule are about different things, such as two bookings.
        group = next((each for each in beside if all(line.pathway != other.pathway for other in each)), None)
        if group is None:
            group = []
            groups.append(group)
            beside.append(group)
        group.append(line)
    return groups


def _head(lines: Sequence[Line], now: LocalTime) -> tuple[str, ...]:
    line = lines[0]
    names = ", ".join(each.prompt for each in lines)
    stays = ", ".join(dict.fromkeys(f"{stay.state} {stay.days} d" for each in lines for stay in each.stays))
    stop = "STOP, " if line.tier == "stop" else ""
    instead = f" (for {line.named})" if line.named and line.holder_why else ""
    who = f"{line.role} {line.holder or '(nobody)'}{instead}"
    return (names, stop + _when(line, now), who, stays)


def _what(line: Line, name: str, now: LocalTime) -> str:
    of = f"{name}: " if name else ""
    record = f" [record {', '.join(line.missing)}]" if line.missing else ""
    return f"{of}{line.say}{record}{answered(line, now)}"


def _when(line: Line, now: LocalTime) -> str:
    if line.overdue_by is not None:
        days = f"{counted(line.overdue_by, 'day')} " if line.overdue_by else ""
        return f"{days}late, due {line.due}"
    if line.snoozed_until and line.snoozed_until.at > now.at:
        return f"asleep until {line.snoozed_until}"
    due = f"due {_day(str(line.due), now)}" if line.due else "to know" if line.tier == "info" else "no date"
    return f"opens {line.opens}, {due}" if line.opens.at > now.at else due


def _day(day: str, now: LocalTime) -> str:
    return f"today ({day})" if day[:10] == now.local[:10] else day
