"""What is done alike to everything that is claimed and sent: messages about a deed, and all others."""

from sqlalchemy import BigInteger, Table, Update, and_, case, literal_column, or_
from sqlalchemy.sql.elements import ColumnElement

from storage.statements.words import fixed, given


def nothing() -> ColumnElement[object]:
    """Write that there is no value into the statement itself."""
    return literal_column("NULL")


def claiming(table: Table, this: ColumnElement[bool]) -> Update:
    """Take a message until the lease ends."""
    return (
        table.update()
        .values(
            state=fixed("claimed"),
            ready_at=given("leased_until"),
            claimed_by=given("worker"),
            tries=table.c.tries + fixed(1),
        )
        .where(this)
    )


def _still_claimed(table: Table) -> ColumnElement[bool]:
    """Say that nobody has claimed it since, and nothing has freed it."""
    return and_(
        table.c.state == fixed("claimed"),
        table.c.claimed_by == given("claimed_by"),
        table.c.tries == given("tries"),
    )


def giving_back(table: Table, this: ColumnElement[bool]) -> Update:
    """Let a message that was claimed and not tried be claimed again, without counting that as a try."""
    return (
        table.update()
        .values(
            state=fixed("queued"),
            ready_at=given("now"),
            claimed_by=nothing(),
            tries=table.c.tries - fixed(1),
        )
        .where(this, _still_claimed(table))
    )


def marking_sent(table: Table, this: ColumnElement[bool]) -> Update:
    """Say that a message was handed over: a fact, whoever has claimed it since."""
    return (
        table.update()
        .values(state=fixed("sent"), ready_at=nothing(), claimed_by=nothing(), sent_at=given("sent_at"))
        .where(this, table.c.state != fixed("sent"))
    )


def marking_failed(table: Table, this: ColumnElement[bool]) -> Update:
    """Queue a message again for later, or give it up; either way say why it failed."""
    return (
        table.update()
        .values(
            state=case((given("again_at", BigInteger).is_(None), fixed("failed")), else_=fixed("queued")),
            ready_at=given("again_at"),
            claimed_by=nothing(),
            error=given("error"),
        )
        .where(this, _still_claimed(table))
    )


def marking_over(table: Table, this: ColumnElement[bool]) -> Update:
    """Say that a message will never be sent by itself: carried by another, or withdrawn."""
    return (
        table.update()
        .values(
            state=case((given("merged_into") == fixed(""), fixed("withdrawn")), else_=fixed("merged")),
            ready_at=nothing(),
            claimed_by=nothing(),
            merged_into=given("merged_into"),
        )
        .where(this, table.c.state != fixed("sent"))
    )


def hurrying(table: Table, queued: ColumnElement[bool], leased: ColumnElement[object]) -> Update:
    """Make ready now what a clock that was ahead put off, or claimed: it would wait until then.

    That is what is put off for longer than anything is, those of the `queued`, and what is claimed for longer
    than it is `leased`. A claim is not taken from who may live, it ends; whoever claims it next sees that
    nothing was said of it.
    """
    too_late = or_(
        table.c.ready_at > given("beyond"),
        and_(table.c.state == fixed("queued"), queued),
        and_(table.c.state == fixed("claimed"), table.c.ready_at > leased),
    )
    return (
        table.update()
        .values(ready_at=given("now"))
        .where(table.c.ready_at.is_not(None), table.c.ready_at > given("now"), too_late)
    )


def trying_anew(table: Table) -> Update:
    """Make ready now what failed through a channel and waits to be tried again, as if it never had been."""
    return (
        table.update()
        .values(ready_at=given("now"), tries=fixed(0), error=fixed(""))
        .where(
            table.c.ready_at.is_not(None),
            table.c.ready_at > fixed(0),
            table.c.state == fixed("queued"),
            table.c.tries > fixed(0),
            table.c.staff == given("staff"),
            table.c.channel == given("channel"),
        )
    )
