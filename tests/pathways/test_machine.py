"""Which events a state has, and where they lead."""

import logging

import pytest

from pathways.machine import Machines
from pathways.reading import read
from tests.pathways.example import EXAMPLE, changed


@pytest.fixture(scope="module")
def machines() -> Machines:
    return Machines(read(EXAMPLE))


@pytest.mark.parametrize(
    ("track", "state", "events"),
    [
        ("wrist", "in-cast", ["take-cast-off", "discharge"]),
        ("wrist", "free", ["discharge"]),
        ("wrist", "healed", []),
        ("bone", "unsure", ["check-bone"]),
        ("bone", "checked", []),
    ],
)
def test_a_state_has_the_events_that_lead_out_of_it_in_the_order_of_the_file(
    machines: Machines, track: str, state: str, events: list[str]
) -> None:
    assert machines.events(track, state) == events


@pytest.mark.parametrize(
    ("track", "state", "event", "target"),
    [
        ("wrist", "in-cast", "take-cast-off", "free"),
        ("wrist", "in-cast", "discharge", "healed"),
        ("wrist", "free", "discharge", "healed"),
        ("bone", "unsure", "check-bone", "checked"),
    ],
)
def test_an_event_leads_from_each_of_its_states_to_its_target(
    machines: Machines, track: str, state: str, event: str, target: str
) -> None:
    assert machines.target(track, state, event) == target


@pytest.mark.parametrize(
    ("track", "state", "event"),
    [
        ("wrist", "free", "take-cast-off"),
        ("wrist", "healed", "discharge"),
        ("wrist", "in-cast", "check-bone"),
        ("wrist", "in-cast", "unheard-of"),
        ("wrist", "a-state-of-an-older-version", "discharge"),
        # The library would jump to any state by events of these names.
        ("wrist", "in-cast", "to_healed"),
        ("wrist", "in-cast", "to_free"),
    ],
)
def test_an_event_that_the_state_does_not_have_leads_nowhere(
    machines: Machines, track: str, state: str, event: str
) -> None:
    assert machines.target(track, state, event) is None


def test_asking_where_an_event_leads_changes_nothing(machines: Machines) -> None:
    asked = [machines.target("wrist", "in-cast", "discharge") for _ in range(3)]

    assert asked == ["healed"] * 3


def test_an_event_may_lead_back_to_its_own_state() -> None:
    discharge = "- {event: discharge, from: [in-cast, free], to: healed}"
    renew_cast = "- {event: renew-cast, from: in-cast, to: in-cast}"
    again = read(changed(discharge, f"{discharge}\n      {renew_cast}"))

    assert Machines(again).target("wrist", "in-cast", "renew-cast") == "in-cast"


def test_the_library_does_not_log_every_step(machines: Machines, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="pathways"):
        machines.target("wrist", "in-cast", "discharge")

    assert not caplog.records
