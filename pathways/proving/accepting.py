"""Findings that the file says are meant to be so, and what it says so of that is not found."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from pathways.model import Accepted
from pathways.proving.verdicts import Found

_OF_A_SITE = "nobody-in-role"


def accepting(findings: Sequence[Found], accepted: Iterable[Accepted]) -> list[Found]:
    """Give each finding the reason for which the file lives with it; add what is accepted in vain."""
    reasons = {(each.finding, frozenset(each.about)): each for each in accepted}
    found = [(each, reasons.pop((each.kind, frozenset(each.about)), None)) for each in findings]
    lived_with = [structs.replace(each, because=reason.because) if reason else each for each, reason in found]
    return [*lived_with, *_in_vain(reasons.values())]


def _in_vain(accepted: Iterable[Accepted]) -> Iterator[Found]:
    for each in accepted:
        if each.finding != _OF_A_SITE:
            named = ", ".join(each.about)
            what = f"the file accepts this of {named}, and it is not found; remove it under `accepted`"
            yield Found(kind=each.finding, about=each.about, what=what)
