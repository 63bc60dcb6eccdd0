"""What of a protocol concerns one state or one role."""

from msgspec import structs

from pathways.errors import NotFound
from pathways.problems import near
from pathways.protocol import PromptLine, Protocol, StateLine, TrackLine


class NoSuchState(NotFound):
    """A state that the pathway does not have."""

    def __init__(self, found: Protocol, state: str) -> None:
        names = [each.name for track in found.tracks for each in track.states]
        super().__init__(f"{found.pathway.name} has no state {state!r}: {near(state, names)}")


def in_state(found: Protocol, state: str) -> Protocol:
    """Keep one state, with all that was written out before it; raises `NoSuchState`."""
    tracks = [
        structs.replace(track, states=tuple(map(_written_out, states)))
        for track in found.tracks
        if (states := [each for each in track.states if each.name == state])
    ]
    if not tracks:
        raise NoSuchState(found, state)
    return structs.replace(found, tracks=tuple(tracks), anytime=())


def for_role(found: Protocol, role: str) -> Protocol:
    """Keep the prompts for a role, and those that are told to it when nobody answers."""
    tracks = [
        structs.replace(track, states=states) for track in found.tracks if (states := _states(track, role))
    ]
    return structs.replace(found, tracks=tuple(tracks), anytime=_prompts(found.anytime, role))


def _states(track: TrackLine, role: str) -> tuple[StateLine, ...]:
    states = (
        structs.replace(
            state, prompts=_prompts(state.prompts, role), also=_prompts(state.also, role), events=()
        )
        for state in track.states
    )
    return tuple(state for state in states if state.prompts or state.also)


def _prompts(prompts: tuple[PromptLine, ...], role: str) -> tuple[PromptLine, ...]:
    return tuple(each for each in prompts if role in {each.role, *each.then})


def _written_out(state: StateLine) -> StateLine:
    events = tuple(structs.replace(event, as_from="") for event in state.events)
    return structs.replace(state, prompts=(*state.prompts, *state.also), also=(), events=events)
