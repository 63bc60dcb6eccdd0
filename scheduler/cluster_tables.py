"""Whether the engine can work: its tables are in the database, as this version of it wants them.

They may go while a worker lives: somebody drops them, a newer worker makes its own. So they are looked at
whenever the engine ended by itself, and now and then.
"""

import logging
from collections.abc import Iterable
from typing import Literal, TypeAlias

from pathways.errors import CarepathError
from scheduler.cluster_engine import make_tables

log = logging.getLogger(__name__)

Found: TypeAlias = Literal["there", "made", "away"]


class Tables:
    """The tables of the engine as one worker finds them; what is wrong with them it says once."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._said = ""

    def look(self, lost: Iterable[str] = ()) -> Found:
        """See that they are there, and say what is wrong; `lost` says how the engine ended if it did."""
        try:
            made = make_tables(self._place)
        except CarepathError as problem:
            self._say(logging.ERROR, f"cluster_waits: {problem}")
            return "away"
        except Exception:
            log.exception("cluster_waits")
            return "away"
        if kinds := ", ".join(sorted(set(lost))):
            self._say(logging.INFO, f"cluster_begins_anew: the engine had lost the database ({kinds})")
        else:
            self._goes_on()
        if made:
            log.info("cluster_made: the tables of the engine")
        return "made" if made else "there"

    def _goes_on(self) -> None:
        """Say that what was said is over: what is said once looks the same an hour later."""
        if self._said:
            log.info("cluster_goes_on: the tables of the engine are there")
        self._said = ""

    def _say(self, level: int, sentence: str) -> None:
        if sentence != self._said:
            log.log(level, "%s", sentence)
        self._said = sentence
