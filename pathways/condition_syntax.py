"""What cannot be read at all as a condition: found before CEL sees it, or told from what CEL says of it."""

import re

from pathways.problems import Flaw

LONGEST = 1_000  # characters
_TEXTS = re.compile(r"""("[^"\n]*"|'[^'\n]*')""")
_REPORT = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?(.*)")
_WORDS = {
    "=": "write `==` to compare",
    "&": "write `&&` for and",
    "|": "write `||` for or",
    "and": "write `&&` for and",
    "or": "write `||` for or",
    "is": "write `==` to compare",
    "not": "write `!` for not",
    "≥": "write `>=`",
    "≤": "write `<=`",
    "≠": "write `!=`",
    "<>": "write `!=`",
    **dict.fromkeys("\u201c\u201d\u201e\u2018\u2019", 'write straight quotation marks, as in `"better"`'),
}


def unreadable(text: str) -> Flaw | None:
    """Return what is wrong with the bare text of a condition, or None if CEL may read it."""
    if not text.strip():
        return Flaw(0, "the condition is empty", 'write one, such as `answer == "better"`')
    if len(text) > LONGEST:
        return Flaw(
            LONGEST, f"the condition is longer than {LONGEST} characters", "divide it among several rules"
        )
    for at, character in enumerate(text):
        if character == "\\" or not (character.isprintable() or character in "\n\t "):
            name = "a backslash" if character == "\\" else f"the character U+{ord(character):04X}"
            return Flaw(at, f"{name} cannot be used in a condition")
    # A comment would swallow the rest of a condition whose lines YAML joins into one.
    comment = _TEXTS.sub(lambda found: " " * len(found[0]), text).find("//")
    return (
        Flaw(comment, "a comment cannot stand inside a condition", "use a YAML comment, `#`")
        if comment >= 0
        else None
    )


def told(report: str, text: str) -> Flaw:
    """Return the first thing that CEL reports: what follows it is mostly its echo."""
    found = _REPORT.search(report)
    if not found or "recursion depth" in found[3]:
        return Flaw(0, "the condition is nested too deeply", "divide it among several rules")
    line, column, said = int(found[1]), int(found[2]), found[3]
    at = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    what, instead = _spoken(said, text, at)
    return Flaw(at, what, instead)


def _spoken(said: str, text: str, at: int) -> tuple[str, str]:
    if found := re.match(
        r"(?:token recognition error at:|mismatched input|extraneous input) '(.*?)'( expecting.*)?$", said
    ):
        return _unexpected(found[1].strip(), (text[:at].split() or [""])[-1])
    if found := re.match(r"missing '(.*?)' at", said):
        return f"a `{found[1]}` is missing here", ""
    if found := re.match(r"reserved identifier: (\w+)", said):
        return f"`{found[1]}` is a reserved word and cannot be a name", ""
    if said.startswith("invalid int literal"):
        return "this number cannot be read", ""
    return f"the condition cannot be read here: {said}", ""


def _unexpected(word: str, before: str) -> tuple[str, str]:
    """Say what is wrong with a word that CEL did not expect: often it is right in another language."""
    for guess in (before[-1:] + word, word, before):
        if guess in _WORDS:
            return f"`{guess}` cannot be used in a condition", _WORDS[guess]
    if word == "<EOF>":
        return "the condition ends too early", "something is missing at its end"
    if before[-1:].isdigit() and (word == "," or word.isalpha()):
        return f"`{word}` cannot stand here", "write a number with a point and without its unit, such as 2.6"
    if word[:1] in ("'", '"') and not word[1:].endswith(word[0]):
        return "a text is not closed", "end it with the same quotation mark"
    return f"`{word}` cannot stand here", ""
