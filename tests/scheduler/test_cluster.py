"""Many workers over one database: killed, cut off and replaced, they lose nothing and tell nothing twice."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

import psycopg
import pytest

from cli import clock
from pathways.spans import DAY, HOUR, SECOND
from scheduler.cluster_engine import Engine, Job, Kind, Patience, cron, make_tables
from scheduler.status import status
from storage import check_postgres
from storage.connection import Database
from tests import servers
from tests.scheduler import crowds
from tests.scheduler.children import PATIENCE, Child, child
from tests.scheduler.drill import admit, at, site
from tests.scheduler.proxies import proxy

pytestmark = pytest.mark.only("postgres")

JOINING = "tests.scheduler.joining"
# After that, what a worker that was killed had taken is anybody's.
LEASES_OVER = 20 * 60
# For very many of them; seconds, only ever waited for when something is wrong.
LONG_ENOUGH = 10 * PATIENCE


def reached(what: Callable[[], bool], *, within: float) -> bool:
    """Look again and again until something has come about; say whether it did in time."""
    ends, pause = monotonic() + within, Event()
    while not what():
        if monotonic() > ends:
            return False
        pause.wait(0.02)
    return True


class Cluster:
    """Some workers over a crowd, each of which may be killed and replaced."""

    def __init__(self, stack: ExitStack, place: str, folder: Path) -> None:
        self.workers: list[Child] = []
        self.files: list[Path] = []
        self._stack = stack
        self._place = place
        self._folder = folder
        self._ahead = (crowds.BEGINS - clock.now()) / SECOND

    def join(self, *, later: float = 0.0) -> Child:
        name = f"worker-{len(self.files)}"
        self.files.append(self._folder / name)
        words = (self._place, name, str(self._ahead + later), str(self.files[-1]))
        self.workers.append(self._stack.enter_context(child(JOINING, *words)))
        return self.workers[-1]

    def stands(self) -> None:
        """Wait until all have begun."""
        for worker in self.workers:
            worker.until_begins("cluster_joined")

    def kill(self, worker: Child) -> None:
        worker.process.kill()
        worker.process.wait()
        self.workers.remove(worker)

    def stop(self) -> None:
        self.stands()
        for worker in self.workers:
            worker.process.terminate()
        assert [worker.process.wait(PATIENCE) for worker in self.workers] == [0] * len(self.workers)
        self.workers.clear()

    def handed_over(self) -> list[tuple[int, int]]:
        """List of which deed each message told that was handed over, and the how manieth try it was."""
        lines = [
            line.split() for file in self.files if file.exists() for line in file.read_text().splitlines()
        ]
        return [(int(deed), int(tries)) for deed, tries in lines]


def live_through(folder: Path, *, patients: int, workers: int, seconds: int, kills: int) -> None:
    """Let the prompts of a crowd come due while workers are killed at random, and look what came of it."""
    place, chance = crowds.crowded(patients=patients, within=seconds * SECOND), Random(patients)  # noqa: S311
    due = patients * crowds.EACH
    with ExitStack() as stack, Database(place) as database:
        cluster = Cluster(stack, place, folder)
        for _ in range(workers):
            cluster.join()
        for moment in sorted(chance.uniform(0.1, 0.9) * due for _ in range(kills)):
            assert reached(lambda least=moment: raised(database) >= least, within=LONG_ENOUGH)  # type: ignore[misc]
            cluster.kill(chance.choice(cluster.workers))
            cluster.join()
        assert reached(lambda: raised(database) >= due, within=LONG_ENOUGH)
        cluster.stop()
        cluster.join(later=LEASES_OVER)
        assert reached(lambda: not unsent(database), within=LONG_ENOUGH), unsent(database)
        cluster.stop()

        assert deeds(database) == Counter({1: due})
        tries = {
            int(str(deed)): int(str(tried))
            for deed, tried in rows(database, "SELECT ledger_id, tries FROM delivery WHERE state = 'sent'")
        }
        handed = cluster.handed_over()
        assert set(tries) == {deed for deed, _ in handed}
        # Each try was handed over once at most: twice only what a killed worker could not say it had sent.
        assert max(Counter(handed).values()) == 1
        assert all(number <= tries[deed] for deed, number in handed)


def cluster_of_one(folder: Path) -> str:
    """Make a site with a patient, whose database nobody else gets afterwards."""
    place = str(site(folder, patients=1))
    servers.spoilt(place)
    return place


def rows(database: Database, asked: str) -> list[tuple[object, ...]]:
    return database.reader().execute(asked).fetchall()


def raised(database: Database) -> int:
    [(found,)] = rows(
        database,
        "SELECT count(*) FROM ledger JOIN prompt ON prompt.id = prompt_id WHERE rule = 'visit-reminder'",
    )
    return int(str(found))


def deeds(database: Database) -> Counter[int]:
    """Count how often the prompts were raised: how many once, how many twice."""
    found = rows(
        database,
        "SELECT count(*) FROM ledger JOIN prompt ON prompt.id = prompt_id "
        "WHERE rule = 'visit-reminder' AND kind = 'raised' GROUP BY prompt_id",
    )
    return Counter(int(str(count)) for (count,) in found)


def unsent(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "SELECT state, count(*) FROM delivery WHERE state <> 'sent' GROUP BY state")


def test_workers_that_are_killed_lose_nothing_and_tell_nothing_twice(tmp_path: Path) -> None:
    live_through(tmp_path, patients=200, workers=2, seconds=2, kills=1)


@pytest.mark.long
def test_twenty_thousand_prompts_come_due_while_workers_are_killed_at_random(tmp_path: Path) -> None:
    live_through(tmp_path, patients=10_000, workers=4, seconds=40, kills=8)


@pytest.mark.long
def test_a_worker_that_is_cut_off_comes_back_by_itself(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    with (
        proxy(place) as between,
        Database(place) as database,
        child(JOINING, between.address, "far", "0") as far,
    ):
        far.until_begins("raised P-001/1 call-soon")
        between.cut()
        far.until_begins("cluster_waits: The server of postgresql://")
        admit(database, "P-002", now=at(0, "09:00"))
        with child(JOINING, place, "near", "0") as near:
            near.until_begins("raised P-002/1 call-soon")
            near.process.terminate()
            assert near.process.wait(PATIENCE) == 0
        between.mend()
        admit(database, "P-003", now=at(0, "09:00"))
        far.until_begins("raised P-003/1 call-soon")
        assert {beat.heartbeat.worker for beat in status(database, now=clock.now()).workers} == {
            "far",
            "near",
        }


def test_a_worker_whose_connections_are_ended_by_the_server_goes_on(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    with child(JOINING, place, "one", "0") as one:
        one.until_begins("raised P-001/1 call-soon")
        servers.administering().execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (servers.name_in(place),),
        )
        with Database(place) as database:
            admit(database, "P-002", now=at(0, "09:00"))
        one.until_begins("raised P-002/1 call-soon")


def test_what_a_killed_worker_was_asked_to_do_is_asked_of_another(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    make_tables(place)
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute("SET search_path TO procrastinate")
        connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (timestamptz '2026-01-01')"
        )
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id) "
            "SELECT 'tick', 'tick', 'tick', '{\"timestamp\": 0}', 'doing', max(id) FROM procrastinate_workers"
        )
        with child(JOINING, place, "one", "0") as one:
            one.until_begins("retried tick: its worker is gone")


def test_who_missed_that_it_was_cancelled_ends_when_told_to(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    make_tables(place)

    async def work() -> None:
        began = asyncio.Event()
        in_loop = asyncio.get_running_loop().call_soon_threadsafe
        engine = Engine(place, patience=Patience(), stopping=lambda: False)

        def look(_: Job) -> None:
            in_loop(began.set)

        engine.add(Kind("look", 1.0, look))
        await engine.open()
        try:
            working = asyncio.create_task(engine.work("look"))
            async with asyncio.timeout(PATIENCE):
                await began.wait()
                engine.end("look")
                await working
        finally:
            await engine.close()

    asyncio.run(work())


def test_one_worker_does_what_is_done_every_day(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)
    # At noon by its clock: at midnight it would do all of it by itself, too.
    with child(JOINING, place, "one", str((12 * HOUR - clock.now()) % DAY / SECOND)) as one:
        one.until_begins("cluster_joined")
        with Database(place) as database:
            assert reached(lambda: len(routines(database)) == 2, within=PATIENCE)
            with database.writing() as store:
                for name in routines(database):
                    store.move_routine(name, next_at=at(0))
        assert {one.until_begins("one did ") for _ in range(2)} == {"one did digest:kim", "one did nightly"}


def routines(database: Database) -> list[str]:
    with database.reading() as store:
        return [row.name for row in store.routines()]


def test_the_tables_of_the_engine_are_made_once_and_lie_apart(tmp_path: Path) -> None:
    place = cluster_of_one(tmp_path)

    assert (make_tables(place), make_tables(place)) == (True, False)
    with Database(place) as database:
        assert rows(database, "SELECT to_regclass('procrastinate_jobs') IS NULL") == [(True,)]
        assert list(check_postgres.missing_parts(database.reader())) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(1, "* * * * * */1"), (45, "* * * * * */45"), (90, "*/1 * * * *"), (86_400, "0 */23 * * *")],
)
def test_a_length_is_never_longer_than_asked_for(seconds: int, written: str) -> None:
    assert cron(seconds) == written
