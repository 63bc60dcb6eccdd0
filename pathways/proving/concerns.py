"""What the checker finds in the prompts of a pathway without being asked."""

from collections.abc import Sequence
from functools import partial
from typing import TypeAlias

from pathways.model import Rule, State, Track
from pathways.proving.days import Combination
from pathways.proving.examples import Hunt, Question, direct, hunt, prompting
from pathways.proving.opening import Opening, in_states
from pathways.proving.scenes import Plan, tried
from pathways.proving.scenes import Shown as Example
from pathways.proving.search import Demand, Looked, Search
from pathways.proving.spaces import Slice, booking_of
from pathways.proving.telling import told
from pathways.proving.verdicts import Examined, Found, Kind, examined

Concerns: TypeAlias = tuple[list[Found], Examined]
_ENOUGH = 1_000


def never_opening(opening: Opening) -> Concerns:
    """Find the prompts of which no history can be shown in which they open."""
    found, looked = [], Looked()
    for rule in opening.lookup.pathway.rules:
        there = hunt(opening, partial(_opens, rule))
        looked += there.looked
        if there.found is None:
            found.append(_never_opens(opening, rule, possible=there.possible))
    return found, examined("never-opens", len(opening.lookup.pathway.rules), looked)


def _opens(rule: Rule, opening: Opening, *, also: Sequence[Demand] = ()) -> Question:
    """Ask for a history in which a prompt of a rule is open."""
    return Question(
        opening.slice(rule),
        [[*way, *also] for way in opening.open(rule)],
        prompting(opening, rule),
        lambda example: example.open(rule.id),
    )


def _never_opens(opening: Opening, rule: Rule, *, possible: bool) -> Found:
    if possible:
        why = "it ends before it opens, in all that was tried"
    elif not Search(opening.slice(rule).space(), opening.wanted(rule)).some():
        why = "`when` is never met while `while` holds"
    else:
        why = "its act is on record whenever it is wanted"
    what = f"`{rule.id}` can never open: {why}"
    example = tried(opening.lookup.pathway, _there(opening, rule), lambda example: not example.open(rule.id))
    story = told(example, f"`{rule.id}` does not open") if example else ""
    return Found(kind="never-opens", about=(rule.id,), what=what, story=story, confirmed=not possible)


def _there(opening: Opening, rule: Rule) -> Plan:
    """Plan to be where a rule is wanted as far as `while` says, with all known that it looks at."""
    search = Search(opening.slice(rule).space(), [in_states(*each) for each in rule.during])
    [at, *_] = search.some(_ENOUGH)[-1:] or [{}]
    [plan] = direct(opening)(at)
    return plan


def impossible_acts(opening: Opening) -> Concerns:
    """Find the prompts that can be open where their act can no longer come about."""
    found, looked, things = [], Looked(), 0
    for rule in opening.lookup.pathway.rules:
        if rule.done_when is None:
            continue
        things += 1
        ends = ends_of(opening, rule)
        demand = _out_of_reach(opening, rule, ends)
        there = hunt(opening, partial(_opens, rule, also=[demand]))
        looked += there.looked
        if there.possible:
            ends_it = f"what ends it (`{rule.done_when.text}`)"
            what = f"`{rule.id}` can be open where {ends_it} can no longer come about"
            found.append(_found("act-impossible", (rule.id,), what, there.found))
    return found, examined("act-impossible", things, looked)


def ends_of(opening: Opening, rule: Rule) -> list[Combination]:
    """List the combinations, of the names it looks at, in which the act of a rule has come about."""
    space = Slice(opening.tables).condition(rule.done_when, booking_of(rule)).space()
    return Search(space, opening.met(rule.done_when, booking_of(rule))).some(_ENOUGH)


def _out_of_reach(opening: Opening, rule: Rule, ends: Sequence[Combination]) -> Demand:
    """Demand that none of the combinations in which the act is on record can be reached any more."""
    booking = booking_of(rule)
    names = opening.tables.names(rule.done_when, booking)
    lookup = opening.lookup

    def reach(at: Combination, end: Combination) -> bool:
        return all(
            opening.ways.lead(name, str(at[name]), str(end[name]))
            if name in lookup.tracks
            else end.get(name) is not None or at.get(name) is None or lookup.facts[name].many
            for name in names
            if name in lookup.tracks or name in lookup.facts
        )

    return Demand(names, lambda at: not any(reach(at, end) for end in ends))


def forgotten_states(opening: Opening) -> Concerns:
    """Find the states in which a patient may be with nothing of their own asked: only `otherwise` speaks."""
    found, looked, things = [], Looked(), 0
    for track in opening.lookup.pathway.tracks:
        for state in track.states:
            if state.end:
                continue
            things += 1
            own = [rule for rule in opening.lookup.pathway.rules if _is_own(opening, rule, track, state)]
            if any(_always_asks(opening, rule, track, state) for rule in own):
                continue
            there = _unasked(opening, own, track, state)
            looked += there.looked
            if there.possible:
                what = f"a patient can be in `{state.name}` of `{track.name}` with nothing of its own asked"
                found.append(_found("forgotten-state", (track.name, state.name), what, there.found))
    return found, examined("forgotten-state", things, looked)


def _is_own(opening: Opening, rule: Rule, track: Track, state: State) -> bool:
    during = dict(rule.during)
    named = track.name in opening.tables.names(rule.when, booking_of(rule))
    over = state.name in during.get(track.name, (state.name,) if named else ())
    return over and rule.tier != "info" and not booking_of(rule)


def _always_asks(opening: Opening, rule: Rule, track: Track, state: State) -> bool:
    """Say whether a rule asks whoever comes into a state, whatever else is known."""
    elsewhere = [
        name for name, states in rule.during if name != track.name and not _whole(opening, name, states)
    ]
    by_act = opening.not_done(rule)
    at = {track.name: state.name}
    done = bool(by_act) and ((bool(rule.needs) and rule.done_when is None) or _may_be_done(opening, rule, at))
    return rule.when is None and not elsewhere and not done


def _may_be_done(opening: Opening, rule: Rule, at: Combination) -> bool:
    space = Slice(opening.tables).condition(rule.done_when).known(rule.needs).tracks(at).space()
    demands = [in_states(name, (str(state),)) for name, state in at.items()]
    names = (*opening.tables.names(rule.done_when), *rule.needs)
    return bool(Search(space, [*demands, Demand(names, lambda there: opening.done(rule, there))]).some())


def _whole(opening: Opening, track: str, states: Sequence[str]) -> bool:
    return set(states) >= {state.name for state in opening.lookup.tracks[track].states}


def _unasked(opening: Opening, own: Sequence[Rule], track: Track, state: State) -> Hunt:
    ids = {rule.id for rule in own}
    return hunt(
        opening,
        lambda by: Question(
            by.slice(*own).tracks([track.name]),
            [[in_states(track.name, (state.name,)), *(_not_asking(by, rule) for rule in own)]],
            direct(by),
            lambda example: (
                example.standing.tracks[track.name].state == state.name
                and not ids & {prompt.key.rule for prompt in example.live()}
            ),
        ),
    )


def _not_asking(opening: Opening, rule: Rule) -> Demand:
    """Demand that a rule is not wanted, or that its act is on record already."""
    wanted = [*opening.wanted(rule), *opening.not_done(rule)]
    names = tuple(dict.fromkeys(name for demand in wanted for name in demand.names))
    return Demand(names, lambda at: not all(demand.holds(at) for demand in wanted))


def _found(kind: Kind, about: tuple[str, ...], what: str, example: Example | None) -> Found:
    return Found(
        kind=kind,
        about=about,
        what=what,
        story=told(example, what) if example else "",
        confirmed=example is not None,
    )
