"""Files that commands write: each is there whole, or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cli.errors import UsageProblem


@contextmanager
def opened(output: Path | None) -> Iterator[BinaryIO]:
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
