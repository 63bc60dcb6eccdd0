"""The page on history files: its example is imported, its tables name the keys that the program reads."""

import re

import pytest

from caseload import history_lines
from caseload.checking import check
from caseload.entry_log import log
from caseload.importing import import_lines
from caseload.pathway_files import install
from storage.connection import Database
from tests.caseload.clinic import by, moment
from tests.modules import ROOT

PAGE = (ROOT / "docs/reference/history-format.md").read_text(encoding="utf-8")
PATHWAY_PAGE = (ROOT / "docs/reference/pathway-file.md").read_text(encoding="utf-8")
KINDS = {
    "patient": history_lines.PatientLine,
    "enrolment": history_lines.EnrolmentLine,
    "entry": history_lines.EntryLine,
    "prompt": history_lines.PromptLine,
}


def block(page: str, language: str) -> str:
    """Return the first block of a language on a page."""
    found = re.search(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def keys_of(section: str) -> set[str]:
    """Return the keys that the table of a section lists."""
    text = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    [table] = [part for part in text if part.startswith(f"`{section}`")]
    cells = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}


def test_the_example_of_the_page_is_imported_as_it_stands(empty: Database) -> None:
    pathway = block(PATHWAY_PAGE, "yaml").encode()
    install(empty, pathway, file="kidney-stone.yaml", by="ann", now=moment("2026-03-02 08:00"))

    found = import_lines(empty, block(PAGE, "jsonl").encode().splitlines(), by("ann", "2026-03-20 12:00"))

    assert [str(problem) for problem in found.problems] == []
    assert [line.says for line in log(empty, "P-014")][2:] == [
        "size = 6.5 mm",
        "wait: stone from suspected to waiting",
        "Will drink more",
        "size = 5.5 mm",
    ]
    assert check(empty, now=moment("2026-03-20 12:00")).differences == ()


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_lists_every_key_that_is_read_and_no_other(kind: str) -> None:
    read = set(KINDS[kind].__struct_fields__)

    assert keys_of(kind) | {"patient"} == read
