"""Statements for who is at work, who is away, how they are reached, and what was changed about them."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from storage.statements.words import TABLES, adding, fixed, given, putting, stored

_channel = TABLES["staff_channel"]
_leave = TABLES["staff_leave"]
_log = TABLES["staff_log"]
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
    .values(ended=fixed(1))
    .where(_leave.c.staff == given("staff"), _leave.c.number == given("number"), _leave.c.ended.is_(False))
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
