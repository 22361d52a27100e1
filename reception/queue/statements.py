"""What the queue asks of the database, and how far before others a ticket stands, as SQL.

Only constant fragments are put together here, never a value.
"""

from sqlalchemy import text

from agencies.db import busy

HEADS = 32
"""So many of each class are looked at: more desks never call at one moment in one agency."""

LEAP = "1e9::float8"
"""More than any wait weighs. All of a score is float8: in numeric it costs five times as much."""

RULE = """(
  SELECT discipline, ratio, :now - make_interval(mins => ceiling_min) AS ripe,
    ARRAY[rate_walk_in, rate_booked, rate_priority, rate_first] AS rates
  FROM queue_rule WHERE (agency_id = {agency} OR agency_id IS NULL) AND valid_from <= :day
  ORDER BY agency_id NULLS LAST, valid_from DESC LIMIT 1)"""


def standing(
    t: str, r: str, *, now: str = ":now", weight: str = "1", favoured: str = "true"
) -> tuple[str, str]:
    """How far before others a ticket stands, as SQL: whether it is urgent, and its score.

    `disciplines.standing` says the same in Python.
    """
    ripe = f"{t}.due_at <= {r}.ripe"
    urgent = f"{t}.rank = 9 OR {ripe}"
    score = (
        f"date_part('epoch', {now} - {t}.due_at) "
        f"* CASE WHEN {urgent} OR {r}.discipline <> 'accumulating' THEN 1 "
        f"ELSE {r}.rates[{t}.rank + 1] * {weight} END "
        f"+ CASE WHEN {urgent} THEN 0 WHEN {r}.discipline = 'strict' THEN {LEAP} * {t}.rank "
        f"WHEN {r}.discipline = 'ratio' AND ({t}.rank > 0) = {favoured} THEN {LEAP} ELSE 0 END"
    )
    return f"CASE WHEN {t}.rank = 9 THEN 2 WHEN {ripe} THEN 1 ELSE 0 END", score


URGENT, SCORE = standing("t", "rule")
NEW_URGENT, NEW_SCORE = standing("made", "rule")

# Who is of the same class and due no later stands before the new ticket under every rule; only the
# others are weighed, since weighing everybody costs more than the rest where hundreds wait.

ISSUE = busy(f"""
WITH chosen AS (
  SELECT s.id, s.series, s.code, s.agency_id, a.code AS agency, h.id AS hall, h.code AS hall_code,
    s.day_quota
  FROM service s JOIN agency a ON a.id = s.agency_id,
    (SELECT id, code FROM hall ORDER BY id LIMIT 1) h
  WHERE s.code = :service AND s.open
), counted AS (
  INSERT INTO number_series (name, last)
  SELECT 'quota/' || id || '/' || CAST(:day AS date), 1 FROM chosen WHERE day_quota IS NOT NULL
  ON CONFLICT (name) DO UPDATE SET last = number_series.last + 1 RETURNING last
), place AS (
  INSERT INTO number_series (name, last)
  SELECT 'ticket/' || hall || '/' || series || '/' || CAST(:day AS date), :first FROM chosen
  WHERE day_quota IS NULL OR (SELECT last FROM counted) <= day_quota
  ON CONFLICT (name) DO UPDATE SET last = number_series.last + 1 RETURNING last
), made AS (
  INSERT INTO ticket (hall_id, business_date, series, number, service_id, agency_id, visitor_id,
    language, priority, rank, state, issued_at, due_at, ready_at, calls, version, misses,
    steps_left, note, hold_reason, link_seed, link_digest, told_p50_s, told_p90_s, other_p50_s,
    other_p90_s)
  SELECT hall, :day, series, last, id, chosen.agency_id, :visitor,
    :language, :priority, :rank, 'waiting', :now, :due, :now, 0, 0, 0, 0, '', '', :seed, :digest,
    outlook.p50_s, outlook.p90_s, outlook.other_p50_s, outlook.other_p90_s
  FROM chosen CROSS JOIN place LEFT JOIN wait_outlook outlook
    ON outlook.agency_id = chosen.agency_id AND outlook.rank = :rank
    AND outlook.computed_at > :now - interval '2 minutes'
  RETURNING id, series || number AS label, hall_id, agency_id, business_date, rank, due_at,
    told_p50_s, told_p90_s
), told AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || hall_code, 'ticket_issued', :now, made.id, :by,
    jsonb_build_object('ticket', label, 'agency', agency, 'service', code,
      'priority', CAST(:priority AS text)) FROM made, chosen
)
SELECT made.id, label, told_p50_s, told_p90_s, (
  SELECT count(*) FROM ticket t WHERE t.hall_id = made.hall_id
    AND t.agency_id = made.agency_id AND t.business_date = made.business_date
    AND t.state = 'waiting'
    AND (t.rank = made.rank AND t.due_at <= made.due_at
      OR ({URGENT}, {SCORE}, t.rank) >= (new.urgent, new.score, made.rank))
  ) AS ahead
FROM made CROSS JOIN LATERAL {RULE.format(agency="made.agency_id")} rule
  CROSS JOIN LATERAL (SELECT {NEW_URGENT} AS urgent, {NEW_SCORE} AS score OFFSET 0) new
""")

# Tickets are found by a day and a moment that stand in a row: where the server sees their values,
# a plan for each call looks cheaper to it than one plan for all, and planning costs more than the
# call.
DESK = f"""moment AS MATERIALIZED (
  SELECT CAST(:now AS timestamptz) AS now, CAST(:day AS date) AS day
), place AS (
  SELECT d.id, d.code, d.number, d.floor, d.hall_id, d.agency_id, h.code AS hall, a.code AS agency,
    moment.*, pause.kind AS pause,
    ARRAY(SELECT service_id FROM officer_skill WHERE officer_id = :by) AS skills,
    rule.*, pause.kind IS NULL AND (CAST(:own AS int) IS NULL OR d.agency_id = :own) AS may,
    CASE WHEN rule.discipline <> 'ratio' THEN true ELSE (
      SELECT count(*) FILTER (WHERE rank > 0) FROM (
        SELECT rank FROM ticket WHERE desk_id = d.id AND business_date = moment.day
          AND agency_id = d.agency_id AND called_at IS NOT NULL
        ORDER BY called_at DESC, id DESC LIMIT rule.ratio) newest
      ) < rule.ratio END AS favoured
  FROM moment, desk d JOIN hall h ON h.id = d.hall_id JOIN agency a ON a.id = d.agency_id
    CROSS JOIN LATERAL {RULE.format(agency="d.agency_id")} rule
    LEFT JOIN desk_pause pause ON pause.desk_id = d.id AND pause.ended_at IS NULL
  WHERE d.code = :desk
), gone AS (
  UPDATE ticket SET finished_at = :now, version = version + 1,
    misses = misses + (state = 'called')::int,
    undo = jsonb_build_object('state', state, 'finished_at', null, 'outcome', outcome,
      'misses', misses),
    outcome = CASE state WHEN 'serving' THEN :not_recorded ELSE outcome END,
    state = CASE WHEN state = 'called' THEN 'no_show' WHEN steps_left > 0 THEN 'held'
      ELSE 'finished' END
  WHERE desk_id = (SELECT id FROM place WHERE may)
    AND state IN ('called', 'serving')
  RETURNING id, series || number AS label, state, outcome, calls, language
), told_gone AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || hall,
    CASE state WHEN 'no_show' THEN 'ticket_missed' ELSE 'ticket_finished' END, :now, gone.id, :by,
    jsonb_build_object('ticket', label, 'agency', agency, 'calls', calls, 'outcome', outcome,
      'desk', number, 'language', language, 'cause', 'next_called')
  FROM gone, place
)"""

FREE_DESK = text(f"""
WITH {DESK}
SELECT id, code, number, floor, hall_id, agency_id, hall, agency, pause,
  (SELECT id FROM gone WHERE state = 'held') AS going_on FROM place
""")

HEAD_URGENT, HEAD_SCORE = standing(
    "w", "p", now="p.now", weight="coalesce(skill.weight, 1)", favoured="p.favoured"
)

CALL_NEXT = busy(f"""
WITH {DESK}, head AS (
  SELECT t.id FROM (
    SELECT w.id, {HEAD_URGENT} AS urgent, {HEAD_SCORE} AS score, w.rank, w.due_at
    FROM place p CROSS JOIN (VALUES (0), (1), (2), (3), (9)) AS c (rank)
      CROSS JOIN LATERAL (
        SELECT id, rank, due_at, service_id FROM ticket
        WHERE hall_id = p.hall_id AND agency_id = p.agency_id AND business_date = p.day
          AND state = 'waiting' AND rank = c.rank AND ready_at <= p.now
          AND (wanted_desk_id IS NULL OR wanted_desk_id = p.id OR due_at <= p.ripe)
          AND (p.skills = '{{}}' OR service_id = ANY (p.skills))
        ORDER BY due_at, id LIMIT {HEADS}) w
      LEFT JOIN officer_skill skill
        ON skill.officer_id = :by AND skill.service_id = w.service_id
    WHERE p.may ORDER BY 2 DESC, 3 DESC, 4 DESC, 5, 1) line
    JOIN ticket t ON t.id = line.id
  WHERE t.state = 'waiting'
  ORDER BY urgent DESC, score DESC, line.rank DESC, line.due_at, line.id
  FOR UPDATE OF t SKIP LOCKED LIMIT 1
), next AS (
  UPDATE ticket SET state = 'called', desk_id = (SELECT id FROM place), officer_id = :by,
    called_at = :now, calls = 1, version = version + 1, undo = CAST(:undo AS jsonb)
  WHERE id = (SELECT id FROM head) AND (SELECT count(*) FROM gone) >= 0
  RETURNING id, series || number AS label, service_id, language, issued_at
), told_next AS (
  INSERT INTO event (topic, kind, at, ticket_id, officer_id, payload)
  SELECT 'hall/' || place.hall, 'ticket_called', :now, next.id, :by,
    jsonb_build_object('ticket', label, 'desk', place.number,
      'agency', place.agency, 'language', language, 'calls', 1) FROM next, place
)
SELECT place.id, place.code, number, floor, hall_id, place.agency_id, hall, agency, pause,
  (SELECT id FROM gone WHERE state = 'held') AS going_on, next.id AS ticket_id, label,
  s.code AS service, language, issued_at
FROM place LEFT JOIN next ON true LEFT JOIN service s ON s.id = next.service_id
""")

IN_ORDER = f"""
SELECT t.id FROM ticket t CROSS JOIN LATERAL {RULE.format(agency="t.agency_id")} rule
WHERE t.hall_id = :hall AND t.agency_id = :agency AND t.business_date = :day
  AND t.state = 'waiting'
ORDER BY {URGENT} DESC, {SCORE} DESC, t.rank DESC, t.due_at, t.id LIMIT :most
"""

AHEAD = f"""
SELECT place - 1 FROM (
  SELECT id, row_number() OVER () AS place FROM ({IN_ORDER}) line) placed WHERE id = :ticket
"""
