"""Answering prompts: seen, ack, acting, done, could-not, snooze, dismiss."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from caseload.cases import Case, NoSuchPatient, case_of
from caseload.ceilings import Asked, done_by, put_off
from caseload.requests import Request, entry_of, happened
from caseload.writing import Outcome, refuse_if_changed, refuse_if_left, transact, write
from pathways.errors import CarepathError, NotFound, Refused
from pathways.fact_values import expected
from pathways.history import COULD_NOT, AnswerName
from pathways.lookup import lookup_of
from pathways.model import Rule
from pathways.moments import Moment, shown
from storage.connection import Database
from storage.rows import PromptRow
from storage.store import Store


class Said(NamedTuple):
    """What an answer says beside its name: until when, why it could not be done, who else agreed."""

    until: Moment | None = None
    value: str | None = None
    second: str = ""


# What an answer says, once it was found that it may be given.
Check: TypeAlias = Callable[[Store, Case, PromptRow, Rule], Said | None]


class NoSuchPrompt(NotFound):
    """A prompt number that the patient does not have."""

    def __init__(self, patient_id: str, number: int) -> None:
        super().__init__(
            f"There is no prompt {patient_id}/{number}: `carepath show {patient_id}` lists them."
        )


def done(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """Say that something was done which no record could show; refused where the act can be recorded."""

    def check(_store: Store, case: Case, prompt: PromptRow, rule: Rule) -> None:
        if rule.has_act and not _was_recorded_late(case, prompt, rule, happened(case, request).at):
            raise Refused(_record_it(case, prompt, rule))

    return _answer(database, patient_id, number, "done", check, request)


def see(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """Say that a prompt was seen, and nothing else."""
    return _answer(database, patient_id, number, "seen", lambda *_: None, request)


def acknowledge(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """Take a prompt on; it stays, unless it only informs."""
    return _answer(database, patient_id, number, "ack", lambda *_: None, request)


def act_on(database: Database, patient_id: str, number: int, until: str, request: Request) -> Outcome:
    """Say that somebody is on it, and when they expect to be done, if they know."""

    def check(_store: Store, case: Case, prompt: PromptRow, rule: Rule) -> Said:
        return Said(done_by(Asked(case, prompt, rule, until), request.author.now))

    return _answer(database, patient_id, number, "acting", check, request)


def could_not(
    database: Database,
    patient_id: str,
    number: int,
    reason: str,
    request: Request,
    *,
    next_at: str = "",
    second: str = "",
) -> Outcome:
    """Say why something could not be done, and when to try again: until then it is put off."""
    refuse_odd_reason(reason, request.because)

    def check(store: Store, case: Case, prompt: PromptRow, rule: Rule) -> Said:
        if not next_at:
            return Said(value=reason)
        until = put_off(store, Asked(case, prompt, rule, next_at, second), request)
        return Said(until, reason, second)

    return _answer(database, patient_id, number, "could-not", check, request)


def refuse_odd_reason(reason: str, because: str) -> None:
    """Refuse a reason that cannot be counted, and one of others without words."""
    if reason not in COULD_NOT:
        codes = "; ".join(f"{code}: {means}" for code, means in COULD_NOT.items())
        msg = f"{reason!r} is no reason that can be counted: it is one of {codes}."
        raise CarepathError(msg)
    if reason == "other" and not because.strip():
        msg = "`other` needs words: add --because '...'."
        raise CarepathError(msg)


def dismiss(database: Database, patient_id: str, number: int, request: Request) -> Outcome:
    """End a prompt with a reason."""
    if not request.because:
        msg = "A dismissal needs its reason: add --because '...'."
        raise CarepathError(msg)
    return _answer(database, patient_id, number, "dismiss", lambda *_: None, request)


def snooze(
    database: Database, patient_id: str, number: int, until: str, request: Request, *, second: str = ""
) -> Outcome:
    """Hide a prompt until a day or time, as far and as often as its rule and the site let it."""

    def check(store: Store, case: Case, prompt: PromptRow, rule: Rule) -> Said:
        return Said(put_off(store, Asked(case, prompt, rule, until, second), request), second=second)

    return _answer(database, patient_id, number, "snooze", check, request)


def _answer(  # noqa: PLR0917  # five things every answer has, and what to check
    database: Database, patient_id: str, number: int, name: AnswerName, check: Check, request: Request
) -> Outcome:
    def work(store: Store) -> Outcome:
        case, prompt = find_prompt(store, patient_id, number)
        refuse_if_changed(store, case, request.seen)
        when = happened(case, request)
        _refuse_if_over(case, prompt, when.at, name)
        said = check(store, case, prompt, lookup_of(case.pathway).rules[prompt.key.rule]) or Said()
        entry = entry_of(
            case, request, when, 1, kind="answer", name=name, prompt=prompt.key, **said._asdict()
        )
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


def _refuse_if_over(case: Case, prompt: PromptRow, at: Moment, answer: AnswerName) -> None:
    refuse_if_left(case)
    name = f"{prompt.patient_id}/{prompt.number}"
    over = prompt.settled or prompt.ended == "superseded"
    # What lapsed was not answered in time; that it was done after all is worth knowing, and has its own day.
    late = answer == "done" and prompt.ended == "lapsed" and prompt.done_late_at is None
    if prompt.ended_at is not None and (over or prompt.ended_at <= at) and not late:
        ended = shown(prompt.ended_at, case.zone).removesuffix(" 00:00")
        msg = f"{name} has ended already: {prompt.ended} on {ended}.{_instead(prompt)}"
        raise Refused(msg)
    if at < prompt.began_at:
        msg = (
            f"{name} began at {shown(prompt.began_at, case.zone)}, it cannot be answered before that: "
            "give a later --at, with a time if it is the same day."
        )
        raise Refused(msg)


def _instead(prompt: PromptRow) -> str:
    """Say what can be done about a prompt that has ended."""
    name = f"{prompt.patient_id}/{prompt.number}"
    if prompt.done_late_at is not None:
        by = f"{prompt.patient_id}:{prompt.done_late_by}"
        return f" That it was done late is on record as {by}: correct that entry, if it is wrong."
    if prompt.ended == "lapsed":
        return f" If it was done after all: `carepath done {name} --at DAY`."
    if prompt.ended in {"withdrawn", "superseded"}:
        return (
            f" Nothing asks for it any more: record what was done with its true day (`carepath record "
            f"{prompt.patient_id} ... --at DAY`), or keep it with `carepath note {prompt.patient_id}`."
        )
    by = f"{prompt.patient_id}:{prompt.ended_by}" if prompt.ended_by else ""
    return f" If that is wrong, withdraw {by}." if by and prompt.ended in {"done", "dismissed"} else ""


def _was_recorded_late(case: Case, prompt: PromptRow, rule: Rule, at: Moment) -> bool:
    """Say whether what a prompt that lapsed had asked for is on record since it began, and by then."""
    if prompt.ended != "lapsed" or prompt.ended_at is None or prompt.ended_at > at or rule.done_when:
        return False
    known = [case.standing.facts.get(name) for name in (*rule.needs, *rule.needs_new)]
    return all(each is not None and prompt.began_at <= each.since <= at for each in known)


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
