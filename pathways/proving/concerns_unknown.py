"""Prompts that stay silent for ever because a fact is unknown that nobody is asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pathways.asking import known_in
from pathways.condition_names import RESERVED
from pathways.model import Rule
from pathways.proving.concerns import Concerns
from pathways.proving.days import At, Combination
from pathways.proving.examples import Hunt, Question, direct, hunt
from pathways.proving.opening import Opening, in_states, is_known
from pathways.proving.scenes import Shown as Example
from pathways.proving.search import Demand, Looked, Search
from pathways.proving.spaces import Slice, booking_of
from pathways.proving.telling import told
from pathways.proving.verdicts import Found, examined
from pathways.scores import expanded, names_behind


def silent_unknown(opening: Opening) -> Concerns:
    """Find the prompts that may be silent where nothing asks for what their condition wants to know."""
    found, looked, things = [], Looked(), 0
    silence = Silence(opening)
    for rule in opening.lookup.pathway.rules:
        wanted = silence.valued(rule)
        if not wanted - {quiet.fact for quiet in rule.unknown}:
            continue
        things += 1
        finding, there = silence.of(rule, wanted)
        looked += there
        if finding:
            found.append(finding)
    return found, examined("silent-unknown", things, looked)


class Silence:
    """Looks for combinations in which a rule does not know, and nothing that is asked would change that."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._pathway = opening.lookup.pathway
        self._behind = names_behind(self._pathway.scores)
        taken = RESERVED | opening.lookup.tracks.keys()
        self._single = {fact.name for fact in self._pathway.facts if not fact.many} - taken
        self._known = {track.name: known_in(track, self._single) for track in self._pathway.tracks}

    def valued(self, rule: Rule) -> set[str]:
        """Return the facts of which the condition of a rule wants the value."""
        names = expanded(rule.when.names, self._behind) if rule.when else ()
        facts = (
            self._opening.lookup.milestones[name.removeprefix("passed.")].fact
            if name.startswith("passed.")
            else name
            for name in names
        )
        return self._single & set(facts)

    def _named(self, rule: Rule) -> set[str]:
        """Return the facts that the condition of a rule looks at, be it only whether they are known."""
        return self._single & set(self._opening.tables.names(rule.when, booking_of(rule)))

    def of(self, rule: Rule, wanted: set[str]) -> tuple[Found | None, Looked]:
        """Look for a silence of one rule."""
        excused = {quiet.fact for quiet in rule.unknown}
        looked = Looked()
        for fact in sorted(wanted - excused):
            unasked = self._unasked_at_all(rule, fact, excused)
            looked += unasked.looked
            if unasked.possible:
                found = hunt(self._opening, lambda by, fact=fact: self._question(by, rule, wanted, fact))  # type: ignore[misc]
                looked += found.looked
                if found.possible:
                    return self._told(rule, fact, found), looked
        return None, looked

    def _unasked_at_all(self, rule: Rule, fact: str, excused: set[str]) -> Hunt:
        """Look for a combination in which a fact is unknown and no prompt that asks for it is wanted."""
        opening = self._opening
        askers = [each for each in self._pathway.rules if self._asks(each, rule, {fact})]
        slice_ = Slice(opening.tables).tracks(track for track, _ in rule.during).known([fact])
        for each in askers:
            slice_.condition(each.when).tracks(track for track, _ in each.during)
        space = slice_.space(exact=True)
        named = {name for each in space.variables for name in each.names}
        demands = [
            *(in_states(track, states) for track, states in rule.during),
            Demand((fact,), lambda at: at[fact] is None),
            *(_not_wanted(opening, each) for each in askers),
            *(is_known(each) for each in sorted(excused & named)),
            *self._brought({fact} | named, named),
        ]
        search = Search(space, demands)
        return Hunt(search.looked, possible=bool(search.some()))

    def _question(self, opening: Opening, rule: Rule, wanted: set[str], fact: str) -> Question:
        """Ask for a combination in which a rule does not know, and all that is asked is known."""
        excused = {quiet.fact for quiet in rule.unknown}
        askers, facts = self._askers(rule, {fact})
        slice_ = opening.slice(rule).known(facts)
        for each in askers:
            slice_.condition(each.when).condition(each.done_when).tracks(track for track, _ in each.during)
        space = slice_.space(exact=opening.exact)
        named = {name for each in space.variables for name in each.names}
        values = space.values(fact)
        demands = [
            Demand((fact,), lambda at: at[fact] is None),
            *opening.staying(rule),
            self._decisive(rule, fact, values),
            *(is_known(each) for each in sorted(wanted & excused)),
            *(self._unasked(each, facts) for each in askers),
            *self._brought(facts, named),
        ]
        return Question(
            slice_,
            [demands],
            direct(opening),
            lambda example: (
                self._silent(rule, facts, example) and self._decides(rule, fact, values, example.at())
            ),
        )

    def _told(self, rule: Rule, fact: str, found: Hunt) -> Found:
        what = f"`{rule.id}` may stay silent for ever: `{fact}` is unknown, and no prompt asks for it"
        return Found(
            kind="silent-unknown",
            about=(rule.id, fact),
            what=what,
            story=told(found.found, what) if found.found else "",
            confirmed=found.found is not None,
        )

    def _askers(self, rule: Rule, wanted: set[str]) -> tuple[list[Rule], set[str]]:
        """Return the prompts that ask for one of some facts, or for a fact of such a prompt's condition."""
        facts, found, waiting = set(wanted), [], sorted(wanted)
        while waiting:
            fact = waiting.pop()
            for each in self._pathway.rules:
                if each in found or not self._asks(each, rule, {fact}):
                    continue
                found.append(each)
                new = self._named(each) - facts
                facts |= new
                waiting += sorted(new)
        return found, facts

    def _asks(self, asker: Rule, rule: Rule, facts: set[str]) -> bool:
        """Say whether a prompt asks for one of some facts, to be recorded or to be recorded otherwise."""
        there = facts & {*asker.needs, *asker.needs_new, *self._ending(asker)}
        return bool(there) and asker is not rule and not booking_of(asker)

    def _ending(self, rule: Rule) -> tuple[str, ...]:
        """Return the names on which `done_when` of a rule depends."""
        return self._opening.tables.names(rule.done_when, booking_of(rule))

    def _decisive(self, rule: Rule, fact: str, values: Sequence[At]) -> Demand:
        """Demand that the condition of a rule is unknown, and could be met if one fact were known."""
        names = self._opening.tables.names(rule.when, booking_of(rule))
        return Demand(names, lambda at: self._decides(rule, fact, values, at))

    def _decides(self, rule: Rule, fact: str, values: Sequence[At], at: Combination) -> bool:
        booking, tables = booking_of(rule), self._opening.tables
        return tables.answer(rule.when, at, booking) is None and any(
            tables.answer(rule.when, {**at, fact: value}, booking) is True for value in values
        )

    def _unasked(self, asker: Rule, facts: set[str]) -> Demand:
        """Demand that a prompt asks for none of some facts, as they are known or it is not wanted."""
        opening = self._opening
        asked = [fact for fact in (*asker.needs, *asker.needs_new) if fact in facts]
        wanted = opening.wanted(asker)
        done = opening.met(asker.done_when)
        names = (*asked, *(name for demand in (*wanted, *done) for name in demand.names))

        def holds(at: Combination) -> bool:
            if all(at.get(fact) is not None for fact in asked) and all(each.holds(at) for each in done):
                return True
            return not all(demand.holds(at) for demand in wanted)

        return Demand(tuple(dict.fromkeys(names)), holds)

    def _brought(self, facts: set[str], there: set[str]) -> Iterator[Demand]:
        """Demand what nobody comes into a state without, unless by an override."""
        for track, states in self._known.items():
            here = {state: sorted(known & facts & there) for state, known in states.items()}
            names = sorted({fact for known in here.values() for fact in known})
            if names and track in there:
                yield Demand((track, *names), _brings(track, here))

    def _silent(self, rule: Rule, facts: set[str], example: Example) -> bool:
        live = {prompt.key.rule for prompt in example.live()}
        asked = {name for prompt in example.live() for name in prompt.missing}
        chased = any(facts & set(self._ending(self._opening.lookup.rules[name])) for name in live)
        unknown = {fact for fact in facts if fact not in example.standing.facts}
        return (
            rule.id not in live
            and not asked & unknown
            and not chased
            and all(example.standing.tracks[track].state in states for track, states in rule.during)
            and self._judged(rule, example) is None
            and bool(self.valued(rule) & unknown - {quiet.fact for quiet in rule.unknown})
        )

    def _judged(self, rule: Rule, example: Example) -> bool | None:
        booking = booking_of(rule)
        live = next(iter(example.standing.bookings.get(booking, {}).values()), None)
        return example.judge(rule.when, live)


def _not_wanted(opening: Opening, rule: Rule) -> Demand:
    wanted = opening.wanted(rule)
    names = tuple(dict.fromkeys(name for demand in wanted for name in demand.names))
    return Demand(names, lambda at: not all(demand.holds(at) for demand in wanted))


def _brings(track: str, here: Mapping[str, Sequence[str]]) -> Callable[[Combination], bool]:
    return lambda at: all(at.get(fact) is not None for fact in here.get(str(at[track]), ()))
