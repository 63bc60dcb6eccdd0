"""`carepath next`: what can happen to a patient now."""

from collections.abc import Iterator
from pathlib import Path

from caseload import next_steps as caseload
from caseload import several
from caseload.next_steps import NextSteps, StepView
from caseload.views import AskedFact
from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import columns, indented, page_width, say
from storage.connection import Database


@command(
    "carepath next P-014",
    "carepath next P-014 --json",
    name="next",
)
@options.patient
@options.pathway
@options.reads
def next_steps(path: Path, patient_id: str, pathway: str | None, *, as_json: bool) -> None:
    """Show what can happen now, what is missing for it, and what it would ask.

    For a patient on several pathways on one after the other; with --json, --pathway says on which.
    """
    now = clock.now()
    with Database(path) as database:
        if as_json:
            print_json(caseload.next_steps(database, patient_id, now=now, pathway=pathway))
            return
        on = several.names_of(database, patient_id, pathway)
        found = [caseload.next_steps(database, patient_id, now=now, pathway=each) for each in on]
    for number, each in enumerate(found):
        if number:
            say()
        for line in _page(each, alone=len(found) == 1):
            say(line)


def _page(found: NextSteps, *, alone: bool) -> Iterator[str]:
    if not alone:
        yield f"on {found.pathway}:"
        yield ""
    if found.left:
        yield f"{found.patient} left {found.pathway}: {found.left}. Nothing can happen on it any more."
        return
    if found.review != "approved":
        yield from indented(f"{found.pathway} is {found.review_means}", 0)
        yield ""
    if not found.steps:
        yield f"No event is possible for {found.patient} on {found.pathway}."
    for step in found.steps:
        yield from _step(step)
        yield ""
    yield from indented(f"Leaving: {found.leave}", 0)


def _step(step: StepView) -> Iterator[str]:
    ready = "" if step.ready else "  (not yet)"
    yield f"{step.event}  {step.track}: {step.state} -> {step.to}{ready}"
    yield from indented(step.say or step.to_say, 4)
    rows = [
        *_facts("needs", step.missing),
        *_facts("needs anew", step.stale),
        *_facts("asks", step.asked),
        *(("warns", "", f"{each.say} ({_how(each)})") for each in step.warnings),
    ]
    yield from (f"    {line}" for row in columns(rows, width=page_width() - 4) for line in row)
    yield f"    {step.command}"


def _facts(word: str, facts: tuple[AskedFact, ...]) -> Iterator[tuple[str, str, str]]:
    for fact in facts:
        yield word, fact.name, f"{fact.ask} {fact.expected}".strip()


def _how(warning: caseload.Warning) -> str:
    """Say how a condition stands and what it rests on."""
    return f"{warning.holds}; {', '.join(f'{each.id}: {each.weight}' for each in warning.sources)}"
