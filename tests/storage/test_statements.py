"""The hot statements: in step with the tables, quick to import, and each by way of an index."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from storage import rendered, rendering
from storage.connection import Database
from tests.modules import ROOT

pytestmark = pytest.mark.only("sqlite")

SLOW = {"alembic", "apscheduler", "click", "pydantic", "sqlalchemy", "sqlmodel", "transitions", "yaml"}
LISTS_DO_WITHOUT = SLOW | {"msgspec", "json", "dataclasses", "whenever", "pathways.moments"}

# Statements that look at everything because they list everything.
WHOLE = {
    *("ALL_ENROLMENTS", "PATHWAYS", "HOLDERS", "HEARTBEATS", "LAST_TICK", "WAITING", "WAITING_OF_ENROLMENT"),
    *("PEOPLE", "PATIENT_LINES"),
    # Of people at work and of routines a site has some hundreds.
    *("OPEN_OF", "OPEN_BY_OWNER", "PROMPTS_BY_OWNER", "OPEN_ENROLMENTS_OF", "CHANGED_SINCE"),
    *("STAFF", "CHANNELS", "ROUTINES", "ROUTINES_DUE", "FREE_ROUTINES"),
    # A check looks at everything, and its first look for what waits is at the beginning of an index.
    *("OWNERS_OF_OPEN", "PATHWAYS_IN_USE", "NEVER_ENROLLED", "WAITING_OF", "FIRST_UNTAKEN"),
    "LAST_RECORDED",
    "GIVEN_UP_MESSAGES",
    # Only after a clock was set back.
    "REVIVE_BY_CLOCK",
    # A report over a period goes through the ledger once.
    *(
        f"{by}_{what}"
        for by in ("RULE", "PERSON")
        for what in ("COUNTS", "MEDIANS", "COULD_NOT", "DISMISSED")
    ),
    *("PERSON_DAYS", "MESSAGES_TO", "SUPERSEDED", "FELL_IN_GAP"),
}

# What may be read whole: a list that the caller gives, what the statement has found itself, and an index of
# nothing but what is asked for.
SMALL = (
    "SCAN anon_",
    "SCAN step",
    "SCAN planned",
    "SCAN one_owner",
    "SCAN CONSTANT ROW",
    "SCAN delivery USING INDEX delivery_failed",
    "SCAN message USING INDEX message_failed",
    "SCAN gap",
    # A site has a handful of them.
    "SCAN pathway",
)


def texts() -> Iterator[tuple[str, str]]:
    for module in rendering.MODULES:
        for name in rendering.statements(module):
            yield name, getattr(rendered, name)


class Anything(dict[str, int]):
    """Gives every value that a statement asks for."""

    def __missing__(self, _: str) -> int:
        return 1


def plan(database: Database, statement: str) -> list[str]:
    rows = database.writer().execute(f"EXPLAIN QUERY PLAN {statement}", Anything()).fetchall()
    return [row[3] for row in rows]


def test_the_text_is_what_the_tables_say_today() -> None:
    for path, text in rendering.rendered().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, "run python -m tools.generate"


def test_no_two_modules_have_a_statement_of_one_name() -> None:
    names = [name for name, _ in texts()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("storage.store", SLOW),
        ("storage.connection", LISTS_DO_WITHOUT),
        ("storage.lists", LISTS_DO_WITHOUT),
    ],
)
def test_the_hot_paths_import_little(module: str, without: set[str]) -> None:
    asked = f"import sys, {module}; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert not without & set(shown.stdout.split())


@pytest.mark.parametrize("name", sorted({name for name, _ in texts()} - WHOLE))
def test_no_hot_statement_reads_a_whole_table(database: Database, name: str) -> None:
    scans = [step for step in plan(database, getattr(rendered, name)) if step.startswith("SCAN ")]
    assert not [step for step in scans if not step.startswith(SMALL)]


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("UNSETTLED", "prompt_of_enrolment (enrolment_id=?)"),
        ("OVERDUE_LINES", "prompt_worklist (owner=? AND tier=? AND sorts_at<?)"),
        ("OPEN_LINES", "prompt_worklist (owner=? AND tier=? AND sorts_at>?)"),
        ("OPENING_LINES", "prompt_coming (owner=? AND opens_at>? AND opens_at<?)"),
        ("WAKING_LINES", "prompt_snoozed (owner=? AND snoozed_until>? AND snoozed_until<?)"),
        ("TAKEN_LINES", "prompt_taken (owner=? AND taken_at>? AND taken_at<?)"),
        ("DEEDS_OF_STOPS", "prompt_stop (tier=? AND opens_at<?)"),
        ("DEEDS_OF_STOPS", "sqlite_autoindex_ledger_1 (prompt_id=?"),
        ("TAKEN_STOPS", "prompt_worklist (owner=? AND tier=? AND sorts_at>?)"),
        ("UNANSWERED_STOPS", "prompt_stop (tier=? AND opens_at<?)"),
        ("CLAIMABLE", "delivery_ready (ready_at>? AND ready_at<?)"),
        ("CLAIMABLE_FOR", "delivery_ready_for (ready_at>? AND ready_at<?)"),
        ("ADD_DEEDS_DUE", "SEARCH waiting USING PRIMARY KEY"),
        ("BATCH_ENDS", "SEARCH waiting USING PRIMARY KEY (at<?)"),
        ("LEDGER_OF_PROMPTS", "sqlite_autoindex_ledger_1 (prompt_id=?)"),
    ],
)
def test_a_hot_statement_goes_by_its_index(database: Database, name: str, index: str) -> None:
    steps = plan(database, getattr(rendered, name))
    assert any(index in step for step in steps), steps


@pytest.mark.parametrize("name", ["OVERDUE_LINES", "OPEN_LINES", "OPENING_LINES", "WAKING_LINES"])
def test_a_list_is_found_in_the_order_it_is_shown(database: Database, name: str) -> None:
    assert not [step for step in plan(database, getattr(rendered, name)) if "TEMP B-TREE" in step]
