"""The keys that messages keep, however often they are tried, so that who receives them can drop a repeat."""

from hashlib import sha256


def delivery_key(site: str, *parts: str | int) -> str:
    """Make a key of what a message is about, to whom and through what.

    The parts say what it is, never the number of a row: a database brought back from a backup gives its
    numbers again, to other messages, which would be dropped as repeats.
    """
    return sha256("\x1f".join((site, *map(str, parts))).encode()).hexdigest()[:32]
