"""`carepath record`: facts about a patient."""

import click

from caseload import several
from cli import options
from cli.command import command
from cli.for_which import for_which, settled
from cli.options import Said
from cli.questions import missing_facts
from cli.writing import write


@command(
    "carepath record P-014 calcium=2.31 --at 2026-11-03",
    "carepath record P-014 exchange_booked=2026-11-09",
    "carepath record P-014 'exchange_booked#1=cancelled'",
    "carepath record P-014 checkpoint_inhibitor=planned --everywhere",
)
@options.patient
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...", help="What became known.")
@options.writes("at", "because", "pathway", "everywhere", "yes")
def record(said: Said, patient_id: str, facts: tuple[str, ...]) -> None:
    """Record facts, all at one moment.

    At a terminal, without any, it asks for those that open prompts of the patient wait for.

    Of a patient on several pathways a fact goes to the one that asks for it. When several do, say for which
    it is meant: with --everywhere for each that asks for it in the same words.
    """
    said = said if facts else for_which(said, patient_id)
    pairs = facts or missing_facts(said, patient_id)

    def write_for(said: Said) -> None:
        write(
            said,
            patient_id,
            lambda database, request: several.record(
                database, patient_id, pairs, request, everywhere=said.everywhere
            ),
        )

    settled(said, write_for)
