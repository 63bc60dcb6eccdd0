"""The hot statements as text for SQLite, by the names they have in `storage/statements/`.

Written by `python -m tools.generate`; a test renders them again and compares.
"""

SITE_ZONE = """
SELECT meta.value FROM meta WHERE meta."key" = 'zone'
"""

HOLDERS = """
SELECT role.role, role.holder FROM role ORDER BY role.role
"""

PUT_HOLDER = """
INSERT INTO role (role, holder) VALUES (:role, :holder) ON CONFLICT (role) DO UPDATE SET holder =
excluded.holder
"""

PATIENT = """
SELECT patient.id, patient.zone, patient.created_at FROM patient WHERE patient.id = :patient_id
"""

HOLD_PATIENT = """
SELECT patient.id FROM patient WHERE patient.id = :patient_id
"""

ADD_PATIENT = """
INSERT INTO patient (id, zone, created_at) VALUES (:id, :zone, :created_at)
"""

ADD_IDENTITY = """
INSERT INTO identity (patient_id, name, contact) VALUES (:patient_id, :name, :contact)
"""

CALENDAR = """
SELECT calendar.text FROM calendar WHERE calendar.digest = :digest
"""

ADD_CALENDAR = """
INSERT INTO calendar (digest, text) VALUES (:digest, :text) ON CONFLICT DO NOTHING
"""

PATHWAY_PACKED = """
SELECT pathway.packed FROM pathway WHERE pathway.digest = :digest
"""

PATHWAY_TEXT = """
SELECT pathway.text FROM pathway WHERE pathway.digest = :digest
"""

ENROLMENT = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment WHERE enrolment.id = :enrolment_id
"""

ENROLMENTS = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment WHERE enrolment.patient_id = :patient_id ORDER BY enrolment.id
"""

ALL_ENROLMENTS = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment ORDER BY enrolment.id
"""

OPEN_ENROLMENTS_OF = """
SELECT enrolment.id, enrolment.patient_id, enrolment.pathway, enrolment.digest, enrolment.owner,
enrolment.zone, enrolment.enrolled_at, enrolment.left_at, enrolment.left_reason, enrolment.calendar FROM
enrolment WHERE enrolment.owner = :owner AND enrolment.left_at IS NULL ORDER BY enrolment.patient_id,
enrolment.id
"""

CHANGED_SINCE = """
SELECT enrolment.id FROM enrolment WHERE enrolment.owner = :owner AND enrolment.left_at IS NULL AND
(EXISTS (SELECT entry.number FROM entry WHERE entry.patient_id = enrolment.patient_id AND
entry.enrolment_id = enrolment.id AND entry.recorded_at >= :since)) ORDER BY enrolment.id
"""

NEXT_ENROLMENT = """
SELECT coalesce(max(enrolment.id), 0) + 1 AS anon_1 FROM enrolment
"""

ADD_ENROLMENT = """
INSERT INTO enrolment (id, patient_id, pathway, digest, owner, zone, enrolled_at, left_at, left_reason,
calendar) VALUES (:id, :patient_id, :pathway, :digest, :owner, :zone, :enrolled_at, :left_at,
:left_reason, :calendar)
"""

SET_LEFT = """
UPDATE enrolment SET left_at=:left_at, left_reason=:left_reason WHERE enrolment.id = :enrolment_id
"""

SET_ENROLLED = """
UPDATE enrolment SET zone=:zone, enrolled_at=:enrolled_at, calendar=:calendar WHERE enrolment.id =
:enrolment_id
"""

SET_OWNER = """
UPDATE enrolment SET owner=:owner WHERE enrolment.id = :enrolment_id
"""

SET_OWNER_OF_PROMPTS = """
UPDATE prompt SET owner=:owner WHERE prompt.enrolment_id = :enrolment_id
"""

LAST_ENTRY = """
SELECT max(entry.number) AS max_1 FROM entry WHERE entry.patient_id = :patient_id
"""

ENTRY = """
SELECT entry.patient_id, entry.number, entry.enrolment_id, entry.kind, entry.name, entry.value,
entry.booking, entry.track, entry.source, entry.target, entry.overrode, entry.prompt_rule,
entry.prompt_episode, entry.prompt_occurrence, entry.prompt_booking, entry.until, entry.zone,
entry.calendar, entry.because, entry.second, entry.replaces, entry.happened_at, entry.only_day,
entry.recorded_at, entry.actor FROM entry WHERE entry.patient_id = :patient_id AND entry.number = :number
"""

ENTRIES = """
SELECT entry.patient_id, entry.number, entry.enrolment_id, entry.kind, entry.name, entry.value,
entry.booking, entry.track, entry.source, entry.target, entry.overrode, entry.prompt_rule,
entry.prompt_episode, entry.prompt_occurrence, entry.prompt_booking, entry.until, entry.zone,
entry.calendar, entry.because, entry.second, entry.replaces, entry.happened_at, entry.only_day,
entry.recorded_at, entry.actor FROM entry WHERE entry.patient_id = (SELECT enrolment.patient_id FROM
enrolment WHERE enrolment.id = :enrolment_id) AND entry.enrolment_id = :enrolment_id ORDER BY entry.number
"""

ENTRIES_OF_PATIENT = """
SELECT entry.patient_id, entry.number, entry.enrolment_id, entry.kind, entry.name, entry.value,
entry.booking, entry.track, entry.source, entry.target, entry.overrode, entry.prompt_rule,
entry.prompt_episode, entry.prompt_occurrence, entry.prompt_booking, entry.until, entry.zone,
entry.calendar, entry.because, entry.second, entry.replaces, entry.happened_at, entry.only_day,
entry.recorded_at, entry.actor FROM entry WHERE entry.patient_id = :patient_id ORDER BY entry.number
"""

APPEND = """
INSERT INTO entry (patient_id, number, enrolment_id, kind, name, value, booking, track, source, target,
overrode, prompt_rule, prompt_episode, prompt_occurrence, prompt_booking, until, zone, calendar, because,
second, replaces, happened_at, only_day, recorded_at, actor) VALUES ((SELECT enrolment.patient_id FROM
enrolment WHERE enrolment.id = :enrolment_id), :number, :enrolment_id, :kind, :name, :value, :booking,
:track, :source, :target, :overrode, :prompt_rule, :prompt_episode, :prompt_occurrence, :prompt_booking,
:until, :zone, :calendar, :because, :second, :replaces, :happened_at, :only_day, :recorded_at, :actor)
"""

FOLD = """
SELECT fold.body, fold.last, fold.digest FROM fold WHERE fold.enrolment_id = :enrolment_id
"""

SAVE_FOLD = """
INSERT INTO fold (enrolment_id, last, digest, body) VALUES (:enrolment_id, :last, :digest, :body) ON
CONFLICT (enrolment_id) DO UPDATE SET last = excluded.last, digest = excluded.digest, body = excluded.body
"""

TRACKS = """
SELECT track_state.enrolment_id, track_state.track, track_state.state, track_state.entered_at,
track_state.entry FROM track_state WHERE track_state.enrolment_id = :enrolment_id ORDER BY
track_state.enrolment_id, track_state.track
"""

FACTS = """
SELECT fact_value.enrolment_id, fact_value.fact, fact_value.booking, fact_value.value, fact_value.since,
fact_value.only_day, fact_value.entry, fact_value.ended FROM fact_value WHERE fact_value.enrolment_id =
:enrolment_id ORDER BY fact_value.enrolment_id, fact_value.fact, fact_value.booking
"""

BANNERS = """
SELECT banner.enrolment_id, banner.banner, banner.since, banner.until, banner.say FROM banner WHERE
banner.enrolment_id = :enrolment_id ORDER BY banner.enrolment_id, banner.banner, banner.since
"""

SAVE_TRACK = """
INSERT INTO track_state (enrolment_id, track, state, entered_at, entry) VALUES (:enrolment_id, :track,
:state, :entered_at, :entry) ON CONFLICT (enrolment_id, track) DO UPDATE SET state = excluded.state,
entered_at = excluded.entered_at, entry = excluded.entry
"""

SAVE_FACT = """
INSERT INTO fact_value (enrolment_id, fact, booking, value, since, only_day, entry, ended) VALUES
(:enrolment_id, :fact, :booking, :value, :since, :only_day, :entry, :ended) ON CONFLICT (enrolment_id,
fact, booking) DO UPDATE SET value = excluded.value, since = excluded.since, only_day = excluded.only_day,
entry = excluded.entry, ended = excluded.ended
"""

SAVE_BANNER = """
INSERT INTO banner (enrolment_id, banner, since, until, say) VALUES (:enrolment_id, :banner, :since,
:until, :say) ON CONFLICT (enrolment_id, banner, since) DO UPDATE SET until = excluded.until, say =
excluded.say
"""

REMOVE_TRACK = """
DELETE FROM track_state WHERE track_state.enrolment_id = :enrolment_id AND track_state.track = :track
"""

REMOVE_FACT = """
DELETE FROM fact_value WHERE fact_value.enrolment_id = :enrolment_id AND fact_value.fact = :fact AND
fact_value.booking = :booking
"""

REMOVE_BANNER = """
DELETE FROM banner WHERE banner.enrolment_id = :enrolment_id AND banner.banner = :banner AND banner.since
= :since
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
SELECT coalesce((SELECT said.status FROM review AS said WHERE said.digest = :digest ORDER BY said.number
DESC LIMIT 1 OFFSET 0), 'submitted') AS coalesce_1
"""

REVIEWS = """
SELECT review.number, review.status, review.because, review.at, review.actor FROM review WHERE
review.digest = :digest ORDER BY review.number
"""

ADD_REVIEW = """
INSERT INTO review (digest, number, status, because, at, actor) VALUES (:digest, (SELECT
coalesce(max(review.number), 0) + 1 AS anon_1 FROM review WHERE review.digest = :digest), :status,
:because, :at, :actor)
"""

SETTINGS = """
SELECT setting.number, setting.value, setting.because, setting.at, setting.actor FROM setting WHERE
setting.name = :name ORDER BY setting.number
"""

ADD_SETTING = """
INSERT INTO setting (name, number, value, because, at, actor) VALUES (:name, (SELECT
coalesce(max(setting.number), 0) + 1 AS anon_1 FROM setting WHERE setting.name = :name), :value, :because,
:at, :actor)
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
:enrolment_id AND prompt.settled IS 0 ORDER BY prompt.number
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
:enrolment_id ORDER BY prompt.number
"""

PROMPT = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.episode,
prompt.occurrence, prompt.booking, prompt.tier, prompt.role, prompt.owner, prompt.say, prompt.written_at,
prompt.began_at, prompt.began_by, prompt.counted_on, prompt.counted_at, prompt.counted_by,
prompt.opens_at, prompt.due_at, prompt.due_on, prompt.lapses_at, prompt.escalates, prompt.missing,
prompt.source, prompt.counted_from, prompt.seen_at, prompt.seen_by, prompt.acknowledged_at,
prompt.acknowledged_by, prompt.acting_at, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.snoozes, prompt.ended_at, prompt.ended, prompt.ended_by,
prompt.done_late_at, prompt.done_late_by, prompt.settled FROM prompt WHERE prompt.patient_id = :patient_id
AND prompt.number = :number
"""

NEXT_PROMPT = """
SELECT coalesce(max(prompt.id), 0) + 1 AS anon_1, (SELECT coalesce(max(prompt.number), 0) + 1 AS anon_3
FROM prompt WHERE prompt.patient_id = :patient_id) AS anon_2 FROM prompt
"""

ADD_PROMPT = """
INSERT INTO prompt (id, enrolment_id, patient_id, number, rule, episode, occurrence, booking, tier, role,
owner, say, written_at, began_at, began_by, counted_on, counted_at, counted_by, opens_at, due_at, due_on,
lapses_at, escalates, missing, source, counted_from, seen_at, seen_by, acknowledged_at, acknowledged_by,
acting_at, acting_by, acting_until, could_not, taken_at, snoozed_until, snoozes, ended_at, ended,
ended_by, done_late_at, done_late_by, settled) VALUES (:id, :enrolment_id, :patient_id, :number, :rule,
:episode, :occurrence, :booking, :tier, :role, :owner, :say, :written_at, :began_at, :began_by,
:counted_on, :counted_at, :counted_by, :opens_at, :due_at, :due_on, :lapses_at, :escalates, :missing,
:source, :counted_from, :seen_at, :seen_by, :acknowledged_at, :acknowledged_by, :acting_at, :acting_by,
:acting_until, :could_not, :taken_at, :snoozed_until, :snoozes, :ended_at, :ended, :ended_by,
:done_late_at, :done_late_by, :settled)
"""

CHANGE_PROMPT = """
UPDATE prompt SET tier=:tier, role=:role, owner=:owner, say=:say, began_at=:began_at, began_by=:began_by,
counted_on=:counted_on, counted_at=:counted_at, counted_by=:counted_by, opens_at=:opens_at,
due_at=:due_at, due_on=:due_on, lapses_at=:lapses_at, escalates=:escalates, missing=:missing,
source=:source, counted_from=:counted_from, seen_at=:seen_at, seen_by=:seen_by,
acknowledged_at=:acknowledged_at, acknowledged_by=:acknowledged_by, acting_at=:acting_at,
acting_by=:acting_by, acting_until=:acting_until, could_not=:could_not, taken_at=:taken_at,
snoozed_until=:snoozed_until, snoozes=:snoozes, ended_at=:ended_at, ended=:ended, ended_by=:ended_by,
done_late_at=:done_late_at, done_late_by=:done_late_by, settled=:settled WHERE prompt.id = :id
"""

ADD_WAITING = """
INSERT INTO waiting (at, prompt_id, kind, tell) VALUES (:at, :prompt_id, :kind, :tell) ON CONFLICT DO
NOTHING
"""

REMOVE_WAITING = """
DELETE FROM waiting WHERE waiting.at = :at AND waiting.prompt_id = :prompt_id AND waiting.kind = :kind AND
waiting.tell = :tell
"""

WAITING_OF_ENROLMENT = """
SELECT waiting.at, waiting.prompt_id, waiting.kind, waiting.tell FROM waiting JOIN prompt ON prompt.id =
waiting.prompt_id WHERE prompt.enrolment_id = :enrolment_id
"""

WAITING_OF = """
SELECT waiting.at, waiting.prompt_id, waiting.kind, waiting.tell FROM waiting WHERE +waiting.prompt_id IN
(SELECT prompt.id FROM prompt WHERE prompt.enrolment_id IN (SELECT anon_2.value AS anon_1 FROM
json_each(:enrolment_ids) AS anon_2)) ORDER BY waiting.at, waiting.prompt_id, waiting.kind, waiting.tell
"""

WAITING = """
SELECT waiting.at, waiting.prompt_id, waiting.kind, waiting.tell FROM waiting ORDER BY waiting.at,
waiting.prompt_id, waiting.kind, waiting.tell
"""

LEDGER = """
SELECT ledger.id, ledger.prompt_id, ledger.kind, ledger.moment, ledger.tell, ledger.at, ledger.by_entry,
ledger.worker FROM ledger JOIN prompt ON prompt.id = ledger.prompt_id WHERE prompt.enrolment_id =
:enrolment_id ORDER BY ledger.id
"""

LEDGER_OF_PROMPTS = """
SELECT ledger.id, ledger.prompt_id, ledger.kind, ledger.moment, ledger.tell, ledger.at, ledger.by_entry,
ledger.worker FROM ledger WHERE ledger.prompt_id IN (SELECT anon_2.value AS anon_1 FROM
json_each(:prompt_ids) AS anon_2) ORDER BY ledger.id
"""

LAST_DEED = """
SELECT coalesce(max(ledger.id), 0) AS coalesce_1 FROM ledger
"""

NEW_DEEDS = """
SELECT ledger.kind, count(*) AS count_1 FROM ledger WHERE ledger.id > :before GROUP BY ledger.kind
"""

ADD_DEED = """
INSERT INTO ledger (prompt_id, kind, moment, tell, at, by_entry, worker) VALUES (:prompt_id, :kind,
:moment, :tell, :at, :by_entry, :worker) ON CONFLICT DO NOTHING
"""

NEXT_MOMENT = """
SELECT min(waiting.at) AS min_1 FROM waiting
"""

BATCH_ENDS = """
SELECT waiting.at, waiting.prompt_id FROM waiting WHERE waiting.at <= :now ORDER BY waiting.at,
waiting.prompt_id LIMIT 1 OFFSET :others
"""

HOLD_DUE = """
SELECT waiting.at, waiting.prompt_id FROM waiting WHERE waiting.at <= :now LIMIT 0 OFFSET :param_1
"""

ADD_DEEDS_DUE = """
INSERT INTO ledger (prompt_id, kind, moment, tell, at, by_entry, worker) SELECT prompt.id, CASE
waiting.kind WHEN 'open' THEN 'raised' WHEN 'escalate' THEN 'escalated' WHEN 'lapse' THEN 'lapsed' ELSE
'woke' END AS anon_1, waiting.at, waiting.tell, :now AS anon_2, 0, :worker AS anon_3 FROM waiting JOIN
prompt ON prompt.id = waiting.prompt_id WHERE (waiting.at, waiting.prompt_id) <= (:until_at, :until_id)
AND (waiting.kind = 'lapse' AND prompt.ended = 'lapsed' AND prompt.ended_at = waiting.at OR
(prompt.ended_at IS NULL OR prompt.ended_at > :now) AND (waiting.kind = 'open' AND prompt.opens_at =
waiting.at AND NOT (EXISTS (SELECT raised.id FROM ledger AS raised WHERE raised.prompt_id = prompt.id AND
raised.kind = 'raised' AND raised.at >= prompt.opens_at AND NOT (EXISTS (SELECT superseded.id FROM ledger
AS superseded WHERE superseded.prompt_id = raised.prompt_id AND superseded.kind = 'superseded' AND
superseded.moment = raised.moment)))) OR waiting.kind = 'wake' AND prompt.snoozed_until = waiting.at AND
prompt.opens_at <= waiting.at OR waiting.kind = 'escalate')) ORDER BY waiting.at, waiting.prompt_id ON
CONFLICT DO NOTHING
"""

REMOVE_BATCH = """
DELETE FROM waiting WHERE (waiting.at, waiting.prompt_id) <= (:until_at, :until_id)
"""

QUEUE_DEEDS = """
INSERT INTO delivery (ledger_id, staff, channel, state, ready_at, claimed_by, tries, sent_at, why, error,
delivery_key, merged_into) SELECT ledger.id, '', 'output', 'queued', ledger.at, NULL, 0, NULL, '', '', '',
'' FROM ledger WHERE ledger.id > :before AND ledger.kind != 'superseded'
"""

LATE_TERMS = """
SELECT DISTINCT json_extract(step.value, '$.after') AS anon_1, enrolment.zone,
coalesce(enrolment.calendar, '') AS coalesce_1 FROM ledger JOIN prompt ON prompt.id = ledger.prompt_id
JOIN enrolment ON enrolment.id = prompt.enrolment_id JOIN json_each(prompt.escalates) AS step ON true
WHERE ledger.id > :before AND ledger.kind = 'raised' AND NOT (prompt.due_at IS NOT NULL AND prompt.due_at
> ledger.at)
"""

PLAN_ESCALATIONS = """
INSERT INTO waiting (at, prompt_id, kind, tell) SELECT planned.at, planned.prompt_id, 'escalate',
planned.tell FROM (SELECT CASE WHEN (prompt.due_at IS NOT NULL AND prompt.due_at > ledger.at) THEN
json_extract(step.value, '$.at') ELSE max(json_extract(step.value, '$.at'), json_extract(:late, '$."' ||
json_extract(step.value, '$.after') || '|' || enrolment.zone || '|' || coalesce(enrolment.calendar, '') ||
'"')) END AS at, prompt.id AS prompt_id, json_extract(step.value, '$.tell') AS tell, prompt.ended_at AS
ended_at FROM ledger JOIN prompt ON prompt.id = ledger.prompt_id JOIN enrolment ON enrolment.id =
prompt.enrolment_id JOIN json_each(prompt.escalates) AS step ON true WHERE ledger.id > :before AND
ledger.kind = 'raised') AS planned WHERE (planned.ended_at IS NULL OR planned.ended_at > planned.at) AND
NOT (EXISTS (SELECT escalated.id FROM ledger AS escalated WHERE escalated.prompt_id = planned.prompt_id
AND escalated.kind = 'escalated' AND escalated.moment = planned.at AND escalated.tell = planned.tell))
ORDER BY planned.at, planned.prompt_id ON CONFLICT DO NOTHING
"""

CLAIMABLE = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ready_at <= :now
AND delivery.ready_at IS NOT NULL AND delivery.staff = '' ORDER BY delivery.ready_at, delivery.ledger_id
LIMIT :limit OFFSET 0
"""

CLAIMABLE_FOR = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ready_at <= :now
AND delivery.ready_at IS NOT NULL AND delivery.staff != '' ORDER BY delivery.ready_at, delivery.ledger_id
LIMIT :limit OFFSET 0
"""

CARRIED = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ledger_id >= :first
AND delivery.merged_into = :merged_into ORDER BY delivery.ledger_id
"""

WAITING_THROUGH = """
SELECT delivery.ledger_id, delivery.channel, delivery.tries + 1 AS anon_1, ledger.kind, ledger.moment,
ledger.tell, ledger.at, prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role,
prompt.owner, prompt.say, prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT
said.status FROM review AS said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1
OFFSET 0), 'submitted') AS coalesce_1, delivery.staff, delivery.why, delivery.delivery_key, delivery.state
= 'claimed' AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt ON prompt.id
= ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE delivery.ready_at IS NOT
NULL AND delivery.staff != '' AND delivery.staff = :staff AND delivery.channel = :channel AND prompt.tier
!= 'stop' AND delivery.ready_at > 0 ORDER BY delivery.ready_at, delivery.ledger_id
"""

CLAIM = """
UPDATE delivery SET state='claimed', ready_at=:leased_until, claimed_by=:worker, tries=(delivery.tries +
1) WHERE delivery.ledger_id = :ledger_id AND delivery.staff = :staff AND delivery.channel = :channel
"""

GIVE_BACK = """
UPDATE delivery SET state='queued', ready_at=:now, claimed_by=NULL, tries=(delivery.tries - 1) WHERE
delivery.ledger_id = :ledger_id AND delivery.staff = :staff AND delivery.channel = :channel AND (EXISTS
(SELECT ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND ledger.at = :at)) AND
delivery.state = 'claimed' AND delivery.claimed_by = :claimed_by AND delivery.tries = :tries
"""

MARK_SENT = """
UPDATE delivery SET state='sent', ready_at=NULL, claimed_by=NULL, sent_at=:sent_at WHERE
delivery.ledger_id = :ledger_id AND delivery.staff = :staff AND delivery.channel = :channel AND (EXISTS
(SELECT ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND ledger.at = :at)) AND
delivery.state != 'sent'
"""

MARK_FAILED = """
UPDATE delivery SET state=CASE WHEN (:again_at IS NULL) THEN 'failed' ELSE 'queued' END,
ready_at=:again_at, claimed_by=NULL, error=:error WHERE delivery.ledger_id = :ledger_id AND delivery.staff
= :staff AND delivery.channel = :channel AND (EXISTS (SELECT ledger.id FROM ledger WHERE ledger.id =
delivery.ledger_id AND ledger.at = :at)) AND delivery.state = 'claimed' AND delivery.claimed_by =
:claimed_by AND delivery.tries = :tries
"""

MARK_OVER = """
UPDATE delivery SET state=CASE WHEN (:merged_into = '') THEN 'withdrawn' ELSE 'merged' END, ready_at=NULL,
claimed_by=NULL, merged_into=:merged_into WHERE delivery.ledger_id = :ledger_id AND delivery.staff =
:staff AND delivery.channel = :channel AND delivery.state != 'sent'
"""

ADD_DELIVERY = """
INSERT INTO delivery (ledger_id, staff, channel, state, ready_at, claimed_by, tries, sent_at, why, error,
delivery_key, merged_into) VALUES (:ledger_id, :staff, :channel, :state, :ready_at, :claimed_by, :tries,
:sent_at, :why, :error, :delivery_key, :merged_into) ON CONFLICT (ledger_id, staff, channel) DO UPDATE SET
state = excluded.state, ready_at = excluded.ready_at, tries = excluded.tries, why = excluded.why, error =
excluded.error, delivery_key = excluded.delivery_key, merged_into = excluded.merged_into WHERE
delivery.state = 'withdrawn'
"""

REVIVE_OF_PROMPT = """
UPDATE delivery SET state='queued', ready_at=:now, tries=0, error='' WHERE delivery.state = 'withdrawn'
AND delivery.staff != '' AND delivery.delivery_key != '' AND delivery.ledger_id IN (SELECT ledger.id FROM
ledger WHERE ledger.prompt_id = :prompt_id)
"""

REVIVE_BY_CLOCK = """
UPDATE delivery SET state='queued', ready_at=:now, tries=0, error='' WHERE delivery.state = 'withdrawn'
AND delivery.staff != '' AND delivery.delivery_key != '' AND (EXISTS (SELECT ledger.id FROM ledger JOIN
prompt ON prompt.id = ledger.prompt_id WHERE ledger.id = delivery.ledger_id AND (prompt.ended_at IS NULL
OR prompt.ended_at > :now)))
"""

TELL_OUTPUT_AGAIN = """
UPDATE delivery SET state='queued', ready_at=:now, tries=1, sent_at=NULL WHERE delivery.ledger_id =
:ledger_id AND delivery.staff = '' AND delivery.state IN ('sent', 'failed')
"""

PUT_OFF = """
UPDATE delivery SET ready_at=:ready_at WHERE delivery.ledger_id = :ledger_id AND delivery.staff = :staff
AND delivery.channel = :channel
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
UPDATE delivery SET ready_at=:now WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at > :now AND
(delivery.ready_at > :beyond OR delivery.state = 'queued' AND (delivery.tries > 0 OR (EXISTS (SELECT
ledger.id FROM ledger WHERE ledger.id = delivery.ledger_id AND ledger.at > :now))) OR delivery.state =
'claimed' AND delivery.ready_at > :leased + coalesce((SELECT CASE WHEN (heartbeat.interval * 2000000 >
7200000000) THEN 7200000000 ELSE heartbeat.interval * 2000000 END AS anon_1 FROM heartbeat WHERE
heartbeat.worker = delivery.claimed_by), 0)) AND delivery.staff = ''
"""

HURRY_DELIVERIES_FOR = """
UPDATE delivery SET ready_at=:now WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at > :now AND
(delivery.ready_at > :beyond OR delivery.state = 'queued' OR delivery.state = 'claimed' AND
delivery.ready_at > :leased) AND delivery.staff != ''
"""

HURRY_RECORDED_AHEAD = """
UPDATE delivery SET ready_at=:now WHERE delivery.ready_at IS NOT NULL AND delivery.staff = '' AND
delivery.ready_at > :now AND delivery.state = 'queued' AND delivery.tries = 0
"""

TRY_DELIVERIES_ANEW = """
UPDATE delivery SET ready_at=:now, tries=0, error='' WHERE delivery.ready_at IS NOT NULL AND
delivery.ready_at > 0 AND delivery.state = 'queued' AND delivery.tries > 0 AND delivery.staff = :staff AND
delivery.channel = :channel AND delivery.staff != ''
"""

BEGIN_TICK = """
INSERT INTO heartbeat (worker, host, interval, started_at, tick_began_at, tick_ended_at, raised) VALUES
(:worker, :host, :interval, :started_at, :tick_began_at, :tick_ended_at, :raised) ON CONFLICT (worker) DO
UPDATE SET host = excluded.host, interval = excluded.interval, started_at = excluded.started_at,
tick_began_at = excluded.tick_began_at, tick_ended_at = excluded.tick_ended_at, raised = excluded.raised
"""

END_TICK = """
UPDATE heartbeat SET tick_ended_at=:tick_ended_at, raised=:raised WHERE heartbeat.worker = :worker
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
UPDATE delivery SET state=CASE WHEN (:merged_into = '') THEN 'withdrawn' ELSE 'merged' END, ready_at=NULL,
claimed_by=NULL, merged_into=:merged_into WHERE delivery.staff = :staff AND delivery.channel = :channel
AND delivery.ledger_id IN (SELECT one.ledger_id FROM delivery AS one WHERE one.ready_at IS NOT NULL AND
one.staff != '' AND one.tries = 0 AND (EXISTS (SELECT ledger.id FROM ledger JOIN prompt ON prompt.id =
ledger.prompt_id WHERE ledger.id = one.ledger_id AND prompt.tier != 'stop')) AND one.staff = :staff AND
one.channel = :channel AND one.ledger_id >= :first LIMIT :limit OFFSET 0) AND delivery.state != 'sent'
"""

UNTOLD = """
SELECT CASE WHEN (ledger.tell != '') THEN ledger.tell ELSE prompt.role END AS anon_1, prompt.owner,
prompt.tier, count(*) AS count_1 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt
ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.staff = '' AND
delivery.ready_at <= :now AND delivery.tries = 0 AND NOT (EXISTS (SELECT told.ledger_id FROM delivery AS
told WHERE told.ledger_id = delivery.ledger_id AND told.staff != '')) GROUP BY CASE WHEN (ledger.tell !=
'') THEN ledger.tell ELSE prompt.role END, prompt.owner, prompt.tier
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
SELECT meta.value FROM meta WHERE meta."key" = 'site'
"""

ADD_MESSAGE = """
INSERT INTO message (kind, about, staff, channel, at, body, state, ready_at, claimed_by, tries, sent_at,
why, error, delivery_key, merged_into) VALUES (:kind, :about, :staff, :channel, :at, :body, :state,
:ready_at, :claimed_by, :tries, :sent_at, :why, :error, :delivery_key, :merged_into) ON CONFLICT (kind,
about, staff, channel) DO UPDATE SET at = excluded.at, body = excluded.body, state = excluded.state,
ready_at = excluded.ready_at, tries = excluded.tries, why = excluded.why, error = excluded.error WHERE
message.state = 'withdrawn'
"""

HAS_MESSAGE = """
SELECT count(*) AS count_1 FROM message WHERE message.kind = :kind AND message.about = :about AND
message.state != 'withdrawn'
"""

MESSAGES_READY = """
SELECT message.id, message.kind, message.about, message.staff, message.channel, message.at, message.body,
message.state, message.ready_at, message.claimed_by, message.tries, message.sent_at, message.why,
message.error, message.delivery_key, message.merged_into FROM message WHERE message.ready_at IS NOT NULL
AND message.ready_at <= :now ORDER BY message.ready_at, message.id LIMIT :limit OFFSET 0
"""

MESSAGES_WAIT = """
SELECT min(message.ready_at) AS min_1 FROM message WHERE message.ready_at IS NOT NULL
"""

NEWER_MESSAGE = """
SELECT message.delivery_key FROM message WHERE message.kind = :kind AND message.about > :about AND
message.about <= :now AND message.staff = :staff AND message.channel = :channel ORDER BY message.about
DESC LIMIT 1 OFFSET 0
"""

ARRIVED_MESSAGE = """
SELECT count(*) AS count_1 FROM message WHERE message.id = :id AND message.state = 'sent'
"""

ARRIVED_DELIVERY = """
SELECT count(*) AS count_1 FROM delivery WHERE delivery.ledger_id = :ledger_id AND delivery.staff = :staff
AND delivery.channel = :channel AND delivery.state = 'sent'
"""

CLAIM_MESSAGE = """
UPDATE message SET state='claimed', ready_at=:leased_until, claimed_by=:worker, tries=(message.tries + 1)
WHERE message.id = :id
"""

PUT_OFF_MESSAGE = """
UPDATE message SET ready_at=:ready_at WHERE message.id = :id
"""

MARK_MESSAGE_SENT = """
UPDATE message SET state='sent', ready_at=NULL, claimed_by=NULL, sent_at=:sent_at WHERE message.id = :id
AND message.delivery_key = :delivery_key AND message.state != 'sent'
"""

MARK_MESSAGE_FAILED = """
UPDATE message SET state=CASE WHEN (:again_at IS NULL) THEN 'failed' ELSE 'queued' END,
ready_at=:again_at, claimed_by=NULL, error=:error WHERE message.id = :id AND message.delivery_key =
:delivery_key AND message.state = 'claimed' AND message.claimed_by = :claimed_by AND message.tries =
:tries
"""

MARK_MESSAGE_OVER = """
UPDATE message SET state=CASE WHEN (:merged_into = '') THEN 'withdrawn' ELSE 'merged' END, ready_at=NULL,
claimed_by=NULL, merged_into=:merged_into WHERE message.id = :id AND message.state != 'sent'
"""

DIGESTS_TO_COME = """
SELECT message.id, message.kind, message.about, message.staff, message.channel, message.at, message.body,
message.state, message.ready_at, message.claimed_by, message.tries, message.sent_at, message.why,
message.error, message.delivery_key, message.merged_into FROM message WHERE message.ready_at IS NOT NULL
AND message.ready_at > :now AND message.kind = 'digest' AND message.state = 'queued' AND message.tries = 0
ORDER BY message.ready_at, message.id
"""

KEYS_TO_COME = """
SELECT message.delivery_key FROM message WHERE message.ready_at IS NOT NULL AND message.ready_at > :now
AND message.kind = 'digest' AND message.state = 'queued' AND message.tries = 0 ORDER BY message.id
"""

RELEASE_MESSAGE = """
UPDATE message SET ready_at=:ready_at WHERE message.delivery_key = :delivery_key AND message.state =
'queued' AND message.tries = 0
"""

HURRY_MESSAGES = """
UPDATE message SET ready_at=:now WHERE message.ready_at IS NOT NULL AND message.ready_at > :now AND
(message.ready_at > :beyond OR message.state = 'queued' AND (message.tries > 0 OR message.at > :now) OR
message.state = 'claimed' AND message.ready_at > :leased)
"""

TRY_MESSAGES_ANEW = """
UPDATE message SET ready_at=:now, tries=0, error='' WHERE message.ready_at IS NOT NULL AND
message.ready_at > 0 AND message.state = 'queued' AND message.tries > 0 AND message.staff = :staff AND
message.channel = :channel
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
VALUES (:name, :next_at, NULL, NULL, NULL, NULL, :result) ON CONFLICT DO NOTHING
"""

ROUTINES = """
SELECT routine.name, routine.next_at, routine.last_began_at, routine.last_ended_at, routine.claimed_by,
routine.claimed_until, routine.result FROM routine ORDER BY routine.name
"""

ROUTINES_DUE = """
SELECT routine.name, routine.next_at, routine.last_began_at, routine.last_ended_at, routine.claimed_by,
routine.claimed_until, routine.result FROM routine WHERE routine.next_at <= :now AND
(routine.claimed_until IS NULL OR routine.claimed_until <= :now) AND (:kind = '' OR substr(routine.name ||
':', 1, length(:kind) + 1) = (:kind || ':')) ORDER BY routine.name = :last, routine.next_at, routine.name
LIMIT :limit OFFSET 0
"""

CLAIM_ROUTINE = """
UPDATE routine SET last_began_at=:now, claimed_by=:worker, claimed_until=:claimed_until WHERE routine.name
= :name
"""

RENEW_ROUTINE = """
UPDATE routine SET claimed_until=:claimed_until WHERE routine.name = :name AND routine.claimed_by =
:worker
"""

RELEASE_ROUTINE = """
UPDATE routine SET claimed_by=NULL, claimed_until=NULL WHERE routine.name = :name AND routine.claimed_by =
:worker
"""

END_ROUTINE = """
UPDATE routine SET next_at=:next_at, last_ended_at=:at, claimed_by=NULL, claimed_until=NULL,
result=:result WHERE routine.name = :name AND routine.claimed_by = :worker
"""

MOVE_ROUTINE = """
UPDATE routine SET next_at=:next_at WHERE routine.name = :name
"""

REMOVE_ROUTINE = """
DELETE FROM routine WHERE routine.name = :name
"""

FREE_ROUTINES = """
UPDATE routine SET claimed_by=NULL, claimed_until=NULL WHERE routine.claimed_until > :beyond
"""

ADD_GAP = """
INSERT INTO gap (since, until, kind, found_by, at, counts, told_at) VALUES (:since, :until, :kind,
:found_by, :at, :counts, :told_at)
"""

LAST_GAP = """
SELECT max(gap.number) AS max_1 FROM gap
"""

GAPS = """
SELECT gap.number, gap.since, gap.until, gap.kind, gap.found_by, gap.at, gap.counts, gap.told_at FROM gap
ORDER BY gap.number DESC LIMIT :limit OFFSET 0
"""

GAP = """
SELECT gap.number, gap.since, gap.until, gap.kind, gap.found_by, gap.at, gap.counts, gap.told_at FROM gap
WHERE gap.number = :number
"""

COUNT_GAP = """
UPDATE gap SET counts=:counts WHERE gap.number = :number
"""

FELL_IN_GAP = """
SELECT ledger.id, ledger.kind, ledger.moment, ledger.at, ledger.tell, prompt.patient_id, prompt.number,
prompt.rule, prompt.tier, prompt.role, prompt.say, prompt.opens_at, prompt.ended_at, prompt.ended,
enrolment.zone, delivery.staff, delivery.channel, delivery.state FROM ledger JOIN prompt ON prompt.id =
ledger.prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN delivery ON
delivery.ledger_id = ledger.id WHERE (ledger.moment > :since OR prompt.written_at > :since) AND
ledger.moment <= :until AND ledger.kind != 'superseded' AND prompt.written_at <= :until ORDER BY
ledger.moment, ledger.id, delivery.staff, delivery.channel
"""

STAFF = """
SELECT staff.id, staff.roles, staff.zone, staff.hours, staff.deputy, staff.joined_at, staff.left_on,
staff.digest_at, staff.wants, staff.budget FROM staff ORDER BY staff.id
"""

PUT_STAFF = """
INSERT INTO staff (id, roles, zone, hours, deputy, joined_at, left_on, digest_at, wants, budget) VALUES
(:id, :roles, :zone, :hours, :deputy, :joined_at, :left_on, :digest_at, :wants, :budget) ON CONFLICT (id)
DO UPDATE SET roles = excluded.roles, zone = excluded.zone, hours = excluded.hours, deputy =
excluded.deputy, joined_at = excluded.joined_at, left_on = excluded.left_on, digest_at =
excluded.digest_at, wants = excluded.wants, budget = excluded.budget
"""

LEAVE_FROM = """
SELECT staff_leave.staff, staff_leave.number, staff_leave.from_on, staff_leave.to_on, staff_leave.deputy,
staff_leave.ended, staff_leave.at, staff_leave.actor FROM staff_leave WHERE staff_leave.to_on >= :since
AND staff_leave.ended IS 0 ORDER BY staff_leave.to_on, staff_leave.staff, staff_leave.number
"""

LEAVE_OF = """
SELECT staff_leave.staff, staff_leave.number, staff_leave.from_on, staff_leave.to_on, staff_leave.deputy,
staff_leave.ended, staff_leave.at, staff_leave.actor FROM staff_leave WHERE staff_leave.staff = :staff
ORDER BY staff_leave.number
"""

ADD_LEAVE = """
INSERT INTO staff_leave (staff, number, from_on, to_on, deputy, ended, at, actor) VALUES (:staff, (SELECT
coalesce(max(staff_leave.number), 0) + 1 AS anon_1 FROM staff_leave WHERE staff_leave.staff = :staff),
:from_on, :to_on, :deputy, :ended, :at, :actor)
"""

END_LEAVE = """
UPDATE staff_leave SET ended=1 WHERE staff_leave.staff = :staff AND staff_leave.number = :number AND
staff_leave.ended IS 0
"""

OPEN_OF = """
SELECT count(*) AS count_1 FROM enrolment WHERE enrolment.owner = :owner AND enrolment.left_at IS NULL
"""

PROMPTS_OF = """
SELECT count(*) AS count_1 FROM prompt WHERE prompt.settled IS 0 AND prompt.owner = :owner AND
(prompt.ended_at IS NULL OR prompt.ended_at > :now)
"""

OPEN_BY_OWNER = """
SELECT enrolment.owner, count(*) AS count_1 FROM enrolment WHERE enrolment.left_at IS NULL GROUP BY
enrolment.owner
"""

PROMPTS_BY_OWNER = """
SELECT prompt.owner, count(*) AS count_1 FROM prompt WHERE prompt.settled IS 0 AND (prompt.ended_at IS
NULL OR prompt.ended_at > :now) GROUP BY prompt.owner
"""

CHANNELS = """
SELECT staff_channel.staff, staff_channel.name, staff_channel.url, staff_channel.tiers,
staff_channel.kinds, staff_channel.verified_at FROM staff_channel ORDER BY staff_channel.staff,
staff_channel.name
"""

CHANNELS_OF = """
SELECT staff_channel.staff, staff_channel.name, staff_channel.url, staff_channel.tiers,
staff_channel.kinds, staff_channel.verified_at FROM staff_channel WHERE staff_channel.staff = :staff ORDER
BY staff_channel.staff, staff_channel.name
"""

PUT_CHANNEL = """
INSERT INTO staff_channel (staff, name, url, tiers, kinds, verified_at) VALUES (:staff, :name, :url,
:tiers, :kinds, :verified_at) ON CONFLICT (staff, name) DO UPDATE SET url = excluded.url, tiers =
excluded.tiers, kinds = excluded.kinds, verified_at = excluded.verified_at
"""

VERIFY_CHANNEL = """
UPDATE staff_channel SET verified_at=:verified_at WHERE staff_channel.staff = :staff AND
staff_channel.name = :name
"""

REMOVE_CHANNEL = """
DELETE FROM staff_channel WHERE staff_channel.staff = :staff AND staff_channel.name = :name
"""

STAFF_LOG = """
SELECT staff_log.number, staff_log.what, staff_log.change, staff_log.at, staff_log.actor FROM staff_log
WHERE staff_log.staff = :staff ORDER BY staff_log.number
"""

ADD_STAFF_LOG = """
INSERT INTO staff_log (staff, number, what, change, at, actor) VALUES (:staff, (SELECT
coalesce(max(staff_log.number), 0) + 1 AS anon_1 FROM staff_log WHERE staff_log.staff = :staff), :what,
:change, :at, :actor)
"""

OVERDUE_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.owner = :owner AND prompt.tier = :tier AND prompt.sorts_at <= :now AND prompt.opens_at <=
:now AND (prompt.ended_at IS NULL OR prompt.ended_at > :now) AND coalesce(prompt.ended, '') !=
'superseded' ORDER BY prompt.sorts_at, prompt.id LIMIT :limit OFFSET 0
"""

OPEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.owner = :owner AND prompt.tier = :tier AND prompt.sorts_at > :now AND (prompt.snoozed_until
IS NULL OR prompt.snoozed_until <= :now) AND prompt.opens_at <= :now AND (prompt.ended_at IS NULL OR
prompt.ended_at > :now) AND coalesce(prompt.ended, '') != 'superseded' ORDER BY prompt.sorts_at, prompt.id
LIMIT :limit OFFSET 0
"""

OPENING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.owner = :owner AND prompt.opens_at > :now AND prompt.opens_at <= :until AND (prompt.ended_at
IS NULL OR prompt.ended_at > prompt.opens_at) ORDER BY prompt.opens_at, prompt.id LIMIT :limit OFFSET 0
"""

WAKING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.owner = :owner AND prompt.opens_at <= :now AND prompt.sorts_at > :now AND
prompt.snoozed_until IS NOT NULL AND prompt.snoozed_until > :now AND prompt.snoozed_until <= :until AND
(prompt.ended_at IS NULL OR prompt.ended_at > prompt.snoozed_until) ORDER BY prompt.snoozed_until,
prompt.id LIMIT :limit OFFSET 0
"""

ESCALATED_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.id IN (SELECT ledger.prompt_id FROM ledger WHERE ledger.kind = 'escalated' AND ledger.tell =
:tell AND ledger.at <= :now) AND prompt.opens_at <= :now AND (prompt.ended_at IS NULL OR prompt.ended_at >
:now) AND coalesce(prompt.ended, '') != 'superseded' LIMIT :limit OFFSET 0
"""

LINES_OF_PATIENTS = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.enrolment_id IN (SELECT enrolment.id FROM enrolment WHERE enrolment.patient_id IN (SELECT
anon_2.value AS anon_1 FROM json_each(:patient_ids) AS anon_2)) AND (prompt.opens_at <= :now AND
(prompt.ended_at IS NULL OR prompt.ended_at > :now) AND coalesce(prompt.ended, '') != 'superseded' AND
(prompt.sorts_at <= :now OR prompt.snoozed_until IS NULL OR prompt.snoozed_until <= :now) OR
prompt.opens_at > :now AND prompt.opens_at <= :until AND (prompt.ended_at IS NULL OR prompt.ended_at >
prompt.opens_at) OR prompt.opens_at <= :now AND prompt.sorts_at > :now AND prompt.snoozed_until IS NOT
NULL AND prompt.snoozed_until > :now AND prompt.snoozed_until <= :until AND (prompt.ended_at IS NULL OR
prompt.ended_at > prompt.snoozed_until)) LIMIT :limit OFFSET 0
"""

ROLE_OVERDUE_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.role = :role AND prompt.role != 'coordinator' AND prompt.tier = :tier AND prompt.sorts_at <=
:now AND prompt.opens_at <= :now AND (prompt.ended_at IS NULL OR prompt.ended_at > :now) AND
coalesce(prompt.ended, '') != 'superseded' ORDER BY prompt.sorts_at, prompt.id LIMIT :limit OFFSET 0
"""

ROLE_OPEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.role = :role AND prompt.role != 'coordinator' AND prompt.tier = :tier AND prompt.sorts_at >
:now AND (prompt.snoozed_until IS NULL OR prompt.snoozed_until <= :now) AND prompt.opens_at <= :now AND
(prompt.ended_at IS NULL OR prompt.ended_at > :now) AND coalesce(prompt.ended, '') != 'superseded' ORDER
BY prompt.sorts_at, prompt.id LIMIT :limit OFFSET 0
"""

ROLE_OPENING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.role = :role AND prompt.role != 'coordinator' AND prompt.opens_at > :now AND prompt.opens_at
<= :until AND (prompt.ended_at IS NULL OR prompt.ended_at > prompt.opens_at) ORDER BY prompt.opens_at,
prompt.id LIMIT :limit OFFSET 0
"""

ROLE_WAKING_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.role = :role AND prompt.role != 'coordinator' AND prompt.opens_at <= :now AND prompt.sorts_at
> :now AND prompt.snoozed_until IS NOT NULL AND prompt.snoozed_until > :now AND prompt.snoozed_until <=
:until AND (prompt.ended_at IS NULL OR prompt.ended_at > prompt.snoozed_until) ORDER BY
prompt.snoozed_until, prompt.id LIMIT :limit OFFSET 0
"""

TAKEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.owner = :owner AND prompt.taken_at IS NOT NULL AND prompt.taken_at <= :since AND
prompt.opens_at <= :now AND (prompt.ended_at IS NULL OR prompt.ended_at > :now) AND coalesce(prompt.ended,
'') != 'superseded' ORDER BY prompt.taken_at, prompt.id LIMIT :limit OFFSET 0
"""

ROLE_TAKEN_LINES = """
SELECT prompt.id, prompt.enrolment_id, prompt.patient_id, prompt.number, prompt.rule, prompt.tier,
prompt.role, prompt.owner, prompt.say, prompt.counted_from, prompt.counted_on, prompt.opens_at,
prompt.due_at, prompt.due_on, prompt.missing, prompt.source, prompt.seen_at, prompt.seen_by,
prompt.acknowledged_at, prompt.acknowledged_by, prompt.acting_by, prompt.acting_until, prompt.could_not,
prompt.taken_at, prompt.snoozed_until, prompt.ended_at, enrolment.zone, enrolment.pathway,
enrolment.digest FROM prompt JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE prompt.settled IS
0 AND prompt.role = :role AND prompt.role != 'coordinator' AND prompt.taken_at IS NOT NULL AND
prompt.taken_at <= :since AND prompt.opens_at <= :now AND (prompt.ended_at IS NULL OR prompt.ended_at >
:now) AND coalesce(prompt.ended, '') != 'superseded' ORDER BY prompt.taken_at, prompt.id LIMIT :limit
OFFSET 0
"""

OWNERS = """
WITH RECURSIVE one_owner(owner) AS (SELECT min(prompt.owner) AS owner FROM prompt WHERE prompt.settled IS
0 AND prompt.owner > '' UNION ALL SELECT (SELECT min(prompt.owner) AS owner FROM prompt WHERE
prompt.settled IS 0 AND prompt.owner > one_owner.owner) AS anon_1 FROM one_owner WHERE one_owner.owner IS
NOT NULL) SELECT one_owner.owner FROM one_owner WHERE one_owner.owner IS NOT NULL
"""

TRACKS_OF = """
SELECT track_state.enrolment_id, track_state.track, track_state.state, track_state.entered_at FROM
track_state WHERE track_state.enrolment_id IN (SELECT anon_2.value AS anon_1 FROM
json_each(:enrolment_ids) AS anon_2) ORDER BY track_state.enrolment_id, track_state.track
"""

LAST_TICK = """
SELECT heartbeat.tick_ended_at, heartbeat.interval FROM heartbeat WHERE heartbeat.tick_ended_at IS NOT
NULL ORDER BY heartbeat.tick_ended_at DESC LIMIT 1 OFFSET 0
"""

NIGHTLY = """
SELECT json_extract(routine.result, '$.said') AS anon_1, routine.last_ended_at FROM routine WHERE
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
OR :left = 1) WHERE (:owner = '' OR enrolment.owner = :owner) AND (:pathway = '' OR enrolment.pathway =
:pathway) AND (:track = '' AND :state = '' AND :entered_by IS NULL OR (EXISTS (SELECT 1 FROM track_state
WHERE track_state.enrolment_id = enrolment.id AND (:track = '' OR track_state.track = :track) AND (:state
= '' OR track_state.state = :state) AND (:entered_by IS NULL OR track_state.entered_at <= :entered_by))))
ORDER BY patient.id, enrolment.id
"""

PEOPLE = """
SELECT patient.id, patient.zone, identity.name, identity.contact FROM patient LEFT OUTER JOIN identity ON
identity.patient_id = patient.id ORDER BY patient.id
"""

PERSON = """
SELECT patient.id, patient.zone, identity.name, identity.contact FROM patient LEFT OUTER JOIN identity ON
identity.patient_id = patient.id WHERE patient.id = :patient_id ORDER BY patient.id
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
SELECT patient.id FROM patient WHERE patient.created_at < :before AND NOT (EXISTS (SELECT enrolment.id
FROM enrolment WHERE enrolment.patient_id = patient.id)) ORDER BY patient.id
"""

LAST_RECORDED = """
SELECT max((SELECT entry.recorded_at FROM entry WHERE entry.patient_id = patient.id ORDER BY entry.number
DESC LIMIT 1 OFFSET 0)) AS max_1 FROM patient
"""

UNTAKEN = """
SELECT count(*) AS count_1 FROM waiting WHERE waiting.at <= :before
"""

FIRST_UNTAKEN = """
SELECT waiting.at, prompt.patient_id, prompt.number FROM waiting JOIN prompt ON prompt.id =
waiting.prompt_id ORDER BY waiting.at, waiting.prompt_id LIMIT 1 OFFSET 0
"""

UNSENT_DELIVERIES = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(delivery.ready_at) AS min_1,
prompt.patient_id AS anon_1, prompt.number AS anon_2 FROM delivery JOIN ledger ON ledger.id =
delivery.ledger_id JOIN prompt ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND
delivery.ready_at <= :before AND delivery.staff = '' GROUP BY delivery.staff, delivery.channel ORDER BY
delivery.staff, delivery.channel
"""

UNSENT_DELIVERIES_FOR = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(delivery.ready_at) AS min_1,
prompt.patient_id AS anon_1, prompt.number AS anon_2 FROM delivery JOIN ledger ON ledger.id =
delivery.ledger_id JOIN prompt ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND
delivery.ready_at <= :before AND delivery.staff != '' GROUP BY delivery.staff, delivery.channel ORDER BY
delivery.staff, delivery.channel
"""

REFUSED_DELIVERIES = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(ledger.at) AS min_1, prompt.patient_id
AS anon_1, prompt.number AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt
ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at > :before AND
delivery.staff != '' AND delivery.tries >= 6 GROUP BY delivery.staff, delivery.channel ORDER BY
delivery.staff, delivery.channel
"""

GIVEN_UP_DELIVERIES = """
SELECT delivery.staff, delivery.channel, count(*) AS count_1, min(ledger.at) AS min_1, prompt.patient_id
AS anon_1, prompt.number AS anon_2 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id JOIN prompt
ON prompt.id = ledger.prompt_id WHERE delivery.state = 'failed' AND (prompt.ended_at IS NULL OR
prompt.ended_at > :now) AND prompt.seen_at IS NULL AND prompt.acknowledged_at IS NULL AND prompt.acting_at
IS NULL AND NOT (EXISTS (SELECT digest.id FROM message AS digest WHERE digest.kind = 'digest' AND
digest.staff = delivery.staff AND digest.sent_at > ledger.at)) GROUP BY delivery.staff, delivery.channel
ORDER BY delivery.staff, delivery.channel
"""

UNSENT_MESSAGES = """
SELECT message.staff, message.channel, message.kind, count(*) AS count_1, min(message.ready_at) AS min_1
FROM message WHERE message.ready_at IS NOT NULL AND message.ready_at <= :before GROUP BY message.staff,
message.channel, message.kind ORDER BY message.staff, message.channel, message.kind
"""

REFUSED_MESSAGES = """
SELECT message.staff, message.channel, message.kind, count(*) AS count_1, min(message.at) AS min_1 FROM
message WHERE message.ready_at IS NOT NULL AND message.ready_at > :before AND message.tries >= 6 GROUP BY
message.staff, message.channel, message.kind ORDER BY message.staff, message.channel, message.kind
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
SELECT "each".pathway, "each".rule, "each".tier, count(*) AS count_1, sum(CASE WHEN ("each".fate =
'acted') THEN 1 ELSE 0 END) AS sum_1, sum(CASE WHEN ("each".fate = 'dismissed') THEN 1 ELSE 0 END) AS
sum_2, sum(CASE WHEN ("each".fate = 'withdrawn') THEN 1 ELSE 0 END) AS sum_3, sum(CASE WHEN ("each".fate =
'lapsed') THEN 1 ELSE 0 END) AS sum_4, sum(CASE WHEN ("each".fate = 'open') THEN 1 ELSE 0 END) AS sum_5,
sum(CASE WHEN ("each".fate = 'open' AND "each".late = 1) THEN 1 ELSE 0 END) AS sum_6, sum(CASE WHEN
("each".nobody = 1 AND ("each".fate = 'lapsed' AND "each".had_time = 1 OR "each".fate = 'open' AND
"each".late = 1)) THEN 1 ELSE 0 END) AS sum_7, sum(CASE WHEN "each".seen THEN 1 ELSE 0 END) AS sum_8,
sum(CASE WHEN "each".acknowledged THEN 1 ELSE 0 END) AS sum_9, sum(CASE WHEN "each".could_not THEN 1 ELSE
0 END) AS sum_10, sum(CASE WHEN "each".put_off THEN 1 ELSE 0 END) AS sum_11, sum(CASE WHEN
("each".escalations > 0) THEN 1 ELSE 0 END) AS sum_12, sum("each".escalations) AS anon_1,
sum("each".messages) AS anon_2 FROM (SELECT enrolment.pathway AS pathway, prompt.rule AS rule, prompt.tier
AS tier, CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended =
'dismissed') THEN 'dismissed' WHEN (min(CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now
AND prompt.ended = 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL AND prompt.ended_at <=
:now AND prompt.ended = 'acknowledged') THEN prompt.ended_at ELSE 4611686018427387904 END,
coalesce(prompt.acting_at, 4611686018427387904), coalesce(prompt.done_late_at, 4611686018427387904)) <
4611686018427387904) THEN 'acted' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'lapsed') THEN 'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now) THEN
'withdrawn' ELSE 'open' END AS fate, max(coalesce(prompt.due_at, "raise".at + :undated_after), "raise".at
+ :fair_after) <= :now AS late, prompt.ended_at >= "raise".at + :fair_after AS had_time, prompt.seen_at IS
NULL AND prompt.acknowledged_at IS NULL AND prompt.could_not IS NULL AND prompt.snoozes = 0 AS nobody,
prompt.seen_at IS NOT NULL AS seen, prompt.acknowledged_at IS NOT NULL AS acknowledged, prompt.could_not
IS NOT NULL AS could_not, prompt.snoozes > 0 AS put_off, (SELECT count(*) AS count_2 FROM ledger AS told
WHERE told.prompt_id = prompt.id AND told.kind = 'escalated') AS escalations, (SELECT count(*) AS count_3
FROM ledger AS told JOIN delivery ON delivery.ledger_id = told.id WHERE told.prompt_id = prompt.id AND
delivery.staff != '' AND delivery.state = 'sent') AS messages FROM ledger AS "raise" JOIN prompt ON
prompt.id = "raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON
role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE "raise".kind = 'raised' AND "raise".at >= :since AND
"raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner =
:owner) AND coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND
("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
"raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
"raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND (later.at > "raise".at OR
later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at AND (later.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment)))))) AS "each"
GROUP BY "each".pathway, "each".rule, "each".tier ORDER BY count(*) DESC, "each".pathway, "each".rule,
"each".tier
"""

PERSON_COUNTS = """
SELECT "each".person, count(*) AS count_1, sum(CASE WHEN ("each".fate = 'acted') THEN 1 ELSE 0 END) AS
sum_1, sum(CASE WHEN ("each".fate = 'dismissed') THEN 1 ELSE 0 END) AS sum_2, sum(CASE WHEN ("each".fate =
'withdrawn') THEN 1 ELSE 0 END) AS sum_3, sum(CASE WHEN ("each".fate = 'lapsed') THEN 1 ELSE 0 END) AS
sum_4, sum(CASE WHEN ("each".fate = 'open') THEN 1 ELSE 0 END) AS sum_5, sum(CASE WHEN ("each".fate =
'open' AND "each".late = 1) THEN 1 ELSE 0 END) AS sum_6, sum(CASE WHEN ("each".nobody = 1 AND ("each".fate
= 'lapsed' AND "each".had_time = 1 OR "each".fate = 'open' AND "each".late = 1)) THEN 1 ELSE 0 END) AS
sum_7, sum(CASE WHEN "each".seen THEN 1 ELSE 0 END) AS sum_8, sum(CASE WHEN "each".acknowledged THEN 1
ELSE 0 END) AS sum_9, sum(CASE WHEN "each".could_not THEN 1 ELSE 0 END) AS sum_10, sum(CASE WHEN
"each".put_off THEN 1 ELSE 0 END) AS sum_11, sum(CASE WHEN ("each".escalations > 0) THEN 1 ELSE 0 END) AS
sum_12, sum("each".escalations) AS anon_1, sum("each".messages) AS anon_2 FROM (SELECT
coalesce(entry.actor, prompt.acting_by, prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator')
THEN prompt.owner ELSE coalesce(role.holder, '') END) AS person, CASE WHEN (prompt.ended_at IS NOT NULL
AND prompt.ended_at <= :now AND prompt.ended = 'dismissed') THEN 'dismissed' WHEN (min(CASE WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended = 'done' AND prompt.ended_by > 0
OR prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended = 'acknowledged') THEN
prompt.ended_at ELSE 4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904),
coalesce(prompt.done_late_at, 4611686018427387904)) < 4611686018427387904) THEN 'acted' WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended = 'lapsed') THEN 'lapsed' WHEN
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now) THEN 'withdrawn' ELSE 'open' END AS fate,
max(coalesce(prompt.due_at, "raise".at + :undated_after), "raise".at + :fair_after) <= :now AS late,
prompt.ended_at >= "raise".at + :fair_after AS had_time, prompt.seen_at IS NULL AND prompt.acknowledged_at
IS NULL AND prompt.could_not IS NULL AND prompt.snoozes = 0 AS nobody, prompt.seen_at IS NOT NULL AS seen,
prompt.acknowledged_at IS NOT NULL AS acknowledged, prompt.could_not IS NOT NULL AS could_not,
prompt.snoozes > 0 AS put_off, (SELECT count(*) AS count_2 FROM ledger AS told WHERE told.prompt_id =
prompt.id AND told.kind = 'escalated') AS escalations, (SELECT count(*) AS count_3 FROM ledger AS told
JOIN delivery ON delivery.ledger_id = told.id WHERE told.prompt_id = prompt.id AND delivery.staff != ''
AND delivery.state = 'sent') AS messages FROM ledger AS "raise" JOIN prompt ON prompt.id =
"raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role =
prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE "raise".kind = 'raised' AND "raise".at >= :since AND
"raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner =
:owner) AND coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND
("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
"raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
"raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND (later.at > "raise".at OR
later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at AND (later.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment)))))) AS "each"
GROUP BY "each".person ORDER BY count(*) DESC, "each".person
"""

RULE_MEDIANS = """
SELECT ranked.pathway, ranked.rule, ranked.tier, sum(ranked.took) / count(*) AS anon_1 FROM (SELECT
acted.pathway AS pathway, acted.rule AS rule, acted.tier AS tier, acted.took AS took, row_number() OVER
(PARTITION BY acted.pathway, acted.rule, acted.tier ORDER BY acted.took) AS place, count(*) OVER
(PARTITION BY acted.pathway, acted.rule, acted.tier) AS number FROM (SELECT enrolment.pathway AS pathway,
prompt.rule AS rule, prompt.tier AS tier, max(0, min(CASE WHEN (prompt.ended_at IS NOT NULL AND
prompt.ended_at <= :now AND prompt.ended = 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL
AND prompt.ended_at <= :now AND prompt.ended = 'acknowledged') THEN prompt.ended_at ELSE
4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904), coalesce(prompt.done_late_at,
4611686018427387904)) - "raise".at) AS took FROM ledger AS "raise" JOIN prompt ON prompt.id =
"raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role =
prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE "raise".kind = 'raised' AND "raise".at >= :since AND
"raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner =
:owner) AND coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND
("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
"raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
"raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND (later.at > "raise".at OR
later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at AND (later.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment))))) AND CASE
WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended = 'dismissed') THEN
'dismissed' WHEN (min(CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended
= 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'acknowledged') THEN prompt.ended_at ELSE 4611686018427387904 END,
coalesce(prompt.acting_at, 4611686018427387904), coalesce(prompt.done_late_at, 4611686018427387904)) <
4611686018427387904) THEN 'acted' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'lapsed') THEN 'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now) THEN
'withdrawn' ELSE 'open' END = 'acted') AS acted) AS ranked WHERE ranked.place * 2 BETWEEN ranked.number
AND ranked.number + 2 GROUP BY ranked.pathway, ranked.rule, ranked.tier
"""

PERSON_MEDIANS = """
SELECT ranked.person, sum(ranked.took) / count(*) AS anon_1 FROM (SELECT acted.person AS person,
acted.took AS took, row_number() OVER (PARTITION BY acted.person ORDER BY acted.took) AS place, count(*)
OVER (PARTITION BY acted.person) AS number FROM (SELECT coalesce(entry.actor, prompt.acting_by,
prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator') THEN prompt.owner ELSE
coalesce(role.holder, '') END) AS person, max(0, min(CASE WHEN (prompt.ended_at IS NOT NULL AND
prompt.ended_at <= :now AND prompt.ended = 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL
AND prompt.ended_at <= :now AND prompt.ended = 'acknowledged') THEN prompt.ended_at ELSE
4611686018427387904 END, coalesce(prompt.acting_at, 4611686018427387904), coalesce(prompt.done_late_at,
4611686018427387904)) - "raise".at) AS took FROM ledger AS "raise" JOIN prompt ON prompt.id =
"raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role =
prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE "raise".kind = 'raised' AND "raise".at >= :since AND
"raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner =
:owner) AND coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND
("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
"raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
"raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND (later.at > "raise".at OR
later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at AND (later.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment))))) AND CASE
WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended = 'dismissed') THEN
'dismissed' WHEN (min(CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended
= 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'acknowledged') THEN prompt.ended_at ELSE 4611686018427387904 END,
coalesce(prompt.acting_at, 4611686018427387904), coalesce(prompt.done_late_at, 4611686018427387904)) <
4611686018427387904) THEN 'acted' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'lapsed') THEN 'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now) THEN
'withdrawn' ELSE 'open' END = 'acted') AS acted) AS ranked WHERE ranked.place * 2 BETWEEN ranked.number
AND ranked.number + 2 GROUP BY ranked.person
"""

RULE_COULD_NOT = """
SELECT "each".pathway, "each".rule, "each".tier, "each".what, count(*) AS count_1 FROM (SELECT
enrolment.pathway AS pathway, prompt.rule AS rule, prompt.tier AS tier, prompt.could_not AS what FROM
ledger AS "raise" JOIN prompt ON prompt.id = "raise".prompt_id JOIN enrolment ON enrolment.id =
prompt.enrolment_id LEFT OUTER JOIN role ON role.role = prompt.role LEFT OUTER JOIN entry ON
entry.patient_id = prompt.patient_id AND entry.number = coalesce(prompt.done_late_by, prompt.ended_by) AND
entry.kind = 'answer' AND entry.prompt_rule = prompt.rule AND entry.prompt_episode = prompt.episode AND
entry.prompt_occurrence = prompt.occurrence AND entry.prompt_booking = prompt.booking WHERE "raise".kind =
'raised' AND "raise".at >= :since AND "raise".at < :until AND (:pathway = '' OR enrolment.pathway =
:pathway) AND (:owner = '' OR prompt.owner = :owner) AND coalesce(prompt.ended, '') != 'superseded' AND
"raise".at >= prompt.opens_at AND ("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id
FROM ledger AS taken_back WHERE taken_back.prompt_id = "raise".prompt_id AND taken_back.kind =
'superseded' AND taken_back.moment = "raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS
later WHERE later.prompt_id = "raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND
(later.at > "raise".at OR later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at
AND (later.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
later.moment))))) AND prompt.could_not IS NOT NULL) AS "each" GROUP BY "each".pathway, "each".rule,
"each".tier, "each".what ORDER BY "each".pathway, "each".rule, "each".tier, count(*) DESC, "each".what
"""

PERSON_COULD_NOT = """
SELECT "each".person, "each".what, count(*) AS count_1 FROM (SELECT coalesce(entry.actor,
prompt.acting_by, prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator') THEN prompt.owner ELSE
coalesce(role.holder, '') END) AS person, prompt.could_not AS what FROM ledger AS "raise" JOIN prompt ON
prompt.id = "raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON
role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE "raise".kind = 'raised' AND "raise".at >= :since AND
"raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner =
:owner) AND coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND
("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
"raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
"raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND (later.at > "raise".at OR
later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at AND (later.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment))))) AND
prompt.could_not IS NOT NULL) AS "each" GROUP BY "each".person, "each".what ORDER BY "each".person,
count(*) DESC, "each".what
"""

RULE_DISMISSED = """
SELECT "each".pathway, "each".rule, "each".tier, "each".what, count(*) AS count_1 FROM (SELECT
enrolment.pathway AS pathway, prompt.rule AS rule, prompt.tier AS tier, entry.because AS what FROM ledger
AS "raise" JOIN prompt ON prompt.id = "raise".prompt_id JOIN enrolment ON enrolment.id =
prompt.enrolment_id LEFT OUTER JOIN role ON role.role = prompt.role LEFT OUTER JOIN entry ON
entry.patient_id = prompt.patient_id AND entry.number = coalesce(prompt.done_late_by, prompt.ended_by) AND
entry.kind = 'answer' AND entry.prompt_rule = prompt.rule AND entry.prompt_episode = prompt.episode AND
entry.prompt_occurrence = prompt.occurrence AND entry.prompt_booking = prompt.booking WHERE "raise".kind =
'raised' AND "raise".at >= :since AND "raise".at < :until AND (:pathway = '' OR enrolment.pathway =
:pathway) AND (:owner = '' OR prompt.owner = :owner) AND coalesce(prompt.ended, '') != 'superseded' AND
"raise".at >= prompt.opens_at AND ("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id
FROM ledger AS taken_back WHERE taken_back.prompt_id = "raise".prompt_id AND taken_back.kind =
'superseded' AND taken_back.moment = "raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS
later WHERE later.prompt_id = "raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND
(later.at > "raise".at OR later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at
AND (later.moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
later.moment))))) AND CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended
= 'dismissed') THEN 'dismissed' WHEN (min(CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <=
:now AND prompt.ended = 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL AND prompt.ended_at
<= :now AND prompt.ended = 'acknowledged') THEN prompt.ended_at ELSE 4611686018427387904 END,
coalesce(prompt.acting_at, 4611686018427387904), coalesce(prompt.done_late_at, 4611686018427387904)) <
4611686018427387904) THEN 'acted' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'lapsed') THEN 'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now) THEN
'withdrawn' ELSE 'open' END = 'dismissed') AS "each" GROUP BY "each".pathway, "each".rule, "each".tier,
"each".what ORDER BY "each".pathway, "each".rule, "each".tier, count(*) DESC, "each".what
"""

PERSON_DISMISSED = """
SELECT "each".person, "each".what, count(*) AS count_1 FROM (SELECT coalesce(entry.actor,
prompt.acting_by, prompt.acknowledged_by, CASE WHEN (prompt.role = 'coordinator') THEN prompt.owner ELSE
coalesce(role.holder, '') END) AS person, entry.because AS what FROM ledger AS "raise" JOIN prompt ON
prompt.id = "raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON
role.role = prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE "raise".kind = 'raised' AND "raise".at >= :since AND
"raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner =
:owner) AND coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND
("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
"raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
"raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND (later.at > "raise".at OR
later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at AND (later.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment))))) AND CASE
WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended = 'dismissed') THEN
'dismissed' WHEN (min(CASE WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND prompt.ended
= 'done' AND prompt.ended_by > 0 OR prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'acknowledged') THEN prompt.ended_at ELSE 4611686018427387904 END,
coalesce(prompt.acting_at, 4611686018427387904), coalesce(prompt.done_late_at, 4611686018427387904)) <
4611686018427387904) THEN 'acted' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now AND
prompt.ended = 'lapsed') THEN 'lapsed' WHEN (prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now) THEN
'withdrawn' ELSE 'open' END = 'dismissed') AS "each" GROUP BY "each".person, "each".what ORDER BY
"each".person, count(*) DESC, "each".what
"""

PERSON_DAYS = """
SELECT on_days.person, on_days.day, count(*) AS count_1, count(DISTINCT on_days.patient_id) AS count_2
FROM (SELECT coalesce(entry.actor, prompt.acting_by, prompt.acknowledged_by, CASE WHEN (prompt.role =
'coordinator') THEN prompt.owner ELSE coalesce(role.holder, '') END) AS person, json_extract(run.value,
'$[2]') + ("raise".at - json_extract(run.value, '$[0]')) / json_extract(run.value, '$[3]') AS day,
prompt.patient_id AS patient_id FROM ledger AS "raise" JOIN prompt ON prompt.id = "raise".prompt_id JOIN
enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role = prompt.role LEFT OUTER
JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number = coalesce(prompt.done_late_by,
prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule = prompt.rule AND entry.prompt_episode =
prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND entry.prompt_booking = prompt.booking
JOIN json_each(:runs) AS run ON "raise".at >= json_extract(run.value, '$[0]') AND "raise".at <
json_extract(run.value, '$[1]') WHERE "raise".kind = 'raised' AND "raise".at >= :since AND "raise".at <
:until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner = :owner) AND
coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND ("raise".moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = "raise".moment))) AND NOT
(EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id = "raise".prompt_id AND later.kind =
'raised' AND later.id != "raise".id AND (later.at > "raise".at OR later.at = "raise".at AND later.id >
"raise".id) AND later.at >= prompt.opens_at AND (later.moment = prompt.opens_at OR NOT (EXISTS (SELECT
taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id = later.prompt_id AND taken_back.kind =
'superseded' AND taken_back.moment = later.moment)))))) AS on_days GROUP BY on_days.person, on_days.day
ORDER BY on_days.person, on_days.day
"""

MESSAGES_TO = """
WITH in_all AS MATERIALIZED (SELECT prompt.id AS prompt_id FROM ledger AS "raise" JOIN prompt ON prompt.id
= "raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id LEFT OUTER JOIN role ON role.role
= prompt.role LEFT OUTER JOIN entry ON entry.patient_id = prompt.patient_id AND entry.number =
coalesce(prompt.done_late_by, prompt.ended_by) AND entry.kind = 'answer' AND entry.prompt_rule =
prompt.rule AND entry.prompt_episode = prompt.episode AND entry.prompt_occurrence = prompt.occurrence AND
entry.prompt_booking = prompt.booking WHERE "raise".kind = 'raised' AND "raise".at >= :since AND
"raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND (:owner = '' OR prompt.owner =
:owner) AND coalesce(prompt.ended, '') != 'superseded' AND "raise".at >= prompt.opens_at AND
("raise".moment = prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE
taken_back.prompt_id = "raise".prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment =
"raise".moment))) AND NOT (EXISTS (SELECT later.id FROM ledger AS later WHERE later.prompt_id =
"raise".prompt_id AND later.kind = 'raised' AND later.id != "raise".id AND (later.at > "raise".at OR
later.at = "raise".at AND later.id > "raise".id) AND later.at >= prompt.opens_at AND (later.moment =
prompt.opens_at OR NOT (EXISTS (SELECT taken_back.id FROM ledger AS taken_back WHERE taken_back.prompt_id
= later.prompt_id AND taken_back.kind = 'superseded' AND taken_back.moment = later.moment)))))) SELECT
delivery.staff, count(*) AS count_1 FROM in_all JOIN ledger AS told ON told.prompt_id = in_all.prompt_id
JOIN delivery ON delivery.ledger_id = told.id WHERE delivery.staff != '' AND delivery.state = 'sent' GROUP
BY delivery.staff
"""

NOT_RAISED = """
SELECT count(*) AS count_1 FROM waiting JOIN prompt ON prompt.id = waiting.prompt_id JOIN enrolment ON
enrolment.id = prompt.enrolment_id WHERE waiting.at <= :now AND waiting.kind = 'open' AND NOT
(prompt.ended_at IS NOT NULL AND prompt.ended_at <= :now) AND (:pathway = '' OR enrolment.pathway =
:pathway) AND (:owner = '' OR prompt.owner = :owner)
"""

SUPERSEDED = """
SELECT count(DISTINCT "raise".prompt_id) AS count_1 FROM ledger AS "raise" JOIN prompt ON prompt.id =
"raise".prompt_id JOIN enrolment ON enrolment.id = prompt.enrolment_id WHERE "raise".kind = 'raised' AND
"raise".at >= :since AND "raise".at < :until AND (:pathway = '' OR enrolment.pathway = :pathway) AND
(:owner = '' OR prompt.owner = :owner) AND coalesce(prompt.ended, '') = 'superseded'
"""

DEEDS_OF_STOPS = """
SELECT ledger.id, 'output' AS channel, 1 AS tries, ledger.kind, ledger.moment, ledger.tell, ledger.at,
prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role, prompt.owner, prompt.say,
prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT said.status FROM review AS
said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1 OFFSET 0), 'submitted') AS
coalesce_1 FROM prompt JOIN ledger ON ledger.prompt_id = prompt.id JOIN enrolment ON enrolment.id =
prompt.enrolment_id WHERE ledger.kind IN ('raised', 'escalated') AND ledger.id >= (SELECT max(raised.id)
AS max_1 FROM ledger AS raised WHERE raised.prompt_id = prompt.id AND raised.kind = 'raised' AND raised.at
>= prompt.opens_at) AND prompt.settled IS 0 AND prompt.tier = 'stop' AND prompt.opens_at <= :now AND
(prompt.ended_at IS NULL OR prompt.ended_at > :now) AND prompt.taken_at IS NULL
"""

DEEDS_OF_THESE = """
SELECT ledger.id, 'output' AS channel, 1 AS tries, ledger.kind, ledger.moment, ledger.tell, ledger.at,
prompt.patient_id, prompt.number, prompt.rule, prompt.tier, prompt.role, prompt.owner, prompt.say,
prompt.due_at, enrolment.zone, prompt.ended_at, prompt.ended, coalesce((SELECT said.status FROM review AS
said WHERE said.digest = enrolment.digest ORDER BY said.number DESC LIMIT 1 OFFSET 0), 'submitted') AS
coalesce_1 FROM prompt JOIN ledger ON ledger.prompt_id = prompt.id JOIN enrolment ON enrolment.id =
prompt.enrolment_id WHERE ledger.kind IN ('raised', 'escalated') AND ledger.id >= (SELECT max(raised.id)
AS max_1 FROM ledger AS raised WHERE raised.prompt_id = prompt.id AND raised.kind = 'raised' AND raised.at
>= prompt.opens_at) AND prompt.id IN (SELECT anon_2.value AS anon_1 FROM json_each(:prompts) AS anon_2)
"""

TOLD_OF = """
SELECT delivery.ledger_id, delivery.staff, delivery.channel, delivery.state FROM delivery WHERE
delivery.ledger_id IN (SELECT anon_2.value AS anon_1 FROM json_each(:deeds) AS anon_2) AND delivery.staff
!= '' AND delivery.state != 'withdrawn'
"""

UNANSWERED_STOPS = """
SELECT prompt.patient_id, prompt.number, prompt.role, prompt.owner, prompt.id, coalesce(prompt.acting_by,
prompt.acknowledged_by, '') AS coalesce_1, prompt.enrolment_id FROM prompt WHERE prompt.settled IS 0 AND
prompt.tier = 'stop' AND prompt.opens_at <= :now AND (prompt.ended_at IS NULL OR prompt.ended_at > :now)
AND prompt.taken_at IS NULL
"""

TAKEN_STOPS = """
WITH RECURSIVE one_owner(owner) AS (SELECT min(prompt.owner) AS owner FROM prompt WHERE prompt.settled IS
0 AND prompt.owner > '' UNION ALL SELECT (SELECT min(prompt.owner) AS owner FROM prompt WHERE
prompt.settled IS 0 AND prompt.owner > one_owner.owner) AS anon_1 FROM one_owner WHERE one_owner.owner IS
NOT NULL) SELECT prompt.patient_id, prompt.number, prompt.role, prompt.owner, prompt.id,
coalesce(prompt.acting_by, prompt.acknowledged_by, '') AS coalesce_1, prompt.enrolment_id FROM prompt
WHERE prompt.settled IS 0 AND prompt.tier = 'stop' AND prompt.opens_at <= :now AND (prompt.ended_at IS
NULL OR prompt.ended_at > :now) AND prompt.taken_at IS NOT NULL AND prompt.owner IN (SELECT
one_owner.owner FROM one_owner WHERE one_owner.owner IS NOT NULL) AND prompt.sorts_at > 0
"""

STOPS_WAITING = """
SELECT count(DISTINCT prompt.id) AS count_1 FROM delivery JOIN ledger ON ledger.id = delivery.ledger_id
JOIN prompt ON prompt.id = ledger.prompt_id WHERE delivery.ready_at IS NOT NULL AND delivery.ready_at > 0
AND delivery.staff != '' AND delivery.staff = :staff AND delivery.channel = :channel AND prompt.tier =
'stop' AND prompt.settled IS 0
"""
