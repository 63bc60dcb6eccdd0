"""A pathway as bytes, for the database: what was checked once is loaded without being read again.

Conditions are in it in compiled form, so loading needs neither YAML nor the schema nor the CEL compiler.
"""

import msgspec

from pathways.errors import DatabaseProblem
from pathways.model import Pathway

FORM = 1
"""Counts up when a stored pathway of an older program could be misread."""


class _Stored(msgspec.Struct, frozen=True):
    form: int
    pathway: Pathway


_DECODER = msgspec.msgpack.Decoder(_Stored)
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


def pack(pathway: Pathway) -> bytes:
    """Return a pathway as bytes, the same for equal pathways."""
    return _ENCODER.encode(_Stored(FORM, pathway))


def unpack(packed: bytes) -> Pathway:
    """Return the pathway that `pack` made bytes of."""
    try:
        stored = _DECODER.decode(packed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        msg = "A stored pathway cannot be read: install the pathway again from its file."
        raise DatabaseProblem(msg) from None
    if stored.form != FORM:
        msg = "A stored pathway is from another version of carepath: install the pathway again from its file."
        raise DatabaseProblem(msg)
    return stored.pathway
