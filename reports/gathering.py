"""Everything an edition prints beside the figure pack, taken at one instant and kept with it.

An edition is told from this alone, so that it can be printed again years later, and all languages
print the same numbers.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agencies import calendar, outlines
from agencies.calendar import business_date
from agencies.directory import Agency, District, Subject
from reports import (
    campaigns,
    correcting,
    effects,
    endings,
    fairness,
    hall,
    measuring,
    meetings,
    noticing,
    periods,
    proposals,
    publication,
    punctuality,
    readings,
    recommendations,
    redirects,
    residents,
    returning,
    shift,
    standing,
    topic_months,
    voices,
    year_facts,
)
from reports.periods import Period, PeriodKind
from reports.proposals import Proposal

LANGUAGES = ("kk", "ru", "en")
STEPS = {
    PeriodKind.DAILY: ("day", 20),
    PeriodKind.WEEKLY: ("week", 26),
    PeriodKind.MONTHLY: ("month", 24),
    PeriodKind.QUARTERLY: ("quarter", 12),
    PeriodKind.ANNUAL: ("month", 36),
}
"""Unit and number of the steps of the series that ends with the period."""
SAME_WEEKDAYS = 8
DUE_WITHIN_WD = 3
NUMBERS_LISTED = 12

SERIES = text("""
SELECT date_trunc(:unit, timezone('Asia/Almaty', a.received_at))::date AS step,
       CASE WHEN grouping(g.code) = 1 THEN '' ELSE coalesce(g.code, 'unknown') END AS agency,
       count(DISTINCT a.id) AS appeals
FROM appeal a LEFT JOIN claim c ON c.appeal_id = a.id LEFT JOIN agency g ON g.id = c.agency_id
WHERE a.received_at >= :start AND a.received_at < :end
GROUP BY GROUPING SETS ((1), (1, g.code)) ORDER BY 1, 2
""")

USUAL = text("""
WITH days AS (
  SELECT d::date AS day FROM unnest(CAST(:days AS date[])) AS d
), queue AS (
  SELECT business_date AS day, count(*) AS tickets, count(started_at) AS served,
         percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM called_at - issued_at)::float8 / 60) AS wait_median,
         count(*) FILTER (WHERE called_at - issued_at > interval '15 minutes') AS long_waits
  FROM ticket WHERE business_date = ANY(CAST(:days AS date[])) GROUP BY 1
), lodged AS (
  SELECT timezone('Asia/Almaty', received_at)::date AS day, count(*) AS registered
  FROM appeal WHERE received_at >= :start AND received_at < :end
    AND timezone('Asia/Almaty', received_at)::date = ANY(CAST(:days AS date[])) GROUP BY 1
)
SELECT day, coalesce(tickets, 0) AS tickets, coalesce(served, 0) AS served, wait_median,
       coalesce(long_waits, 0) AS long_waits, coalesce(registered, 0) AS registered
FROM days LEFT JOIN queue USING (day) LEFT JOIN lodged USING (day) ORDER BY day
""")

DUE = text("""
SELECT coalesce(g.code, 'unknown') AS agency,
       count(*) FILTER (WHERE c.due_on < :today) AS overdue,
       count(*) FILTER (WHERE c.due_on BETWEEN :today AND :soon) AS due_soon
FROM claim c JOIN appeal a ON a.id = c.appeal_id LEFT JOIN agency g ON g.id = c.agency_id
WHERE c.answered_at IS NULL AND c.closed_at IS NULL AND a.received_at < :end AND c.due_on <= :soon
GROUP BY 1 ORDER BY 1
""")

NUMBERS = text("""
SELECT agency, number, due_on FROM (
  SELECT g.code AS agency, a.number, c.due_on,
         row_number() OVER (PARTITION BY g.id ORDER BY c.due_on, a.id) AS place
  FROM claim c JOIN appeal a ON a.id = c.appeal_id JOIN agency g ON g.id = c.agency_id
  WHERE c.answered_at IS NULL AND c.closed_at IS NULL AND a.received_at < :end
    AND c.due_on <= :soon
) AS listed WHERE place <= :most ORDER BY agency, place
""")


def of(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    """JSON that a figure set keeps under `edition`."""
    now, before = (_measured(session, one, as_of=as_of) for one in (period, period.before))
    months = (
        topic_months.of_period(session, period, as_of=as_of)
        if period.kind in topic_months.TOLD_IN else None
    )  # fmt: skip
    return {
        "now": now,
        "counted": {code: asdict(way) for code, way in measuring.counted().items()},
        "before": before,
        "a_year_ago": _measured(session, period.a_year_ago, as_of=as_of),
        "names": _names(session, now, months["topics"] if months else {}, as_of=as_of),
        "months": months,
        "fairness": asdict(found) if (found := fairness.in_time(session, period, as_of=as_of))
        else None,
        "endings": endings.of_period(session, period, as_of=as_of)
        if period.kind in endings.TOLD_IN else None,
        "noticed": noticing.of_period(session, period, as_of=as_of)
        if period.kind in noticing.TOLD_IN else None,
        "punctual": punctuality.of_period(session, period, as_of=as_of)
        if period.kind is not punctuality.NOT_TOLD_IN else None,
        "redirects": redirects.between(session, period, as_of=as_of)
        if period.kind in redirects.TOLD_IN else [],
        "repeats": {
            "spread": returning.of_period(session, period, as_of=as_of),
            "campaigns": campaigns.of_period(session, period, as_of=as_of),
        } if period.kind in returning.TOLD_IN else None,
        "heard": {
            "now": voices.of_period(session, period, as_of=as_of),
            "before": voices.of_period(session, period.before, as_of=as_of),
            "residents": {
                place: asdict(living)
                for place, living in residents.of_period(session, period, as_of=as_of).items()
            },
        } if period.kind in voices.TOLD_IN else None,
        "corrected": correcting.of_period(
            session, period, before.get("hall", {}), as_of=as_of
        ) if period.kind in correcting.TOLD_IN else None,
        "publications": _publications(session, period, as_of=as_of)
        if period.kind in correcting.TOLD_IN else None,
        "series": _series(session, period, as_of=as_of),
        "usual": _usual(session, period) if period.kind is PeriodKind.DAILY else [],
        "due": _due(session, period, as_of=as_of),
        "numbers": _numbers(session, period, as_of=as_of)
        if period.kind is PeriodKind.WEEKLY else [],
        "standing": standing.of_period(session, period, as_of=as_of)
        if period.kind in standing.TOLD_IN else None,
        "shift": shift.of_period(session, period, as_of=as_of)
        if period.kind in shift.TOLD_IN else None,
        "hall": hall.of_period(session, period),
        "began": year_facts.began(session, as_of=as_of),
        "yearbook": year_facts.of_period(session, period, as_of=as_of)
        if period.kind in year_facts.TOLD_IN else None,
        "proposals": _proposals(session, period, as_of=as_of),
        "fate": _fate(session, period, as_of=as_of),
    }  # fmt: skip


def _measured(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    """Scope -> measure -> parts of the reading."""
    found = readings.take(session, period, as_of=as_of)
    return {
        scope: {code: asdict(reading) for code, reading in own.items()}
        for scope, own in found.items()
    }


def _names(
    session: Session, now: dict[str, Any], topics: Iterable[str], *, as_of: datetime
) -> dict[str, Any]:
    wanted: dict[str, set[str]] = {"agency": set(), "district": set(), "category": set(topics)}
    for scope in now:
        sort, _, code = scope.partition(":")
        if code:
            wanted[sort].add(code)
    agencies = session.scalars(select(Agency).order_by(Agency.code))
    wanted["district"] |= outlines.of_districts().keys()
    found = {"agency": {a.code: _said(a.name_on(business_date(as_of))) for a in agencies}}
    records: tuple[tuple[str, Any], ...] = (("district", District), ("category", Subject))
    for sort, record in records:
        rows = session.scalars(select(record).where(record.code.in_(wanted[sort])))
        found[sort] = {row.code: _said(row) for row in rows}
    return found


def _said(named: Any) -> dict[str, str]:
    return {language: getattr(named, f"name_{language}") for language in LANGUAGES}


def steps_of(period: Period, *, until: date = date.max) -> list[Period]:
    """The steps of the series, the oldest first; the last one ends with the period, or holds the
    day until which it is counted.
    """
    unit, count = STEPS[period.kind]
    kind = {
        "day": PeriodKind.DAILY, "week": PeriodKind.WEEKLY, "month": PeriodKind.MONTHLY,
        "quarter": PeriodKind.QUARTERLY,
    }[unit]  # fmt: skip
    steps = [periods.containing(min(period.last, until), kind)]
    while len(steps) < count:
        steps.append(steps[-1].before)
    return steps[::-1]


def _series(session: Session, period: Period, *, as_of: datetime) -> list[dict[str, Any]]:
    steps = steps_of(period, until=business_date(as_of))
    values = {
        "unit": STEPS[period.kind][0], "start": calendar.start_of(steps[0].first),
        "end": calendar.after(period.last),
    }  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(SERIES, values):
        found.setdefault(row.step.isoformat(), {})[row.agency] = row.appeals
    return [
        {"name": step.name, "first": step.first.isoformat(),
         "received": found.get(step.first.isoformat(), {})}
        for step in steps
    ]  # fmt: skip


def _usual(session: Session, period: Period) -> list[dict[str, Any]]:
    """The day itself last, and the eight same weekdays before it."""
    days = [period.first - timedelta(weeks=back) for back in range(SAME_WEEKDAYS, -1, -1)]
    values = {
        "days": days, "start": calendar.start_of(days[0]), "end": calendar.after(days[-1]),
    }  # fmt: skip
    rows = session.execute(USUAL, values)
    return [{**row._mapping, "day": row.day.isoformat()} for row in rows]  # noqa: SLF001


def _soon(session: Session, period: Period, as_of: datetime) -> dict[str, Any]:
    today = business_date(as_of)
    return {
        "today": today, "soon": calendar.workdays(session).add(today, DUE_WITHIN_WD),
        "end": calendar.after(period.last),
    }  # fmt: skip


def _due(session: Session, period: Period, *, as_of: datetime) -> dict[str, dict[str, int]]:
    rows = session.execute(DUE, _soon(session, period, as_of))
    return {row.agency: {"overdue": row.overdue, "due_soon": row.due_soon} for row in rows}


def _numbers(session: Session, period: Period, *, as_of: datetime) -> list[list[str]]:
    values = _soon(session, period, as_of) | {"most": NUMBERS_LISTED}
    values.pop("today")
    rows = session.execute(NUMBERS, values)
    return [[row.agency, row.number, row.due_on.isoformat()] for row in rows]


def _publications(session: Session, period: Period, *, as_of: datetime) -> list[dict[str, str]]:
    """The annual report tells those of a year, the others when they come out next."""
    workdays, today = calendar.workdays(session), business_date(as_of) + timedelta(days=1)
    found = (
        publication.a_year_ahead(workdays, today) if period.kind is PeriodKind.ANNUAL
        else [publication.next_of(workdays, period.kind, today)]
    )  # fmt: skip
    return [
        {"kind": str(one.kind), "period": one.period.name, "day": one.day.isoformat()}
        for one in found
    ]


def _proposals(session: Session, period: Period, *, as_of: datetime) -> list[dict[str, Any]]:
    """What is public, with its state at this instant; the oldest first."""
    found = [
        one for one in proposals.all_of(session, public_only=True)
        if business_date(one.created_at) <= period.last
    ]  # fmt: skip
    return [_proposal(session, one, as_of) for one in reversed(found)]


def _proposal(session: Session, proposal: Proposal, as_of: datetime) -> dict[str, Any]:
    dispatch = recommendations.dispatch_of(session, proposal)
    reply = recommendations.reply_of(session, proposal)
    votes = meetings.items_of(session, proposal)
    results = effects.results_of(session, proposal)
    waiting = (business_date(as_of) - dispatch.sent_on).days if dispatch and not reply else None
    return {
        "number": proposal.number, "status": str(proposal.status), "title": proposal.texts["title"],
        "aim": proposal.texts.get("aim", {}), "addressee": proposal.addressee,
        "sent_on": _iso(dispatch.sent_on if dispatch else None),
        "due_on": _iso(dispatch.due_on if dispatch else None),
        "waiting_days": waiting,
        "answer": str(reply.overall) if reply else "",
        "votes": [votes[-1].votes_for, votes[-1].votes_against, votes[-1].abstained]
        if votes and votes[-1].decision else [],
        "effect": str(results[0].effect) if results else "",
        "ratio": results[0].found["step"] if results else None,
    }  # fmt: skip


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _fate(session: Session, period: Period, *, as_of: datetime) -> dict[str, dict[str, int]]:
    """By year, of three years: what was answered on the rows whose answer fell due.

    A term that has not passed yet is no silence.
    """
    last, passed = period.last.year, business_date(as_of) - timedelta(days=1)
    return {
        str(year): recommendations.fate(
            session, date(year, 1, 1), min(date(year, 12, 31), period.last, passed)
        )
        for year in range(last - 2, last + 1)
    }
