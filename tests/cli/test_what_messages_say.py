"""What a message says can be typed as it stands there, and is accepted."""

import re

import pytest

from tests.cli.conftest import WATCH, Desk
from tests.scheduler.servers import Received, hook

COMMAND = re.compile(r"carepath (?P<words>[a-z-]+ P-\d.*?)(?= \(or| lists|$)")
VALUES = {"onset": "2026-10-20", "calcium": "2.3", "response": "better", "first_dose": "2026-11-02"}


@pytest.fixture
def site(patient: Desk) -> Desk:
    for who in ("anna", "dr-cole --role clinician", "dr-berg --role lead"):
        patient.done(f"staff add {who}")
    return patient


def filled(words: str, day: str) -> str:
    """Write what a person puts in the place of dots."""
    with_values = re.sub(r"(\w+)=\.\.\.", lambda found: f"{found[1]}={VALUES[found[1]]}", words)
    return with_values.replace("DAY", day)


def told(site: Desk, *who: str) -> list[Received]:
    """Return what people are told by one tick through their channels."""
    with hook() as server:
        for name in who:
            site.done(f"staff channel add {name} hook {server.url} --kinds prompts")
        site.done("scheduler once")
        return server.received


def commands(message: Received) -> list[str]:
    """Name the commands of a message, what ends it last."""
    lines = message.text.splitlines()
    ending = [line for line in lines if line.startswith(("When", "If"))]
    return [found["words"] for line in [*lines, *ending] for found in COMMAND.finditer(line)]


def test_each_command_in_a_message_is_accepted_when_it_is_typed(site: Desk) -> None:
    site.done("advance P-1 start-treatment first_dose=2026-11-01 sampled=yes --at 2026-11-01")
    site.done("advance P-1 start-looking --at 2026-11-02")
    site.at("2026-11-13 09:00:00")

    messages = told(site, "anna", "dr-cole")

    ways = {line for each in messages for line in each.text.splitlines() if line.startswith("When")}
    assert {line.partition(": ")[2].partition(" (")[0].rpartition("/")[0] or line for line in ways} == {
        "When it is done: carepath record P-1 onset=...",
        "When it is done: carepath record P-1 calcium=...",
        "When it is done: carepath record P-1 response=...",
        "When it is done: carepath advance P-1 find",
        "carepath ack P-1",
    }
    for message in messages:
        typed = commands(message)
        # What ends a prompt is typed after the rest.
        for words in dict.fromkeys([each for each in typed if each != typed[-1]] + typed[-1:]):
            site.done(filled(words, "2026-11-12") + (" --yes" if "--at" in words else ""))


def test_on_two_pathways_the_command_says_for_which_and_what_lapsed_can_be_told(site: Desk) -> None:
    other = WATCH.read_text().replace("pathway: watch", "pathway: other")
    (site.folder / "other.yaml").write_text(
        other.replace("needs: [onset]", "needs: [onset]\n    lapses: 2 days")
    )
    site.done(f"pathway install {site.folder}/other.yaml")
    site.done("enrol P-1 other --at 2026-11-10")
    site.done("scheduler once")
    site.at("2026-11-14 09:00:00")

    [lapsed] = [each for each in told(site, "anna") if "has lapsed" in each.text]

    [record, done] = [line.partition(": carepath ")[2] for line in lapsed.text.splitlines()[-2:]]
    assert record == "record P-1 onset=... --pathway other --at DAY"
    site.at("2026-11-16 09:00:00")
    site.done(filled(record, "2026-11-15"))
    site.done(filled(done, "2026-11-15"))
