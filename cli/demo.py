"""`carepath demo`: a made-up caseload lives through five weeks under a simulated clock.

Every day people record what happened and the scheduler ticks; in the middle it is killed for real, half-way
through a tick. The weeks end now, so that the file can be looked at afterwards with the ordinary commands.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from caseload import explaining, showing
from caseload.contacts import OVERDUE
from caseload.entry_log import log
from caseload.views import PromptView
from caseload.worklist import worklist
from cli import clock
from cli.command import command
from cli.commands import today, why
from cli.demo_life import COORDINATOR, ZONE, Day, Days, begin, live
from cli.errors import UsageProblem
from cli.printing import indented, say
from pathways.moments import Moment
from storage import schema
from storage.connection import Database

FILE = Path("carepath-demo.db")
TIMELINE_OF, LIMIT, DAYS = "P-004", 4, 3


@command("carepath demo", "carepath demo --again")
@click.option(
    "--database",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=FILE,
    show_default=True,
    help="The file to make.",
)
@click.option("--again", is_flag=True, help="Make it anew where the file is there already.")
def demo(path: Path, *, again: bool) -> None:
    """Let a made-up caseload live through five weeks, then show its lists. Needs nothing; leaves one file."""
    _make_room(path, again=again)
    play(path, clock.now())


def play(path: Path, now: Moment) -> None:
    """Make the file, live through the weeks before `now`, and tell of it."""
    say("Twelve made-up patients live through five weeks, day by day.")
    say("anna coordinates, dr-cole is the clinician, dr-berg leads.")
    schema.create(path, ZONE)
    with Database(path) as database:
        days = Days(now)
        begin(database, days)
        for day in live(database, days, path):
            for line in _told(day):
                say(line)
        _show(database, path, now)


def _make_room(path: Path, *, again: bool) -> None:
    if not path.exists():
        return
    if not again:
        raise UsageProblem(
            f"{path} is there already: look at it with `carepath today --database {path}`, "
            "make it anew with `carepath demo --again`, or name another with --database."
        )
    for leftover in (path, *path.parent.glob(f"{path.name}-*")):
        leftover.unlink()


def _told(day: Day) -> Iterator[str]:
    """Tell of a day on which something worth telling happened."""
    if day.killed:
        whole = "the record is whole" if day.whole else "the record is NOT whole"
        yield f"  day {day.number:2}  ** the scheduler is killed half-way through a tick: {whole},"
        yield "          and the next scheduler tells what this one had not **"
    for patient, line in sorted(day.recorded, key=lambda each: each[0].id):
        if line.tells:
            yield f"  day {day.number:2}  {patient.id} {line.tells}"


def _show(database: Database, path: Path, now: Moment) -> None:
    """Show the list, one patient's weeks, one reason, and what to try next."""
    found = worklist(database, now=now, owner=COORDINATOR, days=DAYS, limit=LIMIT)
    _print(f"today --limit {LIMIT} --days {DAYS}", today.page(found, {}))
    say()
    say(f"The weeks of {TIMELINE_OF}:")
    for line in timeline(database, TIMELINE_OF, now):
        for part in indented(line):
            say(part)
    first = found.lines(OVERDUE)[0].prompt
    patient, _, number = first.partition("/")
    _print(f"why {first}", why.prompt_page(explaining.why_prompt(database, patient, int(number), now=now)))
    say()
    say("Try next:")
    for words in ("today --names", f"show {TIMELINE_OF}", f"next {TIMELINE_OF}"):
        say(f"  carepath {words} --database {path}")


def timeline(database: Database, patient_id: str, now: Moment) -> list[str]:
    """Tell the weeks of one patient: what happened, what was asked for, and how that ended."""
    found = showing.show(database, patient_id, now=now)
    happened = [
        (line.happened.at, f"{line.happened}  {line.says}")
        for line in log(database, patient_id)
        if line.entry.kind not in ("fact", "answer")
    ]
    asked = [
        (each.opens.at, f"{each.opens}    asked: {each.say} ({each.name}, {each.ending or each.status})")
        for each in (*found.ended, *found.open)
        if each.tier != "info" and not each.never_raised and not _same_day(each)
    ]
    return [line for _, line in sorted(happened + asked)]


def _same_day(prompt: PromptView) -> bool:
    """Say whether what was asked for was done on the same day."""
    return prompt.ended is not None and prompt.ended.local[:10] == prompt.opens.local[:10]


def _print(words: str, page: Iterator[str]) -> None:
    say()
    say(f"$ carepath {words}")
    for line in page:
        say(line)
