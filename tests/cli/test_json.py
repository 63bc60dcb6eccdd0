"""What `--json` prints has the shape that its page documents."""

import json
from typing import Any, Literal, get_args, get_origin

import pytest

from caseload.local_times import LocalTime
from pathways.terms import Condition
from tests.cli.conftest import WATCH, Desk
from tests.modules import ROOT
from tools.commands_page import commands
from tools.json_page import SHAPES, fields

# How each command of the page is typed at the desk of these tests.
TYPED = {
    "carepath digest": "digest",
    "carepath today": "today --all",
    "carepath show P-014": "show P-1",
    "carepath next P-014": "next P-1",
    "carepath log P-014": "log P-1",
    "carepath why P-014/3": "why P-1/2",
    "carepath why P-014 RULE": "why P-1 assess",
    "carepath patient list": "patient list --left",
    "carepath patient list --name TEXT": "patient list --name lovelace",
    "carepath calendar show": "calendar show",
    "carepath site list": "site list",
    "carepath role list": "role list",
    "carepath staff list": "staff list",
    "carepath staff show NAME": "staff show anna",
    "carepath staff channel list": "staff channel list",
    "carepath caseload handover --from NAME --to NAME": "caseload handover --from anna --to ben",
    "carepath caseload sheet --owner NAME": "caseload sheet --owner anna",
    "carepath pathway list": "pathway list",
    "carepath pathway show NAME": "pathway show watch",
    "carepath pathway check": f"pathway check {WATCH}",
    "carepath pathway test": f"pathway test {WATCH}",
    "carepath pathway hazards": "pathway hazards",
    "carepath pathway review NAME": "pathway review watch",
    "carepath pathway only-approved": "pathway only-approved",
    "carepath backup list": "backup list",
    "carepath check": "check",
    "carepath config show": "config show",
    "carepath doctor": "doctor",
    "carepath burden": "burden",
    "carepath burden --by person": "burden --by person --reasons",
    "carepath scheduler gaps": "scheduler gaps",
    "carepath scheduler gaps 1": "scheduler gaps 1",
    "carepath scheduler status": "scheduler status",
    "carepath scheduler rehearse": "scheduler rehearse",
}


def misshapen(value: Any, shape: Any, at: str = "") -> list[str]:  # noqa: ANN401  # JSON, and a type hint
    """Say where a value differs from a documented shape."""
    origin, parts = get_origin(shape), get_args(shape)
    if origin is Literal:
        return [] if value in parts else [f"{at}: {value!r}"]
    if origin in {list, tuple}:
        shapes = parts if origin is tuple and ... not in parts else [parts[0]] * len(value)
        pairs = zip(value, shapes, strict=True)
        return [
            wrong for index, (each, of) in enumerate(pairs) for wrong in misshapen(each, of, f"{at}[{index}]")
        ]
    if origin is dict:
        return [wrong for key, each in value.items() for wrong in misshapen(each, parts[1], f"{at}.{key}")]
    if parts:
        return min((misshapen(value, each, at) for each in parts), key=len)
    if found := fields(shape):
        if not isinstance(value, dict) or list(value) != list(found):
            return [f"{at}: not the fields of {shape.__name__}"]
        return [
            wrong for name, hint in found.items() for wrong in misshapen(value[name], hint, f"{at}.{name}")
        ]
    return [] if isinstance(value, _KINDS.get(shape, shape)) else [f"{at}: {value!r} is no {shape.__name__}"]


_KINDS: dict[Any, Any] = {Condition: str, float: (int, float)}


@pytest.fixture
def rich(patient: Desk) -> Desk:
    """A patient with something of everything."""
    patient.done("record P-1 calcium=3.4 visit=2026-11-14 --at 2026-11-02")
    patient.done("advance P-1 start-treatment --override --because 'papers to follow' --at 2026-11-03")
    patient.done("record P-1 first_dose=2026-11-03 sampled=yes --at 2026-11-04")
    patient.done("correct P-1:2 calcium=3.5 --because misread --yes")
    patient.done("advance P-1 stop-treatment response=better --at 2026-11-09")
    patient.done("snooze P-1/4 --until 2026-11-12")
    patient.done("withdraw P-1:4 --because 'of another patient' --yes")
    patient.done("scheduler once --every 60")
    patient.done("patient add P-2")
    patient.done("enrol P-2 watch")
    patient.done("close P-2 --reason died")
    patient.done("staff add ben --role coordinator --role lead")
    patient.done("staff add anna --deputy ben")
    for name, role in {"dr-cole": "clinician", "dr-berg": "lead"}.items():
        patient.done(f"staff add {name} --role {role}")
    patient.done("staff channel add anna mail json://127.0.0.1:9/x")
    patient.done("staff leave anna --from 2026-11-09 --to 2026-11-12")
    patient.done("backup")
    patient.at("2026-11-10 10:00:00")
    patient.done("scheduler once")
    return patient


@pytest.mark.parametrize("command", SHAPES)
def test_what_is_printed_has_the_documented_shape(rich: Desk, command: str) -> None:
    answer = rich(f"{TYPED[command]} --json")

    if command != "carepath doctor":  # which says by its code how the site is
        assert (answer.code, answer.err) == (0, "")
    assert misshapen(json.loads(answer.out), SHAPES[command]) == []


def test_every_command_that_prints_json_is_documented() -> None:
    printing = {
        name for name, command in commands() if any(each.name == "as_json" for each in command.params)
    }

    assert {name for name in printing if not any(each.startswith(name) for each in SHAPES)} == set()


def test_a_field_that_is_missing_or_of_another_kind_is_noticed() -> None:
    assert misshapen({"local": "2026-11-03"}, LocalTime) == [": not the fields of LocalTime"]
    assert misshapen([1, "two"], list[int]) == ["[1]: 'two' is no int"]
    assert misshapen("gone", Literal["here", "there"])


def test_the_problems_of_a_pathway_come_as_json_too(desk: Desk) -> None:
    (desk.folder / "wrong.yaml").write_text("pathway: x\n")

    answer = desk(f"pathway check {desk.folder}/wrong.yaml --json")

    assert answer.code == 5
    [checked] = json.loads(answer.out)
    problems = checked["problems"]
    assert all(each["line"] >= 1 and each["what"] for each in problems)


def test_names_come_only_when_asked_for(patient: Desk) -> None:
    assert json.loads(patient.done("today --json --names"))["names"] == {"P-1": "Ada Lovelace"}
    assert "names" not in json.loads(patient.done("today --json"))
    assert json.loads(patient.done("show P-1 --json --names"))["name"] == "Ada Lovelace"


def test_the_page_names_every_field() -> None:
    page = (ROOT / "docs/reference/json.md").read_text(encoding="utf-8")

    for shape in (LocalTime, *SHAPES.values()):
        for name in fields(shape):
            assert f"`{name}`" in page
