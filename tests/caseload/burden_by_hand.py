"""The burden counted slowly, from the histories and the bare ledger of a file: what statements must equal.

Looks at nothing that the statements look at but the ledger, the deliveries, and which row is which prompt.
"""

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from caseload.cases import pathway_of
from caseload.rota import COORDINATOR
from pathways.follow import follow, outlook
from pathways.history import Entry, PromptKey, in_force
from pathways.moments import Moment, day_of
from pathways.standing import Prompt
from storage.burden import Asked, By, Key, Tally
from storage.connection import Database
from storage.rows import EnrolmentRow
from storage.store import Store

WORDS = ("seen", "ack", "could-not", "snooze", "acting")


class Counted(NamedTuple):
    """One prompt that was raised, with all that is counted of it."""

    rule: Key
    person: Key
    patient: str
    raised_at: Moment
    fate: str
    late: bool
    had_time: bool
    took: Moment | None
    said: frozenset[str]
    could_not: str
    dismissed: str
    escalations: int
    messages: tuple[str, ...]

    def of(self, by: By) -> Key:
        return self.rule if by == "rule" else self.person


def prompts(database: Database, asked: Asked) -> list[Counted]:
    """Count every prompt that was raised in a period."""
    with database.reading() as store:
        return [
            each
            for row in store.all_enrolments()
            if asked.pathway in {"", row.pathway} and asked.owner in {"", row.owner}
            for each in _of_enrolment(database, store, row, asked)
        ]


def tallies(found: list[Counted], by: By) -> dict[Key, Tally]:
    return {
        key: Tally(
            raised=len(of),
            acted_on=sum(each.fate == "acted" for each in of),
            dismissed=sum(each.fate == "dismissed" for each in of),
            withdrawn=sum(each.fate == "withdrawn" for each in of),
            lapsed=sum(each.fate == "lapsed" for each in of),
            open=sum(each.fate == "open" for each in of),
            overdue=sum(each.fate == "open" and each.late for each in of),
            ignored=sum(_ignored(each) for each in of),
            seen=sum("seen" in each.said for each in of),
            acknowledged=sum("ack" in each.said for each in of),
            could_not=sum(bool(each.could_not) for each in of),
            put_off=sum("put off" in each.said for each in of),
            escalated=sum(each.escalations > 0 for each in of),
            escalations=sum(each.escalations for each in of),
            messages=sum(len(each.messages) for each in of),
        )
        for key in {each.of(by) for each in found}
        for of in [[each for each in found if each.of(by) == key]]
    }


def medians(found: list[Counted], by: By) -> dict[Key, int]:
    took: dict[Key, list[int]] = {}
    for each in found:
        if each.took is not None:
            took.setdefault(each.of(by), []).append(each.took)
    return {key: int(median(values)) for key, values in took.items()}


def reasons(found: list[Counted], by: By, what: str) -> dict[Key, dict[str, int]]:
    counts: dict[Key, dict[str, int]] = {}
    for each in found:
        if why := getattr(each, what):
            of = counts.setdefault(each.of(by), {})
            of[why] = of.get(why, 0) + 1
    return counts


def days(found: list[Counted], zone: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Count prompts and patients by person and local day."""
    on: dict[tuple[str, str], list[str]] = {}
    for each in found:
        on.setdefault((each.person[0], day_of(each.raised_at, zone).isoformat()), []).append(each.patient)
    return {key: (len(patients), len(set(patients))) for key, patients in on.items()}


def _ignored(each: Counted) -> bool:
    return not each.said and (
        (each.fate == "lapsed" and each.had_time) or (each.fate == "open" and each.late)
    )


def _of_enrolment(database: Database, store: Store, row: EnrolmentRow, asked: Asked) -> Iterator[Counted]:
    pathway = pathway_of(store, row.digest)
    entries = store.entries(row.id)
    ahead = outlook(pathway, follow(pathway, entries))
    misfits = {misfit.entry for misfit in ahead.misfits}
    answers: dict[PromptKey, list[Entry]] = {}
    for happening in in_force(entries):
        entry = happening.entry
        if entry.kind == "answer" and entry.prompt is not None and entry.number not in misfits:
            answers.setdefault(entry.prompt, []).append(entry)
    ids = {prompt.key: prompt.id for prompt in store.prompts(row.id)}
    for prompt in (*ahead.ended, *ahead.prompts.values()):
        raised_at = _raised_at(database, ids[prompt.key], prompt)
        if raised_at is not None and asked.since <= raised_at < asked.until:
            yield _counted(
                database, store, row, prompt, ids[prompt.key], answers.get(prompt.key, []), raised_at, asked
            )


def _raised_at(database: Database, prompt_id: int, prompt: Prompt) -> Moment | None:
    """Return when a prompt was last raised, of the raises that stand for where it opens now."""
    deeds = (
        database.reader()
        .execute("SELECT kind, moment, at FROM ledger WHERE prompt_id = ? ORDER BY id", (prompt_id,))
        .fetchall()
    )
    taken_back = {moment for kind, moment, _ in deeds if kind == "superseded"} - {prompt.opens_at}
    raises = [at for kind, moment, at in deeds if kind == "raised" and moment not in taken_back]
    return max((at for at in raises if at >= prompt.opens_at), default=None)


def _counted(  # noqa: PLR0917  # all that there is to know of a prompt
    database: Database,
    store: Store,
    row: EnrolmentRow,
    prompt: Prompt,
    prompt_id: int,
    answers: list[Entry],
    raised_at: Moment,
    asked: Asked,
) -> Counted:
    last = {entry.name: entry for entry in answers}
    fate, acted_at = _fate(prompt, answers, asked.now)
    late_at = raised_at + asked.undated_after if prompt.due_at is None else prompt.due_at
    put_off = any(
        entry.until is not None and prompt.tier != "stop"
        for entry in answers
        if entry.name in {"snooze", "could-not"}
    )
    could_not = last.get("could-not")
    dismissed = last["dismiss"].because if fate == "dismissed" else ""
    told = (
        database.reader()
        .execute(
            "SELECT d.staff FROM delivery d JOIN ledger l ON l.id = d.ledger_id "
            "WHERE l.prompt_id = ? AND d.staff <> '' AND d.state = 'sent'",
            (prompt_id,),
        )
        .fetchall()
    )
    [escalations] = database.reader().execute(
        "SELECT count(*) FROM ledger WHERE prompt_id = ? AND kind = 'escalated'", (prompt_id,)
    ).fetchone() or (0,)
    return Counted(
        rule=(row.pathway, prompt.key.rule, prompt.tier),
        person=(_person(store, row, prompt, answers),),
        patient=row.patient_id,
        raised_at=raised_at,
        fate=fate,
        late=late_at <= asked.now and raised_at + asked.fair_after <= asked.now,
        had_time=prompt.ended_at is not None and prompt.ended_at - raised_at >= asked.fair_after,
        took=None if acted_at is None else max(0, acted_at - raised_at),
        said=frozenset((*(name for name in last if name in WORDS), *(["put off"] if put_off else []))),
        could_not=str(could_not.value) if could_not else "",
        dismissed=dismissed,
        escalations=escalations,
        messages=tuple(staff for (staff,) in told),
    )


def _fate(prompt: Prompt, answers: list[Entry], now: Moment) -> tuple[str, Moment | None]:
    """Say what became of a prompt, and when somebody first acted on it."""
    over = prompt.ended_at is not None and prompt.ended_at <= now
    if over and prompt.ended == "dismissed":
        return "dismissed", None
    acts: list[Moment] = [acting.happened_at for acting in _acting(answers)]
    if over and (prompt.ended == "acknowledged" or (prompt.ended == "done" and prompt.ended_by)):
        acts.append(prompt.ended_at or 0)
    if prompt.done_late_at is not None:
        acts.append(prompt.done_late_at)
    if acts:
        return "acted", min(acts)
    if not over:
        return "open", None
    return ("lapsed" if prompt.ended == "lapsed" else "withdrawn"), None


def _acting(answers: list[Entry]) -> list[Entry]:
    """Return the last word of somebody being on it, unless it came to nothing after that."""
    words = [entry for entry in answers if entry.name in {"acting", "could-not"}]
    return words[-1:] if words and words[-1].name == "acting" else []


def _person(store: Store, row: EnrolmentRow, prompt: Prompt, answers: list[Entry]) -> str:
    ending = [entry for entry in answers if entry.name in {"done", "dismiss"}]
    if prompt.ended == "acknowledged":
        ending = [entry for entry in answers if entry.number == prompt.ended_by]
    acks = [entry for entry in answers if entry.name == "ack"]
    for who in (*ending[-1:], *_acting(answers), *acks[:1]):
        return who.by
    return row.owner if prompt.role == COORDINATOR else store.holders().get(prompt.role, "")
