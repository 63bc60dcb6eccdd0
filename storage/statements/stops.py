"""Statements for stops that nobody has answered yet, and who was told of them."""

from sqlalchemy import func, or_, select

from storage.statements.reviews import status_of
from storage.statements.words import TABLES, fixed, given, listed

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]

_unanswered = (
    _prompt.c.settled.is_(False),
    _prompt.c.tier == fixed("stop"),
    _prompt.c.taken_at.is_(None),
    _prompt.c.opens_at <= given("now"),
    or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now")),
)
_raised = _ledger.alias("raised")
_last_raise = (
    select(func.max(_raised.c.id))
    .where(
        _raised.c.prompt_id == _prompt.c.id,
        _raised.c.kind == fixed("raised"),
        _raised.c.at >= _prompt.c.opens_at,
    )
    .scalar_subquery()
)
# What was done about each since it was raised last, as messages to the output are.
DEEDS_OF_STOPS = (
    select(
        _ledger.c.id,
        fixed("output").label("channel"),
        fixed(1).label("tries"),
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
    .join_from(_prompt, _ledger, _ledger.c.prompt_id == _prompt.c.id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .where(
        *_unanswered,
        _ledger.c.kind.in_([fixed("raised"), fixed("escalated")]),
        _ledger.c.id >= _last_raise,
    )
)
TOLD_OF = select(_delivery.c.ledger_id, _delivery.c.staff, _delivery.c.channel, _delivery.c.state).where(
    _delivery.c.ledger_id.in_(listed("deeds")),
    _delivery.c.staff != fixed(""),
    _delivery.c.state != fixed("withdrawn"),
)
UNANSWERED_STOPS = select(_prompt.c.patient_id, _prompt.c.number, _prompt.c.role, _prompt.c.owner).where(
    *_unanswered
)
STOPS_WAITING = (
    select(func.count(_prompt.c.id.distinct()))
    .join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
    .join(_prompt, _prompt.c.id == _ledger.c.prompt_id)
    .where(
        _delivery.c.ready_at.is_not(None),
        _delivery.c.ready_at > fixed(0),
        _delivery.c.staff != fixed(""),
        _delivery.c.staff == given("staff"),
        _delivery.c.channel == given("channel"),
        _prompt.c.tier == fixed("stop"),
        _prompt.c.settled.is_(False),
    )
)
