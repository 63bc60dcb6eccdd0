"""`carepath correct` and `withdraw`: mending the record. Nothing is erased."""

import click

from caseload import mending, several
from cli import options
from cli.asking import given
from cli.command import command
from cli.options import Numbered, Said
from cli.printing import indented, say
from cli.writing import write
from storage.connection import Database

entry = click.argument("entry", type=options.ENTRY, help="Such as P-014:12; `carepath log` lists them.")
_REASON = "Mending the record needs a reason: add --because '...'."


@command(
    "carepath correct P-014:12 calcium=2.13 --because 'misread'",
    "carepath correct P-014:12 --at 2026-11-02 --because 'was the day before'",
)
@entry
@click.argument("right", nargs=-1, metavar="[FACT=VALUE]", help="The right value.")
@options.writes("at", "because", "yes")
def correct(said: Said, entry: Numbered, right: tuple[str, ...]) -> None:
    """Replace an entry with what is right: a value, or with --at when it happened. Both entries stay."""
    reason = given(said.because, "Why?", _REASON)
    write(
        said._replace(because=reason),
        entry.patient,
        lambda database, request: mending.correct(database, *entry, right, request),
        decides=True,
        mends=True,
    )
    _tell_of_twins(said, entry)


@command("carepath withdraw P-014:12 --because 'of another patient'")
@entry
@options.writes("because", "yes")
def withdraw(said: Said, entry: Numbered) -> None:
    """Take the effect of an entry away, as if it had not been recorded. It stays in the log."""
    reason = given(said.because, "Why?", _REASON)
    write(
        said._replace(because=reason),
        entry.patient,
        lambda database, request: mending.withdraw(database, *entry, request),
        decides=True,
        mends=True,
    )
    _tell_of_twins(said, entry)


def _tell_of_twins(said: Said, entry: Numbered) -> None:
    """Say where the same was recorded for another pathway, which was not mended with it."""
    with Database(said.path) as database:
        for name, pathway in several.twins(database, *entry):
            text = f"The same was recorded for {pathway} as {name}, and stands there: is it right?"
            for line in indented(text, 0):
                say(line)
