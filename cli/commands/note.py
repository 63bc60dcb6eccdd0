"""`carepath note`: free text in the history."""

import click

from caseload import actions
from cli import options
from cli.asking import given
from cli.command import command
from cli.for_which import for_which
from cli.options import Said
from cli.writing import write


@command("carepath note P-014 'Asked the ward to send the PET report.'")
@options.patient
@click.argument("text", default="", help="Asked for at a terminal.")
@options.writes("at", "pathway")
def note(said: Said, patient_id: str, text: str) -> None:
    """Write a note into the history; nothing follows from it."""
    said = for_which(said, patient_id, everywhere=False)
    words = given(text, "What should the note say?", f"Say it: `carepath note {patient_id} '...'`.")
    write(said, patient_id, lambda database, request: actions.note(database, patient_id, words, request))
