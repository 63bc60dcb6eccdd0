"""Servers on loopback that answer, refuse, hang, and hang up after they have taken a message."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from typing import Any, Literal, NamedTuple, TypeAlias

from aiosmtpd.controller import Controller

from tests.scheduler.children import PATIENCE

Does: TypeAlias = Literal["answers", "drops", "hangs", "trickles"] | int


# One that nobody lets go hangs up after so many seconds, which whoever waits for an answer can tell.
HANGS_FOR = 2 * PATIENCE


class Received(NamedTuple):
    """What arrived: its key, and what it says."""

    key: str
    text: str


class Hook:
    """A webhook. `does` is what comes after a message has arrived: a code to answer with, or worse."""

    def __init__(self, does: Does = 200) -> None:
        self.does = does
        self.received: list[Received] = []
        self.released = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.answer(self)

            def do_GET(self) -> None:
                hook.answer(self)

            def log_message(self, *_: Any) -> None:  # noqa: ANN401
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        if body:
            text = json.loads(body)
            self.received.append(
                Received(request.headers["Idempotency-Key"], f"{text['title']}\n{text['message']}")
            )
        match self.does:
            case "hangs":
                self.released.wait(HANGS_FOR)
            case "trickles":
                over = monotonic() + HANGS_FOR
                while monotonic() < over and not self.released.wait(0.05):
                    request.wfile.write(b"H")
            case "drops":
                request.connection.shutdown(socket.SHUT_RDWR)
            case int(code):
                request.send_response(code)
                if code == 302:
                    request.send_header("Location", "/elsewhere")
                    self.does = 200
                request.end_headers()

    def once(self) -> list[Received]:
        """Return what a receiver has that drops what it got before."""
        return list({each.key: each for each in self.received}.values())


@contextmanager
def hook(does: Does = 200) -> Iterator[Hook]:
    server = Hook(does)
    thread = threading.Thread(
        target=server._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server._server.shutdown()
        server._server.server_close()
        thread.join()


class Mailbox:
    """What a mail server does with what comes, and what it was given."""

    def __init__(self, answer: str = "250 OK", *, hangs_up: bool = False, knows: str = "250 OK") -> None:
        self.answer = answer
        self.hangs_up = hangs_up
        self.hangs = False
        self.knows = knows
        self.received: list[Received] = []
        self.types: list[str] = []
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self,
        _server: Any,  # noqa: ANN401
        _session: Any,  # noqa: ANN401
        envelope: Any,  # noqa: ANN401
        address: str,
        _options: list[str],
    ) -> str:
        if self.knows.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.knows

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802
        mail = message_from_bytes(envelope.content, policy=default)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        self.types = [part.get_content_type() for part in parts]
        body = "".join(part.get_content() for part in parts)
        self.received.append(Received(mail["X-Carepath-Delivery"], f"{mail['Subject']}\n{body}"))
        if self.hangs_up:
            server.transport.abort()
        over = monotonic() + HANGS_FOR
        while self.hangs and monotonic() < over:  # noqa: ASYNC110 - let go by another thread
            await asyncio.sleep(0.01)
        return self.answer

    @property
    def url(self) -> str:
        """Its address, written as the page about channels says."""
        return f"mailto://127.0.0.1:{self.port}?from=carepath@site.example&to=anna@site.example"


class Listening(Controller):  # type: ignore[misc]  # the library has no types
    """Serves at a port that is taken already: between finding a free one and taking it another might."""

    def __init__(self, box: Mailbox, listening: socket.socket, *, port: int) -> None:
        super().__init__(box, hostname="127.0.0.1", port=port, ready_timeout=PATIENCE)
        self._listening = listening

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        made: Awaitable[asyncio.AbstractServer] = self.loop.create_server(
            self._factory_invoker, sock=self._listening
        )
        return made


@contextmanager
def mailbox(
    answer: str = "250 OK", *, hangs_up: bool = False, hangs: bool = False, knows: str = "250 OK"
) -> Iterator[Mailbox]:
    box = Mailbox(answer, hangs_up=hangs_up, knows=knows)
    box.hangs = hangs
    listening = socket.create_server(("127.0.0.1", 0))
    box.port = listening.getsockname()[1]
    controller = Listening(box, listening, port=box.port)
    try:
        controller.start()
        yield box
    finally:
        box.hangs = False
        controller.stop(no_assert=True)
        listening.close()


def until(server: Hook | Mailbox, count: int) -> None:
    """Wait for a server to have so many messages."""
    ends = monotonic() + PATIENCE
    while len(server.received) < count:
        assert monotonic() < ends, f"{len(server.received)} of {count} in time"
        sleep(0.01)


@contextmanager
def deaf_port() -> Iterator[int]:
    """Give a port at which nobody listens, nor anybody begins to meanwhile."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]
