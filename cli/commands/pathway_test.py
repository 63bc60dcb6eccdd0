"""`carepath pathway test`: the stories of a pathway, played and compared with what is shown."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import click

from cli import options
from cli.command import command
from cli.json_shapes import print_json
from cli.printing import columns, indented, say
from cli.progress import progress
from pathways.errors import CarepathError, PathwayRejected
from pathways.stories import Mismatch
from pathways.story_coverage import Coverage
from pathways.story_files import beside, pathway_file, shipped
from pathways.story_results import MISSING, UNEXPECTED, FileResult, StoryResult, missing, unexpected


class StoriesFailed(CarepathError):
    """A story differs from what is shown, or the stories touch too little."""

    exit_code: ClassVar[int] = PathwayRejected.exit_code


@command(
    "carepath pathway test immune-pns",
    "carepath pathway test my-pathway.yaml --least 75",
    "carepath pathway test --json",
)
@click.argument(
    "named", nargs=-1, metavar="[NAME|FILE]...", help="A pathway that ships, or a file; else all."
)
@click.option(
    "--least",
    type=click.IntRange(0, 100),
    default=90,
    show_default=True,
    metavar="PERCENT",
    help="How much of each kind of thing the stories must touch.",
)
@options.as_json
def test(named: tuple[str, ...], least: int, *, as_json: bool) -> None:
    """Play the stories beside a pathway file, and say where they differ and what none of them touches."""
    from cli.playing import play_all

    files = [pathway_file(each) for each in named] or shipped()
    with progress("Playing stories") as told:
        found = play_all(files, least=least, told=told)
    if as_json:
        print_json(found)
    else:
        for line in _page(found, least):
            say(line)
    if failed := [each.pathway or each.file for each in found if not each.passed]:
        msg = f"The stories do not yet show that these are right: {', '.join(failed)}."
        raise StoriesFailed(msg)


def _page(found: list[FileResult], least: int) -> Iterator[str]:
    for place, each in enumerate(found):
        if place:
            yield ""
        yield from _one(each, least)


def _one(found: FileResult, least: int) -> Iterator[str]:
    if found.problem:
        yield f"{found.file}: no story was played"
        yield from (f"  {line}" for line in found.problem.splitlines())
        return
    wrong = [story for story in found.stories if not story.as_told]
    verdict = f"{len(wrong)} not as told" if wrong else "all as told"
    stories = f"{len(found.stories)} {'story' if len(found.stories) == 1 else 'stories'}"
    yield f"{found.pathway}, version {found.version}: {stories}, {verdict}"
    for story in wrong:
        yield from _story(found, story)
    yield from _coverage(found.coverage, least)


def _story(found: FileResult, story: StoryResult) -> Iterator[str]:
    yield ""
    yield from indented(f"Story: {story.story}", 2)
    file = beside(Path(found.file))
    if story.problem:
        yield from indented(f"{file}:{story.line}: {story.problem}", 4)
    for difference in story.differences:
        yield from indented(f"{file}:{difference.line}: {difference.when} ({difference.on})", 4)
        yield from _difference(difference)


def _difference(difference: Mismatch) -> Iterator[str]:
    for names, says in ((missing(difference), MISSING), (unexpected(difference), UNEXPECTED)):
        for name in names:
            yield from indented(f"{difference.column}: `{name}` {says[difference.column]}", 6)
    yield from indented(f"open then: {', '.join(difference.open) or 'nothing'}", 6)


def _coverage(found: tuple[Coverage, ...], least: int) -> Iterator[str]:
    yield ""
    heads = columns(
        [
            (each.kind, f"{each.touched} of {each.there}", f"{each.percent}%", _too_little(each, least))
            for each in found
        ]
    )
    for each, head in zip(found, heads, strict=True):
        yield from (f"  {line}" for line in head)
        if each.untouched:
            yield from indented(f"no story touches: {'; '.join(each.untouched)}", 6)


def _too_little(each: Coverage, least: int) -> str:
    return f"too little, {least}% wanted" if each.percent < least else ""
