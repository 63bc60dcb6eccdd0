"""What `carepath doctor` finds about a database on a server, and what else there is to operate one."""

import json
import threading
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from cli.clock import now
from cli.metrics import read
from pathways.spans import SECOND
from scheduler.health_server import looks
from scheduler.metrics import TickTimes
from storage.connection import Database
from storage.filesystems import Server
from storage.outside_server import OnServer, Session, on_server
from tests import servers
from tests.cli.conftest import Desk
from tests.servers import Machine

pytestmark = pytest.mark.only("postgres")
# The server of the tests forgets what lay in memory: nobody cuts its power.
OF_THE_TESTS = {"keeping"}


@pytest.fixture
def ward(desk: Desk) -> Desk:
    """The desk, with a password in its address, at the present by the clock of the server."""
    address = str(desk.environment["CAREPATH_DATABASE"])
    desk.environment["CAREPATH_DATABASE"] = address.replace("postgres@", "postgres:s3cret@")
    with psycopg.connect(address) as clock:
        [(desk_at,)] = clock.execute("SELECT now() AT TIME ZONE 'UTC'").fetchall()
    desk.at(desk_at.isoformat())
    return desk


def address_of(ward: Desk) -> str:
    return str(ward.environment["CAREPATH_DATABASE"])


def states(ward: Desk) -> dict[str, tuple[str, str]]:
    """Return the state and the words of every look, but for those that are about the tests."""
    answer = ward("doctor --json")
    found = json.loads(answer.out)
    assert "s3cret" not in answer.out + answer.err
    assert {0: "well", 8: "soon", 9: "now"}[answer.code] == found["state"]
    return {each["what"]: (each["state"], each["says"]) for each in found["looks"]}


def test_a_site_on_a_server_that_is_looked_after_is_well(ward: Desk) -> None:
    ward.done("scheduler once")

    seen = states(ward)

    wrong = {what for what, (state, _) in seen.items() if state != "well"}
    assert wrong - OF_THE_TESTS == {"night"}  # nothing was checked by night yet
    assert "fsync" in seen["keeping"][1]
    assert {"server", "rights", "server clock", "connections", "locks", "database", "clock"} <= set(seen)
    assert not {"file", "disk", "journal", "backup"} & set(seen)


def test_a_clock_that_is_not_the_one_of_the_server_is_found(ward: Desk) -> None:
    ward.at("2031-01-01T00:00:00")

    state, says = states(ward)["server clock"]

    assert state == "soon"
    assert "behind the one of this machine" in says


def test_somebody_who_waits_for_a_lock_is_found_with_who_has_it(ward: Desk) -> None:
    place = address_of(ward)
    with psycopg.connect(place, application_name="a report") as one, psycopg.connect(place) as other:
        one.execute("LOCK TABLE patient IN ACCESS EXCLUSIVE MODE")
        waiting = threading.Thread(target=lock_after, args=(other,))
        waiting.start()
        while not (seen := on_server(place, now, busy=1.0, waits=0.0)).waiting:
            pass
        one.rollback()
        waiting.join()

    [found] = [each for each in looks(place, seen) if each.what == "locks"]
    assert found.state == "now"
    assert "1 wait" in found.says
    assert "a report (process " in found.says


WAITS_FOR_A_LOCK = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"


def test_who_waits_in_another_database_of_the_server_is_no_matter_of_this_one(ward: Desk) -> None:
    elsewhere = servers.empty_address()
    with psycopg.connect(elsewhere) as one, psycopg.connect(elsewhere) as other:
        one.execute("CREATE TABLE patient ()")
        one.commit()
        one.execute("LOCK TABLE patient IN ACCESS EXCLUSIVE MODE")
        waiting = threading.Thread(target=lock_after, args=(other,))
        waiting.start()
        while one.execute(WAITS_FOR_A_LOCK, (other.info.backend_pid,)).fetchone() == (0,):
            pass
        seen = on_server(address_of(ward), now, busy=1.0, waits=0.0)
        one.rollback()
        waiting.join()

    assert seen.waiting == 0


def lock_after(connection: psycopg.Connection[Any]) -> None:
    connection.execute("LOCK TABLE patient IN SHARE MODE")


@pytest.mark.parametrize(
    ("granted", "says"),
    [
        ("SELECT ON ALL TABLES", "read and write banner, calendar, "),
        ("ALL ON ALL TABLES", "read and write enrolment_id_seq, "),
    ],
)
def test_a_user_who_may_not_write_is_told_which_tables_and_numbers(
    ward: Desk, granted: str, says: str
) -> None:
    owner, reader = address_of(ward), servers.role("reader")
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute(f"CREATE ROLE {reader} LOGIN")
        server.execute(f"GRANT {granted} IN SCHEMA public TO {reader}")
    ward.environment["CAREPATH_DATABASE"] = owner.replace("postgres:s3cret@", f"{reader}@")
    try:
        state, found = states(ward)["rights"]
        with psycopg.connect(owner, autocommit=True) as server:
            server.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {reader}")
            server.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {reader}")
        granted_all = states(ward)["rights"]
    finally:
        with psycopg.connect(owner, autocommit=True) as server:
            server.execute(f"DROP OWNED BY {reader}; DROP ROLE {reader}")

    assert state == "now"
    assert f"does not let this user {says}" in found
    assert granted_all == ("well", "This user may read and write all tables, and number new rows.")


SEEN = OnServer("18.1", False, False, 0, 0, 3 * 10**9, 50, 97, (), None, 0, ())


@pytest.mark.parametrize(
    ("seen", "what", "state", "says"),
    [
        (SEEN, "server", "well", "PostgreSQL 18.1, 3.0 GB"),
        (SEEN._replace(standby=True), "rights", "now", "is a standby"),
        (SEEN._replace(read_only=True), "rights", "now", "read-only"),
        (SEEN._replace(free=7), "connections", "now", "7 of 97 connections are left"),
        (SEEN._replace(forgetful=("fsync",)), "keeping", "soon", "a power cut can take"),
        (SEEN._replace(ahead=90 * SECOND), "server clock", "soon", "90 seconds ahead of"),
        (SEEN._replace(ahead=-90 * SECOND), "server clock", "soon", "90 seconds behind"),
        (SEEN._replace(ahead=90 * SECOND, uncertain=40 * SECOND), "server clock", "well", "same time"),
        (SEEN._replace(longest=Session(7, "report", 4_000.0)), "locks", "soon", "for 67 minutes"),
        (SEEN._replace(longest=Session(7, "report", 60.0)), "locks", "well", "Nobody waits"),
    ],
)
def test_each_thing_about_a_server_is_said_with_how_to_mend_it(
    seen: OnServer,
    what: str,
    state: str,
    says: str,
    database_kind: str,  # noqa: ARG001 - once is enough
) -> None:
    [found] = [each for each in looks("postgresql://anna:s3cret@db/care", seen) if each.what == what]

    assert found.state == state
    assert says in found.says
    assert "s3cret" not in found.says


def test_a_server_that_does_not_answer_is_one_sentence(desk: Desk, database_kind: str) -> None:  # noqa: ARG001
    answer = desk("doctor --database postgresql://anna:s3cret@127.0.0.1:1/care")

    assert answer.code == 9
    assert "AT ONCE: The server of postgresql://anna@127.0.0.1:1/care does not answer" in one_line(answer.out)
    assert "s3cret" not in answer.out + answer.err


def test_a_database_of_another_version_is_looked_at_all_the_same(ward: Desk) -> None:
    servers.spoilt(address_of(ward))
    with psycopg.connect(address_of(ward)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    seen = states(ward)

    assert seen["server"][0] == "well"
    assert "newer carepath" in seen["database"][1]


def test_a_server_that_was_stopped_is_said_to_be(database_kind: str, desk: Desk) -> None:  # noqa: ARG001
    machine = Machine()
    try:
        machine.stop()
        answer = desk("doctor", CAREPATH_DATABASE=machine.address)
    finally:
        machine.gone()

    assert answer.code == 9
    assert "does not answer" in one_line(answer.out)


def test_prometheus_is_told_the_size_that_the_server_says(ward: Desk) -> None:
    numbers = read(cast("Path", Server(address_of(ward))), TickTimes())

    [line] = [line for line in numbers.splitlines() if line.startswith("carepath_database_bytes ")]
    assert float(line.split()[1]) > 1_000_000


def test_what_is_on_a_server_is_backed_up_and_restored_with_its_own_tools(ward: Desk, template: Path) -> None:
    file = ward.folder / "some.db"
    file.write_bytes(template.read_bytes())
    before = file.read_bytes()
    for line in (
        "backup",
        "backup --to .",
        "backup list",
        f"restore {file}",
        f"restore {file} --although-newer",
    ):
        said = ward.refused(line, 4)
        assert said.startswith("Error: postgresql://postgres@/")
        assert "pg_dump" in said
        assert "docs/how-to/back-up.md" in said
        assert "s3cret" not in said
    assert file.read_bytes() == before


def test_no_backup_is_planned_by_night_on_a_server_whatever_the_site_says(ward: Desk) -> None:
    ward.done("site set backup.at 03:15 --because 'as on the file'")
    ward.done("scheduler once")

    with Database(address_of(ward)) as database, database.reading() as store:
        assert "backup" not in [row.name for row in store.routines()]
    assert "backup" not in states(ward)


def test_the_password_of_an_address_is_not_in_what_is_configured(ward: Desk) -> None:
    for line in ("config show", "config show --json"):
        said = ward.done(line)
        assert "postgresql://postgres@/" in said
        assert "s3cret" not in said


def one_line(text: str) -> str:
    return " ".join(text.split())
