"""Where appeals are open now: by district, and by house where the words tell of one.

What is counted is what the list of claims would show, by the same conditions; an appeal counts
once, however many claims of it are open.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies import places, worklist
from agencies.appeals import Appeal, Claim, is_open
from agencies.directory import District
from agencies.staff import Officer, Role
from agencies.worklist import NOT_KNOWN, Choice
from reports.center import suppression

LEAST = 5
"""Fewer appeals of a district are not told to who may not read appeals."""
READ_APPEALS, READ_LETTERS = 1000, 240
SHOWN, TOGETHER = 12, 2


@dataclass(frozen=True)
class Spot:
    """A district, or `NOT_KNOWN`. No number where it was too small to be told."""

    code: str
    open: int | None
    overdue: int | None


@dataclass(frozen=True)
class Counts:
    """`total` is none where so few are not told."""

    spots: list[Spot]
    total: int | None


@dataclass(frozen=True)
class Cluster:
    """Open appeals about one house, the newest of them by its number."""

    label: str
    district: str
    open: int
    overdue: int
    newest: str


def reads_appeals(officer: Officer) -> bool:
    return officer.role is not Role.ANALYST


def by_district(session: Session, officer: Officer, choice: Choice, *, today: date) -> Counts:
    """The most first; those not told stand last."""
    one = select(Appeal.district_id, func.min(Claim.due_on).label("due_on")).group_by(Appeal.id)
    each = _of(one, officer, choice, today).subquery()
    late = func.count().filter(each.c.due_on < today)
    query = select(District.code, func.count(), late).select_from(each)
    query = query.outerjoin(District, each.c.district_id == District.id).group_by(District.code)
    # Of districts with as many the first is hidden beside a small one: always the same one.
    query = query.order_by(District.code)
    found = [Spot(code or NOT_KNOWN, n, overdue) for code, n, overdue in session.execute(query)]
    total: int | None = sum(spot.open or 0 for spot in found)
    if not reads_appeals(officer):
        found, total = _told(found), _enough(total)
    return Counts(sorted(found, key=lambda spot: (-(spot.open or 0), spot.code)), total)


def _of(query: Any, officer: Officer, choice: Choice, today: date) -> Any:
    query = query.select_from(Claim).join(Appeal, Claim.appeal_id == Appeal.id)
    query = query.outerjoin(District, Appeal.district_id == District.id)
    # Said of the appeals too, so that a small index tells what is asked of them.
    query = query.where(is_open(Appeal), *worklist.conditions(officer, choice, today=today))
    return worklist.own_claims(query, officer) if reads_appeals(officer) else query


def _told(found: list[Spot]) -> list[Spot]:
    """The sum of all is told, so that one hidden district would follow from the others."""
    values = {spot.code: Decimal(spot.open or 0) for spot in found}
    line = ("", tuple(values))
    gone = suppression.hidden(values | {"": sum(values.values(), Decimal())}, [line], least=LEAST)
    return [
        Spot(spot.code, None, None) if spot.code in gone
        else Spot(spot.code, spot.open, _enough(spot.overdue))
        for spot in found
    ]  # fmt: skip


def _enough(n: int | None) -> int | None:
    return n if not n or n >= LEAST else None


def by_house(session: Session, officer: Officer, choice: Choice, *, today: date) -> list[Cluster]:
    """Among the newest open appeals; a place that the words do not tell belongs to none."""
    together: Mapping[tuple[str, str], list[Any]] = defaultdict(list)
    for row in session.execute(_newest(officer, choice, today)):
        place = places.house_of(row.address or row.text)
        if place is not None:
            together[place].append(row)
    least = TOGETHER if reads_appeals(officer) else LEAST
    found = [_cluster(key, rows, today) for key, rows in together.items() if len(rows) >= least]
    return sorted(found, key=lambda one: (-one.open, one.label))[:SHOWN]


def _newest(officer: Officer, choice: Choice, today: date) -> Any:
    """Words are read of these appeals only: sorting all with their words would take longer."""
    newest = (Appeal.received_at.desc(), Appeal.id.desc())
    one = select(Appeal.id, func.min(Claim.due_on).label("due_on")).group_by(Appeal.id)
    few = _of(one.order_by(*newest).limit(READ_APPEALS), officer, choice, today).subquery()
    query = select(
        Appeal.number, Appeal.address, func.left(Appeal.text, READ_LETTERS).label("text"),
        func.coalesce(District.code, "").label("district"), few.c.due_on,
    ).join(few, few.c.id == Appeal.id).where(Appeal.special == "")  # fmt: skip
    return query.outerjoin(District, Appeal.district_id == District.id).order_by(*newest)


def _cluster(place: tuple[str, str], rows: list[Any], today: date) -> Cluster:
    """Called as an address calls it, up to the house: what follows leads to a flat."""
    street, house = place
    labels = [label for row in rows if (label := _up_to(row.address, house))]
    return Cluster(
        label=max(labels, key=labels.count) if labels else f"{street.capitalize()}, {house}",
        district=rows[0].district, open=len(rows), newest=rows[0].number,
        overdue=sum(1 for row in rows if row.due_on < today),
    )  # fmt: skip


def _up_to(address: str, house: str) -> str:
    found = re.search(rf"(?<!\w){re.escape(house)}(?!\w)", address, re.IGNORECASE)
    return address[: found.end()].strip() if found else ""
