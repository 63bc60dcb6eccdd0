"""Messages on their way, and heartbeats."""

from sqlalchemy import and_, case, func, literal_column, select

from storage.statements.reviews import status_of
from storage.statements.words import TABLES, fixed, given, putting

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_heartbeat = TABLES["heartbeat"]
_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]

_ready = _delivery.c.ready_at.is_not(None)
CLAIMABLE = (
    select(
        _delivery.c.ledger_id,
        _delivery.c.channel,
        _delivery.c.tries + fixed(1),
        _ledger.c.kind,
        _ledger.c.moment,
        _ledger.c.tell,
        _ledger.c.at,
        _prompt.c.patient_id,
        _prompt.c.number,
        _prompt.c.rule,
        _prompt.c.tier,
        _prompt.c.role,
        _prompt.c.owner,
        _prompt.c.say,
        _prompt.c.due_at,
        _enrolment.c.zone,
        _prompt.c.ended_at,
        _prompt.c.ended,
        status_of(_enrolment.c.digest),
    )
    .join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
    .join(_prompt, _prompt.c.id == _ledger.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .where(_ready, _delivery.c.ready_at <= given("now"))
    .order_by(_delivery.c.ready_at, _delivery.c.ledger_id)
    .limit(given("limit"))
    .offset(fixed(0))
)
_this_message = and_(_delivery.c.ledger_id == given("ledger_id"), _delivery.c.channel == given("channel"))
CLAIM = (
    _delivery.update()
    .values(
        state=fixed("claimed"),
        ready_at=given("leased_until"),
        claimed_by=given("worker"),
        tries=_delivery.c.tries + fixed(1),
    )
    .where(_this_message)
)
MARK_SENT = (
    _delivery.update()
    .values(
        state=fixed("sent"),
        ready_at=literal_column("NULL"),
        claimed_by=literal_column("NULL"),
        sent_at=given("sent_at"),
    )
    .where(_this_message, _delivery.c.state != fixed("sent"))
)
MARK_FAILED = (
    _delivery.update()
    .values(
        state=case((given("again_at").is_(None), fixed("failed")), else_=fixed("queued")),
        ready_at=given("again_at"),
        claimed_by=literal_column("NULL"),
    )
    .where(_this_message, _delivery.c.state != fixed("sent"))
)
WAITING_DELIVERIES = select(func.count()).select_from(_delivery).where(_ready)
OLDEST_UNDELIVERED = (
    select(func.min(_ledger.c.at))
    .join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
    .where(_ready)
)
FAILED_DELIVERIES = select(func.count()).select_from(_delivery).where(_delivery.c.state == fixed("failed"))
# What was put off, or claimed, by a clock that was far ahead would wait until the true time gets there.
HURRY_DELIVERIES = (
    _delivery.update()
    .values(ready_at=given("now"), state=fixed("queued"), claimed_by=literal_column("NULL"))
    .where(_ready, _delivery.c.ready_at > given("beyond"))
)

BEGIN_TICK = putting(_heartbeat)
END_TICK = (
    _heartbeat.update()
    .values(tick_ended_at=given("tick_ended_at"), raised=given("raised"))
    .where(_heartbeat.c.worker == given("worker"))
)
HEARTBEATS = select(_heartbeat).order_by(_heartbeat.c.worker)
