"""From a pathway and its parts to one whole: a tree in which every value keeps the place it was written at.

A part adds what it has. Where the same name stands in two places it is refused, as nobody could say which
one counts; only what is declared twice in the very same words counts once.
"""

from bisect import bisect
from collections.abc import Iterator

from msgspec import Struct

from pathways import model
from pathways.document import Entry, Fault, Listing, Mapping, Node, Place, Scalar, place, plain
from pathways.findings import Where
from pathways.parts import Use, without

DECLARED = ("sources", "facts", "milestones")
"""The sections in which the very same declaration may stand in several places."""


class Whole(Struct, frozen=True):
    """One tree of everything, and where in the text each part begins."""

    root: Node
    parts: tuple[model.Part, ...] = ()
    begins: tuple[tuple[Place, str], ...] = ()

    def part_of(self, where: Where) -> str:
        """Name the part in which a value was written; empty for the pathway's own file."""
        at = bisect(self.begins, place(self.root, where), key=lambda each: each[0])
        return self.begins[at - 1][1] if at else ""


def merged(own: Node, uses: list[Use], faults: list[Fault]) -> Whole:
    """Return a pathway with the parts it uses as one, noting what does not go together."""
    if not isinstance(own, Mapping):
        return Whole(own)
    entries = dict(own.entries)
    for use in uses:
        for section, added in without(use, faults).entries.items():
            if section not in ("part", "say"):
                mine = entries.get(section)
                entries[section] = _joined(section, mine, added, faults) if mine else added
    return Whole(
        Mapping(entries, own.place),
        tuple(model.Part(use.name, use.say) for use in uses),
        tuple(sorted((use.body.place, use.name) for use in uses)),
    )


def _joined(section: str, mine: Entry, added: Entry, faults: list[Fault]) -> Entry:
    match mine.value, added.value:
        case Scalar(""), _:
            return added
        case Listing(()), _ if section == "exits":
            return mine  # which is refused, as it is without a part
        case Mapping(), Mapping() if section == "tracks":
            return _with(mine, _tracks(mine.value, added.value, faults))
        case Mapping(), Mapping() if section != "otherwise":
            return _with(mine, _named(mine.value, added.value, faults, again=section in DECLARED))
    if section == "otherwise":
        faults.append(Fault(added.key.place, "`otherwise` is here twice", "write it once", mine.key.place))
    elif section == "exits":
        return _with(mine, _exits(mine.value, added.value))
    elif isinstance(mine.value, Listing) and isinstance(added.value, Listing):
        return _with(mine, Listing((*mine.value.items, *added.value.items), mine.value.place))
    return mine


def _with(entry: Entry, value: Node) -> Entry:
    return Entry(entry.key, value)


def _named(mine: Mapping, added: Mapping, faults: list[Fault], *, again: bool) -> Mapping:
    entries = dict(mine.entries)
    for key, entry in added.entries.items():
        first = entries.setdefault(key, entry)
        if first is not entry and not (again and plain(first.value) == plain(entry.value)):
            instead = "write it once, or in the very same words" if again else "write it once"
            faults.append(Fault(entry.key.place, f"`{key}` is here twice", instead, first.key.place))
    return Mapping(entries, mine.place)


def _tracks(mine: Mapping, added: Mapping, faults: list[Fault]) -> Mapping:
    entries = dict(mine.entries)
    for name, entry in added.entries.items():
        first = entries.setdefault(name, entry)
        if first is not entry and isinstance(first.value, Mapping) and isinstance(entry.value, Mapping):
            entries[name] = _with(first, _track(first.value, entry.value, faults))
    return Mapping(entries, mine.place)


def _track(mine: Mapping, added: Mapping, faults: list[Fault]) -> Mapping:
    """Add to a track: its states and transitions add up, all else is said once."""
    entries = dict(mine.entries)
    for key, entry in added.entries.items():
        first = entries.setdefault(key, entry)
        if first is entry:
            continue
        if key in ("states", "transitions"):
            entries[key] = _joined(key, first, entry, faults)
        else:
            faults.append(Fault(entry.key.place, f"`{key}` is here twice", "say it once", first.key.place))
    return Mapping(entries, mine.place)


def _exits(mine: Node, added: Node) -> Listing:
    """Add up exits: one that several parts name is one exit."""
    return Listing(tuple(_items(mine, added)), mine.place)


def _items(mine: Node, added: Node) -> Iterator[Node]:
    own = mine.items if isinstance(mine, Listing) else (mine,)
    yield from own
    there = [plain(item) for item in own]
    for item in added.items if isinstance(added, Listing) else (added,):
        if plain(item) not in there:
            yield item
