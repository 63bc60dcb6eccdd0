"""Every example of the pages is played as it stands, and prints what the page shows."""

from pathlib import Path

import pytest

from tests.modules import ROOT
from tools.example_pages import has_examples, pages
from tools.examples import written_anew

PAGES = [page for page in pages(ROOT) if has_examples(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_is_printed(page: Path) -> None:
    shown = page.read_text(encoding="utf-8")

    assert written_anew(page) == shown, (
        "`python -m tools.examples` writes the outputs anew; look what changed"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_says_on_which_day_it_plays(page: Path) -> None:
    before, _, _ = page.read_text(encoding="utf-8").partition("```console")

    assert "<!-- plays on " in before
