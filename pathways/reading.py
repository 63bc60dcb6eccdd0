"""Pathway files: the one module that knows YAML, and the way from a file to a `Pathway`."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from unicodedata import category

import yaml

from pathways import checks
from pathways.assembly import assembled
from pathways.document import Entry, Listing, Mapping, Part, Place, Scalar, place, plain
from pathways.errors import NotFound
from pathways.findings import Finding, Notes
from pathways.model import Pathway
from pathways.problems import PathwayFileRejected, Problem

LARGEST = 1 << 20  # bytes
DEEPEST = 40
MOST_VALUES = 20_000  # a file of hundreds of rules has a few thousand


def read_file(path: Path) -> Pathway:
    """Read a pathway from a file; raises `NotFound` or `PathwayFileRejected`."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        msg = f"Cannot read {path}: {error.strerror}."
        raise NotFound(msg) from None
    return read(content, str(path))


def read(content: bytes | str, file: str = "pathway") -> Pathway:
    """Read a pathway from what a file holds, or raise `PathwayFileRejected` with all its problems."""
    problems: list[Problem] = []
    try:
        text = _text(content.encode(errors="surrogatepass") if isinstance(content, str) else content)
        root = _Composer(text, problems).document()
    except _Unreadable as unreadable:
        raise PathwayFileRejected(file, sorted({*problems, unreadable.problem})) from None
    notes = Notes()
    pathway = assembled(plain(root), sha256(text.encode()).hexdigest(), notes)
    findings = [*notes.findings, *notes.sure(checks.findings(pathway) if pathway else [])]
    problems += [_placed(finding, root) for finding in findings]
    if problems or not pathway:
        raise PathwayFileRejected(file, sorted(set(problems)))
    return pathway


def _placed(finding: Finding, root: Part) -> Problem:
    line, column = place(root, finding.where, of_key=finding.of_key, offset=finding.offset)
    return Problem(line, column, finding.what, finding.instead)


class _Unreadable(Exception):
    """Reading cannot go on after this."""

    def __init__(self, at: Place, what: str, instead: str = "") -> None:
        self.problem = Problem(*at, what, instead)
        super().__init__(what)


def _text(content: bytes) -> str:
    """Decode the bytes of a file, with one kind of newline, so that its digest is the same everywhere."""
    if len(content) > LARGEST:
        raise _Unreadable((1, 1), f"the file is larger than {LARGEST >> 20} MiB", "divide it")
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        raise _Unreadable(_after(before), "the file is not UTF-8", "save it as UTF-8") from None
    for at, character in enumerate(text):
        if _unseen(character):
            what = f"the character U+{ord(character):04X} cannot be used, as nobody can see it"
            raise _Unreadable(_after(text[:at]), what, "remove it")
    return text


def _unseen(character: str) -> bool:
    """Whether no editor shows a character, so that a text would read differently from how it looks."""
    return character not in "\n\t" and category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _after(text: str) -> Place:
    return text.count("\n") + 1, len(text) - text.rfind("\n")


class _Composer:
    """Makes a document of the events of the YAML parser, refusing what a pathway has no use for.

    Not `yaml.compose`: it follows aliases, keeps no second key, and goes as deep as the file says.
    """

    def __init__(self, text: str, problems: list[Problem]) -> None:
        self._text = text
        self._problems = problems
        self._values = 0
        self._events = self._parsed()

    def document(self) -> Part:
        """Return the one document of the file."""
        next(self._events)  # the start of the stream
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise _Unreadable((1, 1), "the file is empty", "begin with `pathway:` and a name")
        root = self._part(next(self._events), 1)
        next(self._events)  # the end of the document
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise _Unreadable(
                _place(event), "a second document begins here", "write one pathway a file, without `---`"
            )
        return root

    def _parsed(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = ", ".join(filter(None, (error.context, error.problem)))
            raise _Unreadable(at, f"this is not YAML: {said}") from None
        except yaml.YAMLError as error:
            raise _Unreadable((1, 1), f"this is not YAML: {error}") from None

    def _part(self, event: yaml.Event, depth: int) -> Part:
        self._values += 1
        if depth > DEEPEST:
            raise _Unreadable(_place(event), f"this is nested deeper than {DEEPEST} levels")
        if self._values > MOST_VALUES:
            raise _Unreadable(_place(event), f"the file has more than {MOST_VALUES} values", "divide it")
        self._refuse_extras(event)
        match event:
            case yaml.SequenceStartEvent():
                return Listing(tuple(self._items(depth)), _place(event))
            case yaml.MappingStartEvent():
                return Mapping(self._entries(depth), _place(event))
            case yaml.ScalarEvent():
                return self._scalar(event)
        return Scalar("", _place(event), "")

    def _items(self, depth: int) -> Iterator[Part]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._part(event, depth + 1)

    def _entries(self, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._part(event, depth + 1)
            value = self._part(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._problem(event, "a key must be a single word")
            elif key.value in entries:
                first = entries[key.value].key.place[0]
                self._problem(event, f"`{key.value}` is here twice", f"the first is on line {first}")
            else:
                entries[key.value] = Entry(key, value)
        return entries

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        if any(map(_unseen, event.value)):
            self._problem(event, "an escape in this text stands for a character nobody can see", "remove it")
        start, end = event.start_mark, event.end_mark
        written = self._text[start.index : end.index] if start and end else event.value
        return Scalar(event.value, _place(event), written)

    def _refuse_extras(self, event: yaml.Event) -> None:
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            self._problem(event, f"`*{anchor}` stands for something written elsewhere", "write it out here")
        elif anchor:
            self._problem(
                event, f"`&{anchor}` cannot be used in a pathway", "write it out where it is needed"
            )
        if getattr(event, "tag", None):
            self._problem(event, "a tag (`!`) cannot be used in a pathway", "put the text in quotation marks")

    def _problem(self, event: yaml.Event, what: str, instead: str = "") -> None:
        self._problems.append(Problem(*_place(event), what, instead))


def _place(event: yaml.Event) -> Place:
    return (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (1, 1)
