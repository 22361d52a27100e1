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
from agencies.notices import NoticeStatus
from agencies.staff import Role
from reception import nudges
from reception.language import NAMES, current, say, say_each
from reports import charts, composing, editions, figure_sets, mailing, measured, periods, sheets
from reports.editions import KINDS, Edition, EditionKind, EditionStatus
from reports.periods import Period, PeriodKind
from reports.wording import Words

pages = Blueprint("reports", __name__, url_prefix="/reports", template_folder="../templates")
READERS = (Role.COUNCIL, Role.ANALYST, Role.SUPERVISOR, Role.ADMIN, Role.HEAD)
ISSUERS = (Role.ANALYST, Role.SUPERVISOR, Role.ADMIN)
MONTHS_OFFERED = 36
OTHERS_OFFERED = {
    PeriodKind.DAILY: 14,
    PeriodKind.WEEKLY: 12,
    PeriodKind.QUARTERLY: 8,
    PeriodKind.ANNUAL: 5,
}
BRIEFS_OFFERED = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOK_AGAIN_S = 3
STATES = {
    EditionStatus.REQUESTED: ("Waiting for a worker", "waiting"),
    EditionStatus.RENDERING: ("Being made", "serving"),
    EditionStatus.RENDERED: ("Ready to be checked", "info"),
    EditionStatus.ISSUED: ("Issued", "good"),
    EditionStatus.FAILED: ("Not made", "bad"),
    EditionStatus.WITHDRAWN: ("Withdrawn", "bad"),
}
"""English words of the catalogues, and the tone of the status."""
MAIL = {
    NoticeStatus.WAITING: "messages waiting",
    NoticeStatus.SENDING: "messages waiting",
    NoticeStatus.SENT: "messages sent",
    NoticeStatus.FAILED: "messages not delivered",
    NoticeStatus.EXPIRED: "messages not delivered",
    NoticeStatus.UNSURE: "messages not delivered",
}


@dataclass(frozen=True)
class Line:
    """One edition as it stands in the list."""

    id: int
    kind: str
    period: str
    href: str
    title: str
    language: str
    word: str
    tone: str
    as_of: str
    progress: int
    digest: str
    version: int
    failure: str
    withdrawal: str
    readers: int
    mail: list[tuple[str, int]]
    ready: bool
    has_workbook: bool
    may_issue: bool
    may_withdraw: bool


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
        sort, _, name = asked.rpartition("/")
        period, short = periods.parse(name), sort == EditionKind.BRIEF
        _must_be_readable(editions.kind_of(period, short=short))
        editions.request(
            db.session(), period, language=language, by=current_officer(), now=clock(), short=short
        )
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
    """Given to its readers, who are told by e-mail where they want it."""
    session = db.session()
    edition = editions.by_id(session, edition_id, for_change=True)
    to = editions.readers_of(session, edition.kind)
    editions.issue(edition, by=current_officer(), to=to, now=clock())
    mailing.tell_issued(session, edition, now=clock())
    db.session.commit()
    nudges.nudge("deliver_notices")
    flash(say("The edition is issued."), "good")
    return redirect(url_for(".archive"))


@pages.route("/editions/<int:edition_id>/withdraw", methods=["GET", "POST"])
@requires(*ISSUERS)
def withdraw_edition(edition_id: int) -> ResponseReturnValue:
    """What was issued stays in the list with the reason why it is no longer good."""
    edition = editions.by_id(db.session(), edition_id, for_change=request.method == "POST")
    if request.method == "GET":
        return render_template("reports/withdraw.html", line=_line(edition), errors={})
    try:
        editions.withdraw(
            edition, reason=request.form.get("reason", ""), by=current_officer(), now=clock()
        )
        mailing.tell_withdrawn(db.session(), edition, now=clock())
    except Invalid as error:
        db.session.rollback()
        told = say_each(error.fields)
        again = _line(editions.by_id(db.session(), edition_id))
        return render_template("reports/withdraw.html", line=again, errors=told), error.status
    db.session.commit()
    nudges.nudge("deliver_notices")
    flash(say("The edition is withdrawn, and the list says why."), "good")
    return redirect(url_for(".archive"))


@pages.get("/editions/<int:edition_id>.pdf")
@requires(*READERS)
def download(edition_id: int) -> ResponseReturnValue:
    edition = _readable(edition_id)
    named = {"Content-Disposition": f'inline; filename="{edition.file_name}"'}
    return Response(edition.content or b"", mimetype="application/pdf", headers=named)


@pages.get("/editions/<int:edition_id>/archive.pdf")
@requires(*READERS)
def download_kept(edition_id: int) -> ResponseReturnValue:
    edition = _readable(edition_id)
    return _file(edition.kept, "application/pdf", f"archive-{edition.file_name}")


@pages.get("/editions/<int:edition_id>/figures.xlsx")
@requires(*READERS)
def download_workbook(edition_id: int) -> ResponseReturnValue:
    edition = _readable(edition_id)
    return _file(edition.workbook, XLSX, edition.file_name.replace(".pdf", ".xlsx"))


@pages.get("/editions/<int:edition_id>/measures.csv")
@requires(*READERS)
def download_measures(edition_id: int) -> ResponseReturnValue:
    edition = _readable(edition_id)
    content = sheets.measures_csv(edition.figure_set) if edition.figure_set else None
    return _file(content, "text/csv", edition.file_name.replace(".pdf", ".csv"))


def _file(content: bytes | None, mimetype: str, name: str) -> Response:
    if not content:
        raise NotFound("This edition has no such file.")
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=mimetype, headers=named)


def _readable(edition_id: int) -> Edition:
    edition = editions.by_id(db.session(), edition_id)
    if not editions.may_read(edition, current_officer()):
        raise NotFound("There is no such edition.")
    if not edition.is_ready:
        raise NotFound("This edition is not ready yet.")
    return edition


def _must_be_readable(kind: EditionKind) -> None:
    if kind in editions.INTERNAL and current_officer().role is Role.COUNCIL:
        raise Invalid({"period": "The daily and weekly editions are for the house alone."})


@pages.get("/<period>")
@requires(*READERS)
def show_month(period: str) -> ResponseReturnValue:
    """The newest figures of the month, told as in the printed report."""
    figure_set = figure_sets.newest(db.session(), _month(period))
    if figure_set is None:
        return render_template("reports/nothing.html", period=period)
    told = composing.report(figure_set, current(), charts.SCREEN)
    return render_template("reports/month.html", report=told, period=period)


@pages.get("/<period>/figures.csv")
@requires(*READERS)
def download_figures(period: str) -> ResponseReturnValue:
    figure_set = figure_sets.newest(db.session(), _month(period))
    if figure_set is None:
        raise NotFound("The figures of this month have not been taken yet.")
    named = {"Content-Disposition": f'attachment; filename="open-almaty-figures-{period}.csv"'}
    return Response(sheets.pack_csv(figure_set), mimetype="text/csv", headers=named)


def _month(text: str) -> Period:
    try:
        period = periods.parse(text)
    except Invalid as error:
        raise NotFound("There is no such month.") from error
    if period.kind is not PeriodKind.MONTHLY:
        raise NotFound("There is no such month.")
    return period


def _archive(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    kinds = [k for k in EditionKind if _sees(k)]
    lines = [_line(edition) for edition in editions.recent(db.session(), kinds=kinds)]
    page = render_template(
        "reports/archive.html", lines=lines, offered=_offered(), chosen=request.form,
        languages_offered=[(code, NAMES[code]) for code in editions.LANGUAGES],
        errors=say_each(errors or {}),
    )  # fmt: skip
    making = any(line.tone in ("waiting", "serving") for line in lines)
    headers = {"Refresh": str(LOOK_AGAIN_S)} if making and not errors else {}
    return Response(page, status, headers=headers)


def _sees(kind: EditionKind) -> bool:
    return kind not in editions.INTERNAL or current_officer().role is not Role.COUNCIL


def _offered() -> list[tuple[str, str]]:
    """Months from the one that ended last back to the first case of the register and the one that
    is still going on; then the newest briefs, and of the other kinds of period.
    """
    today, words = business_date(clock()), Words(current())
    this_month = periods.containing(today, PeriodKind.MONTHLY)
    months = [this_month.before]
    first = db.session.scalar(select(func.min(Appeal.received_at)))
    oldest = business_date(first) if first else this_month.first
    while len(months) < MONTHS_OFFERED or months[-1].first > oldest:
        months.append(months[-1].before)
    months.append(this_month)
    others = []
    for kind, count in OTHERS_OFFERED.items():
        if _sees(EditionKind(kind)):
            own = periods.containing(today, kind)
            for _ in range(count):
                others.append(own)
                own = own.before
    named = [(one.name, measured.period_name(one, words)) for one in (*months, *others)]
    return [*named[: len(months)], *_briefs(months[:BRIEFS_OFFERED], words), *named[len(months) :]]


def _briefs(months: list[Period], words: Words) -> list[tuple[str, str]]:
    return [
        (f"{EditionKind.BRIEF}/{one.name}",
         say("%(month)s, on two pages", month=measured.period_name(one, words)))
        for one in months
    ]  # fmt: skip


def _line(edition: Edition) -> Line:
    word, tone = STATES[edition.status]
    words, officer = Words(current()), current_officer()
    issuer = officer.role in ISSUERS
    at = edition.figure_set.as_of if edition.figure_set else edition.requested_at
    return Line(
        id=edition.id, kind=say(KINDS[edition.kind]), period=edition.period, href=_href(edition),
        title=_title(edition, words), language=NAMES[edition.language], word=say(word), tone=tone,
        as_of=words.day(at), progress=edition.progress, digest=edition.digest[:16],
        version=edition.version, failure=edition.failure, withdrawal=edition.withdrawal,
        readers=len(edition.recipients), mail=_mail(edition) if issuer else [],
        ready=edition.is_ready, has_workbook=edition.kind is not EditionKind.PROPOSAL,
        may_issue=(
            edition.status is EditionStatus.RENDERED and issuer
            and edition.requested_by_id != officer.id
        ),
        may_withdraw=edition.status is EditionStatus.ISSUED and issuer,
    )  # fmt: skip


def _mail(edition: Edition) -> list[tuple[str, int]]:
    """How many messages about the edition stand in which state, for those who issue."""
    if not edition.issued_at:
        return []
    return [(say(MAIL[state]), n) for state, n in mailing.sent_of(db.session(), edition).items()]


def _title(edition: Edition, words: Words) -> str:
    if edition.figure_set is None:
        return edition.period
    return measured.period_name(edition.figure_set.period, words)


def _href(edition: Edition) -> str:
    if edition.kind is EditionKind.PROPOSAL:
        return url_for("proposals.show", number=edition.period)
    if edition.kind is EditionKind.MONTHLY:
        return url_for(".show_month", period=edition.period)
    return url_for(".download", edition_id=edition.id) if edition.is_ready else ""
