"""A pathway that could lose a patient, or that does not hold together, is refused."""

import pytest

from pathways.model import BUILT_IN
from pathways.reading import read
from tests.pathways.example import EXAMPLE, changed, place_of, problems_in, told


def only(text: str) -> str:
    """Return the one thing that is wrong with a file."""
    [sentence] = told(text)
    return sentence


# Names


@pytest.mark.parametrize(
    "word", ["known", "passed", "this", "at", "days", "date", "met", "entered", "int", "for", "null"]
)
def test_a_fact_cannot_be_called_what_means_something_else(word: str) -> None:
    assert (
        only(changed("  points: {", f"  {word}: {{")) == f"`{word}` is a reserved word; choose another name"
    )


def test_facts_milestones_and_tracks_share_one_namespace() -> None:
    text = changed("  points: {", "  wrist: {")

    assert only(text) == "`wrist` is a fact already; choose another name; the first is on line 16"
    assert problems_in(text)[0].line == place_of("wrist:\n    start", text)[0]


def test_two_prompts_cannot_have_one_id() -> None:
    text = changed("id: look-again", "id: ask-first")

    assert only(text) == (
        "`ask-first` is the id of another prompt or banner; choose another id; the first is on line 53"
    )


def test_a_banner_cannot_have_the_id_of_a_prompt() -> None:
    assert "`ask-first` is the id of another" in only(changed("id: not-smoking", "id: ask-first"))


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_prompt_or_banner_is_called_like_a_prompt_that_every_pathway_has(name: str) -> None:
    for old in ("id: look-again", "id: not-smoking"):
        assert only(changed(old, f"id: {name}")) == (
            f"every pathway has a prompt `{name}` already; choose another id"
        )


# What is named must exist


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "{from: broken_on, after",
            "{from: brokn_on, after",
            "`brokn_on` is not a fact of this pathway; did you mean `broken_on`?",
        ),
        (
            "{from: broken_on, after",
            "{from: pain, after",
            "a milestone is counted from one date, and `pain` is of type `choice`",
        ),
        (
            "{from: broken_on, after",
            "{from: visit_on, after",
            "a milestone is counted from one date, and `visit_on` may happen more than once",
        ),
        (
            "start: in-cast",
            "start: in-cst",
            "`in-cst` is not a state of the track `wrist`; did you mean `in-cast`?",
        ),
        ("to: free", "to: fre", "`fre` is not a state of the track `wrist`; did you mean `free`?"),
        ("from: [in-cast, free]", "from: [in-cast, fre]", "`fre` is not a state of the track `wrist`"),
        ("needs: [pain]", "needs: [pian]", "`pian` is not a fact of this pathway; did you mean `pain`?"),
        ("needs_new: grip", "needs_new: [grp]", "`grp` is not a fact of this pathway; did you mean `grip`?"),
        (
            "asks: [remark]",
            "asks: [remrak]",
            "`remrak` is not a fact of this pathway; did you mean `remark`?",
        ),
        ("asks: [remark]", "asks: [pain]", "`pain` is under `needs` too; write it once"),
        (
            "needs_new: grip",
            "needs_new: [visit_on]",
            "`visit_on` may happen more than once, so it is never simply known",
        ),
        (
            "needs: [broken_on, pain, smoker]",
            "needs: [broken_on, pain, smokr]",
            "`smokr` is not a fact of this pathway",
        ),
        (
            "while: {wrist: free}",
            "while: {wrst: free}",
            "`wrst` is not a track of this pathway; did you mean `wrist`?",
        ),
        (
            "while: {wrist: free}",
            "while: {wrist: fre}",
            "`fre` is not a state of the track `wrist`; did you mean `free`?",
        ),
        (
            "counted_from: visit_on",
            "counted_from: visit",
            "`visit` is not something a prompt can be counted from",
        ),
        (
            "counted_from: wrist.in-cast",
            "counted_from: wrist",
            "`wrist` is a track; count from the entry of a state",
        ),
        ("counted_from: wrist.in-cast", "counted_from: wrist.in", "`in` is not a state of the track `wrist`"),
        ("counted_from: wrist.in-cast", "counted_from: wrst.in-cast", "did you mean `wrist.in-cast`?"),
        (
            "counted_from: wrist.in-cast",
            "counted_from: recorded.pian",
            "`pian` is not a fact whose recording can be counted",
        ),
        (
            "counted_from: wrist.in-cast",
            "counted_from: recorded.visit_on",
            "`visit_on` is not a fact whose recording",
        ),
        (
            "counted_from: wrist.in-cast",
            "counted_from: recorded",
            "`recorded` is not something a prompt can be counted from",
        ),
        (
            "counted_from: wrist.in-cast",
            "counted_from: pain",
            "a prompt cannot be counted from the choice `pain`",
        ),
        (
            "unknown: {pain: quiet",
            "unknown: {pian: quiet",
            "`pian` is not a fact of this pathway; did you mean `pain`?",
        ),
        ("source: [hand-book]", "source: [hand-bok]", "`hand-bok` is not a source of this pathway"),
        (
            "every: 14 days, source: our-choice",
            "every: 14 days, source: ours",
            "`ours` is not a source of this pathway",
        ),
    ],
)
def test_what_is_named_must_exist(old: str, new: str, sentence: str) -> None:
    assert sentence in only(changed(old, new))


# Tracks


def test_a_state_that_nobody_reaches_is_refused() -> None:
    text = changed("      - {event: discharge, from: [in-cast, free], to: healed}\n", "")

    assert (
        "the state `healed` cannot be reached from `in-cast`; add a transition to it, or remove it"
        in told(text)
    )


def test_a_state_without_a_way_on_is_refused_unless_it_is_an_end() -> None:
    text = changed("from: [in-cast, free], to: healed", "from: in-cast, to: healed")

    assert only(text) == "no transition leads out of the state `free`; add one, or say `end: true`"
    assert problems_in(text)[0].line == place_of("      free: {}", text)[0]


def test_a_way_back_to_the_same_state_is_no_way_on() -> None:
    text = changed("from: [in-cast, free], to: healed", "from: in-cast, to: healed")
    text = text.replace("\n\nexits:", "\n\nexits:", 1)
    text = changed(
        "      - {event: discharge",
        "      - {event: stay, from: free, to: free}\n      - {event: discharge",
        text=text,
    )

    assert "no transition leads out of the state `free`" in only(text)


def test_states_that_lead_only_round_in_a_circle_are_refused() -> None:
    text = changed("from: [in-cast, free], to: healed", "from: free, to: in-cast")
    text = changed("      healed: {end: true}\n", "", text=text)

    assert told(text) == [
        f"no `end` state can be reached from the state `{state}`; "
        "say `end: true` in a state of the track `wrist`"
        for state in ("in-cast", "free")
    ]


def test_a_state_may_lead_on_from_an_end() -> None:
    text = changed(
        "- {event: discharge, from: [in-cast, free], to: healed}",
        """\
- {event: discharge, from: [in-cast, free], to: healed}
      - {event: break-again, from: healed, to: in-cast}""",
    )

    assert told(text) == []


def test_an_event_has_one_target_from_a_state() -> None:
    text = changed(
        "- {event: discharge, from: [in-cast, free]", "- {event: take-cast-off, from: [free, in-cast]"
    )

    assert only(text) == (
        "`take-cast-off` leads on from `in-cast` already; give this transition an event of its own; "
        "the first is on line 34"
    )


def test_an_event_may_lead_from_other_states_to_other_states() -> None:
    text = changed("- {event: discharge, from: [in-cast, free]", "- {event: take-cast-off, from: free")

    assert told(text) == []


def test_an_event_belongs_to_one_track() -> None:
    text = changed("event: check-bone", "event: discharge")

    assert only(text) == (
        "`discharge` is an event of the track `wrist` already; choose another name for one of them; "
        "the first is on line 44"
    )


def test_a_state_over_which_no_prompt_opens_is_refused() -> None:
    text = changed(", bone: unsure}", "}")

    assert only(text) == (
        "no prompt has the state `unsure` in its `while`, so nothing is asked there; "
        "add a prompt with `while: {bone: unsure}`"
    )


def test_a_pathway_has_a_track() -> None:
    text = EXAMPLE[: EXAMPLE.index("tracks:")] + "tracks: {}\n" + EXAMPLE[EXAMPLE.index("exits:") :]

    assert any(sentence.startswith("a pathway needs a track") for sentence in told(text))


# Prompts


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("    due: 14 days\n", "", "a prompt of tier `due` needs `due`; say by when, such as `due: 14 days`"),
        (
            "    due: 14 days\n",
            "    due: 14 days\n    opens: 15 days\n",
            "it would open only after it is due",
        ),
        ("    due: 1 day before\n", "    due: 8 days before\n", "it would open only after it is due"),
        ("    due: 1 day before\n", "    lapses: 1 day\n", "a prompt of tier `stop` never lapses"),
        (
            "    due: 1 day before\n",
            "    snooze: {times: 1}\n",
            "a prompt of tier `stop` cannot be snoozed; remove it",
        ),
        (
            "tier: info\n",
            "tier: info\n    lapses: 1 day\n",
            "`lapses` is counted from `due`, which is not there",
        ),
        (
            "tier: info\n",
            "tier: info\n    then: [{after: 1 day, tell: lead}]\n",
            "`then` is counted from `due`",
        ),
        (
            "every: [3 months, 6 months]",
            "every: [3 months, 6 hours]",
            "`every`, `opens` and `due` are some in hours",
        ),
        (
            "every: [3 months, 6 months]",
            "every: 6 hours",
            "`every`, `opens` and `due` are some in hours, some in days",
        ),
        (
            "until: 2 years",
            "needs: [pain]",
            "each repeat wants an act of its own, and facts under `needs` stay known",
        ),
        (
            "until: 2 years",
            "done_when: smoker",
            "each repeat wants an act of its own, and `done_when` stays met",
        ),
        (
            "until: 2 years",
            "lapses: 3 days",
            "what repeats and lapses would go on for ever by itself; add `until`",
        ),
        ("every: [3 months, 6 months]\n", "\n", "`until` ends repeats, and nothing repeats"),
        (
            "    while: {wrist: free}\n    counted",
            "    counted",
            "`entered` is the entry of the states in `while`",
        ),
        ("every: [3 months, 6 months]", "every: [0 days]", "`0 days` is too short; write `1 day` or more"),
        (
            "every: [3 months, 6 months]",
            "every: [3 months before]",
            "`3 months before` cannot lie before; write `3 months`",
        ),
        ("until: 2 years", "until: 2 years before", "`2 years before` cannot lie before"),
        ("lapses: 30 days", "lapses: 30 days before", "`30 days before` cannot lie before"),
        ("{most: 2 days", "{most: 0 hours", "`0 hours` is too short"),
        ("{after: 1 day, tell", "{after: 1 day before, tell", "`1 day before` cannot lie before"),
        ("every: 14 days, source", "every: 0 days, source", "`0 days` is too short"),
        ("every: 14 days, source", "source", "what is prompted otherwise needs `every`"),
        (
            "    due: 1 day before\n",
            "    due: 1 day\n",
            "it ends with its booking, which is over before this comes",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(old: str, new: str, sentence: str) -> None:
    sentences = told(changed(old, new))

    assert any(each.startswith(sentence) for each in sentences), sentences


def test_each_interval_of_a_schedule_may_come_again() -> None:
    assert told(changed("every: [3 months, 6 months]", "every: [3 months, 3 months, 6 months]")) == []


def test_a_repeat_may_want_something_recorded_anew() -> None:
    assert told(changed("until: 2 years", "needs_new: [pain]")) == []


def test_a_repeat_in_hours_is_reckoned_in_hours() -> None:
    text = changed("every: [3 months, 6 months]", "every: [12 hours, 30 minutes]")

    assert told(changed("due: 14 days", "due: 6 hours", text=text)) == []
    assert "some in hours, some in days" in only(changed("due: 14 days", "due: 0 days", text=text))
    assert "some in hours, some in days" in only(changed("every: 14 days", "every: 6 hours"))
    assert told(changed("every: 14 days", "due: 0 hours, every: 6 hours")) == []


def test_information_may_repeat_without_ever_being_due() -> None:
    assert told(changed("tier: info\n", "tier: info\n    every: 1 month\n")) == []


def test_what_is_due_on_the_day_it_opens_may_be_escalated() -> None:
    text = changed(
        "    opens: 7 days before\n    due: 1 day before\n", "    then: [{after: 1 day, tell: lead}]\n"
    )

    assert told(text) == []


def test_a_repeat_that_lapses_must_end_some_day() -> None:
    assert told(changed("until: 2 years", "until: 2 years\n    lapses: 3 days")) == []


def test_a_pathway_may_do_without_milestones_banners_and_prompts_over_bookings() -> None:
    text = EXAMPLE[: EXAMPLE.index("banners:")]

    assert read(text).banners == ()
