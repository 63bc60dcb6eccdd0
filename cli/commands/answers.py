"""`carepath done`, `ack`, `snooze`, `dismiss`: answers to a prompt."""

import click

from caseload import answering
from cli import options
from cli.asking import given
from cli.command import command
from cli.options import Numbered, Said
from cli.writing import write

prompt = click.argument("prompt", type=options.PROMPT, help="Such as P-014/3.")


@command("carepath done P-014/3")
@prompt
@options.writes("at", "because", "yes")
def done(said: Said, prompt: Numbered) -> None:
    """Say that it was done, where no record could show it."""
    write(
        said,
        prompt.patient,
        lambda database, request: answering.done(database, *prompt, request),
        decides=True,
    )


@command("carepath ack P-014/3")
@prompt
@options.writes("because")
def ack(said: Said, prompt: Numbered) -> None:
    """Say that it was seen: it stays open, unless it is only there to be known."""
    write(
        said,
        prompt.patient,
        lambda database, request: answering.acknowledge(database, *prompt, request),
        decides=True,
    )


@command("carepath snooze P-014/3 --until 2026-11-09")
@prompt
@click.option("--until", default="", metavar="TIME", help="A day or a time, such as 2026-11-09.")
@options.writes("because")
def snooze(said: Said, prompt: Numbered, until: str) -> None:
    """Hide it for a while, as long and as often as the pathway allows; it stays due when it was."""
    name = f"{prompt.patient}/{prompt.number}"
    day = given(until, "Until when?", f"Say until when: `carepath snooze {name} --until 2026-11-09`.")
    write(
        said,
        prompt.patient,
        lambda database, request: answering.snooze(database, *prompt, day, request),
        decides=True,
    )


@command("carepath dismiss P-014/3 --because 'done in the other hospital, report on file'")
@prompt
@options.writes("at", "because", "yes")
def dismiss(said: Said, prompt: Numbered) -> None:
    """End it with a reason, when it will not be done."""
    reason = given(said.because, "Why?", "A dismissal needs its reason: add --because '...'.")
    write(
        said._replace(because=reason),
        prompt.patient,
        lambda database, request: answering.dismiss(database, *prompt, request),
        decides=True,
    )
