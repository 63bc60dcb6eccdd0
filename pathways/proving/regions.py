"""Days for names that conditions compare as days: one choice of them for each answer that can come of it.

A comparison of two days is a difference constraint, `x - y >= t`. Whether some days fulfil a set of these
can be found by putting one name after the other on the earliest or latest day that those before it leave,
once the sums of constraints along the names still to come are known (Fourier and Motzkin's elimination, which
is exact on days).
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from pathways.moments import EARLIEST, LATEST
from pathways.proving.cuts import EPOCH, TODAY

Days = dict[str, int]
"""A day, as its ordinal, for each name that has one."""
Bounds = dict[tuple[str, str], set[int]]
MOST, MOST_TRIED = 20_000, 200_000


class Regions(Struct, frozen=True, kw_only=True):
    """What is asked about some days. `turns` gives the differences to today at which a name turns.

    `optional` names may have no day, `past` names have none after today. `todays` are the days to look at it
    from, where today is one of the names and not compared with a fixed day.
    """

    names: tuple[str, ...]
    thresholds: Mapping[tuple[str, str], set[int]]
    today: int
    todays: Sequence[int]
    optional: frozenset[str]
    past: frozenset[str]
    turns: Callable[[str, int], Sequence[int]]

    def all(self) -> tuple[list[Days], bool]:
        """List one choice of days for each answer, those with fewer days first; say whether that is all."""
        found: dict[Hashable, Days] = {}
        placed = (days for known in self._known() for days in self._placed(known))
        for tried, days in enumerate(placed):
            if len(found) >= MOST or tried >= MOST_TRIED:
                return list(found.values()), False
            found.setdefault(self._answers(days), days)
        return list(found.values()), True

    def _known(self) -> Iterator[tuple[str, ...]]:
        always = [name for name in self.names if name not in self.optional]
        maybe = [name for name in self.names if name in self.optional]
        for size in range(len(maybe) + 1):
            for chosen in combinations(maybe, size):
                yield (*always, *chosen)

    @property
    def _anchor(self) -> Days:
        return {EPOCH: 0} if TODAY in self.names else {TODAY: self.today}

    def _placed(self, known: Sequence[str]) -> Iterator[Days]:
        order = sorted(known, key=lambda name: name != TODAY)
        bounds = _closed(_bounds(self._asked(known)), order)
        yield from self._next(order, bounds, dict(self._anchor))

    def _asked(self, known: Sequence[str]) -> Bounds:
        """Return the thresholds between names that have a day, with those to today as of the usual today."""
        there = {*known, *self._anchor}
        asked = {pair: set(least) for pair, least in self.thresholds.items() if set(pair) <= there}
        for name in known:
            asked.setdefault((name, TODAY), set()).update(self.turns(name, self.today))
        return asked

    def _next(self, order: Sequence[str], bounds: Bounds, days: Days) -> Iterator[Days]:
        if not order:
            yield {name: at for name, at in days.items() if name != EPOCH}
            return
        name, *rest = order
        for at in self._candidates(name, bounds, days):
            if not (name in self.past and at > days.get(TODAY, self.today)):
                yield from self._next(rest, bounds, {**days, name: at})

    def _candidates(self, name: str, bounds: Bounds, days: Days) -> list[int]:
        found = {at + least for other, at in days.items() for least in bounds.get((name, other), ())}
        found |= {at - least for other, at in days.items() for least in bounds.get((other, name), ())}
        if name == TODAY and self.todays:
            return list(self.todays)
        today = days.get(TODAY, self.today)
        if TODAY in self.names and name != TODAY:  # its turns are then others than those of the usual today
            found |= {today + turn - before for turn in self.turns(name, today) for before in (0, 1)}
        usable = [at for at in found if EARLIEST.toordinal() <= at <= LATEST.toordinal()]
        return sorted(usable, key=lambda at: (abs(at - today), at)) or [today]

    def _answers(self, days: Days) -> Hashable:
        there = {**days, **self._anchor} | ({TODAY: days[TODAY]} if TODAY in days else {})
        asked = tuple(
            there[one] - there[two] >= least
            for (one, two), leasts in sorted(self.thresholds.items())
            if one in there and two in there
            for least in sorted(leasts)
        )
        today = there[TODAY]
        turned = tuple(
            at - today >= turn
            for name, at in sorted(days.items())
            if name != TODAY
            for turn in self.turns(name, today)
        )
        return tuple(sorted(days)), asked, turned


def _bounds(asked: Bounds) -> Bounds:
    """Return what each answer asks of two days: `x - y >= t` when it is met, `y - x >= 1 - t` when not."""
    bounds: Bounds = {}
    for (one, two), leasts in asked.items():
        bounds.setdefault((one, two), set()).update(leasts)
        bounds.setdefault((two, one), set()).update(1 - least for least in leasts)
    return bounds


def _closed(bounds: Bounds, order: Sequence[str]) -> Bounds:
    """Add what the names still to come ask of two days before them, taking one name out after the other."""
    closed = {pair: set(leasts) for pair, leasts in bounds.items()}
    for at in range(len(order) - 1, 0, -1):
        middle, before = order[at], {*order[:at], EPOCH, TODAY} - {order[at]}
        for one in before:
            for two in before - {one}:
                sums = {
                    left + right
                    for left in closed.get((one, middle), ())
                    for right in closed.get((middle, two), ())
                }
                if sums:
                    closed.setdefault((one, two), set()).update(sums)
    return closed
