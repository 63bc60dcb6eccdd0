"""Answers Prometheus over HTTP while the scheduler runs."""

import errno
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cli import clock
from cli.metrics_port import PortTaken
from pathways.errors import CarepathError
from scheduler.metrics import CONTENT_TYPE, TickTimes, metrics, unreadable, written
from storage.connection import Database

log = logging.getLogger(__name__)

BUSY = 0.5  # seconds


@contextmanager
def answering(path: Path, times: TickTimes, *, host: str, port: int | None) -> Iterator[None]:
    """Answer `/metrics` for as long as the block takes; without a port, not at all."""
    if port is None:
        yield
        return
    server = _server(host, port, _handler(path, times))
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of who hung up before the end; of a fault no more than its kind."""
        fault = sys.exception()
        if not isinstance(fault, ConnectionError | TimeoutError):
            log.error("metrics_failed: %s", type(fault).__name__)


def _server(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    if not host:
        msg = "An empty --metrics-host would be every address of this machine: name one, or 0.0.0.0 for all."
        raise CarepathError(msg)
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        of_family = type("_OfFamily", (_Server,), {"address_family": family})
        server: ThreadingHTTPServer = of_family(address[:2], handler)
    except OSError as error:
        msg = (
            f"Nothing can answer at {host}, port {port} ({error.strerror}): choose another --metrics-host or "
            "--metrics-port."
        )
        raise (PortTaken if error.errno == errno.EADDRINUSE else CarepathError)(msg) from None
    return server


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
