"""What only the annual report prints, taken for its figure set: what each body answered, what was
promised and became law, the open data sets, the words of the house in three languages.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.appeals import Appeal
from agencies.calendar import business_date
from reports import comparison, recommendations
from reports.norms import tree
from reports.opened import sets
from reports.periods import Period, PeriodKind
from reports.recommendations import Dispatch, Reply, Verdict

TOLD_IN = frozenset({PeriodKind.ANNUAL})
YEARS = 3
KEPT_PROMISES = frozenset({Verdict.ACCEPTED, Verdict.PARTLY})


def of_period(session: Session, period: Period, *, as_of: datetime) -> dict[str, Any]:
    last = period.last.year
    passed = min(period.last, business_date(as_of) - timedelta(days=1))
    return {
        "bodies": {
            str(year): found for year in range(last - YEARS + 1, last + 1)
            if (found := _by_body(session, date(year, 1, 1), min(date(year, 12, 31), passed)))
        },
        "promises": _promises(session, date(last - YEARS + 1, 1, 1), passed),
        "open_sets": [
            {"name": one.name, "title": dict(one.title), "refresh": one.refresh,
             "columns": len(one.columns)}
            for one in sets.known().values()
        ],
        "glossary": tree("glossary")["term"],
    }  # fmt: skip


def began(session: Session, *, as_of: datetime) -> str:
    """The day of the register's first appeal; nothing was counted before it."""
    query = select(func.min(Appeal.received_at)).where(Appeal.received_at <= as_of)
    first = session.scalar(query)
    return business_date(first).isoformat() if first else ""


def _by_body(session: Session, first: date, last: date) -> dict[str, dict[str, int]]:
    """Body -> verdict -> rows whose answer fell due; silence is a verdict too."""
    found: dict[str, dict[str, int]] = {}
    query = select(Dispatch).where(Dispatch.due_on >= first, Dispatch.due_on <= last)
    for one in session.scalars(query.order_by(Dispatch.id)):
        counts = found.setdefault(one.addressee, dict.fromkeys([*map(str, Verdict), "silent"], 0))
        reply = recommendations.reply_of(session, one.proposal)
        if reply is None:
            counts["silent"] += len(comparison.rows_of(session, one.proposal))
        else:
            for row in reply.rows.values():
                counts[row["verdict"]] += 1
    return found


def _promises(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    """Proposals that a body accepted, wholly or partly, with the act that took them up."""
    query = (
        select(Dispatch, Reply).join(Reply, Reply.dispatch_id == Dispatch.id)
        .where(Reply.received_on.between(first, last), Reply.overall.in_(KEPT_PROMISES))
        .order_by(Reply.received_on, Reply.id)
    )  # fmt: skip
    return [_promise(session, sent, reply) for sent, reply in session.execute(query)]


def _promise(session: Session, sent: Dispatch, reply: Reply) -> dict[str, Any]:
    change = recommendations.change_of(session, sent.proposal)
    return {
        "number": sent.proposal.number, "title": sent.proposal.texts["title"],
        "addressee": sent.addressee, "answered_on": reply.received_on.isoformat(),
        "answer": str(reply.overall), "act": change.act_number if change else "",
        "adopted_on": change.adopted_on.isoformat() if change else "",
        "in_force_on": change.in_force_on.isoformat() if change else "",
    }  # fmt: skip
