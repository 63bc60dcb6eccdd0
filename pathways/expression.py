"""The tree of a CEL expression, read from the protocol buffer that the CEL library gives out.

Only the few fields that a condition can use are read, straight from the wire format (`cel.expr.ParsedExpr`
and `cel.expr.CheckedExpr` inside a `google.protobuf.Any`), so that no protobuf library is needed.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_CHECKED = b"type.googleapis.com/cel.expr.CheckedExpr"
_CONSTANTS = {1: "null", 4: "an unsigned number", 7: "bytes"}
Raw: TypeAlias = int | bytes


class Literal(Struct, frozen=True):
    """A text, a number, a whole number or true or false, as written. `at` counts characters from 0."""

    value: str | float | int | bool
    at: int


class Name(Struct, frozen=True):
    """A variable, with its prefix if it has one: `calcium`, `known.calcium`."""

    text: str
    at: int


class Call(Struct, frozen=True):
    """A function or an operator (`_&&_`, `!_`, `@in`, `_?_:_`); `at` is where the operator stands."""

    function: str
    arguments: "tuple[Node, ...]"
    at: int


class Items(Struct, frozen=True):
    """A list, as in `response in ["improved", "stable"]`."""

    items: "tuple[Node, ...]"
    at: int


class Foreign(Struct, frozen=True):
    """Something CEL can say and a condition may not; `what` names it."""

    what: str
    at: int


Node: TypeAlias = Literal | Name | Call | Items | Foreign


def tree(serialized: bytes) -> Node:
    """Return the tree of a serialized expression, parsed or checked."""
    kind, message = _opened(serialized)
    expression, info = (4, 5) if kind == _CHECKED else (2, 3)
    fields = dict(_fields(message))
    return _node(_bytes(fields[expression]), _positions(_bytes(fields.get(info, b""))))


def without_places(serialized: bytes) -> bytes:
    """Return the same checked expression, smaller, and equal whenever the expression is equal.

    The library writes its maps in an order that changes from run to run. A stored pathway should not.
    """
    kind, message = _opened(serialized)
    kept = sorted((number, _bytes(value)) for number, value in _fields(message) if number in (2, 3, 4))
    inner = b"".join(_written(number, value) for number, value in kept)
    return _written(1, kind) + _written(2, inner)


def _opened(serialized: bytes) -> tuple[bytes, bytes]:
    fields = dict(_fields(serialized))
    return _bytes(fields[1]), _bytes(fields[2])


def _node(message: bytes, places: Mapping[int, int]) -> Node:
    fields = dict(_fields(message))
    at = places.get(_number(fields.get(2, 0)), 0)
    for field, read in ((3, _literal), (4, _name), (5, _selection), (6, _call), (7, _items)):
        if field in fields:
            return read(_bytes(fields[field]), at, places)
    return Foreign("a map or a message" if 8 in fields else "a macro such as all() or exists()", at)


def _literal(message: bytes, at: int, _places: Mapping[int, int]) -> Node:
    [(kind, value)] = _fields(message)
    match kind:
        case 2:
            return Literal(bool(value), at)
        case 3:
            return Literal(_signed(_number(value)), at)
        case 5:
            return Literal(struct.unpack("<d", _bytes(value))[0], at)
        case 6:
            return Literal(_bytes(value).decode(), at)
    return Foreign(_CONSTANTS.get(kind, "a constant of an unknown kind"), at)


def _name(message: bytes, at: int, _places: Mapping[int, int]) -> Node:
    return Name(_bytes(dict(_fields(message))[1]).decode(), at)


def _selection(message: bytes, at: int, places: Mapping[int, int]) -> Node:
    fields = dict(_fields(message))
    of = _node(_bytes(fields[1]), places)
    if 3 in fields or not isinstance(of, Name):
        return Foreign("has()" if 3 in fields else "a part of a value", at)
    return Name(f"{of.text}.{_bytes(fields[2]).decode()}", of.at)


def _call(message: bytes, at: int, places: Mapping[int, int]) -> Node:
    found = list(_fields(message))
    name = _bytes(dict(found)[2]).decode()
    if any(number == 1 for number, _ in found):
        return Foreign(f".{name}()", at)
    return Call(name, tuple(_node(_bytes(value), places) for number, value in found if number == 3), at)


def _items(message: bytes, at: int, places: Mapping[int, int]) -> Node:
    return Items(tuple(_node(_bytes(value), places) for number, value in _fields(message) if number == 1), at)


def _positions(info: bytes) -> dict[int, int]:
    entries = (dict(_fields(_bytes(value))) for number, value in _fields(info) if number == 4)
    return {_number(entry.get(1, 0)): _number(entry.get(2, 0)) for entry in entries}


def _fields(message: bytes) -> Iterator[tuple[int, Raw]]:
    """Yield each field of a message as its number and value; 64-bit values as their eight bytes."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        size, at = _varint(message, at) if wire == _BYTES else ({_FIXED64: 8, _FIXED32: 4}[wire], at)
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while message[at] & 0x80:
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1


def _written(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | _BYTES]) + _varint_of(len(value)) + value


def _varint_of(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _bytes(value: Raw) -> bytes:
    if isinstance(value, bytes):
        return value
    raise TypeError(value)


def _number(value: Raw) -> int:
    if isinstance(value, int):
        return value
    raise TypeError(value)
