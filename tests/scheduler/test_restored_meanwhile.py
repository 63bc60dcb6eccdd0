"""A backup is restored while a message is on its way: what comes under its number is told all the same.

Numbers are given again after a restore, to others.
"""

from pathlib import Path

import pytest

from caseload.restoring import restore
from scheduler.channels import Counted, Text
from scheduler.counting import carry
from scheduler.posting import Post, post
from scheduler.routing import Routes
from scheduler.tick import LEASE, tick
from storage import backups
from storage.connection import Database
from tests.scheduler.drill import HOUR, MINUTE, Listener, admit, at, site, worker
from tests.scheduler.people import joins, reached

pytestmark = pytest.mark.only("sqlite")

START = at(0, "10:00")


def backed_up(path: Path) -> Path:
    folder = path.parent / "backups"
    folder.mkdir()
    return backups.make(path, folder, now=START, go_on=lambda: None).file


def replaced(path: Path, backup: Path) -> None:
    """Restore, then let somebody else be admitted, whose prompts get the numbers of those that are gone."""
    restore(path, backup, although_newer=True, now=START + MINUTE, running=lambda _: "")
    with Database(path) as other:
        admit(other, "P-003", now=START + 2 * MINUTE)


def numbers(database: Database, patient: str) -> list[int]:
    of = "SELECT ledger.id FROM ledger JOIN prompt ON prompt.id = prompt_id WHERE patient_id = ?"
    return [number for (number,) in database.reader().execute(of, (patient,)).fetchall()]


def test_what_is_raised_after_a_restore_is_not_marked_as_told_by_who_told_of_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, listener = site(tmp_path, patients=1), Listener()
    gone: list[int] = []

    with Database(path) as database:
        tick(database, now=START, worker=worker(), deliver=Listener())
        backup = backed_up(path)
        admit(database, "P-002", now=START)

        def stands_still(*_: object) -> None:
            if not gone:
                gone.extend(numbers(database, "P-002"))
                replaced(path, backup)

        tick(database, now=START + MINUTE, worker=worker(), deliver=stands_still)
        assert gone == numbers(database, "P-003") != []
        assert "claim_lost" in caplog.text

        tick(database, now=START + HOUR, worker=worker("next"), deliver=listener)
        assert [each.patient_id for each in listener.heard] == ["P-003"] * len(gone)


def test_a_letter_that_was_on_its_way_at_a_restore_marks_nobody_elses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = site(tmp_path)
    sent: list[str] = []

    def over(_url: str, text: Text, _key: str) -> None:
        sent.append(text.body)
        if len(sent) == 1:
            replaced(path, backup)
            with Database(path) as other:
                tick(other, now=START + 3 * MINUTE, worker=worker("next"), deliver=Listener())

    with Database(path) as database:
        joins(database, "kim", "coordinator", "clinician", "lead")
        reached(database, "kim")
        backup = backed_up(path)
        admit(database, "P-002", now=START)
        tick(database, now=START, worker=worker(), deliver=Listener())
        way = Post(over, print)
        post(database, way, clock=lambda: START, worker="one", lease=LEASE, enough=lambda: bool(sent))
        assert "P-002" in sent[0]
        assert "claim_lost kim" in caplog.text

        later = START + HOUR
        post(
            database, Post(over, print), clock=lambda: later, worker="next", lease=LEASE, enough=lambda: False
        )
        deeds = numbers(database, "P-003")
    assert len([each for each in sent if "P-003" in each]) == len(deeds) > 0


def test_a_count_carries_nothing_that_a_restore_gave_a_number_of_those_it_counts(tmp_path: Path) -> None:
    with Database(site(tmp_path, patients=2)) as database:
        joins(database, "kim", "coordinator", "clinician", "lead")
        reached(database, "kim")
        tick(database, now=START, worker=worker(), deliver=Listener())
        with database.writing() as store:
            sent, *others = store.ready_for_people(now=START, limit=10)
            before = {Counted(each.ledger_id, each.at - 1) for each in others}
            assert carry(store, Routes.read(store, START), sent, before) == 0
            same = {Counted(each.ledger_id, each.at) for each in others}
            assert carry(store, Routes.read(store, START), sent, same) == len(others) > 0
