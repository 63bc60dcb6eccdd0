"""Where every error of the command line ends: one sentence on stderr, and an exit code.

Only what a person can act on is caught. Anything else is a bug, and crashes with its traceback.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click
from click.core import ParameterSource
from click.exceptions import NoArgsIsHelpError

from cli.printing import counted, warn
from pathways.errors import CarepathError, PathwayRejected

STOPPED = 130  # as a shell says of a program that was interrupted


class UsageProblem(CarepathError):
    """A command that was not typed as it has to be."""


class ReportingGroup(click.Group):
    """A group of commands that tells errors, and leaves with the code that says which kind it was."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> NoReturn:  # noqa: ANN401
        """Run a command and leave, as click would, but with errors told in our way."""
        typed = list(sys.argv[1:] if args is None else args)
        sys.exit(self._run(typed, *more, **extra))

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; whoever read its answer may have gone before the end (`| head`)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What was recorded stays recorded, so this is no failure.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None

    def _run(self, typed: list[str], *more: Any, **extra: Any) -> int:  # noqa: ANN401
        extra["standalone_mode"] = False
        try:
            refuse_unreadable(typed)
            code = super().main(typed, *more, **extra)
        except NoArgsIsHelpError as asked:
            asked.show()
            return asked.exit_code
        except click.ClickException as problem:
            return _told(_in_one_line(problem), UsageProblem.exit_code)
        except PathwayRejected as problem:
            # One problem a line, each with its place at the start, as editors read it.
            warn(str(problem))
            many = str(problem).count("\n") + 1
            return _told(f"the pathway has {counted(many, 'problem')}.", problem.exit_code)
        except CarepathError as problem:
            return _told(str(problem), problem.exit_code)
        except click.Abort:
            return STOPPED
        return code if isinstance(code, int) else 0


def refuse_unreadable(typed: Sequence[str]) -> None:
    """Refuse what no table could hold and no terminal should be shown."""
    for number, word in enumerate(typed, start=1):
        if not all(each.isprintable() or each in "\n\t" for each in word):
            msg = f"Word {number} of the command holds a character that is no text: type it again."
            raise UsageProblem(msg)


def _told(sentence: str, code: int) -> int:
    warn(f"Error: {sentence}")
    return code


def _in_one_line(problem: click.ClickException) -> str:
    """Say what click would say in three lines, with where to read on."""
    if isinstance(problem, click.BadParameter) and _typed(problem):
        # Its own hint names the variable, which has nothing to do with it.
        problem.param_hint = click.Parameter.get_error_hint(problem.param, problem.ctx)  # type: ignore[arg-type]
    sentence = problem.format_message()
    if not isinstance(problem, click.UsageError) or problem.ctx is None:
        return sentence
    return f"{sentence} See `{problem.ctx.command_path} --help`."


def _typed(problem: click.BadParameter) -> bool:
    """Whether what is wrong was typed with the command, and not said by a variable."""
    if problem.param is None or problem.ctx is None or problem.param_hint is not None:
        return False
    return problem.ctx.get_parameter_source(problem.param.name or "") is ParameterSource.COMMANDLINE
