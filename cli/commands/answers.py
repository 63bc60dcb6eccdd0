"""`carepath seen`, `ack`, `acting`, `done`, `could-not`, `snooze`, `dismiss`: answers to a prompt."""

import click

from caseload import answering
from cli import options
from cli.asking import given
from cli.command import command
from cli.options import Numbered, Said
from cli.writing import write
from pathways.history import COULD_NOT

prompt = click.argument("prompt", type=options.PROMPT, help="Such as P-014/3.")


second = click.option(
    "--second",
    type=options.NAME,
    metavar="NAME",
    help="Who else agrees to put it off once more than it may be.",
)


@command("carepath seen P-014/3")
@prompt
@options.writes()
def seen(said: Said, prompt: Numbered) -> None:
    """Say that you have seen it; nothing else changes."""
    write(said, prompt.patient, lambda database, request: answering.see(database, *prompt, request))


@command("carepath acting P-014/3", "carepath acting P-014/3 --until 2026-11-09")
@prompt
@click.option("--until", default="", metavar="TIME", help="When it is expected to be done, if you know.")
@options.writes("because")
def acting(said: Said, prompt: Numbered, until: str) -> None:
    """Say that you are on it: it stays open, and is asked after if it does not move."""
    write(
        said,
        prompt.patient,
        lambda database, request: answering.act_on(database, *prompt, until, request),
        decides=True,
    )


@command(
    "carepath could-not P-014/3 --reason patient-unreachable --next 2026-11-09",
    "carepath could-not P-014/3 --reason other --because 'the lift is broken'",
)
@prompt
@click.option(
    "--reason",
    type=click.Choice(list(COULD_NOT)),
    default=None,
    help="Why, as one word that can be counted.",
)
@click.option("--next", "next_at", default="", metavar="TIME", help="When to try again; hidden until then.")
@second
@options.writes("at", "because")
def could_not(said: Said, prompt: Numbered, reason: str | None, next_at: str, second: str | None) -> None:
    """Say why it could not be done, and when it will be tried again; it stays due when it was."""
    codes = ", ".join(COULD_NOT)
    code = given(reason or "", f"Why? ({codes})", f"Say why, with --reason: one of {codes}.")
    write(
        said,
        prompt.patient,
        lambda database, request: answering.could_not(
            database, *prompt, code, request, next_at=next_at, second=second or ""
        ),
        decides=True,
    )


@command("carepath done P-014/3", "carepath done P-014/3 --at 2026-11-02")
@prompt
@options.writes("at", "because", "yes")
def done(said: Said, prompt: Numbered) -> None:
    """Say that it was done, where no record could show it; also of what has lapsed, with its true day."""
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
    """Take it on: it stays open and is asked after if it does not move; what is only to be known ends."""
    write(
        said,
        prompt.patient,
        lambda database, request: answering.acknowledge(database, *prompt, request),
        decides=True,
    )


@command("carepath snooze P-014/3 --until 2026-11-09")
@prompt
@click.option("--until", default="", metavar="TIME", help="A day or a time, such as 2026-11-09.")
@second
@options.writes("because")
def snooze(said: Said, prompt: Numbered, until: str, second: str | None) -> None:
    """Hide it for a while, as long and as often as the pathway allows; it stays due when it was."""
    name = f"{prompt.patient}/{prompt.number}"
    day = given(until, "Until when?", f"Say until when: `carepath snooze {name} --until 2026-11-09`.")
    write(
        said,
        prompt.patient,
        lambda database, request: answering.snooze(database, *prompt, day, request, second=second or ""),
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
