"""One patient of a history file, checked whole: either all of it can be written, or every problem is told."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

from msgspec import Struct

from caseload.history_lines import EnrolmentLine, EntryLine, Line, PatientLine, PromptLine, moment_in
from caseload.incoming_checks import WrongLine, refuse_hidden, refuse_odd_zone
from caseload.incoming_entries import IncomingEntries
from caseload.incoming_lines import LineProblem
from caseload.requests import Author
from pathways.errors import CarepathError
from pathways.history import Entry, PromptKey, in_force
from pathways.lookup import lookup_of
from pathways.model import Pathway
from storage.rows import PatientRow

Numbered: TypeAlias = tuple[int, Line]
Kind = TypeVar("Kind", PatientLine, EnrolmentLine, EntryLine, PromptLine)

# Which pathway is meant by a name, a version (none: the newest) and a digest (empty: whichever).
FindPathway: TypeAlias = Callable[[str, int | None, str], Pathway]


class Site(Struct, frozen=True, kw_only=True):
    """What an import is told about where it happens.

    `present` is the patient, when here already; `begun` says that they have a history here.
    """

    author: Author
    owner: str
    zone: str
    find: FindPathway
    present: PatientRow | None
    begun: bool


class Incoming(Struct, frozen=True, kw_only=True):
    """An enrolment ready to be written. `numbers` says which number each prompt has."""

    pathway: Pathway
    owner: str
    zone: str
    entries: tuple[Entry, ...]
    numbers: dict[PromptKey, int]


class IncomingPatient(Struct, frozen=True, kw_only=True):
    """A patient ready to be written, or the problems that prevent it."""

    row: PatientRow
    name: str
    contact: str
    fresh: bool
    enrolments: tuple[Incoming, ...]
    problems: tuple[LineProblem, ...]


def incoming(patient_id: str, lines: Sequence[Numbered], site: Site) -> IncomingPatient:
    """Check all lines of one patient."""
    return _Reader(patient_id, lines, site).read()


class _Reader:
    def __init__(self, patient_id: str, lines: Sequence[Numbered], site: Site) -> None:
        self._patient_id = patient_id
        self._lines = lines
        self._site = site
        # None at all, when not one line of the patient can be read.
        self._first = lines[0][0] if lines else 0
        self._problems: list[LineProblem] = []
        self._enrolments: dict[int, IncomingEntries] = {}
        self._owners: dict[int, str] = {}
        self._numbers: dict[int, dict[PromptKey, int]] = {}

    def read(self) -> IncomingPatient:
        line = self._patient()
        row = self._row(line)
        for at, enrolment in self._of(EnrolmentLine):
            with self._told(at):
                self._enrol(enrolment, row.zone)
        for number, (at, entry) in enumerate(self._of(EntryLine), start=1):
            with self._told(at):
                self._add(entry, number)
        for at, prompt in self._of(PromptLine):
            with self._told(at):
                self._number(prompt)
        self._refuse_twice_at_once()
        return IncomingPatient(
            row=row,
            name=line.name,
            contact=line.contact,
            fresh=self._site.present is None,
            enrolments=tuple(self._whole()),
            problems=tuple(sorted(self._problems)),
        )

    def _refuse_twice_at_once(self) -> None:
        """Refuse two enrolments on one pathway of which neither has been left."""
        begun: dict[str, int] = {}
        lines = {line.enrolment: at for at, line in self._of(EnrolmentLine)}
        for number, enrolment in self._enrolments.items():
            if any(each.entry.kind == "exit" for each in in_force(enrolment.entries)):
                continue
            name = enrolment.pathway.name
            if name in begun:
                at = lines.get(number, self._first)
                msg = f"the patient is on {name} already, by enrolment {begun[name]}, and has not left it"
                self._problems.append(LineProblem(at, self._patient_id, msg))
            begun.setdefault(name, number)

    def _of(self, kind: type[Kind]) -> Iterator[tuple[int, Kind]]:
        return ((at, line) for at, line in self._lines if isinstance(line, kind))

    @contextmanager
    def _told(self, at: int) -> Iterator[None]:
        """Keep what is wrong with a line, and go on to the next."""
        try:
            yield
        except CarepathError as problem:
            self._problems.append(LineProblem(at, self._patient_id, str(problem).rstrip(".")))

    def _patient(self) -> PatientLine:
        found = list(self._of(PatientLine))
        first, line = found[0] if found else (self._first, PatientLine(patient=self._patient_id))
        for at, _ in found[1:]:
            self._problems.append(
                LineProblem(at, self._patient_id, f"the patient is on line {first} already")
            )
        with self._told(first):
            self._check_patient(line)
        return line

    def _check_patient(self, line: PatientLine) -> None:
        refuse_odd_zone(line.zone)
        refuse_hidden(line.name, line.contact)
        present = self._site.present
        if self._site.begun:
            msg = "the patient has a history here already: record single entries with `carepath record`"
            raise WrongLine(msg)
        if present and line.zone not in {"", present.zone}:
            msg = f"the patient is here already, with the zone {present.zone}: leave `zone` out"
            raise WrongLine(msg)
        if present and (line.name or line.contact):
            msg = "the patient is here already: change details with `carepath patient edit`"
            raise WrongLine(msg)

    def _row(self, line: PatientLine) -> PatientRow:
        added = now = self._site.author.now
        with self._told(self._first):
            added = min(now, moment_in(line.added_at, "UTC")[0]) if line.added_at else now
        return self._site.present or PatientRow(line.patient, line.zone or self._site.zone, added)

    def _enrol(self, line: EnrolmentLine, zone: str) -> None:
        refuse_hidden(line.owner)
        if line.enrolment != len(self._enrolments) + 1:
            msg = f"`enrolment` is {line.enrolment}: the next of this patient is {len(self._enrolments) + 1}"
            raise WrongLine(msg)
        pathway = self._site.find(line.pathway, line.version, line.digest)
        self._enrolments[line.enrolment] = IncomingEntries(pathway, zone, self._site.author)
        self._owners[line.enrolment] = line.owner or self._site.owner
        self._numbers[line.enrolment] = {}

    def _add(self, line: EntryLine, number: int) -> None:
        if line.number not in {None, number}:
            msg = (
                f"`number` is {line.number}: entries of a patient are numbered 1, 2, 3, and this is {number}"
            )
            raise WrongLine(msg)
        self._entries_of(line.enrolment).add(line, number, judging=not self._problems)

    def _entries_of(self, enrolment: int) -> IncomingEntries:
        found = self._enrolments.get(enrolment)
        if found is None:
            msg = f"there is no `enrolment` line with number {enrolment} of this patient that can be read"
            raise WrongLine(msg)
        return found

    def _number(self, line: PromptLine) -> None:
        rules = lookup_of(self._entries_of(line.enrolment).pathway).rules
        if line.rule not in rules:
            msg = f"the pathway has no rule {line.rule!r}"
            raise WrongLine(msg)
        taken = {number for numbers in self._numbers.values() for number in numbers.values()}
        if line.number in taken or line.key() in self._numbers[line.enrolment]:
            msg = f"the prompt or its number {line.number} is on an earlier line already"
            raise WrongLine(msg)
        self._numbers[line.enrolment][line.key()] = line.number

    def _whole(self) -> Iterator[Incoming]:
        for number, entries in self._enrolments.items():
            if not any(line.enrolment == number for _, line in self._of(EntryLine)):
                at = next(at for at, line in self._of(EnrolmentLine) if line.enrolment == number)
                what = "the enrolment has no entries: it needs one of kind `enrolled`"
                self._problems.append(LineProblem(at, self._patient_id, what))
            yield Incoming(
                pathway=entries.pathway,
                owner=self._owners[number],
                zone=entries.zone,
                entries=tuple(entries.entries),
                numbers=self._numbers[number],
            )
