"""Loose ends: what could let a patient be forgotten though everything that is stored follows.

Only people can mend one, so each is a sentence that says what to do. Of a patient it says the id and never
the name, and nothing of what was recorded.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from caseload.cases import pathway_of
from caseload.comparing import Folded
from caseload.foot import STEP
from caseload.rota import AS_NAMED, COORDINATOR, Holders, Rota, absence, gone, rota_of
from pathways.lookup import lookup_of
from pathways.model import Pathway
from pathways.moments import Moment, shown
from pathways.spans import DAY
from storage.rows import PromptRow
from storage.store import Store

Kind: TypeAlias = Literal[
    "nothing-dated",
    "nobody-there",
    "recorded-ahead",
    "owner-gone",
    "deputy-gone",
    "never-enrolled",
    "role-unheld",
    "untaken",
    "unsent",
    "given-up",
    "undone",
    "not-backed-up",
]
# What each is about, where a message may say no more than that.
WORDS: dict[Kind, str] = {
    "nothing-dated": "nothing with a date is open or coming",
    "nobody-there": "nobody is there to do it",
    "recorded-ahead": "recorded at a moment that has not come",
    "owner-gone": "owns patients and is not at work here",
    "deputy-gone": "has a deputy who is not at work here",
    "never-enrolled": "on no pathway",
    "role-unheld": "asked for, and held by nobody who is at work here",
    "untaken": "waits for a tick",
    "unsent": "a message waits to be sent",
    "given-up": "a message was given up",
    "undone": "a routine was not done",
    "not-backed-up": "the last backup by night failed",
}


class LooseEnd(Struct, frozen=True):
    """Something to mend. `about` is a patient, a prompt, a person, a role or a routine."""

    kind: Kind
    about: str
    says: str


def of_enrolment(
    folded: Folded, known: Sequence[PromptRow], holders: Holders, now: Moment
) -> Iterator[LooseEnd]:
    """Find what could let one enrolment be forgotten."""
    yield from _recorded_ahead(folded, now)
    if folded.row.left_at is not None:
        return
    who = folded.row.patient_id
    dated = [each for each in known if _dated(each, now)]
    if not dated:
        yield LooseEnd(
            "nothing-dated",
            who,
            f"{who}: nothing with a date is open or coming, so nobody would be reminded: "
            f"`carepath next {who}` says what can be recorded.",
        )
    elif not any(holders.of(each.role, each.owner).person for each in dated):
        yield _nobody_there(min(dated, key=_first), holders)


def of_site(store: Store, now: Moment) -> Iterator[LooseEnd]:
    """Find what could let many be forgotten: owners, roles, and patients on no pathway."""
    rota = rota_of(store, now)
    yield from _owners(store, rota, now)
    yield from _deputies(rota, now)
    yield from _roles(store, rota, now)
    for patient_id in store.never_enrolled(before=now - DAY):
        yield LooseEnd(
            "never-enrolled",
            patient_id,
            f"{patient_id} is on no pathway and never was, so nobody is asked for anything: "
            f"`carepath enrol {patient_id} PATHWAY`.",
        )


def _dated(prompt: PromptRow, now: Moment) -> bool:
    """Whether a prompt is open or coming and somebody must see to it (R34)."""
    return prompt.tier != "info" and (prompt.ended_at is None or prompt.ended_at > now)


def _first(prompt: PromptRow) -> tuple[Moment, int]:
    return prompt.due_at or prompt.opens_at, prompt.number


def _nobody_there(prompt: PromptRow, holders: Holders) -> LooseEnd:
    about, held = f"{prompt.patient_id}/{prompt.number}", holders.of(prompt.role, prompt.owner)
    if held.why == AS_NAMED:
        says = (
            f"{about} is for the {prompt.role}, a role that nobody holds: "
            f"`carepath role set {prompt.role} NAME`."
        )
    else:
        says = (
            f"{about} rests with nobody, and so does all else of the patient: {held.why}. "
            "Name a deputy who is there with `carepath staff edit NAME --deputy NAME`."
        )
    return LooseEnd("nobody-there", about, says)


def _recorded_ahead(folded: Folded, now: Moment) -> Iterator[LooseEnd]:
    ahead = [each for each in folded.entries if each.recorded_at > now + STEP]
    if ahead:
        who, first = folded.row.patient_id, ahead[0]
        more, were = (f" and {len(ahead) - 1} more", "were") if ahead[1:] else ("", "was")
        yield LooseEnd(
            "recorded-ahead",
            f"{who}:{first.number}",
            f"{who}:{first.number}{more} {were} recorded at {shown(first.recorded_at, folded.row.zone)}, "
            "which has not come yet, so a clock was or is wrong: set it right, and look at "
            f"`carepath log {who}`.",
        )


def _owners(store: Store, rota: Rota, now: Moment) -> Iterator[LooseEnd]:
    for owner, enrolments, patient_id in store.owners_of_open():
        if not rota.staff or not gone(rota, owner, now):
            continue
        person = rota.staff.get(owner)
        why = "is not on the staff" if person is None else f"left on {person.left_on}"
        many = "1 open enrolment" if enrolments == 1 else f"{enrolments} open enrolments"
        yield LooseEnd(
            "owner-gone",
            owner,
            f"{owner} owns {many}, such as that of {patient_id}, but {why}: "
            f"`carepath caseload handover --from {owner} --to NAME`.",
        )


def _deputies(rota: Rota, now: Moment) -> Iterator[LooseEnd]:
    """Find those whose leave would find nobody to stand in: it would all fall to the lead, or to anybody."""
    for name, person in rota.staff.items():
        deputy = person.deputy
        if deputy and gone(rota, deputy, now) and not gone(rota, name, now):
            yield LooseEnd(
                "deputy-gone",
                name,
                f"{name}'s deputy is {deputy}, {absence(rota, deputy, now)}: "
                f"`carepath staff edit {name} --deputy NAME`.",
            )


def _roles(store: Store, rota: Rota, now: Moment) -> Iterator[LooseEnd]:
    for digest, name in store.pathways_in_use():
        for role in sorted(_asked(pathway_of(store, digest)) - {COORDINATOR}):
            held = rota.held.get(role, "")
            if held and not (rota.staff and gone(rota, held, now)):
                continue
            by = f"{held} holds, who is not at work here" if held else "nobody holds"
            says = (
                f"{name} has patients and asks the {role}, a role that {by}: `carepath role set {role} NAME`."
            )
            yield LooseEnd("role-unheld", role, says)


def _asked(pathway: Pathway) -> set[str]:
    """Name the roles that a pathway asks, or tells of what nobody did."""
    rules = lookup_of(pathway).rules.values()
    return {role for rule in rules for role in (rule.role, *(each.tell for each in rule.then))}
