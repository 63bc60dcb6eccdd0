"""What is claimed, in words that a clinician can hold against the pathway."""

import pytest

from pathways.model import Pathway
from pathways.promise_words import promise_in_words
from pathways.reading import read
from tests.pathways.test_protocol import STONE

CLAIMS = [
    ("never: [measure], when: '!known.fever'", "measure is never open or shown while fever is not known"),
    ("never: [measure, infected]", "measure or infected is never open or shown"),
    ("asked: fever, when: fever", "fever is wanted wherever fever is yes"),
    ("open: ask, when: fever", "ask is open wherever fever is yes, and nothing on record can end it"),
    ("shown: infected, when: fever", "infected is shown wherever fever is yes"),
    ("shown: infected", "infected is shown always"),
    (
        "warned: wait, when: size > 10.0",
        "wait is refused or warned about wherever size is more than 10 mm",
    ),
    ("free_of: [pain, fever], to: stone.waiting", "no way to waiting of stone asks for pain or fever"),
    ("leaves: [died]", "died is accepted as an exit from every state"),
    ("leaves: [died, moved]", "died and moved are accepted as an exit from every state"),
    ("dated: always", "as long as a patient is on the pathway, somebody has a prompt with a date"),
    ("due: measure, within: 2 days, of: met", "measure is due at most 2 days after it is wanted"),
    (
        "due: measure, within: 2 days, of: visit, not_before: 1 day",
        "measure is due at most 2 days after visit, and opens no earlier than 1 day after it",
    ),
    (
        "due: measure, within: 2 days, of: stone.waiting",
        "measure is due at most 2 days after entering waiting",
    ),
    ("repeats: measure, within: 6 months", "measure repeats at most 6 months apart, for good"),
    (
        "repeats: measure, within: 6 months, until: 4 years",
        "measure repeats at most 6 months apart, for 4 years at least",
    ),
    ("unused: [magic-drug, other]", "nothing here is called magic-drug or other"),
]


def promised(claim: str) -> Pathway:
    return read(f"{STONE}  - {{id: this-one, say: This, {claim}}}\n")


@pytest.mark.parametrize(("claim", "words"), CLAIMS)
def test_a_claim_is_said_in_words(claim: str, words: str) -> None:
    pathway = promised(claim)

    assert promise_in_words(pathway, pathway.assurances[-1].claim) == words
