"""What the checker finds in the events of a pathway without being asked."""

from collections import deque
from collections.abc import Iterator
from itertools import islice, product

from msgspec import structs

from pathways.model import Transition
from pathways.proving.claims import event_slice, unhindered
from pathways.proving.concerns import Concerns
from pathways.proving.days import THE_DAY, At, Combination
from pathways.proving.examples import scene
from pathways.proving.opening import Opening, in_states
from pathways.proving.scenes import Plan, Scene, tried
from pathways.proving.search import Looked, Search
from pathways.proving.tables import today_in
from pathways.proving.telling import told
from pathways.proving.verdicts import Found, examined
from pathways.story_text import Action

States = tuple[str, ...]
MOST_STATES = 5_000


def always_warned(opening: Opening) -> Concerns:
    """Find the events that nobody can record without a reason, whatever is known."""
    found, looked = [], Looked()
    steps = list(_transitions(opening))
    for step in steps:
        search = Search(event_slice(opening, step).space(), unhindered(opening, step))
        if not search.some():
            found.append(_always_warned(opening, step))
        looked += search.looked
    return found, examined("event-always-warned", len(steps), looked)


def _always_warned(opening: Opening, step: Transition) -> Found:
    """Tell what is always missing, by what is refused when all but one of the warnings are met."""
    what = f"`{step.event}` always wants a reason: its warnings are never all met"
    refusal = Action(verb="refused", about=step.event)
    for but in range(len(step.should)):
        demands = unhindered(opening, step, but=but)
        for at in Search(event_slice(opening, step).space(), demands).some():
            there = structs.replace(scene(opening, at), then=(refusal,))
            plan = Plan(begins=today_in(at), scenes=(there,))
            example = tried(opening.lookup.pathway, plan, lambda _: True)
            if example:
                return _told(step, what, told(example, what))
    return _told(step, what, "")


def _told(step: Transition, what: str, story: str) -> Found:
    return Found(kind="event-always-warned", about=(step.event,), what=what, story=story)


def blocking_tracks(opening: Opening) -> Concerns:
    """Find where no track can go on without a reason, though each could if it were alone."""
    walk = _Walk(opening)
    found = [walk.told(states) for states in islice(walk.stuck(), 1)]
    looked = structs.replace(walk.looked, rough=walk.looked.rough or len(walk.reached) >= MOST_STATES)
    return found, examined("tracks-block", len(walk.reached), looked)


class _Walk:
    """All combinations of states that can be reached by events that nobody warns about."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._tracks = list(opening.lookup.pathway.tracks)
        self._going: dict[tuple[str, ...], Combination | None] = {}
        self.looked = Looked()
        self.reached: dict[States, tuple[States, Transition] | None] = {}
        self._reach()

    def _reach(self) -> None:
        start = tuple(track.start for track in self._tracks)
        self.reached[start] = None
        waiting = deque([start])
        while waiting and len(self.reached) < MOST_STATES:
            states = waiting.popleft()
            for step in self._possible(states):
                if self._clean(step, states) is None:
                    continue
                to = self._after(states, step)
                if to not in self.reached:
                    self.reached[to] = (states, step)
                    waiting.append(to)

    def stuck(self) -> Iterator[States]:
        """Yield where every track that is not at an end waits for another."""
        for states in self.reached:
            open_tracks = [
                track.name
                for track, state in zip(self._tracks, states, strict=True)
                if not next(each for each in track.states if each.name == state).end
            ]
            steps = list(self._possible(states))
            if not open_tracks or any(
                self._clean(step, states) for step in steps if step.track in open_tracks
            ):
                continue
            if all(
                any(self._alone(step, states) for step in steps if step.track == name) for name in open_tracks
            ):
                yield states

    def told(self, states: States) -> Found:
        """Tell how a patient comes there, and what is refused then."""
        there = " and ".join(
            f"`{track.name}` is `{state}`" for track, state in zip(self._tracks, states, strict=True)
        )
        what = f"no track can go on without a reason while {there}; each waits for another"
        scenes = list(self._scenes(states))
        refusals = tuple(Action(verb="refused", about=step.event) for step in self._possible(states))
        last = structs.replace(scenes[-1], then=(*scenes[-1].then, *refusals))
        example = tried(
            self._opening.lookup.pathway, Plan(begins=THE_DAY, scenes=(*scenes[:-1], last)), lambda _: True
        )
        story = told(example, what) if example else ""
        about = tuple(states)
        return Found(kind="tracks-block", about=about, what=what, story=story, confirmed=bool(example))

    def _scenes(self, states: States) -> Iterator[Scene]:
        steps: list[tuple[States, Transition]] = []
        at = self.reached[states]
        while at is not None:
            steps.append(at)
            at = self.reached[at[0]]
        yield Scene()
        for day, (source, step) in enumerate(reversed(steps), start=1):
            combination: dict[str, At] = dict(self._clean(step, source) or {})
            facts = scene(self._opening, combination).facts
            yield Scene(day=day, facts=facts, then=(Action(verb="advance", about=step.event),))

    def _possible(self, states: States) -> Iterator[Transition]:
        for track, state in zip(self._tracks, states, strict=True):
            yield from (step for step in track.transitions if state in step.sources)

    def _after(self, states: States, step: Transition) -> States:
        return tuple(
            step.to if track.name == step.track else state
            for track, state in zip(self._tracks, states, strict=True)
        )

    def _clean(self, step: Transition, states: States) -> Combination | None:
        """Return what must be known for an event to go through without a word where the tracks are."""
        named = self._named(step)
        there = {
            track.name: state
            for track, state in zip(self._tracks, states, strict=True)
            if track.name in named or track.name == step.track
        }
        key = (step.event, step.to, *there.values())
        if key not in self._going:
            space = event_slice(self._opening, step).space()
            demands = [in_states(name, (state,)) for name, state in there.items()]
            search = Search(space, [*demands, *unhindered(self._opening, step)])
            self._going[key] = next(iter(search.some()), None)
            self.looked += search.looked
        return self._going[key]

    def _alone(self, step: Transition, states: States) -> bool:
        """Say whether an event could go through if the other tracks were elsewhere."""
        choices = [
            (state,) if track.name == step.track else tuple(each.name for each in track.states)
            for track, state in zip(self._tracks, states, strict=True)
        ]
        return any(self._clean(step, other) is not None for other in product(*choices))

    def _named(self, step: Transition) -> set[str]:
        return {name for each in step.should for name in self._opening.tables.names(each.that)}


def _transitions(opening: Opening) -> Iterator[Transition]:
    for track in opening.lookup.pathway.tracks:
        yield from track.transitions
