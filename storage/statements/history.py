"""Patients, pathways, enrolments, their entries, and the projections of a standing."""

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from storage.statements.dialects import EitherStatement
from storage.statements.words import TABLES, adding, fixed, given, putting, stored

_banner = TABLES["banner"]
_calendar = TABLES["calendar"]
_enrolment = TABLES["enrolment"]
_entry = TABLES["entry"]
_fact = TABLES["fact_value"]
_fold = TABLES["fold"]
_identity = TABLES["identity"]
_meta = TABLES["meta"]
_pathway = TABLES["pathway"]
_patient = TABLES["patient"]
_prompt = TABLES["prompt"]
_role = TABLES["role"]
_track = TABLES["track_state"]

SITE_ZONE = select(_meta.c.value).where(_meta.c.key == fixed("zone"))
HOLDERS = select(_role.c.role, _role.c.holder).order_by(_role.c.role)
PUT_HOLDER = putting(_role)

PATIENT = select(*stored(_patient)).where(_patient.c.id == given("patient_id"))

# Held until the transaction ends where others write beside it; where nobody does, it is only looked at.
HOLD_PATIENT = (
    select(_patient.c.id).where(_patient.c.id == given("patient_id")).with_for_update(key_share=True)
)

ADD_PATIENT = adding(_patient)
ADD_IDENTITY = adding(_identity)

CALENDAR = select(_calendar.c.text).where(_calendar.c.digest == given("digest"))
ADD_CALENDAR = insert(_calendar).values(digest=given("digest"), text=given("text")).on_conflict_do_nothing()

PATHWAY_PACKED = select(_pathway.c.packed).where(_pathway.c.digest == given("digest"))
PATHWAY_TEXT = select(_pathway.c.text).where(_pathway.c.digest == given("digest"))

ENROLMENT = select(*stored(_enrolment)).where(_enrolment.c.id == given("enrolment_id"))
ENROLMENTS = (
    select(*stored(_enrolment))
    .where(_enrolment.c.patient_id == given("patient_id"))
    .order_by(_enrolment.c.id)
)
ALL_ENROLMENTS = select(*stored(_enrolment)).order_by(_enrolment.c.id)
OPEN_ENROLMENTS_OF = (
    select(*stored(_enrolment))
    .where(_enrolment.c.owner == given("owner"), _enrolment.c.left_at.is_(None))
    .order_by(_enrolment.c.patient_id, _enrolment.c.id)
)
CHANGED_SINCE = (
    select(_enrolment.c.id)
    .where(
        _enrolment.c.owner == given("owner"),
        _enrolment.c.left_at.is_(None),
        select(_entry.c.number)
        .where(
            _entry.c.patient_id == _enrolment.c.patient_id,
            _entry.c.enrolment_id == _enrolment.c.id,
            _entry.c.recorded_at >= given("since"),
        )
        .exists(),
    )
    .order_by(_enrolment.c.id)
)
NEXT_ENROLMENT = EitherStatement(
    sqlite=select(func.coalesce(func.max(_enrolment.c.id), fixed(0)) + fixed(1)),
    postgresql=select(func.nextval(fixed("enrolment_id_seq"))),
)
ADD_ENROLMENT = adding(_enrolment)
SET_LEFT = (
    _enrolment.update()
    .values(left_at=given("left_at"), left_reason=given("left_reason"))
    .where(_enrolment.c.id == given("enrolment_id"))
)
SET_ENROLLED = (
    _enrolment.update()
    .values(enrolled_at=given("enrolled_at"), zone=given("zone"), calendar=given("calendar"))
    .where(_enrolment.c.id == given("enrolment_id"))
)
SET_OWNER = _enrolment.update().values(owner=given("owner")).where(_enrolment.c.id == given("enrolment_id"))
SET_OWNER_OF_PROMPTS = (
    _prompt.update().values(owner=given("owner")).where(_prompt.c.enrolment_id == given("enrolment_id"))
)

_patient_of_enrolment = (
    select(_enrolment.c.patient_id).where(_enrolment.c.id == given("enrolment_id")).scalar_subquery()
)
LAST_ENTRY = select(func.max(_entry.c.number)).where(_entry.c.patient_id == given("patient_id"))
ENTRY = select(*stored(_entry)).where(
    _entry.c.patient_id == given("patient_id"), _entry.c.number == given("number")
)
ENTRIES = (
    select(*stored(_entry))
    .where(_entry.c.patient_id == _patient_of_enrolment, _entry.c.enrolment_id == given("enrolment_id"))
    .order_by(_entry.c.number)
)
ENTRIES_OF_PATIENT = (
    select(*stored(_entry)).where(_entry.c.patient_id == given("patient_id")).order_by(_entry.c.number)
)
APPEND = adding(_entry, patient_id=_patient_of_enrolment)

FOLD = select(_fold.c.body, _fold.c.last, _fold.c.digest).where(_fold.c.enrolment_id == given("enrolment_id"))
SAVE_FOLD = putting(_fold)

TRACKS, FACTS, BANNERS = (
    select(*stored(table)).where(table.c.enrolment_id == given("enrolment_id")).order_by(*table.primary_key)
    for table in (_track, _fact, _banner)
)
SAVE_TRACK, SAVE_FACT, SAVE_BANNER = putting(_track), putting(_fact), putting(_banner)
REMOVE_TRACK, REMOVE_FACT, REMOVE_BANNER = (
    table.delete().where(*(key == given(key.name) for key in table.primary_key))
    for table in (_track, _fact, _banner)
)
