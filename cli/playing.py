"""Plays the stories of many pathways on all processors; what comes of them is the same on one."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from pathways.errors import CarepathError
from pathways.reading import read_file
from pathways.story_files import stories_of
from pathways.story_results import FileResult, file_result, played

Telling: TypeAlias = Callable[[int, int], None]

WORTH_MORE_PROCESSES = 3  # pathways; fewer are played before another process has started


def play_all(files: Sequence[Path], *, least: int, told: Telling) -> list[FileResult]:
    """Play all stories of these pathway files, telling how many of them are done."""
    asked = list(dict.fromkeys(files))
    found = []
    for done, each in enumerate(_results(asked, least), start=1):
        found.append(each)
        told(done, len(asked))
    return found


def _results(files: Sequence[Path], least: int) -> Iterator[FileResult]:
    """Yield what came of each file, in order."""
    processes = min(os.cpu_count() or 1, len(files))
    if len(files) < WORTH_MORE_PROCESSES or processes == 1:
        yield from (_result(file, least) for file in files)
        return
    # Started afresh: a copy of a process that has used threads may never end.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(_result, least=least), files)


def _result(file: Path, least: int) -> FileResult:
    """Play the stories of one file; of one that cannot be read, say so."""
    try:
        pathway, stories = read_file(file), stories_of(file)
    except CarepathError as problem:
        return FileResult(file=str(file), problem=str(problem))
    return file_result(file, pathway, [played(pathway, story) for story in stories], least=least)
