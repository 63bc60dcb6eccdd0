"""Sites as earlier versions of the program left them: made with the program of then, see earlier/make.py.

That of 0001 has no program of its own: it is that of 0002 without the views, all that the step makes.
"""

import lzma
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

from storage.schema import MIGRATIONS, Steps
from storage.version import SCHEMA
from tests import servers

KEPT = Path(__file__).with_name("earlier")
VERSIONS = tuple(sorted(path.name[len("schema-") :][:4] for path in KEPT.glob("schema-????.sql.xz")))
ON_SERVER = tuple(sorted(path.name[len("schema-") :][:4] for path in KEPT.glob("schema-*.postgres.sql.xz")))
NEXT = "9000"
_STEP = f"""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{NEXT}", "{SCHEMA}"


def upgrade() -> None:
    op.create_table("ward", sa.Column("id", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("id"))
    op.add_column("patient", sa.Column("ward", sa.Text(), nullable=True))
    op.execute("INSERT INTO ward (id) SELECT DISTINCT owner FROM enrolment")
    op.execute("UPDATE patient SET ward = 'W-1'")
    op.create_index("patient_ward", "patient", ["ward"])
    op.drop_index("prompt_coming", "prompt")
"""  # noqa: S608 - a step as it stands in a file


def left_by(version: str, path: Path) -> Path:
    """Make the file as a program of that version left it."""
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_text(f"schema-{version}.sql.xz"))
        connection.execute("PRAGMA journal_mode = WAL")
    return path


def left_on_server(version: str) -> str:
    """Make the database on the server as a program of that version left it."""
    place = servers.empty_address()
    with psycopg.connect(place) as connection:
        connection.execute(_text(f"schema-{version}.postgres.sql.xz").encode())
    return place


def with_a_step_more(folder: Path) -> Steps:
    """Give the steps that there are, and a next one that is made up."""
    made = folder / "steps"
    shutil.copytree(MIGRATIONS, made)
    (made / "versions" / f"{NEXT}_wards.py").write_text(_STEP, encoding="utf-8")
    return Steps(made, NEXT)


def _text(name: str) -> str:
    return lzma.decompress((KEPT / name).read_bytes()).decode()
