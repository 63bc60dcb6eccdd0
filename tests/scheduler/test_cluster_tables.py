"""A worker that goes on although the tables of its engine were dropped, or its clock was set."""

import logging
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from psycopg.errors import DeadlockDetected

from scheduler.cluster_engine import NAME
from scheduler.cluster_tables import Tables
from storage import neighbours
from storage.connection import Database
from tests.scheduler.children import PATIENCE, Child, child
from tests.scheduler.drill import admit, at
from tests.scheduler.test_cluster import JOINING, cluster_of_one

pytestmark = pytest.mark.only("postgres")

NEWER = "99.0.0"
AN_HOUR_BACK = "-3600"


def dropped(place: str) -> None:
    """Drop the tables, again when the server took that back for the sake of a worker that was at them."""
    with psycopg.connect(place, autocommit=True) as connection:
        while True:
            with suppress(DeadlockDetected):
                connection.execute("DROP SCHEMA procrastinate CASCADE")
                return


def upgraded(place: str) -> None:
    """Make the tables as a worker with a newer engine would."""
    neighbours.keep(place, NAME, NEWER, SchemaManager.get_schema())


def raises(worker: Child, place: str, patient: str) -> None:
    with Database(place) as database:
        admit(database, patient, now=at(0, "09:00"))
    worker.until_begins(f"raised {patient}/1 call-soon")


def test_a_worker_whose_tables_are_dropped_makes_them_again_and_goes_on(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    with child(JOINING, place, "one", "0") as one:
        one.until_begins("raised P-001/1 call-soon")
        dropped(place)
        one.until_begins("cluster_made")
        raises(one, place, "P-002")
        one.process.terminate()

        assert one.process.wait(PATIENCE) == 0
        assert sum(line.startswith("cluster_begins_anew") for line in one.drained()) <= 1


def test_a_worker_waits_while_the_tables_are_those_of_a_newer_one(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    with child(JOINING, place, "one", "0") as one:
        one.until_begins("raised P-001/1 call-soon")
        upgraded(place)
        one.until_begins(f"cluster_waits: {place.partition('?')[0]}")
        with child(JOINING, place, "two", "0") as two:
            assert f"is worked on by {NAME} {NEWER}, and here is" in two.until_begins("cluster_waits: ")
        dropped(place)
        one.until_begins("cluster_goes_on")
        one.until_begins("cluster_made")
        raises(one, place, "P-002")


def test_a_clock_that_is_set_back_an_hour_does_not_silence_a_worker(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    with child(JOINING, place, "one", "0") as one:
        one.until_begins("raised P-001/1 call-soon")
        one.say(AN_HOUR_BACK)
        one.until_begins("clock_leapt: the engine begins anew")
        for patient in ("P-002", "P-003"):
            raises(one, place, patient)


def test_what_is_wrong_is_said_once_until_it_was_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = cluster_of_one(tmp_path)
    tables = Tables(place)
    with caplog.at_level(logging.INFO, "scheduler"):
        assert [tables.look(), tables.look(["Timeout", "Timeout"]), tables.look(["Timeout"])] == [
            "made",
            "there",
            "there",
        ]
        upgraded(place)
        assert [tables.look(), tables.look()] == ["away", "away"]
        dropped(place)
        assert tables.look(["Timeout"]) == "made"

    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "cluster_made",
        "cluster_begins_anew",
        "cluster_waits",
        "cluster_begins_anew",
        "cluster_made",
    ]
