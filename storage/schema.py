"""Makes a database, says which version one has, and brings an older one up to date."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_hex

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import Struct
from sqlalchemy import Connection, insert

from pathways.errors import DatabaseProblem
from storage import problems
from storage.connection import open_to_write, version_in
from storage.filesystems import AnyPath, network_here, on_server, shown
from storage.placing import put, written_down
from storage.sessions import changing
from storage.tables import METADATA
from storage.triggers import TRIGGERS, TRIGGERS_POSTGRES
from storage.version import SCHEMA
from storage.views import VIEWS, Dialect

MIGRATIONS = Path(__file__).with_name("migrations")


class Upgraded(Struct, frozen=True):
    """From which version to which, and where the copy as it was lies; none on a server, or without need."""

    before: str
    after: str
    copy: Path | None


def create(place: AnyPath, zone: str) -> None:
    """Make an empty database for a site in this zone; one that is there already is left alone."""
    if on_server(place):
        from storage import schema_postgres

        schema_postgres.create(os.fspath(place), zone)
        return
    path = Path(place)
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


def version_of(place: AnyPath) -> str:
    """Return the schema version of a database, whichever it is."""
    if on_server(place):
        from storage import schema_postgres

        return schema_postgres.version_of(os.fspath(place))
    path = Path(place)
    with problems.explained(path):
        if not path.exists():
            raise problems.missing(path)
        with closing(open_to_write(path)) as connection:
            return version_in(connection, path)


def upgrade(place: AnyPath) -> Upgraded:
    """Bring a database up to date; of a file, after taking a copy and checking that the copy is whole."""
    before = version_of(place)
    if before == SCHEMA:
        return Upgraded(before, SCHEMA, None)
    if before > SCHEMA:  # which one that moved says too
        raise problems.other_version(shown(place), before, SCHEMA)
    if on_server(place):
        from storage import schema_postgres

        schema_postgres.upgrade(os.fspath(place))
        return Upgraded(before, SCHEMA, None)
    path = Path(place)
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
    dialect: Dialect = "postgresql" if through.dialect.name == "postgresql" else "sqlite"
    triggers = TRIGGERS_POSTGRES if dialect == "postgresql" else TRIGGERS
    for statement in (*triggers, *(view.create(dialect) for view in VIEWS)):
        through.exec_driver_sql(statement)
    MigrationContext.configure(through).stamp(ScriptDirectory(str(MIGRATIONS)), SCHEMA)


def describe(through: Connection, zone: str) -> None:
    """Write down the zone of the site, and what messages of this database are known by elsewhere."""
    # Whatever else has a message of the same number.
    for key, value in {"zone": zone, "site": token_hex(16)}.items():
        through.execute(insert(METADATA.tables["meta"]).values(key=key, value=value))


def _build(path: Path, zone: str) -> None:
    path.touch(mode=0o600)  # people's details: for those whom the owner of the file lets in
    with closing(open_to_write(path)) as connection, changing(connection) as through:
        build(through)
        describe(through, zone)


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
