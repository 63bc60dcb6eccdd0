"""`carepath close`: a patient leaves the pathway."""

import click

from caseload import actions
from cli import options
from cli.command import command
from cli.options import Said
from cli.questions import way_out
from cli.writing import write


@command("carepath close P-014 --reason transferred --because 'moved to another city'")
@options.patient
@click.option("--reason", metavar="REASON", help="One of the ways out that the pathway names, such as died.")
@options.writes("at", "because", "pathway", "yes")
def close(said: Said, patient_id: str, reason: str | None) -> None:
    """Record that a patient leaves the pathway; every open prompt ends."""
    why = reason or way_out(said, patient_id)
    write(
        said,
        patient_id,
        lambda database, request: actions.close(database, patient_id, why, request),
        decides=True,
    )
