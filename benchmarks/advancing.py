"""One durable write in a running process: by hand, and with everything that follows from a history."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from benchmarks.by_hand import Hand
from benchmarks.by_hand_server import HandOnServer
from benchmarks.caseloads import moment, request
from benchmarks.course import FIRST, NUMBER, ROUND
from benchmarks.kinds import Sites
from benchmarks.measuring import Ratio, side_by_side
from caseload import actions
from caseload.cases import load_case
from caseload.requests import When, entry_of
from caseload.writing import write
from storage.connection import Database

TURNS = 60
TOGETHER = 1_000
MINUTE = 60_000_000


def measure(sites: Sites, _: int) -> Iterator[Ratio]:
    """Measure facts and events apart, with short and long histories, one and a thousand to a commit."""
    place = sites.empty("hand")
    hand = HandOnServer(place) if sites.on_server else Hand(Path(place))
    for entries in (10, 500):
        database = sites.small(f"of-{entries}", entries)
        clock = count(moment("2026-02-01"), MINUTE)
        yield side_by_side(
            f"a durable fact, {entries} entries", _fact(database, clock), hand.advance, turns=TURNS, allowed=3
        )
        yield side_by_side(
            f"a durable event, {entries} entries",
            _event(database, clock),
            hand.advance,
            turns=TURNS,
            allowed=3,
        )
        database.close()
    database = sites.small("together", 10)
    clock = count(moment("2026-02-01"), MINUTE)
    yield side_by_side(
        "a fact, 1,000 to a commit",
        _facts_together(database, clock),
        lambda: hand.advance(TOGETHER),
        turns=5,
        allowed=10,
        each=TOGETHER,
    )


def _fact(database: Database, clock: Iterator[int]) -> Callable[[], object]:
    def record() -> object:
        at = next(clock)
        return actions.record(database, "P-000001", [f"{NUMBER}={2 + at // MINUTE % 10 / 10}"], request(at))

    return record


def _event(database: Database, clock: Iterator[int]) -> Callable[[], object]:
    turns = count()
    actions.advance(database, "P-000001", FIRST, [], request(next(clock)))

    def advance() -> object:
        turn = next(turns)
        event, facts = ROUND[0] if turn == 0 else ROUND[1 + (turn + 1) % 2]
        return actions.advance(database, "P-000001", event, facts, request(next(clock)))

    return advance


def _facts_together(database: Database, clock: Iterator[int]) -> Callable[[], None]:
    def record() -> None:
        with database.writing() as store:
            for _ in range(TOGETHER):
                at = next(clock)
                case = load_case(store, "P-000001")
                entry = entry_of(
                    case, request(at), When(at, only_day=False), 1,
                    kind="fact", name=NUMBER, value=2 + at // MINUTE % 10 / 10,
                )  # fmt: skip
                write(store, case, [entry], at)

    return record
