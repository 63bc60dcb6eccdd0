"""What a worker does when it is its turn: kind by kind, and with the help of others when it takes long."""

from functools import partial

import pytest

from caseload.stuck import stuck
from pathways.moments import Moment
from scheduler import cluster_work
from scheduler.channels import hand_over
from scheduler.cluster_engine import Job, Kind
from scheduler.cluster_work import Helped
from scheduler.daily import DAILY
from scheduler.posting import Post
from storage.connection import Database
from tests.scheduler.drill import Listener, admit, at, worker

pytestmark = pytest.mark.only("postgres")


@pytest.fixture(autouse=True)
def _no_moment_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing take longer than a moment, on a machine however slow."""
    monkeypatch.setattr(cluster_work, "ALONE_FOR", 60.0)


class Asked:
    """A job of the engine: whether it is to end, and who was asked to help."""

    def __init__(self, *, ending: bool = False) -> None:
        self.woken: list[str] = []
        self.job = Job(lambda: ending, self.woken.append)


def kinds(database: Database, now: Moment, listener: Listener) -> dict[str, Kind]:
    found = cluster_work.kinds(
        partial(Database, database.place),
        clock=lambda: now,
        worker=worker("one"),
        deliver=listener,
        way=lambda stopped: Post(partial(hand_over, stopped=stopped), lambda _: None),
        routines=DAILY,
        ticked=lambda _: None,
        stopping=lambda: False,
    )
    return {each.name: each for each in found}


def test_it_ticks_posts_and_does_what_is_done_every_day_but_no_backup(database: Database) -> None:
    assert set(kinds(database, at(1), Listener())) == {"tick", "post", "digest", "nightly"}


def test_a_backup_that_was_planned_where_the_caseload_came_from_is_no_loose_end(database: Database) -> None:
    with database.writing() as store:
        store.add_routine("backup", next_at=at(0))
        assert "backup" in {end.about for end in stuck(store, at(2))}

    kinds(database, at(2), Listener())["digest"].work(Asked().job)

    with database.reading() as store:
        assert "backup" not in {row.name for row in store.routines()}
        assert "backup" not in {end.about for end in stuck(store, at(2))}


def test_a_tick_that_raised_something_asks_for_the_post(database: Database) -> None:
    listener, asked = Listener(), Asked()
    tick = kinds(database, at(2), listener)["tick"]

    tick.work(asked.job)
    assert (bool(listener.heard), asked.woken) == (True, ["post"])

    tick.work(asked.job)
    assert asked.woken == ["post"]


def test_a_tick_that_is_to_end_leaves_the_rest_to_who_is_asked(database: Database) -> None:
    admit(database, "P-002", now=at(0, "09:00"))
    asked = Asked(ending=True)

    kinds(database, at(2), Listener())["tick"].work(asked.job)

    assert asked.woken == ["post", "tick"]


def test_what_takes_longer_than_a_moment_asks_others_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    enough = Helped(asked.job, "post")
    assert (enough(), asked.woken) == (False, [])

    monkeypatch.setattr(cluster_work, "ALONE_FOR", -1.0)  # as if the moment were over

    assert (enough(), enough(), asked.woken) == (False, False, ["post"])


def test_what_is_to_end_or_took_long_enough_is_enough() -> None:
    assert Helped(Asked(ending=True).job, "post")()
    assert Helped(Asked().job, "tick", at_most=0.0)()
    assert not Helped(Asked().job, "tick", at_most=60.0)()
