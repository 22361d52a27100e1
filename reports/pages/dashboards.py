"""Figures as they stand now, for the head, the supervisor and the analyst.

What is asked for stands in the address, so that a view can be sent on; what is seen can be taken
along as CSV.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from agencies import directory, outlines, worklist
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import District, Origin, Subject
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer, Role
from reception.language import current, named, say
from reports import (
    chapters,
    charts,
    fairness,
    funnels,
    load,
    maps,
    measured,
    measuring,
    naming,
    periods,
    readings,
)
from reports.charts import Mark
from reports.counting import AGENCIES, HALL, Choice
from reports.measures import measure
from reports.parts import Chart
from reports.periods import Period, PeriodKind
from reports.readings import Change, Readings
from reports.sheets import MEASURE_COLUMNS
from reports.wording import Words

pages = Blueprint("dashboards", __name__, url_prefix="/dashboards", template_folder="../templates")
READERS = (Role.HEAD, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN)
SHOWN = (
    "received", "on_time", "overdue_open", "first_answer_median", "handling_median",
    "redirected_share", "repeated_share", "returned_share", "tickets", "wait_median", "long_waits",
    "first_contact", "satisfied_share", "rated_share", "days_lost", "open_age_median",
    "collective_appeals", "collective_people",
)  # fmt: skip
OF_THE_HALL = ("tickets", "wait_median", "long_waits", "first_contact")
MONTHS_OFFERED, TOPICS_SHOWN = 13, 12
CODE = re.compile(r"[a-z0-9_.-]{1,64}")
SHOWN_OF_IT = 40
YEARS = range(1990, 2200)


@dataclass(frozen=True)
class Card:
    number: str
    name: str
    value: str
    note: str
    href: str = ""


@dataclass(frozen=True)
class Asked:
    """The filters of the address, as far as they make sense and the person may use them."""

    period: Period
    only: Choice


@pages.get("")
@requires(*READERS)
def show() -> ResponseReturnValue:
    words, session = Words(current()), db.session()
    if strange := _strange(words):
        return render_template("reports/dashboard_unknown.html", strange=strange), 404
    asked, now = _asked(current_officer()), clock()
    found = readings.take(session, asked.period, as_of=now, only=asked.only)
    before = readings.take(session, asked.period.before, as_of=now, only=asked.only)
    # A cumulative period has the year before as the period before.
    ago = {} if asked.period.is_cumulative else readings.take(
        session, asked.period.a_year_ago, as_of=now, only=asked.only
    )  # fmt: skip
    names = naming.names(session, found, words.language)
    own, *past = (taken.get(HALL, {}) for taken in (found, before, ago))
    return render_template(
        "reports/dashboard.html", asked=asked, period=asked.period.name,
        filters=_filters(words, now), own=own_agency(current_officer()),
        cards=[*_cards(words, asked.only, own, *past)], risk=_at_risk(words, asked.only, now),
        map=_map(words, found, names), topics=_topics(words, found, names),
        totals=_totals(words, asked, found), agencies=_agencies(words, asked, now),
        load=_load(words, now),
        query=request.args.to_dict(),
    )  # fmt: skip


@pages.get("/figures.csv")
@requires(*READERS)
def export() -> ResponseReturnValue:
    """Every number behind the page, with its parts."""
    if _strange(Words(current())):
        raise NotFound("The address asks for what is not known.")
    asked = _asked(current_officer())
    now, ways = clock(), measuring.counted()
    found = readings.take(db.session(), asked.period, as_of=now, only=asked.only)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["period", *MEASURE_COLUMNS])
    for scope, own in found.items():
        for code, r in own.items():
            table.writerow(
                [asked.period.name, scope, measure(code).number, code, r.numerator, r.denominator,
                 r.value, r.low, r.high, r.remark, *astuple(ways[code]), now.isoformat()]
            )  # fmt: skip
    name = f"open-almaty-{asked.period.name}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _asked(officer: Officer) -> Asked:
    """No period is the present month; a head sees the own agency."""
    wanted = {
        name: code if CODE.fullmatch(code := request.args.get(name, "")) else ""
        for name in ("agency", "district", "category")
    }
    wanted["agency"] = own_agency(officer) or wanted["agency"]
    return Asked(_period(request.args.get("period", "")), Choice(**wanted))


def _strange(words: Words) -> list[tuple[str, str]]:
    """Filters of the address that nobody offers: their names and what stands there."""
    labels = {"agency": "Agency", "district": "District", "category": "Topic"}
    found = []
    if (period := request.args.get("period", "")) and _read(period) is None:
        found.append((words._("Period"), period))
    if any(request.args.get(name) for name in labels):
        for name, choices in offered(words).items():
            asked = request.args.get(name, "")
            if asked not in {code for code, _ in choices}:
                found.append((words._(labels[name]), asked))
    return [(label, asked[:SHOWN_OF_IT]) for label, asked in found]


def _read(asked: str) -> Period | None:
    try:
        found = periods.parse(asked)
    except Invalid:
        return None
    return found if found.first.year in YEARS else None


def _period(asked: str) -> Period:
    return _read(asked) or periods.containing(business_date(clock()), PeriodKind.MONTHLY)


def own_agency(officer: Officer) -> str:
    own = officer.agency if officer.role is Role.HEAD else None
    return str(own.code) if own else ""


def _filters(words: Words, now: datetime) -> dict[str, list[tuple[str, str]]]:
    return {"period": _periods(words, business_date(now)), **offered(words)}


def offered(words: Words) -> dict[str, list[tuple[str, str]]]:
    """Parts of the register that a view may be narrowed to."""
    session = db.session()
    every = [("", words._("all"))]
    topics = session.scalars(
        select(Subject)
        .where(Subject.parent_id.is_(None), Subject.origin == Origin.HALL)
        .order_by(Subject.code)
    )
    return {
        "agency": every + [(a.code, named(a)) for a in directory.hall_agencies(session)],
        "district": every + [(d.code, named(d)) for d in directory.districts_of_almaty(session)],
        "category": every + [(s.code, named(s)) for s in topics],
    }


def _periods(words: Words, today: date) -> list[tuple[str, str]]:
    week = periods.containing(today, PeriodKind.WEEKLY)
    quarter, year = (
        periods.containing(today, kind) for kind in (PeriodKind.QUARTERLY, PeriodKind.ANNUAL)
    )
    months = [periods.containing(today, PeriodKind.MONTHLY)]
    while len(months) < MONTHS_OFFERED:
        months.append(months[-1].before)
    return [
        *((month.name, words.month(month.first)) for month in months),
        (today.isoformat(), words._("Today")),
        (week.name, words._("This week")),
        (week.before.name, words._("Last week")),
        (periods.to_date(today).name, words._("Since 1 January")),
        *(
            (one.name, measured.period_name(one, words))
            for one in (quarter, quarter.before, year, year.before)
        ),
    ]


def _cards(words: Words, only: Choice, now: Any, before: Any, ago: Any) -> Iterator[Card]:
    part = bool(only.district or only.category)
    for code in SHOWN:
        if code not in now or (part and code in OF_THE_HALL):
            continue
        known = measure(code)
        said = measured.written(words, known, now[code])
        yield Card(
            known.number, known.name[words.language], f"{said}{_unit(words, known.unit, said)}",
            "; ".join(_beside(words, code, now[code], before.get(code), ago.get(code))),
        )  # fmt: skip


def _at_risk(words: Words, only: Choice, now: datetime) -> Card | None:
    """What is likely to be late of the list as it stands; nothing for those who have no list."""
    officer = current_officer()
    if officer.role not in HALL_STAFF:
        return None
    agency = "" if officer.agency_id else only.agency
    choice = worklist.Choice(
        at_risk=True, agency=agency, district=only.district, topic=only.category
    )
    counted = worklist.count(db.session(), officer, choice, today=business_date(now))
    return Card(
        "", say("At risk of being late"), words.number(counted),
        say("as forecast now, whatever the period"),
        url_for("workspace.show_list", risk=1, agency=agency or None,
                district=only.district or None, topic=only.category or None),
    )  # fmt: skip


def _unit(words: Words, unit: str, said: str) -> str:
    if not said[:1].isdigit():
        return ""
    days, minutes = words._("days"), words._("min")
    work = words._("workdays")
    return {"days": f" {days}", "minutes": f" {minutes}", "working_days": f" {work}"}.get(unit, "")


def _beside(words: Words, code: str, now: Any, before: Any, ago: Any) -> Iterator[str]:
    """The period before, the same a year ago, and what the law or a norm asks for."""
    known = measure(code)
    if before is not None:
        yield _changed(words, code, now, before)
    if ago is not None and (ago.value or ago.denominator):
        yield words._("a year ago: %(shown)s", shown=measured.written(words, known, ago))
    if known.target is not None:
        aim = words.percent(known.target) if known.is_share else words.number(known.target)
        yield words._("target: %(shown)s", shown=aim)


def _changed(words: Words, code: str, now: Any, before: Any) -> str:
    """A word of change only where chance does not explain it."""
    known = measure(code)
    shown = measured.written(words, known, before)
    change = readings.change(known, now, before)
    if change is Change.ROSE:
        return words._("rose; before: %(shown)s", shown=shown)
    if change is Change.FELL:
        return words._("fell; before: %(shown)s", shown=shown)
    return words._("before: %(shown)s", shown=shown)


def _of(found: Readings, sort: str, names: dict[str, str]) -> list[tuple[str, str, int]]:
    """Code, name and what was received, the most first."""
    rows = [
        (scope.partition(":")[2], names[scope], int(own["received"].value or 0))
        for scope, own in found.items()
        if scope.startswith(f"{sort}:") and "received" in own
    ]
    return sorted((row for row in rows if row[2]), key=lambda row: (-row[2], row[1]))


def _map(words: Words, found: Readings, names: dict[str, str]) -> dict[str, Any] | None:
    rows = _of(found, "district", names)
    if not rows:
        return None
    counts = {code: n for code, _, n in rows if code in outlines.of_districts()}
    title = words._("Most appeals: %(name)s, %(n)s", name=rows[0][1], n=words.number(rows[0][2]))
    told = naming.by_code(db.session(), District, outlines.of_districts(), words.language)
    return {
        "title": title,
        "drawing": maps.of_counts(words, title, counts, told, nothing=words._("none")),
        "rows": [(name, words.number(n)) for _, name, n in rows],
    }


def _topics(words: Words, found: Readings, names: dict[str, str]) -> dict[str, Any] | None:
    rows = _of(found, "category", names)[:TOPICS_SHOWN]
    if not rows:
        return None
    title = words._("Most appeals: %(name)s, %(n)s", name=rows[0][1], n=words.number(rows[0][2]))
    marks = [Mark(name, n, words.number(n)) for _, name, n in rows]
    return {
        "title": title,
        "drawing": charts.bars(title, marks, charts.SCREEN),
        "rows": [(name, words.number(n)) for _, name, n in rows],
    }


def _agencies(words: Words, asked: Asked, now: datetime) -> Chart | None:
    if asked.only.conditions():
        return None
    found = fairness.in_time(db.session(), asked.period, as_of=now)
    if found is None:
        return None
    scopes = [f"agency:{place.agency}" for place in found.places]
    named_ = naming.names(db.session(), scopes, words.language)
    names = {scope.partition(":")[2]: name for scope, name in named_.items()}
    return funnels.told(words, found, names, charts.SCREEN)


def _totals(words: Words, asked: Asked, found: Readings) -> str:
    """Only over all agencies: of one there is one total."""
    if asked.only.agency or HALL not in found:
        return ""
    hall, agencies = (found.get(scope, {}).get("received") for scope in (HALL, AGENCIES))
    return chapters.two_totals(words, hall, agencies)


def _load(words: Words, now: datetime) -> list[tuple[str, str, str]]:
    return [
        (
            words.weekday(each.day),
            words.number(each.tickets),
            f"{words.number(each.low)} – {words.number(each.high)}",
        )
        for each in load.expected(db.session(), today=business_date(now))
    ]
