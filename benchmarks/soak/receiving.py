"""A server on this machine that takes messages, keeps their keys, and refuses for a while when told to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """What arrived, by its key; `answer` is the code that is answered with, none hangs up."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.answer: int | None = 200
        self.port = 0

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Take one message, or not."""
        request.rfile.read(int(request.headers.get("Content-Length", 0)))
        answer = self.answer
        if answer == 503:  # noqa: PLR2004 - refused: it is not there
            request.send_response(answer)
            request.end_headers()
            return
        self.keys.append(request.headers["Idempotency-Key"])
        if answer is not None:
            request.send_response(answer)
            request.end_headers()

    def refusing(self, seconds: float) -> None:
        """Refuse whatever comes for so long."""
        self._answering(503, seconds)

    def hanging_up(self, seconds: float) -> None:
        """Take whatever comes for so long, and hang up without a word."""
        self._answering(None, seconds)

    def _answering(self, code: int | None, seconds: float) -> None:
        self.answer = code
        time.sleep(seconds)
        self.answer = 200


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Take messages while the block runs."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as the library calls it
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
