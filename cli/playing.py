"""Plays the stories of many pathways on all processors; what comes of them is the same on one."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeAlias

from pathways.errors import CarepathError
from pathways.model import Pathway
from pathways.reading import read_file
from pathways.stories import Played, Story
from pathways.story_files import stories_of
from pathways.story_results import StoryResult, Tested, played, tested

Outcome: TypeAlias = tuple[StoryResult, Played | None]
Telling: TypeAlias = Callable[[int, int], None]

WORTH_MORE_PROCESSES = 80  # stories; fewer are played before another process has started


class Task(NamedTuple):
    """One story to play, and the file of its pathway."""

    file: Path
    story: Story


def play_all(files: Sequence[Path], *, least: int, told: Telling) -> list[Tested]:
    """Play all stories of these pathway files; a file that cannot be read has its problem said instead."""
    ready = {file: _prepared(file) for file in dict.fromkeys(files)}
    tasks = [Task(file, story) for file, found in ready.items() if isinstance(found, list) for story in found]
    outcomes: dict[Path, list[Outcome]] = {file: [] for file in ready}
    for done, (task, outcome) in enumerate(zip(tasks, _played(tasks), strict=True), start=1):
        outcomes[task.file].append(outcome)
        told(done, len(tasks))
    return [
        tested(file, _pathway(file), outcomes[file], least=least) if isinstance(found, list) else found
        for file, found in ready.items()
    ]


def _prepared(file: Path) -> list[Story] | Tested:
    try:
        _pathway(file)
        return stories_of(file)
    except CarepathError as problem:
        return Tested(file=str(file), problem=str(problem))


def _played(tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Yield what came of each story, in order."""
    processes = min(os.cpu_count() or 1, len(tasks))
    if len(tasks) < WORTH_MORE_PROCESSES or processes == 1:
        yield from map(_one, tasks)
        return
    # Started afresh: a copy of a process that has used threads may never end.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_one, tasks, chunksize=8)


def _one(task: Task) -> Outcome:
    return played(_pathway(task.file), task.story)


@cache
def _pathway(file: Path) -> Pathway:
    return read_file(file)
