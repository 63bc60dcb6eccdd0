"""Every command is documented with examples, and each example does what it says."""

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseload.pathway_files import install, library
from pathways.moments import from_iso
from storage.connection import Database
from tests import servers
from tests.cli.conftest import WATCH, Desk, sitting_at
from tests.modules import ROOT
from tests.scheduler.servers import hook
from tools.commands_page import commands

COMMANDS = dict(commands())
EXAMPLES = [(name, example) for name, command in COMMANDS.items() for example in command.examples]
# It goes on until it is stopped: tests/cli/test_scheduler.py runs it.
ENDLESS = "carepath scheduler run"
# In this scene nobody ticks, which it says loudly: tests/cli/test_doctor.py looks at the rest.
DOCTOR = "carepath doctor"
# Its prompt is one that no record could end, as `carepath done` wants it.
PROMPT_RULE = "track-waits"
# A server of our own stands in for it.
SERVER = "postgresql://care@db.ward/care"
MOMENT = "2026-11-07 09:00:00"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """Live through some days with P-014, whose twelfth entry is a calcium, on the pathway that ships."""
    folder = tmp_path_factory.mktemp("history")
    shutil.copy(template, folder / "carepath.db")
    with Database(folder / "carepath.db") as database:
        for file, content in library():
            install(database, content, file=file, by="anna", now=from_iso("2026-10-01T08:00:00Z"))
    with sitting_at(folder, MOMENT) as desk:
        desk.done("patient add P-014")
        desk.done("enrol P-014 immune-pns symptom_onset=2026-10-01 --at 2026-10-20")
        desk.done("record P-014 one_track_waits=staging-waits exchange_booked=2026-11-12 --at 2026-10-21")
        while "P-014:11" not in desk.done("note P-014 'asked again' --at 2026-10-22"):
            pass
        desk.done("record P-014 calcium=2.31 --at 2026-10-23")
        desk.done(f"export --output {folder}/histories.jsonl")
    shutil.copy(WATCH, folder / "my-pathway.yaml")
    shutil.copy(WATCH.with_suffix(".stories.md"), folder / "my-pathway.stories.md")
    return folder


@pytest.fixture
def scene(tmp_path: Path, history: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Sit down with a copy of that history."""
    shutil.copytree(history, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    with sitting_at(tmp_path, MOMENT) as desk:
        yield desk


@pytest.fixture(scope="module")
def receiver() -> Iterator[str]:
    """Give the address of somebody who takes every message."""
    with hook() as server:
        yield server.url


def prepared(scene: Desk, name: str, example: str, receiver: str) -> str:
    """Make room for what an example creates, and give its prompt the number it has in this scene."""
    if name in {"carepath init", "carepath import"}:
        scene.database.unlink()
    if name == "carepath import":
        scene.done("init --zone Europe/London")
    if name in {"carepath backup", "carepath restore"}:
        return backed_up(scene, example)
    if name == "carepath staff add":
        scene.done("staff add ben")
    elif name.startswith(("carepath staff", "carepath caseload")):
        staffed(scene)
    if name in {"carepath calendar remove", "carepath calendar apply"}:
        scene.done("calendar set --country GB --subdivision ENG")
    if name in {"carepath staff channel remove", "carepath staff channel test"}:
        scene.done(f"staff channel add anna sms {receiver}")
    if "--stays" in example:
        scene.done("staff depart anna --on 2026-12-31")
    if name in {"carepath patient add", "carepath enrol"}:
        return example.replace("P-014", "P-016")
    return named_here(scene, example)


def named_here(scene: Desk, example: str) -> str:
    """Put the server and the prompt of this scene in the place of those of an example."""
    if "--take-back" in example:
        scene.done(f"copy --to {(place := servers.empty_address())}")
        return example.replace(SERVER, place)
    if example == "carepath scheduler gaps 1":
        scene.done("scheduler once --every 60")
        scene.at("2026-11-19 09:00:00")
        scene.done("scheduler once --every 60")
    if SERVER in example:
        return example.replace(SERVER, servers.empty_address())
    return example.replace("P-014/3", prompt_of(scene, PROMPT_RULE) if "P-014/3" in example else "")


def backed_up(scene: Desk, example: str) -> str:
    """Make the folder that an example names, and a backup under the name that it has in this scene."""
    (scene.folder / "elsewhere").mkdir()
    scene.done("backup")
    [file] = (scene.folder / "backups").iterdir()
    if "--although-newer" in example:
        scene.done("note P-014 'since the backup'")
    return example.replace("care-20261102T003000Z.db", file.name)


def staffed(scene: Desk) -> None:
    """Enter those whom the examples name, with two leaves of anna's that are over."""
    for who in ("ben", "carla", "anna --deputy ben"):
        scene.done(f"staff add {who}")
    with Database(scene.database) as database, database.writing() as store:
        for first, last in (("2026-09-07", "2026-09-11"), ("2026-10-12", "2026-10-16")):
            store.add_leave("anna", first, last, deputy="", at=1, by="anna")


def prompt_of(scene: Desk, rule: str) -> str:
    page = scene.done(f"why P-014 {rule}")
    return next(word.rstrip(":") for word in page.split() if word.startswith("P-014/"))


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_each_example_works(scene: Desk, receiver: str, name: str, example: str) -> None:
    if name == ENDLESS:
        pytest.skip("goes on until it is stopped")
    if name == "carepath enrol":
        scene.done("patient add P-016")
    line, _, file = prepared(scene, name, example, receiver).partition(" > ")

    answer = scene(line.removeprefix("carepath "))

    # What is late or mends is shown first and wants a yes, which a person at a terminal would give.
    if answer.code == 2 and "add --yes" in answer.err:
        answer = scene(f"{line.removeprefix('carepath ')} --yes")
    if name == DOCTOR:
        assert (answer.code, "No scheduler ever ticked" in answer.out) == (9, True)
        return
    assert (answer.code, answer.err) == (0, "")
    assert answer.out or file or "--output" in line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_says_what_each_option_is_for(name: str) -> None:
    command = COMMANDS[name]

    assert command.examples
    assert all(example.startswith(name) for example in command.examples)
    assert command.help
    assert [each.name for each in command.params if not getattr(each, "help", "")] == []


def test_every_command_stands_in_the_reference_with_its_examples() -> None:
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")

    for name, command in COMMANDS.items():
        assert f"\n### {name}\n" in page
        assert all(example in page for example in command.examples)


def test_help_ends_with_the_examples(desk: Desk) -> None:
    for name in COMMANDS:
        page = desk(f"{name.removeprefix('carepath ')} --help")
        assert page.code == 0
        assert f"  {COMMANDS[name].examples[0]}" in page.out


def test_an_example_is_something_one_can_type() -> None:
    for _, example in EXAMPLES:
        assert shlex.split(example)[0] == "carepath"
