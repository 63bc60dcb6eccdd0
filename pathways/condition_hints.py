"""What would be right instead: hints for whoever wrote a condition that makes no sense."""

from pathways.condition_names import Kind
from pathways.expression import Call, Literal, Node

_REFUSED = {"_/_": "division", "_%_": "the remainder `%`", "_[_]": "picking from a list"}


def unusable(node: Call) -> tuple[int, str, str]:
    """Say where and why an operator or a function cannot be used, and what can."""
    if node.function in _REFUSED:
        return node.at, f"{_REFUSED[node.function]} cannot be used in a condition", ""
    start = max(0, node.at - len(node.function))  # the place is that of the bracket
    usage = {"days": "write `days(from, to)`", "date": 'give one fixed day: `date("2026-01-31")`'}
    if node.function in usage:
        return start, f"`{node.function}` is not used like this", usage[node.function]
    return (
        start,
        f"there is no function `{node.function}`",
        'there are `days(from, to)` and `date("2026-01-31")`',
    )


def rewritten(part: Literal, other: Kind) -> str:
    """Say how a fixed value should be written to go with something of another kind."""
    match part.value, other.sort:
        case bool(), _:
            return ""
        case int() as whole, "number":
            return f"write {whole}.0"
        case float() as number, "whole":
            return f"write {number:.0f}"
        case str() as text, "number" | "whole":
            return f"write {text} without quotation marks"
        case str(), "day":
            return as_day(part)
        case str(), "yes-no":
            return "leave out the comparison, or put `!` before it for no"
    return ""


def as_day(node: Node) -> str:
    """Say how a day is written, to whoever wrote it as a text."""
    return 'write it as `date("2026-01-31")`' if isinstance(node, Literal) else ""


def as_condition(kind: Kind) -> str:
    """Say how something of a kind is made a condition."""
    examples = {
        "number": "> 2.6",
        "whole": "> 14",
        "day": '< date("2026-01-31")',
        "text": f'== "{(*kind.of, "...")[0]}"',
    }
    return f"compare it, as in `{examples[kind.sort]}`"


def symbol(node: Call) -> str:
    """Return an operator as it is written."""
    return node.function.strip("_@").replace("_", " ")


def start(node: Node) -> int:
    """Return where a part begins, as well as the tree tells: an operator stands after its first part."""
    return start(node.arguments[0]) if isinstance(node, Call) and node.function[0] == "_" else node.at
