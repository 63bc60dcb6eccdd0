"""Looks at slices in processes of their own, each with a connection that only reads."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event

from caseload.slices import Seen, look
from pathways.moments import Moment
from storage.connection import Database
from storage.filesystems import AnyPath

ASKED_EVERY = 0.5  # seconds in which nothing may come back, before it is asked whether to go on
LESS_URGENT = 10  # than commands and ticks


class Ended(Exception):
    """Whoever asked for it wants no more."""


class _Process:
    """What a process of the check holds on to."""

    def __init__(self, path: AnyPath, stopped: Event) -> None:
        self.database = Database(path)
        self._stopped = stopped

    def go_on(self) -> None:
        if self._stopped.is_set():
            raise Ended


_here: list[_Process] = []


def look_apart(
    path: AnyPath, pieces: Sequence[Sequence[int]], now: Moment, *, jobs: int, told: Callable[[int], None]
) -> Iterator[Seen]:
    """Look at slices in so many processes, in any order; `told` hears of each enrolment, and may raise.

    When a process is killed, as when memory runs out, what is left is looked at here.
    """
    # Started afresh: a copy of a process that has used threads may never end.
    context = get_context("spawn")
    stopped = context.Event()
    pool = ProcessPoolExecutor(
        min(jobs, len(pieces)), mp_context=context, initializer=_begin, initargs=(path, stopped)
    )
    left = dict(enumerate(pieces))
    try:
        futures = {pool.submit(_look, piece, now): number for number, piece in left.items()}
        for number, seen in _as_they_come(futures, told):
            told(len(left.pop(number)))
            yield seen
    except BrokenProcessPool:
        with Database(path) as database:
            for piece in left.values():
                yield look(database, piece, now, lambda: told(1))
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _as_they_come(
    futures: dict[Future[Seen], int], told: Callable[[int], None]
) -> Iterator[tuple[int, Seen]]:
    running = set(futures)
    while running:
        done, running = wait(running, timeout=ASKED_EVERY, return_when=FIRST_COMPLETED)
        told(0)
        for each in done:
            yield futures[each], each.result()


def _begin(path: AnyPath, stopped: Event) -> None:
    """Set a process up: it ends with the one that started it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is told by `stopped`
    if hasattr(os, "nice"):
        os.nice(LESS_URGENT)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _here.append(_Process(path, stopped))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _look(piece: Sequence[int], now: Moment) -> Seen:
    [process] = _here
    return look(process.database, piece, now, process.go_on)
