"""`carepath config`: what is settled, and where."""

from typing import Literal, NamedTuple, TypeAlias

import click
from click.core import ParameterSource

from cli import configuration, options
from cli.command import Group, command
from cli.json_shapes import print_json
from cli.printing import say, table
from storage.filesystems import shown

Origin: TypeAlias = Literal["flag", "environment", "file", "default"]


class ConfigValue(NamedTuple):
    """One thing that is settled: what it is, and where that was said; `where` names the very place."""

    name: str
    value: str
    origin: Origin
    where: str


class Configuration(NamedTuple):
    """What is settled. `there` says whether there is a configuration file."""

    file: str
    there: bool
    values: tuple[ConfigValue, ...]


@click.group(cls=Group)
def config() -> None:
    """See what is settled without being typed, and where."""


@command("carepath config show", "carepath config show --json")
@options.as_json
@options.by
@options.every
@options.log_format
@options.metrics_port
@options.database
@click.pass_context
def show(context: click.Context, /, *, as_json: bool, **given: object) -> None:
    """Say which value each command would use, and where it comes from: flag, environment, file, or built in.

    A flag that is given here is shown as what it would do. What the site has decided is not here: see
    `carepath site list`.
    """
    file = configuration.file()
    values = tuple(_value(context, name, given[_parameter(name)]) for name in configuration.KEYS)
    found = Configuration(str(file), file.exists(), values)
    if as_json:
        print_json(found)
        return
    say(f"Configuration file: {file}{'' if found.there else ' (there is none)'}.")
    for line in table(("WHAT", "VALUE", "FROM"), [(each.name, each.value, _from(each)) for each in values]):
        say(line)


def _value(context: click.Context, name: str, value: object) -> ConfigValue:
    key, origin = configuration.KEYS[name], _origin(context, name)
    places: dict[Origin, str] = {
        "flag": key.option,
        "environment": key.variable,
        "file": str(configuration.file()),
        "default": "",
    }
    return ConfigValue(name, _shown(value), origin, places[origin])


def _origin(context: click.Context, name: str) -> Origin:
    match context.get_parameter_source(_parameter(name)):
        case ParameterSource.COMMANDLINE:
            return "flag"
        case ParameterSource.ENVIRONMENT:
            return "environment"
    return "default" if configuration.stated(name) is None else "file"


def _parameter(name: str) -> str:
    return "path" if name == "database" else name.replace("-", "_")


def _shown(value: object) -> str:
    """Write a value so that it may be seen."""
    if value is None:
        return ""
    return shown(f"{value:g}" if isinstance(value, float) else str(value))


def _from(value: ConfigValue) -> str:
    if value.origin == "default":
        return "built in" if value.value else "nothing says"
    return f"{value.origin}, {value.where}"


config.add_command(show, "show")
