"""The figure pack: what became of the cases received in a period.

One statement reads everything, so that all numbers of a pack come from one snapshot of the
register. The totals count each appeal once; the figures of an agency count its claims.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, aliased

from agencies.appeals import GONE, Appeal, Claim
from agencies.calendar import ALMATY, after, business_date, start_of
from agencies.directory import Agency, District, Origin, Subject
from agencies.errors import Invalid, NotFound

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
SECONDS_A_DAY = 86400.0
UNKNOWN = "белгісіз"
"""The name under which cases without a district or a category are counted."""


@dataclass(frozen=True)
class Share:
    """`value` lies between 0 and 1; there is none where the denominator is 0."""

    value: float | None
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Days:
    """Elapsed days to the first answer, over the cases that have one."""

    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Figures:
    received: int
    with_first_answer: int
    first_answer_days: Days
    closed: int
    redirected_cases: int
    redirections: int
    reopened_cases: int
    open: int
    overdue: int
    on_time_share: Share


@dataclass(frozen=True)
class FigurePack:
    """Cases received from `first` to `last`, both days included, by the calendar of Almaty."""

    first: date
    last: date
    total: Figures
    by_agency: dict[str, Figures]
    by_month: dict[str, int]
    by_district: dict[str, int]
    by_category: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return {
            "period": {"from": self.first.isoformat(), "to": self.last.isoformat()},
            **asdict(self.total),
            "by_agency": {code: asdict(own) for code, own in sorted(self.by_agency.items())},
            "by_month": _received(self.by_month),
            "by_district": _received(self.by_district),
            "by_category": _received(self.by_category),
        }


def as_text(pack: FigurePack) -> str:
    """One spelling for one content, so that equal figures are equal bytes."""
    return json.dumps(pack.as_json(), ensure_ascii=False, sort_keys=True)


def compute(
    session: Session, *, first: date, last: date, agency: str | None = None, as_of: datetime
) -> FigurePack:
    """The pack of a period, of all cases or of those with a claim at one agency.

    The code `akimat` stands for every akimat. Raises Invalid for a period that ends before it
    begins and NotFound for an unknown agency. One statement, and one more for an agency.
    """
    if last < first:
        raise Invalid({"to": "The period ends before it begins."})
    values: dict[str, Any] = {
        "start": start_of(first),
        "end": after(last),
        "today": business_date(as_of),
    }
    if agency is not None:
        values["agencies"] = agency_ids(session, agency)
    rows = session.execute(statement(of_agency=agency is not None), values).all()
    total = next(row for row in rows if row.part == "total")
    return FigurePack(
        first=first,
        last=last,
        total=_figures(total),
        by_agency={row.name: _figures(row) for row in rows if row.part == "agency"},
        by_month=_counts(rows, "month"),
        by_district=_counts(rows, "district"),
        by_category=_counts(rows, "category"),
    )


def agency_ids(session: Session, code: str) -> list[int]:
    """The agency with the code, and every agency whose kind has this name."""
    query = select(Agency.id).where(or_(Agency.code == code, Agency.kind == code))
    found = list(session.scalars(query.where(Agency.origin == Origin.HALL)))
    if not found:
        raise NotFound("There is no agency with the code “%(code)s”.", code=code)
    return found


def query_hash() -> str:
    """Names the way of counting: it changes with the text of the statement."""
    texts = (
        str(statement(of_agency=limited).compile(dialect=DIALECT)) for limited in (False, True)
    )
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def statement(*, of_agency: bool) -> Any:
    """Rows `part, name` and the measures; breakdowns fill `received` alone."""
    ours = Claim.agency_id.in_(bindparam("agencies", expanding=True))
    claims = select(literal("agency"), Agency.code, *_measures(Claim)).select_from(Appeal)
    claims = claims.join(Claim, Claim.appeal_id == Appeal.id).join(
        Agency, Agency.id == Claim.agency_id
    )
    parts: list[Select[Any]] = [
        select(literal("total").label("part"), cast(null(), String).label("name"),
               *_measures(Appeal)),
        _breakdown("month", month_of(Appeal.received_at)),
        _breakdown("district", _name(District)).join(District, isouter=True),
        _by_category(),
    ]  # fmt: skip
    own = select(Claim.id).where(Claim.appeal_id == Appeal.id, ours).exists()
    parts = [part.where(own) for part in parts] if of_agency else parts
    parts.append((claims.where(ours) if of_agency else claims).group_by(Agency.code))
    received = and_(Appeal.received_at >= bindparam("start"), Appeal.received_at < bindparam("end"))
    return union_all(*(part.where(received) for part in parts))


def month_of(moment: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """`2026-11`: the month in Almaty in which the moment falls."""
    return func.to_char(func.timezone(ALMATY.key, moment), "YYYY-MM")


def day_of(moment: SQLColumnExpression[Any]) -> ColumnElement[date]:
    """The day in Almaty on which the moment falls."""
    return cast(func.timezone(ALMATY.key, moment), Date)


def _measures(facts: type[Appeal] | type[Claim]) -> list[ColumnElement[Any]]:
    """In the order of `_figures`; an appeal and a claim carry the same facts."""
    today = bindparam("today", type_=Date())
    seconds = cast(func.extract("epoch", facts.first_answer_at - Appeal.received_at), Float)
    days = seconds / SECONDS_A_DAY
    going = facts.closed_at.is_(None)
    fell_due = and_(facts.due_on <= today, *(facts.status != one for one in sorted(GONE)))
    return [
        func.count().label("received"),
        func.count(facts.first_answer_at).label("with_first_answer"),
        func.percentile_cont(0.5).within_group(days).label("median"),
        func.percentile_cont(0.9).within_group(days).label("p90"),
        func.count(facts.closed_at).label("closed"),
        _count_if(facts.redirections > 0).label("redirected_cases"),
        func.coalesce(func.sum(facts.redirections), 0).label("redirections"),
        _count_if(facts.reopenings > 0).label("reopened_cases"),
        _count_if(and_(going, facts.answered_at.is_(None), facts.due_on < today)).label("overdue"),
        _count_if(and_(fell_due, day_of(facts.answered_at) <= facts.due_on)).label("on_time"),
        _count_if(fell_due).label("fell_due"),
    ]


MEASURES = 11


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _breakdown(part: str, name: ColumnElement[str]) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [literal(part), name.label("name"), func.count()]
    query = select(*columns, *[null()] * (MEASURES - 1))
    return query.select_from(Appeal).group_by(name)


def _by_category() -> Select[Any]:
    own, parent = aliased(Subject), aliased(Subject)
    name = func.coalesce(
        case((parent.id.is_not(None), given_name(parent)), else_=given_name(own)), UNKNOWN
    )
    query = _breakdown("category", name).join(own, own.id == Appeal.subject_id, isouter=True)
    return query.join(parent, parent.id == own.parent_id, isouter=True)


def _name(record: type[District]) -> ColumnElement[str]:
    return func.coalesce(given_name(record), UNKNOWN)


def given_name(record: Any) -> ColumnElement[str]:
    """The hall's own have a Kazakh name; imported ones keep the name that came with them."""
    return case((record.origin == Origin.IMPORTED, record.name_ru), else_=record.name_kk)


def _figures(row: Row[Any]) -> Figures:
    return Figures(
        received=row.received,
        with_first_answer=row.with_first_answer,
        first_answer_days=Days(row.median, row.p90),
        closed=row.closed,
        redirected_cases=row.redirected_cases,
        redirections=int(row.redirections),
        reopened_cases=row.reopened_cases,
        open=row.received - row.closed,
        overdue=row.overdue,
        on_time_share=share(row.on_time, row.fell_due),
    )


def share(numerator: int, denominator: int) -> Share:
    return Share(numerator / denominator if denominator else None, numerator, denominator)


def _counts(rows: Iterable[Row[Any]], part: str) -> dict[str, int]:
    return {row.name: row.received for row in rows if row.part == part}


def _received(counts: dict[str, int]) -> dict[str, dict[str, int]]:
    return {name: {"received": count} for name, count in sorted(counts.items())}
