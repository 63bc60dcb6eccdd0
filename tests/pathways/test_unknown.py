"""What is unknown hides no danger: what can silence a prompt is asked for wherever it is waited for."""

import pytest

from tests.pathways.example import place_of, problems_in, told

HEAD = """\
pathway: stones
title: Stones
version: 1
review: submitted
sources: {here: {title: Chosen here, weight: default}}
facts:
  size: {type: number, unit: mm}
  fever: {type: yes-no}
  side: {type: choice, of: [left, right]}
  seen_on: {type: date}
  visit_on: {type: date, many: true}
milestones:
  late: {from: seen_on, after: 3 days}
tracks:
  stone:
    start: found
    states: {found: , waiting: , gone: {end: true}}
    transitions:
      - {event: wait, from: found, to: waiting NEEDED}
      - {event: pass, from: [found, waiting], to: gone}
  kidney:
    start: well
    states: {well: , hurt: , lost: {end: true}}
    transitions:
      - {event: hurt, from: well, to: hurt}
      - {event: lose, from: [well, hurt], to: lost}
exits: [died]
otherwise: {say: Decide, for: clinician, every: 14 days, source: here}
prompts:
  - {id: look, say: Look, tier: info, for: clinician, while: {stone: [found, waiting]}, source: here}
  - {id: look-too, say: Look, tier: info, for: clinician, while: {kidney: [well, hurt]}, source: here}
"""


def pathway(*prompts: str, needed: str = "") -> str:
    """Write a pathway with these prompts, each given by what is peculiar to it."""
    lines = (
        f"  - {{id: p{at}, say: Do, tier: info, for: lead, source: here, {each}}}\n"
        for at, each in enumerate(prompts)
    )
    return HEAD.replace(" NEEDED", needed) + "".join(lines)


def silenced(*prompts: str, needed: str = "") -> list[str]:
    """Return which prompt can be silenced by which fact, and where."""
    said = (sentence.partition(";")[0] for sentence in told(pathway(*prompts, needed=needed)))
    return [
        sentence.replace(" is silent as long as ", " / ")
        .replace(" has no date as long as ", " / ")
        .replace(" is unknown, and no other prompt asks for it", " /")
        .replace("`", "")
        for sentence in said
    ]


WARN = "while: {stone: waiting}, when: size > 5.0"


def test_a_fact_that_nobody_asks_for_is_told_with_two_ways_to_mend_it() -> None:
    [problem] = problems_in(pathway(WARN))

    assert str(problem) == (
        "`p0` is silent as long as `size` is unknown, and no other prompt asks for it while "
        "`stone` is `waiting`; "
        "put `size` under `needs` of a prompt over the same states, "
        "or write `unknown: {size: quiet, because: ...}` here"
    )
    assert (problem.line, problem.column) == place_of("size > 5.0", pathway(WARN))


@pytest.mark.parametrize("key", ["needs", "needs_new"])
def test_another_prompt_over_the_same_states_that_asks_is_enough(key: str) -> None:
    assert silenced(WARN, f"while: {{stone: waiting}}, {key}: [size]") == []
    assert silenced(WARN, f"while: {{stone: [found, waiting]}}, {key}: size") == []
    assert silenced(WARN, f"{key}: [size]") == []


def test_a_prompt_over_other_states_does_not_ask_there() -> None:
    assert silenced(WARN, "while: {stone: found}, needs: [size]") == ["p0 / size / while stone is waiting"]
    assert silenced(WARN, "while: {kidney: hurt}, needs: [size]") == [
        "p0 / size / while kidney is well and stone is waiting"
    ]


def test_a_prompt_over_all_states_of_another_track_asks_everywhere() -> None:
    assert silenced(WARN, "while: {kidney: [well, hurt, lost]}, needs: [size]") == []


def test_several_prompts_may_ask_for_it_between_them() -> None:
    both = "while: {stone: [found, waiting]}, when: size > 5.0"
    here, there = "while: {stone: found}, needs: [size]", "while: {stone: waiting}, needs: [size]"

    assert silenced(both, here, there) == []
    assert silenced(both, here) == ["p0 / size / while stone is waiting"]


def test_a_prompt_does_not_ask_for_what_it_waits_for_itself() -> None:
    assert silenced("while: {stone: waiting}, when: size > 5.0, needs: [size]") == [
        "p0 / size / while stone is waiting"
    ]


def test_writing_down_why_silence_is_safe_is_enough() -> None:
    assert silenced(f"{WARN}, unknown: {{size: quiet, because: it is harmless}}") == []
    assert silenced(f"{WARN}, unknown: {{fever: quiet, because: no}}") == [
        "p0 / size / while stone is waiting"
    ]


def test_asking_whether_a_fact_is_known_does_not_silence() -> None:
    assert silenced("while: {stone: waiting}, when: '!known.size'") == []
    assert silenced("while: {stone: waiting}, when: known.size && fever") == [
        "p0 / fever / while stone is waiting"
    ]


def test_a_condition_that_opens_while_a_fact_is_unknown_is_not_silenced_by_it() -> None:
    covering = "while: {stone: waiting}, when: '!known.size || size > 5.0'"

    assert silenced(covering) == []
    assert silenced(covering.replace("> 5.0'", "> 5.0 && fever'")) == ["p0 / fever / while stone is waiting"]
    assert silenced(covering.replace("!known", "known")) == ["p0 / size / while stone is waiting"]
    assert silenced("while: {stone: waiting}, when: '!known.seen_on || passed.late'") == []


def test_a_prompt_that_opens_while_a_fact_is_unknown_may_ask_for_it() -> None:
    asks = "while: {stone: waiting}, needs: [size], when: '!known.size || size > 3.0'"

    assert silenced(WARN, asks) == []
    assert silenced(WARN, asks.replace("|| size > 3.0", "&& fever")) == [
        "p0 / size / while stone is waiting",
        "p1 / fever / while stone is waiting",
    ]


SCORES = """\
scores:
  bad:
    title: Bad
    items:
      - {say: Large, points: 1, when: size > 5.0}
      - {say: Hurt, points: 1, when: kidney == "hurt"}
    source: here
  worse:
    title: Worse
    items: [{say: Bad, points: 2, when: score.bad >= 1}, {say: Late, points: 1, when: passed.late}]
    source: here
tracks:
"""


def silenced_by_scores(*prompts: str) -> list[str]:
    return [sentence.partition(";")[0] for sentence in told(pathway(*prompts).replace("tracks:\n", SCORES))]


def test_the_facts_of_a_score_silence_a_prompt_that_names_it() -> None:
    warns = "while: {stone: waiting}, when: score.bad >= 1"

    [sentence] = silenced_by_scores(warns)
    assert sentence == (
        "`p0` is silent as long as `size`, which the score `bad` looks at, is unknown, "
        "and no other prompt asks for it while `kidney` is `well` and `stone` is `waiting`"
    )
    assert silenced_by_scores(warns, "while: {stone: waiting}, needs: [size]") == []
    assert silenced_by_scores(f"{warns}, unknown: {{size: quiet, because: it is harmless}}") == []
    assert silenced_by_scores("while: {stone: waiting}, when: '!known.size || score.bad >= 1'") == []


def test_where_a_score_answers_without_a_fact_it_silences_nothing() -> None:
    assert silenced_by_scores("while: {kidney: hurt}, when: score.bad >= 1") == []
    assert len(silenced_by_scores("while: {kidney: hurt}, when: score.bad >= 2")) == 1


def test_a_condition_that_is_met_anyway_still_wants_the_date_it_is_counted_from() -> None:
    both = "while: {stone: waiting}, when: '!known.seen_on || passed.late', counted_from: seen_on"

    assert silenced(both) == ["p0 / seen_on / while stone is waiting"]


def test_the_facts_of_scores_within_scores_silence_too() -> None:
    warns = "while: {stone: waiting}, when: score.worse >= 1"

    assert [each.split("`")[3] for each in silenced_by_scores(warns)] == ["seen_on", "size"]
    assert silenced_by_scores(warns, "while: {stone: waiting}, needs: [size, seen_on]") == []


def test_facts_of_milestones_and_counts_silence_too() -> None:
    seen = "seen_on / while stone is waiting"
    for prompt in (
        "while: {stone: waiting}, when: passed.late",
        "while: {stone: waiting}, counted_from: seen_on",
        "while: {stone: waiting}, counted_from: recorded.seen_on",
        "while: {stone: waiting}, counted_from: late",
    ):
        assert silenced(prompt) == [f"p0 / {seen}"]
        assert silenced(prompt, "while: {stone: waiting}, needs: [seen_on]") == []


def test_no_booking_is_no_danger() -> None:
    assert silenced("counted_from: visit_on") == []


def test_what_a_state_cannot_be_entered_without_is_known_there() -> None:
    assert silenced(WARN, needed=", needs: [size]") == []
    assert silenced(WARN, needed=", needs_new: [size]") == []
    assert silenced(WARN, needed=", asks: [size]") == ["p0 / size / while stone is waiting"]


def test_one_way_in_without_the_fact_is_enough_to_miss_it() -> None:
    text = pathway(WARN, needed=", needs: [size]").replace(
        "      - {event: pass,", "      - {event: hurry, from: found, to: waiting}\n      - {event: pass,"
    )

    assert len(told(text)) == 1


def test_what_was_needed_on_the_way_stays_known_further_on() -> None:
    text = pathway("while: {stone: gone}, when: size > 5.0", needed=", needs: [size]")

    assert len(told(text)) == 1
    assert told(text.replace("from: [found, waiting], to: gone", "from: waiting, to: gone")) == []


def test_nothing_is_known_in_the_state_where_patients_start() -> None:
    text = pathway("while: {stone: found}, when: size > 5.0", needed=", needs: [size]").replace(
        "      - {event: pass,", "      - {event: return, from: waiting, to: found}\n      - {event: pass,"
    )

    assert len(told(text)) == 1


@pytest.mark.parametrize(
    "when",
    ["!known.size", "known.fever", 'stone == "waiting"', 'kidney in ["well", "hurt", "lost"]'],
)
def test_the_prompt_that_asks_may_depend_on_tracks_and_on_what_is_known(when: str) -> None:
    assert silenced(WARN, f"needs: [size], when: '{when}'") == []


def test_the_prompt_that_asks_must_be_wanted_in_that_state() -> None:
    assert silenced(WARN, 'needs: [size], when: stone == "found"') == ["p0 / size / while stone is waiting"]
    assert silenced(WARN, 'needs: [size], when: kidney == "hurt"') == [
        "p0 / size / while kidney is well and stone is waiting"
    ]


def test_a_prompt_that_asks_only_once_it_is_known_does_not_ask() -> None:
    assert silenced(WARN, "needs: [size], when: known.size") == ["p0 / size / while stone is waiting"]


def test_states_in_which_a_prompt_is_never_wanted_need_no_asking() -> None:
    assert silenced('when: size > 5.0 && stone == "waiting"', "while: {stone: waiting}, needs: [size]") == []


def test_the_facts_of_the_prompt_that_asks_must_be_asked_for_as_well() -> None:
    asks = "while: {stone: waiting}, needs: [size], when: fever"

    assert silenced(WARN, asks) == [
        "p0 / size / while stone is waiting",
        "p1 / fever / while stone is waiting",
    ]
    assert silenced(WARN, asks, "while: {stone: waiting}, needs: [fever]") == []


def test_two_prompts_that_wait_for_each_other_ask_for_nothing() -> None:
    one = "while: {stone: waiting}, needs: [size], when: fever"
    other = "while: {stone: waiting}, needs: [fever], when: size > 1.0"

    assert silenced(one, other) == [
        "p0 / fever / while stone is waiting",
        "p1 / size / while stone is waiting",
    ]


def test_a_prompt_of_each_booking_does_not_ask_of_everybody() -> None:
    assert silenced(WARN, "needs: [size], counted_from: visit_on") == ["p0 / size / while stone is waiting"]


def test_a_prompt_without_states_may_be_silent_anywhere() -> None:
    assert silenced("when: fever", "needs: [fever]") == []
    assert silenced("when: fever", "needs: [fever], while: {stone: [found, waiting]}") == [
        "p0 / fever / while stone is gone"
    ]
    assert silenced("when: fever") == ["p0 / fever /"]


def test_a_prompt_with_something_wrong_in_it_blames_no_other() -> None:
    text = pathway(WARN, "while: {stone: waiting}, need: [size]")

    assert told(text) == ["`need` is not a key of a prompt; did you mean `needs`?"]


def test_a_state_that_is_not_there_is_not_also_called_silent() -> None:
    text = pathway(
        "while: {stone: elsewhere}, when: size > 5.0",
        "while: {planet: waiting}, when: size > 5.0, needs: [fever]",
    )

    assert [sentence[:22] for sentence in told(text)] == [
        "`elsewhere` is not a s",
        "`planet` is not a trac",
    ]


def test_something_wrong_elsewhere_does_not_hide_a_silence() -> None:
    text = pathway(WARN).replace("type: date}", "type: dtae}").replace("title: Stones", "title:")

    assert len(told(text)) == 3


def test_a_condition_that_is_wrong_is_not_also_called_silent() -> None:
    assert len(told(pathway("while: {stone: waiting}, when: size > 5"))) == 1


def test_many_tracks_at_once_are_checked_in_bounded_time() -> None:
    tracks = "".join(
        f"  t{at}: {{start: a, states: {{a: , b: , c: {{end: true}}}}, "
        f"transitions: [{{event: e{at}, from: a, to: b}}, {{event: f{at}, from: b, to: c}}]}}\n"
        for at in range(12)
    )
    here = ", ".join(f"t{at}: [a, b]" for at in range(12))
    text = pathway(
        f"while: {{{here}}}, when: size > 5.0",
        f"while: {{{here}}}, needs: [size]",
        "needs: [fever]",
        "when: fever",
    )
    text = text.replace("exits:", f"{tracks}exits:")

    # Too many states at once to be told apart: what cannot be shown to be asked for counts as not asked for.
    assert [sentence.partition(" is")[0] for sentence in told(text)] == ["`p0`"]
