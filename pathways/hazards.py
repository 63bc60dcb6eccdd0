"""What can go wrong for a patient, and how it is controlled: the list that ships, read from its file."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from pathways import schema
from pathways.bundles import LIBRARY
from pathways.composing import LARGEST, Unreadable, decoded, documents
from pathways.document import Fault, Node, place, plain
from pathways.errors import NotFound
from pathways.findings import Finding, Notes
from pathways.model import Severity
from pathways.problems import PathwayFileRejected, Problem
from pathways.shaping import shaped

FILE = LIBRARY / "hazards.yaml"
_TEST = re.compile(r"tests/[\w/]+\.py::\w+")


class Hazard(Struct, frozen=True, kw_only=True):
    """Something that could harm somebody, how it is controlled, and the tests that show it.

    `severity` is A for what could injure a patient, B for what misleads care, C for a trap in data or design.
    """

    id: str
    severity: Severity
    say: str
    control: str
    tests: tuple[str, ...] = ()


def read_hazards(file: Path = FILE) -> tuple[Hazard, ...]:
    """Read the hazards of a file, or raise `PathwayFileRejected` with all its problems."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        msg = f"Cannot read {file}: {error.strerror}."
        raise NotFound(msg) from None
    return hazards_in(content, str(file))


def hazards_in(content: bytes | str, file: str = "hazards") -> tuple[Hazard, ...]:
    """Read hazards from what a file holds, or raise `PathwayFileRejected` with all its problems."""
    faults: list[Fault] = []
    try:
        root, *more = documents(decoded(content), faults)
    except Unreadable as unreadable:
        fault = unreadable.fault
        raise PathwayFileRejected(file, [Problem(*fault.place, fault.what, fault.instead)]) from None
    notes = Notes()
    found = tuple(_hazards(root, notes))
    problems = [Problem(*each.place, each.what, each.instead) for each in faults]
    problems += [_placed(finding, root) for finding in notes.findings]
    problems += [Problem(*each.place, "a second document begins here", "write one list") for each in more]
    if problems:
        raise PathwayFileRejected(file, sorted(set(problems)))
    return found


def _hazards(root: Node, notes: Notes) -> Iterator[Hazard]:
    top = shaped(schema.Hazards, plain(root), (), notes)
    seen: dict[str, int] = {}
    for at, raw in enumerate(top.hazards):
        where = ("hazards", at)
        shape = shaped(schema.Hazard, raw, where, notes)
        if shape.id in seen and not notes.doubted((*where, "id")):
            what = f"`{shape.id}` is the id of another hazard"
            notes.add(Finding((*where, "id"), what, "choose another id", first=("hazards", seen[shape.id])))
        seen.setdefault(shape.id, at)
        _check_tests(shape.tests, at, notes)
        yield Hazard(
            id=shape.id,
            severity=shape.severity,
            say=shape.say,
            control=shape.control,
            tests=tuple(shape.tests),
        )


def _check_tests(tests: list[str], hazard: int, notes: Notes) -> None:
    for at, test in enumerate(tests):
        if not _TEST.fullmatch(test):
            instead = "name one such as `tests/cli/test_late.py::test_a_late_note_disturbs_nothing`"
            notes.add(
                Finding(("hazards", hazard, "tests", at), f"`{test}` is not the name of a test", instead)
            )


def _placed(finding: Finding, root: Node) -> Problem:
    at = place(root, finding.where, of_key=finding.of_key, offset=finding.offset)
    return Problem(*at, finding.what, finding.instead)
