"""The command `carepath`: which commands there are, and where each is."""

import gc

# Looking for garbage takes a short list longer than anything it does itself; so rarely, it never does. It is
# said before the rest is imported, which is most of what there is to do.
gc.set_threshold(10_000)

import sys  # noqa: E402 - see above, as for those that follow
from io import TextIOWrapper  # noqa: E402

import click  # noqa: E402

from cli.lazy import LazyGroup  # noqa: E402
from cli.printing import PAGE  # noqa: E402

SECTIONS = {
    "Every day": {
        "today": "cli.commands.today:today",
        "digest": "cli.commands.digest:digest",
        "show": "cli.commands.show:show",
        "next": "cli.commands.next_steps:next_steps",
        "record": "cli.commands.record:record",
        "advance": "cli.commands.advance:advance",
        "note": "cli.commands.note:note",
        "done": "cli.commands.answers:done",
        "seen": "cli.commands.answers:seen",
        "ack": "cli.commands.answers:ack",
        "acting": "cli.commands.answers:acting",
        "could-not": "cli.commands.answers:could_not",
        "snooze": "cli.commands.answers:snooze",
        "dismiss": "cli.commands.answers:dismiss",
        "why": "cli.commands.why:why",
    },
    "The record": {
        "log": "cli.commands.log:log",
        "correct": "cli.commands.mend:correct",
        "withdraw": "cli.commands.mend:withdraw",
        "close": "cli.commands.close:close",
    },
    "Patients": {
        "patient": "cli.commands.patient:patient",
        "enrol": "cli.commands.enrol:enrol",
        "import": "cli.commands.import_:import_",
        "export": "cli.commands.export:export",
    },
    "The site": {
        "init": "cli.commands.init:init",
        "upgrade": "cli.commands.upgrade:upgrade",
        "copy": "cli.commands.copy:copy",
        "backup": "cli.commands.backup:backup",
        "restore": "cli.commands.restore:restore",
        "check": "cli.commands.check:check",
        "config": "cli.commands.config:config",
        "doctor": "cli.commands.doctor:doctor",
        "burden": "cli.commands.burden:shown",
        "pathway": "cli.commands.pathway:pathway",
        "calendar": "cli.commands.calendar:calendar",
        "role": "cli.commands.role:role",
        "site": "cli.commands.site:site",
        "staff": "cli.commands.staff:staff",
        "caseload": "cli.commands.caseload:caseload",
        "scheduler": "cli.commands.scheduler:scheduler",
        "demo": "cli.demo:demo",
    },
}


@click.group(
    cls=LazyGroup,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": PAGE},
)
@click.version_option(package_name="carepath", message="carepath %(version)s")
def carepath() -> None:
    """Keep, for every patient on a care pathway, what should happen next, by when, by whom and why.

    Begin with `carepath init`, or look around with `carepath demo`. Each command has a --help of its own.
    """


def main() -> None:
    """Run carepath as it was called from a shell."""
    # What the terminal cannot show is spelled out: a strange letter must not stop a list of patients.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    carepath(prog_name="carepath")
