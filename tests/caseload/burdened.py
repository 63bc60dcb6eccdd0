"""What the tests of the burden share: how it is asked, and what happens to the clinic before."""

from caseload import mending
from caseload.burden import Burden, Question, RuleBurden, burden
from caseload.projecting import escalation_moment
from pathways.moments import Moment
from storage.burden import Tally
from storage.connection import Database
from storage.rows import NewDelivery
from tests.caseload.clinic import moment, request

SECOND, HOUR = 1_000_000, 3_600_000_000
DAY = 24 * HOUR
PLAIN, WITH_REASONS = Question(), Question(reasons=True)
PATIENTS = ("P-001", "P-002", "P-003")

WAIT = """\
pathway: wait
title: Wait and see
version: 1
review: submitted
sources: {our-choice: {title: Chosen by us, weight: default}}
facts: {injured_on: {type: date, ask: When was it injured?}}
milestones: {calm: {from: injured_on, after: 5 days}}
tracks:
  knee:
    start: sore
    states: {sore: {}, well: {end: true}}
    transitions: [{event: heal, from: sore, to: well}]
exits: [died]
prompts:
  - id: rest
    say: Rest the knee
    tier: due
    for: coordinator
    while: {knee: sore}
    due: 8 days
    done_when: passed.calm
    source: our-choice
otherwise: {say: Decide the next step, for: clinician, every: 14 days, source: our-choice}
"""


def tick(database: Database, when: str | Moment) -> None:
    """Raise, escalate and lapse what has come due."""
    now = moment(when) if isinstance(when, str) else when
    with database.writing() as store:
        while store.claim_due(now=now, limit=50, worker="w", escalation_moment=escalation_moment).taken:
            pass


def asked(database: Database, when: str, question: Question = PLAIN) -> Burden:
    return burden(database, question, now=moment(when))


def of(database: Database, rule: str, when: str, question: Question = PLAIN) -> RuleBurden:
    [found] = [each for each in asked(database, when, question).rules if each.rule == rule]
    return found


def raised(database: Database, rule: str, since: str = "2026-03-01", until: str = "") -> int:
    """Count what was raised of a rule in a period, as it stands at the end of April."""
    rules = asked(database, "2026-04-30 09:00", Question(since, until)).rules
    return sum(each.counts.raised for each in rules if each.rule == rule)


def not_so(database: Database, when: str) -> None:
    """Withdraw the last entry of P-001."""
    with database.reading() as store:
        last = store.last_entry_number("P-001")
    mending.withdraw(database, "P-001", last, request(when, because="slip"))


def told(database: Database, *staff: str, state: str = "sent") -> None:
    """Send a message about everything in the ledger to some people."""
    with database.writing() as store:
        rows = [
            NewDelivery(
                ledger_id=number,
                staff=name,
                channel="mail",
                ready_at=0,
                why="owner",
                delivery_key=f"{number} {name}",
            )
            for (number,) in database.writer().execute("SELECT id FROM ledger").fetchall()
            for name in staff
        ]
        store.add_deliveries(rows)
    if state == "sent":
        with database.writing() as store:
            store.mark_sent(store.ready_for_people(now=0, limit=10_000), at=0)


def people(database: Database, when: str, **more: str) -> dict[str, Tally]:
    found = asked(database, when, Question(by="person", **more))  # type: ignore[arg-type]  # texts alone
    return {each.person: each.counts for each in found.people}
