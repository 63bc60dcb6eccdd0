"""Let a site be hit by faults for a while: `python -m benchmarks.soak [--seconds 120] [--seed 1]`."""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing
from pathlib import Path
from random import Random

from benchmarks.soak.crew import Crew
from benchmarks.soak.history import Books, knock_off, waits_for
from benchmarks.soak.places import Fault, Place, a_file, a_server
from benchmarks.soak.receiving import Receiver, receiving
from benchmarks.soak.shift import BEGINS, Shift
from caseload.pathway_files import install
from caseload.roles import assign
from caseload.settings import BACKUP_FOLDER
from pathways.spans import HOUR
from storage import schema
from storage.connection import Database
from storage.staff import ChannelRow, StaffRow

ZONE = "Europe/London"
PAUSES, HOLDS = (0.5, 3.0), (0.2, 2.5)  # seconds: between two faults, and how long one stays
RECOVERS_WITHIN = 180.0
SHOWN = 20


def main() -> int:
    """Soak what was asked for; the answer is 1 when something came out wrong."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    asked.add_argument("--seconds", type=float, default=120)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--database", default="sqlite", help="sqlite, postgres, or the address of an empty one"
    )
    asked.add_argument("--keep", action="store_true", help="leave the folder with all that was written down")
    chosen = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    wrong = soak(folder, chosen.database, seconds=chosen.seconds, seed=chosen.seed)
    for line in wrong[:SHOWN]:
        print(f"WRONG: {line}")
    if wrong:
        print(f"{len(wrong)} things are wrong, of seed {chosen.seed} and {chosen.seconds:g} seconds")
    if chosen.keep:
        print(f"all that was written down is in {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if wrong else 0


def soak(folder: Path, database: str, *, seconds: float, seed: int) -> list[str]:
    """Let a site be hit by faults, print what happened, and return what came out wrong."""
    for name in ("backups", "nightly"):
        (folder / name).mkdir()
    with _place(folder, database) as place, receiving() as receiver:
        shift = Shift(str(folder), place.place, time.monotonic(), receiver.port)
        shift.keep()
        make(shift)
        wrong = list(_soaked(shift, place, receiver, Random(seed), seconds))  # noqa: S311 - repeatable
        now = knock_off(shift)
        books = Books(shift, receiver.keys)
        wrong += books.wrong(now)
        print("\n".join(_counts(shift, books, receiver, place)))
    return wrong


def _place(folder: Path, database: str) -> AbstractContextManager[Place]:
    if database == "sqlite":
        return a_file(folder)
    return a_server("" if database == "postgres" else database)


def make(shift: Shift) -> None:
    """Make the site: kim is told of prompts and gets a digest, dr-berg leads."""
    schema.create(shift.place, ZONE)
    content = Path(__file__).with_name("pathway.yaml").read_bytes()
    url = f"json://127.0.0.1:{shift.port}/"
    with closing(Database(shift.place)) as database:
        install(database, content, file="pathway.yaml", by="kim", now=BEGINS)
        with database.writing() as store:
            nightly = str(shift.file("nightly"))
            store.add_setting(BACKUP_FOLDER, nightly, because="", at=BEGINS, by="kim")
            for name, roles in {"kim": ("coordinator", "clinician"), "dr-berg": ("lead",)}.items():
                store.put_staff(StaffRow(id=name, roles=roles, zone=ZONE, joined_at=BEGINS))
                kinds = ("prompts", "digest", "failures")[: 2 + (name == "dr-berg")]
                store.put_channel(ChannelRow(name, "hook", f"{url}{name}", (), kinds))
        assign(database, "clinician", "kim", now=BEGINS)
        assign(database, "lead", "dr-berg", now=BEGINS)


def _soaked(shift: Shift, place: Place, receiver: Receiver, random: Random, seconds: float) -> Iterator[str]:
    """Let one fault after the other happen; then it must go on by itself."""
    crew = Crew(shift, random)
    try:
        yield from _waited(shift, "at the beginning")
        of_messages = {"messages refused": receiver.refusing, "messages cut off": receiver.hanging_up}
        faults = {**crew.faults(), **place.faults, **of_messages}
        happened: Counter[str] = Counter()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(random.uniform(*PAUSES))
            happened[_hit(shift, faults, random)] += 1
            crew.look()
        yield from _waited(shift, "after the last fault")
    finally:
        crew.knock_off()
    print("faults: " + ", ".join(f"{name} {times}" for name, times in sorted(happened.items())))
    yield from crew.wrong
    yield from _tracebacks(shift)


def _hit(shift: Shift, faults: Mapping[str, Fault], random: Random) -> str:
    name = random.choice(sorted(faults))
    hold = random.uniform(*HOLDS)
    shift.write_down("faults", f"{shift.now()} {name} {hold:.1f}")
    faults[name](hold)
    return name


def _waited(shift: Shift, when: str) -> Iterator[str]:
    now = shift.now()
    for kind in ("acknowledged", "ticked", "backup"):
        if not waits_for(shift, kind, now, RECOVERS_WITHIN):
            yield f"{when} nothing is {kind} within {RECOVERS_WITHIN:g} s"


def _tracebacks(shift: Shift) -> Iterator[str]:
    for file in sorted(Path(shift.folder).glob("*.log")):
        text = file.read_text(encoding="utf-8")
        if "Traceback" in text:
            yield f"{file.name} has a traceback: {text.rstrip().splitlines()[-1]}"


def _counts(shift: Shift, books: Books, receiver: Receiver, place: Place) -> Iterator[str]:
    raised = sum(1 for deed in books.deeds if deed.kind == "raised")
    hours = (shift.now() - BEGINS) / HOUR
    yield f"{len(books.entries):,} entries, {sum(len(n) for _, _, n in books.acknowledged):,} acknowledged"
    yield f"{len(books.prompts):,} prompts, {raised:,} raised, {books.ticks:,} ticks, {hours:.0f} hours"
    keys = set(receiver.keys)
    yield f"{len(keys):,} messages came, {len(receiver.keys) - len(keys):,} of them once more"
    yield f"{len(shift.lines('backup')):,} backups, the last one restored and checked"
    for problem, times in Counter(" ".join(line) for line in shift.lines("problem")).most_common():
        yield f"{times:,} times: {problem}"
    if place.missing:
        yield f"left out: {place.missing}"


if __name__ == "__main__":
    sys.exit(main())
