"""A command with its examples, which its help shows, the reference repeats and a test runs."""

from collections.abc import Callable
from typing import Any

import click
from click.core import ParameterSource


class ExampleCommand(click.Command):
    """A command whose help ends with what one may type."""

    def __init__(self, *given: Any, examples: tuple[str, ...], **settings: Any) -> None:  # noqa: ANN401
        super().__init__(*given, **settings)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below everything else."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"  {example}\n")


class Group(click.Group):
    """Commands below a command; its help says of each in a whole sentence what it does."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as click calls it
        """Write each command with its sentence, which click would cut to one line."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(120)) for name, each in self.commands.items()])


class DoingGroup(ExampleCommand, Group):
    """Commands below one that does something by itself; each takes its own options, behind its name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse what was typed before the name of a command, which that command would never see."""
        name, found, rest = super().resolve_command(ctx, args)
        typed = [each for each in self.params if _is_typed(ctx, each)]
        if typed and not ctx.resilient_parsing:
            msg = f"{typed[0].opts[0]} stands before {name!r}, which does not look at it: write it behind."
            raise click.UsageError(msg, ctx)
        return name, found, rest

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below its commands."""
        super().format_epilog(ctx, formatter)


def _is_typed(ctx: click.Context, parameter: click.Parameter) -> bool:
    return ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE


def command(*examples: str, name: str | None = None) -> Callable[[Callable[..., None]], ExampleCommand]:
    """Make a command of a function."""
    return click.command(name, cls=ExampleCommand, examples=examples)
