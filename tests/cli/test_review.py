"""How far a pathway is reviewed is said wherever its prompts are shown, and changed by people only."""

import json

import pytest

from tests.cli.conftest import WATCH, Desk

APPROVE = (
    "pathway review watch --status under-review --because 'Dr Cole reads it'",
    "pathway review watch --status approved --because 'read with Dr Cole'",
)


def approved(desk: Desk) -> None:
    for line in APPROVE:
        desk.done(line)


def test_a_review_says_who_when_and_why(desk: Desk) -> None:
    approved(desk)

    assert desk.done("pathway review watch").splitlines() == [
        "watch, version 1: approved by a clinician",
        "REVIEW        BY    ON          WHY",
        "submitted     anna  2026-10-01  its file says submitted",
        "under-review  anna  2026-11-10  Dr Cole reads it",
        "approved      anna  2026-11-10  read with Dr Cole",
        "It can become retired or submitted.",
    ]
    assert "watch    1        approved  anna  2026-11-10  " in desk.done("pathway list")


def test_what_an_installed_version_means_for_new_patients_is_said(desk: Desk) -> None:
    newer = desk.folder / "newer.yaml"
    newer.write_text(WATCH.read_text().replace("version: 1", "version: 3"))
    said = desk.done(f"pathway install {newer}")
    assert "For new patients it takes the place of version 1.\n" in said

    newer.write_text(WATCH.read_text().replace("version: 1", "version: 2"))
    said = desk.done(f"pathway install {newer}")
    assert "For new patients version 3 stays the one, being newer: A pathway of the tests." in said

    newer.write_text(
        WATCH.read_text().replace("version: 1", "version: 4").replace("title: A pathway of", "title: Not of")
    )
    said = desk.done(f"pathway install {newer}")
    assert "takes the place of version 3, which is called A pathway of the tests.\n" in said
    assert "new patients" not in desk.done(f"pathway install {newer}")


def installed_with(desk: Desk, promises: str) -> str:
    """Install the pathway of the tests as version 2 with promises, and return what is said."""
    own = desk.folder / "own.yaml"
    text = WATCH.read_text(encoding="utf-8").replace("version: 1", "version: 2")
    own.write_text(f"{text}\nassurances:\n{promises}", encoding="utf-8")
    said = desk.done(f"pathway install {own}")
    assert f"`carepath pathway check {own}`" in " ".join(said.split())
    return " ".join(said.split())


def test_installing_says_which_promises_are_not_proved_and_installs_all_the_same(desk: Desk) -> None:
    promise = "  - {{id: {id}, say: It is so, never: [{rule}], when: care == 'over'}}\n"
    held, broken = promise.format(id="held", rule="call"), promise.format(id="broken", rule="ask-onset")
    assert "Of its 2 promises broken is not proved: `carepath" in installed_with(desk, held + broken)
    assert "watch    2 " in desk.done("pathway list")


def test_installing_says_when_all_promises_hold_and_when_there_are_none(desk: Desk) -> None:
    held = "  - {id: held, say: It is so, never: [call], when: care == 'over'}\n"
    assert "All it promises (1) holds: `carepath" in installed_with(desk, held)
    newer = desk.folder / "newer.yaml"
    newer.write_text(WATCH.read_text().replace("version: 1", "version: 3"))
    assert "It promises nothing, so nothing of it is proved" in " ".join(
        desk.done(f"pathway install {newer}").split()
    )
    assert "promises" not in desk.done(f"pathway install {newer}")


def test_installing_does_not_look_for_long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.promising.LOOKING", -1.0)
    held = "  - {id: held, say: It is so, never: [call], when: care == 'over'}\n"
    assert "0 of its 1 promises were looked at, and hold: `carepath" in installed_with(desk, held)


def test_a_step_that_is_left_out_is_refused(desk: Desk) -> None:
    said = desk.refused("pathway review watch --status approved --because hurry", 4)

    assert said == (
        "Error: watch, version 1, is submitted and cannot become approved from there: "
        "it can become under-review or retired.\n"
    )
    desk.refused("pathway review watch --status under-review", 2)
    desk.refused("pathway review other", 3)


def test_the_lists_say_what_nobody_has_approved(patient: Desk) -> None:
    assert "Not approved by a clinician: prompts of watch 1 (submitted)." in patient.done("today")
    assert "watch is not approved by a clinician" in patient.done("next P-1")
    assert "not approved by a clinician" in patient.done("show P-1")
    assert "not approved by a clinician" in patient.done("why P-1/2")
    assert "not approved by a clinician" in patient.done("why P-1 assess")
    assert "pathway not approved: submitted" in patient.done("scheduler once")


DOUBT = "Not approved by a clinician: prompts of watch 1 (submitted)."


def test_whoever_writes_is_told_that_nobody_approved_what_opens_or_moves(patient: Desk) -> None:
    patient.done("patient add P-2")
    for line in ("enrol P-2 watch", "record P-1 visit=2026-11-20", "record P-1 visit#1=2026-11-22"):
        told = patient.done(line).splitlines()
        assert told[-1] == DOUBT
        assert told.count(DOUBT) == 1


def test_where_nothing_is_asked_there_is_nothing_to_doubt(patient: Desk) -> None:
    for line in ("note P-1 'Called back'", "record P-1 onset=2026-11-01", "advance P-1 start-looking"):
        assert DOUBT not in patient.done(line)
    approved(patient)
    assert DOUBT not in patient.done("record P-1 visit=2026-11-20")


def test_what_was_approved_is_not_doubted(patient: Desk) -> None:
    approved(patient)

    for line in ("today", "next P-1", "show P-1", "why P-1/2", "why P-1 assess", "scheduler once"):
        assert "not approved" not in patient.done(line)
    assert (
        json.loads(patient.done("today --json"))["parts"][0]["contacts"][0]["asked"][0]["lines"][0]["review"]
        == "approved"
    )


def test_a_file_that_calls_itself_approved_is_told_what_that_is_worth(desk: Desk) -> None:
    text = WATCH.read_text(encoding="utf-8").replace("version: 1", "version: 2")
    (desk.folder / "new.yaml").write_text(text.replace("review: submitted", "review: approved"))

    said = desk.done(f"pathway install {desk.folder}/new.yaml")

    assert (
        "(review: under-review; its file says approved, which only somebody here can say: "
        "`carepath pathway review watch`).\n"
    ) in said
    assert "under-review (its file says approved)" in " ".join(desk.done("pathway list").split())


def test_a_site_decides_to_use_approved_pathways_only(desk: Desk) -> None:
    assert "nobody has approved" in desk.done("pathway only-approved")
    desk.done("pathway only-approved yes --because 'the board'")
    desk.done("patient add P-1")

    said = desk.refused("enrol P-1 watch", 4)

    assert "only approved pathways are used here" in said
    approved(desk)
    desk.done("enrol P-1 watch")
    assert desk.done("pathway only-approved").splitlines()[1:] == [
        "ONLY APPROVED  BY    ON          WHY",
        "yes            anna  2026-11-10  the board",
    ]


def test_a_site_can_be_made_for_approved_pathways_only(desk: Desk) -> None:
    made = {"CAREPATH_DATABASE": str(desk.folder / "other.db")}

    assert desk("init --zone Europe/Zurich --only-approved", **made).code == 0

    assert "said by init" in desk("pathway only-approved", **made).out


def test_nobody_is_put_on_what_is_retired(desk: Desk) -> None:
    desk.done("pathway review watch --status retired --because 'error in the first prompt'")
    desk.done("patient add P-1")

    assert "is retired (anna: error in the first prompt)" in desk.refused("enrol P-1 watch", 4)
