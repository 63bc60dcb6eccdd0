"""Where stories lie: beside the file of their pathway, as `NAME.stories.md` beside `NAME.yaml`."""

from pathlib import Path

from pathways.errors import NotFound
from pathways.problems import near
from pathways.stories import Story, read_stories
from pathways.story_text import StoryRejected

LIBRARY = Path(__file__).with_name("library")
LARGEST = 1 << 20  # bytes
NOT_PATHWAYS = ("hazards",)  # what else lies in the library as YAML


class StoryFileRejected(StoryRejected):
    """A file of stories that cannot be read; says in which file."""

    def __init__(self, file: Path, *wrong: tuple[int, str]) -> None:
        others = [StoryRejected(*each) for each in wrong[1:]]
        super().__init__(*wrong[0], others)
        self.args = ("\n".join(f"{file}:{line}: {what}" for line, what in self.each),)


def shipped() -> list[Path]:
    """List the files of the pathways that ship."""
    return sorted(file for file in LIBRARY.glob("*.yaml") if file.stem not in NOT_PATHWAYS)


def pathway_file(named: str) -> Path:
    """Return the file of a pathway: one that is there under this name, or one that ships."""
    if Path(named).is_file():
        return Path(named)
    there = {file.stem: file for file in shipped()}
    if named not in there and Path(named).is_dir():
        msg = f"{named} is a folder; name the file of a pathway in it"
        raise NotFound(msg)
    if named not in there:
        msg = f"There is no file {named} and no pathway of that name ships; {near(named, list(there))}"
        raise NotFound(msg)
    return there[named]


def beside(file: Path) -> Path:
    """Return where the stories of a pathway file are."""
    return file.with_suffix(".stories.md")


def stories_of(file: Path) -> list[Story]:
    """Read the stories beside a pathway file; raises `NotFound` or `StoryFileRejected`."""
    place = beside(file)
    text = _text(place)
    try:
        found = read_stories(text)
    except StoryRejected as problem:
        raise StoryFileRejected(place, *problem.each) from None
    if not found:
        raise StoryFileRejected(
            place, (1, "no story begins here; begin one with a line such as `## A story`")
        )
    return found


def _text(place: Path) -> str:
    try:
        with place.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        msg = f"Cannot read the stories in {place}: {error.strerror}."
        raise NotFound(msg) from None
    if len(content) > LARGEST:
        raise StoryFileRejected(place, (1, f"the file is larger than {LARGEST >> 20} MiB; divide it"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise StoryFileRejected(place, (line, "the file is not UTF-8; save it as UTF-8")) from None
