"""The reference of the pathway file says what the program does."""

import re
from typing import get_args

import pytest

from pathways import model, schema
from pathways.checks_names import TAKEN
from pathways.condition_names import CEL_KEYWORDS
from pathways.condition_sense import MOST_STEPS
from pathways.condition_syntax import LONGEST
from pathways.findings import MOST_TOLD
from pathways.model import BUILT_IN, Snooze
from pathways.reading import read
from pathways.scores import MOST_TOTALS
from pathways.shaping import keys
from tests.modules import ROOT

PAGE = (ROOT / "docs/reference/pathway-file.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE))
SHAPES = [
    (schema.Top, "Top of the file"),
    (schema.Part, "Parts"),
    (schema.Use, "Parts"),
    (schema.Source, "Sources"),
    (schema.Fact, "Facts"),
    (schema.Milestone, "Milestones"),
    (schema.Score, "Scores"),
    (schema.ScoreItem, "Scores"),
    (schema.ScoreCase, "Scores"),
    (schema.Band, "Scores"),
    (schema.Track, "Tracks"),
    (schema.State, "Tracks"),
    (schema.Transition, "Tracks"),
    (schema.Should, "Tracks"),
    (schema.Prompt, "Prompts"),
    (schema.Escalation, "Prompts"),
    (schema.Snooze, "Prompts"),
    (schema.Banner, "Banners"),
    (schema.Disputed, "Disputed claims"),
    (schema.Assurance, "Assurances"),
    (schema.Accepted, "Accepted findings"),
]


def tables(section: str) -> list[list[str]]:
    """Return the keys that each table of a section lists."""
    found = re.findall(r"^\| key \|.*\n\| ---.*\n((?:\|.*\n)+)", SECTIONS[section], flags=re.MULTILINE)
    return [re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE) for table in found]


def test_the_example_is_a_pathway_without_problems() -> None:
    example = re.search(r"```yaml\n(.*?)```", SECTIONS["A whole file"], flags=re.DOTALL)

    assert example is not None
    assert read(example[1]).name == "kidney-stone"


@pytest.mark.parametrize(("shape", "section"), SHAPES)
def test_every_key_is_on_the_page_in_the_order_of_the_schema(shape: type[schema.Shape], section: str) -> None:
    assert sorted(keys(shape)) in [sorted(keys) for keys in tables(section)]


def test_otherwise_names_its_keys() -> None:
    assert set(keys(schema.Otherwise)) <= set(re.findall(r"`(\w+)`", SECTIONS["Otherwise"]))


@pytest.mark.parametrize(("shape", "section"), SHAPES)
def test_what_must_be_there_says_so(shape: type[schema.Shape], section: str) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*?) \|$", SECTIONS[section], flags=re.MULTILINE))
    for name, field in shape.model_fields.items():
        if field.is_required():
            assert rows[field.alias or name].startswith("must be there"), field.alias or name


def test_the_page_says_how_much_a_pathway_may_hold() -> None:
    said = {
        f"{schema.MOST[key]} {spoken}"
        for key, spoken in (
            *((key, key) for key in schema.MOST if key not in ("use", "disputed", "accepted")),
            ("use", "parts"),
            ("disputed", "disputed claims"),
            ("accepted", "accepted findings"),
        )
    }

    assert not {each for each in said if each not in PAGE}
    assert f"any other list {schema.MOST_ELSEWHERE} values" in PAGE
    assert f"At most {MOST_TOLD} problems" in PAGE


def test_every_word_that_may_be_written_is_on_the_page() -> None:
    words = {*schema.ROLES, *BUILT_IN, *(TAKEN - CEL_KEYWORDS)}
    for kind in (model.Review, model.Weight, model.FactType, model.Tier, model.FindingKind):
        words |= set(get_args(kind))

    assert not {word for word in words if f"`{word}`" not in PAGE}


def test_defaults_and_limits_on_the_page_are_those_of_the_program() -> None:
    assert f"| `{Snooze().most}` |" in PAGE
    assert f"| `{Snooze().times}` |" in PAGE
    assert f"at most {LONGEST:,} characters long" in PAGE
    assert f"at most {MOST_TOTALS} possible totals" in PAGE
    assert f"may be at most {MOST_STEPS:,} steps" in PAGE
