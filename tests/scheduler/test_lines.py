from dataclasses import dataclass

import pytest

from pathways.moments import Moment
from scheduler.lines import last_day, line_of
from storage.rows import DeliveryRow
from tests.scheduler.drill import ZONE, at

OPENED, OVERDUE = at(6), at(9)


@dataclass
class Message:
    """A message about the assessment of P-014, which opened on day 6 and is due on day 8."""

    kind: str = "raised"
    moment: Moment = OPENED
    tell: str = ""
    role: str = "clinician"
    owner: str = "kim"
    due_at: Moment | None = OVERDUE
    ended_at: Moment | None = None
    ended: str | None = None
    review: str = "approved"

    def row(self) -> DeliveryRow:
        return DeliveryRow(
            ledger_id=1,
            channel="output",
            tries=0,
            at=self.moment,
            patient_id="P-014",
            number=3,
            rule="assess",
            tier="due",
            say="Assess the response",
            zone=ZONE,
            **vars(self),
        )


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (Message(), "raised P-014/3 assess for clinician by 2026-03-10: Assess the response"),
        (Message(due_at=None), "raised P-014/3 assess for clinician: Assess the response"),
        (
            Message(role="coordinator"),
            "raised P-014/3 assess for coordinator kim by 2026-03-10: Assess the response",
        ),
        (
            Message(kind="escalated", tell="lead"),
            "escalated P-014/3 assess for lead by 2026-03-10: Assess the response",
        ),
        (
            Message(kind="lapsed", ended_at=at(6), ended="lapsed"),
            "lapsed unanswered P-014/3 assess for clinician by 2026-03-10: Assess the response",
        ),
        (Message(kind="woke"), "awake again P-014/3 assess for clinician by 2026-03-10: Assess the response"),
    ],
)
def test_a_line_says_what_for_whom_and_by_when(message: Message, line: str) -> None:
    assert line_of(message.row(), at(6, "00:01")) == line


@pytest.mark.parametrize(
    ("now", "remark"),
    [
        (at(6, "23:59"), ""),
        (at(7), " (told 1 day late)"),
        (at(13, "12:00"), " (told 7 days late)"),
    ],
)
def test_a_line_says_how_many_days_it_comes_late(now: Moment, remark: str) -> None:
    assert line_of(Message().row(), now).endswith(f"Assess the response{remark}")


@pytest.mark.parametrize(
    ("now", "remark"), [("10:59", ""), ("11:00", " (told 1 hour late)"), ("13:30", " (told 3 hours late)")]
)
def test_what_is_counted_in_hours_is_late_in_hours(now: str, remark: str) -> None:
    assert line_of(Message(moment=at(6, "10:00")).row(), at(6, now)).endswith(f"response{remark}")


def test_a_line_says_when_the_prompt_is_over_by_now() -> None:
    over = Message(ended_at=at(6, "10:00"), ended="done").row()

    assert line_of(over, at(6, "09:59")).endswith("Assess the response")
    assert line_of(over, at(6, "10:00")).endswith("Assess the response (over since: done)")


def test_what_is_due_on_a_day_is_shown_by_that_day_also_where_the_clocks_change() -> None:
    # The clocks of London go forward on the 27th day after the first.
    assert [last_day(at(days), ZONE) for days in (26, 27, 28)] == ["2026-03-27", "2026-03-28", "2026-03-29"]
    assert last_day(at(27, "06:00"), ZONE) == "2026-03-29 07:00"


def test_a_line_says_that_nobody_has_approved_the_pathway() -> None:
    line = line_of(Message(review="under-review").row(), at(6, "00:01"))

    assert line.endswith("Assess the response (pathway not approved: under-review)")
