"""Backing up a site: where its backups lie, what is made, and what is then no longer kept."""

from pathlib import Path
from typing import NamedTuple

from caseload.keeping import keep_of, kept
from caseload.settings import BACKUP_FOLDER, BACKUP_KEEP, setting
from pathways.errors import DatabaseProblem, Refused
from pathways.moments import Moment, day_of
from storage import backups, instances, problems
from storage.backups import Backup, GoOn
from storage.connection import Database
from storage.filesystems import AnyPath, on_server, shown
from storage.placing import followed

BESIDE = "backups"


class Made(NamedTuple):
    """A verified backup, and what was removed because it is no longer kept.

    `same_disk` says that a broken disk would take the database and the backup. `others` are of this site
    too, but this database did not make them, or they were used as a database since: it never removes them.
    """

    backup: Backup
    removed: tuple[Path, ...]
    same_disk: bool
    others: tuple[Path, ...] = ()


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
            folder.mkdir(mode=0o700, exist_ok=True)
    instance = "" if to else _instance(database)
    backup = backups.make(database.path, folder, now=now, go_on=go_on)
    removed, others = _thinned(database, folder, backup, now) if instance else ((), ())
    return Made(backup, removed, backups.same_disk(database.path, folder), others)


def listed(database: Database, folder: Path | None, *, thoroughly: bool = False) -> list[Backup]:
    """Return the backups of this site, the newest first."""
    refuse_on_server(database.place)
    where = folder or folder_of(database)
    if where == _beside(database) and not where.exists():
        return []  # it comes with the first
    every = backups.backups_in(where, thoroughly=thoroughly)
    own = _site(database)
    # What cannot be read may have been of this site: it is listed, with what is wrong.
    return [
        each
        for each in every
        if (each.facts is None or each.facts.site == own) and not _is(database, each.file)
    ]


def _is(database: Database, file: Path) -> bool:
    """Say whether a file is the database in use: it may be a backup that people went on with where it lay."""
    try:
        return file.samefile(database.path)
    except FileNotFoundError:
        return False


def _beside(database: Database) -> Path:
    return followed(database.path).parent / BESIDE


def _instance(database: Database) -> str:
    """Return by what its backups know a database; nothing where that cannot be written down now."""
    try:
        return instances.own(database)
    except DatabaseProblem:
        return ""  # a backup is wanted all the more; none is removed this time


def _thinned(
    database: Database, folder: Path, made: Backup, now: Moment
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Remove what is no longer kept; return that, and what others made of this site."""
    with database.reading() as store:
        keep, zone = keep_of(setting(store, BACKUP_KEEP)), store.site_zone()
    # Of another site none is removed, and none that cannot be read: somebody has to look at it.
    every = [each for each in listed(database, folder) if each.facts]
    own = [each for each in every if _own(each, made)]
    stay = kept([each.made_at for each in own], keep, zone=zone, today=day_of(now, zone))
    gone = [each.file for each in own if each.made_at not in stay and each.file != made.file]
    for file in gone:
        with problems.explained(file):
            file.unlink(missing_ok=True)
    return tuple(gone), tuple(each.file for each in every if each not in own)


def _own(backup: Backup, made: Backup) -> bool:
    """Say whether the same database made both, and nobody ever used the first as a database itself."""
    same = backup.facts and made.facts and backup.facts.instance == made.facts.instance
    return bool(same) and not backups.worked_on(backup.file)


def _site(database: Database) -> str:
    with database.reading() as store:
        return store.site()
