"""The facts that measures are counted from, as SQL over the register and the queue.

Columns that every set of facts has: `agency`, `district`, `category` (codes, `''` where unknown;
the category is the topic of the first level). Facts later than `:as_of` are not known yet, so that
a period counted again later gives what was counted then.
"""

# What an appeal and a claim both know; `x` is either of them, `a` the appeal.
_KNOWN = """
       CASE WHEN x.first_answer_at <= :as_of THEN x.first_answer_at END AS first_answer_at,
       CASE WHEN x.answered_at <= :as_of THEN x.answered_at END AS answered_at,
       CASE WHEN x.answered_at <= :as_of
            THEN timezone('Asia/Almaty', x.answered_at)::date END AS answered_on,
       CASE WHEN x.closed_at <= :as_of THEN x.closed_at END AS closed_at,
       least(CASE WHEN x.answered_at <= :as_of THEN x.answered_at END,
             CASE WHEN x.closed_at <= :as_of THEN x.closed_at END) AS done_at,
       x.status IN ('withdrawn', 'merged') AND coalesce(x.closed_at <= :as_of, false) AS withdrawn,
       x.registered_on, x.due_on, x.redirections, x.reopenings,
       CASE WHEN a.repeat_marked_at <= :as_of THEN a.repeat_reason ELSE '' END AS repeat_reason,
       a.received_at, a.language, a.channel, a.kind, person.iin_index AS person,
       a.higher_body <> '' AS through_higher,
       person.id IS NOT NULL AS has_applicant,
       coalesce(person.is_organisation, false) AS organisation,
       coalesce(person.signatories, 1) AS signatories, a.source = 'imported' AS taken_over,
       coalesce(again.same_matter_before, false) AS same_matter_before,
       coalesce(again.of_person, 0) AS of_person
"""

_AROUND = """
LEFT JOIN district ON district.id = a.district_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
LEFT JOIN applicant AS person ON person.id = a.applicant_id
LEFT JOIN (
  SELECT past.id,
         what.id IS NOT NULL AND past.received_at - lag(past.received_at) OVER (
           PARTITION BY who.iin_index, coalesce(what.parent_id, what.id) ORDER BY past.received_at
         ) <= interval '90 days' AS same_matter_before,
         count(*) FILTER (WHERE past.received_at >= :start) OVER (
           PARTITION BY who.iin_index) AS of_person
  FROM appeal AS past
  JOIN applicant AS who ON who.id = past.applicant_id AND who.iin_index IS NOT NULL
  LEFT JOIN subject AS what ON what.id = past.subject_id
  WHERE past.received_at >= CAST(:start AS timestamptz) - interval '90 days'
    AND past.received_at < :end AND past.received_at <= :as_of
) AS again ON again.id = a.id
"""

# Rows that no count of the period can want are left out before anything is counted.
_TOUCHED = """
WHERE a.received_at < :end AND a.received_at <= :as_of
  AND (a.received_at >= :start OR x.closed_at IS NULL OR x.closed_at >= :start
       OR x.due_on >= :first OR {more})
"""

APPEALS = f"""
SELECT '' AS agency, coalesce(district.code, '') AS district,
       coalesce(above.code, topic.code, '') AS category,
{_KNOWN}
FROM appeal AS a JOIN appeal AS x ON x.id = a.id
{_AROUND}
{_TOUCHED.format(more="false")}
"""  # noqa: S608  put together from this module alone

CLAIMS = f"""
SELECT coalesce(agency.code, '') AS agency, coalesce(district.code, '') AS district,
       coalesce(over.code, own.code, above.code, topic.code, '') AS category,
{_KNOWN},
       x.first_due_on, x.outcome, agency.id IS NOT NULL AS has_agency,
       x.rule_cited <> '' AS cites_rule,
       CASE WHEN rating.at <= :as_of THEN rating.score END AS score
FROM appeal AS a JOIN claim AS x ON x.appeal_id = a.id
LEFT JOIN rating ON rating.claim_id = x.id
LEFT JOIN agency ON agency.id = x.agency_id
LEFT JOIN subject AS own ON own.id = x.subject_id
LEFT JOIN subject AS over ON over.id = own.parent_id
{_AROUND}
{_TOUCHED.format(more="x.first_due_on >= :first")}
"""  # noqa: S608

# Working days from the day on which an agency was given the matter until it was sent on; nothing
# where the journal does not say since when it was there.
_HELD = """
  SELECT CASE WHEN given.day IS NOT NULL THEN (
    SELECT count(*) FROM generate_series(
      given.day + 1, timezone('Asia/Almaty', j.at)::date, interval '1 day') AS passed
    LEFT JOIN calendar_day AS known ON known.day = passed::date
    WHERE coalesce(known.is_working, extract(isodow FROM passed) < 6)
  ) END
  FROM (
    SELECT max(timezone('Asia/Almaty', past.at)::date) AS day FROM journal_entry AS past
    WHERE past.appeal_id = j.appeal_id AND past.position < j.position
      AND past.kind IN ('registered', 'routed', 'passed_at_once', 'redirected')
      AND (past.claim_id IS NULL OR past.claim_id = j.claim_id)
  ) AS given
"""

STEPS = f"""
SELECT coalesce(CASE WHEN j.kind = 'redirected' THEN nullif(j.payload ->> 'before', '') END,
                agency.code, '') AS agency,
       coalesce(district.code, '') AS district, coalesce(above.code, topic.code, '') AS category,
       j.kind, j.at, coalesce(j.payload ->> 'agency', '') AS receiver,
       j.kind = 'registered' AND timezone('Asia/Almaty', j.at)::date > a.registered_on
         AS entered_late,
       CASE WHEN j.kind = 'redirected' THEN ({_HELD}) END AS held_wd,
       j.kind = 'redirected' AND EXISTS (
         SELECT FROM journal_entry AS past
         WHERE past.appeal_id = j.appeal_id AND past.position < j.position
           AND past.kind = 'redirected' AND past.claim_id IS NOT DISTINCT FROM j.claim_id
           AND past.payload ->> 'before' = j.payload ->> 'agency'
       ) AS came_back
FROM journal_entry AS j
JOIN appeal AS a ON a.id = j.appeal_id
LEFT JOIN claim ON claim.id = j.claim_id
LEFT JOIN agency ON agency.id = claim.agency_id
LEFT JOIN district ON district.id = a.district_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
WHERE j.at >= :start AND j.at < :end AND j.at <= :as_of
"""  # noqa: S608

TICKETS = """
SELECT * FROM (
  SELECT agency.code AS agency, '' AS district, '' AS category, t.business_date,
         t.state, t.outcome, t.visitor_id, t.issued_at, t.called_at, t.started_at,
         extract(epoch FROM t.called_at - t.issued_at)::float8 / 60 AS wait_min,
         CASE WHEN t.state = 'finished'
              THEN extract(epoch FROM t.finished_at - t.started_at)::float8 / 60 END AS service_min,
         CASE WHEN t.visitor_id IS NOT NULL THEN lead(t.issued_at) OVER (
           PARTITION BY t.visitor_id, t.agency_id ORDER BY t.issued_at) END AS next_visit_at
  FROM ticket AS t JOIN agency ON agency.id = t.agency_id
  WHERE t.business_date BETWEEN :first AND CAST(:last AS date) + 14 AND t.issued_at <= :as_of
) AS visits WHERE business_date <= :last
"""

FACTS = {"appeals": APPEALS, "claims": CLAIMS, "steps": STEPS, "tickets": TICKETS}
