"""Cases put straight into the register, with every fact as given: for hand-made arithmetic."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.appeals import Appeal, Channel, Claim, ClaimStatus
from agencies.directory import District, Subject, agency_by_code
from agencies.terms import AppealKind, TermPolicy

NUMBERS = count(1)


def at(text: str) -> datetime:
    """`2026-10-05 10:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def add_case(
    session: Session,
    received: str | datetime,
    *,
    agencies: tuple[str, ...] = ("housing",),
    due: date = date(2026, 10, 30),
    first: str | datetime | None = None,
    answered: str | datetime | None = None,
    closed: str | datetime | None = None,
    withdrawn: bool = False,
    redirections: int = 0,
    reopenings: int = 0,
    district: str | None = "medeu",
    subject: str | None = "01.05",
    **facts: Any,
) -> Appeal:
    """One appeal with a claim for each agency; the claims have the facts of the appeal."""
    first, answered, closed = (
        at(t) if isinstance(t, str) else t for t in (first, answered, closed)
    )
    done = {
        "first_answer_at": first, "answered_at": answered, "closed_at": closed, "due_on": due,
        "status": _status(answered, closed, withdrawn=withdrawn), "redirections": redirections,
        "reopenings": reopenings,
    }  # fmt: skip
    moment = at(received) if isinstance(received, str) else received
    appeal = Appeal(
        number=f"T-{next(NUMBERS)}", kind=AppealKind.APPLICATION, language="kk",
        channel=Channel.DESK, text="Шам жанбайды.", received_at=moment,
        registered_on=moment.date(), policy=session.scalars(select(TermPolicy).limit(1)).one(),
        district=_by_code(session, District, district), subject=_by_code(session, Subject, subject),
        **done, **facts,
    )  # fmt: skip
    session.add(appeal)
    for ordinal, code in enumerate(agencies, 1):
        appeal.claims.append(
            Claim(ordinal=ordinal, text="Шам", agency=agency_by_code(session, code),
                  registered_on=moment.date(), first_due_on=due, **done)
        )  # fmt: skip
    session.flush()
    return appeal


def _status(answered: object, closed: object, *, withdrawn: bool) -> ClaimStatus:
    if withdrawn:
        return ClaimStatus.WITHDRAWN
    if closed:
        return ClaimStatus.CLOSED
    return ClaimStatus.ANSWERED if answered else ClaimStatus.IN_WORK


def _by_code(session: Session, record: Any, code: str | None) -> Any:
    return session.scalars(select(record).where(record.code == code)).one() if code else None
