"""Checks many pathways on several processors; what comes of them is the same on one."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeAlias

from cli.protocol_page import size
from pathways.problems import PathwayFileRejected, Problem
from pathways.proving.verdicts import Examined, Found, Verdict
from pathways.reading import read_file

Telling: TypeAlias = Callable[[int, int], None]


class Checked(NamedTuple):
    """A file that was checked: first that it can be used, then what it promises and what can come of it.

    `passed` says that there are no problems, that every promise is proved, and that nothing was found but
    what the file says why it lives with. Lines and columns count from 1.
    """

    file: str
    passed: bool
    problems: tuple[Problem, ...]
    pathway: str = ""
    version: int = 0
    size: str = ""
    promises: tuple[Verdict, ...] = ()
    findings: tuple[Found, ...] = ()
    examined: tuple[Examined, ...] = ()


class How(NamedTuple):
    """How to check: `quick` leaves out what is over combinations, `unheld` are roles that nobody holds."""

    quick: bool = False
    jobs: int = 1
    unheld: tuple[str, ...] = ()


def check_all(files: Sequence[Path], how: How, *, told: Telling) -> list[Checked]:
    """Check these files."""
    found = []
    for done, each in enumerate(_checked(files, how), start=1):
        found.append(each)
        told(done, len(files))
    return found


def _checked(files: Sequence[Path], how: How) -> Iterator[Checked]:
    one = partial(check_file, how=how)
    if how.quick or how.jobs == 1 or len(files) == 1:
        yield from map(one, files)
        return
    # Started afresh: a copy of a process that has used threads may never end.
    with ProcessPoolExecutor(min(how.jobs, len(files)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, files)


def check_file(file: Path, *, how: How) -> Checked:
    """Check one file."""
    try:
        pathway = read_file(file)
    except PathwayFileRejected as rejected:
        return Checked(str(file), passed=False, problems=rejected.problems)
    named = Checked(
        str(file),
        passed=True,
        problems=(),
        pathway=pathway.name,
        version=pathway.version,
        size=size(pathway),
    )
    if how.quick:
        return named
    from pathways.proving.proof import examine

    report = examine(pathway, how.unheld)
    return named._replace(
        passed=report.holds,
        promises=report.verdicts,
        findings=report.findings,
        examined=report.examined,
    )
