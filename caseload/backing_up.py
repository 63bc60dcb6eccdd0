"""Backing up a site: where its backups lie, what is made, and what is then no longer kept."""

from pathlib import Path
from typing import NamedTuple

from caseload.keeping import keep_of, kept, made_ahead
from caseload.settings import BACKUP_FOLDER, BACKUP_KEEP, setting
from pathways.errors import CarepathError, Refused
from pathways.moments import Moment
from storage import backups, problems
from storage.backups import Backup, GoOn
from storage.connection import Database
from storage.filesystems import AnyPath, on_server, shown
from storage.placing import let_in

BESIDE = "backups"


class Made(NamedTuple):
    """A verified backup, and what was removed because it is no longer kept.

    `same_disk` says that a broken disk would take the database and the backup. `left` says why something
    that is no longer kept is still there; the backup is as good without that.
    """

    backup: Backup
    removed: tuple[Path, ...]
    same_disk: bool
    left: str = ""


class Thinned(NamedTuple):
    """What was removed, and why something was not."""

    removed: tuple[Path, ...] = ()
    left: str = ""


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
        _make_beside(folder, database.path.parent)
    backup = backups.make(database.path, folder, now=now, go_on=go_on)
    thinned = Thinned() if to else _thinned(database, folder, backup, now)
    return Made(backup, thinned.removed, backups.same_disk(database.path, folder), thinned.left)


def listed(database: Database, folder: Path | None, *, thoroughly: bool = False) -> list[Backup]:
    """Return the backups of this site, the newest first."""
    refuse_on_server(database.place)
    own, where = _site(database), folder or folder_of(database)
    if where == _beside(database) and not where.exists():
        return []  # it comes with the first
    every = backups.backups_in(where, thoroughly=thoroughly)
    # What cannot be read may have been of this site: it is listed, with what is wrong.
    return [each for each in every if each.facts is None or each.facts.site == own]


def ahead_of_the_clock(database: Database, now: Moment) -> list[Path]:
    """Name the backups of this site of a moment that is still to come: nothing ever removes them."""
    folder = folder_of(database)
    if not folder.is_dir():
        return []
    every = _of_this_site(database, folder)
    ahead = made_ahead([each.made_at for each in every], now)
    return [each.file for each in every if each.made_at in ahead]


def _beside(database: Database) -> Path:
    return database.path.parent / BESIDE


def _make_beside(folder: Path, beside: Path) -> None:
    """Make the folder of the backups, for those who have that of the database: they all back it up."""
    with problems.explained(folder):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            return
        let_in(folder, beside)


def _thinned(database: Database, folder: Path, made: Backup, now: Moment) -> Thinned:
    """Remove what is no longer kept. What fails here takes nothing from the backup that was made."""
    if made.carried:
        return Thinned(left="None was removed, as earlier ones may be without the faults of the database.")
    try:
        gone = _no_longer_kept(database, folder, now)
    except CarepathError as error:
        return Thinned(left=f"None was removed that is no longer kept: {error}")
    why = {each.file: _not_removed(each.file) for each in gone if each.file != made.file}
    left = [f"{file.name} ({reason})" for file, reason in why.items() if reason]
    return Thinned(
        tuple(file for file, reason in why.items() if not reason),
        f"No longer kept, but not to be removed from {folder}: {', '.join(left)}." if left else "",
    )


def _no_longer_kept(database: Database, folder: Path, now: Moment) -> list[Backup]:
    with database.reading() as store:
        keep, zone = keep_of(setting(store, BACKUP_KEEP)), store.site_zone()
    good = _of_this_site(database, folder)
    stay = kept([each.made_at for each in good], keep, zone=zone, now=now)
    return [each for each in good if each.made_at not in stay]


def _of_this_site(database: Database, folder: Path) -> list[Backup]:
    # Of another site none is removed, and none that cannot be read: somebody has to look at it.
    own = _site(database)
    return [each for each in backups.backups_in(folder) if each.facts and each.facts.site == own]


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
