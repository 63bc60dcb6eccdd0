"""What an action did, in a few lines: the entries, where each track is, what became of which prompt."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from caseload.describing import local_time
from caseload.entry_log import answer_says
from caseload.moved_stops import PassedOn
from caseload.rota import Holder
from caseload.writing import Outcome
from cli.printing import columns, indented, page_width
from cli.reviews import not_approved
from pathways.fact_values import shown_value
from pathways.history import Entry
from pathways.moments import Moment, shown
from storage.rows import PromptRow

ENDINGS = {
    "done": "done",
    "dismissed": "dismissed",
    "acknowledged": "acknowledged",
    "withdrawn": "withdrawn",
    "lapsed": "lapsed",
    "left": "ended",
    "superseded": "no more",
}
ASKING = {"open", "again", "coming", "moved"}


class Change(NamedTuple):
    """What became of a prompt, in a word, and the rest of what there is to say."""

    word: str
    prompt: PromptRow
    says: str = ""


def now_with(held: Holder | None) -> list[str]:
    """Say with whom something rests now, where that is not the one it was just given to."""
    if held is None or not held.stands_in:
        return []
    return indented(f"Now it rests with {held.person or 'NOBODY'}, {held.why}.", 2)


def passed_on(stops: Iterable[PassedOn], since: str = "") -> Iterator[str]:
    """Name the stops that rest with another now, or `since` a day to come."""
    for each in stops:
        verb = "rests" if len(each.stops) == 1 else "rest"
        yield f"STOP: {', '.join(each.stops)} {verb} with {_whom(each, since)}."


def _whom(passed: PassedOn, since: str) -> str:
    if since:
        return f"{passed.holder or 'NOBODY'} {since}, unless answered before"
    if not passed.holder:
        return "NOBODY now: nobody is told"
    told = "who is told at once" if passed.reached else "whom no message reaches: TELL THEM"
    return f"{passed.holder} now, {told}"


def told(outcome: Outcome, now: Moment) -> list[str]:
    """Tell what was recorded and what follows from it."""
    return [*recorded(outcome), *consequences(outcome, now)]


def recorded(outcome: Outcome) -> list[str]:
    """Tell which entries were written."""
    return [_entry(outcome, entry) for entry in outcome.entries]


def consequences(outcome: Outcome, now: Moment) -> list[str]:
    """Tell what followed: tracks, misfits and prompts that changed."""
    lines = [*_left(outcome), *_tracks(outcome), *_banners(outcome), *_misfits(outcome)]
    rows = [
        (each.word, _name(each.prompt), f"{each.says}{each.prompt.say}")
        for each in sorted(_changes(outcome, now), key=_order)
    ]
    return lines + [f"  {line}" for row in columns(rows, width=page_width() - 2) for line in row]


def unapproved(outcomes: Iterable[Outcome], now: Moment) -> str:
    """Name the pathways that ask for something now and that nobody has approved here; empty without any."""
    asking = (each for each in outcomes if any(found.word in ASKING for found in _changes(each, now)))
    return not_approved((each.review, f"{each.pathway.name} {each.pathway.version}") for each in asking)


def _changes(outcome: Outcome, now: Moment) -> list[Change]:
    return [found for pair in outcome.prompts if (found := change(*pair, zone=outcome.row.zone, now=now))]


def _left(outcome: Outcome) -> Iterator[str]:
    """Say of what is recorded after the patient left that nobody is asked anything because of it."""
    left = outcome.after.exit
    if left and outcome.before.exit:
        on = shown(left.at, outcome.row.zone, only_day=True)
        yield f"  {outcome.patient_id} left on {on} ({left.reason}): nothing is prompted because of this."


def change(before: PromptRow | None, after: PromptRow, *, zone: str, now: Moment) -> Change | None:
    """Say what became of a prompt by now; none when nobody needs to know."""
    was_over = before is not None and _over(before, now)
    if _over(after, now):
        return _ending(before, after, zone, now, was_over=was_over)
    if before is None or was_over:
        return _begun(after, zone, now, again=was_over)
    return _moved(before, after, zone, now)


def _ending(
    before: PromptRow | None, after: PromptRow, zone: str, now: Moment, *, was_over: bool
) -> Change | None:
    if before is None:
        # Over before anybody recorded it. Of what was done already there is nothing to say.
        ended = "" if after.ended == "done" else f"never raised, {after.ended} {_day(after.ended_at, zone)}: "
        return Change("past", after, ended) if ended else None
    if was_over:
        if after.done_late_at is not None and before.done_late_at is None:
            on = local_time(after.done_late_at, zone)
            return Change("done late", after, f"on {on}, after it had lapsed: ")
        other = before.ended != after.ended
        return Change(ENDINGS[str(after.ended)], after, f"it was {before.ended}: ") if other else None
    was_open = f"was open since {_day(before.opens_at, zone)}: " if before.opens_at <= now else ""
    return Change(ENDINGS[str(after.ended)], after, was_open if after.ended == "superseded" else "")


def _begun(after: PromptRow, zone: str, now: Moment, *, again: bool) -> Change:
    stop = "STOP, " if after.tier == "stop" else ""
    due = f"{stop}due {_due(after, zone)}: " if after.due_at else ""
    if after.opens_at <= now:
        return Change("again" if again else "open", after, due)
    return Change("coming", after, f"opens {_day(after.opens_at, zone)}, {due}" if due else "")


def _moved(before: PromptRow, after: PromptRow, zone: str, now: Moment) -> Change | None:
    if before.due_at != after.due_at:
        return Change("moved", after, f"due {_due(after, zone)}, was {_due(before, zone)}: ")
    if before.opens_at != after.opens_at:
        opens = f"opens {_day(after.opens_at, zone)}, was {_day(before.opens_at, zone)}: "
        return Change("moved", after, opens)
    if before.snoozed_until != after.snoozed_until and after.snoozed_until:
        why = f"{after.could_not}, " if after.could_not and after.could_not != before.could_not else ""
        late = ", stays overdue" if after.due_at and after.due_at <= now else ""
        return Change("snoozed", after, f"{why}until {local_time(after.snoozed_until, zone)}{late}: ")
    if before.acting_at != after.acting_at and after.acting_by:
        until = f", until {local_time(after.acting_until, zone)}" if after.acting_until else ""
        return Change("acting", after, f"{after.acting_by} is on it{until}: ")
    if before.acknowledged_at != after.acknowledged_at:
        return Change("acknowledged", after, "stays open: ")
    if before.seen_at != after.seen_at:
        return Change("seen", after, f"by {after.seen_by}, stays as it was: ")
    if before.could_not != after.could_not and after.could_not:
        return Change("could not", after, f"{after.could_not}, stays open: ")
    if before.missing != after.missing and after.missing:
        return Change("needs", after, f"still {', '.join(after.missing)}: ")
    return None


def _entry(outcome: Outcome, entry: Entry) -> str:
    when = shown(entry.happened_at, outcome.row.zone, only_day=entry.only_day)
    return f"{outcome.patient_id}:{entry.number} {_said(outcome, entry)} ({when})"


def _said(outcome: Outcome, entry: Entry) -> str:
    over = f", in place of {outcome.patient_id}:{entry.replaces}" if entry.replaces else ""
    booking = f"#{entry.booking}" if entry.booking else ""
    if entry.kind == "fact" and entry.value is not None:
        fact = next((each for each in outcome.pathway.facts if each.name == entry.name), None)
        return f"{entry.name}{booking}={shown_value(entry.value, fact)}{over}"
    if entry.kind == "withdrawn":
        return f"withdraws {outcome.patient_id}:{entry.replaces}"
    words = {"note": "note", "enrolled": f"enrolled on {entry.name}", "exit": f"left: {entry.name}"}
    if entry.kind == "answer":
        return f"{entry.name}{answer_says(entry, outcome.row.zone)}{over}"
    overrode = f", past {', '.join(entry.overrode)}" if entry.overrode else ""
    return f"{words.get(entry.kind, entry.name)}{over}{overrode}"


def _tracks(outcome: Outcome) -> Iterator[str]:
    for name, after in outcome.after.tracks.items():
        before = outcome.before.tracks.get(name)
        if before is None:
            yield f"  {name} begins as {after.state}"
        elif (before.state, before.entered_at) != (after.state, after.entered_at):
            since = local_time(after.entered_at, outcome.row.zone)
            same = before.state == after.state
            was = f"since {local_time(before.entered_at, outcome.row.zone)}" if same else before.state
            yield f"  {name} is {after.state} since {since} (was {was})"


def _banners(outcome: Outcome) -> Iterator[str]:
    before, after = outcome.before.banners, outcome.after.banners
    for banner in outcome.pathway.banners:
        if banner.id in after and banner.id not in before:
            yield f"  ! {banner.say}"
        elif banner.id in before and banner.id not in after:
            yield f"  no longer: {banner.say}"


def _misfits(outcome: Outcome) -> Iterator[str]:
    known = {(misfit.entry, misfit.kind) for misfit in outcome.before.misfits}
    for misfit in outcome.after.misfits:
        if (misfit.entry, misfit.kind) not in known:
            yield f"  {outcome.patient_id}:{misfit.entry} does not fit the rest of the history"


def _over(prompt: PromptRow, now: Moment) -> bool:
    return prompt.ended_at is not None and prompt.ended_at <= now


def _due(prompt: PromptRow, zone: str) -> str:
    if prompt.due_at is None:
        return "never"
    return prompt.due_on.isoformat() if prompt.due_on else shown(prompt.due_at, zone)


def _day(moment: Moment | None, zone: str) -> str:
    return "" if moment is None else shown(moment, zone, only_day=True)


def _name(prompt: PromptRow) -> str:
    return f"{prompt.patient_id}/{prompt.number}"


def _order(each: Change) -> tuple[int, int]:
    """Put what is over first, then what is asked now, then what will be."""
    return {"coming": 2, "open": 1, "again": 1}.get(each.word, 0), each.prompt.number
