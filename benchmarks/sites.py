"""A site with people: two hundred coordinators with a channel each, some of them leads and clinicians too."""

from benchmarks.caseloads import ZONE, moment
from caseload.roles import assign
from storage.connection import Database
from storage.staff import ChannelRow, StaffRow

PEOPLE = 200
BEGINS = moment("2026-01-01 08:00")
KINDS = ("prompts", "digest", "failures")


def person(number: int) -> str:
    """Name the one who owns every so-many-th caseload."""
    return f"owner-{number % PEOPLE:03}"


def staffed(database: Database, url: str = "json://127.0.0.1:9/") -> None:
    """Enter the people; the first leads, the second is the clinician."""
    with database.writing() as store:
        for number in range(PEOPLE):
            roles = ("coordinator", "lead")[: 1 + (number % 20 == 0)] + ("clinician",) * (number % 20 == 1)
            deputy = person(number + 1)
            store.put_staff(StaffRow(id=person(number), roles=roles, zone=ZONE, deputy=deputy))
            store.put_channel(ChannelRow(person(number), "hook", f"{url}{person(number)}", (), KINDS))
    assign(database, "lead", person(0), now=BEGINS)
    assign(database, "clinician", person(1), now=BEGINS)
