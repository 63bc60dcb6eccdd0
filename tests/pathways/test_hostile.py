"""A file made to harm gets an answer in seconds: a pathway, or a sentence."""

import random
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from timeit import timeit

import pytest

from pathways import schema
from pathways.conditions import Compiler, Judge, timestamp
from pathways.findings import MOST_TOLD
from pathways.model import Fact
from pathways.moments import day
from pathways.problems import PathwayFileRejected
from pathways.reading import read, read_file
from tests.pathways.example import changed, told

SECONDS = 20  # of a processor that others use too; on a quiet one the worst of these takes five


def stones(*, facts: int, prompts: Iterator[str], states: int = 10) -> str:
    """Return a pathway of three tracks, each with as many states."""
    names = "".join(f"  f{at}: {{type: yes-no}}\n" for at in range(facts))
    tracks = "".join(_track(at, states) for at in range(3))
    return (
        "pathway: stones\ntitle: Stones\nversion: 1\nreview: submitted\nexits: [died]\n"
        "sources: {here: {title: Here, weight: read}}\n"
        f"facts:\n{names}tracks:\n{tracks}"
        "otherwise: {say: Decide, for: lead, every: 1 day, source: here}\n"
        f"prompts:\n{''.join(prompts)}"
    )


def _track(number: int, states: int) -> str:
    named = "".join(f"s{at}: {{end: true}}, " for at in range(states))
    steps = "".join(f"{{event: e{number}-{at}, from: s{at}, to: s{at + 1}}}, " for at in range(states - 1))
    return f"  t{number}: {{start: s0, states: {{{named}}}, transitions: [{steps}]}}\n"


def prompt(name: str, when: str, needs: str = "") -> str:
    states = ", ".join(f"s{at}" for at in range(10))
    over = ", ".join(f"t{at}: [{states}]" for at in range(3))
    asks = f", needs: [{needs}]" if needs else ""
    return (
        f"  - {{id: {name}, say: Do, tier: info, for: lead, source: here, while: {{{over}}}, "
        f'when: "{when}"{asks}}}\n'
    )


def everybody_asks() -> str:
    wants = (prompt(f"p{at}", f"f{at}") for at in range(50))
    every = ", ".join(f"f{at}" for at in range(50))
    asks = (prompt(f"q{at}", f"known.f{at}", every) for at in range(20))
    return stones(facts=50, prompts=iter([*wants, *asks]))


def long_conditions() -> str:
    def when(at: int) -> str:
        return " && ".join(f"(f{(at + each) % 90} || known.f{(at + each + 1) % 90})" for each in range(30))

    return stones(facts=90, prompts=(prompt(f"p{at}", when(at), f"f{at % 90}") for at in range(150)))


def entangled_conditions() -> str:
    drawn = random.Random(1)  # noqa: S311  # not a secret
    facts = [f"f{at}" for at in range(10)]

    def when() -> str:
        return "&&".join(f"({'||'.join(drawn.sample(facts, 5))})" for _ in range(28))

    return stones(facts=10, prompts=(prompt(f"p{at}", when()) for at in range(200)))


def misspelt_names() -> str:
    drawn = random.Random(1)  # noqa: S311  # not a secret

    def word() -> str:
        return "_".join("".join(drawn.choices("abcdefgh", k=6)) for _ in range(3))

    facts = "".join(f"  {word()}: {{type: yes-no}}\n" for _ in range(290))
    needs = (prompt(f"p{at}", "known.f0", ", ".join(word() for _ in range(20))) for at in range(150))
    return stones(facts=1, prompts=needs).replace("facts:\n", f"facts:\n{facts}")


def misspelt_conditions() -> str:
    drawn = random.Random(1)  # noqa: S311  # not a secret
    return stones(
        facts=290,
        prompts=(
            prompt(f"p{at}", "||".join(f"g{drawn.randrange(1000)}" for _ in range(150))) for at in range(300)
        ),
    )


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (everybody_asks, "too many prompts speak of too many facts in too many states"),
        (long_conditions, "too many prompts speak of too many facts in too many states"),
        (entangled_conditions, f"more than {MOST_TOLD} things are wrong with this pathway"),
        (misspelt_names, f"more than {MOST_TOLD} things are wrong with this pathway"),
        (misspelt_conditions, f"more than {MOST_TOLD} things are wrong with this pathway"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_file_that_is_hard_to_check_is_answered_in_seconds(made: object, part: str) -> None:
    assert callable(made)
    text = made()
    begun = process_time()

    problems = told(text)

    assert process_time() - begun < SECONDS
    assert any(part in problem for problem in problems), problems[:3]
    assert len(problems) <= MOST_TOLD + 1


@pytest.mark.parametrize("section", ["facts", "sources", "prompts", "banners", "assurances", "exits"])
def test_a_pathway_has_so_much_of_each_and_no_more(section: str) -> None:
    most = schema.MOST[section]
    bodies = {
        "facts": "facts:\n" + "".join(f"  more_{at}: {{type: text}}\n" for at in range(most)),
        "sources": "sources:\n" + "".join(f"  more-{at}: {{title: M, weight: read}}\n" for at in range(most)),
        "exits": "exits:\n" + "".join(f"  - more-{at}\n" for at in range(most)),
    }
    listed = f"{section}:\n" + "".join(f"  - {{id: more-{at}}}\n" for at in range(most + 1))
    part = f"part: more\nsay: More\n{bodies.get(section, listed)}"

    own = changed("facts:\n", "use: more\nfacts:\n")

    assert f"there are more than {most} here; leave some out, or divide the pathway" in told(
        f"{own}---\n{part}"
    )


def test_states_that_are_too_many_are_told_once() -> None:
    states = "".join(f"      more-{at}: {{end: true}}\n" for at in range(60))

    assert told(changed("      free: {}\n", f"      free: {{}}\n{states}")) == [
        "there are more than 60 here; leave some out, or divide the pathway"
    ]


WORST = {
    "many days": "||".join(["days(a,b)<0"] * 76),
    "many dates": "||".join(['a<date("2020-01-01")'] * 43),
    "days between dates": "q&&" + "+".join(['days(date("2020-01-01"),date("2020-01-01"))'] * 22) + ">0",
    "a list of dates": "a in [" + ",".join(['date("2020-01-01")'] * 52) + "]",
    "a list of texts": "t in [" + ",".join(['"a"'] * 248) + "]",
    "many ands": "&&".join("q" * 330),
    "many lists": "||".join(['t in["a"]'] * 90),
    "sums": "+".join(["n*2.0"] * 25) + ">0.0",
    "choices": "+".join(["(q?1.0:2.0)"] * 25) + ">n",
}


@pytest.mark.parametrize("name", WORST)
def test_judging_any_condition_takes_less_than_a_millisecond(name: str) -> None:
    facts = {
        "a": Fact(name="a", type="date"),
        "b": Fact(name="b", type="date"),
        "n": Fact(name="n", type="number"),
        "t": Fact(name="t", type="text"),
        "q": Fact(name="q", type="yes-no"),
    }
    compiler = Compiler(facts, {}, ())
    condition = compiler.compile(WORST[name])
    begin = timestamp(day("2020-01-01"))
    known = {"a": begin, "b": begin, "n": 1.0, "t": "x" * 9_000, "q": True}
    env = compiler._env
    expression = env.deserialize(condition.compiled)

    for values in ({}, known):
        view = env.Activation(values)
        assert min(timeit(lambda: expression.eval(view), number=1) for _ in range(20)) < 0.001  # noqa: B023  # at once


def test_judging_a_condition_over_scores_takes_no_longer() -> None:
    def over(parts: int) -> str:
        each = "".join(
            f"      - {{say: I, points: {points}, when: smoker}}\n" for points in (1, 2, 4, 8, 16, 32)
        )
        score = f"scores:\n  much:\n    title: Much\n    items:\n{each}    source: hand-book\n"
        when = "||".join(f"score.much=={at}" for at in range(parts))
        return changed("tracks:\n", f"{score}tracks:\n", text=changed("when: smoker\n", f"when: {when}\n"))

    most = next(parts for parts in range(1, 60) if told(over(parts + 1)))
    assert "too many for so long a condition" in told(over(most + 1))[0]
    pathway = read(over(most))
    judge, banner = Judge(pathway), pathway.banners[0]
    view = judge.view({})

    assert len(judge.totals("much", view)) == 64
    assert min(timeit(lambda: judge.judge(banner.when, view), number=1) for _ in range(20)) < 0.001


def test_a_condition_that_is_nested_too_deeply_is_refused() -> None:
    assert told(changed("when: smoker\n", f"when: {'(' * 40}smoker{')' * 40}\n")) == [
        "the condition is nested too deeply; divide it among several rules"
    ]
    assert told(changed("when: smoker\n", f"when: {'+'.join(['score'] * 99)} > 1.0\n")) == [
        "the condition is nested too deeply; divide it among several rules"
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "[1, 2].all(x, x > 0)",
        "remark.matches('(a+)+$')",
        "remark.startsWith('a')",
        "[smoker].exists(x, x)",
        "size(remark) > 3",
    ],
)
def test_no_condition_loops_or_searches(condition: str) -> None:
    [problem] = told(changed("when: smoker\n", f'when: "{condition}"\n'))

    assert "cannot be used in a condition" in problem or "there is no function" in problem


def test_a_name_of_a_part_leads_to_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("part: secret\nsay: Secret\n", encoding="utf-8")
    (tmp_path / "parts").mkdir()
    for name in ("../secret", "/etc/passwd", "..", "a/../../secret", "secret.yaml", "~", "%2e%2e", "Secret"):
        file = tmp_path / "wrist.yaml"
        file.write_text(changed("facts:\n", f"use: '{name}'\nfacts:\n"), encoding="utf-8")
        with pytest.raises(PathwayFileRejected, match=r"is not an id|there is no part"):
            read_file(file)


def test_a_thousand_parts_are_refused() -> None:
    names = ", ".join(f"p{at}" for at in range(1000))

    assert "there are more than 30 here; leave some out, or divide the pathway" in told(
        changed("facts:\n", f"use: [{names}]\nfacts:\n")
    )
