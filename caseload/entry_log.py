"""Every entry of a patient in words, with what was corrected or withdrawn marked."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from caseload.cases import NoSuchPatient, pathway_of
from caseload.describing import local_time
from caseload.local_times import LocalTime
from pathways.calendars import calendar_of
from pathways.fact_values import shown_value
from pathways.history import Entry, PromptKey
from pathways.model import Fact
from pathways.moments import Moment, day_of, iso, shown
from storage.connection import Database
from storage.rows import EnrolmentRow
from storage.store import Store


class LogLine(Struct, frozen=True, kw_only=True):
    """One entry as written. `name` is such as `P-014:12`, `says` the entry in words.

    `replaced_by` names the entry that corrected or withdrew it, `how` says which; `prompt` is such as
    `P-014/3`. `late` says that it was written on a later local day than it happened.
    """

    name: str
    pathway: str
    happened: LocalTime
    recorded: LocalTime
    by: str
    says: str
    because: str
    overrode: tuple[str, ...]
    replaces: str
    replaced_by: str
    how: str
    late: bool
    prompt: str
    entry: Entry


def answer_says(entry: Entry, zone: str) -> str:
    """Say what an answer says beside its name: why not, until when, and who agreed."""
    reason = f": {entry.value}" if entry.value is not None else ""
    words = {"acting": "expected by", "could-not": "next attempt"}
    until = f" {words.get(entry.name, 'until')} {shown(entry.until, zone)}" if entry.until else ""
    second = f", allowed by {entry.second}" if entry.second else ""
    comma = "," if reason and until else ""
    return f"{reason}{comma}{until}{second}"


def log(database: Database, patient_id: str) -> list[LogLine]:
    """List every entry of a patient, over all their enrolments, in the order they were written."""
    lines: list[LogLine] = []
    with database.reading() as store:
        if store.patient(patient_id) is None:
            raise NoSuchPatient(patient_id)
        for row in store.enrolments(patient_id):
            facts = {fact.name: fact for fact in pathway_of(store, row.digest).facts}
            numbers = {prompt.key: prompt.number for prompt in store.prompts(row.id)}
            lines += _Words(row, facts, numbers).lines(store.entries(row.id))
    return sorted(lines, key=lambda line: line.entry.number)


def recent(store: Store, row: EnrolmentRow, since: Moment) -> list[LogLine]:
    """List what was written to the history of an enrolment since a moment."""
    entries = store.entries(row.id)
    facts = {fact.name: fact for fact in pathway_of(store, row.digest).facts}
    numbers = {prompt.key: prompt.number for prompt in store.prompts(row.id)}
    lines = _Words(row, facts, numbers).lines(entries)
    return [line for line in lines if line.entry.recorded_at >= since]


class _Words:
    """Writes the entries of one enrolment in words."""

    def __init__(
        self, row: EnrolmentRow, facts: Mapping[str, Fact], numbers: Mapping[PromptKey, int]
    ) -> None:
        self._row = row
        self._facts = facts
        self._numbers = numbers

    def lines(self, entries: list[Entry]) -> Iterator[LogLine]:
        withdrawn = {entry.replaces for entry in entries if entry.kind == "withdrawn"}
        # A correction that was itself withdrawn no longer replaces anything.
        replaced = {entry.replaces: entry for entry in entries if entry.number not in withdrawn}
        for entry in entries:
            yield self._line(entry, replaced.get(entry.number))

    def _line(self, entry: Entry, by: Entry | None) -> LogLine:
        zone = self._row.zone
        local = shown(entry.happened_at, zone, only_day=entry.only_day)
        noted = entry.kind == "note"
        return LogLine(
            name=self._name(entry.number),
            pathway=self._row.pathway,
            happened=LocalTime(local, iso(entry.happened_at)),
            recorded=local_time(entry.recorded_at, zone),
            by=entry.by,
            says=entry.because if noted else self._says(entry),
            because="" if noted else entry.because,
            overrode=entry.overrode,
            replaces=self._name(entry.replaces) if entry.replaces else "",
            replaced_by=self._name(by.number) if by else "",
            how="" if by is None else "withdrawn" if by.kind == "withdrawn" else "corrected",
            late=day_of(entry.recorded_at, zone) > day_of(entry.happened_at, zone),
            prompt=self._prompt(entry.prompt),
            entry=entry,
        )

    def _says(self, entry: Entry) -> str:
        match entry.kind:
            case "enrolled":
                return f"enrolled on {entry.name}; days are counted in {entry.zone}{_by_calendar(entry)}"
            case "fact":
                return self._fact(entry)
            case "event":
                return f"{entry.name}: {entry.track} from {entry.source} to {entry.to}"
            case "answer":
                return f"{entry.name} {self._prompt(entry.prompt)}{answer_says(entry, self._row.zone)}"
            case "exit":
                return f"left: {entry.name}"
            case _:
                return f"withdrew {self._name(entry.replaces)}"

    def _fact(self, entry: Entry) -> str:
        booking = f"#{entry.booking}" if entry.booking else ""
        value = "" if entry.value is None else shown_value(entry.value, self._facts.get(entry.name))
        return f"{entry.name}{booking} = {value}"

    def _prompt(self, key: PromptKey | None) -> str:
        """Name the prompt of an answer; by its rule, when no prompt of that identity was ever stored."""
        if key is None:
            return ""
        number = self._numbers.get(key)
        return f"{self._row.patient_id}/{number}" if number else key.rule

    def _name(self, number: int) -> str:
        return f"{self._row.patient_id}:{number}"


def _by_calendar(entry: Entry) -> str:
    if not entry.calendar:
        return ""
    holidays = calendar_of(entry.calendar).holidays
    known = f"{len(holidays)} holidays until {max(holidays)}" if holidays else "no holidays"
    return f", working days by a calendar with {known}"
