"""`carepath enrol`: a patient joins a pathway."""

import shlex

import click

from caseload import enrolling, several
from cli import options
from cli.choosing import which_pathway
from cli.command import command
from cli.options import Said
from cli.printing import indented, say
from cli.writing import write
from storage.connection import Database


@command(
    "carepath enrol P-014 immune-pns symptom_onset=2026-10-01",
    "carepath enrol P-014 immune-pns --at 2026-10-20 --owner anna",
)
@options.patient
@click.argument(
    "pathway",
    required=False,
    help="One that is installed; without it, they are listed with what each is for.",
)
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...", help="What is known already.")
@click.option(
    "--owner", type=options.NAME, metavar="NAME", help="The coordinator responsible; you, if left out."
)
@options.writes("at", "because")
def enrol(
    said: Said, patient_id: str, pathway: str | None, facts: tuple[str, ...], owner: str | None
) -> None:
    """Put a patient on a pathway, with what is known so far."""
    name = pathway or which_pathway(said, patient_id)
    write(
        said,
        patient_id,
        lambda database, request: enrolling.enrol(
            database, patient_id, name, facts, request, owner=owner or request.author.by
        ),
    )
    _tell_of_known(said, patient_id, name)


def _tell_of_known(said: Said, patient_id: str, pathway: str) -> None:
    """Say what other pathways of the patient know already; whether it is true here a person must say."""
    with Database(said.path) as database:
        known = several.known_elsewhere(database, patient_id, pathway)
    for other, pairs in known.items():
        line = shlex.join(["carepath", "record", patient_id, *pairs, "--pathway", pathway])
        for text in indented(f"{other} knows already what is asked here too; if it is true here: {line}", 0):
            say(text)
