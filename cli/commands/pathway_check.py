"""`carepath pathway check`: what is wrong with a pathway file, what it promises, and what can come of it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import click

from cli import options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import columns, indented, say
from cli.progress import progress
from cli.proving import Checked, How, check_all
from pathways.errors import CarepathError, PathwayRejected
from pathways.problems import PathwayFileRejected, Problem
from pathways.proving.verdicts import Examined, Found, Verdict
from pathways.story_files import pathway_file, shipped

_OUTCOMES = {"proved": "proved", "refuted": "REFUTED", "not-confirmed": "NOT CONFIRMED"}
_LOOKED_FOR = {
    "event-always-warned": "events that always want a reason",
    "tracks-block": "tracks that wait for each other",
    "forgotten-state": "states in which nothing is asked",
    "never-opens": "prompts that never open",
    "act-impossible": "prompts whose act can no longer come about",
    "silent-unknown": "prompts silent for ever for want of a fact",
    "never-with": "prompts that must not be open together",
    "contradiction": "prompts that ask for opposite things",
    "nobody-in-role": "roles that nobody holds",
}


class NotProved(CarepathError):
    """A pathway does not keep what it promises, or something was found in it."""

    exit_code: ClassVar[int] = PathwayRejected.exit_code


@command(
    "carepath pathway check my-pathway.yaml",
    "carepath pathway check immune-pns",
    "carepath pathway check --quick",
    "carepath pathway check my-pathway.yaml --json",
)
@click.argument(
    "named", nargs=-1, metavar="[FILE|NAME]...", help="A file, or a pathway that ships; else all that ship."
)
@click.option("--quick", is_flag=True, help="Only whether the file can be used, not what can come of it.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    metavar="NUMBER",
    help="How many processes share the work; one for each processor, if left out.",
)
@click.option("--roles", is_flag=True, help="Also find what would reach nobody, by who holds which role.")
@options.reads
def check(  # as click passes them
    path: Path, named: tuple[str, ...], jobs: int, *, quick: bool, roles: bool, as_json: bool
) -> None:
    """Check pathway files: everything that is wrong, then what they promise and what can come of them."""
    files = [pathway_file(each) for each in named] or shipped()
    how = How(quick=quick, jobs=jobs, unheld=_unheld(path) if roles else ())
    with progress("Checking") as told:
        found = check_all(files, how, told=told)
    if as_json:
        print_json(found)
    else:
        for line in _page(found, quick=quick):
            say(line)
        _refuse_problems(found)
    if failed := [each.pathway for each in found if not each.passed]:
        if as_json:
            raise SystemExit(NotProved.exit_code)
        raise NotProved(f"Not everything is proved, or something was found: {', '.join(failed)}.")


def _unheld(path: Path) -> tuple[str, ...]:
    from caseload.roles import unheld
    from storage.connection import Database

    with Database(path) as database:
        return tuple(unheld(database))


def _refuse_problems(found: Sequence[Checked]) -> None:
    problems = [
        Problem(problem.line, problem.column, problem.what, problem.instead, problem.file or each.file)
        for each in found
        for problem in each.problems
    ]
    if problems:
        raise PathwayFileRejected("", problems)


def _page(found: Sequence[Checked], *, quick: bool) -> Iterator[str]:
    for place, each in enumerate(each for each in found if not each.problems):
        if place and not quick:
            yield ""
        how = "is in order" if each.passed else "can be read, but see below"
        yield f"{each.file} {how}: {each.pathway}, version {each.version}, {each.size}."
        if not quick:
            yield from _promises(each.promises)
            yield from _findings(each.findings)
            yield from _examined(each.examined)


def _promises(verdicts: Sequence[Verdict]) -> Iterator[str]:
    if not verdicts:
        yield "  It promises nothing (`assurances`)."
    rows = [(_OUTCOMES[each.outcome], each.assurance, _how_far(each)) for each in verdicts]
    for row in columns(rows) if rows else ():
        yield from (f"  {line}" for line in row)
    for each in verdicts:
        if each.outcome != "proved":
            yield ""
            yield from indented(f"{_OUTCOMES[each.outcome]} {each.assurance}: {each.say}", 2)
            yield from indented(each.why, 4)
            yield from _story(each.story)


def _findings(findings: Sequence[Found]) -> Iterator[str]:
    for each in findings:
        yield ""
        head = "accepted" if each.because else "found" if each.confirmed else "perhaps"
        yield from indented(f"{head} {each.kind} ({', '.join(each.about)}): {each.what}", 2)
        if each.because:
            yield from indented(f"because {each.because}", 4)
        else:
            yield from _story(each.story)


def _story(story: str) -> Iterator[str]:
    if story:
        yield ""
        yield from story.splitlines()
        yield ""


def _examined(examined: Sequence[Examined]) -> Iterator[str]:
    rows = [
        (
            "looked for",
            _LOOKED_FOR[each.kind],
            _reach(each.combinations, each.looked_at, sampled=each.sampled),
        )
        for each in examined
        if each.things and each.combinations
    ]
    for row in columns(rows) if rows else ():
        yield from (f"  {line}" for line in row)


def _how_far(each: Verdict) -> str:
    if not each.combinations:
        return "as the file says"
    return _reach(each.combinations, each.looked_at, sampled=each.sampled)


def _reach(combinations: int, looked_at: int, *, sampled: bool) -> str:
    if sampled:
        return f"{looked_at:,} of {combinations:,} combinations, a sample"
    return f"all {combinations:,} combinations" if combinations != 1 else "the only combination"
