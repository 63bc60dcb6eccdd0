"""The tree of a CEL expression, read from the protocol buffer that the CEL library gives out.

Only the few fields that a condition can use are read, straight from the wire format (`cel.expr.ParsedExpr`
and `cel.expr.CheckedExpr` inside a `google.protobuf.Any`), so that no protobuf library is needed.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

Raw: TypeAlias = int | bytes

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_LOW, _MORE = 0x7F, 0x80  # of a byte of a varint: its bits, and whether another byte follows

# The numbers of fields, from google/protobuf/any.proto, cel/expr/checked.proto and cel/expr/syntax.proto.
_KIND, _MESSAGE = 1, 2
_CHECKED = b"type.googleapis.com/cel.expr.CheckedExpr"
_PARSED_EXPR, _PARSED_INFO = 2, 3
_REFERENCES, _TYPES, _CHECKED_EXPR, _CHECKED_INFO = 2, 3, 4, 5
_POSITIONS = 4
_ID, _CONSTANT, _IDENT, _SELECT, _CALL, _LIST, _STRUCT = 2, 3, 4, 5, 6, 7, 8
_BOOL, _INT64, _DOUBLE, _STRING = 2, 3, 5, 6
_OTHER_CONSTANTS = {1: "null", 4: "an unsigned number", 7: "bytes"}
_IDENT_NAME = _LIST_ITEM = _ENTRY_KEY = 1
_SELECT_FROM, _SELECT_FIELD, _SELECT_TESTS = 1, 2, 3
_CALL_TARGET, _CALL_FUNCTION, _CALL_ARGUMENT = 1, 2, 3
_ENTRY_VALUE = 2


class Literal(Struct, frozen=True):
    """A text, a number, a whole number or true or false, as written. `at` counts characters from 0."""

    value: str | float | int | bool
    at: int


class Name(Struct, frozen=True):
    """A variable, with its prefix if it has one: `size`, `known.size`."""

    text: str
    at: int


class Call(Struct, frozen=True):
    """A function or an operator (`_&&_`, `!_`, `@in`, `_?_:_`); `at` is where the operator stands."""

    function: str
    arguments: "tuple[Node, ...]"
    at: int


class Items(Struct, frozen=True):
    """A list, as in `answer in ["better", "same"]`."""

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
    checked = kind == _CHECKED
    fields = dict(_fields(message))
    expression = fields[_CHECKED_EXPR if checked else _PARSED_EXPR]
    info = fields.get(_CHECKED_INFO if checked else _PARSED_INFO, b"")
    return _node(_bytes(expression), _positions(_bytes(info)))


def without_places(serialized: bytes) -> bytes:
    """Return the same checked expression, smaller, and equal whenever the expression is equal.

    The library writes its maps in an order that changes from run to run. A stored pathway should not.
    """
    kind, message = _opened(serialized)
    wanted = (_REFERENCES, _TYPES, _CHECKED_EXPR)
    kept = sorted((number, _bytes(value)) for number, value in _fields(message) if number in wanted)
    inner = b"".join(_written(number, value) for number, value in kept)
    return _written(_KIND, kind) + _written(_MESSAGE, inner)


def _opened(serialized: bytes) -> tuple[bytes, bytes]:
    fields = dict(_fields(serialized))
    return _bytes(fields[_KIND]), _bytes(fields[_MESSAGE])


def _node(message: bytes, places: Mapping[int, int]) -> Node:
    fields = dict(_fields(message))
    at = places.get(_number(fields.get(_ID, 0)), 0)
    for field, read in _READERS.items():
        if field in fields:
            return read(_bytes(fields[field]), at, places)
    return Foreign("a map or a message" if _STRUCT in fields else "a macro such as all() or exists()", at)


def _literal(message: bytes, at: int, _places: Mapping[int, int]) -> Node:
    [(kind, value)] = _fields(message)
    if kind == _BOOL:
        return Literal(bool(value), at)
    if kind == _INT64:
        return Literal(_signed(_number(value)), at)
    if kind == _DOUBLE:
        return Literal(struct.unpack("<d", _bytes(value))[0], at)
    if kind == _STRING:
        return Literal(_bytes(value).decode(), at)
    return Foreign(_OTHER_CONSTANTS.get(kind, "a constant of an unknown kind"), at)


def _name(message: bytes, at: int, _places: Mapping[int, int]) -> Node:
    return Name(_bytes(dict(_fields(message))[_IDENT_NAME]).decode(), at)


def _selection(message: bytes, at: int, places: Mapping[int, int]) -> Node:
    fields = dict(_fields(message))
    of = _node(_bytes(fields[_SELECT_FROM]), places)
    if _SELECT_TESTS in fields or not isinstance(of, Name):
        return Foreign("has()" if _SELECT_TESTS in fields else "a part of a value", at)
    return Name(f"{of.text}.{_bytes(fields[_SELECT_FIELD]).decode()}", of.at)


def _call(message: bytes, at: int, places: Mapping[int, int]) -> Node:
    found = list(_fields(message))
    name = _bytes(dict(found)[_CALL_FUNCTION]).decode()
    if _CALL_TARGET in dict(found):
        return Foreign(f"`.{name}()`", at)
    arguments = [_bytes(value) for number, value in found if number == _CALL_ARGUMENT]
    return Call(name, tuple(_node(argument, places) for argument in arguments), at)


def _items(message: bytes, at: int, places: Mapping[int, int]) -> Node:
    items = [_bytes(value) for number, value in _fields(message) if number == _LIST_ITEM]
    return Items(tuple(_node(item, places) for item in items), at)


def _positions(info: bytes) -> dict[int, int]:
    entries = (dict(_fields(_bytes(value))) for number, value in _fields(info) if number == _POSITIONS)
    return {_number(entry.get(_ENTRY_KEY, 0)): _number(entry.get(_ENTRY_VALUE, 0)) for entry in entries}


_READERS: Mapping[int, Callable[[bytes, int, Mapping[int, int]], Node]] = {
    _CONSTANT: _literal,
    _IDENT: _name,
    _SELECT: _selection,
    _CALL: _call,
    _LIST: _items,
}


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
    while message[at] & _MORE:
        value |= (message[at] & _LOW) << shift
        at, shift = at + 1, shift + 7
    return value | message[at] << shift, at + 1


def _written(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | _BYTES]) + _varint_of(len(value)) + value


def _varint_of(value: int) -> bytes:
    written = bytearray()
    while value > _LOW:
        written.append(value & _LOW | _MORE)
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
