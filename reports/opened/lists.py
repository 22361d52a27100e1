"""Rows of what other sets are read with: definitions, names of codes, the working calendar."""

# ruff: noqa: ARG001  every set is read alike, whatever it needs

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.calendar import CalendarDay
from agencies.directory import Agency, District, Origin, Subject
from reports import measuring
from reports.measures import LANGUAGES, catalogue
from reports.opened.sets import Row


def of_figure_definitions(session: Session, now: datetime) -> Iterator[Row]:
    known = catalogue()
    for one in known.measures.values():
        yield {
            "measure": one.code, "number": one.number, "version": one.version, "unit": one.unit,
            "direction": one.direction,
            **{f"name_{code}": one.name[code] for code in LANGUAGES},
            **{f"definition_{code}": known.definition(one, code) for code in LANGUAGES},
            "query_sha256": measuring.query_hash(one),
        }  # fmt: skip


def of_code_lists(session: Session, now: datetime) -> Iterator[Row]:
    """The hall's own codes; agencies stand once for each of their names."""
    subjects = select(Subject).where(Subject.origin == Origin.HALL)
    for topic in session.scalars(subjects):
        yield _named("topic", topic) | {"parent": topic.parent.code if topic.parent else ""}
    for district in session.scalars(select(District).where(District.origin == Origin.HALL)):
        yield _named("district", district)
    for agency in session.scalars(select(Agency).where(Agency.origin == Origin.HALL)):
        for name in agency.names:
            yield _named("agency", name) | {
                "code": agency.code, "valid_from": name.valid_from.isoformat(),
                "parent": agency.district.code if agency.district else "",
                "valid_to": name.valid_to.isoformat() if name.valid_to else "",
            }  # fmt: skip


def _named(sort: str, one: object) -> dict[str, str]:
    names = {f"name_{code}": getattr(one, f"name_{code}") for code in LANGUAGES}
    return {"list": sort, "code": getattr(one, "code", "")} | names


def of_calendar(session: Session, now: datetime) -> Iterator[Row]:
    for day in session.scalars(select(CalendarDay)):
        yield {
            "day": day.day.isoformat(), "is_working": day.is_working,
            **{f"name_{code}": getattr(day, f"name_{code}") for code in LANGUAGES},
            "basis": day.basis_act, "estimated": day.estimated,
        }  # fmt: skip
