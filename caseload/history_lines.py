"""The lines of a history file (docs/reference/history-format.md): one JSON object each, as values.

A file is written with every field that differs from its default; in one that is read most may be left out.
"""

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from pathways.errors import CarepathError
from pathways.history import Entry, Kind, PromptKey, Value
from pathways.moments import (
    EARLIEST,
    LATEST,
    Moment,
    UnreadableTime,
    day_of,
    from_iso,
    iso,
    start_of,
    typed,
)

LARGEST = 1 << 20  # bytes

Short = Annotated[str, Meta(max_length=200)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Number = Annotated[int, Meta(ge=1, le=1_000_000_000)]


class UnreadableLine(CarepathError):
    """A line that is not JSON, or not of this format."""


class PromptName(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which prompt an answer is to; see `PromptKey`."""

    rule: Short
    episode: Number = 1
    occurrence: Number = 1
    booking: Count = 0

    def key(self) -> PromptKey:
        """Return it as histories know it."""
        return PromptKey(self.rule, self.episode, self.occurrence, self.booking)


class PatientLine(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="line",
    tag="patient",
):
    """Somebody followed. Details are only written when they are asked for."""

    patient: Short
    zone: Short = ""
    added_at: Short = ""
    name: Annotated[str, Meta(max_length=1_000)] = ""
    contact: Annotated[str, Meta(max_length=1_000)] = ""


class EnrolmentLine(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="line",
    tag="enrolment",
):
    """One patient on one pathway. `enrolment` tells several of a patient apart: 1 for the first."""

    patient: Short
    pathway: Short
    enrolment: Number = 1
    version: Number | None = None
    digest: Short = ""
    owner: Short = ""


class EntryLine(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="line",
    tag="entry",
):
    """One entry of a history. `at` is a day, a local or an ISO time; `override` asks to go past needs."""

    patient: Short
    kind: Kind
    enrolment: Number = 1
    number: Number | None = None
    name: Short = ""
    value: Value | None = None
    booking: Count = 0
    track: Short = ""
    source: Short = ""
    to: Short = ""
    at: Short = ""
    only_day: bool = False
    recorded_at: Short = ""
    by: Short = ""
    because: str = ""
    override: bool = False
    overrode: tuple[str, ...] = ()
    prompt: PromptName | None = None
    until: Short = ""
    second: Short = ""
    zone: Short = ""
    calendar: str = ""
    replaces: Count = 0


class PromptLine(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="line",
    tag="prompt",
):
    """Which number a prompt has, so that it keeps it."""

    patient: Short
    number: Number
    rule: Short
    enrolment: Number = 1
    episode: Number = 1
    occurrence: Number = 1
    booking: Count = 0

    def key(self) -> PromptKey:
        """Return which prompt has the number."""
        return PromptKey(self.rule, self.episode, self.occurrence, self.booking)


Line: TypeAlias = PatientLine | EnrolmentLine | EntryLine | PromptLine


def encode(line: Line) -> bytes:
    """Write a line, with its end."""
    return _encoder.encode(line) + b"\n"


def decode(content: bytes) -> Line:
    """Read a line, or raise `UnreadableLine` saying what is wrong with it."""
    if len(content) > LARGEST:
        msg = f"it is longer than {LARGEST >> 20} MiB"
        raise UnreadableLine(msg)
    try:
        return _decoder.decode(content)
    except msgspec.ValidationError as error:
        raise UnreadableLine(_said(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        msg = "it is not a JSON object in UTF-8"
        raise UnreadableLine(msg) from None


def entry_line(patient_id: str, enrolment: int, zone: str, entry: Entry) -> EntryLine:
    """Return an entry as a line; `zone` is that in which the days of the file are read."""
    day = day_of(entry.happened_at, zone)
    plain = entry.only_day and start_of(day, zone) == entry.happened_at
    key = entry.prompt
    return EntryLine(
        patient=patient_id,
        enrolment=enrolment,
        number=entry.number,
        kind=entry.kind,
        name=entry.name,
        value=entry.value,
        booking=entry.booking,
        track=entry.track,
        source=entry.source,
        to=entry.to,
        at=str(day) if plain else iso(entry.happened_at),
        # Where the zone of an enrolment was corrected, a day may have begun at another moment.
        only_day=entry.only_day and not plain,
        recorded_at=iso(entry.recorded_at),
        by=entry.by,
        because=entry.because,
        overrode=entry.overrode,
        prompt=PromptName(rule=key.rule, episode=key.episode, occurrence=key.occurrence, booking=key.booking)
        if key
        else None,
        until="" if entry.until is None else iso(entry.until),
        second=entry.second,
        zone=entry.zone,
        calendar=entry.calendar,
        replaces=entry.replaces,
    )


def moment_in(text: str, zone: str) -> tuple[Moment, bool]:
    """Read a day, a local time or an ISO time, and say whether it was only a day."""
    try:
        found = typed(text, zone)
    except UnreadableTime as refused:
        if "T" not in text:
            raise
        found = _exact(text, refused), False
    day = day_of(found[0], "UTC")
    if not EARLIEST <= day <= LATEST:
        msg = f"{text!r} lies outside {EARLIEST.year} to {LATEST.year}: is the year right?"
        raise UnreadableTime(msg)
    return found


def _exact(text: str, refused: UnreadableTime) -> Moment:
    try:
        return from_iso(text)
    except (UnreadableTime, OverflowError, ValueError):
        raise refused from None


def _said(report: str) -> str:
    """Say in a few words what does not fit the format."""
    what, _, where = report.partition(" - at `$.")
    return f"`{where.rstrip('`')}`: {what[0].lower()}{what[1:]}" if where else f"{what[0].lower()}{what[1:]}"


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
