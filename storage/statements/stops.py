"""Statements for stops that nobody has answered yet, and who was told of them."""

from sqlalchemy import BigInteger, func, or_, select

from storage.statements import lists
from storage.statements.deeds import OF_DEED
from storage.statements.words import TABLES, fixed, given, listed

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]

_open_stop = (
    _prompt.c.settled.is_(False),
    _prompt.c.tier == fixed("stop"),
    _prompt.c.opens_at <= given("now"),
    or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now")),
)
_unanswered = (*_open_stop, _prompt.c.taken_at.is_(None))
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
_deeds = (
    select(
        _ledger.c.id,
        fixed("output").label("channel"),
        fixed(1).label("tries"),
        *OF_DEED,
    )
    .join_from(_prompt, _ledger, _ledger.c.prompt_id == _prompt.c.id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .where(
        _ledger.c.kind.in_([fixed("raised"), fixed("escalated")]),
        _ledger.c.id >= _last_raise,
    )
)
DEEDS_OF_STOPS = _deeds.where(*_unanswered)
DEEDS_OF_THESE = _deeds.where(_prompt.c.id.in_(listed("prompts", BigInteger)))
TOLD_OF = select(_delivery.c.ledger_id, _delivery.c.staff, _delivery.c.channel, _delivery.c.state).where(
    _delivery.c.ledger_id.in_(listed("deeds", BigInteger)),
    _delivery.c.staff != fixed(""),
    _delivery.c.state != fixed("withdrawn"),
)
_taker = func.coalesce(_prompt.c.acting_by, _prompt.c.acknowledged_by, fixed(""))
_stops = select(
    _prompt.c.patient_id,
    _prompt.c.number,
    _prompt.c.role,
    _prompt.c.owner,
    _prompt.c.id,
    _taker,
    _prompt.c.enrolment_id,
)
UNANSWERED_STOPS = _stops.where(*_unanswered)
# By way of the list of each owner, in which stops stand together: they are few, what else is open is much.
# That something is due after the beginning of all time says which index is meant.
TAKEN_STOPS = _stops.where(
    *_open_stop,
    _prompt.c.taken_at.is_not(None),
    _prompt.c.owner.in_(lists.OWNERS),
    _prompt.c.sorts_at > fixed(0),
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
