"""`carepath copy`: a caseload moves from a file to a server."""

from pathlib import Path

import click

from cli import clock, options
from cli.command import command
from cli.errors import UsageProblem
from cli.printing import say
from cli.progress import progress
from storage.connection import Database
from storage.filesystems import Server, on_server, shown


@command("carepath copy --to postgresql://care@db.ward/care")
@click.option("--to", "address", required=True, metavar="ADDRESS", help="An empty database on a server.")
@options.database
def copy(path: Path, address: str) -> None:
    """Copy a caseload from its file to a server, and compare every row; after an interruption, go on."""
    if on_server(path) or not on_server(address):
        raise UsageProblem(
            "A copy goes from a file to a server: write the address like "
            "--to postgresql://user@host/name, and the file, if not the usual one, with --database."
        )
    from caseload.checking import check
    from storage import copying

    with Database(path) as database, progress("Copying") as told:
        done = copying.copy(database, address, lambda _table, count, of: told(count, of))
    begun = ", going on where it was interrupted" if done.resumed else ""
    say(f"Copied {sum(done.rows.values())} rows to {shown(address)}{begun}: each is as in the file.")
    with Database(Server(address)) as there:
        report = check(there, now=clock.now())
    if report.differences:
        say("Not all that is stored there follows from the histories: `carepath check` says what.")
    else:
        say("Everything that is stored there follows from the histories.")
    say("From now on name that database, as with CAREPATH_DATABASE: the file stays as it is.")
