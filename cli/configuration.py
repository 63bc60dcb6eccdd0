"""What is settled once instead of being typed with every command.

For those who use it: docs/reference/configuration.md.
"""

import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cli.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

DATABASE, BY = "CAREPATH_DATABASE", "CAREPATH_BY"
FILE = "CAREPATH_CONFIG"


class Key(NamedTuple):
    """What can be settled: by which variable, which option, and what it may be in the file."""

    variable: str
    option: str
    may_be: str
    example: str


KEYS = {
    "database": Key(DATABASE, "--database", "text", '"/folder/carepath.db"'),
    "by": Key(BY, "--by", "text", '"name"'),
    "every": Key("CAREPATH_EVERY", "--every", "a number of seconds from 1 to 3600", "60"),
    "log-format": Key("CAREPATH_LOG_FORMAT", "--log-format", '"text" or "json"', '"json"'),
    "metrics-port": Key("CAREPATH_METRICS_PORT", "--metrics-port", "a whole number from 1 to 65535", "9464"),
}
LOG_FORMATS = ("text", "json")
SHORTEST, LONGEST = 1.0, 3600.0
HIGHEST_PORT = 65_535


class ConfigurationProblem(UsageProblem):
    """A configuration file that cannot be followed."""

    def __init__(self, file: str, what: str) -> None:
        possible = ", ".join(f"{name} = {key.example}" for name, key in KEYS.items())
        super().__init__(f"{file} {what}: it may say {possible}.")


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
    return stated("database") or os.path.join(_data_folder(), "carepath.db")


def configured_by() -> str | None:
    """Return who is writing, as configured; none when it is not."""
    found: str | None = stated("by")
    return found


def stated(name: str) -> Any:  # noqa: ANN401  # checked when it was read
    """Return what the configuration file says; none when it does not."""
    return _read(_file()).get(name)


def _file() -> str:
    if named := os.environ.get(FILE, ""):
        # A misspelt name must not pass for an empty file: another database would be written to.
        if not os.path.isfile(named):
            raise ConfigurationProblem(named, f"is named by {FILE} and is not there")
        return os.path.abspath(named)
    return os.path.join(click.get_app_dir("carepath"), "config.toml")


def _data_folder() -> str:
    if os.name == "nt" or sys.platform == "darwin":
        return click.get_app_dir("carepath", roaming=False)
    folder = os.environ.get("XDG_DATA_HOME", "") or os.path.expanduser("~/.local/share")
    return os.path.join(folder, "carepath")


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
def _read(path: str) -> dict[str, Any]:
    """Read the file, if there is one.

    A key that it may not have is refused: after a misspelt one, another database would be written to.
    """
    if not os.path.exists(path):
        return {}
    import tomllib

    try:
        with open(path, "rb") as written:
            said = tomllib.load(written)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise ConfigurationProblem(path, f"cannot be read ({problem})") from None
    for name, value in said.items():
        if name not in KEYS:
            raise ConfigurationProblem(path, f"says {name} = {_quotable(value)}, which is nothing it can say")
        if not _possible(name, value):
            raise ConfigurationProblem(
                path, f"says {name} = {_quotable(value)}, which has to be {KEYS[name].may_be}"
            )
    place = said.get("database", "/")
    if _is_foreign(place):
        raise ConfigurationProblem(path, "names a database by an address of another kind")
    if not os.path.isabs(place) and not _is_address(place):
        raise ConfigurationProblem(path, "names a database by a path that depends on the folder you are in")
    return said


def _possible(name: str, value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match name:
        case "every":
            return number and SHORTEST <= value <= LONGEST  # type: ignore[operator]
        case "metrics-port":
            return isinstance(value, int) and number and 1 <= value <= HIGHEST_PORT
        case "log-format":
            return value in LOG_FORMATS
    return isinstance(value, str) and value != ""


def _is_address(place: str) -> bool:
    from storage.filesystems import on_server

    return on_server(place)


def _is_foreign(place: str) -> bool:
    from storage.filesystems import is_foreign

    return is_foreign(place)


def _quotable(value: object) -> str:
    """Quote what is refused, but for what can hold the password of an address somewhere inside."""
    from storage.filesystems import shown

    match value:
        case str():
            return repr(shown(value))
        case list():
            return "[...]"
        case dict():
            return "{...}"
    return repr(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
