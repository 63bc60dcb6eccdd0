"""Which ways lead from state to state, whatever stands in the way of their events."""

from collections import deque
from collections.abc import Iterable

from pathways.lookup import Lookup
from pathways.model import Transition


class Ways:
    """The ways through the tracks of one pathway."""

    def __init__(self, lookup: Lookup) -> None:
        self._steps = {
            track.name: [(source, step) for step in track.transitions for source in step.sources]
            for track in lookup.pathway.tracks
        }
        self._found: dict[tuple[str, str], dict[str, tuple[Transition, ...]]] = {}

    def lead(self, track: str, source: str, to: str) -> bool:
        """Say whether a track that is in one state can be in another, now or later."""
        return to in self._from(track, source)

    def reached(self, track: str, source: str) -> Iterable[str]:
        """Return the states that a track can be in, now or later."""
        return self._from(track, source)

    def shortest(self, track: str, source: str, to: str) -> tuple[Transition, ...] | None:
        """Return the fewest transitions that lead from one state to another; None when none do."""
        return self._from(track, source).get(to)

    def _from(self, track: str, source: str) -> dict[str, tuple[Transition, ...]]:
        key = (track, source)
        if key not in self._found:
            found: dict[str, tuple[Transition, ...]] = {source: ()}
            waiting = deque([source])
            while waiting:
                state = waiting.popleft()
                for origin, step in self._steps[track]:
                    if origin == state and step.to not in found:
                        found[step.to] = (*found[state], step)
                        waiting.append(step.to)
            self._found[key] = found
        return self._found[key]
