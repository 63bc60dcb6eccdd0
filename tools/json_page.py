"""Writes `docs/reference/json.md` from the types of what the reading commands print."""

from collections.abc import Iterator
from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from caseload.burden import Burden
from caseload.checking import Report
from caseload.handover import HandedOver, Sheet
from caseload.local_times import LocalTime
from caseload.next_steps import NextSteps
from caseload.patients import PatientLine, Person
from caseload.reaching import Reach
from caseload.reasons import PromptReason, RuleReason
from caseload.settings import Setting
from caseload.showing import PatientView
from caseload.site_calendar import SiteCalendar
from caseload.staff_views import StaffList, StaffView
from caseload.worklist import Worklist
from cli.commands.backup import BackupLine
from cli.commands.config import Configuration
from cli.commands.doctor import Health
from cli.commands.log import Entry
from cli.commands.pathway import Installed
from cli.commands.pathway_review import Decision, ReviewLog
from cli.commands.scheduler import ClockStatus
from cli.commands.scheduler_gaps import GapFall, GapLine
from cli.json_shapes import fields_of
from cli.proving import Checked
from pathways.controls import Controlled
from pathways.model import Pathway
from pathways.story_results import FileResult
from pathways.terms import Condition
from scheduler.rehearsal import Change

Shape: TypeAlias = Any  # a type, as a type hint has it

SHAPES: dict[str, Shape] = {
    "carepath digest": Worklist,
    "carepath today": Worklist,
    "carepath show P-014": PatientView,
    "carepath next P-014": NextSteps,
    "carepath log P-014": list[Entry],
    "carepath why P-014/3": PromptReason,
    "carepath why P-014 RULE": RuleReason,
    "carepath patient list": list[PatientLine],
    "carepath patient list --name TEXT": list[Person],
    "carepath calendar show": SiteCalendar | None,
    "carepath site list": list[Setting],
    "carepath role list": dict[str, str],
    "carepath staff list": StaffList,
    "carepath staff show NAME": StaffView,
    "carepath staff channel list": list[Reach],
    "carepath caseload handover --from NAME --to NAME": HandedOver,
    "carepath caseload sheet --owner NAME": Sheet,
    "carepath pathway list": list[Installed],
    "carepath pathway show NAME": Pathway,
    "carepath pathway check": list[Checked],
    "carepath pathway test": list[FileResult],
    "carepath pathway hazards": list[Controlled],
    "carepath pathway review NAME": ReviewLog,
    "carepath pathway only-approved": list[Decision],
    "carepath backup list": list[BackupLine],
    "carepath check": Report,
    "carepath config show": Configuration,
    "carepath doctor": Health,
    "carepath burden": Burden,
    "carepath burden --by person": Burden,
    "carepath scheduler gaps": list[GapLine],
    "carepath scheduler gaps 1": GapFall,
    "carepath scheduler status": ClockStatus,
    "carepath scheduler rehearse": list[Change],
}

_HEAD = """\
# JSON

Every command that reads takes `--json`.
A field is always there: what is not known or does not apply is `null`, or an empty text or list.
Fields may be added with a new version.
One that is there keeps its name and its meaning, or the changelog says so.

A moment is an object with two fields: `local` as people read it, `at` in UTC as machines do.
Of what is due on a day, `local` is that day and `at` the moment from which it is overdue.

Names of patients are empty without `--names`.
With it, `carepath today` and a sheet have one more field, `names`: the name of each patient there by id.

| command | prints |
| --- | --- |
"""
_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", NoneType: "null"}


def json_page() -> dict[str, str]:
    """Return the text of the page by its path."""
    rows = "".join(f"| `{command} --json` | {_said(shape)} |\n" for command, shape in SHAPES.items())
    named: dict[str, type] = {}
    for each in sorted(_objects(), key=lambda each: (each.__name__, each.__module__)):
        if fields(named.setdefault(each.__name__, each)) != fields(each):
            raise ValueError(f"two objects with different fields are called {each.__name__}")
    return {"docs/reference/json.md": "\n".join([_HEAD + rows, *map(_section, named.values())])}


def fields(shape: Shape) -> dict[str, Shape]:
    """Return the fields of an object with what each holds; none for what is no object."""
    if not isinstance(shape, type) or shape is Condition or not fields_of(shape):
        return {}
    hints = get_type_hints(shape)
    return {name: hints[name] for name in fields_of(shape)}


def _objects() -> set[type]:
    """Collect every object that is printed, and those within."""
    found: set[type] = set()
    waiting = [part for shape in SHAPES.values() for part in _parts(shape)]
    while waiting:
        shape = waiting.pop()
        if shape not in found and fields(shape):
            found.add(shape)
            waiting += [part for hint in fields(shape).values() for part in _parts(hint)]
    return found


def _parts(shape: Shape) -> Iterator[Shape]:
    origin: Shape = get_origin(shape)
    if origin is not None and origin is not Literal:
        for each in get_args(shape):
            yield from _parts(each)
    else:
        yield shape


def _section(shape: type) -> str:
    rows = "".join(f"| `{name}` | {_said(hint)} |\n" for name, hint in fields(shape).items())
    says = " ".join((getdoc(shape) or "").split()).replace(". ", ".\n")
    return f"## {shape.__name__}\n\n{says}\n\n| field | |\n| --- | --- |\n{rows}"


def _said(shape: Shape) -> str:
    """Say what a type means to who reads JSON."""
    origin: Shape = get_origin(shape)
    parts = get_args(shape)
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in parts)
    if origin in {Union, UnionType}:
        return " or ".join(_said(each) for each in parts)
    if origin is dict:
        return f"object: {_said(parts[0])} to {_said(parts[1])}"
    if origin is tuple and ... not in parts:
        return f"list of two: {' and '.join(map(_said, parts))}"
    if origin in {list, tuple}:
        return f"list of {_said(parts[0])}"
    if shape is LocalTime:
        return "moment"
    if fields(shape):
        return f"[{shape.__name__}](#{shape.__name__.lower()})"
    return _PLAIN.get(shape, "text")
