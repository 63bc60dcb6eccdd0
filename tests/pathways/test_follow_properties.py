"""What holds for every pathway and every history: found by trying many that nobody thought of."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pathways.conditions import judge_of, timestamp
from pathways.follow import follow, outlook, resume
from pathways.history import Entry, PromptKey
from pathways.model import Pathway, Rule
from pathways.reading import read_file
from pathways.scores import scores_in
from pathways.standing import Prompt, Standing
from pathways.story_files import LIBRARY, shipped
from pathways.terms import Condition
from tests.reference.conditions import judge as plainly_judged
from tests.reference.values import ReferencePrompt, ReferenceStanding, seen
from tests.reference.walk import reference_follow, reference_outlook
from tests.strategies import histories, pathways, value_of

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
# The comparison with the second reading is what all else rests on.
many = settings(max_examples=4 * settings().max_examples)


@st.composite
def cases(draw: st.DrawFn, *, late: bool = True, answers: bool = True) -> tuple[Pathway, tuple[Entry, ...]]:
    pathway = draw(pathways())
    return pathway, draw(histories(pathway, late=late, answers=answers))


# The second reading


@many
@given(cases())
def test_what_follows_is_what_a_slow_second_reading_of_the_rules_finds(
    case: tuple[Pathway, tuple[Entry, ...]],
) -> None:
    pathway, entries = case

    assert _told(seen(follow(pathway, entries), entries)) == _told(reference_follow(pathway, entries))


@many
@given(cases())
def test_what_time_alone_will_bring_is_what_the_second_reading_foresees(
    case: tuple[Pathway, tuple[Entry, ...]],
) -> None:
    pathway, entries = case

    foreseen = outlook(pathway, follow(pathway, entries))

    assert _told(seen(foreseen, entries)) == _told(reference_outlook(pathway, entries))


@given(cases(), st.data())
def test_what_was_so_at_an_earlier_moment_is_what_the_second_reading_finds_then(
    case: tuple[Pathway, tuple[Entry, ...]], data: st.DataObject
) -> None:
    pathway, entries = case
    until = data.draw(st.sampled_from(sorted({entry.happened_at for entry in entries})))

    then = follow(pathway, entries, until)

    assert _told(seen(then, entries)) == _told(reference_follow(pathway, entries, until=until))


# One by default, and all of them when there is time.
SHIPPED = [
    pytest.param(file.stem, marks=() if file.stem == "carcinoid" else pytest.mark.long) for file in shipped()
]


@pytest.mark.parametrize("name", SHIPPED)
@given(st.data())
def test_a_pathway_that_ships_is_followed_as_the_second_reading_follows_it(
    name: str, data: st.DataObject
) -> None:
    pathway = shipped_pathway(name)
    entries = data.draw(histories(pathway, lengths=(0, 5, 20, 40)))

    standing = follow(pathway, entries)

    assert _told(seen(standing, entries)) == _told(reference_follow(pathway, entries))
    assert _told(seen(outlook(pathway, standing), entries)) == _told(reference_outlook(pathway, entries))


# Resuming


@given(cases(late=False))
def test_a_standing_that_is_stored_and_resumed_is_the_one_folded_from_the_start(
    case: tuple[Pathway, tuple[Entry, ...]],
) -> None:
    pathway, entries = case
    whole = follow(pathway, entries)

    for first, rest in _splits(entries):
        earlier = _stored(follow(pathway, first))
        resumed = resume(pathway, earlier, rest)
        if resumed is not None:
            assert _joined(earlier, resumed) == _joined(whole)
            assert _joined(earlier, outlook(pathway, resumed)) == _joined(outlook(pathway, whole))


@given(cases(late=False))
def test_a_standing_resumed_entry_by_entry_is_the_one_folded_from_the_start(
    case: tuple[Pathway, tuple[Entry, ...]],
) -> None:
    pathway, entries = case
    standings: list[Standing] = []

    for number, entry in enumerate(entries, start=1):
        resumed = resume(pathway, _stored(standings[-1]), [entry]) if standings else None
        standings = [*standings, resumed] if resumed else [follow(pathway, entries[:number])]

    assert _joined(*standings) == _joined(follow(pathway, entries))


@given(cases())
def test_only_entries_that_come_last_are_folded_onto_a_stored_standing(
    case: tuple[Pathway, tuple[Entry, ...]],
) -> None:
    pathway, entries = case

    for first, rest in _splits(entries):
        telling = [entry for entry in rest if entry.kind != "note"]
        come_last = all(
            not entry.replaces and entry.happened_at > max(each.happened_at for each in first)
            for entry in telling
        )
        standing = follow(pathway, first)
        resumed = resume(pathway, standing, rest)
        live = {prompt.key for prompt in standing.prompts.values()}
        # What had lapsed before may have been done after all, and is not in the standing (R31a).
        reach_back = any(entry.name == "done" and entry.prompt not in live for entry in telling)
        assert resumed is not None or reach_back or not come_last
        assert resumed is None or _joined(standing, resumed) == _joined(follow(pathway, entries))


@given(cases())
def test_a_standing_of_another_version_of_the_pathway_is_never_resumed(
    case: tuple[Pathway, tuple[Entry, ...]],
) -> None:
    pathway, entries = case

    assert resume(structs.replace(pathway, digest="another"), follow(pathway, entries), []) is None


# The same for everybody, always


@given(cases(), st.randoms(use_true_random=False))
def test_the_same_history_gives_the_same_standing_however_it_is_handed_over(
    case: tuple[Pathway, tuple[Entry, ...]], chance: random.Random
) -> None:
    pathway, entries = case
    standing = follow(pathway, entries)

    assert follow(pathway, entries) == standing
    assert follow(pathway, chance.sample(entries, len(entries))) == standing


@given(cases(late=False), st.randoms(use_true_random=False))
def test_a_standing_whose_parts_are_stored_in_another_order_goes_on_in_the_same_way(
    case: tuple[Pathway, tuple[Entry, ...]], chance: random.Random
) -> None:
    pathway, entries = case
    standing = follow(pathway, entries[: len(entries) // 2])
    mixed = _shuffled(standing, chance)

    here = resume(pathway, standing, entries[len(entries) // 2 :])
    there = resume(pathway, mixed, entries[len(entries) // 2 :])

    assert (there and _joined(there)) == (here and _joined(here))
    assert _joined(outlook(pathway, mixed)) == _joined(outlook(pathway, standing))


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a running process cannot be changed here")
@given(cases(), st.sampled_from(["Pacific/Kiritimati", "America/St_Johns", "Pacific/Niue"]))
def test_the_zone_of_the_machine_changes_nothing(case: tuple[Pathway, tuple[Entry, ...]], zone: str) -> None:
    pathway, entries = case
    standing = follow(pathway, entries)

    with _machine_in(zone):
        assert follow(pathway, entries) == standing


# Starting a process is slow, so it is done for several cases at once, and a failing one is not made smaller.
@settings(max_examples=2, phases=[Phase.explicit, Phase.generate])
@given(st.lists(cases(), min_size=8, max_size=8))
def test_another_process_with_another_zone_and_seed_finds_the_same(
    several: list[tuple[Pathway, tuple[Entry, ...]]],
) -> None:
    elsewhere = os.environ | {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "17", "LC_ALL": "C"}

    there = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE],
        input=msgspec.json.encode(several),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=elsewhere,
    )

    found = msgspec.json.decode(there.stdout, type=list[tuple[Standing, Standing]])
    assert found == [_found(*case) for case in several]


_ELSEWHERE = """
import sys, msgspec
from pathways.conditions import judge_of, timestamp
from pathways.follow import follow, outlook
from pathways.history import Entry
from pathways.model import Pathway
several = msgspec.json.decode(sys.stdin.buffer.read(), type=list[tuple[Pathway, tuple[Entry, ...]]])
standings = [follow(pathway, entries) for pathway, entries in several]
found = [(one, outlook(pathway, one)) for (pathway, _), one in zip(several, standings)]
sys.stdout.buffer.write(msgspec.json.encode(found))
"""


@given(cases(late=False), st.randoms(use_true_random=False))
def test_the_order_of_writing_matters_only_within_a_moment(
    case: tuple[Pathway, tuple[Entry, ...]], chance: random.Random
) -> None:
    pathway, entries = case
    moments = sorted({entry.happened_at for entry in entries})
    chance.shuffle(moments)
    written = sorted(entries, key=lambda entry: (moments.index(entry.happened_at), entry.number))
    numbers = {entry.number: number for number, entry in enumerate(written, start=1)}

    renumbered = [_renumbered(entry, numbers) for entry in entries]

    there = seen(follow(pathway, renumbered), renumbered)
    here = seen(follow(pathway, entries), entries)
    assert _told(there) == _told(_renamed(here, numbers))


# Prompts


@given(cases())
def test_no_prompt_outlives_its_enrolment(case: tuple[Pathway, tuple[Entry, ...]]) -> None:
    pathway, entries = case
    standing = outlook(pathway, follow(pathway, entries))

    for prompt in _all_prompts(standing):
        assert standing.enrolled_at is not None
        assert prompt.began_at >= standing.enrolled_at
        if standing.exit:
            assert prompt.ended_at is not None
            assert prompt.began_at <= prompt.ended_at <= standing.exit.at


@given(cases())
def test_a_prompt_that_has_ended_has_one_ending_and_none_ends_before_it_begins(
    case: tuple[Pathway, tuple[Entry, ...]],
) -> None:
    pathway, entries = case
    standing = outlook(pathway, follow(pathway, entries))

    for prompt in standing.ended:
        assert prompt.ended
        assert prompt.ended_at is not None
        assert prompt.began_at <= prompt.ended_at
    for prompt in standing.prompts.values():
        assert prompt.ended is None
        assert prompt.ended_at is None


@given(cases())
def test_an_ignored_prompt_stays(case: tuple[Pathway, tuple[Entry, ...]]) -> None:
    pathway, entries = case
    standing = follow(pathway, entries)
    foreseen = outlook(pathway, standing)
    later = {prompt.key: prompt for prompt in _all_prompts(foreseen)}

    for prompt in standing.prompts.values():
        ended = later[prompt.key].ended
        if ended == "lapsed":
            assert later[prompt.key].ended_at == prompt.lapses_at
        elif ended:
            # A milestone that passes can end what was asked for until then, or begin something dated.
            assert ended in ("withdrawn", "done")
            assert pathway.milestones or prompt.key.rule == "otherwise"


@given(cases())
def test_no_two_prompts_are_the_same_one(case: tuple[Pathway, tuple[Entry, ...]]) -> None:
    pathway, entries = case
    foreseen = outlook(pathway, follow(pathway, entries))

    keys = [prompt.key for prompt in _all_prompts(foreseen)]

    assert len(set(keys)) == len(keys)


@given(cases())
def test_what_is_answered_or_over_is_not_foreseen_again(case: tuple[Pathway, tuple[Entry, ...]]) -> None:
    pathway, entries = case
    standing = follow(pathway, entries)
    foreseen = outlook(pathway, standing)

    assert foreseen.ended[: len(standing.ended)] == standing.ended
    assert outlook(pathway, foreseen) == foreseen


@given(cases())
def test_nobody_is_forgotten(case: tuple[Pathway, tuple[Entry, ...]]) -> None:
    """At every moment of an open enrolment, foreseen ones too, something dated is asked of somebody."""
    pathway, entries = case
    standing = outlook(pathway, follow(pathway, entries))
    assume(standing.enrolled_at is not None)
    # No file can leave it out: answered, what is prompted otherwise would never come again.
    assume(pathway.otherwise.every)
    end = standing.exit.at if standing.exit else None
    dated = [prompt for prompt in _all_prompts(standing) if prompt.tier != "info"]

    at = standing.enrolled_at
    while at != end and at is not None:
        asked = [prompt for prompt in dated if prompt.began_at <= at and prompt.ended_at != at]
        asked = [prompt for prompt in asked if prompt.ended_at is None or prompt.ended_at > at]
        assert asked, f"nothing is asked at {at}"
        assert all(prompt.due_at is not None and prompt.role for prompt in asked)
        at = None if any(prompt.ended_at is None for prompt in asked) else _latest_end(asked)


# One wrong entry


@given(cases(answers=False), st.data())
def test_one_misfit_changes_nothing_that_does_not_depend_on_it(
    case: tuple[Pathway, tuple[Entry, ...]], data: st.DataObject
) -> None:
    pathway, entries = case
    track = data.draw(st.sampled_from(pathway.tracks))
    wrong = Entry(
        number=len(entries) + 1,
        kind="event",
        name="never-heard-of",
        track=track.name,
        source=track.start,
        to=data.draw(st.sampled_from(track.states)).name,
        happened_at=data.draw(st.sampled_from(entries)).happened_at,
        recorded_at=entries[-1].recorded_at + 1,
        by="ann",
    )

    before, after = follow(pathway, entries), follow(pathway, [*entries, wrong])

    assert wrong.number in {misfit.entry for misfit in after.misfits}
    assert after.facts == before.facts
    assert after.bookings == before.bookings
    assert after.exit == before.exit
    for other in {*before.tracks, *after.tracks} - {track.name}:
        assert after.tracks[other] == before.tracks[other]
    for rule in pathway.rules:
        if track.name not in _depends_on(pathway, rule):
            assert _of_rule(seen(after, [*entries, wrong]), rule) == _of_rule(seen(before, entries), rule)


# Conditions


@given(pathways(), st.data())
def test_a_condition_is_judged_as_a_plain_reading_in_three_values_judges_it(
    pathway: Pathway, data: st.DataObject
) -> None:
    # With a score there is no single value to read: what then follows is compared above.
    conditions = [each for each in _conditions(pathway) if not scores_in(each.names)]
    assume(conditions)
    condition = data.draw(st.sampled_from(conditions))
    known = {
        name: data.draw(value_of(pathway, name))
        for name in condition.names
        if name.startswith("known.") or data.draw(st.booleans())
    }
    view = {name: timestamp(value) if isinstance(value, date) else value for name, value in known.items()}

    judge = judge_of(pathway)

    assert judge.judge(condition, judge.view(view)) is plainly_judged(condition.text, known.get)


# What the properties are said with


@cache
def shipped_pathway(name: str) -> Pathway:
    return read_file(LIBRARY / f"{name}.yaml")


def _told(found: ReferenceStanding) -> dict[str, object]:
    """Spread a standing out, so that a difference is shown as the one line it is in."""
    told: dict[str, object] = {}
    for field in found.__dataclass_fields__:
        value = getattr(found, field)
        told |= (
            {f"{field} {key}": one for key, one in value.items()}
            if isinstance(value, dict)
            else {field: value}
        )
    return told


def _found(pathway: Pathway, entries: Sequence[Entry]) -> tuple[Standing, Standing]:
    standing = follow(pathway, entries)
    return standing, outlook(pathway, standing)


def _all_prompts(standing: Standing) -> list[Prompt]:
    return [*standing.ended, *standing.prompts.values()]


def _splits(entries: Sequence[T]) -> Iterator[tuple[Sequence[T], Sequence[T]]]:
    for number in range(1, len(entries)):
        yield entries[:number], entries[number:]


def _stored(standing: Standing) -> Standing:
    return msgspec.json.decode(msgspec.json.encode(standing), type=Standing)


def _joined(*standings: Standing) -> tuple[Standing, list[Prompt], list[tuple[str, int]]]:
    """Return the last of several standings, with what ended along the way."""
    ended = [prompt for standing in standings for prompt in standing.ended]
    banners = [(banner.id, banner.since) for standing in standings for banner in standing.past_banners]
    last = structs.replace(standings[-1], ended=(), past_banners=())
    return last, sorted(ended, key=lambda prompt: prompt.key), sorted(banners)


def _shuffled(standing: Standing, chance: random.Random) -> Standing:
    parts = structs.asdict(standing)
    mixed = {
        name: dict(chance.sample(list(part.items()), len(part)))
        for name, part in parts.items()
        if isinstance(part, dict)
    }
    return structs.replace(standing, **mixed)


def _renumbered(entry: Entry, numbers: dict[int, int]) -> Entry:
    number = numbers[entry.number]
    # Whatever was written first, all of it was written in the end.
    return structs.replace(
        entry,
        number=number,
        recorded_at=entry.recorded_at + 10**15 + number,
        prompt=entry.prompt and _renamed_key(entry.prompt, numbers),
    )


def _renamed_key(key: PromptKey, numbers: dict[int, int]) -> PromptKey:
    if key.rule not in ("misfit", "override"):
        return key
    return structs.replace(key, episode=numbers.get(key.episode, key.episode))


def _renamed(found: ReferenceStanding, numbers: dict[int, int]) -> ReferenceStanding:
    """Say what was found with other numbers for the entries."""
    prompts = [replace(prompt, key=_renamed_key(key, numbers)) for key, prompt in found.prompts.items()]
    return replace(
        found,
        exit=(*found.exit[:2], numbers[found.exit[2]]) if found.exit else None,
        facts={name: (*known[:3], numbers[known[3]]) for name, known in found.facts.items()},
        misfits=tuple(sorted((numbers[entry], kind, at) for entry, kind, at in found.misfits)),
        prompts={prompt.key: prompt for prompt in prompts},
    )


def _depends_on(pathway: Pathway, rule: Rule) -> set[str]:
    """Name the tracks and facts that a rule looks at, by itself or through a score."""
    names = {track for track, _ in rule.during} | {rule.counted_from.name}
    for condition in (rule.when, rule.done_when):
        names |= set(condition.names) if condition else set()
    for score in reversed(pathway.scores):
        if f"score.{score.name}" in names:
            names |= {name for condition in score.conditions for name in condition.names}
    return names


def _of_rule(found: ReferenceStanding, rule: Rule) -> dict[PromptKey, ReferencePrompt]:
    return {key: prompt for key, prompt in found.prompts.items() if key.rule == rule.id}


def _conditions(pathway: Pathway) -> Iterator[Condition]:
    for rule in pathway.rules:
        yield from (each for each in (rule.when, rule.done_when) if each)
    yield from (banner.when for banner in pathway.banners)
    for score in pathway.scores:
        yield from score.conditions


@contextmanager
def _machine_in(zone: str) -> Iterator[None]:
    """Let the clock of this process be in another zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def _latest_end(prompts: Iterable[Prompt]) -> int:
    return max(prompt.ended_at for prompt in prompts if prompt.ended_at is not None)
