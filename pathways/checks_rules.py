"""Checks of single prompts: settings that do not go together."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pathways.findings import Finding, Where
from pathways.model import Pathway, Rule
from pathways.moments import Length


def rule_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield what is wrong with each prompt of a pathway."""
    for at, rule in enumerate(pathway.rules):
        where: Where = ("prompts", at)
        yield from _settings(rule, where)
        yield from _lengths(rule, where)
    yield from _settings(pathway.otherwise, ("otherwise",))
    yield from _lengths(pathway.otherwise, ("otherwise",))


def _settings(rule: Rule, where: Where) -> Iterator[Finding]:
    for clash in _CLASHES:
        if clash.there(rule):
            there = (*where, clash.keys[0])
            rests_on = tuple((*where, key) for key in clash.keys)
            yield Finding(there, clash.what, clash.instead, of_key=True, rests_on=rests_on)


class _Clash(NamedTuple):
    """Settings of a prompt that do not go together; the first of the keys is where it is told."""

    keys: tuple[str, ...]
    there: Callable[[Rule], bool]
    what: str
    instead: str


_CLASHES = (
    _Clash(
        ("due", "tier"),
        lambda rule: rule.tier == "due" and rule.due is None,
        "a prompt of tier `due` needs `due`",
        "say by when, such as `due: 14 days`",
    ),
    _Clash(
        ("opens", "due"),
        lambda rule: rule.opens is not None and rule.due is not None and _later(rule.opens, rule.due),
        "it would open only after it is due",
        "let it open first",
    ),
    _Clash(
        ("lapses", "tier"),
        lambda rule: rule.tier == "stop" and rule.lapses is not None,
        "a prompt of tier `stop` never lapses",
        "remove `lapses`, or choose tier `due`",
    ),
    _Clash(
        ("lapses", "due", "tier"),
        lambda rule: rule.lapses is not None and rule.due is None,
        "`lapses` is counted from `due`, which is not there",
        "say by when it is due",
    ),
    _Clash(
        ("lapses", "every", "until"),
        lambda rule: bool(rule.every) and rule.lapses is not None and rule.until is None,
        "what repeats and lapses would go on for ever by itself",
        "add `until`",
    ),
    _Clash(
        ("then", "due", "tier"),
        lambda rule: bool(rule.then) and rule.due is None and rule.tier != "stop",
        "`then` is counted from `due`, which is not there",
        "say by when it is due",
    ),
    _Clash(
        ("every", "opens", "due"),
        lambda rule: bool(rule.every) and len({each.exact for each in _reckoned(rule)}) > 1,
        "`every`, `opens` and `due` are some in hours, some in days",
        "write all in hours, or all in days and longer",
    ),
    _Clash(
        ("every", "needs"),
        lambda rule: bool(rule.every and rule.needs),
        "each repeat wants an act of its own, and facts under `needs` stay known",
        "use `needs_new`",
    ),
    _Clash(
        ("every", "done_when"),
        lambda rule: bool(rule.every) and rule.done_when is not None,
        "each repeat wants an act of its own, and `done_when` stays met",
        "use `needs_new`, or let people answer it",
    ),
    _Clash(
        ("until", "every"),
        lambda rule: rule.until is not None and not rule.every,
        "`until` ends repeats, and nothing repeats",
        "add `every`, or did you mean `lapses`?",
    ),
    _Clash(
        ("counted_from", "opens", "due"),
        lambda rule: rule.counted_from.kind == "booking" and any(map(_ahead, (rule.opens, rule.due))),
        "it ends with its booking, which is over before this comes",
        "count what follows a booking from a date of its own",
    ),
    _Clash(
        ("counted_from", "while"),
        lambda rule: rule.counted_from.kind == "entered" and not rule.during,
        "`entered` is the entry of the states in `while`, which is not there",
        "add `while`, or count from `met`",
    ),
)


def _reckoned(rule: Rule) -> list[Length]:
    return [each for each in (*rule.every, rule.opens, rule.due) if each]


def _ahead(length: Length | None) -> bool:
    """Say whether it leads past its day."""
    return length is not None and not length.before and length.amount > 0


def _later(one: Length, two: Length) -> bool:
    """Say whether one length surely ends after another: only like can be compared with like."""
    signed = [-each.amount if each.before else each.amount for each in (one, two)]
    return one.unit == two.unit and signed[0] > signed[1]


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
