"""What a single line of a history file may say, whatever stands around it."""

import re
from typing import get_args

from caseload.answering import refuse_odd_reason
from caseload.history_lines import EntryLine
from pathways.errors import CarepathError
from pathways.fact_values import expected, read_value
from pathways.history import BOOKING_ENDS, AnswerName, Value
from pathways.lookup import Lookup
from pathways.model import Fact
from pathways.moments import is_zone

# What moves a cursor or shows as nothing; a text may have several lines.
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


PUTS_OFF = ("snooze", "could-not")
WITH_UNTIL = ("acting", *PUTS_OFF)


class WrongLine(CarepathError):
    """An entry that cannot be meant as it is written."""


def refuse_hidden(*texts: str) -> None:
    """Refuse characters that nobody can see in what a list would print."""
    if any(_HIDDEN.search(text) for text in texts):
        msg = "it has a character that nobody can see: remove it"
        raise WrongLine(msg)


def refuse_odd_zone(zone: str) -> None:
    """Refuse the name of a zone that there is not."""
    if zone and not is_zone(zone):
        msg = f"{zone!r} is not a time zone: write one such as Europe/London"
        raise WrongLine(msg)


def read_in(fact: Fact, value: Value | None, booking: int) -> Value:
    """Read a value as JSON has it, or as it would be typed."""
    if booking and value in BOOKING_ENDS:
        return str(value)
    if value is None:
        msg = f"{fact.name} needs a `value`: {expected(fact)}"
        raise WrongLine(msg)
    if isinstance(value, bool) and fact.type == "yes-no":
        return value
    if isinstance(value, float) and fact.type == "number":
        return read_value(fact, repr(value))
    if not isinstance(value, str):
        msg = f"{fact.name} is {expected(fact)}"
        raise WrongLine(msg)
    return read_value(fact, value)


def check_states(lookup: Lookup, track: str, line: EntryLine) -> None:
    """Refuse an event that was judged already, and names a track or a state that there is not."""
    known = lookup.tracks.get(track)
    if known is None:
        msg = f"there is no track {track!r}: the tracks are {', '.join(lookup.tracks)}"
        raise WrongLine(msg)
    states = [state.name for state in known.states]
    for state in (line.source, line.to):
        if state not in states:
            msg = f"{track} has no state {state!r}: its states are {', '.join(states)}"
            raise WrongLine(msg)


def check_answer(lookup: Lookup, line: EntryLine) -> None:
    """Refuse an answer that is none, or says to nothing."""
    names = get_args(AnswerName)
    if line.name not in names:
        msg = f"{line.name!r} is no answer to a prompt: it is one of {', '.join(names)}"
        raise WrongLine(msg)
    if line.prompt is None or line.prompt.rule not in lookup.rules:
        msg = "it does not say which prompt it answers: add `prompt`, with a `rule` of the pathway"
        raise WrongLine(msg)
    if line.name == "snooze" and not line.until:
        msg = "a snooze says until when: add `until`"
        raise WrongLine(msg)
    if line.until and line.name not in WITH_UNTIL:
        msg = f"only {', '.join(WITH_UNTIL)} say until when: leave `until` out"
        raise WrongLine(msg)
    if line.second and not (line.until and line.name in PUTS_OFF):
        msg = f"a second person allows to put something off ({' or '.join(PUTS_OFF)}, with `until`)"
        raise WrongLine(msg)
    if line.name == "could-not":
        refuse_odd_reason(str(line.value or ""), line.because)
    elif line.value is not None:
        msg = f"{line.name} has no `value`: leave it out"
        raise WrongLine(msg)
    if line.name == "dismiss" and not line.because:
        msg = "a dismissal needs its reason: add `because`"
        raise WrongLine(msg)


def check_exit(lookup: Lookup, line: EntryLine) -> None:
    """Refuse a way to leave that the pathway does not have."""
    if line.name not in lookup.pathway.exits:
        ways = ", ".join(lookup.pathway.exits)
        msg = f"{line.name!r} is no way to leave {lookup.pathway.name}: it is one of {ways}"
        raise WrongLine(msg)


def check_note(line: EntryLine) -> None:
    """Refuse a note without text."""
    if not line.because.strip():
        msg = "a note needs its text, as `because`"
        raise WrongLine(msg)
