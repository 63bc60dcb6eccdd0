"""Changes conditions a little, as a slip of the pen would: turned round, one part fewer, another choice."""

import re
from collections.abc import Iterator

from pathways.conditions import Compiler
from pathways.lookup import lookup_of
from pathways.model import Pathway
from pathways.problems import ConditionRejected
from pathways.terms import Condition

_CHOICE = re.compile(r'(?P<name>\w+) (?:==|!=) "(?P<choice>[^"]*)"')
_NUMBER = re.compile(r"(?P<sign><=|>=|<|>)")
_OTHER_WAY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Rewording:
    """Makes other conditions of those of one pathway."""

    def __init__(self, pathway: Pathway) -> None:
        lookup = lookup_of(pathway)
        self._of = {name: fact.of for name, fact in lookup.facts.items()}
        states = {name: tuple(state.name for state in track.states) for name, track in lookup.tracks.items()}
        self._of |= states
        self._compiler = Compiler(lookup.facts, states, lookup.milestones, lookup.totals)

    def condition(self, text: str, *, this: bool = False, at: bool = False) -> Condition | None:
        """Return a condition; none when no file could say it."""
        try:
            return self._compiler.compile(text, this=this, at=at)
        except ConditionRejected:
            return None

    def changed(self, condition: Condition, *, weaker: bool) -> Iterator[tuple[str, str]]:
        """Yield how a condition is changed and what it says then; `weaker` ones are met more often."""
        text = condition.text
        yield "is turned round", f"!({text})"
        parts = divided(text, "&&" if weaker else "||")
        for at, part in enumerate(parts) if len(parts) > 1 else ():
            rest = (f" {'&&' if weaker else '||'} ").join((*parts[:at], *parts[at + 1 :]))
            yield f"leaves out {part}", rest
        for found in _CHOICE.finditer(text):
            choices = [each for each in self._of.get(found["name"], ()) if each != found["choice"]]
            for choice in choices[:1]:
                start, end = found.span("choice")
                yield f"says {choice} for {found['choice']}", f"{text[:start]}{choice}{text[end:]}"
        for found in _NUMBER.finditer(text):
            start, end = found.span("sign")
            yield f"turns {found['sign']} round", f"{text[:start]}{_OTHER_WAY[found['sign']]}{text[end:]}"


def divided(text: str, joined_by: str) -> list[str]:
    """Divide a condition at its outermost `&&` or `||`; in one piece where it has none."""
    parts, depth, start, at, quoted = [], 0, 0, 0, False
    while at < len(text):
        character = text[at]
        if character in "\"'":
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif not quoted and not depth and text.startswith(joined_by, at):
            parts.append(text[start:at].strip())
            start = at = at + len(joined_by)
            continue
        at += 1
    parts.append(text[start:].strip())
    # Between `||` of the outside the `&&` of the whole are no parts of it.
    return [text] if joined_by == "&&" and len(divided(text, "||")) > 1 else parts
