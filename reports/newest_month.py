"""What the newest month that was issued says on one screen, told from its kept figures."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import brief, charts
from reports.editions import Edition as Issue
from reports.editions import EditionKind, EditionStatus
from reports.figure_sets import FigureSet
from reports.measured import Edition, with_unit
from reports.measures import Measure, measure
from reports.periods import PeriodKind
from reports.readings import Reading
from reports.wording import NOTHING, SHOWN_FROM, Words

CODES = (
    "received", "finished", "on_time", "overdue_open", "handling_median", "redirected_share",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """`number` is that of the measure, by which its definition is found."""

    number: str
    name: str
    value: str
    before: str
    of: tuple[str, str] | None
    """What a share is counted from."""


@dataclass(frozen=True)
class Month:
    period: str
    name: str
    grew: list[str]
    lines: list[Line]


def of(session: Session, words: Words) -> Month | None:
    """Nothing where no month was issued, or one whose figures know no measures yet."""
    found = _issued(session)
    if found is None or "edition" not in found.particulars:
        return None
    e = Edition(found.period, found.particulars["edition"], words, charts.SCREEN)
    return Month(
        period=found.period.name, name=words.month(found.first), grew=brief.grew(e),
        lines=[_line(e, code) for code in CODES if e.value(code) != NOTHING],
    )  # fmt: skip


def _issued(session: Session) -> FigureSet | None:
    query = select(FigureSet).join(Issue, Issue.figure_set_id == FigureSet.id)
    query = query.where(
        Issue.kind.in_([EditionKind.MONTHLY, EditionKind.BRIEF]),
        Issue.status == EditionStatus.ISSUED,
        FigureSet.kind == PeriodKind.MONTHLY,
    )
    newest = query.order_by(FigureSet.first.desc(), FigureSet.as_of.desc()).limit(1)
    return session.scalars(newest).first()


def _line(e: Edition, code: str) -> Line:
    known, now = measure(code), e.reading(code)
    return Line(
        known.number, known.name[e.words.language],
        with_unit(e.words, known, now),
        with_unit(e.words, known, e.reading(code, when="before")), _of(e.words, known, now),
    )  # fmt: skip


def _of(w: Words, known: Measure, now: Reading | None) -> tuple[str, str] | None:
    """Nothing where the value itself says it: a share of few is written as "7 of 19"."""
    if not known.is_share or now is None or (now.denominator or 0) < SHOWN_FROM:
        return None
    return w.number(int(now.numerator or 0)), w.number(now.denominator or 0)
