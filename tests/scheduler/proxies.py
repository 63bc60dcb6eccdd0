"""A way to the server that can be cut: connections that are there break, and new ones are refused."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict


class Proxy:
    """Listens on loopback and passes on to the socket of the server whatever comes, until it is cut."""

    def __init__(self, place: str) -> None:
        self._name = conninfo_to_dict(place)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[socket.socket] = []
        self._open = True
        self._letting_in = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        port = self._server.getsockname()[1]
        return f"postgresql://{self._name['user']}@127.0.0.1:{port}/{self._name['dbname']}"

    def cut(self) -> None:
        """Break what is there, and let nobody in."""
        with self._letting_in:
            self._open = False
            while self._pairs:
                each = self._pairs.pop()
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._open = True

    def end(self) -> None:
        self.cut()
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it was closed
            while True:
                here, _ = self._server.accept()
                with self._letting_in:
                    self._let_in(here)

    def _let_in(self, here: socket.socket) -> None:
        if not self._open:
            here.close()
            return
        there = socket.socket(socket.AF_UNIX)
        there.connect(f"{self._name['host']}/.s.PGSQL.5432")
        self._pairs += (here, there)
        for source, target in ((here, there), (there, here)):
            threading.Thread(target=_pass, args=(source, target), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
    source.close()


@contextmanager
def proxy(place: str) -> Iterator[Proxy]:
    between = Proxy(place)
    try:
        yield between
    finally:
        between.end()
