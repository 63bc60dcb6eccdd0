"""That the promises of the pathways that ship are awake: what is spoilt about them is noticed."""

import pytest

from pathways.proving.fates import fates
from pathways.proving.mutating import mutants
from pathways.reading import read_file
from pathways.story_files import pathway_file, shipped, stories_of
from tools.mutants import FEWEST, Tried, explained, tried, unexplained

NAMES = [file.stem for file in shipped()]


def _idle(found: Tried) -> list[str]:
    """List what is explained of this pathway and does not survive."""
    survivors = found.survivors()
    mine = (each.mutant for each in explained() if each.pathway == found.pathway)
    return [mutant for mutant in mine if mutant not in survivors]


def test_each_promise_has_three_mutants_or_more_that_are_about_it() -> None:
    few = {
        f"{file.stem}: {assurance.id}"
        for file in shipped()
        for pathway in [read_file(file)]
        for assurance in pathway.assurances
        if len(list(mutants(pathway, assurance))) < FEWEST
    }

    assert not few


@pytest.mark.long
def test_what_is_spoilt_about_a_pathway_is_noticed() -> None:
    """The pathway with the fewest promises stands for all; the rest take long."""
    found = tried(pathway_file("carcinoid"), most=FEWEST)

    assert not unexplained(found)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_three_mutants_of_every_promise_are_noticed_or_explained(name: str) -> None:
    found = tried(pathway_file(name), most=FEWEST)

    assert not unexplained(found)
    assert not _idle(found)


def test_a_mutant_that_breaks_nothing_is_told_as_surviving() -> None:
    pathway = read_file(pathway_file("carcinoid"))

    found = list(fates(pathway, stories_of(pathway_file("carcinoid")), most=1))

    assert {each.fate for each in found} >= {"promise"}
