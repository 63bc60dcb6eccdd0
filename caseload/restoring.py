"""What restoring a backup means: what stands against it, what is gone, and what may come again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from caseload.backing_up import refuse_on_server
from caseload.numbers import counted
from pathways.errors import Refused
from pathways.moments import Moment
from storage import restores
from storage.backups import GoOn, looked_at
from storage.losses import Losses
from storage.restores import Before


class Told(NamedTuple):
    """How many messages went to somebody through a channel since the backup (nobody: the output)."""

    staff: str
    channel: str
    messages: int


class Restored(NamedTuple):
    """What came of restoring.

    `as_it_was` is the database as it was before, or the log of one that was moved away without it: then
    there is `only_log`. `known` says whether that could be read; only then is it known what is gone:
    `entries` as `P-014:4-6`, and `others`, such as settings, by what they are and how many. `prompts` were
    raised since the backup was made and `messages` sent, so they may come again.
    """

    path: Path
    file: Path
    as_it_was: Path | None
    known: bool
    recorded_until: Moment | None
    entries: tuple[str, ...] = ()
    others: tuple[tuple[str, int], ...] = ()
    prompts: tuple[str, ...] = ()
    messages: tuple[Told, ...] = ()

    @property
    def only_log(self) -> bool:
        return self.as_it_was is not None and self.as_it_was.name.endswith("-wal")


def restore(
    path: Path,
    file: Path,
    *,
    although_newer: bool,
    now: Moment,
    running: Callable[[Path], str],
    go_on: GoOn = lambda: None,
) -> Restored:
    """Put a backup in the place of a database; `running` names a scheduler that runs over it."""
    refuse_on_server(path)
    backup = looked_at(file, thoroughly=False)
    seen = Before(there=False, readable=False)

    def agreed(before: Before) -> None:
        nonlocal seen
        seen = before
        if before.there:
            _allow(
                path, file, before, backup.facts.site if backup.facts else "", although_newer=although_newer
            )
        # Where even this cannot be read any more, nobody runs over it for long.
        if (before.readable or before.site) and (who := running(path)):
            msg = f"The scheduler {who} runs over {path}: stop it, then restore."
            raise Refused(msg)

    aside = restores.restore(path, file, now=now, agreed=agreed, go_on=go_on)
    last_at = backup.facts.last_at if backup.facts else None
    known = seen.readable or not seen.there
    return _told(Restored(path, file, aside, known, last_at), seen.losses)


def _allow(path: Path, file: Path, before: Before, site: str, *, although_newer: bool) -> None:
    if (before.readable or before.site) and before.site != site:
        msg = f"{file} is of another site than {path}: name a backup of this one, or another --database."
        raise Refused(msg)
    if not before.readable:
        if although_newer:
            return
        msg = (
            f"{path} is damaged or cannot be read, so nobody can say what of it {file} has not: "
            "add --although-newer to restore all the same. The file is kept as it is, under another name."
        )
        raise Refused(msg)
    if before.losses and before.losses.any and not although_newer:
        what = ", ".join(_what(before.losses))
        msg = (
            f"{path} is newer than {file}, which has not: {what}. "
            "Add --although-newer to restore all the same."
        )
        raise Refused(msg)


def _what(lost: Losses) -> Iterator[str]:
    """Say in short what a backup has not."""
    if lost.entries:
        yield f"the entries {in_short(ranges(lost.entries))}"
    yield from (f"{name} ({many})" for name, many in lost.others.items())
    if lost.raised:
        yield f"that prompts were raised ({len(lost.raised)})"
    if lost.messages:
        yield f"that messages were sent ({sum(many for _, _, many in lost.messages)})"


def in_short(names: tuple[str, ...], most: int = 10) -> str:
    """Name the first of many, and count the rest."""
    more = len(names) - most
    return " ".join(names[:most]) + (f" and of {counted(more, 'more patient')}" if more > 0 else "")


def ranges(entries: Mapping[str, Iterable[int]]) -> tuple[str, ...]:
    """Write the numbers of entries as ranges: `P-014:4-6,9`."""
    return tuple(f"{patient}:{_runs(numbers)}" for patient, numbers in entries.items())


def _runs(numbers: Iterable[int]) -> str:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _told(done: Restored, lost: Losses | None) -> Restored:
    if lost is None:
        return done
    return done._replace(
        entries=ranges(lost.entries),
        others=tuple(lost.others.items()),
        prompts=tuple(f"{patient}/{number}" for patient, number in lost.raised),
        messages=tuple(Told(*each) for each in lost.messages),
    )
