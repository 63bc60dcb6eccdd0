"""What is said to be known in a state is known to everybody who comes there, whichever way they come."""

from hypothesis import given
from hypothesis import strategies as st

from pathways.asking import known_in
from pathways.model import State, Track, Transition

FACTS = ("one", "two", "three")
STATES = ("a", "b", "c", "d")

facts = st.lists(st.sampled_from(FACTS), max_size=2).map(tuple)
transitions = st.builds(
    Transition,
    event=st.just("go"),
    track=st.just("t"),
    sources=st.lists(st.sampled_from(STATES), min_size=1, max_size=2).map(tuple),
    to=st.sampled_from(STATES),
    needs=facts,
    needs_new=facts,
    asks=facts,
)
tracks = st.builds(
    Track,
    name=st.just("t"),
    start=st.sampled_from(STATES),
    states=st.just(tuple(State(name=name) for name in STATES)),
    transitions=st.lists(transitions, max_size=7).map(tuple),
)


@given(tracks, st.lists(st.integers(0, 6), max_size=12))
def test_nobody_comes_to_a_state_without_what_is_known_there(track: Track, steps: list[int]) -> None:
    known = known_in(track, FACTS)
    state, recorded = track.start, set[str]()
    for step in steps:
        assert known[state] <= recorded
        ways = [each for each in track.transitions if state in each.sources]
        if ways:
            taken = ways[step % len(ways)]
            state, recorded = taken.to, recorded | {*taken.needs, *taken.needs_new}


@given(tracks)
def test_what_every_way_brings_is_known(track: Track) -> None:
    known = known_in(track, FACTS)
    for state in STATES:
        ways = [each for each in track.transitions if each.to == state]
        if state != track.start and ways:
            brought = set.intersection(*({*each.needs, *each.needs_new} for each in ways))
            assert brought <= known[state]
