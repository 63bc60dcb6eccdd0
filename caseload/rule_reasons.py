"""Why a rule prompts at a moment, or why not: what is not met, what is unknown, what was done already."""

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec import Struct

from caseload.describing import REVIEWS, Scene, asked_facts, sources
from caseload.prompt_reasons import as_asked, booking_of, part_views, scores_of, standing_at
from caseload.reasons import RuleReason, Verdict
from pathways import explanation
from pathways.errors import NotFound
from pathways.explanation import Part
from pathways.lookup import lookup_of
from pathways.model import Pathway, Rule
from pathways.sight import Sight
from pathways.standing import Episode, Standing
from storage.rows import PromptRow

# Of several bookings the one that asks for most attention speaks for the rule.
ORDER: tuple[Verdict, ...] = (
    "open",
    "coming",
    "unknown",
    "done",
    "dismissed",
    "acknowledged",
    "lapsed",
    "not wanted",
    "left",
)
ENDED: dict[str, Verdict] = {
    "done": "done",
    "dismissed": "dismissed",
    "acknowledged": "acknowledged",
    "lapsed": "lapsed",
}


class NoSuchRule(NotFound):
    """A rule that the pathway does not have."""

    def __init__(self, pathway: Pathway, rule: str) -> None:
        known = list(lookup_of(pathway).rules)
        close = get_close_matches(rule, known, n=1)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        super().__init__(
            f"{pathway.name} has no rule {rule!r}.{meant} "
            f"`carepath pathway show {pathway.name}` lists its rules."
        )


class _Slot(Struct, frozen=True, kw_only=True):
    """A rule, or a rule and one booking, and what is to be said of it."""

    verdict: Verdict
    says: str
    parts: tuple[Part, ...] = ()
    acts: tuple[Part, ...] = ()


def find_rule(pathway: Pathway, rule_id: str) -> Rule:
    """Return a rule of a pathway, or one that every pathway has."""
    rule = lookup_of(pathway).rules.get(rule_id)
    if rule is None:
        raise NoSuchRule(pathway, rule_id)
    return rule


def rule_reason(scene: Scene, rule: Rule) -> RuleReason:
    """Say why a rule prompts now, or why not."""
    pathway = scene.case.pathway
    standing = standing_at(scene, scene.now)
    slots = sorted(_slots(scene, standing, rule), key=lambda slot: ORDER.index(slot.verdict))
    first = slots[0]
    missing = explanation.unknown_facts(pathway, first.parts)
    return RuleReason(
        patient=scene.case.patient_id,
        rule=rule.id,
        zone=scene.case.zone,
        pathway=pathway.name,
        review_means=REVIEWS[scene.review],
        rule_say=rule.say,
        tier=rule.tier,
        role=rule.role,
        verdict=first.verdict,
        says="; ".join(slot.says for slot in slots),
        conditions=part_views(scene, list(first.parts)),
        acts=part_views(scene, list(first.acts)),
        scores=()
        if standing.enrolled_at is None
        else scores_of(scene, Sight(pathway, standing, scene.now), rule),
        missing=asked_facts(pathway, missing),
        change=tuple(_changes(scene, first, missing)),
        quiet=tuple(f"{each.fact}: {each.because}" for each in rule.unknown if each.fact in missing),
        prompts=tuple(scene.prompt(row) for row in scene.prompts if row.key.rule == rule.id),
        sources=sources(pathway, rule.source),
    )


def _slots(scene: Scene, standing: Standing, rule: Rule) -> Iterator[_Slot]:
    if standing.enrolled_at is None:
        yield _Slot(verdict="not wanted", says=f"{scene.case.patient_id} was not enrolled then")
    elif rule.counted_from.kind != "booking":
        yield _slot(scene, standing, rule, 0)
    elif numbers := sorted(standing.bookings.get(rule.counted_from.name, {})):
        yield from (_slot(scene, standing, rule, number) for number in numbers)
    else:
        fact = rule.counted_from.name
        part = Part(part="booking", text=f"{fact} is booked", holds=False, change=f"record {fact}")
        yield _Slot(verdict="not wanted", says=f"no {fact} is recorded", parts=(part,))


def _slot(scene: Scene, standing: Standing, rule: Rule, number: int) -> _Slot:
    sight = Sight(scene.case.pathway, standing, scene.now, booking_of(standing, rule, number))
    parts = tuple(explanation.wanted(scene.case.pathway, sight, rule))
    live = _live_row(scene, rule, number)
    acts = explanation.act(scene.case.pathway, sight, rule)
    name = f"{rule.id}#{number}" if number else rule.id
    verdict, says = _verdict(scene, standing, rule, number, parts)
    said = f"for {rule.counted_from.name}#{number}: {says}" if number else says
    active = standing.episodes.get(name, Episode()).active
    asked = tuple(as_asked(part, live) if live else part for part in acts) if active else ()
    return _Slot(verdict=verdict, says=said, parts=parts, acts=asked)


def _live_row(scene: Scene, rule: Rule, number: int) -> PromptRow | None:
    """Return the prompt of a rule (and booking) that is open, or comes first."""
    rows = (row for row in scene.prompts if (row.key.rule, row.key.booking) == (rule.id, number))
    live = (row for row in rows if scene.status(row) != "ended")
    return min(live, key=lambda row: (row.opens_at, row.number), default=None)


def _verdict(
    scene: Scene, standing: Standing, rule: Rule, number: int, parts: tuple[Part, ...]
) -> tuple[Verdict, str]:
    rows = [row for row in scene.prompts if (row.key.rule, row.key.booking) == (rule.id, number)]
    if live := _live_row(scene, rule, number):
        return _live(scene, live)
    if standing.exit:
        left = standing.exit
        return "left", f"{scene.case.patient_id} left on {scene.time(left.at)} ({left.reason})"
    name = f"{rule.id}#{number}" if number else rule.id
    episode = standing.episodes.get(name, Episode())
    last = next((row for row in reversed(rows) if row.ended in ENDED), None)
    if last is not None and (episode.active or (not parts and rule is not scene.case.pathway.otherwise)):
        return _over(scene, rule, episode, last)
    return _unwanted(scene, rule, parts)


def _live(scene: Scene, row: PromptRow) -> tuple[Verdict, str]:
    name = f"{row.patient_id}/{row.number}"
    if scene.status(row) == "coming":
        return "coming", f"{name} opens {scene.time(row.opens_at)}"
    due = scene.prompt(row).due
    said = f", {'was due' if scene.status(row) == 'overdue' else 'due'} {due}" if due else ""
    asleep = f", snoozed until {scene.time(row.snoozed_until or 0)}" if scene.status(row) == "snoozed" else ""
    return "open", f"{name} is open since {scene.time(row.opens_at)}{said}{asleep}"


def _over(scene: Scene, rule: Rule, episode: Episode, row: PromptRow) -> tuple[Verdict, str]:
    """Say how the last prompt of an episode that still goes on ended, and why no other came after it."""
    by = f" by {scene.name_of(row.ended_by)}" if row.ended_by else ""
    unseen = ", before anybody had to be told" if scene.prompt(row).never_raised else ""
    on = scene.time(row.ended_at or 0)
    said = f"{row.patient_id}/{row.number} ended as {row.ended} on {on}{by}{unseen}"
    if episode.muted:
        said += "; a stop that was dismissed is silent for as long as its episode lasts"
    elif rule.every:
        said += f"; it repeats until {rule.until} have passed" if rule.until else ""
    else:
        said += "; it asks once in an episode"
    return ENDED[row.ended or "done"], said


def _unwanted(scene: Scene, rule: Rule, parts: tuple[Part, ...]) -> tuple[Verdict, str]:
    failing = [part for part in parts if part.holds is False]
    if failing:
        wanting = "; ".join(f"{part.text} (now {_now(part)})" for part in failing)
        return "not wanted", f"not met: {wanting}"
    if unknown := [part.text for part in parts if part.holds is None]:
        return "unknown", f"unknown, which never opens a prompt: {'; '.join(unknown)}"
    if rule is scene.case.pathway.otherwise:
        dated = (row for row in scene.prompts if scene.status(row) != "ended" and row.tier != "info")
        first = min(dated, key=lambda row: (row.opens_at, row.number), default=None)
        name = f": {first.patient_id}/{first.number}, {first.say}" if first else ""
        return "not wanted", f"something else has a date{name}"
    return "not wanted", "nothing in the history asks for it"


def _now(part: Part) -> str:
    return ", ".join(f"{seen.name} is {seen.shown}" for seen in part.seen)


def _changes(scene: Scene, slot: _Slot, missing: list[str]) -> Iterator[str]:
    """Say what would make a rule prompt, and which open prompts ask for what is missing."""
    if slot.verdict not in {"not wanted", "unknown"}:
        return
    for part in slot.parts:
        if part.change:
            yield f"{part.text}: {part.change}"
    for row in scene.prompts:
        asked = [fact for fact in row.missing if fact in missing]
        if asked and scene.status(row) != "ended":
            yield f"{row.patient_id}/{row.number} asks for {' and '.join(asked)}"
