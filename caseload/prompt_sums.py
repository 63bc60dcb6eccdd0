"""The sums behind the moments of a prompt, with the entries that they come from."""

from caseload.describing import Scene
from caseload.local_times import LocalTime
from caseload.reasons import Sum
from pathways.lookup import lookup_of
from pathways.model import Rule
from pathways.standing import Counted, Prompt
from pathways.sums import sums
from storage.rows import PromptRow


def sum_of(scene: Scene, rule: Rule, row: PromptRow) -> Sum:
    """Do the sums of a prompt again, from what it was counted from."""
    prompt, zone = _prompt(rule, row), scene.case.zone
    counted = None if row.counted_on is None else LocalTime(str(row.counted_on), _at(scene, row))
    return Sum(
        counted_from=row.counted_from,
        counted=counted,
        entry=scene.name_of(row.counted_by),
        zone=zone,
        lines=sums(rule, prompt, scene.case.row.place, _counted(scene, rule, row), again=_repeats(row)),
    )


def _at(scene: Scene, row: PromptRow) -> str:
    return scene.time(row.counted_at or 0).at


def _prompt(rule: Rule, row: PromptRow) -> Prompt:
    """Return a stored prompt the way the sums are done."""
    counted = None
    if row.counted_at is not None and row.counted_on is not None:
        counted = Counted(row.counted_at, row.counted_on, row.counted_by)
    return Prompt(
        key=row.key,
        tier=rule.tier,
        role=row.role,
        began_at=row.began_at,
        began_by=row.began_by,
        counted=counted,
        opens_at=row.opens_at,
        due_at=row.due_at,
        due_on=row.due_on,
        lapses_at=row.lapses_at,
    )


def _repeats(row: PromptRow) -> bool:
    return row.counted_from == "repeat"


def _counted(scene: Scene, rule: Rule, row: PromptRow) -> str:
    """Say in words what a prompt is counted from, with its day and its entry."""
    count = rule.counted_from
    if row.counted_at is None:
        return str(count)
    by = f" ({scene.name_of(row.counted_by)})" if row.counted_by else ""
    if _repeats(row):
        return f"{_before(scene, row)} {row.counted_on}{by}"
    words = {"met": "wanted since", "entered": "entered", "booking": f"{count.name}#{row.key.booking}"}
    if count.kind == "milestone":
        milestone = lookup_of(scene.case.pathway).milestones[count.name]
        return f"{count.name}, {milestone.fact} + {milestone.after}, {row.counted_on}{by}"
    return f"{words.get(count.kind, str(count))} {row.counted_on}{by}"


def _before(scene: Scene, row: PromptRow) -> str:
    """Say how the occurrence before this one ended: a repeat is counted from that."""
    key = row.key
    for each in scene.prompts:
        same = (each.key.rule, each.key.episode, each.key.booking) == (key.rule, key.episode, key.booking)
        if same and each.key.occurrence == key.occurrence - 1:
            name = f"{each.patient_id}/{each.number}"
            return f"the missed due of {name}," if each.ended == "lapsed" else f"{name} {each.ended}"
    return "the last time"
