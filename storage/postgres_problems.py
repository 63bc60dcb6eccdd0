"""What can be wrong with a database on a server, each as one sentence that says what to do."""

from pathways.errors import DatabaseProblem
from storage.filesystems import AnyPath, shown

NOTHING = "Nothing was changed."


class Clashed(DatabaseProblem):
    """Two wrote the same in another order: the server took one of them back, which can be done again."""

    exit_code = 7


def no_driver() -> DatabaseProblem:
    return DatabaseProblem(
        "A database on a server needs psycopg, which is not installed: docs/how-to/postgresql.md says how, "
        "and docs/how-to/install-offline.md without internet."
    )


def no_address(address: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(
        f"{shown(address)} is no address of a database: write it like postgresql://user@host/carepath."
    )


def too_old(address: AnyPath, found: int, wanted: int) -> DatabaseProblem:
    return DatabaseProblem(
        f"{shown(address)} runs PostgreSQL {found}, but carepath wants {wanted} or newer: use a newer server."
    )


def not_utf8(address: AnyPath, found: str) -> DatabaseProblem:
    return DatabaseProblem(
        f"{shown(address)} keeps its texts as {found}: make the database with `createdb --encoding UTF8`."
    )


def there_already(address: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(f"There is a caseload at {shown(address)} already: use it, or name another.")


def not_ours(address: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(
        f"{shown(address)} is a database, but carepath has made nothing in it: "
        "name the right one, or run 'carepath init'."
    )


def not_whole(address: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(
        f"{shown(address)} holds a copy of a caseload that is not whole, as it was interrupted or taken "
        "back: use the file that it is of, or make it whole with 'carepath copy --to' from that file."
    )


def other_version(address: AnyPath, found: str, wanted: str) -> DatabaseProblem:
    """Say that the database is older or newer than the program."""
    if found > wanted:
        return DatabaseProblem(
            f"{shown(address)} was written by a newer carepath (schema {found}, this one knows {wanted}): "
            "use that version of the program."
        )
    return DatabaseProblem(
        f"{shown(address)} was written by an older carepath (schema {found}, this one wants {wanted}): "
        "take a backup with pg_dump, then run 'carepath upgrade'."
    )


def no_schema(address: AnyPath, name: str, database: str, user: str) -> DatabaseProblem:
    """Say which right is missing to keep the tables of another program."""
    return DatabaseProblem(
        f"{shown(address)} does not let {user} make the schema {name}, in which the workers of a cluster "
        "keep what they do next: let the owner of the database say "
        f"'GRANT CREATE ON DATABASE {database} TO {user}', or run the workers as its owner."
    )


def not_shared(address: AnyPath, name: str, owner: str, user: str) -> DatabaseProblem:
    """Say who has the tables of another program, which this user may not work with."""
    return DatabaseProblem(
        f"{shown(address)} does not let {user} use the schema {name}, in which the workers of a cluster keep "
        f"what they do next, since {owner} made it: run all workers as {owner}, or stop them, "
        f"let {owner} say 'DROP SCHEMA {name} CASCADE', and run all as {user}."
    )


def nobody_knows(address: AnyPath) -> DatabaseProblem:
    return DatabaseProblem(
        f"The server of {shown(address)} went away just as it was asked to keep a change: "
        "look whether the change is there before you repeat it."
    )


def of(address: AnyPath, state: str | None, said: str, *, asked: bool = False) -> DatabaseProblem | None:
    """Say what an error means by its SQLSTATE; one without came before the server could answer."""
    if state is None:
        sentence = None if asked else _unanswered(said)
    else:
        sentence = _OF_STATE.get(state) or _OF_CLASS.get(state[:2])
    if sentence is None:
        return None
    kind = Clashed if sentence is _MEANWHILE else DatabaseProblem
    return kind(sentence.format(place=shown(address)))


def _unanswered(said: str) -> str:
    for words, sentence in _OF_WORDS.items():
        if words in said:
            return sentence
    return _GONE


_GONE = (
    f"The server of {{place}} does not answer: check that it runs and that this machine reaches it. {NOTHING}"
)
_NO_NAME = (
    "The name of the server of {place} is known to nobody: check how it is written, and that this machine "
    f"can look names up. {NOTHING}"
)
_NO_PORT = "The port in {place} is no port: write a number from 1 to 65535, or leave it out."
_UNENCRYPTED = (
    "The server of {place} offers no encrypted connection, and sslmode asks for one: let it be switched on "
    f"there (ssl = on). {NOTHING}"
)
_NO_ROOT = (
    "The file with the certificates that are trusted is not there, so the server of {place} cannot be known: "
    "put it where sslrootcert says (~/.postgresql/root.crt if it says nothing), or write sslrootcert=system. "
    + NOTHING
)
_UNTRUSTED = (
    "The certificate of the server of {place} is not one that is trusted here: check that sslrootcert names "
    f"the file of who signed it, and that nobody poses as the server. {NOTHING}"
)
_OTHER_NAME = (
    "The certificate of the server of {place} is for another name: write the server as the certificate names "
    f"it, and check that nobody poses as it. {NOTHING}"
)
_NO_KEY = (
    "The key or certificate with which this machine shows itself to the server of {place} cannot be used: "
    f"check the files of sslcert and sslkey, and that only you may read them. {NOTHING}"
)
_STOPPING = "The server of {place} is stopping or starting: try again in a moment. " + NOTHING
_CROWDED = (
    "The server of {place} lets nobody else in (out of connections): close some, or raise max_connections. "
    + NOTHING
)
_REFUSED = "The server of {place} does not let you in: check the user and the password."
_NO_DATABASE = "There is no such database at {place}: make it with createdb, then run 'carepath init'."
_SLOW = "The server of {place} took longer than it may (statement_timeout): try again in a moment. " + NOTHING
_LOCKED = "{place} is in use by another program that does not let go: try again in a moment. " + NOTHING
_MEANWHILE = "Somebody changed the same in {place} at the same moment. " + NOTHING + " Try again."
_STOPPED = (
    "This program stood still in the middle of a change for longer than the server of {place} waits: "
    "try again. " + NOTHING
)
_READ_ONLY = (
    "{place} is read-only (a standby, or opened for reading): use the server that is written to. " + NOTHING
)
_DENIED = "{place} does not let this user read or write its tables: grant the rights, or use another user."
_FULL = "The disk of the server of {place} is full: make room and try again. " + NOTHING
_NO_MEMORY = "The server of {place} is out of memory: try again in a moment. " + NOTHING
_BROKEN = "{place} is damaged: stop carepath, keep the server as it is and restore the latest backup."
_NO_TEXT = "{place} cannot keep a text with the character NUL in it: leave it out. " + NOTHING

_OF_STATE = {
    "08P01": _GONE,
    "22021": _NO_TEXT,
    "22P05": _NO_TEXT,
    "25006": _READ_ONLY,
    "25P03": _STOPPED,
    "28000": _REFUSED,
    "28P01": _REFUSED,
    "3D000": _NO_DATABASE,
    "40001": _MEANWHILE,
    "40P01": _MEANWHILE,
    "42501": _DENIED,
    "53100": _FULL,
    "53200": _NO_MEMORY,
    "53300": _CROWDED,
    "53400": _CROWDED,
    "55P03": _LOCKED,
    "57014": _SLOW,
    "57P01": _STOPPING,
    "57P02": _STOPPING,
    "57P03": _STOPPING,
    "57P05": _STOPPING,
    "58030": _BROKEN,
}
_OF_CLASS = {"08": _GONE, "53": _NO_MEMORY, "57": _STOPPING, "XX": _BROKEN}
# While connecting the driver passes on what the server said, in words alone.
_OF_WORDS = {
    "failed to resolve host": _NO_NAME,
    "could not translate host name": _NO_NAME,
    "invalid port number": _NO_PORT,
    'for connection option "port"': _NO_PORT,
    "server does not support SSL": _UNENCRYPTED,
    "root certificate file": _NO_ROOT,
    "certificate verify failed": _UNTRUSTED,
    "does not match host name": _OTHER_NAME,
    "private key file": _NO_KEY,
    "certificate file": _NO_KEY,
    "too many clients": _CROWDED,
    "too many connections": _CROWDED,
    "remaining connection slots": _CROWDED,
    "password authentication failed": _REFUSED,
    "no password supplied": _REFUSED,
    "pg_hba.conf": _REFUSED,
    'role "': _REFUSED,
    "starting up": _STOPPING,
    "shutting down": _STOPPING,
    "recovery mode": _STOPPING,
    "does not exist": _NO_DATABASE,
    "NUL (0x00)": _NO_TEXT,
}
