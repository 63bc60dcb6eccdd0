"""Statements for what people said of pathways, and for what the site decided about itself."""

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from storage.statements.words import TABLES, adding, fixed, given, stored

_pathway = TABLES["pathway"]
_review = TABLES["review"]
_setting = TABLES["setting"]


def status_of(digest: ColumnElement[Any]) -> ColumnElement[str]:
    """Say what a pathway is now; one of which nothing was said, which none should be, as `submitted`."""
    said = _review.alias("said")
    status = (
        select(said.c.status)
        .where(said.c.digest == digest)
        .order_by(said.c.number.desc())
        .limit(fixed(1))
        .offset(fixed(0))
        .scalar_subquery()
    )
    return func.coalesce(status, fixed("submitted"))


_status = status_of(_pathway.c.digest)
_numbered = _review.alias("numbered")
_last_number = (
    select(func.max(_numbered.c.number)).where(_numbered.c.digest == _pathway.c.digest).scalar_subquery()
)
PATHWAYS = (
    select(
        *(column for column in stored(_pathway) if column.name not in {"text", "packed"}),
        _status,
        func.coalesce(_review.c.because, fixed("")),
        func.coalesce(_review.c.at, _pathway.c.installed_at),
        func.coalesce(_review.c.actor, _pathway.c.installed_by),
    )
    .select_from(_pathway)
    .outerjoin(_review, and_(_review.c.digest == _pathway.c.digest, _review.c.number == _last_number))
    .order_by(_pathway.c.name, _pathway.c.version)
)
REVIEWED = select(_pathway.c.digest, _pathway.c.version, _status)
REVIEW = select(status_of(given("digest")))
REVIEWS = (
    select(_review.c.number, _review.c.status, _review.c.because, _review.c.at, _review.c.actor)
    .where(_review.c.digest == given("digest"))
    .order_by(_review.c.number)
)
ADD_REVIEW = adding(
    _review,
    number=select(func.coalesce(func.max(_review.c.number), fixed(0)) + fixed(1))
    .where(_review.c.digest == given("digest"))
    .scalar_subquery(),
)

SETTINGS = (
    select(_setting.c.number, _setting.c.value, _setting.c.because, _setting.c.at, _setting.c.actor)
    .where(_setting.c.name == given("name"))
    .order_by(_setting.c.number)
)
ADD_SETTING = adding(
    _setting,
    number=select(func.coalesce(func.max(_setting.c.number), fixed(0)) + fixed(1))
    .where(_setting.c.name == given("name"))
    .scalar_subquery(),
)
