"""Why a prompt is there, with the sum that led to its moments; and why another is not."""

from caseload.answering import find_prompt
from caseload.cases import case_of, load_case, meant
from caseload.describing import Scene
from caseload.prompt_reasons import prompt_reason
from caseload.reasons import PromptReason, RuleReason
from caseload.rule_reasons import find_rule, rule_reason
from pathways.lookup import lookup_of
from pathways.moments import Moment
from storage.connection import Database


def why_prompt(database: Database, patient_id: str, number: int, *, now: Moment) -> PromptReason:
    """Say why a prompt is or was there."""
    with database.reading() as store:
        case, row = find_prompt(store, patient_id, number)
        scene = Scene.load(store, case, now)
    return prompt_reason(scene, row)


def having_rule(database: Database, patient_id: str, rule_id: str, pathway: str | None = None) -> list[str]:
    """Name the pathways of a patient that have a rule; all of them when none has it."""
    with database.reading() as store:
        cases = [case_of(store, row) for row in meant(store, patient_id, pathway)]
    having = [case for case in cases if rule_id in lookup_of(case.pathway).rules]
    return [case.row.pathway for case in having or cases]


def why_rule(
    database: Database, patient_id: str, rule_id: str, *, now: Moment, pathway: str | None = None
) -> RuleReason:
    """Say why a rule prompts at a moment, or why not."""
    with database.reading() as store:
        case = load_case(store, patient_id, pathway)
        rule = find_rule(case.pathway, rule_id)
        scene = Scene.load(store, case, now)
    return rule_reason(scene, rule)
