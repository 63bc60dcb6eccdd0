"""Looking for combinations that fulfil several demands at once, among all of a space.

One name after the other is given a value, and each demand is looked at as soon as all its names have one:
what it rules out is ruled out with everything that hangs on it. So all combinations are looked at, and only
a few one by one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from random import Random
from typing import TypeAlias

from msgspec import Struct

from pathways.proving.days import At, Combination
from pathways.proving.spaces import Space

MOST_STEPS = 400_000
SAMPLES = 20_000
SEED = 20260601


class Demand(Struct, frozen=True):
    """What a combination must fulfil, and the names on which that depends."""

    names: tuple[str, ...]
    holds: Callable[[Combination], bool]


class Looked(Struct, frozen=True):
    """How many combinations there are, and how many of them were looked at.

    `rough` and `added` as of the space: its values were examples, names behind a score were put together.
    """

    of: int = 0
    at: int = 0
    rough: bool = False
    added: bool = False

    @property
    def all(self) -> bool:
        """Whether nothing was left out."""
        return self.at == self.of and not self.rough

    def __add__(self, other: "Looked") -> "Looked":
        rough, added = self.rough or other.rough, self.added or other.added
        return Looked(self.of + other.of, self.at + other.at, rough, added)


Rows: TypeAlias = tuple[tuple[At, ...], ...]
"""The values that a variable can have."""


class _Asked(Struct, frozen=True):
    """A demand with the variables it looks at, as far as they can still have several values."""

    demand: Demand
    places: tuple[int, ...]


class Search:
    """One search through a space. `looked` says afterwards how far it went."""

    def __init__(self, space: Space, demands: Sequence[Demand]) -> None:
        self._space = space
        self._demands = demands
        self._places = {name: at for at, each in enumerate(space.variables) for name in each.names}
        self._steps = 0
        self.looked = Looked(space.size, space.size, space.rough, space.added)

    def some(self, most: int = 1) -> list[Combination]:
        """Return up to so many combinations that fulfil all demands."""
        try:
            return self._found(most)
        except _TooLong:
            return self._sampled(most)

    def _found(self, most: int) -> list[Combination]:
        """Search each part that hangs together by itself: what cannot be in one cannot be in the whole."""
        left = self._left()
        if not all(left):
            return []
        fixed = self._named({at: rows[0] for at, rows in enumerate(left)})
        parts: list[list[dict[str, At]]] = []
        for asked in self._connected(left):
            parts.append(list(islice(self._part(asked, left, fixed), most)))
            if not parts[-1]:
                return []
        return [self._whole(fixed, each) for each in islice(product(*parts), most)]

    def _left(self) -> list[Rows]:
        """Return what the demands on a single variable leave of its values."""
        left: list[Rows] = [each.values for each in self._space.variables]
        for demand in self._demands:
            places = self._places_of(demand)
            if len(places) == 1:
                [at] = places
                left[at] = tuple(row for row in left[at] if demand.holds(self._named({at: row})))
        return left

    def _connected(self, left: Sequence[Rows]) -> list[list[_Asked]]:
        """Divide the demands into parts that share no variable of which several values are left."""
        parts: list[list[_Asked]] = []
        for demand in self._demands:
            places = self._places_of(demand)
            asked = _Asked(demand, tuple(at for at in places if len(left[at]) > 1))
            touched = [part for part in parts if any(set(each.places) & set(asked.places) for each in part)]
            parts = [part for part in parts if part not in touched]
            parts.append([asked, *(each for part in touched for each in part)])
        return sorted(parts, key=lambda part: prod(len(left[at]) for each in part for at in each.places))

    def _part(
        self, asked: list[_Asked], left: Sequence[Rows], fixed: Mapping[str, At]
    ) -> Iterator[dict[str, At]]:
        order = list(_planned(asked, [len(rows) for rows in left]))
        yield from self._from(order, 0, left, dict(fixed))

    def _from(
        self, order: Sequence[tuple[int, list[Demand]]], at: int, left: Sequence[Rows], values: dict[str, At]
    ) -> Iterator[dict[str, At]]:
        if at == len(order):
            there = (name for place, _ in order if place >= 0 for name in self._space.variables[place].names)
            yield {name: values[name] for name in there}
            return
        place, due = order[at]
        names = self._space.variables[place].names if place >= 0 else ()
        for row in left[place] if place >= 0 else ((),):
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise _TooLong
            values.update(zip(names, row, strict=True))
            if all(demand.holds(values) for demand in due):
                yield from self._from(order, at + 1, left, values)

    def _named(self, rows: Mapping[int, tuple[At, ...]]) -> dict[str, At]:
        return {
            name: value
            for at, row in rows.items()
            for name, value in zip(self._space.variables[at].names, row, strict=True)
        }

    def _whole(self, fixed: Mapping[str, At], parts: Sequence[Mapping[str, At]]) -> Combination:
        """Put the parts together; a name that no demand looks at has its first value."""
        return {**fixed, **{name: value for part in parts for name, value in part.items()}}

    def _places_of(self, demand: Demand) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._places[name] for name in demand.names if name in self._places))

    def _sampled(self, most: int) -> list[Combination]:
        """Look at a sample instead, the same each time."""
        random = Random(SEED)  # noqa: S311  # nothing secret
        self.looked = Looked(self._space.size, SAMPLES, self._space.rough, self._space.added)
        found: list[Combination] = []
        for _ in range(SAMPLES):
            rows = {at: random.choice(each.values) for at, each in enumerate(self._space.variables)}
            values = self._named(rows)
            if all(demand.holds(values) for demand in self._demands):
                found.append(values)
                if len(found) >= most:
                    break
        return found


class _TooLong(Exception):
    """There are too many combinations for all to be looked at."""


def _planned(asked: Sequence[_Asked], sizes: Sequence[int]) -> Iterator[tuple[int, list[Demand]]]:
    """Yield the variables, each with the demands that are due once it has a value: small demands first."""
    left, there = list(asked), set[int]()
    while left:
        left.sort(key=lambda each: prod(sizes[at] for at in each.places if at not in there))
        new = [at for at in left[0].places if at not in there] or [-1]
        there |= set(new)
        due = [each.demand for each in left if set(each.places) <= there]
        left = [each for each in left if not set(each.places) <= there]
        yield from ((at, []) for at in new[:-1])
        yield new[-1], due
