"""A person at a terminal: the program runs in a terminal of its own, and gets what is typed."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.modules import ROOT

INTERRUPT = "\x03"
END_OF_INPUT = "\x04"
PATIENCE = 15  # seconds without a word from the program
SOON = 1  # after Ctrl-C, which is noticed with the next key when it comes just before the first is read

# Takes the terminal for its own, so that Ctrl-C reaches it, then does what the console script does.
_PROGRAM = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from cli.main import main
main()
"""


class Session(NamedTuple):
    """What was to be seen on the screen, and the exit code."""

    screen: str
    code: int


def at_terminal(words: list[str], *typed: str, database: Path, by: str = "anna") -> Session:
    """Run a command, and type one answer whenever it asks, then Ctrl-D."""
    master, slave = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *words],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=os.environ | {"CAREPATH_DATABASE": str(database), "CAREPATH_BY": by, "COLUMNS": "100"},
        cwd=ROOT,
        start_new_session=True,
    )
    os.close(slave)
    screen = _talk(master, [*typed, END_OF_INPUT])
    os.close(master)
    return Session(screen.replace("\r\n", "\n"), program.wait(timeout=120))


def _talk(master: int, typed: list[str]) -> str:
    """Read until the program ends; whenever the cursor waits behind a question, type the next answer."""
    screen = answer = ""
    while text := _read(master, SOON if answer == INTERRUPT else PATIENCE):
        screen += text
        if screen.endswith(" ") and typed:
            answer = typed.pop(0)
            os.write(
                master, answer.encode() if answer in {INTERRUPT, END_OF_INPUT} else f"{answer}\n".encode()
            )
    return screen


def _read(master: int, patience: float) -> str:
    # A key that is pressed before the program has begun to read keys one by one can be lost.
    while not select.select([master], [], [], patience)[0]:
        os.write(master, END_OF_INPUT.encode())
    try:
        return os.read(master, 65_536).decode()
    except OSError:  # the program has ended, and its terminal with it
        return ""
