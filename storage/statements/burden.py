"""Statements for what became of the prompts that were raised in a period: each prompt is counted once.

They look at the whole ledger, once, and belong to a report that is asked for seldom.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Label,
    Select,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from storage.statements.dialects import Either, JsonEach, earliest, later, summed
from storage.statements.words import TABLES, fixed, given

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_entry = TABLES["entry"]
_prompt = TABLES["prompt"]
_role = TABLES["role"]
_waiting = TABLES["waiting"]
_raise, _later, _taken_back, _told = (
    TABLES["ledger"].alias(name) for name in ("raise", "later", "taken_back", "told")
)


def _stands(deed: FromClause) -> ColumnElement[bool]:
    """Say that a raise is one for the present opening of its prompt, as `storage.waiting` has it."""
    taken_back = (
        select(_taken_back.c.id)
        .where(
            _taken_back.c.prompt_id == deed.c.prompt_id,
            _taken_back.c.kind == fixed("superseded"),
            _taken_back.c.moment == deed.c.moment,
        )
        .exists()
    )
    return and_(deed.c.at >= _prompt.c.opens_at, or_(deed.c.moment == _prompt.c.opens_at, ~taken_back))


# Of several raises of a prompt that was moved, the last one counts; those before are no other prompts.
_raised_again = (
    select(_later.c.id)
    .where(
        _later.c.prompt_id == _raise.c.prompt_id,
        _later.c.kind == fixed("raised"),
        _later.c.id != _raise.c.id,
        or_(_later.c.at > _raise.c.at, and_(_later.c.at == _raise.c.at, _later.c.id > _raise.c.id)),
        _stands(_later),
    )
    .exists()
)
_whose = (
    or_(given("pathway") == fixed(""), _enrolment.c.pathway == given("pathway")),
    or_(given("owner") == fixed(""), _prompt.c.owner == given("owner")),
)
_asked_for = and_(
    _raise.c.kind == fixed("raised"),
    _raise.c.at >= given("since"),
    _raise.c.at < given("until"),
    *_whose,
)
_follows = func.coalesce(_prompt.c.ended, fixed("")) != fixed("superseded")

_over = and_(_prompt.c.ended_at.is_not(None), _prompt.c.ended_at <= given("now"))
# What time alone ends nobody has done.
_done = and_(_over, _prompt.c.ended == fixed("done"), _prompt.c.ended_by > fixed(0))
# All that can be done about one that only informs.
_taken_note_of = and_(_over, _prompt.c.ended == fixed("acknowledged"))
_never = fixed(2**62)
_acted_at = earliest(
    case((or_(_done, _taken_note_of), _prompt.c.ended_at), else_=_never),
    func.coalesce(_prompt.c.acting_at, _never),
    func.coalesce(_prompt.c.done_late_at, _never),
)
_fate = case(
    (and_(_over, _prompt.c.ended == fixed("dismissed")), fixed("dismissed")),
    (_acted_at < _never, fixed("acted")),
    (and_(_over, _prompt.c.ended == fixed("lapsed")), fixed("lapsed")),
    (_over, fixed("withdrawn")),
    else_=fixed("open"),
)
# Who was told of something when its due was over, or nearly, has had no time to see to it.
_fair_from = _raise.c.at + given("fair_after")
_due_at = func.coalesce(_prompt.c.due_at, _raise.c.at + given("undated_after"))
_late = later(_due_at, _fair_from) <= given("now")
_had_time = _prompt.c.ended_at >= _fair_from
_nobody_answered = and_(
    _prompt.c.seen_at.is_(None),
    _prompt.c.acknowledged_at.is_(None),
    _prompt.c.could_not.is_(None),
    _prompt.c.snoozes == fixed(0),
)
_escalations = (
    select(func.count())
    .where(_told.c.prompt_id == _prompt.c.id, _told.c.kind == fixed("escalated"))
    .scalar_subquery()
)
_messages = (
    select(func.count())
    .select_from(_told)
    .join(_delivery, _delivery.c.ledger_id == _told.c.id)
    .where(
        _told.c.prompt_id == _prompt.c.id,
        _delivery.c.staff != fixed(""),
        _delivery.c.state == fixed("sent"),
    )
    .scalar_subquery()
)
# Who took it on, or ended it by an answer; else for whom it is named now.
_person = func.coalesce(
    _entry.c.actor,
    _prompt.c.acting_by,
    _prompt.c.acknowledged_by,
    case(
        (_prompt.c.role == fixed("coordinator"), _prompt.c.owner),
        else_=func.coalesce(_role.c.holder, fixed("")),
    ),
)
_ending_answer = and_(
    _entry.c.patient_id == _prompt.c.patient_id,
    _entry.c.number == func.coalesce(_prompt.c.done_late_by, _prompt.c.ended_by),
    _entry.c.kind == fixed("answer"),
    # Not an answer to another prompt, in whose moment this one ended.
    *(_entry.c[f"prompt_{part}"] == _prompt.c[part] for part in ("rule", "episode", "occurrence", "booking")),
)


def _each(*columns: Label[Any]) -> Select[Any]:
    """Give a row for each prompt that was raised in the period."""
    return (
        select(*columns)
        .join_from(_raise, _prompt, _prompt.c.id == _raise.c.prompt_id)
        .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
        .outerjoin(_role, _role.c.role == _prompt.c.role)
        .outerjoin(_entry, _ending_answer)
        .where(_asked_for, _follows, _stands(_raise), ~_raised_again)
    )


_BY_RULE = (_enrolment.c.pathway.label("pathway"), _prompt.c.rule.label("rule"), _prompt.c.tier.label("tier"))
_BY_PERSON = (_person.label("person"),)


def _sum(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.sum(case((condition, fixed(1)), else_=fixed(0)))


def _counted(keys: tuple[Label[Any], ...]) -> Select[Any]:
    """Count the prompts of each rule or person by what became of them, and what was said and sent."""
    each = _each(
        *keys,
        _fate.label("fate"),
        _late.label("late"),
        _had_time.label("had_time"),
        _nobody_answered.label("nobody"),
        _prompt.c.seen_at.is_not(None).label("seen"),
        _prompt.c.acknowledged_at.is_not(None).label("acknowledged"),
        _prompt.c.could_not.is_not(None).label("could_not"),
        (_prompt.c.snoozes > fixed(0)).label("put_off"),
        _escalations.label("escalations"),
        _messages.label("messages"),
    ).subquery("each")
    c, by = each.c, [each.c[key.name] for key in keys]
    is_open, lapsed = c.fate == fixed("open"), c.fate == fixed("lapsed")
    return (
        select(
            *by,
            func.count(),
            *(_sum(c.fate == fixed(fate)) for fate in ("acted", "dismissed", "withdrawn", "lapsed", "open")),
            _sum(and_(is_open, c.late)),
            _sum(and_(c.nobody, or_(and_(lapsed, c.had_time), and_(is_open, c.late)))),
            *(_sum(c[said]) for said in ("seen", "acknowledged", "could_not", "put_off")),
            _sum(c.escalations > fixed(0)),
            summed(c.escalations),
            summed(c.messages),
        )
        .group_by(*by)
        .order_by(func.count().desc(), *by)
    )


def _medians(keys: tuple[Label[Any], ...]) -> Select[Any]:
    """Give the median time from raised to acted on; what had been done before it was raised took none."""
    took = later(fixed(0), _acted_at - _raise.c.at)
    acted = _each(*keys, took.label("took")).where(_fate == fixed("acted")).subquery("acted")
    by = [acted.c[key.name] for key in keys]
    ranked = select(
        *by,
        acted.c.took,
        func.row_number().over(partition_by=by, order_by=acted.c.took).label("place"),
        func.count().over(partition_by=by).label("number"),
    ).subquery("ranked")
    # The one in the middle, or the two.
    middle = (ranked.c.place * fixed(2)).between(ranked.c.number, ranked.c.number + fixed(2))
    return (
        select(*(ranked.c[key.name] for key in keys), summed(ranked.c.took) // func.count())
        .where(middle)
        .group_by(*(ranked.c[key.name] for key in keys))
    )


def _said(keys: tuple[Label[Any], ...], what: ColumnElement[Any], these: ColumnElement[bool]) -> Select[Any]:
    """Count prompts by what was said of them."""
    each = _each(*keys, what.label("what")).where(these).subquery("each")
    by = [*(each.c[key.name] for key in keys), each.c.what]
    return select(*by, func.count()).group_by(*by).order_by(*by[:-1], func.count().desc(), each.c.what)


RULE_COUNTS, PERSON_COUNTS = _counted(_BY_RULE), _counted(_BY_PERSON)
RULE_MEDIANS, PERSON_MEDIANS = _medians(_BY_RULE), _medians(_BY_PERSON)
_could_not = _prompt.c.could_not.is_not(None)
RULE_COULD_NOT = _said(_BY_RULE, _prompt.c.could_not, _could_not)
PERSON_COULD_NOT = _said(_BY_PERSON, _prompt.c.could_not, _could_not)
_dismissed = _fate == fixed("dismissed")
RULE_DISMISSED = _said(_BY_RULE, _entry.c.because, _dismissed)
PERSON_DISMISSED = _said(_BY_PERSON, _entry.c.because, _dismissed)

# Days as runs of equally long ones: the caller knows the zone.
_run = JsonEach(given("runs")).table_valued("value").alias("run")
_since, _until, _number, _length = (
    Either(
        sqlite=func.json_extract(_run.c.value, fixed(f"$[{place}]"), type_=BigInteger),
        postgresql=cast(_run.c.value.op("->>")(fixed(place)), BigInteger),
    )
    for place in range(4)
)
_day = _number + (_raise.c.at - _since) // _length
_on_days = (
    _each(_person.label("person"), _day.label("day"), _prompt.c.patient_id.label("patient_id"))
    .join(_run, and_(_raise.c.at >= _since, _raise.c.at < _until))
    .subquery("on_days")
)
PERSON_DAYS = (
    select(_on_days.c.person, _on_days.c.day, func.count(), func.count(_on_days.c.patient_id.distinct()))
    .group_by(_on_days.c.person, _on_days.c.day)
    .order_by(_on_days.c.person, _on_days.c.day)
)
# Found first, or SQLite would go through every message there ever was.
_in_all = _each(_prompt.c.id.label("prompt_id")).cte("in_all").prefix_with("MATERIALIZED")
MESSAGES_TO = (
    select(_delivery.c.staff, func.count())
    .join_from(_in_all, _told, _told.c.prompt_id == _in_all.c.prompt_id)
    .join(_delivery, _delivery.c.ledger_id == _told.c.id)
    .where(_delivery.c.staff != fixed(""), _delivery.c.state == fixed("sent"))
    .group_by(_delivery.c.staff)
)
# What is open and was not raised yet, and what was raised and follows no more.
NOT_RAISED = (
    select(func.count())
    .join_from(_waiting, _prompt, _prompt.c.id == _waiting.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .where(_waiting.c.at <= given("now"), _waiting.c.kind == fixed("open"), ~_over, *_whose)
)
SUPERSEDED = (
    select(func.count(_raise.c.prompt_id.distinct()))
    .join_from(_raise, _prompt, _prompt.c.id == _raise.c.prompt_id)
    .join(_enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .where(_asked_for, ~_follows)
)
