"""Sites of every earlier version are brought up to date, with all that was in them, or left as they were."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from pathways.errors import DatabaseProblem, Refused
from storage import schema, upgrades
from storage.check import check_file
from storage.connection import Database
from storage.rows import HeartbeatRow
from storage.version import SCHEMA
from tests.disks import small_disk
from tests.storage.databases import everything, fresh_place
from tests.storage.earlier_sites import (
    NEXT,
    ON_SERVER,
    VERSIONS,
    left_by,
    left_on_server,
    with_a_step_more,
)
from tests.storage.shapes import shape, shape_on_server

ZONE = "Europe/London"
# Made anew with every step: which version it is, and what messages are known by.
_OF_ITSELF = {"alembic_version"}

Rows = dict[str, list[dict[str, object]]]


def rows(path: Path) -> Rows:
    """Read every row with the names of its columns."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608 - ours
            for name in names
            if name not in _OF_ITSELF
        }


def missing(before: Rows, after: Rows) -> list[object]:
    """List the rows that were there, and are not there any more with all they held."""
    return [
        (table, row)
        for table, found in before.items()
        for row in found
        if not any(row.items() <= each.items() for each in after.get(table, []))
    ]


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_site_of_any_version_becomes_one_of_this_with_every_row_it_had(
    version: str, tmp_path: Path
) -> None:
    path = left_by(version, tmp_path / "care.db")
    before = rows(path)
    assert {table for table, found in before.items() if found} >= {
        *("patient", "identity", "enrolment", "entry", "fact_value", "track_state", "prompt", "ledger"),
        *("waiting", "delivery", "heartbeat", "role", "pathway", "fold", "meta"),
    }

    done = upgrades.upgrade(path)

    assert (done.before, done.after) == (version, SCHEMA)
    assert done.copy is None if version == SCHEMA else rows(done.copy or path) == before
    schema.create(tmp_path / "fresh.db", ZONE)
    assert shape(path) == shape(tmp_path / "fresh.db")
    assert missing(before, rows(path)) == []
    with Database(path) as database:
        assert check_file(database) == []


@pytest.mark.only("postgres")
@pytest.mark.parametrize("version", ON_SERVER)
def test_a_site_of_any_version_on_a_server_becomes_one_of_this(version: str, tmp_path: Path) -> None:
    place = left_on_server(version)
    before = everything(place)
    assert before["entry"]
    assert upgrades.upgrade(place).after == SCHEMA
    assert shape_on_server(place) == shape_on_server(str(fresh_place(tmp_path)))
    if version == SCHEMA:
        assert everything(place) == before
    with Database(place) as database:
        assert check_file(database) == []


def test_the_schema_of_this_version_is_kept_for_the_day_when_the_next_comes() -> None:
    assert SCHEMA in VERSIONS, "make it with tests/storage/earlier/make.py"
    assert SCHEMA in ON_SERVER, "make it with tests/storage/earlier/make_server.py"


class Fault(Exception):
    """What stops a step."""


@contextmanager
def stopped_at(number: int) -> Iterator[list[str]]:
    """Let the statement of this number fail, of those that are asked through SQLAlchemy."""
    asked: list[str] = []

    def before(_connection: object, _cursor: object, statement: str, *_: Any) -> None:  # noqa: ANN401
        asked.append(statement)
        if len(asked) == number:
            raise Fault

    event.listen(Engine, "before_cursor_execute", before)
    try:
        with suppress(Fault):
            yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", before)


def seen_shape(place: Path | str) -> object:
    return shape(place) if isinstance(place, Path) else shape_on_server(place)


@pytest.fixture
def site(tmp_path: Path, database_kind: str) -> Path | str:
    """The site of this version, as it is kept."""
    return left_by(SCHEMA, tmp_path / "care.db") if database_kind == "sqlite" else left_on_server(SCHEMA)


def test_a_step_that_fails_at_any_statement_leaves_what_was_there(site: Path | str, tmp_path: Path) -> None:
    steps = with_a_step_more(tmp_path)
    before = (everything(site), seen_shape(site))
    number = 0
    while schema.version_of(site) == SCHEMA:
        number += 1
        assert (everything(site), seen_shape(site)) == before
        with stopped_at(number) as asked:
            upgrades.upgrade(site, steps=steps)
        assert list(tmp_path.glob("*.schema-*")) == [] or schema.version_of(site) == NEXT
    assert number > 8, "there are eight statements in the step alone"
    assert number == len(asked) + 1, "the last was not stopped"
    after = everything(site)
    assert len(after["ward"]) == 1
    assert {row[-1] for row in after["patient"]} == {"W-1"}
    assert after["entry"] == before[0]["entry"]


@pytest.mark.only("sqlite")
def test_who_stops_an_upgrade_finds_no_copy_and_all_as_it_was(tmp_path: Path) -> None:
    path = left_by(SCHEMA, tmp_path / "care.db")
    before, copies = everything(path), list[Path]()

    def stop(*_: str) -> None:
        if not copies and (found := list(tmp_path.glob("*.schema-*"))):
            copies.extend(found)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upgrades.upgrade(path, steps=with_a_step_more(tmp_path), on_statement=stop)
    assert copies
    assert list(tmp_path.glob("*.schema-*")) == []
    assert everything(path) == before


def test_what_is_newer_than_the_program_is_not_touched(site: Path | str, tmp_path: Path) -> None:
    upgrades.upgrade(site, steps=with_a_step_more(tmp_path))
    before = everything(site)
    with pytest.raises(DatabaseProblem, match="newer carepath"):
        upgrades.upgrade(site)
    with pytest.raises(DatabaseProblem, match="newer carepath"), Database(site) as database:
        database.writer()
    assert everything(site) == before


def test_whoever_works_on_it_is_asked_when_nobody_else_can_begin(site: Path | str, tmp_path: Path) -> None:
    before, asked = everything(site), list[HeartbeatRow]()

    def refuse(beats: list[HeartbeatRow]) -> None:
        asked.extend(beats)
        with pytest.raises((sqlite3.OperationalError, psycopg.errors.LockNotAvailable), match="lock"):
            begin_writing(site)
        raise Refused("one of them works")

    with pytest.raises(Refused):
        upgrades.upgrade(site, steps=with_a_step_more(tmp_path), agreed=refuse)
    assert [(beat.worker, beat.tick_ended_at) for beat in asked] == [("ward-once", 1_795_507_200_000_000)]
    assert everything(site) == before
    assert list(tmp_path.glob("*schema-*")) == []


def begin_writing(site: Path | str) -> None:
    """Begin as every writer does, without the patience."""
    if isinstance(site, Path):
        with closing(sqlite3.connect(site, timeout=0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
        return
    with psycopg.connect(site) as there:
        there.execute("SET lock_timeout = 1")
        there.execute("SELECT pg_advisory_xact_lock_shared(7233145)")


@pytest.mark.only("sqlite")
def test_the_second_of_two_upgrades_finds_nothing_to_do(tmp_path: Path) -> None:
    path = left_by("0001", tmp_path / "care.db")
    version_of: Callable[[Path], str] = schema.version_of
    # Both have seen that it is old; the other is done first.
    assert version_of(path) == "0001"
    other = upgrades.upgrade(path)
    copies = sorted(tmp_path.glob("*.schema-*"))
    done = upgrades._in_the_file(path, lambda _: None, schema.ALL, None)
    assert done == upgrades.Upgraded(SCHEMA, SCHEMA, None)
    assert sorted(tmp_path.glob("*.schema-*")) == copies == [other.copy]


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("room", [0, 100_000, 240_000, 320_000])
def test_a_disk_that_fills_up_during_an_upgrade_leaves_what_was_there(room: int, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        path = left_by("0001", disk.folder / "care.db")
        before, had = everything(path), shape(path)
        disk.fill(but=room)
        with pytest.raises(DatabaseProblem, match=r"The disk of .* is full: make room.*Nothing was changed"):
            upgrades.upgrade(path)
        # Neither a copy nor half of one: it would be in the way of whoever makes room.
        assert [each.name for each in disk.folder.glob("*schema*")] == []
        disk.make_room()
        assert (everything(path), shape(path)) == (before, had)
        assert upgrades.upgrade(path).after == SCHEMA
