"""Anything a person may do to a patient, for the property tests: most of it makes sense somewhere."""

from collections.abc import Callable
from typing import TypeAlias

from hypothesis import strategies as st
from msgspec import structs

from caseload import handover, staffing
from caseload.actions import advance, close, record
from caseload.answering import acknowledge, act_on, could_not, dismiss, done, see, snooze
from caseload.enrolling import enrol
from caseload.mending import correct, withdraw
from caseload.requests import Author, Request
from caseload.staffing import Changes
from pathways.moments import Moment, shown
from storage.connection import Database
from tests.scheduler.drill import HOUR, ZONE

Act: TypeAlias = Callable[[Database, str, Request], object]

DAY = 24 * HOUR
SECOND = "ben"


def because(now: Moment, *, days_ago: int = 0) -> Request:
    """Make a request with a reason, of now or of some days ago, by the one who never leaves the staff."""
    when = shown(now - days_ago * DAY, ZONE) if days_ago else ""
    return Request(author=Author(by="dr-berg", now=now), at=when, because="It was so")


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """Draw an act: what is done, with which number, and with which day before or after the present."""
    number, on = draw(st.integers(1, 8)), draw(st.integers(-6, 9))
    kind = draw(st.sampled_from([_moves, _moves, _recordings, _answers, _answers, _mendings]))
    return draw(st.sampled_from(kind(number, on)))


def _day(why: Request, on: int) -> str:
    return shown(why.author.now + on * DAY, ZONE, only_day=True)


def _recording(fact: str, on: int | None = None) -> Act:
    return lambda site, who, why: record(site, who, [fact if on is None else f"{fact}={_day(why, on)}"], why)


def _moves(_: int, on: int) -> list[Act]:
    """List what moves prompts in time."""
    return [
        lambda site, who, why: advance(site, who, "treat", [f"dose={_day(why, min(on, 0))}"], why),
        _recording("dose", min(on, 0)),
        _recording("visit", on),
        _recording("visit#1", on),
    ]


def _recordings(_: int, __: int) -> list[Act]:
    return [
        lambda site, who, why: enrol(site, who, "drill", [], why, owner="kim"),
        lambda site, who, why: advance(site, who, "finish", [], why),
        lambda site, who, why: close(site, who, "died", why),
        *map(_recording, ("result=good", "result=bad", "seen=yes", "visit#1=done", "visit#1=cancelled")),
    ]


def _answers(number: int, on: int) -> list[Act]:
    return [
        lambda site, who, why: done(site, who, number, why),
        lambda site, who, why: done(site, who, number, _on_a_day(why, min(on, 0))),
        lambda site, who, why: see(site, who, number, why),
        lambda site, who, why: acknowledge(site, who, number, why),
        lambda site, who, why: act_on(site, who, number, _day(why, on) if on > 0 else "", why),
        lambda site, who, why: dismiss(site, who, number, why),
        *map(_putting_off, [number] * 2, ["", SECOND]),
        *map(_not_done, [number] * 3, [0, 1, on]),
    ]


def _putting_off(number: int, second: str) -> Act:
    return lambda site, who, why: snooze(
        site, who, number, shown(why.author.now + 2 * DAY, ZONE), why, second=second
    )


def _not_done(number: int, on: int) -> Act:
    """Say why not; with a next attempt in some days, or (on none) without."""
    return lambda site, who, why: could_not(
        site, who, number, "patient-unreachable", why, next_at=_day(why, on) if on else ""
    )


def _on_a_day(why: Request, on: int) -> Request:
    return structs.replace(why, at=_day(why, on))


def _mendings(number: int, on: int) -> list[Act]:
    return [
        lambda site, who, why: _correct(site, who, number, [f"dose={_day(why, on)}"], why),
        lambda site, who, why: _correct(site, who, number, [f"visit={_day(why, on)}"], why),
        lambda site, who, why: _correct(site, who, number, [], why),
        lambda site, who, why: withdraw(site, who, number, why),
    ]


def _correct(site: Database, who: str, number: int, changes: list[str], why: Request) -> None:
    """Correct an entry, unless it lies in the future because the clock was set back."""
    with site.reading() as store:
        found = store.entry(who, number)
    if found and found[1].happened_at <= why.author.now:
        correct(site, who, number, changes, why)


@st.composite
def staff_acts(draw: st.DrawFn, *names: str) -> Act:
    """Draw something that changes who is there, or whose a patient is; `who` is of no matter."""
    name, other = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    from_on, days = draw(st.integers(0, 3)), draw(st.integers(0, 6))
    return draw(st.sampled_from([*_absences(name, other, from_on, days), *_changes(name, other)]))


def _absences(name: str, other: str, from_on: int, days: int) -> list[Act]:
    return [
        lambda site, _, why: staffing.leave(
            site, name, why.author, from_on=_day(why, from_on), to_on=_day(why, from_on + days)
        ),
        lambda site, _, why: staffing.leave(
            site, name, why.author, from_on=_day(why, 0), to_on=_day(why, days), deputy=other
        ),
        lambda site, _, why: staffing.end_leave(site, name, from_on + 1, why.author),
        lambda site, _, why: staffing.depart(site, name, _day(why, -1), why.author),
        lambda site, _, why: staffing.depart(site, name, "", why.author),
    ]


def _changes(name: str, other: str) -> list[Act]:
    return [
        lambda site, _, why: handover.hand_over(site, name, other, why.author, because="It was so"),
        lambda site, _, why: staffing.edit(site, name, Changes(deputy=other), why.author),
        lambda site, _, why: staffing.edit(site, name, Changes(hours="mon-fri 09:00-17:00"), why.author),
        lambda site, _, why: staffing.edit(site, name, Changes(hours=""), why.author),
    ]
