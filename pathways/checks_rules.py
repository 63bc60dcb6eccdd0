"""Checks of single prompts: their states, and the settings that do not go together."""

from collections.abc import Callable, Iterator

from pathways.findings import Finding, Where
from pathways.model import BUILT_IN, Pathway, Rule
from pathways.moments import Length
from pathways.problems import near


def rule_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield what is wrong with each prompt of a pathway."""
    for at, rule in enumerate(pathway.rules):
        where: Where = ("prompts", at)
        if rule.id in BUILT_IN:
            yield Finding(
                (*where, "id"), f"every pathway has a prompt `{rule.id}` already", "choose another id"
            )
        yield from _during(rule, where, pathway)
        yield from _settings(rule, where)
        yield from _lengths(rule, where)
    yield from _lengths(pathway.otherwise, ("otherwise",))


def _during(rule: Rule, where: Where, pathway: Pathway) -> Iterator[Finding]:
    tracks = {track.name: [state.name for state in track.states] for track in pathway.tracks}
    for track, states in rule.during:
        there = (*where, "while", track)
        if track not in tracks:
            yield Finding(
                there, f"`{track}` is not a track of this pathway", near(track, tracks), of_key=True
            )
            continue
        for nth, state in enumerate(states):
            if state not in tracks[track]:
                what = f"`{state}` is not a state of the track `{track}`"
                rests_on = ((*there, nth), ("tracks", track, "states"))
                yield Finding((*there, nth), what, near(state, tracks[track]), rests_on=rests_on)


def _settings(rule: Rule, where: Where) -> Iterator[Finding]:
    for key, wrong, what, instead in _COMBINATIONS:
        if wrong(rule):
            yield Finding((*where, key), what, instead, of_key=True)


_COMBINATIONS: tuple[tuple[str, Callable[[Rule], bool], str, str], ...] = (
    (
        "due",
        lambda rule: rule.tier == "due" and rule.due is None,
        "a prompt of tier `due` needs `due`",
        "say by when, such as `due: 14 days`",
    ),
    (
        "lapses",
        lambda rule: rule.tier == "stop" and rule.lapses is not None,
        "a prompt of tier `stop` never lapses",
        "remove `lapses`, or choose tier `due`",
    ),
    (
        "lapses",
        lambda rule: rule.lapses is not None and rule.due is None,
        "`lapses` is counted from `due`, which is not there",
        "say by when it is due",
    ),
    (
        "lapses",
        lambda rule: bool(rule.every and rule.lapses and not rule.until),
        "a prompt that repeats and lapses would go on for ever by itself",
        "add `until`",
    ),
    (
        "then",
        lambda rule: bool(rule.then) and rule.due is None,
        "`then` is counted from `due`, which is not there",
        "say by when it is due",
    ),
    (
        "every",
        lambda rule: bool(rule.every and rule.needs),
        "each repeat wants an act of its own, and facts under `needs` stay known",
        "use `needs_new`",
    ),
    (
        "every",
        lambda rule: bool(rule.every and rule.done_when),
        "each repeat wants an act of its own, and `done_when` stays met",
        "use `needs_new`, or let people answer it",
    ),
    (
        "every",
        lambda rule: bool(rule.every) and rule.due is None,
        "`every` moves `due`, which is not there",
        "say when it is due the first time",
    ),
    (
        "until",
        lambda rule: bool(rule.until) and not rule.every,
        "`until` ends repeats, and nothing repeats",
        "add `every`",
    ),
    (
        "counted_from",
        lambda rule: rule.counted_from.kind == "entered" and not rule.during,
        "`entered` is the entry of the states in `while`, which is not there",
        "add `while`, or count from `met`",
    ),
)


def _lengths(rule: Rule, where: Where) -> Iterator[Finding]:
    """Refuse what would come before the thing it follows, and repeats that take no time."""
    for key, length, least in _waits(rule):
        there = (*where, *key)
        if length.before:
            yield Finding(
                there, f"`{length}` cannot lie before", f"write `{Length(length.amount, length.unit)}`"
            )
        elif length.amount < least:
            yield Finding(there, f"`{length}` is too short", "write `1 day` or more")


def _waits(rule: Rule) -> Iterator[tuple[Where, Length, int]]:
    yield from ((("every", nth), each, 1) for nth, each in enumerate(rule.every))
    yield from ((("then", nth, "after"), each.after, 0) for nth, each in enumerate(rule.then))
    yield ("snooze", "most"), rule.snooze.most, 1
    if rule.until:
        yield ("until",), rule.until, 1
    if rule.lapses:
        yield ("lapses",), rule.lapses, 0
