"""What stands in deploy/ can be used as it stands, as far as this machine can tell."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cli import configuration
from tests.modules import LAYERS, ROOT

UNIT = ROOT / "deploy" / "carepath.service"
PROGRAM = "/opt/carepath/.venv/bin/carepath"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text(encoding="utf-8").replace(PROGRAM, sys.executable), encoding="utf-8")

    answer = subprocess.run(
        [str(shutil.which("systemd-analyze")), "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, answer.stderr) == (0, "")


def test_the_configuration_of_the_service_can_be_followed() -> None:
    written = ROOT / "deploy" / "carepath.toml"

    assert tomllib.loads(written.read_text(encoding="utf-8")) == configuration._read(str(written))


def test_the_container_gets_every_package_and_no_more() -> None:
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")

    copied = [line.split()[1] for line in text.splitlines() if line.startswith("COPY") and "." not in line]
    assert sorted(copied) == sorted(LAYERS)
    for line in text.splitlines():
        if line.startswith("COPY"):
            assert all((ROOT / each).exists() for each in line.split()[1:-1])


@pytest.mark.skipif(os.name == "nt", reason="a container has a shell")
@pytest.mark.parametrize(
    ("code", "healthy"),
    [(0, True), (8, True), (9, False), (1, False), (2, False), (127, False), (137, False)],
)
def test_a_container_is_healthy_only_when_the_doctor_says_so(
    tmp_path: Path,
    code: int,
    healthy: bool,
) -> None:
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    [check] = [line for line in text.splitlines() if line.startswith("HEALTHCHECK")]
    words = json.loads(check.partition(" CMD ")[2])
    doctor = tmp_path / "carepath"
    doctor.write_text(f'#!/bin/sh\n[ "$*" = doctor ] && exit {code}\n', encoding="utf-8")
    doctor.chmod(0o755)

    answer = subprocess.run(words, env={"PATH": f"{tmp_path}:{os.defpath}"}, check=False)

    assert answer.returncode == (0 if healthy else 1)
