"""Databases to measure on: one patient with a long history, or a hundred thousand patients.

The large one is a patient who lived through the real commands, copied with SQL under other ids, with all
moments of the prompts shifted by up to a year. Every 365th patient is not shifted and can be acted on.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.course import BEGUN, NAMED, NUMBER, PATHWAY, SEEN
from caseload import actions, enrolling, pathway_files
from caseload.requests import Author, Request
from pathways.moments import Moment, typed
from pathways.spans import DAY
from storage import schema, setup
from storage.connection import Database

ZONE = "Europe/London"
OWNERS = 200
SHIFTED_DAYS = 365


def moment(text: str) -> Moment:
    """Read a local time."""
    return typed(text, ZONE)[0]


def request(at: str | Moment, **more: object) -> Request:
    """Ask for something at a moment."""
    now = moment(at) if isinstance(at, str) else at
    return Request(author=Author(by="benchmark", now=now), because="for measuring", **more)  # type: ignore[arg-type]


def small(path: Path, entries: int) -> Database:
    """Make a database with one patient whose history has so many entries."""
    database = _empty(path)
    setup.add_patient(database, "P-000001", zone=ZONE, now=moment("2026-01-01"))
    enrolling.enrol(database, "P-000001", PATHWAY, [SEEN], request("2026-01-02 08:00"), owner="owner-000")
    actions.record(database, "P-000001", [NAMED], request("2026-01-02 09:00"))
    for number in range(max(0, entries - 3)):
        at = moment("2026-01-03") + number * 60_000_000
        actions.record(database, "P-000001", [f"{NUMBER}={2 + number % 10 / 10}"], request(at))
    return database


def large(path: Path, patients: int, *, shifted: bool = True) -> Database:
    """Make a database with so many patients and about ten times as many prompts.

    Without being `shifted` every copy follows from its history, but all come due at once.
    """
    database = _empty(path)
    setup.add_patient(database, "P-000001", zone=ZONE, now=moment("2026-01-01"))
    enrolling.enrol(
        database, "P-000001", PATHWAY, [SEEN, BEGUN], request("2026-01-02 08:00"), owner="owner-000"
    )
    actions.record(database, "P-000001", [NAMED], request("2026-01-02 09:00"))
    database.close()
    _copy(path, patients, _spread if shifted else _together)
    return Database(path)


def _empty(path: Path) -> Database:
    schema.create(path, ZONE)
    database = Database(path)
    for file, content in pathway_files.library():
        pathway_files.install(database, content, file=file, by="benchmark", now=moment("2026-01-01"))
    return database


def _copy(path: Path, patients: int, spread: Callable[[int], int]) -> None:
    """Copy the one patient there is, table by table, in the order in which they refer to each other."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.create_function("spread", 1, spread, deterministic=True)
    connection.execute("BEGIN")
    connection.execute("CREATE TEMP TABLE copy (i INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO copy VALUES (?)", ((i,) for i in range(2, patients + 1)))
    (prompts,) = connection.execute("SELECT max(id) FROM prompt").fetchone()
    (deeds,) = connection.execute("SELECT max(id) FROM ledger").fetchone()
    for table, changes in _changes(prompts, deeds).items():
        _copy_table(connection, table, changes)
    connection.execute("COMMIT")
    connection.close()


def _copy_table(connection: sqlite3.Connection, table: str, changes: dict[str, str]) -> None:
    columns = [
        name for _, name, *_, hidden in connection.execute(f"PRAGMA table_xinfo({table})") if not hidden
    ]
    values = ", ".join(changes.get(name, f"t.{name}") for name in columns)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM copy CROSS JOIN {table} t"  # noqa: S608
    )


def _changes(prompts: int, deeds: int) -> dict[str, dict[str, str]]:
    """Say for each table which columns differ from copy to copy."""
    patient, enrolment = "printf('P-%06d', copy.i)", "copy.i"
    prompt = f"{{}} + (copy.i - 1) * {prompts}"
    shifted = {
        name: f"t.{name} + spread(copy.i)"
        for name in ("began_at", "opens_at", "due_at", "lapses_at", "ended_at", "counted_at", "written_at")
    }
    owner = {"owner": f"printf('owner-%03d', copy.i % {OWNERS})"}
    return {
        "patient": {"id": patient},
        "enrolment": {"id": enrolment, "patient_id": patient, **owner},
        "entry": {"patient_id": patient, "enrolment_id": enrolment},
        "fold": {"enrolment_id": enrolment},
        "track_state": {"enrolment_id": enrolment},
        "fact_value": {"enrolment_id": enrolment},
        "prompt": {
            "id": prompt.format("t.id"),
            "enrolment_id": enrolment,
            "patient_id": patient,
            **owner,
            **shifted,
            "due_on": "date(t.due_on, (spread(copy.i) / 86400000000) || ' days')",
        },
        "ledger": {
            "id": f"t.id + (copy.i - 1) * {deeds}",
            "prompt_id": prompt.format("t.prompt_id"),
            "moment": "t.moment + spread(copy.i)",
            "at": "t.at + spread(copy.i)",
        },
        "waiting": {"prompt_id": prompt.format("t.prompt_id"), "at": "t.at + spread(copy.i)"},
    }


def _spread(patient: int) -> int:
    return patient % SHIFTED_DAYS * DAY


def _together(_: int) -> int:
    return 0


def actable(patients: int) -> Sequence[str]:
    """Name the patients whose moments are not shifted, so that acting on them is like life."""
    return [f"P-{number:06}" for number in range(SHIFTED_DAYS, patients, SHIFTED_DAYS)]
