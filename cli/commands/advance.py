"""`carepath advance`: an event, with the facts that go with it."""

import click

from caseload import several
from cli import options
from cli.command import command
from cli.for_which import settled
from cli.options import Said
from cli.questions import Step, ask_for_step
from cli.writing import write


@command(
    "carepath advance P-014 start-staging",
    "carepath advance P-014 start-workup suspicion=high responsible_clinician=dr-cole --at 2026-11-03",
    "carepath advance P-014 start-first-line --override --because 'given elsewhere, papers to follow'",
)
@options.patient
@click.argument("event", help="One of those that `carepath next` shows.")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...", help="What is recorded with it.")
@click.option("--override", is_flag=True, help="Go past what the event needs; --because says why.")
@options.writes("at", "because", "pathway", "everywhere", "yes")
def advance(said: Said, patient_id: str, event: str, facts: tuple[str, ...], *, override: bool) -> None:
    """Record an event, which moves a track of the pathway on.

    At a terminal it asks for what the event needs, one question at a time.

    Of a patient on several pathways it is recorded for the one on which it is possible. When it is possible
    on several, say for which it is meant: with --everywhere for each of them, or for none when one refuses.
    """

    def write_for(said: Said) -> None:
        step = ask_for_step(said, patient_id, Step(event, facts), override=override)
        write(
            said._replace(because=step.because),
            patient_id,
            lambda database, request: several.advance(
                database,
                patient_id,
                event,
                step.facts,
                request,
                override=override,
                everywhere=said.everywhere,
            ),
            decides=True,
        )

    settled(said, write_for)
