"""What becomes of a spoilt pathway: who notices, if anybody does."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from pathways import checks
from pathways.checks_names import name_findings
from pathways.checks_promises import promise_findings
from pathways.errors import CarepathError
from pathways.model import Pathway
from pathways.promises import Assurance
from pathways.proving.alike import alike
from pathways.proving.mutating import Mutant, mutants
from pathways.proving.proof import opening_of, prove
from pathways.stories import Story, play

Fate: TypeAlias = Literal["refused", "promise", "another promise", "story", "alike", "survived"]
"""Who noticed: reading the file, the promise that the mutant is about, another one, a story; or nobody.

`alike` is a change that changes nothing, in any combination.
"""


class Fared(Struct, frozen=True):
    """What became of one mutant of one promise; `by` names the promise or the story that noticed."""

    assurance: str
    what: str
    fate: Fate
    by: str = ""


def fates(pathway: Pathway, stories: Sequence[Story], *, most: int | None = None) -> Iterator[Fared]:
    """Yield what becomes of every mutant of every promise, or of so many spread over those of each."""
    # One mutant may be about several promises: what others say of it is asked once.
    elsewhere: dict[str, tuple[Fate, str]] = {}
    for assurance in pathway.assurances:
        for mutant in spread(list(mutants(pathway, assurance)), most):
            yield _fared(mutant, assurance, pathway, stories, elsewhere)


def spread(those: list[Mutant], most: int | None) -> list[Mutant]:
    """Take so many, evenly, the first among them."""
    if most is None or len(those) <= most:
        return those
    return [those[at * len(those) // most] for at in range(most)]


def _fared(  # what a mutant is judged by
    mutant: Mutant,
    assurance: Assurance,
    sound: Pathway,
    stories: Sequence[Story],
    elsewhere: dict[str, tuple[Fate, str]],
) -> Fared:
    spoilt = mutant.pathway
    if spoilt is None or _named_wrongly(spoilt):
        return Fared(assurance.id, mutant.what, "refused")
    if _broken(spoilt, assurance):
        return Fared(assurance.id, mutant.what, "promise", assurance.id)
    if mutant.what not in elsewhere:
        elsewhere[mutant.what] = _noticed(spoilt, assurance, sound, stories)
    return Fared(assurance.id, mutant.what, *elsewhere[mutant.what])


def _named_wrongly(spoilt: Pathway) -> bool:
    """Say whether the file would be refused for its names, without which nothing can be proved."""
    return any(name_findings(spoilt)) or any(promise_findings(spoilt))


def _broken(spoilt: Pathway, assurance: Assurance) -> bool:
    return prove(opening_of(spoilt), assurance).outcome != "proved"


def _noticed(
    spoilt: Pathway, assurance: Assurance, sound: Pathway, stories: Sequence[Story]
) -> tuple[Fate, str]:
    """Say who else notices, if there is anything to: reading, then the other promises, then the stories."""
    opening = opening_of(spoilt)
    if alike(opening, sound):
        return "alike", ""
    if any(checks.findings(spoilt)):
        return "refused", ""
    for other in spoilt.assurances:
        if other.id != assurance.id and prove(opening, other).outcome != "proved":
            return "another promise", other.id
    for story in stories:
        if _differs(spoilt, story):
            return "story", story.title
    return "survived", ""


def _differs(spoilt: Pathway, story: Story) -> bool:
    try:
        return bool(play(spoilt, story).mismatches)
    except CarepathError:
        return True
