"""Rows by month and by week: measures of the hall, agencies, life situations, alerts by topic.

Months are told as they were measured when they were over. A count of one to four is hidden, and at
the agencies and the steps another with it, so that the sum does not tell it.
"""

# ruff: noqa: ARG001  every set is read alike, whatever it needs

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from reports import measuring, periods, small_counts
from reports.alerts import Alert
from reports.center import suppression
from reports.measures import Measure, catalogue
from reports.measuring import Measuring
from reports.opened.sets import LEAST, Cell, Row
from reports.periods import Period, PeriodKind
from reports.published import LEAST_TOTAL
from reports.readings import SHOWN_FROM, Reading, Readings, Remark

HIDDEN, FEW, NOT_REACHED = "c", "u", "n"
ALL = "all"
BARE: Row = {
    "value": None, "numerator": None, "denominator": None, "low": None, "high": None,
    "flag": HIDDEN,
}  # fmt: skip
TOGETHER = (
    ("carried_in", "finished", "carried_out"), ("closed", "open"),
    ("served", "no_show", "left_queue"),
)  # fmt: skip
"""Measures that give each other away: where one is hidden, all are."""
UNKNOWN, OF_KNOWN = "person_unknown", frozenset({"repeated_share", "frequent_share"})
"""The one and the denominator of the others make up what was received."""
AT_AGENCIES = {
    "received": ("received", "numerator"), "due": ("on_time", "denominator"),
    "in_time": ("on_time", "numerator"), "extended": ("extended", "numerator"),
    "redirected": ("redirected_share", "numerator"),
    "overdue_open": ("overdue_open", "numerator"), "reopened": ("reopened_share", "numerator"),
}  # fmt: skip
"""Column -> the measure, and which part of it."""
SITUATIONS = text("""
SELECT to_char(told.day, 'YYYY-MM') AS month, situation.code AS situation,
       coalesce(told.failed_step, '') AS step, count(*) AS cases
FROM consultation AS told JOIN situation_version AS version ON version.id = told.version_id
JOIN situation ON situation.id = version.situation_id
WHERE told.day < :before GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")


def of_measures_monthly(session: Session, now: datetime) -> Iterator[Row]:
    for taken, month in _taken(session, now):
        own = measuring.values(session, taken, scopes=["hall"]).get("hall", {})
        if not _is_told(own):
            continue
        ways, hidden = measuring.ways(session, taken, scope="hall"), _hidden(own)
        bare = OF_KNOWN if UNKNOWN in hidden else ()
        for code, reading in own.items():
            known = catalogue().measures.get(code)
            if known is not None:
                yield {
                    "month": month.name, "measure": code, "number": known.number,
                    "version": ways[code].version, **_told(known, reading, hidden=code in hidden),
                    **(BARE if code in bare else {}),
                }  # fmt: skip


def _is_told(own: Mapping[str, Reading]) -> bool:
    received = own.get("received")
    return received is not None and (received.value or 0) >= LEAST_TOTAL


def _hidden(own: Mapping[str, Reading]) -> set[str]:
    small = {code for code, reading in own.items() if _is_small(reading.numerator)}
    return small.union(*(group for group in TOGETHER if small & set(group)))


def _is_small(count: float | None) -> bool:
    return count is not None and 0 < count < LEAST


def _told(known: Measure, found: Reading, *, hidden: bool) -> dict[str, Cell]:
    """A time of fewer than twenty cases would tell of few, like a share of them."""
    nothing: dict[str, Cell] = dict.fromkeys(("value", "numerator", "low", "high"))
    if hidden or _is_small(found.denominator):
        below = None if _is_small(found.denominator) else found.denominator
        return {**nothing, "denominator": below, "flag": HIDDEN}
    told: dict[str, Cell] = {"numerator": found.numerator, "denominator": found.denominator}
    few = found.denominator is not None and found.denominator < SHOWN_FROM
    if few and (known.is_share or known.quantile is not None):
        return {**nothing, **told, "flag": FEW}
    flag = NOT_REACHED if found.remark is Remark.NOT_REACHED else ""
    return {**told, "value": found.value, "low": found.low, "high": found.high, "flag": flag}


def of_appeals_agency_monthly(session: Session, now: datetime) -> Iterator[Row]:
    for taken, month in _taken(session, now):
        found = measuring.values(session, taken)
        if _is_told(found.get("hall", {})):
            yield from _agencies(found, month)


def _agencies(found: Readings, month: Period) -> Iterator[Row]:
    codes = sorted(s.removeprefix("agency:") for s in found if s.startswith("agency:"))
    columns = {name: _column(found, name, codes) for name in AT_AGENCIES}
    _hide_few_late(columns)
    for code in codes:
        if not code or not any(own.get(code, 1) for own in columns.values()):
            continue
        counts: dict[str, Cell] = {name: own.get(code) for name, own in columns.items()}
        hides = any(value is None for value in counts.values())
        few = (found[f"agency:{code}"]["received"].value or 0) < SHOWN_FROM
        times = _times(found[f"agency:{code}"]) if counts["received"] and not few else {}
        flag = HIDDEN if hides else FEW if few else ""
        yield {"month": month.name, "agency": code, **counts, **times, "flag": flag}


def _column(found: Readings, name: str, codes: list[str]) -> dict[str, int]:
    """Agency -> its count, without those that the sum over all would tell."""
    measure, part = AT_AGENCIES[name]
    counts: dict[str, int] = {}
    for code in codes:
        reading = found[f"agency:{code}"].get(measure)
        counts[code] = int(getattr(reading, part) or 0) if reading else 0
    hidden = small_counts.hidden(counts)
    return {code: n for code, n in counts.items() if code not in hidden}


def _hide_few_late(columns: dict[str, dict[str, int]]) -> None:
    """One to four that were late would be due less in time: both are hidden, and with them those
    of another agency, so that the sums over all do not tell them.
    """
    due, in_time = columns["due"], columns["in_time"]
    late = {code: n - in_time[code] for code, n in due.items() if code in in_time}
    for code in small_counts.hidden(late):
        del due[code], in_time[code]


def _times(own: Mapping[str, Reading]) -> dict[str, Cell]:
    return {
        code: reading.value for code in ("handling_median", "handling_p90")
        if (reading := own.get(code)) is not None
    }  # fmt: skip


def _taken(session: Session, now: datetime) -> Iterator[tuple[Measuring, Period]]:
    """The newest measuring of each month that is over."""
    names = session.scalars(select(Measuring.period).distinct().order_by(Measuring.period))
    for name in names:
        month = periods.parse(name)
        if month.kind is not PeriodKind.MONTHLY or month.is_cumulative:
            continue
        taken = measuring.newest(session, month)
        if taken is not None and business_date(taken.as_of) > month.last:
            yield taken, month


def of_situations_monthly(session: Session, now: datetime) -> Iterator[Row]:
    before = periods.containing(business_date(now), PeriodKind.MONTHLY).first
    told: dict[tuple[str, str], dict[str, int]] = {}
    for row in session.execute(SITUATIONS, {"before": before}):
        told.setdefault((row.month, row.situation), {})[row.step] = row.cases
    for (month, situation), cases in told.items():
        yield from _situation({"month": month, "situation": situation}, cases)


def _situation(place: Row, cases: Mapping[str, int]) -> Iterator[Row]:
    """The whole, then its steps; consultations that went well are told by what is left over."""
    counts = {step: Decimal(n) for step, n in cases.items()}
    values = {**counts, ALL: sum(counts.values(), Decimal(0))}
    hidden = suppression.hidden(values, [(ALL, tuple(counts))], least=LEAST)
    if ALL in hidden:
        hidden = set(values)
    for step in (ALL, *filter(None, counts)):
        name = "consulted" if step == ALL else "failed"
        told: Row = {"flag": HIDDEN} if step in hidden else {name: int(values[step]), "flag": ""}
        yield {**place, "step": "" if step == ALL else step, **told}


def of_alarms_weekly(session: Session, now: datetime) -> Iterator[Row]:
    """Alerts of whole topics: below the level of the city a week has too few cases."""
    query = select(Alert).where(
        Alert.series.like("category:%"), Alert.series.not_like("% %"), Alert.observed >= LEAST
    )
    for one in session.scalars(query):
        yield {
            "week": one.week.isoformat(), "category": one.series.removeprefix("category:"),
            "observed": one.observed, "expected": round(one.expected, 1), "bound": one.bound,
            "tested": one.tested, "method": one.method, "state": str(one.state),
            "finding": str(one.finding) if one.finding else "",
        }  # fmt: skip
