"""What the database itself refuses, whoever writes to it: to change what was recorded or done."""

_ONLY_ADDED = """\
CREATE TRIGGER {table}_{name}_refused BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are only ever added'); END"""

# Also refuses INSERT OR REPLACE, which removes a row without asking the trigger above.
_NUMBERED = """\
CREATE TRIGGER {table}_numbered BEFORE INSERT ON {table}
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM {table} WHERE {of} = NEW.{of})
BEGIN SELECT RAISE(ABORT, '{table}: rows are numbered one after another'); END"""

# The same for the ledger, where being there already is a normal answer.
_ONCE = """\
CREATE TRIGGER ledger_replace_refused BEFORE INSERT ON ledger
WHEN EXISTS (
    SELECT 1 FROM ledger
    WHERE prompt_id = NEW.prompt_id AND kind = NEW.kind AND moment = NEW.moment AND tell = NEW.tell
) OR EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END"""

TRIGGERS = (
    *(
        _ONLY_ADDED.format(table=table, name=event.lower(), event=event)
        for table in ("entry", "ledger", "review", "setting", "staff_log", "calendar")
        for event in ("UPDATE", "DELETE")
    ),
    *(
        _NUMBERED.format(table=table, of=of)
        for table, of in {
            "entry": "patient_id",
            "review": "digest",
            "setting": "name",
            "staff_log": "staff",
        }.items()
    ),
    _ONCE,
)
