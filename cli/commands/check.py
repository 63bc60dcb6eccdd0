"""`carepath check`: that what is stored follows from the histories, and that nobody is forgotten."""

from pathlib import Path

import click

from caseload import checking, rebuilding
from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import counted, say, warn
from cli.progress import progress
from pathways.errors import DatabaseProblem, LooseEnds
from storage.connection import Database

MOST_JOBS = 64


@command("carepath check", "carepath check --jobs 4", "carepath check --rebuild")
@click.option("--rebuild", is_flag=True, help="Write everything that follows from the histories anew.")
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    metavar="N",
    help="Check with so many processes; otherwise one for each processor, or one if that is faster.",
)
@options.reads
def check(path: Path, *, rebuild: bool, jobs: int | None, as_json: bool) -> None:
    """Compare everything that is stored with what follows from the histories, and find who may be forgotten.

    What differs is mended by --rebuild, which writes it anew; histories are never touched. Loose ends are for
    people: each line says what to do. Others may go on working meanwhile. Of a damaged file nothing is looked
    at or rebuilt: restore a backup.
    """
    with Database(path) as database:
        if rebuild:
            checking.refuse_broken(database)
            with progress("Rebuilding") as told:
                changed = rebuilding.rebuild(database, now=clock.now(), progress=told)
            say(f"Rebuilt; {counted(changed, 'enrolment')} differed.")
            return
        with progress("Checking") as told:
            found = checking.check(database, now=clock.now(), clock=clock.now, jobs=jobs or 0, progress=told)
    if as_json:
        print_json(found)
    elif not found.broken:
        seen = {"enrolment": found.enrolments, "entry": found.entries, "prompt": found.prompts}
        say(f"Looked at {', '.join(counted(many, noun) for noun, many in seen.items())}.")
    if found.broken:
        _refuse_broken(found, path)
    _refuse(found, as_json=as_json)


def _refuse_broken(found: checking.Report, path: Path) -> None:
    """Say what is wrong with the database itself; what follows from it was then not looked at."""
    for line in found.differences:
        warn(line)
    many = counted(len(found.differences), "fault")
    raise DatabaseProblem(f"{many} found, and no enrolment was looked at. {checking.restoring(path)}")


def _refuse(found: checking.Report, *, as_json: bool) -> None:
    """Say what was found, and leave with the code of the worst of it."""
    for line in (*found.differences, *(each.says for each in found.loose_ends)):
        warn(line)
    ends = counted(len(found.loose_ends), "loose end")
    if found.differences:
        more = f" Beside that {ends}, for people to mend." if found.loose_ends else ""
        raise DatabaseProblem(
            f"{counted(len(found.differences), 'difference')} found. "
            f"`carepath check --rebuild` writes anew what follows from the histories.{more}"
        )
    if not as_json:
        say("Everything that is stored follows from the histories.")
    if found.loose_ends:
        raise LooseEnds(f"{ends} found: each line above says what could be forgotten, and what to do.")
    if not as_json:
        say("Nobody is forgotten: everybody has a date and somebody who is there, and nothing is stuck.")
