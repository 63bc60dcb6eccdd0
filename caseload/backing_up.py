"""Backing up a site: where its backups lie, what is made, and what is then no longer kept."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from caseload.keeping import keep_of, kept, made_ahead
from caseload.settings import BACKUP_AT, BACKUP_FOLDER, BACKUP_KEEP, setting
from pathways.errors import CarepathError, DatabaseProblem, Refused
from pathways.moments import Moment
from storage import backups, instances, problems
from storage.backups import Backup, GoOn
from storage.connection import Database
from storage.filesystems import AnyPath, on_server, shown
from storage.placing import followed, let_in
from storage.unfinished import no_folder

BESIDE = "backups"


class Made(NamedTuple):
    """A verified backup, and what was removed because it is no longer kept.

    `same_disk` says that a broken disk would take the database and the backup. `left` says why something
    that is no longer kept is still there; the backup is as good without that. `others` are of this site too,
    but this database did not make them, or somebody worked on them since: it never removes them.
    """

    backup: Backup
    removed: tuple[Path, ...]
    same_disk: bool
    left: str = ""
    others: tuple[Path, ...] = ()


class Thinned(NamedTuple):
    """What was removed, why something was not, and what never is."""

    removed: tuple[Path, ...] = ()
    left: str = ""
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


def doubt(database: Database, name: str) -> str:
    """Say why a setting of backups that was just made does not do what it says; nothing of any other."""
    if name not in {BACKUP_FOLDER, BACKUP_AT, BACKUP_KEEP}:
        return ""
    if on_server(database.place):
        return "It has no effect on a server: back that up with its own tools, see docs/how-to/back-up.md."
    return unusable(database) if name == BACKUP_FOLDER else ""


def unusable(database: Database) -> str:
    """Say why no backup could be put where the site said; nothing where one could, or where none is made."""
    if on_server(database.place):
        return ""
    folder = folder_of(database)
    try:
        allowed = stat.S_ISDIR(folder.stat().st_mode) and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except PermissionError:
        allowed = False
    except OSError:
        # The one beside the database comes with the first.
        return "" if folder == _beside(database) else str(no_folder(folder))
    if allowed:
        return ""
    return f"You may not put a backup into {folder}: look as the user who makes them, or let yourself in."


def back_up(database: Database, to: Path | None, *, now: Moment, go_on: GoOn = lambda: None) -> Made:
    """Make a backup; in the folder of the site those are then removed that are no longer kept."""
    refuse_on_server(database.place)
    folder = to or folder_of(database)
    if folder == _beside(database):
        # One that somebody named is not made: it may be a disk that is not there.
        _make_beside(folder)
    known = _known(database)
    backup = backups.make(database.path, folder, now=now, go_on=go_on)
    thinned = _thinned(database, folder, backup, now) if known and not to else Thinned()
    disk = backups.same_disk(database.path, folder)
    return Made(backup, thinned.removed, disk, thinned.left, thinned.others)


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


def made_elsewhere(database: Database, found: Iterable[Backup]) -> set[Path]:
    """Name those of some backups that another database made, or this one before it was where it is now."""
    own = instances.known(database)
    return {each.file for each in found if each.facts and each.facts.instance != own}


def _is(database: Database, file: Path) -> bool:
    """Say whether a file is the database in use: it may be a backup that people went on with where it lay."""
    try:
        return file.samefile(database.path)
    except FileNotFoundError:
        return False


def ahead_of_the_clock(database: Database, now: Moment) -> list[Path]:
    """Name the backups of this site of a moment that is still to come: nothing ever removes them."""
    folder = folder_of(database)
    if not folder.is_dir():
        return []
    every = _of_this_site(database, folder)
    ahead = made_ahead([each.made_at for each in every], now)
    return [each.file for each in every if each.made_at in ahead]


def _beside(database: Database) -> Path:
    return followed(database.path).parent / BESIDE


def _known(database: Database) -> bool:
    """Let its backups know a database, if that can be written down now."""
    try:
        return bool(instances.own(database))
    except DatabaseProblem:
        return False  # a backup is wanted all the more; none is removed this time


def _make_beside(folder: Path) -> None:
    """Make the folder of the backups, for those who have that of the database: they all back it up."""
    with problems.explained(folder):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return
        let_in(folder, folder.parent)


def _thinned(database: Database, folder: Path, made: Backup, now: Moment) -> Thinned:
    """Remove what is no longer kept. What fails here takes nothing from the backup that was made."""
    if made.carried:
        return Thinned(left="None was removed, as earlier ones may be without the faults of the database.")
    try:
        gone, others = _no_longer_kept(database, folder, made, now)
    except CarepathError as error:
        return Thinned(left=f"None was removed that is no longer kept: {error}")
    why = {file: _not_removed(file) for file in gone}
    left = [f"{file.name} ({reason})" for file, reason in why.items() if reason]
    return Thinned(
        tuple(file for file, reason in why.items() if not reason),
        f"No longer kept, but not to be removed from {folder}: {', '.join(left)}." if left else "",
        others,
    )


def _no_longer_kept(
    database: Database, folder: Path, made: Backup, now: Moment
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Say which of the backups of this database are no longer kept, and which are none of its own."""
    with database.reading() as store:
        keep, zone = keep_of(setting(store, BACKUP_KEEP)), store.site_zone()
    every = _of_this_site(database, folder)
    own = [each for each in every if _own(each, made)]
    stay = kept([each.made_at for each in own], keep, zone=zone, now=now)
    gone = tuple(each.file for each in own if each.made_at not in stay and each.file != made.file)
    return gone, tuple(each.file for each in every if each not in own)


def _own(backup: Backup, made: Backup) -> bool:
    """Say whether the same database made both, and nobody ever used the first as a database itself."""
    same = backup.facts and made.facts and backup.facts.instance == made.facts.instance
    return bool(same) and not backups.worked_on(backup.file)


def _of_this_site(database: Database, folder: Path) -> list[Backup]:
    # Of another site none is removed, and none that cannot be read: somebody has to look at it.
    return [each for each in listed(database, folder) if each.facts]


def _not_removed(file: Path) -> str:
    """Remove a file; say why not, in the words of the system, where it cannot be."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""


def _site(database: Database) -> str:
    with database.reading() as store:
        return store.site()
