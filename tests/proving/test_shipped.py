"""The pathways that ship keep what they promise, over every combination, and nothing is found in them."""

from pathlib import Path

import pytest

from pathways.proving.proof import examine
from pathways.reading import read_file
from pathways.story_files import shipped


@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.stem)
def test_everything_is_proved_exhaustively_and_nothing_found(file: Path) -> None:
    report = examine(read_file(file))

    assert report.verdicts
    assert not [(each.assurance, each.outcome) for each in report.verdicts if each.outcome != "proved"]
    assert not [(each.kind, each.about) for each in report.findings if not each.because]
    assert not [each.assurance for each in report.verdicts if each.sampled]
    assert not [each.kind for each in report.examined if each.sampled]
