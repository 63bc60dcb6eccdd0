"""What SQLite and PostgreSQL say in different words, written once for the statements."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ClauseElement, bindparam, func, literal_column, true
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement, GenericFunction
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.sql.selectable import FromClause

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Either(ColumnElement[Any]):
    """A value that each of the two is asked for in its own way."""

    inherit_cache = False

    def __init__(self, *, sqlite: ColumnElement[Any], postgresql: ColumnElement[Any]) -> None:
        self.forms = {SQLITE: sqlite, POSTGRESQL: postgresql}
        self.type = sqlite.type

    @property
    def _from_objects(self) -> list[FromClause]:
        return self.forms[SQLITE]._from_objects  # noqa: SLF001 - as every element has it

    def self_group(self, against: OperatorType | None = None) -> "Either":
        """Put brackets around each form where it needs some."""
        return Either(
            sqlite=self.forms[SQLITE].self_group(against),
            postgresql=self.forms[POSTGRESQL].self_group(against),
        )


class EitherStatement(ClauseElement):
    """A statement that is another one for each of the two."""

    def __init__(self, *, sqlite: ClauseElement, postgresql: ClauseElement) -> None:
        self.forms = {SQLITE: sqlite, POSTGRESQL: postgresql}


class JsonEach(GenericFunction[Any]):
    """The elements of a JSON list, as rows with a `value`."""

    name = "json_each"
    inherit_cache = True


class JsonTexts(GenericFunction[Any]):
    """The same, where each element is a plain text or number."""

    name = "json_texts"
    inherit_cache = True


class First(GenericFunction[Any]):
    """Of a group of rows, the value of that which comes first by another."""

    name = "first_by"
    inherit_cache = True


@compiles(Either)
def _either(element: Either, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - as SQLAlchemy has it
    return compiler.process(element.forms[compiler.dialect.name], **given)


@compiles(JsonEach, POSTGRESQL)
def _json_elements(element: FunctionElement[Any], compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401
    return f"json_array_elements(CAST({compiler.process(element.clauses, **given)} AS JSON))"


@compiles(JsonTexts, SQLITE)
def _json_each(element: FunctionElement[Any], compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401
    return f"json_each({compiler.process(element.clauses, **given)})"


@compiles(JsonTexts, POSTGRESQL)
def _json_texts(element: FunctionElement[Any], compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **given)} AS JSON))"


@compiles(First, POSTGRESQL)
def _first(element: FunctionElement[Any], compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401
    value, by = (compiler.process(each, **given) for each in element.clauses)
    return f"(array_agg({value} ORDER BY {by}))[1]"


@compiles(OnConflictDoNothing, POSTGRESQL)
@compiles(OnConflictDoUpdate, POSTGRESQL)
def _on_conflict(element: Any, compiler: Any, **given: Any) -> str:  # noqa: ANN401 - both have it, under no shared type
    # PostgreSQL's form can also name a constraint, which SQLite's knows nothing of.
    element.constraint_target = None
    render = getattr(compiler, f"visit_{element.__visit_name__}")
    return str(render(element, **given))


def yes(name: str) -> ColumnElement[bool]:
    """Ask whether a value that the caller gives is yes."""
    return bindparam(name, type_=Boolean) == true()


def later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the later of two moments."""
    return Either(sqlite=func.max(one, other), postgresql=func.greatest(one, other))


def earliest(*moments: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the earliest of some moments."""
    return Either(sqlite=func.min(*moments), postgresql=func.least(*moments))


def beside(value: ColumnElement[Any], least: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a value of the row that has the least, as SQLite does by itself beside a minimum."""
    return Either(sqlite=value, postgresql=First(value, least, type_=value.type))


def summed(number: ColumnElement[Any]) -> ColumnElement[Any]:
    """Add up large numbers, to one that PostgreSQL too gives as a whole one."""
    total = func.sum(number)
    return Either(sqlite=total, postgresql=as_type(total, BigInteger))


def as_json(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Read a text as JSON, for PostgreSQL: SQLite does so by itself."""
    return as_type(value, JSON)


def in_this_transaction(table: str) -> ColumnElement[bool]:
    """Pick the rows that the present transaction wrote, for PostgreSQL."""
    return literal_column(f"{table}.xmin = pg_current_xact_id()::xid", type_=Boolean)
