"""A person at a terminal: the program runs in a terminal of its own, and gets what is typed."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.modules import ROOT
from tests.servers import PATIENCE

INTERRUPT = "\x03"
END_OF_INPUT = "\x04"
SOON = 1  # second, after which a key that was pressed too early to be noticed is followed by another

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
    return Session(screen.replace("\r\n", "\n"), program.wait(timeout=PATIENCE))


def _talk(master: int, typed: list[str]) -> str:
    """Read until the program ends; whenever the cursor waits behind a question, type the next answer."""
    screen = answer = ""
    while text := _read(master, pressed=answer in {INTERRUPT, END_OF_INPUT}):
        screen += text
        if screen.endswith(" ") and typed:
            answer = typed.pop(0)
            os.write(
                master, answer.encode() if answer in {INTERRUPT, END_OF_INPUT} else f"{answer}\n".encode()
            )
    return screen


def _read(master: int, *, pressed: bool) -> str:
    # A key that is pressed before the program has begun to read keys one by one can be lost. Who has pressed
    # none to end it waits: a program that is slow to begin must not be ended by that.
    while not select.select([master], [], [], SOON if pressed else PATIENCE)[0]:
        assert pressed, "the program says nothing and asks for nothing"
        os.write(master, END_OF_INPUT.encode())
    try:
        return os.read(master, 65_536).decode()
    except OSError:  # the program has ended, and its terminal with it
        return ""
