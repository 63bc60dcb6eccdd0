"""`carepath pathway show`: a pathway, read as a protocol."""

from collections.abc import Iterator
from pathlib import Path

import click

from caseload import pathway_files
from cli import options
from cli.command import command
from cli.commands.pathway_check import size
from cli.json_shapes import print_json
from cli.printing import indented, say, table
from pathways.model import Pathway, Rule, Transition
from storage.connection import Database


@command("carepath pathway show immune-pns", "carepath pathway show immune-pns --file")
@click.argument("name", help="The name of a pathway.")
@options.version
@click.option("--file", "as_file", is_flag=True, help="The file as it was installed.")
@options.reads
def show(path: Path, name: str, version: int | None, *, as_file: bool, as_json: bool) -> None:
    """Show a pathway: its events, what they need, and its prompts."""
    with Database(path) as database:
        if as_file:
            say(pathway_files.text(database, name, version).rstrip("\n"))
            return
        found = pathway_files.pathway(database, name, version)
    if as_json:
        print_json(found)
        return
    for line in _page(found):
        say(line)


def _page(found: Pathway) -> Iterator[str]:
    yield f"{found.name}, version {found.version}, {found.review}: {found.title}"
    if found.say:
        yield from indented(found.say, 2)
    yield f"  {size(found)}; digest {found.digest[:12]}"
    for track in found.tracks:
        yield ""
        yield f"{track.name}: {track.say}"
        for step in track.transitions:
            yield from indented(f"{step.event}: {', '.join(step.sources)} -> {step.to}", 2)
            yield from indented(_wants(step), 6)
    yield ""
    prompts = [(str(rule.tier), rule.role, rule.id, _rule(rule)) for rule in (*found.rules, found.otherwise)]
    yield from table(("TIER", "FOR", "PROMPT", ""), prompts)
    yield ""
    yield from indented(f"Leaving: {', '.join(found.exits)}", 0)


def _wants(step: Transition) -> str:
    needs = f"needs {', '.join((*step.needs, *step.needs_new))}" if step.needs or step.needs_new else ""
    asks = f"asks {', '.join(step.asks)}" if step.asks else ""
    return "; ".join(filter(None, (needs, asks))) or "needs nothing"


def _rule(rule: Rule) -> str:
    counted_from = "" if rule.counted_from.kind == "met" else f" from {rule.counted_from}"
    return f"{rule.say} (due {rule.due}{counted_from})" if rule.due else rule.say
