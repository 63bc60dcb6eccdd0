"""Reading stories: Markdown tables that a clinician can write, made into values.

A story is a heading, a line that says when and where it begins, and a table of days. Whatever else stands
between is for the reader. Nothing here knows a pathway: whether an event or a fact exists is found out
when the story is run.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from msgspec import Struct

from pathways.calendars import WEEKENDS, Calendar, UnreadableCalendar, calendar_of, rest_days, text_of
from pathways.errors import PathwayRejected
from pathways.moments import Length, UnreadableTime, add_days, day, is_zone

COLUMNS = ("day", "what happens", "new", "gone", "overdue", "banners")
FURTHER_COLUMNS = ("told",)
LONGEST = 36_500  # days; nobody is followed for longer than a century
MOST_TOLD = 100  # lines that cannot be read
VERBS = (
    "enrol",
    "record",
    "done",
    "seen",
    "ack",
    "acting",
    "could-not",
    "snooze",
    "dismiss",
    "correct",
    "withdraw",
    "close",
    "override",
    "refused",
)

T = TypeVar("T")
_SOME_DAY = date(2026, 1, 1)  # where a story does not say when it begins
_BEGINS = re.compile(
    r"Begins (?P<day>\S+) in (?P<zone>[^\s,]+?)"
    r"(?:, resting on (?P<rest>[^,]+?))?(?:, with holidays on (?P<holidays>.+?))?\.?"
)
_LISTED = re.compile(r",? and |, ")
_AGAINST = re.compile(r"Against: (?P<hazards>.+?)\.?")
_HAZARD = re.compile(r"[a-z][a-z0-9-]*")
_WHEN = r"(?P<day>-?\d+)(?: (?P<time>\d\d:\d\d(?:[+-]\d\d:\d\d)?))?"
_DAY = re.compile(_WHEN)
_AT = re.compile(r"(?P<rest>.*?) at day " + _WHEN)
_UNTIL = re.compile(r"(?P<rest>.*?) until day " + _WHEN)
_QUOTED = re.compile(r'"[^"]*"')
_WORD = re.compile(r'[^\s=]+=(?:"[^"]*"|day -?\d+|[^\s"]+)|[^\s=]+')
_NUMBERED_DAY = re.compile(r"day (-?\d+)")
_SHORTHAND = re.compile(r"`(?P<name>[a-z][a-z-]*)` means (?P<facts>.+?)\.?")


class StoryRejected(PathwayRejected):
    """A story cannot be read or played; says on which line of its file, and which other lines are wrong."""

    def __init__(self, line: int, what: str, others: Sequence["StoryRejected"] = ()) -> None:
        self.line = line
        self.what = what
        self.each = ((line, what), *((other.line, other.what) for other in others))
        super().__init__("\n".join(f"line {at}: {wrong}" for at, wrong in self.each))


class When(Struct, frozen=True):
    """A day counted from the beginning of the story, and a local time or an empty text for the whole day."""

    day: int
    time: str = ""

    def __str__(self) -> str:
        return f"day {self.day}{f' at {self.time}' if self.time else ''}"


class Action(Struct, frozen=True, kw_only=True):
    """One thing that happens: a verb, or `advance` for an event, with what it is about.

    `about` is the event, the rule, the exit or the number of an entry; `facts` are `name=value` pairs
    with days written out.
    """

    verb: str
    about: str = ""
    facts: tuple[str, ...] = ()
    because: str = ""
    at: When | None = None
    until: When | None = None


class Row(Struct, frozen=True, kw_only=True):
    """One line of the table. Of `expected`, a column that is not to be compared is left out."""

    line: int
    when: When
    actions: tuple[Action, ...]
    expected: dict[str, tuple[str, ...]]


class Story(Struct, frozen=True, kw_only=True):
    """What happens to one patient, and what should be prompted when.

    `calendar` says which days are working days, as an `enrolled` entry does. `against` names the hazards that
    it shows to be controlled.
    """

    title: str
    line: int
    begins: date
    zone: str
    rows: tuple[Row, ...]
    calendar: str = ""
    against: tuple[str, ...] = ()


def read_stories(text: str) -> list[Story]:
    """Read all stories of a file, or raise `StoryRejected` with every line that means nothing."""
    introduction, *sections = _sections(text)
    reading = _Reading(_shorthand(introduction))
    found = [reading.story(section) for section in sections]
    if reading.refused:
        first, *others = reading.refused[:MOST_TOLD]
        raise StoryRejected(first.line, first.what, others)
    return found


def day_of_story(begins: date, number: int) -> date:
    """Return a day counted from the beginning of a story, or raise `UnreadableTime`."""
    if abs(number) > LONGEST:
        msg = f"day {number} is more than {LONGEST} days from the beginning"
        raise UnreadableTime(msg)
    return add_days(begins, Length(abs(number), "day", before=number < 0))


class _Line(Struct, frozen=True):
    number: int
    text: str


class _Terms(Struct, frozen=True):
    """What the words of a story stand for: the first day, and names for several facts at once."""

    begins: date
    shorthand: dict[str, list[str]]


def _sections(text: str) -> list[list[_Line]]:
    """Divide a file at its headings of second rank; the first section is what stands before them."""
    sections: list[list[_Line]] = [[]]
    for number, written in enumerate(text.splitlines(), start=1):
        line = _Line(number, written.strip())
        if line.text.startswith("## "):
            sections.append([line])
        else:
            sections[-1].append(line)
    return sections


def _shorthand(introduction: Sequence[_Line]) -> dict[str, list[str]]:
    """Read lines such as: `worked-up` means seen=yes size=2.4."""
    found = [match for line in introduction if (match := _SHORTHAND.fullmatch(line.text))]
    return {match["name"]: _WORD.findall(match["facts"]) for match in found}


class _Reading:
    """Reads story after story and row after row, and goes on after what cannot be read."""

    def __init__(self, shorthand: dict[str, list[str]]) -> None:
        self._shorthand = shorthand
        self.refused: list[StoryRejected] = []

    def story(self, lines: Sequence[_Line]) -> Story:
        """Read one story, with something in the place of what cannot be read."""
        heading = lines[0]
        begins, zone, calendar = self._read(lambda: _begins(lines)) or (_SOME_DAY, "UTC", "")
        against = self._read(lambda: tuple(_against(lines))) or ()
        return Story(
            title=heading.text.removeprefix("## ").strip(),
            line=heading.number,
            begins=begins,
            zone=zone,
            calendar=calendar,
            against=against,
            rows=tuple(self._rows(lines, _Terms(begins, self._shorthand))),
        )

    def _rows(self, lines: Sequence[_Line], terms: _Terms) -> Iterator[Row]:
        table = self._read(lambda: _table(lines))
        columns, rows = table or ([], [])
        read = (self._read(partial(_row, line, columns, terms)) for line in rows)
        yield from (row for row in read if row)

    def _read(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except StoryRejected as refused:
            self.refused.append(refused)
            return None


def _begins(lines: Sequence[_Line]) -> tuple[date, str, str]:
    for line in lines:
        found = _BEGINS.fullmatch(line.text)
        if found:
            calendar = _calendar(line, found["rest"], found["holidays"])
            return _first_day(line, found["day"]), _zone(line, found["zone"]), calendar
    how = "`Begins 2026-03-02 in Europe/London.`"
    raise StoryRejected(lines[0].number, f"the story does not say when it begins; add a line such as {how}")


def _against(lines: Sequence[_Line]) -> Iterator[str]:
    """Read lines such as: Against: c2, c9."""
    for line in lines:
        found = _AGAINST.fullmatch(line.text)
        for name in _parts(found["hazards"], ",") if found else ():
            if not _HAZARD.fullmatch(name):
                what = f"{name!r} is not the id of a hazard; write ids such as `Against: c2, c9.`"
                raise StoryRejected(line.number, what)
            yield name


def _first_day(line: _Line, text: str) -> date:
    try:
        return day(text)
    except UnreadableTime as problem:
        raise StoryRejected(line.number, str(problem)) from None


def _zone(line: _Line, name: str) -> str:
    if not is_zone(name):
        raise StoryRejected(line.number, f"{name!r} is not a time zone; write one such as Europe/London")
    return name


def _calendar(line: _Line, rest: str | None, holidays: str | None) -> str:
    """Read which days are no working days; the text of a calendar, empty when nothing is said of them."""
    if rest is None and holidays is None:
        return ""
    off = WEEKENDS.rest if rest is None else _rest(line, rest)
    days = _LISTED.split(holidays) if holidays else []
    text = text_of(Calendar(off, {_first_day(line, each): "the holiday" for each in days}))
    _by_calendar(line, lambda: calendar_of(text))
    return text


def _rest(line: _Line, text: str) -> frozenset[int]:
    return _by_calendar(line, lambda: rest_days(_LISTED.split(text)))


def _by_calendar(line: _Line, read: Callable[[], T]) -> T:
    try:
        return read()
    except UnreadableCalendar as problem:
        raise StoryRejected(line.number, str(problem)) from None


def _table(lines: Sequence[_Line]) -> tuple[list[str], list[_Line]]:
    """Return the names of the columns of the table, and its rows."""
    table = [line for line in lines if line.text.startswith("|")]
    if len(table) <= 2:  # noqa: PLR2004  # the names of the columns, and the rule below them
        raise StoryRejected(lines[0].number, "the story has no table of days")
    return _columns(table[0]), table[2:]


def _columns(line: _Line) -> list[str]:
    columns = [cell.lower() for cell in _cells(line)]
    if tuple(columns[: len(COLUMNS)]) != COLUMNS or not set(columns[len(COLUMNS) :]) <= set(FURTHER_COLUMNS):
        what = f"the columns are {' | '.join(COLUMNS)}, and perhaps {' | '.join(FURTHER_COLUMNS)}"
        raise StoryRejected(line.number, what)
    return columns


def _cells(line: _Line) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.text.strip("|").split("|")]


def _row(line: _Line, columns: Sequence[str], terms: _Terms) -> Row:
    written = _cells(line)
    if len(written) != len(columns):
        what = f"{len(written)} cells under {len(columns)} columns ({' | '.join(columns)})"
        raise StoryRejected(line.number, what)
    cells = dict(zip(columns, written, strict=True))
    found = _DAY.fullmatch(cells["day"])
    if not found:
        what = f"{cells['day']!r} is not a day of the story; write `14`, or `14 09:30`"
        raise StoryRejected(line.number, what)
    return Row(
        line=line.number,
        when=_when(found),
        actions=tuple(_action(line, text, terms) for text in _parts(cells["what happens"], ";") if text),
        expected=_expected(cells),
    )


def _when(found: re.Match[str]) -> When:
    return When(int(found["day"]), found["time"] or "")


def _expected(cells: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """List what each column expects. An empty `new` or `gone` expects nothing; others say nothing."""
    return {
        name: tuple(part for part in _parts(cells[name], ",") if part and part != "none")
        for name in cells
        if name not in ("day", "what happens") and (cells[name] or name in ("new", "gone"))
    }


def _parts(text: str, divider: str) -> list[str]:
    """Divide a text, but not inside quotation marks."""
    quiet = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    cuts = [at for at, character in enumerate(quiet) if character == divider]
    return [
        text[start:end].strip()
        for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)
    ]


def _action(line: _Line, text: str, terms: _Terms) -> Action:
    said, _, because = text.partition(" because ")
    at, until = _AT.fullmatch(said), _UNTIL.fullmatch(said)
    said = at["rest"] if at else until["rest"] if until else said
    words = _WORD.findall(said)
    if "".join(words) != said.replace(" ", "") and " ".join(words) != " ".join(said.split()):
        raise StoryRejected(line.number, f"{said!r} cannot be read; write values of several words in quotes")
    verb, about, facts = _verb(line, words)
    pairs = [pair for word in facts for pair in terms.shorthand.get(word, [word])]
    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise StoryRejected(line.number, f"{wrong[0]!r} cannot stand there; facts are written name=value")
    return Action(
        verb=verb,
        about=about,
        facts=tuple(_written_out(line, pair, terms.begins) for pair in pairs),
        because=because.strip(),
        at=_when(at) if at else None,
        until=_when(until) if until else None,
    )


def _verb(line: _Line, words: list[str]) -> tuple[str, str, list[str]]:
    """Tell the verb, what it is about and the facts; a first word that is no verb is an event."""
    verb, *rest = words if words[0] in VERBS else ("advance", *words)
    if verb in ("enrol", "record"):
        return verb, "", rest
    if not rest:
        raise StoryRejected(line.number, f"`{verb}` does not say what")
    if verb == "correct" and "=" in rest[0]:
        return verb, rest[0].partition("=")[0], rest
    return verb, rest[0], rest[1:]


def _written_out(line: _Line, pair: str, begins: date) -> str:
    """Write out `begun=day 3`, and take quotation marks off."""
    name, _, value = pair.partition("=")
    found = _NUMBERED_DAY.fullmatch(value)
    try:
        if found:
            return f"{name}={day_of_story(begins, int(found[1]))}"
    except UnreadableTime as problem:
        raise StoryRejected(line.number, str(problem)) from None
    return f"{name}={value.strip(chr(34))}"
