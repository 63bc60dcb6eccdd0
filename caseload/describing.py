"""From rows and standings to what people see, in the words of the pathway and the zone of the enrolment."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from msgspec import Struct

from caseload.cases import Case
from caseload.local_times import LocalTime
from caseload.projecting import escalation_moment
from caseload.rota import Holder, Holders, rota_of
from caseload.views import (
    Answer,
    AskedFact,
    NamedValue,
    PromptView,
    ScoreItemView,
    ScoreView,
    SourceView,
    Status,
)
from pathways.fact_values import expected
from pathways.history import Entry, in_force
from pathways.lookup import lookup_of
from pathways.model import Pathway, Review, Weight
from pathways.moments import Moment, day_of, days_between, iso, shown, start_of
from pathways.sight import Seen
from pathways.tallies import Tally
from storage.rows import Escalation, LedgerRow, PromptRow
from storage.store import Store
from storage.waiting import raised_at

WEIGHTS: Mapping[Weight, str] = {
    "requirement": "asked for by the brief of this pathway, which is no medical evidence",
    "read": "its text was read, often an abstract or a summary only",
    "second-hand": "known only from another text that quotes it",
    "unverified": "its text was not seen: verify it before relying on it",
    "default": "chosen by the writers of the pathway: no source gives this",
    "disputed": "sources disagree, or it contradicts itself: judge for yourself",
}
REVIEWS: Mapping[Review, str] = {
    "submitted": "not approved by a clinician: nobody has reviewed it yet",
    "under-review": "not approved by a clinician: it is being reviewed",
    "approved": "approved by a clinician",
    "retired": "retired: no longer to be used for new patients",
}


class Scene(Struct, frozen=True, kw_only=True):
    """A case with all that is needed to describe it at a moment.

    `chain` leads from the root number of what is in force to the entry itself. `review` is how far the
    pathway is reviewed here.
    """

    case: Case
    review: Review
    now: Moment
    entries: tuple[Entry, ...]
    chain: Mapping[int, Entry]
    holders: Holders
    prompts: tuple[PromptRow, ...]
    deeds: Mapping[int, list[LedgerRow]]

    @classmethod
    def load(cls, store: Store, case: Case, now: Moment) -> Self:
        """Load what a case does not hold: its entries, its prompts, and what was done about them."""
        entries = store.entries(case.row.id)
        deeds: dict[int, list[LedgerRow]] = {}
        for deed in store.ledger(case.row.id):
            deeds.setdefault(deed.prompt_id, []).append(deed)
        return cls(
            case=case,
            review=store.review(case.row.digest),
            now=now,
            entries=tuple(entries),
            chain={happening.root: happening.entry for happening in in_force(entries)},
            holders=Holders(rota_of(store, now), now),
            prompts=tuple(store.prompts(case.row.id)),
            deeds=deeds,
        )

    def time(self, moment: Moment) -> LocalTime:
        """Write a moment; one at the start of a local day as that day."""
        return local_time(moment, self.case.zone)

    def entry_time(self, entry: Entry) -> LocalTime:
        """Write when an entry happened, with the precision it was given."""
        return LocalTime(
            shown(entry.happened_at, self.case.zone, only_day=entry.only_day), iso(entry.happened_at)
        )

    def days_since(self, moment: Moment) -> int:
        """Count the calendar days from a moment to now."""
        return days_between(day_of(moment, self.case.zone), day_of(self.now, self.case.zone))

    def entry(self, number: int) -> Entry:
        """Return an entry, or the one in force in its place."""
        return self.chain.get(number) or next(each for each in self.entries if each.number == number)

    def name_of(self, number: int) -> str:
        """Name an entry, or the one in force in its place; empty for 0."""
        return f"{self.case.patient_id}:{self.entry(number).number}" if number else ""

    def holder(self, role: str) -> Holder:
        """Say who holds what is for a role in this enrolment."""
        return self.holders.of(role, self.case.row.owner)

    def status(self, prompt: PromptRow) -> Status:
        """Say how a prompt stands now."""
        return status(prompt, self.now)

    def prompt(self, prompt: PromptRow) -> PromptView:
        """Describe a prompt."""
        case, deeds = self.case, self.deeds.get(prompt.id, [])
        raised = raised_at(prompt, deeds)
        over = self.status(prompt) == "ended"
        held = self.holder(prompt.role)
        return PromptView(
            name=f"{prompt.patient_id}/{prompt.number}",
            number=prompt.number,
            rule=prompt.key.rule,
            tier=lookup_of(case.pathway).rules[prompt.key.rule].tier,
            role=prompt.role,
            holder=held.person,
            holder_why=held.why if held.stands_in else "",
            named=held.named,
            say=prompt.say,
            review=self.review,
            status=self.status(prompt),
            began=self.time(prompt.began_at),
            opens=self.time(prompt.opens_at),
            due=due_time(prompt.due_at, str(prompt.due_on or ""), case.zone),
            overdue_by=self._overdue_by(prompt),
            missing=asked_facts(case.pathway, prompt.missing),
            seen=self._maybe(prompt.seen_at),
            seen_by=prompt.seen_by,
            acknowledged=self._maybe(prompt.acknowledged_at),
            acknowledged_by=prompt.acknowledged_by,
            acting_by=prompt.acting_by,
            acting_until=self._maybe(prompt.acting_until),
            could_not=prompt.could_not,
            snoozed_until=self._maybe(prompt.snoozed_until),
            lapses=self._maybe(prompt.lapses_at),
            raised=self._maybe(raised),
            never_raised=over and not self.was_raised(prompt),
            ended=self._maybe(prompt.ended_at) if over else None,
            ending=(prompt.ended or "") if over else "",
            by=self.name_of(prompt.ended_by) if over else "",
            done_late=self._done_late(prompt),
            done_late_entered=self._maybe(
                self.entry(prompt.done_late_by).recorded_at if prompt.done_late_by else None
            ),
            sources=sources(case.pathway, lookup_of(case.pathway).rules[prompt.key.rule].source),
        )

    def was_raised(self, prompt: PromptRow) -> bool:
        """Say whether a prompt was ever put before somebody."""
        return any(deed.kind == "raised" for deed in self.deeds.get(prompt.id, ()))

    def escalations(self, prompt: PromptRow) -> list[Escalation]:
        """Return when a prompt is told to others; raised late, that is counted from when it was raised."""
        raised = raised_at(prompt, self.deeds.get(prompt.id, ()))
        if raised is None or (prompt.due_at is not None and prompt.due_at > raised):
            return list(prompt.escalates)
        place = self.case.row.place
        return [
            Escalation(each.after, each.tell, max(each.at, escalation_moment(each.after, raised, place)))
            for each in prompt.escalates
        ]

    def _overdue_by(self, prompt: PromptRow) -> int | None:
        if prompt.due_at is None or prompt.due_at > self.now or self.status(prompt) == "ended":
            return None
        due_on = prompt.due_on or day_of(prompt.due_at, self.case.zone)
        return days_between(due_on, day_of(self.now, self.case.zone))

    def _done_late(self, prompt: PromptRow) -> LocalTime | None:
        return self.entry_time(self.entry(prompt.done_late_by)) if prompt.done_late_by else None

    def _maybe(self, moment: Moment | None) -> LocalTime | None:
        return None if moment is None else self.time(moment)


def status(prompt: PromptRow, now: Moment) -> Status:
    """Say how a prompt stands at a moment."""
    if prompt.ended_at is not None and prompt.ended_at <= now:
        return "ended"
    if prompt.opens_at > now:
        return "coming"
    if prompt.due_at is not None and prompt.due_at <= now:
        return "overdue"  # whoever put it off: what is late is never hidden
    return "snoozed" if prompt.snoozed_until is not None and prompt.snoozed_until > now else "open"


def answer(*, holds: bool | None) -> Answer:
    """Say in words how a condition was judged."""
    return "unknown" if holds is None else "met" if holds else "not met"


def local_time(moment: Moment, zone: str) -> LocalTime:
    """Write a moment for people and machines; one at the start of a local day as that day."""
    only_day = moment == start_of(day_of(moment, zone), zone)
    return LocalTime(shown(moment, zone, only_day=only_day), iso(moment))


def due_time(due_at: Moment | None, due_on: str, zone: str) -> LocalTime | None:
    """Write when something is due: its day where it has one, with the moment from which it is overdue."""
    if due_at is None:
        return None
    return LocalTime(due_on or shown(due_at, zone), iso(due_at))


def sources(pathway: Pathway, ids: Iterable[str]) -> tuple[SourceView, ...]:
    """Describe sources, with what their weight means."""
    found = lookup_of(pathway).sources
    return tuple(
        SourceView(
            id=each.id,
            title=each.title,
            weight=each.weight,
            means=WEIGHTS[each.weight],
            doi=each.doi,
            note=each.note,
        )
        for each in (found[name] for name in ids)
    )


def named_value(scene: Scene, seen: Seen) -> NamedValue:
    """Describe what a name in a condition stands for."""
    entry = scene.chain.get(seen.entry)
    since = None if seen.since is None else scene.time(seen.since)
    return NamedValue(
        name=seen.name,
        shown=seen.shown,
        known=seen.known,
        since=scene.entry_time(entry) if entry and seen.since == entry.happened_at else since,
        entry=scene.name_of(seen.entry),
    )


def score_view(scene: Scene, found: Tally) -> ScoreView:
    """Describe a score."""
    pathway = scene.case.pathway
    return ScoreView(
        name=found.score.name,
        title=found.score.title,
        say=found.score.say,
        items=tuple(
            ScoreItemView(
                say=item.say,
                points=item.points,
                possible=item.possible,
                case=item.case,
                values=tuple(named_value(scene, seen) for seen in item.seen),
                missing=asked_facts(pathway, item.lacks),
            )
            for item in found.items
        ),
        total=found.total,
        lowest=found.lowest,
        highest=found.highest,
        bands=found.bands,
        sources=sources(pathway, found.score.source),
    )


def asked_facts(pathway: Pathway, names: Sequence[str]) -> tuple[AskedFact, ...]:
    """Describe facts that somebody should record."""
    facts = lookup_of(pathway).facts
    return tuple(AskedFact(name=name, ask=facts[name].ask, expected=expected(facts[name])) for name in names)
