"""Tables of another program beside those of a caseload: made once, anew for a newer one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from pathways.errors import DatabaseProblem
from storage import neighbours
from tests import servers

pytestmark = pytest.mark.only("postgres")

TABLES = "CREATE TABLE jobs (id int)"
WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def place() -> str:
    return servers.empty_address()


def keep(place: str, version: str, statements: str = TABLES) -> bool:
    return neighbours.keep(place, "engine", version, statements)


def asked(place: str, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg.connect(place, autocommit=True)) as connection:
        found = connection.execute(statement.encode())
        return found.fetchall() if found.description else []


def test_they_are_made_once_and_made_again_after_they_were_dropped(place: str) -> None:
    assert (keep(place, "3.5.1"), keep(place, "3.5.1")) == (True, False)

    asked(place, "DROP SCHEMA engine CASCADE")

    assert keep(place, "3.5.1")
    assert asked(place, "SELECT count(*) FROM engine.jobs") == [(0,)]


def test_a_newer_version_makes_its_own_in_their_place(place: str) -> None:
    keep(place, "3.9.0")
    asked(place, "INSERT INTO engine.jobs VALUES (1)")

    assert keep(place, "3.10.0", "CREATE TABLE jobs (name text)")

    assert asked(place, "SELECT count(name) FROM engine.jobs") == [(0,)]
    assert not keep(place, "3.10.0")


def test_an_older_version_is_told_to_be_like_the_others_and_changes_nothing(place: str) -> None:
    keep(place, "3.10.0")
    asked(place, "INSERT INTO engine.jobs VALUES (1)")

    with pytest.raises(DatabaseProblem, match=r"engine 3\.10\.0, and here is 3\.9\.0: install the same"):
        keep(place, "3.9.0")

    assert asked(place, "SELECT id FROM engine.jobs") == [(1,)]


@pytest.mark.parametrize("comment", ["NULL", "'made by somebody for engine 3.9.0'"])
def test_a_schema_that_is_somebody_elses_is_left_alone(place: str, comment: str) -> None:
    asked(place, f"CREATE SCHEMA engine; COMMENT ON SCHEMA engine IS {comment}; {TABLES}")

    with pytest.raises(DatabaseProblem, match="a schema engine that carepath has not made: rename it"):
        keep(place, "3.9.0")

    assert asked(place, "SELECT to_regnamespace('engine') IS NOT NULL") == [(True,)]


def test_what_could_not_be_made_whole_is_not_there_at_all(place: str) -> None:
    with pytest.raises(psycopg.Error):
        keep(place, "3.9.0", f"{TABLES}; CREATE TABLE jobs (id int)")

    assert asked(place, "SELECT to_regnamespace('engine') IS NULL") == [(True,)]
    assert keep(place, "3.9.0")


def test_who_is_taken_back_for_the_sake_of_those_who_work_with_the_old_ones_does_it_again(place: str) -> None:
    keep(place, "3.9.0")
    with psycopg.connect(place) as worker, ThreadPoolExecutor(1) as other:
        worker.execute("SET deadlock_timeout = '1h'; LOCK TABLE engine.jobs")
        made = other.submit(keep, place, "3.10.0")
        while asked(place, WAITING) == [(0,)]:
            pass
        worker.execute(f"SELECT pg_advisory_xact_lock({neighbours.LOCK})".encode())
        worker.rollback()

        assert made.result(120)
    assert not keep(place, "3.10.0")


def test_who_may_not_use_those_of_another_user_is_told_whose_they_are(place: str) -> None:
    keep(place, "3.10.0", "CREATE TABLE jobs (id serial)")
    asked(place, "CREATE ROLE nurse LOGIN")
    other = place.replace("postgres@", "nurse@")
    try:
        asked(place, f"GRANT CREATE ON DATABASE {servers.name_in(place)} TO nurse")
        for version in ("3.10.0", "3.11.0"):
            with pytest.raises(
                DatabaseProblem, match=r"nurse use the schema engine.* run all workers as postgres"
            ):
                keep(other, version)
        asked(place, "GRANT USAGE ON SCHEMA engine TO nurse")
        asked(place, "GRANT ALL ON ALL TABLES IN SCHEMA engine TO nurse")
        with pytest.raises(DatabaseProblem, match="'DROP SCHEMA engine CASCADE'"):
            keep(other, "3.10.0")
        asked(place, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA engine TO nurse")
        assert not keep(other, "3.10.0")
        asked(place, "DROP SCHEMA engine CASCADE")
        assert keep(other, "3.10.0")
    finally:
        asked(place, "DROP OWNED BY nurse CASCADE")
        asked(place, "DROP ROLE nurse")
