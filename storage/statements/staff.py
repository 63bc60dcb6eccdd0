"""Statements for who is at work, who is away, how they are reached, and what was changed about them."""

from typing import Any

from sqlalchemy import func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from storage.statements.words import TABLES, adding, fixed, given, putting, stored

_channel = TABLES["staff_channel"]
_enrolment = TABLES["enrolment"]
_leave = TABLES["staff_leave"]
_log = TABLES["staff_log"]
_prompt = TABLES["prompt"]
_staff = TABLES["staff"]


def _next(number: str) -> ColumnElement[Any]:
    table = TABLES[number]
    return (
        select(func.coalesce(func.max(table.c.number), fixed(0)) + fixed(1))
        .where(table.c.staff == given("staff"))
        .scalar_subquery()
    )


STAFF = select(*stored(_staff)).order_by(_staff.c.id)
PUT_STAFF = putting(_staff)

_leaves = select(*stored(_leave))
# What is over on every calendar holds nobody back: of years of leave, a list reads some rows.
LEAVE_FROM = _leaves.where(_leave.c.to_on >= given("since"), _leave.c.ended.is_(False)).order_by(
    _leave.c.to_on, _leave.c.staff, _leave.c.number
)
LEAVE_OF = _leaves.where(_leave.c.staff == given("staff")).order_by(_leave.c.number)
ADD_LEAVE = adding(_leave, number=_next("staff_leave"))
END_LEAVE = (
    _leave.update()
    .values(ended=true())
    .where(_leave.c.staff == given("staff"), _leave.c.number == given("number"), _leave.c.ended.is_(False))
)

# What an owner is responsible for; the owner of a prompt is that of its enrolment.
OPEN_OF = (
    select(func.count())
    .select_from(_enrolment)
    .where(_enrolment.c.owner == given("owner"), _enrolment.c.left_at.is_(None))
)
PROMPTS_OF = (
    select(func.count())
    .select_from(_prompt)
    .where(
        _prompt.c.settled.is_(False),
        _prompt.c.owner == given("owner"),
        or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now")),
    )
)

OPEN_BY_OWNER = (
    select(_enrolment.c.owner, func.count())
    .where(_enrolment.c.left_at.is_(None))
    .group_by(_enrolment.c.owner)
)
PROMPTS_BY_OWNER = (
    select(_prompt.c.owner, func.count())
    .where(_prompt.c.settled.is_(False), or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now")))
    .group_by(_prompt.c.owner)
)

_channels = select(*stored(_channel)).order_by(_channel.c.staff, _channel.c.name)
CHANNELS = _channels
CHANNELS_OF = _channels.where(_channel.c.staff == given("staff"))
PUT_CHANNEL = putting(_channel)
_this_channel = (_channel.c.staff == given("staff"), _channel.c.name == given("name"))
VERIFY_CHANNEL = _channel.update().values(verified_at=given("verified_at")).where(*_this_channel)
REMOVE_CHANNEL = _channel.delete().where(*_this_channel)

STAFF_LOG = (
    select(_log.c.number, _log.c.what, _log.c.change, _log.c.at, _log.c.actor)
    .where(_log.c.staff == given("staff"))
    .order_by(_log.c.number)
)
ADD_STAFF_LOG = adding(_log, number=_next("staff_log"))
