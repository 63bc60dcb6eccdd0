"""The one command that checks everything, the same on a desk and in CI."""

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[1]
_PYTHON = (sys.executable, "-m")
STEPS = {
    "format": (*_PYTHON, "ruff", "format", "--check", "--quiet"),
    "lint": (*_PYTHON, "ruff", "check", "--quiet"),
    "types": (*_PYTHON, "mypy", "--no-error-summary"),
    "layers": (str(Path(sys.executable).with_name("lint-imports")), "--no-logo"),
    "generated": (*_PYTHON, "tools.generate", "--check"),
    "tests": (*_PYTHON, "pytest"),
}


def check(steps: Mapping[str, Sequence[str]]) -> bool:
    """Run the steps one by one, going on after a failure, and say whether all went well."""
    lines = []
    for name, command in steps.items():
        print(f"-- {name}", flush=True)
        started = monotonic()
        failed = subprocess.run(command, cwd=ROOT, check=False).returncode != 0
        lines.append(f"{'FAILED' if failed else 'ok':8}{name:12}{monotonic() - started:8.1f} s")
    print("", *lines, sep="\n", flush=True)
    return not any(line.startswith("FAILED") for line in lines)


def main() -> int:
    """Run the chosen steps, or all of them; 1 if any failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="run the long tests too, and all on a server")
    known = ", ".join(STEPS)
    parser.add_argument(
        "--only", action="append", choices=STEPS, metavar="NAME", help=f"one of {known}; may be repeated"
    )
    options = parser.parse_args()
    steps = {name: STEPS[name] for name in options.only or STEPS}
    if options.long and "tests" in steps:
        steps["tests"] = (*steps["tests"], "--long")
        # Those that the other run has on a file alone, and the rest of them once more.
        steps["server"] = (*STEPS["tests"], "--database", "postgres", "-k", "postgres")
    return 0 if check(steps) else 1


if __name__ == "__main__":
    sys.exit(main())
