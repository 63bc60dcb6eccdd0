"""What can be wrong at a site, and how to mend it: looked at in moments, without writing.

What takes long, whether all that is stored follows from the histories, is for the check of every night.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from caseload.foot import STEP
from caseload.loose_ends import of_site
from caseload.rota import AS_NAMED, COORDINATOR, Holders, gone, rota_of
from caseload.settings import KNOWN, setting
from caseload.stuck import stuck
from pathways.errors import CarepathError
from pathways.moments import Moment, is_zone, iso, shown
from pathways.spans import SECOND
from scheduler import health_backup
from scheduler.heartbeats import set_back_from
from scheduler.looks import NOW, SOON, WELL, Look, State
from scheduler.nightly import last
from scheduler.status import not_come, workers_of
from storage.connection import Database
from storage.store import Store
from storage.version import SCHEMA

OneLook: TypeAlias = Callable[[Database, Moment], Iterator[Look]]
OfStore: TypeAlias = Callable[[Store, Moment], Iterator[Look]]
# Nobody was told, or nobody is: that is not for tomorrow. What only waits in its outbox is.
AT_ONCE = frozenset({"untaken", "given-up"})
UNDONE = "undone"
# Told where routines and backups are looked at.
OF_ROUTINES = frozenset({UNDONE, "not-backed-up"})


def looks(database: Database, now: Moment, *, machine_zone: str) -> Iterator[Look]:
    """Look at one thing after another; one that cannot be looked at does not hide the others."""
    opened = _opened(database)
    yield opened
    if opened.state != WELL:
        return
    for what, look in _looks(machine_zone).items():
        yield from _tried(database, what, look, now)


def _opened(database: Database) -> Look:
    try:
        database.reader()
    except CarepathError as problem:
        return Look("database", NOW, str(problem))
    return Look("database", WELL, f"It opens, and has the version of this program ({SCHEMA}).")


def _tried(database: Database, what: str, look: OneLook, now: Moment) -> Iterator[Look]:
    try:
        found = list(look(database, now))
    except CarepathError as problem:
        found = [Look(what, NOW, str(problem))]
    except Exception as fault:  # noqa: BLE001 - a damaged page can hold anything, and the other looks must come
        kind = type(fault).__name__
        found = [Look(what, NOW, f"It cannot be looked at ({kind}): `carepath check` says more.")]
    yield from found


def _looks(machine_zone: str) -> Mapping[str, OneLook]:
    def zone(store: Store, _: Moment) -> Iterator[Look]:
        yield _zone(store.site_zone(), machine_zone)

    stored: Mapping[str, OfStore] = {
        "zone": zone,
        "clock": _clock,
        "settings": _settings,
        "scheduler": _scheduler,
        "messages": _messages,
        "routines": _routines,
        "people": _people,
        "pathways": _pathways,
        "channels": _channels,
        "night": _night,
    }
    return {what: _of_store(look) for what, look in stored.items()} | {"backup": health_backup.looks}


def _of_store(look: OfStore) -> OneLook:
    """Look at what is stored, as it was at one moment."""

    def looked(database: Database, now: Moment) -> Iterator[Look]:
        with database.reading() as store:
            yield from look(store, now)

    return looked


def _zone(site: str, machine: str) -> Look:
    if not is_zone(site):
        return Look(
            "zone",
            NOW,
            f"The site counts its days in {site!r}, which this machine does not know: install tzdata.",
        )
    if machine in {"", site}:
        return Look("zone", WELL, f"Days are counted in {site}.")
    return Look("zone", WELL, f"Days are counted in {site}; the machine, its logs and cron go by {machine}.")


def _clock(store: Store, now: Moment) -> Iterator[Look]:
    recorded, ticked = store.last_recorded(), set_back_from(store.heartbeats(), now)
    wrong = "or was ahead then: set it right, and `carepath check` says what was recorded ahead of it"
    if recorded is not None and recorded > now + STEP:
        yield Look("clock", NOW, f"An entry was recorded at {iso(recorded)}: this clock is behind, {wrong}.")
    elif ticked is not None:
        yield Look("clock", NOW, f"A tick began at {iso(ticked)}: this clock is behind, {wrong}.")
    else:
        yield Look(
            "clock", WELL, f"It is {iso(now - now % SECOND)}, and nothing was recorded or ticked after that."
        )


def _settings(store: Store, _: Moment) -> Iterator[Look]:
    wrong = False
    for name, known in KNOWN.items():
        try:
            known.check(setting(store, name))
        except CarepathError as problem:
            wrong = True
            yield Look("settings", SOON, f"{name}: {problem} `carepath site set {name} VALUE` mends it.")
    if not wrong:
        yield Look("settings", WELL, "All can be read.")


def _scheduler(store: Store, now: Moment) -> Iterator[Look]:
    beats = [beat for beat in workers_of(store, now) if beat.age is not None]
    past = [beat for beat in beats if not beat.ahead]
    if not beats:
        yield Look("scheduler", NOW, "No scheduler ever ticked, so nobody is told: `carepath scheduler run`.")
        return
    if not past:
        latest = beats[0]
        yield Look(
            "scheduler", NOW, f"{latest.heartbeat.worker} ticked at {not_come(latest, store.site_zone())}"
        )
        return
    latest = min(past, key=lambda each: each.age or 0.0)
    ticked = f"{latest.heartbeat.worker} ticked {latest.seconds:.0f} seconds ago"
    if any(beat.alive for beat in past):
        yield Look("scheduler", WELL, f"{ticked}.")
    else:
        yield Look(
            "scheduler", NOW, f"{ticked} and nobody since, so nobody is told: `carepath scheduler run`."
        )


def _messages(store: Store, now: Moment) -> Iterator[Look]:
    ends = [
        Look("messages", NOW if each.kind in AT_ONCE else SOON, each.says)
        for each in stuck(store, now)
        if each.kind not in OF_ROUTINES
    ]
    failing = [
        Look(
            "messages",
            SOON,
            f"{each.staff} is not reached by {each.channel} ({each.error}): "
            f"`carepath staff channel test {each.staff}`.",
        )
        for each in store.failing_deliveries()
        if not each.given_up  # those that still matter are stuck
    ]
    yield from (*ends, *failing)
    if not ends and not failing:
        yield Look("messages", WELL, "Nothing is stuck on its way.")


def _routines(store: Store, now: Moment) -> Iterator[Look]:
    undone = [Look("routines", SOON, each.says) for each in stuck(store, now) if each.kind == UNDONE]
    yield from undone or [Look("routines", WELL, "What is done again and again was done when it was due.")]


def _people(store: Store, now: Moment) -> Iterator[Look]:
    rota = rota_of(store, now)
    holders, found = Holders(rota, now), False
    for owner in store.owners_of_open():
        held = holders.of(COORDINATOR, owner.owner)
        if not held.person and held.why != AS_NAMED:
            found = True
            yield Look(
                "people",
                NOW,
                f"What {owner.owner} owns rests with nobody, {held.why}: "
                "name a deputy who is there with `carepath staff edit NAME --deputy NAME`.",
            )
    for end in of_site(store, now):
        if end.kind in {"owner-gone", "role-unheld"}:
            found = True
            yield Look("people", SOON, end.says)
    if not found:
        yield Look(
            "people", WELL, "Every owner and every role that is asked is there, or somebody stands in."
        )


def _pathways(store: Store, _: Moment) -> Iterator[Look]:
    rows = {row.digest: row for row in store.pathways()}
    used = [rows[digest] for digest, _ in store.pathways_in_use()]
    unapproved = [row for row in used if row.review != "approved"]
    for row in unapproved:
        yield Look(
            "pathways",
            SOON,
            f"{row.name}, version {row.version}, has patients and is {row.review}, not approved: "
            f"`carepath pathway review {row.name}` says what comes next.",
        )
    if not unapproved:
        yield Look("pathways", WELL, "All that patients are on are approved here.")


def _channels(store: Store, now: Moment) -> Iterator[Look]:
    rota, channels = rota_of(store, now), store.channels()
    untested = [row for row in channels if row.verified_at is None and not gone(rota, row.staff, now)]
    for row in untested:
        yield Look(
            "channels",
            SOON,
            f"{row.name} of {row.staff} was never tested: `carepath staff channel test {row.staff}`.",
        )
    if not untested:
        none = "Nobody has one: what is due is told on the output of the scheduler alone."
        yield Look("channels", WELL, "All were tested." if channels else none)


def _night(store: Store, now: Moment) -> Iterator[Look]:
    checked = last(store, now)
    if checked is None:
        yield Look("night", SOON, "Nothing was checked by night yet; until then `carepath check` does it.")
        return
    state: State = SOON if checked.late else WELL
    mend = ": see that `carepath scheduler run` runs, `carepath check` does it now" if checked.late else ""
    yield Look(
        "night", state, f"Last checked at {shown(checked.at, store.site_zone())}, {checked.said}{mend}."
    )
