"""Prompts, what waits for their moments, and the ledger."""

from sqlalchemy import BigInteger, func, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from storage.statements.dialects import Either, EitherStatement
from storage.statements.words import TABLES, adding, changing, fixed, given, listed, stored

_ledger = TABLES["ledger"]
_prompt = TABLES["prompt"]
_waiting = TABLES["waiting"]

_prompts = select(*stored(_prompt))
_unsettled = _prompt.c.settled.is_(False)

UNSETTLED = _prompts.where(_prompt.c.enrolment_id == given("enrolment_id"), _unsettled).order_by(
    _prompt.c.number
)
PROMPTS = _prompts.where(_prompt.c.enrolment_id == given("enrolment_id")).order_by(_prompt.c.number)
PROMPT = _prompts.where(_prompt.c.patient_id == given("patient_id"), _prompt.c.number == given("number"))
_next_number = (
    select(func.coalesce(func.max(_prompt.c.number), fixed(0)) + fixed(1))
    .where(_prompt.c.patient_id == given("patient_id"))
    .scalar_subquery()
)
# Ids and the next number: one row where nobody else can take an id meanwhile, a row for each where others do.
NEXT_PROMPT = EitherStatement(
    sqlite=select(func.coalesce(func.max(_prompt.c.id), fixed(0)) + fixed(1), _next_number),
    postgresql=select(func.nextval(fixed("prompt_id_seq")), _next_number).select_from(
        func.generate_series(fixed(1), given("many"))
    ),
)
ADD_PROMPT = adding(_prompt)
# What says which prompt it is never changes, and leaving it out spares its two indexes.
CHANGE_PROMPT = changing(
    _prompt,
    keep=(
        "enrolment_id",
        "patient_id",
        "number",
        "rule",
        "episode",
        "occurrence",
        "booking",
        "written_at",
    ),
)

ADD_WAITING = insert(_waiting).values({c.name: given(c.name) for c in _waiting.c}).on_conflict_do_nothing()
REMOVE_WAITING = _waiting.delete().where(*(key == given(key.name) for key in _waiting.primary_key))
WAITING_OF_ENROLMENT = (
    select(_waiting)
    .join(_prompt, _prompt.c.id == _waiting.c.prompt_id)
    .where(_prompt.c.enrolment_id == given("enrolment_id"))
)
# Read through once for many enrolments: no index leads from a prompt to what waits for it, and the plus sign
# keeps SQLite from trying each moment there is.
WAITING_OF = (
    select(_waiting)
    .where(
        Either(sqlite=literal_column("+waiting.prompt_id"), postgresql=_waiting.c.prompt_id).in_(
            select(_prompt.c.id).where(_prompt.c.enrolment_id.in_(listed("enrolment_ids", BigInteger)))
        )
    )
    .order_by(*_waiting.primary_key)
)
WAITING = select(_waiting).order_by(*_waiting.primary_key)

_deeds = select(*stored(_ledger)).order_by(_ledger.c.id)
LEDGER = _deeds.join(_prompt, _prompt.c.id == _ledger.c.prompt_id).where(
    _prompt.c.enrolment_id == given("enrolment_id")
)
LEDGER_OF_PROMPTS = _deeds.where(_ledger.c.prompt_id.in_(listed("prompt_ids", BigInteger)))
