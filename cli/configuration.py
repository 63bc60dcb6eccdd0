"""Where the database is and who is writing, when the command does not say.

For those who use it: docs/reference/configuration.md.
"""

import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

import click

from cli.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

DATABASE, BY = "CAREPATH_DATABASE", "CAREPATH_BY"
KEYS = ("database", "by")


class ConfigurationProblem(UsageProblem):
    """A configuration file that cannot be followed."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f'{file} {what}: it may say database = "/folder/carepath.db" and by = "name".')


def file() -> "Path":
    """Return where the configuration file of this user is, or would be."""
    from pathlib import Path  # here and below: a list must not wait for it

    return Path(_file())


def configured_database() -> "Path":
    """Return the database of this user: as configured, or in the folder for data."""
    from pathlib import Path

    return Path(database_path())


def database_path() -> str:
    """Return the same as text."""
    return _read(_file()).get("database") or os.path.join(_data_folder(), "carepath.db")


def configured_by() -> str | None:
    """Return who is writing, as configured; none when it is not."""
    return _read(_file()).get("by")


def data_folder() -> "Path":
    """Return the folder in which programs keep what this user may not lose."""
    from pathlib import Path

    return Path(_data_folder())


def _file() -> str:
    return os.path.join(click.get_app_dir("carepath"), "config.toml")


def _data_folder() -> str:
    if os.name == "nt" or sys.platform == "darwin":
        return click.get_app_dir("carepath", roaming=False)
    stated = os.environ.get("XDG_DATA_HOME", "") or os.path.expanduser("~/.local/share")
    return os.path.join(stated, "carepath")


def remember(database: "Path", by: str | None) -> "Path":
    """Write the configuration file; one that is there already is somebody's and stays as it is."""
    path = file()
    place = os.fspath(database)
    lines = {"database": place if _is_address(place) else os.path.abspath(place), "by": by}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as written:
        written.writelines(f"{key} = {_quoted(value)}\n" for key, value in lines.items() if value)
    _read.cache_clear()
    return path


@lru_cache
def _read(path: str) -> dict[str, str]:
    """Read the file, if there is one.

    A key that it may not have is refused: after a misspelt one, another database would be written to.
    """
    if not os.path.exists(path):
        return {}
    import tomllib

    try:
        with open(path, "rb") as written:
            stated = tomllib.load(written)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise ConfigurationProblem(path, f"cannot be read ({problem})") from None
    for key, value in stated.items():
        if key not in KEYS or not isinstance(value, str) or not value:
            raise ConfigurationProblem(path, f"says {key} = {_without_password(value)!r}")
    place = stated.get("database", "/")
    if not os.path.isabs(place) and not _is_address(place):
        raise ConfigurationProblem(path, "names a database by a path that depends on the folder you are in")
    return stated


def _is_address(place: str) -> bool:
    from storage.filesystems import on_server

    return on_server(place)


def _without_password(value: object) -> object:
    from storage.filesystems import shown

    return shown(value) if isinstance(value, str) else value


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
