"""A pathway file is read into a pathway, or refused with everything that is wrong with it and where."""

from hashlib import sha256
from pathlib import Path

import pytest

from pathways.errors import NotFound
from pathways.model import Escalation, Fact, Milestone, Quiet, Rule, Snooze, Source, State
from pathways.moments import Length
from pathways.problems import PathwayFileRejected
from pathways.reading import read, read_file
from pathways.terms import Count
from tests.pathways.example import EXAMPLE, changed, place_of, problems_in, told

PATHWAY = read(EXAMPLE)
RULES = {rule.id: rule for rule in PATHWAY.rules}


def test_a_file_that_is_right_has_no_problems() -> None:
    assert problems_in(EXAMPLE) == []


def test_what_a_file_says_about_itself_is_kept() -> None:
    assert (PATHWAY.name, PATHWAY.title, PATHWAY.version) == ("broken-wrist", "A broken wrist", 3)
    assert (PATHWAY.review, PATHWAY.exits) == ("submitted", ("died", "moved"))
    assert PATHWAY.say == "From the first cast\nto full use."


def test_sources_are_kept_with_their_strength() -> None:
    assert PATHWAY.sources[0] == Source(
        id="hand-book", title="The hand book", weight="read", doi="10.1000/xyz123", note="Chapter 4"
    )


def test_facts_are_kept_with_their_bounds_choices_and_codes() -> None:
    facts = {fact.name: fact for fact in PATHWAY.facts}

    assert facts["pain"] == Fact(
        name="pain", type="choice", of=("none", "some", "strong"), ask="How much pain?"
    )
    assert facts["grip"] == Fact(
        name="grip", type="number", unit="kg", lowest=0.0, highest=90.5, code={"loinc": "2000-8"}
    )
    assert facts["visit_on"].many


def test_a_date_may_be_of_the_past_only() -> None:
    text = changed("broken_on: {type: date,", "broken_on: {type: date, past: true,")

    assert read(text).facts[0].past
    assert not PATHWAY.facts[0].past


def test_a_number_without_a_unit_says_so_and_shows_none() -> None:
    assert next(fact for fact in PATHWAY.facts if fact.name == "points").unit == ""


def test_a_milestone_is_a_length_after_a_date() -> None:
    assert PATHWAY.milestones == (
        Milestone(name="six_weeks_over", fact="broken_on", after=Length(6, "week")),
    )


def test_a_track_has_states_and_transitions() -> None:
    wrist = PATHWAY.tracks[0]
    off = wrist.transitions[0]

    assert (wrist.name, wrist.start, wrist.say) == ("wrist", "in-cast", "The wrist")
    assert wrist.states[0] == State(name="in-cast", say="In a cast")
    assert [state.end for state in wrist.states] == [False, False, True]
    assert (off.event, off.track, off.sources, off.to) == ("take-cast-off", "wrist", ("in-cast",), "free")
    assert (off.needs, off.needs_new, off.asks) == (("pain",), ("grip",), ("remark",))
    assert off.should[0].that.names == ("at", "broken_on")
    assert (off.should[0].otherwise, off.should[0].source) == ("Four weeks are not over", ("hand-book",))


def test_a_prompt_becomes_a_rule_with_every_key_in_its_place() -> None:
    rule = RULES["check-the-cast"]

    assert rule.when is not None
    assert rule.when.names == ("known.remark", "pain", "wrist")
    assert rule.done_when is not None
    assert rule.done_when.names == ("bone",)
    assert rule == Rule(
        id="check-the-cast",
        say="Check the cast",
        tier="due",
        role="clinician",
        source=("hand-book", "our-choice"),
        during=(("wrist", ("in-cast", "free")), ("bone", ("unsure",))),
        when=rule.when,
        counted_from=Count("state", "wrist", "in-cast"),
        opens=Length(1, "day", before=True),
        due=Length(3, "day"),
        done_when=rule.done_when,
        then=(Escalation(Length(1, "day"), "lead"),),
        lapses=Length(30, "day"),
        snooze=Snooze(Length(2, "day"), 1, Length(1, "day")),
        unknown=(Quiet("pain", "nobody is in pain and says nothing"),),
    )


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("met", Count("met")),
        ("entered", Count("entered")),
        ("wrist.free", Count("state", "wrist", "free")),
        ("broken_on", Count("fact", "broken_on")),
        ("six_weeks_over", Count("milestone", "six_weeks_over")),
        ("visit_on", Count("booking", "visit_on")),
        ("recorded.pain", Count("recorded", "pain")),
    ],
)
def test_a_prompt_is_counted_from_what_the_file_says(written: str, count: Count) -> None:
    text = changed("counted_from: wrist.in-cast", f"counted_from: {written}")
    text = changed("unknown: {pain: quiet", "unknown: {broken_on: quiet, pain: quiet", text=text)
    if count.kind == "booking":  # whose prompts come before it
        text = changed("    due: 3 days\n", "    due: 1 day before\n", text=text)

    assert read(text).rules[1].counted_from == count


def test_a_stop_has_a_due_only_where_the_file_says_so() -> None:
    text = changed("    opens: 7 days before\n    due: 1 day before\n", "")

    assert read(text).rules[4].due is None
    assert PATHWAY.rules[4].due == Length(1, "day", before=True)


def test_what_is_left_out_of_a_prompt_has_a_stated_default() -> None:
    rule = RULES["stop-smoking"]

    assert (rule.counted_from, rule.opens, rule.due) == (Count("met"), None, None)
    assert rule.snooze == Snooze(Length(7, "day"), 2)


def test_otherwise_is_a_rule_that_is_due_at_once() -> None:
    rule = PATHWAY.otherwise

    assert (rule.id, rule.tier, rule.due, rule.during) == ("otherwise", "due", Length(0, "day"), ())
    assert rule.every == (Length(14, "day"),)


def test_reading_the_same_file_twice_gives_equal_pathways() -> None:
    assert read(EXAMPLE) == PATHWAY


def test_the_digest_is_that_of_the_file_whatever_its_newlines() -> None:
    assert PATHWAY.digest == sha256(EXAMPLE.encode()).hexdigest()
    for ending in ("\r\n", "\r"):
        assert read(EXAMPLE.replace("\n", ending)).digest == PATHWAY.digest


def test_a_byte_order_mark_changes_nothing() -> None:
    assert read(b"\xef\xbb\xbf" + EXAMPLE.encode()) == PATHWAY


def test_an_empty_list_or_section_is_the_same_as_none() -> None:
    text = changed("milestones:\n  six_weeks_over: {from: broken_on, after: 6 weeks}\n", "milestones:\n")
    text = changed(" && passed.six_weeks_over", "", text=text)

    assert read(text).milestones == ()


def test_a_problem_prints_its_file_line_and_column() -> None:
    text = changed("weight: default", "weight: defualt")
    line, column = place_of("defualt", text)

    with pytest.raises(PathwayFileRejected) as rejected:
        read(text, "wrist.yaml")

    assert str(rejected.value).startswith(
        f"wrist.yaml:{line}:{column}: `defualt` is not a weight of evidence; did"
    )
    assert rejected.value.exit_code == 5


def test_all_problems_of_a_file_are_told_at_once_from_top_to_bottom() -> None:
    text = EXAMPLE
    for old, new in (
        ("review: submitted", "review: done"),
        ("doi: 10.1000/xyz123", "doi: xyz"),
        ("type: yes-no", "type: yesno"),
        ("grip: {type: number, unit: kg,", "grip: {type: number,"),
        ("after: 6 weeks", "after: six weeks"),
        ("      free: {}", "      free: {}\n      nowhere: {}"),
        ("source: hand-book\n      - {event: discharge", "source: hand-bok\n      - {event: discharge"),
        ("id: check-the-cast", "id: check the cast"),
        ('pain == "strong"', 'pain == "stronng"'),
        ("tell: lead", "tell: boss"),
        ("say: Speak about smoking", "sya: Speak about smoking"),
        ("every: 14 days", "every: 14"),
        ("say: Smokers heal slowly", "say:"),
    ):
        text = changed(old, new, text=text)

    problems = problems_in(text)

    assert problems == sorted(problems)
    parts = (
        "`done` is not a state of review",
        "`xyz` is not a DOI",
        "a number needs a `unit`; write `unit: none`",
        "`yesno` is not a type of fact; did you mean `yes-no`?",
        "'six weeks' is not a length",
        "no prompt has the state `nowhere`",
        "no transition leads out of the state `nowhere`",
        "the state `nowhere` cannot be reached",
        "`hand-bok` is not a source of this pathway; did you mean `hand-book`?",
        "`check the cast` is not an id",
        "the choice `pain` is never `stronng`; did you mean `strong`?",
        "`boss` is not a role",
        "`sya` is not a key of a prompt; did you mean `say`?",
        "'14' is not a length",
        "this is empty",
    )
    for problem, part in zip(problems, parts, strict=True):
        assert part in str(problem)


def test_what_only_follows_from_a_problem_is_not_told() -> None:
    text = changed(
        "pain: {type: choice, of: [none, some, strong], ask: How much pain?}", "pain: {type: chioce}"
    )

    assert len(told(text)) == 1


def test_the_day_of_a_booking_is_not_blamed_for_a_misspelt_count() -> None:
    text = changed("counted_from: visit_on", "counted_from: vist_on")

    assert told(text) == ["`vist_on` is not something a prompt can be counted from; did you mean `visit_on`?"]


def test_a_misspelt_key_is_not_also_told_as_what_goes_wrong_without_it() -> None:
    text = changed("    due: 14 days\n", "    deu: 14 days\n")

    assert told(text) == ["`deu` is not a key of a prompt; did you mean `due`?"]


def test_a_misspelt_key_is_one_problem_and_what_is_missing_beside_it_another() -> None:
    assert told(changed("tier: stop", "teir: stop")) == [
        "`teir` is not a key of a prompt; did you mean `tier`?"
    ]
    assert told(changed("    say: Ask how it happened\n    tier: due\n", "    teir: due\n")) == [
        "a prompt needs `say`",
        "`teir` is not a key of a prompt; did you mean `tier`?",
    ]


def test_a_missing_section_does_not_blame_all_that_names_its_members() -> None:
    text = changed("sources:\n  hand", "source:\n  hand")

    assert told(text) == [
        "`source` is not a key of a pathway; did you mean `sources`?",
    ]


def test_problems_of_shape_are_told_even_when_a_section_is_missing() -> None:
    text = changed("tracks:\n  wrist:", "trakcs:\n  wrist:").replace("tier: stop", "tier: stpo")

    assert any("`stpo` is not a tier" in problem for problem in told(text))


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        (
            "pathway: broken-wrist",
            "pathway: Broken Wrist",
            "`Broken Wrist` is not an id; write small letters",
        ),
        ("version: 3", "version: 0", "`0` is not a whole number from 1"),
        ("version: 3", "version: 1.0", "`1.0` is not a whole number from 1"),
        ("version: 3", "version: ٣", "`٣` is not a whole number from 1"),
        ("exits: [died, moved]", "exits: []", "this list is empty"),
        ("exits: [died, moved]", "exits: [died, died]", "`died` is here twice"),
        ("exits: [died, moved]", "exits: {died: 1}", "a text belongs here, not a list or a map"),
        ("points: {type", "the-points: {type", "`the-points` is not a name for conditions to use"),
        ('code: {loinc: "2000-8"}', 'code: {LOINC: "2000-8"}', "`LOINC` is not an id"),
        ('code: {loinc: "2000-8"}', "code: 2000-8", "keys with values belong here"),
        ("between: [0, 90.5]", "between: [0]", "`between` has two numbers"),
        ("between: [0, 90.5]", "between: [0, 1e3]", "`1e3` is not a number such as 2.6"),
        ("between: [0, 90.5]", "between: [9, 0]", "the lowest value must lie below the highest"),
        ("many: true", "many: on", "`on` is neither true nor false"),
        ("of: [none, some, strong]", "of: [none]", "the choice `pain` needs two values at least"),
        ("of: [none, some, strong]", "of: [none, none]", "`none` is here twice"),
        (
            "type: text",
            "type: text, unit: kg",
            "`unit` goes with type `number`, and `remark` is of type `text`",
        ),
        ("type: text", "type: text, of: [a, b]", "`of` goes with type `choice`"),
        ("type: text", "type: text, between: [1, 2]", "`between` goes with type `number`"),
        ("type: text", "type: text, many: true", "`many` goes with type `date`"),
        ("type: text", "type: text, past: true", "`past` goes with type `date`"),
        ("for: clinician, every", "for: nurse, every", "`nurse` is not a role; write one of `coordinator`"),
        ("say: Ask how it happened", "say: |\n      Ask\n      how", "this has more than one line"),
        ("say: Ask how it happened", f"say: {'a' * 301}", "this is longer than 300 characters"),
        ("due: 2 days", "due: 2 dayz", "'2 dayz' is not a length"),
        ("due: 2 days", "due: 99 years", "is longer than 50 years"),
        ("times: 1", "times: many", "`many` is not a whole number"),
        ("then: [{after: 1 day, tell: lead}]", "then: {after: 1 day, tell: lead}", "a list belongs here"),
        (
            "then: [{after: 1 day, tell: lead}]",
            "then: [lead]",
            "an escalation is written as keys with values",
        ),
        ("while: {wrist: free}", "while: wrist", "keys with values belong here"),
        ("while: {wrist: free}", "while: {wrist: []}", "this list is empty"),
        ("while: {wrist: free}", "while: {wrist: [free, free]}", "`free` is here twice"),
        (
            "unknown: {pain: quiet, because: nobody is in pain and says nothing}",
            "unknown: pain",
            "names no fact",
        ),
        ("unknown: {pain: quiet, because", "unknown: {pain: silent, because", "can only be `quiet`"),
        (", because: nobody is in pain and says nothing}", "}", "`unknown` needs a reason"),
        ("source: [hand-book, our-choice]", "source: []", "this list is empty"),
        (
            "    due: 1 day before\n    source: our-choice\n",
            "    due: 1 day before\n",
            "a prompt needs `source`",
        ),
        (
            "- {event: discharge,",
            "- discharge\n      - {event: discharge,",
            "a transition is written as keys",
        ),
        ("      free: {}", "      free: [yes]", "a state is written as keys with values"),
    ],
)
def test_a_value_that_is_not_written_right_is_told(old: str, new: str, part: str) -> None:
    problems = told(changed(old, new))

    assert any(part in problem for problem in problems), problems
    assert len(problems) <= 2


def test_a_pathway_is_kept_from_the_words_of_yaml_1_1() -> None:
    text = changed("of: [none, some, strong]", "of: [no, yes, off, strong]")
    text = changed("title: A broken wrist", "title: 12:30", text=text)
    text = changed("note: Chapter 4", "note: 1e3", text=text)

    pathway = read(text)

    assert next(fact.of for fact in pathway.facts if fact.name == "pain") == ("no", "yes", "off", "strong")
    assert (pathway.title, pathway.sources[0].note) == ("12:30", "1e3")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("version: 3", "version: 3\nversion: 4", "`version` is here twice; the first is on line 3"),
        ("  smoker: {", "  pain: {type: text}\n  smoker: {", "`pain` is here twice; the first is on line 14"),
        ("title: A broken wrist", "title: &t A broken wrist", "`&t` cannot be used in a pathway"),
        ("title: A broken wrist", "title: !!str A broken wrist", "a tag (`!`) cannot be used"),
        ("title: A broken wrist", "title: !!python/object:os.system x", "a tag (`!`) cannot be used"),
        (
            "title: A broken wrist",
            'title: "a\\e[31mb"',
            "an escape in this text stands for a character nobody can see",
        ),
        ("version: 3", "version: 3\n? [a, b]\n: c", "a key must be a single word"),
        ("version: 3", "version: 3\n<<: {a: b}", "`<<` is not a key of a pathway"),
        ("banners:\n", "---\nbanners:\n", "a second document begins here"),
        ("title: A broken wrist", "title: A broken: wrist", "this is not YAML"),
        ("title: A broken wrist", "title: 'A broken wrist", "this is not YAML"),
        ("title: A broken wrist", "title: A broken\u202ewrist", "the character U+202E cannot be used"),
        ("title: A broken wrist", "title: A broken\x07wrist", "the character U+0007 cannot be used"),
    ],
)
def test_what_yaml_can_do_and_a_pathway_cannot_is_told(old: str, new: str, part: str) -> None:
    problems = told(changed(old, new))

    assert any(part in problem for problem in problems), problems


def test_an_alias_is_refused_where_it_stands() -> None:
    text = changed("title: The hand book", "title: &t The hand book")
    text = changed("title: Chosen here", "title: *t", text=text)

    assert [(problem.line, problem.what[:4]) for problem in problems_in(text)] == [
        (9, "`&t`"),
        (10, "`*t`"),
        (10, "this"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        (b"", 1, "the file is empty"),
        (b"# nothing\n", 1, "the file is empty"),
        (b"just words\n", 1, "a pathway is written as keys with values; `carepath pathway new` writes one"),
        (b"- a\n- b\n", 1, "a pathway is written as keys with values"),
        (b"pathway: x\ntitle: \xff\n", 2, "the file is not UTF-8"),
        ("pathway: x\ntitle: y".encode("utf-16"), 1, "the file is not UTF-8"),
        (b"a: " + b"[" * 50 + b"]" * 50, 1, "this is nested deeper than 40 levels"),
        (b"a: " + b"[" * 100_000, 1, "this is nested deeper than 40 levels"),
        (b"a:\n" + b"- b\n" * 30_000, 19_999, "the file has more than 20000 values"),
        (b"#" * (1 << 20) + b"\n", 1, "the file is larger than 1 MiB"),
        (b"\ta: b", 1, "this is not YAML"),
    ],
)
def test_a_file_that_is_no_pathway_at_all_is_one_problem(content: bytes, line: int, part: str) -> None:
    [problem] = problems_in(content)

    assert part in str(problem)
    assert problem.line == line


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("a: b: c\n", (1, 5), "a second `: ` cannot stand here; put a text with a colon in quotation marks"),
        ("a:\n  b: 1\n\tc: 2\n", (3, 1), "a tab cannot indent; use spaces"),
        ("a:\n\tb: 1\n", (2, 1), "a tab cannot indent; use spaces"),
        ("a: @b\n", (1, 4), "a text cannot begin with `@`; put the text in quotation marks"),
        ("a: é\nb: @b\n", (2, 4), "a text cannot begin with `@`"),
        ("a:\n  - b: 1\n   c: 2\n", (3, 4), "this line does not fit the list it is in"),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "this does not fit the lines before it"),
        ("x: 1\na: [b, c\nd: e\n", (2, 4), "a `[` is not closed, or a `,` is missing"),
        ("a: {b: Found: not, c: 1}\n", (1, 13), "a `{` is not closed, or a `,` is missing"),
        ('x: 1\na: "b\nc: d\n', (2, 4), "a quotation mark is not closed; close it"),
        ("a: b\nc\nd: e\n", (2, 1), "a key has no `:` after it"),
        ('a: "b\\d"\n', (1, 6), "use single quotation marks"),
        ("a: b\nd: &\n", (2, 5), "an `&` or a `*` begins a name that is not there"),
        ("# x\na: | b\n  c\n", (2, 6), "did not find expected comment or line break"),
    ],
)
def test_what_is_not_yaml_is_told_in_plain_words_where_it_begins(
    text: str, place: tuple[int, int], part: str
) -> None:
    [problem] = problems_in(text)

    assert problem.what.startswith("this is not YAML: ")
    assert part in str(problem)
    assert (problem.line, problem.column) == place


def test_a_text_that_cannot_be_written_to_a_file_is_refused_too() -> None:
    assert told("title: \ud800") == ["the file is not UTF-8; save it as UTF-8"]


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('when: pain == "strong" && !known.remark', 'when: pain == "strnog" && !known.remark', '"strnog"'),
        (
            'when: pain == "strong" && !known.remark',
            "when: pain == 'strong' && !known.remrak",
            "known.remrak",
        ),
        ("when: smoker && passed.six_weeks_over", "when: 'smoker && smokre'", "smokre"),
        ("when: smoker && passed.six_weeks_over", 'when: "smoker && smokre"', "smokre"),
        ("that: days(broken_on, at) >= 28", "that: days(broken_on, at) >= 28.0", "28.0"),
        (
            "that: days(broken_on, at) >= 28",
            "that: days(broken_on, at) >= 28 &&\n                smokre",
            "smokre",
        ),
        (
            "that: days(broken_on, at) >= 28",
            "that: |\n              smoker &&\n              smokre",
            "smokre",
        ),
        (
            "that: days(broken_on, at) >= 28",
            "that: >-\n              smoker &&\n              smokre",
            "smokre",
        ),
    ],
)
def test_a_flaw_in_a_condition_is_told_at_its_place_in_the_file(old: str, new: str, wrong: str) -> None:
    text = changed(old, new)

    [problem] = problems_in(text)

    assert (problem.line, problem.column) == place_of(wrong, text)


def test_quotation_marks_inside_a_quoted_condition_do_not_shift_its_places() -> None:
    for new in ("""when: 'pain == ''strong'' && smokre'""", '''when: "pain == \\"strong\\" && smokre"'''):
        text = changed('when: pain == "strong" && !known.remark || wrist == "free"', new)

        [problem] = problems_in(text)

        assert (problem.line, problem.column) == place_of("smokre", text)


def test_a_condition_that_ends_too_early_is_told_at_its_end() -> None:
    text = changed("when: smoker && passed.six_weeks_over", "when: smoker && ")
    line, column = place_of("when: smoker && ", text)

    [problem] = problems_in(text)

    assert "ends too early" in str(problem)
    assert (problem.line, problem.column) == (line, column + len("when: smoker &&"))


def test_a_missing_key_is_told_where_its_map_begins() -> None:
    text = changed("    tier: stop\n", "")

    [problem] = problems_in(text)

    assert (problem.what, problem.line) == (
        "a prompt needs `tier`",
        place_of("id: before-the-visit", text)[0],
    )


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "wrist.yaml"
    file.write_bytes(EXAMPLE.encode())

    assert read_file(file) == PATHWAY


def test_a_problem_names_the_file_it_is_in(tmp_path: Path) -> None:
    file = tmp_path / "wrist.yaml"
    file.write_text("nothing", encoding="utf-8")

    with pytest.raises(PathwayFileRejected, match=r"wrist\.yaml:1:1: "):
        read_file(file)


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"Cannot read .*nothing\.yaml: No such file or directory\."):
        read_file(tmp_path / "nothing.yaml")
    with pytest.raises(NotFound, match="Is a directory"):
        read_file(tmp_path)
