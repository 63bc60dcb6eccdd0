"""Prompts for a role that nobody holds, and escalations to one: they would reach nobody."""

from collections.abc import Iterable, Iterator

from pathways.model import Pathway, Rule
from pathways.proving.verdicts import Found

_NAMED = 3


def unheld_roles(pathway: Pathway, unheld: Iterable[str]) -> list[Found]:
    """Find what is for one of the roles that nobody holds, or is told to it."""
    return [each for role in unheld for each in _of_role(pathway, role)]


def _of_role(pathway: Pathway, role: str) -> Iterator[Found]:
    rules = [*pathway.rules, pathway.otherwise]
    ids = [rule.id for rule in rules if role in _roles(rule)]
    if ids:
        named = ", ".join(f"`{each}`" for each in ids[:_NAMED])
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        what = f"nobody holds the role {role}: {named}{more} would reach nobody"
        yield Found(kind="nobody-in-role", about=(role,), what=what)


def _roles(rule: Rule) -> set[str]:
    return {rule.role, *(each.tell for each in rule.then)}
