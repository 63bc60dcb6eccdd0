"""`carepath backup`: a copy of the database that is known to be whole, and which there are."""

from pathlib import Path
from typing import NamedTuple

import click

from caseload.backing_up import back_up, folder_of, made_elsewhere
from caseload.backing_up import listed as found_in
from cli import clock, options
from cli.command import DoingGroup, command
from cli.json_shapes import print_json
from cli.printing import counted, say, table, warn
from pathways.errors import DatabaseProblem
from pathways.moments import Moment, iso, shown
from storage.backups import Backup, Standing
from storage.connection import Database

MEGA = 1_000_000
# What can be done with those that cannot be restored as they are, or with care.
INSTEAD: dict[Standing, str] = {
    "faulty": "faulty: it holds what was wrong in the database, and can be restored with that.",
    "moved": "moved: its caseload is on a server.",
    "newer": "newer: the version of carepath that made it can restore it.",
    "older": "older: copy it, run `carepath upgrade --database COPY`, and restore the copy.",
}


class BackupLine(NamedTuple):
    """A backup of this site; `fault` says what is wrong with it, empty when nothing is known to be.

    `recorded_until` is when its last entry was recorded. What cannot be read has no entries and no schema.
    `standing` says what stands against restoring it as it is: nothing against one that is `whole`, or
    `faulty` as the database was; one that is `damaged` cannot be restored; of `older` ones a copy can that
    was upgraded; `newer` ones want the carepath that made them; the caseload of one that `moved` is on a
    server. `elsewhere` says that another database of the site made it, such as a copy that somebody tried,
    or this one before it was where it is.
    """

    file: str
    made_at: str | None
    bytes: int
    schema: str
    entries: int | None
    recorded_until: str | None
    fault: str
    standing: Standing
    elsewhere: bool


@click.group(
    cls=DoingGroup,
    invoke_without_command=True,
    examples=("carepath backup", "carepath backup --to elsewhere"),
)
@click.option(
    "--to",
    "output",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Another folder than that of the site; nothing in it is removed.",
)
@options.database
@click.pass_context
def backup(ctx: click.Context, path: Path, output: str | None) -> None:
    """Copy the database while others go on, and verify the copy. The scheduler does it by night.

    Those are then removed from the folder of the site that it no longer keeps (`backup.keep`).
    """
    if ctx.invoked_subcommand is not None:
        return
    to = Path(output) if output else None
    with Database(path) as database:
        made = back_up(database, to, now=clock.now())
    facts = made.backup.facts
    many = facts.entries if facts else 0
    say(f"{made.backup.file}: verified, {counted(many, 'entry')}, {_size(made.backup.size)}.")
    if made.backup.carried:
        warn(f"It holds what is wrong in the database, see `carepath check`: {made.backup.carried}")
    if made.removed:
        say(f"No longer kept: {', '.join(each.name for each in made.removed)}.")
    if made.left:
        warn(made.left)
    if made.others:
        say(
            f"{counted(len(made.others), 'backup')} of this site in {made.backup.file.parent} will never be "
            f"removed, as {'it was' if len(made.others) == 1 else 'they were'} not made by this database "
            "where it is now, or somebody worked on them since: remove by hand what nobody wants."
        )
    if made.same_disk:
        say("It is on the disk of the database, which would take both with it: copy it to another machine.")


@command("carepath backup list", "carepath backup list --verify", "carepath backup list --json")
@click.option(
    "--in",
    "folder",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Another folder than that of the site.",
)
@click.option("--verify", is_flag=True, help="Read each from its first page to its last.")
@options.reads
def list_(path: Path, folder: str | None, *, verify: bool, as_json: bool) -> None:
    """List the backups of this site, the newest first, and what stands against restoring each as it is."""
    where = Path(folder) if folder else None
    with Database(path) as database:
        found = found_in(database, where, thoroughly=verify)
        with database.reading() as store:
            zone = store.site_zone()
        where, elsewhere = where or folder_of(database), made_elsewhere(database, found)
    if as_json:
        print_json([_line(each, elsewhere) for each in found])
    elif found:
        _print(found, elsewhere, zone, clock.now())
    else:
        say(f"There is no backup of this site in {where}: `carepath backup` makes one.")
    if spoilt := [each for each in found if each.fault]:
        for each in spoilt:
            warn(f"{each.file}: {each.fault}")
        raise DatabaseProblem(f"{counted(len(spoilt), 'backup')} cannot be restored: restore from another.")


def _print(found: list[Backup], elsewhere: set[Path], zone: str, now: Moment) -> None:
    rows = [_row(each, elsewhere, zone, now) for each in found]
    for line in table(("BACKUP", "MADE", "ENTRIES", "SIZE", ""), rows):
        say(line)
    for standing in sorted({each.standing for each in found} & set(INSTEAD)):
        say(INSTEAD[standing])
    if any(each.made_at > now for each in found):
        say("ahead: the clock was ahead when it was made, or is behind now; it is never removed.")
    if elsewhere:
        say("elsewhere: another database of this site made it, or this one before it was where it is.")


def _line(found: Backup, elsewhere: set[Path]) -> BackupLine:
    facts = found.facts
    last_at = facts.last_at if facts else None
    return BackupLine(
        file=str(found.file),
        made_at=iso(found.made_at) if found.made_at else None,
        bytes=found.size,
        schema=facts.schema if facts else "",
        entries=facts.entries if facts else None,
        recorded_until=iso(last_at) if last_at is not None else None,
        fault=found.fault or found.carried,
        standing=found.standing,
        elsewhere=found.file in elsewhere,
    )


def _row(found: Backup, elsewhere: set[Path], zone: str, now: Moment) -> tuple[str, str, str, str, str]:
    entries = str(found.facts.entries) if found.facts else "-"
    made_at = shown(found.made_at, zone) if found.made_at else "-"
    notes = (
        "" if found.standing == "whole" else found.standing,
        "ahead" if found.made_at > now else "",
        "elsewhere" if found.file in elsewhere else "",
    )
    return (found.file.name, made_at, entries, _size(found.size), ", ".join(filter(None, notes)))


def _size(many: int) -> str:
    return f"{many / MEGA:.1f} MB"


backup.add_command(list_, "list")
