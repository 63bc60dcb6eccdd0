"""What the clock does, for a whole batch at a time.

A batch is everything up to a place in `waiting`, so that any number of prompts that open at the same
midnight can be taken bit by bit, each bit in a transaction of its own.
"""

from sqlalchemy import BigInteger, Text, and_, case, cast, func, literal_column, or_, select, tuple_
from sqlalchemy.dialects.sqlite import insert

from storage.statements.dialects import Either, EitherStatement, JsonEach, as_json, in_this_transaction, later
from storage.statements.words import TABLES, fixed, given, listed

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_ledger = TABLES["ledger"]
_patient = TABLES["patient"]
_prompt = TABLES["prompt"]
_waiting = TABLES["waiting"]

LAST_DEED = select(func.coalesce(func.max(_ledger.c.id), fixed(0)))
# Where others write too, theirs may have higher numbers.
_new_deed = Either(
    sqlite=_ledger.c.id > given("before"),
    postgresql=and_(_ledger.c.id > given("before"), in_this_transaction("ledger")),
)
NEW_DEEDS = select(_ledger.c.kind, func.count()).where(_new_deed).group_by(_ledger.c.kind)
_deed_columns = [c for c in _ledger.c if c.name != "id"]
ADD_DEED = (
    insert(_ledger)
    .values({c.name: given(c.name) for c in _deed_columns})
    .on_conflict_do_nothing()
    .inline()  # nobody asks for the number it gets
)

NEXT_MOMENT = select(func.min(_waiting.c.at))
BATCH_ENDS = (
    select(_waiting.c.at, _waiting.c.prompt_id)
    .where(_waiting.c.at <= given("now"))
    .order_by(_waiting.c.at, _waiting.c.prompt_id)
    .limit(fixed(1))
    .offset(given("others"))
)
# What of it is free, where others write too: what belongs to a patient whom nobody else is at. Held with the
# patient, so that nobody changes a prompt between it being looked at and raised.
HOLD_DUE = EitherStatement(
    sqlite=select(_waiting.c.at, _waiting.c.prompt_id).where(_waiting.c.at <= given("now")).limit(fixed(0)),
    postgresql=select(_waiting.c.at, _waiting.c.prompt_id)
    .join_from(_waiting, _prompt, _prompt.c.id == _waiting.c.prompt_id)
    .join(_patient, _patient.c.id == _prompt.c.patient_id)
    .where(_waiting.c.at <= given("now"))
    .order_by(_waiting.c.at, _waiting.c.prompt_id)
    .limit(given("limit"))
    .with_for_update(of=_patient, key_share=True, skip_locked=True),
)
_up_to = tuple_(_waiting.c.at, _waiting.c.prompt_id) <= tuple_(given("until_at"), given("until_id"))
_in_batch = Either(
    sqlite=_up_to, postgresql=and_(_up_to, _waiting.c.prompt_id.in_(listed("held", BigInteger)))
)
_open_now = or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now"))
_raised, _superseded = _ledger.alias("raised"), _ledger.alias("superseded")
_stands = (
    select(_raised.c.id)
    .where(
        _raised.c.prompt_id == _prompt.c.id,
        _raised.c.kind == fixed("raised"),
        # One that was raised and then moved to open later is raised again when it does.
        _raised.c.at >= _prompt.c.opens_at,
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
            and_(
                _waiting.c.kind == fixed("wake"),
                _prompt.c.snoozed_until == _waiting.c.at,
                _prompt.c.opens_at <= _waiting.c.at,
            ),
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
        fixed(""),
        fixed("output"),
        fixed("queued"),
        _ledger.c.at,
        literal_column("NULL"),
        fixed(0),
        literal_column("NULL"),
        *(fixed("") for _ in ("why", "error", "delivery_key", "merged_into")),
    ).where(_new_deed, _ledger.c.kind != fixed("superseded")),
)

# Escalations of what was raised. Of a prompt raised when already due they are counted from the raise, by
# the calendar, which the caller knows: LATE_TERMS asks for each length, zone and calendar once, and the
# answers come back as a JSON object.
_step = JsonEach(_prompt.c.escalates).table_valued("value").alias("step")
_after, _tell, _planned_at = (
    Either(
        sqlite=func.json_extract(_step.c.value, fixed(f"$.{field}"), type_=kind),
        postgresql=cast(_step.c.value.op("->>")(fixed(field)), kind),
    )
    for field, kind in (("after", Text), ("tell", Text), ("at", BigInteger))
)
_in_time = and_(_prompt.c.due_at.is_not(None), _prompt.c.due_at > _ledger.c.at)
_calendar = func.coalesce(_enrolment.c.calendar, fixed(""))
_term = _after.concat(fixed("|")).concat(_enrolment.c.zone).concat(fixed("|")).concat(_calendar)
_counted_anew = Either(
    sqlite=func.json_extract(given("late"), fixed('$."').concat(_term).concat(fixed('"'))),
    postgresql=cast(func.json_extract_path_text(as_json(given("late")), _term), BigInteger),
)
_raised_now = (
    select()
    .select_from(_ledger)
    .join(_prompt, _prompt.c.id == _ledger.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .join(_step, literal_column("true"))
    .where(_new_deed, _ledger.c.kind == fixed("raised"))
)
LATE_TERMS = _raised_now.add_columns(_after, _enrolment.c.zone, _calendar).where(~_in_time).distinct()
_planned = _raised_now.add_columns(
    case((_in_time, _planned_at), else_=later(_planned_at, _counted_anew)).label("at"),
    _prompt.c.id.label("prompt_id"),
    _tell.label("tell"),
    _prompt.c.ended_at,
).subquery("planned")
_escalated = _ledger.alias("escalated")
_told = (
    select(_escalated.c.id)
    .where(
        _escalated.c.prompt_id == _planned.c.prompt_id,
        _escalated.c.kind == fixed("escalated"),
        _escalated.c.moment == _planned.c.at,
        _escalated.c.tell == _planned.c.tell,
    )
    .exists()
)
PLAN_ESCALATIONS = (
    insert(_waiting)
    .from_select(
        [c.name for c in _waiting.c],
        select(_planned.c.at, _planned.c.prompt_id, fixed("escalate"), _planned.c.tell)
        .where(or_(_planned.c.ended_at.is_(None), _planned.c.at < _planned.c.ended_at), ~_told)
        .order_by(_planned.c.at, _planned.c.prompt_id),
    )
    .on_conflict_do_nothing()
)
