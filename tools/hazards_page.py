"""The safety matrix: each hazard with all that stands against it, from the files."""

from collections.abc import Iterator

from cli.commands.pathway_hazards import SEVERITIES
from pathways.controls import Controlled, OfPathway, controls_that_ship

_HEAD = """\
# Hazards

What can harm a patient through carepath, and what stands against it.
The list is `pathways/library/hazards.yaml`.
What stands against each hazard is gathered from the pathways, their stories and the tests.

`carepath pathway check` proves assurances, `carepath pathway test` plays stories, `tools/check.py` does all.
A hazard that none of them speaks of fails the check, and so does a test that is not there.
`carepath pathway hazards` prints the same.

| severity | means |
| --- | --- |
"""


def hazards_page() -> dict[str, str]:
    """Return the text of the page by its path."""
    found = controls_that_ship()
    severities = "".join(f"| {letter} | {means} |\n" for letter, means in SEVERITIES.items())
    table = "| hazard | severity | what goes wrong | assurances | stories | tests |\n" + "| --- " * 6 + "|\n"
    rows = "".join(map(_row, found))
    sections = "\n".join("\n".join(_section(each)) for each in found)
    return {"docs/reference/hazards.md": f"{_HEAD}{severities}\n{table}{rows}\n{sections}"}


def _row(each: Controlled) -> str:
    assurances = sum(len(of.assurances) for of in each.pathways)
    stories = sum(len(of.stories) for of in each.pathways)
    link = f"[{each.id}](#{each.id})"
    return f"| {link} | {each.severity} | {each.say} | {assurances} | {stories} | {len(each.tests)} |\n"


def _section(each: Controlled) -> Iterator[str]:
    yield f"## {each.id}\n"
    yield f"{each.say}."
    yield f"Severity {each.severity}: {SEVERITIES[each.severity]}.\n"
    yield f"Control: {each.control}.\n"
    for of in each.pathways:
        yield from _pathway(of)
    if each.tests:
        yield "Tests:\n"
        yield from (f"- `{test}`" for test in each.tests)
        yield ""


def _pathway(of: OfPathway) -> Iterator[str]:
    yield f"In `{of.pathway}`:\n"
    for promise in of.assurances:
        prompts = f" ({', '.join(f'`{name}`' for name in promise.prompts)})" if promise.prompts else ""
        yield f"- assurance `{promise.id}`: {promise.say}{prompts}"
    yield from (f"- story: {story}" for story in of.stories)
    yield ""
