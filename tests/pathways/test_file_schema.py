"""The schema for editors allows what reading allows, and marks what authors most often get wrong."""

import copy
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pathways import schema
from pathways.bundles import LIBRARY
from pathways.composing import documents
from pathways.document import Listing, Mapping, Node, Scalar
from pathways.file_schema import file_schema, shapes
from tests.modules import ROOT
from tests.pathways.example import EXAMPLE, changed, told

SHIPPED = sorted(file for file in LIBRARY.rglob("*.yaml") if file.name != "hazards.yaml")
PLAYED = sorted((ROOT / "tests").rglob("*.yaml"))
MORE = """\
scores:
  risk:
    title: Risk
    items:
      - {say: Old, points: 1, when: smoker}
      - {say: Pain, cases: [{when: 'pain == "strong"', points: 2}]}
    bands: [{from: 0, say: low}, {from: 2, say: high}]
    source: hand-book
disputed: [{id: rest, say: Rest, caution: No use was found, source: hand-book}]
accepted: [{finding: never-opens, about: look-again, because: It is for later}]
assurances:
  - {id: dated, say: Dated, dated: always}
  - {id: never, say: Never, against: [c1], never: [look-again], when: smoker}
  - {id: free, say: Free, free_of: pain, to: wrist.free}
  - {id: due, say: Due, due: look-again, within: 14 days, of: entered, not_before: 1 day}
  - {id: again, say: Again, repeats: look-again, within: 6 months, until: 1 year}
"""
PART = """\
part: care
say: What every clinic does
exits: [tired]
banners: [{id: away, say: Away, when: smoker, source: hand-book}]
"""
RICH = changed("facts:\n", "use: [{part: care, leave_out: [away]}]\n\nfacts:\n") + MORE


@lru_cache
def validator() -> Draft7Validator:
    return Draft7Validator(file_schema())


def marks(text: str) -> list[str]:
    """Return what an editor would mark, in the documents of a text."""
    return [
        error.message
        for node in documents(text, [])
        for error in validator().iter_errors(as_editors_see(node))
    ]


def as_editors_see(node: Node) -> Any:  # noqa: ANN401  # whatever JSON can say
    match node:
        case Listing(items):
            return [as_editors_see(item) for item in items]
        case Mapping(entries):
            return {key: as_editors_see(entry.value) for key, entry in entries.items()}
        case Scalar(value, _, written):
            return value if written[:1] in ("'", '"', "|", ">") else _resolved(value)


def _resolved(word: str) -> Any:  # noqa: ANN401  # whatever a bare word stands for
    """Return what YAML 1.2 makes of a bare word."""
    if word == "":
        return None
    if word in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return word.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", word):
        return int(word)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", word):
        return float(word)
    return word


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(file_schema())


def test_every_shape_has_a_definition_and_every_definition_is_used() -> None:
    made = file_schema()
    named = set(re.findall(r"#/definitions/(\w+)", json.dumps(made)))
    read = {
        each for each in vars(schema).values() if isinstance(each, type) and issubclass(each, schema.Shape)
    }

    assert named == made["definitions"].keys()
    assert set(shapes()) == read - {schema.Shape, schema.Hazards, schema.Hazard}


@pytest.mark.parametrize("file", [*SHIPPED, *PLAYED], ids=lambda file: file.name)
def test_every_file_there_is_has_nothing_to_mark(file: Path) -> None:
    assert marks(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text", [EXAMPLE, f"{RICH}---\n{PART}"], ids=["the example", "one with all sections"]
)
def test_the_examples_have_nothing_to_mark(text: str) -> None:
    assert told(text) == []
    assert marks(text) == []


def test_the_example_of_the_page_has_nothing_to_mark() -> None:
    page = (ROOT / "docs/reference/pathway-file.md").read_text(encoding="utf-8")
    [whole] = [each for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "pathway: " in each]

    assert marks(whole) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("review: submitted", "review: done"),
        ("review: submitted\n", ""),
        ("version: 3", "version: three"),
        ("version: 3", "version: 0"),
        ("title: A broken wrist", "title:"),
        ("title: A broken wrist", "title: |\n  A\n  wrist"),
        ("title: A broken wrist", f"title: {'a' * 301}"),
        ("title: A broken wrist", "tilte: A broken wrist"),
        ("exits: [died, moved]", "exits: []"),
        ("exits: [died, moved]", "exits: [died, died]"),
        ("exits: [died, moved]", "exits: {died: 1}"),
        ("exits: [died, moved]\n", ""),
        ("type: yes-no", "type: yesno"),
        ("type: text", "type: text, of: [a, b]"),
        ("of: [none, some, strong]", "of: [none]"),
        ("of: [none, some, strong], ", ""),
        ("unit: kg, ", ""),
        ("points: {type", "the-points: {type"),
        ("doi: 10.1000/xyz123", "doi: xyz"),
        ("weight: default", "weight: strong"),
        ("after: 6 weeks", "after: six weeks"),
        ("tier: stop", "tier: stop\n    snooze: {times: 1}"),
        ("tier: info", "tier: due"),
        ("for: coordinator\n    while: {wrist: in-cast}", "for: nurse\n    while: {wrist: in-cast}"),
        ("tell: lead", "tel: lead"),
        ("pain: quiet, because: nobody", "pain: silent, because: nobody"),
        (", because: nobody is in pain and says nothing}", "}"),
        ("end: yes", "end: maybe"),
        ("    start: unsure\n", ""),
    ],
)
def test_what_authors_get_wrong_is_marked(old: str, new: str) -> None:
    text = changed(old, new)

    assert marks(text)
    assert told(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dated: always", "dated: never"),
        ("dated: always", "dated: always, shown: not-smoking"),
        ("dated: always", "against: c1"),
        ("free_of: pain, to: wrist.free", "free_of: pain"),
        ("to: wrist.free", "to: wrist.free, when: smoker"),
        ("within: 14 days, of: entered", "of: entered"),
        ("caution: No use was found, ", ""),
        ("points: 1, when: smoker", "points: 1"),
        ("points: 2", "points: many"),
        ("leave_out: [away]", "leave: [away]"),
        ("part: care, leave", "leave"),
        ("part: care\nsay: What every clinic does", "part: care"),
        ("part: care\nsay", "part: care\ntitle: A part\nsay"),
    ],
)
def test_what_authors_get_wrong_in_newer_sections_is_marked(old: str, new: str) -> None:
    text = changed(old, new, text=f"{RICH}---\n{PART}")

    assert marks(text)
    assert told(text)


def places(text: str) -> list[str]:
    """Return where an editor would mark something, key by key."""
    found = [error for node in documents(text, []) for error in validator().iter_errors(as_editors_see(node))]
    return ["/".join(map(str, error.absolute_path)) for error in found]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("tier: stop", "tier: halt", "prompts/4/tier"),
        ("type: yes-no", "type: yesno", "facts/smoker/type"),
        ("doi: 10.1000/xyz123", "doi: xyz", "sources/hand-book/doi"),
        ("after: 6 weeks", "after: six weeks", "milestones/six_weeks_over/after"),
        ("end: yes", "end: maybe", "tracks/bone/states/checked/end"),
        ("tell: lead", "tell: boss", "prompts/1/then/0/tell"),
        ("exits: [died, moved]", "exits: [died, in hospital]", "exits/1"),
        ("needs: [pain]", "needs: [pain, [grip]]", "tracks/wrist/transitions/0/needs/1"),
        ("points: 2", "points: many", "scores/risk/items/1/cases/0/points"),
        ("points: 1, when: smoker", "points: 1", "scores/risk/items/0"),
        ("within: 14 days, of: entered", "of: entered", "assurances/3"),
        ("leave_out: [away]", "leave: [away]", "use/0"),
        (
            "because: nobody is in pain and says nothing",
            "because: 'two\n\n  lines'",
            "prompts/1/unknown/because",
        ),
        ("exits: [died, moved]", "exits: died moved", "exits"),
        ("banners:\n", "banners: none\nbanned:\n", "banners"),
    ],
)
def test_what_is_wrong_is_marked_where_it_is_and_nowhere_around_it(old: str, new: str, place: str) -> None:
    text = changed(old, new, text=f"{RICH}---\n{PART}")
    found = [each for each in places(text) if each]

    assert found == [place]


# Whatever is changed


# With nothing left out: what is left out of a part is not looked at.
WHOLE = [
    as_editors_see(node) for node in documents(f"{RICH}---\n{PART}".replace("leave_out: [away]", ""), [])
]
WORDS = sorted({*re.findall(r"[\w.-]+", RICH), "", "1 day", "x", "a b", "7", "2.5", "-1", "true"})
leaves = st.one_of(st.sampled_from(WORDS), st.booleans(), st.integers(-3, 400), st.floats(-9, 9), st.none())
values = st.one_of(
    leaves,
    st.lists(leaves, max_size=3),
    st.dictionaries(st.sampled_from([word for word in WORDS if word]), leaves, max_size=3),
)


def _ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401  # any JSON
    yield way
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from _ways(each, (*way, key))


WAYS = [way for way in _ways(WHOLE) if len(way) > 1]


@st.composite
def mutants(draw: st.DrawFn) -> list[Any]:
    """Draw the documents with a few values replaced, taken away, doubled or added."""
    made = copy.deepcopy(WHOLE)
    for _ in range(draw(st.integers(1, 3))):
        *to, key = draw(st.sampled_from(WAYS))
        inside: Any = made
        try:
            for step in to:
                inside = inside[step]
            _mutate(draw, inside, key)
        except (KeyError, IndexError, TypeError):
            continue  # changed before
    return made


def _mutate(draw: st.DrawFn, inside: Any, key: Any) -> None:  # noqa: ANN401  # any JSON
    act = draw(st.sampled_from(["replace", "remove", "rename", "move"]))
    value = inside[key]
    if act == "replace":
        inside[key] = draw(values)
    elif act == "remove":
        del inside[key]
    elif isinstance(inside, dict):
        del inside[key]
        inside[draw(st.sampled_from(WORDS))] = value
    else:
        inside.append(value)


class _Dumper(yaml.SafeDumper):
    """Writes nothing for nothing, as people do; `null` is a word to carepath."""


_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


@given(mutants())
def test_what_the_schema_refuses_reading_refuses(made: list[Any]) -> None:
    text = yaml.dump_all(made, Dumper=_Dumper, allow_unicode=True, sort_keys=False)

    if any(not validator().is_valid(document) for document in made):
        assert told(text)
