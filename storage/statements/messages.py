"""Statements for messages about anything but a single deed, for routines, and for gaps."""

from sqlalchemy import Text, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from storage.statements.sending import (
    claiming,
    hurrying,
    marking_failed,
    marking_over,
    marking_sent,
    nothing,
    trying_anew,
)
from storage.statements.words import TABLES, fixed, given, stored

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_gap = TABLES["gap"]
_ledger = TABLES["ledger"]
_message = TABLES["message"]
_meta = TABLES["meta"]
_prompt = TABLES["prompt"]
_routine = TABLES["routine"]

SITE = select(_meta.c.value).where(_meta.c.key == fixed("site"))

_ready = _message.c.ready_at.is_not(None)
_this = _message.c.id == given("id")
# One that was withdrawn, as who it was for was away, goes out after all when it comes back to them, as one
# that was never tried.
_new = insert(_message).values({c.name: given(c.name) for c in _message.c if c.name != "id"}).inline()
ADD_MESSAGE = _new.on_conflict_do_update(
    index_elements=[_message.c[name] for name in ("kind", "about", "staff", "channel")],
    set_={name: _new.excluded[name] for name in ("state", "ready_at", "why", "body", "at", "tries", "error")},
    where=_message.c.state == fixed("withdrawn"),
)
# One that was taken back tells nobody.
HAS_MESSAGE = (
    select(func.count())
    .select_from(_message)
    .where(
        _message.c.kind == given("kind"),
        _message.c.about == given("about"),
        _message.c.state != fixed("withdrawn"),
    )
)
MESSAGES_READY = (
    select(*stored(_message))
    .where(_ready, _message.c.ready_at <= given("now"))
    .order_by(_message.c.ready_at, _message.c.id)
    .limit(given("limit"))
    .offset(fixed(0))
    .with_for_update(skip_locked=True)
)
MESSAGES_WAIT = select(func.min(_message.c.ready_at)).where(_ready)
# A digest of a morning, or a check by night, is about its moment, which sorts as text; a digest that carries
# others about `merged ...`.
# One of a morning that is still to come was made by a clock that was ahead: it takes nobody's place.
NEWER_MESSAGE = (
    select(_message.c.delivery_key)
    .where(
        _message.c.kind == given("kind"),
        _message.c.about > given("about"),
        _message.c.about <= given("now"),
        _message.c.staff == given("staff"),
        _message.c.channel == given("channel"),
    )
    .order_by(_message.c.about.desc())
    .limit(fixed(1))
    .offset(fixed(0))
)
_sent = _message.c.state == fixed("sent")
ARRIVED_MESSAGE = select(func.count()).select_from(_message).where(_this, _sent)
_of_deed = (_delivery.c[name] == given(name) for name in ("ledger_id", "staff", "channel"))
ARRIVED_DELIVERY = (
    select(func.count()).select_from(_delivery).where(*_of_deed, _delivery.c.state == fixed("sent"))
)
CLAIM_MESSAGE = claiming(_message, _this)
PUT_OFF_MESSAGE = _message.update().values(ready_at=given("ready_at")).where(_this)
MARK_MESSAGE_SENT = marking_sent(_message, _this)
MARK_MESSAGE_FAILED = marking_failed(_message, _this)
MARK_MESSAGE_OVER = marking_over(_message, _this)
_to_come = (_message.c.state == fixed("queued"), _message.c.tries == fixed(0))
_digest_to_come = (_ready, _message.c.ready_at > given("now"), _message.c.kind == fixed("digest"), *_to_come)
DIGESTS_TO_COME = (
    select(*stored(_message)).where(*_digest_to_come).order_by(_message.c.ready_at, _message.c.id)
)
# Held: whoever puts something into one is done with it before somebody sends it.
KEYS_TO_COME = (
    select(_message.c.delivery_key).where(*_digest_to_come).order_by(_message.c.id).with_for_update()
)
_keyed = _message.c.delivery_key == given("delivery_key")
RELEASE_MESSAGE = _message.update().values(ready_at=given("ready_at")).where(_keyed, *_to_come)
HURRY_MESSAGES = hurrying(_message)
TRY_MESSAGES_ANEW = trying_anew(_message)
WAITING_MESSAGES = select(func.count()).select_from(_message).where(_ready)
OLDEST_UNSENT = select(func.min(_message.c.at)).where(_ready)
FAILED_MESSAGES = select(func.count()).select_from(_message).where(_message.c.state == fixed("failed"))

ADD_ROUTINE = (
    insert(_routine)
    .values(
        name=given("name"),
        next_at=given("next_at"),
        last_began_at=nothing(),
        last_ended_at=nothing(),
        claimed_by=nothing(),
        claimed_until=nothing(),
        result=given("result"),
    )
    .on_conflict_do_nothing()
)
ROUTINES = select(*stored(_routine)).order_by(_routine.c.name)
_due = (
    _routine.c.next_at <= given("now"),
    or_(_routine.c.claimed_until.is_(None), _routine.c.claimed_until <= given("now")),
)
_kind = given("kind", Text)
# The part of its name before a colon; all of them, where none is asked for.
_of_the_kind = or_(
    _kind == fixed(""),
    func.substr(_routine.c.name.concat(fixed(":")), fixed(1), func.length(_kind) + fixed(1))
    == _kind.concat(fixed(":")),
)
ROUTINES_DUE = (
    select(*stored(_routine))
    .where(*_due, _of_the_kind)
    .order_by(_routine.c.name == given("last"), _routine.c.next_at, _routine.c.name)
    .limit(given("limit"))
    .offset(fixed(0))
    .with_for_update(skip_locked=True)
)
_this_routine = _routine.c.name == given("name")
CLAIM_ROUTINE = (
    _routine.update()
    .values(claimed_by=given("worker"), claimed_until=given("claimed_until"), last_began_at=given("now"))
    .where(_this_routine)
)
_mine = (_this_routine, _routine.c.claimed_by == given("worker"))
RENEW_ROUTINE = _routine.update().values(claimed_until=given("claimed_until")).where(*_mine)
RELEASE_ROUTINE = _routine.update().values(claimed_by=nothing(), claimed_until=nothing()).where(*_mine)
END_ROUTINE = (
    _routine.update()
    .values(
        next_at=given("next_at"),
        last_ended_at=given("at"),
        claimed_by=nothing(),
        claimed_until=nothing(),
        result=given("result"),
    )
    .where(*_mine)
)
MOVE_ROUTINE = _routine.update().values(next_at=given("next_at")).where(_this_routine)
REMOVE_ROUTINE = _routine.delete().where(_this_routine)
FREE_ROUTINES = (
    _routine.update()
    .values(claimed_by=nothing(), claimed_until=nothing())
    .where(_routine.c.claimed_until > given("beyond"))
)

ADD_GAP = insert(_gap).values({c.name: given(c.name) for c in _gap.c if c.name != "number"}).inline()
LAST_GAP = select(func.max(_gap.c.number))
GAPS = select(*stored(_gap)).order_by(_gap.c.number.desc()).limit(given("limit")).offset(fixed(0))
_this_gap = _gap.c.number == given("number")
GAP = select(*stored(_gap)).where(_this_gap)
COUNT_GAP = _gap.update().values(counts=given("counts")).where(_this_gap)
# What had its moment, or was recorded after it, while nobody ticked: whatever was done about it was done
# afterwards. What nobody knew of then did not fall in it. A row for each message about it.
FELL_IN_GAP = (
    select(
        _ledger.c.id,
        _ledger.c.kind,
        _ledger.c.moment,
        _ledger.c.at,
        _ledger.c.tell,
        _prompt.c.patient_id,
        _prompt.c.number,
        _prompt.c.rule,
        _prompt.c.tier,
        _prompt.c.role,
        _prompt.c.say,
        _prompt.c.opens_at,
        _prompt.c.ended_at,
        _prompt.c.ended,
        _enrolment.c.zone,
        _delivery.c.staff,
        _delivery.c.channel,
        _delivery.c.state,
    )
    .join_from(_ledger, _prompt, _prompt.c.id == _ledger.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .outerjoin(_delivery, _delivery.c.ledger_id == _ledger.c.id)
    .where(
        or_(_ledger.c.moment > given("since"), _prompt.c.written_at > given("since")),
        _ledger.c.moment <= given("until"),
        _ledger.c.kind != fixed("superseded"),
        _prompt.c.written_at <= given("until"),
    )
    .order_by(_ledger.c.moment, _ledger.c.id, _delivery.c.staff, _delivery.c.channel)
)
