"""What a pathway promises, disputes and keeps apart is read with its names checked."""

import pytest

from pathways.moments import Length
from pathways.promises import (
    Asked,
    Claim,
    Dated,
    DueWithin,
    FreeOf,
    Leaves,
    Never,
    Open,
    Repeats,
    Shown,
    Unused,
    Warned,
)
from pathways.reading import read
from pathways.terms import Count
from tests.pathways.example import EXAMPLE, changed, place_of, problems_in, told


def promising(claim: str) -> str:
    return f"{EXAMPLE}assurances:\n  - {{id: one, say: One, against: [c2, lost-entry], {claim}}}\n"


def claim_of(text: str) -> Claim:
    [assurance] = read(promising(text)).assurances
    return assurance.claim


def when_of(claim: Claim) -> str | None:
    assert isinstance(claim, Never | Asked | Open | Shown | Warned)
    return claim.when.text if claim.when else None


def test_an_assurance_says_what_it_stands_against() -> None:
    [assurance] = read(promising("dated: always")).assurances

    assert (assurance.id, assurance.say, assurance.against) == ("one", "One", ("c2", "lost-entry"))
    assert assurance.part == ""


def test_each_claim_is_read_with_what_belongs_to_it() -> None:
    assert claim_of("dated: always") == Dated()
    assert claim_of("never: [look-again, not-smoking]") == Never(never=("look-again", "not-smoking"))
    assert claim_of("asked: ask-first") == Asked(asked="ask-first")
    assert claim_of("open: ask-first") == Open(open="ask-first")
    assert claim_of("shown: not-smoking") == Shown(shown="not-smoking")
    assert claim_of("warned: discharge") == Warned(warned="discharge")
    assert claim_of("leaves: died") == Leaves(leaves=("died",))
    assert claim_of("free_of: [pain, grip], to: wrist.free") == FreeOf(
        free_of=("pain", "grip"), track="wrist", state="free"
    )
    assert claim_of("due: look-again, within: 14 days, of: entered, not_before: 1 week") == DueWithin(
        due="look-again", within=Length(14, "day"), of=Count("entered"), not_before=Length(1, "week")
    )
    assert claim_of("due: look-again, within: 14 days, of: wrist.free") == DueWithin(
        due="look-again", within=Length(14, "day"), of=Count("state", "wrist", "free")
    )
    assert claim_of("repeats: look-again, within: 6 months, until: 2 years") == Repeats(
        repeats="look-again", within=Length(6, "month"), until=Length(2, "year")
    )
    assert claim_of("unused: [steroids, take-x-ray]") == Unused(unused=("steroids", "take-x-ray"))


@pytest.mark.parametrize(
    "claim", ["never: ask-first", "shown: not-smoking", "warned: discharge", "open: ask-first"]
)
def test_a_claim_holds_under_a_condition_or_always(claim: str) -> None:
    assert when_of(claim_of(claim)) is None
    assert when_of(claim_of(f"{claim}, when: known.pain && smoker")) == "known.pain && smoker"


@pytest.mark.parametrize(
    ("claim", "part"),
    [
        ("askd: ask-first", "`askd` is not a key of an assurance; did you mean `asked`?"),
        ("dated: always, because: x", "`because` is not a key of an assurance"),
        ("when: smoker", "an assurance claims one thing; write one of `never`, `asked`, `open`"),
        (
            "asked: ask-first, open: ask-first",
            "`open` is a second claim beside `asked`; write an assurance for",
        ),
        ("asked: ask-frist", "`ask-frist` is not a prompt of this pathway; did you mean `ask-first`?"),
        ("asked: not-smoking", "`not-smoking` is not a prompt of this pathway"),
        (
            "never: [look-again, no-smoking]",
            "`no-smoking` is not a prompt or banner of this pathway; did you",
        ),
        ("shown: ask-first", "`ask-first` is not a banner of this pathway"),
        ("warned: discharged", "`discharged` is not an event of this pathway; did you mean `discharge`?"),
        ("leaves: [died, lost]", "`lost` is not an exit of this pathway"),
        ("free_of: pian, to: wrist.free", "`pian` is not a fact of this pathway; did you mean `pain`?"),
        ("free_of: pain", "`free_of` needs `to`"),
        ("free_of: pain, to: wrist", "`wrist` is not a state with its track; write it as `track.state`"),
        ("free_of: pain, to: wrst.free", "`wrst` is not a track of this pathway; did you mean `wrist`?"),
        ("free_of: pain, to: wrist.fre", "`fre` is not a state of the track `wrist`; did you mean `free`?"),
        ("free_of: pain, to: wrist.free, when: smoker", "`when` does not belong to `free_of`; remove it"),
        ("dated: never", "`never` is not how far a pathway can be dated"),
        ("dated: always, within: 1 day", "`within` does not belong to `dated`; remove it"),
        ("due: look-again, within: 14 days", "`due` needs `of`"),
        ("due: look-again, of: entered", "`due` needs `within`"),
        ("due: look-again, within: 14 days, of: pain", "a prompt cannot be counted from the choice `pain`"),
        ("due: look-again, within: soon, of: entered", "'soon' is not a length"),
        ("due: look, within: 14 days, of: entered", "`look` is not a prompt of this pathway"),
        ("repeats: look-again", "`repeats` needs `within`"),
        ("repeats: look-again, within: 0 days", "`0 days` is no time between repeats"),
        (
            "repeats: look-again, within: 1 month, not_before: 1 day",
            "`not_before` does not belong to `repeats`",
        ),
        ("unused: [A Name]", "`A Name` could not be the name of anything"),
        ("asked: ask-first, when: smokre", "`smokre` is not a fact or a track of this pathway; did you mean"),
        ("asked: ask-first, when: this > broken_on", "`this` is the day of a booking"),
    ],
)
def test_a_claim_that_says_nothing_sure_is_refused(claim: str, part: str) -> None:
    problems = told(promising(claim))

    assert [problem for problem in problems if part in problem], problems
    assert len(problems) == 1


def test_what_is_wrong_with_a_claim_is_told_at_its_place() -> None:
    text = promising("never: [look-again, no-smoking]")

    [problem] = problems_in(text)

    assert (problem.line, problem.column) == place_of("no-smoking]", text)


def test_assurances_have_ids_of_their_own() -> None:
    text = promising("dated: always") + "  - {id: one, say: Two, dated: always}\n"

    assert told(text) == ["`one` is the id of another assurance; choose another id; the first is on line 112"]


def test_a_name_that_is_nowhere_is_unused() -> None:
    assert told(promising("unused: [nothing_of_the_kind]")) == []


def test_what_is_disputed_is_kept_with_its_caution() -> None:
    text = f"{EXAMPLE}disputed:\n  - {{id: rest, say: Rest, caution: No use was found, source: hand-book}}\n"

    [claim] = read(text).disputed

    assert (claim.id, claim.say, claim.caution) == ("rest", "Rest", "No use was found")
    assert claim.source == ("hand-book",)
    assert told(text.replace(", caution: No use was found", "")) == ["a disputed claim needs `caution`"]
    assert (
        told(text.replace("source: hand-book}\n", "source: hand-bok}\n", 1).replace(EXAMPLE, EXAMPLE)) != []
    )


def test_what_is_disputed_names_sources_that_exist_and_ids_of_its_own() -> None:
    one = "  - {id: rest, say: Rest, caution: No use was found, source: hand-bok}\n"
    two = "  - {id: rest, say: Run, caution: No use was found, source: hand-book}\n"

    assert told(f"{EXAMPLE}disputed:\n{one}{two}") == [
        "`hand-bok` is not a source of this pathway; did you mean `hand-book`?",
        "`rest` is the id of another disputed claim; choose another id; the first is on line 112",
    ]


def test_a_stop_without_a_sound_source_says_why() -> None:
    text = changed("    weak: nothing is written about pictures\n", "")

    [problem] = told(text)
    assert problem == (
        "no source of this `stop` is of weight `requirement` or `read` or `second-hand`; "
        "cite a stronger one, or say under `weak` why it stands all the same"
    )
    assert told(text.replace("weight: default", "weight: second-hand")) == []
    assert read(EXAMPLE).rules[4].weak == "nothing is written about pictures"


def test_work_that_rests_on_disputed_sources_alone_says_why() -> None:
    text = EXAMPLE.replace("weight: default", "weight: disputed")

    [problem] = told(text)
    assert problem.startswith("every source of this prompt is disputed; cite a stronger one, or say")


def test_prompts_that_exclude_each_other_are_prompts() -> None:
    def with_never(names: str) -> str:
        return changed("  - id: look-again\n", f"  - id: look-again\n    never_with: {names}\n")

    assert read(with_never("[ask-first]")).rules[2].never_with == ("ask-first",)
    assert told(with_never("ask-frist")) == [
        "`ask-frist` is not a prompt of this pathway; did you mean `ask-first`?"
    ]
    assert told(with_never("look-again")) == ["a prompt is always open with itself; name another prompt"]


def test_a_finding_of_the_check_may_be_meant_to_be_so() -> None:
    text = f"{EXAMPLE}accepted:\n  - {{finding: never-opens, about: look-again, because: It is for later}}\n"

    [accepted] = read(text).accepted

    assert (accepted.finding, accepted.about) == ("never-opens", ("look-again",))
    assert accepted.because == "It is for later"
    assert told(text.replace("never-opens", "never-open"))[0].startswith(
        "`never-open` is not a kind of finding; did you mean `never-opens`?"
    )
    assert told(text.replace(", because: It is for later", "")) == ["an accepted finding needs `because`"]
