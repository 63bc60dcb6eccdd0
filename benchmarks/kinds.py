"""Databases to measure on, of one kind: files, or the same on a server that is started for it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks import caseloads
from storage import copying
from storage.connection import Database
from tests.servers import Machine

SQLITE, POSTGRES = "sqlite", "postgres"


class Sites:
    """Makes databases in a folder, and with a server copies them there: as `carepath copy` does."""

    def __init__(self, folder: Path, machine: Machine | None = None) -> None:
        self.folder, self._machine = folder, machine

    @property
    def on_server(self) -> bool:
        """Whether they are on a server."""
        return self._machine is not None

    def small(self, name: str, entries: int) -> Database:
        """Make a database with one patient whose history has so many entries."""
        return self._placed(caseloads.small(self.folder / f"{name}.db", entries), name)

    def large(self, name: str, patients: int) -> Database:
        """Make a database with so many patients and about ten times as many prompts."""
        return self._placed(caseloads.large(self.folder / f"{name}.db", patients), name)

    def empty(self, name: str) -> str:
        """Name a place where nothing is yet."""
        if self._machine is None:
            return str(self.folder / f"{name}.db")
        with psycopg.connect(self._machine.address, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return beside(self._machine.address, name)

    def _placed(self, made: Database, name: str) -> Database:
        if self._machine is None:
            return made
        address = self.empty(name)
        with made:
            copying.copy(made, address)
        for each in self.folder.glob(f"{name}.db*"):
            each.unlink()
        return Database(address)


@contextmanager
def sites(folder: Path, kind: str) -> Iterator[Sites]:
    """Give databases of a kind as long as the block runs; the server keeps what it acknowledges."""
    if kind == SQLITE:
        yield Sites(folder)
        return
    machine = Machine()
    try:
        yield Sites(folder, machine)
    finally:
        machine.gone()
        shutil.rmtree(folder, ignore_errors=True)


def beside(address: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
