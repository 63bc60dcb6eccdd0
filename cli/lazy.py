"""A group of commands, each imported only when it is used: a command must start as fast as it can."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import NoReturn

import click

from cli.errors import ReportingGroup


class LazyGroup(ReportingGroup):
    """Knows its commands by name and module. `sections` groups the names for the help page."""

    def __init__(self, sections: Mapping[str, Mapping[str, str]], **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]  # click's own settings, passed on
        self.sections = sections

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click calls it
        """List the commands in the order of the sections."""
        return [name for commands in self.sections.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # see above
        """Import a command; none when its module is not there."""
        for commands in self.sections.values():
            if cmd_name in commands:
                module, _, name = commands[cmd_name].partition(":")
                if find_spec(module) is None:
                    return None
                found: click.Command = getattr(import_module(module), name)
                return found
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which was meant: click only looks among those it has loaded."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as problem:
            self._suggest(ctx, problem.command_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands of each section with what they do."""
        for heading, commands in self.sections.items():
            found = [(name, self.get_command(ctx, name)) for name in commands]
            rows = [(name, each.get_short_help_str(90)) for name, each in found if each]
            with formatter.section(heading):
                formatter.write_dl(rows)

    def _suggest(self, ctx: click.Context, typed: str) -> NoReturn:
        raise click.exceptions.NoSuchCommand(typed, possibilities=self.list_commands(ctx), ctx=ctx)
