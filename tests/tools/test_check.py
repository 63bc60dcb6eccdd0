import sys

import pytest

from tools.check import check


def exits_with(code: int) -> tuple[str, ...]:
    return (sys.executable, "-c", f"raise SystemExit({code})")


def test_one_failure_fails_the_check_and_the_rest_still_runs(capfd: pytest.CaptureFixture[str]) -> None:
    assert not check({"first": exits_with(0), "second": exits_with(3), "third": exits_with(0)})

    *_, first, second, third = capfd.readouterr().out.splitlines()
    assert first.split()[:2] == ["ok", "first"]
    assert second.split()[:2] == ["FAILED", "second"]
    assert third.split()[:2] == ["ok", "third"]


def test_a_check_in_which_all_went_well_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    assert check({"only": exits_with(0)})

    assert "ok      only" in capfd.readouterr().out
