"""Messages on their way, and heartbeats."""

from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.elements import ColumnElement

from storage.statements.reviews import status_of
from storage.statements.sending import (
    claiming,
    hurrying,
    marking_failed,
    marking_over,
    marking_sent,
)
from storage.statements.words import TABLES, fixed, given, putting

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_heartbeat = TABLES["heartbeat"]
_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]

_ready = and_(_delivery.c.ready_at.is_not(None), _delivery.c.staff == fixed(""))
_ready_for = and_(_delivery.c.ready_at.is_not(None), _delivery.c.staff != fixed(""))
_on_their_way = (
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
        _delivery.c.staff,
        _delivery.c.why,
        _delivery.c.delivery_key,
    )
    .join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
    .join(_prompt, _prompt.c.id == _ledger.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .where(_delivery.c.ready_at <= given("now"))
    .order_by(_delivery.c.ready_at, _delivery.c.ledger_id)
    .limit(given("limit"))
    .offset(fixed(0))
)
# To the output, and to people: two statements, as each has an index of its own.
CLAIMABLE = _on_their_way.where(_ready)
CLAIMABLE_FOR = _on_their_way.where(_ready_for)
_this_message = and_(
    *(_delivery.c[name] == given(name) for name in ("ledger_id", "staff", "channel")),
)
CLAIM = claiming(_delivery, _this_message)
MARK_SENT = marking_sent(_delivery, _this_message)
MARK_FAILED = marking_failed(_delivery, _this_message)
MARK_OVER = marking_over(_delivery, _this_message)
# One that is there already is the same one: whoever routes a deed twice adds nothing. Only one that was taken
# back, because another held the prompt meanwhile, goes out after all.
_new = insert(_delivery).values({c.name: given(c.name) for c in _delivery.c})
ADD_DELIVERY = _new.on_conflict_do_update(
    index_elements=list(_delivery.primary_key),
    set_={name: _new.excluded[name] for name in ("state", "ready_at", "why")},
    where=_delivery.c.state == fixed("withdrawn"),
)
PUT_OFF = _delivery.update().values(ready_at=given("ready_at")).where(_this_message)
_waiting = select(func.count()).select_from(_delivery)
WAITING_DELIVERIES = _waiting.where(_ready)
WAITING_DELIVERIES_FOR = _waiting.where(_ready_for)
_oldest = select(func.min(_ledger.c.at)).join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
OLDEST_UNDELIVERED = _oldest.where(_ready)
OLDEST_UNDELIVERED_FOR = _oldest.where(_ready_for)
FAILED_DELIVERIES = select(func.count()).select_from(_delivery).where(_delivery.c.state == fixed("failed"))


def _failing(these: ColumnElement[bool]) -> Select[Any]:
    """Count what failed by whom it was for and through what, with one of the reasons."""
    by = (_delivery.c.staff, _delivery.c.channel)
    return (
        select(*by, func.count(), func.max(_delivery.c.error))
        .where(these, _delivery.c.error != fixed(""), _delivery.c.staff != fixed(""))
        .group_by(*by)
        .order_by(*by)
    )


FAILING = _failing(_ready_for)
GIVEN_UP = _failing(_delivery.c.state == fixed("failed"))
HURRY_DELIVERIES = hurrying(_delivery).where(_delivery.c.staff == fixed(""))
HURRY_DELIVERIES_FOR = hurrying(_delivery).where(_delivery.c.staff != fixed(""))

BEGIN_TICK = putting(_heartbeat)
END_TICK = (
    _heartbeat.update()
    .values(tick_ended_at=given("tick_ended_at"), raised=given("raised"))
    .where(_heartbeat.c.worker == given("worker"))
)
HEARTBEATS = select(_heartbeat).order_by(_heartbeat.c.worker)

# What many of wait for one person, each not tried yet; a stop is never among them.
_no_stop = (
    select(_ledger.c.id)
    .join_from(_ledger, _prompt, _prompt.c.id == _ledger.c.prompt_id)
    .where(_ledger.c.id == _delivery.c.ledger_id, _prompt.c.tier != fixed("stop"))
    .exists()
)
_untried = and_(
    _delivery.c.ready_at.is_not(None), _delivery.c.staff != fixed(""), _delivery.c.tries == fixed(0), _no_stop
)
CROWDED = (
    select(_delivery.c.staff, _delivery.c.channel)
    .where(_untried)
    .group_by(_delivery.c.staff, _delivery.c.channel)
    .having(func.count() > given("most"))
)
MERGE_DELIVERIES = marking_over(
    _delivery, and_(_untried, _delivery.c.staff == given("staff"), _delivery.c.channel == given("channel"))
)
