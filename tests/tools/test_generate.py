import subprocess
import sys
from pathlib import Path

import pytest

from tools.generate import main, stale


def greeting() -> dict[str, str]:
    return {"docs/reference/greeting.md": "Good morning\n", "greeting.txt": "Grüezi\n"}


def generate(root: Path, *arguments: str) -> int:
    return main(list(arguments), generators=[greeting], root=root)


def test_what_is_generated_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(tmp_path) == 0
    assert (tmp_path / "docs/reference/greeting.md").read_text(encoding="utf-8") == "Good morning\n"
    assert (tmp_path / "greeting.txt").read_bytes() == "Grüezi\n".encode()
    assert "written: greeting.txt" in capsys.readouterr().out

    assert generate(tmp_path) == 0
    assert capsys.readouterr().out == ""


def test_a_check_names_what_is_missing_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate(tmp_path, "--check") == 1
    assert "stale: docs/reference/greeting.md" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("edited", ["Good evening\n", "Good morning", "Good morning\r\n"])
def test_a_check_notices_a_file_that_was_edited(tmp_path: Path, edited: str) -> None:
    generate(tmp_path)
    assert generate(tmp_path, "--check") == 0

    (tmp_path / "docs/reference/greeting.md").write_text(edited, encoding="utf-8", newline="")

    assert stale([greeting], tmp_path) == {"docs/reference/greeting.md": "Good morning\n"}
    assert generate(tmp_path, "--check") == 1


@pytest.mark.long  # a step of its own in `tools/check.py`
def test_the_generated_files_of_the_repository_are_up_to_date() -> None:
    # In a process of its own: what other tests leave behind may change how help is written.
    done = subprocess.run(
        [sys.executable, "-m", "tools.generate", "--check"],
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
