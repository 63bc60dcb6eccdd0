"""A week without a scheduler, beside the same week with one: people work on, and nothing due is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from caseload.actions import advance, close, record
from caseload.checking import check
from pathways.history import PromptKey
from pathways.moments import Moment
from scheduler.delivery import Output, through
from scheduler.heartbeats import Gap
from scheduler.tick import TickReport, tick
from storage.connection import Database
from tests.scheduler.drill import HOUR, admit, at, by, site, worker

pytestmark = pytest.mark.only("sqlite")

DOWN, UP = at(3), at(10, "08:00")


class Site:
    """A site where people work through a week, and what its scheduler said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []
        self.reports: list[TickReport] = []

    def live(self, ticks: Iterator[Moment]) -> None:
        """Let people do their work, and tick before whatever comes after a tick."""
        moments = list(ticks)
        with Database(self.path) as database:
            for when, work in WORK:
                while moments and moments[0] <= when:
                    self._tick(database, moments.pop(0))
                work(database, when)
            for now in moments:
                self._tick(database, now)

    def _tick(self, database: Database, now: Moment) -> None:
        deliver = through({"output": Output(self.lines.append)})
        self.reports.append(tick(database, now=now, worker=worker(interval=3_600.0), deliver=deliver))

    def raised(self) -> dict[tuple[str, PromptKey, Moment], Moment]:
        """Return when each prompt was raised; each only once."""
        with Database(self.path) as database, database.reading() as store:
            found = [
                ((prompt.patient_id, prompt.key, deed.moment), deed.at)
                for number in store.enrolment_ids()
                for prompt in store.prompts(number)
                for deed in store.ledger(number)
                if deed.prompt_id == prompt.id and deed.kind == "raised"
            ]
        assert len(dict(found)) == len(found)
        return dict(found)

    def over(self, now: Moment) -> set[tuple[str, PromptKey]]:
        with Database(self.path) as database, database.reading() as store:
            return {
                (prompt.patient_id, prompt.key)
                for number in store.enrolment_ids()
                for prompt in store.prompts(number)
                if prompt.ended_at is not None and prompt.ended_at <= now
            }


Work: TypeAlias = Callable[[Database, Moment], object]

WORK: list[tuple[Moment, Work]] = [
    (at(1, "10:00"), lambda site, now: advance(site, "P-001", "treat", ["dose=2026-03-03"], by(now))),
    (at(2, "10:00"), lambda site, now: advance(site, "P-002", "treat", ["dose=2026-03-02"], by(now))),
    (at(3, "11:00"), lambda site, now: record(site, "P-003", ["visit=2026-03-14"], by(now))),
    (at(4, "09:00"), lambda site, now: admit(site, "P-005", now=now)),
    (at(6, "15:00"), lambda site, now: record(site, "P-002", ["result=bad"], by(now))),
    (at(7, "15:00"), lambda site, now: record(site, "P-001", ["result=good"], by(now))),
    (at(8, "12:00"), lambda site, now: close(site, "P-004", "died", by(now))),
]


def hourly(since: Moment, until: Moment) -> Iterator[Moment]:
    return iter(range(since, until, HOUR))


@pytest.fixture
def awake(tmp_path: Path) -> Site:
    """The site whose scheduler ticked all the time."""
    (tmp_path / "awake").mkdir()
    lived = Site(site(tmp_path / "awake", patients=4))
    lived.live(hourly(at(0, "10:00"), UP + HOUR))
    return lived


@pytest.fixture
def down(tmp_path: Path) -> Site:
    """The site whose scheduler was down for a week, and then ticked once."""
    (tmp_path / "down").mkdir()
    lived = Site(site(tmp_path / "down", patients=4))
    lived.live(iter([*hourly(at(0, "10:00"), DOWN), UP]))
    return lived


def test_what_is_still_open_after_the_week_is_raised_once_all_the_same(awake: Site, down: Site) -> None:
    missed = awake.raised().keys() - down.raised().keys()

    assert {(patient, key) for patient, key, _ in missed} <= down.over(UP)
    assert down.raised().keys() <= awake.raised().keys()
    assert any(at > moment + 24 * HOUR for (_, _, moment), at in down.raised().items())


def test_what_came_late_says_so(down: Site) -> None:
    late = [line.replace("; pathway not approved: submitted)", ")") for line in down.lines if " late" in line]

    assert [line.split(":")[0] + line[line.rindex(" (") :] for line in late if line.startswith("raised")] == [
        "raised P-005/1 call-soon for coordinator kim by 2026-03-06 06 (told 6 days late)",
        "raised P-005/2 first-look for clinician by 2026-03-09 (told 6 days late)",
        "raised P-002/6 never-both for clinician by 2026-03-08 (told 4 days late)",
        "raised P-003/3 visit-reminder for coordinator kim by 2026-03-13 (told 1 day late)",
    ]
    assert len(late) == 10


def test_the_report_says_from_when_to_when_and_what_fell_in_it(down: Site) -> None:
    report = down.reports[-1]

    assert report.gap == Gap(since=at(2, "23:00"), until=UP)
    assert report.claimed.raised > 0
    assert [each.gap for each in down.reports[1:-1]] == [None] * (len(down.reports) - 2)


def test_what_is_stored_follows_from_the_histories_after_such_a_week(down: Site) -> None:
    with Database(down.path) as database:
        assert check(database, now=UP).differences == ()
