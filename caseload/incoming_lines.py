"""The lines of a history file sorted by patient, and what of it cannot be read at all."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from caseload.history_lines import Line, UnreadableLine, decode
from caseload.patients import PATIENT_ID


class LineProblem(Struct, frozen=True, order=True):
    """What is wrong with a line, and what would be right."""

    line: int
    patient: str
    what: str

    def __str__(self) -> str:
        of = f"{self.patient}: " if self.patient else ""
        return f"line {self.line}: {of}{self.what}"


class Sorted(Struct, frozen=True, kw_only=True):
    """The lines of each patient with their numbers, in the order of the file.

    `spoilt` are patients of whom a line cannot be read: they are left out whole.
    """

    patients: dict[str, list[tuple[int, Line]]]
    spoilt: set[str]
    problems: list[LineProblem]


class _Owner(Struct):
    """All that is wanted of a line that does not fit the format: whose it is."""

    patient: str


def sorted_out(lines: Iterable[bytes]) -> Sorted:
    """Read all lines. One that nobody can be found for counts as of the patients before and after it."""
    found = Sorted(patients={}, spoilt=set(), problems=[])
    before, unclear = "", False
    for number, content in enumerate(lines, start=1):
        text = content.removeprefix(b"\xef\xbb\xbf") if number == 1 else content
        if not text.strip():
            continue
        patient = _read(found, number, text)
        if unclear or not patient:
            found.spoilt.update(each for each in (before, patient) if each)
        before, unclear = patient or before, not patient
    return found


def _read(found: Sorted, number: int, content: bytes) -> str:
    """Read a line into what was found, and return whose it is; nothing when that cannot be told."""
    try:
        line = decode(content)
    except UnreadableLine as problem:
        patient = _patient_of(content)
        found.problems.append(LineProblem(number, patient, str(problem)))
        if patient:
            found.spoilt.add(patient)
            found.patients.setdefault(patient, [])
        return patient
    if not PATIENT_ID.fullmatch(line.patient):
        # It may be somebody's name, so it is not repeated.
        what = "`patient` is no id: letters, digits, '-', '_' and '.', at most 32, such as P-014"
        found.problems.append(LineProblem(number, "", what))
        return ""
    found.patients.setdefault(line.patient, []).append((number, line))
    return line.patient


def _patient_of(content: bytes) -> str:
    try:
        patient = _owner.decode(content).patient
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return patient if PATIENT_ID.fullmatch(patient) else ""


_owner = msgspec.json.Decoder(_Owner)
