"""The check that what is unknown hides no danger.

A prompt whose condition names a fact stays silent while that fact is unknown. So another prompt must ask
for the fact wherever the first one may be waiting for it, or the file must say why silence is safe there.

A *cell* is one state for each of the tracks that matter. In every cell in which the silent prompt may be
wanted, the fact must be asked for, or be known because no way into a state of the cell is without it. A
prompt asks for a fact in a cell if it is wanted there while the fact is unknown; the facts of its own
condition must be asked for in the same way, without going in a circle.
"""

from collections.abc import Iterator

from pathways.asking import Asking, Cell, TooInvolved
from pathways.findings import Finding, Where
from pathways.model import Pathway, Rule


def unknown_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield, for each prompt, the facts that can keep it silent in a state where nothing asks for them."""
    try:
        yield from _silent(pathway)
    except TooInvolved:
        what = (
            "too many prompts speak of too many facts in too many states to see that each fact is asked for"
        )
        yield Finding(("prompts",), what, "divide the pathway, or its conditions among several prompts")


def _silent(pathway: Pathway) -> Iterator[Finding]:
    asking = Asking(pathway)
    asked = tuple(_asked(pathway))
    for at, rule in enumerate(pathway.rules):
        where: Where = ("prompts", at)
        mine = tuple((*where, key) for key in ("when", "while", "counted_from", "unknown"))
        excused = {quiet.fact for quiet in rule.unknown}
        for fact, key in asking.silencing(rule).items():
            cell = None if fact in excused else asking.silent_in(rule, fact)
            if cell is not None:
                rests_on = (*mine, ("facts", fact, "many"), *asked)
                lack = _lack(rule, fact, key, asking)
                yield Finding((*where, key), *_told(rule, fact, lack, cell), rests_on=rests_on)


def _asked(pathway: Pathway) -> Iterator[Where]:
    """Yield the parts of a file that say where facts are asked for."""
    yield ("milestones",)
    yield ("scores",)
    for at in range(len(pathway.rules)):
        yield from (("prompts", at, key) for key in ("needs", "needs_new"))
    for track in pathway.tracks:
        for at in range(len(track.transitions)):
            keys = ("from", "to", "needs", "needs_new")
            yield from (("tracks", track.name, "transitions", at, key) for key in keys)


def _lack(rule: Rule, fact: str, key: str, asking: Asking) -> str:
    """Say what an unknown fact does to a prompt, and through what."""
    if key == "counted_from":
        return f"has no date as long as `{fact}` is unknown"
    score = asking.score_of(rule, fact)
    through = f", which the score `{score}` looks at," if score else ""
    return f"is silent as long as `{fact}`{through} is unknown"


def _told(rule: Rule, fact: str, lack: str, cell: Cell) -> tuple[str, str]:
    there = " and ".join(f"`{track}` is `{state}`" for track, state in sorted(cell.items()))
    where = f" while {there}" if there else ""
    return f"`{rule.id}` {lack}, and no other prompt asks for it{where}", (
        f"put `{fact}` under `needs` of a prompt over the same states, "
        f"or write `unknown: {{{fact}: quiet, because: ...}}` here"
    )
