"""A database on a server: made, opened, refused, lost and found again."""

import re
import socketserver
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from pathways.errors import DatabaseProblem
from storage import postgres, postgres_problems, rendered, rendered_postgres, schema, upgrades
from storage.check import check_file
from storage.connection import Database
from storage.filesystems import Server, on_server, shown
from storage.neighbours import keep
from storage.rendering import EACH, MODULES, OF_ROWS, statements
from storage.setup import add_patient
from storage.store import Store
from storage.version import SCHEMA
from tests import servers
from tests.modules import ROOT
from tests.storage.cases import enrolled, entry, prompt, save, tick
from tests.storage.databases import everything

pytestmark = pytest.mark.only("postgres")
NAMES = [name for module in MODULES for name in statements(module)]
PLACE = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("name", [*NAMES, *(f"{name}{OF_ROWS}" for name in sorted(EACH))])
def test_every_hot_statement_makes_sense_to_the_server(database: Database, name: str) -> None:
    places: dict[str, str] = {}
    text = PLACE.sub(
        lambda place: places.setdefault(place[1], f"${len(places) + 1}"), getattr(rendered_postgres, name)
    )
    database.writer().execute(f"PREPARE statement AS {text.replace('%%', '%')}")
    database.writer().execute("DEALLOCATE statement")


def test_every_statement_is_found_by_the_text_that_call_sites_say() -> None:
    assert {getattr(rendered, name): getattr(rendered_postgres, name) for name in NAMES} == postgres.TEXTS


def test_what_is_run_for_each_of_many_rows_is_written_for_all_of_them() -> None:
    called = {
        name
        for source in (ROOT / "storage").glob("*.py")
        for name in re.findall(r"_each\(\s*sql\.(\w+)", source.read_text())
    }
    assert called == EACH
    assert set(postgres.OF_ROWS) == {getattr(rendered, name) for name in EACH}


def test_a_file_is_opened_without_a_thought_of_servers() -> None:
    asked = "import sys, storage.store, storage.lists; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not {"psycopg", "storage.postgres", "storage.rendered_postgres"} & set(done.stdout.split())


def test_a_caseload_is_made_once_in_a_database() -> None:
    place = servers.empty_address()
    with pytest.raises(DatabaseProblem, match="carepath has made nothing in it"):
        Database(place).writer()
    schema.create(place, "Europe/Berlin")
    with Database(place) as database, database.reading() as store:
        assert store.site_zone() == "Europe/Berlin"
    before = everything(place)
    with pytest.raises(DatabaseProblem, match=r"There is a caseload at .* already"):
        schema.create(place, "Europe/London")
    assert everything(place) == before
    assert schema.version_of(place) == SCHEMA
    assert upgrades.upgrade(place) == upgrades.Upgraded(SCHEMA, SCHEMA, None)


def test_a_caseload_that_cannot_be_made_leaves_nothing_behind() -> None:
    place = servers.empty_address()
    with psycopg.connect(place) as connection:
        connection.execute("CREATE TABLE leave (in_the_way text)")
    with pytest.raises(psycopg.Error):
        schema.create(place, "Europe/Berlin")
    assert list(everything(place)) == ["leave"]


def test_ids_sort_as_they_do_in_a_file(database: Database) -> None:
    names = ["a", "B", "é", "Z", "P-10", "P-9", "p-1", "_"]
    for name in names:
        add_patient(database, name, zone="Europe/London", now=1)
    with database.listing() as lists:
        assert [line.patient_id for line in lists.people()] == sorted(names)


def test_a_reading_connection_cannot_write_on_a_server(database: Database) -> None:
    of = enrolled(database)
    with pytest.raises(DatabaseProblem, match="read-only"), database.reading() as store:
        store.append(of, [entry(1)])


def test_a_connection_that_was_cut_is_made_anew(database: Database) -> None:
    of = enrolled(database)
    _cut(database)
    with database.writing() as store:
        store.append(of, [entry(1)])
    _cut(database)
    with database.reading() as store:
        assert len(store.entries(of)) == 1
    _cut(database)
    add_patient(database, "P-2", zone="Europe/London", now=1)


def test_what_was_begun_when_the_connection_was_cut_is_not_there(database: Database) -> None:
    of = enrolled(database)
    before = everything(database)
    with pytest.raises(DatabaseProblem, match="Nothing was changed"), database.writing() as store:  # noqa: PT012
        store.append(of, [entry(1)])
        _cut(database)
        store.append(of, [entry(2)])
    assert everything(database) == before
    with database.writing() as store:
        store.append(of, [entry(1)])


def test_nobody_is_told_that_nothing_changed_when_nobody_knows(database: Database) -> None:
    of = enrolled(database)
    with (  # noqa: PT012 - it is cut while it is open
        pytest.raises(DatabaseProblem, match="look whether the change is there"),
        database.writing() as store,
    ):
        store.append(of, [entry(1)])
        _cut(database)


def test_a_writer_that_does_not_let_go_is_named_on_a_server(database: Database) -> None:
    of = enrolled(database)
    with Database(database.place, busy=0.1) as other, database.writing() as store:
        store.append(of, [entry(1)])
        with pytest.raises(DatabaseProblem, match="in use by another program"), other.writing():
            pytest.fail("the lock was given to both")


def test_what_takes_longer_than_the_server_allows_is_refused(database: Database) -> None:
    def too_long(store: Store) -> None:
        store._connection.execute("SET LOCAL statement_timeout = 20")
        store._connection.execute("SELECT pg_sleep(600)")

    with pytest.raises(DatabaseProblem, match="took longer than it may"), database.reading() as store:
        too_long(store)
    with database.reading() as store:
        assert store.site_zone() == "Europe/London"


def test_a_server_without_a_place_left_says_so(database: Database) -> None:
    name = servers.name_in(database.place)
    servers.administering().execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    ward = servers.role("ward")
    servers.administering().execute(f"CREATE ROLE {ward} LOGIN")
    try:
        address = database.place.replace("postgres@", f"{ward}@")
        with pytest.raises(DatabaseProblem, match="out of connections"):
            Database(address).writer()
    finally:
        servers.administering().execute(f"DROP ROLE {ward}")
        servers.administering().execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://anna:s3cret@127.0.0.1:9/care", "does not answer"),
        ("postgresql://anna:s3cret@nowhere.invalid/care", "name of the server of .* is known to nobody"),
        ("postgresql://anna:s3cret@127.0.0.1:port/care", "is no port: write a number from 1 to 65535"),
        ("postgresql://anna:s3cret@127.0.0.1:99999/care", "is no port"),
        ("postgresql://anna:s3cret@127.0.0.1/care?sslmode=perhaps&x=1", "no address"),
    ],
)
def test_a_server_that_is_not_there_is_named_without_the_password(address: str, says: str) -> None:
    with pytest.raises(DatabaseProblem, match=says) as refused:
        Database(address).writer()
    assert "s3cret" not in str(refused.value)
    assert refused.value.exit_code == 6


@pytest.fixture
def gate() -> Iterator[tuple[int, list[bytes]]]:
    """A port at which encryption is offered or not, and then nothing more is said."""
    answers: list[bytes] = []

    class Gate(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(8)
            self.request.sendall(answers[0])
            self.request.recv(1)

    with socketserver.TCPServer(("127.0.0.1", 0), Gate) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], answers
        server.shutdown()


@pytest.mark.parametrize(
    ("offered", "asked", "says"),
    [
        (b"N", "sslmode=require", "offers no encrypted connection"),
        (b"N", "sslmode=verify-full", r"let it be switched on there \(ssl = on\)"),
        (b"S", "sslmode=verify-full&sslrootcert=/nowhere.crt", "certificates that are trusted is not there"),
    ],
)
def test_a_connection_that_cannot_be_as_safe_as_was_asked_for_is_told_from_a_server_that_is_gone(
    gate: tuple[int, list[bytes]], offered: bytes, asked: str, says: str
) -> None:
    port, answers = gate
    answers.append(offered)
    with pytest.raises(DatabaseProblem, match=says):
        Database(
            f"postgresql://anna@127.0.0.1:{port}/care?{asked}&connect_timeout={servers.PATIENCE:.0f}"
        ).writer()


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("SSL error: certificate verify failed", "is not one that is trusted here"),
        ('server certificate for "db.ward" does not match host name "care"', "is for another name"),
        ('certificate present, but not private key file "/k"', "check the files of sslcert and sslkey"),
        ("Connection refused", "does not answer: check that it runs"),
    ],
)
def test_what_the_driver_says_of_certificates_is_said_in_a_sentence(said: str, says: str) -> None:
    problem = postgres_problems.of("postgresql://anna@care/care", None, f"connection failed: {said}")
    assert says in str(problem)


def test_who_may_not_make_a_schema_for_the_cluster_is_told_which_right_is_missing(database: Database) -> None:
    name = servers.name_in(database.place)
    ward = servers.role("ward")
    servers.administering().execute(f"CREATE ROLE {ward} LOGIN")
    try:
        address = database.place.replace("postgres@", f"{ward}@")
        with pytest.raises(DatabaseProblem, match=f"'GRANT CREATE ON DATABASE {name} TO {ward}'"):
            keep(address, "procrastinate", "1.0", "CREATE TABLE jobs (id integer)")
        servers.administering().execute(f"GRANT CREATE ON DATABASE {name} TO {ward}")
        assert keep(address, "procrastinate", "1.0", "CREATE TABLE jobs (id integer)")
    finally:
        with psycopg.connect(database.place, autocommit=True) as there:
            there.execute(f"DROP OWNED BY {ward} CASCADE")
        servers.spoilt(database.place)
        servers.administering().execute(f"DROP ROLE {ward}")


def test_a_database_that_is_not_there_says_how_to_make_one(database: Database) -> None:
    with pytest.raises(DatabaseProblem, match="createdb"):
        Database(database.place.replace(servers.name_in(database.place), "nowhere")).writer()


@pytest.mark.parametrize(
    ("address", "as_printed"),
    [
        ("postgresql://anna:s3cret@db.ward/care", "postgresql://anna@db.ward/care"),
        ("postgresql://anna:s3@cr/et@db.ward:5432/care", "postgresql://anna@db.ward:5432/care"),
        ("postgresql://anna:s?cr@db/care?password=s3cret", "postgresql://anna@db/care"),
        ("postgresql://db/care?password=s3c@ret", "postgresql://db@ret"),
        ("postgresql:///care?host=/run&password=s3cret", "postgresql:///care"),
        ("postgresql+psycopg://anna:s3cret@db/care?password=s3cret", "postgresql+psycopg://anna@db/care"),
        ("mysql://anna:s3cret@db/care", "mysql://anna@db/care"),
        ("host=db password=s3cret dbname=care", "host=db password=..."),
        ("/srv/care.db", "/srv/care.db"),
        ("/srv/odd://anna:s@name/care.db", "/srv/odd://anna:s@name/care.db"),
    ],
)
def test_a_password_is_never_printed(address: str, as_printed: str) -> None:
    assert shown(address) == as_printed
    if on_server(address):
        assert f"{Server(address)} {Server(address)!r}" == f"{as_printed} {as_printed}"


def test_what_pg_dump_saves_comes_back_whole(database: Database, tmp_path: Path) -> None:
    of = enrolled(database)
    with database.writing() as store:
        store.append(of, [entry(1), entry(2)])
        save(store, prompt(of), prompt(of, "two", opens_at=500))
        tick(store, 2_500)
    place, dump = servers.empty_address(), str(tmp_path / "care.dump")
    _tool("pg_dump", "--format=custom", f"--file={dump}", database.place)
    _tool("pg_restore", "--exit-on-error", f"--dbname={place}", dump)
    assert everything(place) == everything(database)
    with Database(place) as restored:
        assert check_file(restored) == []
        with restored.writing() as store:
            store.append(of, [entry(3)])
            save(store, prompt(of, "three"))


def _tool(name: str, *arguments: str) -> None:
    subprocess.run([servers.folder_of_tools() / name, *arguments], check=True, capture_output=True)


def _cut(database: Database) -> None:
    """Cut off everybody who is connected to a database, as a server does that is restarted."""
    servers.administering().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        (servers.name_in(database.place),),
    )
