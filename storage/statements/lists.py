"""The lists of reading commands.

Each is found in the order it is shown: the first lines of a long list cost no more than of a short one.
"""

from typing import Any

from sqlalchemy import BigInteger, Select, Text, and_, func, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.statements.dialects import Either, as_json, yes
from storage.statements.words import TABLES, fixed, given, listed

_delivery = TABLES["delivery"]
_enrolment = TABLES["enrolment"]
_heartbeat = TABLES["heartbeat"]
_identity = TABLES["identity"]
_ledger = TABLES["ledger"]
_patient = TABLES["patient"]
_prompt = TABLES["prompt"]
_routine = TABLES["routine"]
_track = TABLES["track_state"]

_any_line = (
    select(
        *(
            _prompt.c[name]
            for name in (
                *("id", "enrolment_id", "patient_id", "number", "rule", "tier", "role", "owner", "say"),
                *("counted_from", "counted_on", "opens_at", "due_at", "due_on", "missing", "source"),
                *("seen_at", "seen_by", "acknowledged_at", "acknowledged_by", "acting_by", "acting_until"),
                *("could_not", "taken_at", "snoozed_until", "ended_at"),
            )
        ),
        _enrolment.c.zone,
        _enrolment.c.pathway,
        _enrolment.c.digest,
    )
    .join_from(_prompt, _enrolment, _enrolment.c.id == _prompt.c.enrolment_id)
    .where(_prompt.c.settled.is_(False))
    .limit(given("limit"))
    .offset(fixed(0))
)
_of_owner = _prompt.c.owner == given("owner")
# What an index of a role holds, said as the index says it.
_of_role = and_(_prompt.c.role == given("role"), _prompt.c.role != fixed("coordinator"))
_tier = _prompt.c.tier == given("tier")
_there = and_(
    _prompt.c.opens_at <= given("now"),
    or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > given("now")),
    # One that no longer follows is over whenever that was found out, also after a clock was set back.
    func.coalesce(_prompt.c.ended, fixed("")) != fixed("superseded"),
)
_awake = or_(_prompt.c.snoozed_until.is_(None), _prompt.c.snoozed_until <= given("now"))
_opens = and_(
    _prompt.c.opens_at > given("now"),
    _prompt.c.opens_at <= given("until"),
    or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > _prompt.c.opens_at),
)
_wakes = and_(
    _prompt.c.opens_at <= given("now"),
    _prompt.c.sorts_at > given("now"),
    _prompt.c.snoozed_until.is_not(None),
    _prompt.c.snoozed_until > given("now"),
    _prompt.c.snoozed_until <= given("until"),
    or_(_prompt.c.ended_at.is_(None), _prompt.c.ended_at > _prompt.c.snoozed_until),
)


def _due(whose: ColumnElement[bool], *, overdue: bool) -> Select[Any]:
    sorts_at = _prompt.c.sorts_at
    # What is late is never hidden, whoever put it off.
    moment = sorts_at <= given("now") if overdue else and_(sorts_at > given("now"), _awake)
    return _any_line.where(whose, _tier, moment, _there).order_by(sorts_at, _prompt.c.id)


def _opening(whose: ColumnElement[bool]) -> Select[Any]:
    return _any_line.where(whose, _opens).order_by(_prompt.c.opens_at, _prompt.c.id)


def _waking(whose: ColumnElement[bool]) -> Select[Any]:
    return _any_line.where(whose, _wakes).order_by(_prompt.c.snoozed_until, _prompt.c.id)


def _taken(whose: ColumnElement[bool]) -> Select[Any]:
    return _any_line.where(
        whose, _prompt.c.taken_at.is_not(None), _prompt.c.taken_at <= given("since"), _there
    ).order_by(_prompt.c.taken_at, _prompt.c.id)


OVERDUE_LINES, OPEN_LINES = _due(_of_owner, overdue=True), _due(_of_owner, overdue=False)
OPENING_LINES, WAKING_LINES = _opening(_of_owner), _waking(_of_owner)
# Found by way of what was told to a role: of all open prompts, few are escalated.
ESCALATED_LINES = _any_line.where(
    _prompt.c.id.in_(
        select(_ledger.c.prompt_id).where(
            _ledger.c.kind == fixed("escalated"),
            _ledger.c.tell == given("tell"),
            _ledger.c.at <= given("now"),
        )
    ),
    _there,
)
# What of some patients is there, opens or wakes: to put together what each of them needs.
LINES_OF_PATIENTS = _any_line.where(
    _prompt.c.enrolment_id.in_(
        select(_enrolment.c.id).where(_enrolment.c.patient_id.in_(listed("patient_ids", Text)))
    ),
    or_(and_(_there, or_(_prompt.c.sorts_at <= given("now"), _awake)), _opens, _wakes),
)
ROLE_OVERDUE_LINES, ROLE_OPEN_LINES = _due(_of_role, overdue=True), _due(_of_role, overdue=False)
ROLE_OPENING_LINES, ROLE_WAKING_LINES = _opening(_of_role), _waking(_of_role)
TAKEN_LINES, ROLE_TAKEN_LINES = _taken(_of_owner), _taken(_of_role)

# One look-up in an index for each owner, however many prompts there are.
_first_owner = select(func.min(_prompt.c.owner).label("owner")).where(_prompt.c.settled.is_(False))
_owner = _first_owner.where(_prompt.c.owner > fixed("")).cte("one_owner", recursive=True)
_next_owner = _first_owner.where(_prompt.c.owner > _owner.c.owner).scalar_subquery()
_each_owner = _owner.union_all(select(_next_owner).where(_owner.c.owner.is_not(None)))
OWNERS = select(_each_owner.c.owner).where(_each_owner.c.owner.is_not(None))
TRACKS_OF = (
    select(_track.c.enrolment_id, _track.c.track, _track.c.state, _track.c.entered_at)
    .where(_track.c.enrolment_id.in_(listed("enrolment_ids", BigInteger)))
    .order_by(_track.c.enrolment_id, _track.c.track)
)
LAST_TICK = (
    select(_heartbeat.c.tick_ended_at, _heartbeat.c.interval)
    .where(_heartbeat.c.tick_ended_at.is_not(None))
    .order_by(_heartbeat.c.tick_ended_at.desc())
    .limit(fixed(1))
    .offset(fixed(0))
)
# Why a list can be believed, in one look: the last check by night, the oldest of what is on its way, and how
# much was given up. Rows of the ledger are numbered as they come, so the oldest has the lowest number.
_said = Either(
    sqlite=func.json_extract(_routine.c.result, fixed("$.said")),
    postgresql=as_json(_routine.c.result).op("->>")(fixed("said")),
)
NIGHTLY = select(_said, _routine.c.last_ended_at).where(
    _routine.c.name == fixed("nightly"), _routine.c.last_ended_at.is_not(None)
)


def _oldest_deed(of_somebody: ColumnElement[bool]) -> Select[Any]:
    # As a sum, so that what is ready is looked through, and not what was ever sent.
    number = _delivery.c.ledger_id + fixed(0)
    oldest = select(func.min(number)).where(_delivery.c.ready_at.is_not(None), of_somebody)
    return select(_ledger.c.at).where(_ledger.c.id == oldest.scalar_subquery())


OLDEST_TOLD = _oldest_deed(_delivery.c.staff == fixed(""))
OLDEST_TOLD_FOR = _oldest_deed(_delivery.c.staff != fixed(""))

_any_track = and_(
    given("track") == fixed(""), given("state") == fixed(""), given("entered_by", BigInteger).is_(None)
)
_in_state = (
    select(literal_column("1"))
    .select_from(_track)
    .where(
        _track.c.enrolment_id == _enrolment.c.id,
        or_(given("track") == fixed(""), _track.c.track == given("track")),
        or_(given("state") == fixed(""), _track.c.state == given("state")),
        or_(given("entered_by", BigInteger).is_(None), _track.c.entered_at <= given("entered_by")),
    )
    .exists()
)
PATIENT_LINES = (
    select(
        _patient.c.id,
        func.coalesce(_identity.c.name, fixed("")),
        _enrolment.c.id,
        _enrolment.c.pathway,
        _enrolment.c.owner,
        func.coalesce(_enrolment.c.zone, _patient.c.zone),
        _enrolment.c.enrolled_at,
        _enrolment.c.left_at,
        _enrolment.c.left_reason,
    )
    .select_from(_patient)
    .outerjoin(_identity, _identity.c.patient_id == _patient.c.id)
    .outerjoin(
        _enrolment,
        and_(
            _enrolment.c.patient_id == _patient.c.id,
            or_(_enrolment.c.left_at.is_(None), yes("left")),
        ),
    )
    .where(
        or_(given("owner") == fixed(""), _enrolment.c.owner == given("owner")),
        or_(given("pathway") == fixed(""), _enrolment.c.pathway == given("pathway")),
        or_(_any_track, _in_state),
    )
    .order_by(_patient.c.id, _enrolment.c.id)
)
PEOPLE = (
    select(_patient.c.id, _patient.c.zone, _identity.c.name, _identity.c.contact)
    .select_from(_patient)
    .outerjoin(_identity, _identity.c.patient_id == _patient.c.id)
    .order_by(_patient.c.id)
)
PERSON = PEOPLE.where(_patient.c.id == given("patient_id"))
