"""`carepath close`: a patient leaves the pathway."""

import click

from caseload import several
from cli import options
from cli.command import command
from cli.for_which import for_which, still_on
from cli.options import Said
from cli.printing import say
from cli.questions import way_out
from cli.writing import write


@command(
    "carepath close P-014 --reason transferred --because 'moved to another city'",
    "carepath close P-014 --reason died --everywhere",
)
@options.patient
@click.option("--reason", metavar="REASON", help="One of the ways out that the pathway names, such as died.")
@options.writes("at", "because", "pathway", "everywhere", "yes")
def close(said: Said, patient_id: str, reason: str | None) -> None:
    """Record that a patient leaves the pathway; every open prompt ends.

    A patient on several pathways leaves one of them with --pathway, or all of them with --everywhere.
    """
    said = for_which(said, patient_id)
    why = reason or way_out(said, patient_id)
    write(
        said,
        patient_id,
        lambda database, request: several.close(
            database, patient_id, why, request, everywhere=said.everywhere
        ),
        decides=True,
    )
    if left := still_on(said, patient_id):
        say(f"{patient_id} is still on {' and '.join(left)}.")
