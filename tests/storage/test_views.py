"""The views that others read: as documented, in ISO text, without a name."""

import os
import re

import psycopg
import pytest
from msgspec.structs import replace

from storage.connection import Database
from storage.rows import TrackRow
from storage.staff import StaffRow
from storage.viewing import views_page
from storage.views import VIEWS, View
from tests.modules import ROOT
from tests.storage.cases import enrolled, entry, prompt, save, tick

SECOND = 1_000_000
NOON = 1_793_707_200 * SECOND  # 2026-11-03 12:00 UTC
HOUR = 3_600 * SECOND


@pytest.fixture
def told(database: Database) -> Database:
    of = enrolled(database)
    with database.writing() as store:
        store.append(
            of,
            [
                entry(1, kind="enrolled", name="immune-pns", happened_at=NOON, recorded_at=NOON),
                entry(
                    2,
                    kind="event",
                    name="start-workup",
                    track="syndrome",
                    source="suspected",
                    to="workup",
                    happened_at=NOON,
                    recorded_at=NOON + HOUR,
                    overrode=("antibody_test",),
                    because="known already",
                ),
                entry(
                    3,
                    kind="withdrawn",
                    replaces=2,
                    because="wrong patient",
                    happened_at=NOON,
                    recorded_at=NOON,
                ),
            ],
        )
        store.save_tracks([TrackRow(of, "syndrome", "workup", NOON, 2)])
        save(
            store,
            prompt(of, opens_at=NOON, due_at=NOON + HOUR, missing=("calcium", "response"), source=("a", "b")),
            prompt(of, "over", ended_at=NOON, ended="done", settled=True),
            now=NOON - HOUR,
        )
        tick(store, NOON, limit=10)
    return database


def rows(database: Database, view: str) -> list[dict[str, object]]:
    cursor = database.reader().execute(f"SELECT * FROM {view}")  # noqa: S608 - a name of ours
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_has_the_columns_that_are_documented(database: Database, view: View) -> None:
    columns = database.reader().execute(f"SELECT * FROM {view.name}").description or ()  # noqa: S608 - ours
    real = [column[0] for column in columns]
    assert real == [column.name for column in view.columns]
    section = views_page()["docs/reference/views.md"].split(f"## {view.name}\n")[1].split("\n## ")[0]
    documented = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert documented == real


def test_every_view_of_the_database_is_documented(database: Database) -> None:
    asked = (
        "SELECT table_name FROM information_schema.views WHERE table_schema = 'public'"
        if database.on_server
        else "SELECT name FROM sqlite_master WHERE type = 'view'"
    )
    views = database.reader().execute(asked).fetchall()
    assert sorted(name for (name,) in views) == sorted(view.name for view in VIEWS)


def test_the_page_is_written() -> None:
    for path, text in views_page().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run python -m tools.generate"


def test_the_worklist_has_what_history_has_not_ended(told: Database) -> None:
    [line] = rows(told, "worklist")
    assert line["prompt"] == "P-014/1"
    assert line["opens_at"] == "2026-11-03T12:00:00Z"
    assert line["overdue_at"] == "2026-11-03T13:00:00Z"
    assert line["raised_at"] == "2026-11-03T12:00:00Z"
    assert line["missing"] == "calcium response"
    assert line["ends_at"] is None


@pytest.mark.parametrize(
    ("condition", "moment", "found"),
    [
        ("opens_at <= :now AND coalesce(ends_at > :now, true)", "2026-11-03T11:59:59Z", 0),
        ("opens_at <= :now AND coalesce(ends_at > :now, true)", "2026-11-03T12:00:00Z", 1),
        ("overdue_at <= :now", "2026-11-03T12:59:59Z", 0),
        ("overdue_at <= :now", "2026-11-03T13:00:00Z", 1),
    ],
)
def test_moments_compare_as_text(told: Database, condition: str, moment: str, found: int) -> None:
    sql = f"SELECT count(*) FROM worklist WHERE {condition}".replace(":now", f"'{moment}'")  # noqa: S608 - ours
    assert told.reader().execute(sql).fetchone() == (found,)


def test_the_present_moment_is_written_as_the_page_says(told: Database) -> None:
    now = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    asked = now if told.on_server else "strftime('%Y-%m-%dT%H:%M:%SZ')"
    assert asked in views_page()["docs/reference/views.md"]
    [(text,)] = told.reader().execute(f"SELECT {asked}").fetchall()
    assert len(text) == len("2026-11-03T12:00:00Z")


def test_a_standing_says_where_each_track_is(told: Database) -> None:
    assert rows(told, "standing") == [
        {
            "patient": "P-014",
            "pathway": "immune-pns",
            "pathway_version": 1,
            "owner": "ana",
            "zone": "Europe/London",
            "enrolled_at": "1970-01-01T00:00:00Z",
            "track": "syndrome",
            "state": "workup",
            "entered_at": "2026-11-03T12:00:00Z",
            "entry": 2,
            "left_at": None,
            "left_reason": None,
        }
    ]


def test_the_log_of_transitions_keeps_what_was_withdrawn(told: Database) -> None:
    [line] = rows(told, "transition_log")
    assert (line["entry"], line["event"], line["source"], line["target"]) == (
        2,
        "start-workup",
        "suspected",
        "workup",
    )
    assert (line["happened_at"], line["recorded_at"]) == ("2026-11-03T12:00:00Z", "2026-11-03T13:00:00Z")
    assert line["overrode"] == '["antibody_test"]'
    assert line["replaced_by"] == 3


def test_no_view_has_a_name(told: Database) -> None:
    said = repr([rows(told, view.name) for view in VIEWS])
    assert "Jane" not in said
    assert "example.org" not in said


def test_a_correction_is_named_by_what_it_replaces(told: Database) -> None:
    with told.writing() as store:
        found = store.entry("P-014", 2)
        assert found
        of, event = found
        store.append(of, [replace(event, number=4, replaces=3)])
    assert {line["replaces"] for line in rows(told, "transition_log")} == {0, 3}


def test_the_worklist_names_the_owner_or_who_holds_the_role(told: Database) -> None:
    assert rows(told, "worklist")[0]["named"] == "", "a clinician, and nobody holds that role"
    with told.writing() as store:
        store.put_holder("clinician", "dr-cole")
    assert rows(told, "worklist")[0]["named"] == "dr-cole"
    told.writer().execute("UPDATE prompt SET role = 'coordinator'")
    assert rows(told, "worklist")[0]["named"] == "ana"


def test_the_rota_and_leave_say_who_is_away(told: Database) -> None:
    with told.writing() as store:
        store.put_holder("lead", "anna")
    with told.writing() as store:
        store.put_staff(StaffRow("anna", ("coordinator", "lead"), "Europe/London", deputy="ben"))
        store.add_leave("anna", "2026-10-05", "2026-10-09", deputy="", at=NOON, by="ida")
    assert rows(told, "rota") == [
        {
            "person": "anna",
            "roles": "coordinator lead",
            "holds": "lead",
            "zone": "Europe/London",
            "deputy": "ben",
            "left_on": None,
        }
    ]
    assert rows(told, "leave") == [
        {
            "person": "anna",
            "number": 1,
            "from_on": "2026-10-05",
            "to_on": "2026-10-09",
            "deputy": "",
            "withdrawn": 0,
        }
    ]


@pytest.mark.only("postgres")
def test_who_is_let_in_as_the_page_says_reads_the_views_and_no_table(told: Database) -> None:
    page = (ROOT / "docs/how-to/read-the-data.md").read_text(encoding="utf-8")
    *granted, overdue = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    reader = f"reader_{os.getpid()}"
    with psycopg.connect(told.place) as connection:
        # Taken back in the end: roles are of the whole server.
        connection.execute(re.sub(r"\breader\b", reader, "".join(granted)))
        connection.execute(f"SET ROLE {reader}")
        [(prompt, *_)] = connection.execute(overdue).fetchall()
        assert prompt == "P-014/1"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM identity")
        connection.rollback()
