"""Past days of the hall: waits, service, overtakes, the hours of the week; all to be taken away."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from agencies.access import requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import hall_agencies
from agencies.errors import Invalid, NotFound
from agencies.staff import Role
from reception import fairness, forecast_scores, wall
from reception.editing import NOWHERE
from reception.language import say

pages = Blueprint("history", __name__, url_prefix="/hall/history")
READERS = (Role.SUPERVISOR, Role.ADMIN, Role.ANALYST, Role.COUNCIL)
USUAL, LONGEST = timedelta(days=27), timedelta(days=400)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHADES = 5
Table = tuple[list[str], list[list[Any]]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORECAST = ("day", "n", "mae_s", "pinball_s", "coverage")


def period() -> tuple[date, date]:
    """Both days of `from` and `to`; four weeks up to today where nothing was asked."""
    today = business_date(clock())
    try:
        last = date.fromisoformat(request.args.get("to") or today.isoformat())
        first = date.fromisoformat(request.args.get("from") or (last - USUAL).isoformat())
    except ValueError:
        raise Invalid({"from": "Write the days as 2026-11-30."}) from None
    if first > last or last - first > LONGEST:
        raise Invalid({"from": "Choose at most 400 days, the first one before the last."})
    return first, last


def account_of(first: date, last: date) -> fairness.Account:
    norm = wall.norm_of(wall.norms_on(db.session(), last), 0)
    return fairness.account(db.session(), first, last, norm=norm.wait)


@pages.get("")
@requires(*READERS)
def show() -> ResponseReturnValue:
    first, last = period()
    hours = fairness.hours(db.session(), first, last)
    names = {agency.code: agency for agency in hall_agencies(db.session())}
    rows = [r for r in fairness.by_agency(db.session(), first, last) if r["code"] in names]
    return render_template(
        "reception/history.html", account=account_of(first, last), first=first, last=last,
        agencies=[(names[row["code"]], row) for row in rows], classes=fairness.CLASSES,
        hours=hours, forecast=forecast_scores.nights(db.session(), first, last),
        rated=[(names[row["code"]], row) for row in fairness.ratings(db.session(), first, last)
               if row["code"] in names],
        span=_span(hours), weekdays=WEEKDAYS, shade=_shades(hours),
    )  # fmt: skip


def _span(hours: dict[tuple[int, int], tuple[int, float]]) -> range:
    """The hours in which anybody came; those of a working day where nobody has come yet."""
    known = [hour for _, hour in hours] or [9, 17]
    return range(min(known), max(known) + 1)


def _shades(hours: dict[tuple[int, int], tuple[int, float]]) -> dict[tuple[int, int], int]:
    """1 (least) to 5 (most) by the number of visitors."""
    most = max((visitors for visitors, _ in hours.values()), default=1)
    return {place: 1 + (visitors * (SHADES - 1)) // most for place, (visitors, _) in hours.items()}


@pages.get("/<name>.csv")
@requires(*READERS)
def download(name: str) -> ResponseReturnValue:
    if name not in TABLES:
        raise NotFound(NOWHERE)
    return as_csv(*TABLES[name](*period()))


@pages.get("/history.xlsx")
@requires(*READERS)
def download_all() -> ResponseReturnValue:
    """Every table of the page, one sheet each."""
    from openpyxl import Workbook  # slow to load, and asked for seldom

    first, last = period()
    book = Workbook(write_only=True)
    for name, table in TABLES.items():
        sheet = book.create_sheet(name)
        head, rows = table(first, last)
        for row in (head, *rounded(rows)):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    answer = Response(out.getvalue(), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f"attachment; filename=hall-{first}-{last}.xlsx"
    return answer


def _hours(first: date, last: date) -> Table:
    found = fairness.hours(db.session(), first, last)
    rows: list[list[Any]] = [[*place, *told] for place, told in sorted(found.items())]
    return ["weekday", "hour", "visitors", "median_wait_min"], rows


def _records(told: Sequence[Mapping[str, Any]]) -> Table:
    return list(told[0]) if told else ["code"], [list(row.values()) for row in told]


def _forecast(first: date, last: date) -> Table:
    nights = forecast_scores.nights(db.session(), first, last)
    return list(FORECAST), [[getattr(night, column) for column in FORECAST] for night in nights]


def classes_of(account: fairness.Account) -> Table:
    head = ["class", "called", "median_wait_min", "p90_wait_min", "longest_wait_min",
            "within_norm", "median_service_min"]  # fmt: skip
    rows = [
        [say(fairness.CLASSES[row.rank]), row.called, row.median, row.p90, row.longest,
         row.within, row.service]
        for row in account.waits
    ]  # fmt: skip
    return head, rows


TABLES: dict[str, Callable[[date, date], Table]] = {
    "classes": lambda first, last: classes_of(account_of(first, last)),
    "agencies": lambda first, last: _records(fairness.by_agency(db.session(), first, last)),
    "hours": _hours,
    "forecast": _forecast,
    "ratings": lambda first, last: _records(fairness.ratings(db.session(), first, last)),
}


def rounded(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [round(v, 2) if isinstance(v, float) else v for v in row]


def as_csv(head: list[str], rows: Iterable[list[Any]]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rounded(rows))
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment"
    return answer
