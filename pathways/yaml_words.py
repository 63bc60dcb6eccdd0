"""What the YAML parser says of a text that it cannot read, in the words of whoever wrote the text."""

from typing import NamedTuple


class Said(NamedTuple):
    """What is wrong, what to write instead, and whether it is told where that begins, if on another line."""

    what: str
    instead: str
    at_its_start: bool = False


_NAME = "an `&` or a `*` begins a name that is not there"
_QUOTED = "put the text in quotation marks"
_COLON = Said(
    "a second `: ` cannot stand here", "put a text with a colon in quotation marks, and indent each key"
)
_SAID = {
    "mapping values are not allowed in this context": _COLON,
    "found a tab character that violates indentation": Said("a tab cannot indent", "use spaces"),
    "found unexpected end of stream": Said("a quotation mark is not closed", "close it", at_its_start=True),
    "found unknown escape character": Said("`\\` means something else here", "use single quotation marks"),
    "could not find expected ':'": Said(
        "a key has no `:` after it", "write `key: value`, or indent what goes on", at_its_start=True
    ),
    "did not find expected '-' indicator": Said(
        "this line does not fit the list it is in", "indent it as far as the lines before it"
    ),
    "did not find expected key": Said(
        "this does not fit the lines before it",
        "indent it as far as they are, and look whether a quotation mark ends too early or too late",
    ),
    "did not find expected ',' or ']'": Said(
        "a `[` is not closed, or a `,` is missing",
        "end the list with `]`, and put a text with a colon in quotation marks",
        at_its_start=True,
    ),
    "did not find expected ',' or '}'": Said(
        "a `{` is not closed, or a `,` is missing",
        "end it with `}`, and put a text with a colon in quotation marks",
        at_its_start=True,
    ),
    "did not find expected alphabetic or numeric character": Said(_NAME, _QUOTED),
    "did not find expected <document start>": Said(
        "this cannot follow what stands above it", "write keys with values, such as `title: A broken wrist`"
    ),
}


def spoken(context: str, problem: str, character: str) -> Said:
    """Say what the parser found wrong at a character, in its own words where there are no better ones."""
    if problem == "found character that cannot start any token":
        if character == "\t":
            return Said("a tab cannot indent", "use spaces")
        return Said(f"a text cannot begin with `{character}`", _QUOTED)
    return _SAID.get(problem) or Said(", ".join(filter(None, (context, problem))), "")
