"""How much a message says: everything, no words of the pathway, or only how many. It imports nothing slow."""

from typing import Final

FULL: Final = "full"
TASK: Final = "task"
COUNT: Final = "count"
