"""Hands a text over to an address: mail, SMS, chat, webhook. The home of apprise.

The library answers yes or no and says why in its log. It is not asked to try again, nor to believe a
redirect; how long it may take is limited here as a whole, as a server that sends a byte now and then would
pass every limit on one answer.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from pathways.errors import CarepathError
from pathways.moments import Moment
from scheduler.delivery import DeliveryFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

MAIL_HEADER, HOOK_HEADER = "X-Carepath-Delivery", "Idempotency-Key"
_MAIL = frozenset({"mailto", "mailtos"})
_CODE = re.compile(r"error=(\d{3})|\((\d{3}), b|refused: (\d{3})")
_ASKED_AGAIN = 0.1  # seconds


class Counted(NamedTuple):
    """A deed that a message counts: its number, and when it was written down, as numbers are given again."""

    deed: int
    at: Moment


class Text(NamedTuple):
    """What is sent. A title may stand on a locked screen, so it says less.

    One that tells only how many things there are to do `counts` those deeds that waited with it.
    """

    title: str
    body: str
    counts: tuple[Counted, ...] = ()


class Limits(NamedTuple):
    """For how long a server may keep silent, and for how long a message may take as a whole, in seconds."""

    answer: float = 10.0
    whole: float = 30.0


LIMITS = Limits()
# Hands a text over to an address, with a key by which a repeat is known; raises `DeliveryFailed`.
HandOver: TypeAlias = Callable[[str, Text, str], None]


def hand_over(
    url: str,
    text: Text,
    key: str,
    *,
    limits: Limits = LIMITS,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Hand a text over, or raise `DeliveryFailed` with a reason that names nobody."""
    plugin = _plugin(url)
    if plugin is None:
        raise DeliveryFailed("the address is none that can be used")
    plugin.socket_connect_timeout = plugin.socket_read_timeout = limits.answer
    if hasattr(plugin, "headers"):
        plugin.headers[MAIL_HEADER if kind_of(url) in _MAIL else HOOK_HEADER] = key

    def work() -> str:
        with _overheard() as said:
            # Not said what it is, mail would be HTML, in which lines run together.
            accepted = plugin.notify(title=text.title, body=text.body, body_format="text")
        return "" if accepted else _reason(said)

    if reason := _within(limits.whole, stopped, work):
        raise DeliveryFailed(reason)


def check(url: str) -> None:
    """Refuse an address that cannot be used, without trying it."""
    if _plugin(url) is None:
        msg = (
            f"An address that begins with {kind_of(url) or 'nothing'!r} cannot be used: write one such as "
            "mailto://server?from=carepath@hospital.example&to=me@hospital.example or jsons://server/path, "
            "see docs/how-to/channels.md."
        )
        raise CarepathError(msg)


def kind_of(url: str) -> str:
    """Return what an address begins with, such as `mailto`."""
    kind, there, _ = url.partition("://")
    return kind.lower() if there else ""


def masked(url: str) -> str:
    """Write an address so that it may be seen: any part but its kind can be a secret."""
    return f"{kind_of(url)}://..."


def server_of(url: str) -> str:
    """Say which server an address leads to: what hangs for one message hangs for the next."""
    return f"{kind_of(url)}://{urlsplit(url).netloc.rpartition('@')[2].lower()}"


def _plugin(url: str) -> Any:  # noqa: ANN401 - one of the library's many classes
    from apprise import Apprise, AppriseAsset

    _listen()
    asset = AppriseAsset(app_id="carepath", app_desc="carepath", app_url="", http_redirects=False)
    with _overheard():
        return Apprise.instantiate(url, asset=asset)


def _within(limit: float, stopped: Callable[[], bool], work: Callable[[], str]) -> str:
    """Do work, but wait for it no longer than a limit; what it does after that is nobody's business."""
    answers: SimpleQueue[str] = SimpleQueue()

    def answer() -> None:
        try:
            answers.put(work())
        except Exception as error:  # noqa: BLE001 - a fault of the library is a failure of this message
            answers.put(f"it could not be sent: {type(error).__name__}")

    threading.Thread(target=answer, name="hand-over", daemon=True).start()
    until = monotonic() + limit
    while (left := until - monotonic()) > 0 and not stopped():
        try:
            return answers.get(timeout=min(left, _ASKED_AGAIN))
        except Empty:
            continue
    return "the scheduler was stopped meanwhile" if stopped() else "no answer in time"


def _reason(said: "Sequence[str]") -> str:
    """Say why something failed by what the library said, which names addresses."""
    for line in said:
        if found := _CODE.search(line):
            return f"the server answered {next(filter(None, found.groups()))}"
    if any("timed out" in line for line in said):
        return "no answer in time"
    return "the server could not be reached, or hung up"


class _Overhearing(logging.Handler):
    """Keeps what the library says in the thread that asked it; it never goes to a log of ours."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        said = getattr(self.heard, "said", None)
        if said is not None:
            said.append(record.getMessage())


_OVERHEARING = _Overhearing()


def _listen() -> None:
    library = logging.getLogger("apprise")
    library.propagate = False
    library.setLevel(logging.DEBUG)
    if _OVERHEARING not in library.handlers:
        library.addHandler(_OVERHEARING)


@contextmanager
def _overheard() -> Iterator[list[str]]:
    said: list[str] = []
    _OVERHEARING.heard.said = said
    try:
        yield said
    finally:
        _OVERHEARING.heard.said = None
