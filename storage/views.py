"""The views that others may read: a spreadsheet, a notebook, Datasette.

Their columns do not change from one version to the next without a note in the changelog.
A view cannot know what time it is, so it gives moments, never a status: see `docs/reference/views.md`.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from storage import encoding

Dialect: TypeAlias = Literal["sqlite", "postgresql"]


class Either(Struct, frozen=True):
    """What the two databases say in different words."""

    sqlite: str
    postgresql: str


class Column(Struct, frozen=True):
    """A column: its name, what it is made of, and what it means."""

    name: str
    sql: str | Either
    meaning: str


class View(Struct, frozen=True, kw_only=True):
    """A view: what a row of it is, and where the rows come from."""

    name: str
    say: str
    columns: tuple[Column, ...]
    source: str | Either

    def create(self, dialect: Dialect) -> str:
        """Write the statement that creates it."""
        columns = ",\n".join(
            f"    {_said(column.sql, dialect)}\n        AS {column.name}" for column in self.columns
        )
        return f"CREATE VIEW {self.name} AS\nSELECT\n{columns}\n{_said(self.source, dialect)}"


def iso(column: str) -> Either:
    """Show a column of moments as ISO text."""
    return Either(encoding.iso(column), encoding.iso_postgres(column))


def _said(sql: str | Either, dialect: Dialect) -> str:
    if isinstance(sql, str):
        return sql
    return sql.sqlite if dialect == "sqlite" else sql.postgresql


_OPEN = (
    "FROM prompt p JOIN enrolment e ON e.id = p.enrolment_id JOIN pathway w ON w.digest = e.digest\nWHERE "
)


_PATHWAY = (
    Column("pathway", "w.name", "The name of the pathway."),
    Column("pathway_version", "w.version", "The version of the pathway that the enrolment follows."),
)

WORKLIST = View(
    name="worklist",
    say="A prompt that the history has not ended: open now, still to open, or over by a moment foreseen.",
    columns=(
        Column("prompt", "p.patient_id || '/' || p.number", "The prompt as people type it, such as P-014/3."),
        Column("patient", "p.patient_id", "The id of the patient. No view has a name."),
        *_PATHWAY,
        Column(
            "review",
            "(SELECT r.status FROM review r WHERE r.digest = w.digest ORDER BY r.number DESC LIMIT 1)",
            "What is said of that version of the pathway here: only `approved` is approved.",
        ),
        Column("owner", "p.owner", "Whose caseload it is on."),
        Column("tier", "p.tier", "`stop`, `due` or `info`."),
        Column("role", "p.role", "Who must do it."),
        Column(
            "named",
            "CASE p.role WHEN 'coordinator' THEN p.owner\n"
            "    ELSE coalesce((SELECT r.holder FROM role r WHERE r.role = p.role), '') END",
            "The owner, or who holds the role here; another holds it while they are away: see `leave`.",
        ),
        Column("say", "p.say", "What should be done."),
        Column("rule", "p.rule", "The rule of the pathway it comes from."),
        Column("missing", "p.missing", "The facts it still asks for, with spaces between them."),
        Column("source", "p.source", "The sources of the rule, by their ids in the pathway."),
        Column("began_at", iso("p.began_at"), "When its occurrence began."),
        Column("counted_from", "p.counted_from", "What it is counted from, as the rule has it."),
        Column("counted_on", "p.counted_on", "The local day it is counted from; empty while unknown."),
        Column("opens_at", iso("p.opens_at"), "When it opens."),
        Column("due_on", "p.due_on", "The local day it is due, when it is due in days."),
        Column("overdue_at", iso("p.due_at"), "From when it is overdue; empty if it never is."),
        Column("acknowledged_at", iso("p.acknowledged_at"), "When somebody first acknowledged it."),
        Column("acknowledged_by", "p.acknowledged_by", "Who that was."),
        Column("seen_at", iso("p.seen_at"), "When somebody first said that they had seen it."),
        Column("seen_by", "p.seen_by", "Who that was."),
        Column("acting_by", "p.acting_by", "Who is on it."),
        Column("acting_until", iso("p.acting_until"), "When they expect to be done, if they said so."),
        Column("could_not", "p.could_not", "Why it could not be done when it was last tried."),
        Column("taken_at", iso("p.taken_at"), "From when it ages, once acknowledged or acted on."),
        Column("snoozed_until", iso("p.snoozed_until"), "Put off until then: hidden, unless it is overdue."),
        Column("lapses_at", iso("p.lapses_at"), "When it ends unanswered, if it may."),
        Column("ends_at", iso("p.ended_at"), "When it ends by time alone, if that can be foreseen."),
        Column("ends_as", "p.ended", "What it then ends as, such as `lapsed`."),
        Column(
            "raised_at",
            iso("(SELECT max(l.at) FROM ledger l\n    WHERE l.prompt_id = p.id AND l.kind = 'raised')"),
            "When the program first spoke of it; empty if not yet.",
        ),
    ),
    source=Either(_OPEN + "p.settled IS 0", _OPEN + "p.settled IS false"),
)

STANDING = View(
    name="standing",
    say="The state of one track of one enrolment.",
    columns=(
        Column("patient", "e.patient_id", "The id of the patient."),
        *_PATHWAY,
        Column("owner", "e.owner", "Whose caseload it is on."),
        Column("zone", "e.zone", "The time zone in which its days are counted."),
        Column("enrolled_at", iso("e.enrolled_at"), "When the patient joined the pathway."),
        Column("track", "t.track", "The track of the pathway."),
        Column("state", "t.state", "The state it is in, or was in when the patient left."),
        Column("entered_at", iso("t.entered_at"), "When it entered that state."),
        Column("entry", "t.entry", "The number of the entry that moved it there; 0 for the start."),
        Column("left_at", iso("e.left_at"), "When the patient left the pathway; empty while they follow it."),
        Column("left_reason", "e.left_reason", "Why."),
    ),
    source=(
        "FROM enrolment e JOIN pathway w ON w.digest = e.digest JOIN track_state t ON t.enrolment_id = e.id"
    ),
)

TRANSITION_LOG = View(
    name="transition_log",
    say="An event as it was recorded, also one that was corrected or withdrawn since.",
    columns=(
        Column("patient", "h.patient_id", "The id of the patient."),
        *_PATHWAY,
        Column("entry", "h.number", "The number of the entry; P-014:12 is the twelfth of P-014."),
        Column("event", "h.name", "The event."),
        Column("track", "h.track", "The track it moved."),
        Column("source", "h.source", "The state the track left."),
        Column("target", "h.target", "The state the track entered."),
        Column("happened_at", iso("h.happened_at"), "When it happened."),
        Column(
            "only_day",
            "h.only_day",
            "Yes (1 or true) when only the day is known; then it counts from its start.",
        ),
        Column("recorded_at", iso("h.recorded_at"), "When it was written down."),
        Column("actor", "h.actor", "Who wrote it down."),
        Column("overrode", "h.overrode", "What an override went past, as a JSON list."),
        Column("because", "h.because", "The reason given."),
        Column("replaces", "h.replaces", "The entry that it corrects; 0 if none."),
        Column(
            "replaced_by",
            "(SELECT min(r.number) FROM entry r WHERE r.patient_id = e.patient_id AND r.replaces = h.number)",
            "The entry that corrects or withdraws it; empty while it is in force.",
        ),
    ),
    source=(
        "FROM entry h JOIN enrolment e ON e.id = h.enrolment_id JOIN pathway w ON w.digest = e.digest\n"
        "WHERE h.kind = 'event'"
    ),
)

REVIEW_LOG = View(
    name="review_log",
    say="What somebody said of a pathway; of each digest the highest number counts.",
    columns=(
        *_PATHWAY,
        Column("digest", "r.digest", "The digest of that version."),
        Column("number", "r.number", "1 is what its file claims, as far as a file may; then one by one."),
        Column("status", "r.status", "`submitted`, `under-review`, `approved` or `retired`."),
        Column("said_at", iso("r.at"), "When it was said."),
        Column("actor", "r.actor", "Who said it; of the first, who installed the pathway."),
        Column("because", "r.because", "The reason given."),
    ),
    source="FROM review r JOIN pathway w ON w.digest = r.digest",
)

ROTA = View(
    name="rota",
    say="A person of the staff, also one who has left.",
    columns=(
        Column("person", "s.id", "The name that owners have, and that stands behind entries."),
        Column("roles", "s.roles", "What they can be asked as, with spaces between the roles."),
        Column(
            "holds",
            Either(
                "coalesce((SELECT group_concat(r.role, ' ') FROM role r WHERE r.holder = s.id), '')",
                "coalesce((SELECT string_agg(r.role, ' ' ORDER BY r.role) FROM role r\n"
                "    WHERE r.holder = s.id), '')",
            ),
            "The roles of the site that they are named for.",
        ),
        Column("zone", "s.zone", "The time zone in which their days are counted."),
        Column("deputy", "s.deputy", "Who stands in for them as usual; empty if nobody."),
        Column("left_on", "s.left_on", "Their last day here; empty while they stay."),
    ),
    source="FROM staff s",
)

LEAVE = View(
    name="leave",
    say="Days on which a person of the staff is away.",
    columns=(
        Column("person", "l.staff", "Who is away."),
        Column("number", "l.number", "Which of their leaves, counted from 1."),
        Column("from_on", "l.from_on", "The first day, on the calendar of their zone."),
        Column("to_on", "l.to_on", "The last day."),
        Column("deputy", "l.deputy", "Who stands in on these days; empty for who does as usual."),
        Column("withdrawn", "l.ended", "Yes (1 or true) when it was taken back: then it counts for nothing."),
    ),
    source="FROM staff_leave l",
)

VIEWS = (WORKLIST, STANDING, TRANSITION_LOG, REVIEW_LOG, ROTA, LEAVE)
