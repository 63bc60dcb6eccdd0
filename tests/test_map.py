import re

from tests.modules import LAYERS, ROOT, modules

MAPPED = re.compile(r"^- `(?P<path>[^`]+\.py)`(?P<says>.*)$")


def mapped() -> dict[str, str]:
    """Read the map at the top of CONTRIBUTING.md: each path with what is said about it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = [found for line in text.splitlines() if (found := MAPPED.match(line))]
    assert len(lines) == len({line["path"] for line in lines}), "a module has two lines"
    return {line["path"]: line["says"].removeprefix(":").strip() for line in lines}


def test_every_module_is_on_the_map() -> None:
    missing = set(modules(*LAYERS, "tools", "benchmarks")) - mapped().keys()

    assert not missing, f"CONTRIBUTING.md opens with a line for each module; add: {sorted(missing)}"


def test_the_map_names_no_module_that_is_gone() -> None:
    left_over = mapped().keys() - set(modules(*LAYERS, "tools", "benchmarks"))

    assert not left_over, f"remove from the map in CONTRIBUTING.md: {sorted(left_over)}"


def test_every_line_of_the_map_says_what_the_module_is_for() -> None:
    silent = [path for path, says in mapped().items() if not says]

    assert not silent, f"say in CONTRIBUTING.md what these are for: {silent}"


def test_the_map_comes_first() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)

    assert headings[0] == "Map"
