"""Finding appeals: what was asked as a query, and pages that stay true while new ones arrive."""

import base64
import binascii
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session, lazyload, selectinload
from sqlalchemy.sql.elements import ColumnElement

from agencies import appeals, calendar, search
from agencies.appeals import FINISHED, Appeal, Claim
from agencies.db import PLANNED_ANEW
from agencies.directory import Agency
from agencies.errors import Invalid
from agencies.staff import Officer
from reception.api import showing
from reception.api.bodies import AppealsQuery
from reception.api.shapes import AppealsShape

PAGE = 50


def page_of(
    session: Session, asked: AppealsQuery, *, officer: Officer, today: date
) -> AppealsShape:
    """One page and the cursor of the next. The number of statements is the same for every page."""
    wanted = appeals.visible(_wanted(session, asked, today), officer)
    if asked.cursor:
        wanted = wanted.where(tuple_(Appeal.received_at, Appeal.id) < _place(asked.cursor))
    wanted = wanted.order_by(Appeal.received_at.desc(), Appeal.id.desc()).limit(PAGE + 1)
    found = list(session.scalars(wanted.options(*_only_what_is_shown())))
    more = _cursor(found[PAGE - 1]) if len(found) > PAGE else None
    shown = [showing.appeal_in_list(appeal, today=today) for appeal in found[:PAGE]]
    return {"items": shown, "next": more}


def _only_what_is_shown() -> tuple[Any, ...]:
    claims = selectinload(Appeal.claims)
    return (
        claims.joinedload(Claim.agency).lazyload(Agency.names),
        claims.lazyload(Claim.subject),
        lazyload(Appeal.applicant),
        lazyload(Appeal.policy),
    )


def _wanted(session: Session, asked: AppealsQuery, today: date) -> Select[Any]:
    if asked.first and asked.last and asked.last < asked.first:
        raise Invalid({"to": "The period ends before it begins."})
    query = select(Appeal)
    if claim := _of_claim(session, asked, today):
        own = select(Claim.id).where(Claim.appeal_id == Appeal.id, *claim)
        query = query.where(own.exists())
    if asked.q:
        query = query.where(search.condition(asked.q)).execution_options(**PLANNED_ANEW)
    if asked.first:
        query = query.where(Appeal.received_at >= calendar.start_of(asked.first))
    if asked.last:
        query = query.where(Appeal.received_at < calendar.after(asked.last))
    return query


def _of_claim(session: Session, asked: AppealsQuery, today: date) -> list[ColumnElement[bool]]:
    said: list[ColumnElement[bool]] = []
    if asked.agency:
        said.append(Claim.agency_id.in_(_family(session, asked.agency)))
    if asked.status:
        said.append(Claim.status == asked.status)
    if asked.overdue is not None:
        late = and_(Claim.status.not_in(FINISHED), Claim.due_on < today)
        said.append(late if asked.overdue else ~late)
    return said


def _family(session: Session, code: str) -> list[int]:
    """The agency; `akimat` stands for the akimats of all districts too."""
    same = or_(Agency.code == code, Agency.kind == code)
    found = list(session.scalars(select(Agency.id).where(same)))
    if not found:
        raise Invalid({"agency": "There is no agency with this code."})
    return found


def _cursor(last: Appeal) -> str:
    text = f"{last.received_at.isoformat()} {last.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _, key = text.partition(" ")
        place = datetime.fromisoformat(moment), int(key)
    except (ValueError, binascii.Error):
        place = None
    if place is None or place[0].tzinfo is None or not 0 < place[1] < 2**63:
        raise Invalid({"cursor": "This cursor is not one of ours. Begin at the first page."})
    return place
