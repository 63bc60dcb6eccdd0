"""`follow`: what follows from a pathway and a history, as a fold of one step over its moments.

Pure: no clock, no database, no randomness. The same step works out what entries bring and what time
alone will bring, so a standing resumed from storage equals one folded from the start.
"""

from collections.abc import Iterable, Sequence

from msgspec import structs

from pathways import acts, answers, episodes, recorded
from pathways.history import Entry, Happening, in_force, moments
from pathways.lookup import Lookup, lookup_of
from pathways.model import Banner as BannerRule
from pathways.model import Pathway, Rule
from pathways.moments import Moment
from pathways.slots import Slot, slots
from pathways.standing import Banner, Standing
from pathways.step import Step


def follow(pathway: Pathway, entries: Sequence[Entry], until: Moment | None = None) -> Standing:
    """Fold a whole history, or what of it had happened by a moment.

    Entries may come in any order; `ended` then has every prompt that ended.
    """
    return _fold(lookup_of(pathway), Standing(digest=pathway.digest), entries, until)


def resume(pathway: Pathway, standing: Standing, entries: Sequence[Entry]) -> Standing | None:
    """Fold new entries onto a stored standing, or return None when they do not come last.

    Late and same-moment entries, corrections, withdrawals, another version of the pathway, and that something
    that had lapsed was done after all need a fold from the start. `ended` and `past_banners` then have only
    what ended since.
    """
    if standing.digest != pathway.digest or any(entry.replaces for entry in entries):
        return None
    if _may_be_done_late(standing, entries):
        return None
    at = standing.at
    if at is not None and any(entry.happened_at <= at for entry in entries if entry.kind != "note"):
        return None
    fresh = structs.replace(standing, ended=(), past_banners=())
    return _fold(lookup_of(pathway), fresh, entries)


def _may_be_done_late(standing: Standing, entries: Sequence[Entry]) -> bool:
    """Say whether something is said to be done that is not live: what ended before is not in the standing."""
    live = {prompt.key for prompt in standing.prompts.values()}
    return any(
        entry.kind == "answer" and entry.name == "done" and entry.prompt not in live for entry in entries
    )


def outlook(pathway: Pathway, standing: Standing, until: Moment | None = None) -> Standing:
    """Return what a standing becomes by time alone, up to a moment or for good.

    Its `ended` adds what time will end, each at its own moment; its `prompts` are those that stay.
    """
    lookup = lookup_of(pathway)
    while (at := _next_by_itself(standing)) is not None and (until is None or at <= until):
        standing = step(lookup, standing, at, ())
    return standing


def step(lookup: Lookup, before: Standing, at: Moment, happenings: Iterable[Happening]) -> Standing:
    """Work out one moment (R2): what was recorded, then conditions, answers, time, and `otherwise`."""
    now = Step(lookup, before, at, happenings)
    recorded.apply(now)
    if now.enrolled_at is not None and before.exit is None:
        _conclude(now)
    else:
        answers.apply(now)
    return now.standing()


def _fold(
    lookup: Lookup, standing: Standing, entries: Sequence[Entry], until: Moment | None = None
) -> Standing:
    for at, happenings in moments(in_force(entries)):
        if until is not None and at > until:
            break
        while (earlier := _next_by_itself(standing)) is not None and earlier < at:
            standing = step(lookup, standing, earlier, ())
        standing = step(lookup, standing, at, happenings)
    last = max((entry.number for entry in entries), default=0)
    return structs.replace(standing, last=max(standing.last, last))


def _next_by_itself(standing: Standing) -> Moment | None:
    """Return the next moment at which time alone changes something: a milestone passes, a prompt lapses."""
    if standing.exit or standing.at is None or standing.enrolled_at is None:
        return None
    coming = [at for at in standing.passes.values() if at > standing.at]
    coming += [prompt.lapses_at for prompt in standing.prompts.values() if prompt.lapses_at is not None]
    return min(coming, default=None)


def _conclude(now: Step) -> None:
    if now.exit:
        _leave(now)
        answers.apply(now)
        return
    for rule in _to_review(now):
        for slot in slots(now, rule):
            episodes.review(now, slot)
    _show_banners(now)
    answers.apply(now)
    _let_time_work(now)
    _otherwise(now)


def _to_review(now: Step) -> list[Rule]:
    """List the rules that name something that changed; at enrolment, all of them."""
    lookup = now.lookup
    if now.before.enrolled_at is None:
        return list(lookup.pathway.rules)
    found = {rule.id for name in now.changed for rule in lookup.rules_naming.get(name, ())}
    return [rule for rule in lookup.pathway.rules if rule.id in found] if found else []


def _let_time_work(now: Step) -> None:
    """End what lapses, and begin what repeats, until nothing more of it belongs to this moment."""
    seen = 0
    episodes.lapse(now)
    while seen < len(now.ended):
        ended = now.ended[seen]
        seen += 1
        rule = now.lookup.rules[ended.key.rule]
        if rule.every and rule is not now.lookup.pathway.otherwise:
            episodes.repeat(now, rule, ended)
            episodes.lapse(now)


def _otherwise(now: Step) -> None:
    """Ask for the next step whenever nothing else is dated (R34)."""
    rule = now.lookup.pathway.otherwise
    dated = any(prompt.tier != "info" for prompt in now.prompts.values() if prompt.key.rule != rule.id)
    episodes.want(now, Slot(rule), wanted=not dated)
    if rule.every:
        for ended in [prompt for prompt in now.ended if prompt.key.rule == rule.id]:
            episodes.repeat(now, rule, ended)


def _leave(now: Step) -> None:
    """End everything at the exit; what was done at that very moment counts as done (R32)."""
    for rule in _to_review(now):
        for slot in slots(now, rule):
            acts.end_if_done(now, slot)
    for slot_name in list(now.prompts):
        now.end(slot_name, "left")
    now.episodes = {name: structs.replace(each, active=False) for name, each in now.episodes.items()}
    now.past_banners += [structs.replace(banner, until=now.at) for banner in now.banners.values()]
    now.banners = {}


def _show_banners(now: Step) -> None:
    for rule in _banners_to_review(now):
        met = now.judge(rule.when)
        if met and rule.id not in now.banners:
            now.banners[rule.id] = Banner(rule.id, now.at)
        elif met is False and rule.id in now.banners:
            now.past_banners.append(structs.replace(now.banners.pop(rule.id), until=now.at))


def _banners_to_review(now: Step) -> list[BannerRule]:
    lookup = now.lookup
    if now.before.enrolled_at is None:
        return list(lookup.pathway.banners)
    found = {rule.id for name in now.changed for rule in lookup.banners_naming.get(name, ())}
    return [rule for rule in lookup.pathway.banners if rule.id in found] if found else []
