"""The one module that reads the wall clock: once per command, and passed down from there."""

import time


def now() -> int:
    """Return the present moment, in whole microseconds since 1970 in UTC."""
    return time.time_ns() // 1000
