"""Answers Prometheus over HTTP while the scheduler runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cli import clock
from pathways.errors import CarepathError
from scheduler.metrics import CONTENT_TYPE, TickTimes, metrics, unreadable, written
from storage.connection import Database

BUSY = 0.5  # seconds


@contextmanager
def answering(path: Path, times: TickTimes, *, host: str, port: int | None) -> Iterator[None]:
    """Answer `/metrics` for as long as the block takes; without a port, not at all."""
    if port is None:
        yield
        return
    try:
        server = ThreadingHTTPServer((host, port), _handler(path, times))
    except OSError as error:
        msg = f"Nothing can answer at {host}, port {port} ({error.strerror}): choose another --metrics-port."
        raise CarepathError(msg) from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def read(path: Path, times: TickTimes) -> str:
    """Return all numbers as they are now."""
    try:
        with Database(path, busy=BUSY) as database:
            return written(metrics(database, times, now=clock.now()))
    except CarepathError:
        return written(unreadable())


def _handler(path: Path, times: TickTimes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(HTTPStatus.NOT_FOUND, "Only /metrics is here.")
                return
            body = read(path, times).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the log is for what happens to prompts."""

    return Handler
