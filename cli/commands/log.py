"""`carepath log`: every entry of a patient."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from caseload import entry_log
from caseload.entry_log import LogLine
from caseload.local_times import LocalTime
from cli import options
from cli.command import command
from cli.json_shapes import fields_of, print_json
from cli.printing import say, table
from pathways.history import Kind, Value
from storage.connection import Database


class Entry(NamedTuple):
    """One entry. `kind` and `what` are as in the rules: a fact, an event, an answer and the like.

    `replaced_by` names the entry that corrected or withdrew it, and `how` says which; `prompt` is the one
    that was answered. `late` says that it was written on a later day than it happened.
    """

    name: str
    kind: Kind
    what: str
    value: Value | None
    booking: int
    says: str
    pathway: str
    happened: LocalTime
    recorded: LocalTime
    by: str
    because: str
    overrode: tuple[str, ...]
    replaces: str
    replaced_by: str
    how: str
    late: bool
    prompt: str


@command(
    "carepath log P-014",
    "carepath log P-014 --json",
)
@options.patient
@options.reads
def log(path: Path, patient_id: str, *, as_json: bool) -> None:
    """List the entries: who recorded what, when it happened, and what was mended."""
    with Database(path) as database:
        lines = entry_log.log(database, patient_id)
    if as_json:
        print_json([_entry(line) for line in lines])
        return
    if not lines:
        say(f"Nothing is recorded of {patient_id}: `carepath enrol {patient_id} PATHWAY` begins.")
        return
    beside = len({line.pathway for line in lines}) > 1
    rows = [
        (line.name, *([line.pathway] if beside else []), str(line.happened), line.by, _says(line))
        for line in lines
    ]
    for text in table(("ENTRY", *(["ON"] if beside else []), "HAPPENED", "BY", "WHAT"), rows):
        say(text)


def _says(line: LogLine) -> str:
    return "; ".join(_parts(line))


def _parts(line: LogLine) -> Iterator[str]:
    yield line.says
    if line.overrode:
        yield f"past {', '.join(line.overrode)}"
    if line.because:
        yield f"because {line.because}"
    if line.late:
        yield f"written {line.recorded}"
    if line.replaces:
        yield f"in place of {line.replaces}"
    if line.replaced_by:
        yield f"{line.how} by {line.replaced_by}"


def _entry(line: LogLine) -> Entry:
    said = {name: getattr(line, name) for name in fields_of(line) if name != "entry"}
    entry = line.entry
    return Entry(kind=entry.kind, what=entry.name, value=entry.value, booking=entry.booking, **said)
