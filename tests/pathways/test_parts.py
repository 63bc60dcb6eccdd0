"""A pathway may take parts from other files: checked as one, each told where it was written."""

from pathlib import Path

import pytest

from pathways.bundles import bundle_of
from pathways.model import Part, Pathway
from pathways.problems import PathwayFileRejected
from pathways.reading import read, read_file
from tests.pathways.example import EXAMPLE, changed, told

CARE = """\
part: care
say: What every clinic does
sources:
  hand-book: {title: The hand book, weight: read, doi: 10.1000/xyz123, note: Chapter 4}
facts:
  pain: {type: choice, of: [none, some, strong], ask: How much pain?}
  called_on: {type: date}
tracks:
  wrist:
    states: {lost: {say: Nobody knows where}}
    transitions:
      - {event: lose, from: free, to: lost}
      - {event: find, from: lost, to: free}
exits: [moved, tired]
prompts:
  - {id: call, say: Call, tier: due, for: lead, while: {wrist: lost}, due: 1 day, needs: [called_on],
     source: hand-book}
  - {id: write, say: Write, tier: info, for: lead, while: {wrist: lost}, source: hand-book}
banners:
  - {id: away, say: Away, when: wrist == "lost", source: hand-book}
disputed:
  - {id: rest, say: Rest for a year, caution: Nobody found a use in it, source: hand-book}
"""
USING = changed("facts:\n", "use: care\n\nfacts:\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "wrist.yaml").write_text(USING, encoding="utf-8")
    (tmp_path / "parts/care.yaml").write_text(CARE, encoding="utf-8")
    return tmp_path


def whole(part: str = CARE, *, own: str = USING) -> Pathway:
    return read(f"{own}---\n{part}")


def refusals(part: str = CARE, *, own: str = USING) -> list[str]:
    return told(f"{own}---\n{part}")


def test_a_pathway_has_what_its_parts_have() -> None:
    pathway = whole()

    assert pathway.parts == (Part("care", "What every clinic does"),)
    assert [fact.name for fact in pathway.facts][-2:] == ["visit_on", "called_on"]
    assert [state.name for state in pathway.tracks[0].states] == ["in-cast", "free", "healed", "lost"]
    assert [step.event for step in pathway.tracks[0].transitions][-2:] == ["lose", "find"]
    assert pathway.exits == ("died", "moved", "tired")
    assert [claim.caution for claim in pathway.disputed] == ["Nobody found a use in it"]


def test_own_prompts_come_before_those_of_parts_and_each_knows_its_part() -> None:
    pathway = whole()

    assert [(rule.id, rule.part) for rule in pathway.rules][-3:] == [
        ("before-the-visit", ""),
        ("call", "care"),
        ("write", "care"),
    ]
    assert [(banner.id, banner.part) for banner in pathway.banners] == [("not-smoking", ""), ("away", "care")]
    assert (pathway.otherwise.part, pathway.disputed[0].part) == ("", "care")


def test_parts_come_in_the_order_in_which_they_are_used() -> None:
    more = "part: more\nsay: More\nbanners:\n  - {id: b, say: B, when: smoker, source: hand-book}\n"
    own = USING.replace("use: care", "use: [more, care]")

    pathway = read(f"{own}---\n{CARE}---\n{more}")

    assert [banner.id for banner in pathway.banners] == ["not-smoking", "b", "away"]
    assert [banner.part for banner in pathway.banners] == ["", "more", "care"]


def test_otherwise_may_stand_in_a_part() -> None:
    otherwise = (
        "otherwise: {say: Decide what comes next, for: clinician, every: 14 days, source: our-choice}\n"
    )
    part = CARE + otherwise

    pathway = whole(part, own=USING.replace(otherwise, ""))

    assert (pathway.otherwise.say, pathway.otherwise.part) == ("Decide what comes next", "care")
    [problem] = refusals(part)
    assert problem == "`otherwise` is here twice; write it once; the first is on line 106"


def test_parts_are_found_beside_the_file(folder: Path) -> None:
    assert read_file(folder / "wrist.yaml") == whole()


def test_what_is_read_is_one_text_that_reads_the_same(folder: Path) -> None:
    text = bundle_of(folder / "wrist.yaml").text

    assert text == f"{USING}---\n{CARE}"
    (folder / "parts/care.yaml").unlink()
    (folder / "bundle.yaml").write_text(text, encoding="utf-8")
    assert read_file(folder / "bundle.yaml") == whole()


def test_a_part_in_the_file_itself_wins_over_one_beside_it(folder: Path) -> None:
    other = CARE.replace("Nobody knows where", "Somewhere")
    (folder / "wrist.yaml").write_text(f"{USING}---\n{other}", encoding="utf-8")

    assert read_file(folder / "wrist.yaml").tracks[0].states[-1].say == "Somewhere"


def test_the_digest_is_of_the_pathway_with_its_parts(folder: Path) -> None:
    before = read_file(folder / "wrist.yaml").digest
    (folder / "parts/care.yaml").write_text(CARE.replace("say: Call", "say: Call them"), encoding="utf-8")

    assert read_file(folder / "wrist.yaml").digest != before


@pytest.mark.parametrize("ending", ["", "\n", "\n\n", "\r\n", "\n...\n", "\n# the end"])
def test_how_a_file_ends_does_not_change_where_its_part_begins(folder: Path, ending: str) -> None:
    (folder / "wrist.yaml").write_bytes((USING.rstrip("\n") + ending).encode())

    assert read_file(folder / "wrist.yaml").parts == whole().parts


@pytest.mark.parametrize("beginning", ["---\n", "# A part\n---\n", "\ufeff", "\n\n"])
def test_how_a_part_begins_does_not_matter(folder: Path, beginning: str) -> None:
    (folder / "parts/care.yaml").write_text(beginning + CARE, encoding="utf-8")

    assert read_file(folder / "wrist.yaml").parts == whole().parts


def test_a_problem_of_a_part_is_told_with_its_file_and_its_own_line(folder: Path) -> None:
    part = CARE.replace("say: Away, when: wrist", "say: Away, when: wirst")
    (folder / "parts/care.yaml").write_text(part, encoding="utf-8")

    with pytest.raises(PathwayFileRejected) as rejected:
        read_file(folder / "wrist.yaml")

    line = part[: part.index("wirst")].count("\n") + 1
    [problem] = rejected.value.problems
    assert (problem.file, problem.line) == (str(folder / "parts/care.yaml"), line)
    assert str(rejected.value).startswith(f"{folder}/parts/care.yaml:{line}:33: `wirst` is not a fact")


def test_a_name_in_two_files_is_told_with_both_places(folder: Path) -> None:
    part = CARE.replace("ask: How much pain?", "ask: Does it hurt?")
    (folder / "parts/care.yaml").write_text(part, encoding="utf-8")

    with pytest.raises(PathwayFileRejected) as rejected:
        read_file(folder / "wrist.yaml")

    assert str(rejected.value) == (
        f"{folder}/parts/care.yaml:6:3: `pain` is here twice; write it once, or in the very same words; "
        f"the first is on line 16 of {folder}/wrist.yaml"
    )


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("id: write", "id: ask-first", "is the id of another prompt or banner; choose another id; the first"),
        ("id: away", "id: call", "is the id of another prompt or banner; choose another id; the first is"),
        ("event: find", "event: check-bone", "is an event of the track `wrist` already; choose another"),
        (
            "states: {lost:",
            "start: free\n    states: {lost:",
            "`start` is here twice; say it once; the first",
        ),
        ("states: {lost:", "states: {free: {}, lost:", "`free` is here twice; write it once; the first is"),
        ("say: What every", "title: A part\nsay: What every", "`title` is not a key of a part"),
        ("say: What every clinic does\n", "", "a part needs `say`"),
        ("exits: [moved, tired]", "exits: {moved: 1}", "a text belongs here"),
        ("  - {id: write,", "  - write\n  - {id: write,", "a prompt is written as keys with values"),
    ],
)
def test_what_is_wrong_with_a_part_is_told(old: str, new: str, part: str) -> None:
    found = refusals(changed(old, new, text=CARE))

    assert any(part in problem for problem in found), found


@pytest.mark.parametrize(
    ("use", "part"),
    [
        ("use: cares", "there is no part `cares`; did you mean `care`?"),
        ("use: [care, care]", "the part `care` is here twice; use it once"),
        ("use: ../care", "`../care` is not an id"),
        ("use: care.yaml", "`care.yaml` is not an id"),
        ("use: {part: care, with: x}", "`with` is not a key of a part in use"),
        ("use: [[care]]", "a part in use is written as keys with values"),
        ("", "the part `care` is not used; name it under `use`"),
        ("use: {part: care, leave_out: [cal]}", "has no prompt, banner or event `cal`; did you mean `call`?"),
        ("use: {part: care, leave_out: [pain]}", "the part `care` has no prompt, banner or event `pain`"),
        ("use: {part: care, leave_out: [write, write]}", "`write` is here twice"),
    ],
)
def test_a_use_that_cannot_be_is_refused(use: str, part: str) -> None:
    found = refusals(own=USING.replace("use: care", use))

    assert any(part in problem for problem in found), found


def test_what_is_left_out_of_a_part_is_not_there() -> None:
    pathway = whole(own=USING.replace("use: care", "use: {part: care, leave_out: [write, away, rest]}"))

    assert "write" not in {rule.id for rule in pathway.rules}
    assert [banner.id for banner in pathway.banners] == ["not-smoking"]
    assert pathway.disputed == ()


def test_an_event_that_is_left_out_leads_nowhere() -> None:
    own = USING.replace("use: care", "use: {part: care, leave_out: [find]}")

    assert "no transition leads out of the state `lost`; add one, or say `end: true`" in refusals(own=own)


def test_something_of_ones_own_may_stand_for_what_is_left_out() -> None:
    own = USING.replace("use: care", "use: {part: care, leave_out: [call]}").replace(
        "prompts:\n",
        "prompts:\n  - {id: call, say: Call twice, tier: due, for: lead, while: {wrist: lost}, due: 2 days,\n"
        "     source: hand-book}\n",
    )

    rules = {rule.id: rule for rule in whole(own=own).rules}

    assert (rules["call"].say, rules["call"].part) == ("Call twice", "")


def test_a_name_that_means_two_things_in_a_part_is_not_left_out_by_guess() -> None:
    own = USING.replace("use: care", "use: {part: care, leave_out: [find]}")
    part = CARE.replace("id: write", "id: find")

    assert "`find` is a prompt and an event of the part `care`" in refusals(part, own=own)[0]


def test_a_part_is_not_a_pathway(folder: Path) -> None:
    with pytest.raises(PathwayFileRejected, match="this is a part of pathways; check a pathway that uses it"):
        read_file(folder / "parts/care.yaml")


def test_a_document_that_is_neither_is_refused() -> None:
    assert "a second document begins here" in told(f"{EXAMPLE}---\ntitle: More\n")[0]
    assert "the part `care` is here twice" in refusals(f"{CARE}---\n{CARE}")[0]


def test_a_part_that_leads_elsewhere_is_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password: 1234\n", encoding="utf-8")
    (folder / "parts/care.yaml").unlink()
    (folder / "parts/care.yaml").symlink_to(secret)

    with pytest.raises(PathwayFileRejected, match="this part is a link to another place") as rejected:
        read_file(folder / "wrist.yaml")
    assert "1234" not in str(rejected.value)


def test_a_folder_of_parts_that_leads_elsewhere_is_not_followed(folder: Path) -> None:
    (folder / "parts").rename(folder / "elsewhere")
    (folder / "parts").symlink_to(folder / "elsewhere")

    with pytest.raises(PathwayFileRejected, match="this part is a link to another place"):
        read_file(folder / "wrist.yaml")


def test_a_part_that_is_no_plain_file_is_refused_at_once(folder: Path) -> None:
    import os

    (folder / "parts/care.yaml").unlink()
    os.mkfifo(folder / "parts/care.yaml")

    with pytest.raises(PathwayFileRejected, match="this part is not a plain file"):
        read_file(folder / "wrist.yaml")


def test_a_part_that_cannot_be_read_is_told_at_its_place(folder: Path) -> None:
    (folder / "parts/care.yaml").write_bytes(b"part: care\nsay: \xff\n")

    with pytest.raises(PathwayFileRejected, match=r"care\.yaml:2:6: the file is not UTF-8"):
        read_file(folder / "wrist.yaml")


def test_the_limits_hold_for_a_pathway_with_its_parts(folder: Path) -> None:
    half = "# " + "x" * 600_000 + "\n"
    (folder / "wrist.yaml").write_text(half + USING, encoding="utf-8")
    (folder / "parts/care.yaml").write_text(half + CARE, encoding="utf-8")

    with pytest.raises(PathwayFileRejected, match="with its parts the pathway is larger than 1 MiB"):
        read_file(folder / "wrist.yaml")


def test_values_are_counted_over_all_the_parts() -> None:
    many = "\n".join(f"  - {{id: w-{at}, say: W}}" for at in range(4000))

    assert (
        "has more than 20000 values" in refusals(f"{CARE}---\npart: more\nsay: More\nprompts:\n{many}\n")[0]
    )
