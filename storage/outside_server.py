"""What a database on a server is like as the server sees it, whatever version its tables are of."""

import os
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from pathways.moments import Moment
from storage.filesystems import AnyPath
from storage.postgres import READ, Connection, explained, transaction
from storage.tables import METADATA
from storage.triggers import ONLY_ADDED

# Only to tell whose clock is ahead: what is written goes by the moment that the caller gives.
CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_SERVER = """
SELECT current_setting('server_version'), pg_is_in_recovery(),
    current_setting('default_transaction_read_only') = 'on',
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, pg_database_size(current_database()),
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0),
    (SELECT sum(numbackends)::int FROM pg_stat_database)
"""
# What one may not do with a table is seen before the first command that needs it.
_RIGHTS = """
SELECT c.relname::text FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND c.relname = ANY(%(tables)s)
AND NOT (
    has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
    AND (c.relname = ANY(%(only_added)s) OR
        (has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')))
) ORDER BY 1
"""
# New rows take their numbers from sequences, which have rights of their own.
_RIGHTS_TO_NUMBERS = """
SELECT DISTINCT split_part(s.name, '.', -1) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN LATERAL (SELECT pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS name) s
WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND c.relname = ANY(%(tables)s)
AND s.name IS NOT NULL
AND NOT (has_sequence_privilege(s.name, 'USAGE') AND has_sequence_privilege(s.name, 'SELECT')) ORDER BY 1
"""
# Of other users' sessions only one who may see all statistics is told since when they go on.
_LONGEST = """
SELECT pid, coalesce(nullif(application_name, ''), 'a program'),
    (extract(epoch FROM clock_timestamp() - xact_start))::float
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
ORDER BY xact_start LIMIT 1
"""
_WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database()
AND waitstart < clock_timestamp() - make_interval(secs => %(seconds)s)
"""
# Switched off they make a server fast, and let it forget what it said was kept.
_FORGETFUL = """
SELECT name FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name
"""
_SIZE = "SELECT pg_database_size(current_database())"
WAITS = 5.0  # seconds for a lock, before somebody has it too long


class Session(NamedTuple):
    """Somebody's transaction: the process at the server, the program that it says it is, since how long."""

    process: int
    program: str
    seconds: float


class OnServer(NamedTuple):
    """A server that answers.

    `ahead` is by how many microseconds its clock is ahead of ours; half the way there and back is uncertain.
    `free` connections of `connections` are left. `forbidden` names tables and sequences that this user may
    not read or write, `forgetful` the settings with which a power cut takes what was acknowledged.
    """

    version: str
    standby: bool
    read_only: bool
    ahead: int
    uncertain: int
    size: int
    free: int
    connections: int
    forbidden: tuple[str, ...]
    longest: Session | None
    waiting: int
    forgetful: tuple[str, ...]


def on_server(
    address: AnyPath, clock: Callable[[], Moment], *, busy: float, waits: float = WAITS
) -> OnServer:
    """Ask a server how it is; raises `DatabaseProblem` when it cannot be asked.

    Those count as waiting who have waited for so many seconds.
    """
    place = os.fspath(address)
    with (
        explained(place),
        # As one that writes: how such a one is set up is what is asked for.
        closing(Connection(place, busy=busy, write=True)) as connection,
        transaction(connection, READ),
    ):
        return _asked(connection, clock, waits)


def size_on(connection: Connection) -> int:
    """Return how many bytes the database takes on its server."""
    [(size,)] = connection.execute(_SIZE).fetchall()
    return int(size)


def _asked(connection: Connection, clock: Callable[[], Moment], waits: float) -> OnServer:
    before = clock()
    [(version, standby, read_only, theirs, size, room, taken)] = connection.execute(_SERVER).fetchall()
    after = clock()
    tables = [table.name for table in METADATA.sorted_tables]
    given = {"tables": tables, "only_added": list(ONLY_ADDED)}
    longest = connection.execute(_LONGEST).fetchone()
    [(waiting,)] = connection.execute(_WAITING, {"seconds": waits}).fetchall()
    return OnServer(
        version=version.partition(" ")[0],
        standby=standby,
        read_only=read_only,
        ahead=theirs - (before + after) // 2,
        uncertain=(after - before) // 2,
        size=size,
        free=max(0, room - taken),
        connections=room,
        forbidden=tuple(
            name
            for rights in (_RIGHTS, _RIGHTS_TO_NUMBERS)
            for (name,) in connection.execute(rights, given).fetchall()
        ),
        longest=Session(*longest) if longest else None,
        waiting=waiting,
        forgetful=tuple(name for (name,) in connection.execute(_FORGETFUL).fetchall()),
    )
