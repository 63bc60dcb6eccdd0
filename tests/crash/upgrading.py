"""An upgrade, done in a process of its own."""

from pathlib import Path

from storage import upgrades
from storage.watching import OnStatement


def upgrade(path: Path, on_statement: OnStatement | None = None) -> None:
    upgrades.upgrade(path, on_statement=on_statement)
