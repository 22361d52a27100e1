"""How each agency stands in a week, beside its measures: what its scorecard is told from."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies import calendar
from agencies.calendar import start_of
from reception.guide import consultations
from reports import periods, redirects, survival
from reports.counting import bounds
from reports.measures import LANGUAGES
from reports.periods import Period, PeriodKind
from reports.readings import SHOWN_FROM
from reports.survival import Seen

TOLD_IN = frozenset({PeriodKind.WEEKLY})
AGES = (5, 10, 15, 30)
"""Upper ends, in working days, of the groups of open matters; the last group is open."""
USUAL_WEEKS = 8
TOPICS, LEAST = 5, 2
REPLY_WITHIN_WD = 5
HORIZON_WD = 60

ANSWERS = text("""
SELECT g.code AS agency, x.registered_on AS since,
       coalesce(CASE WHEN x.answered_at <= :as_of
                     THEN timezone('Asia/Almaty', x.answered_at)::date END,
                CASE WHEN x.closed_at <= :as_of
                     THEN timezone('Asia/Almaty', x.closed_at)::date END, :today) AS until,
       coalesce(x.answered_at <= :as_of, false) AS ended, count(*) AS cases
FROM appeal AS a JOIN claim AS x ON x.appeal_id = a.id JOIN agency AS g ON g.id = x.agency_id
WHERE a.received_at >= :start AND a.received_at < :end AND a.received_at <= :as_of
GROUP BY 1, 2, 3, 4
""")
# Those that F14 counts: without a final answer at the end of the week, as known now.
OPEN = text("""
SELECT g.code AS agency, x.registered_on AS since, count(*) AS cases
FROM appeal AS a JOIN claim AS x ON x.appeal_id = a.id JOIN agency AS g ON g.id = x.agency_id
WHERE a.received_at < :end AND a.received_at <= :as_of
  AND NOT coalesce(least(x.answered_at, x.closed_at) < :end
                   AND least(x.answered_at, x.closed_at) <= :as_of, false)
GROUP BY 1, 2
""")
TOPIC_WEEKS = text("""
SELECT g.code AS agency, coalesce(over.code, own.code, above.code, topic.code, '') AS topic,
       count(*) FILTER (WHERE a.received_at >= :start) AS now,
       count(*) FILTER (WHERE a.received_at < :start) AS before
FROM appeal AS a JOIN claim AS x ON x.appeal_id = a.id JOIN agency AS g ON g.id = x.agency_id
LEFT JOIN subject AS own ON own.id = x.subject_id
LEFT JOIN subject AS over ON over.id = own.parent_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
WHERE a.received_at >= :since AND a.received_at < :end AND a.received_at <= :as_of
GROUP BY 1, 2
""")
RETURNS = text("""
SELECT g.code AS agency, j.kind, j.payload -> 'wanting' AS wanting, count(*) AS times
FROM journal_entry AS j JOIN claim AS x ON x.id = j.claim_id JOIN agency AS g ON g.id = x.agency_id
WHERE j.kind = ANY(:kinds) AND j.at >= :start AND j.at < :end AND j.at <= :as_of
GROUP BY 1, 2, 3
""")
BY_HEAD, BY_CONTROL = "draft_returned", "control_returned"


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    """`agencies`: code -> its curve, ages, topics, returns, ways, steps; and what holds for all."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    quarter = _quarter(period)
    parts = {
        "curve": _curves(session, quarter, as_of),
        "curve_before": _curves(session, quarter.a_year_ago, as_of),
        "ages": _ages(session, period, as_of), "topics": _topics(session, period, as_of),
        "returns": _returns(session, period, as_of), "ways": _ways(session, period, as_of),
        "steps": _steps(session, period),
    }  # fmt: skip
    for part, own in parts.items():
        for agency, value in own.items():
            found[agency][part] = value
    by = calendar.workdays(session).add(period.last, REPLY_WITHIN_WD)
    return {"agencies": dict(found), "quarter": quarter.name, "reply_by": by.isoformat()}


def _quarter(period: Period) -> Period:
    return periods.containing(period.last, PeriodKind.QUARTERLY)


def _curves(session: Session, quarter: Period, as_of: datetime) -> dict[str, Any]:
    """Span, share without a final answer, its interval; of agencies with at least 20 matters."""
    workdays, seen = calendar.workdays(session), defaultdict(list)
    for row in session.execute(ANSWERS, bounds(quarter, as_of=as_of)):
        span = float(max(0, workdays.between(row.since, row.until)))
        seen[row.agency].append(Seen(span, row.ended, row.cases))
    return {agency: curve for agency, rows in seen.items() if (curve := _curve(rows))}


def _curve(rows: list[Seen]) -> list[list[float]]:
    if sum(row.cases for row in rows) < SHOWN_FROM:
        return []
    return [
        [step.span, *(round(share, 5) for share in (step.going, step.low, step.high))]
        for step in survival.curve(rows) if step.span <= HORIZON_WD
    ]  # fmt: skip


def _ages(session: Session, period: Period, as_of: datetime) -> dict[str, list[int]]:
    workdays, values = calendar.workdays(session), bounds(period, as_of=as_of)
    until = min(period.last, values["today"])
    found: dict[str, list[int]] = defaultdict(lambda: [0] * (len(AGES) + 1))
    for row in session.execute(OPEN, values):
        days = max(0, workdays.between(row.since, until))
        found[row.agency][sum(days > end for end in AGES)] += row.cases
    return dict(found)


def _topics(session: Session, period: Period, as_of: datetime) -> dict[str, list[list[Any]]]:
    """Topic, matters of the week, matters of the eight weeks before; the most grown first."""
    since = start_of(period.first - timedelta(weeks=USUAL_WEEKS))
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for row in session.execute(TOPIC_WEEKS, bounds(period, as_of=as_of) | {"since": since}):
        if row.now >= LEAST and row.now * USUAL_WEEKS > row.before:
            found[row.agency].append([row.topic, row.now, row.before])
    return {agency: _most_grown(rows) for agency, rows in found.items()}


def _most_grown(rows: Iterable[list[Any]]) -> list[list[Any]]:
    return sorted(rows, key=lambda r: (r[2] - r[1] * USUAL_WEEKS, r[0]))[:TOPICS]


def _returns(session: Session, period: Period, as_of: datetime) -> dict[str, dict[str, Any]]:
    """By whom and how often; `reasons`: those of quality control, an answer may have several."""
    found: dict[str, dict[str, Any]] = {}
    values = bounds(period, as_of=as_of) | {"kinds": [BY_HEAD, BY_CONTROL]}
    for row in session.execute(RETURNS, values):
        own = found.setdefault(row.agency, {BY_HEAD: 0, BY_CONTROL: 0, "reasons": {}})
        own[row.kind] += row.times
        for reason in row.wanting or []:
            own["reasons"][reason] = own["reasons"].get(reason, 0) + row.times
    return found


def _ways(session: Session, period: Period, as_of: datetime) -> dict[str, dict[str, Any]]:
    """`out`: receiver, times, back of them; `in`: sender, times, back."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {"out": [], "in": []})
    for sender, receiver, times, back in redirects.between(session, period, as_of=as_of):
        found[str(sender)]["out"].append([receiver, times, back])
        found[str(receiver)]["in"].append([sender, times, back])
    return dict(found)


def _steps(session: Session, period: Period) -> dict[str, list[dict[str, Any]]]:
    """Failed steps of life situations that are steps of this agency."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in consultations.breaks(session, period.first, period.last):
        step, title = one.version.procedure.step(one.step), one.version.procedure.title
        if step is not None and step.agency:
            found[step.agency].append({
                "situation": {c: title.said(c) for c in LANGUAGES},
                "step": {c: one.title.said(c) for c in LANGUAGES},
                "failed": one.failed, "contacts": one.contacts,
            })  # fmt: skip
    return dict(found)
