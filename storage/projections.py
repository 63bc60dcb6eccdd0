"""What a standing says about tracks, facts and banners, laid out so that a list is one query.

The caller, who has the standing before and after, says what changed.
"""

from collections.abc import Iterable

import msgspec

from storage import rendered as sql
from storage.encoding import value_in, value_out
from storage.queries import Given, Queries
from storage.rows import BannerRow, FactRow, TrackRow


class Projections(Queries):
    """The part of the store that can be rebuilt from the history at any time."""

    def tracks(self, enrolment_id: int) -> list[TrackRow]:
        return [TrackRow(*found) for found in self._all(sql.TRACKS, enrolment_id=enrolment_id)]

    def facts(self, enrolment_id: int) -> list[FactRow]:
        found = self._all(sql.FACTS, enrolment_id=enrolment_id)
        return [
            FactRow(of, fact, booking, _value_in(value), since, bool(only_day), entry, ended)
            for of, fact, booking, value, since, only_day, entry, ended in found
        ]

    def banners(self, enrolment_id: int) -> list[BannerRow]:
        return [BannerRow(*found) for found in self._all(sql.BANNERS, enrolment_id=enrolment_id)]

    def save_tracks(self, rows: Iterable[TrackRow]) -> None:
        """Add or change these rows; the others stay (also for facts and banners)."""
        self._each(sql.SAVE_TRACK, map(msgspec.structs.asdict, rows))

    def save_facts(self, rows: Iterable[FactRow]) -> None:
        self._each(sql.SAVE_FACT, map(_fact_out, rows))

    def save_banners(self, rows: Iterable[BannerRow]) -> None:
        self._each(sql.SAVE_BANNER, map(msgspec.structs.asdict, rows))

    def remove_tracks(self, rows: Iterable[TrackRow]) -> None:
        self._each(sql.REMOVE_TRACK, map(msgspec.structs.asdict, rows))

    def remove_facts(self, rows: Iterable[FactRow]) -> None:
        self._each(sql.REMOVE_FACT, map(_fact_out, rows))

    def remove_banners(self, rows: Iterable[BannerRow]) -> None:
        self._each(sql.REMOVE_BANNER, map(msgspec.structs.asdict, rows))


def _value_in(text: str) -> str | float | bool:
    value = value_in(text)
    return "" if value is None else value


def _fact_out(row: FactRow) -> dict[str, Given]:
    return {**msgspec.structs.asdict(row), "value": value_out(row.value)}
