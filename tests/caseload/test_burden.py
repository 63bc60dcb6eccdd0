"""What prompts ask of people: counted once each, as the history has it, the same as counted by hand."""

from contextlib import suppress
from datetime import date
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload import answering, enrolling, mending, roles, settings, staffing
from caseload.burden import UNDATED_AFTER, Burden, Question, RuleBurden, burden, runs
from caseload.handover import hand_over
from caseload.pathway_files import install
from caseload.projecting import escalation_moment
from caseload.requests import Author, Request
from caseload.staffing import Changes
from pathways.errors import CarepathError, NotFound
from pathways.history import AnswerName
from pathways.moments import Moment, start_of
from storage.burden import Asked, By, LoadRow, Tally
from storage.connection import Database
from storage.rows import NewDelivery
from tests.caseload import burden_by_hand as by_hand
from tests.caseload.clinic import advance, by, enrol, moment, number_of, prepared, record, request, treated
from tests.caseload.test_whatever_people_do import ZONE, Run, answered, lived
from tests.caseload.test_whatever_people_do import runs as lives

SECOND, HOUR = 1_000_000, 3_600_000_000
DAY = 24 * HOUR
PLAIN, WITH_REASONS = Question(), Question(reasons=True)
PATIENTS = ("P-001", "P-002", "P-003")

WAIT = """\
pathway: wait
title: Wait and see
version: 1
review: submitted
sources: {our-choice: {title: Chosen by us, weight: default}}
facts: {injured_on: {type: date, ask: When was it injured?}}
milestones: {calm: {from: injured_on, after: 5 days}}
tracks:
  knee:
    start: sore
    states: {sore: {}, well: {end: true}}
    transitions: [{event: heal, from: sore, to: well}]
exits: [died]
prompts:
  - id: rest
    say: Rest the knee
    tier: due
    for: coordinator
    while: {knee: sore}
    due: 8 days
    done_when: passed.calm
    source: our-choice
otherwise: {say: Decide the next step, for: clinician, every: 14 days, source: our-choice}
"""


def tick(database: Database, when: str | Moment) -> None:
    """Raise, escalate and lapse what has come due."""
    now = moment(when) if isinstance(when, str) else when
    with database.writing() as store:
        while store.claim_due(now=now, limit=50, worker="w", escalation_moment=escalation_moment).taken:
            pass


def asked(database: Database, when: str, question: Question = PLAIN) -> Burden:
    return burden(database, question, now=moment(when))


def of(database: Database, rule: str, when: str, question: Question = PLAIN) -> RuleBurden:
    [found] = [each for each in asked(database, when, question).rules if each.rule == rule]
    return found


def raised(database: Database, rule: str, since: str = "2026-03-01", until: str = "") -> int:
    """Count what was raised of a rule in a period, as it stands at the end of April."""
    rules = asked(database, "2026-04-30 09:00", Question(since, until)).rules
    return sum(each.counts.raised for each in rules if each.rule == rule)


def not_so(database: Database, when: str) -> None:
    """Withdraw the last entry of P-001."""
    with database.reading() as store:
        last = store.last_entry_number("P-001")
    mending.withdraw(database, "P-001", last, request(when, because="slip"))


def told(database: Database, *staff: str, state: str = "sent") -> None:
    """Send a message about everything in the ledger to some people."""
    with database.writing() as store:
        rows = [
            NewDelivery(
                ledger_id=number,
                staff=name,
                channel="mail",
                ready_at=0,
                why="owner",
                delivery_key=f"{number} {name}",
            )
            for (number,) in database.writer().execute("SELECT id FROM ledger").fetchall()
            for name in staff
        ]
        store.add_deliveries(rows)
    if state == "sent":
        with database.writing() as store:
            store.mark_sent(store.ready_for_people(now=0, limit=10_000), at=0)


# Several lives in one file whose people take turns, much that they say to what is there, a handover, and
# messages about some of it.
Word: TypeAlias = tuple[str, int, int]
File: TypeAlias = tuple[list[Run], list[Word], list[int], bool, str]
WORDS = st.tuples(
    st.sampled_from([*get_args(AnswerName), "dismiss", "acting", "done", "withdraw", "tick"]),
    st.integers(0, 30),
    st.sampled_from([0, 1, 5, 24, 24 * 6]),
)


@st.composite
def files(draw: st.DrawFn) -> File:
    return (
        draw(st.lists(lives(), min_size=1, max_size=3)),
        draw(st.lists(WORDS, min_size=4, max_size=16)),
        draw(st.lists(st.integers(1, 40), max_size=10)),
        draw(st.booleans()),
        draw(st.sampled_from(["", "dr-lee"])),
    )


@given(files(), st.integers(-2, 8), st.integers(0, 120), st.sampled_from(["", "", "ann", "bea"]))
def test_the_burden_is_what_is_counted_by_hand(file: File, first: int, days: int, owner: str) -> None:
    whole, words, numbers, hands_over, clinician = file
    turns = (("ann", "bea"), ("bea", "carl"), ("ann",))
    with (
        TemporaryDirectory() as folder,
        prepared(Path(folder) / "care.db", *PATIENTS, shipped=True) as database,
    ):
        now = max(
            lived(database, run, who, people)
            for run, who, people in zip(whole, PATIENTS, turns, strict=False)
        )
        now = _talked(database, words, now)
        if clinician:
            roles.assign(database, "clinician", clinician)
        if hands_over:
            with suppress(CarepathError):  # everybody of theirs has left
                hand_over(database, "ann", "bea", by("ann", "2026-12-01 09:00"))
        _sent(database, numbers)
        since = start_of(date(2026, 3, 20), ZONE) + first * DAY
        _compare(database, Asked(since, since + days * DAY, now, UNDATED_AFTER, "", owner))


def _talked(database: Database, words: list[Word], now: Moment) -> Moment:
    """Let people answer what is there, or was and lapsed, and take some of it back; return when it ends."""
    for (word, number, later), who in zip(words, cycle(("ann", "bea", "dr-lee")), strict=False):
        now += later * HOUR
        request = Request(author=Author(by=who, now=now), because=f"so said {who}")
        with suppress(CarepathError):
            if word == "tick":
                tick(database, now)
            elif word == "withdraw":
                patient = PATIENTS[number % 3]
                with database.reading() as store:
                    last = store.last_entry_number(patient)
                mending.withdraw(database, patient, last, request)
            elif found := _answerable(database):
                patient, prompt = found[number % len(found)]
                answered(database, patient, word, prompt, request)
    tick(database, now)
    return now


def _answerable(database: Database) -> list[tuple[str, int]]:
    with database.reading() as store:
        return [
            (row.patient_id, prompt.number)
            for row in store.all_enrolments()
            for prompt in store.prompts(row.id)
            if not prompt.settled or prompt.ended == "lapsed"
        ]


def _sent(database: Database, numbers: list[int]) -> None:
    known = {number for (number,) in database.reader().execute("SELECT id FROM ledger").fetchall()}
    rows = [
        NewDelivery(
            ledger_id=number,
            staff=("ann", "lea")[number % 2],
            channel="mail",
            ready_at=0,
            why="owner",
            delivery_key=str(number),
        )
        for number in known.intersection(numbers)
    ]
    with database.writing() as store:
        store.add_deliveries(rows)
    with database.writing() as store:
        store.mark_sent(store.ready_for_people(now=0, limit=len(rows) // 2 + 1), at=0)


def _compare(database: Database, asked: Asked) -> None:
    counted = by_hand.prompts(database, asked)
    days = runs(date(2026, 3, 1), date(2026, 12, 31), ZONE)
    ways: tuple[By, By] = ("rule", "person")
    with database.reading() as store:
        for way in ways:
            assert store.tallies(asked, way) == by_hand.tallies(counted, way)
            assert store.medians(asked, way) == by_hand.medians(counted, way)
            assert store.could_not(asked, way) == by_hand.reasons(counted, way, "could_not")
            assert store.dismissed(asked, way) == by_hand.reasons(counted, way, "dismissed")
        load = {_on(row): (row.prompts, row.patients) for row in store.load(asked, days)}
        received = store.messages_to(asked)
    assert load == by_hand.days(counted, ZONE)
    names = [name for each in counted for name in each.messages]
    assert received == {name: names.count(name) for name in names}


def _on(row: LoadRow) -> tuple[str, str]:
    return row.person, date.fromordinal(date(2026, 3, 1).toordinal() + row.day).isoformat()


# What is counted, as stories. P-001 was injured on 1 March, enrolled on the 2nd and treated on the 3rd.


def test_a_prompt_that_was_raised_escalated_and_repeated_to_three_people_is_one_prompt(
    database: Database,
) -> None:
    treated(database)
    for when in ("2026-03-11 00:00", "2026-03-19 00:00"):
        tick(database, when)
    told(database, "dr-lee", "dr-berg", "zoe")

    found = of(database, "review-in-time", "2026-03-20 09:00")

    assert (found.counts.raised, found.counts.escalated, found.counts.escalations) == (1, 1, 1)
    assert (found.counts.messages, found.messages_per_prompt) == (6, 6.0)


def test_messages_that_were_not_sent_and_lines_on_the_output_do_not_count(database: Database) -> None:
    enrol(database)
    told(database, "ann", state="queued")

    assert asked(database, "2026-03-02 10:00").total.messages == 0


def test_what_was_done_by_recording_it_or_by_saying_so_or_taken_up_is_acted_on(database: Database) -> None:
    treated(database)
    tick(database, "2026-03-11 00:00")
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    answering.done(database, "P-001", number_of(database, "confirm-scan"), request("2026-03-10 12:00"))
    call = number_of(database, "call-again")
    answering.act_on(database, "P-001", call, "", request("2026-03-05 09:00"))
    advance(database, "P-001", "review", "swelling=some", when="2026-03-14 00:00")

    now = "2026-03-15 09:00"

    acted = {each.rule for each in asked(database, now).rules if each.counts.acted_on}
    assert acted == {"ask-injury", "ask-swelling", "review-in-time", "confirm-scan", "call-again"}
    assert of(database, "review-in-time", now).median_seconds_to_action == 3 * 86_400
    assert of(database, "call-again", now).median_seconds_to_action == 2 * 86_400
    assert of(database, "confirm-scan", now).median_seconds_to_action == 3 * 3_600


def test_what_had_happened_before_it_was_raised_took_no_time(database: Database) -> None:
    enrol(database)

    record(database, "P-001", "swelling=some", when="2026-03-05 09:00", at="2026-03-02 08:59")

    assert of(database, "ask-swelling", "2026-03-06 09:00").median_seconds_to_action == 0


def test_of_two_in_the_middle_the_mean_is_the_median(database: Database) -> None:
    for patient, hour in (("P-001", "10:00"), ("P-002", "13:00")):
        enrol(database, patient)
        record(database, patient, "swelling=some", when=f"2026-03-02 {hour}")

    assert of(database, "ask-swelling", "2026-03-03 09:00").median_seconds_to_action == 2.5 * 3_600


def test_a_prompt_that_only_informs_is_acted_on_by_taking_note(database: Database) -> None:
    treated(database)
    answering.acknowledge(
        database, "P-001", number_of(database, "think-of-scan"), request("2026-03-03 11:00")
    )

    found = of(database, "think-of-scan", "2026-03-20 09:00")

    assert (found.counts.acted_on, found.counts.acknowledged) == (1, 1)
    assert found.median_seconds_to_action == 2 * 3_600


def test_an_answer_that_was_withdrawn_does_not_count(database: Database) -> None:
    treated(database)
    call = number_of(database, "call-again")
    said = answering.act_on(database, "P-001", call, "", request("2026-03-05 09:00"))
    assert of(database, "call-again", "2026-03-06 09:00").counts.acted_on == 1

    mending.withdraw(database, "P-001", said.entries[-1].number, request("2026-03-06 10:00", because="slip"))

    found = of(database, "call-again", "2026-03-12 09:00").counts
    assert (found.acted_on, found.ignored, found.open) == (0, 1, 1)


def test_a_dismissal_that_was_written_anew_has_the_reason_of_the_new_one(database: Database) -> None:
    treated(database)
    call = number_of(database, "call-again")
    said = answering.dismiss(database, "P-001", call, request("2026-03-05 09:00", because="not mine"))
    slip = said.entries[-1].number
    mending.withdraw(database, "P-001", slip, request("2026-03-06 09:00", because="slip"))
    answering.dismiss(database, "P-001", call, request("2026-03-06 09:30", because="they moved"))

    found = of(database, "call-again", "2026-03-06 10:00", WITH_REASONS)

    assert (found.counts.dismissed, found.dismissed_because) == (1, {"they moved": 1})
    assert of(database, "call-again", "2026-03-06 10:00").dismissed_because == {}


def test_of_two_reasons_why_it_could_not_be_done_the_last_one_counts_once(database: Database) -> None:
    treated(database)
    call = number_of(database, "call-again")
    for when, why in (("2026-03-05 09:00", "patient-unreachable"), ("2026-03-06 09:00", "no-capacity")):
        answering.could_not(database, "P-001", call, why, request(when))

    found = of(database, "call-again", "2026-03-07 09:00")

    assert (found.counts.could_not, found.could_not_because) == (1, {"no-capacity": 1})
    assert (found.counts.acted_on, found.counts.put_off, found.counts.ignored) == (0, 0, 0)


def test_what_lapsed_without_a_word_is_ignored_until_somebody_says_it_was_done_after_all(
    database: Database,
) -> None:
    treated(database)
    tick(database, "2026-03-16 00:00")

    lapsed = of(database, "call-again", "2026-03-16 09:00").counts
    # The other one is the next call, which follows when one was missed.
    assert (lapsed.raised, lapsed.lapsed, lapsed.ignored, lapsed.acted_on) == (2, 1, 1, 0)

    call = number_of(database, "call-again")
    answering.done(database, "P-001", call, request("2026-03-18 09:00", at="2026-03-17 09:00"))

    found = of(database, "call-again", "2026-03-18 10:00")
    # By now that next call is overdue, and nobody has said a word about it.
    assert (found.counts.lapsed, found.counts.acted_on, found.counts.ignored) == (0, 1, 1)
    assert found.median_seconds_to_action == 14 * 86_400


def test_what_was_seen_is_not_ignored_and_what_is_not_due_yet_neither(database: Database) -> None:
    enrol(database)
    answering.see(database, "P-001", number_of(database, "ask-injury"), request("2026-03-02 10:00"))

    before, after = (asked(database, when).total for when in ("2026-03-03 09:00", "2026-03-10 09:00"))

    assert (before.open, before.overdue, before.ignored) == (2, 0, 0)
    assert (after.open, after.overdue, after.ignored, after.seen) == (2, 2, 1, 1)


def test_what_has_no_due_is_ignored_after_a_week_of_silence(database: Database) -> None:
    treated(database)

    def ignored(when: str) -> int:
        return of(database, "think-of-scan", when).counts.ignored

    assert (ignored("2026-03-10 08:59"), ignored("2026-03-10 09:00")) == (0, 1)


def test_what_was_over_before_anybody_was_told_was_never_raised(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-04 09:00")
    record(database, "P-001", "scan_on#1=cancelled", when="2026-03-10 09:00")

    tick(database, "2026-03-11 00:00")

    assert "confirm-scan" not in {each.rule for each in asked(database, "2026-03-11 09:00").rules}


def test_what_is_not_needed_any_more_is_neither_acted_on_nor_ignored(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    record(database, "P-001", "scan_on#1=cancelled", when="2026-03-13 09:00")

    found = of(database, "confirm-scan", "2026-03-14 09:00").counts

    assert (found.raised, found.withdrawn, found.acted_on, found.ignored) == (1, 1, 0, 0)


def test_what_follows_no_more_is_counted_apart(database: Database) -> None:
    enrol(database)
    fever = record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-03 09:00")
    raised = asked(database, "2026-03-03 10:00").total.raised
    mending.withdraw(database, "P-001", fever.entries[0].number, request("2026-03-03 11:00", because="slip"))

    found = asked(database, "2026-03-03 12:00")

    assert "fever-now" not in {each.rule for each in found.rules}
    assert (found.superseded, found.total.raised) == (1, raised - 1)


def test_a_prompt_that_was_moved_counts_where_it_was_raised_last(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 1

    record(database, "P-001", "scan_on#1=2026-04-20", when="2026-03-11 09:00")
    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 0

    tick(database, "2026-04-17 00:00")
    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 0
    assert raised(database, "confirm-scan", "2026-04-01", "2026-04-30") == 1


def test_a_prompt_that_was_moved_to_and_fro_is_one_prompt(database: Database) -> None:
    treated(database)
    record(database, "P-001", "scan_on=2026-03-12", when="2026-03-10 09:00")
    record(database, "P-001", "scan_on#1=2026-03-14", when="2026-03-11 09:00")
    record(database, "P-001", "scan_on#1=2026-03-12", when="2026-03-12 09:00")

    assert raised(database, "confirm-scan", "2026-03-01", "2026-03-31") == 1
    assert raised(database, "confirm-scan", "2026-03-11", "2026-03-11") == 1


def test_what_follows_again_from_the_same_moment_is_raised_as_it_was(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-03 09:00")
    not_so(database, "2026-03-03 10:00")
    assert raised(database, "fever-now") == 0

    record(database, "P-001", "swelling=much", when="2026-03-04 09:00", at="2026-03-03 09:00")

    assert raised(database, "fever-now") == 1


def test_what_had_been_over_when_it_followed_again_was_not_raised_for_that(database: Database) -> None:
    enrol(database)
    record(database, "P-001", "fever=yes", "swelling=much", when="2026-03-03 09:00")
    not_so(database, "2026-03-03 10:00")
    record(database, "P-001", "fever=yes", when="2026-03-03 10:30", at="2026-03-03 07:00")
    record(database, "P-001", "swelling=none", when="2026-03-04 08:30", at="2026-03-03 07:30")

    record(database, "P-001", "swelling=much", when="2026-03-04 09:00", at="2026-03-03 07:15")

    with database.reading() as store:
        [stop] = [each for each in store.prompts(1) if each.key.rule == "fever-now"]
    assert stop.ended == "withdrawn"
    assert raised(database, "fever-now") == 0


def test_what_time_alone_ends_nobody_has_acted_on(database: Database) -> None:
    install(database, WAIT.encode(), file="wait.yaml", by="ann", now=moment("2026-03-01 09:00"))
    since = request("2026-03-02 09:00")
    enrolling.enrol(database, "P-001", "wait", ["injured_on=2026-03-01"], since, owner="ann")

    before, after = (of(database, "rest", when).counts for when in ("2026-03-03 09:00", "2026-03-08 09:00"))

    assert (before.raised, before.open) == (after.raised, after.withdrawn) == (1, 1)


def test_an_answer_to_another_prompt_of_that_moment_says_nothing_of_who_saw_to_this_one(
    database: Database,
) -> None:
    enrol(database, "P-001", "injured_on=2026-03-01")
    record(database, "P-001", "consent=yes", "swelling=some", when="2026-03-02 10:00")
    tick(database, "2026-04-01 00:00")
    told_of = number_of(database, "tell-month")
    record(database, "P-001", "scan_on=2026-04-20", when="2026-04-02 09:00")
    answering.acknowledge(database, "P-001", told_of, request("2026-04-02 09:00", who="ben"))

    found = people(database, "2026-04-02 12:00", since="2026-03-02")

    assert (found["ben"].raised, found["ben"].acted_on) == (1, 1)
    assert found[""].withdrawn == 1


def test_each_prompt_ended_in_one_way(database: Database) -> None:
    treated(database)
    tick(database, "2026-04-30 00:00")

    for each in asked(database, "2026-04-30 09:00", Question("2026-03-01")).rules:
        counts = each.counts
        ways = (counts.acted_on, counts.dismissed, counts.withdrawn, counts.lapsed, counts.open)
        assert sum(ways) == counts.raised


def test_a_period_has_its_first_and_its_last_day_in_the_zone_of_the_site(database: Database) -> None:
    enrol(database, when="2026-04-02 23:30")  # the 3rd in London, where it is summer

    def raised(since: str, until: str) -> int:
        return asked(database, "2026-04-10 09:00", Question(since, until)).total.raised

    assert (raised("2026-04-03", "2026-04-03"), raised("2026-04-01", "2026-04-02")) == (2, 0)
    assert raised("2026-04-04", "") == 0


def test_without_a_period_it_is_the_last_28_days(database: Database) -> None:
    found = asked(database, "2026-03-28 23:30")

    assert (found.since, found.until, found.zone) == ("2026-03-01", "2026-03-28", "Europe/London")


def test_a_period_that_ends_before_it_begins_is_refused(database: Database) -> None:
    with pytest.raises(CarepathError, match="--since is the first day"):
        asked(database, "2026-03-10 09:00", Question("2026-03-09", "2026-03-08"))


def test_only_one_pathway_or_one_owner_is_counted_when_asked_for(database: Database) -> None:
    enrol(database)
    enrol(database, "P-002", owner="ben")

    when = "2026-03-02 10:00"
    assert asked(database, when).total.raised == 4
    assert asked(database, when, Question(owner="ben")).total.raised == 2
    assert asked(database, when, Question(pathway="knee")).total.raised == 4
    with pytest.raises(NotFound, match="There is no pathway 'kne'"):
        asked(database, when, Question(pathway="kne"))
    with pytest.raises(NotFound, match="Nobody is called bne"):
        asked(database, when, Question(owner="bne"))


def test_what_is_open_and_was_not_raised_is_named(database: Database) -> None:
    treated(database)

    late = asked(database, "2026-03-11 09:00")
    tick(database, "2026-03-11 09:00")

    assert (late.not_raised, asked(database, "2026-03-11 09:00").not_raised) == (1, 0)


# By person.


def people(database: Database, when: str, **more: str) -> dict[str, Tally]:
    found = asked(database, when, Question(by="person", **more))  # type: ignore[arg-type]  # texts alone
    return {each.person: each.counts for each in found.people}


def test_a_prompt_is_theirs_who_answered_it_else_theirs_who_are_named(database: Database) -> None:
    roles.assign(database, "clinician", "dr-lee")
    treated(database)
    call, look = number_of(database, "call-again"), number_of(database, "think-of-scan")
    answering.acknowledge(database, "P-001", call, request("2026-03-05 09:00", who="ben"))
    answering.dismiss(database, "P-001", look, request("2026-03-05 09:00", who="dr-berg", because="had one"))

    found = people(database, "2026-03-06 09:00")

    # What ann recorded ended dr-lee's too: who writes a fact down has not answered a prompt.
    assert {name: counts.raised for name, counts in found.items()} == {
        "ann": 1,
        "ben": 1,
        "dr-berg": 1,
        "dr-lee": 2,
    }
    assert found["dr-berg"].dismissed == found["ben"].acknowledged == 1


def test_what_was_handed_over_is_theirs_who_have_it_now(database: Database) -> None:
    enrol(database)
    hand_over(database, "ann", "ben", by("ann", "2026-03-03 09:00"))

    found = people(database, "2026-03-04 09:00")

    # The other prompt is for a clinician, and nobody is named for that.
    assert {name: counts.raised for name, counts in found.items()} == {"ben": 1, "": 1}


def test_who_only_got_messages_is_there_too(database: Database) -> None:
    enrol(database)
    told(database, "dr-berg")

    found = asked(database, "2026-03-02 12:00", Question(by="person"))

    [berg] = [each for each in found.people if each.person == "dr-berg"]
    assert (berg.counts.raised, berg.messages_received, berg.a_day.days) == (0, 2, 0)


def test_how_much_came_a_day_stands_against_the_budget(database: Database) -> None:
    staffing.add(database, "ann", Changes(budget=1), by("ann", "2026-03-01 09:00"))
    enrol(database)
    enrol(database, "P-002", when="2026-03-04 09:00")
    enrol(database, "P-003", when="2026-03-04 22:30")

    found = asked(database, "2026-03-10 09:00", Question(by="person"))

    [ann] = [each.a_day for each in found.people if each.person == "ann"]
    assert (ann.budget_patients, ann.days, ann.over_budget) == (1, 2, 1)
    assert (ann.median_prompts, ann.most_prompts, ann.most_on) == (1.5, 2, "2026-03-04")
    [nobody] = [each.a_day for each in found.people if not each.person]
    assert nobody.budget_patients == 40


@pytest.mark.parametrize(
    ("first", "last", "lengths"),
    [
        ("2026-03-02", "2026-03-08", [(7, 24)]),
        ("2026-03-28", "2026-03-31", [(1, 24), (1, 23), (2, 24)]),
        ("2026-10-25", "2026-10-25", [(1, 25)]),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(
    first: str, last: str, lengths: list[tuple[int, int]]
) -> None:
    found = runs(date.fromisoformat(first), date.fromisoformat(last), ZONE)

    assert [((until - since) // each, each // HOUR) for since, until, _, each in found] == lengths


def test_a_day_that_a_zone_left_out_is_no_day() -> None:
    found = runs(date(2011, 12, 29), date(2011, 12, 31), "Pacific/Apia")

    assert [number for _, _, number, _ in found] == [0, 2]


# What is proposed, and what is said aloud.


def ignoring(database: Database, least: str, percent: str) -> None:
    """Enrol three patients of whom only one has their swelling looked at."""
    settings.decide(database, "burden.raised", least, because="", author=by("ann", "2026-03-01 09:00"))
    settings.decide(database, "burden.acted-on", percent, because="", author=by("ann", "2026-03-01 09:00"))
    for patient in PATIENTS:
        enrol(database, patient)
    record(database, "P-001", "swelling=some", when="2026-03-03 09:00")


@pytest.mark.parametrize(
    ("least", "percent", "named"),
    [
        ("3", "34", ["ask-injury", "ask-swelling"]),
        ("3", "33", ["ask-injury"]),
        ("4", "34", []),
        ("3", "0", []),
    ],
)
def test_a_rule_is_proposed_for_review_below_what_the_site_decided(
    database: Database, least: str, percent: str, named: list[str]
) -> None:
    ignoring(database, least, percent)

    found = asked(database, "2026-03-20 09:00")

    assert [each.rule for each in found.to_review] == named
    assert (found.least_raised, found.under_percent) == (int(least), int(percent))


def test_while_there_is_time_nothing_is_held_against_a_rule(database: Database) -> None:
    ignoring(database, "3", "10")

    # Due until the 4th: on the 3rd it could still be done.
    early, late = (asked(database, when).to_review for when in ("2026-03-04 23:59", "2026-03-05 00:00"))

    assert ([each.rule for each in early], [each.rule for each in late]) == ([], ["ask-injury"])


def test_as_long_as_nobody_decides_it_takes_twenty_and_a_tenth(database: Database) -> None:
    found = asked(database, "2026-03-20 09:00")

    assert (found.least_raised, found.under_percent) == (20, 10)


def test_a_stop_is_never_proposed_for_review_but_named_by_itself(database: Database) -> None:
    ignoring(database, "1", "100")
    for patient in ("P-002", "P-003"):
        record(database, patient, "fever=yes", "swelling=much", when="2026-03-03 10:00")
    answering.act_on(
        database, "P-003", number_of(database, "fever-now", "P-003"), "", request("2026-03-03 11:00")
    )

    found = asked(database, "2026-03-20 09:00")

    assert [(each.rule, each.counts.raised, each.counts.acted_on) for each in found.stops] == [
        ("fever-now", 2, 1)
    ]
    assert "fever-now" not in {each.rule for each in found.to_review}


def test_a_limit_counts_the_rest_and_proposals_look_at_all(database: Database) -> None:
    ignoring(database, "3", "10")

    found = asked(database, "2026-03-20 09:00", Question(limit=1))

    assert (len(found.rules), found.more, found.total.raised) == (1, 1, 6)
    assert [each.rule for each in found.to_review] == ["ask-injury"]
