"""Whoever is killed while they post, or see to routines: another does the rest, and nothing is lost."""

from collections import Counter
from pathlib import Path

import pytest

from caseload.checking import check
from scheduler.tick import LEASE, tick
from storage.connection import Database
from tests.crash.acts import perform, post_once, see_to_routines, staffed
from tests.crash.stage import (
    KILLED,
    DiesAt,
    Dump,
    Statement,
    Taken,
    boundaries,
    copy,
    dump,
    in_a_process,
    telling,
)
from tests.scheduler.drill import MINUTE, Listener, at, worker

NOW = at(6, "12:01")
MORNING = at(7, "07:30")
LATER = LEASE + 3 * MINUTE


def waiting_site(site: Path, folder: Path) -> Path:
    """Make a site at which prompts and digests wait to be posted, and the next digests are planned."""
    path = copy(site, folder / "base.db")
    staffed(path)
    see_to_routines(path, None, at(6, "07:00"), "one")
    perform(path, None, "record what raises a stop")
    with Database(path) as database:
        tick(database, now=NOW, worker=worker("one"), deliver=Listener())
    see_to_routines(path, None, NOW, "one")
    return path


class Stage:
    """A site before somebody posts, or sees to routines, and what is there when all is done."""

    def __init__(self, site: Path, folder: Path) -> None:
        self.folder = folder
        self.base = waiting_site(site, folder)

    def where(self, statements: list[Statement], point: int) -> str:
        when, statement = statements[min(point, len(statements)) - 1]
        return f"died {when} {statement.strip()[:60]} ({point})"


class Posting(Stage):
    def __init__(self, site: Path, folder: Path) -> None:
        super().__init__(site, folder)
        undisturbed, taken = copy(self.base, folder / "undisturbed.db"), folder / "undisturbed.taken"
        self.statements = boundaries(undisturbed, post_once, taken, NOW, "one")
        self.wanted = self._go_on(undisturbed, taken)

    def die_at(self, point: int) -> None:
        """Die at a place; see that another posts the rest, and at most one message again, by the same key."""
        path, taken = copy(self.base, self.folder / "crashed.db"), self.folder / "crashed.taken"
        taken.unlink(missing_ok=True)
        died = in_a_process(post_once, path, DiesAt(point), taken, NOW, "one")
        assert died == (0 if point > len(self.statements) else KILLED)

        assert self._go_on(path, taken) == self.wanted, self.where(self.statements, point)
        again = Counter(Taken(taken).keys()) - Counter(self.wanted[1])
        assert again.total() <= 1, self.where(self.statements, point)

    def _go_on(self, path: Path, taken: Path) -> tuple[set[tuple[object, ...]], set[str]]:
        for later in (MINUTE, LATER):
            post_once(path, None, taken, NOW + later, "two")
        return how_they_fared(dump(path)), set(Taken(taken).keys())


class Seeing(Stage):
    def __init__(self, site: Path, folder: Path) -> None:
        super().__init__(site, folder)
        undisturbed = copy(self.base, folder / "undisturbed.db")
        self.statements = boundaries(undisturbed, see_to_routines, MORNING, "one")
        self.wanted = self._go_on(undisturbed)

    def die_at(self, point: int) -> None:
        """Die at a place; see that another does what is left, and that nothing is told twice."""
        path = copy(self.base, self.folder / "crashed.db")
        died = in_a_process(see_to_routines, path, DiesAt(point), MORNING, "one")
        assert died == (0 if point > len(self.statements) else KILLED)

        assert self._go_on(path) == self.wanted, self.where(self.statements, point)
        with Database(path) as database:
            assert check(database, now=MORNING).differences == (), self.where(self.statements, point)

    def _go_on(self, path: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        """Say which messages are queued, and when each routine is next, when the leases have ended."""
        for later in (MINUTE, LATER):
            see_to_routines(path, None, MORNING + later, "two")
        left = dump(path)
        return sorted(row[1:5] for row in left["message"]), [row[:2] for row in left["routine"]]


def how_they_fared(left: Dump) -> set[tuple[object, ...]]:
    """Say of each message to people how far it is."""
    deeds = {(deed, staff, channel, state) for deed, staff, channel, state, *_ in left["delivery"] if staff}
    return deeds | {row[1:5] + row[7:8] for row in left["message"]}


def test_who_dies_around_a_commit_while_posting_is_followed_by_one_who_posts_the_rest(
    busy: Path, tmp_path: Path
) -> None:
    stage = Posting(busy, tmp_path)
    assert {row[-1] for row in stage.wanted[0]} == {"sent"}
    assert len(stage.wanted[1]) > 3

    for point in telling(stage.statements):
        stage.die_at(point)


@pytest.mark.long
def test_who_dies_anywhere_while_posting_is_followed_by_one_who_posts_the_rest(
    busy: Path, tmp_path: Path
) -> None:
    stage = Posting(busy, tmp_path)

    for point in range(1, len(stage.statements) + 2):
        stage.die_at(point)


def test_who_dies_around_a_commit_while_seeing_to_routines_is_followed_by_one_who_does_the_rest(
    busy: Path, tmp_path: Path
) -> None:
    stage = Seeing(busy, tmp_path)
    assert len(stage.wanted[0]) > 4

    for point in telling(stage.statements):
        stage.die_at(point)


@pytest.mark.long
def test_who_dies_anywhere_while_seeing_to_routines_is_followed_by_one_who_does_the_rest(
    busy: Path, tmp_path: Path
) -> None:
    stage = Seeing(busy, tmp_path)

    for point in range(1, len(stage.statements) + 2):
        stage.die_at(point)
