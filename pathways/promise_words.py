"""What an assurance claims, in plain words."""

from pathways.condition_words import in_words, listed
from pathways.model import Pathway
from pathways.promises import (
    Asked,
    Claim,
    Dated,
    DueWithin,
    FreeOf,
    Leaves,
    Never,
    Open,
    Repeats,
    Shown,
    Unused,
    Warned,
)
from pathways.rule_words import counted_in_words
from pathways.terms import Condition


def promise_in_words(pathway: Pathway, claim: Claim) -> str:  # noqa: C901  # one line for each kind of claim
    """Say what is claimed, as it is proved."""
    match claim:
        case Never(never=names):
            while_ = f" while {in_words(pathway, claim.when)}" if claim.when else ""
            return f"{_are(names, 'or')} never open or shown{while_}"
        case Asked(asked=prompt):
            return f"{prompt} is wanted {_always(pathway, claim.when)}"
        case Open(open=prompt):
            return f"{prompt} is open {_always(pathway, claim.when)}, and nothing on record can end it"
        case Shown(shown=banner):
            return f"{banner} is shown {_always(pathway, claim.when)}"
        case Warned(warned=event):
            return f"{event} is refused or warned about {_always(pathway, claim.when)}"
        case FreeOf(free_of=facts):
            return f"no way to {claim.state} of {claim.track} asks for {listed(facts, 'or')}"
        case Leaves(leaves=exits):
            return f"{_are(exits, 'and')} accepted as an exit from every state"
        case Dated():
            return "as long as a patient is on the pathway, somebody has a prompt with a date"
        case DueWithin(due=prompt):
            early = f", and opens no earlier than {claim.not_before} after it" if claim.not_before else ""
            return f"{prompt} is due at most {claim.within} after {counted_in_words(claim.of)}{early}"
        case Repeats(repeats=prompt):
            length = f"for {claim.until} at least" if claim.until else "for good"
            return f"{prompt} repeats at most {claim.within} apart, {length}"
        case Unused(unused=names):
            return f"nothing here is called {listed(names, 'or')}"


def _always(pathway: Pathway, when: Condition | None) -> str:
    return f"wherever {in_words(pathway, when)}" if when else "always"


def _are(names: tuple[str, ...], last: str) -> str:
    return f"{listed(names, last)} {'is' if len(names) == 1 or last == 'or' else 'are'}"
