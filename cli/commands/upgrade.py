"""`carepath upgrade`: a database of an older version."""

from pathlib import Path
from typing import TYPE_CHECKING

from cli import clock, options
from cli.command import command
from cli.printing import say
from pathways.errors import Refused

if TYPE_CHECKING:
    from pathways.moments import Moment
    from storage.rows import HeartbeatRow


@command("carepath upgrade")
@options.database
def upgrade(path: Path) -> None:
    """Bring the database up to this version of carepath, all of it or nothing.

    Of a file, a copy as it was is kept beside it. It is refused while a scheduler runs.
    """
    from storage import upgrades

    now = clock.now()
    done = upgrades.upgrade(path, agreed=lambda heartbeats: _refuse_running(path, heartbeats, now))
    if done.before == done.after:
        say(f"{path} is up to date (schema {done.after}).")
    elif done.copy is None:
        say(f"{path} was upgraded from schema {done.before} to {done.after}.")
    else:
        say(f"{path} was upgraded from schema {done.before} to {done.after}; as it was: {done.copy}.")
    if done.before != done.after:
        say("Run `carepath check`, then start the scheduler.")


def _refuse_running(path: Path, heartbeats: "list[HeartbeatRow]", now: "Moment") -> None:
    from scheduler.status import running_among

    if who := running_among(heartbeats, now):
        msg = f"The scheduler {who} runs over {path}: stop it, then upgrade."
        raise Refused(msg)
