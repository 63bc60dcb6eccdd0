"""Backing up a site: where its backups lie, what is made, and what is then no longer kept."""

import os
from pathlib import Path
from typing import NamedTuple

from caseload.keeping import keep_of, kept
from caseload.settings import BACKUP_FOLDER, BACKUP_KEEP, setting
from pathways.errors import Refused
from pathways.moments import Moment, day_of
from storage import backups, problems
from storage.backups import Backup, GoOn
from storage.connection import Database
from storage.filesystems import AnyPath, on_server, shown
from storage.placing import let_in_as

BESIDE = "backups"


class Made(NamedTuple):
    """A verified backup, and what was removed because it is no longer kept.

    `same_disk` says that a broken disk would take the database and the backup.
    """

    backup: Backup
    removed: tuple[Path, ...]
    same_disk: bool


def refuse_on_server(place: AnyPath) -> None:
    """Refuse to back up or restore what is on a server: that is done with its own tools."""
    if on_server(place):
        msg = (
            f"{shown(place)} is on a server: back it up and restore it with its own tools, pg_dump and "
            "pg_restore, see docs/how-to/back-up.md; `carepath check` then says whether it is whole."
        )
        raise Refused(msg)


def folder_of(database: Database) -> Path:
    """Return where the backups of a site lie: where it said, or in a folder beside its database."""
    refuse_on_server(database.place)
    with database.reading() as store:
        said = setting(store, BACKUP_FOLDER)
    return Path(said) if said else _beside(database)


def back_up(database: Database, to: Path | None, *, now: Moment, go_on: GoOn = lambda: None) -> Made:
    """Make a backup; in the folder of the site those are then removed that are no longer kept."""
    refuse_on_server(database.place)
    folder = to or folder_of(database)
    if folder == _beside(database):
        # One that somebody named is not made: it may be a disk that is not there.
        with problems.explained(folder):
            _made(folder, like=database.path.parent)
    backup = backups.make(database.path, folder, now=now, go_on=go_on)
    with problems.explained(backup.file):
        let_in_as(backup.file, database.path)
    removed = () if to else _thinned(database, folder, backup, now)
    return Made(backup, removed, backups.same_disk(database.path, folder))


def listed(database: Database, folder: Path | None, *, thoroughly: bool = False) -> list[Backup]:
    """Return the backups of this site, the newest first."""
    refuse_on_server(database.place)
    own, where = _site(database), folder or folder_of(database)
    if where == _beside(database) and not where.exists():
        return []  # it comes with the first
    every = backups.backups_in(where, thoroughly=thoroughly)
    # What cannot be read may have been of this site: it is listed, with what is wrong.
    return [each for each in every if each.facts is None or each.facts.site == own]


def _made(folder: Path, *, like: Path) -> None:
    """Make a folder, for those who work in another one; what is there already stays as it is."""
    if not os.path.lexists(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        let_in_as(folder, like)


def _beside(database: Database) -> Path:
    return database.path.parent / BESIDE


def _thinned(database: Database, folder: Path, made: Backup, now: Moment) -> tuple[Path, ...]:
    with database.reading() as store:
        keep, zone, own = keep_of(setting(store, BACKUP_KEEP)), store.site_zone(), store.site()
    # Of another site none is removed, and none that cannot be read: somebody has to look at it.
    good = [each for each in backups.backups_in(folder) if each.facts and each.facts.site == own]
    stay = kept([each.made_at for each in good], keep, zone=zone, today=day_of(now, zone))
    gone = [each.file for each in good if each.made_at not in stay and each.file != made.file]
    for file in gone:
        with problems.explained(file):
            file.unlink(missing_ok=True)
    return tuple(gone)


def _site(database: Database) -> str:
    with database.reading() as store:
        return store.site()
