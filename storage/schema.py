"""Makes a database, says which version one has, and brings an older one up to date."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import Struct
from sqlalchemy import Connection

from pathways.errors import DatabaseProblem
from storage import problems
from storage.connection import open_to_write, version_in
from storage.filesystems import network_here
from storage.placing import put, written_down
from storage.sessions import changing
from storage.tables import METADATA
from storage.triggers import TRIGGERS
from storage.version import SCHEMA
from storage.views import VIEWS

MIGRATIONS = Path(__file__).with_name("migrations")


class Upgraded(Struct, frozen=True):
    """From which version to which, and where the copy of the database as it was lies (none: no need)."""

    before: str
    after: str
    copy: Path | None


def create(path: Path, zone: str) -> None:
    """Make an empty database for a site in this zone; one that is there already is left alone."""
    with problems.explained(path):
        if path.exists():
            raise problems.there_already(path)
        if kind := network_here(path):
            raise problems.on_a_network(path, kind)
        # Made under another name, so that nobody ever sees half of one.
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        try:
            _build(folder / path.name, zone)
            put(folder / path.name, path)
            written_down(path.parent)
        finally:
            for left in folder.iterdir():
                left.unlink()
            folder.rmdir()


def version_of(path: Path) -> str:
    """Return the schema version of a database, whichever it is."""
    with problems.explained(path):
        if not path.exists():
            raise problems.missing(path)
        with closing(open_to_write(path)) as connection:
            return version_in(connection, path)


def upgrade(path: Path) -> Upgraded:
    """Bring a database up to date, after taking a copy and checking that the copy is whole."""
    before = version_of(path)
    if before == SCHEMA:
        return Upgraded(before, SCHEMA, None)
    if before > SCHEMA:
        raise problems.other_version(path, before, SCHEMA)
    with problems.explained(path), closing(open_to_write(path)) as connection:
        # A step may make a table anew, which must not count as deleting what refers to it; all references
        # are checked at the end. Within a transaction this setting could not be changed.
        connection.execute("PRAGMA foreign_keys = OFF")
        with changing(connection) as through:
            copy = _verified_copy(path, before)
            migrate(through)
            _check_references(connection, path)
    return Upgraded(before, SCHEMA, copy)


def migrate(through: Connection, to: str = SCHEMA) -> None:
    """Run the steps up to a version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = through
    command.upgrade(config, to)


def build(through: Connection) -> None:
    """Make all tables, indexes, triggers and views at once, as the steps would one by one."""
    METADATA.create_all(through)
    for statement in (*TRIGGERS, *(view.create for view in VIEWS)):
        through.exec_driver_sql(statement)
    MigrationContext.configure(through).stamp(ScriptDirectory(str(MIGRATIONS)), SCHEMA)


def _build(path: Path, zone: str) -> None:
    path.touch(mode=0o600)  # people's details: for those whom the owner of the file lets in
    with closing(open_to_write(path)) as connection, changing(connection) as through:
        build(through)
        connection.execute("INSERT INTO meta VALUES ('zone', ?)", (zone,))
        # What messages of this database are known by elsewhere, whatever else has one of the same number.
        connection.execute("INSERT INTO meta VALUES ('site', lower(hex(randomblob(16))))")


def _verified_copy(path: Path, version: str) -> Path:
    copy = _free_name(path, version)
    copy.touch(mode=0o600)
    try:
        _copy(path, copy)
    except BaseException:
        copy.unlink()
        raise
    return copy


def _copy(path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        whole = target.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not whole or _counts(source) != _counts(target):
            raise DatabaseProblem(
                f"The copy of {path} did not come out whole, so there was no upgrade: check the disk."
            )


def _free_name(path: Path, version: str) -> Path:
    names = (path.with_name(f"{path.stem}.schema-{version}{more}{path.suffix}") for more in _numbering())
    return next(name for name in names if not name.exists())


def _numbering() -> Iterator[str]:
    yield ""
    number = 2
    while True:
        yield f"-{number}"
        number += 1


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - see above
        for (table,) in tables
    }


def _check_references(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise DatabaseProblem(f"{path} would not be whole after the upgrade, so it was left as it is.")
