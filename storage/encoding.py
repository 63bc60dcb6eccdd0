"""How values stand in columns: the one module that knows, in both directions.

A moment is a whole number of microseconds in UTC, a day is ISO text, names are one text with spaces
between them, and what has no fixed shape is JSON. Views show moments as ISO text in UTC, by `iso`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

import msgspec

from pathways.history import Value
from storage.rows import Escalation

Json: TypeAlias = str

_encode = msgspec.json.Encoder().encode
_value = msgspec.json.Decoder(Value).decode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode
_escalations = msgspec.json.Decoder(tuple[Escalation, ...]).decode
_NONE = "[]"


def iso(column: str) -> str:
    """Write the SQL that shows a column of moments as ISO text, to the second."""
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {column} / 1000000, 'unixepoch')"


def iso_postgres(column: str) -> str:
    """Write the same for PostgreSQL."""
    seconds = f"to_timestamp({column} / 1000000) AT TIME ZONE 'UTC'"
    return f'to_char({seconds}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'


def day_out(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def day_in(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def value_out(value: Value | None) -> Json | None:
    return None if value is None else _encode(value).decode()


def value_in(text: Json | None) -> Value | None:
    return None if text is None else _value(text)


def names_out(names: Sequence[str]) -> str:
    return " ".join(names)


def names_in(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def texts_out(texts: Sequence[str]) -> Json:
    return _encode(texts).decode() if texts else _NONE


def texts_in(text: Json) -> tuple[str, ...]:
    return () if text == _NONE else _texts(text)


def numbers_out(numbers: Sequence[int]) -> Json:
    return _encode(numbers).decode()


def lists_out(lists: Sequence[Sequence[int]]) -> Json:
    return _encode(lists).decode()


def object_out(values: Mapping[str, int]) -> Json:
    return _encode(values).decode()


def escalations_out(escalates: Sequence[Escalation]) -> Json:
    return _encode(escalates).decode() if escalates else _NONE


def escalations_in(text: Json) -> tuple[Escalation, ...]:
    return () if text == _NONE else _escalations(text)
