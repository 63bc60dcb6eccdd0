"""What comes of all stories of a pathway: where they differ from what is shown, and what they touch."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, structs

from pathways.model import Pathway
from pathways.stories import Mismatch, Played, Story, StoryRejected, play
from pathways.story_coverage import Coverage, coverage

MISSING = {
    "new": "should have opened, and did not",
    "gone": "should have ended so, and did not",
    "overdue": "should be overdue, and is not",
    "banners": "should be shown, and is not",
    "told": "should have been told, and was not",
}
UNEXPECTED = {
    "new": "opened, and nobody expected it",
    "gone": "ended so, and nobody expected it",
    "overdue": "is overdue, and nobody expected it",
    "banners": "is shown, and nobody expected it",
    "told": "was told, and nobody expected it",
}


class StoryResult(Struct, frozen=True, kw_only=True):
    """What came of one story. `problem` says why it could not be played to its end; empty when it could."""

    story: str
    line: int
    against: tuple[str, ...]
    differences: tuple[Mismatch, ...] = ()
    problem: str = ""

    @property
    def as_told(self) -> bool:
        """Whether everything was shown that the story expects, and nothing else."""
        return not (self.problem or self.differences)


class FileResult(Struct, frozen=True, kw_only=True):
    """A pathway file with what came of its stories.

    `problem` says why none could be played, such as that there are none; empty when they could.
    `too_little` names the kinds of things of which the stories touch less than was asked for.
    """

    file: str
    pathway: str = ""
    version: int = 0
    passed: bool = False
    problem: str = ""
    stories: tuple[StoryResult, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    too_little: tuple[str, ...] = ()


def played(pathway: Pathway, story: Story) -> tuple[StoryResult, Played | None]:
    """Play one story; nothing is played of one that cannot be played to its end."""
    result = StoryResult(story=story.title, line=story.line, against=story.against)
    try:
        found = play(pathway, story)
    except StoryRejected as rejected:
        return structs.replace(result, line=rejected.line, problem=rejected.what), None
    return structs.replace(result, differences=found.mismatches), found


def file_result(
    file: Path, pathway: Pathway, results: Sequence[tuple[StoryResult, Played | None]], *, least: int
) -> FileResult:
    """Sum up what came of the stories of a file; less than `least` percent of a kind is too little."""
    stories = tuple(result for result, _ in results)
    found = coverage(pathway, (each for _, each in results if each))
    too_little = tuple(each.kind for each in found if each.percent < least)
    return FileResult(
        file=str(file),
        pathway=pathway.name,
        version=pathway.version,
        passed=not too_little and all(each.as_told for each in stories),
        stories=stories,
        coverage=found,
        too_little=too_little,
    )


def missing(difference: Mismatch) -> tuple[str, ...]:
    """Name what was expected and not there."""
    return _beyond(difference.expected, difference.found)


def unexpected(difference: Mismatch) -> tuple[str, ...]:
    """Name what was there and not expected."""
    return _beyond(difference.found, difference.expected)


def _beyond(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    return tuple((Counter(some) - Counter(others)).elements())
