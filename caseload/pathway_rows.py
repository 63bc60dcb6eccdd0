"""Finding an installed pathway by its name."""

from collections.abc import Sequence
from difflib import get_close_matches

from pathways.errors import NotFound
from storage.rows import PathwayRow


def versions(rows: Sequence[PathwayRow], name: str) -> list[PathwayRow]:
    """Return all versions of a pathway, the newest last; raises `NotFound` when there is none."""
    found = sorted((row for row in rows if row.name == name), key=lambda row: row.version)
    if not found:
        names = ", ".join(sorted({row.name for row in rows})) or "none yet (carepath pathway install FILE)"
        msg = f"There is no pathway {name!r} here.{_meant(name, rows)} Installed: {names}."
        raise NotFound(msg)
    return found


def newest(rows: Sequence[PathwayRow], name: str, version: int | None = None) -> PathwayRow:
    """Return a version of a pathway, the newest unless one is named."""
    found = [row for row in rows if row.name == name and version in (None, row.version)]
    if not found:
        names = ", ".join(f"{row.name} {row.version}" for row in rows)
        what = f"{name!r}" if version is None else f"{name!r} version {version}"
        msg = f"There is no pathway {what} here.{_meant(name, rows)} Installed: {names or 'none'}."
        raise NotFound(msg)
    return max(found, key=lambda row: row.version)


def _meant(name: str, rows: Sequence[PathwayRow]) -> str:
    """Ask whether another name was meant, if one is near and this is not itself a name."""
    names = {row.name for row in rows}
    close = get_close_matches(name.lower(), sorted(names - {name}), n=1)
    return f" Did you mean {close[0]!r}?" if close and name not in names else ""
