"""What both clock changes of a year do to every length of every pathway and to every digest.

Each length is counted from noon of the three days before a change and of its day: in days it must begin and
end as local days do, in hours it must last as long as it says, and then stands elsewhere on the clock.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from caseload.cases import pathway_of
from pathways.calendars import Place
from pathways.counting import closing, opening
from pathways.model import Pathway, Rule
from pathways.moments import Length, Moment, add_days, at_clock, day_of, end_of, shown, start_of
from pathways.spans import HOUR
from pathways.standing import Counted
from storage.connection import Database

DAY_BEFORE, NOON = 3, 12 * HOUR
DIGEST_AT = "07:30"


class Change(NamedTuple):
    """One day of a zone that has not 24 hours: what moves on the clock, and what does not hold.

    `lengths` counts those that were walked, `digests` those of people there.
    """

    zone: str
    on: str
    hours: float
    lengths: int
    digests: int
    moves: tuple[str, ...]
    wrong: tuple[str, ...]


def rehearse(database: Database, year: int) -> list[Change]:
    """Walk both changes of a year in every zone in use."""
    with database.reading() as store:
        places = {row.place for row in store.all_enrolments() if row.left_at is None}
        pathways = [pathway_of(store, row.digest) for row in store.pathways()]
        people = [(each.id, each.zone, each.digest_at or DIGEST_AT) for each in store.staff()]
        places |= {Place(store.site_zone()), *(Place(zone) for _, zone, _ in people)}
    lengths = sorted({each for pathway in pathways for each in lengths_of(pathway)}, key=str)
    found: dict[tuple[str, date], Change] = {}
    for place in sorted(places, key=lambda each: (each.zone, each.calendar)):
        for on in changes_of(place.zone, year):
            there = [(who, clock) for who, zone, clock in people if zone == place.zone]
            walked = walk(place, on, lengths, there)
            known = found.get((place.zone, on))
            found[place.zone, on] = walked if known is None else _both(known, walked)
    return list(found.values())


def changes_of(zone: str, year: int) -> Iterator[date]:
    """Yield the days of a year that have not 24 hours."""
    day = date(year, 1, 1)
    while day.year == year:
        if end_of(day, zone) - start_of(day, zone) != 24 * HOUR:
            yield day
        day += timedelta(days=1)


def lengths_of(pathway: Pathway) -> Iterator[Length]:
    """Yield every length that a pathway writes."""
    yield from (milestone.after for milestone in pathway.milestones)
    for rule in (*pathway.rules, pathway.otherwise):
        yield from _of_rule(rule)


def _of_rule(rule: Rule) -> Iterator[Length]:
    yield from filter(None, (rule.opens, rule.due, rule.until, rule.lapses, rule.snooze.most, *rule.every))
    yield from (each.after for each in rule.then)


def walk(place: Place, on: date, lengths: list[Length], people: list[tuple[str, str]]) -> Change:
    """Walk every length, and every digest of people with its time, over one day on which clocks change."""
    moves: list[str] = []
    wrong: list[str] = []
    for length in lengths:
        for begins in _reaching(length, on, place):
            move, fault = (_exact if length.exact else _in_days)(length, begins, place)
            moves += move
            wrong += fault
    for who, clock in people:
        moves += _digest(who, clock, on, place.zone)
    return Change(
        zone=place.zone,
        on=str(on),
        hours=(end_of(on, place.zone) - start_of(on, place.zone)) / HOUR,
        lengths=len(lengths),
        digests=len(people),
        moves=tuple(dict.fromkeys(moves)),
        wrong=tuple(dict.fromkeys(wrong)),
    )


def _both(one: Change, other: Change) -> Change:
    """Put together what was found by two calendars of one zone."""
    return Change(
        zone=one.zone,
        on=one.on,
        hours=one.hours,
        lengths=one.lengths,
        digests=one.digests,
        moves=tuple(dict.fromkeys((*one.moves, *other.moves))),
        wrong=tuple(dict.fromkeys((*one.wrong, *other.wrong))),
    )


def _reaching(length: Length, on: date, place: Place) -> Iterable[date]:
    """Give days from which a length leads over a change or to it: those before it, and as long before it."""
    days = [on - timedelta(days=ahead) for ahead in range(-1, DAY_BEFORE + 1)]
    if not length.exact:
        back = Length(length.amount, length.unit, before=not length.before)
        days.append(add_days(on, back, place.days))
    return days


def _in_days(length: Length, begins: date, place: Place) -> tuple[list[str], list[str]]:
    """Look whether a length in days begins and ends with local days."""
    counted = Counted(start_of(begins, place.zone) + NOON, begins, 0)
    opens, over = opening(counted, length, place), closing(counted, length, place)
    lands = add_days(begins, length, place.days)
    whole = opens == start_of(lands, place.zone) and over == end_of(lands, place.zone)
    if whole and day_of(opens, place.zone) == lands == day_of(over - 1, place.zone) and opens < over:
        return [], []
    return [], [f"{length} from {begins} does not keep to the day {lands}"]


def _exact(length: Length, begins: date, place: Place) -> tuple[list[str], list[str]]:
    """Say where a length in hours stands on the clock, when that is not where it does on other days."""
    noon = at_clock(begins, "12:00", place.zone)
    ends = opening(Counted(noon, begins, 0), length, place)
    elapsed = (-1 if length.before else 1) * length.amount * (HOUR if length.unit == "hour" else HOUR // 60)
    wrong = [] if ends - noon == elapsed else [f"{length} from {begins} 12:00 is not {length} long"]
    usual = (12 * 60 + elapsed // (HOUR // 60)) % (24 * 60)
    clock = shown(ends, place.zone)[-5:]
    if clock == f"{usual // 60:02}:{usual % 60:02}":
        return [], wrong
    there, not_there = shown(ends, place.zone), f"{usual // 60:02}:{usual % 60:02}"
    return [f"{length} from {begins} 12:00 ends at {there}, not at {not_there}"], wrong


def _digest(who: str, clock: str, on: date, zone: str) -> Iterator[str]:
    """Say of a digest whose time is missing on a day, or comes twice, when it goes."""
    at = at_clock(on, clock, zone)
    if shown(at, zone)[-5:] != clock:
        yield f"the digest of {who} goes at {shown(at, zone)}, as there is no {clock} on that day"
    elif _again(at, clock, zone):
        yield f"the digest of {who} goes at the first {clock} of that day, and not at the second"


def _again(at: Moment, clock: str, zone: str) -> bool:
    """Say whether clocks show the same time once more within the hours after."""
    quarters = (at + quarter * (HOUR // 4) for quarter in range(1, 13))
    return any(shown(each, zone)[-5:] == clock for each in quarters)
