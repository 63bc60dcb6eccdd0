"""Tables of another program in the database of a caseload, in a schema that no list looks into.

What that program keeps there is its own business, and can be made anew at any time: it is never migrated.
"""

import re
from contextlib import closing

from pathways.errors import DatabaseProblem
from storage import postgres
from storage import postgres_problems as problems
from storage.connection import BUSY_SECONDS
from storage.filesystems import shown
from storage.postgres import Connection

# Another than that of whoever writes: making these tables keeps nobody from recording.
LOCK = postgres.LOCK + 1
BEGIN = f"{postgres.WRITE}; SELECT pg_advisory_xact_lock({LOCK})"
_SAID = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
_OWNED = (
    "SELECT pg_has_role(nspowner, 'USAGE'), pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s"
)
_USED = """
SELECT has_schema_privilege(n.oid, 'USAGE') AND coalesce(bool_and(CASE c.relkind
    WHEN 'S' THEN has_sequence_privilege(c.oid, 'USAGE')
    ELSE has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
        AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
END), true), pg_get_userbyid(n.nspowner)
FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'S')
WHERE n.nspname = %s GROUP BY n.oid, n.nspowner
"""


def keep(address: str, name: str, version: str, statements: str) -> bool:
    """See that the tables of a program are there as its version wants them; say whether they were made now.

    Older ones are dropped, also while they are worked with: when the server takes one of the two back for the
    other's sake, it is done again. Several may ask at once: one makes them, the others wait.
    """
    return postgres.again(lambda: _kept(address, name, version, statements))


def _kept(address: str, name: str, version: str, statements: str) -> bool:
    with (
        postgres.explained(address),
        closing(Connection(address, busy=BUSY_SECONDS, write=True)) as connection,
    ):
        if _there(connection, address, name, version):
            return False
        with postgres.transaction(connection, BEGIN):
            if _there(connection, address, name, version):
                return False
            _make(connection, address, name)
            connection.execute(f"SET LOCAL search_path TO {name}")
            connection.execute(statements)
            connection.execute(f"COMMENT ON SCHEMA {name} IS '{_comment(name, version)}'")
        return True


def address_of(address: str, name: str) -> str:
    """Say how to connect so that those tables are what is seen.

    A commit there returns before the disk has it: what is lost with the power is asked for again.
    """
    return postgres.with_options(address, f"-c search_path={name} -c synchronous_commit=off")


def _make(connection: Connection, address: str, name: str) -> None:
    _let_in(connection, address, name, _OWNED)
    try:
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
    except postgres.Denied:
        who = connection.driver.info
        raise problems.no_schema(address, name, who.dbname, who.user) from None


def _there(connection: Connection, address: str, name: str, version: str) -> bool:
    found = connection.execute(_SAID, (name,)).fetchone()
    if found is None:
        return False
    mark, _, said = str(found[0]).rpartition(" ")
    if mark != _comment(name, "").rstrip():
        raise DatabaseProblem(
            f"{shown(address)} has a schema {name} that carepath has not made: rename it, "
            "or use another database."
        )
    if _number(said) > _number(version):
        raise DatabaseProblem(
            f"{shown(address)} is worked on by {name} {said}, and here is {version}: "
            "install the same carepath here as on the other machines."
        )
    if said == version:
        _let_in(connection, address, name, _USED)
    return said == version


def _let_in(connection: Connection, address: str, name: str, asked: str) -> None:
    """Refuse tables that another user made and keeps: the program would fail at them again and again."""
    found = connection.execute(asked, (name,)).fetchone()
    if found is not None and not found[0]:
        raise problems.not_shared(address, name, str(found[1]), connection.driver.info.user)


def _comment(name: str, version: str) -> str:
    return f"made by carepath for {name} {version}"


def _number(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)]
