"""The JSON Schema of a pathway file, for editors, made from the shapes that reading checks a file with.

It allows whatever reading allows; what it cannot say (that a name exists, that a condition means something)
is left to reading. Editors see values as YAML makes them, so a text may look like a number to it.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

from pathways import schema, written
from pathways.assembly_promises import BESIDE, CLAIMS
from pathways.moments import UNITS

Form: TypeAlias = dict[str, Any]
"""A piece of a JSON Schema."""

_LINE: Form = {"type": ["string", "number", "boolean"], "pattern": r"^\s*\S([^\n]{0,298}\S)?\s*$"}
_TEXT: Form = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
_ID: Form = {
    "type": ["string", "integer", "boolean"],
    "minimum": 0,
    "pattern": f"^{written.identifier.form}$",
}
# Nothing may stand for an empty list or map. No choice of two forms says so: an editor would then mark the
# whole list for one wrong word in it.
_NOTHING: Form = {"maxLength": 0}
_YES = {"enum": [True, False, *written.YES_NO]}
_LENGTH: Form = {"type": "string", "pattern": rf"^\s*[0-9]{{1,5}} ({'|'.join(UNITS)})s?( before)?\s*$"}
_NAMES: Form = {"pattern": f"^{written.name.form}$"}
_IDS: Form = {"pattern": f"^{written.identifier.form}$"}

_READ: Mapping[object, Form] = {
    written.line: _LINE,
    written.text: _TEXT,
    written.condition: {"type": "string", "pattern": r"^[^\\]*\S[^\\]*$"},
    written.length: _LENGTH,
    written.yes_no: _YES,
    written.identifier: _ID,
    written.name: {"type": "string", "pattern": f"^{written.name.form}$"},
    written.doi: {"type": "string", "pattern": f"^{written.doi.form}$"},
    **{
        reader: {"type": [kind, "string"], "pattern": f"^{reader.form}$", **bounds}
        for reader, kind, bounds in (
            (written.whole, "integer", {"minimum": 0}),
            (written.positive, "integer", {"minimum": 1}),
            (written.points, "integer", {}),
            (written.number, "number", {}),
        )
    },
}
"""How what each reader reads is written."""

_LISTS: Mapping[str, type[schema.Shape]] = {
    "transitions": schema.Transition,
    "should": schema.Should,
    "prompts": schema.Prompt,
    "banners": schema.Banner,
    "disputed": schema.Disputed,
    "assurances": schema.Assurance,
    "accepted": schema.Accepted,
    "then": schema.Escalation,
    "items": schema.ScoreItem,
    "cases": schema.ScoreCase,
    "bands": schema.Band,
}
_MAPS: Mapping[str, tuple[Form, type[schema.Shape]]] = {
    "sources": (_IDS, schema.Source),
    "facts": (_NAMES, schema.Fact),
    "milestones": (_NAMES, schema.Milestone),
    "scores": (_NAMES, schema.Score),
    "tracks": (_NAMES, schema.Track),
    "states": (_IDS, schema.State),
}
_BODIES: Mapping[str, type[schema.Shape]] = {"otherwise": schema.Otherwise, "snooze": schema.Snooze}


def file_schema() -> Form:
    """Return the schema of a pathway file and of a part."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A carepath pathway, or a part of one",
        "type": "object",
        "if": {"required": ["part"]},
        "then": _ref(schema.Part),
        "else": _ref(schema.Top),
        "definitions": {shape.__name__: _shape(shape) for shape in shapes()},
    }


def shapes() -> list[type[schema.Shape]]:
    """List the shapes of everything that has keys in a pathway file."""
    return [
        schema.Top,
        schema.Part,
        schema.Use,
        *(shape for _, shape in _MAPS.values()),
        *_LISTS.values(),
        *_BODIES.values(),
    ]


def _ref(shape: type[schema.Shape]) -> Form:
    return {"$ref": f"#/definitions/{shape.__name__}"}


def _shape(shape: type[schema.Shape]) -> Form:
    fields = shape.model_fields
    required = [field.alias or name for name, field in fields.items() if field.is_required()]
    found: Form = {
        "title": shape.called,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            field.alias or name: _field(field.alias or name, field) for name, field in fields.items()
        },
    }
    elsewhere = _ELSEWHERE.get(shape, ())
    required = [key for key in required if key not in elsewhere]
    if required or elsewhere:
        found |= {"required": required} if required else {}
    else:
        found = _or_nothing(found)
    return found | _TOGETHER.get(shape, {})


def _field(key: str, field: Any) -> Form:  # noqa: ANN401  # of pydantic, which lives elsewhere
    readers = [each.func for each in field.metadata if hasattr(each, "func")]
    return _value(key, field.annotation, readers)


def _value(key: str, kind: Any, readers: list[Any]) -> Form:  # noqa: ANN401  # a type, as a hint has it
    """Return the schema of a value that these readers read, the first of them first."""
    if get_origin(kind) in {Union, UnionType}:
        [kind] = [each for each in get_args(kind) if each is not type(None)]
    if hasattr(kind, "__metadata__"):
        kind, readers = get_args(kind)[0], [each.func for each in kind.__metadata__]
    if key in _INNER:
        return _INNER[key]
    if key in _LISTS:
        return _or_nothing({"type": "array", "items": _ref(_LISTS[key]), **_most(key, "maxItems")})
    if key in _MAPS:
        names, inner = _MAPS[key]
        of = {"propertyNames": names, "additionalProperties": _ref(inner)}
        return _or_nothing({"type": "object", **of, **_most(key, "maxProperties")})
    if key in _BODIES:
        return _ref(_BODIES[key])
    if written.one_or_list in readers:
        return _one_or_list(key, _value("", get_args(kind)[0], []), distinct=written.distinct in readers)
    [reader] = readers
    return {"enum": list(reader.words)} if isinstance(reader, written.Among) else _READ[reader]


def _or_nothing(form: Form) -> Form:
    return {**form, "type": [form["type"], "null", "string"], **_NOTHING}


def _one_or_list(key: str, form: Form, *, distinct: bool = False) -> Form:
    several = {"type": "array", "items": form, "minItems": 1, **_most(key, "maxItems")}
    return _either("array", several | ({"uniqueItems": True} if distinct else {}), form)


def _either(kind: str, form: Form, other: Form) -> Form:
    """Return what has one form if it is of a kind, else another: what is wrong is marked where it is."""
    return {"if": {"type": kind}, "then": form, "else": other}


def _most(key: str, called: str) -> Form:
    return {called: schema.MOST.get(key, schema.MOST_ELSEWHERE)}


_QUIET: Form = {
    "type": "object",
    "properties": {"because": _LINE},
    "additionalProperties": {"enum": ["quiet"]},
    "required": ["because"],
    "minProperties": 2,
}
_WHILE = {
    "type": "object",
    "propertyNames": _NAMES,
    "additionalProperties": _one_or_list("states", _LINE, distinct=True),
}
_CODE = {"type": "object", "propertyNames": _IDS, "additionalProperties": _LINE}
_INNER: Mapping[str, Form] = {
    "use": _one_or_list("use", _either("object", _ref(schema.Use), _ID)),
    "while": _or_nothing(_WHILE),
    "code": _or_nothing(_CODE),
    "unknown": _one_or_list("unknown", _QUIET),
}
"""What is read with the shape around it."""


def _claim(key: str) -> Form:
    """Return what an assurance with one claim needs, and what may not stand beside it."""
    form = CLAIMS[key]
    strangers = [each for each in BESIDE if each not in (*form.needs, *form.may)]
    return {"required": [*form.needs], "properties": dict.fromkeys(strangers, False)}


def _of(key: str, *words: str) -> Form:
    return {"properties": {key: {"enum": list(words)}}, "required": [key]}


_ELSEWHERE: Mapping[type[schema.Shape], tuple[str, ...]] = {
    schema.Top: ("sources", "tracks", "exits", "prompts", "otherwise"),
    schema.Track: ("start", "states"),
}
"""What must be there, but may be in a part."""

_ALONE: Form = {
    "required": list(_ELSEWHERE[schema.Top]),
    "properties": {"tracks": {"additionalProperties": {"required": list(_ELSEWHERE[schema.Track])}}},
}

_TOGETHER: Mapping[type[schema.Shape], Form] = {
    schema.Top: {"if": {"required": ["use"]}, "else": _ALONE},
    schema.Fact: {
        "allOf": [
            {
                "if": _of("type", "choice"),
                "then": {"required": ["of"], "properties": {"of": {"type": "array", "minItems": 2}}},
                "else": {"properties": {"of": False}},
            },
            {
                "if": _of("type", "number"),
                "then": {"required": ["unit"]},
                "else": {"properties": {"between": False}},
            },
        ]
    },
    schema.Prompt: {
        "allOf": [
            {"if": _of("tier", "stop"), "then": {"properties": {"snooze": False, "lapses": False}}},
            {"if": _of("tier", "due"), "then": {"required": ["due"]}},
        ]
    },
    schema.ScoreItem: {"if": {"required": ["cases"]}, "else": {"required": ["points", "when"]}},
    schema.Assurance: {
        "oneOf": [{"required": [key]} for key in CLAIMS],
        "allOf": [{"if": {"required": [key]}, "then": _claim(key)} for key in CLAIMS],
    },
}
"""What else holds of the keys of a shape together."""
