"""Judges the events of a history file the way `carepath advance` does, folding as little as it can."""

from collections.abc import Sequence

from msgspec import Struct

from caseload.history_lines import EntryLine
from caseload.incoming_checks import WrongLine
from pathways import guards
from pathways.follow import follow, resume
from pathways.history import Entry
from pathways.model import Pathway
from pathways.moments import Moment
from pathways.standing import Standing


class Judged(Struct, frozen=True, kw_only=True):
    """Where an event leads, and what it went past."""

    track: str
    source: str
    to: str
    overrode: tuple[str, ...]


class Events:
    """The standing of an enrolment, as far as events had to be judged; for none, nothing is folded."""

    def __init__(self, pathway: Pathway) -> None:
        self._pathway = pathway
        # The zone comes with the `enrolled` entry, the first to be folded.
        self._standing = Standing(digest=pathway.digest, zone="UTC")
        self._folded = 0

    def judged(self, line: EntryLine, at: Moment, entries: Sequence[Entry]) -> Judged:
        """Judge an event by the entries written before it; raises a `CarepathError` when it is refused."""
        before, fresh = self._before(at, entries)
        if before.exit and before.exit.at <= at:
            msg = f"the patient had left by then ({before.exit.reason}, entry {before.exit.entry})"
            raise WrongLine(msg)
        if before.enrolled_at is None:
            msg = "it lies before the enrolment, and nothing can happen on a pathway before that"
            raise WrongLine(msg)
        known = guards.with_facts(self._pathway, before, fresh, at)
        verdict = guards.judge(self._pathway, known, line.name, at, [entry.name for entry in fresh])
        step = verdict.transition
        return Judged(
            track=step.track,
            source=before.tracks[step.track].state,
            to=step.to,
            overrode=_gone_past(line, verdict),
        )

    def _before(self, at: Moment, entries: Sequence[Entry]) -> tuple[Standing, list[Entry]]:
        """Return the standing that an event at a moment meets, and the facts recorded at that very moment.

        As long as a file goes forward in time, each entry is folded once. Two events of one day, a late
        entry or a correction want all of it folded anew.
        """
        unfolded = entries[self._folded :]
        here = [entry for entry in unfolded if entry.happened_at == at]
        facts = [entry for entry in here if entry.kind == "fact"]
        earlier = unfolded[: len(unfolded) - len(here)]
        if here == facts and all(entry.happened_at < at for entry in earlier):
            folded = resume(self._pathway, self._standing, earlier)
            if folded is not None and (folded.at is None or folded.at < at):
                self._standing, self._folded = folded, self._folded + len(earlier)
                return folded, facts
        return follow(self._pathway, entries, until=at), facts


def _gone_past(line: EntryLine, verdict: guards.Verdict) -> tuple[str, ...]:
    """Say what an override goes past, or refuse what it may not."""
    unmet = (*verdict.missing, *verdict.stale)
    if unmet and not (line.override and line.because):
        msg = (
            f"{line.name} needs {' and '.join(unmet)}: put an entry for each before it, with the same `at` "
            "where it must be new, or add `override: true` and a `because`"
        )
        raise WrongLine(msg)
    if verdict.warnings and not line.because:
        said = "; ".join(warning.otherwise for warning in verdict.warnings)
        msg = f"{said}: say why it was done all the same, as `because`"
        raise WrongLine(msg)
    return (*unmet, *(each.that.text for each in verdict.warnings)) if line.override else ()
