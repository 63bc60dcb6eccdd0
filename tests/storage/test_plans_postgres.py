"""How the server finds what the hot statements ask for, where a hundred thousand prompts are kept."""

import re

import psycopg
import pytest
from psycopg.sql import SQL, Composable, Identifier

from storage import rendered_postgres, rendering
from storage.connection import Database
from tests.storage.cases import enrolled, entry, prompt, save, tick
from tests.storage.test_statements import WHOLE

pytestmark = [pytest.mark.only("postgres"), pytest.mark.long]
PATIENTS, EACH, OWNERS = 10_000, 10, 400
# Nobody reads all of a table with so many rows.
LARGE = ("entry", "prompt", "ledger", "delivery", "waiting")
READS_ALL = re.compile(rf"Seq Scan on ({'|'.join(LARGE)})\b")
# A tick is due, and of five hundred messages one is still on its way.
GIVEN: dict[str, object] = {
    "now": 3_000,
    "limit": 20,
    "others": 20,
    "many": 20,
    "owner": "ana-7",
    "role": "lead",
    "tier": "due",
    "patient_id": "P-77",
    "since": 2_990,
    "before": PATIENTS * EACH - 10,
    "first": PATIENTS * EACH - 10,
    "until_at": 2_000,
    "until_id": 500,
    "late": "{}",
    **dict.fromkeys(("ended", "left", "only_day", "runs", "settled"), True),
    "interval": 60.0,
}
PLACE = re.compile(r"%\((\w+)\)s(?:::(\w+))?")
HOT = sorted({name for module in rendering.MODULES for name in rendering.statements(module)} - WHOLE)


def _one(database: Database) -> None:
    of = enrolled(database, "P-1")
    with database.writing() as store:
        store.append(of, [entry(1)])
        save(store, prompt(of, patient_id="P-1", escalates=()))
        tick(store, 2_000)
        save(store, prompt(of, "later", patient_id="P-1", opens_at=900_000, escalates=()))


def _many(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    owner = "'ana-' || n % 400"
    patient = "'P-' || (n - 1) % 10000 + 1"
    one_in = "(n - 1) % 10000 + 1"
    times = PATIENTS * EACH
    _times(connection, "patient", PATIENTS, id="'P-' || n")
    _times(connection, "identity", PATIENTS, patient_id="'P-' || n")
    _times(connection, "enrolment", PATIENTS, id="n", patient_id="'P-' || n", owner=owner)
    _times(connection, "entry", times, patient_id=patient, enrolment_id=one_in, number="n / 10000 + 1")
    settled = {"settled": "n % 5 > 0", "ended_at": "CASE WHEN n % 5 > 0 THEN 2500 END"}
    ended = settled | {"ended": "CASE WHEN n % 5 > 0 THEN 'done' END"}
    connection.execute("DELETE FROM prompt WHERE rule = 'later'")
    moments = {"opens_at": "2000 + n / 100", "due_at": "3000 + n / 100"}
    _times(
        connection,
        "prompt",
        times,
        id="n",
        patient_id=patient,
        enrolment_id=one_in,
        owner=owner,
        number="n",
        rule="'rule-' || n",
        **ended,
        **moments,
    )
    _times(connection, "ledger", times, id="n", prompt_id="n", moment="2000 + n / 100", at="2000 + n / 100")
    state = {"state": "CASE WHEN n % 500 = 0 THEN 'queued' ELSE 'sent' END"}
    ready = {
        "ready_at": "CASE WHEN n % 500 = 0 THEN 2000 + n / 100 END",
        "sent_at": "CASE WHEN n % 500 > 0 THEN 2000 END",
    }
    _times(
        connection,
        "delivery",
        times,
        ledger_id="n",
        staff="CASE WHEN n % 1000 = 0 THEN '' ELSE 'kim' END",
        **state,
        **ready,
    )
    _times(connection, "waiting", times, prompt_id="n", at="2500 + n * 10")
    connection.execute("ANALYZE")


def _times(connection: psycopg.Connection[tuple[object, ...]], table: str, times: int, **others: str) -> None:
    """Make the one row of a table into many, some columns of which follow from the number `n` of the row."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        (table,),
    ).fetchall()
    names = [str(name) for (name,) in found]
    values: list[Composable] = [
        SQL(others[name]) if name in others else SQL("one.{}").format(Identifier(name)) for name in names
    ]
    connection.execute(SQL("CREATE TEMP TABLE one AS SELECT * FROM {} LIMIT 1").format(Identifier(table)))
    connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
    connection.execute(
        SQL("INSERT INTO {} ({}) SELECT {} FROM one, generate_series(1, {}) AS n").format(
            Identifier(table), SQL(", ").join(map(Identifier, names)), SQL(", ").join(values), times
        )
    )
    connection.execute("DROP TABLE one")


def _given(text: str) -> dict[str, object]:
    return {name: _value(name, kind) for name, kind in PLACE.findall(text)}


def _value(name: str, kind: str) -> object:
    if name in GIVEN and not (name == "now" and kind == "VARCHAR"):
        return GIVEN[name]
    if kind in {"BIGINT", "INTEGER"}:
        return 77
    return "x" if kind else "[77]"


def _reads_all(connection: psycopg.Connection[tuple[object, ...]], name: str) -> list[str]:
    text = getattr(rendered_postgres, name)
    found = connection.execute(f"EXPLAIN {text}", _given(text)).fetchall()
    return [f"{name}: {step}" for (step,) in found if READS_ALL.search(str(step))]


def test_no_hot_statement_reads_a_large_table_whole_on_a_server(database: Database) -> None:
    _one(database)
    with psycopg.connect(database.place, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        _many(connection)
        found = [step for name in HOT for step in _reads_all(connection, name)]
    assert not found, "\n".join(found)
