"""Makes the same site on a server, to be kept as this version leaves it: run by hand, after `make.py`.

python -m tests.storage.earlier.make_server 0004
"""

import lzma
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.connection import Database
from storage.copying import copy
from tests import servers
from tests.storage.earlier_sites import KEPT, left_by


def main(version: str) -> None:
    with (
        TemporaryDirectory() as folder,
        Database(left_by(version, Path(folder, "care.db"))) as database,
    ):
        place = servers.empty_address()
        copy(database, place)
    said = subprocess.run(
        [servers.folder_of_tools() / "pg_dump", "--inserts", "--no-owner", "--no-privileges", place],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    servers.give_back()
    # What begins so is meant for psql.
    text = "\n".join(line for line in said.splitlines() if not line.startswith("\\"))
    kept = KEPT / f"schema-{version}.postgres.sql.xz"
    kept.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main(sys.argv[1])
