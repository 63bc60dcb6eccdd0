"""Handing over a caseload: everything moves, each history says so, the sheet says how it stands."""

import pytest

from caseload import staffing
from caseload.answering import acknowledge, act_on, done, snooze
from caseload.checking import check
from caseload.entry_log import log
from caseload.handover import BATCH, HandedOver, Sheet, hand_over, sheet
from caseload.moved_stops import PassedOn
from caseload.patients import Filter, Person, add, listed
from caseload.patients import hand_over as hand_over_one
from caseload.requests import Author
from caseload.staffing import Changes
from pathways.errors import CarepathError, NotFound, Refused
from storage.connection import Database
from storage.staff import ChannelRow, StaffRow
from tests.caseload.clinic import by, enrol, moment, number_of, record, request, treated

NOW = "2026-03-20 09:00"
IDA = by("ida", NOW)


def given(database: Database, giver: str = "ann", taker: str = "ben", **said: object) -> HandedOver:
    return hand_over(database, giver, taker, IDA, **said)  # type: ignore[arg-type]  # as hand_over has it


def owners(database: Database) -> dict[str, str]:
    return {line.patient: line.owner for line in listed(database, Filter(), now=IDA.now)}


@pytest.fixture
def busy(database: Database) -> Database:
    """Put three patients on ann's caseload: one treated, two waiting."""
    treated(database)
    enrol(database, "P-002")
    enrol(database, "P-003")
    return database


def test_all_open_enrolments_and_their_prompts_move_and_each_history_says_so(busy: Database) -> None:
    done = given(busy, because="leave until summer")
    assert [each.patient for each in done.moved] == ["P-001", "P-002", "P-003"]
    assert owners(busy) == dict.fromkeys(("P-001", "P-002", "P-003"), "ben")
    with busy.listing() as lists:
        assert lists.owners() == ["ben"]
    assert [log(busy, patient)[-1].says for patient in owners(busy)] == [
        "Handed over from ann to ben: leave until summer"
    ] * 3
    assert check(busy, now=IDA.now).differences == ()


def test_a_preview_says_the_same_and_changes_nothing(busy: Database) -> None:
    would = given(busy, rehearse=True)
    assert would.rehearsed
    assert set(owners(busy).values()) == {"ann"}
    done = given(busy)
    assert (would.moved, would.sheet) == (done.moved, done.sheet)


def test_some_patients_are_handed_over_and_the_others_stay(busy: Database) -> None:
    done = given(busy, patients=["P-002"])
    assert [each.patient for each in done.moved] == ["P-002"]
    assert owners(busy) == {"P-001": "ann", "P-002": "ben", "P-003": "ann"}
    assert {line.patient for line in (*done.sheet.overdue, *done.sheet.open)} == {"P-002"}


@pytest.mark.parametrize(
    ("said", "error", "why"),
    [
        ({"giver": "eva"}, NotFound, "eva has no patients"),
        ({"taker": "ann"}, Refused, "ann's patients already"),
        ({"taker": " "}, CarepathError, "who takes over"),
        ({"patients": ["P-002", "P-009"]}, NotFound, "P-009 is not on ann's caseload"),
    ],
)
def test_what_cannot_be_handed_over_is_refused(
    busy: Database, said: dict[str, object], error: type[CarepathError], why: str
) -> None:
    with pytest.raises(error, match=why):
        given(busy, **said)  # type: ignore[arg-type]  # one of its parameters
    assert set(owners(busy).values()) == {"ann"}


def test_it_goes_to_nobody_who_is_not_on_the_staff(busy: Database) -> None:
    staffing.add(busy, "ann", Changes(), IDA)
    with pytest.raises(Refused, match=r"ben, who is not on the staff.*On the staff: ann"):
        given(busy)


def test_who_takes_over_while_away_is_told_with_whom_it_rests(busy: Database) -> None:
    for name in ("eva", "ben", "ida"):
        staffing.add(busy, name, Changes(deputy="eva" if name == "ben" else None), IDA)
    staffing.leave(busy, "ben", IDA, from_on="", to_on="2026-03-22")
    done = given(busy)
    assert (done.holder, done.holder_why) == ("eva", "for ben, on leave until 2026-03-22")


def test_patients_of_somebody_nobody_entered_are_handed_over_too(busy: Database) -> None:
    for name in ("ben", "ida"):
        staffing.add(busy, name, Changes(), IDA)
    assert len(given(busy).moved) == 3


@pytest.mark.parametrize("rehearse", [False, True])
def test_whoever_is_not_on_the_staff_hands_nothing_over(busy: Database, *, rehearse: bool) -> None:
    staffing.add(busy, "ben", Changes(), IDA)
    with pytest.raises(Refused, match=r"ida, who is not on the staff, cannot write .*staff add ida` adds"):
        given(busy, rehearse=rehearse)
    assert set(owners(busy).values()) == {"ann"}


def test_a_large_caseload_moves_in_pieces_and_what_somebody_stopped_is_gone_on_with(
    database: Database,
) -> None:
    names = [f"P-1{number:03}" for number in range(BATCH + 1)]
    for name in names:
        add(database, Person(patient=name, zone="Europe/London"), now=moment("2026-03-02 08:00"))
        enrol(database, name)
    given(database, patients=names[:1])

    done = given(database)

    assert len(done.moved) == BATCH
    assert set(owners(database).values()) - {""} == {"ben"}
    assert [
        len([line for line in log(database, name) if line.says.startswith("Handed")]) for name in names
    ] == [1] * len(names)


def found(database: Database, when: str = NOW) -> Sheet:
    return sheet(database, "ann", now=moment(when))


def test_a_sheet_says_what_is_open_what_was_promised_and_what_changed(busy: Database) -> None:
    record(busy, "P-001", "fever=no", when="2026-03-04 10:00")
    acknowledge(busy, "P-002", 1, request("2026-03-11 10:00"))
    snooze(busy, "P-001", 6, "2026-03-13", request("2026-03-12 08:00"))

    now = found(busy, "2026-03-12 09:00")

    assert (now.owner, now.patients, now.enrolments) == ("ann", 3, 3)
    assert {line.prompt: line.acknowledged is not None for line in now.overdue} == {
        "P-002/1": True,
        "P-002/2": False,  # seen, and overdue all the same
        "P-003/1": False,
        "P-003/2": False,
        "P-001/5": False,
    }
    assert [(line.prompt, str(line.snoozed_until)) for line in now.asleep] == [("P-001/6", "2026-03-13")]
    assert [line.prompt for line in now.open] == ["P-001/7"]
    assert [(each.name, each.by, each.says) for each in now.changed if each.name != "P-001:7"] == [
        ("P-002:2", "ann", "ack P-002/1"),
    ]
    assert now.changed[-1].says.startswith("snooze P-001/6 until 2026-03-13")
    assert "fever = no" not in {each.says for each in now.changed}, "that was eight days ago"


def test_what_was_taken_on_and_is_not_overdue_stands_among_what_was_promised(busy: Database) -> None:
    acknowledge(busy, "P-002", 1, request("2026-03-03 10:00"))
    act_on(busy, "P-003", 1, "", request("2026-03-03 10:00", who="ben"))
    now = found(busy, "2026-03-03 12:00")
    assert [(line.prompt, line.acting_by) for line in now.taken] == [("P-002/1", ""), ("P-003/1", "ben")]
    assert not {"P-002/1", "P-003/1"} & {line.prompt for line in now.open}


def test_a_patient_of_whom_nothing_is_asked_now_has_what_comes_next(database: Database) -> None:
    enrol(database, "P-002", "injured_on=2026-03-01", "consent=yes", "swelling=some")
    assert found(database, "2026-03-03 12:00").next == ()
    done(database, "P-002", number_of(database, "otherwise", "P-002"), request("2026-03-03 12:00"))
    [after] = found(database, "2026-03-03 13:00").next
    assert (after.patient, after.rule, str(after.opens)) == ("P-002", "otherwise", "2026-03-17")


def test_a_sheet_of_nobody_is_refused(busy: Database) -> None:
    with pytest.raises(NotFound, match="eva has no patients"):
        sheet(busy, "eva", now=IDA.now)


def test_the_sheet_of_who_took_over_says_the_same_of_each_prompt(busy: Database) -> None:
    done = given(busy)
    theirs = sheet(busy, "ben", now=IDA.now)
    for part in ("overdue", "open", "taken", "asleep", "next"):
        before, after = getattr(done.sheet, part), getattr(theirs, part)
        assert [line.prompt for line in before] == [line.prompt for line in after]


def test_a_handover_is_written_by_who_did_it(busy: Database) -> None:
    hand_over(busy, "ann", "ben", Author(by="eva", now=IDA.now))
    assert log(busy, "P-001")[-1].by == "eva"


@pytest.fixture
def stopped(database: Database) -> Database:
    """A stop for the coordinator is open for each of two patients of ann, and ben can be told of one."""
    for patient in ("P-001", "P-002"):
        enrol(database, patient)
        record(database, patient, "fever=yes", "swelling=much", when="2026-03-20 08:00")
    with database.writing() as store:
        store._run("UPDATE prompt SET role = 'coordinator' WHERE tier = 'stop'")
        for name in ("ann", "ben", "ida"):
            store.put_staff(StaffRow(name, ("coordinator",), "Europe/London", joined_at=0))
        store.put_channel(ChannelRow("ben", "mail", "json://127.0.0.1:9/", (), ()))
    return database


def test_a_handover_says_which_stops_change_hands_and_its_rehearsal_says_the_same(stopped: Database) -> None:
    number = number_of(stopped, "fever-now", "P-002")
    passes = (PassedOn(stops=(f"P-002/{number}",), holder="ben", reached=True),)

    assert given(stopped, patients=["P-002"], rehearse=True).stops == passes
    assert given(stopped, patients=["P-002"]).stops == passes
    assert given(stopped, "ben", "ann").stops[0].reached is False


def test_a_patient_who_is_handed_over_takes_along_the_stops(stopped: Database) -> None:
    number = number_of(stopped, "fever-now", "P-001")

    done = hand_over_one(stopped, "P-001", "ben", by="ida", now=IDA.now)

    assert done.held.person == "ben"
    assert done.stops == (PassedOn(stops=(f"P-001/{number}",), holder="ben", reached=True),)
