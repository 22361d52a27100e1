"""Reviewed files of the hall's reference data, and their way into the tables.

A file row is put in by its code as often as wanted. What people change in the hall stays: a switch,
a verified mark, a closing date that the file leaves open, and a calendar day entered by a person.
"""

import csv
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.calendar import CalendarDay
from agencies.db import Base
from agencies.directory import (
    Agency,
    AgencyName,
    Competence,
    District,
    PriorityCategory,
    QueueNorm,
    Service,
    Subject,
)
from agencies.languages import LANGUAGES
from agencies.terms import Anchor, TermPolicy, Unit

DATA = Path(__file__).parent / "data"
GENERATED = "holidays "
"""Beginning of the source of a calendar day that no person has entered."""
Row = dict[str, Any]
Record = TypeVar("Record", bound=Base)


@dataclass(frozen=True)
class Label:
    """A code of the law with its name in each language; `final` closes a claim."""

    code: str
    name_kk: str
    name_ru: str
    name_en: str
    meaning_kk: str = ""
    meaning_ru: str = ""
    meaning_en: str = ""
    final: bool = True


LABEL_FILES = {
    "kind": "kinds",
    "outcome": "outcomes",
    "contact_outcome": "outcomes",
    "channel": "channels",
    "higher_body": "higher_bodies",
    "quality_reason": "quality_reasons",
    "repeat_reason": "repeat_reasons",
    "special": "special_data",
    "hearing_came": "hearings",
    "hearing_way": "hearings",
    "hearing_result": "hearings",
}


@cache
def labels(sort: str) -> dict[str, Label]:
    """Labels by code, in the order to show; `sort` is a key of LABEL_FILES."""
    return {row["code"]: Label(**row) for row in tree(LABEL_FILES[sort])[sort]}


def tree(name: str) -> Row:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file; lines above the heading that begin with # are remarks."""
    lines = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def load(session: Session) -> None:
    """Put every file into its table. The caller commits."""
    districts = put(session, District, district_rows())
    agencies = put(session, Agency, agency_rows(districts))
    put_names(session, agencies)
    services = put(session, Service, service_rows(agencies))
    put_norms(session, services)
    put(session, PriorityCategory, tree("priority_categories")["category"], stays=("enabled",))
    subjects = put_subjects(session)
    put(session, Competence, competence_rows(subjects))
    put(session, TermPolicy, policy_rows())
    put_calendar(session)


def put(
    session: Session, model: type[Record], rows: Iterable[Row], *, stays: tuple[str, ...] = ()
) -> dict[str, Record]:
    """Records by code. A value that the file leaves out, or that `stays`, is not overwritten."""
    codes = {row["code"]: row for row in rows}
    column: Any = model.__table__.c.code
    known = {code_of(r): r for r in session.scalars(select(model).where(column.in_(codes)))}
    for code, row in codes.items():
        if code in known:
            change(known[code], row, stays=stays)
        else:
            known[code] = model(**row)
            session.add(known[code])
    session.flush()
    return {code: known[code] for code in codes}


def code_of(record: Base) -> str:
    return str(record.code)  # type: ignore[attr-defined]


def change(record: Base, row: Row, *, stays: tuple[str, ...] = ()) -> None:
    for name, value in row.items():
        keeps = value is None or name in stays or (name == "verified" and not value)
        if not keeps and getattr(record, name) != value:
            setattr(record, name, value)


def put_dated(
    session: Session,
    model: type[Record],
    rows: Iterable[Row],
    key: Callable[[Any], tuple[object, ...]],
) -> None:
    """The same for rows known by their owner and first day."""
    known = {key(record): record for record in session.scalars(select(model))}
    for row in rows:
        fresh = model(**row)
        if key(fresh) in known:
            change(known[key(fresh)], row)
        else:
            session.add(fresh)
    session.flush()


def district_rows() -> Iterator[Row]:
    for position, row in enumerate(tree("city")["district"], start=1):
        yield {**row, "position": position}


def agency_rows(districts: dict[str, District]) -> Iterator[Row]:
    for row in tree("agencies")["agency"]:
        own = {"is_state_body": True, "in_hall": True} | without(row, "name", "district")
        district = districts[row["district"]].id if "district" in row else None
        yield {**own, "district_id": district}


def put_names(session: Session, agencies: dict[str, Agency]) -> None:
    rows = (
        {**without(name, "verified_by", "verified_on"), "agency_id": agencies[agency["code"]].id}
        for agency in tree("agencies")["agency"]
        for name in agency["name"]
    )
    put_dated(session, AgencyName, rows, lambda name: (name.agency_id, name.valid_from))
    for agency in agencies.values():
        session.expire(agency, ["names"])


def service_rows(agencies: dict[str, Agency]) -> Iterator[Row]:
    position = 0
    for row in tree("services")["service"]:
        for agency in owners(row["agency"], agencies):
            position += 1
            yield {
                **without(row, "agency"),
                "code": f"{agency.code}-{row['code']}",
                "agency_id": agency.id,
                "position": position,
            }


def owners(pattern: str, agencies: dict[str, Agency]) -> list[Agency]:
    """`akimat-*` stands for the akimat of each district."""
    if not pattern.endswith("-*"):
        return [agencies[pattern]]
    return [a for code, a in agencies.items() if code.startswith(pattern.removesuffix("*"))]


def put_norms(session: Session, services: dict[str, Service]) -> None:
    rows = (
        {
            **without(row, "service"),
            "service_id": services[row["service"]].id if "service" in row else None,
        }
        for row in tree("queue_norms")["norm"]
    )
    put_dated(session, QueueNorm, rows, lambda norm: (norm.service_id, norm.valid_from))


def put_subjects(session: Session) -> dict[str, Subject]:
    rows = table("subjects")
    top = put(session, Subject, (row for row in rows if "." not in row["code"]))
    below = (
        {**row, "parent_id": top[row["code"].partition(".")[0]].id}
        for row in rows
        if "." in row["code"]
    )
    return {**top, **put(session, Subject, below)}


def competence_rows(subjects: dict[str, Subject]) -> Iterator[Row]:
    file = tree("competences")
    for row in file["competence"]:
        yield {
            "code": row["code"],
            "agency_kind": row["agency"],
            "subject_id": subjects[row["subject"]].id,
            "stems": {language: row[language] for language in LANGUAGES},
            "district_bound": row.get("district_bound", False),
            "street_class": row.get("street_class", ""),
            "valid_from": row.get("valid_from", file["valid_from"]),
            "valid_to": row.get("valid_to"),
            "note": row.get("note", ""),
            "firm": row.get("firm", False),
            "weight": row.get("weight", 1.0),
            "advice": row.get("advice", {}),
        }


def policy_rows() -> Iterator[Row]:
    for row in table("term_policies"):
        yield {
            **without(row, "policy", "case_code", "verified_by", "verified_on"),
            "code": row["policy"],
            "case": row["case_code"],
            "case_text": row["case"],
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            "term": int(row["term"]),
            "unit": Unit(row["unit"]),
            "anchor": Anchor(row["anchor"]),
            "extend_max": int(row["extend_max"] or 0),
            "notify_days": int(row["notify_days"]) if row["notify_days"] else None,
            "verified": row["verified"] == "yes",
            "may_pause": row["may_pause"] == "yes",
        }


def calendar_rows() -> Iterator[Row]:
    for row in table("calendar"):
        yield {
            **without(row, "date"),
            "day": date.fromisoformat(row["date"]),
            "is_working": row["is_working"] == "yes",
            "estimated": row["estimated"] == "yes",
        }


def put_calendar(session: Session) -> None:
    known = {day.day: day for day in session.scalars(select(CalendarDay))}
    for row in calendar_rows():
        if row["day"] not in known:
            session.add(CalendarDay(**row))
        elif known[row["day"]].source.startswith(GENERATED):
            change(known[row["day"]], row)
    session.flush()


def without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}
