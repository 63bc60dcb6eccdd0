"""Makes a small site with the program of any version, to be kept as that version left it: run by hand.

    PYTHONPATH=WORKTREE_OF_THEN python tests/storage/earlier/make.py schema-0004.sql.xz

Before a change of the schema, make the site with the schema that there is. There is all in it that the
commands of that version can bring about without a network: corrections, answers, what waits, what was told,
and what could not be told as the disk of the output was full.
"""

import lzma
import os
import platform
import shlex
import sqlite3
import sys
from contextlib import closing, redirect_stdout, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from cli import clock
from cli.main import carepath
from pathways.moments import from_iso
from storage import schema
from storage.version import SCHEMA

PATHWAY = Path(__file__).with_name("watch.yaml")
# When, since which schema, and what is typed.
BEFORE = """
2026-11-02T08:00 0002 role set coordinator anna
2026-11-02T08:00 0002 role set clinician dr-cole
2026-11-02T08:00 0002 role set lead dr-berg
2026-11-02T08:01 0002 pathway install {pathway}
2026-11-02T08:01 0003 pathway review watch --status under-review --because 'dr-cole reads it'
2026-11-02T08:01 0004 staff add ben
2026-11-02T08:01 0004 staff add anna --deputy ben --hours 'mon-fri 08:00-16:30'
2026-11-02T08:01 0004 staff add dr-berg --role lead
2026-11-02T08:01 0004 staff add dr-cole --role clinician
2026-11-02T08:01 0004 staff leave anna --from 2026-12-21 --to 2027-01-03
2026-11-02T08:01 0004 calendar set --country GB --subdivision ENG
2026-11-02T08:02 0002 patient add P-1 --name 'Ada Lovelace' --contact 'by letter'
2026-11-02T08:03 0002 patient add P-2 --zone Europe/Lisbon
2026-11-02T08:04 0002 patient add P-3
2026-11-02T08:05 0002 enrol P-1 watch --at 2026-11-01
2026-11-02T08:06 0002 enrol P-2 watch --at 2026-10-12
2026-11-02T08:07 0002 enrol P-3 watch
2026-11-02T08:10 0002 scheduler once
2026-11-02T09:00 0002 record P-1 onset=2026-10-20 calcium=3.4
2026-11-02T09:05 0002 note P-1 'Asked the ward to call.'
2026-11-02T09:10 0002 scheduler once
2026-11-03T09:00 0002 correct P-1:3 calcium=2.4 --because misread --yes
2026-11-03T09:05 0002 record P-1 visit=2026-11-12
2026-11-03T09:06 0002 record P-1 visit=2026-11-20
2026-11-03T09:07 0002 record P-1 'visit#1=cancelled'
2026-11-03T10:00 0002 advance P-1 start-treatment first_dose=2026-11-03 --because 'no sample, emergency'
2026-11-03T10:05 0002 record P-2 calcium=3.3
2026-11-03T11:00 0002 close P-3 --reason moved --because 'to another city'
2026-11-03T11:05 0002 scheduler once
"""
ANSWERS = """
2026-11-05T09:00 0002 snooze {call} --until 2026-11-07
2026-11-05T09:05 0002 ack {search}
2026-11-05T09:10 0002 dismiss {onset} --because 'nobody knows'
2026-11-05T09:15 0004 seen {stop}
2026-11-05T09:20 0004 acting {stop} --until 2026-11-06
2026-11-05T09:25 0004 could-not {stop} --reason patient-unreachable
2026-11-06T09:00 0002 record P-2 visit=2026-12-20
2026-11-18T08:00 0002 scheduler once
"""
UNTOLD = "2026-11-24T08:00 0002 scheduler once"
RULES = {"call": "call", "search": "search", "onset": "ask-onset", "stop": "high-calcium"}


def main(kept: Path) -> None:
    # Whose machine this is is nobody's business.
    platform.node = lambda: "ward"
    with TemporaryDirectory() as folder:
        path = Path(folder, "care.db")
        os.environ |= {"CAREPATH_DATABASE": str(path), "CAREPATH_BY": "anna", "HOME": folder}
        schema.create(path, "Europe/London")
        live(BEFORE.format(pathway=PATHWAY))
        live(ANSWERS.format(**{name: prompt(path, rule) for name, rule in RULES.items()}))
        with (
            suppress(OSError),
            Path("/dev/full").open("w", 1, encoding="utf-8") as full,
            redirect_stdout(full),
        ):
            live(UNTOLD, fails=True)
        with closing(sqlite3.connect(path)) as connection:
            text = "\n".join(connection.iterdump())
    kept.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def prompt(path: Path, rule: str) -> str:
    """Find the prompt of P-2 that a rule raised."""
    with closing(sqlite3.connect(path)) as connection:
        (number,) = connection.execute(
            "SELECT number FROM prompt WHERE patient_id = 'P-2' AND rule = ?", (rule,)
        ).fetchone()
    return f"P-2/{number}"


def live(lines: str, *, fails: bool = False) -> None:
    """Type each command at its moment."""
    for line in lines.strip().splitlines():
        moment, since, words = line.split(" ", 2)
        if since > SCHEMA:
            continue
        clock.now = partial(from_iso, f"{moment}:00Z")
        try:
            carepath(shlex.split(words), prog_name="carepath")
        except SystemExit as end:
            if end.code and not fails:
                raise


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
