"""What has too many combinations is sampled, in seconds, and it says so."""

from pathways.proving.proof import examine
from pathways.reading import read
from tests.proving.plain import PLAIN

DAYS = tuple(f"day_{number}" for number in range(7))


def large() -> str:
    """Return the fence with ten more tracks, and a prompt that compares seven days with each other."""
    tracks = "".join(
        f"  track_{number}: {{start: a, states: {{a: {{}}, b: {{}}, c: {{}}, d: {{end: true}}}}, "
        f"transitions: [{{event: go-{number}, from: a, to: b}}, {{event: on-{number}, from: b, to: c}}, "
        f"{{event: end-{number}, from: [a, b, c], to: d}}]}}\n"
        for number in range(10)
    )
    watched = "".join(
        f"  - {{id: watch-{number}, say: Watch, tier: due, for: lead, while: {{track_{number}: [a, b, c]}}, "
        f"due: 7 days, every: [7 days], source: chosen-here}}\n"
        for number in range(10)
    )
    asked = (
        f"  - {{id: days, say: Days, tier: due, for: lead, due: 1 day, needs: [{', '.join(DAYS)}], "
        f"source: chosen-here}}\n"
    )
    pairs = [(one, other) for at, one in enumerate(DAYS) for other in DAYS[at + 1 :]]
    compared = " || ".join(f"days({one}, {other}) > {at + 3}" for at, (one, other) in enumerate(pairs))
    compares = (
        f"  - {{id: compares, say: Compare, tier: due, for: lead, due: 1 day, when: '{compared}', "
        f"source: chosen-here}}\n"
    )
    return (
        PLAIN.replace("milestones:", "".join(f"  {day}: {{type: date}}\n" for day in DAYS) + "milestones:")
        .replace("exits:", f"{tracks}exits:")
        .replace("otherwise:", f"{watched}{asked}{compares}otherwise:")
        .replace("exits:", "assurances: [{id: dated, say: Dated, dated: always}]\nexits:")
    )


def test_too_many_combinations_are_sampled_and_it_is_said() -> None:
    report = examine(read(large()))

    [dated] = report.verdicts
    assert dated.outcome == "proved"
    assert dated.sampled
    assert dated.looked_at < dated.combinations
    assert {each.kind for each in report.examined if each.sampled} >= {"tracks-block", "never-opens"}
