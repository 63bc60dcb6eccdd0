"""Writes `docs/reference/commands.md` from the commands themselves."""

from collections.abc import Iterator

import click

from cli.command import ExampleCommand
from cli.main import SECTIONS, carepath

_HEAD = """\
# Commands

Every command says the same with `--help`.
Where the database is and who is writing stands in [configuration](configuration.md).
What `--json` prints stands in [JSON](json.md).

A patient is named by an id such as `P-014`, a prompt as `P-014/3`, an entry as `P-014:12`.
A fact is written `fact=value`.
A day is written `2026-11-03`, a time `'2026-11-03 14:30'`, both as on the wall where the patient is.

At a terminal a command asks for what is missing, and says whom it is about before it writes.
It shows what a late entry would change, and asks before it goes on.
In a script it asks nothing: it refuses, says what was missing, and records what is late only with `--yes`.

| exit code | means |
| --- | --- |
| 0 | done |
| 2 | the command cannot be understood, or something is missing |
| 3 | a patient, prompt, entry, event, fact or pathway that does not exist |
| 4 | refused: the pathway does not allow it now |
| 5 | a pathway file is wrong, or its stories do not show that it is right |
| 6 | the database cannot be used, or does not hold what follows from the histories |
| 7 | somebody else changed the patient meanwhile |
| 8 | `carepath check` or `carepath doctor` found what people should mend |
| 9 | `carepath doctor` found what people must mend at once |
| 130 | stopped by the person at the terminal |

With any code but 0 nothing was recorded.
"""


def commands_page() -> dict[str, str]:
    """Return the text of the page by its path."""
    sections = [_section(heading, names) for heading, names in SECTIONS.items()]
    return {"docs/reference/commands.md": "\n".join([_HEAD, *sections])}


def commands() -> Iterator[tuple[str, ExampleCommand]]:
    """Yield every command that does something, with what one types to call it."""
    for names in SECTIONS.values():
        for name in names:
            yield from _under(f"carepath {name}", _found(name))


def _section(heading: str, names: dict[str, str]) -> str:
    found = [(f"carepath {name}", _found(name)) for name in names]
    texts = [text for path, command in found for text in _texts(path, command)]
    return "\n".join([f"## {heading}\n", *texts])


def _found(name: str) -> click.Command | None:
    return carepath.get_command(click.Context(carepath), name)


def _under(path: str, command: click.Command | None) -> Iterator[tuple[str, ExampleCommand]]:
    # One that does something by itself comes before those below it.
    if isinstance(command, ExampleCommand):
        yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from _under(f"{path} {name}", each)


def _texts(path: str, command: click.Command | None) -> Iterator[str]:
    if isinstance(command, click.Group) and not isinstance(command, ExampleCommand):
        yield f"### {path}\n\n{_help(command)}\n"
    for name, each in _under(path, command):
        yield _text(name, each)


def _text(path: str, command: ExampleCommand) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    rows = [record for each in command.get_params(context) if (record := each.get_help_record(context))]
    options = "\n".join(f"| `{_cell(option)}` | {_cell(says)} |" for option, says in rows)
    examples = "\n".join(command.examples)
    return (
        f"### {path}\n\n{_help(command)}\n\n`{usage}`\n\n"
        f"| option | |\n| --- | --- |\n{options}\n\n```sh\n{examples}\n```\n"
    )


def _help(command: click.Command) -> str:
    """Return what the command says of itself, one sentence a line."""
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(text.split()).replace(". ", ".\n") for text in paragraphs)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
