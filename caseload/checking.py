"""Shows that what is stored follows from the histories, and that nobody is forgotten.

A check only reads. Each enrolment is folded from its first entry and compared with every row that repeats
what follows, so that a list is known to be right and not merely believed to be. People and the clock go on
meanwhile: whatever seems wrong is looked at once more before it is said.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from caseload.loose_ends import LooseEnd, of_site
from caseload.slices import Found, Progress, Seen, look, slices
from caseload.stuck import stuck
from pathways.errors import DatabaseProblem
from pathways.moments import Moment
from storage.check import check_file
from storage.connection import Database
from storage.filesystems import AnyPath, on_server

# Fewer are looked at before another process has started.
WORTH_MORE_PROCESSES = 1_000
WORTH_A_PROCESS = 500
# What one look may hold the database to one moment for: some seconds.
MOST_AT_ONCE = 5_000
EACH = 4  # slices a process, so that none waits long for the last


class Report(Struct, frozen=True, kw_only=True):
    """What a check found.

    `differences` is what is stored and does not follow, or the other way round, each as one sentence: the
    program mends that. `loose_ends` are for people to mend. A database that is itself not whole, as when it
    has pages that cannot be read, is `broken`: nothing else was looked at, and the program mends nothing.
    """

    enrolments: int
    entries: int
    prompts: int
    differences: tuple[str, ...]
    loose_ends: tuple[LooseEnd, ...]
    broken: bool = False


def restoring(place: AnyPath) -> str:
    """Say what to do about a database that is not whole: histories that cannot be read mend nothing."""
    if on_server(place):
        return (
            "It is not whole: stop carepath and restore the latest backup with the tools of the server, "
            "see docs/how-to/back-up.md."
        )
    return (
        "The file is not whole: stop carepath, keep the file as it is and restore the latest backup. "
        "`carepath backup list --verify` says which are whole."
    )


def refuse_broken(database: Database) -> None:
    """Refuse a database that is not whole, before anything is written over it."""
    if broken := check_file(database):
        more = f" And {len(broken) - 1} more." if len(broken) > 1 else ""
        raise DatabaseProblem(f"Nothing was changed. {broken[0]}{more} {restoring(database.place)}")


def check(
    database: Database,
    *,
    now: Moment,
    clock: Callable[[], Moment] | None = None,
    jobs: int = 0,
    apart: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Fold every history from the start, compare everything stored with it, and look for loose ends.

    `jobs` processes do it; none named is as many as there are processors, or one for few enrolments.
    `apart` leaves this process to others while there are many. `clock` says what time it is when something
    is looked at once more. `progress` may raise, to end it.
    """
    broken = check_file(database)
    if broken:  # what is stored cannot be relied on, so comparing it would say nothing more
        return Report(
            enrolments=0, entries=0, prompts=0, differences=tuple(broken), loose_ends=(), broken=True
        )
    with database.reading() as store:
        ids = store.enrolment_ids()
    told, processes = progress or _nobody, _processes(len(ids), jobs, apart=apart)
    seen = list(_looked(database, ids, now, processes, told))
    now = clock() if clock else now
    again = sorted(number for each in seen for number in each.found)
    found = _found(_looked(database, again, now, processes, lambda *_: told(len(ids), len(ids))))
    with database.reading() as store:
        site = (*of_site(store, now), *stuck(store, now))
    return Report(
        enrolments=len(ids),
        entries=sum(each.entries for each in seen),
        prompts=sum(each.prompts for each in seen),
        differences=tuple(line for each in found for line in each.differences),
        loose_ends=(*(end for each in found for end in each.loose_ends), *site),
    )


def _found(seen: Iterable[Seen]) -> list[Found]:
    """Put what is wrong in the order of the enrolments, whichever was looked at first."""
    by_number = {number: found for each in seen for number, found in each.found.items()}
    return [by_number[number] for number in sorted(by_number)]


def _processes(enrolments: int, jobs: int, *, apart: bool) -> int:
    """Say how many processes look beside this one; none when it is done here."""
    many = enrolments >= WORTH_MORE_PROCESSES
    if not jobs and many:
        jobs = min(os.cpu_count() or 1, max(1, enrolments // WORTH_A_PROCESS))
    return jobs if jobs > 1 or (apart and many) else 0


def _looked(
    database: Database, ids: Sequence[int], now: Moment, processes: int, progress: Progress
) -> Iterator[Seen]:
    """Look at enrolments, here or (with processes) elsewhere, and tell how many are done."""
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(ids))

    if not processes or not ids:
        for piece in slices(ids, MOST_AT_ONCE):
            yield look(database, piece, now, lambda: told(1))
        return
    # Imported here: few need it, and it takes a while.
    from caseload.apart import look_apart

    size = max(1, min(MOST_AT_ONCE, -(-len(ids) // (processes * EACH))))
    yield from look_apart(database.place, slices(ids, size), now, jobs=processes, told=told)


def _nobody(_done: int, _of: int) -> None:
    pass
