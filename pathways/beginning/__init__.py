"""What a new pathway begins with: a small file with comments, and stories that come true."""

from pathlib import Path

from pathways.errors import CarepathError
from pathways.written import Wrong, identifier

EXAMPLE = "my-pathway"
_FOLDER = Path(__file__).parent


def beginning(name: str) -> dict[str, str]:
    """Return the texts of a new pathway and its stories, by the names of their files."""
    try:
        identifier(name)
    except Wrong as wrong:
        msg = f"{wrong.what}: {wrong.instead}." if wrong.instead else f"{wrong.what}."
        raise CarepathError(msg) from None
    title = name.replace("-", " ").capitalize()
    return {
        file.name.replace(EXAMPLE, name): _renamed(file.read_text(encoding="utf-8"), name, title)
        for file in sorted(_FOLDER.glob(f"{EXAMPLE}.*"), reverse=True)
    }


def published_schema() -> str:
    """Return the JSON Schema of pathway files, with words for people who write one."""
    return (_FOLDER / "pathway.schema.json").read_text(encoding="utf-8")


def _renamed(text: str, name: str, title: str) -> str:
    return text.replace(EXAMPLE, name).replace("title: My pathway", f"title: {title}")
