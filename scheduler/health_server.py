"""What can be wrong with a database as its server sees it, and how to mend it."""

from collections.abc import Iterator

from caseload.foot import STEP
from pathways.spans import SECOND
from scheduler.looks import NOW, SOON, WELL, Look, size
from storage.filesystems import AnyPath, shown
from storage.outside_server import WAITS, OnServer

# A scheduler whose tick, postman and caretaker are at work takes six, and each command that runs two.
FEW_CONNECTIONS = 8
# Longer than anything of ours takes; who reads as of one moment keeps the server from clearing up.
LONG = 3_600.0  # seconds


def looks(address: AnyPath, found: OnServer) -> Iterator[Look]:
    """Judge a server that answers, one look after the other."""
    place = shown(address)
    yield Look("server", WELL, f"{place} answers, PostgreSQL {found.version}, {size(found.size)}.")
    yield _rights(place, found)
    yield _keeping(place, found)
    yield _server_clock(place, found)
    yield _connections(place, found)
    yield _waiting(place, found)


def _rights(place: str, found: OnServer) -> Look:
    if found.standby or found.read_only:
        why = "is a standby" if found.standby else "is set to be read-only (default_transaction_read_only)"
        return Look("rights", NOW, f"{place} {why}: use the address of the server that is written to.")
    if found.forbidden:
        tables = ", ".join(found.forbidden)
        return Look(
            "rights",
            NOW,
            f"{place} does not let this user read and write {tables}: grant the rights, or use the user that "
            "owns the tables.",
        )
    return Look("rights", WELL, "This user may read and write all tables, and number new rows.")


def _keeping(place: str, found: OnServer) -> Look:
    if found.forgetful:
        names = " and ".join(found.forgetful)
        return Look(
            "keeping",
            SOON,
            f"The server of {place} has {names} switched off, so a power cut can take what was recorded: "
            "switch it on.",
        )
    return Look("keeping", WELL, "What was recorded survives a power cut.")


def _server_clock(place: str, found: OnServer) -> Look:
    if abs(found.ahead) <= STEP + found.uncertain:
        return Look("server clock", WELL, "The server and this machine have the same time.")
    apart = f"{abs(found.ahead) / SECOND:.0f} seconds {'ahead of' if found.ahead > 0 else 'behind'}"
    return Look(
        "server clock",
        SOON,
        f"The clock of the server of {place} is {apart} the one of this machine, and carepath goes by the "
        "latter: set both by the same time server.",
    )


def _connections(place: str, found: OnServer) -> Look:
    left = f"{found.free} of {found.connections} connections are left"
    if found.free < FEW_CONNECTIONS:
        return Look(
            "connections",
            NOW,
            f"At the server of {place} {left}: close some, or raise max_connections, before nobody gets in.",
        )
    return Look("connections", WELL, f"{left}.")


def _waiting(place: str, found: OnServer) -> Look:
    longest = found.longest
    who = f"{longest.program} (process {longest.process} of the server)" if longest else "somebody"
    if found.waiting:
        return Look(
            "locks",
            NOW,
            f"At {place} {found.waiting} wait for a lock for more than {WAITS:.0f} seconds; {who} has the "
            "oldest transaction: end it, with pg_terminate_backend if need be.",
        )
    if longest and longest.seconds > LONG:
        return Look(
            "locks",
            SOON,
            f"At {place} {who} has had a transaction for {longest.seconds / 60:.0f} minutes, so the server "
            "cannot clear up: end it, with pg_terminate_backend if need be.",
        )
    return Look("locks", WELL, "Nobody waits for a lock, and no transaction goes on for long.")
