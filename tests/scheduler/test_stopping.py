"""SIGTERM at the worst moment: a scheduler comes to its next safe point, and the next does the rest."""

import signal
from collections import Counter
from pathlib import Path

import pytest

from scheduler.tick import tick
from storage.connection import Database
from tests.scheduler.children import PATIENCE, Child, child
from tests.scheduler.drill import Listener, at, site, worker
from tests.storage.cases import enrolled, prompt, save

LOOPING = "tests.scheduler.looping"
MANY = 5_000
NOW = at(400)


def stopped(running: Child) -> None:
    """Tell a scheduler to end; a traceback or a forced end would show in its code."""
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(PATIENCE) == 0


def crowded(folder: Path) -> str:
    """Make a site in which thousands of prompts have come due."""
    place = str(site(folder))
    with Database(place) as database:
        of = enrolled(database)
        with database.writing() as store:
            save(store, *(prompt(of, f"rule-{number}", opens_at=number) for number in range(MANY)))
    return place


def count(database: Database, asked: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in database.reader().execute(asked).fetchall()]


def test_in_the_middle_of_a_tick_with_thousands_due_the_rest_is_left_to_the_next(tmp_path: Path) -> None:
    place = crowded(tmp_path)
    # However slow this process is: the other can be ahead of it by some hundreds of lines, and no more.
    with child(LOOPING, "site", place, unread=10) as running:
        running.until_begins("raised P-014/")
        running.process.terminate()
        told = 1 + sum(line.startswith("raised P-014/") for line in running.drained())
        assert running.process.wait(PATIENCE) == 0
    with Database(place) as database:
        assert 0 < told < MANY
        assert count(database, "SELECT count(*) FROM delivery WHERE state = 'sent'") == [(told,)]
        assert count(database, "SELECT count(*) FROM delivery WHERE state = 'claimed'") == [(0,)]

        listener = Listener()
        tick(database, now=NOW, worker=worker(), deliver=listener)
        raised = Counter(each.number for each in listener.heard if each.kind == "raised")
        assert raised.total() == len(raised) == MANY - told
        deeds = "SELECT count(*), count(DISTINCT prompt_id) FROM ledger WHERE kind = 'raised'"
        assert count(database, deeds) == [(MANY, MANY)]


@pytest.mark.parametrize("routine", ["backup", "nightly"])
def test_in_the_middle_of_what_is_done_by_night_it_is_left_to_the_next(
    tmp_path: Path, routine: str, database_kind: str
) -> None:
    if routine == "backup" and database_kind != "sqlite":
        pytest.skip("a server is backed up with its own tools")
    place = str(site(tmp_path, patients=2))
    with Database(place) as database, database.writing() as store:
        store.add_routine(routine, next_at=at(0))
    with child(LOOPING, routine, place) as running:
        running.until("began")
        stopped(running)
    with Database(place) as database, database.reading() as store:
        [row] = [each for each in store.routines() if each.name == routine]
    assert (row.claimed_by, row.last_ended_at, row.result) == (None, None, "{}")
    assert not list((tmp_path / "backups").glob(".*"))
    assert not list((tmp_path / "backups").glob("*"))
