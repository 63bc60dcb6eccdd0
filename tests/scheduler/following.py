"""What ought to be raised, worked out from the entries alone and kept beside the database."""

from collections.abc import Sequence

from msgspec import Struct, structs

from pathways.follow import follow, outlook
from pathways.history import Entry, PromptKey
from pathways.model import Pathway
from pathways.moments import Moment
from storage.rows import LedgerRow, PromptRow


class Span(Struct, frozen=True):
    """From when until when a prompt is open, by all that is known."""

    opens_at: Moment
    ended_at: Moment | None

    def covers(self, moment: Moment) -> bool:
        return self.opens_at <= moment and (self.ended_at is None or moment < self.ended_at)

    def over(self, moment: Moment) -> bool:
        return self.ended_at is not None and self.ended_at <= moment


class Raise(Struct, frozen=True):
    """That a prompt was raised: for which opening, when; and that it did not follow any more after that."""

    moment: Moment
    at: Moment
    superseded: bool = False

    def stands(self, opens_at: Moment) -> bool:
        """Say whether it still counts for a prompt that now opens at this moment."""
        return self.at >= opens_at and (not self.superseded or self.moment == opens_at)


class Expectation:
    """Which prompts of one enrolment are to be raised, and which raises are right."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        self.entries: list[Entry] = []
        self._raised: dict[PromptKey, Raise] = {}
        self._passed: set[tuple[PromptKey, Moment]] = set()
        self._seen = 0

    def spans(self) -> dict[PromptKey, Span]:
        ahead = outlook(self._pathway, follow(self._pathway, self.entries))
        return {
            prompt.key: Span(prompt.opens_at, prompt.ended_at)
            for prompt in (*ahead.ended, *ahead.prompts.values())
        }

    def take(self, prompts: Sequence[PromptRow], ledger: Sequence[LedgerRow], now: Moment) -> None:
        """See that whatever was raised since last time was open now, and not raised already."""
        spans, keys = self.spans(), {prompt.id: prompt.key for prompt in prompts}
        new = [deed for deed in ledger if deed.id > self._seen]
        for deed in new:
            if deed.kind == "raised":
                self._take_raise(keys[deed.prompt_id], spans, deed, now)
        self._seen = max((deed.id for deed in ledger), default=0)
        for key in self._raised.keys() - spans.keys():
            self._raised[key] = structs.replace(self._raised[key], superseded=True)

    def missing(self, now: Moment) -> list[PromptKey]:
        """Return what is open at a moment and nobody was told of.

        What an entry has settled is told no more, though the entry lies ahead by a clock that was set back.
        """
        ahead = {entry.happened_at for entry in self.entries if entry.happened_at > now}
        return [
            key
            for key, span in self.spans().items()
            if span.covers(now)
            and span.ended_at not in ahead
            and not self._stands(key, span)
            and (key, span.opens_at) not in self._passed
        ]

    def pass_by(self, now: Moment) -> None:
        """Remember what was over when somebody acted: nothing waits to raise it if the clock is set back."""
        self._passed |= {(key, span.opens_at) for key, span in self.spans().items() if span.over(now)}

    def _take_raise(self, key: PromptKey, spans: dict[PromptKey, Span], deed: LedgerRow, now: Moment) -> None:
        span = spans.get(key)
        assert span is not None, f"{key} does not follow"
        assert span.covers(now), f"{key} is not open"
        assert (deed.moment, deed.at) == (span.opens_at, now), f"{key} was raised for another moment"
        assert not self._stands(key, span), f"{key} was raised already"
        self._raised[key] = Raise(deed.moment, deed.at)

    def _stands(self, key: PromptKey, span: Span) -> bool:
        return key in self._raised and self._raised[key].stands(span.opens_at)
