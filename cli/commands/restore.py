"""`carepath restore`: a backup in the place of the database."""

from collections.abc import Iterator
from pathlib import Path

import click

from caseload.restoring import Restored
from caseload.restoring import restore as put_back
from caseload.settings import BACKUP_FOLDER, setting
from cli import clock, options
from cli.command import command
from cli.printing import counted, indented, say
from pathways.moments import Moment, shown
from scheduler.status import running
from storage.connection import Database


@command(
    "carepath restore backups/care-20261102T003000Z.db",
    "carepath restore backups/care-20261102T003000Z.db --although-newer",
)
@click.argument(
    "file", type=options.FileType(exists=True), help="A backup, as `carepath backup list` names it."
)
@click.option("--although-newer", is_flag=True, help="Restore also when that loses what the backup has not.")
@options.database
def restore(path: Path, file: Path, *, although_newer: bool) -> None:
    """Put a backup in the place of the database, all of it or nothing, and say what is gone.

    The database as it was is kept beside it. It is refused while a scheduler runs, and without
    --although-newer when the database has anything that the backup has not.
    """
    now = clock.now()
    done = put_back(
        path, file, although_newer=although_newer, now=now, running=lambda over: _running(over, now)
    )
    with Database(path) as database, database.reading() as store:
        zone, folder = store.site_zone(), setting(store, BACKUP_FOLDER)
    until = "nothing" if done.recorded_until is None else f"up to {shown(done.recorded_until, zone)}"
    # A path is never broken: somebody will paste it.
    say(f"{done.path} is {done.file} now, with what was recorded: {until}.")
    if done.only_log:
        say(f"What was written last to a database that was moved away lay here still: {done.as_it_was}.")
        say("It belongs beside that database, under its name with '-wal' at the end: some may be only there.")
    elif done.as_it_was:
        say(f"As it was before: {done.as_it_was}.")
    elif folder:
        say(
            f"Its backups will go to {folder}, as those of the database it was made from: "
            "`carepath site set backup.folder` names another."
        )
    for text in _told(done):
        for line in indented(text, 0):
            say(line)


def _running(path: Path, now: Moment) -> str:
    with Database(path) as database:
        return running(database, now)


def _told(done: Restored) -> Iterator[str]:
    if not done.known:
        yield "Nobody can say what is gone: record again what happened since, from what people know."
    if done.entries:
        yield f"Gone, to be recorded again: {' '.join(done.entries)}."
        yield "The numbers of these entries are given anew, to others."
    if done.others:
        yield f"Gone as well: {', '.join(f'{name} ({many})' for name, many in done.others)}."
    if done.prompts:
        yield f"Raised since, and raised again if they still follow: {' '.join(done.prompts)}."
    if done.messages:
        yield f"Messages sent since, which may come again: {', '.join(_messages(done))}."
    yield "Run `carepath check`, then start the scheduler."


def _messages(done: Restored) -> Iterator[str]:
    for staff, channel, number in done.messages:
        yield f"{counted(number, 'message')} {f'to {staff} by {channel}' if staff else f'to the {channel}'}"
