"""Finding an installed pathway by its name."""

from collections.abc import Sequence

from pathways.errors import NotFound
from storage.rows import PathwayRow


def versions(rows: Sequence[PathwayRow], name: str) -> list[PathwayRow]:
    """Return all versions of a pathway, the newest last; raises `NotFound` when there is none."""
    found = sorted((row for row in rows if row.name == name), key=lambda row: row.version)
    if not found:
        names = ", ".join(sorted({row.name for row in rows})) or "none yet (carepath pathway install FILE)"
        msg = f"There is no pathway {name!r} here. Installed: {names}."
        raise NotFound(msg)
    return found


def newest(rows: Sequence[PathwayRow], name: str, version: int | None = None) -> PathwayRow:
    """Return a version of a pathway, the newest unless one is named."""
    found = [row for row in rows if row.name == name and version in (None, row.version)]
    if not found:
        names = ", ".join(f"{row.name} {row.version}" for row in rows)
        what = f"{name!r}" if version is None else f"{name!r} version {version}"
        msg = f"There is no pathway {what} here. Installed: {names or 'none'}."
        raise NotFound(msg)
    return max(found, key=lambda row: row.version)
