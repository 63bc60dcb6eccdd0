"""What could let a patient be forgotten is found, each by name, and whatever is mended is found no more."""

import pytest

from caseload import actions, answering, handover, roles, staffing
from caseload.checking import Report, check
from caseload.projecting import escalation_moment
from caseload.staffing import Changes
from pathways.moments import Moment
from storage.connection import Database
from storage.rows import HeartbeatRow, MessageRow, NewDelivery
from storage.staff import ChannelRow
from tests.caseload.clinic import by, enrol, moment, record, request, treated
from tests.caseload.test_checking import spoil
from tests.storage.databases import run

NOW = moment("2026-03-03 12:00")
IDA = by("ida", "2026-03-02 08:00")
MAIL = ("ann", "mail")


@pytest.fixture
def ticking(database: Database) -> Database:
    """P-001 is ann's, every role is held, and ticks run."""
    for role in ("clinician", "lead"):
        roles.assign(database, role, "dr-lee", now=NOW)
    for each in ("P-001", "P-002", "P-003"):
        enrol(database, each)
    ticked(database, NOW)
    return database


def ticked(database: Database, at: Moment) -> None:
    """Leave what a tick leaves: a heartbeat, nothing due, all of it written to the output."""
    beat = HeartbeatRow("one", "desk", 60.0, at, tick_began_at=at, tick_ended_at=at)
    with database.writing() as store:
        store.begin_tick(beat)
        store.claim_due(now=at, limit=1_000, worker="one", escalation_moment=escalation_moment)
    run(database, "UPDATE delivery SET state = 'sent', ready_at = NULL, sent_at = 1 WHERE staff = ''")


def staff(database: Database, name: str, *has: str, deputy: str | None = None) -> None:
    staffing.add(database, name, Changes(roles=has or None, deputy=deputy), IDA)


def found(database: Database, now: Moment = NOW) -> list[tuple[str, str]]:
    """List what is found, and for whom."""
    report = check(database, now=now)
    assert report.differences == ()
    return [(each.kind, each.about) for each in report.loose_ends]


def says(report: Report, kind: str) -> str:
    [said] = [each.says for each in report.loose_ends if each.kind == kind]
    return said


def test_where_everybody_has_a_date_and_somebody_nothing_is_found(ticking: Database) -> None:
    assert found(ticking) == []


def test_an_enrolment_whose_prompts_rest_with_nobody_is_named_with_why(ticking: Database) -> None:
    staff(ticking, "ann")
    staff(ticking, "dr-lee", "clinician", "lead")
    assert found(ticking) == []
    for name in ("ann", "dr-lee"):
        staffing.leave(ticking, name, IDA, from_on="2026-03-03", to_on="2026-03-09")

    report = check(ticking, now=NOW)

    ends = [each for each in report.loose_ends if each.kind == "nobody-there"]
    assert [each.about.split("/")[0] for each in ends] == ["P-001", "P-002", "P-003"]
    assert "ann, on leave until 2026-03-09" in ends[0].says
    assert "dr-lee, on leave until 2026-03-09" in ends[0].says
    assert "carepath staff edit" in ends[0].says


def test_somebody_who_left_a_pathway_needs_nobody(ticking: Database) -> None:
    for each in ("P-001", "P-002", "P-003"):
        actions.close(ticking, each, "moved", request("2026-03-03 09:00", because="to the coast"))
    spoil(ticking, "DELETE FROM role WHERE role = 'clinician'")

    assert found(ticking) == []


def test_a_role_that_nobody_holds_is_named_once_and_only_where_it_is_used(database: Database) -> None:
    with database.reading() as store:
        assert store.pathways_in_use() == []
    assert [kind for kind, _ in found(database, moment("2026-03-02 09:30"))] == []
    enrol(database)
    enrol(database, "P-002")

    assert found(database, moment("2026-03-02 09:30")) == [
        ("role-unheld", "clinician"),
        ("role-unheld", "lead"),
    ]


def test_what_only_a_role_without_a_holder_is_asked_is_named(ticking: Database) -> None:
    spoil(ticking, "DELETE FROM role WHERE role = 'clinician'")
    record(ticking, "P-001", "injured_on=2026-03-01", "consent=yes", when="2026-03-03 09:00")

    ends = found(ticking)

    assert ("role-unheld", "clinician") in ends
    assert [about for kind, about in ends if kind == "nobody-there"] == ["P-001/2"]


@pytest.mark.parametrize("left", [False, True])
def test_an_owner_who_is_not_or_no_longer_at_work_is_named_until_a_handover(
    ticking: Database, *, left: bool
) -> None:
    staff(ticking, "ben")
    staff(ticking, "dr-lee", "clinician", "lead")
    if left:
        staff(ticking, "ann")
        spoil(ticking, "UPDATE staff SET left_on = '2026-03-02' WHERE id = 'ann'")

    report = check(ticking, now=NOW)

    assert [each.kind for each in report.loose_ends] == ["owner-gone"]
    assert ("left on 2026-03-02" if left else "is not on the staff") in says(report, "owner-gone")
    assert "3 open enrolments, such as that of P-001" in says(report, "owner-gone")
    handover.hand_over(ticking, "ann", "ben", by("ben", "2026-03-03 11:00"))
    assert found(ticking) == []


def test_somebody_whose_deputy_has_left_is_named_until_they_have_another(ticking: Database) -> None:
    staff(ticking, "ann")
    staff(ticking, "dr-lee", "clinician", "lead")
    staff(ticking, "ben")
    staffing.edit(ticking, "ann", Changes(deputy="ben"), by("ann", "2026-03-03 10:00"))
    assert found(ticking) == []
    staffing.depart(ticking, "ben", "2026-03-02", by("ann", "2026-03-03 10:00"))

    report = check(ticking, now=NOW)
    assert found(ticking) == [("deputy-gone", "ann")]
    assert "ann's deputy is ben, who left on 2026-03-02: `carepath staff edit ann" in says(
        report, "deputy-gone"
    )
    staffing.edit(ticking, "ann", Changes(deputy=""), by("ann", "2026-03-03 10:00"))
    assert found(ticking) == []


def test_a_role_held_by_somebody_who_is_not_at_work_here_is_named(ticking: Database) -> None:
    staff(ticking, "ann")
    staff(ticking, "dr-moe", "clinician", "lead")

    assert found(ticking) == [("role-unheld", "clinician"), ("role-unheld", "lead")]


def test_a_patient_on_no_pathway_is_named_after_a_day(database: Database) -> None:
    enrol(database)
    enrol(database, "P-002")
    for role in ("clinician", "lead"):
        roles.assign(database, role, "dr-lee", now=NOW)

    for when, expected in (("2026-03-03 07:59", []), ("2026-03-03 08:01", [("never-enrolled", "P-003")])):
        ticked(database, moment(when))
        assert found(database, moment(when)) == expected


def test_who_left_every_pathway_was_on_one(ticking: Database) -> None:
    actions.close(ticking, "P-003", "moved", request("2026-03-03 09:00", because="to the coast"))

    assert found(ticking) == []


def test_what_was_recorded_by_a_clock_that_was_ahead_is_named(ticking: Database) -> None:
    record(ticking, "P-002", "swelling=some", when="2027-03-02 10:00")
    record(ticking, "P-002", "swelling=much", when="2027-03-02 11:00")

    report = check(ticking, now=NOW)

    assert "P-002:2 and 1 more were recorded at 2027-03-02 10:00" in says(report, "recorded-ahead")


def test_a_moment_that_no_tick_took_is_named_with_whether_anybody_ticks(database: Database) -> None:
    for role in ("clinician", "lead"):
        roles.assign(database, role, "dr-lee", now=NOW)
    for each in ("P-001", "P-002", "P-003"):
        treated(database, each)
    never = says(check(database, now=moment("2026-03-20 12:00")), "untaken")
    ticked(database, moment("2026-03-04 12:00"))
    silent = says(check(database, now=moment("2026-03-20 12:00")), "untaken")
    beat = moment("2026-03-20 11:59")
    with database.writing() as store:
        store.begin_tick(HeartbeatRow("one", "desk", 60.0, beat, beat, beat))
    deaf = says(check(database, now=moment("2026-03-20 12:00")), "untaken")

    assert "no tick ever ended: start `carepath scheduler run`" in never
    assert "no tick ended since 2026-03-04 12:00: start `carepath scheduler run`" in silent
    assert "though a tick ended at 2026-03-20 11:59: see what the scheduler logs" in deaf
    ticked(database, moment("2026-03-20 12:00"))
    assert found(database, moment("2026-03-20 12:00")) == []


@pytest.mark.parametrize("long", ["nightly", "backup"])
def test_a_routine_that_nobody_did_is_named_and_one_that_is_being_done_is_not(
    ticking: Database, long: str
) -> None:
    with ticking.writing() as store:
        store.add_routine("digest:ann", next_at=moment("2026-03-03 07:30"))
        store.add_routine(long, next_at=moment("2026-03-03 02:00"))
        store.claim_routines(now=NOW, worker="one", lease=10, limit=1)

    assert found(ticking) == [("undone", "digest:ann")]


def test_a_routine_that_fails_whenever_it_is_tried_is_named(ticking: Database) -> None:
    with ticking.writing() as store:
        store.add_routine("digest:ann", next_at=moment("2026-03-03 07:30"))
        store.claim_routines(now=NOW, worker="one", lease=10, limit=1)

    assert found(ticking) == [("undone", "digest:ann")]


def told(database: Database, state: str, at: Moment) -> None:
    """Let the first deed be told to ann by mail, as far as a state."""
    with database.writing() as store:
        deed = store.ledger(1)[0]
        store.put_channel(ChannelRow(*MAIL, url="json://127.0.0.1:9/", tiers=(), kinds=()))
        store.add_deliveries(
            [
                NewDelivery(
                    ledger_id=deed.id,
                    staff=MAIL[0],
                    channel=MAIL[1],
                    ready_at=at,
                    why="owner",
                    delivery_key="k",
                )
            ]
        )
    if state == "failed":
        spoil(database, "UPDATE delivery SET state = 'failed', ready_at = NULL WHERE staff = 'ann'")


def message(database: Database, kind: str, at: Moment, *, state: str = "queued") -> None:
    with database.writing() as store:
        store.queue_message(
            MessageRow(
                kind=kind,  # type: ignore[arg-type]  # one of them
                about=str(at),
                staff=MAIL[0],
                channel=MAIL[1],
                at=at,
                body="{}",
                ready_at=at,
                delivery_key=f"{kind} {at}",
            )
        )
    ready = "NULL" if state != "queued" else "ready_at"
    sent = at if state == "sent" else "NULL"
    spoil(
        database,
        f"UPDATE message SET state = '{state}', ready_at = {ready}, sent_at = {sent} WHERE about = '{at}'",  # noqa: S608
    )


@pytest.fixture
def mailed(ticking: Database) -> Database:
    """Enter ann and dr-lee as staff."""
    staff(ticking, "ann")
    staff(ticking, "dr-lee", "clinician", "lead")
    return ticking


def test_a_message_that_could_go_since_yesterday_is_named_with_its_prompt(mailed: Database) -> None:
    told(mailed, "queued", NOW)
    assert found(mailed, NOW + 86_399_000_000) == found(mailed, NOW) == []
    later = NOW + 86_401_000_000
    ticked(mailed, later)

    report = check(mailed, now=later)

    assert [(each.kind, each.about) for each in report.loose_ends] == [("unsent", "P-001/1")]
    assert "The message to ann by mail about P-001/1 could have gone since 2026-03-03" in says(
        report, "unsent"
    )
    assert "carepath staff channel test ann" in says(report, "unsent")


@pytest.mark.parametrize("tries", [5, 6])
def test_messages_that_are_refused_again_and_again_are_named_however_soon_the_next_try_is(
    mailed: Database, tries: int
) -> None:
    told(mailed, "queued", NOW + 3_600_000_000)
    message(mailed, "digest", NOW + 1)
    spoil(mailed, f"UPDATE delivery SET tries = {tries}, error = 'refused' WHERE staff = 'ann'")  # noqa: S608
    spoil(mailed, f"UPDATE message SET tries = {tries}, error = 'refused'")  # noqa: S608

    named = [("unsent", "P-001/1"), ("unsent", "ann")]
    assert found(mailed) == (named if tries > 5 else [])
    page = " ".join(each.says for each in check(mailed, now=NOW).loose_ends)
    again = "The message to ann by mail about P-001/1 was refused again and again, the first of 2026-03-02"
    assert (again in page) is (tries > 5)


def test_a_message_that_was_given_up_is_named_until_somebody_has_seen_the_prompt(mailed: Database) -> None:
    told(mailed, "failed", NOW)

    assert found(mailed) == [("given-up", "P-001/1")]
    answering.see(mailed, "P-001", 1, request("2026-03-03 11:00"))
    assert found(mailed) == []


def test_a_message_that_was_given_up_is_named_until_a_digest_has_reached_that_person(
    mailed: Database,
) -> None:
    told(mailed, "failed", NOW)
    message(mailed, "digest", NOW - 1, state="sent")

    assert found(mailed) == []


def test_a_digest_that_was_given_up_is_named_until_something_gets_through(mailed: Database) -> None:
    told(mailed, "queued", NOW)
    message(mailed, "digest", NOW - 1_000, state="failed")

    assert found(mailed) == [("given-up", "ann")]
    with mailed.writing() as store:
        store.verify_channel(*MAIL, at=NOW)
    assert found(mailed) == []


def test_no_loose_end_holds_a_name_or_what_people_wrote(ticking: Database) -> None:
    record(ticking, "P-001", "remark=lives above the bakery", when="2027-03-02 10:00")
    spoil(ticking, "UPDATE prompt SET ended_at = 1, ended = 'done', ended_by = 1, settled = true")
    staff(ticking, "ben")

    said = " ".join(each.says for each in check(ticking, now=NOW).loose_ends)

    assert "P-001" in said
    assert "bakery" not in said
    assert "Name of" not in said
