"""Why a prompt is there, with the sum that led to its moments; and why another is not."""

from typing import Literal, TypeAlias

from msgspec import Struct

from caseload.local_times import LocalTime
from caseload.views import Answer, AskedFact, PromptView, SourceView
from pathways.moments import Moment
from storage.connection import Database

Verdict: TypeAlias = Literal[
    "open", "coming", "not wanted", "unknown", "done", "dismissed", "acknowledged", "lapsed", "left", "over"
]


class NamedValue(Struct, frozen=True, kw_only=True):
    """What a condition looks at. `shown` is `unknown` while it is; `entry` is then empty."""

    name: str
    shown: str
    known: bool
    since: LocalTime | None = None
    entry: str = ""


class Part(Struct, frozen=True, kw_only=True):
    """One part of `while`, `when` or the act: its text, whether it holds, and what it looks at.

    `change` says what would make it hold, where that can be said.
    """

    part: Literal["while", "when", "booking", "done_when", "needs", "needs_new"]
    text: str
    holds: Answer
    values: tuple[NamedValue, ...] = ()
    change: str = ""


class Sum(Struct, frozen=True, kw_only=True):
    """How the moments follow: each line one sum in words, such as `first_dose 2026-10-03 (P-014:7) + ...`."""

    counted_from: str
    counted: LocalTime | None
    entry: str
    zone: str
    lines: tuple[str, ...]


class Happened(Struct, frozen=True, kw_only=True):
    """Something that will happen or did: an escalation, or a deed of the machine."""

    what: str
    tell: str
    planned: LocalTime
    did: LocalTime | None = None


class PromptReason(Struct, frozen=True, kw_only=True):
    """Why a prompt is there. `began` says which entry began its episode, `ends` what would end it."""

    prompt: PromptView
    zone: str
    pathway: str
    review_means: str
    rule_say: str
    episode: int
    occurrence: int
    booking: int
    began: str
    total: Sum
    conditions: tuple[Part, ...]
    ends: tuple[str, ...]
    acts: tuple[Part, ...]
    deeds: tuple[Happened, ...]
    answers: tuple[str, ...]
    sources: tuple[SourceView, ...]


class RuleReason(Struct, frozen=True, kw_only=True):
    """Why a rule prompts now or does not. `verdict` in a word, `says` in a sentence.

    `missing` are the unknown facts it hangs on, `change` what would make it prompt, `quiet` why it may stay
    silent while a fact is unknown. `prompts` are those it has made, the latest last.
    """

    patient: str
    rule: str
    zone: str
    pathway: str
    rule_say: str
    tier: str
    role: str
    verdict: Verdict
    says: str
    conditions: tuple[Part, ...]
    acts: tuple[Part, ...]
    missing: tuple[AskedFact, ...]
    change: tuple[str, ...]
    quiet: tuple[str, ...]
    prompts: tuple[PromptView, ...]
    sources: tuple[SourceView, ...]


def why_prompt(database: Database, patient_id: str, number: int, *, now: Moment) -> PromptReason:
    """Say why a prompt is or was there."""
    raise NotImplementedError


def why_rule(
    database: Database, patient_id: str, rule_id: str, *, now: Moment, pathway: str | None = None
) -> RuleReason:
    """Say why a rule prompts now, or why not."""
    raise NotImplementedError
