"""Whatever is typed: never a traceback, always a known exit code, and nothing recorded unless all is well."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from storage.connection import Database
from tests.cli.conftest import WATCH, Desk, sitting_at
from tools.commands_page import commands

CODES = {0, 2, 3, 4, 5, 6, 7}
# They make files where they are told to, take long, or go on until they are stopped.
LEFT_OUT = {"carepath scheduler run", "carepath init", "carepath demo"}
NEVER_GIVEN = {"path", "output", "by", "zone"}

COMMANDS = {name: command for name, command in commands() if name not in LEFT_OUT}
WORDS = """
    P-1 P-2 P-3 p-1 P-1/1 P-1/3 P-1/999999999 P-1/99999999999999999999 P-1:1 P-1:3 P-1:0 P-1:-1 P-1/ /3 : --
    - -h = watch wtch start-treatment stop-treatment start-looking find died moved dead anna ben because
    calcium=2.3 calcium=1e400 calcium=nan calcium=3,4 calcium= calcium calcium=2.3=4 sampled=yes sampled=maybe
    first_dose=2026-11-05 first_dose=2026-02-30 response=better onset=0001-01-01 onset=9999-12-31 zone=Mars
    visit=2026-11-20 visit#1=done visit#1=cancelled visit#0=done visit#99999=done zone=Europe/London
    2026-11-09 2026-11-10 2026-11-31 2027-01-01 1900-01-01 2199-12-31 2026-11-09T25:00 9999-99-99
    assess high-calcium misfit otherwise coordinator lead boss 0 -1 7 1e9 true null {} {0} %s $HOME ';-- ../..
    /dev/null /no/such/file
""".split()  # noqa: SIM905  # nobody could read it as a list
WORDS += ["", " ", "2026-11-09 14:30", "2026-03-29 02:30", str(10**30), "a" * 600, "Ünïcödé", str(WATCH)]
WORDS += ["\u202e", "\ufeff", "\x00", "\x1b[31m", "\udcff", "two\nlines", "a\tb"]
# What each parameter may well be given, by its name; to get beyond the first refusal.
LIKELY = {
    "patient_id": ["P-1", "P-1", "P-2", "P-9"],
    "patient_ids": ["P-1", "P-2"],
    "prompt": ["P-1/1", "P-1/2", "P-1/3", "P-1/4"],
    "entry": ["P-1:1", "P-1:2", "P-1:3"],
    "event": ["start-treatment", "stop-treatment", "start-looking", "find"],
    "facts": ["calcium=3.4", "first_dose=2026-11-05", "sampled=yes", "response=better", "visit=2026-11-20"],
    "right": ["onset=2026-10-20", "calcium=2.2", "zone=Europe/London"],
    "pathway": ["watch"],
    "target": ["P-1/1", "P-1"],
    "rule": ["assess", "high-calcium", "otherwise", "misfit"],
    "name": ["watch", "lead", "anna", "ben", str(WATCH)],
    "holder": ["dr-cole"],
    "roles": ["coordinator", "lead"],
    "deputy": ["anna", "ben", "dr-cole"],
    "hours": ["mon-fri 08:00-17:00", "sat 9-12"],
    "digest_at": ["07:30"],
    "from_on": ["2026-11-09", "2026-11-10"],
    "to_on": ["2026-11-12", "2026-11-10"],
    "on": ["2026-11-12", "2026-11-09"],
    "giver": ["anna"],
    "taker": ["ben", "anna"],
    "patients": ["P-1", "P-2"],
    "owner": ["anna", "ben"],
    "text": ["asked again", "love"],
    "file": [str(WATCH), "/dev/null"],
    "at": ["2026-11-09", "2026-11-02", "2026-11-10 09:00", "2026-10-01"],
    "until": ["2026-11-11", "2026-11-12 08:00"],
    "because": ["a reason"],
    "reason": ["died", "moved"],
    "days": ["3", "30"],
    "track": ["care"],
    "state": ["waiting"],
}
# As a shell hands over what is no UTF-8.
anything = st.binary(max_size=12).map(lambda some: some.decode("utf-8", "surrogateescape"))
words = st.sampled_from(WORDS) | anything | st.text(max_size=12)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """Draw a command that is sensible but for a word here and there."""
    name = draw(st.sampled_from(sorted(COMMANDS)))
    line = name.split()[1:]
    for parameter in COMMANDS[name].params:
        for word in draw(_given(parameter)):
            odd = draw(st.integers(0, 11)) == 0
            line.append(draw(words) if odd else word)
    return line


def _given(parameter: click.Parameter) -> st.SearchStrategy[list[str]]:
    """Draw what one parameter is given, if anything."""
    likely = st.sampled_from(LIKELY.get(parameter.name or "", ["7"]))
    if isinstance(parameter, click.Argument):
        most = 3 if parameter.nargs == -1 else 1
        return st.lists(likely, min_size=int(parameter.required), max_size=most)
    if parameter.name in NEVER_GIVEN or not isinstance(parameter, click.Option):
        return st.just([])
    option = parameter.opts[0]
    either = st.just([option]) if parameter.is_flag else likely.map(lambda value: [option, value])
    return st.just([]) | either


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """Make a database with a patient on a pathway, and one on none."""
    folder = tmp_path_factory.mktemp("lived")
    shutil.copy(template, folder / "carepath.db")
    with sitting_at(folder, "2026-11-10 09:00:00") as desk:
        desk.done("patient add P-1 --name 'Ada Lovelace'")
        desk.done("enrol P-1 watch onset=2026-10-25 --at 2026-11-01")
        desk.done("patient add P-2")
    with Database(folder / "carepath.db") as database:
        database.writer().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def victim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    with sitting_at(tmp_path, "2026-11-10 09:00:00") as desk:
        yield desk


def typed(victim: Desk, lived: Path, line: list[str]) -> None:
    """Type a line over a fresh copy, and look at what must hold whatever it was."""
    for left in victim.folder.glob("carepath.db*"):
        left.unlink()
    shutil.copy(lived / "carepath.db", victim.database)
    before = victim.content()

    answer = victim.words(line)

    event(f"exit code {answer.code}")
    assert answer.code in CODES, answer
    assert "Traceback" not in answer.err
    if answer.code:
        assert victim.content() == before, answer
        assert (answer.err or answer.out).strip(), "whatever fails says so"
        assert "Lovelace" not in answer.err


# The desk is the same for each line, but its database is a fresh copy.
on_a_fresh_copy = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@on_a_fresh_copy
@given(line=lines())
@example(line=["record", "P-1", "calcium=2.3", "--at", "2026-11-02"])
@example(line=["why", "P-1/99999999999999999999"])
@example(line=["advance", "P-1", "start-treatment", "--at", "--because"])
def test_nothing_typed_is_answered_with_a_traceback(victim: Desk, lived: Path, line: list[str]) -> None:
    typed(victim, lived, line)


@on_a_fresh_copy
@given(line=st.lists(words, max_size=5))
def test_no_bytes_are_answered_with_a_traceback(victim: Desk, lived: Path, line: list[str]) -> None:
    typed(victim, lived, line)
