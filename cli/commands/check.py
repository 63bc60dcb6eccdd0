"""`carepath check`: that what is stored follows from the histories."""

from pathlib import Path

import click

from caseload import checking, rebuilding
from cli import clock, options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import counted, say, warn
from cli.progress import progress
from pathways.errors import DatabaseProblem
from storage.connection import Database


@command("carepath check", "carepath check --rebuild")
@click.option("--rebuild", is_flag=True, help="Write everything that follows from the histories anew.")
@options.reads
def check(path: Path, *, rebuild: bool, as_json: bool) -> None:
    """Follow every history from its start, and compare what follows with what is stored.

    With --rebuild it is written anew instead; histories are never touched.
    """
    with Database(path) as database:
        if rebuild:
            with progress("Rebuilding") as told:
                changed = rebuilding.rebuild(database, now=clock.now(), progress=told)
            say(f"Rebuilt; {counted(changed, 'enrolment')} differed.")
            return
        with progress("Checking") as told:
            found = checking.check(database, now=clock.now(), progress=told)
    if as_json:
        print_json(found)
    else:
        looked_at = (counted(found.enrolments, "enrolment"), counted(found.prompts, "prompt"))
        entries = f"{found.entries} {'entry' if found.entries == 1 else 'entries'}"
        say(f"Looked at {', '.join((looked_at[0], entries, looked_at[1]))}.")
    for difference in found.differences:
        warn(difference)
    if found.differences:
        many = counted(len(found.differences), "difference")
        raise DatabaseProblem(
            f"{many} found. `carepath check --rebuild` writes anew what follows from the histories."
        )
    if not as_json:
        say("Everything that is stored follows from the histories.")
