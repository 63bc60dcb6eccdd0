"""A soak: random faults on real processes over a real database, and a checker that notices what is wrong."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks.soak import places
from benchmarks.soak.__main__ import make, soak
from benchmarks.soak.history import Books, knock_off
from benchmarks.soak.receiving import Receiver, receiving
from benchmarks.soak.shift import Shift
from benchmarks.soak.work import admit
from caseload.requests import Author, Request
from pathways.moments import Moment
from storage.connection import Database


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def shift(tmp_path: Path, receiver: Receiver) -> Shift:
    """A site with one patient, whose enrolment was acknowledged, and a backup."""
    shift = Shift(str(tmp_path), str(tmp_path / "site.db"), time.monotonic(), receiver.port)
    for name in ("backups", "nightly"):
        shift.file(name).mkdir()
    make(shift)
    with Database(shift.place) as database:
        admit(database, "P-001", Request(author=Author(by="kim", now=shift.now())))
    shift.write_down("acknowledged-kim.lines", f"{shift.now()} P-001 1")
    shift.write_down("backup-kim.lines", f"{shift.now()} {places.back_up(shift)}")
    return shift


def found(shift: Shift, receiver: Receiver, now: Moment) -> list[str]:
    shift.file("restored.db").unlink(missing_ok=True)
    return list(Books(shift, receiver.keys).wrong(now))


def test_the_checker_finds_nothing_wrong_where_nothing_is_and_notices_what_is_spoilt(
    shift: Shift, receiver: Receiver
) -> None:
    early = shift.now() + 3_600_000_000
    assert any("due, and nobody" in line for line in found(shift, receiver, early))
    now = knock_off(shift)
    assert found(shift, receiver, now) == []
    assert Books(shift, receiver.keys).deeds

    came, receiver.keys = receiver.keys, []
    assert any(line.endswith("never came") for line in found(shift, receiver, now))
    receiver.keys = came
    told = shift.file("told-last.lines")
    lines = told.read_text(encoding="utf-8").splitlines(keepends=True)
    told.write_text("".join(lines[1:]), encoding="utf-8")
    assert found(shift, receiver, now) == ["1 deeds are on no output"]
    told.write_text("".join(lines), encoding="utf-8")
    shift.write_down("acknowledged-kim.lines", f"{early} P-001 77")
    assert found(shift, receiver, now) == ["P-001 77 was acknowledged, and is not there"]


def test_the_checker_takes_a_raise_for_another_moment_only_when_something_was_recorded_since(
    shift: Shift, receiver: Receiver
) -> None:
    now = knock_off(shift)
    books = Books(shift, receiver.keys)
    books.prompts = [replace(each, opens_at=each.opens_at + 1) for each in books.prompts]
    books.acknowledged = [(0, patient, numbers) for _, patient, numbers in books.acknowledged]
    assert any(" was raised " in line for line in books.wrong(now))

    books.acknowledged = [(now, patient, numbers) for _, patient, numbers in books.acknowledged]
    assert not any(" was raised " in line for line in books.wrong(now))


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_whatever_happens_to_a_site_for_a_while_its_history_comes_out_right(
    database: str, tmp_path: Path
) -> None:
    assert soak(tmp_path, database, seconds=15, seed=7) == []
