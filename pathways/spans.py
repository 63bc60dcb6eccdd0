"""Lengths of time that are the same everywhere, in microseconds. It imports nothing, so lists may use it."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR  # of elapsed time: a day on the calendar may be longer or shorter
