"""From a text to trees that know their places: the one module that knows YAML."""

from collections.abc import Iterator
from unicodedata import category

import yaml

from pathways.document import Entry, Fault, Listing, Mapping, Node, Place, Scalar
from pathways.yaml_words import spoken

LARGEST = 1 << 20  # bytes
DEEPEST = 40
MOST_VALUES = 20_000  # a pathway of hundreds of rules has a few thousand


class Unreadable(Exception):
    """Reading cannot go on after this."""

    def __init__(self, at: Place, what: str, instead: str = "") -> None:
        self.fault = Fault(at, what, instead)
        super().__init__(what)


def decoded(content: bytes | str) -> str:
    """Decode what a file holds, with one kind of newline, so that its digest is the same everywhere."""
    if isinstance(content, str):
        content = content.encode(errors="surrogatepass")
    if len(content) > LARGEST:
        raise Unreadable((1, 1), f"the file is larger than {LARGEST >> 20} MiB", "divide it")
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        raise Unreadable(_after(before), "the file is not UTF-8", "save it as UTF-8") from None
    for at, character in enumerate(text):
        if _unseen(character):
            what = f"the character U+{ord(character):04X} cannot be used, as nobody can see it"
            raise Unreadable(_after(text[:at]), what, "remove it")
    return text


def documents(text: str, faults: list[Fault]) -> list[Node]:
    """Return the documents of a text, one at least, noting what YAML can do and a pathway cannot."""
    found = list(_Composer(text, faults).documents())
    if not found:
        raise Unreadable((1, 1), "the file is empty", "begin with `pathway:` and a name")
    return found


def _unseen(character: str) -> bool:
    """Whether no editor shows a character, so that a text would read differently from how it looks."""
    return character not in "\n\t" and category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _after(text: str) -> Place:
    return text.count("\n") + 1, len(text) - text.rfind("\n")


class _Composer:
    """Makes documents of the events of the YAML parser, refusing what a pathway has no use for.

    Not `yaml.compose`: it follows aliases, keeps no second key, and goes as deep as the file says.
    The limits hold for all documents of a text together.
    """

    def __init__(self, text: str, faults: list[Fault]) -> None:
        self._text = text
        self._faults = faults
        self._values = 0
        self._events = self._parsed()

    def documents(self) -> Iterator[Node]:
        """Yield the documents of the text that have something in them."""
        next(self._events)  # the start of the stream
        while not isinstance(next(self._events), yaml.StreamEndEvent):
            root = self._node(next(self._events), 1)
            next(self._events)  # the end of the document
            if not (isinstance(root, Scalar) and root.value == root.written == ""):
                yield root

    def _parsed(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except yaml.YAMLError as error:
            raise Unreadable((1, 1), f"this is not YAML: {error}") from None

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> Unreadable:
        mark = error.problem_mark or error.context_mark
        character = self._text[mark.index : mark.index + 1] if mark else ""
        said = spoken(error.context or "", error.problem or "", character)
        begun = error.context_mark
        if said.at_its_start and mark and begun and begun.line != mark.line:
            mark = begun
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Unreadable(at, f"this is not YAML: {said.what}", said.instead)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._values += 1
        if depth > DEEPEST:
            raise Unreadable(_place(event), f"this is nested deeper than {DEEPEST} levels")
        if self._values > MOST_VALUES:
            raise Unreadable(_place(event), f"the file has more than {MOST_VALUES} values", "divide it")
        self._refuse_extras(event)
        match event:
            case yaml.SequenceStartEvent():
                return Listing(tuple(self._items(depth)), _place(event))
            case yaml.MappingStartEvent():
                return Mapping(self._entries(depth), _place(event))
            case yaml.ScalarEvent():
                return self._scalar(event)
        return Scalar("", _place(event), "")

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._fault(event, "a key must be a single word")
            elif key.value in entries:
                first = entries[key.value].key.place
                self._faults.append(Fault(_place(event), f"`{key.value}` is here twice", first=first))
            else:
                entries[key.value] = Entry(key, value)
        return entries

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        if any(map(_unseen, event.value)):
            self._fault(event, "an escape in this text stands for a character nobody can see", "remove it")
        start, end = event.start_mark, event.end_mark
        written = self._text[start.index : end.index] if start and end else event.value
        return Scalar(event.value, _place(event), written)

    def _refuse_extras(self, event: yaml.Event) -> None:
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, f"`*{anchor}` stands for something written elsewhere", "write it out here")
        elif anchor:
            self._fault(event, f"`&{anchor}` cannot be used in a pathway", "write it out where it is needed")
        if getattr(event, "tag", None):
            self._fault(event, "a tag (`!`) cannot be used in a pathway", "put the text in quotation marks")

    def _fault(self, event: yaml.Event, what: str, instead: str = "") -> None:
        self._faults.append(Fault(_place(event), what, instead))


def _place(event: yaml.Event) -> Place:
    return (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (1, 1)
