"""Why a prompt is there: its sum, how its episode began, its conditions, what would end it, what was done."""

from collections.abc import Iterator

from caseload.describing import REVIEWS, Scene, answer, named_value, score_view, sources
from caseload.entry_log import answer_says
from caseload.prompt_sums import sum_of
from caseload.reasons import Deed, PartView, PromptReason
from caseload.views import ScoreView
from pathways import explanation
from pathways.explanation import Part
from pathways.follow import follow, outlook
from pathways.history import Entry
from pathways.lookup import lookup_of
from pathways.model import Rule
from pathways.moments import Moment
from pathways.sight import Sight
from pathways.standing import Booking, Standing
from pathways.tallies import scores_behind, tally
from storage.rows import PromptRow


def prompt_reason(scene: Scene, row: PromptRow) -> PromptReason:
    """Say why a prompt is or was there."""
    pathway, rule = scene.case.pathway, lookup_of(scene.case.pathway).rules[row.key.rule]
    at = row.began_at if scene.status(row) == "ended" else scene.now
    standing = standing_at(scene, at)
    sight = Sight(pathway, standing, at, booking_of(standing, rule, row.key.booking))
    acts = explanation.act(pathway, sight, rule)
    return PromptReason(
        prompt=scene.prompt(row),
        zone=scene.case.zone,
        pathway=pathway.name,
        review_means=REVIEWS[scene.review],
        rule_say=rule.say,
        episode=row.key.episode,
        occurrence=row.key.occurrence,
        booking=row.key.booking,
        began=_began(scene, row),
        total=sum_of(scene, rule, row),
        conditions=part_views(scene, explanation.wanted(pathway, sight, rule)),
        ends=tuple(_ends(scene, rule, row)),
        acts=part_views(scene, [as_asked(part, row) for part in acts]),
        scores=scores_of(scene, sight, rule),
        deeds=tuple(_deeds(scene, row)),
        answers=tuple(_answers(scene, row)),
        sources=sources(pathway, rule.source),
    )


def standing_at(scene: Scene, at: Moment) -> Standing:
    """Return what the history, as it is now, says of a moment."""
    pathway, latest = scene.case.pathway, scene.case.standing
    if latest.at is None or at < latest.at:
        latest = follow(pathway, scene.entries, until=at)
    return outlook(pathway, latest, until=at)


def booking_of(standing: Standing, rule: Rule, number: int) -> Booking | None:
    """Return the booking that a prompt of a rule is about."""
    return standing.bookings.get(rule.counted_from.name, {}).get(number) if number else None


def scores_of(scene: Scene, sight: Sight, rule: Rule) -> tuple[ScoreView, ...]:
    """Add up the scores that the conditions of a rule name, and those within."""
    found = scores_behind(scene.case.pathway, (rule.when, rule.done_when))
    return tuple(score_view(scene, tally(sight, score)) for score in found)


def part_views(scene: Scene, parts: list[Part]) -> tuple[PartView, ...]:
    """Describe the parts of what a rule wants."""
    return tuple(
        PartView(
            part=part.part,
            text=part.text,
            holds=answer(holds=part.holds),
            values=tuple(named_value(scene, seen) for seen in part.seen),
            change=part.change,
        )
        for part in parts
    )


def as_asked(part: Part, row: PromptRow) -> Part:
    """Judge a need by what a prompt still misses: an old recording does not answer a new question."""
    if part.part not in {"needs", "needs_new"}:
        return part
    asked = part.text in row.missing
    since = " anew" if part.part == "needs_new" and part.holds else ""
    return Part(
        part=part.part,
        text=part.text,
        holds=not asked,
        seen=part.seen,
        change=f"record {part.text}{since}" if asked else "",
    )


def _began(scene: Scene, row: PromptRow) -> str:
    """Say what began the episode, and this occurrence when it is a later one."""
    first = next(
        (
            each
            for each in scene.prompts
            if (each.key.rule, each.key.episode, each.key.booking)
            == (row.key.rule, row.key.episode, row.key.booking)
            and each.key.occurrence == 1
        ),
        row,
    )
    said = f"episode {row.key.episode} began {scene.time(first.began_at)} {_by(scene, first.began_by)}"
    if row.key.occurrence == 1:
        return said
    again = f"{scene.time(row.began_at)} {_by(scene, row.began_by)}"
    return f"{said}; occurrence {row.key.occurrence} of it began {again}"


def _by(scene: Scene, number: int) -> str:
    entry = next((each for each in scene.entries if each.number == number), None)
    if entry is None:
        return "by time alone"
    return f"with {scene.case.patient_id}:{number} ({entry.kind} {entry.name} by {entry.by})"


def _ends(scene: Scene, rule: Rule, row: PromptRow) -> Iterator[str]:
    if scene.status(row) == "ended":
        by = f" by {scene.name_of(row.ended_by)}" if row.ended_by else " by itself"
        yield f"it ended as {row.ended} on {scene.time(row.ended_at or 0)}{by}"
        if row.done_late_at is not None:
            entry = scene.entry(row.done_late_by)
            entered = scene.time(entry.recorded_at)
            yield f"done late on {scene.entry_time(entry)}, entered {entered} ({scene.name_of(entry.number)})"
        return
    name = f"{row.patient_id}/{row.number}"
    yield from _acts(rule, row)
    if not rule.has_act:
        yield f"done, when somebody says so: carepath done {name}"
    if rule.tier == "info":
        yield f"acknowledged: carepath ack {name}"
    yield f"dismissed, with a reason{_how_long(rule)}: carepath dismiss {name} --because '...'"
    for track, states in rule.during:
        yield f"withdrawn, when {track} is no longer {' or '.join(states)}"
    if rule.when:
        yield f"withdrawn, when this is no longer met: {rule.when.text}"
    if row.key.booking:
        yield f"withdrawn, when {rule.counted_from.name}#{row.key.booking} is done or cancelled"
    if row.lapses_at is not None:
        yield f"lapsed, unanswered, at {scene.time(row.lapses_at)}"


def _how_long(rule: Rule) -> str:
    """Say for how long a dismissal of a `stop` lasts (R31)."""
    if rule.tier != "stop":
        return ""
    until = {"recorded": f", until {rule.counted_from.name} is recorded anew", "booking": " and this date"}
    return f", for as long as this episode lasts{until.get(rule.counted_from.kind, '')}"


def _acts(rule: Rule, row: PromptRow) -> Iterator[str]:
    """Say what on record would end a prompt as done."""
    if not rule.has_act:
        return
    parts = [f"{' and '.join(row.missing)} on record"] if row.missing else []
    if rule.done_when:
        parts.append(f"this met: {rule.done_when.text}")
    yield f"done, with {' and '.join(parts) or 'its act on record'}"


def _deeds(scene: Scene, row: PromptRow) -> Iterator[Deed]:
    """List what was done about a prompt, then what is still planned."""
    done = scene.deeds.get(row.id, [])
    for deed in done:
        yield Deed(what=deed.kind, tell=deed.tell, planned=scene.time(deed.moment), did=scene.time(deed.at))
    over = row.ended_at
    told = {deed.tell for deed in done if deed.kind == "escalated"}
    for each in scene.escalations(row):
        if each.tell not in told and (over is None or each.at < over):
            yield Deed(what="escalated", tell=each.tell, planned=scene.time(each.at))


def _answers(scene: Scene, row: PromptRow) -> Iterator[str]:
    for entry in scene.entries:
        if entry.kind == "answer" and entry.prompt == row.key:
            yield _answer(scene, entry)


def _answer(scene: Scene, entry: Entry) -> str:
    said = answer_says(entry, scene.case.zone)
    because = f": {entry.because}" if entry.because else ""
    gone = "" if entry.number in {each.number for each in scene.chain.values()} else ", taken back since"
    name = f"{scene.case.patient_id}:{entry.number}"
    return f"{entry.name}{said} by {entry.by} on {scene.entry_time(entry)} ({name}{gone}){because}"
