"""Prompts: identity, numbers, answers kept, owners; and the projections of a standing."""

from datetime import date

import pytest
from msgspec.structs import replace

from pathways.history import PromptKey
from storage.connection import Database
from storage.rows import BannerRow, Escalation, FactRow, PromptRow, TrackRow
from tests.storage.cases import enrolled, prompt, save
from tests.storage.databases import REFUSED


def test_a_prompt_comes_back_as_it_was_written(database: Database) -> None:
    enrolment_id = enrolled(database)
    whole = PromptRow(
        enrolment_id=enrolment_id,
        patient_id="P-014",
        key=PromptKey("confirm", 2, 3, 4),
        tier="due",
        role="coordinator",
        owner="ana",
        say="Confirm the date",
        began_at=1,
        began_by=2,
        counted_on=date(2026, 11, 9),
        counted_at=3,
        counted_by=4,
        opens_at=5,
        due_at=6,
        due_on=date(2026, 11, 10),
        lapses_at=7,
        escalates=(Escalation("3 days", "lead", 8), Escalation("1 month", "clinician", 9)),
        missing=("calcium", "response"),
        source=("article-2025",),
        counted_from="procedure_booked",
        acknowledged_at=10,
        snoozed_until=11,
        snoozes=1,
        ended_at=12,
        ended="done",
        ended_by=5,
        settled=True,
    )
    with database.writing() as store:
        [saved] = save(store, whole)
    assert saved == replace(whole, id=1, number=1, written_at=1_000)
    with database.reading() as store:
        assert store.prompt("P-014", 1) == saved
        assert store.prompts(enrolment_id) == [saved]
        assert store.unsettled(enrolment_id) == []


def test_a_change_keeps_who_the_prompt_is(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        [before] = save(store, prompt(enrolment_id))
        after = replace(before, missing=("calcium",), acknowledged_at=1_500, due_at=3_100)
        save(store, changed=((before, after),), now=1_500)
        assert store.unsettled(enrolment_id) == [after]


def test_numbers_count_per_patient_and_are_never_used_again(database: Database) -> None:
    first, second = enrolled(database), enrolled(database, "P-015")
    with database.writing() as store:
        [one, two] = save(store, prompt(first, "a"), prompt(first, "b"))
        [other] = save(store, prompt(second, "a", patient_id="P-015"))
        gone = replace(two, ended_at=1_000, ended="superseded", ended_by=2, settled=True)
        save(store, changed=((two, gone),))
        [three] = save(store, prompt(first, "c"))
    assert [each.number for each in (one, two, other, three)] == [1, 2, 1, 3]
    with database.reading() as store:
        assert [each.number for each in store.prompts(first)] == [1, 2, 3]
        assert [each.number for each in store.unsettled(first)] == [1, 3]


def test_one_prompt_is_stored_once(database: Database) -> None:
    enrolment_id = enrolled(database)
    with database.writing() as store:
        save(store, prompt(enrolment_id))
    with pytest.raises(REFUSED), database.writing() as store:
        save(store, prompt(enrolment_id))


@pytest.mark.parametrize(
    "wrong",
    [
        prompt(1, tier="urgent"),
        prompt(1, tier="stop", lapses_at=9),
        prompt(1, tier="stop", snoozed_until=9),
        prompt(1, ended_at=5),
        prompt(1, ended="done"),
        prompt(1, ended="forgotten", ended_at=5),
        prompt(1, settled=True),
        prompt(1, counted_at=5),
        prompt(1, due_at=None, due_on=date(2026, 11, 9)),
        prompt(1, patient_id="P-015"),
        prompt(9),
    ],
)
def test_the_table_refuses_a_prompt_that_makes_no_sense(database: Database, wrong: PromptRow) -> None:
    assert (enrolled(database), enrolled(database, "P-015")) == (1, 2)
    with pytest.raises(REFUSED), database.writing() as store:
        save(store, wrong)


def test_saving_nothing_does_nothing(database: Database) -> None:
    with database.writing() as store:
        assert save(store) == []


def test_an_enrolment_is_handed_over_with_all_its_prompts(database: Database) -> None:
    first, second = enrolled(database), enrolled(database, "P-015")
    with database.writing() as store:
        save(store, prompt(first))
        save(store, prompt(second, patient_id="P-015"))
        store.set_owner(first, "ben")
        assert [each.owner for each in store.prompts(first)] == ["ben"]
        assert [each.owner for each in store.prompts(second)] == ["ana"]
        row = store.enrolment(first)
        assert row
        assert row.owner == "ben"


def test_what_changed_of_a_standing_is_written_and_the_rest_stays(database: Database) -> None:
    of = enrolled(database)
    syndrome, cancer = TrackRow(of, "syndrome", "workup", 5, 2), TrackRow(of, "cancer", "not-staged", 1, 0)
    with database.writing() as store:
        store.save_tracks([syndrome, cancer])
        moved = replace(syndrome, state="first-line", entered_at=9, entry=4)
        store.save_tracks([moved])
        assert store.tracks(of) == [cancer, moved]
        store.remove_tracks([cancer])
        assert store.tracks(of) == [moved]


@pytest.mark.parametrize("value", ["low", 2.31, 5.0, True, False, ""])
def test_a_fact_keeps_its_value_and_kind(database: Database, value: str | float | bool) -> None:
    of = enrolled(database)
    fact = FactRow(of, "calcium", 0, value, 5, only_day=True, entry=3)
    booked = FactRow(of, "procedure_booked", 2, "2026-11-09", 5, only_day=False, entry=3, ended="cancelled")
    with database.writing() as store:
        store.save_facts([booked, fact])
        assert store.facts(of) == [fact, booked]
        assert type(store.facts(of)[0].value) is type(value)
        store.save_facts([replace(fact, value="worse")])
        store.remove_facts([booked])
        assert store.facts(of) == [replace(fact, value="worse")]


def test_a_banner_may_be_shown_more_than_once(database: Database) -> None:
    of = enrolled(database)
    was, now = (
        BannerRow(of, "icu", 5, 9, "Consider intensive care"),
        BannerRow(of, "icu", 20, None, "Consider"),
    )
    with database.writing() as store:
        store.save_banners([was, now])
        assert store.banners(of) == [was, now]
        store.save_banners([replace(now, until=30)])
        store.remove_banners([was])
        assert store.banners(of) == [replace(now, until=30)]
