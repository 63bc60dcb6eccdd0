"""The check that what is unknown hides no danger.

A prompt whose condition names a fact stays silent while that fact is unknown. So another prompt must ask
for the fact wherever the first one may be waiting for it, or the file must say why silence is safe there.

A *cell* is one state for each of the tracks that matter. In every cell in which the silent prompt may be
wanted, the fact must be asked for, or be known because no way into a state of the cell is without it. A
prompt asks for a fact in a cell if it is wanted there while the fact is unknown; the facts of its own
condition must be asked for in the same way, without going in a circle.
"""

from collections.abc import Iterator

from pathways.asking import Asking, Cell
from pathways.findings import Finding, Where
from pathways.model import Pathway, Rule
from pathways.problems import near


def unknown_findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield, for each prompt, the facts that can keep it silent in a state where nothing asks for them."""
    asking = Asking(pathway)
    facts = {fact.name for fact in pathway.facts}
    for at, rule in enumerate(pathway.rules):
        where: Where = ("prompts", at)
        rests_on = (
            *((*where, key) for key in ("when", "while", "counted_from", "unknown")),
            *_parts(pathway),
        )
        for fact, key in asking.silencing(rule).items():
            cell = None if fact in _excused(rule) else asking.silent_in(rule, fact)
            if cell is not None:
                yield Finding((*where, key), *_told(rule, fact, key, cell), rests_on=rests_on)
        for nth, quiet in enumerate(rule.unknown):
            if quiet.fact not in facts:
                there = (*where, "unknown", nth, quiet.fact)
                yield Finding(
                    there,
                    f"`{quiet.fact}` is not a fact of this pathway",
                    near(quiet.fact, facts),
                    of_key=True,
                )


def _excused(rule: Rule) -> set[str]:
    return {quiet.fact for quiet in rule.unknown}


def _parts(pathway: Pathway) -> Iterator[Where]:
    """Yield the parts of a file that say where facts are asked for."""
    for at in range(len(pathway.rules)):
        yield from (("prompts", at, key) for key in ("needs", "needs_new"))
    yield from (("tracks", track.name, "transitions") for track in pathway.tracks)
    yield from (("facts",), ("milestones",))


def _told(rule: Rule, fact: str, key: str, cell: Cell) -> tuple[str, str]:
    there = " and ".join(f"`{track}` is `{state}`" for track, state in sorted(cell.items()))
    where = f" while {there}" if there else ""
    lack = "is silent" if key == "when" else "has no date"
    return f"`{rule.id}` {lack} as long as `{fact}` is unknown, and no other prompt asks for it{where}", (
        f"put `{fact}` under `needs` of a prompt over the same states, "
        f"or write `unknown: {{{fact}: quiet, because: ...}}` here"
    )
