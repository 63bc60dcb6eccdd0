"""The names that the conditions of a pathway may use, and the kind of each."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from pathways.model import Fact
from pathways.problems import near
from pathways.scores import PREFIX

Sort: TypeAlias = Literal["yes-no", "number", "whole", "day", "text"]

CEL_KEYWORDS = frozenset(
    {"true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if"}
    | {"import", "let", "loop", "package", "namespace", "return", "var", "void", "while", "bool", "bytes"}
    | {"double", "dyn", "duration", "int", "list", "map", "null_type", "string", "timestamp", "type", "uint"}
)
RESERVED = CEL_KEYWORDS | {"known", "passed", "this", "at", "days", "date"}
_SORTS: Mapping[str, Sort] = {
    "date": "day",
    "choice": "text",
    "number": "number",
    "yes-no": "yes-no",
    "text": "text",
}
_SPOKEN: Mapping[Sort, str] = {
    "yes-no": "something that is met or not met",
    "number": "a number",
    "whole": "a whole number",
    "day": "a day",
    "text": "a text",
}


class Kind(Struct, frozen=True):
    """The kind of a value. `of` lists the choices or states it can have, `called` says what it is.

    `totals` are those that a score can have, as far as they are known.
    """

    sort: Sort
    of: tuple[str, ...] = ()
    called: str = ""
    totals: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.called or _SPOKEN[self.sort]


YES_NO, NUMBER, WHOLE, DAY, TEXT = Kind("yes-no"), Kind("number"), Kind("whole"), Kind("day"), Kind("text")


def vocabulary(
    facts: Mapping[str, Fact],
    tracks: Mapping[str, Sequence[str]],
    milestones: Collection[str],
    scores: Mapping[str, Sequence[int]],
) -> dict[str, Kind]:
    """Return every name that a condition may use, with its kind."""
    names = {
        name: Kind(_SORTS[fact.type], fact.of, f"the {fact.type} `{name}`")
        for name, fact in facts.items()
        if not fact.many
    }
    names |= {name: Kind("text", tuple(states), f"the track `{name}`") for name, states in tracks.items()}
    names = {name: kind for name, kind in names.items() if name not in RESERVED}
    names |= {f"known.{name}": YES_NO for name in facts}
    names |= {f"passed.{name}": YES_NO for name in milestones}
    names |= {
        f"{PREFIX}{name}": Kind("whole", (), f"the score `{name}`", tuple(totals))
        for name, totals in scores.items()
    }
    return names | {"this": DAY, "at": DAY}


def stranger(name: str, names: Mapping[str, Kind], below: Collection[str]) -> tuple[str, str]:
    """Say what is wrong with a name that is not among those usable here, and what may be meant."""
    if name in _LIMITED:
        return _LIMITED[name]
    prefix, _, rest = name.partition(".")
    if prefix == "score" and rest in below:
        return (
            f"the score `{rest}` is not above this one",
            "a score may name only those above it: change their order, or leave it out",
        )
    if name in _PREFIXES:
        return f"`{name}` stands before a name", f"write it as in `{name}.{_PREFIXES[name]}_name`"
    if prefix in _PREFIXES:
        there = [each.partition(".")[2] for each in names if each.startswith(f"{prefix}.")]
        return f"`{rest}` is not a {_PREFIXES[prefix]} of this pathway", near(rest, there)
    if f"known.{name}" in names:
        return (
            f"`{name}` may happen more than once, so it has no single day",
            f"ask `known.{name}`, or count the rule from it and say `this`",
        )
    if f"passed.{name}" in names:
        return f"`{name}` is a milestone", f"ask `passed.{name}`"
    if f"{PREFIX}{name}" in names:
        return f"`{name}` is a score", f"write `{PREFIX}{name}`"
    return f"`{name}` is not a fact or a track of this pathway", _unquoted(name, names)


def _unquoted(name: str, names: Mapping[str, Kind]) -> str:
    """Say how a choice or a state is written, or an answer of yes or no, if that is what the name is."""
    if name in ("yes", "no"):
        return "write the name of a fact alone for yes, and `!` before it for no"
    if any(name in kind.of for kind in names.values()):
        return f'put a choice or a state in quotation marks, as in `"{name}"`'
    return near(name, [each for each in names if "." not in each])


_PREFIXES = {"known": "fact", "passed": "milestone", "score": "score"}
_LIMITED = {
    "this": (
        "`this` is the day of a booking",
        "use it in a rule counted from a fact that may happen more than once",
    ),
    "at": ("`at` is the day of an event", "use it under `should`; elsewhere let a milestone say when"),
}
