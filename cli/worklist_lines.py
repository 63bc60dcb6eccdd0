"""Prompts on a page, as `today` and the sheet of a handover show them. Nothing slow may be imported here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from caseload.answer_words import answered
from caseload.contacts import entries
from caseload.digest_lines import how_many
from caseload.local_times import LocalTime
from caseload.prompt_lines import Line, when
from caseload.worklist import Contact, PromptGroup, WorklistPart
from cli.printing import columns, indented, page_width
from cli.reviews import not_approved

Called: TypeAlias = Mapping[str, str]


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
    return not_approved((line.review, f"{line.pathway} {line.version}") for line in lines)


def part(
    heading: str, found: WorklistPart, now: LocalTime, called: Called, *, elsewhere: int = 0
) -> Iterator[str]:
    """Lay out a part: each patient with all there is to do; `called` has names, where they are shown."""
    if found.contacts:
        yield ""
    yield f"{heading}: {how_many(found, elsewhere=elsewhere)}"
    every = [asked.lines for contact in found.contacts for asked in contact.asked]
    heads = iter(columns((_head(lines, now) for lines in every), width=page_width() - 4))
    for contact in found.contacts:
        yield from indented(_patient(contact, called), 2)
        for asked in contact.asked:
            yield from (f"    {text}" for text in next(heads))
            yield from _below(asked.lines, now)
    if found.more and found.contacts:
        yield "  There are more: --limit shows them."


def together(lines: Iterable[Line]) -> WorklistPart:
    """Put some prompts together by patient, in their order, as a part."""
    by_patient: dict[str, list[tuple[str, Line]]] = {}
    for line in lines:
        by_patient.setdefault(line.patient, []).append(("", line))
    return WorklistPart(
        "",
        tuple(
            Contact(patient, "", stop=False, asked=tuple(map(_asked, entries(placed, _alike))))
            for patient, placed in by_patient.items()
        ),
        beyond=0,
        more=False,
    )


def _asked(entry: Iterable[tuple[str, Line]]) -> PromptGroup:
    return PromptGroup("", tuple(line for _, line in entry))


def _alike(line: Line) -> tuple[object, ...]:
    return (line.rule, line.say, line.tier, line.role, line.holder, line.named, line.missing)


def _patient(contact: Contact, called: Called) -> str:
    """Say which patient, and where they are on their pathways."""
    every = (stay for asked in contact.asked for line in asked.lines for stay in line.stays)
    stays = ", ".join(dict.fromkeys(f"{stay.state} {stay.days} d" for stay in every))
    name = called.get(contact.patient, "")
    whom = f"{contact.patient} ({name})" if name else contact.patient
    return f"{whom}: {stays}" if stays else whom


def _head(lines: Sequence[Line], now: LocalTime) -> tuple[str, ...]:
    line = lines[0]
    names = ", ".join(each.prompt for each in lines)
    stop = "STOP, " if line.tier == "stop" else ""
    instead = f" (for {line.named})" if line.named and line.holder_why else ""
    return (names, stop + when(line, now), f"{line.role} {line.holder or '(nobody)'}{instead}")


def _below(lines: Sequence[Line], now: LocalTime) -> Iterator[str]:
    """Say what to do, and of each pathway that asks for it why, and when if that is another time."""
    line = lines[0]
    record = f" [record {', '.join(line.missing)}]" if line.missing else ""
    yield from indented(f"{line.say}{record}{answered(line, now)}", 6)
    for each in lines:
        also = f", {when(each, now)}" if when(each, now) != when(line, now) else ""
        why = f"{each.pathway}, {each.rule}: {each.because}{also} ({', '.join(each.sources)})"
        yield from indented(why, 6)
