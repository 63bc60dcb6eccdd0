"""People at work at the drilled site, and the ways to reach them."""

from storage.connection import Database
from storage.staff import ChannelRow, StaffRow
from tests.scheduler.drill import ZONE, at


def joins(database: Database, name: str, *roles: str, hours: str = "", deputy: str = "") -> None:
    with database.writing() as store:
        store.put_staff(
            StaffRow(id=name, roles=roles, zone=ZONE, hours=hours, deputy=deputy, joined_at=at(0))
        )


def reached(
    database: Database,
    name: str,
    channel: str = "mail",
    url: str = "json://127.0.0.1:9/",
    *,
    tiers: tuple[str, ...] = (),
    kinds: tuple[str, ...] = ("prompts",),
) -> None:
    with database.writing() as store:
        store.put_channel(ChannelRow(staff=name, name=channel, url=url, tiers=tiers, kinds=kinds))


def away(database: Database, name: str, from_on: str, to_on: str) -> None:
    with database.writing() as store:
        store.add_leave(name, from_on, to_on, deputy="", at=at(0), by="kim")


def decided(database: Database, name: str, value: str) -> None:
    with database.writing() as store:
        store.add_setting(name, value, because="", at=at(0), by="kim")


def mail(database: Database, rule: str = "call-soon") -> list[tuple[str, str, str, str]]:
    """List what is told to people of a rule: whom, through what, why, how far it is."""
    found = database.reader().execute(
        "SELECT d.staff, d.channel, d.why, d.state FROM delivery d JOIN ledger l ON l.id = d.ledger_id "  # noqa: S608
        f"JOIN prompt p ON p.id = l.prompt_id WHERE d.staff != '' AND p.rule = '{rule}' "
        "ORDER BY d.staff, d.channel",
    )
    return [(staff, channel, why, state) for staff, channel, why, state in found.fetchall()]
