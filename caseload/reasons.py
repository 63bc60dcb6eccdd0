"""The values of an explanation: why a prompt is there, with its sum; why a rule prompts or does not."""

from typing import Literal, TypeAlias

from msgspec import Struct

from caseload.local_times import LocalTime
from caseload.views import Answer, AskedFact, NamedValue, PromptView, ScoreView, SourceView
from pathways.explanation import Wants
from pathways.model import Tier

Verdict: TypeAlias = Literal[
    "open", "coming", "done", "dismissed", "acknowledged", "lapsed", "unknown", "not wanted", "left"
]


class PartView(Struct, frozen=True, kw_only=True):
    """One part of `while`, `when` or the act: its text, whether it holds, and what it looks at.

    `change` says what would make it hold, where that can be said.
    """

    part: Wants
    text: str
    holds: Answer
    values: tuple[NamedValue, ...] = ()
    change: str = ""


class Sum(Struct, frozen=True, kw_only=True):
    """How the moments follow: each line a sum in words, such as `due: begun_on 2026-10-03 (P-014:7) + ...`.

    `counted_from` is as the pathway says it; `counted` is none while that is unknown.
    """

    counted_from: str
    counted: LocalTime | None
    entry: str
    zone: str
    lines: tuple[str, ...]


class Deed(Struct, frozen=True, kw_only=True):
    """What the machine does about a prompt: raised, escalated, lapsed, woke, superseded.

    `did` is none while it is still planned, or when the prompt ended before.
    """

    what: str
    tell: str
    planned: LocalTime
    did: LocalTime | None = None


class PromptReason(Struct, frozen=True, kw_only=True):
    """Why a prompt is or was there, as of now; of one that ended, as of when it began.

    `began` says what began its episode and its occurrence, `ends` what would end it or did. `acts` are the
    parts of the act it waits for, `scores` those that its conditions name. `answers` are what people said
    to it.
    """

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
    conditions: tuple[PartView, ...]
    ends: tuple[str, ...]
    acts: tuple[PartView, ...]
    scores: tuple[ScoreView, ...]
    deeds: tuple[Deed, ...]
    answers: tuple[str, ...]
    sources: tuple[SourceView, ...]


class RuleReason(Struct, frozen=True, kw_only=True):
    """Why a rule prompts now or does not. `verdict` in a word, `says` in a sentence.

    `scores` are those that its conditions name, `missing` the unknown facts it hangs on, `change` what would
    make it prompt, `quiet` why it may stay silent while a fact is unknown. `prompts` are those it has made,
    the latest last.
    """

    patient: str
    rule: str
    zone: str
    pathway: str
    review_means: str
    rule_say: str
    tier: Tier
    role: str
    verdict: Verdict
    says: str
    conditions: tuple[PartView, ...]
    acts: tuple[PartView, ...]
    scores: tuple[ScoreView, ...]
    missing: tuple[AskedFact, ...]
    change: tuple[str, ...]
    quiet: tuple[str, ...]
    prompts: tuple[PromptView, ...]
    sources: tuple[SourceView, ...]
