"""What was said of a pathway, and what a site decided: only ever added to, one after another."""

from contextlib import closing
from pathlib import Path

import pytest

from pathways.model import Review
from storage import schema, upgrades
from storage.connection import Database, open_to_write
from storage.rows import ReviewRow, SettingRow
from storage.sessions import changing
from storage.setup import install_pathway
from tests.storage.cases import DIGEST, pathway_text
from tests.storage.databases import REFUSED


@pytest.fixture
def installed(database: Database) -> Database:
    install_pathway(database, pathway_text(), by="ana", now=7)
    with database.writing() as store:
        store.add_review(DIGEST, "approved", because="read", at=8, by="eva")
        store.add_setting("only-approved", "yes", because="decided", at=9, by="ida")
    return database


def test_the_first_review_is_what_the_file_may_claim_and_the_last_counts(installed: Database) -> None:
    with installed.reading() as store:
        assert store.reviews(DIGEST) == [
            ReviewRow(1, "under-review", "as its file says", 7, "ana"),
            ReviewRow(2, "approved", "read", 8, "eva"),
        ]
        assert store.review(DIGEST) == "approved"
        [row] = store.pathways()
    assert (row.claims, row.review, row.because, row.reviewed_at, row.reviewed_by) == (
        *("approved", "approved", "read"),
        *(8, "eva"),
    )
    with installed.listing() as lists:
        assert lists.reviewed() == {DIGEST: (1, "approved")}


def test_what_a_site_decided_is_numbered(installed: Database) -> None:
    with installed.writing() as store:
        store.add_setting("only-approved", "no", because="tried", at=10, by="ida")
        assert store.settings("only-approved") == [
            SettingRow(1, "yes", "decided", 9, "ida"),
            SettingRow(2, "no", "tried", 10, "ida"),
        ]
        assert store.settings("another") == []


@pytest.mark.parametrize("table", ["review", "setting"])
@pytest.mark.parametrize("change", ["UPDATE {} SET because = 'other'", "DELETE FROM {}"])
def test_nothing_that_was_said_is_changed_or_taken_away(installed: Database, table: str, change: str) -> None:
    with pytest.raises(REFUSED, match="only ever added"):
        installed.writer().execute(change.format(table))


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("table", ["review", "setting"])
def test_nothing_takes_the_place_of_what_was_said(installed: Database, table: str) -> None:
    again = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"  # noqa: S608 - names of ours
    with pytest.raises(REFUSED, match="one after another"):
        installed.writer().execute(again)


def test_a_status_that_nobody_knows_is_refused(installed: Database) -> None:
    with pytest.raises(REFUSED, match="status_known"):
        installed.writer().execute(
            "INSERT INTO review SELECT digest, 3, 'great', because, at, actor FROM review WHERE number = 2"
        )


@pytest.mark.parametrize(
    ("claims", "starts_as"),
    [
        ("submitted", "submitted"),
        ("under-review", "under-review"),
        ("approved", "under-review"),
        ("retired", "retired"),
    ],
)
def test_an_older_database_begins_with_what_its_files_may_claim(
    tmp_path: Path, claims: Review, starts_as: Review
) -> None:
    path = tmp_path / "care.db"
    path.touch()
    with closing(open_to_write(path)) as connection, changing(connection) as through:
        schema.migrate(through, "0002")
        connection.execute("INSERT INTO meta VALUES ('zone', 'Europe/Berlin')")
        connection.execute(
            "INSERT INTO pathway VALUES ('d', 'knee', 1, 'A knee', ?, 'text', x'00', 7, 'ana')", (claims,)
        )

    upgrades.upgrade(path)

    with Database(path) as database, database.reading() as store:
        assert store.reviews("d") == [ReviewRow(1, starts_as, f"its file says {claims}", 7, "ana")]
