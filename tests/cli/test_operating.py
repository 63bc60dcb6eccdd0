"""The scheduler as a service: its log for programs, and its numbers for Prometheus."""

import json
import logging
import socket
import struct
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cli.logs import JsonLines
from cli.metrics import answering
from scheduler.metrics import TickTimes
from tests.cli.conftest import Desk
from tests.modules import ROOT


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


NEEDS_IPV6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no such address")


def line_of(message: str, error: Exception | None = None) -> dict[str, str]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("x", logging.INFO, "x", 1, message, None, info)
    found: dict[str, str] = json.loads(JsonLines().format(record))
    return found


@contextmanager
def running(desk: Desk, *words: str) -> Iterator["subprocess.Popen[str]"]:
    program = [sys.executable, "-c", "from cli.main import main; main()", "scheduler", "run", *words]
    started = subprocess.Popen(
        program,
        cwd=ROOT,
        env={**desk.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_every_line_of_the_log_is_an_object_with_an_action_word(patient: Desk) -> None:
    with running(patient, "--log-format", "json") as program:
        assert program.stdout
        seen: list[dict[str, str]] = []
        while not any(each["action"] == "ticked" for each in seen):
            line = program.stdout.readline()
            assert line, program.communicate()
            seen.append(json.loads(line))
        program.terminate()
        rest, _ = program.communicate(timeout=120)
    seen += [json.loads(line) for line in rest.splitlines()]

    raised = [each for each in seen if each["action"] == "raised"]
    assert "P-1/2" in [each["prompt"] for each in raised]
    assert seen[-1]["action"] == "stopping"
    assert "Lovelace" not in json.dumps(seen)


def test_the_line_of_the_log_on_the_page_is_one_that_comes_about() -> None:
    pages = ROOT / "docs" / "how-to"
    [sample] = [
        json.loads(line)
        for line in (pages / "operate.md").read_text(encoding="utf-8").splitlines()
        if line.startswith('{"at"')
    ]

    # The other page is played by a test.
    played = (pages / "run-the-scheduler.md").read_text(encoding="utf-8").splitlines()
    assert f"{sample['action']} {sample['says']}" in played
    assert sample == line_of(f"raised {sample['says']}") | {"at": sample["at"]}


@pytest.fixture
def own_log() -> Iterator[None]:
    """Leave the log of the tests as it was."""
    root = logging.getLogger()
    before = root.handlers, root.level
    yield
    root.handlers, root.level = before


@pytest.mark.usefixtures("own_log")
def test_a_single_tick_writes_the_same_objects(patient: Desk) -> None:
    lines = patient.done("scheduler once --log-format json").splitlines()

    assert {"raised", "ticked"} <= {json.loads(line)["action"] for line in lines}


@pytest.mark.usefixtures("own_log")
def test_a_message_of_several_lines_is_one_object_with_all_of_it(patient: Desk) -> None:
    patient.done("scheduler once")
    patient.at("2026-11-20 09:00:00")
    seen = [json.loads(line) for line in patient.done("scheduler once --log-format json").splitlines()]

    words = {"raised", "escalated", "lapsed", "gap", "ticked", "posted", "checked", "backed_up"}
    assert {each["action"] for each in seen} <= words | {"told"}
    [gap] = [each for each in seen if each["action"] == "told" and "did not run" in each["says"]]
    assert gap["says"].startswith("carepath: the scheduler did not run\n")
    assert "carepath scheduler gaps 1" in gap["says"]


def test_what_commands_raised_is_said_to_be_among_what_a_tick_sent(patient: Desk) -> None:
    lines = patient.done("scheduler once").splitlines()

    [ticked] = [line for line in lines if line.startswith("ticked: ")]
    assert any(line.startswith("raised P-1/2") for line in lines)
    assert ticked.startswith("ticked: 0 raised, ")
    assert " sent, also of what commands or earlier ticks did, 0 put off" in ticked


def test_of_a_fault_the_log_says_its_kind_and_place_and_nothing_that_it_holds() -> None:
    with pytest.raises(ValueError, match="Ada") as caught:
        int("Ada Lovelace")
    found = line_of("tick_failed", caught.value)

    assert (found["action"], found["fault"]) == ("tick_failed", "ValueError")
    assert "test_operating" in found["where"]
    assert "Lovelace" not in json.dumps(found)


@pytest.mark.only("sqlite")
def test_prometheus_is_answered_while_the_scheduler_runs(patient: Desk) -> None:
    port = free_port()
    with running(patient, "--metrics-port", str(port)) as program:
        assert program.stdout
        while not program.stdout.readline().startswith("raised P-1/2"):
            assert program.poll() is None
        numbers: dict[str, float] = {}
        while not numbers.get("carepath_ticks_total"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
                text = answer.read().decode()
            numbers = {
                name: float(value)
                for name, value in (line.split(" ") for line in text.splitlines() if line[0] != "#")
            }
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/")

    assert numbers["carepath_up"] == 1
    assert numbers["carepath_due"] == 0
    assert 0 <= numbers["carepath_heartbeat_age_seconds"] < 60
    assert numbers["carepath_tick_seconds"] > 0
    assert numbers["carepath_database_bytes"] > 100_000
    assert {"carepath_unsent", "carepath_failed"} <= numbers.keys()
    for name in numbers:
        assert f"# TYPE {name} " in text
        assert f"# HELP {name} " in text


@pytest.mark.only("sqlite")
def test_people_are_told_while_another_has_the_port_and_it_is_answered_once_that_is_free(
    patient: Desk,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running(patient, "--metrics-port", port, "--every", "1", "--log-format", "json") as program:
            before = until(program, "ticked")
            taken.close()
            until(program, "metrics_answered")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                assert b"carepath_up 1" in answer.read()
            program.terminate()
            assert program.wait(timeout=120) == 0

    assert [each["action"] for each in before][:2] == ["metrics_unanswered", "said"]
    assert "choose another --metrics-host or --metrics-port. Ticks go on without it" in before[0]["says"]
    assert "raised" in [each["action"] for each in before]


def until(program: "subprocess.Popen[str]", action: str) -> list[dict[str, str]]:
    """Read the log up to the first line with an action word."""
    assert program.stdout
    seen: list[dict[str, str]] = []
    while not seen or seen[-1]["action"] != action:
        line = program.stdout.readline()
        assert line, program.communicate()
        seen.append(json.loads(line))
    return seen


@pytest.mark.parametrize("host", ["192.0.2.1", "no such place", "''"])
def test_a_host_that_is_none_of_this_machine_is_one_sentence(patient: Desk, host: str) -> None:
    answer = patient(f"scheduler run --metrics-port {free_port()} --metrics-host '{host.strip(chr(39))}'")

    assert answer.code == 2
    assert "--metrics-host" in answer.err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", pytest.param("::1", marks=NEEDS_IPV6)])
def test_prometheus_is_answered_at_an_address_of_either_kind(patient: Desk, host: str) -> None:
    port = free_port()
    with answering(patient.database, TickTimes(), host=host, port=port):
        where = f"[{host}]" if ":" in host else host
        with urllib.request.urlopen(f"http://{where}:{port}/metrics") as answer:
            assert b"carepath_up 1" in answer.read()


def test_who_hangs_up_before_the_answer_is_nothing_to_talk_about(
    patient: Desk, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with answering(patient.database, TickTimes(), host="127.0.0.1", port=port):
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port)) as asking:
                asking.sendall(b"GET /metrics HTTP/1.0\r\n")
                # Closed at once, with what was sent still on its way: the other end is told so.
                asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert b"carepath_up 1" in answer.read()

    assert (capfd.readouterr().err, caplog.text) == ("", "")
