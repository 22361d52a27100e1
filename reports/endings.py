"""How long it takes to a final answer, and what becomes of matters: answered, sent on, withdrawn,
or past the term without an answer, whichever comes first. All in working days from registration.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies import calendar
from reports import survival
from reports.competing import Ended, Stage, incidence
from reports.counting import bounds
from reports.periods import Period, PeriodKind
from reports.readings import SHOWN_FROM
from reports.survival import Seen

TOLD_IN = frozenset({PeriodKind.MONTHLY, PeriodKind.QUARTERLY, PeriodKind.ANNUAL})
HORIZON_WD = 60
"""The curves are kept so far."""
PLACES = 5
ENDS = ("answered", "sent_on", "passed_term", "withdrawn")

# The hall's cases of F26, without its breakdowns and without whatever else a fact knows of a case.
ANSWERS = text("""
SELECT a.registered_on AS since,
       coalesce(CASE WHEN a.answered_at <= :as_of
                     THEN timezone('Asia/Almaty', a.answered_at)::date END,
                CASE WHEN a.closed_at <= :as_of
                     THEN timezone('Asia/Almaty', a.closed_at)::date END, :today) AS until,
       coalesce(a.answered_at <= :as_of, false) AS ended, count(*) AS cases
FROM appeal AS a
WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of
GROUP BY 1, 2, 3
""")

# A sent-on matter has a new term at its receiver: for it the sending is the first end.
FIRST_ENDS = text("""
WITH matter AS (
  SELECT x.registered_on, x.due_on, x.redirections,
         CASE WHEN x.answered_at <= :as_of
              THEN timezone('Asia/Almaty', x.answered_at)::date END AS answered,
         CASE WHEN x.closed_at <= :as_of
              THEN timezone('Asia/Almaty', x.closed_at)::date END AS closed,
         x.status IN ('withdrawn', 'merged') AND coalesce(x.closed_at <= :as_of, false)
           AS is_withdrawn,
         CASE WHEN x.redirections > 0 THEN (
           SELECT min(timezone('Asia/Almaty', j.at)::date) FROM journal_entry AS j
           WHERE j.appeal_id = x.appeal_id AND j.claim_id = x.id AND j.kind = 'redirected'
             AND j.at <= :as_of
         ) END AS sent_on
  FROM appeal AS a JOIN claim AS x ON x.appeal_id = a.id
  WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of
    AND x.agency_id IS NOT NULL
), ends AS (
  SELECT *, CASE WHEN is_withdrawn THEN closed END AS withdrawn,
         CASE WHEN sent_on IS NULL AND due_on < :today
                   AND NOT coalesce(least(answered, closed) <= due_on, false)
              THEN due_on + 1 END AS passed_term
  FROM matter
), firsts AS (
  SELECT *, least(answered, sent_on, withdrawn, passed_term) AS first FROM ends
)
SELECT registered_on AS since, coalesce(first, closed, :today) AS until,
       CASE WHEN first IS NULL THEN '' WHEN first = answered THEN 'answered'
            WHEN first = sent_on THEN 'sent_on' WHEN first = withdrawn THEN 'withdrawn'
            ELSE 'passed_term' END AS ending,
       count(*) AS cases
FROM firsts GROUP BY 1, 2, 3
""")


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    """`answer`, `a_year_ago`: span, share without an answer, its interval; `ends`: span, shares.

    A curve of fewer than 20 cases is empty: its shares would say too much.
    """
    return {
        "answer": _curve(session, period, as_of),
        "a_year_ago": _curve(session, period.a_year_ago, as_of),
        "ends": _stages(first_ends(session, period, as_of=as_of)),
    }


def _curve(session: Session, period: Period, as_of: datetime) -> list[list[float]]:
    rows = answers(session, period, as_of=as_of)
    if sum(row.cases for row in rows) < SHOWN_FROM:
        return []
    return [
        [step.span, *(round(share, PLACES) for share in (step.going, step.low, step.high))]
        for step in survival.curve(rows) if step.span <= HORIZON_WD
    ]  # fmt: skip


def answers(session: Session, period: Period, *, as_of: datetime) -> list[Seen]:
    """Working days from registration to the final answer, or until now where there is none."""
    workdays = calendar.workdays(session)
    return [
        Seen(float(max(0, workdays.between(row.since, row.until))), row.ended, row.cases)
        for row in session.execute(ANSWERS, bounds(period, as_of=as_of))
    ]


def first_ends(session: Session, period: Period, *, as_of: datetime) -> list[Ended]:
    workdays = calendar.workdays(session)
    return [
        Ended(float(max(0, workdays.between(row.since, row.until))), row.ending, row.cases)
        for row in session.execute(FIRST_ENDS, bounds(period, as_of=as_of))
    ]


def _stages(rows: list[Ended]) -> list[list[float]]:
    if sum(row.cases for row in rows) < SHOWN_FROM:
        return []
    return [_kept(stage) for stage in incidence(rows) if stage.span <= HORIZON_WD]


def _kept(stage: Stage) -> list[float]:
    return [stage.span, *(round(stage.ended.get(end, 0.0), PLACES) for end in ENDS)]
