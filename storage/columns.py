"""What the tables are made of: kinds of columns, and the rules that several tables share.

Moments are whole microseconds since 1970 in UTC, days are ISO text, several names are one text with spaces
between them, and what has no fixed shape is JSON text.
"""

from typing import Annotated, Any, ClassVar, get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Computed,
    Float,
    Index,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import column
from sqlalchemy.sql.compiler import DDLCompiler
from sqlmodel import Field, SQLModel
from sqlmodel.sql.sqltypes import AutoString

from storage.rows import DeliveryState

At = Annotated[int, Field(sa_type=BigInteger)]
MaybeAt = Annotated[int | None, Field(sa_type=BigInteger, nullable=True)]
Key = Annotated[int, Field(primary_key=True, sa_type=BigInteger)]
Name = Annotated[str, Field(primary_key=True)]
OfPatient = Annotated[str, Field(primary_key=True, foreign_key="patient.id")]
OfPathway = Annotated[str, Field(primary_key=True, foreign_key="pathway.digest")]
OfEnrolment = Annotated[int, Field(primary_key=True, foreign_key="enrolment.id", sa_type=BigInteger)]
OfPrompt = Annotated[int, Field(primary_key=True, foreign_key="prompt.id", sa_type=BigInteger)]
OfLedger = Annotated[int, Field(primary_key=True, foreign_key="ledger.id", sa_type=BigInteger)]
# A column that names a row of another table by its number.
Row = Annotated[int, Field(sa_type=BigInteger)]
OfStaff = Annotated[str, Field(primary_key=True, foreign_key="staff.id")]
KeyAt = Annotated[int, Field(primary_key=True, sa_type=BigInteger)]

# SQLite checks the type of a value only in a strict table: a day can never stand where a moment belongs.
STRICT = {"sqlite_strict": True}
# Rows kept in the order of their key, without a second tree beside it: half the pages to write.
CLUSTERED = {"sqlite_strict": True, "sqlite_with_rowid": False}

FAILED = column("state") == literal_column("'failed'")
READY = column("ready_at").is_not(None)


@compiles(AutoString, "sqlite")
def _text(*_: object, **__: object) -> str:
    return "TEXT"  # strict tables know five types by these names only


@compiles(AutoString, "postgresql")
def _bytewise(*_: object, **__: object) -> str:
    # Ids sort the same everywhere, whatever language a server was set up for.
    return 'TEXT COLLATE "C"'


@compiles(Computed, "postgresql")
def _kept(computed: Computed, compiler: DDLCompiler, **_: object) -> str:
    # An index can only be made of what is kept.
    said = compiler.sql_compiler.process(computed.sqltext, include_table=False, literal_binds=True)
    return f"GENERATED ALWAYS AS ({said}) STORED"


@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer(*_: object, **__: object) -> str:
    return "INTEGER"


@compiles(Float, "sqlite")
def _real(*_: object, **__: object) -> str:
    return "REAL"


class Table(SQLModel):
    """What all tables share: nothing but that they are ours."""

    __table_args__: ClassVar[Any] = STRICT


def one_of(name: str, values: object) -> CheckConstraint:
    """Let a column have none but the values of a literal type."""
    listed = ", ".join(f"'{value}'" for value in get_args(values))
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")


def on_its_way() -> tuple[CheckConstraint, ...]:
    """Return what holds of everything that is claimed and sent."""
    return (
        one_of("state", DeliveryState),
        CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed_by_somebody"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_moment"),
        CheckConstraint("(state IN ('queued', 'claimed')) = (ready_at IS NOT NULL)", name="ready_until_over"),
        CheckConstraint("(state = 'merged') = (merged_into <> '')", name="merged_into_another"),
    )


def partial(name: str, *columns: str, where: ColumnElement[bool], unique: bool = False) -> Index:
    """Make an index of some rows only."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
