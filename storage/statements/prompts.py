"""Prompts, what waits for its moment, what the machine did about them, and the messages."""

from sqlalchemy import and_, case, func, literal_column, or_, select, tuple_
from sqlalchemy.dialects.sqlite import insert

from storage.statements.words import TABLES, adding, changing, fixed, given, listed, putting, stored

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_heartbeat = TABLES["heartbeat"]
_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]
_waiting = TABLES["waiting"]

_prompts = select(*stored(_prompt))
_unsettled = _prompt.c.settled.is_(False)

UNSETTLED = _prompts.where(_prompt.c.enrolment_id == given("enrolment_id"), _unsettled).order_by(
    _prompt.c.number
)
PROMPTS = _prompts.where(_prompt.c.enrolment_id == given("enrolment_id")).order_by(_prompt.c.number)
PROMPT = _prompts.where(_prompt.c.patient_id == given("patient_id"), _prompt.c.number == given("number"))
NEXT_PROMPT = select(
    func.coalesce(func.max(_prompt.c.id), fixed(0)) + fixed(1),
    select(func.coalesce(func.max(_prompt.c.number), fixed(0)) + fixed(1))
    .where(_prompt.c.patient_id == given("patient_id"))
    .scalar_subquery(),
)
ADD_PROMPT = adding(_prompt)
# What says which prompt it is never changes, and leaving it out spares its two indexes.
CHANGE_PROMPT = changing(
    _prompt,
    keep=(
        "enrolment_id",
        "patient_id",
        "number",
        "rule",
        "episode",
        "occurrence",
        "booking",
        "written_at",
    ),
)

ADD_WAITING = insert(_waiting).values({c.name: given(c.name) for c in _waiting.c}).on_conflict_do_nothing()
REMOVE_WAITING = _waiting.delete().where(*(key == given(key.name) for key in _waiting.primary_key))
WAITING = select(_waiting).order_by(*_waiting.primary_key)

_deeds = select(*stored(_ledger)).order_by(_ledger.c.id)
LEDGER = _deeds.join(_prompt, _prompt.c.id == _ledger.c.prompt_id).where(
    _prompt.c.enrolment_id == given("enrolment_id")
)
LEDGER_OF_PROMPTS = _deeds.where(_ledger.c.prompt_id.in_(listed("prompt_ids")))
LAST_DEED = select(func.coalesce(func.max(_ledger.c.id), fixed(0)))
_new_deed = _ledger.c.id > given("before")
NEW_DEEDS = select(_ledger.c.kind, func.count()).where(_new_deed).group_by(_ledger.c.kind)
_deed_columns = [c for c in _ledger.c if c.name != "id"]
ADD_DEED = insert(_ledger).values({c.name: given(c.name) for c in _deed_columns}).on_conflict_do_nothing()

# The tick. A batch is everything up to a place in `waiting`, so that any number of prompts that open at
# the same midnight can be taken bit by bit, each bit in a transaction of its own.
NEXT_MOMENT = select(func.min(_waiting.c.at))
BATCH_ENDS = (
    select(_waiting.c.at, _waiting.c.prompt_id)
    .where(_waiting.c.at <= given("now"))
    .order_by(_waiting.c.at, _waiting.c.prompt_id)
    .limit(fixed(1))
    .offset(given("others"))
)
_in_batch = tuple_(_waiting.c.at, _waiting.c.prompt_id) <= tuple_(given("until_at"), given("until_id"))
_open_now = or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now"))
_raised, _superseded = _ledger.alias("raised"), _ledger.alias("superseded")
_stands = (
    select(_raised.c.id)
    .where(
        _raised.c.prompt_id == _prompt.c.id,
        _raised.c.kind == fixed("raised"),
        ~select(_superseded.c.id)
        .where(
            _superseded.c.prompt_id == _raised.c.prompt_id,
            _superseded.c.kind == fixed("superseded"),
            _superseded.c.moment == _raised.c.moment,
        )
        .exists(),
    )
    .exists()
)
# Each row of `waiting` is compared with its prompt again: one left behind by mistake does nothing.
_comes_true = or_(
    and_(
        _waiting.c.kind == fixed("lapse"),
        _prompt.c.ended == fixed("lapsed"),
        _prompt.c.ended_at == _waiting.c.at,
    ),
    and_(
        _open_now,
        or_(
            and_(_waiting.c.kind == fixed("open"), _prompt.c.opens_at == _waiting.c.at, ~_stands),
            and_(_waiting.c.kind == fixed("wake"), _prompt.c.snoozed_until == _waiting.c.at),
            _waiting.c.kind == fixed("escalate"),
        ),
    ),
)
_deed_of = case(
    {
        fixed("open"): fixed("raised"),
        fixed("escalate"): fixed("escalated"),
        fixed("lapse"): fixed("lapsed"),
    },
    value=_waiting.c.kind,
    else_=fixed("woke"),
)
ADD_DEEDS_DUE = (
    insert(_ledger)
    .from_select(
        [c.name for c in _deed_columns],
        select(
            _prompt.c.id,
            _deed_of,
            _waiting.c.at,
            _waiting.c.tell,
            given("now"),
            fixed(0),
            given("worker"),
        )
        .join_from(_waiting, _prompt, _prompt.c.id == _waiting.c.prompt_id)
        .where(_in_batch, _comes_true)
        .order_by(_waiting.c.at, _waiting.c.prompt_id),
    )
    .on_conflict_do_nothing()
)
REMOVE_BATCH = _waiting.delete().where(_in_batch)

QUEUE_DEEDS = insert(_delivery).from_select(
    [c.name for c in _delivery.c],
    select(
        _ledger.c.id,
        fixed("output"),
        fixed("queued"),
        _ledger.c.at,
        literal_column("NULL"),
        fixed(0),
        literal_column("NULL"),
    ).where(_new_deed, _ledger.c.kind != fixed("superseded")),
)

_step = func.json_each(_prompt.c.escalates).table_valued("value").alias("step")
_after, _tell, _planned_at = (
    func.json_extract(_step.c.value, fixed(f"$.{field}")) for field in ("after", "tell", "at")
)
_escalated = _ledger.alias("escalated")
_told = (
    select(_escalated.c.id)
    .where(
        _escalated.c.prompt_id == _prompt.c.id,
        _escalated.c.kind == fixed("escalated"),
        _escalated.c.moment == _planned_at,
        _escalated.c.tell == _tell,
    )
    .exists()
)
_newly_raised = and_(_new_deed, _ledger.c.kind == fixed("raised"))
_in_time = _prompt.c.due_at > _ledger.c.at
PLAN_ESCALATIONS = (
    insert(_waiting)
    .from_select(
        [c.name for c in _waiting.c],
        select(_planned_at, _prompt.c.id, fixed("escalate"), _tell)
        .join_from(_ledger, _prompt, _prompt.c.id == _ledger.c.prompt_id)
        .join(_step, literal_column("true"))
        .where(
            _newly_raised,
            _in_time,
            or_(_prompt.c.ended_at.is_(None), _planned_at < _prompt.c.ended_at),
            ~_told,
        ),
    )
    .on_conflict_do_nothing()
)
LATE_ESCALATIONS = (
    select(_prompt.c.id, _after, _tell, _planned_at, _prompt.c.ended_at, _enrolment.c.zone)
    .join_from(_ledger, _prompt, _prompt.c.id == _ledger.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .join(_step, literal_column("true"))
    .where(_newly_raised, or_(_prompt.c.due_at.is_(None), ~_in_time))
)

# Messages.
_ready = _delivery.c.ready_at.is_not(None)
CLAIMABLE = (
    select(
        _delivery.c.ledger_id,
        _delivery.c.channel,
        _delivery.c.tries,
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

BEGIN_TICK = putting(_heartbeat)
END_TICK = (
    _heartbeat.update()
    .values(tick_ended_at=given("tick_ended_at"), raised=given("raised"))
    .where(_heartbeat.c.worker == given("worker"))
)
HEARTBEATS = select(_heartbeat).order_by(_heartbeat.c.worker)
