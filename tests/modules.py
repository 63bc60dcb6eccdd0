"""The modules of the repository, for the tests that look at all of them."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
# From the lowest to the highest: each imports only what stands before it.
LAYERS = ("pathways", "storage", "caseload", "scheduler", "cli")


def modules(*folders: str) -> list[str]:
    """List the modules of the folders, as paths from the top folder."""
    return sorted(
        path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py")
    )
