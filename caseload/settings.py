"""What the site has decided for itself: each setting has a name, a check, and a value to begin with."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from caseload.ageing import AGES_AFTER, BEGINS_AS, resting
from caseload.detail import COUNT, FULL, TASK
from caseload.hours import hours_of, quiet_of
from caseload.keeping import keep_of
from caseload.requests import Author
from pathways.errors import CarepathError, NotFound
from pathways.moments import clock_time, length
from storage.connection import Database
from storage.reviews import Reviews

HOURS, QUIET, DETAIL, LINK = "hours", "quiet", "message.detail", "message.link"
SNOOZE_MOST, SNOOZE_TIMES = "snooze.most", "snooze.times"
DIGEST_AT, BUDGET = "digest.at", "budget"
CHECK_AT = "check.at"
BACKUP_FOLDER, BACKUP_AT, BACKUP_KEEP = "backup.folder", "backup.at", "backup.keep"
BURDEN_RAISED, BURDEN_ACTED_ON = "burden.raised", "burden.acted-on"
PLACES = ("{prompt}", "{patient}")
# No name and no password before the host: a link goes out with every message.
_LINK = re.compile(r"https?://[^\s@/{}]+(?:/[^\s@]*)?")
_PLACE = re.compile(r"\{[^}]*\}?|\}")
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)


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


def _link(text: str) -> None:
    if text and not (_LINK.fullmatch(text) and set(_PLACE.findall(text)) <= set(PLACES)):
        msg = (
            f"{text!r} is no link: write one such as 'https://care.hospital.example/prompt/{{prompt}}'; "
            "{prompt} and {patient} stand for what the message is about; empty shows the commands."
        )
        raise CarepathError(msg)


def _most(text: str) -> None:
    if text and length(text).before:
        msg = f"{text!r} lies before: write how long, such as '7 days'; empty leaves it to the pathways."
        raise CarepathError(msg)


def _times(text: str) -> None:
    if text and not (text.isascii() and text.isdecimal() and len(text) < 3):  # noqa: PLR2004  # up to 99
        msg = f"{text!r} is not how often: write a whole number up to 99; empty leaves it to the pathways."
        raise CarepathError(msg)


def _resting(text: str) -> None:
    if resting(text) is None:
        msg = f"{text!r} is not how long: write whole hours, days or weeks, such as '3 days' or '36 hours'."
        raise CarepathError(msg)


def _whole(text: str) -> None:
    if not _WHOLE.fullmatch(text.strip()):
        msg = f"{text!r} is not a budget: it is a whole number, such as 40."
        raise CarepathError(msg)


def _raised(text: str) -> None:
    if not _WHOLE.fullmatch(text.strip()):
        msg = f"{text!r} is not how often: it is a whole number of prompts, such as 20."
        raise CarepathError(msg)


def _percent(text: str) -> None:
    if not (_WHOLE.fullmatch(text.strip()) and int(text) <= 100):  # noqa: PLR2004  # per cent
        msg = f"{text!r} is not a share: it is a whole number of per cent up to 100, such as 10."
        raise CarepathError(msg)


def _backup_at(text: str) -> None:
    if text.strip():
        clock_time(text)


def _folder(text: str) -> None:
    if text.strip() and not Path(text.strip()).is_absolute():
        msg = f"{text!r} depends on the folder you are in: write the whole path of a folder."
        raise CarepathError(msg)


KNOWN: dict[str, Known] = {
    HOURS: Known("working hours of who has none of their own; empty: always", "", hours_of),
    QUIET: Known("quiet hours, in which only stops go out; empty: none", "", quiet_of),
    DETAIL: Known("what a message says: full, task (no words), count (no patient)", FULL, _detail),
    LINK: Known("link in messages, with {prompt} or {patient} in it; empty: commands instead", "", _link),
    SNOOZE_MOST: Known("how long a prompt may be put off at a time; empty: as its pathway says", "", _most),
    SNOOZE_TIMES: Known("how often a prompt may be put off; empty: as its pathway says", "", _times),
    AGES_AFTER: Known("after how long what was acknowledged counts as not moving", BEGINS_AS, _resting),
    BUDGET: Known("how many patients a digest shows in a day; stops are never cut", "40", _whole),
    BURDEN_RAISED: Known(
        "how many prompts of a rule there must be to say that nobody acts on it", "20", _raised
    ),
    BURDEN_ACTED_ON: Known(
        "a rule is to be reviewed when fewer per cent of them were acted on", "10", _percent
    ),
    DIGEST_AT: Known("when digests go out, in the zone of each", "07:30", clock_time),
    CHECK_AT: Known("when everything is checked by night, in the zone of the site", "02:00", clock_time),
    BACKUP_AT: Known(
        "when a backup is made by night, in the zone of the site; empty: never", "00:30", _backup_at
    ),
    BACKUP_FOLDER: Known("the folder of backups; empty: `backups` beside the database", "", _folder),
    BACKUP_KEEP: Known(
        "the last backup of how many days, weeks and months is kept", "7 days, 4 weeks, 12 months", keep_of
    ),
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
