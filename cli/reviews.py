"""What lists say of pathways that nobody has approved; `today` says it too, so nothing slow is imported."""

from collections.abc import Iterable


def not_approved(found: Iterable[tuple[str, str]]) -> str:
    """Say which pathways are not approved, of their statuses and names; empty when all of them are."""
    by_review: dict[str, set[str]] = {}
    for review, name in found:
        if review != "approved":
            by_review.setdefault(review, set()).add(name)
    said = (f"{', '.join(sorted(names))} ({review})" for review, names in sorted(by_review.items()))
    return f"Not approved by a clinician: prompts of {'; '.join(said)}." if by_review else ""
