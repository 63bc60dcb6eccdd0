"""What a database has that a backup of it has not: what would be gone, and what was told since."""

import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from storage import problems
from storage.connection import open_copy, uri_of

_ENTRIES = """
SELECT patient_id, number FROM (SELECT * FROM live.entry EXCEPT SELECT * FROM main.entry)
ORDER BY patient_id, number
"""
_DEED = """
SELECT p.patient_id, p.number, p.rule, l.kind, l.moment, l.tell
FROM {of}.ledger l JOIN {of}.prompt p ON p.id = l.prompt_id
"""
_RAISED = f"""
SELECT DISTINCT patient_id, number FROM (
    {_DEED.format(of="live")} WHERE l.kind = 'raised' EXCEPT {_DEED.format(of="main")}
) ORDER BY patient_id, number
"""  # noqa: S608 - names of ours
_SENT = """
SELECT p.patient_id, p.number, p.rule, l.kind, l.moment, l.tell, d.staff, d.channel
FROM {of}.delivery d JOIN {of}.ledger l ON l.id = d.ledger_id JOIN {of}.prompt p ON p.id = l.prompt_id
WHERE d.state = 'sent'
"""
_MESSAGE = "SELECT kind, about, '', '', '', '', staff, channel FROM {of}.message WHERE state = 'sent'"
_REPEATING = " UNION ALL ".join(
    f"SELECT staff, channel FROM ({each.format(of='live')} EXCEPT {each.format(of='main')})"  # noqa: S608 - see above
    for each in (_SENT, _MESSAGE)
)
_MESSAGES = f"SELECT staff, channel, count(*) FROM ({_REPEATING}) GROUP BY staff, channel"  # noqa: S608 - see above
# What else people said, by how it is called; of the machinery's own there is nothing to say.
_OTHERS = {
    "patient": "patients",
    "identity": "details of patients",
    "setting": "settings",
    "staff_log": "changes of the staff",
    "staff_leave": "leaves",
    "staff_channel": "channels",
    "role": "roles",
    "pathway": "pathways",
    "review": "reviews of pathways",
    "calendar": "calendars",
}


class Losses(Struct, frozen=True, kw_only=True):
    """What would be gone, and what may come again.

    `entries` names numbers by patient; `others` counts what else people said, by what it is; `raised` are
    prompts that were raised since, `messages` counts by person and channel what was sent since.
    """

    entries: dict[str, list[int]]
    others: dict[str, int]
    raised: tuple[tuple[str, int], ...]
    messages: tuple[tuple[str, str, int], ...]

    @property
    def any(self) -> bool:
        """Whether there is anything that the backup has not."""
        return bool(self.entries or self.others or self.raised or self.messages)


def losses(live: Path, file: Path) -> Losses:
    """Compare a database with a backup of it, row by row."""
    with problems.explained(live), closing(open_copy(file)) as connection:
        connection.execute("ATTACH ? AS live", (f"{uri_of(live)}?mode=ro",))
        connection.execute("BEGIN")
        entries: dict[str, list[int]] = {}
        for patient, number in connection.execute(_ENTRIES):
            entries.setdefault(patient, []).append(number)
        return Losses(
            entries=entries,
            others=_others(connection),
            raised=tuple(connection.execute(_RAISED)),
            messages=tuple(connection.execute(_MESSAGES)),
        )


def _others(connection: sqlite3.Connection) -> dict[str, int]:
    counts = {
        name: connection.execute(
            f"SELECT count(*) FROM (SELECT * FROM live.{table} EXCEPT SELECT * FROM main.{table})"  # noqa: S608 - see above
        ).fetchone()[0]
        for table, name in _OTHERS.items()
    }
    return {name: many for name, many in counts.items() if many}
