"""A site with very many patients on the same pathway, whose first prompts open one after the other."""

import psycopg

from caseload.actions import record
from caseload.pathway_files import install
from storage.connection import Database
from tests import servers
from tests.scheduler.drill import PATHWAY, admit, at, by

# Three days before two visits of each patient.
BEGINS = at(5)
EACH = 2


def crowded(*, patients: int, within: int) -> str:
    """Make it in a database on the server: the prompts open within so many microseconds."""
    place = servers.fresh_address(servers.content_of(_one))
    servers.spoilt(place)
    with psycopg.connect(place) as connection:  # every name below is ours
        # Neither triggers nor references: what is copied is whole.
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"CREATE TEMP TABLE copy AS SELECT i FROM generate_series(2, {patients}) i")  # noqa: S608
        for table, (columns, _) in servers._taken(place).tables.items():
            if changes := _changes(within, patients).get(table):
                values = ", ".join(changes.get(column, f't."{column}"') for column in columns)
                names = ", ".join(f'"{column}"' for column in columns)
                connection.execute(
                    f'INSERT INTO "{table}" ({names}) SELECT {values} FROM copy, "{table}" t'.encode()  # noqa: S608
                )
        for table in ("enrolment", "prompt"):
            connection.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))".encode())  # noqa: S608
    return place


def _one(place: str) -> None:
    with Database(place) as database:
        install(database, PATHWAY.encode(), file="drill.yaml", by="kim", now=at(0))
        admit(database, "P-00001", now=at(0, "09:00"))
        for fact in ("seen=yes", "result=good", "visit=2026-03-10", "visit=2026-03-10"):
            record(database, "P-00001", [fact], by(at(0, "10:00")))


def _changes(within: int, patients: int) -> dict[str, dict[str, str]]:
    """Say for each table which columns differ from copy to copy."""
    patient, prompt = "'P-' || lpad(i::text, 5, '0')", "t.{} + i * 1000"
    later = f"t.{{}} + i * {within // patients}"
    return {
        "patient": {"id": patient},
        "enrolment": {"id": "i", "patient_id": patient},
        "entry": {"patient_id": patient, "enrolment_id": "i"},
        "fold": {"enrolment_id": "i"},
        "track_state": {"enrolment_id": "i"},
        "fact_value": {"enrolment_id": "i"},
        "prompt": {
            "id": prompt.format("id"),
            "enrolment_id": "i",
            "patient_id": patient,
            "opens_at": later.format("opens_at"),
        },
        "waiting": {"prompt_id": prompt.format("prompt_id"), "at": later.format("at")},
    }
