"""Writes what a folder of wheels holds as requirements with hashes: `python -m tools.hashes FOLDER`."""

import hashlib
import sys
from pathlib import Path


def requirements(folder: Path) -> str:
    """Return a line for each wheel, so that pip installs these files and no others."""
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        raise SystemExit(
            f"There is no wheel in {folder}: `pip download --dest {folder} ...` puts them there."
        )
    return "".join(f"{_line(wheel)}\n" for wheel in wheels)


def _line(wheel: Path) -> str:
    name, version, *_ = wheel.name.split("-")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


if __name__ == "__main__":
    print(requirements(Path(sys.argv[1])), end="")
