"""The one module that knows the transitions library: which events a state has, and where they lead.

One flat machine a track, built once per pathway version and shared; each call moves a throwaway holder.
Guards are judged elsewhere, so a machine holds structure only.
"""

import logging
from types import SimpleNamespace

from transitions import Machine

from pathways.model import Pathway, Track, Transition

# The library logs each callback at INFO, which would drown the scheduler's own lines.
logging.getLogger("transitions").setLevel(logging.WARNING)


class Machines:
    """The machines of one pathway."""

    def __init__(self, pathway: Pathway) -> None:
        self._tracks = {track.name: track for track in pathway.tracks}
        self._built: dict[str, Machine] = {}

    def events(self, track: str, state: str) -> list[str]:
        """List the events that a state has, in the order of the file."""
        return [step.event for step in self._tracks[track].transitions if state in step.sources]

    def target(self, track: str, state: str, event: str) -> str | None:
        """Return the state an event leads to, or None when the state does not have the event."""
        machine = self._machine(track)
        if event not in machine.events or event not in machine.get_triggers(state):
            return None
        holder = SimpleNamespace(state=state)
        machine.events[event].trigger(holder)
        return str(holder.state)

    def _machine(self, track: str) -> Machine:
        if track not in self._built:
            self._built[track] = _build(self._tracks[track])
        return self._built[track]


def _build(track: Track) -> Machine:
    return Machine(
        model=None,
        states=[state.name for state in track.states],
        initial=track.start,
        # Else every state gets a `to_<state>` event that jumps to it from anywhere.
        auto_transitions=False,
        transitions=[_as_library_wants(step) for step in track.transitions],
    )


def _as_library_wants(step: Transition) -> dict[str, object]:
    return {"trigger": step.event, "source": list(step.sources), "dest": step.to}
