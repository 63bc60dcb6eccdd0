"""Spoils the pathways that ship, promise by promise, and says which mutants nobody noticed.

Run as `python -m tools.mutants [NAME ...]`, which takes some minutes a pathway; the tests try three mutants
of each promise. A survivor among these is either killed, by a sharper promise or another story, or explained
in tests/proving/survivors.toml.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, get_args

from cli.printing import table
from pathways.proving.fates import Fared, Fate, fates
from pathways.reading import read_file
from pathways.story_files import pathway_file, shipped, stories_of

EXPLAINED = Path(__file__).parents[1] / "tests" / "proving" / "survivors.toml"
FEWEST = 3


class Explained(NamedTuple):
    """Why one mutant may live."""

    pathway: str
    mutant: str
    because: str


class Tried(NamedTuple):
    """What came of all mutants of one pathway, or of the first few of each promise."""

    pathway: str
    fared: tuple[Fared, ...]
    promises: tuple[str, ...]

    def few(self) -> list[str]:
        """List the promises with fewer mutants than there should be."""
        counts = Counter(each.assurance for each in self.fared)
        return [name for name in self.promises if counts[name] < FEWEST]

    def asleep(self) -> list[str]:
        """List the promises that none of their mutants breaks, and that reading holds up for none."""
        awake = {each.assurance for each in self.fared if each.fate in ("promise", "refused")}
        return [name for name in self.promises if name not in awake]

    def survivors(self) -> list[str]:
        """List the mutants that nobody noticed."""
        return sorted({each.what for each in self.fared if each.fate == "survived"})


def explained() -> list[Explained]:
    """Read why mutants may live."""
    return [
        Explained(pathway, mutant, each["because"].strip())
        for each in tomllib.loads(EXPLAINED.read_text("utf-8"))["reason"]
        for pathway, mutants in each["mutants"].items()
        for mutant in mutants
    ]


def unexplained(found: Tried) -> list[str]:
    """List the mutants of a pathway that nobody noticed, and of which nobody says why they may live."""
    known = {each.mutant for each in explained() if each.pathway == found.pathway}
    return [what for what in found.survivors() if what not in known]


def tried(file: Path, *, most: int | None = None) -> Tried:
    """Try the mutants of one pathway, at most so many of each promise."""
    pathway = read_file(file)
    fared = tuple(fates(pathway, stories_of(file), most=most))
    return Tried(pathway.name, fared, tuple(each.id for each in pathway.assurances))


def main(names: Sequence[str]) -> int:
    """Print a table of what became of all mutants, and list what needs an author; 1 if something does."""
    files = [pathway_file(name) for name in names] or shipped()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        found = list(pool.map(partial(tried, most=None), files))
    for line in _table(found):
        print(line)
    print(*_wanting(found), sep="\n")
    return 1 if any(_wanting(found)) else 0


def _table(found: Iterable[Tried]) -> Iterator[str]:
    every = get_args(Fate)
    rows = []
    for each in found:
        counts = Counter(fared.fate for fared in each.fared)
        rows.append(
            (
                each.pathway,
                str(len(each.promises)),
                str(len(each.fared)),
                *(str(counts[fate]) for fate in every),
            )
        )
    yield from table(("PATHWAY", "PROMISES", "MUTANTS", *(fate.upper() for fate in every)), rows)


def _wanting(found: Iterable[Tried]) -> list[str]:
    lines = []
    for each in found:
        lines += [f"{each.pathway}: {name} has fewer than {FEWEST} mutants" for name in each.few()]
        lines += [f"{each.pathway}: no mutant breaks {name}" for name in each.asleep()]
        lines += [f"{each.pathway}: nobody noticed: {what}" for what in unexplained(each)]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
