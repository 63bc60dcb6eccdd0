"""Who holds a prompt: nobody who is away, while somebody is there."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.rota import AS_NAMED, Holder, Holders, Rota, absence, gone, here, holder, rota
from pathways.moments import Moment, day_of, start_of
from storage.staff import LeaveRow, StaffRow

ROLES = ("coordinator", "clinician", "lead")
NAMES = ("anna", "ben", "carla", "dr-berg", "eva")
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Kiritimati")
HOUR = 3_600_000_000
MONDAY = date(2026, 10, 5)
NOON = start_of(MONDAY, "UTC") + 12 * HOUR


def person(
    name: str, *roles: str, deputy: str = "", zone: str = "UTC", left_on: str | None = None
) -> StaffRow:
    return StaffRow(name, roles or ("coordinator",), zone, deputy=deputy, left_on=left_on)


def away(
    name: str, days: int = 5, *, since: date = MONDAY, deputy: str = "", ended: bool = False
) -> LeaveRow:
    until = since + timedelta(days=days - 1)
    return LeaveRow(name, 1, since.isoformat(), until.isoformat(), deputy, ended, 7, "ida")


def made(*rows: StaffRow | LeaveRow, **held: str) -> Rota:
    staff = [row for row in rows if isinstance(row, StaffRow)]
    return rota(staff, [row for row in rows if isinstance(row, LeaveRow)], held)


LEAD = person("dr-berg", "clinician", "lead")


def asked(found: Rota, role: str = "coordinator", owner: str = "anna", at: Moment = NOON) -> Holder:
    return holder(found, role, owner, at)


def test_without_any_staff_everybody_is_as_named() -> None:
    found = made(lead="dr-berg")
    assert asked(found) == Holder("anna", AS_NAMED, "anna")
    assert asked(found, "lead") == Holder("dr-berg", AS_NAMED, "dr-berg")
    assert asked(found, "clinician") == Holder("", AS_NAMED, "")


def test_an_owner_who_is_there_holds_what_is_theirs() -> None:
    assert asked(made(person("anna", deputy="ben"), person("ben"))) == Holder("anna", "owner", "anna")


def test_the_deputy_holds_what_is_of_somebody_on_leave() -> None:
    found = made(person("anna", deputy="ben"), person("ben"), away("anna"))
    assert asked(found) == Holder("ben", "for anna, on leave until 2026-10-09", "anna")
    assert asked(found, at=NOON + 5 * 24 * HOUR) == Holder("anna", "owner", "anna")


def test_a_leave_may_have_a_deputy_of_its_own() -> None:
    found = made(person("anna", deputy="ben"), person("ben"), person("carla"), away("anna", deputy="carla"))
    assert asked(found).person == "carla"


def test_the_deputy_of_a_deputy_is_asked_next() -> None:
    staff = (person("anna", deputy="ben"), person("ben", deputy="carla"), person("carla"))
    found = made(*staff, away("anna"), away("ben", 2))
    assert asked(found) == Holder(
        "carla", "for anna, on leave until 2026-10-09; ben, on leave until 2026-10-06", "anna"
    )


def test_two_who_stand_in_for_each_other_and_are_both_away_leave_it_to_the_lead() -> None:
    staff = (person("anna", deputy="ben"), person("ben", deputy="anna"), LEAD)
    found = made(*staff, away("anna"), away("ben"), lead="dr-berg")
    assert asked(found).person == "dr-berg"
    assert asked(found).why == (
        "as lead, for anna, on leave until 2026-10-09; ben, on leave until 2026-10-09"
    )


def test_who_left_holds_nothing_from_the_day_after() -> None:
    found = made(person("anna", left_on="2026-10-04"), LEAD, lead="dr-berg")
    assert asked(found) == Holder("dr-berg", "as lead, for anna, who left on 2026-10-04", "anna")
    assert asked(found, at=NOON - 24 * HOUR).person == "anna"
    assert gone(found, "anna", NOON)
    assert not gone(found, "anna", NOON - 24 * HOUR)


def test_an_owner_whom_nobody_knows_leaves_it_to_the_lead() -> None:
    found = made(LEAD, lead="dr-berg")
    assert asked(found, owner="ona") == Holder("dr-berg", "as lead, for ona, who is not on the staff", "ona")
    assert gone(found, "ona", NOON)


def test_a_clinician_on_leave_resolves_to_the_deputy_then_to_the_lead() -> None:
    staff = (person("dr-berg", "clinician", deputy="dr-cole"), person("dr-diaz", "lead"))
    found = made(*staff, person("dr-cole", "clinician"), away("dr-berg"), clinician="dr-berg", lead="dr-diaz")
    assert asked(found, "clinician").person == "dr-cole"
    found = made(*staff, away("dr-berg"), clinician="dr-berg", lead="dr-diaz")
    assert asked(found, "clinician").person == "dr-diaz"


def test_a_role_that_nobody_holds_goes_to_the_lead() -> None:
    found = made(LEAD, lead="dr-berg")
    assert asked(found, "clinician") == Holder(
        "dr-berg", "as lead, as nobody holds the role of clinician", ""
    )


def test_another_lead_then_a_coordinator_then_a_clinician_stands_in_for_the_lead() -> None:
    lead, other = person("dr-berg", "lead"), person("eva", "lead")
    ben, cole = person("ben"), person("dr-cole", "clinician")
    found = made(lead, other, ben, cole, away("dr-berg"), lead="dr-berg")
    assert asked(found, "lead") == Holder("eva", "as lead, for dr-berg, on leave until 2026-10-09", "dr-berg")
    found = made(lead, ben, person("anna"), cole, away("dr-berg"), lead="dr-berg")
    assert asked(found, "lead").person == "anna"
    found = made(lead, ben, person("anna"), cole, away("dr-berg"), lead="dr-berg", coordinator="ben")
    assert asked(found, "lead").person == "ben", "the coordinator whom the site names comes first"
    found = made(lead, cole, away("dr-berg"), lead="dr-berg")
    assert asked(found, "lead").person == "dr-cole"


def test_an_author_or_auditor_holds_no_prompt() -> None:
    found = made(person("eva", "author", "auditor"))
    assert asked(found) == Holder("", "nobody is there: anna, who is not on the staff", "anna")


def test_when_nobody_is_there_it_says_so_of_each() -> None:
    found = made(person("anna"), LEAD, away("anna"), away("dr-berg", 1), lead="dr-berg")
    assert asked(found) == Holder(
        "", "nobody is there: anna, on leave until 2026-10-09; dr-berg, on leave until 2026-10-05", "anna"
    )
    assert asked(made(person("eva", "author")), "lead").why == (
        "nobody is there: as nobody holds the role of lead"
    )


def test_leave_that_was_withdrawn_is_none() -> None:
    assert asked(made(person("anna"), away("anna", ended=True))).person == "anna"


def test_leaves_that_touch_are_one_when_it_says_until_when() -> None:
    rest = away("anna", 3, since=MONDAY + timedelta(days=5))
    later = away("anna", 1, since=MONDAY + timedelta(days=20))
    found = made(person("anna"), away("anna"), rest, later)
    assert absence(found, "anna", NOON) == "on leave until 2026-10-12"


def test_leave_without_an_end_is_possible() -> None:
    found = made(
        person("anna"), LeaveRow("anna", 1, "2026-10-05", "9999-12-31", "", ended=False, at=7, by="ida")
    )
    assert absence(found, "anna", NOON) == "on leave until further notice"


def test_each_person_is_away_by_the_calendar_where_they_are() -> None:
    found = made(person("anna", zone="Pacific/Kiritimati"), person("ben"), away("anna", 1), away("ben", 1))
    assert here(found, start_of(MONDAY, "UTC") - 1) == ["ben"]
    assert here(found, start_of(MONDAY, "UTC")) == []
    assert here(found, start_of(MONDAY, "UTC") + 10 * HOUR) == ["anna"]


@given(
    zone=st.sampled_from(ZONES),
    since=st.dates(date(2026, 3, 1), date(2026, 11, 15)),
    days=st.integers(1, 40),
)
def test_leave_begins_and_ends_with_the_local_day_also_when_the_clocks_change(
    zone: str, since: date, days: int
) -> None:
    found = made(person("anna", zone=zone), away("anna", days, since=since))
    begins, ends = start_of(since, zone), start_of(since + timedelta(days=days), zone)
    assert [bool(absence(found, "anna", at)) for at in (begins - 1, begins, ends - 1, ends)] == [
        *(False, True),
        *(True, False),
    ]


@pytest.mark.parametrize("changed", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_on_which_the_clocks_change_is_one_day_of_leave(changed: date) -> None:
    found = made(person("anna", zone="Europe/London"), away("anna", 1, since=changed))
    begins, ends = start_of(changed, "Europe/London"), start_of(changed + timedelta(days=1), "Europe/London")
    assert (ends - begins) // HOUR in {23, 25}
    assert absence(found, "anna", begins) == absence(found, "anna", ends - 1) != ""
    assert absence(found, "anna", begins - 1) == absence(found, "anna", ends) == ""


class Site(NamedTuple):
    """People and their leave in some order, who holds each role, and a moment."""

    staff: Sequence[StaffRow]
    leave: Sequence[LeaveRow]
    held: dict[str, str]
    at: Moment

    @property
    def rota(self) -> Rota:
        return rota(self.staff, self.leave, self.held)

    def is_there(self, name: str) -> bool:
        """Say in the plainest way whether somebody is there, by another calendar than the rota uses."""
        people = [row for row in self.staff if row.id == name]
        if not people:
            return False
        today = day_of(self.at, people[0].zone).isoformat()
        leave = [row for row in self.leave if row.staff == name and not row.ended]
        left = people[0].left_on is not None and people[0].left_on < today
        return not left and not any(row.from_on <= today <= row.to_on for row in leave)


DAYS = st.dates(date(2026, 10, 20), date(2026, 10, 30))  # the clocks change on the 25th in London


@st.composite
def sites(draw: st.DrawFn) -> Site:
    maybe_named = st.sampled_from(("", "ona", *NAMES))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1))
    staff = [
        StaffRow(
            name,
            tuple(draw(st.lists(st.sampled_from((*ROLES, "author", "auditor")), unique=True, min_size=1))),
            draw(st.sampled_from(ZONES)),
            deputy=draw(maybe_named),
            left_on=draw(st.none() | DAYS.map(date.isoformat)),
        )
        for name in names
    ]
    leave = [
        LeaveRow(
            draw(st.sampled_from(names)),
            number,
            min(days),
            max(days),
            draw(maybe_named),
            draw(st.booleans()),
            7,
            "ida",
        )
        for number in range(1, draw(st.integers(1, 7)))
        for days in [[draw(DAYS).isoformat(), draw(DAYS).isoformat()]]
    ]
    held = {role: draw(maybe_named) for role in ROLES}
    at = start_of(draw(DAYS), "UTC") + draw(st.integers(0, 24 * HOUR - 1))
    return Site(staff, leave, held, at)


@given(site=sites(), role=st.sampled_from(ROLES), owner=st.sampled_from(("ona", *NAMES)))
def test_nobody_absent_departed_or_unknown_ever_holds_a_prompt_while_anybody_is_there(
    site: Site, role: str, owner: str
) -> None:
    found = holder(site.rota, role, owner, site.at)
    if found.person:
        assert site.is_there(found.person)
    else:
        can = [row.id for row in site.staff if set(row.roles) & set(ROLES)]
        assert not any(map(site.is_there, (*can, found.named)))


@given(site=sites(), role=st.sampled_from(ROLES), owner=st.sampled_from(("ona", *NAMES)))
def test_whoever_is_named_holds_it_when_they_are_there_and_else_it_says_why_not(
    site: Site, role: str, owner: str
) -> None:
    found = holder(site.rota, role, owner, site.at)
    assert found.named == (owner if role == "coordinator" else site.held[role])
    assert found.stands_in is not (site.is_there(found.named) or not (found.named or found.person))
    if found.stands_in:
        assert found.named in found.why
    else:
        assert found.why


@given(site=sites(), mixed=st.randoms(use_true_random=False), owner=st.sampled_from(NAMES))
def test_the_answer_is_the_same_in_whatever_order_the_rows_come(
    site: Site, mixed: Random, owner: str
) -> None:
    staff, leave = list(site.staff), list(site.leave)
    mixed.shuffle(staff)
    mixed.shuffle(leave)
    other = rota(staff, leave, dict(reversed(site.held.items())))
    assert [holder(other, role, owner, site.at) for role in ROLES] == [
        holder(site.rota, role, owner, site.at) for role in ROLES
    ]


@given(site=sites(), owners=st.lists(st.sampled_from(("ona", *NAMES))))
def test_asking_for_a_whole_list_is_the_same_as_asking_for_each(site: Site, owners: list[str]) -> None:
    together = Holders(site.rota, site.at)
    for owner in owners:
        for role in ROLES:
            assert together.of(role, owner) == holder(site.rota, role, owner, site.at)
