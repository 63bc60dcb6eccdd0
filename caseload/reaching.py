"""How somebody at work is reached: their channels. An address is a secret, which is shown to nobody."""

from collections.abc import Mapping
from json import dumps

from msgspec import Struct

from caseload.on_staff import known
from caseload.requests import Author
from caseload.rota import rota_of
from pathways.errors import CarepathError, NotFound
from pathways.moments import Moment
from pathways.tiers import STOP, TIERS
from storage.connection import Database
from storage.keys import delivery_key
from storage.staff import ChannelRow
from storage.store import Store

KINDS = ("prompts", "digest", "failures")
OUTPUT = "output"


class Reach(Struct, frozen=True, kw_only=True):
    """A way to reach somebody: for which tiers and kinds of messages; none named is all.

    `verified_at` is when a test last arrived.
    """

    staff: str
    name: str
    tiers: tuple[str, ...]
    kinds: tuple[str, ...]
    verified_at: Moment | None


def put(database: Database, row: ChannelRow, author: Author) -> Reach:
    """Add a channel, or change the one of that name; whether it works is not known from then on.

    What failed through it is tried at once through its new address.
    """
    _refuse_odd(row)
    with database.writing() as store:
        known(rota_of(store, author.now), row.staff)
        was = next((each for each in store.channels_of(row.staff) if each.name == row.name), None)
        store.put_channel(row)
        if was is not None and was.url != row.url:
            _try_anew(store, row, author.now)
        _log(store, row.staff, "channel", {"channel": (None, row.name), **_narrowed(was, row)}, author)
        return _reach(row)


def remove(database: Database, name: str, channel: str, author: Author) -> int:
    """Forget a channel; what is on its way through it goes through the others.

    Say how many stops wait there that no other channel takes.
    """
    with database.writing() as store:
        _found(store, name, channel, author.now)
        store.remove_channel(name, channel)
        _log(store, name, "channel removed", {"channel": (channel, None)}, author)
        return 0 if any(map(takes_stops, store.channels_of(name))) else store.stops_waiting(name, channel)


def takes_stops(row: ChannelRow) -> bool:
    """Whether a channel is for messages about stops."""
    return (not row.kinds or "prompts" in row.kinds) and (not row.tiers or STOP in row.tiers)


def reaches(database: Database, name: str, now: Moment) -> list[Reach]:
    """List how somebody is reached; with an empty name, everybody."""
    with database.reading() as store:
        if name:
            known(rota_of(store, now), name)
        return [_reach(row) for row in (store.channels_of(name) if name else store.channels())]


def to_test(database: Database, name: str, channel: str, now: Moment) -> list[tuple[ChannelRow, str]]:
    """Return the channels of somebody that are to be tested (empty: all), each with a key of its own."""
    with database.reading() as store:
        known(rota_of(store, now), name)
        rows = [_found(store, name, channel, now)] if channel else store.channels_of(name)
        if not rows:
            msg = f"{name} has no channel: `carepath staff channel add {name} mail URL` adds one."
            raise NotFound(msg)
        return [(row, delivery_key(store.site(), "test", row.staff, row.name, now)) for row in rows]


def tested(database: Database, row: ChannelRow, at: Moment, *, arrived: bool) -> int:
    """Keep whether the last test was taken; if so, say how many messages that failed before go now."""
    with database.writing() as store:
        store.verify_channel(row.staff, row.name, at=at if arrived else None)
        return _try_anew(store, row, at) if arrived else 0


def _try_anew(store: Store, row: ChannelRow, now: Moment) -> int:
    """End the pause of what waits in a channel that was repaired: of many things it becomes a digest."""
    return store.try_deliveries_anew(row.staff, row.name, now=now) + store.try_messages_anew(
        row.staff, row.name, now=now
    )


def _found(store: Store, name: str, channel: str, now: Moment) -> ChannelRow:
    known(rota_of(store, now), name)
    rows = {row.name: row for row in store.channels_of(name)}
    if channel not in rows:
        msg = f"{name} has no channel {channel!r}: there is {', '.join(rows) or 'none'}."
        raise NotFound(msg)
    return rows[channel]


def _refuse_odd(row: ChannelRow) -> None:
    if row.name == OUTPUT or not row.name.isascii() or len(row.name.split()) != 1:
        msg = f"{row.name!r} is no name of a channel: write one word, such as mail or sms, but not {OUTPUT}."
        raise CarepathError(msg)
    for given, there in ((row.tiers, TIERS), (row.kinds, KINDS)):
        for each in given:
            if each not in there:
                msg = f"There is no {each!r} for a channel: it is one of {', '.join(there)}."
                raise CarepathError(msg)


def _reach(row: ChannelRow) -> Reach:
    return Reach(
        staff=row.staff, name=row.name, tiers=row.tiers, kinds=row.kinds, verified_at=row.verified_at
    )


def _narrowed(was: ChannelRow | None, now: ChannelRow) -> dict[str, tuple[str, str]]:
    """Say for what a channel was and is; never its address."""
    tiers = ", ".join(was.tiers if was else ()), ", ".join(now.tiers)
    kinds = ", ".join(was.kinds if was else ()), ", ".join(now.kinds)
    return {name: pair for name, pair in {"tiers": tiers, "kinds": kinds}.items() if pair[0] != pair[1]}


def _log(
    store: Store, name: str, what: str, change: Mapping[str, tuple[str | None, str | None]], author: Author
) -> None:
    """Write down what was changed, as `staff show` reads it: of each field what it was and is."""
    store.add_staff_log(name, what, dumps(change), at=author.now, by=author.by)
