"""The parts that a pathway uses: found among the documents of its text, each with what is left out of it."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from pathways import schema
from pathways.document import Entry, Fault, Listing, Mapping, Node, Place, Scalar, place, plain
from pathways.findings import Notes
from pathways.problems import near
from pathways.shaping import shaped

_IDS = {
    "prompts": "a prompt",
    "banners": "a banner",
    "disputed": "a disputed claim",
    "assurances": "an assurance",
}
"""What of a part may be left out by its id, besides events."""


class Use(Struct, frozen=True):
    """A part in use: its document, and the names that are left out of it with their places."""

    name: str
    say: str
    body: Mapping
    left_out: tuple[tuple[str, Place], ...] = ()


def uses(roots: list[Node], faults: list[Fault], known: Iterable[str] = ()) -> list[Use]:
    """Return the parts that a pathway uses, in order; `known` are those that could be used.

    The first of the documents is the pathway, the others are parts.
    """
    own, *others = roots
    if isinstance(own, Mapping) and "part" in own.entries and "pathway" not in own.entries:
        faults.append(Fault(own.place, "this is a part of pathways", "check a pathway that uses it"))
        return []
    there = dict(_there(others, faults))
    found = list(_used(own, there, {*there, *known}, faults))
    for name, body in there.items():
        if name not in {use.name for use in found}:
            faults.append(Fault(body.place, f"the part `{name}` is not used", "name it under `use`"))
    return found


def _there(others: Iterable[Node], faults: list[Fault]) -> Iterator[tuple[str, Mapping]]:
    seen: dict[str, Place] = {}
    for body in others:
        name = body.entries["part"].value if isinstance(body, Mapping) and "part" in body.entries else None
        if not isinstance(body, Mapping) or not isinstance(name, Scalar):
            what = "a second document begins here"
            faults.append(
                Fault(body.place, what, "write one pathway a file; a part begins with `part:` and its name")
            )
        elif name.value in seen:
            what = f"the part `{name.value}` is here twice"
            faults.append(Fault(body.place, what, "write it once", seen[name.value]))
        else:
            seen[name.value] = body.place
            yield name.value, body


def _used(own: Node, there: dict[str, Mapping], known: set[str], faults: list[Fault]) -> Iterator[Use]:
    seen: dict[str, Place] = {}
    for node in _listed(own, faults):
        notes = Notes()
        body = {"part": node.value} if isinstance(node, Scalar) else plain(node)
        shape = shaped(schema.Use, body, (), notes)
        faults += _faults(node, notes)
        if notes.findings:
            continue
        if shape.part in seen:
            faults.append(
                Fault(node.place, f"the part `{shape.part}` is here twice", "use it once", seen[shape.part])
            )
        elif shape.part not in there:
            instead = near(shape.part, known) or f"write it in `parts/{shape.part}.yaml` beside the pathway"
            faults.append(Fault(node.place, f"there is no part `{shape.part}`", instead))
        else:
            left_out = ((name, place(node, ("leave_out", at))) for at, name in enumerate(shape.leave_out))
            yield Use(shape.part, _say(there[shape.part], faults), there[shape.part], tuple(left_out))
        seen.setdefault(shape.part, node.place)


def _listed(own: Node, faults: list[Fault]) -> tuple[Node, ...]:
    """Return the items under `use`."""
    entry = own.entries.get("use") if isinstance(own, Mapping) else None
    if not entry:
        return ()
    items = entry.value.items if isinstance(entry.value, Listing) else (entry.value,)
    if len(items) > schema.MOST["use"]:
        what = f"there are more than {schema.MOST['use']} here"
        faults.append(Fault(entry.value.place, what, "leave some out, or divide the pathway"))
        return ()
    return items


def _say(body: Mapping, faults: list[Fault]) -> str:
    """Check the shape of a part, and return what it is for."""
    notes = Notes()
    shape = shaped(schema.Part, plain(body), (), notes)
    faults += _faults(body, notes)
    return shape.say


def _faults(root: Node, notes: Notes) -> Iterator[Fault]:
    for finding in notes.findings:
        yield Fault(place(root, finding.where, of_key=finding.of_key), finding.what, finding.instead)


def without(use: Use, faults: list[Fault]) -> Mapping:
    """Return a part as it is used, noting what is left out and was never there."""
    kinds: dict[str, list[str]] = {}
    for kind, name in _names(use.body):
        kinds.setdefault(name, []).append(kind)
    for name, at in use.left_out:
        if name not in kinds:
            faults.append(
                Fault(at, f"the part `{use.name}` has no prompt, banner or event `{name}`", near(name, kinds))
            )
        elif len(set(kinds[name])) > 1:
            what = f"`{name}` is {' and '.join(dict.fromkeys(kinds[name]))} of the part `{use.name}`"
            faults.append(Fault(at, what, "give one of them another name in the part"))
    names = {name for name, _ in use.left_out}
    return _filtered(use.body, names) if names else use.body


def _names(body: Mapping) -> Iterator[tuple[str, str]]:
    for section, kind in _IDS.items():
        for item in _items(body, section):
            yield kind, _named(item, "id")
    for track in _values(body, "tracks"):
        yield from (("an event", _named(item, "event")) for item in _items(track, "transitions"))


def _items(node: Node, key: str) -> tuple[Node, ...]:
    entry = node.entries.get(key) if isinstance(node, Mapping) else None
    return entry.value.items if entry and isinstance(entry.value, Listing) else ()


def _values(node: Node, key: str) -> list[Node]:
    entry = node.entries.get(key) if isinstance(node, Mapping) else None
    return (
        [each.value for each in entry.value.entries.values()]
        if entry and isinstance(entry.value, Mapping)
        else []
    )


def _named(node: Node, key: str) -> str:
    entry = node.entries.get(key) if isinstance(node, Mapping) else None
    return entry.value.value.strip() if entry and isinstance(entry.value, Scalar) else ""


def _filtered(body: Mapping, names: set[str]) -> Mapping:
    entries = dict(body.entries)
    for section in _IDS:
        if section in entries:
            entries[section] = _kept(entries[section], "id", names)
    tracks = entries.get("tracks")
    if tracks and isinstance(tracks.value, Mapping):
        kept = {
            name: Entry(track.key, _track(track.value, names)) for name, track in tracks.value.entries.items()
        }
        entries["tracks"] = Entry(tracks.key, Mapping(kept, tracks.value.place))
    return Mapping(entries, body.place)


def _track(track: Node, names: set[str]) -> Node:
    if not isinstance(track, Mapping) or "transitions" not in track.entries:
        return track
    transitions = _kept(track.entries["transitions"], "event", names)
    return Mapping({**track.entries, "transitions": transitions}, track.place)


def _kept(entry: Entry, key: str, names: set[str]) -> Entry:
    if not isinstance(entry.value, Listing):
        return entry
    kept = tuple(item for item in entry.value.items if _named(item, key) not in names)
    return Entry(entry.key, Listing(kept, entry.value.place))
