"""The hall as it stands before its first visitor: reference data, the hall, its desks."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import reference
from agencies.calendar import clock
from agencies.directory import Agency, Desk, Hall, Service
from reception import rules
from reception.guide import entering
from reception.rules import QueueRule
from reception.slots import BookingRule

BOOKING_RULES = Path(__file__).parent / "data" / "booking_rules.toml"
HALL_STAYS = (
    "address_kk",
    "address_ru",
    "address_en",
    "opens",
    "closes",
    "day_ends",
)
"""What the hall's own administration sets; the file only gives a beginning."""


def seed(session: Session) -> Hall:
    """Put everything a hall needs into the tables, as often as wanted. The caller commits."""
    reference.load(session)
    entering.seed(session, now=clock())
    put_rules(session)
    put_booking_rules(session)
    return furnish(session)


def put_rules(session: Session) -> None:
    agencies = {code: row for code, row in session.execute(select(Agency.code, Agency.id)).all()}
    dated = (
        {**reference.without(row, "agency"), "agency_id": agencies.get(row.get("agency", ""))}
        for row in rules.written()
    )
    reference.put_dated(session, QueueRule, dated, lambda rule: (rule.agency_id, rule.valid_from))


def put_booking_rules(session: Session) -> None:
    services = {code: row for code, row in session.execute(select(Service.code, Service.id)).all()}
    rows = tomllib.loads(BOOKING_RULES.read_text(encoding="utf-8"))["rule"]
    dated = (
        {**reference.without(row, "service"), "service_id": services.get(row.get("service", ""))}
        for row in rows
    )
    reference.put_dated(
        session, BookingRule, dated, lambda rule: (rule.service_id, rule.valid_from)
    )


def furnish(session: Session) -> Hall:
    own = reference.without(
        reference.tree("city")["hall"], "verified", "verified_by", "verified_on"
    )
    hall = reference.put(session, Hall, [own], stays=HALL_STAYS)[own["code"]]
    reference.put(session, Desk, desk_rows(session, hall), stays=("agency_id", "floor", "number"))
    return hall


def desk_rows(session: Session, hall: Hall) -> Iterator[reference.Row]:
    agencies = dict(session.execute(select(Agency.code, Agency.id)).all())
    for row in reference.table("desks"):
        yield {
            "code": row["code"],
            "number": int(row["number"]),
            "floor": int(row["floor"]),
            "hall_id": hall.id,
            "agency_id": agencies[row["agency"]],
        }
