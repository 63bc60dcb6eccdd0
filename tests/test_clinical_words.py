"""The engine learns no clinical word: what is clinical stands in the files of the library, and nowhere else.

Searched is all code that is installed, with its comments and docstrings, and that of tools and benchmarks,
for every name that a pathway of the library declares and for a list of words written here.

Such a word may stand in three places only:
- in the examples of a command, which people type, so that they must work on a pathway that ships;
- in the made-up caseload of the demo, which is content and no code;
- in the course of the patients that benchmarks measure on, which is content as well.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from pathways.model import Pathway
from pathways.reading import read_file
from pathways.story_files import shipped
from tests.modules import LAYERS, ROOT, modules

CONTENT = {"cli/demo_caseload.py", "benchmarks/course.py"}
MODULES = [each for each in modules(*LAYERS, "tools", "benchmarks") if each not in CONTENT]
# Drugs, diseases, tests and organs, by how they begin: a pathway may be written in other words than a slip.
CLINICAL = re.compile(
    r"(?<![a-z])(?:"
    r"rituxim|ivig|immunoglob|immunother|immunosup|steroid|predniso|azathio|mycophen|methotrex|cyclophos"
    r"|tocilizum|bortezom|amifampr|diaminopyrid|octreotid|lanreotid|ketoconaz|metyrap|osilodrost|mifeprist"
    r"|chemother|checkpoint_|antibod|neurolog|paraneoplas|lambert|eaton|myositis|dermatomyo|cushing|carcinoid"
    r"|cortisol|serotonin|chromogran|oncolog|tumou?r|cancer|lymphom|hepatit|biops|calcium|haemoglob|hemoglob"
    r"|anaesth|anesth|seizure|epilep|encephal|neuropath|neuronopath|ganglion|surger|radiolog|malignan|metasta"
    r"|potassium|electrolyt|ultrasound|echocardi|mammogra|syndrome|sclerosis|plasmapher|teratom|nmda|immune"
    r")",
    re.IGNORECASE,
)
# Words of everyday that some pathway uses as a name; the engine may use them too.
PLAIN = frozenset(
    [
        "absent",
        "active",
        "both",
        "combined",
        "confirmed",
        "controlled",
        "covered",
        "damage",
        "died",
        "excluded",
        "exits",
        "given",
        "high",
        "local",
        "low",
        "lower",
        "middle",
        "negative",
        "neither",
        "never",
        "none",
        "normal",
        "ordered",
        "other",
        "plan",
        "planned",
        "positive",
        "present",
        "raised",
        "refuted",
        "repeat",
        "replace",
        "response",
        "review",
        "reviews",
        "several",
        "severity",
        "slow",
        "smaller",
        "stable",
        "started",
        "stopped",
        "taken",
        "unclear",
        "undecided",
        "unsure",
        "watch",
    ]
)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*")


def declared(pathway: Pathway) -> Iterator[str]:
    """Yield every name that a pathway gives to something."""
    yield pathway.name
    yield from pathway.exits
    for fact in pathway.facts:
        yield from (fact.name, *fact.of)
    for track in pathway.tracks:
        yield from (track.name, *(state.name for state in track.states))
        yield from (step.event for step in track.transitions)
    yield from (rule.id for rule in pathway.rules)
    yield from (banner.id for banner in pathway.banners)
    for named in (pathway.milestones, pathway.scores, pathway.parts):
        yield from (each.name for each in named)
    yield from (source.id for source in pathway.sources)


@cache
def all_names() -> frozenset[str]:
    return frozenset(name.lower() for file in shipped() for name in declared(read_file(file)))


@cache
def library_words() -> frozenset[str]:
    return all_names() - PLAIN


def clinical_words(text: str, words: frozenset[str]) -> list[str]:
    """List what is clinical in a text: names of the library as whole words, and words that begin so."""
    return [
        *(found for found in NAME.findall(text) if found.lower() in words),
        *CLINICAL.findall(text),
    ]


def code_of(source: str) -> str:
    """Return a module without the examples of its commands."""
    lines = source.splitlines()
    for example in _examples(ast.parse(source)):
        for line in range(example.lineno - 1, example.end_lineno or example.lineno):
            lines[line] = ""
    return "\n".join(lines)


def _examples(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="command"), args=arguments):
                yield from (each for each in arguments if isinstance(each, ast.Constant))


@pytest.mark.parametrize("module", MODULES)
def test_no_module_knows_a_clinical_word(module: str) -> None:
    code = code_of((ROOT / module).read_text(encoding="utf-8"))

    found = {
        number: words
        for number, line in enumerate(code.splitlines(), start=1)
        if (words := clinical_words(line, library_words()))
    }

    assert not found, f"{module} says what only a pathway may say: {found}"


def test_the_library_gives_the_words_that_are_looked_for() -> None:
    assert {"immune-pns", "antibody_test", "start-first-line", "repeat-screening"} <= library_words()
    assert all(file.stem in library_words() for file in shipped())


def test_a_word_of_everyday_is_one_word_and_not_clinical_and_some_pathway_uses_it() -> None:
    assert not [word for word in PLAIN if not word.isalpha() or CLINICAL.match(word)]
    assert not PLAIN - all_names(), "take these out of PLAIN, so that it hides nothing"


@pytest.mark.parametrize(
    "line",
    [
        "# before rituximab",
        '"""Such as an antibody."""',
        "if fact.name == 'first_dose':",
        "start = 'start-first-line'",
        "IMMUNE_PNS = 1",
        "def cancer_search() -> None:",
    ],
)
def test_a_clinical_word_is_noticed_wherever_it_stands(line: str) -> None:
    assert clinical_words(line, library_words())


def test_a_word_that_only_looks_alike_is_none() -> None:
    assert not clinical_words("click.echo(visible(text)); done, none = high(), review", library_words())


def test_only_the_examples_of_a_command_are_left_out() -> None:
    source = (
        '@command(\n    "carepath record P-014 calcium=2.3",\n)\ndef record() -> None:\n    """Calcium."""\n'
    )

    assert clinical_words(source, frozenset()) == ["calcium", "Calcium"]
    assert clinical_words(code_of(source), frozenset()) == ["Calcium"]
