"""Write the outputs of the examples in the pages anew, from a real run of each page in a folder of its own.

Name pages to write only these. What stands in `tools/example_pages.py` says how a page is written.
"""

import argparse
import csv
import io
import os
import platform
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeAlias

import freezegun.api
from click.testing import CliRunner
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory, StepTickTimeFactory, TickingDateTimeFactory

import pathways.reading
import scheduler.loop
import storage.schema
from cli.errors import STOPPED
from cli.main import SECTIONS, carepath
from tools.example_pages import has_examples, pages, played

# All of it is imported before any clock is stopped: classes made meanwhile would keep the stopped one.
_ = (pathways.reading, scheduler.loop, storage.schema)
for _section in SECTIONS.values():
    for _place in _section.values():
        import_module(_place.partition(":")[0])

ROOT = Path(__file__).parents[1]
# Only the clock of the command line is stopped: a date made by a stopped class could not be written down.
GOING_ON = ["pathways", "storage", "caseload", "scheduler", "sqlalchemy", "alembic"]
# It is who reads the clock that counts, not who called them.
freezegun.api.call_stack_inspection_limit = 1
BEGINNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
COLUMNS = 100
# What a scheduler calls itself differs from machine to machine.
HOST, SCHEDULER = "desk", "desk-4711"

Clock: TypeAlias = FrozenDateTimeFactory | StepTickTimeFactory | TickingDateTimeFactory


class Terminal(CliRunner):
    """Runs commands as if a person sat there: what asks whether it is a terminal is told so."""

    @contextmanager
    def isolation(self, *given: Any, **more: Any) -> Iterator[Any]:  # noqa: ANN401 - as click has it
        """Let it seem a terminal for as long as a command runs."""
        with super().isolation(*given, **more) as streams:
            for stream in (sys.stdin, sys.stdout):
                stream.isatty = lambda: True  # type: ignore[method-assign]
            yield streams


class Desk(NamedTuple):
    """A folder, a clock that stands still, and what was exported."""

    folder: Path
    clock: Clock
    environment: dict[str, str | None]

    def at(self, moment: datetime) -> None:
        """Let it be that moment."""
        self.clock.move_to(moment)

    def run(self, command: str, typed: Sequence[str] | None) -> list[str]:
        """Return the lines that a command prints to who types that; without any, to a script."""
        words = shlex.split(command.replace("\n", " "))
        into = words.pop() if words[-2:-1] == [">"] else ""
        if into:
            words.remove(">")
        printed = PROGRAMS[words[0]](self, words[1:], typed)
        if into:
            (self.folder / into).write_text(printed, encoding="utf-8")
            return []
        host = platform.node()
        printed = printed.replace(f"{host}-{os.getpid()}", SCHEDULER).replace(f"{host}-once", f"{HOST}-once")
        lines = printed.splitlines()
        return [line.rstrip() for line in lines]


Program: TypeAlias = Callable[[Desk, list[str], Sequence[str] | None], str]


@contextmanager
def desk() -> Iterator[Desk]:
    """Sit down in an empty folder."""
    with TemporaryDirectory() as name, chdir(name), freeze_time(BEGINNING, ignore=GOING_ON) as clock:
        home = {"HOME": name, "XDG_CONFIG_HOME": f"{name}/.config", "XDG_DATA_HOME": f"{name}/.local/share"}
        unset = dict.fromkeys(("CAREPATH_BY", "CAREPATH_DATABASE"))
        yield Desk(Path(name), clock, {**unset, **home, "COLUMNS": str(COLUMNS)})


def written_anew(page: Path) -> str:
    """Play a page and return it with what its examples print now."""
    with desk() as place:
        return played(page.read_text(encoding="utf-8"), place)


def main(arguments: list[str] | None = None) -> int:
    """Play pages, and write those that were not true."""
    parser = argparse.ArgumentParser(prog="python -m tools.examples", description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", help="only these")
    chosen = parser.parse_args(arguments).pages or pages(ROOT)
    for page in (each.absolute() for each in chosen):
        before = page.read_text(encoding="utf-8")
        if has_examples(before) and (after := written_anew(page)) != before:
            page.write_text(after, encoding="utf-8", newline="\n")
            print(f"written: {page.relative_to(ROOT) if page.is_relative_to(ROOT) else page}")
    return 0


def _carepath(place: Desk, words: list[str], typed: Sequence[str] | None) -> str:
    runner = CliRunner() if typed is None else Terminal()
    answers = None if typed is None else "".join(f"{each}\n" for each in typed)
    result = runner.invoke(carepath, words, answers, env=place.environment, prog_name="carepath")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code == STOPPED:
        msg = f"`carepath {shlex.join(words)}` asks more than is typed:\n{result.output}"
        raise ValueError(msg)
    # What is written as bytes reaches only one of the two.
    return result.output or result.stdout


def _export(place: Desk, words: list[str], __: Sequence[str] | None) -> str:
    for word in words:
        name, _, value = word.partition("=")
        place.environment[name] = value
    return ""


def _other(program: str) -> Program:
    """Run a small program of the system, in the folder of the page."""

    def run(place: Desk, words: list[str], _: Sequence[str] | None) -> str:
        return subprocess.run(
            [program, *words], cwd=place.folder, check=True, capture_output=True, text=True
        ).stdout

    return run


def _sqlite3(place: Desk, words: list[str], _: Sequence[str] | None) -> str:
    """Do what the program of that name would do, which need not be there."""
    *options, name, wanted = words
    with closing(sqlite3.connect(name, uri=name.startswith("file:"))) as connection:
        if wanted.startswith(".backup "):
            with closing(sqlite3.connect(place.folder / wanted.split()[1])) as target:
                connection.backup(target)
            return ""
        # SQLite reads a clock of its own.
        rows = connection.execute(wanted.replace("'now'", f"'{place.clock().isoformat()}'"))
        written = io.StringIO()
        writer = csv.writer(written, delimiter="," if "-csv" in options else "|", lineterminator="\n")
        if "-header" in options:
            writer.writerow(column[0] for column in rows.description)
        writer.writerows(rows)
    return written.getvalue()


PROGRAMS: dict[str, Program] = {
    "carepath": _carepath,
    "cat": _other("cat"),
    "export": _export,
    "sed": _other("sed"),
    "sqlite3": _sqlite3,
}

if __name__ == "__main__":
    sys.exit(main())
