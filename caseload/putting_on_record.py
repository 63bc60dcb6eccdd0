"""What to type once the act that a prompt waits for was done, as a message says it."""

from typing import NamedTuple

from caseload.cases import Case, case_of
from pathways.lookup import lookup_of
from pathways.model import Rule, Transition
from storage.rows import PromptRow
from storage.store import Store


class Act(NamedTuple):
    """The command that puts an act on record, and whether `carepath done` can be said of it once it lapsed.

    `dated` says that the command takes the true day.
    """

    command: str
    dated: bool = True
    then_done: bool = False


def act_of(store: Store, patient_id: str, number: int) -> Act | None:
    """Say how the act of a prompt is put on record; none where `carepath done` says that it was done."""
    prompt = store.prompt(patient_id, number)
    row = store.enrolment(prompt.enrolment_id) if prompt else None
    if prompt is None or row is None:
        return None
    case = case_of(store, row)
    rule = lookup_of(case.pathway).rules.get(prompt.key.rule)
    if rule is None or not rule.has_act:
        return None
    beside = [each for each in store.enrolments(patient_id) if each.left_at is None and each.id != row.id]
    return _act(case, prompt, rule, f" --pathway {row.pathway}" if beside else "")


def _act(case: Case, prompt: PromptRow, rule: Rule, which: str) -> Act:
    asked = prompt.missing or (*rule.needs, *rule.needs_new)
    if asked:
        return Act(f"{_record(case, asked)}{which}", then_done=not rule.done_when)
    behind = lookup_of(case.pathway).names_behind(rule.done_when) if rule.done_when else []
    names = [name.removeprefix("known.") for name in behind]
    facts = [fact.name for fact in case.pathway.facts if fact.name in names]
    steps = _steps(case, rule, names)
    if len(steps) == 1 and not facts:
        return Act(f"{_advance(case, steps[0])}{which}")
    if facts and not any(track.name in names for track in case.pathway.tracks):
        return Act(f"{_record(case, facts)}{which}")
    return Act(f"what carepath next {case.patient_id} lists", dated=False)


def _steps(case: Case, rule: Rule, names: list[str]) -> list[Transition]:
    """List the events that are possible now and lead where the rule wants a track to be."""
    wanted = rule.done_when.text if rule.done_when and "!" not in rule.done_when.text else ""
    states = {name: track.state for name, track in case.standing.tracks.items()}
    return [
        step
        for track in case.pathway.tracks
        if track.name in names
        for step in track.transitions
        if states.get(track.name) in step.sources and f'"{step.to}"' in wanted
    ]


def _record(case: Case, facts: "tuple[str, ...] | list[str]") -> str:
    return f"carepath record {case.patient_id} {' '.join(f'{fact}=...' for fact in facts)}"


def _advance(case: Case, step: Transition) -> str:
    lacking = [fact for fact in step.needs if fact not in case.standing.facts]
    asked = dict.fromkeys((*lacking, *step.needs_new))
    return " ".join([f"carepath advance {case.patient_id} {step.event}", *(f"{fact}=..." for fact in asked)])
