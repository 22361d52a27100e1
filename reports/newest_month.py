"""What the newest month that was issued says on one screen, told from its kept figures."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import chapters, charts
from reports.editions import Edition as Issue
from reports.editions import EditionKind, EditionStatus
from reports.figure_sets import FigureSet
from reports.measured import Edition, with_unit
from reports.measures import measure
from reports.periods import PeriodKind
from reports.wording import NOTHING, Words

CODES = (
    "received", "persons", "on_time", "overdue_open", "handling_median", "redirected_share",
)  # fmt: skip
TOPICS, PLACES = 3, 1


@dataclass(frozen=True)
class Line:
    """`number` is that of the measure, by which its definition is found."""

    number: str
    name: str
    value: str
    before: str


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
        period=found.period.name, name=words.month(found.first), grew=_grew(e),
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


def _grew(e: Edition) -> list[str]:
    """As the brief of the month tells it: topics, then the district."""
    topics = chapters.grown(e, "category", e.codes("category"))[:TOPICS]
    places = chapters.grown(e, "district", e.codes("district"))[:PLACES]
    return list(dict.fromkeys([*topics, *places]))


def _line(e: Edition, code: str) -> Line:
    known = measure(code)
    return Line(
        known.number, known.name[e.words.language],
        with_unit(e.words, known, e.reading(code)),
        with_unit(e.words, known, e.reading(code, when="before")),
    )  # fmt: skip
