"""The log of the scheduler: lines for people, or one JSON object a line for programs."""

import json
import logging
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from cli.printing import say, visible

_WORD = re.compile(r"(?P<action>[a-z][a-z_]*):?(?:\s+(?P<says>.*))?", re.DOTALL)
_PROMPT = re.compile(r"(?P<patient>\S+)/(?P<number>[0-9]{1,9})(?=[\s:,;.]|$)")
SAID, TOLD = "said", "told"
log = logging.getLogger("carepath")


def begin_log(kind: str, *, quiet: bool = False) -> Callable[[str], None]:
    """Set the log up, and return what writes a line of what is told.

    `quiet` leaves out what is only for people who look on. As JSON all goes to the output.
    """
    if kind == "json":
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonLines())
        root = logging.getLogger()
        root.handlers, root.level = [handler], logging.INFO
        return log.info
    if not quiet:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    return say


def whole_messages(kind: str, write: Callable[[str], None]) -> Callable[[str], None]:
    """Return what writes a message of several lines: for programs as one, with an action word of its own."""
    return write if kind != "json" else lambda text: write(f"{TOLD}: {text}")


class JsonLines(logging.Formatter):
    """Writes `at`, `level`, `action` (one word), `says`, and `prompt` where the line is about one.

    Of a fault only its kind and place: what it says may hold anything.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write a line."""
        found = _WORD.fullmatch(record.getMessage())
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "action": found["action"] if found else SAID,
            "says": visible((found["says"] or "") if found else record.getMessage()),
        }
        if prompt := _PROMPT.match(line["says"]):
            line["prompt"] = prompt[0]
        return json.dumps(line | _fault(record), ensure_ascii=False)


def _fault(record: logging.LogRecord) -> dict[str, str]:
    if record.exc_info is None or record.exc_info[0] is None:
        return {}
    trace = record.exc_info[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}" if trace else ""
    return {"fault": record.exc_info[0].__name__, "where": where}
