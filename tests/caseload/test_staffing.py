"""People at work: added, changed, on leave, gone; and whom that leaves with the prompts."""

from json import loads

import pytest

from caseload import enrolling, patients, roles, staffing
from caseload.contacts import OPEN, OTHERS, OVERDUE, TODAY
from caseload.requests import Author
from caseload.staff_views import person, staff_list
from caseload.staffing import Changes
from caseload.whose import has_list
from caseload.worklist import Worklist, worklist
from pathways.errors import CarepathError, NotFound, Refused
from storage.connection import Database
from tests.caseload.clinic import by, enrol, moment, request

MONDAY = "2026-03-02 09:00"
IDA = by("ida", MONDAY)


def add(database: Database, name: str, *roles: str, deputy: str | None = None) -> None:
    staffing.add(database, name, Changes(roles=roles or None, deputy=deputy), IDA)


def of(database: Database, owner: str | None, when: str = "2026-03-04 09:00") -> Worklist:
    return worklist(database, now=moment(when), owner=owner)


def held(found: Worklist) -> set[tuple[str, str]]:
    """Say who holds the open prompts for a coordinator, and why."""
    lines = (line for line in found.lines(TODAY, OPEN, OTHERS) if line.role == "coordinator")
    return {(line.holder, line.holder_why) for line in lines}


@pytest.fixture
def staffed(database: Database) -> Database:
    """Enter ben, who stands in for ann, and dr-lee, who leads; P-001 and P-002 are ann's and ben's."""
    add(database, "dr-lee", "clinician", "lead")
    add(database, "ben")
    add(database, "ann", deputy="ben")
    enrol(database)
    enrol(database, "P-002", owner="ben")
    return database


def test_a_person_is_added_with_what_the_site_has_where_nothing_is_said(database: Database) -> None:
    add(database, "ann")
    found = person(database, "ann", now=IDA.now)
    assert (found.line.roles, found.line.zone, found.hours) == (("coordinator",), "Europe/London", "")
    assert found.line.away == ""
    assert [(each.what, each.by) for each in found.log] == [("added", "ida")]


def test_nobody_is_added_twice(staffed: Database) -> None:
    with pytest.raises(Refused, match="staff edit ann"):
        add(staffed, "ann")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Changes(roles=("surgeon",)), "one or more of coordinator"),
        (Changes(roles=()), "one or more of coordinator"),
        (Changes(zone="Europe/Lodon"), "not a time zone"),
        (Changes(hours="nine to five"), "working hours"),
        (Changes(hours="mon-fri 8-17"), "time of day"),
        (Changes(digest_at="25:00"), "time of day"),
        (Changes(deputy="eva"), "cannot stand in for eva"),
        (Changes(deputy="ona"), "ona is not on the staff: there is ann, ben, dr-lee"),
    ],
)
def test_what_makes_no_sense_of_a_person_is_refused(staffed: Database, said: Changes, why: str) -> None:
    with pytest.raises(CarepathError, match=why):
        staffing.add(staffed, "eva", said, IDA)
    assert "eva" not in [line.person for line in staff_list(staffed, now=IDA.now).staff]


def test_a_change_says_what_it_was_and_is(staffed: Database) -> None:
    said = Changes(roles=("lead", "coordinator"), hours="mon-thu 08:00-17:00, fri 08:00-13:00", budget=20)
    staffing.edit(staffed, "ann", said, IDA)
    found = person(staffed, "ann", now=IDA.now)
    assert found.line.roles == ("coordinator", "lead"), "in the order in which roles are listed"
    assert [(each.field, each.was, each.now) for each in found.log[-1].fields] == [
        ("roles", "coordinator", "coordinator lead"),
        ("hours", "", "mon-thu 08:00-17:00, fri 08:00-13:00"),
        ("budget", "", "20"),
    ]
    staffing.edit(staffed, "ann", Changes(budget=-1, zone="", deputy=""), IDA)
    assert person(staffed, "ann", now=IDA.now).budget is None
    with pytest.raises(Refused, match="Nothing would change"):
        staffing.edit(staffed, "ann", Changes(deputy=""), IDA)


def test_whoever_is_not_there_cannot_be_changed(staffed: Database) -> None:
    for change in (
        lambda: staffing.edit(staffed, "ona", Changes(budget=3), IDA),
        lambda: staffing.leave(staffed, "ona", IDA, from_on="", to_on=""),
        lambda: staffing.end_leave(staffed, "ona", 1, IDA),
        lambda: staffing.depart(staffed, "ona", "2026-03-02", IDA),
        lambda: person(staffed, "ona", now=IDA.now),
    ):
        with pytest.raises(NotFound, match="carepath staff add ona"):
            change()


def test_while_somebody_is_on_leave_the_deputy_holds_what_is_theirs(staffed: Database) -> None:
    staffing.leave(staffed, "ann", IDA, from_on="2026-03-04", to_on="2026-03-06")

    anns = {line.prompt: line for line in of(staffed, "ann").lines(OTHERS)}["P-001/1"]
    bens = of(staffed, "ben")

    assert (anns.holder, anns.named, anns.owner) == ("ben", "ann", "ann")
    assert anns.holder_why == "for ann, on leave until 2026-03-06"
    assert bens.stands_in_for == ("ann",)
    assert {"P-001/1", "P-002/1"} <= {line.prompt for line in bens.lines(TODAY, OPEN)}
    after = of(staffed, "ben", "2026-03-07 09:00")
    assert after.stands_in_for == ()
    assert {line.patient for line in after.lines(OVERDUE)} == {"P-002"}


def test_a_leave_may_name_who_stands_in(staffed: Database) -> None:
    staffing.leave(staffed, "ann", IDA, from_on="2026-03-04", to_on="2026-03-06", deputy="dr-lee")
    assert {holder for holder, _ in held(of(staffed, "ann"))} == {"dr-lee"}


def test_leave_from_today_until_further_notice(staffed: Database) -> None:
    row = staffing.leave(staffed, "ann", IDA, from_on="", to_on="").row
    assert (row.from_on, row.to_on) == ("2026-03-02", "9999-12-31")
    assert person(staffed, "ann", now=IDA.now).line.away == "on leave until further notice"
    with pytest.raises(Refused, match="on leave from 2026-03-02 until further notice already"):
        staffing.leave(staffed, "ann", IDA, from_on="2026-04-01", to_on="")


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (("2026-03-06", "2026-03-04"), "lies before"),
        (("2036-03-06", "2036-03-07"), "is the year right"),
        (("2026-03-06", "2036-03-07"), "is the year right"),
        (("2026-03-11", "2026-03-20"), "on leave from 2026-03-10 to 2026-03-12 already.*--end 1"),
        (("soon", "2026-03-20"), "not a day"),
    ],
)
def test_days_that_make_no_sense_are_refused(staffed: Database, days: tuple[str, str], why: str) -> None:
    staffing.leave(staffed, "ann", IDA, from_on="2026-03-10", to_on="2026-03-12")
    with pytest.raises(CarepathError, match=why):
        staffing.leave(staffed, "ann", IDA, from_on=days[0], to_on=days[1])


def test_leave_is_taken_back_and_stays_on_record(staffed: Database) -> None:
    staffing.leave(staffed, "ann", IDA, from_on="2026-03-02", to_on="2026-03-06")
    staffing.end_leave(staffed, "ann", 1, IDA)
    found = person(staffed, "ann", now=IDA.now)
    assert found.line.away == ""
    assert [(each.number, each.withdrawn) for each in found.leave] == [(1, True)]
    assert [each.what for each in found.log] == ["added", "leave", "leave taken back"]
    staffing.leave(staffed, "ann", IDA, from_on="2026-03-05", to_on="2026-03-06")
    with pytest.raises(NotFound, match="there is 2"):
        staffing.end_leave(staffed, "ann", 1, IDA)


def test_who_departs_holds_nothing_from_the_day_after(staffed: Database) -> None:
    staffing.depart(staffed, "ann", "2026-03-03", IDA)
    assert held(of(staffed, "ann", "2026-03-03 23:00")) == {("ann", "")}
    assert held(of(staffed, "ann", "2026-03-04 00:00")) == {("ben", "for ann, who left on 2026-03-03")}
    with pytest.raises(Refused, match="already"):
        staffing.depart(staffed, "ann", "2026-03-03", IDA)
    staffing.depart(staffed, "ann", "", IDA)
    assert held(of(staffed, "ann")) == {("ann", "")}
    with pytest.raises(Refused, match="not to leave"):
        staffing.depart(staffed, "ann", "", IDA)


def test_nobody_who_is_not_there_becomes_responsible_once_staff_is_entered(staffed: Database) -> None:
    staffing.depart(staffed, "dr-lee", "2026-03-01", IDA)
    with pytest.raises(Refused, match=r"ona, who is not on the staff.*On the staff: ann, ben.*staff add ona"):
        enrolling.enrol(staffed, "P-003", "knee", [], request(MONDAY), owner="ona")
    with pytest.raises(Refused, match="who left on 2026-03-01"):
        patients.hand_over(staffed, "P-001", "dr-lee", by="ann", now=IDA.now)
    staffing.leave(staffed, "ben", IDA, from_on="2026-03-02", to_on="2026-03-06")
    patients.hand_over(staffed, "P-001", "ben", by="ann", now=IDA.now)
    found = patients.listed(staffed, patients.Filter(pathway="knee"), now=IDA.now)
    assert [line.owner for line in found] == ["ben", "ben"]


def test_without_staff_anybody_may_be_responsible(database: Database) -> None:
    enrol(database, owner="ona")
    assert held(of(database, "ona")) == {("ona", "")}


def test_an_owner_whom_nobody_entered_is_listed_with_who_holds_what_is_theirs(database: Database) -> None:
    enrol(database, owner="ona")
    add(database, "dr-lee", "clinician")
    [unknown] = staff_list(database, now=IDA.now).unknown
    assert (unknown.person, unknown.enrolments, unknown.holder) == ("ona", 1, "dr-lee")
    assert unknown.prompts > 0


def test_a_list_of_the_staff_counts_what_is_theirs_and_says_with_whom_it_rests(staffed: Database) -> None:
    staffing.leave(staffed, "ann", IDA, from_on="2026-03-04", to_on="2026-03-06")
    found = {line.person: line for line in staff_list(staffed, now=moment("2026-03-05 09:00")).staff}
    assert (found["ann"].enrolments, found["ann"].holder, found["ben"].holder) == (1, "ben", "ben")
    assert [(each.from_on, each.to_on) for each in found["ann"].leave] == [("2026-03-04", "2026-03-06")]
    assert found["dr-lee"].enrolments == 0
    assert person(staffed, "ben", now=moment("2026-03-05 09:00")).stands_in_for == ("ann",)
    assert [each.leave for each in staff_list(staffed, now=moment("2026-03-08 09:00")).staff] == [(), (), ()]


def test_who_holds_a_role_has_its_prompts_of_every_caseload_on_their_list(staffed: Database) -> None:
    assert not has_list(staffed, "eva", now=IDA.now)
    roles.assign(staffed, "clinician", "dr-lee", now=IDA.now)
    assert has_list(staffed, "dr-lee", now=IDA.now)
    found = of(staffed, "dr-lee")
    assert {line.patient for line in (*found.lines(OVERDUE), *found.lines(TODAY, OPEN))} == {"P-001", "P-002"}
    assert {line.role for line in (*found.lines(OVERDUE), *found.lines(TODAY, OPEN))} == {"clinician"}
    assert found.roles == ("clinician", "lead"), "the lead too, as nobody else is one"


def test_when_nobody_is_there_the_list_says_so(staffed: Database) -> None:
    for name in ("ann", "ben", "dr-lee"):
        staffing.leave(staffed, name, IDA, from_on="2026-03-04", to_on="2026-03-06")
    found = of(staffed, None)
    assert {line.holder for line in found.lines(TODAY, OPEN)} == {""}
    assert found.lines(TODAY, OPEN)[0].holder_why.startswith("nobody is there: ")


def test_no_address_and_nothing_of_a_patient_stands_in_the_log(staffed: Database) -> None:
    staffing.leave(staffed, "ann", IDA, from_on="2026-03-04", to_on="2026-03-06")
    with staffed.listing() as lists:
        changes = [loads(row.change) for row in lists.staff_log("ann")]
    assert [sorted(change) for change in changes] == [
        ["budget", "deputy", "digest_at", "hours", "roles", "zone"],
        ["deputy", "from", "number", "to"],
    ]


def test_a_writer_is_named_in_the_log(staffed: Database) -> None:
    staffing.edit(staffed, "ann", Changes(deputy=""), Author(by="eva", now=moment("2026-03-03 09:00")))
    last = person(staffed, "ann", now=IDA.now).log[-1]
    assert (last.by, last.at.local) == ("eva", "2026-03-03 09:00")
