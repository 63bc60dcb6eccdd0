"""From a map of a pathway file to its shape, or to all that is wrong with it. A home of pydantic."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from pathways import written
from pathways.findings import Finding, Notes, Where
from pathways.problems import near, nearest
from pathways.schema import MOST, MOST_ELSEWHERE, Shape

S = TypeVar("S", bound=Shape)


def shaped(shape: type[S], raw: object, where: Where, notes: Notes) -> S:
    """Return what stands at `where` in its shape, noting what is wrong and standing in for it."""
    raw = _bounded(shape, {} if raw == "" else raw, where, notes)
    try:
        return shape.model_validate(raw)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
    meant = {nearest(_key(each), keys(shape)) for each in errors if each["type"] == "extra_forbidden"}
    for error in errors:
        if not (error["type"] == "missing" and _key(error) in meant):  # there, but misspelt
            _note(shape, error, where, notes)
    spoilt = {error["loc"][0] for error in errors if error["loc"]}
    sound = {key: raw[key] for key in raw if key not in spoilt} if isinstance(raw, dict) else {}
    return shape.model_validate({**shape.fallback, **sound})


def _bounded(shape: type[Shape], raw: object, where: Where, notes: Notes) -> object:
    """Return a map without the lists and maps in it that are too long, noting each."""
    if not isinstance(raw, dict):
        return raw
    kept = dict(raw)
    for key in keys(shape):
        most = MOST.get(key, MOST_ELSEWHERE)
        if isinstance(raw.get(key), list | dict) and len(raw[key]) > most:
            what = f"there are more than {most} here"
            notes.stand_in(Finding((*where, key), what, "leave some out, or divide the pathway"))
            del kept[key]
            kept |= {key: shape.fallback[key]} if key in shape.fallback else {}
    return kept


def _key(error: Mapping[str, Any]) -> str:
    return str((*error["loc"], "")[0])


def _note(shape: type[Shape], error: Mapping[str, Any], where: Where, notes: Notes) -> None:
    there, key = (*where, *error["loc"]), _key(error)
    wrong = error.get("ctx", {}).get("error")
    if isinstance(wrong, written.Wrong):
        notes.stand_in(Finding(there, wrong.what, wrong.instead))
    elif error["type"] == "missing":
        notes.stand_in(Finding(there, f"{shape.called} needs `{key}`"))
    elif error["type"] == "extra_forbidden":
        # Misspelt, it is also the reason why the key that was meant is not there.
        notes.doubt((*where, nearest(key, keys(shape)) or key))
        instead = near(key, keys(shape))
        notes.add(Finding(there, f"`{key}` is not a key of {shape.called}", instead, of_key=True))
    else:
        notes.stand_in(Finding(there, f"{shape.called} is written as keys with values"))


def keys(shape: type[Shape]) -> list[str]:
    """Return the keys that a shape has, in the order in which they are written."""
    return [field.alias or name for name, field in shape.model_fields.items()]
