"""The council's archive: editions asked for, made, checked and issued; the figures as a page."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from agencies.access import current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import Invalid, NotFound
from agencies.staff import Role
from reception import nudges
from reception.language import NAMES, current, say
from reports import charts, editions, figure_sets, monthly, periods
from reports.editions import Edition, EditionStatus
from reports.periods import Period, PeriodKind
from reports.wording import Words

pages = Blueprint("reports", __name__, url_prefix="/reports", template_folder="../templates")
READERS = (Role.COUNCIL, Role.ANALYST, Role.SUPERVISOR, Role.ADMIN, Role.HEAD)
ISSUERS = (Role.ANALYST, Role.SUPERVISOR, Role.ADMIN)
MONTHS_OFFERED = 36
LOOK_AGAIN_S = 3
STATES = {
    EditionStatus.REQUESTED: ("Waiting for a worker", "waiting"),
    EditionStatus.RENDERING: ("Being made", "serving"),
    EditionStatus.RENDERED: ("Ready to be checked", "info"),
    EditionStatus.ISSUED: ("Issued", "good"),
    EditionStatus.FAILED: ("Not made", "bad"),
}
"""English words of the catalogues, and the tone of the status."""


@dataclass(frozen=True)
class Line:
    """One edition as it stands in the list."""

    id: int
    period: str
    month: str
    language: str
    word: str
    tone: str
    as_of: str
    failure: str
    ready: bool
    may_issue: bool


@pages.get("")
@requires(*READERS)
def archive() -> ResponseReturnValue:
    return _archive()


@pages.post("")
@requires(*READERS)
def request_edition() -> ResponseReturnValue:
    """Answers at once: the row is written, a worker makes the file."""
    asked, language = request.form.get("period", ""), request.form.get("language", "")
    try:
        period = periods.parse(asked)
        editions.request(db.session(), period, language=language, by=current_officer(), now=clock())
    except Invalid as error:
        db.session.rollback()
        return _archive(errors=error.fields, status=error.status)
    db.session.commit()
    nudges.nudge("render_editions")
    flash(say("The report is being made. This page shows when it is ready."), "good")
    return redirect(url_for(".archive"))


@pages.post("/editions/<int:edition_id>/issue")
@requires(*ISSUERS)
def issue_edition(edition_id: int) -> ResponseReturnValue:
    edition = editions.by_id(db.session(), edition_id, for_change=True)
    editions.issue(edition, by=current_officer(), now=clock())
    db.session.commit()
    flash(say("The edition is issued."), "good")
    return redirect(url_for(".archive"))


@pages.get("/editions/<int:edition_id>.pdf")
@requires(*READERS)
def download(edition_id: int) -> ResponseReturnValue:
    edition = editions.by_id(db.session(), edition_id)
    if not edition.is_ready:
        raise NotFound("This edition is not ready yet.")
    named = {"Content-Disposition": f'inline; filename="{edition.file_name}"'}
    return Response(edition.content or b"", mimetype="application/pdf", headers=named)


@pages.get("/<period>")
@requires(*READERS)
def show_month(period: str) -> ResponseReturnValue:
    """The newest figures of the month, told as in the printed report."""
    figure_set = figure_sets.newest(db.session(), _month(period))
    if figure_set is None:
        return render_template("reports/nothing.html", period=period)
    told = monthly.report(figure_set, current(), charts.SCREEN)
    return render_template("reports/month.html", report=told, period=period)


@pages.get("/<period>/figures.csv")
@requires(*READERS)
def download_figures(period: str) -> ResponseReturnValue:
    figure_set = figure_sets.newest(db.session(), _month(period))
    if figure_set is None:
        raise NotFound("The figures of this month have not been taken yet.")
    named = {"Content-Disposition": f'attachment; filename="open-almaty-figures-{period}.csv"'}
    return Response(monthly.as_csv(figure_set), mimetype="text/csv", headers=named)


def _month(text: str) -> Period:
    try:
        period = periods.parse(text)
    except Invalid as error:
        raise NotFound("There is no such month.") from error
    if period.kind is not PeriodKind.MONTHLY:
        raise NotFound("There is no such month.")
    return period


def _archive(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    lines = [_line(edition) for edition in editions.recent(db.session())]
    page = render_template(
        "reports/archive.html", lines=lines, months=_months(), chosen=request.form,
        languages_offered=[(code, NAMES[code]) for code in editions.LANGUAGES],
        errors={field: say(text) for field, text in (errors or {}).items()},
    )  # fmt: skip
    making = any(line.tone in ("waiting", "serving") for line in lines)
    headers = {"Refresh": str(LOOK_AGAIN_S)} if making and not errors else {}
    return Response(page, status, headers=headers)


def _months() -> list[tuple[str, str]]:
    """From the month that ended last back to the first case of the register, then the one that
    is still going on.
    """
    this_month = periods.containing(business_date(clock()), PeriodKind.MONTHLY)
    months, words = [this_month.before], Words(current())
    first = db.session.scalar(select(func.min(Appeal.received_at)))
    oldest = business_date(first) if first else this_month.first
    while len(months) < MONTHS_OFFERED or months[-1].first > oldest:
        months.append(months[-1].before)
    months.append(this_month)
    return [(month.name, words.month(month.first)) for month in months]


def _line(edition: Edition) -> Line:
    word, tone = STATES[edition.status]
    words, officer = Words(current()), current_officer()
    return Line(
        id=edition.id, period=edition.period, month=words.month(edition.figure_set.first),
        language=NAMES[edition.language], word=say(word), tone=tone,
        as_of=words.day(edition.figure_set.as_of), failure=edition.failure,
        ready=edition.is_ready,
        may_issue=(
            edition.status is EditionStatus.RENDERED and officer.role in ISSUERS
            and edition.requested_by_id != officer.id
        ),
    )  # fmt: skip
