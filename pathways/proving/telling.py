"""Examples told as stories, as authors write them, with what was really shown on each line."""

from collections.abc import Mapping
from datetime import date

from pathways.proving.days import ZONE
from pathways.proving.scenes import Shown
from pathways.stories import play, read_stories
from pathways.story_text import COLUMNS, Action

_UNSEEN = "?"
_SAID_IF_NONE = ("overdue", "banners")


def told(found: Shown, title: str) -> str:
    """Tell an example as a story that can be put into a file of stories."""
    [story] = read_stories(_table(found, title, None))
    lines = {row.line: at for at, row in enumerate(story.rows)}
    seen = {(lines[each.line], each.column): each.found for each in play(found.pathway, story).mismatches}
    return _table(found, title, seen)


def _table(found: Shown, title: str, seen: Mapping[tuple[int, str], tuple[str, ...]] | None) -> str:
    """Write the table; before anything was seen, with something in each cell that is never shown."""
    begins = found.plan.begins
    rows = []
    for at, line in enumerate(found.lines):
        happened = "; ".join(_spoken(each, begins) for each in line.actions)
        shown = [_UNSEEN if seen is None else _cell(seen.get((at, name), ()), name) for name in COLUMNS[2:]]
        when = f"{line.when.day} {line.when.time}".strip()
        rows.append("".join(f"| {cell} " if cell else "| " for cell in (when, happened, *shown)) + "|")
    return "\n".join(
        [
            f"## {title}",
            "",
            f"Begins {begins} in {ZONE}.",
            "",
            f"| {' | '.join(COLUMNS)} |",
            f"| {' | '.join('---' for _ in COLUMNS)} |",
            *rows,
        ]
    )


def _cell(shown: tuple[str, ...], column: str) -> str:
    return ", ".join(shown) or ("none" if column in _SAID_IF_NONE else "")


def _spoken(action: Action, begins: date) -> str:
    verb = () if action.verb == "advance" else (action.verb,)
    words = " ".join([*verb, *filter(None, [action.about]), *(_pair(each, begins) for each in action.facts)])
    at = f" at day {action.at.day}" if action.at else ""
    return f"{words}{at}{f' because {action.because}' if action.because else ''}"


def _pair(pair: str, begins: date) -> str:
    name, _, value = pair.partition("=")
    try:
        return f"{name}=day {(date.fromisoformat(value) - begins).days}"
    except ValueError:
        plain = value and not set(value) & set(' ";,|=`')
        return f"{name}={value}" if plain else f'{name}="{value}"'
