"""Write the files that follow from the code, or say which of them are stale.

A generator returns the text of each file by its path from the top folder.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

from storage.rendering import rendered
from storage.viewing import views_page
from tools.commands_page import commands_page
from tools.file_schema import schema_file
from tools.hazards_page import hazards_page
from tools.json_page import json_page
from tools.pathway_pages import pathway_pages

Generator: TypeAlias = Callable[[], dict[str, str]]

ROOT = Path(__file__).parents[1]
GENERATORS: tuple[Generator, ...] = (
    rendered,
    views_page,
    commands_page,
    json_page,
    schema_file,
    hazards_page,
    pathway_pages,
)


def stale(generators: Iterable[Generator], root: Path) -> dict[str, str]:
    """Name the files that are missing or differ, each with the text that it should have."""
    texts: dict[str, str] = {}
    for generator in generators:
        texts |= generator()
    return {path: text for path, text in sorted(texts.items()) if _written(root / path) != text}


def write(texts: dict[str, str], root: Path) -> None:
    """Write each text to its file, making folders as needed."""
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")


def main(
    arguments: list[str] | None = None, *, generators: Iterable[Generator] = GENERATORS, root: Path = ROOT
) -> int:
    """Bring the generated files up to date, or with --check only list those that are not."""
    parser = argparse.ArgumentParser(prog="python -m tools.generate", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is stale")
    check = parser.parse_args(arguments).check
    texts = stale(generators, root)
    if not check:
        write(texts, root)
    for path in texts:
        print(f"stale: {path} (python -m tools.generate writes it anew)" if check else f"written: {path}")
    return int(check and bool(texts))


def _written(path: Path) -> str | None:
    # As bytes: reading as text would hide a line ending that differs.
    return path.read_bytes().decode("utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
