"""Asking onto which pathway a patient is to be put, with what each is for."""

from collections.abc import Iterator, Sequence

from caseload.choosing import Choice, choices
from cli.asking import ask_until, at_terminal
from cli.errors import UsageProblem
from cli.options import Said
from cli.printing import indented, warn
from storage.connection import Database


def which_pathway(said: Said, patient_id: str) -> str:
    """Ask onto which pathway; in a script refuse, with the list of those there are."""
    with Database(said.path) as database:
        found = choices(database, patient_id)
    possible = [choice for choice in found if choice.possible]
    for line in _page(patient_id, found, possible):
        warn(line)
    if not possible:
        raise UsageProblem(
            f"There is no pathway that {patient_id} can be put on: `carepath pathway install FILE` adds one."
        )
    names = ", ".join(choice.name for choice in possible)
    say_it = f"Say which pathway: `carepath enrol {patient_id} PATHWAY`, one of {names}."
    if not at_terminal():
        raise UsageProblem(say_it)
    return _chosen(possible, say_it)


def _chosen(possible: Sequence[Choice], say_it: str) -> str:
    """Ask until the answer is one of them."""
    answers = {choice.name: choice.name for choice in possible}
    answers |= {str(number): choice.name for number, choice in enumerate(possible, start=1)}
    while (answer := ask_until("Which pathway? [number or name]", say_it)) not in answers:
        warn(f"{answer!r} is none of them: type a number from 1 to {len(possible)}, or a name.")
    return answers[answer]


def _page(patient_id: str, found: Sequence[Choice], possible: Sequence[Choice]) -> Iterator[str]:
    """Lay out those that can be chosen, numbered, then the others with the reason."""
    for number, choice in enumerate(possible, start=1):
        yield from indented(f"{number}. {choice.name}: {choice.title}", 0)
        if choice.purpose:
            yield from indented(choice.purpose, 3)
        yield from indented(f"version {choice.version}, {choice.review}: {choice.review_means}", 3)
    for choice in found:
        if choice.since:
            yield f"- {choice.name}: {patient_id} is on it since {choice.since}"
        elif choice.why_not:
            yield from indented(f"- {choice.why_not}", 0)
