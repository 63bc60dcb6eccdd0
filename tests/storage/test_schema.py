"""Making a database, and bringing an older one up to date."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from pathways.errors import DatabaseProblem
from storage import filesystems, moved, schema, upgrades
from storage.connection import Database, open_to_write
from storage.sessions import changing
from storage.version import SCHEMA
from tests.storage.databases import everything
from tests.storage.shapes import shape

pytestmark = pytest.mark.only("sqlite")


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read every row but what each database is known by, which is made up anew for each."""
    found = everything(path)
    return found | {"meta": [row for row in found["meta"] if row[0] != "site"]}


def migrated(path: Path, to: str) -> None:
    path.touch()
    with closing(open_to_write(path)) as connection, changing(connection) as through:
        schema.migrate(through, to)
        connection.execute("INSERT INTO meta VALUES ('zone', 'Europe/Berlin')")


def test_a_fresh_database_is_like_a_migrated_one(tmp_path: Path) -> None:
    schema.create(tmp_path / "fresh.db", "Europe/Berlin")
    migrated(tmp_path / "migrated.db", SCHEMA)
    assert shape(tmp_path / "fresh.db") == shape(tmp_path / "migrated.db")
    assert contents(tmp_path / "fresh.db") == contents(tmp_path / "migrated.db")


def test_the_program_knows_its_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


def test_a_new_database_is_ready_and_for_its_owner_only(tmp_path: Path) -> None:
    schema.create(tmp_path / "care.db", "Europe/Berlin")
    assert [path.name for path in tmp_path.iterdir()] == ["care.db"]
    assert (tmp_path / "care.db").stat().st_mode & 0o077 == 0
    with Database(tmp_path / "care.db") as database, database.reading() as store:
        assert store.site_zone() == "Europe/Berlin"


def test_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "care.db").write_text("mine", encoding="utf-8")
    with pytest.raises(DatabaseProblem, match="already"):
        schema.create(tmp_path / "care.db", "Europe/Berlin")
    assert (tmp_path / "care.db").read_text(encoding="utf-8") == "mine"


def test_a_database_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="or make it"):
        schema.create(tmp_path / "none" / "care.db", "Europe/Berlin")
    assert list(tmp_path.iterdir()) == []


def test_what_stops_halfway_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error):
        schema.create(tmp_path / "care.db", None)  # type: ignore[arg-type]  # refused by the last statement
    assert list(tmp_path.iterdir()) == []


def test_an_up_to_date_database_needs_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    schema.create(path, "Europe/Berlin")
    assert schema.version_of(path) == SCHEMA
    assert upgrades.upgrade(path) == upgrades.Upgraded(SCHEMA, SCHEMA, None)
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_database_is_copied_and_brought_up_to_date(tmp_path: Path) -> None:
    path, copy = tmp_path / "care.db", tmp_path / "care.schema-0001.db"
    migrated(path, "0001")
    before = everything(path)
    with pytest.raises(DatabaseProblem, match="carepath upgrade"):
        Database(path).writer()
    assert upgrades.upgrade(path) == upgrades.Upgraded("0001", SCHEMA, copy)
    assert everything(copy) == before
    assert copy.stat().st_mode & 0o077 == 0
    empty = ("review", "setting", "staff", "staff_leave", "staff_channel", "staff_log", "message", "calendar")
    since: dict[str, list[tuple[object, ...]]] = {table: [] for table in (*empty, "routine", "gap")}
    assert contents(path) == before | {"alembic_version": [(SCHEMA,)], **since}
    with Database(path) as database:
        assert database.reader().execute("SELECT * FROM worklist").fetchall() == []


def test_a_copy_never_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    migrated(tmp_path / "care.db", "0001")
    (tmp_path / "care.schema-0001.db").write_text("earlier", encoding="utf-8")
    assert upgrades.upgrade(tmp_path / "care.db").copy == tmp_path / "care.schema-0001-2.db"
    assert (tmp_path / "care.schema-0001.db").read_text(encoding="utf-8") == "earlier"


def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    migrated(path, "0001")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE transition_log (in_the_way TEXT)")
    before, had = everything(path), shape(path)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        upgrades.upgrade(path)
    assert (everything(path), shape(path)) == (before, had)


def test_an_upgrade_that_breaks_a_reference_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    migrated(path, "0001")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO identity VALUES ('P-014', 'Jane Roe', '')")
        connection.commit()
    before = everything(path)
    with pytest.raises(DatabaseProblem, match="would not be whole"):
        upgrades.upgrade(path)
    assert everything(path) == before


def test_a_newer_database_is_not_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "care.db"
    schema.create(path, "Europe/Berlin")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert schema.version_of(path) == "9999"
    with pytest.raises(DatabaseProblem, match="newer carepath"):
        upgrades.upgrade(path)


def taken_back(path: Path) -> str:
    return moved.take_back(path, lambda *_: None)


def test_a_file_of_another_program_is_looked_at_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    before = path.read_bytes()
    for looks in (upgrades.upgrade, taken_back):
        with pytest.raises(DatabaseProblem, match="not one of carepath"):
            looks(path)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]


def test_on_a_network_no_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "care.db"
    schema.create(path, "Europe/Berlin")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/care {tmp_path.resolve()} nfs4 rw 0 0\n")
    monkeypatch.setattr(filesystems, "MOUNTS", str(mounts))
    before = path.read_bytes()
    for looks in (upgrades.upgrade, taken_back):
        with pytest.raises(DatabaseProblem, match="network filesystem"):
            looks(path)
    assert path.read_bytes() == before
    assert not path.with_name("care.db-wal").exists()


def test_a_missing_database_has_no_version(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="carepath init"):
        schema.version_of(tmp_path / "care.db")
