"""Messages on their way, and heartbeats."""

from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, func, or_, select, true
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from pathways.spans import SECOND
from storage.rows import LONGEST_TWICE
from storage.statements.deeds import OF_DEED
from storage.statements.sending import (
    claiming,
    giving_back,
    hurrying,
    marking_failed,
    marking_over,
    marking_sent,
    nothing,
    trying_anew,
)
from storage.statements.words import TABLES, fixed, given, putting

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_heartbeat = TABLES["heartbeat"]
_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]

_ready = and_(_delivery.c.ready_at.is_not(None), _delivery.c.staff == fixed(""))
_ready_for = and_(_delivery.c.ready_at.is_not(None), _delivery.c.staff != fixed(""))
_rows = (
    select(
        _delivery.c.ledger_id,
        _delivery.c.channel,
        _delivery.c.tries + fixed(1),
        *OF_DEED,
        _delivery.c.staff,
        _delivery.c.why,
        _delivery.c.delivery_key,
        _delivery.c.state == fixed("claimed"),
    )
    .join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
    .join(_prompt, _prompt.c.id == _ledger.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
)
_on_their_way = (
    _rows.where(_delivery.c.ready_at <= given("now"))
    .order_by(_delivery.c.ready_at, _delivery.c.ledger_id)
    .limit(given("limit"))
    .offset(fixed(0))
)
# To the output, and to people: two statements, as each has an index of its own.
CLAIMABLE = _on_their_way.where(_ready).with_for_update(of=_delivery, skip_locked=True)
CLAIMABLE_FOR = _on_their_way.where(_ready_for).with_for_update(of=_delivery, skip_locked=True)
# Those that another message carries, by its key, from the first of them on: an index for this would be
# written to with every one that is merged.
CARRIED = _rows.where(
    _delivery.c.ledger_id >= given("first"), _delivery.c.merged_into == given("merged_into")
).order_by(_delivery.c.ledger_id)
# What is on its way to somebody through one channel, but for stops, which always go by themselves.
WAITING_THROUGH = _rows.where(
    _ready_for,
    _delivery.c.staff == given("staff"),
    _delivery.c.channel == given("channel"),
    _prompt.c.tier != fixed("stop"),
    _delivery.c.ready_at > fixed(0),
).order_by(_delivery.c.ready_at, _delivery.c.ledger_id)
_this_message = and_(
    *(_delivery.c[name] == given(name) for name in ("ledger_id", "staff", "channel")),
)
CLAIM = claiming(_delivery, _this_message)
# A database brought back from a backup gives the numbers of deeds again, to others: what was handed over
# before that must not be marked as told of them.
_of_same_deed = (
    select(_ledger.c.id).where(_ledger.c.id == _delivery.c.ledger_id, _ledger.c.at == given("at")).exists()
)
_as_claimed = and_(_this_message, _of_same_deed)
GIVE_BACK = giving_back(_delivery, _as_claimed)
MARK_SENT = marking_sent(_delivery, _as_claimed)
MARK_FAILED = marking_failed(_delivery, _as_claimed)
MARK_OVER = marking_over(_delivery, _this_message)
# One that is there already is the same one: whoever routes a deed twice adds nothing. Only one that was taken
# back, because another held the prompt meanwhile, goes out after all, as one that was never tried.
_new = insert(_delivery).values({c.name: given(c.name) for c in _delivery.c})
ADD_DELIVERY = _new.on_conflict_do_update(
    index_elements=list(_delivery.primary_key),
    set_={
        name: _new.excluded[name]
        for name in ("state", "ready_at", "why", "delivery_key", "merged_into", "tries", "error")
    },
    where=_delivery.c.state == fixed("withdrawn"),
)
# A prompt that was over and is not any more: nobody was told of it, as what waited was taken back.
_taken_back = and_(
    _delivery.c.state == fixed("withdrawn"),
    _delivery.c.staff != fixed(""),
    _delivery.c.delivery_key != fixed(""),
)
_anew = {"state": fixed("queued"), "ready_at": given("now"), "tries": fixed(0), "error": fixed("")}
_revived = _delivery.update().values(_anew).where(_taken_back)
REVIVE_OF_PROMPT = _revived.where(
    _delivery.c.ledger_id.in_(select(_ledger.c.id).where(_ledger.c.prompt_id == given("prompt_id")))
)
REVIVE_BY_CLOCK = _revived.where(
    select(_ledger.c.id)
    .join_from(_ledger, _prompt, _prompt.c.id == _ledger.c.prompt_id)
    .where(
        _ledger.c.id == _delivery.c.ledger_id,
        # Also what somebody has reopened before it was noticed that the clock is back.
        or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now")),
    )
    .exists()
)
# Counted as tried once: a line that is tried for the first time tells people too.
TELL_OUTPUT_AGAIN = (
    _delivery.update()
    .values(state=fixed("queued"), ready_at=given("now"), tries=fixed(1), sent_at=nothing())
    .where(
        _delivery.c.ledger_id == given("ledger_id"),
        _delivery.c.staff == fixed(""),
        _delivery.c.state.in_([fixed("sent"), fixed("failed")]),
    )
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
# A line waits for nothing but its next try; a message to somebody is put off again if it is for later.
_again = _delivery.c.tries > fixed(0)
_recorded_ahead = (
    select(_ledger.c.id).where(_ledger.c.id == _delivery.c.ledger_id, _ledger.c.at > given("now")).exists()
)
_twice = _heartbeat.c.interval * fixed(2 * SECOND)
_every_tick_twice = (
    select(case((_twice > fixed(LONGEST_TWICE), fixed(LONGEST_TWICE)), else_=_twice))
    .where(_heartbeat.c.worker == _delivery.c.claimed_by)
    .scalar_subquery()
)
_leased = given("leased", BigInteger)
HURRY_DELIVERIES = hurrying(
    _delivery, or_(_again, _recorded_ahead), _leased + func.coalesce(_every_tick_twice, fixed(0))
).where(_delivery.c.staff == fixed(""))
HURRY_DELIVERIES_FOR = hurrying(_delivery, true(), _leased).where(_delivery.c.staff != fixed(""))
# A line that was never tried waits for nothing: its moment is when it was recorded, by whatever clock.
HURRY_RECORDED_AHEAD = (
    _delivery.update()
    .values(ready_at=given("now"))
    .where(
        _ready,
        _delivery.c.ready_at > given("now"),
        _delivery.c.state == fixed("queued"),
        _delivery.c.tries == fixed(0),
    )
)
TRY_DELIVERIES_ANEW = trying_anew(_delivery).where(_delivery.c.staff != fixed(""))

BEGIN_TICK = putting(_heartbeat)
END_TICK = (
    _heartbeat.update()
    .values(tick_ended_at=given("tick_ended_at"), raised=given("raised"))
    .where(_heartbeat.c.worker == given("worker"))
)
HEARTBEATS = select(_heartbeat).order_by(_heartbeat.c.worker)


def _untried(these: FromClause) -> ColumnElement[bool]:
    """Pick what was not tried yet, and is no stop: a digest may carry it when many wait for one person."""
    no_stop = (
        select(_ledger.c.id)
        .join_from(_ledger, _prompt, _prompt.c.id == _ledger.c.prompt_id)
        .where(_ledger.c.id == these.c.ledger_id, _prompt.c.tier != fixed("stop"))
        .exists()
    )
    return and_(these.c.ready_at.is_not(None), these.c.staff != fixed(""), these.c.tries == fixed(0), no_stop)


def _through(these: FromClause) -> ColumnElement[bool]:
    return and_(these.c.staff == given("staff"), these.c.channel == given("channel"))


WAITING_BY_CHANNEL = (
    select(_delivery.c.staff, _delivery.c.channel, func.count())
    .where(_untried(_delivery))
    .group_by(_delivery.c.staff, _delivery.c.channel)
)
_one = _delivery.alias("one")
_some = (
    select(_one.c.ledger_id)
    .where(_untried(_one), _through(_one), _one.c.ledger_id >= given("first"))
    .limit(given("limit"))
    .offset(fixed(0))
)
MERGE_DELIVERIES = marking_over(_delivery, and_(_through(_delivery), _delivery.c.ledger_id.in_(_some)))
# What nobody was told of yet, by whom it is for: people follow from that by the rota. A line that was given
# back has told them already.
_told = _delivery.alias("told")
_of_it = _told.c.ledger_id == _delivery.c.ledger_id
_told_already = select(_told.c.ledger_id).where(_of_it, _told.c.staff != fixed("")).exists()
_role = case((_ledger.c.tell != fixed(""), _ledger.c.tell), else_=_prompt.c.role)
UNTOLD = (
    select(_role, _prompt.c.owner, _prompt.c.tier, func.count())
    .join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
    .join(_prompt, _prompt.c.id == _ledger.c.prompt_id)
    .where(_ready, _delivery.c.ready_at <= given("now"), _delivery.c.tries == fixed(0), ~_told_already)
    .group_by(_role, _prompt.c.owner, _prompt.c.tier)
)
_first = select(func.min(_delivery.c.ledger_id))
FIRST_WAITING = _first.where(_ready)
FIRST_WAITING_FOR = _first.where(_ready_for)
_next_ready = select(func.min(_delivery.c.ready_at))
OUTPUT_WAITS = _next_ready.where(_ready)
PEOPLE_WAIT = _next_ready.where(_ready_for)
