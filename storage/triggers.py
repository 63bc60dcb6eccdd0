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

ONLY_ADDED = ("entry", "ledger", "review", "setting", "staff_log", "calendar")
NUMBERED = {"entry": "patient_id", "review": "digest", "setting": "name", "staff_log": "staff"}

TRIGGERS = (
    *(
        _ONLY_ADDED.format(table=table, name=event.lower(), event=event)
        for table in ONLY_ADDED
        for event in ("UPDATE", "DELETE")
    ),
    *(_NUMBERED.format(table=table, of=of) for table, of in NUMBERED.items()),
    _ONCE,
)

# The same for PostgreSQL, which has no INSERT OR REPLACE, but can empty a table without looking at its rows.
_REFUSES = """\
CREATE FUNCTION only_ever_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE integrity_constraint_violation USING MESSAGE = TG_TABLE_NAME || ': rows are only ever added';
END $$"""
_REFUSED = """\
CREATE TRIGGER {table}_{name}_refused BEFORE {event} ON {table}
FOR EACH {each} EXECUTE FUNCTION only_ever_added()"""
_COUNTS = """\
CREATE FUNCTION {table}_one_after_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM {table} WHERE {of} = NEW.{of}) THEN
        RAISE integrity_constraint_violation
            USING MESSAGE = '{table}: rows are numbered one after another';
    END IF;
    RETURN NEW;
END $$"""
_COUNTED = """\
CREATE TRIGGER {table}_numbered BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_one_after_another()"""

TRIGGERS_POSTGRES = (
    _REFUSES,
    *(
        _REFUSED.format(table=table, name=event.lower(), event=event, each=each)
        for table in ONLY_ADDED
        for event, each in {"UPDATE": "ROW", "DELETE": "ROW", "TRUNCATE": "STATEMENT"}.items()
    ),
    *(
        statement.format(table=table, of=of)
        for table, of in NUMBERED.items()
        for statement in (_COUNTS, _COUNTED)
    ),
)
