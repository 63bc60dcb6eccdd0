"""What a person at a terminal is asked before facts or an event are recorded, one question at a time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from caseload import several
from caseload.cases import Case, case_of, meant
from caseload.requests import Author, Request
from cli import clock
from cli.asking import ask, ask_until, at_terminal, given
from cli.errors import UsageProblem
from cli.options import Said
from cli.printing import warn
from pathways.errors import CarepathError
from pathways.fact_values import expected, read_value
from pathways.guards import Verdict
from pathways.model import Fact
from pathways.moments import Moment
from pathways.standing import Prompt
from storage.connection import Database


class Step(NamedTuple):
    """An event with what goes with it, as far as it was said."""

    event: str
    facts: tuple[str, ...]
    because: str = ""


def missing_facts(said: Said, patient_id: str) -> tuple[str, ...]:
    """Ask for the facts that open prompts wait for."""
    if not at_terminal():
        raise UsageProblem(f"Say what to record: `carepath record {patient_id} FACT=VALUE`.")
    now = clock.now()
    with Database(said.path) as database, database.reading() as store:
        cases = [case_of(store, row) for row in meant(store, patient_id, said.pathway)]
    pairs: tuple[str, ...] = ()
    for case in cases:
        prompts = sorted(_open(case, now), key=_urgency)
        wanted = dict.fromkeys(fact for prompt in prompts for fact in prompt.missing)
        pairs += _answers(case, _unsaid(wanted, pairs))
    if not pairs:
        raise UsageProblem(f"There is nothing to record: write `carepath record {patient_id} FACT=VALUE`.")
    return pairs


def _open(case: Case, now: Moment) -> Iterator[Prompt]:
    return (each for each in case.standing.prompts.values() if each.opens_at <= now)


def _unsaid(wanted: Iterable[str], pairs: Iterable[str]) -> list[str]:
    """Leave out what was asked for another pathway of the patient already."""
    said = {pair.partition("=")[0] for pair in pairs}
    return [fact for fact in wanted if fact not in said]


def _urgency(prompt: Prompt) -> tuple[bool, int]:
    return prompt.due_at is None, prompt.due_at or 0


def ask_for_step(said: Said, patient_id: str, step: Step, *, override: bool) -> Step:
    """Ask for what an event needs and has not got; in a script, return it as it was said."""
    step = step._replace(because=said.because)
    if not at_terminal():
        return step
    if override:
        return step if step.because else step._replace(because=ask_until("Why go past it?", _REASON))
    # No transaction is open while a person thinks.
    for case, verdict in _judged(said, patient_id, step):
        needed = _answers(case, _unsaid((*verdict.missing, *verdict.stale), step.facts), needed=True)
        step = step._replace(facts=(*step.facts, *needed))
        step = step._replace(facts=(*step.facts, *_answers(case, _unsaid(verdict.unasked, step.facts))))
    warnings = [each for _, verdict in _judged(said, patient_id, step) for each in verdict.warnings]
    for text in dict.fromkeys(warning.otherwise for warning in warnings):
        warn(f"Warning: {text}.")
    if warnings and not step.because:
        return step._replace(because=ask_until("Why go on all the same?", _REASON))
    return step


def way_out(said: Said, patient_id: str) -> str:
    """Ask how a patient leaves."""
    with Database(said.path) as database, database.reading() as store:
        cases = [case_of(store, row) for row in meant(store, patient_id, said.pathway)]
    exits = [case.pathway.exits for case in cases]
    ways = ", ".join(each for each in exits[0] if all(each in others for others in exits))
    return given("", f"How? [{ways}]", f"Say how: `carepath close {patient_id} --reason ...`, one of {ways}.")


_REASON = "It wants a reason, which stands in the history. Ctrl-C stops, and records nothing."
_NEEDED = "The event cannot do without it. Ctrl-C stops; --override --because goes past it."


def _judged(said: Said, patient_id: str, step: Step) -> list[tuple[Case, Verdict]]:
    request = Request(author=Author(by="", now=clock.now()), at=said.at, pathway=said.pathway)
    with Database(said.path) as database:
        found = several.verdicts(
            database, patient_id, step.event, step.facts, request, everywhere=said.everywhere
        )
    return [(each.case, each.verdict) for each in found]


def _answers(case: Case, wanted: Iterable[str], *, needed: bool = False) -> tuple[str, ...]:
    facts = {fact.name: fact for fact in case.pathway.facts}
    said = [(name, _answer(facts[name], needed=needed)) for name in wanted]
    return tuple(f"{name}={value}" for name, value in said if value)


def _answer(fact: Fact, *, needed: bool) -> str:
    """Ask for one fact until the answer can be read; without an answer it stays unknown."""
    question = f"{fact.ask or fact.name} [{fact.name}: {expected(fact)}{'' if needed else '; Enter skips'}]"
    while True:
        text = ask_until(question, _NEEDED) if needed else ask(question)
        if not text:
            return ""
        try:
            read_value(fact, text)
        except CarepathError as problem:
            warn(str(problem))
        else:
            return text
