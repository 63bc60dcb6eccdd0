"""How messages to people are lost, repeated or late elsewhere, each as a day on which ours are not."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest

from caseload.actions import close, record
from caseload.enrolling import enrol
from caseload.pathway_files import install
from caseload.patients import Person, add
from caseload.roles import assign
from caseload.site_calendar import set_calendar
from pathways.errors import CarepathError, DatabaseProblem
from pathways.moments import Moment, at_clock
from scheduler import merging
from scheduler.daily import DAILY
from scheduler.delivery import MOST_TRIES
from scheduler.posting import Post, post
from scheduler.routines import see_to
from scheduler.tick import LEASE, tick
from storage.connection import Database
from storage.staff import StaffRow
from tests.scheduler.drill import HOUR, MINUTE, PATHWAY, Listener, admit, at, by, raised, worker
from tests.scheduler.people import decided, joins, reached
from tests.scheduler.receiving import Came, Receiver, address

DAY = 24 * HOUR
LONDON = "Europe/London"


def never() -> bool:
    return False


class Site:
    """A site whose scheduler runs at the moments that are named, and what its people got."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.receiver = Receiver()

    def run(self, *moments: Moment) -> list[Came]:
        """Tick, see to the routines and post; return what arrived by that."""
        for now in moments:
            self._run(now)
        return self.receiver.taken()

    def _run(self, now: Moment) -> None:
        tick(self.database, now=now, worker=worker(), deliver=Listener())
        see_to(self.database, DAILY, clock=lambda: now, worker="one", lease=LEASE, enough=never)
        way = Post(self.receiver, self.receiver.printed.append)
        post(self.database, way, clock=lambda: now, worker="one", lease=LEASE, enough=never)

    def prompts(self, *moments: Moment) -> list[str]:
        """Name what was told of prompts: whom, and of which."""
        return sorted(
            f"{came.whom} {came.text.split()[1]}"
            for came in self.run(*moments)
            if came.text.startswith("carepath: P-")
        )

    def digests(self, *moments: Moment) -> list[str]:
        """Name the digests that arrived: whose, and of when."""
        return [
            came.text.splitlines()[0] for came in self.run(*moments) if came.text.startswith("Digest for")
        ]


@pytest.fixture
def site(database: Database) -> Site:
    """kim owns P-001, who was enrolled at nine: they are to be called, and looked at."""
    joins(database, "kim", "coordinator", "clinician", "lead")
    assign(database, "clinician", "kim", now=at(0))
    assign(database, "lead", "kim", now=at(0))
    reached(database, "kim", url=address("kim", "mail"), kinds=("prompts",))
    return Site(database)


def lives(database: Database, name: str, zone: str, role: str, kind: str = "prompts") -> None:
    with database.writing() as store:
        store.put_staff(StaffRow(id=name, roles=(role,), zone=zone, joined_at=at(0)))
    reached(database, name, url=address(name, "mail"), kinds=(kind,))


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine itself be set to a zone in which nobody here lives."""
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def titles(came: list[Came]) -> list[str]:
    return [each.text.splitlines()[0] for each in came]


# When it comes


@pytest.mark.usefixtures("elsewhere")
def test_quiet_hours_are_those_of_where_each_person_is(site: Site) -> None:
    decided(site.database, "quiet", "22:00-07:00")
    lives(site.database, "hana", "Asia/Tokyo", "clinician")
    assign(site.database, "clinician", "hana", now=at(0))
    night_here = at(0, "23:30")  # half past eight in the morning in Tokyo

    assert site.prompts(night_here) == ["hana P-001/2"]
    assert site.prompts(at(1, "06:59")) == []
    assert "kim P-001/1" in site.prompts(at(1, "07:00"))


@pytest.mark.usefixtures("elsewhere")
def test_a_digest_comes_at_the_time_of_day_where_each_person_is(site: Site) -> None:
    lives(site.database, "hana", "Asia/Tokyo", "coordinator", "digest")
    lives(site.database, "joao", "America/Sao_Paulo", "coordinator", "digest")
    site.run(at(0, "11:00"))

    # Half past seven of the next day in Tokyo, and then of the same in Sao Paulo.
    assert site.digests(at(0, "22:29")) == []
    assert site.digests(at(0, "22:30")) == ["Digest for hana, 2026-03-02 22:30"]
    assert site.digests(at(0, "22:31"), at(1, "10:29")) == []
    assert site.digests(at(1, "10:30")) == ["Digest for joao, 2026-03-03 10:30"]


def test_a_holiday_that_was_set_moves_a_message_and_a_country_nobody_knows_is_refused(site: Site) -> None:
    with pytest.raises(CarepathError, match="ATLANTIS"):
        set_calendar(site.database, "Atlantis", "", None, by(at(0)).author)
    set_calendar(site.database, "GB", "ENG", None, by(at(0)).author)
    site.run(at(0, "10:00"))
    decided(site.database, "hours", "mon-fri 09:00-17:00")
    record(site.database, "P-001", ["visit=2026-04-07"], by(at(1)))

    # It opens on Saturday; the Monday after it is Easter Monday.
    assert site.prompts(*(at(day, "12:00") for day in range(33, 36))) == []
    assert "kim P-001/3" in site.prompts(at(36, "09:00"))


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata"])
@pytest.mark.usefixtures("elsewhere")
def test_a_day_is_the_day_of_the_patient_and_not_a_day_late_by_the_midnight_of_another_zone(
    site: Site, zone: str
) -> None:
    add(site.database, Person(patient="P-007", zone=zone), now=at(0, "09:00"))
    enrol(site.database, "P-007", "drill", [], by(at(0, "09:00")), owner="kim")
    record(site.database, "P-007", ["visit=2026-03-20"], by(at(1)))
    opens = at_clock(date(2026, 3, 17), "00:00", zone)
    site.run(opens - 2 * HOUR)

    assert site.prompts(opens - 1) == []
    [told] = [came for came in site.run(opens) if "P-007" in came.text]
    assert told.text.startswith("carepath: P-007/3 by 2026-03-19\n")
    assert "overdue" not in told.text


def test_a_digest_comes_once_on_the_days_with_a_missing_and_with_a_doubled_hour(site: Site) -> None:
    decided(site.database, "digest.at", "01:30")
    reached(site.database, "kim", url=address("kim", "mail"), kinds=("digest",))
    for first in (date(2026, 3, 28), date(2026, 10, 24)):
        start = at_clock(first, "12:00", LONDON)
        site.run(start)
        halves = range(start, start + 2 * DAY + HOUR, 30 * MINUTE)

        assert len(site.digests(*halves)) == 2


# Late


def test_what_came_due_while_all_was_down_for_a_month_still_reaches_its_person_and_says_how_late(
    site: Site,
) -> None:
    record(site.database, "P-001", ["visit=2026-03-20"], by(at(1)))

    came = site.run(at(30, "12:00"))

    [told] = [each for each in came if "P-001/3" in each.text and each.text.startswith("carepath: P-")]
    assert "overdue: it was due by the end of 2026-03-19" in told.text


def test_a_week_asleep_brings_one_digest_and_not_one_for_each_morning(site: Site) -> None:
    reached(site.database, "kim", url=address("kim", "mail"), kinds=("digest",))
    site.run(at(0, "12:00"))

    assert site.digests(at(7, "12:00"), at(7, "12:01")) == ["Digest for kim, 2026-03-09 12:00"]
    assert len(site.digests(at(8, "07:30"))) == 1


def test_a_message_that_could_not_go_for_two_days_goes_when_the_server_is_back(site: Site) -> None:
    site.receiver.fate = "refuses"
    assert site.prompts(*(at(0, "10:00") + hours * HOUR for hours in range(48))) == []
    site.receiver.fate = "answers"

    assert {"kim P-001/1", "kim P-001/2"} <= set(site.prompts(at(3, "10:00")))


# Twice


def test_a_message_is_sent_once_however_often_the_scheduler_runs_that_day(site: Site) -> None:
    told = site.prompts(*(at(0, "09:30") + minutes * MINUTE for minutes in range(0, 24 * 60, 60)))

    assert Counter(told)["kim P-001/2"] == 1


def test_a_message_that_fails_for_a_week_is_tried_a_few_times_and_its_neighbours_are_sent_once(
    site: Site,
) -> None:
    reached(site.database, "kim", "sms", address("sms", "sms"), kinds=("prompts",))
    tried: Counter[str] = Counter()

    def watch(came: Came) -> None:
        tried[came.key] += 1
        site.receiver.fate = "refuses" if came.whom == "sms" else "answers"

    site.receiver = Receiver(watch)
    came = site.run(*(at(0, "10:00") + minutes * MINUTE for minutes in range(0, 7 * 24 * 60, 60)))

    assert max(Counter(each.key for each in came).values()) == 1
    assert max(tried.values()) == MOST_TRIES


def test_recording_the_same_again_plans_no_further_message(site: Site) -> None:
    site.run(at(0, "10:00"))
    record(site.database, "P-001", ["visit=2026-03-20"], by(at(1)))
    for day in range(2, 6):
        record(site.database, "P-001", ["visit#1=2026-03-20"], by(at(day)))

    told = site.prompts(*(at(day, "12:00") for day in range(2, 30)))
    assert told.count("kim P-001/3") == 1


def test_a_visit_that_is_moved_again_and_again_brings_one_message_for_its_last_day(site: Site) -> None:
    site.run(at(0, "10:00"))
    record(site.database, "P-001", ["visit=2026-03-12"], by(at(1)))
    for number, day in enumerate(("2026-03-16", "2026-03-14", "2026-03-27"), 2):
        record(site.database, "P-001", [f"visit#1={day}"], by(at(number)))

    came = [each for day in range(2, 40) for each in site.run(at(day, "12:00")) if "P-001/3" in each.text]
    assert [title for title in titles(came) if "escalated" not in title] == [
        "carepath: P-001/3 by 2026-03-26"
    ]


def test_two_messages_about_one_visit_that_moved_after_it_was_told_of_can_be_told_apart(site: Site) -> None:
    record(site.database, "P-001", ["visit=2026-03-20"], by(at(1)))
    first = [each for each in site.run(at(15, "12:00")) if each.text.startswith("carepath: P-001/3")]
    record(site.database, "P-001", ["visit#1=2026-04-20"], by(at(16)))
    second = [each for each in site.run(at(46, "12:00")) if each.text.startswith("carepath: P-001/3")]

    # A receiver that drops what it had before must not drop the second.
    assert len(first) == len(second) == 1
    assert first[0].key != second[0].key


# What it says


def test_a_message_says_what_the_pathway_said_when_the_prompt_was_made_and_by_when_as_it_is_now(
    site: Site,
) -> None:
    # The wording is what somebody reviewed for this patient; the day is what the patient's history says.
    site.run(at(0, "09:30"))
    record(site.database, "P-001", ["visit=2026-03-20"], by(at(1)))
    tick(site.database, now=at(15, "12:00"), worker=worker(), deliver=Listener())
    newer = PATHWAY.replace("version: 1", "version: 2").replace(
        "Remind the patient", "Never mind the patient"
    )
    install(site.database, newer.encode(), file="drill.yaml", by="kim", now=at(15, "12:01"))
    record(site.database, "P-001", ["visit#1=2026-03-19"], by(at(15, "12:02")))

    told = [each.text for each in site.run(at(15, "12:03")) if "Remind the patient of the visit" in each.text]
    assert len(told) == 1
    assert "2026-03-18" in told[0].splitlines()[0]


def test_a_rule_that_a_newer_version_renamed_is_still_raised_for_who_waits_by_the_older(site: Site) -> None:
    record(site.database, "P-001", ["visit=2026-03-20"], by(at(1)))
    newer = PATHWAY.replace("version: 1", "version: 2").replace("visit-reminder", "renamed")
    install(site.database, newer.encode(), file="drill.yaml", by="kim", now=at(2))
    site.run(at(15))

    assert ("visit-reminder", at(15)) in raised(site.database)


def test_nobody_is_told_of_a_patient_who_left_while_the_message_waited(site: Site) -> None:
    decided(site.database, "quiet", "22:00-07:00")
    site.run(at(0, "12:00"))
    record(site.database, "P-001", ["visit=2026-03-20"], by(at(1)))
    assert site.prompts(at(15, "00:30")) == []
    close(site.database, "P-001", "died", by(at(15, "06:00")))

    assert site.prompts(at(15, "07:00"), at(16, "12:00")) == []


def test_what_was_sent_to_somebody_is_marked_with_when(site: Site) -> None:
    site.run(at(0, "10:00"))

    sent = site.database.reader().execute("SELECT DISTINCT state, sent_at FROM delivery WHERE staff != ''")
    assert sent.fetchall() == [("sent", at(0, "10:00"))]


# Too many


def test_who_would_get_a_flood_of_messages_gets_one(site: Site) -> None:
    site.run(at(0, "09:30"))
    for number in range(2, 2 * merging.MOST):
        admit(site.database, f"P-{number:03}", now=at(1, "09:00"))

    assert len(site.run(at(3, "12:00"))) == 1


# Disturbed


@pytest.mark.only("sqlite")
def test_a_database_that_is_locked_while_it_catches_up_strands_nothing(site: Site) -> None:
    record(site.database, "P-001", ["visit=2026-03-20"], by(at(1)))
    with Database(site.database.place, busy=0.05) as impatient, site.database.writing():
        for work in (
            lambda: tick(impatient, now=at(30), worker=worker(), deliver=Listener()),
            lambda: Site(impatient).run(at(30)),
        ):
            with pytest.raises(DatabaseProblem) as refused:
                work()
            assert "busy" in str(refused.value) or "locked" in str(refused.value)

    assert "kim P-001/3" in site.prompts(at(30, "00:01"))
    assert [rule for rule, _ in raised(site.database)].count("visit-reminder") == 1


def test_keys_stay_the_same_after_a_restart_so_that_what_was_sent_half_can_be_dropped(site: Site) -> None:
    site.receiver.fate = "hangs up"
    first = site.run(at(0, "10:00"))
    site.receiver.fate = "answers"
    with Database(site.database.place) as restarted:
        again = Site(restarted).run(at(0, "12:00"))

    assert {each.key for each in first} == {each.key for each in again}
    assert len(first) == len(again) == 2
