"""What an action works with inside one transaction: plain values in, plain values out."""

from collections.abc import Iterable, Sequence

from pathways.history import Entry
from pathways.moments import Moment
from storage.rows import (
    BannerRow,
    Claimed,
    DeliveryRow,
    EnrolmentRow,
    EscalationMoment,
    FactRow,
    Fold,
    HeartbeatRow,
    LedgerRow,
    PathwayRow,
    PatientRow,
    PromptRow,
    TrackRow,
)


class Store:
    # site and patients

    def site_zone(self) -> str:
        raise NotImplementedError

    def holders(self) -> dict[str, str]:
        """Return who holds each role."""
        raise NotImplementedError

    def patient(self, patient_id: str) -> PatientRow | None:
        raise NotImplementedError

    # pathways

    def pathways(self) -> list[PathwayRow]:
        """List what is installed, by name and version."""
        raise NotImplementedError

    def pathway_packed(self, digest: str) -> bytes | None:
        raise NotImplementedError

    # enrolments

    def enrolment(self, enrolment_id: int) -> EnrolmentRow | None:
        raise NotImplementedError

    def enrolments(self, patient_id: str) -> list[EnrolmentRow]:
        """List the enrolments of a patient, open and left, in the order they were made."""
        raise NotImplementedError

    def enrolment_ids(self) -> list[int]:
        raise NotImplementedError

    def add_enrolment(self, row: EnrolmentRow) -> int:
        """Store an enrolment and return its id."""
        raise NotImplementedError

    def set_left(self, enrolment_id: int, *, at: Moment | None, reason: str | None) -> None:
        """Say that the patient left, or (with none) that they did not after all."""
        raise NotImplementedError

    def set_enrolled(self, enrolment_id: int, *, at: Moment, zone: str) -> None:
        """Follow a correction of the `enrolled` entry."""
        raise NotImplementedError

    def set_owner(self, enrolment_id: int, owner: str) -> None:
        """Hand an enrolment and all its prompts to another coordinator."""
        raise NotImplementedError

    # history

    def last_entry_number(self, patient_id: str) -> int:
        raise NotImplementedError

    def entry(self, patient_id: str, number: int) -> tuple[int, Entry] | None:
        """Return an entry with the id of its enrolment."""
        raise NotImplementedError

    def entries(self, enrolment_id: int) -> list[Entry]:
        """Return the history of an enrolment in the order it was written."""
        raise NotImplementedError

    def append(self, enrolment_id: int, entries: Iterable[Entry]) -> None:
        raise NotImplementedError

    def fold(self, enrolment_id: int) -> Fold | None:
        raise NotImplementedError

    def save_fold(self, enrolment_id: int, fold: Fold) -> None:
        raise NotImplementedError

    # projections: the caller says what changed, having the standing before and after

    def tracks(self, enrolment_id: int) -> list[TrackRow]:
        raise NotImplementedError

    def facts(self, enrolment_id: int) -> list[FactRow]:
        raise NotImplementedError

    def banners(self, enrolment_id: int) -> list[BannerRow]:
        raise NotImplementedError

    def save_tracks(self, rows: Iterable[TrackRow]) -> None:
        """Add or change these rows; the others stay (also for facts and banners)."""
        raise NotImplementedError

    def save_facts(self, rows: Iterable[FactRow]) -> None:
        raise NotImplementedError

    def save_banners(self, rows: Iterable[BannerRow]) -> None:
        raise NotImplementedError

    def remove_tracks(self, rows: Iterable[TrackRow]) -> None:
        raise NotImplementedError

    def remove_facts(self, rows: Iterable[FactRow]) -> None:
        raise NotImplementedError

    def remove_banners(self, rows: Iterable[BannerRow]) -> None:
        raise NotImplementedError

    # prompts

    def unsettled(self, enrolment_id: int) -> list[PromptRow]:
        """Return the prompts that history has not ended, by number."""
        raise NotImplementedError

    def prompts(self, enrolment_id: int) -> list[PromptRow]:
        """Return all prompts there have been, by number, also the superseded."""
        raise NotImplementedError

    def prompt(self, patient_id: str, number: int) -> PromptRow | None:
        raise NotImplementedError

    def save_prompts(
        self,
        *,
        new: Sequence[PromptRow],
        changed: Sequence[tuple[PromptRow, PromptRow]],
        now: Moment,
        by_entry: int,
        escalation_moment: EscalationMoment,
    ) -> list[PromptRow]:
        """Store prompts with all that follows for the clock, and return the new ones with id and number.

        `changed` holds pairs of before (as read in this transaction) and after. What is open now is raised
        here, and what had been raised and is superseded is written to the ledger, by the entry `by_entry`.
        """
        raise NotImplementedError

    def ledger(self, enrolment_id: int) -> list[LedgerRow]:
        """Return what the machine did about the prompts of an enrolment, in order."""
        raise NotImplementedError

    # the tick

    def next_moment(self) -> Moment | None:
        """Return when something next has its moment: one look-up, however much is waiting."""
        raise NotImplementedError

    def claim_due(
        self, *, now: Moment, limit: int, worker: str, escalation_moment: EscalationMoment
    ) -> Claimed:
        """Do what has come due, earliest first: write the ledger, queue messages, plan escalations.

        Nothing is left to do when `taken` is 0. A prompt that is over by `now` is passed by in silence,
        unless it lapsed: that is told.
        """
        raise NotImplementedError

    def claim_deliveries(self, *, now: Moment, worker: str, lease: int, limit: int) -> list[DeliveryRow]:
        """Take messages to send; after `lease` microseconds without a word they may be taken again."""
        raise NotImplementedError

    def mark_sent(self, deliveries: Iterable[DeliveryRow], *, at: Moment) -> None:
        raise NotImplementedError

    def mark_failed(self, deliveries: Iterable[DeliveryRow], *, again_at: Moment | None) -> None:
        """Queue messages again for later, or (with none) give them up."""
        raise NotImplementedError

    def waiting_deliveries(self) -> int:
        raise NotImplementedError

    def begin_tick(self, heartbeat: HeartbeatRow) -> None:
        """Leave the heartbeat: that this worker lives and a tick began."""
        raise NotImplementedError

    def end_tick(self, worker: str, *, at: Moment, raised: int) -> None:
        raise NotImplementedError

    def heartbeats(self) -> list[HeartbeatRow]:
        raise NotImplementedError
