"""Requirements with hashes, of a folder of wheels."""

import hashlib
from pathlib import Path

import pytest

from tools.hashes import requirements


def test_each_wheel_is_named_with_its_version_and_hash(tmp_path: Path) -> None:
    for name in ("msgspec-0.22.0-cp312-cp312-manylinux_2_17_x86_64.whl", "click-8.5.0-py3-none-any.whl"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "notes.txt").write_text("no wheel")

    first, second = requirements(tmp_path).splitlines()

    digest = hashlib.sha256(b"click-8.5.0-py3-none-any.whl").hexdigest()
    assert first == f"click==8.5.0 --hash=sha256:{digest}"
    assert second.startswith("msgspec==0.22.0 --hash=sha256:")


def test_a_folder_without_wheels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no wheel"):
        requirements(tmp_path)
