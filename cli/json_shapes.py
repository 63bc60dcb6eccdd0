"""From the values of the caseload to JSON: every field under its own name, nothing added, nothing hidden."""

import json
from datetime import date
from typing import Any

from cli.printing import say
from pathways.terms import Condition


def print_json(value: object) -> None:
    """Print a value as JSON, with letters as they are."""
    say(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: object) -> Any:  # noqa: ANN401  # whatever JSON can say
    """Turn a value into what JSON can say."""
    if isinstance(value, Condition):
        return value.text  # beside it stands its compiled form, which is nothing to read
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if fields := fields_of(value):
        return {name: plain(getattr(value, name)) for name in fields}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def fields_of(value: object) -> tuple[str, ...]:
    """Name the fields of a struct or a named tuple, or none for anything else."""
    fields: tuple[str, ...] = getattr(value, "__struct_fields__", ()) or getattr(value, "_fields", ())
    return fields
