"""A patient on several pathways at once: for which of them something is written.

What only one of them has goes there. What several have is refused until somebody says for which it is meant:
that a response was assessed may be true on one pathway and not on the other, that a drug is planned is true
of the patient. With `everywhere` a fact goes wherever it is asked in the same words.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TypeAlias

from msgspec import Struct, structs

from caseload import actions
from caseload.cases import Case, case_of, meant
from caseload.requests import Request, happened
from caseload.writing import Decide, Outcome, decided, transact
from pathways import guards
from pathways.errors import CarepathError, NotFound
from pathways.fact_values import shown_value
from pathways.history import Entry, Value, in_force
from pathways.lookup import lookup_of
from pathways.model import Fact
from storage.connection import Database
from storage.store import Store

Share: TypeAlias = tuple[Case, Decide]


class OnSeveral(CarepathError):
    """Something that several pathways of a patient have, and no word for which it is meant."""

    def __init__(
        self, patient_id: str, what: str, pathways: Sequence[str], *, everywhere: bool = True
    ) -> None:
        self.what, self.pathways, self.everywhere = what, tuple(pathways), everywhere
        among = " and ".join(pathways)
        both = ", or for all of them with --everywhere" if everywhere else ""
        super().__init__(
            f"{what} of {patient_id} may be meant for {among}: say for which with --pathway, "
            f"such as --pathway {pathways[0]}{both}."
        )


class NowhereFound(NotFound):
    """A fact or an event that none of the pathways of a patient has."""

    def __init__(
        self, patient_id: str, kind: str, name: str, known: Iterable[str], on: Sequence[str]
    ) -> None:
        close = get_close_matches(name, list(known), n=1)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        super().__init__(f"No pathway of {patient_id} has {kind} {name!r}: not {' nor '.join(on)}.{meant}")


class Judged(Struct, frozen=True):
    """What an event would still need on one pathway."""

    case: Case
    verdict: guards.Verdict


def record(
    database: Database, patient_id: str, facts: Sequence[str], request: Request, *, everywhere: bool = False
) -> tuple[Outcome, ...]:
    """Record facts, each for the pathway that asks for it, or everywhere that asks for it."""

    def shares(_: Store, cases: Sequence[Case]) -> list[Share]:
        pairs = _shared_out(patient_id, cases, facts, everywhere=everywhere)
        return [(case, actions.recording(found, request)) for case, found in pairs if found]

    return _transact(database, patient_id, shares, request)


def advance(
    database: Database,
    patient_id: str,
    event: str,
    facts: Sequence[str],
    request: Request,
    *,
    override: bool = False,
    everywhere: bool = False,
) -> tuple[Outcome, ...]:
    """Record an event for the pathway on which it is possible, or on each; raises as `actions.advance`."""

    def shares(store: Store, cases: Sequence[Case]) -> list[Share]:
        chosen = _able(store, patient_id, cases, event, request, everywhere=everywhere)
        pairs = _shared_out(patient_id, chosen, facts, everywhere=True)
        return [(case, actions.advancing(event, found, request, override=override)) for case, found in pairs]

    return _transact(database, patient_id, shares, request)


def close(
    database: Database, patient_id: str, reason: str, request: Request, *, everywhere: bool = False
) -> tuple[Outcome, ...]:
    """Record that the patient leaves a pathway, or all of them."""

    def shares(_: Store, cases: Sequence[Case]) -> list[Share]:
        if len(cases) > 1 and not everywhere:
            raise OnSeveral(patient_id, "Leaving", _names(cases))
        return [(case, actions.closing(reason, request)) for case in cases]

    return _transact(database, patient_id, shares, request)


def verdicts(
    database: Database,
    patient_id: str,
    event: str,
    facts: Sequence[str],
    request: Request,
    *,
    everywhere: bool,
) -> list[Judged]:
    """Say what an event would still need, on each pathway for which it would be recorded."""
    with database.reading() as store:
        cases = _cases(store, patient_id, request)
        chosen = _able(store, patient_id, cases, event, request, everywhere=everywhere)
        pairs = _shared_out(patient_id, chosen, facts, everywhere=True)
        return [Judged(case, actions.verdict(store, case, event, found, request)) for case, found in pairs]


def names_of(database: Database, patient_id: str, pathway: str | None = None) -> list[str]:
    """Name the pathways that a patient is on, or the one they left last; only one when it is named."""
    with database.reading() as store:
        return [row.pathway for row in meant(store, patient_id, pathway)]


def known_elsewhere(database: Database, patient_id: str, pathway: str) -> dict[str, list[str]]:
    """List what other pathways of a patient know and this one asks for in the same words, as one types it."""
    with database.reading() as store:
        cases = [case_of(store, row) for row in meant(store, patient_id)]
    here = next((case for case in cases if case.row.pathway == pathway), None)
    if here is None:
        return {}
    unknown = {name for name in lookup_of(here.pathway).facts if name not in here.standing.facts}
    return {
        case.row.pathway: pairs
        for case in cases
        if case is not here
        and (pairs := [f"{name}={shown_value(value)}" for name, value in _known_alike(case, here, unknown)])
    }


def _known_alike(case: Case, here: Case, unknown: Collection[str]) -> Iterator[tuple[str, Value]]:
    theirs, ours = lookup_of(case.pathway).facts, lookup_of(here.pathway).facts
    for name, known in case.standing.facts.items():
        if name in unknown and _alike([theirs[name], ours[name]]):
            yield name, known.value


def twins(database: Database, patient_id: str, number: int) -> list[tuple[str, str]]:
    """Name what was recorded together with an entry and says the same on other pathways, with its pathway.

    Who mends the one must know of the other. Nothing is said of what was mended already.
    """
    with database.reading() as store:
        rows = store.enrolments(patient_id) if store.patient(patient_id) else []
        histories = [(row.pathway, store.entries(row.id)) for row in rows]
    own = [
        (at, each) for at, (_, entries) in enumerate(histories) for each in entries if each.number == number
    ]
    return [
        (f"{patient_id}:{happening.entry.number}", pathway)
        for at, entry in own
        if entry.kind in {"fact", "event", "exit"}
        for other, (pathway, entries) in enumerate(histories)
        if other != at
        for happening in in_force(entries)
        if _same(happening.entry, entry)
    ]


def _same(other: Entry, one: Entry) -> bool:
    """Say whether one entry was written by the command that wrote another, and says the same."""
    return (other.kind, other.name, other.value, other.recorded_at, other.happened_at, other.by) == (
        (one.kind, one.name, one.value, one.recorded_at, one.happened_at, one.by)
    )


def _transact(
    database: Database,
    patient_id: str,
    shares: Callable[[Store, Sequence[Case]], list[Share]],
    request: Request,
) -> tuple[Outcome, ...]:
    """Write what was decided for each case, all in one transaction: everything, or nothing."""

    def work(store: Store) -> tuple[Outcome, ...]:
        cases = _cases(store, patient_id, request)
        return tuple(
            decided(store, _renumbered(store, case), decide, request) for case, decide in shares(store, cases)
        )

    return transact(database, work, patient_id=patient_id, rehearse=request.rehearse)


def _cases(store: Store, patient_id: str, request: Request) -> list[Case]:
    return [case_of(store, row) for row in meant(store, patient_id, request.pathway)]


def _renumbered(store: Store, case: Case) -> Case:
    """Return a case that knows of what was written for another one a moment ago."""
    return structs.replace(case, last=store.last_entry_number(case.patient_id))


def _able(
    store: Store, patient_id: str, cases: Sequence[Case], event: str, request: Request, *, everywhere: bool
) -> Sequence[Case]:
    """Return the cases for which an event is meant: those that have it; of several, those where it can be."""
    having = [case for case in cases if event in lookup_of(case.pathway).events]
    if len(cases) == 1 or len(having) == 1:
        return having or cases
    if not having:
        known = [each for case in cases for each in lookup_of(case.pathway).events]
        raise NowhereFound(patient_id, "an event", event, known, _names(cases))
    able = [case for case in having if _possible(store, case, event, request)]
    if len(able) > 1 and not everywhere:
        raise OnSeveral(patient_id, event, _names(able))
    return able or having[:1]


def _possible(store: Store, case: Case, event: str, request: Request) -> bool:
    before = actions.standing_at(store, case, happened(case, request))
    return any(step.event == event for step in guards.possible(case.pathway, before))


def _shared_out(
    patient_id: str, cases: Sequence[Case], pairs: Sequence[str], *, everywhere: bool
) -> list[tuple[Case, list[str]]]:
    """Give each case the facts that are meant for it, as they were typed."""
    found: list[tuple[Case, list[str]]] = [(case, []) for case in cases]
    for pair in pairs:
        name = pair.partition("=")[0]
        for at in _askers(patient_id, cases, name, everywhere=everywhere):
            found[at][1].append(pair)
    return found


def _askers(patient_id: str, cases: Sequence[Case], typed: str, *, everywhere: bool) -> list[int]:
    """Say which of some cases are meant when a fact is named."""
    name, _, booking = typed.partition("#")
    facts = [lookup_of(case.pathway).facts.get(name.strip()) for case in cases]
    asking = [at for at, fact in enumerate(facts) if fact]
    if len(cases) == 1:
        return [0]
    if not asking:
        known = [each for case in cases for each in lookup_of(case.pathway).facts]
        raise NowhereFound(patient_id, "a fact", name, known, _names(cases))
    # Bookings are numbered on each pathway by itself, so that one number can mean two of them.
    together = not booking and _alike([fact for fact in facts if fact])
    if len(asking) > 1 and not (everywhere and together):
        raise OnSeveral(patient_id, typed, _names([cases[at] for at in asking]), everywhere=together)
    return asking


def _alike(facts: Sequence[Fact]) -> bool:
    """Say whether some pathways ask for a fact in the same words."""
    first, *others = [structs.replace(fact, code={}) for fact in facts]
    return all(other == first for other in others)


def _names(cases: Iterable[Case]) -> list[str]:
    return [case.row.pathway for case in cases]
