"""`carepath copy`: a caseload moves from a file to a server."""

from pathlib import Path

import click

from cli import clock, options
from cli.command import command
from cli.errors import UsageProblem
from cli.printing import say
from cli.progress import progress
from pathways.errors import Refused
from scheduler.status import running
from storage.connection import Database
from storage.filesystems import Server, on_server, shown


@command(
    "carepath copy --to postgresql://care@db.ward/care",
    "carepath copy --take-back --to postgresql://care@db.ward/care",
)
@click.option("--to", "address", metavar="ADDRESS", help="An empty database on a server.")
@click.option("--take-back", is_flag=True, help="Use the file again after all, and not the server.")
@click.option(
    "--although-newer", is_flag=True, help="With --take-back: also when the server has what the file has not."
)
@options.database
def copy(path: Path, address: str | None, *, take_back: bool, although_newer: bool) -> None:
    """Move a caseload from its file to a server, and compare every row; after an interruption, go on.

    The file is kept as it is, and refused from then on, so that nobody records into both.
    Taken back, it is the copy that is refused.
    """
    if take_back and on_server(path):
        raise UsageProblem("It is the file that is taken back: name it with --database.")
    if take_back and (address is None or on_server(address)):
        _taken_back(path, address or "", although_newer=although_newer)
        return
    if although_newer and not take_back:
        raise UsageProblem("--although-newer is said with --take-back: a copy takes all there is.")
    if take_back or address is None or on_server(path) or not on_server(address):
        raise UsageProblem(
            "A copy goes from a file to a server: write the address like "
            "--to postgresql://user@host/name, and the file, if not the usual one, with --database."
        )
    from caseload.checking import check
    from storage import copying

    with Database(path, moved=True) as database:
        if who := running(database, clock.now()):
            msg = f"The scheduler {who} runs over {path}: stop it, then copy."
            raise Refused(msg)
        with progress("Copying") as told:
            done = copying.copy(database, address, lambda _table, count, of: told(count, of), moves=True)
    begun = ", going on where it was interrupted" if done.resumed else ""
    say(f"Copied {sum(done.rows.values())} rows to {shown(address)}{begun}: each is as in the file.")
    with Database(Server(address)) as there:
        report = check(there, now=clock.now())
    if report.differences:
        say("Not all that is stored there follows from the histories: `carepath check` says what.")
    else:
        say("Everything that is stored there follows from the histories.")
    say("From now on name that database, as with CAREPATH_DATABASE: the file is kept, and refused.")


def _taken_back(path: Path, address: str, *, although_newer: bool) -> None:
    from storage.taking_back import take_back

    done = take_back(path, address, although_newer=although_newer)
    say(f"{path} is used again, as it was when it moved to {done.to}.")
    if not done.left:
        say("What was copied there is refused from now on.")
        return
    say(done.left)
    say("What was recorded there since is not in the file: record it again, and let nobody use both.")
