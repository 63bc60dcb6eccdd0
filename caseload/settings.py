"""What the site has decided for itself: each setting has a name, a check, and a value to begin with."""

from collections.abc import Callable
from typing import NamedTuple

from caseload.hours import hours_of, quiet_of
from caseload.requests import Author
from pathways.errors import CarepathError, NotFound
from pathways.moments import clock_time
from storage.connection import Database
from storage.reviews import Reviews

FULL, TASK, COUNT = "full", "task", "count"
HOURS, QUIET, DETAIL = "hours", "quiet", "message.detail"


class Known(NamedTuple):
    """A setting there is: what it says, what it is until somebody decides, and what refuses a wrong value."""

    says: str
    begins_as: str
    check: Callable[[str], object]


class Setting(NamedTuple):
    """A setting as it stands."""

    name: str
    value: str
    says: str


def _detail(text: str) -> None:
    if text not in {FULL, TASK, COUNT}:
        msg = f"A message has no detail {text!r}: it is {FULL}, {TASK} or {COUNT}."
        raise CarepathError(msg)


KNOWN = {
    HOURS: Known("working hours of who has none of their own; empty: always", "", hours_of),
    QUIET: Known("quiet hours, in which only stops go out; empty: none", "", quiet_of),
    DETAIL: Known("what a message says: full, task (no words), count (no patient)", FULL, _detail),
    "digest.at": Known("when digests go out, in the zone of each", "07:30", clock_time),
}


def setting(store: Reviews, name: str) -> str:
    """Return what counts now."""
    said = store.settings(name)
    return said[-1].value if said else KNOWN[name].begins_as


def settings(database: Database) -> list[Setting]:
    """Return every setting there is, as it stands."""
    with database.reading() as store:
        return [Setting(name, setting(store, name), known.says) for name, known in KNOWN.items()]


def decide(database: Database, name: str, value: str, *, because: str, author: Author) -> None:
    """Let a setting have another value from now on; what it had stays on record."""
    if name not in KNOWN:
        msg = f"There is no setting {name!r}: it is one of {', '.join(KNOWN)}."
        raise NotFound(msg)
    KNOWN[name].check(value)
    with database.writing() as store:
        store.add_setting(name, value.strip(), because=because.strip(), at=author.now, by=author.by)
