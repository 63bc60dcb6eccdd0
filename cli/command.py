"""A command with its examples, which its help shows, the reference repeats and a test runs."""

from collections.abc import Callable
from typing import Any

import click


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
    """Commands below one that does something by itself."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below its commands."""
        super().format_epilog(ctx, formatter)


def command(*examples: str, name: str | None = None) -> Callable[[Callable[..., None]], ExampleCommand]:
    """Make a command of a function."""
    return click.command(name, cls=ExampleCommand, examples=examples)
