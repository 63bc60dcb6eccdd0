"""Writes `pathway.schema.json`: what may stand in a pathway file, with words of the page.

Once beside the page for who reads it there, once for the program to hand out.
"""

import json
import re
from pathlib import Path
from typing import Any

from pathways import schema
from pathways.file_schema import file_schema
from pathways.shaping import keys

PAGE = Path(__file__).parents[1] / "docs/reference/pathway-file.md"
SECTIONS: dict[type[schema.Shape], str] = {
    schema.Top: "Top of the file",
    schema.Part: "Parts",
    schema.Use: "Parts",
    schema.Source: "Sources",
    schema.Fact: "Facts",
    schema.Milestone: "Milestones",
    schema.Score: "Scores",
    schema.ScoreItem: "Scores",
    schema.ScoreCase: "Scores",
    schema.Band: "Scores",
    schema.Track: "Tracks",
    schema.State: "Tracks",
    schema.Transition: "Tracks",
    schema.Should: "Tracks",
    schema.Otherwise: "Prompts",
    schema.Prompt: "Prompts",
    schema.Escalation: "Prompts",
    schema.Snooze: "Prompts",
    schema.Banner: "Banners",
    schema.Disputed: "Disputed claims",
    schema.Assurance: "Assurances",
    schema.Accepted: "Accepted findings",
}
"""Where on the page the keys of each shape are explained."""


def schema_file() -> dict[str, str]:
    """Return the text of the schema by each of its paths."""
    made = file_schema()
    for shape, section in SECTIONS.items():
        said = _said(shape, section)
        body = made["definitions"][shape.__name__]
        body["properties"] = {key: _with(form, said[key]) for key, form in body["properties"].items()}
    text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    return dict.fromkeys(
        ("docs/reference/pathway.schema.json", "pathways/beginning/pathway.schema.json"), text
    )


def _with(form: dict[str, Any], said: str) -> dict[str, Any]:
    # Beside a reference nothing else counts in this version of JSON Schema.
    return {"description": said, **({"allOf": [form]} if "$ref" in form else form)}


def _said(shape: type[schema.Shape], section: str) -> dict[str, str]:
    """Return what the page says of each key of a shape: in the table with most of its keys, else in any."""
    [text] = re.findall(
        rf"^## {section}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    tables = [dict(_rows(table)) for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]
    own = keys(shape)
    tables.sort(key=lambda table: len(set(own) & table.keys()))
    found = {key: said for table in tables for key, said in table.items()}
    missing = [key for key in own if key not in found]
    if missing:
        raise ValueError(f"{PAGE.name} does not explain {', '.join(missing)} under {section}")
    return {key: found[key] for key in own}


def _rows(table: str) -> list[tuple[str, str]]:
    return re.findall(r"^\| `(\w+)` \| (.*?) \|.*$", table, re.MULTILINE)
