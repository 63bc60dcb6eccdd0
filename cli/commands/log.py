"""`carepath log`: every entry of a patient."""

from collections.abc import Iterator
from pathlib import Path

from caseload import entry_log
from caseload.entry_log import LogLine
from cli import options
from cli.command import command
from cli.json_shapes import fields_of, plain, print_json
from cli.printing import say, table
from storage.connection import Database


@command(
    "carepath log P-014",
    "carepath log P-014 --json",
)
@options.patient
@options.reads
def log(path: Path, patient_id: str, *, as_json: bool) -> None:
    """List the entries: who recorded what, when it happened, when it was written, what was mended."""
    with Database(path) as database:
        lines = entry_log.log(database, patient_id)
    if as_json:
        print_json([_entry(line) for line in lines])
        return
    rows = [(line.name, str(line.happened), line.by, _says(line)) for line in lines]
    for text in table(("ENTRY", "HAPPENED", "BY", "WHAT"), rows):
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


def _entry(line: LogLine) -> dict[str, object]:
    """Give what an entry says under its own names, without the form in which it is kept."""
    said = {name: plain(getattr(line, name)) for name in fields_of(line) if name != "entry"}
    entry = line.entry
    return {
        "kind": entry.kind,
        "fact_or_event": entry.name,
        "value": entry.value,
        "booking": entry.booking,
    } | said
