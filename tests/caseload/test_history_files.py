"""Histories written to a file and read again, and files that people wrote."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload import mending, patients
from caseload.cases import NoSuchPatient
from caseload.checking import check
from caseload.entry_log import log
from caseload.exporting import export
from caseload.importing import Imported, import_lines
from storage.connection import Database
from tests.caseload.clinic import by, enrol, number_of, prepared, record, request
from tests.caseload.test_checking import NOW, lived
from tests.storage.databases import everything

LATER = "2026-03-20 12:00"


Line: TypeAlias = dict[str, object]
LONG_AGO = "0001-01-01T00:00:00Z"
FAR_AHEAD = "9999-12-31T23:59:59+00:00"


def written(*lines: Line | bytes) -> list[bytes]:
    """Write lines given as values, or as bytes where they are not JSON."""
    return [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]


def read(database: Database, *lines: Line | bytes) -> Imported:
    return import_lines(database, written(*lines), by("ann", LATER))


def patient(patient_id: str = "P-900", **fields: object) -> Line:
    return {"line": "patient", "patient": patient_id, **fields}


def enrolment(patient_id: str = "P-900", **fields: object) -> Line:
    return {"line": "enrolment", "patient": patient_id, "pathway": "knee", **fields}


def entry(kind: str, name: str = "", at: str = "2026-03-02", **fields: object) -> Line:
    return {"line": "entry", "patient": "P-900", "kind": kind, "name": name, "at": at, **fields}


def told(found: Imported) -> list[str]:
    return [str(problem) for problem in found.problems]


NO_PROMPT: Line = {"line": "prompt", "patient": "P-900", "number": 1, "rule": "sing"}
BEGUN = (patient(), enrolment(), entry("enrolled"))


def test_what_is_exported_imported_and_exported_again_is_the_same(
    database: Database, empty: Database
) -> None:
    lived(database)
    lines = list(export(database, identity=True))

    found = import_lines(empty, lines, by("zoe", LATER))

    assert (found.patients, found.entries, found.problems) == (3, 24, ())
    assert list(export(empty, identity=True)) == lines
    assert check(empty, now=NOW).differences == ()


def test_a_prompt_keeps_its_number(database: Database, empty: Database) -> None:
    lived(database)

    import_lines(empty, export(database), by("zoe", LATER))

    for rule in ("review-in-time", "ask-injury", "decide"):
        assert number_of(empty, rule) == number_of(database, rule)
    assert [line.prompt for line in log(empty, "P-001")] == [line.prompt for line in log(database, "P-001")]


def test_a_number_that_was_given_is_never_given_again(database: Database, empty: Database) -> None:
    lived(database)
    with database.reading() as store:
        highest = max(row.number for row in store.prompts(1))

    import_lines(empty, export(database, ["P-001"]), by("zoe", LATER))

    with empty.reading() as store:
        assert max(row.number for row in store.prompts(1)) == highest


def test_names_are_exported_only_when_asked_for(database: Database) -> None:
    assert not [line for line in export(database) if b"Name of" in line]
    assert len([line for line in export(database, identity=True) if b"Name of" in line]) == 3


def test_of_whom_there_is_none_nothing_is_exported(database: Database) -> None:
    with pytest.raises(NoSuchPatient):
        list(export(database, ["P-001", "P-999"]))


def test_a_file_may_leave_out_almost_everything(empty: Database) -> None:
    found = read(
        empty,
        *BEGUN,
        entry("fact", "injured_on", value="2026-03-01"),
        entry("fact", "crp", value=12),
        entry("fact", "crp", "2026-03-02 10:00", value="12.5"),
        entry("fact", "consent", value=True),
        entry("fact", "scan_on", value="2026-03-25"),
        entry("fact", "scan_on", "2026-03-03", value="done", booking=1),
        entry("event", "treat", "2026-03-03"),
        entry("note", because="came with a brother"),
    )

    assert told(found) == []
    assert [(line.says, line.happened.local, line.by) for line in log(empty, "P-900")] == [
        ("enrolled on knee; days are counted in Europe/London", "2026-03-02", "ann"),
        ("injured_on = 2026-03-01", "2026-03-02", "ann"),
        ("crp = 12 mg/L", "2026-03-02", "ann"),
        ("crp = 12.5 mg/L", "2026-03-02 10:00", "ann"),
        ("consent = yes", "2026-03-02", "ann"),
        ("scan_on#1 = 2026-03-25", "2026-03-02", "ann"),
        ("scan_on#1 = done", "2026-03-03", "ann"),
        ("treat: knee from waiting to treated", "2026-03-03", "ann"),
        ("came with a brother", "2026-03-02", "ann"),
    ]
    assert check(empty, now=NOW).differences == ()
    with empty.reading() as store:
        assert store.enrolments("P-900")[0].owner == "ann"


def test_the_owner_is_who_the_file_names_or_who_is_named_for_all(empty: Database) -> None:
    read(empty, patient("P-1"), enrolment("P-1", owner="ben"), entry("enrolled") | {"patient": "P-1"})
    other = written(patient("P-2"), enrolment("P-2"), entry("enrolled") | {"patient": "P-2"})
    import_lines(empty, other, by("ann", LATER), owner="cyd")

    with empty.reading() as store:
        assert [store.enrolments(each)[0].owner for each in ("P-1", "P-2")] == ["ben", "cyd"]


def test_events_are_judged_in_order_unless_overridden(empty: Database) -> None:
    refused = read(empty, *BEGUN, entry("event", "treat", "2026-03-03"))
    unwarned = read(
        empty, *BEGUN, entry("fact", "injured_on", value="2026-03-01"), entry("event", "treat", "2026-03-03")
    )
    overridden = read(
        empty, *BEGUN, entry("event", "treat", "2026-03-03", override=True, because="papers to follow")
    )

    assert told(refused) == [
        (
            "line 4: P-900: treat needs injured_on: put an entry for each before it, with the same `at` "
            "where it must be new, or add `override: true` and a `because`"
        )
    ]
    assert told(unwarned) == [
        "line 5: P-900: Ask for consent before treating: say why it was done all the same, as `because`"
    ]
    assert (overridden.patients, overridden.problems) == (1, ())
    assert log(empty, "P-900")[1].overrode == ("injured_on", "consent")


def test_facts_of_the_same_moment_go_with_an_event(empty: Database) -> None:
    found = read(
        empty,
        *BEGUN,
        entry("fact", "injured_on", value="2026-03-01"),
        entry("event", "treat", "2026-03-03", because="he said yes"),
        entry("fact", "swelling", "2026-03-12", value="none"),
        entry("event", "review", "2026-03-12"),
        entry("event", "heal", "2026-03-12"),
    )

    assert told(found) == []
    assert check(empty, now=NOW).differences == ()


def test_several_patients_may_be_mixed_and_one_with_a_problem_is_left_out_whole(empty: Database) -> None:
    found = read(
        empty,
        patient("P-1"),
        patient("P-2"),
        enrolment("P-1"),
        enrolment("P-2"),
        entry("enrolled") | {"patient": "P-2"},
        entry("enrolled") | {"patient": "P-1"},
        entry("fact", "swelling", value="huge") | {"patient": "P-1"},
        entry("fact", "swelling", value="much") | {"patient": "P-2"},
        entry("fact", "crp", value=900) | {"patient": "P-1"},
    )

    assert (found.patients, found.left_out) == (1, ("P-1",))
    assert told(found) == [
        "line 7: P-1: swelling cannot be 'huge': it is one of none, some, much",
        "line 9: P-1: crp cannot be '900.0': it is a number from 0 to 500 in mg/L",
    ]
    assert [person.patient for person in patients.find(empty, "")] == ["P-2"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (entry("fact", "crb", value=1), "knee has no fact 'crb': did you mean 'crp'?"),
        (entry("fact", "crp"), "crp needs a `value`: a number from 0 to 500 in mg/L"),
        (entry("fact", "crp", value=True), "crp is a number from 0 to 500 in mg/L"),
        (entry("fact", "injured_on", value=20260301), "injured_on is a day such as 2026-11-03"),
        (entry("fact", "crp", value=1, booking=1), "crp has one value, no numbered bookings"),
        (entry("fact", "scan_on", value="2096-03-01"), "is the year right?"),
        (entry("fact", "scan_on", value="done"), "it does not say which scan_on is done"),
        (entry("fact", "crp", "2026-13-02", value=1), "'2026-13-02' is not a day"),
        (entry("fact", "crp", "", value=1), "it does not say when it happened: add `at`"),
        (
            entry("fact", "crp", "2026-04-01", value=1),
            "it happened at 2026-04-01 00:00, after",
        ),
        (
            entry("fact", "crp", value=1, recorded_at="2027-01-01T00:00:00Z"),
            "it was recorded at 2027-01-01 00:00, which lies ahead",
        ),
        (entry("fact", "crp", LONG_AGO, value=1), "lies outside 1900 to 2199"),
        (entry("fact", "crp", FAR_AHEAD, value=1), "lies outside 1900 to 2199"),
        (entry("event", "operate"), "knee has no event 'operate'"),
        (entry("event", "heal"), "Cannot 'heal' while knee is 'waiting'. Possible now: treat"),
        (entry("event", "treat", to="treated", source="in bed"), "knee has no state 'in bed'"),
        (entry("event", "treat", to="treated", source="waiting", track="hip"), "there is no track 'hip'"),
        (entry("exit", "bored"), "'bored' is no way to leave knee: it is one of died, moved"),
        (entry("answer", "done"), "it does not say which prompt it answers"),
        (entry("answer", "nod", prompt={"rule": "decide"}), "'nod' is no answer to a prompt"),
        (
            entry("answer", "snooze", prompt={"rule": "decide"}),
            "a snooze says until when: add `until`",
        ),
        (entry("answer", "dismiss", prompt={"rule": "decide"}), "a dismissal needs its reason"),
        (entry("note"), "a note needs its text, as `because`"),
        (entry("withdrawn", replaces=1, because="no"), "`replaces` is 1, which is no earlier entry in force"),
        (entry("withdrawn", because="no"), "`replaces` is 0, which is no earlier entry in force"),
        (
            entry("fact", "crp", value=1, replaces=1),
            "entry 1 is enrolled knee: what replaces it",
        ),
        (entry("enrolled"), "the enrolment has begun already"),
        (entry("fact", "crp", value=1, number=9), "`number` is 9: entries of a patient are numbered 1, 2, 3"),
        (entry("fact", "crp", value=1, enrolment=2), "there is no `enrolment` line with number 2"),
        (entry("fact", "crp", value=1, by="ann\x1b[2J"), "it has a character that nobody can see"),
        (entry("fact", "crp", value=1, colour="red"), "object contains unknown field `colour`"),
        (entry("fact", "crp", value=[1]), "`value`: expected `bool | float | str | null`, got `array`"),
        (entry("guess", "crp"), "`kind`: invalid enum value 'guess'"),
        (
            {"line": "prompt", "patient": "P-900", "number": 1, "rule": "sing"},
            "the pathway has no rule 'sing'",
        ),
        (enrolment(), "`enrolment` is 1: the next of this patient is 2"),
        (enrolment(enrolment=2, pathway="hip"), "there is no pathway 'hip' here: knee 1"),
        (enrolment(enrolment=2, version=7), "there is no pathway 'knee' version 7 here: knee 1"),
        (enrolment(enrolment=2, digest="abc"), "knee 1 is installed here with another text"),
        (enrolment(enrolment=2), "the enrolment has no entries"),
        (patient(), "the patient is on line 1 already"),
        ({"line": "song", "patient": "P-900"}, "`line`: invalid value 'song'"),
        (b'{"line": "entry", "patient": "P-900", ', "it is not a JSON object in UTF-8"),
        (b"\xff\xfe", "it is not a JSON object in UTF-8"),
        (b'{"line": "note", "patient": "' + b"x" * (1 << 20) + b'"}', "it is longer than 1 MiB"),
        (b"[" * 100_000, "expected `object`, got `array`"),
    ],
    ids=repr,
)
def test_each_problem_is_told_with_its_line_and_nothing_is_written(
    empty: Database, line: Line | bytes, said: str
) -> None:
    before = everything(empty)

    found = read(empty, *BEGUN, line)

    assert any(said in problem.what for problem in found.problems), told(found)
    assert {problem.line for problem in found.problems} == {4}
    assert found.left_out == ("P-900",)
    assert everything(empty) == before


def test_an_entry_before_its_enrolment_is_told(empty: Database) -> None:
    [said] = told(read(empty, patient(), enrolment(), entry("fact", "crp", value=1)))

    assert said == (
        "line 3: P-900: an enrolment begins with its `enrolled` entry: put that first, with the day as `at`"
    )


def test_what_comes_after_a_problem_is_checked_but_not_judged(empty: Database) -> None:
    found = read(
        empty,
        *BEGUN,
        entry("fact", "injured_on", value="the first of March"),
        entry("event", "treat", "2026-03-03", because="agreed"),
        entry("exit", "bored", "2026-03-04"),
    )

    assert [problem.line for problem in found.problems] == [4, 6]


def test_a_patient_with_a_history_here_is_left_alone(database: Database) -> None:
    enrol(database)
    before = everything(database)

    [said] = told(read(database, enrolment("P-001"), entry("enrolled") | {"patient": "P-001"}))

    assert said.startswith("line 1: P-001: the patient has a history here already: record single entries")
    assert everything(database) == before


def test_a_patient_who_was_only_added_gets_their_history(database: Database) -> None:
    found = read(database, enrolment("P-001"), entry("enrolled") | {"patient": "P-001"})

    assert (found.patients, found.problems) == (1, ())
    assert patients.person(database, "P-001").name == "Name of P-001"


def test_what_may_be_a_name_is_not_repeated(empty: Database) -> None:
    found = read(empty, patient("Jane Roe"), patient("P-1", name="Jane\x07Roe"), b'{"patient": "Jane Roe"}')

    assert found.patients == 0
    assert "Jane" not in " ".join([*told(found), *found.left_out])


def test_an_unreadable_line_counts_as_of_the_patients_around_it(empty: Database) -> None:
    one, two = entry("enrolled") | {"patient": "P-1"}, entry("enrolled") | {"patient": "P-2"}
    found = read(
        empty,
        patient("P-1"),
        enrolment("P-1"),
        one,
        b"}{",
        patient("P-2"),
        enrolment("P-2"),
        two,
        patient("P-3"),
    )

    assert told(found) == ["line 4: it is not a JSON object in UTF-8"]
    assert (found.left_out, found.patients) == (("P-1", "P-2"), 1)


def test_a_rehearsal_tells_the_same_and_changes_nothing(empty: Database) -> None:
    before = everything(empty)

    found = import_lines(empty, written(*BEGUN), by("ann", LATER), rehearse=True)

    assert (found.patients, found.entries) == (1, 1)
    assert everything(empty) == before


def test_an_import_tells_how_far_it_is(empty: Database) -> None:
    seen: list[tuple[int, int]] = []

    import_lines(
        empty,
        written(patient("P-1"), patient("P-2")),
        by("ann", LATER),
        progress=lambda done, of: seen.append((done, of)),
    )

    assert seen == [(1, 2), (2, 2)]


def test_empty_lines_and_a_byte_order_mark_do_not_matter(empty: Database) -> None:
    found = read(empty, b"\xef\xbb\xbf" + json.dumps(patient()).encode(), b"\n", b"  \r\n")

    assert (found.patients, found.problems) == (1, ())


def test_a_correction_that_was_withdrawn_may_be_made_again(database: Database, empty: Database) -> None:
    enrol(database)
    record(database, "P-001", "crp=12", when="2026-03-03 10:00")
    for crp, number in (("21", 3), ("22", 5)):
        because = f"it was {crp}"
        mending.correct(database, "P-001", 2, [f"crp={crp}"], request("2026-03-03 11:00", because=because))
        mending.withdraw(database, "P-001", number, request("2026-03-03 11:30", because="it was not"))
    lines = list(export(database, ["P-001"]))

    found = import_lines(empty, lines, by("zoe", LATER))

    assert told(found) == []
    assert list(export(empty)) == lines


def test_days_are_read_in_the_zone_in_which_the_enrolment_began(database: Database, empty: Database) -> None:
    enrol(database)
    record(database, "P-001", "crp=12", when="2026-03-05 10:00", at="2026-03-03 12:00")
    mending.correct(
        database, "P-001", 1, ["zone=Asia/Tokyo"], request("2026-03-06 09:00", because="lives in Tokyo")
    )
    record(database, "P-001", "crp=14", when="2026-03-08 10:00", at="2026-03-07")
    lines = list(export(database, ["P-001"]))

    import_lines(empty, lines, by("zoe", LATER))

    assert list(export(empty)) == lines
    assert check(empty, now=NOW).differences == ()


@cache
def exported() -> tuple[bytes, ...]:
    """Return the file of three patients who lived through most of what can happen."""
    with TemporaryDirectory() as folder:
        database = prepared(Path(folder) / "care.db", "P-001", "P-002", "P-003")
        lived(database)
        return tuple(export(database, identity=True))


@given(st.integers(0, 60), st.integers(0, 400), st.binary(max_size=3))
def test_a_bent_line_is_a_problem_or_another_history_and_never_a_fault(
    which: int, at: int, by_what: bytes
) -> None:
    lines = list(exported())
    line = lines[which % len(lines)]
    place = at % len(line)
    lines[which % len(lines)] = line[:place] + by_what + line[place + 1 :]

    with TemporaryDirectory() as folder, prepared(Path(folder) / "care.db") as database:
        found = import_lines(database, lines, by("zoe", LATER))

        assert found.patients + len(found.left_out) >= 3
        assert check(database, now=NOW).differences == ()
