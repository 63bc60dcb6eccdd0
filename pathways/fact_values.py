"""Reading what people type as facts, and showing it: `size=2.31`, `visit#1=done`."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from pathways.errors import CarepathError, NotFound
from pathways.history import BOOKING_ENDS, Value
from pathways.model import Fact, Pathway
from pathways.moments import UnreadableTime, day
from pathways.problems import LISTED_AT_MOST

YES, NO = ("yes", "true", "y"), ("no", "false", "n")
LONGEST_TEXT = 500
_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,15})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)
_PAIR = re.compile(r"(?P<name>[^=#\s]+)(?:#(?P<booking>[1-9]\d{0,3}))?=(?P<value>.*)", re.DOTALL)


class BadValue(CarepathError):
    """A value that a fact cannot have."""


class NoSuchFact(NotFound):
    """A fact that the pathway does not declare."""

    def __init__(self, name: str, pathway: str, known: Iterable[str]) -> None:
        names = list(known)
        close = get_close_matches(name, names, n=1)
        more = len(names) - LISTED_AT_MOST
        rest = f" and {more} more, which `carepath pathway show {pathway}` lists" if more > 0 else ""
        listed = ", ".join(names[:LISTED_AT_MOST])
        hint = f"did you mean {close[0]!r}?" if close else f"its facts are {listed}{rest}"
        super().__init__(f"{pathway} has no fact {name!r}: {hint}")


class Typed(Struct, frozen=True):
    """One fact as typed and understood. `booking` is 0 unless a booking was named by its number."""

    fact: Fact
    value: Value
    booking: int = 0


def read_facts(pathway: Pathway, pairs: Sequence[str]) -> list[Typed]:
    """Read `fact=value` pairs; raises `BadValue` or `NoSuchFact` at the first that cannot be meant."""
    facts = {fact.name: fact for fact in pathway.facts}
    return [_read_pair(pathway.name, facts, pair) for pair in pairs]


def read_value(fact: Fact, text: str) -> Value:
    """Read one value of a fact, or raise `BadValue` saying what it may be."""
    text = text.strip()
    if not text:
        msg = f"{fact.name} has no value: {expected(fact)}"
        raise BadValue(msg)
    return {
        "date": _day,
        "choice": _choice,
        "number": _number,
        "yes-no": _yes_no,
        "text": _text,
    }[fact.type](fact, text)


def expected(fact: Fact) -> str:
    """Say what may be written for a fact."""
    if fact.type == "choice":
        return f"one of {', '.join(fact.of)}"
    if fact.type == "number":
        return f"a number{_bounds(fact)}{f' in {fact.unit}' if fact.unit else ''}"
    return {"date": "a day such as 2026-11-03", "yes-no": "yes or no", "text": "some text"}[fact.type]


def shown_value(value: Value, fact: Fact | None = None) -> str:
    """Show a value the way it would be typed, with the unit of its fact."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
    return f"{text} {fact.unit}" if fact and fact.unit else text


def _read_pair(pathway: str, facts: dict[str, Fact], pair: str) -> Typed:
    found = _PAIR.fullmatch(pair)
    if not found:
        msg = f"{pair!r} is not a fact: write fact=value, such as {next(iter(facts), 'fact')}=..."
        raise BadValue(msg)
    if found["name"] not in facts:
        raise NoSuchFact(found["name"], pathway, facts)
    fact, booking = facts[found["name"]], int(found["booking"] or 0)
    if booking and not fact.many:
        msg = f"{fact.name} has one value, no numbered bookings: write {fact.name}={found['value']}"
        raise BadValue(msg)
    if booking and found["value"].strip() in BOOKING_ENDS:
        return Typed(fact, found["value"].strip(), booking)
    return Typed(fact, read_value(fact, found["value"]), booking)


def _day(fact: Fact, text: str) -> Value:
    try:
        return day(text).isoformat()
    except UnreadableTime as problem:
        ends = f", or {fact.name}#1=done to end the first" if fact.many else ""
        msg = f"{fact.name}: {problem}{ends}"
        raise BadValue(msg) from None


def _choice(fact: Fact, text: str) -> Value:
    if text in fact.of:
        return text
    close = [each for each in get_close_matches(text, fact.of) if each != f"not-{text}"]
    meant = f" (did you mean {close[0]}?)" if close else ""
    msg = f"{fact.name} cannot be {text!r}{meant}: it is {expected(fact)}"
    raise BadValue(msg)


def _number(fact: Fact, text: str) -> Value:
    if _THOUSANDS.fullmatch(text):
        either = f"{text.replace(',', '')} or {text.replace(',', '.')}"
        msg = f"{fact.name} cannot be {text!r}, which can be read in two ways: write {either}"
        raise BadValue(msg)
    number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else float("nan")
    low = fact.lowest is not None and number < fact.lowest
    high = fact.highest is not None and number > fact.highest
    if not abs(number) < float("inf") or low or high:
        msg = f"{fact.name} cannot be {text!r}: it is {expected(fact)}"
        raise BadValue(msg)
    return number


def _yes_no(fact: Fact, text: str) -> Value:
    if text.lower() not in (*YES, *NO):
        msg = f"{fact.name} cannot be {text!r}: it is yes or no"
        raise BadValue(msg)
    return text.lower() in YES


def _text(fact: Fact, text: str) -> Value:
    if len(text) > LONGEST_TEXT:
        msg = f"{fact.name} is longer than {LONGEST_TEXT} characters: put it in a note"
        raise BadValue(msg)
    return text


def _bounds(fact: Fact) -> str:
    if fact.lowest is None or fact.highest is None:
        return ""
    return f" from {fact.lowest:g} to {fact.highest:g}"
