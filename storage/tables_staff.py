"""The tables of who is at work here."""

from sqlalchemy import CheckConstraint, Index

from storage.columns import CLUSTERED, At, Key, MaybeAt, Name, OfStaff, Table


class Staff(Table, table=True):
    """A person at work, by the name that owners and authors have. Nobody is ever removed."""

    id: Name
    roles: str
    zone: str
    hours: str
    deputy: str
    joined_at: At
    left_on: str | None
    digest_at: str
    wants: str
    budget: int | None


class StaffLeave(Table, table=True):
    """Days on which somebody is away, the last one included; `ended` says that it was withdrawn."""

    __tablename__ = "staff_leave"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="leave_has_a_day"),
        Index("staff_leave_until", "to_on"),
        CLUSTERED,
    )

    staff: OfStaff
    number: Key
    from_on: str
    to_on: str
    deputy: str
    ended: bool
    at: At
    actor: str


class StaffChannel(Table, table=True):
    """A way to reach somebody. The address is a secret: it is never shown whole."""

    __tablename__ = "staff_channel"
    __table_args__ = CLUSTERED

    staff: OfStaff
    name: Name
    url: str
    tiers: str
    kinds: str
    verified_at: MaybeAt


class StaffLog(Table, table=True):
    """What was changed about somebody at work, counted for each; never an address.

    Triggers refuse to change it.
    """

    __tablename__ = "staff_log"
    __table_args__ = CLUSTERED

    staff: OfStaff
    number: Key
    what: str
    change: str
    at: At
    actor: str
