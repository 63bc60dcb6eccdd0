"""What a tick has to say for itself, one line each: an action word, then numbers and moments."""

import logging
from collections.abc import Iterator

from pathways.moments import iso
from scheduler.delivery import Sent
from scheduler.heartbeats import Gap
from scheduler.tick import TickReport
from storage.rows import Claimed

log = logging.getLogger(__name__)


def tell(report: TickReport) -> None:
    """Log what a tick did; one that had nothing to do says nothing."""
    for line in lines(report):
        log.info(line)


def lines(report: TickReport) -> Iterator[str]:
    """Say what a tick noticed and did."""
    if report.set_back_from is not None:
        yield (
            f"clock_set_back to {iso(report.at)}: an earlier tick was at {iso(report.set_back_from)}. "
            "What was raised by then stays raised, nothing is raised twice"
        )
    if report.gap is not None:
        yield from _gap(report, report.gap)
    if report.claimed.taken or report.sent != Sent():
        rest = "" if report.whole else "; the rest comes with the next tick"
        yield f"ticked: {_did(report)}{rest}"


def posted(sent: Sent) -> Iterator[str]:
    """Say how messages to people fared, where there were any."""
    if sent != Sent():
        rest = "" if sent.whole else "; the rest goes later"
        yield f"posted: {sent.sent} sent, {sent.put_off} put off, {sent.given_up} given up{rest}"


def _gap(report: TickReport, gap: Gap) -> Iterator[str]:
    fell = "What fell in it is told now, each with how late it is"
    if gap.since is not None:
        yield f"gap from {iso(gap.since)} to {iso(gap.until)}: nobody ticked. {fell}"
    elif report.claimed.taken:
        yield f"gap until {iso(gap.until)}: nobody had ever ticked. {fell}"


def _did(report: TickReport) -> str:
    sent, told = report.sent, _told(report.claimed)
    # The lines above it say so of each; that none of them came due by itself must not look like a fault.
    also = ", also of what commands or earlier ticks did" if sent.sent > told else ""
    fared = f"{sent.sent} sent{also}, {sent.put_off} put off, {sent.given_up} given up"
    return f"{_claimed(report.claimed)}; {fared}"


def _claimed(done: Claimed) -> str:
    return (
        f"{done.raised} raised, {done.escalated} escalated, {done.lapsed} lapsed, {done.woke} awake again, "
        f"{done.taken - _told(done)} over by then"
    )


def _told(done: Claimed) -> int:
    return done.raised + done.escalated + done.lapsed + done.woke
