"""A standing that is resumed, as storage does it, whenever what is new in the history comes last."""

from collections.abc import Sequence

from msgspec import structs

from pathways.follow import follow, resume
from pathways.history import Entry
from pathways.model import Pathway
from pathways.standing import Standing


class Resumed:
    """A standing brought up to date step by step, folded from the start only where `resume` declines."""

    def __init__(self, pathway: Pathway) -> None:
        self.standing = Standing(digest=pathway.digest)
        self._pathway = pathway
        self._seen = 0

    def goes_on(self, entries: Sequence[Entry]) -> None:
        """Take up what was written since the last time, keeping what had ended by then."""
        before, after = self.standing, resume(self._pathway, self.standing, entries[self._seen :])
        self._seen = len(entries)
        if after is None:
            self.standing = follow(self._pathway, entries)
            return
        self.standing = structs.replace(
            after,
            ended=(*before.ended, *after.ended),
            past_banners=(*before.past_banners, *after.past_banners),
        )
