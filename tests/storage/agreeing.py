"""Whoever agrees to a restore, whatever it would cost, and stops nothing half-way."""

from storage.restores import Before

NOW = 1_790_000_000_000_000


def nothing() -> None:
    pass


def agreed(_: Before) -> None:
    pass
