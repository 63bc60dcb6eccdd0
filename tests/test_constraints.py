import re
import tomllib

from tests.modules import ROOT


def name_of(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def constraints() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_constraints_are_names_and_exact_versions_only() -> None:
    odd = [line for line in constraints() if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]

    assert not odd


def test_everything_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    pinned = {name_of(line) for line in constraints()}

    assert {name_of(each) for each in asked} - pinned == {"carepath"}
