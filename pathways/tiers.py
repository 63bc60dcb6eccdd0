"""The tiers of prompts by their names, the most urgent first. Imports nothing slow: lists use it."""

from typing import Final

STOP: Final = "stop"
DUE: Final = "due"
INFO: Final = "info"
TIERS: Final = (STOP, DUE, INFO)
