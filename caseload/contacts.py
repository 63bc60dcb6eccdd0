"""Contacts: what one person holds, a contact for each patient, in parts, the most urgent first.

Works on rows as the lists have them, so that only what is shown has to be described. `carepath today` asks
it, so it may import nothing slow.
"""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from storage.lists import by_coming, by_taken, by_tier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from caseload.prompt_lines import Line
    from storage.lists import PromptLine

L = TypeVar("L", bound="PromptLine | Line")

OVERDUE, TODAY, ESCALATED, NOT_MOVING = "overdue", "today", "escalated", "not moving"
OPEN, COMING, OTHERS = "open", "coming", "with others"
# In the order in which they are shown, and in which they count against a budget.
PARTS = (OVERDUE, TODAY, ESCALATED, NOT_MOVING, OPEN, COMING, OTHERS)
# One's own, what was escalated to one, and what rests with others: three contacts, if it must be.
APART = (ESCALATED, OTHERS)

Key: TypeAlias = tuple[int, ...]
Placed: TypeAlias = "tuple[str, PromptLine]"
Entry: TypeAlias = "list[Placed]"
Group: TypeAlias = "tuple[Key, str, list[Placed]]"


class Chosen(NamedTuple):
    """The contacts to show, how many of each part are known and are not, and whether there are more.

    `cut` counts the patients of whom a budget leaves something out.
    """

    chosen: "list[Group]"
    beyond: dict[str, int]
    more: frozenset[str]
    budget: int | None = None
    cut: int = 0


def key(part: str, line: "PromptLine") -> Key:
    """Sort by danger, then by part, then as the list of that part is sorted."""
    stop = line.tier == "stop" and part != COMING
    within = by_coming(line) if part == COMING else by_taken(line) if part == NOT_MOVING else by_tier(line)
    return (not stop, PARTS.index(part), *within)


def contacts(placed: "Iterable[Placed]") -> list[Group]:
    """Put together what a patient needs, each contact in the part of what is most urgent of it."""
    together: dict[tuple[str, str], list[Placed]] = {}
    for part, line in placed:
        apart = part if part in APART else ""
        together.setdefault((line.patient_id, apart), []).append((part, line))
    groups = [_group(each) for each in together.values()]
    return sorted(groups, key=lambda group: group[0])


def _group(placed: list[Placed]) -> Group:
    placed.sort(key=lambda each: key(*each))
    return key(*placed[0]), placed[0][0], placed


def entries(
    placed: "Iterable[tuple[str, L]]", alike: "Callable[[L], tuple[object, ...]]"
) -> "list[list[tuple[str, L]]]":
    """Put prompts that ask one person for the same thing, on several pathways of a patient, together."""
    found: list[list[tuple[str, L]]] = []
    by_likeness: dict[tuple[object, ...], list[list[tuple[str, L]]]] = {}
    for each in placed:
        beside = by_likeness.setdefault(alike(each[1]), [])
        # On one pathway two prompts of a rule are about different things, such as two bookings.
        entry = next((one for one in beside if all(each[1].pathway != line.pathway for _, line in one)), None)
        if entry is None:
            entry = []
            found.append(entry)
            beside.append(entry)
        entry.append(each)
    return found


# Which parts a line of a list can begin a contact of, or one of what is kept of a list, or of the rest of it.
BEGINS: "Mapping[str, tuple[str, ...]]" = {
    OVERDUE: (OVERDUE, OTHERS),
    OPEN: (TODAY, OPEN, OTHERS),
    COMING: (COMING,),
    NOT_MOVING: (NOT_MOVING,),
    f"own {OVERDUE}": (OVERDUE,),
    f"own {OPEN}": (TODAY, OPEN),
    f"own {COMING}": (COMING,),
    f"others' {OVERDUE}": (OTHERS,),
    f"others' {OPEN}": (OTHERS,),
    f"others' {COMING}": (),
}


def sure(cut: "Mapping[str, PromptLine]") -> dict[str, Key]:
    """Say for each part up to where nothing is missing of it, when lists were cut after some lines.

    What was not read comes later in its list, and so in each part it could stand in.
    """
    bounds: dict[str, Key] = {}
    for source, last in cut.items():
        for part in BEGINS[source]:
            bounds[part] = min(key(part, last), bounds.get(part, key(part, last)))
    return bounds


def first(groups: "Sequence[Group]", part: str, bound: Key | None) -> list[Group]:
    """Return the contacts of a part of which it is certain that none comes before them."""
    return [group for group in groups if group[1] == part and (bound is None or group[0] <= bound)]
