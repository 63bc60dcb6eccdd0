"""`carepath record`: facts about a patient."""

import click

from caseload import actions
from cli import options
from cli.command import command
from cli.options import Said
from cli.questions import missing_facts
from cli.writing import write


@command(
    "carepath record P-014 calcium=2.31 --at 2026-11-03",
    "carepath record P-014 exchange_booked=2026-11-09",
    "carepath record P-014 'exchange_booked#1=cancelled'",
)
@options.patient
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...", help="What became known.")
@options.writes("at", "because", "pathway", "yes")
def record(said: Said, patient_id: str, facts: tuple[str, ...]) -> None:
    """Record facts, all at one moment.

    At a terminal, without any, it asks for those that open prompts of the patient wait for.
    """
    pairs = facts or missing_facts(said, patient_id)
    write(said, patient_id, lambda database, request: actions.record(database, patient_id, pairs, request))
