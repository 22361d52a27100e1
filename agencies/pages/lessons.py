"""The list of lessons, for those who see that an agency keeps them: to read and to take along."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy import select

from agencies import lessons, routing
from agencies.access import current_officer, requires
from agencies.anonymising import anonymised
from agencies.appeals import Claim
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import Origin, Subject
from agencies.lessons import Lessons
from agencies.pages import pages
from agencies.pages.case import outcome_word
from agencies.pages.listing import CODE, days_ago, short_name
from agencies.pages.voice import named, say
from agencies.spreadsheets import inert
from agencies.staff import Officer, Role

READERS = (Role.HEAD, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
SPANS = ("30", "90", "365")


@pages.get("/lessons")
@requires(*READERS)
def show_lessons() -> str:
    officer, asked = current_officer(), _asked()
    found = _learned(officer, asked, lessons.SHOWN)
    return render_template(
        "agencies/lessons.html", asked=asked, filters=_filters(officer), more=found.more,
        lines=[_line(claim, officer) for claim in found.claims], shown=lessons.SHOWN,
        query={name: value for name, value in asked.items() if value},
    )  # fmt: skip


@pages.get("/lessons.csv")
@requires(*READERS)
def export_lessons() -> Response:
    officer, out = current_officer(), io.StringIO()
    table = csv.writer(out)
    table.writerow(
        ["answered_on", "number", "agency", "topic", "outcome", "lesson", "rule", "remedy"]
    )
    for claim in _learned(officer, _asked(), lessons.EXPORTED).claims:
        table.writerow([_cell(value) for value in _row(_line(claim, officer))])
    headers = {"Content-Disposition": 'attachment; filename="open-almaty-lessons.csv"'}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _asked() -> dict[str, str]:
    """What cannot be read is no filter."""
    given = {name: request.args.get(name, "") for name in ("agency", "topic", "days")}
    asked = {name: code if CODE.fullmatch(code) else "" for name, code in given.items()}
    return asked | {"days": asked["days"] if days_ago(asked["days"]) else ""}


def _learned(officer: Officer, asked: dict[str, str], most: int) -> Lessons:
    return lessons.learned(
        db.session(), officer, agency=asked["agency"], topic=asked["topic"],
        since=days_ago(asked["days"]), today=business_date(clock()), most=most,
    )  # fmt: skip


def _filters(officer: Officer) -> dict[str, list[tuple[str, str]]]:
    session, every = db.session(), [("", say("all"))]
    known = [] if officer.agency_id else routing.agencies_to_choose(session)
    topics = select(Subject).where(Subject.parent_id.is_(None), Subject.origin == Origin.HALL)
    found = session.scalars(topics.order_by(Subject.code))
    days = [(n, say("Answered in the last %(n)s days", n=n)) for n in SPANS]
    return {
        "agency": every + [(agency.code, named(agency)) for agency in known],
        "topic": every + [(topic.code, named(topic)) for topic in found],
        "days": [*every, *days],
    }


def _line(claim: Claim, officer: Officer) -> dict[str, Any]:
    """The analyst reads no appeals, and so learns no number of one."""
    number = "" if officer.role is Role.ANALYST else claim.appeal.number
    return {
        "answered_on": business_date(claim.answered_at) if claim.answered_at else None,
        "number": number, "agency": short_name(claim.agency),
        "href": url_for(".show_case", number=number, _anchor=f"claim-{claim.id}")
        if number else "",
        "topic": named(claim.subject or claim.appeal.subject),
        "outcome": outcome_word(claim.outcome), "lesson": anonymised(claim.lesson),
        "rule": anonymised(claim.rule_cited), "remedy": anonymised(claim.remedy),
        "language": claim.appeal.language,
    }  # fmt: skip


def _row(line: dict[str, Any]) -> Iterator[Any]:
    for name in ("answered_on", "number", "agency", "topic", "outcome", "lesson", "rule", "remedy"):
        yield line[name]


def _cell(value: date | str | None) -> str:
    return value.isoformat() if isinstance(value, date) else inert(value or "")
