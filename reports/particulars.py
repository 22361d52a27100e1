"""What the printed report adds to the figure pack, gathered once and kept beside it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import Agency, District, Subject
from reports import figures, hall, handling, movement
from reports.figures import FigurePack
from reports.periods import Period

LANGUAGES = ("kk", "ru", "en")


def of_month(
    session: Session, period: Period, pack: FigurePack, *, as_of: datetime
) -> dict[str, Any]:
    """Everything in words a machine keeps: the report is printed from this alone."""
    before = _compared(session, period.before, as_of=as_of)
    codes = {*pack.by_agency, *before["by_agency"]}
    queue = hall.of_period(session, period)
    return {
        "flow": movement.flow(session, period),
        "series": movement.series(session, period),
        "year_to_date": movement.year_to_date(session, period),
        "before": before,
        "a_year_ago": _compared(session, period.a_year_ago, as_of=as_of),
        "handling": handling.of_period(session, period, as_of=as_of),
        "ageing": movement.ageing(session, period, as_of=as_of),
        "ways": movement.ways(session, period),
        "outcomes": movement.outcomes(session, period),
        "hall": queue,
        "names": {
            "agencies": _agency_names(session, codes | queue["by_agency"].keys(), as_of=as_of),
            "districts": _names(session, District, set(pack.by_district)),
            "categories": _names(session, Subject, set(pack.by_category)),
        },
    }


def _compared(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    pack = figures.compute(session, first=period.first, last=period.last, as_of=as_of)
    return {
        "period": period.name,
        **asdict(pack.total),
        "by_agency": {code: own.received for code, own in pack.by_agency.items()},
        "by_category": pack.by_category,
        "by_district": pack.by_district,
    }


def _agency_names(
    session: Session, codes: set[str], *, as_of: datetime
) -> dict[str, dict[str, str]]:
    """The official names valid on the day the figures were taken."""
    found = session.scalars(select(Agency).where(Agency.code.in_(codes)))
    named = {agency.code: agency.name_on(business_date(as_of)) for agency in found}
    return {
        code: {language: getattr(name, f"name_{language}") for language in LANGUAGES}
        for code, name in sorted(named.items())
    }


def _names(
    session: Session, record: type[District] | type[Subject], keys: set[str]
) -> dict[str, dict[str, str]]:
    """By the key of the pack, which is the Kazakh name or the name that was imported."""
    given = figures.given_name(record)
    columns = [getattr(record, f"name_{language}") for language in LANGUAGES]
    rows = session.execute(select(given, *columns).where(given.in_(keys)).order_by(record.id))
    return {row[0]: dict(zip(LANGUAGES, row[1:], strict=True)) for row in rows}
