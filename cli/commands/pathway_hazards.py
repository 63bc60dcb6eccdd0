"""`carepath pathway hazards`: what can go wrong for a patient, and what stands against it."""

from collections.abc import Iterator
from pathlib import Path

import click

from cli import options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import indented, say
from pathways.controls import Controlled, OfPathway, controls_that_ship
from pathways.errors import NotFound
from pathways.problems import near

SEVERITIES = {
    "A": "could injure a patient",
    "B": "misleads care",
    "C": "a trap in data or design",
}


@command(
    "carepath pathway hazards",
    "carepath pathway hazards c2 forgotten-patient",
    "carepath pathway hazards --json",
)
@click.argument("named", nargs=-1, metavar="[HAZARD]...", help="Such as c2; all, if left out.")
@options.as_json
def hazards(named: tuple[str, ...], *, as_json: bool) -> None:
    """Show what can go wrong for a patient, and which assurances, stories and tests stand against it."""
    every = {each.id: each for each in controls_that_ship()}
    for name in named:
        if name not in every:
            raise NotFound(_unknown(name, list(every)))
    found = [every[name] for name in dict.fromkeys(named)] or list(every.values())
    if as_json:
        print_json(found)
        return
    for place, each in enumerate(found):
        if place:
            say()
        for line in _page(each):
            say(line)


def _unknown(name: str, every: list[str]) -> str:
    if Path(name).is_file():
        return (
            f"Hazards are listed for the pathways that ship, and {name} is a file of your own; "
            f"`carepath pathway check {name}` says what it promises."
        )
    return f"There is no hazard {name!r}; {near(name, every)}"


def _page(found: Controlled) -> Iterator[str]:
    yield from indented(f"{found.id} ({found.severity}: {SEVERITIES[found.severity]})  {found.say}", 0)
    yield from indented(f"Control: {found.control}", 2)
    for each in found.pathways:
        yield from _pathway(each)
    for test in found.tests:
        file, _, name = test.partition("::")
        yield f"  test in {file}"
        yield from indented(name, 4)
    if not found.shown:
        yield "  Nothing shows yet that it is controlled."


def _pathway(found: OfPathway) -> Iterator[str]:
    yield f"  {found.pathway}"
    for promise in found.assurances:
        prompts = f" ({', '.join(promise.prompts)})" if promise.prompts else ""
        yield from indented(f"assurance {promise.id}{prompts}: {promise.say}", 4)
    for story in found.stories:
        yield from indented(f"story: {story}", 4)
