"""The hot statements as text for PostgreSQL, by the names they have in `storage/statements/`.

Written by `python -m tools.generate`; a test renders them again and compares.
"""

SITE_ZONE = """
SELECT meta.value FROM meta WHERE meta.key = 'zone'
"""

HOLDERS = """
SELECT role.role, role.holder FROM role ORDER BY role.role
"""

PUT_HOLDER = """
INSERT INTO role (role, holder) VALUES (%(role)s::VARCHAR, %(holder)s::VARCHAR) ON CONFLICT (role) DO
UPDATE SET holder = excluded.holder
"""

PATIENT = """
SELECT patient.id, patient.zone, patient.created_at FROM patient WHERE patient.id =
%(patient_id)s::VARCHAR
"""

HOLD_PATIENT = """
SELECT patient.id FROM patient WHERE patient.id = %(patient_id)s::VARCHAR FOR NO KEY UPDATE
"""

ADD_PATIENT = """
INSERT INTO patient (id, zone, created_at) VALUES (%(id)s::VARCHAR, %(zone)s::VARCHAR,
%(created_at)s::BIGINT)
"""

ADD_IDENTITY = """
INSERT INTO identity (patient_id, name, contact) VALUES (%(patient_id)s::VARCHAR, %(name)s::VARCHAR,
%(contact)s::VARCHAR)
"""

CALENDAR = """
SELECT calendar.text FROM calendar WHERE calendar.digest = %(digest)s::VARCHAR
"""

ADD_CALENDAR = """
INSERT INTO calendar (digest, text) VALUES (%(digest)s::VARCHAR, %(text)s::VARCHAR) ON CONFLICT DO NOTHING
"""

PATHWAY_PACKED = """
SELECT pathway.packed FROM pathway WHERE pathway.digest = %(digest)s::VARCHAR
"""

PATHWAY_TEXT = """
SELECT pathway.text FROM pathway WHERE pathway.digest = %(digest)s::VARCHAR
"""

ENROLMENT = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment WHERE enrolment.id = %(enrolment_id)s::BIGINT
"""

ENROLMENTS = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment WHERE enrolment.patient_id = %(patient_id)s::VARCHAR ORDER BY enrolment.id
"""

ALL_ENROLMENTS = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment ORDER BY enrolment.id
"""

OPEN_ENROLMENTS_OF = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment WHERE enrolment.owner = %(owner)s::VARCHAR AND enrolment.left_at IS NULL ORDER BY
enrolment.patient_id, enrolment.id
"""

CHANGED_SINCE = """
SELECT enrolment.id FROM enrolment WHERE enrolment.owner = %(owner)s::VARCHAR AND enrolment.left_at IS
NULL AND (EXISTS (SELECT entry.number FROM entry WHERE entry.patient_id = enrolment.patient_id AND
entry.enrolment_id = enrolment.id AND entry.recorded_at >= %(since)s::BIGINT)) ORDER BY enrolment.id
"""

NEXT_ENROLMENT = """
SELECT nextval('enrolment_id_seq') AS nextval_1
"""

ADD_ENROLMENT = """
INSERT INTO enrolment (id, patient_id, pathway, digest, owner, zone, enrolled_at, left_at, left_reason,
calendar) VALUES (%(id)s::BIGINT, %(patient_id)s::VARCHAR, %(pathway)s::VARCHAR, %(digest)s::VARCHAR,
%(owner)s::VARCHAR, %(zone)s::VARCHAR, %(enrolled_at)s::BIGINT, %(left_at)s::BIGINT,
%(left_reason)s::VARCHAR, %(calendar)s::VARCHAR)
"""

SET_LEFT = """
UPDATE enrolment SET left_at=%(left_at)s::BIGINT, left_reason=%(left_reason)s::VARCHAR WHERE enrolment.id
= %(enrolment_id)s::BIGINT
"""

SET_ENROLLED = """
UPDATE enrolment SET zone=%(zone)s::VARCHAR, enrolled_at=%(enrolled_at)s::BIGINT,
calendar=%(calendar)s::VARCHAR WHERE enrolment.id = %(enrolment_id)s::BIGINT
"""

SET_OWNER = """
UPDATE enrolment SET owner=%(owner)s::VARCHAR WHERE enrolment.id = %(enrolment_id)s::BIGINT
"""

SET_OWNER_OF_PROMPTS = """
UPDATE prompt SET owner=%(owner)s::VARCHAR WHERE prompt.enrolment_id = %(enrolment_id)s::BIGINT
"""

LAST_ENTRY = """
SELECT max(entry.number) AS max_1 FROM entry WHERE entry.patient_id = %(patient_id)s::VARCHAR
"""

ENTRY = """
SELECT entry.patient_id, entry.number, entry.enrolment_id, entry.kind, entry.name, entry.value,
entry.booking, entry.track, entry.source, entry.target, entry.overrode, entry.prompt_rule,
entry.prompt_episode, entry.prompt_occurrence, entry.prompt_booking, entry.until, entry.zone,
entry.calendar, entry.because, entry.second, entry.replaces, entry.happened_at, entry.only_day,
entry.recorded_at, entry.actor FROM entry WHERE entry.patient_id = %(patient_id)s::VARCHAR AND
entry.number = %(number)s::BIGINT
"""

ENTRIES = """
SELECT entry.patient_id, entry.number, entry.enrolment_id, entry.kind, entry.name, entry.value,
entry.booking, entry.track, entry.source, entry.target, entry.overrode, entry.prompt_rule,
entry.prompt_episode, entry.prompt_occurrence, entry.prompt_booking, entry.until, entry.zone,
entry.calendar, entry.because, entry.second, entry.replaces, entry.happened_at, entry.only_day,
entry.recorded_at, entry.actor FROM entry WHERE entry.patient_id = (SELECT enrolment.patient_id FROM
enrolment WHERE enrolment.id = %(enrolment_id)s::BIGINT) AND entry.enrolment_id = %(enrolment_id)s::BIGINT
ORDER BY entry.number
"""

ENTRIES_OF_PATIENT = """
SELECT entry.patient_id, entry.number, entry.enrolment_id, entry.kind, entry.name, entry.value,
entry.booking, entry.track, entry.source, entry.target, entry.overrode, entry.prompt_rule,
entry.prompt_episode, entry.prompt_occurrence, entry.prompt_booking, entry.until, entry.zone,
entry.calendar, entry.because, entry.second, entry.replaces, entry.happened_at, entry.only_day,
entry.recorded_at, entry.actor FROM entry WHERE entry.patient_id = %(patient_id)s::VARCHAR ORDER BY
entry.number
"""

APPEND = """
INSERT INTO entry (patient_id, number, enrolment_id, kind, name, value, booking, track, source, target,
overrode, prompt_rule, prompt_episode, prompt_occurrence, prompt_booking, until, zone, calendar, because,
second, replaces, happened_at, only_day, recorded_at, actor) VALUES ((SELECT enrolment.patient_id FROM
enrolment WHERE enrolment.id = %(enrolment_id)s::BIGINT), %(number)s::BIGINT, %(enrolment_id)s::BIGINT,
%(kind)s::VARCHAR, %(name)s::VARCHAR, %(value)s::VARCHAR, %(booking)s::INTEGER, %(track)s::VARCHAR,
%(source)s::VARCHAR, %(target)s::VARCHAR, %(overrode)s::VARCHAR, %(prompt_rule)s::VARCHAR,
%(prompt_episode)s::INTEGER, %(prompt_occurrence)s::INTEGER, %(prompt_booking)s::INTEGER,
%(until)s::BIGINT, %(zone)s::VARCHAR, %(calendar)s::VARCHAR, %(because)s::VARCHAR, %(second)s::VARCHAR,
%(replaces)s::INTEGER, %(happened_at)s::BIGINT, %(only_day)s, %(recorded_at)s::BIGINT, %(actor)s::VARCHAR)
"""

APPEND_OF_ROWS = """
INSERT INTO entry (patient_id, number, enrolment_id, kind, name, value, booking, track, source, target,
overrode, prompt_rule, prompt_episode, prompt_occurrence, prompt_booking, until, zone, calendar, because,
second, replaces, happened_at, only_day, recorded_at, actor) SELECT (SELECT enrolment.patient_id FROM
enrolment WHERE enrolment.id = given.enrolment_id), given.number, given.enrolment_id, given.kind,
given.name, given.value, given.booking, given.track, given.source, given.target, given.overrode,
given.prompt_rule, given.prompt_episode, given.prompt_occurrence, given.prompt_booking, given.until,
given.zone, given.calendar, given.because, given.second, given.replaces, given.happened_at,
given.only_day, given.recorded_at, given.actor FROM json_to_recordset(%(rows)s::JSON) AS
given(enrolment_id BIGINT, number BIGINT, kind TEXT COLLATE "C", name TEXT COLLATE "C", value TEXT COLLATE
"C", booking INTEGER, track TEXT COLLATE "C", source TEXT COLLATE "C", target TEXT COLLATE "C", overrode
TEXT COLLATE "C", prompt_rule TEXT COLLATE "C", prompt_episode INTEGER, prompt_occurrence INTEGER,
prompt_booking INTEGER, until BIGINT, zone TEXT COLLATE "C", calendar TEXT COLLATE "C", because TEXT
COLLATE "C", second TEXT COLLATE "C", replaces INTEGER, happened_at BIGINT, only_day BOOLEAN, recorded_at
BIGINT, actor TEXT COLLATE "C")
"""

FOLD = """
SELECT fold.body, fold.last, fold.digest FROM fold WHERE fold.enrolment_id = %(enrolment_id)s::BIGINT
"""

SAVE_FOLD = """
INSERT INTO fold (enrolment_id, last, digest, body) VALUES (%(enrolment_id)s::BIGINT, %(last)s::INTEGER,
%(digest)s::VARCHAR, %(body)s) ON CONFLICT (enrolment_id) DO UPDATE SET last = excluded.last, digest =
excluded.digest, body = excluded.body
"""

TRACKS = """
SELECT track_state.enrolment_id, track_state.track, track_state.state, track_state.entered_at,
track_state.entry FROM track_state WHERE track_state.enrolment_id = %(enrolment_id)s::BIGINT ORDER BY
track_state.enrolment_id, track_state.track
"""

FACTS = """
SELECT fact_value.enrolment_id, fact_value.fact, fact_value.booking, fact_value.value, fact_value.since,
fact_value.only_day, fact_value.entry, fact_value.ended FROM fact_value WHERE fact_value.enrolment_id =
%(enrolment_id)s::BIGINT ORDER BY fact_value.enrolment_id, fact_value.fact, fact_value.booking
"""

BANNERS = """
SELECT banner.enrolment_id, banner.banner, banner.since, banner.until, banner.say FROM banner WHERE
banner.enrolment_id = %(enrolment_id)s::BIGINT ORDER BY banner.enrolment_id, banner.banner, banner.since
"""

SAVE_TRACK = """
INSERT INTO track_state (enrolment_id, track, state, entered_at, entry) VALUES (%(enrolment_id)s::BIGINT,
%(track)s::VARCHAR, %(state)s::VARCHAR, %(entered_at)s::BIGINT, %(entry)s::INTEGER) ON CONFLICT
(enrolment_id, track) DO UPDATE SET state = excluded.state, entered_at = excluded.entered_at, entry =
excluded.entry
"""

SAVE_TRACK_OF_ROWS = """
INSERT INTO track_state (enrolment_id, track, state, entered_at, entry) SELECT given.enrolment_id,
given.track, given.state, given.entered_at, given.entry FROM json_to_recordset(%(rows)s::JSON) AS
given(enrolment_id BIGINT, track TEXT COLLATE "C", state TEXT COLLATE "C", entered_at BIGINT, entry
INTEGER) ON CONFLICT (enrolment_id, track) DO UPDATE SET state = excluded.state, entered_at =
excluded.entered_at, entry = excluded.entry
"""

SAVE_FACT = """
INSERT INTO fact_value (enrolment_id, fact, booking, value, since, only_day, entry, ended) VALUES
(%(enrolment_id)s::BIGINT, %(fact)s::VARCHAR, %(booking)s::BIGINT, %(value)s::VARCHAR, %(since)s::BIGINT,
%(only_day)s, %(entry)s::INTEGER, %(ended)s::VARCHAR) ON CONFLICT (enrolment_id, fact, booking) DO UPDATE
SET value = excluded.value, since = excluded.since, only_day = excluded.only_day, entry = excluded.entry,
ended = excluded.ended
"""

SAVE_FACT_OF_ROWS = """
INSERT INTO fact_value (enrolment_id, fact, booking, value, since, only_day, entry, ended) SELECT
given.enrolment_id, given.fact, given.booking, given.value, given.since, given.only_day, given.entry,
given.ended FROM json_to_recordset(%(rows)s::JSON) AS given(enrolment_id BIGINT, fact TEXT COLLATE "C",
booking BIGINT, value TEXT COLLATE "C", since BIGINT, only_day BOOLEAN, entry INTEGER, ended TEXT COLLATE
"C") ON CONFLICT (enrolment_id, fact, booking) DO UPDATE SET value = excluded.value, since =
excluded.since, only_day = excluded.only_day, entry = excluded.entry, ended = excluded.ended
"""

SAVE_BANNER = """
INSERT INTO banner (enrolment_id, banner, since, until, say) VALUES (%(enrolment_id)s::BIGINT,
%(banner)s::VARCHAR, %(since)s::BIGINT, %(until)s::BIGINT, %(say)s::VARCHAR) ON CONFLICT (enrolment_id,
banner, since) DO UPDATE SET until = excluded.until, say = excluded.say
"""

SAVE_BANNER_OF_ROWS = """
INSERT INTO banner (enrolment_id, banner, since, until, say) SELECT given.enrolment_id, given.banner,
given.since, given.until, given.say FROM json_to_recordset(%(rows)s::JSON) AS given(enrolment_id BIGINT,
banner TEXT COLLATE "C", since BIGINT, until BIGINT, say TEXT COLLATE "C") ON CONFLICT (enrolment_id,
banner, since) DO UPDATE SET until = excluded.until, say = excluded.say
"""

REMOVE_TRACK = """
DELETE FROM track_state WHERE track_state.enrolment_id = %(enrolment_id)s::BIGINT AND track_state.track =
%(track)s::VARCHAR
"""

REMOVE_TRACK_OF_ROWS = """
DELETE FROM track_state USING json_to_recordset(%(rows)s::JSON) AS given(enrolment_id BIGINT, track TEXT
COLLATE "C") WHERE track_state.enrolment_id = given.enrolment_id AND track_state.track = given.track
"""

REMOVE_FACT = """
DELETE FROM fact_value WHERE fact_value.enrolment_id = %(enrolment_id)s::BIGINT AND fact_value.fact =
%(fact)s::VARCHAR AND fact_value.booking = %(booking)s::BIGINT
"""

REMOVE_FACT_OF_ROWS = """
DELETE FROM fact_value USING json_to_recordset(%(rows)s::JSON) AS given(enrolment_id BIGINT, fact TEXT
COLLATE "C", booking BIGINT) WHERE fact_value.enrolment_id = given.enrolment_id AND fact_value.fact =
given.fact AND fact_value.booking = given.booking
"""

REMOVE_BANNER = """
DELETE FROM banner WHERE banner.enrolment_id = %(enrolment_id)s::BIGINT AND banner.banner =
%(banner)s::VARCHAR AND banner.since = %(since)s::BIGINT
"""

REMOVE_BANNER_OF_ROWS = """
DELETE FROM banner USING json_to_recordset(%(rows)s::JSON) AS given(enrolment_id BIGINT, banner TEXT
COLLATE "C", since BIGINT) WHERE banner.enrolment_id = given.enrolment_id AND banner.banner = given.banner
AND banner.since = given.since
"""

PATHWAYS = """
SELECT pathway.digest, pathway.name, pathway.version, pathway.title, pathway.review, pathway.installed_at,
pathway.installed_by, coalesce((SELECT said.status FROM review AS said WHERE said.digest = pathway.digest
ORDER BY said.number DESC LIMIT 1 OFFSET 0), 'submitted') AS coalesce_1, coalesce(review.because, '') AS
coalesce_2, coalesce(review.at, pathway.installed_at) AS coalesce_3, coalesce(review.actor,
pathway.installed_by) AS coalesce_4 FROM pathway LEFT OUTER JOIN review ON review.digest = pathway.digest
AND review.number = (SELECT max(numbered.number) AS max_1 FROM review AS numbered WHERE numbered.digest =
pathway.digest) ORDER BY pathway.name, pathway.version
"""

REVIEWED = """
SELECT pathway.digest, pathway.version, coalesce((SELECT said.status FROM review AS said WHERE said.digest
= pathway.digest ORDER BY said.number DESC LIMIT 1 OFFSET 0), 'submitted') AS coalesce_1 FROM pathway
"""

REVIEW = """
SELECT coalesce((SELECT said.status FROM review AS said WHERE said.digest = %(digest)s::VARCHAR ORDER BY
said.number DESC LIMIT 1 OFFSET 0), 'submitted') AS coalesce_1
"""

REVIEWS = """
SELECT review.number, review.status, review.because, review.at, review.actor FROM review WHERE
review.digest = %(digest)s::VARCHAR ORDER BY review.number
"""

ADD_REVIEW = """
INSERT INTO review (digest, number, status, because, at, actor) VALUES (%(digest)s::VARCHAR, (SELECT
coalesce(max(review.number), 0) + 1 AS anon_1 FROM review WHERE review.digest = %(digest)s::VARCHAR),
%(status)s::VARCHAR, %(because)s::VARCHAR, %(at)s::BIGINT, %(actor)s::VARCHAR)
"""

SETTINGS = """
SELECT setting.number, setting.value, setting.because, setting.at, setting.actor FROM setting WHERE
setting.name = %(name)s::VARCHAR ORDER BY setting.number
"""

ADD_SETTING = """
INSERT INTO setting (name, number, value, because, at, actor) VALUES (%(name)s::VARCHAR, (SELECT
coalesce(max(setting.number), 0) + 1 AS anon_1 FROM setting WHERE setting.name = %(name)s::VARCHAR),
%(value)s::VARCHAR, %(because)s::VARCHAR, %(at)s::BIGINT, %(actor)s::VARCHAR)
"""

UNSETTLED = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.episode,
prompt.occurrence, prompt.booking, prompt.tier, prompt.role, prompt.owner, prompt.say, prompt.written_at,
prompt.began_at, prompt.began_by, prompt.counted_on, prompt.counted_at, prompt.counted_by,
prompt.opens_at, prompt.due_at, prompt.due_on, prompt.lapses_at, prompt.escalates, prompt.missing,
prompt.source, prompt.counted_from, prompt.seen_at, prompt.seen_by, prompt.acknowledged_at,
prompt.acknowledged_by, prompt.acting_at, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.snoozes, prompt.ended_at, prompt.ended, prompt.ended_by,
prompt.done_late_at, prompt.done_late_by, prompt.settled FROM prompt WHERE prompt.enrolment_id =
%(enrolment_id)s::BIGINT AND prompt.settled IS false ORDER BY prompt.number
"""

PROMPTS = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.episode,
prompt.occurrence, prompt.booking, prompt.tier, prompt.role, prompt.owner, prompt.say, prompt.written_at,
prompt.began_at, prompt.began_by, prompt.counted_on, prompt.counted_at, prompt.counted_by,
prompt.opens_at, prompt.due_at, prompt.due_on, prompt.lapses_at, prompt.escalates, prompt.missing,
prompt.source, prompt.counted_from, prompt.seen_at, prompt.seen_by, prompt.acknowledged_at,
prompt.acknowledged_by, prompt.acting_at, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.snoozes, prompt.ended_at, prompt.ended, prompt.ended_by,
prompt.done_late_at, prompt.done_late_by, prompt.settled FROM prompt WHERE prompt.enrolment_id =
%(enrolment_id)s::BIGINT ORDER BY prompt.number
"""

PROMPT = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.episode,
prompt.occurrence, prompt.booking, prompt.tier, prompt.role, prompt.owner, prompt.say, prompt.written_at,
prompt.began_at, prompt.began_by, prompt.counted_on, prompt.counted_at, prompt.counted_by,
prompt.opens_at, prompt.due_at, prompt.due_on, prompt.lapses_at, prompt.escalates, prompt.missing,
prompt.source, prompt.counted_from, prompt.seen_at, prompt.seen_by, prompt.acknowledged_at,
prompt.acknowledged_by, prompt.acting_at, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.snoozes, prompt.ended_at, prompt.ended, prompt.ended_by,
prompt.done_late_at, prompt.done_late_by, prompt.settled FROM prompt WHERE prompt.patient_id =
%(patient_id)s::VARCHAR AND prompt.number = %(number)s::INTEGER
"""

NEXT_PROMPT = """
SELECT nextval('prompt_id_seq') AS nextval_1, (SELECT coalesce(max(prompt.number), 0) + 1 AS anon_2 FROM
prompt WHERE prompt.patient_id = %(patient_id)s::VARCHAR) AS anon_1 FROM generate_series(1, %(many)s)
"""

ADD_PROMPT = """
INSERT INTO prompt (id, enrolment_id, patient_id, number, rule, episode, occurrence, booking, tier, role,
owner, say, written_at, began_at, began_by, counted_on, counted_at, counted_by, opens_at, due_at, due_on,
lapses_at, escalates, missing, source, counted_from, seen_at, seen_by, acknowledged_at, acknowledged_by,
acting_at, acting_by, acting_until, could_not, taken_at, snoozed_until, snoozes, ended_at, ended,
ended_by, done_late_at, done_late_by, settled) VALUES (%(id)s::BIGINT, %(enrolment_id)s::BIGINT,
%(patient_id)s::VARCHAR, %(number)s::INTEGER, %(rule)s::VARCHAR, %(episode)s::INTEGER,
%(occurrence)s::INTEGER, %(booking)s::INTEGER, %(tier)s::VARCHAR, %(role)s::VARCHAR, %(owner)s::VARCHAR,
%(say)s::VARCHAR, %(written_at)s::BIGINT, %(began_at)s::BIGINT, %(began_by)s::INTEGER,
%(counted_on)s::VARCHAR, %(counted_at)s::BIGINT, %(counted_by)s::INTEGER, %(opens_at)s::BIGINT,
%(due_at)s::BIGINT, %(due_on)s::VARCHAR, %(lapses_at)s::BIGINT, %(escalates)s::VARCHAR,
%(missing)s::VARCHAR, %(source)s::VARCHAR, %(counted_from)s::VARCHAR, %(seen_at)s::BIGINT,
%(seen_by)s::VARCHAR, %(acknowledged_at)s::BIGINT, %(acknowledged_by)s::VARCHAR, %(acting_at)s::BIGINT,
%(acting_by)s::VARCHAR, %(acting_until)s::BIGINT, %(could_not)s::VARCHAR, %(taken_at)s::BIGINT,
%(snoozed_until)s::BIGINT, %(snoozes)s::INTEGER, %(ended_at)s::BIGINT, %(ended)s::VARCHAR,
%(ended_by)s::INTEGER, %(done_late_at)s::BIGINT, %(done_late_by)s::INTEGER, %(settled)s)
"""

ADD_PROMPT_OF_ROWS = """
INSERT INTO prompt (id, enrolment_id, patient_id, number, rule, episode, occurrence, booking, tier, role,
owner, say, written_at, began_at, began_by, counted_on, counted_at, counted_by, opens_at, due_at, due_on,
lapses_at, escalates, missing, source, counted_from, seen_at, seen_by, acknowledged_at, acknowledged_by,
acting_at, acting_by, acting_until, could_not, taken_at, snoozed_until, snoozes, ended_at, ended,
ended_by, done_late_at, done_late_by, settled) SELECT given.id, given.enrolment_id, given.patient_id,
given.number, given.rule, given.episode, given.occurrence, given.booking, given.tier, given.role,
given.owner, given.say, given.written_at, given.began_at, given.began_by, given.counted_on,
given.counted_at, given.counted_by, given.opens_at, given.due_at, given.due_on, given.lapses_at,
given.escalates, given.missing, given.source, given.counted_from, given.seen_at, given.seen_by,
given.acknowledged_at, given.acknowledged_by, given.acting_at, given.acting_by, given.acting_until,
given.could_not, given.taken_at, given.snoozed_until, given.snoozes, given.ended_at, given.ended,
given.ended_by, given.done_late_at, given.done_late_by, given.settled FROM
json_to_recordset(%(rows)s::JSON) AS given(id BIGINT, enrolment_id BIGINT, patient_id TEXT COLLATE "C",
number INTEGER, rule TEXT COLLATE "C", episode INTEGER, occurrence INTEGER, booking INTEGER, tier TEXT
COLLATE "C", role TEXT COLLATE "C", owner TEXT COLLATE "C", say TEXT COLLATE "C", written_at BIGINT,
began_at BIGINT, began_by INTEGER, counted_on TEXT COLLATE "C", counted_at BIGINT, counted_by INTEGER,
opens_at BIGINT, due_at BIGINT, due_on TEXT COLLATE "C", lapses_at BIGINT, escalates TEXT COLLATE "C",
missing TEXT COLLATE "C", source TEXT COLLATE "C", counted_from TEXT COLLATE "C", seen_at BIGINT, seen_by
TEXT COLLATE "C", acknowledged_at BIGINT, acknowledged_by TEXT COLLATE "C", acting_at BIGINT, acting_by
TEXT COLLATE "C", acting_until BIGINT, could_not TEXT COLLATE "C", taken_at BIGINT, snoozed_until BIGINT,
snoozes INTEGER, ended_at BIGINT, ended TEXT COLLATE "C", ended_by INTEGER, done_late_at BIGINT,
done_late_by INTEGER, settled BOOLEAN)
"""

CHANGE_PROMPT = """
UPDATE prompt SET tier=%(tier)s::VARCHAR, role=%(role)s::VARCHAR, owner=%(owner)s::VARCHAR,
say=%(say)s::VARCHAR, began_at=%(began_at)s::BIGINT, began_by=%(began_by)s::INTEGER,
counted_on=%(counted_on)s::VARCHAR, counted_at=%(counted_at)s::BIGINT, counted_by=%(counted_by)s::INTEGER,
opens_at=%(opens_at)s::BIGINT, due_at=%(due_at)s::BIGINT, due_on=%(due_on)s::VARCHAR,
lapses_at=%(lapses_at)s::BIGINT, escalates=%(escalates)s::VARCHAR, missing=%(missing)s::VARCHAR,
source=%(source)s::VARCHAR, counted_from=%(counted_from)s::VARCHAR, seen_at=%(seen_at)s::BIGINT,
seen_by=%(seen_by)s::VARCHAR, acknowledged_at=%(acknowledged_at)s::BIGINT,
acknowledged_by=%(acknowledged_by)s::VARCHAR, acting_at=%(acting_at)s::BIGINT,
acting_by=%(acting_by)s::VARCHAR, acting_until=%(acting_until)s::BIGINT, could_not=%(could_not)s::VARCHAR,
taken_at=%(taken_at)s::BIGINT, snoozed_until=%(snoozed_until)s::BIGINT, snoozes=%(snoozes)s::INTEGER,
ended_at=%(ended_at)s::BIGINT, ended=%(ended)s::VARCHAR, ended_by=%(ended_by)s::INTEGER,
done_late_at=%(done_late_at)s::BIGINT, done_late_by=%(done_late_by)s::INTEGER, settled=%(settled)s WHERE
prompt.id = %(id)s::BIGINT
"""

CHANGE_PROMPT_OF_ROWS = """
UPDATE prompt SET tier=given.tier, role=given.role, owner=given.owner, say=given.say,
began_at=given.began_at, began_by=given.began_by, counted_on=given.counted_on,
counted_at=given.counted_at, counted_by=given.counted_by, opens_at=given.opens_at, due_at=given.due_at,
due_on=given.due_on, lapses_at=given.lapses_at, escalates=given.escalates, missing=given.missing,
source=given.source, counted_from=given.counted_from, seen_at=given.seen_at, seen_by=given.seen_by,
acknowledged_at=given.acknowledged_at, acknowledged_by=given.acknowledged_by, acting_at=given.acting_at,
acting_by=given.acting_by, acting_until=given.acting_until, could_not=given.could_not,
taken_at=given.taken_at, snoozed_until=given.snoozed_until, snoozes=given.snoozes,
ended_at=given.ended_at, ended=given.ended, ended_by=given.ended_by, done_late_at=given.done_late_at,
done_late_by=given.done_late_by, settled=given.settled FROM json_to_recordset(%(rows)s::JSON) AS
given(tier TEXT COLLATE "C", role TEXT COLLATE "C", owner TEXT COLLATE "C", say TEXT COLLATE "C", began_at
BIGINT, began_by INTEGER, counted_on TEXT COLLATE "C", counted_at BIGINT, counted_by INTEGER, opens_at
BIGINT, due_at BIGINT, due_on TEXT COLLATE "C", lapses_at BIGINT, escalates TEXT COLLATE "C", missing TEXT
COLLATE "C", source TEXT COLLATE "C", counted_from TEXT COLLATE "C", seen_at BIGINT, seen_by TEXT COLLATE
"C", acknowledged_at BIGINT, acknowledged_by TEXT COLLATE "C", acting_at BIGINT, acting_by TEXT COLLATE
"C", acting_until BIGINT, could_not TEXT COLLATE "C", taken_at BIGINT, snoozed_until BIGINT, snoozes
INTEGER, ended_at BIGINT, ended TEXT COLLATE "C", ended_by INTEGER, done_late_at BIGINT, done_late_by
INTEGER, settled BOOLEAN, id BIGINT) WHERE prompt.id = given.id
"""

ADD_WAITING = """
INSERT INTO waiting (at, prompt_id, kind, tell) VALUES (%(at)s::BIGINT, %(prompt_id)s::BIGINT,
%(kind)s::VARCHAR, %(tell)s::VARCHAR) ON CONFLICT DO NOTHING
"""

ADD_WAITING_OF_ROWS = """
INSERT INTO waiting (at, prompt_id, kind, tell) SELECT given.at, given.prompt_id, given.kind, given.tell
FROM json_to_recordset(%(rows)s::JSON) AS given(at BIGINT, prompt_id BIGINT, kind TEXT COLLATE "C", tell
TEXT COLLATE "C") ON CONFLICT DO NOTHING
"""

REMOVE_WAITING = """
DELETE FROM waiting WHERE waiting.at = %(at)s::BIGINT AND waiting.prompt_id = %(prompt_id)s::BIGINT AND
waiting.kind = %(kind)s::VARCHAR AND waiting.tell = %(tell)s::VARCHAR
"""

REMOVE_WAITING_OF_ROWS = """
DELETE FROM waiting USING json_to_recordset(%(rows)s::JSON) AS given(at BIGINT, prompt_id BIGINT, kind
TEXT COLLATE "C", tell TEXT COLLATE "C") WHERE waiting.at = given.at AND waiting.prompt_id =
given.prompt_id AND waiting.kind = given.kind AND waiting.tell = given.tell
"""

WAITING_OF_ENROLMENT = """
SELECT waiting.at, waiting.prompt_id, waiting.kind, waiting.tell FROM waiting JOIN prompt ON prompt.id =
waiting.prompt_id WHERE prompt.enrolment_id = %(enrolment_id)s::BIGINT
"""

WAITING_OF = """
SELECT waiting.at, waiting.prompt_id, waiting.kind, waiting.tell FROM waiting WHERE waiting.prompt_id IN
(SELECT prompt.id FROM prompt WHERE prompt.enrolment_id IN (SELECT CAST(anon_2.value AS BIGINT) AS anon_1
FROM json_array_elements_text(CAST(%(enrolment_ids)s AS JSON)) AS anon_2)) ORDER BY waiting.at,
waiting.prompt_id, waiting.kind, waiting.tell
"""

WAITING = """
SELECT waiting.at, waiting.prompt_id, waiting.kind, waiting.tell FROM waiting ORDER BY waiting.at,
waiting.prompt_id, waiting.kind, waiting.tell
"""

LEDGER = """
SELECT ledger.id, ledger.prompt_id, ledger.kind, ledger.moment, ledger.tell, ledger.at, ledger.by_entry,
ledger.worker FROM ledger JOIN prompt ON prompt.id = ledger.prompt_id WHERE prompt.enrolment_id =
%(enrolment_id)s::BIGINT ORDER BY ledger.id
"""

LEDGER_OF_PROMPTS = """
SELECT ledger.id, ledger.prompt_id, ledger.kind, ledger.moment, ledger.tell, ledger.at, ledger.by_entry,
ledger.worker FROM ledger WHERE ledger.prompt_id IN (SELECT CAST(anon_2.value AS BIGINT) AS anon_1 FROM
json_array_elements_text(CAST(%(prompt_ids)s AS JSON)) AS anon_2) ORDER BY ledger.id
"""

LAST_DEED = """
SELECT coalesce(max(ledger.id), 0) AS coalesce_1 FROM ledger
"""

NEW_DEEDS = """
SELECT ledger.kind, count(*) AS count_1 FROM ledger WHERE ledger.id > %(before)s::BIGINT AND ledger.xmin =
pg_current_xact_id()::xid GROUP BY ledger.kind
"""

ADD_DEED = """
INSERT INTO ledger (prompt_id, kind, moment, tell, at, by_entry, worker) VALUES (%(prompt_id)s::BIGINT,
%(kind)s::VARCHAR, %(moment)s::BIGINT, %(tell)s::VARCHAR, %(at)s::BIGINT, %(by_entry)s::INTEGER,
%(worker)s::VARCHAR) ON CONFLICT DO NOTHING
"""

ADD_DEED_OF_ROWS = """
INSERT INTO ledger (prompt_id, kind, moment, tell, at, by_entry, worker) SELECT given.prompt_id,
given.kind, given.moment, given.tell, given.at, given.by_entry, given.worker FROM
json_to_recordset(%(rows)s::JSON) AS given(prompt_id BIGINT, kind TEXT COLLATE "C", moment BIGINT, tell
TEXT COLLATE "C", at BIGINT, by_entry INTEGER, worker TEXT COLLATE "C") ON CONFLICT DO NOTHING
"""

NEXT_MOMENT = """
SELECT min(waiting.at) AS min_1 FROM waiting
"""

BATCH_ENDS = """
SELECT waiting.at, waiting.prompt_id FROM waiting WHERE waiting.at <= %(now)s::BIGINT ORDER BY waiting.at,
waiting.prompt_id LIMIT 1 OFFSET %(others)s
"""

HOLD_DUE = """
SELECT waiting.at, waiting.prompt_id FROM waiting JOIN prompt ON prompt.id = waiting.prompt_id JOIN
patient ON patient.id = prompt.patient_id WHERE waiting.at <= %(now)s::BIGINT ORDER BY waiting.at,
waiting.prompt_id LIMIT %(limit)s FOR NO KEY UPDATE OF patient SKIP LOCKED
"""

ADD_DEEDS_DUE = """
INSERT INTO ledger (prompt_id, kind, moment, tell, at, by_entry, worker) SELECT prompt.id, CASE
waiting.kind WHEN 'open' THEN 'raised' WHEN 'escalate' THEN 'escalated' WHEN 'lapse' THEN 'lapsed' ELSE
'woke' END AS anon_1, waiting.at, waiting.tell, %(now)s AS anon_2, 0, %(worker)s AS anon_3 FROM waiting
JOIN prompt ON prompt.id = waiting.prompt_id WHERE (waiting.at, waiting.prompt_id) <= (%(until_at)s,
%(until_id)s) AND waiting.prompt_id IN (SELECT CAST(anon_5.value AS BIGINT) AS anon_4 FROM
json_array_elements_text(CAST(%(held)s AS JSON)) AS anon_5) AND (waiting.kind = 'lapse' AND prompt.ended =
'lapsed' AND prompt.ended_at = waiting.at OR (prompt.ended_at IS NULL OR prompt.ended_at >
%(now)s::BIGINT) AND (waiting.kind = 'open' AND prompt.opens_at = waiting.at AND NOT (EXISTS (SELECT
raised.id FROM ledger AS raised WHERE raised.prompt_id = prompt.id AND raised.kind = 'raised' AND
raised.at >= prompt.opens_at AND NOT (EXISTS (SELECT superseded.id FROM ledger AS superseded WHERE
superseded.prompt_id = raised.prompt_id AND superseded.kind = 'superseded' AND superseded.moment =
raised.moment)))) OR waiting.kind = 'wake' AND prompt.snoozed_until = waiting.at AND prompt.opens_at <=
waiting.at OR waiting.kind = 'escalate')) ORDER BY waiting.at, waiting.prompt_id ON CONFLICT DO NOTHING
"""

REMOVE_BATCH = """
DELETE FROM waiting WHERE (waiting.at, waiting.prompt_id) <= (%(until_at)s, %(until_id)s) AND
waiting.prompt_id IN (SELECT CAST(anon_2.value AS BIGINT) AS anon_1 FROM
json_array_elements_text(CAST(%(held)s AS JSON)) AS anon_2)
"""

QUEUE_DEEDS = """
INSERT INTO delivery (ledger_id, staff, channel, state, ready_at, claimed_by, tries, sent_at, why, error,
delivery_key, merged_into) SELECT ledger.id, '', 'output', 'queued', ledger.at, NULL, 0, NULL, '', '', '',
'' FROM ledger WHERE ledger.id > %(before)s::BIGINT AND ledger.xmin = pg_current_xact_id()::xid AND
ledger.kind != 'superseded'
"""

LATE_TERMS = """
SELECT DISTINCT CAST(step.value ->> 'after' AS TEXT) AS anon_1, enrolment.zone,
coalesce(enrolment.calendar, '') AS coalesce_1 FROM ledger JOIN prompt ON prompt.id = ledger.prompt_id
JOIN enrolment ON enrolment.id = prompt.enrolment_id JOIN json_array_elements(CAST(prompt.escalates AS
JSON)) AS step ON true WHERE ledger.id > %(before)s::BIGINT AND ledger.xmin = pg_current_xact_id()::xid
AND ledger.kind = 'raised' AND NOT (prompt.due_at IS NOT NULL AND prompt.due_at > ledger.at)
"""

PLAN_ESCALATIONS = """
INSERT INTO waiting (at, prompt_id, kind, tell) SELECT planned.at, planned.prompt_id, 'escalate',
planned.tell FROM (SELECT CASE WHEN (prompt.due_at IS NOT NULL AND prompt.due_at > ledger.at) THEN
CAST(step.value ->> 'at' AS BIGINT) ELSE greatest(CAST(step.value ->> 'at' AS BIGINT),
CAST(json_extract_path_text(CAST(%(late)s AS JSON), CAST(step.value ->> 'after' AS TEXT) || '|' ||
enrolment.zone || '|' || coalesce(enrolment.calendar, '')) AS BIGINT)) END AS at, prompt.id AS prompt_id,
CAST(step.value ->> 'tell' AS TEXT) AS tell, prompt.ended_at AS ended_at FROM ledger JOIN prompt ON
prompt.id = ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id JOIN
json_array_elements(CAST(prompt.escalates AS JSON)) AS step ON true WHERE ledger.id > %(before)s::BIGINT
AND ledger.xmin = pg_current_xact_id()::xid AND ledger.kind = 'raised') AS planned WHERE (planned.ended_at
IS NULL OR planned.ended_at > planned.at) AND NOT (EXISTS (SELECT escalated.id FROM ledger AS escalated
WHERE escalated.prompt_id = planned.prompt_id AND escalated.kind = 'escalated' AND escalated.moment =
planned.at AND escalated.tell = planned.tell)) ORDER BY planned.at, planned.prompt_id ON CONFLICT DO
NOTHING
"""

CLAIMABLE = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ready_at <=
%(now)s::BIGINT AND delivery.ready_at IS NOT NULL AND delivery.staff = '' ORDER BY delivery.ready_at,
delivery.ledger_id LIMIT %(limit)s OFFSET 0 FOR UPDATE OF delivery SKIP LOCKED
"""

CLAIMABLE_FOR = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ready_at <=
%(now)s::BIGINT AND delivery.ready_at IS NOT NULL AND delivery.staff != '' ORDER BY delivery.ready_at,
delivery.ledger_id LIMIT %(limit)s OFFSET 0 FOR UPDATE OF delivery SKIP LOCKED
"""

CARRIED = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ledger_id >=
%(first)s::BIGINT AND delivery.merged_into = %(merged_into)s::VARCHAR ORDER BY delivery.ledger_id
"""

WAITING_THROUGH = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ready_at IS NOT
NULL AND delivery.staff != '' AND delivery.staff = %(staff)s::VARCHAR AND delivery.channel =
%(channel)s::VARCHAR AND prompt.tier != 'stop' AND delivery.ready_at > 0 ORDER BY delivery.ready_at,
delivery.ledger_id
"""

CLAIM = """
UPDATE delivery SET state='claimed', ready_at=%(leased_until)s::BIGINT, claimed_by=%(worker)s::VARCHAR,
tries=(delivery.tries + 1) WHERE delivery.ledger_id = %(ledger_id)s::BIGINT AND delivery.staff =
%(staff)s::VARCHAR AND delivery.channel = %(channel)s::VARCHAR
"""

CLAIM_OF_ROWS = """
UPDATE delivery SET state='claimed', ready_at=given.leased_until, claimed_by=given.worker,
tries=(delivery.tries + 1) FROM json_to_recordset(%(rows)s::JSON) AS given(leased_until BIGINT, worker
TEXT COLLATE "C", ledger_id BIGINT, staff TEXT COLLATE "C", channel TEXT COLLATE "C") WHERE
delivery.ledger_id = given.ledger_id AND delivery.staff = given.staff AND delivery.channel = given.channel
"""

GIVE_BACK = """
UPDATE delivery SET state='queued', ready_at=%(now)s::BIGINT, claimed_by=NULL, tries=(delivery.tries - 1)
WHERE delivery.ledger_id = %(ledger_id)s::BIGINT AND delivery.staff = %(staff)s::VARCHAR AND
delivery.channel = %(channel)s::VARCHAR AND (EXISTS (SELECT ledger.id FROM ledger WHERE ledger.id =
delivery.ledger_id AND ledger.at = %(at)s::BIGINT)) AND delivery.state = 'claimed' AND delivery.claimed_by
= %(claimed_by)s::VARCHAR AND delivery.tries = %(tries)s::INTEGER
"""

GIVE_BACK_OF_ROWS = """
UPDATE delivery SET state='queued', ready_at=given.now, claimed_by=NULL, tries=(delivery.tries - 1) FROM
json_to_recordset(%(rows)s::JSON) AS given(now BIGINT, ledger_id BIGINT, staff TEXT COLLATE "C", channel
TEXT COLLATE "C", at BIGINT, claimed_by TEXT COLLATE "C", tries INTEGER) WHERE delivery.ledger_id =
given.ledger_id AND delivery.staff = given.staff AND delivery.channel = given.channel AND (EXISTS (SELECT
ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND ledger.at = given.at)) AND delivery.state =
'claimed' AND delivery.claimed_by = given.claimed_by AND delivery.tries = given.tries
"""

MARK_SENT = """
UPDATE delivery SET state='sent', ready_at=NULL, claimed_by=NULL, sent_at=%(sent_at)s::BIGINT WHERE
delivery.ledger_id = %(ledger_id)s::BIGINT AND delivery.staff = %(staff)s::VARCHAR AND delivery.channel =
%(channel)s::VARCHAR AND (EXISTS (SELECT ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND
ledger.at = %(at)s::BIGINT)) AND delivery.state != 'sent'
"""

MARK_SENT_OF_ROWS = """
UPDATE delivery SET state='sent', ready_at=NULL, claimed_by=NULL, sent_at=given.sent_at FROM
json_to_recordset(%(rows)s::JSON) AS given(sent_at BIGINT, ledger_id BIGINT, staff TEXT COLLATE "C",
channel TEXT COLLATE "C", at BIGINT) WHERE delivery.ledger_id = given.ledger_id AND delivery.staff =
given.staff AND delivery.channel = given.channel AND (EXISTS (SELECT ledger.id FROM ledger WHERE ledger.id
= delivery.ledger_id AND ledger.at = given.at)) AND delivery.state != 'sent'
"""

MARK_FAILED = """
UPDATE delivery SET state=CASE WHEN (%(again_at)s::BIGINT IS NULL) THEN 'failed' ELSE 'queued' END,
ready_at=%(again_at)s::BIGINT, claimed_by=NULL, error=%(error)s::VARCHAR WHERE delivery.ledger_id =
%(ledger_id)s::BIGINT AND delivery.staff = %(staff)s::VARCHAR AND delivery.channel = %(channel)s::VARCHAR
AND (EXISTS (SELECT ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND ledger.at =
%(at)s::BIGINT)) AND delivery.state = 'claimed' AND delivery.claimed_by = %(claimed_by)s::VARCHAR AND
delivery.tries = %(tries)s::INTEGER
"""

MARK_FAILED_OF_ROWS = """
UPDATE delivery SET state=CASE WHEN (given.again_at IS NULL) THEN 'failed' ELSE 'queued' END,
ready_at=given.again_at, claimed_by=NULL, error=given.error FROM json_to_recordset(%(rows)s::JSON) AS
given(again_at BIGINT, error TEXT COLLATE "C", ledger_id BIGINT, staff TEXT COLLATE "C", channel TEXT
COLLATE "C", at BIGINT, claimed_by TEXT COLLATE "C", tries INTEGER) WHERE delivery.ledger_id =
given.ledger_id AND delivery.staff = given.staff AND delivery.channel = given.channel AND (EXISTS (SELECT
ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND ledger.at = given.at)) AND delivery.state =
'claimed' AND delivery.claimed_by = given.claimed_by AND delivery.tries = given.tries
"""

MARK_OVER = """
UPDATE delivery SET state=CASE WHEN (%(merged_into)s = '') THEN 'withdrawn' ELSE 'merged' END,
ready_at=NULL, claimed_by=NULL, merged_into=%(merged_into)s::VARCHAR WHERE delivery.ledger_id =
%(ledger_id)s::BIGINT AND delivery.staff = %(staff)s::VARCHAR AND delivery.channel = %(channel)s::VARCHAR
AND delivery.state != 'sent'
"""

MARK_OVER_OF_ROWS = """
UPDATE delivery SET state=CASE WHEN (given.merged_into = '') THEN 'withdrawn' ELSE 'merged' END,
ready_at=NULL, claimed_by=NULL, merged_into=given.merged_into FROM json_to_recordset(%(rows)s::JSON) AS
given(merged_into TEXT COLLATE "C", ledger_id BIGINT, staff TEXT COLLATE "C", channel TEXT COLLATE "C")
WHERE delivery.ledger_id = given.ledger_id AND delivery.staff = given.staff AND delivery.channel =
given.channel AND delivery.state != 'sent'
"""

ADD_DELIVERY = """
INSERT INTO delivery (ledger_id, staff, channel, state, ready_at, claimed_by, tries, sent_at, why, error,
delivery_key, merged_into) VALUES (%(ledger_id)s::BIGINT, %(staff)s::VARCHAR, %(channel)s::VARCHAR,
%(state)s::VARCHAR, %(ready_at)s::BIGINT, %(claimed_by)s::VARCHAR, %(tries)s::INTEGER,
%(sent_at)s::BIGINT, %(why)s::VARCHAR, %(error)s::VARCHAR, %(delivery_key)s::VARCHAR,
%(merged_into)s::VARCHAR) ON CONFLICT (ledger_id, staff, channel) DO UPDATE SET state = excluded.state,
ready_at = excluded.ready_at, tries = excluded.tries, why = excluded.why, error = excluded.error,
delivery_key = excluded.delivery_key, merged_into = excluded.merged_into WHERE delivery.state =
'withdrawn'
"""

ADD_DELIVERY_OF_ROWS = """
INSERT INTO delivery (ledger_id, staff, channel, state, ready_at, claimed_by, tries, sent_at, why, error,
delivery_key, merged_into) SELECT given.ledger_id, given.staff, given.channel, given.state,
given.ready_at, given.claimed_by, given.tries, given.sent_at, given.why, given.error, given.delivery_key,
given.merged_into FROM json_to_recordset(%(rows)s::JSON) AS given(ledger_id BIGINT, staff TEXT COLLATE
"C", channel TEXT COLLATE "C", state TEXT COLLATE "C", ready_at BIGINT, claimed_by TEXT COLLATE "C", tries
INTEGER, sent_at BIGINT, why TEXT COLLATE "C", error TEXT COLLATE "C", delivery_key TEXT COLLATE "C",
merged_into TEXT COLLATE "C") ON CONFLICT (ledger_id, staff, channel) DO UPDATE SET state =
excluded.state, ready_at = excluded.ready_at, tries = excluded.tries, why = excluded.why, error =
excluded.error, delivery_key = excluded.delivery_key, merged_into = excluded.merged_into WHERE
delivery.state = 'withdrawn'
"""

REVIVE_OF_PROMPT = """
UPDATE delivery SET state='queued', ready_at=%(now)s::BIGINT, tries=0, error='' WHERE delivery.state =
'withdrawn' AND delivery.staff != '' AND delivery.delivery_key != '' AND delivery.ledger_id IN (SELECT
ledger.id FROM ledger WHERE ledger.prompt_id = %(prompt_id)s::BIGINT)
"""

REVIVE_OF_PROMPT_OF_ROWS = """
UPDATE delivery SET state='queued', ready_at=given.now, tries=0, error='' FROM
json_to_recordset(%(rows)s::JSON) AS given(now BIGINT, prompt_id BIGINT) WHERE delivery.state =
'withdrawn' AND delivery.staff != '' AND delivery.delivery_key != '' AND delivery.ledger_id IN (SELECT
ledger.id FROM ledger WHERE ledger.prompt_id = given.prompt_id)
"""

REVIVE_BY_CLOCK = """
UPDATE delivery SET state='queued', ready_at=%(now)s::BIGINT, tries=0, error='' WHERE delivery.state =
'withdrawn' AND delivery.staff != '' AND delivery.delivery_key != '' AND (EXISTS (SELECT ledger.id FROM
ledger JOIN prompt ON prompt.id = ledger.prompt_id WHERE ledger.id = delivery.ledger_id AND
(prompt.ended_at IS NULL OR prompt.ended_at > %(now)s::BIGINT)))
"""

TELL_OUTPUT_AGAIN = """
UPDATE delivery SET state='queued', ready_at=%(now)s::BIGINT, tries=1, sent_at=NULL WHERE
delivery.ledger_id = %(ledger_id)s::BIGINT AND delivery.staff = '' AND delivery.state IN ('sent',
'failed')
"""

PUT_OFF = """
UPDATE delivery SET ready_at=%(ready_at)s::BIGINT WHERE delivery.ledger_id = %(ledger_id)s::BIGINT AND
delivery.staff = %(staff)s::VARCHAR AND delivery.channel = %(channel)s::VARCHAR
"""

PUT_OFF_OF_ROWS = """
UPDATE delivery SET ready_at=given.ready_at FROM json_to_recordset(%(rows)s::JSON) AS given(ready_at
BIGINT, ledger_id BIGINT, staff TEXT COLLATE "C", channel TEXT COLLATE "C") WHERE delivery.ledger_id =
given.ledger_id AND delivery.staff = given.staff AND delivery.channel = given.channel
"""

WAITING_DELIVERIES = """
SELECT count(*) AS count_1 FROM delivery WHERE delivery.ready_at IS NOT NULL AND delivery.staff = ''
"""

WAITING_DELIVERIES_FOR = """
SELECT count(*) AS count_1 FROM delivery WHERE delivery.ready_at IS NOT NULL AND delivery.staff != ''
"""

OLDEST_UNDELIVERED = """
SELECT min(ledger.at) AS min_1 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id WHERE
delivery.ready_at IS NOT NULL AND delivery.staff = ''
"""

OLDEST_UNDELIVERED_FOR = """
SELECT min(ledger.at) AS min_1 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id WHERE
delivery.ready_at IS NOT NULL AND delivery.staff != ''
"""

FAILED_DELIVERIES = """
SELECT count(*) AS count_1 FROM delivery WHERE delivery.state = 'failed'
"""

FAILING = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, max(delivery.error) AS max_1 FROM delivery
WHERE delivery.ready_at IS NOT NULL AND delivery.staff != '' AND delivery.error != '' AND delivery.staff
!= '' GROUP BY delivery.staff, delivery.channel ORDER BY delivery.staff, delivery.channel
"""

GIVEN_UP = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, max(delivery.error) AS max_1 FROM delivery
WHERE delivery.state = 'failed' AND delivery.error != '' AND delivery.staff != '' GROUP BY delivery.staff,
delivery.channel ORDER BY delivery.staff, delivery.channel
"""

HURRY_DELIVERIES = """
UPDATE delivery SET ready_at=%(now)s::BIGINT WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at >
%(now)s::BIGINT AND (delivery.ready_at > %(beyond)s::BIGINT OR delivery.state = 'queued' AND
(delivery.tries > 0 OR (EXISTS (SELECT ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND
ledger.at > %(now)s::BIGINT))) OR delivery.state = 'claimed' AND delivery.ready_at > %(leased)s::BIGINT +
coalesce((SELECT CASE WHEN (heartbeat.interval * 2000000 > 7200000000) THEN 7200000000 ELSE
heartbeat.interval * 2000000 END AS anon_1 FROM heartbeat WHERE heartbeat.worker = delivery.claimed_by),
0)) AND delivery.staff = ''
"""

HURRY_DELIVERIES_FOR = """
UPDATE delivery SET ready_at=%(now)s::BIGINT WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at >
%(now)s::BIGINT AND (delivery.ready_at > %(beyond)s::BIGINT OR delivery.state = 'queued' OR delivery.state
= 'claimed' AND delivery.ready_at > %(leased)s::BIGINT) AND delivery.staff != ''
"""

HURRY_RECORDED_AHEAD = """
UPDATE delivery SET ready_at=%(now)s::BIGINT WHERE delivery.ready_at IS NOT NULL AND delivery.staff = ''
AND delivery.ready_at > %(now)s::BIGINT AND delivery.state = 'queued' AND delivery.tries = 0
"""

TRY_DELIVERIES_ANEW = """
UPDATE delivery SET ready_at=%(now)s::BIGINT, tries=0, error='' WHERE delivery.ready_at IS NOT NULL AND
delivery.ready_at > 0 AND delivery.state = 'queued' AND delivery.tries > 0 AND delivery.staff =
%(staff)s::VARCHAR AND delivery.channel = %(channel)s::VARCHAR AND delivery.staff != ''
"""

BEGIN_TICK = """
INSERT INTO heartbeat (worker, host, interval, started_at, tick_began_at, tick_ended_at, raised) VALUES
(%(worker)s::VARCHAR, %(host)s::VARCHAR, %(interval)s, %(started_at)s::BIGINT, %(tick_began_at)s::BIGINT,
%(tick_ended_at)s::BIGINT, %(raised)s::INTEGER) ON CONFLICT (worker) DO UPDATE SET host = excluded.host,
interval = excluded.interval, started_at = excluded.started_at, tick_began_at = excluded.tick_began_at,
tick_ended_at = excluded.tick_ended_at, raised = excluded.raised
"""

END_TICK = """
UPDATE heartbeat SET tick_ended_at=%(tick_ended_at)s::BIGINT, raised=%(raised)s::INTEGER WHERE
heartbeat.worker = %(worker)s::VARCHAR
"""

HEARTBEATS = """
SELECT heartbeat.worker, heartbeat.host, heartbeat.interval, heartbeat.started_at,
heartbeat.tick_began_at, heartbeat.tick_ended_at, heartbeat.raised FROM heartbeat ORDER BY
heartbeat.worker
"""

WAITING_BY_CHANNEL = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1 FROM delivery WHERE delivery.ready_at IS NOT
NULL AND delivery.staff != '' AND delivery.tries = 0 AND (EXISTS (SELECT ledger.id FROM ledger JOIN prompt
ON prompt.id = ledger.prompt_id WHERE ledger.id = delivery.ledger_id AND prompt.tier != 'stop')) GROUP BY
delivery.staff, delivery.channel
"""

MERGE_DELIVERIES = """
UPDATE delivery SET state=CASE WHEN (%(merged_into)s = '') THEN 'withdrawn' ELSE 'merged' END,
ready_at=NULL, claimed_by=NULL, merged_into=%(merged_into)s::VARCHAR WHERE delivery.staff =
%(staff)s::VARCHAR AND delivery.channel = %(channel)s::VARCHAR AND delivery.ledger_id IN (SELECT
one.ledger_id FROM delivery AS one WHERE one.ready_at IS NOT NULL AND one.staff != '' AND one.tries = 0
AND (EXISTS (SELECT ledger.id FROM ledger JOIN prompt ON prompt.id = ledger.prompt_id WHERE ledger.id =
one.ledger_id AND prompt.tier != 'stop')) AND one.staff = %(staff)s::VARCHAR AND one.channel =
%(channel)s::VARCHAR AND one.ledger_id >= %(first)s::BIGINT LIMIT %(limit)s OFFSET 0) AND delivery.state
!= 'sent'
"""

UNTOLD = """
SELECT CASE WHEN (ledger.tell != '') THEN ledger.tell ELSE prompt.role END AS anon_1, prompt.owner,
prompt.tier, count(*) AS count_1 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt
ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.staff = '' AND
delivery.ready_at <= %(now)s::BIGINT AND delivery.tries = 0 AND NOT (EXISTS (SELECT told.ledger_id FROM
delivery AS told WHERE told.ledger_id = delivery.ledger_id AND told.staff != '')) GROUP BY CASE WHEN
(ledger.tell != '') THEN ledger.tell ELSE prompt.role END, prompt.owner, prompt.tier
"""

FIRST_WAITING = """
SELECT min(delivery.ledger_id) AS min_1 FROM delivery WHERE delivery.ready_at IS NOT NULL AND
delivery.staff = ''
"""

FIRST_WAITING_FOR = """
SELECT min(delivery.ledger_id) AS min_1 FROM delivery WHERE delivery.ready_at IS NOT NULL AND
delivery.staff != ''
"""

OUTPUT_WAITS = """
SELECT min(delivery.ready_at) AS min_1 FROM delivery WHERE delivery.ready_at IS NOT NULL AND
delivery.staff = ''
"""

PEOPLE_WAIT = """
SELECT min(delivery.ready_at) AS min_1 FROM delivery WHERE delivery.ready_at IS NOT NULL AND
delivery.staff != ''
"""

SITE = """
SELECT meta.value FROM meta WHERE meta.key = 'site'
"""

ADD_MESSAGE = """
INSERT INTO message (kind, about, staff, channel, at, body, state, ready_at, claimed_by, tries, sent_at,
why, error, delivery_key, merged_into) VALUES (%(kind)s::VARCHAR, %(about)s::VARCHAR, %(staff)s::VARCHAR,
%(channel)s::VARCHAR, %(at)s::BIGINT, %(body)s::VARCHAR, %(state)s::VARCHAR, %(ready_at)s::BIGINT,
%(claimed_by)s::VARCHAR, %(tries)s::INTEGER, %(sent_at)s::BIGINT, %(why)s::VARCHAR, %(error)s::VARCHAR,
%(delivery_key)s::VARCHAR, %(merged_into)s::VARCHAR) ON CONFLICT (kind, about, staff, channel) DO UPDATE
SET at = excluded.at, body = excluded.body, state = excluded.state, ready_at = excluded.ready_at, tries =
excluded.tries, why = excluded.why, error = excluded.error WHERE message.state = 'withdrawn'
"""

HAS_MESSAGE = """
SELECT count(*) AS count_1 FROM message WHERE message.kind = %(kind)s::VARCHAR AND message.about =
%(about)s::VARCHAR AND message.state != 'withdrawn'
"""

MESSAGES_READY = """
SELECT message.id, message.kind, message.about, message.staff, message.channel, message.at, message.body,
message.state, message.ready_at, message.claimed_by, message.tries, message.sent_at, message.why,
message.error, message.delivery_key, message.merged_into FROM message WHERE message.ready_at IS NOT NULL
AND message.ready_at <= %(now)s::BIGINT ORDER BY message.ready_at, message.id LIMIT %(limit)s OFFSET 0 FOR
UPDATE SKIP LOCKED
"""

MESSAGES_WAIT = """
SELECT min(message.ready_at) AS min_1 FROM message WHERE message.ready_at IS NOT NULL
"""

NEWER_MESSAGE = """
SELECT message.delivery_key FROM message WHERE message.kind = %(kind)s::VARCHAR AND message.about >
%(about)s::VARCHAR AND message.about <= %(now)s::VARCHAR AND message.staff = %(staff)s::VARCHAR AND
message.channel = %(channel)s::VARCHAR ORDER BY message.about DESC LIMIT 1 OFFSET 0
"""

ARRIVED_MESSAGE = """
SELECT count(*) AS count_1 FROM message WHERE message.id = %(id)s::BIGINT AND message.state = 'sent'
"""

ARRIVED_DELIVERY = """
SELECT count(*) AS count_1 FROM delivery WHERE delivery.ledger_id = %(ledger_id)s::BIGINT AND
delivery.staff = %(staff)s::VARCHAR AND delivery.channel = %(channel)s::VARCHAR AND delivery.state =
'sent'
"""

CLAIM_MESSAGE = """
UPDATE message SET state='claimed', ready_at=%(leased_until)s::BIGINT, claimed_by=%(worker)s::VARCHAR,
tries=(message.tries + 1) WHERE message.id = %(id)s::BIGINT
"""

CLAIM_MESSAGE_OF_ROWS = """
UPDATE message SET state='claimed', ready_at=given.leased_until, claimed_by=given.worker,
tries=(message.tries + 1) FROM json_to_recordset(%(rows)s::JSON) AS given(leased_until BIGINT, worker TEXT
COLLATE "C", id BIGINT) WHERE message.id = given.id
"""

PUT_OFF_MESSAGE = """
UPDATE message SET ready_at=%(ready_at)s::BIGINT WHERE message.id = %(id)s::BIGINT
"""

MARK_MESSAGE_SENT = """
UPDATE message SET state='sent', ready_at=NULL, claimed_by=NULL, sent_at=%(sent_at)s::BIGINT WHERE
message.id = %(id)s::BIGINT AND message.delivery_key = %(delivery_key)s::VARCHAR AND message.state !=
'sent'
"""

MARK_MESSAGE_FAILED = """
UPDATE message SET state=CASE WHEN (%(again_at)s::BIGINT IS NULL) THEN 'failed' ELSE 'queued' END,
ready_at=%(again_at)s::BIGINT, claimed_by=NULL, error=%(error)s::VARCHAR WHERE message.id = %(id)s::BIGINT
AND message.delivery_key = %(delivery_key)s::VARCHAR AND message.state = 'claimed' AND message.claimed_by
= %(claimed_by)s::VARCHAR AND message.tries = %(tries)s::INTEGER
"""

MARK_MESSAGE_OVER = """
UPDATE message SET state=CASE WHEN (%(merged_into)s = '') THEN 'withdrawn' ELSE 'merged' END,
ready_at=NULL, claimed_by=NULL, merged_into=%(merged_into)s::VARCHAR WHERE message.id = %(id)s::BIGINT AND
message.state != 'sent'
"""

MARK_MESSAGE_OVER_OF_ROWS = """
UPDATE message SET state=CASE WHEN (given.merged_into = '') THEN 'withdrawn' ELSE 'merged' END,
ready_at=NULL, claimed_by=NULL, merged_into=given.merged_into FROM json_to_recordset(%(rows)s::JSON) AS
given(merged_into TEXT COLLATE "C", id BIGINT) WHERE message.id = given.id AND message.state != 'sent'
"""

DIGESTS_TO_COME = """
SELECT message.id, message.kind, message.about, message.staff, message.channel, message.at, message.body,
message.state, message.ready_at, message.claimed_by, message.tries, message.sent_at, message.why,
message.error, message.delivery_key, message.merged_into FROM message WHERE message.ready_at IS NOT NULL
AND message.ready_at > %(now)s::BIGINT AND message.kind = 'digest' AND message.state = 'queued' AND
message.tries = 0 ORDER BY message.ready_at, message.id
"""

KEYS_TO_COME = """
SELECT message.delivery_key FROM message WHERE message.ready_at IS NOT NULL AND message.ready_at >
%(now)s::BIGINT AND message.kind = 'digest' AND message.state = 'queued' AND message.tries = 0 ORDER BY
message.id FOR UPDATE
"""

RELEASE_MESSAGE = """
UPDATE message SET ready_at=%(ready_at)s::BIGINT WHERE message.delivery_key = %(delivery_key)s::VARCHAR
AND message.state = 'queued' AND message.tries = 0
"""

HURRY_MESSAGES = """
UPDATE message SET ready_at=%(now)s::BIGINT WHERE message.ready_at IS NOT NULL AND message.ready_at >
%(now)s::BIGINT AND (message.ready_at > %(beyond)s::BIGINT OR message.state = 'queued' AND (message.tries
> 0 OR message.at > %(now)s::BIGINT) OR message.state = 'claimed' AND message.ready_at >
%(leased)s::BIGINT)
"""

TRY_MESSAGES_ANEW = """
UPDATE message SET ready_at=%(now)s::BIGINT, tries=0, error='' WHERE message.ready_at IS NOT NULL AND
message.ready_at > 0 AND message.state = 'queued' AND message.tries > 0 AND message.staff =
%(staff)s::VARCHAR AND message.channel = %(channel)s::VARCHAR
"""

WAITING_MESSAGES = """
SELECT count(*) AS count_1 FROM message WHERE message.ready_at IS NOT NULL
"""

OLDEST_UNSENT = """
SELECT min(message.at) AS min_1 FROM message WHERE message.ready_at IS NOT NULL
"""

FAILED_MESSAGES = """
SELECT count(*) AS count_1 FROM message WHERE message.state = 'failed'
"""

ADD_ROUTINE = """
INSERT INTO routine (name, next_at, last_began_at, last_ended_at, claimed_by, claimed_until, result)
VALUES (%(name)s::VARCHAR, %(next_at)s::BIGINT, NULL, NULL, NULL, NULL, %(result)s::VARCHAR) ON CONFLICT
DO NOTHING
"""

ROUTINES = """
SELECT routine.name, routine.next_at, routine.last_began_at, routine.last_ended_at, routine.claimed_by,
routine.claimed_until, routine.result FROM routine ORDER BY routine.name
"""

ROUTINES_DUE = """
SELECT routine.name, routine.next_at, routine.last_began_at, routine.last_ended_at, routine.claimed_by,
routine.claimed_until, routine.result FROM routine WHERE routine.next_at <= %(now)s::BIGINT AND
(routine.claimed_until IS NULL OR routine.claimed_until <= %(now)s::BIGINT) AND (%(kind)s::VARCHAR = '' OR
substr(routine.name || ':', 1, length(%(kind)s::VARCHAR) + 1) = (%(kind)s::VARCHAR || ':')) ORDER BY
routine.name = %(last)s::VARCHAR, routine.next_at, routine.name LIMIT %(limit)s OFFSET 0 FOR UPDATE SKIP
LOCKED
"""

CLAIM_ROUTINE = """
UPDATE routine SET last_began_at=%(now)s::BIGINT, claimed_by=%(worker)s::VARCHAR,
claimed_until=%(claimed_until)s::BIGINT WHERE routine.name = %(name)s::VARCHAR
"""

RENEW_ROUTINE = """
UPDATE routine SET claimed_until=%(claimed_until)s::BIGINT WHERE routine.name = %(name)s::VARCHAR AND
routine.claimed_by = %(worker)s::VARCHAR
"""

RELEASE_ROUTINE = """
UPDATE routine SET claimed_by=NULL, claimed_until=NULL WHERE routine.name = %(name)s::VARCHAR AND
routine.claimed_by = %(worker)s::VARCHAR
"""

END_ROUTINE = """
UPDATE routine SET next_at=%(next_at)s::BIGINT, last_ended_at=%(at)s::BIGINT, claimed_by=NULL,
claimed_until=NULL, result=%(result)s::VARCHAR WHERE routine.name = %(name)s::VARCHAR AND
routine.claimed_by = %(worker)s::VARCHAR
"""

MOVE_ROUTINE = """
UPDATE routine SET next_at=%(next_at)s::BIGINT WHERE routine.name = %(name)s::VARCHAR
"""

REMOVE_ROUTINE = """
DELETE FROM routine WHERE routine.name = %(name)s::VARCHAR
"""

FREE_ROUTINES = """
UPDATE routine SET claimed_by=NULL, claimed_until=NULL WHERE routine.claimed_until > %(beyond)s::BIGINT
"""

ADD_GAP = """
INSERT INTO gap (since, until, kind, found_by, at, counts, told_at) VALUES (%(since)s::BIGINT,
%(until)s::BIGINT, %(kind)s::VARCHAR, %(found_by)s::VARCHAR, %(at)s::BIGINT, %(counts)s::VARCHAR,
%(told_at)s::BIGINT)
"""

LAST_GAP = """
SELECT max(gap.number) AS max_1 FROM gap
"""

GAPS = """
SELECT gap.number, gap.since, gap.until, gap.kind, gap.found_by, gap.at, gap.counts, gap.told_at FROM gap
ORDER BY gap.number DESC LIMIT %(limit)s OFFSET 0
"""

GAP = """
SELECT gap.number, gap.since, gap.until, gap.kind, gap.found_by, gap.at, gap.counts, gap.told_at FROM gap
WHERE gap.number = %(number)s::BIGINT
"""

COUNT_GAP = """
UPDATE gap SET counts=%(counts)s::VARCHAR WHERE gap.number = %(number)s::BIGINT
"""

FELL_IN_GAP = """
SELECT ledger.id, ledger.kind, ledger.moment, ledger.at, ledger.tell, prompt.patient_id, prompt.number,
prompt.rule, prompt.tier, prompt.role, prompt.say, prompt.opens_at, prompt.ended_at, prompt.ended,
enrolment.zone, delivery.staff, delivery.channel, delivery.state FROM ledger JOIN prompt ON prompt.id =
ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN delivery ON
delivery.ledger_id = ledger.id WHERE (ledger.moment > %(since)s::BIGINT OR prompt.written_at >
%(since)s::BIGINT) AND ledger.moment <= %(until)s::BIGINT AND ledger.kind != 'superseded' AND
prompt.written_at <= %(until)s::BIGINT ORDER BY ledger.moment, ledger.id, delivery.staff, delivery.channel
"""

STAFF = """
SELECT staff.id, staff.roles, staff.zone, staff.hours, staff.deputy, staff.joined_at, staff.left_on,
staff.digest_at, staff.wants, staff.budget FROM staff ORDER BY staff.id
"""

PUT_STAFF = """
INSERT INTO staff (id, roles, zone, hours, deputy, joined_at, left_on, digest_at, wants, budget) VALUES
(%(id)s::VARCHAR, %(roles)s::VARCHAR, %(zone)s::VARCHAR, %(hours)s::VARCHAR, %(deputy)s::VARCHAR,
%(joined_at)s::BIGINT, %(left_on)s::VARCHAR, %(digest_at)s::VARCHAR, %(wants)s::VARCHAR,
%(budget)s::INTEGER) ON CONFLICT (id) DO UPDATE SET roles = excluded.roles, zone = excluded.zone, hours =
excluded.hours, deputy = excluded.deputy, joined_at = excluded.joined_at, left_on = excluded.left_on,
digest_at = excluded.digest_at, wants = excluded.wants, budget = excluded.budget
"""

LEAVE_FROM = """
SELECT staff_leave.staff, staff_leave.number, staff_leave.from_on, staff_leave.to_on, staff_leave.deputy,
staff_leave.ended, staff_leave.at, staff_leave.actor FROM staff_leave WHERE staff_leave.to_on >=
%(since)s::VARCHAR AND staff_leave.ended IS false ORDER BY staff_leave.to_on, staff_leave.staff,
staff_leave.number
"""

LEAVE_OF = """
SELECT staff_leave.staff, staff_leave.number, staff_leave.from_on, staff_leave.to_on, staff_leave.deputy,
staff_leave.ended, staff_leave.at, staff_leave.actor FROM staff_leave WHERE staff_leave.staff =
%(staff)s::VARCHAR ORDER BY staff_leave.number
"""

ADD_LEAVE = """
INSERT INTO staff_leave (staff, number, from_on, to_on, deputy, ended, at, actor) VALUES
(%(staff)s::VARCHAR, (SELECT coalesce(max(staff_leave.number), 0) + 1 AS anon_1 FROM staff_leave WHERE
staff_leave.staff = %(staff)s::VARCHAR), %(from_on)s::VARCHAR, %(to_on)s::VARCHAR, %(deputy)s::VARCHAR,
%(ended)s, %(at)s::BIGINT, %(actor)s::VARCHAR)
"""

END_LEAVE = """
UPDATE staff_leave SET ended=true WHERE staff_leave.staff = %(staff)s::VARCHAR AND staff_leave.number =
%(number)s::BIGINT AND staff_leave.ended IS false
"""

OPEN_OF = """
SELECT count(*) AS count_1 FROM enrolment WHERE enrolment.owner = %(owner)s::VARCHAR AND enrolment.left_at
IS NULL
"""

PROMPTS_OF = """
SELECT count(*) AS count_1 FROM prompt WHERE prompt.settled IS false AND prompt.owner = %(owner)s::VARCHAR
AND (prompt.ended_at IS NULL OR prompt.ended_at > %(now)s::BIGINT)
"""

OPEN_BY_OWNER = """
SELECT enrolment.owner, count(*) AS count_1 FROM enrolment WHERE enrolment.left_at IS NULL GROUP BY
enrolment.owner
"""

PROMPTS_BY_OWNER = """
SELECT prompt.owner, count(*) AS count_1 FROM prompt WHERE prompt.settled IS false AND (prompt.ended_at IS
NULL OR prompt.ended_at > %(now)s::BIGINT) GROUP BY prompt.owner
"""

CHANNELS = """
SELECT staff_channel.staff, staff_channel.name, staff_channel.url, staff_channel.tiers,
staff_channel.kinds, staff_channel.verified_at FROM staff_channel ORDER BY staff_channel.staff,
staff_channel.name
"""

CHANNELS_OF = """
SELECT staff_channel.staff, staff_channel.name, staff_channel.url, staff_channel.tiers,
staff_channel.kinds, staff_channel.verified_at FROM staff_channel WHERE staff_channel.staff =
%(staff)s::VARCHAR ORDER BY staff_channel.staff, staff_channel.name
"""

PUT_CHANNEL = """
INSERT INTO staff_channel (staff, name, url, tiers, kinds, verified_at) VALUES (%(staff)s::VARCHAR,
%(name)s::VARCHAR, %(url)s::VARCHAR, %(tiers)s::VARCHAR, %(kinds)s::VARCHAR, %(verified_at)s::BIGINT) ON
CONFLICT (staff, name) DO UPDATE SET url = excluded.url, tiers = excluded.tiers, kinds = excluded.kinds,
verified_at = excluded.verified_at
"""

VERIFY_CHANNEL = """
UPDATE staff_channel SET verified_at=%(verified_at)s::BIGINT WHERE staff_channel.staff =
%(staff)s::VARCHAR AND staff_channel.name = %(name)s::VARCHAR
"""

REMOVE_CHANNEL = """
DELETE FROM staff_channel WHERE staff_channel.staff = %(staff)s::VARCHAR AND staff_channel.name =
%(name)s::VARCHAR
"""

STAFF_LOG = """
SELECT staff_log.number, staff_log.what, staff_log.change, staff_log.at, staff_log.actor FROM staff_log
WHERE staff_log.staff = %(staff)s::VARCHAR ORDER BY staff_log.number
"""

ADD_STAFF_LOG = """
INSERT INTO staff_log (staff, number, what, change, at, actor) VALUES (%(staff)s::VARCHAR, (SELECT
coalesce(max(staff_log.number), 0) + 1 AS anon_1 FROM staff_log WHERE staff_log.staff =
%(staff)s::VARCHAR), %(what)s::VARCHAR, %(change)s::VARCHAR, %(at)s::BIGINT, %(actor)s::VARCHAR)
"""

OVERDUE_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.owner = %(owner)s::VARCHAR AND prompt.tier = %(tier)s::VARCHAR AND prompt.sorts_at <=
%(now)s::BIGINT AND prompt.opens_at <= %(now)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at >
%(now)s::BIGINT) AND coalesce(prompt.ended, '') != 'superseded' ORDER BY prompt.sorts_at, prompt.id LIMIT
%(limit)s OFFSET 0
"""

OPEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.owner = %(owner)s::VARCHAR AND prompt.tier = %(tier)s::VARCHAR AND prompt.sorts_at >
%(now)s::BIGINT AND (prompt.snoozed_until IS NULL OR prompt.snoozed_until <= %(now)s::BIGINT) AND
prompt.opens_at <= %(now)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at > %(now)s::BIGINT) AND
coalesce(prompt.ended, '') != 'superseded' ORDER BY prompt.sorts_at, prompt.id LIMIT %(limit)s OFFSET 0
"""

OPENING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.owner = %(owner)s::VARCHAR AND prompt.opens_at > %(now)s::BIGINT AND prompt.opens_at <=
%(until)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at > prompt.opens_at) ORDER BY
prompt.opens_at, prompt.id LIMIT %(limit)s OFFSET 0
"""

WAKING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.owner = %(owner)s::VARCHAR AND prompt.opens_at <= %(now)s::BIGINT AND prompt.sorts_at >
%(now)s::BIGINT AND prompt.snoozed_until IS NOT NULL AND prompt.snoozed_until > %(now)s::BIGINT AND
prompt.snoozed_until <= %(until)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at >
prompt.snoozed_until) ORDER BY prompt.snoozed_until, prompt.id LIMIT %(limit)s OFFSET 0
"""

ESCALATED_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.id IN (SELECT ledger.prompt_id FROM ledger WHERE ledger.kind = 'escalated' AND
ledger.tell = %(tell)s::VARCHAR AND ledger.at <= %(now)s::BIGINT) AND prompt.opens_at <= %(now)s::BIGINT
AND (prompt.ended_at IS NULL OR prompt.ended_at > %(now)s::BIGINT) AND coalesce(prompt.ended, '') !=
'superseded' LIMIT %(limit)s OFFSET 0
"""

LINES_OF_PATIENTS = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.enrolment_id IN (SELECT enrolment.id FROM enrolment WHERE enrolment.patient_id IN (SELECT
CAST(anon_2.value AS TEXT) AS anon_1 FROM json_array_elements_text(CAST(%(patient_ids)s AS JSON)) AS
anon_2)) AND (prompt.opens_at <= %(now)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at >
%(now)s::BIGINT) AND coalesce(prompt.ended, '') != 'superseded' AND (prompt.sorts_at <= %(now)s::BIGINT OR
prompt.snoozed_until IS NULL OR prompt.snoozed_until <= %(now)s::BIGINT) OR prompt.opens_at >
%(now)s::BIGINT AND prompt.opens_at <= %(until)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at >
prompt.opens_at) OR prompt.opens_at <= %(now)s::BIGINT AND prompt.sorts_at > %(now)s::BIGINT AND
prompt.snoozed_until IS NOT NULL AND prompt.snoozed_until > %(now)s::BIGINT AND prompt.snoozed_until <=
%(until)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at > prompt.snoozed_until)) LIMIT %(limit)s
OFFSET 0
"""

ROLE_OVERDUE_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.role = %(role)s::VARCHAR AND prompt.role != 'coordinator' AND prompt.tier =
%(tier)s::VARCHAR AND prompt.sorts_at <= %(now)s::BIGINT AND prompt.opens_at <= %(now)s::BIGINT AND
(prompt.ended_at IS NULL OR prompt.ended_at > %(now)s::BIGINT) AND coalesce(prompt.ended, '') !=
'superseded' ORDER BY prompt.sorts_at, prompt.id LIMIT %(limit)s OFFSET 0
"""

ROLE_OPEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.role = %(role)s::VARCHAR AND prompt.role != 'coordinator' AND prompt.tier =
%(tier)s::VARCHAR AND prompt.sorts_at > %(now)s::BIGINT AND (prompt.snoozed_until IS NULL OR
prompt.snoozed_until <= %(now)s::BIGINT) AND prompt.opens_at <= %(now)s::BIGINT AND (prompt.ended_at IS
NULL OR prompt.ended_at > %(now)s::BIGINT) AND coalesce(prompt.ended, '') != 'superseded' ORDER BY
prompt.sorts_at, prompt.id LIMIT %(limit)s OFFSET 0
"""

ROLE_OPENING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.role = %(role)s::VARCHAR AND prompt.role != 'coordinator' AND prompt.opens_at >
%(now)s::BIGINT AND prompt.opens_at <= %(until)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at >
prompt.opens_at) ORDER BY prompt.opens_at, prompt.id LIMIT %(limit)s OFFSET 0
"""

ROLE_WAKING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.role = %(role)s::VARCHAR AND prompt.role != 'coordinator' AND prompt.opens_at <=
%(now)s::BIGINT AND prompt.sorts_at > %(now)s::BIGINT AND prompt.snoozed_until IS NOT NULL AND
prompt.snoozed_until > %(now)s::BIGINT AND prompt.snoozed_until <= %(until)s::BIGINT AND (prompt.ended_at
IS NULL OR prompt.ended_at > prompt.snoozed_until) ORDER BY prompt.snoozed_until, prompt.id LIMIT
%(limit)s OFFSET 0
"""

TAKEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.owner = %(owner)s::VARCHAR AND prompt.taken_at IS NOT NULL AND prompt.taken_at <=
%(since)s::BIGINT AND prompt.opens_at <= %(now)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at >
%(now)s::BIGINT) AND coalesce(prompt.ended, '') != 'superseded' ORDER BY prompt.taken_at, prompt.id LIMIT
%(limit)s OFFSET 0
"""

ROLE_TAKEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
false AND prompt.role = %(role)s::VARCHAR AND prompt.role != 'coordinator' AND prompt.taken_at IS NOT NULL
AND prompt.taken_at <= %(since)s::BIGINT AND prompt.opens_at <= %(now)s::BIGINT AND (prompt.ended_at IS
NULL OR prompt.ended_at > %(now)s::BIGINT) AND coalesce(prompt.ended, '') != 'superseded' ORDER BY
prompt.taken_at, prompt.id LIMIT %(limit)s OFFSET 0
"""

OWNERS = """
WITH RECURSIVE one_owner(owner) AS (SELECT min(prompt.owner) AS owner FROM prompt WHERE prompt.settled IS
false AND prompt.owner > '' UNION ALL SELECT (SELECT min(prompt.owner) AS owner FROM prompt WHERE
prompt.settled IS false AND prompt.owner > one_owner.owner) AS anon_1 FROM one_owner WHERE one_owner.owner
IS NOT NULL) SELECT one_owner.owner FROM one_owner WHERE one_owner.owner IS NOT NULL
"""

TRACKS_OF = """
SELECT track_state.enrolment_id, track_state.track, track_state.state, track_state.entered_at FROM
track_state WHERE track_state.enrolment_id IN (SELECT CAST(anon_2.value AS BIGINT) AS anon_1 FROM
json_array_elements_text(CAST(%(enrolment_ids)s AS JSON)) AS anon_2) ORDER BY track_state.enrolment_id,
track_state.track
"""

LAST_TICK = """
SELECT heartbeat.tick_ended_at, heartbeat.interval FROM heartbeat WHERE heartbeat.tick_ended_at IS NOT
NULL ORDER BY heartbeat.tick_ended_at DESC LIMIT 1 OFFSET 0
"""

NIGHTLY = """
SELECT CAST(routine.result AS JSON) ->> 'said' AS anon_1, routine.last_ended_at FROM routine WHERE
routine.name = 'nightly' AND routine.last_ended_at IS NOT NULL
"""

OLDEST_TOLD = """
SELECT ledger.at FROM ledger WHERE ledger.id = (SELECT min(delivery.ledger_id + 0) AS min_1 FROM delivery
WHERE delivery.ready_at IS NOT NULL AND delivery.staff = '')
"""

OLDEST_TOLD_FOR = """
SELECT ledger.at FROM ledger WHERE ledger.id = (SELECT min(delivery.ledger_id + 0) AS min_1 FROM delivery
WHERE delivery.ready_at IS NOT NULL AND delivery.staff != '')
"""

PATIENT_LINES = """
SELECT patient.id, coalesce(identity.name, '') AS coalesce_1, enrolment.id AS id_1, enrolment.pathway,
enrolment.owner, coalesce(enrolment.zone, patient.zone) AS coalesce_2, enrolment.enrolled_at,
enrolment.left_at, enrolment.left_reason FROM patient LEFT OUTER JOIN identity ON identity.patient_id =
patient.id LEFT OUTER JOIN enrolment ON enrolment.patient_id = patient.id AND (enrolment.left_at IS NULL
OR %(left)s = true) WHERE (%(owner)s = '' OR enrolment.owner = %(owner)s::VARCHAR) AND (%(pathway)s = ''
OR enrolment.pathway = %(pathway)s::VARCHAR) AND (%(track)s = '' AND %(state)s = '' AND
%(entered_by)s::BIGINT IS NULL OR (EXISTS (SELECT 1 FROM track_state WHERE track_state.enrolment_id =
enrolment.id AND (%(track)s = '' OR track_state.track = %(track)s::VARCHAR) AND (%(state)s = '' OR
track_state.state = %(state)s::VARCHAR) AND (%(entered_by)s::BIGINT IS NULL OR track_state.entered_at <=
%(entered_by)s::BIGINT)))) ORDER BY patient.id, enrolment.id
"""

PEOPLE = """
SELECT patient.id, patient.zone, identity.name, identity.contact FROM patient LEFT OUTER JOIN identity ON
identity.patient_id = patient.id ORDER BY patient.id
"""

PERSON = """
SELECT patient.id, patient.zone, identity.name, identity.contact FROM patient LEFT OUTER JOIN identity ON
identity.patient_id = patient.id WHERE patient.id = %(patient_id)s::VARCHAR ORDER BY patient.id
"""

OWNERS_OF_OPEN = """
SELECT enrolment.owner, count(*) AS count_1, min(enrolment.patient_id) AS min_1 FROM enrolment WHERE
enrolment.left_at IS NULL GROUP BY enrolment.owner ORDER BY enrolment.owner
"""

PATHWAYS_IN_USE = """
SELECT DISTINCT enrolment.digest, enrolment.pathway FROM enrolment WHERE enrolment.left_at IS NULL ORDER
BY enrolment.pathway, enrolment.digest
"""

NEVER_ENROLLED = """
SELECT patient.id FROM patient WHERE patient.created_at < %(before)s::BIGINT AND NOT (EXISTS (SELECT
enrolment.id FROM enrolment WHERE enrolment.patient_id = patient.id)) ORDER BY patient.id
"""

LAST_RECORDED = """
SELECT max((SELECT entry.recorded_at FROM entry WHERE entry.patient_id = patient.id ORDER BY entry.number
DESC LIMIT 1 OFFSET 0)) AS max_1 FROM patient
"""

UNTAKEN = """
SELECT count(*) AS count_1 FROM waiting WHERE waiting.at <= %(before)s::BIGINT
"""

FIRST_UNTAKEN = """
SELECT waiting.at, prompt.patient_id, prompt.number FROM waiting JOIN prompt ON prompt.id =
waiting.prompt_id ORDER BY waiting.at, waiting.prompt_id LIMIT 1 OFFSET 0
"""

UNSENT_DELIVERIES = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(delivery.ready_at) AS min_1,
(array_agg(prompt.patient_id ORDER BY delivery.ready_at))[1] AS anon_1, (array_agg(prompt.number ORDER BY
delivery.ready_at))[1] AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt
ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at <=
%(before)s::BIGINT AND delivery.staff = '' GROUP BY delivery.staff, delivery.channel ORDER BY
delivery.staff, delivery.channel
"""

UNSENT_DELIVERIES_FOR = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(delivery.ready_at) AS min_1,
(array_agg(prompt.patient_id ORDER BY delivery.ready_at))[1] AS anon_1, (array_agg(prompt.number ORDER BY
delivery.ready_at))[1] AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt
ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at <=
%(before)s::BIGINT AND delivery.staff != '' GROUP BY delivery.staff, delivery.channel ORDER BY
delivery.staff, delivery.channel
"""

REFUSED_DELIVERIES = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(ledger.at) AS min_1,
(array_agg(prompt.patient_id ORDER BY ledger.at))[1] AS anon_1, (array_agg(prompt.number ORDER BY
ledger.at))[1] AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON
prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at >
%(before)s::BIGINT AND delivery.staff != '' AND delivery.tries >= 6 GROUP BY delivery.staff,
delivery.channel ORDER BY delivery.staff, delivery.channel
"""

GIVEN_UP_DELIVERIES = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(ledger.at) AS min_1,
(array_agg(prompt.patient_id ORDER BY ledger.at))[1] AS anon_1, (array_agg(prompt.number ORDER BY
ledger.at))[1] AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON
prompt.id = ledger.prompt_id WHERE delivery.state = 'failed' AND (prompt.ended_at IS NULL OR
prompt.ended_at > %(now)s::BIGINT) AND prompt.seen_at IS NULL AND prompt.acknowledged_at IS NULL AND
prompt.acting_at IS NULL AND NOT (EXISTS (SELECT digest.id FROM message AS digest WHERE digest.kind =
'digest' AND digest.staff = delivery.staff AND digest.sent_at > ledger.at)) GROUP BY delivery.staff,
delivery.channel ORDER BY delivery.staff, delivery.channel
"""

UNSENT_MESSAGES = """
SELECT message.staff, message.channel, message.kind, count(*) AS count_1, min(message.ready_at) AS min_1
FROM message WHERE message.ready_at IS NOT NULL AND message.ready_at <= %(before)s::BIGINT GROUP BY
message.staff, message.channel, message.kind ORDER BY message.staff, message.channel, message.kind
"""

REFUSED_MESSAGES = """
SELECT message.staff, message.channel, message.kind, count(*) AS count_1, min(message.at) AS min_1 FROM
message WHERE message.ready_at IS NOT NULL AND message.ready_at > %(before)s::BIGINT AND message.tries >=
6 GROUP BY message.staff, message.channel, message.kind ORDER BY message.staff, message.channel,
message.kind
"""

GIVEN_UP_MESSAGES = """
SELECT message.staff, message.channel, message.kind, count(*) AS count_1, min(message.at) AS min_1 FROM
message WHERE message.state = 'failed' AND NOT (EXISTS (SELECT later.id FROM message AS later WHERE
later.staff = message.staff AND later.channel = message.channel AND later.sent_at > message.at)) AND NOT
(EXISTS (SELECT staff_channel.name FROM staff_channel WHERE staff_channel.staff = message.staff AND
staff_channel.name = message.channel AND staff_channel.verified_at > message.at)) GROUP BY message.staff,
message.channel, message.kind ORDER BY message.staff, message.channel, message.kind
"""

RULE_COUNTS = """
SELECT each.pathway, each.rule, each.tier, count(*) AS count_1, sum(CASE WHEN (each.fate = 'acted') THEN 1
ELSE 0 END) AS sum_1, sum(CASE WHEN (each.fate = 'dismissed') THEN 1 ELSE 0 END) AS sum_2, sum(CASE WHEN
(each.fate = 'withdrawn') THEN 1 ELSE 0 END) AS sum_3, sum(CASE WHEN (each.fate = 'lapsed') THEN 1 ELSE 0
END) AS sum_4, sum(CASE WHEN (each.fate = 'open') THEN 1 ELSE 0 END) AS sum_5, sum(CASE WHEN (each.fate =
'open' AND each.late) THEN 1 ELSE 0 END) AS sum_6, sum(CASE WHEN (each.nobody AND (each.fate = 'lapsed'
AND each.had_time OR each.fate = 'open' AND each.late)) THEN 1 ELSE 0 END) AS sum_7, sum(CASE WHEN
each.seen THEN 1 ELSE 0 END) AS sum_8, sum(CASE WHEN each.acknowledged THEN 1 ELSE 0 END) AS sum_9,
sum(CASE WHEN each.could_not THEN 1 ELSE 0 END) AS sum_10, sum(CASE WHEN each.put_off THEN 1 ELSE 0 END)
AS sum_11, sum(CASE WHEN (each.escalations > 0) THEN 1 ELSE 0 END) AS sum_12, CAST(sum(each.escalations)
AS BIGINT) AS anon_1, CAST(sum(each.messages) AS BIGINT) AS anon_2 FROM (SELECT enrolment.pathway AS
pathway, prompt.rule AS rule, prompt.tier AS tier, CASE WHEN (prompt.ended_at IS NOT NULL AND
prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'dismissed') THEN 'dismissed' WHEN (least(CASE WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND
prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended
= 'acknowledged') THEN prompt.ended_at ELSE 4611686018427387904 END, coalesce(prompt.acting_at,
4611686018427387904), coalesce(prompt.done_late_at, 4611686018427387904)) < 4611686018427387904) THEN
'acted' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended =
'lapsed') THEN 'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT) THEN
'withdrawn' ELSE 'open' END AS fate, greatest(coalesce(prompt.due_at, raise.at +
%(undated_after)s::BIGINT), raise.at + %(fair_after)s::BIGINT) <= %(now)s::BIGINT AS late, prompt.ended_at
>= raise.at + %(fair_after)s::BIGINT AS had_time, prompt.seen_at IS NULL AND prompt.acknowledged_at IS
NULL AND prompt.could_not IS NULL AND prompt.snoozes = 0 AS nobody, prompt.seen_at IS NOT NULL AS seen,
prompt.acknowledged_at IS NOT NULL AS acknowledged, prompt.could_not IS NOT NULL AS could_not,
prompt.snoozes > 0 AS put_off, (SELECT count(*) AS count_2 FROM ledger AS told WHERE told.prompt_id =
prompt.id AND told.kind = 'escalated') AS escalations, (SELECT count(*) AS count_3 FROM ledger AS told
JOIN delivery ON delivery.ledger_id = told.id WHERE told.prompt_id = prompt.id AND delivery.staff != ''
AND delivery.state = 'sent') AS messages FROM ledger AS raise JOIN prompt ON prompt.id = raise.prompt_id
JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role = prompt.role LEFT
OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number = coalesce(prompt.done_late_by,
prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule = prompt.rule AND entry.prompt_episode =
prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND entry.prompt_booking = prompt.booking
WHERE raise.kind = 'raised' AND raise.at >= %(since)s::BIGINT AND raise.at < %(until)s::BIGINT AND
(%(pathway)s = '' OR enrolment.pathway = %(pathway)s::VARCHAR) AND (%(owner)s = '' OR prompt.owner =
%(owner)s::VARCHAR) AND coalesce(prompt.ended, '') != 'superseded' AND raise.at >= prompt.opens_at AND
(raise.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = raise.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
raise.moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
raise.prompt_id AND later.kind = 'raised' AND later.id != raise.id AND (later.at > raise.at OR later.at =
raise.at AND later.id > raise.id) AND later.at >= prompt.opens_at AND (later.moment = prompt.opens_at OR
NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id = later.prompt_id
AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment)))))) AS each GROUP BY
each.pathway, each.rule, each.tier ORDER BY count(*) DESC, each.pathway, each.rule, each.tier
"""

PERSON_COUNTS = """
SELECT each.person, count(*) AS count_1, sum(CASE WHEN (each.fate = 'acted') THEN 1 ELSE 0 END) AS sum_1,
sum(CASE WHEN (each.fate = 'dismissed') THEN 1 ELSE 0 END) AS sum_2, sum(CASE WHEN (each.fate =
'withdrawn') THEN 1 ELSE 0 END) AS sum_3, sum(CASE WHEN (each.fate = 'lapsed') THEN 1 ELSE 0 END) AS
sum_4, sum(CASE WHEN (each.fate = 'open') THEN 1 ELSE 0 END) AS sum_5, sum(CASE WHEN (each.fate = 'open'
AND each.late) THEN 1 ELSE 0 END) AS sum_6, sum(CASE WHEN (each.nobody AND (each.fate = 'lapsed' AND
each.had_time OR each.fate = 'open' AND each.late)) THEN 1 ELSE 0 END) AS sum_7, sum(CASE WHEN each.seen
THEN 1 ELSE 0 END) AS sum_8, sum(CASE WHEN each.acknowledged THEN 1 ELSE 0 END) AS sum_9, sum(CASE WHEN
each.could_not THEN 1 ELSE 0 END) AS sum_10, sum(CASE WHEN each.put_off THEN 1 ELSE 0 END) AS sum_11,
sum(CASE WHEN (each.escalations > 0) THEN 1 ELSE 0 END) AS sum_12, CAST(sum(each.escalations) AS BIGINT)
AS anon_1, CAST(sum(each.messages) AS BIGINT) AS anon_2 FROM (SELECT coalesce(entry.actor,
prompt.acting_by, prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator') THEN prompt.owner ELSE
coalesce(role.holder, '') END) AS person, CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <=
%(now)s::BIGINT AND prompt.ended = 'dismissed') THEN 'dismissed' WHEN (least(CASE WHEN (prompt.ended_at IS
NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND prompt.ended_by > 0 OR
prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'acknowledged') THEN
prompt.ended_at ELSE 4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904),
coalesce(prompt.done_late_at, 4611686018427387904)) < 4611686018427387904) THEN 'acted' WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'lapsed') THEN
'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT) THEN 'withdrawn' ELSE
'open' END AS fate, greatest(coalesce(prompt.due_at, raise.at + %(undated_after)s::BIGINT), raise.at +
%(fair_after)s::BIGINT) <= %(now)s::BIGINT AS late, prompt.ended_at >= raise.at + %(fair_after)s::BIGINT
AS had_time, prompt.seen_at IS NULL AND prompt.acknowledged_at IS NULL AND prompt.could_not IS NULL AND
prompt.snoozes = 0 AS nobody, prompt.seen_at IS NOT NULL AS seen, prompt.acknowledged_at IS NOT NULL AS
acknowledged, prompt.could_not IS NOT NULL AS could_not, prompt.snoozes > 0 AS put_off, (SELECT count(*)
AS count_2 FROM ledger AS told WHERE told.prompt_id = prompt.id AND told.kind = 'escalated') AS
escalations, (SELECT count(*) AS count_3 FROM ledger AS told JOIN delivery ON delivery.ledger_id = told.id
WHERE told.prompt_id = prompt.id AND delivery.staff != '' AND delivery.state = 'sent') AS messages FROM
ledger AS raise JOIN prompt ON prompt.id = raise.prompt_id JOIN enrolment ON enrolment.id =
prompt.enrolment_id LEFT OUTER JOIN role ON role.role = prompt.role LEFT OUTER JOIN entry ON
entry.patient_id = prompt.patient_id AND entry.number = coalesce(prompt.done_late_by, prompt.ended_by) AND
entry.kind = 'answer' AND entry.prompt_rule = prompt.rule AND entry.prompt_episode = prompt.episode AND
entry.prompt_occurrence = prompt.occurrence AND entry.prompt_booking = prompt.booking WHERE raise.kind =
'raised' AND raise.at >= %(since)s::BIGINT AND raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR
enrolment.pathway = %(pathway)s::VARCHAR) AND (%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND
coalesce(prompt.ended, '') != 'superseded' AND raise.at >= prompt.opens_at AND (raise.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= raise.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = raise.moment))) AND NOT
(EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id = raise.prompt_id AND later.kind =
'raised' AND later.id != raise.id AND (later.at > raise.at OR later.at = raise.at AND later.id > raise.id)
AND later.at >= prompt.opens_at AND (later.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id
FROM ledger AS taken_back WHERE taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded'
AND taken_back.moment = later.moment)))))) AS each GROUP BY each.person ORDER BY count(*) DESC,
each.person
"""

RULE_MEDIANS = """
SELECT ranked.pathway, ranked.rule, ranked.tier, CAST(sum(ranked.took) AS BIGINT) / count(*) AS anon_1
FROM (SELECT acted.pathway AS pathway, acted.rule AS rule, acted.tier AS tier, acted.took AS took,
row_number() OVER (PARTITION BY acted.pathway, acted.rule, acted.tier ORDER BY acted.took) AS place,
count(*) OVER (PARTITION BY acted.pathway, acted.rule, acted.tier) AS number FROM (SELECT
enrolment.pathway AS pathway, prompt.rule AS rule, prompt.tier AS tier, greatest(0, least(CASE WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND
prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended
= 'acknowledged') THEN prompt.ended_at ELSE 4611686018427387904 END, coalesce(prompt.acting_at,
4611686018427387904), coalesce(prompt.done_late_at, 4611686018427387904)) - raise.at) AS took FROM ledger
AS raise JOIN prompt ON prompt.id = raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id
LEFT OUTER JOIN role ON role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id =
prompt.patient_id AND entry.number = coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind =
'answer' AND entry.prompt_rule = prompt.rule AND entry.prompt_episode = prompt.episode AND
entry.prompt_occurrence = prompt.occurrence AND entry.prompt_booking = prompt.booking WHERE raise.kind =
'raised' AND raise.at >= %(since)s::BIGINT AND raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR
enrolment.pathway = %(pathway)s::VARCHAR) AND (%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND
coalesce(prompt.ended, '') != 'superseded' AND raise.at >= prompt.opens_at AND (raise.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= raise.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = raise.moment))) AND NOT
(EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id = raise.prompt_id AND later.kind =
'raised' AND later.id != raise.id AND (later.at > raise.at OR later.at = raise.at AND later.id > raise.id)
AND later.at >= prompt.opens_at AND (later.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id
FROM ledger AS taken_back WHERE taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded'
AND taken_back.moment = later.moment))))) AND CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at
<= %(now)s::BIGINT AND prompt.ended = 'dismissed') THEN 'dismissed' WHEN (least(CASE WHEN (prompt.ended_at
IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND prompt.ended_by > 0 OR
prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'acknowledged') THEN
prompt.ended_at ELSE 4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904),
coalesce(prompt.done_late_at, 4611686018427387904)) < 4611686018427387904) THEN 'acted' WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'lapsed') THEN
'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT) THEN 'withdrawn' ELSE
'open' END = 'acted') AS acted) AS ranked WHERE ranked.place * 2 BETWEEN ranked.number AND ranked.number +
2 GROUP BY ranked.pathway, ranked.rule, ranked.tier
"""

PERSON_MEDIANS = """
SELECT ranked.person, CAST(sum(ranked.took) AS BIGINT) / count(*) AS anon_1 FROM (SELECT acted.person AS
person, acted.took AS took, row_number() OVER (PARTITION BY acted.person ORDER BY acted.took) AS place,
count(*) OVER (PARTITION BY acted.person) AS number FROM (SELECT coalesce(entry.actor, prompt.acting_by,
prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator') THEN prompt.owner ELSE
coalesce(role.holder, '') END) AS person, greatest(0, least(CASE WHEN (prompt.ended_at IS NOT NULL AND
prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS
NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'acknowledged') THEN prompt.ended_at
ELSE 4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904),
coalesce(prompt.done_late_at, 4611686018427387904)) - raise.at) AS took FROM ledger AS raise JOIN prompt
ON prompt.id = raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role
ON role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number
= coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE raise.kind = 'raised' AND raise.at >= %(since)s::BIGINT AND
raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway = %(pathway)s::VARCHAR) AND
(%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND coalesce(prompt.ended, '') != 'superseded' AND
raise.at >= prompt.opens_at AND (raise.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM
ledger AS taken_back WHERE taken_back.prompt_id = raise.prompt_id AND taken_back.kind = 'superseded' AND
taken_back.moment = raise.moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE
later.prompt_id = raise.prompt_id AND later.kind = 'raised' AND later.id != raise.id AND (later.at >
raise.at OR later.at = raise.at AND later.id > raise.id) AND later.at >= prompt.opens_at AND (later.moment
= prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
later.moment))))) AND CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND
prompt.ended = 'dismissed') THEN 'dismissed' WHEN (least(CASE WHEN (prompt.ended_at IS NOT NULL AND
prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS
NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'acknowledged') THEN prompt.ended_at
ELSE 4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904),
coalesce(prompt.done_late_at, 4611686018427387904)) < 4611686018427387904) THEN 'acted' WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'lapsed') THEN
'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT) THEN 'withdrawn' ELSE
'open' END = 'acted') AS acted) AS ranked WHERE ranked.place * 2 BETWEEN ranked.number AND ranked.number +
2 GROUP BY ranked.person
"""

RULE_COULD_NOT = """
SELECT each.pathway, each.rule, each.tier, each.what, count(*) AS count_1 FROM (SELECT enrolment.pathway
AS pathway, prompt.rule AS rule, prompt.tier AS tier, prompt.could_not AS what FROM ledger AS raise JOIN
prompt ON prompt.id = raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN
role ON role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND
entry.number = coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND
entry.prompt_rule = prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence =
prompt.occurrence AND entry.prompt_booking = prompt.booking WHERE raise.kind = 'raised' AND raise.at >=
%(since)s::BIGINT AND raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway =
%(pathway)s::VARCHAR) AND (%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND coalesce(prompt.ended,
'') != 'superseded' AND raise.at >= prompt.opens_at AND (raise.moment = prompt.opens_at OR NOT (EXISTS
(SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id = raise.prompt_id AND
taken_back.kind = 'superseded' AND taken_back.moment = raise.moment))) AND NOT (EXISTS (SELECT later.id
FROM ledger AS later WHERE later.prompt_id = raise.prompt_id AND later.kind = 'raised' AND later.id !=
raise.id AND (later.at > raise.at OR later.at = raise.at AND later.id > raise.id) AND later.at >=
prompt.opens_at AND (later.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS
taken_back WHERE taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND
taken_back.moment = later.moment))))) AND prompt.could_not IS NOT NULL) AS each GROUP BY each.pathway,
each.rule, each.tier, each.what ORDER BY each.pathway, each.rule, each.tier, count(*) DESC, each.what
"""

PERSON_COULD_NOT = """
SELECT each.person, each.what, count(*) AS count_1 FROM (SELECT coalesce(entry.actor, prompt.acting_by,
prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator') THEN prompt.owner ELSE
coalesce(role.holder, '') END) AS person, prompt.could_not AS what FROM ledger AS raise JOIN prompt ON
prompt.id = raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON
role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE raise.kind = 'raised' AND raise.at >= %(since)s::BIGINT AND
raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway = %(pathway)s::VARCHAR) AND
(%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND coalesce(prompt.ended, '') != 'superseded' AND
raise.at >= prompt.opens_at AND (raise.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM
ledger AS taken_back WHERE taken_back.prompt_id = raise.prompt_id AND taken_back.kind = 'superseded' AND
taken_back.moment = raise.moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE
later.prompt_id = raise.prompt_id AND later.kind = 'raised' AND later.id != raise.id AND (later.at >
raise.at OR later.at = raise.at AND later.id > raise.id) AND later.at >= prompt.opens_at AND (later.moment
= prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
later.moment))))) AND prompt.could_not IS NOT NULL) AS each GROUP BY each.person, each.what ORDER BY
each.person, count(*) DESC, each.what
"""

RULE_DISMISSED = """
SELECT each.pathway, each.rule, each.tier, each.what, count(*) AS count_1 FROM (SELECT enrolment.pathway
AS pathway, prompt.rule AS rule, prompt.tier AS tier, entry.because AS what FROM ledger AS raise JOIN
prompt ON prompt.id = raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN
role ON role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND
entry.number = coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND
entry.prompt_rule = prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence =
prompt.occurrence AND entry.prompt_booking = prompt.booking WHERE raise.kind = 'raised' AND raise.at >=
%(since)s::BIGINT AND raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway =
%(pathway)s::VARCHAR) AND (%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND coalesce(prompt.ended,
'') != 'superseded' AND raise.at >= prompt.opens_at AND (raise.moment = prompt.opens_at OR NOT (EXISTS
(SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id = raise.prompt_id AND
taken_back.kind = 'superseded' AND taken_back.moment = raise.moment))) AND NOT (EXISTS (SELECT later.id
FROM ledger AS later WHERE later.prompt_id = raise.prompt_id AND later.kind = 'raised' AND later.id !=
raise.id AND (later.at > raise.at OR later.at = raise.at AND later.id > raise.id) AND later.at >=
prompt.opens_at AND (later.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS
taken_back WHERE taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND
taken_back.moment = later.moment))))) AND CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <=
%(now)s::BIGINT AND prompt.ended = 'dismissed') THEN 'dismissed' WHEN (least(CASE WHEN (prompt.ended_at IS
NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND prompt.ended_by > 0 OR
prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'acknowledged') THEN
prompt.ended_at ELSE 4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904),
coalesce(prompt.done_late_at, 4611686018427387904)) < 4611686018427387904) THEN 'acted' WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'lapsed') THEN
'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT) THEN 'withdrawn' ELSE
'open' END = 'dismissed') AS each GROUP BY each.pathway, each.rule, each.tier, each.what ORDER BY
each.pathway, each.rule, each.tier, count(*) DESC, each.what
"""

PERSON_DISMISSED = """
SELECT each.person, each.what, count(*) AS count_1 FROM (SELECT coalesce(entry.actor, prompt.acting_by,
prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator') THEN prompt.owner ELSE
coalesce(role.holder, '') END) AS person, entry.because AS what FROM ledger AS raise JOIN prompt ON
prompt.id = raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON
role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE raise.kind = 'raised' AND raise.at >= %(since)s::BIGINT AND
raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway = %(pathway)s::VARCHAR) AND
(%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND coalesce(prompt.ended, '') != 'superseded' AND
raise.at >= prompt.opens_at AND (raise.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM
ledger AS taken_back WHERE taken_back.prompt_id = raise.prompt_id AND taken_back.kind = 'superseded' AND
taken_back.moment = raise.moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE
later.prompt_id = raise.prompt_id AND later.kind = 'raised' AND later.id != raise.id AND (later.at >
raise.at OR later.at = raise.at AND later.id > raise.id) AND later.at >= prompt.opens_at AND (later.moment
= prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
later.moment))))) AND CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND
prompt.ended = 'dismissed') THEN 'dismissed' WHEN (least(CASE WHEN (prompt.ended_at IS NOT NULL AND
prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS
NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'acknowledged') THEN prompt.ended_at
ELSE 4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904),
coalesce(prompt.done_late_at, 4611686018427387904)) < 4611686018427387904) THEN 'acted' WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT AND prompt.ended = 'lapsed') THEN
'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT) THEN 'withdrawn' ELSE
'open' END = 'dismissed') AS each GROUP BY each.person, each.what ORDER BY each.person, count(*) DESC,
each.what
"""

PERSON_DAYS = """
SELECT on_days.person, on_days.day, count(*) AS count_1, count(DISTINCT on_days.patient_id) AS count_2
FROM (SELECT coalesce(entry.actor, prompt.acting_by, prompt.acknowledged_by, CASE WHEN (prompt.role =
'coordinator') THEN prompt.owner ELSE coalesce(role.holder, '') END) AS person, CAST(run.value ->> 2 AS
BIGINT) + (raise.at - CAST(run.value ->> 0 AS BIGINT)) / CAST(run.value ->> 3 AS BIGINT) AS day,
prompt.patient_id AS patient_id FROM ledger AS raise JOIN prompt ON prompt.id = raise.prompt_id JOIN
enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role = prompt.role LEFT OUTER
JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number = coalesce(prompt.done_late_by,
prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule = prompt.rule AND entry.prompt_episode =
prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND entry.prompt_booking = prompt.booking
JOIN json_array_elements(CAST(%(runs)s AS JSON)) AS run ON raise.at >= CAST(run.value ->> 0 AS BIGINT) AND
raise.at < CAST(run.value ->> 1 AS BIGINT) WHERE raise.kind = 'raised' AND raise.at >= %(since)s::BIGINT
AND raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway = %(pathway)s::VARCHAR) AND
(%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND coalesce(prompt.ended, '') != 'superseded' AND
raise.at >= prompt.opens_at AND (raise.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM
ledger AS taken_back WHERE taken_back.prompt_id = raise.prompt_id AND taken_back.kind = 'superseded' AND
taken_back.moment = raise.moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE
later.prompt_id = raise.prompt_id AND later.kind = 'raised' AND later.id != raise.id AND (later.at >
raise.at OR later.at = raise.at AND later.id > raise.id) AND later.at >= prompt.opens_at AND (later.moment
= prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
later.moment)))))) AS on_days GROUP BY on_days.person, on_days.day ORDER BY on_days.person, on_days.day
"""

MESSAGES_TO = """
WITH in_all AS MATERIALIZED (SELECT prompt.id AS prompt_id FROM ledger AS raise JOIN prompt ON prompt.id =
raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role =
prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE raise.kind = 'raised' AND raise.at >= %(since)s::BIGINT AND
raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway = %(pathway)s::VARCHAR) AND
(%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND coalesce(prompt.ended, '') != 'superseded' AND
raise.at >= prompt.opens_at AND (raise.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM
ledger AS taken_back WHERE taken_back.prompt_id = raise.prompt_id AND taken_back.kind = 'superseded' AND
taken_back.moment = raise.moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE
later.prompt_id = raise.prompt_id AND later.kind = 'raised' AND later.id != raise.id AND (later.at >
raise.at OR later.at = raise.at AND later.id > raise.id) AND later.at >= prompt.opens_at AND (later.moment
= prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
later.moment)))))) SELECT delivery.staff, count(*) AS count_1 FROM in_all JOIN ledger AS told ON
told.prompt_id = in_all.prompt_id JOIN delivery ON delivery.ledger_id = told.id WHERE delivery.staff != ''
AND delivery.state = 'sent' GROUP BY delivery.staff
"""

NOT_RAISED = """
SELECT count(*) AS count_1 FROM waiting JOIN prompt ON prompt.id = waiting.prompt_id JOIN enrolment ON
enrolment.id = prompt.enrolment_id WHERE waiting.at <= %(now)s::BIGINT AND waiting.kind = 'open' AND NOT
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= %(now)s::BIGINT) AND (%(pathway)s = '' OR
enrolment.pathway = %(pathway)s::VARCHAR) AND (%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR)
"""

SUPERSEDED = """
SELECT count(DISTINCT raise.prompt_id) AS count_1 FROM ledger AS raise JOIN prompt ON prompt.id =
raise.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE raise.kind = 'raised' AND
raise.at >= %(since)s::BIGINT AND raise.at < %(until)s::BIGINT AND (%(pathway)s = '' OR enrolment.pathway
= %(pathway)s::VARCHAR) AND (%(owner)s = '' OR prompt.owner = %(owner)s::VARCHAR) AND
coalesce(prompt.ended, '') = 'superseded'
"""

DEEDS_OF_STOPS = """
SELECT ledger.id, 'output' AS channel, 1 AS tries, ledger.kind, ledger.moment, ledger.tell, ledger.at,
prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role, prompt.owner, prompt.say,
prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT said.status FROM review AS
said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1 OFFSET 0), 'submitted') AS
coalesce_1 FROM prompt JOIN ledger ON ledger.prompt_id = prompt.id JOIN enrolment ON enrolment.id =
prompt.enrolment_id WHERE ledger.kind IN ('raised', 'escalated') AND ledger.id >= (SELECT max(raised.id)
AS max_1 FROM ledger AS raised WHERE raised.prompt_id = prompt.id AND raised.kind = 'raised' AND raised.at
>= prompt.opens_at) AND prompt.settled IS false AND prompt.tier = 'stop' AND prompt.opens_at <=
%(now)s::BIGINT AND (prompt.ended_at IS NULL OR prompt.ended_at > %(now)s::BIGINT) AND prompt.taken_at IS
NULL
"""

DEEDS_OF_THESE = """
SELECT ledger.id, 'output' AS channel, 1 AS tries, ledger.kind, ledger.moment, ledger.tell, ledger.at,
prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role, prompt.owner, prompt.say,
prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT said.status FROM review AS
said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1 OFFSET 0), 'submitted') AS
coalesce_1 FROM prompt JOIN ledger ON ledger.prompt_id = prompt.id JOIN enrolment ON enrolment.id =
prompt.enrolment_id WHERE ledger.kind IN ('raised', 'escalated') AND ledger.id >= (SELECT max(raised.id)
AS max_1 FROM ledger AS raised WHERE raised.prompt_id = prompt.id AND raised.kind = 'raised' AND raised.at
>= prompt.opens_at) AND prompt.id IN (SELECT CAST(anon_2.value AS BIGINT) AS anon_1 FROM
json_array_elements_text(CAST(%(prompts)s AS JSON)) AS anon_2)
"""

TOLD_OF = """
SELECT delivery.ledger_id, delivery.staff, delivery.channel, delivery.state FROM delivery WHERE
delivery.ledger_id IN (SELECT CAST(anon_2.value AS BIGINT) AS anon_1 FROM
json_array_elements_text(CAST(%(deeds)s AS JSON)) AS anon_2) AND delivery.staff != '' AND delivery.state
!= 'withdrawn'
"""

UNANSWERED_STOPS = """
SELECT prompt.patient_id, prompt.number, prompt.role, prompt.owner, prompt.id, coalesce(prompt.acting_by,
prompt.acknowledged_by, '') AS coalesce_1, prompt.enrolment_id FROM prompt WHERE prompt.settled IS false
AND prompt.tier = 'stop' AND prompt.opens_at <= %(now)s::BIGINT AND (prompt.ended_at IS NULL OR
prompt.ended_at > %(now)s::BIGINT) AND prompt.taken_at IS NULL
"""

TAKEN_STOPS = """
WITH RECURSIVE one_owner(owner) AS (SELECT min(prompt.owner) AS owner FROM prompt WHERE prompt.settled IS
false AND prompt.owner > '' UNION ALL SELECT (SELECT min(prompt.owner) AS owner FROM prompt WHERE
prompt.settled IS false AND prompt.owner > one_owner.owner) AS anon_1 FROM one_owner WHERE one_owner.owner
IS NOT NULL) SELECT prompt.patient_id, prompt.number, prompt.role, prompt.owner, prompt.id,
coalesce(prompt.acting_by, prompt.acknowledged_by, '') AS coalesce_1, prompt.enrolment_id FROM prompt
WHERE prompt.settled IS false AND prompt.tier = 'stop' AND prompt.opens_at <= %(now)s::BIGINT AND
(prompt.ended_at IS NULL OR prompt.ended_at > %(now)s::BIGINT) AND prompt.taken_at IS NOT NULL AND
prompt.owner IN (SELECT one_owner.owner FROM one_owner WHERE one_owner.owner IS NOT NULL) AND
prompt.sorts_at > 0
"""

STOPS_WAITING = """
SELECT count(DISTINCT prompt.id) AS count_1 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id
JOIN prompt ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at > 0
AND delivery.staff != '' AND delivery.staff = %(staff)s::VARCHAR AND delivery.channel =
%(channel)s::VARCHAR AND prompt.tier = 'stop' AND prompt.settled IS false
"""
