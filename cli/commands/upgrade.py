"""`carepath upgrade`: a database of an older version."""

from pathlib import Path

from cli import options
from cli.command import command
from cli.printing import say


@command("carepath upgrade")
@options.database
def upgrade(path: Path) -> None:
    """Bring the database up to this version of carepath. Of a file, a copy as it was is kept beside it."""
    from storage import schema

    done = schema.upgrade(path)
    if done.before == done.after:
        say(f"{path} is up to date (schema {done.after}).")
    elif done.copy is None:
        say(f"{path} was upgraded from schema {done.before} to {done.after}.")
    else:
        say(f"{path} was upgraded from schema {done.before} to {done.after}; as it was: {done.copy}.")
