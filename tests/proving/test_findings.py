"""One fault of each kind, planted where nothing is wrong, is found with a story that plays."""

import pytest

from pathways.model import Pathway
from pathways.proving.proof import examine
from pathways.proving.verdicts import Found
from pathways.stories import play, read_stories
from tests.proving.plain import plain

PROMPT = """\
  - id: {id}
    say: Do it
    tier: due
    for: coordinator
    due: 1 day
    source: chosen-here
{more}
otherwise:"""


def with_prompts(*prompts: str, facts: str = "") -> Pathway:
    """Add prompts, each `id` and then its keys, one a line."""
    added = "".join(
        PROMPT.format(id=id_, more="\n".join(f"    {key}" for key in keys)).removesuffix("otherwise:")
        for id_, *keys in (each.split("\n") for each in prompts)
    )
    changes = [("otherwise:", f"{added}otherwise:")]
    return plain(
        *changes, *([("  note: {type: text}", f"  note: {{type: text}}\n  {facts}")] if facts else [])
    )


def found_in(pathway: Pathway) -> list[Found]:
    """Return the findings, after playing the story of each."""
    findings = list(examine(pathway).findings)
    for each in findings:
        for story in read_stories(each.story) if each.story else ():
            assert not play(pathway, story).mismatches
    return findings


def the_one(pathway: Pathway) -> Found:
    [found] = found_in(pathway)
    return found


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    report = examine(plain())

    assert not report.findings
    assert report.holds
    assert not any(each.sampled for each in report.examined)


def test_an_event_that_always_wants_a_reason() -> None:
    warned = "{that: 'wood == \"unsure\"', else: It is, source: handbook}"
    found = the_one(
        plain(
            (
                "else: Find out first, source: handbook}",
                f"else: Find out first, source: handbook}}\n          - {warned}",
            )
        )
    )

    assert (found.kind, found.about) == ("event-always-warned", ("prop",))
    assert "refused prop" in found.story


WAITS = """{that: '%s == "%s"', else: Wait, source: handbook}"""


def test_two_tracks_that_wait_for_each_other() -> None:
    mend, paint = "to: mended}\n      - {event: lean", "to: new}"
    found = the_one(
        plain(
            (mend, mend.replace("}", f", should: [{WAITS % ('paint', 'new')}]}}", 1)),
            (paint, paint.replace("}", f", should: [{WAITS % ('fence', 'mended')}]}}", 1)),
        )
    )

    assert (found.kind, found.about) == ("tracks-block", ("propped", "old"))
    assert "refused mend; refused paint" in found.story


def test_a_state_in_which_nothing_is_asked() -> None:
    found = the_one(plain(("while: {paint: old}", "while: {paint: old}\n    when: rotten")))

    assert (found.kind, found.about) == ("forgotten-state", ("paint", "old"))


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        ("never\nwhen: height > 3.0 && height < 1.0", "`when` is never met"),
        (
            'never\nwhile: {fence: mended}\nwhen: fence == "seen" || paint == "new" && paint == "old"',
            "never met",
        ),
        ("never\nwhen: known.rotten\nneeds: [rotten]", "on record whenever it is wanted"),
        ('never\nwhile: {fence: propped}\ndone_when: fence != "seen"', "on record whenever it is wanted"),
    ],
)
def test_a_prompt_that_can_never_open(prompt: str, why: str) -> None:
    found = the_one(with_prompts(prompt))

    assert (found.kind, found.about, found.confirmed) == ("never-opens", ("never",), True)
    assert why in found.what
    assert found.story


LATE = (
    "  - {{id: late, say: Late, tier: due, for: lead, when: '!passed.long_ago', {keys}, source: chosen-here}}"
)


def test_a_prompt_that_would_open_only_after_it_is_wanted_never_opens() -> None:
    keys = "counted_from: leans_since, opens: 20 days, due: 30 days"
    found = the_one(plain(("otherwise:", f"{LATE.format(keys=keys)}\notherwise:")))

    assert (found.kind, found.about) == ("never-opens", ("late",))


def test_what_can_only_not_be_shown_is_told_as_a_doubt() -> None:
    keys = "opens: 20 days, due: 30 days"  # counted from when it is wanted, which it is for 10 days at most
    pathway = plain(("otherwise:", f"{LATE.format(keys=keys)}\notherwise:"))
    found = the_one(pathway)

    assert (found.kind, found.about, found.confirmed) == ("never-opens", ("late",), False)
    assert examine(pathway).holds


def test_a_prompt_whose_act_can_no_longer_come_about() -> None:
    prompt = 'stuck\nwhile: {paint: [old, new]}\ndone_when: paint == "old" && rotten'
    found = the_one(with_prompts(prompt))

    assert (found.kind, found.about) == ("act-impossible", ("stuck",))
    assert "paint" in found.story


def test_a_prompt_that_is_silent_for_ever() -> None:
    asker = 'ask-grain\nwhen: wood == "oak"\nneeds: [grain]'
    silent = 'silent\nwhile: {fence: [seen, propped]}\nwhen: grain == "coarse"'
    found = the_one(with_prompts(asker, silent, facts="grain: {type: choice, of: [fine, coarse]}"))

    assert (found.kind, found.about) == ("silent-unknown", ("silent", "grain"))
    assert "wood=pine" in found.story


def test_a_fact_that_is_asked_for_in_the_end_silences_nobody() -> None:
    first = "measure\nwhile: {fence: [seen, propped]}\nneeds: [note]"
    asker = "ask-grain\nwhile: {fence: [seen, propped]}\nwhen: known.note\nneeds: [grain]"
    silent = 'silent\nwhile: {fence: [seen, propped]}\nwhen: grain == "coarse"'

    assert not found_in(with_prompts(first, asker, silent, facts="grain: {type: choice, of: [fine, coarse]}"))


def test_a_fact_that_could_not_open_a_prompt_silences_nobody() -> None:
    asker = 'ask-grain\nwhen: wood == "oak"\nneeds: [grain]'
    spoken = 'spoken\nwhile: {fence: [seen, propped]}\nwhen: rotten && (!known.grain || grain == "coarse")'

    assert not found_in(with_prompts(asker, spoken, facts="grain: {type: choice, of: [fine, coarse]}"))


def test_two_prompts_that_ask_for_opposite_things() -> None:
    take = 'take-oak\ndone_when: wood == "oak"'
    leave = 'take-pine\nwhen: rotten\ndone_when: wood == "pine"'
    found = the_one(with_prompts(take, leave))

    assert (found.kind, found.about) == ("contradiction", ("take-oak", "take-pine"))


def test_prompts_that_can_be_done_one_after_the_other_are_no_contradiction() -> None:
    first = 'prop-it\nwhile: {fence: [seen, propped]}\ndone_when: fence == "propped"'
    then = 'mend-it\nwhile: {fence: [seen, propped]}\ndone_when: fence == "mended"'

    assert not found_in(with_prompts(first, then))


def test_two_prompts_that_must_not_be_open_together() -> None:
    tall = "tall\nwhen: height >= 2.0\nnever_with: [low]"
    low = "low\nwhen: height < 3.0"
    found = the_one(with_prompts(tall, low))

    assert (found.kind, found.about) == ("never-with", ("low", "tall"))
    assert "height=2" in found.story


def test_prompts_that_go_on_while_unsure_are_not_open_together_if_they_never_met() -> None:
    tall = 'tall\nwhile: {fence: seen}\nwhen: height >= 2.0 && (rotten || wood == "oak")\nnever_with: [low]'
    low = 'low\nwhile: {fence: seen}\nwhen: height < 2.0 && (rotten || wood == "oak")'

    assert not found_in(with_prompts(tall, low))


def test_a_role_that_nobody_holds() -> None:
    [found] = examine(plain(), ["lead", "clinician"]).findings

    assert (found.kind, found.about) == ("nobody-in-role", ("clinician",))
    assert "`look`, `rot` and `otherwise`" in found.what or "`look`, `rot`, `otherwise`" in found.what


ACCEPTED = "accepted: [{{finding: {kind}, about: {about}, because: it is meant so}}]\nexits:"


def test_what_the_file_lives_with_is_told_with_its_reason() -> None:
    forgotten = ("while: {paint: old}", "while: {paint: old}\n    when: rotten")
    accepted = ("exits:", ACCEPTED.format(kind="forgotten-state", about="[paint, old]"))
    report = examine(plain(forgotten, accepted))

    assert [each.because for each in report.findings] == ["it is meant so"]
    assert report.holds


def test_what_is_accepted_in_vain_is_told() -> None:
    accepted = ("exits:", ACCEPTED.format(kind="forgotten-state", about="[paint, old]"))
    report = examine(plain(accepted))

    assert "it is not found; remove it" in report.findings[0].what
    assert not report.holds
