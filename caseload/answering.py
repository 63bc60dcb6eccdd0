"""Answering prompts: done, ack, snooze, dismiss."""

from collections.abc import Callable
from typing import TypeAlias

from caseload.cases import Case, NoSuchPatient, case_of
from caseload.requests import Request, entry_of, happened
from caseload.writing import Outcome, refuse_if_changed, refuse_if_left, transact, write
from pathways.errors import CarepathError, NotFound, Refused
from pathways.fact_values import expected
from pathways.history import AnswerName
from pathways.lookup import lookup_of
from pathways.model import Rule
from pathways.moments import Moment, add_days, add_exact, day_of, end_of, shown, typed
from storage.connection import Database
from storage.rows import PromptRow
from storage.store import Store

Check: TypeAlias = Callable[[Case, PromptRow, Rule], Moment | None]


class NoSuchPrompt(NotFound):
    """A prompt number that the patient does not have."""

    def __init__(self, patient_id: str, number: int) -> None:
        super().__init__(
            f"There is no prompt {patient_id}/{number}: `carepath show {patient_id}` lists them."
        )


def done(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """Say that something was done which no record could show; refused where the act can be recorded."""

    def check(case: Case, prompt: PromptRow, rule: Rule) -> None:
        if rule.has_act:
            raise Refused(_record_it(case, prompt, rule))

    return _answer(database, patient_id, number, "done", check, request)


def acknowledge(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """Say that a prompt was seen; it stays, unless it only informs."""
    return _answer(database, patient_id, number, "ack", lambda *_: None, request)


def dismiss(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """End a prompt with a reason."""
    if not request.because:
        msg = "A dismissal needs its reason: add --because '...'."
        raise CarepathError(msg)
    return _answer(database, patient_id, number, "dismiss", lambda *_: None, request)


def snooze(database: Database, patient_id: str, number: int, until: str, request: Request) -> Outcome:
    """Hide a prompt until a day or time, as far and as often as its rule lets it."""

    def check(case: Case, prompt: PromptRow, rule: Rule) -> Moment:
        return _snoozed_until(case, prompt, rule, until, request.author.now)

    return _answer(database, patient_id, number, "snooze", check, request)


def _answer(  # noqa: PLR0917  # five things every answer has, and what to check
    database: Database, patient_id: str, number: int, name: AnswerName, check: Check, request: Request
) -> Outcome:
    def work(store: Store) -> Outcome:
        case, prompt = find_prompt(store, patient_id, number)
        refuse_if_changed(store, case, request.seen)
        when = happened(case, request)
        _refuse_if_over(case, prompt, when.at)
        until = check(case, prompt, lookup_of(case.pathway).rules[prompt.key.rule])
        entry = entry_of(case, request, when, 1, kind="answer", name=name, prompt=prompt.key, until=until)
        return write(store, case, [entry], request.author.now)

    return transact(database, work, rehearse=request.rehearse)


def find_prompt(store: Store, patient_id: str, number: int) -> tuple[Case, PromptRow]:
    """Return a prompt by the number people type, with its case."""
    if store.patient(patient_id) is None:
        raise NoSuchPatient(patient_id)
    prompt = store.prompt(patient_id, number)
    row = store.enrolment(prompt.enrolment_id) if prompt else None
    if prompt is None or row is None:
        raise NoSuchPrompt(patient_id, number)
    return case_of(store, row), prompt


def _refuse_if_over(case: Case, prompt: PromptRow, at: Moment) -> None:
    refuse_if_left(case)
    name = f"{prompt.patient_id}/{prompt.number}"
    over = prompt.settled or prompt.ended == "superseded"
    if prompt.ended_at is not None and (over or prompt.ended_at <= at):
        ended = shown(prompt.ended_at, case.zone).removesuffix(" 00:00")
        msg = f"{name} has ended already: {prompt.ended} on {ended}."
        raise Refused(msg)
    if at < prompt.began_at:
        msg = (
            f"{name} began at {shown(prompt.began_at, case.zone)}, it cannot be answered before that: "
            "give a later --at, with a time if it is the same day."
        )
        raise Refused(msg)


def _record_it(case: Case, prompt: PromptRow, rule: Rule) -> str:
    """Say how to record the act that a prompt waits for."""
    name = f"{prompt.patient_id}/{prompt.number}"
    facts = {fact.name: fact for fact in case.pathway.facts}
    asked = prompt.missing or (*rule.needs, *rule.needs_new)
    if asked:
        pairs = " ".join(f"{fact}=..." for fact in asked)
        say = "; ".join(f"{fact}: {expected(facts[fact])}" for fact in asked)
        act = f"`carepath record {prompt.patient_id} {pairs}` ({say})"
    else:
        act = _what_would_do(case, prompt, rule)
    return (
        f"{name} ends by itself once the act is on record: {act}. "
        f"If it will not be done: `carepath dismiss {name} --because '...'`."
    )


def _what_would_do(case: Case, prompt: PromptRow, rule: Rule) -> str:
    """Name what `done_when` looks at: facts that can be recorded, tracks that an event can move."""
    behind = lookup_of(case.pathway).names_behind(rule.done_when) if rule.done_when else []
    names = [name.removeprefix("known.") for name in behind]
    facts = [fact for fact in case.pathway.facts if fact.name in names]
    ways = [f"`carepath record {prompt.patient_id} {fact.name}=...` ({expected(fact)})" for fact in facts]
    tracks = [track.name for track in case.pathway.tracks if track.name in names]
    if tracks:
        moves = " and ".join(tracks)
        ways.append(f"an event of {moves} (`carepath next {prompt.patient_id}` lists them)")
    return " or ".join(ways)


def _snoozed_until(case: Case, prompt: PromptRow, rule: Rule, text: str, now: Moment) -> Moment:
    name = f"{prompt.patient_id}/{prompt.number}"
    if prompt.tier == "stop":
        msg = f"{name} is a stop: it cannot be snoozed. Do it, or dismiss it with the reason."
        raise Refused(msg)
    if prompt.snoozes >= rule.snooze.times:
        msg = f"{name} was snoozed {prompt.snoozes} times, as often as {rule.id} allows: answer it."
        raise Refused(msg)
    until, _ = typed(text, case.zone)
    latest = _latest_snooze(rule, now, case.zone)
    if not now < until <= latest:
        msg = (
            f"{name} can be snoozed until {shown(latest, case.zone)} at the latest "
            f"({rule.snooze.most} at most), and only into the future."
        )
        raise Refused(msg)
    return until


def _latest_snooze(rule: Rule, now: Moment, zone: str) -> Moment:
    most = rule.snooze.most
    return add_exact(now, most) if most.exact else end_of(add_days(day_of(now, zone), most), zone)
