"""`carepath export`: histories into a file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from caseload import exporting
from cli import options
from cli.command import command
from cli.errors import UsageProblem
from storage.connection import Database


@command("carepath export > histories.jsonl", "carepath export P-014 --output p-014.jsonl")
@click.argument("patient_ids", nargs=-1, metavar="[PATIENT]...", help="All, if left out.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Otherwise printed."
)
@options.names
@options.database
def export(path: Path, patient_ids: tuple[str, ...], output: Path | None, *, names: bool) -> None:
    """Write histories as JSON Lines; names only with --names."""
    with Database(path) as database, _opened(output) as file:
        file.writelines(exporting.export(database, patient_ids or None, identity=names))


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Open a file that takes its name only when it is complete, so that none is ever half of one."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with unfinished.open("xb") as file:
            yield file
        unfinished.replace(output)
    except OSError as problem:
        raise UsageProblem(f"Cannot write {output}: {problem.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
