"""Statements for what a check asks of the whole caseload: owners, patients on no pathway, what is stuck."""

from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.statements.dialects import beside
from storage.statements.words import TABLES, fixed, given

_channel = TABLES["staff_channel"]
_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_entry = TABLES["entry"]
_ledger = TABLES["ledger"]
_message = TABLES["message"]
_patient = TABLES["patient"]
_prompt = TABLES["prompt"]
_waiting = TABLES["waiting"]

OWNERS_OF_OPEN = (
    select(_enrolment.c.owner, func.count(), func.min(_enrolment.c.patient_id))
    .where(_enrolment.c.left_at.is_(None))
    .group_by(_enrolment.c.owner)
    .order_by(_enrolment.c.owner)
)
PATHWAYS_IN_USE = (
    select(_enrolment.c.digest, _enrolment.c.pathway)
    .where(_enrolment.c.left_at.is_(None))
    .distinct()
    .order_by(_enrolment.c.pathway, _enrolment.c.digest)
)
NEVER_ENROLLED = (
    select(_patient.c.id)
    .where(
        _patient.c.created_at < given("before"),
        ~select(_enrolment.c.id).where(_enrolment.c.patient_id == _patient.c.id).exists(),
    )
    .order_by(_patient.c.id)
)

# The last entry of each patient, found by its key: there is no index of when entries were recorded.
_last = (
    select(_entry.c.recorded_at)
    .where(_entry.c.patient_id == _patient.c.id)
    .order_by(_entry.c.number.desc())
    .limit(fixed(1))
    .offset(fixed(0))
    .scalar_subquery()
)
LAST_RECORDED = select(func.max(_last)).select_from(_patient)

# What has its moment behind it and was taken by no tick: how many, and the first of them.
UNTAKEN = select(func.count()).select_from(_waiting).where(_waiting.c.at <= given("before"))
FIRST_UNTAKEN = (
    select(_waiting.c.at, _prompt.c.patient_id, _prompt.c.number)
    .join_from(_waiting, _prompt, _prompt.c.id == _waiting.c.prompt_id)
    .order_by(_waiting.c.at, _waiting.c.prompt_id)
    .limit(fixed(1))
    .offset(fixed(0))
)


def _deliveries(since: ColumnElement[Any], these: ColumnElement[bool]) -> Select[Any]:
    """Count messages about deeds by whom they are for and through what, with the first of each.

    Beside a minimum SQLite gives the other columns of the row that has it.
    """
    by = (_delivery.c.staff, _delivery.c.channel)
    prompt = (beside(each, since) for each in (_prompt.c.patient_id, _prompt.c.number))
    return (
        select(*by, func.count(), func.min(since), *prompt)
        .join_from(_delivery, _ledger, _ledger.c.id == _delivery.c.ledger_id)
        .join(_prompt, _prompt.c.id == _ledger.c.prompt_id)
        .where(these)
        .group_by(*by)
        .order_by(*by)
    )


_late = and_(_delivery.c.ready_at.is_not(None), _delivery.c.ready_at <= given("before"))
UNSENT_DELIVERIES = _deliveries(_delivery.c.ready_at, and_(_late, _delivery.c.staff == fixed("")))
UNSENT_DELIVERIES_FOR = _deliveries(_delivery.c.ready_at, and_(_late, _delivery.c.staff != fixed("")))
# After so many tries a lead has heard of it, about half an hour; the pauses between the next ones are long.
_often = fixed(6)
REFUSED_DELIVERIES = _deliveries(
    _ledger.c.at,
    and_(
        _delivery.c.ready_at.is_not(None),
        _delivery.c.ready_at > given("before"),
        _delivery.c.staff != fixed(""),
        _delivery.c.tries >= _often,
    ),
)
# One that was given up matters while nobody has said anything of the prompt, it is not over, and no digest,
# which names it too, has reached that person since.
_digest = _message.alias("digest")
_unknown = and_(
    or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now")),
    _prompt.c.seen_at.is_(None),
    _prompt.c.acknowledged_at.is_(None),
    _prompt.c.acting_at.is_(None),
    ~select(_digest.c.id)
    .where(
        _digest.c.kind == fixed("digest"),
        _digest.c.staff == _delivery.c.staff,
        _digest.c.sent_at > _ledger.c.at,
    )
    .exists(),
)
GIVEN_UP_DELIVERIES = _deliveries(_ledger.c.at, and_(_delivery.c.state == fixed("failed"), _unknown))


def _messages(since: ColumnElement[Any], these: ColumnElement[bool]) -> Select[Any]:
    by = (_message.c.staff, _message.c.channel, _message.c.kind)
    return select(*by, func.count(), func.min(since)).where(these).group_by(*by).order_by(*by)


UNSENT_MESSAGES = _messages(
    _message.c.ready_at, and_(_message.c.ready_at.is_not(None), _message.c.ready_at <= given("before"))
)
REFUSED_MESSAGES = _messages(
    _message.c.at,
    and_(
        _message.c.ready_at.is_not(None),
        _message.c.ready_at > given("before"),
        _message.c.tries >= _often,
    ),
)
# One that was given up matters until something has got through there, if only a test.
_later = _message.alias("later")
GIVEN_UP_MESSAGES = _messages(
    _message.c.at,
    and_(
        _message.c.state == fixed("failed"),
        ~select(_later.c.id)
        .where(
            _later.c.staff == _message.c.staff,
            _later.c.channel == _message.c.channel,
            _later.c.sent_at > _message.c.at,
        )
        .exists(),
        ~select(_channel.c.name)
        .where(
            _channel.c.staff == _message.c.staff,
            _channel.c.name == _message.c.channel,
            _channel.c.verified_at > _message.c.at,
        )
        .exists(),
    ),
)
