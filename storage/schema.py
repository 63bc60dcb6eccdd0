"""Makes a database, says which version one has, and takes the steps from version to version."""

import os
import tempfile
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert

from storage import problems
from storage.connection import found_here, open_as_it_is, open_to_write, used_version_in
from storage.filesystems import AnyPath, network_here, on_server
from storage.placing import put, written_down
from storage.sessions import changing
from storage.tables import METADATA
from storage.triggers import TRIGGERS, TRIGGERS_POSTGRES
from storage.version import SCHEMA
from storage.views import VIEWS, Dialect

MIGRATIONS = Path(__file__).with_name("migrations")


class Steps(NamedTuple):
    """The steps from version to version, and the newest that they lead to."""

    folder: Path = MIGRATIONS
    newest: str = SCHEMA


ALL = Steps()


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
    """Return the schema version of a database, whichever it is, and write nothing."""
    if on_server(place):
        from storage import schema_postgres

        return schema_postgres.version_of(os.fspath(place))
    with (
        problems.explained(place),
        closing(open_as_it_is(found_here(place))) as connection,
    ):
        return used_version_in(connection, place)


def migrate(through: Connection, to: str = SCHEMA, steps: Path = MIGRATIONS) -> None:
    """Run the steps up to a version."""
    config = Config()
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
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
