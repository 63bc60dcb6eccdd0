"""`carepath pathway schema`: what an editor needs to help with a pathway file."""

from cli.command import command
from cli.printing import say


@command("carepath pathway schema > pathway.schema.json")
def schema() -> None:
    """Write the JSON Schema of pathway files and parts, with which an editor helps while you type.

    Begin your file with the line `# yaml-language-server: $schema=pathway.schema.json`.
    """
    from pathways.beginning import published_schema

    say(published_schema().rstrip("\n"))
