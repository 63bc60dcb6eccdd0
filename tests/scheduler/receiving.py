"""A receiver in this process that answers, refuses, hangs up, or kills, and keeps the keys of what came."""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from scheduler.channels import Text
from scheduler.delivery import DeliveryFailed
from tests.scheduler.drill import Unplugged

# After a message arrived: answer, refuse it, hang up, or the process that sends dies, before or after.
Fate: TypeAlias = Literal["answers", "refuses", "hangs up", "dies before", "dies after"]


class Came(NamedTuple):
    """A message that arrived: with which key, for whom, and what it says."""

    key: str
    whom: str
    text: str


def address(name: str, channel: str) -> str:
    """Make the address of somebody, in which the receiver can read whose it is."""
    return f"json://127.0.0.1:9/{name}/{channel}"


class Receiver:
    """Takes the place of a server. `watch` sees each message, `meanwhile` runs before it is answered."""

    def __init__(self, watch: Callable[[Came], None] = lambda _: None) -> None:
        self.fate: Fate = "answers"
        self.came: list[Came] = []
        self.printed: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self._watch = watch

    def __call__(self, url: str, text: Text, key: str) -> None:
        came = Came(key, urlsplit(url).path.split("/")[1], f"{text.title}\n{text.body}")
        self._watch(came)
        if self.fate == "dies before":
            raise Unplugged
        if self.fate == "refuses":
            raise DeliveryFailed("the server answered 503")
        self.came.append(came)
        self.meanwhile()
        if self.fate == "hangs up":
            raise DeliveryFailed("the server could not be reached, or hung up")
        if self.fate == "dies after":
            raise Unplugged

    def keys(self) -> set[str]:
        """Return what somebody has who drops what came before."""
        return {each.key for each in self.came}

    def taken(self) -> list[Came]:
        """Return what came and is not taken yet."""
        came, self.came = self.came, []
        return came
