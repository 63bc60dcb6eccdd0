"""Histories as JSON Lines (docs/reference/history-format.md), and everything needed to read them back."""

from collections.abc import Iterator, Sequence

from storage.connection import Database


def export(
    database: Database, patient_ids: Sequence[str] | None = None, *, identity: bool = False
) -> Iterator[bytes]:
    """Yield the lines of some patients, or of all; names only when `identity` is asked for."""
    raise NotImplementedError
