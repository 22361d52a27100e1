"""Figures of a month for everybody: what came, how soon it was answered; no person in them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import public
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import Invalid
from reception.language import current
from reports import maps, measured, measuring, naming, periods, published
from reports.measures import measure
from reports.periods import Period, PeriodKind
from reports.published import Published
from reports.wording import Words

pages = Blueprint("published", __name__, url_prefix="/figures", template_folder="../templates")
SHOWN = ("received", "on_time", "first_answer_median", "tickets", "wait_median")
MONTHS_OFFERED = 24
HIDDEN = "…"


@dataclass(frozen=True)
class Card:
    name: str
    value: str
    note: str


@pages.get("")
@public
def show() -> ResponseReturnValue:
    words, month = Words(current()), _month()
    found = published.of_month(db.session(), month)
    names = _names(found, words)
    return render_template(
        "reports/published.html", period=month.name, month=words.month(month.first),
        months=[(each.name, words.month(each.first)) for each in _ended()],
        cards=list(_cards(words, month, found)), map=_map(words, found, names),
        table=_table(words, found, names), export=url_for(".export", period=month.name),
    )  # fmt: skip


@pages.get("/topics.csv")
@public
def export() -> ResponseReturnValue:
    """The table as it is seen; `c` marks a hidden cell, never a zero."""
    month = _month()
    found = published.of_month(db.session(), month)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["period", "topic", "district", "appeals", "flag"])
    for topic, row in zip(found.topics, found.cells, strict=True):
        for district, n in zip(found.districts, row, strict=True):
            known = ["", "c"] if n is None else [n, ""]
            table.writerow([month.name, topic or "others", district or "others", *known])
    headers = {"Content-Disposition": f'attachment; filename="open-almaty-topics-{month.name}.csv"'}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _ended() -> list[Period]:
    """Months that ended, the newest first: no other period is published."""
    found = [periods.containing(business_date(clock()), PeriodKind.MONTHLY).before]
    while len(found) < MONTHS_OFFERED:
        found.append(found[-1].before)
    return found


def _month() -> Period:
    """What cannot be read, or has not ended, is the newest month that did."""
    newest = periods.containing(business_date(clock()), PeriodKind.MONTHLY).before
    try:
        asked = periods.parse(request.args.get("period", ""))
    except Invalid:
        return newest
    whole = asked.kind is PeriodKind.MONTHLY and not asked.is_cumulative
    return asked if whole and date(1990, 1, 1) <= asked.first <= newest.first else newest


def _names(found: Published, words: Words) -> dict[str, str]:
    scopes = [
        *(f"category:{code}" for code in found.topics if code),
        *(f"district:{code}" for code in found.districts if code),
    ]
    return naming.names(db.session(), scopes, words.language)


def _cards(words: Words, month: Period, found: Published) -> Iterator[Card]:
    """From the values kept when the month was measured: nothing is counted for a stranger."""
    if found.total is None:
        return
    yield Card(measure("received").name[words.language], words.number(found.total), "(F01)")
    taken = measuring.newest(db.session(), month)
    if taken is None:
        return
    own = measuring.values(db.session(), taken, scopes=["hall"]).get("hall", {})
    beside = measuring.comparisons(db.session(), taken, scope="hall")
    for code in SHOWN[1:]:
        if code in own:
            known, before = measure(code), beside[code].before
            said = measured.written(words, known, own[code])
            note = f"({known.number})"
            if before is not None:
                told = measured.written(words, known, before)
                note = f"{note} {words._('before: %(shown)s', shown=told)}"
            yield Card(known.name[words.language], said, note)


def _map(words: Words, found: Published, names: dict[str, str]) -> dict[str, Any] | None:
    counts = {
        code: n
        for code, n in zip(found.districts, found.by_district, strict=True)
        if code in maps.outlines()
    }
    if not counts:
        return None
    most = max(counts, key=lambda code: (counts[code], code))
    told = {code: names[f"district:{code}"] for code in counts}
    title = words._("Most appeals: %(name)s, %(n)s", name=told[most], n=words.number(counts[most]))
    rows = [(told[code], words.number(n)) for code, n in counts.items()]
    return {"title": title, "drawing": maps.drawing(title, counts, told), "rows": rows}


def _table(words: Words, found: Published, names: dict[str, str]) -> dict[str, Any] | None:
    if not found.topics:
        return None
    others = words._("Others")
    rows = [
        (
            names.get(f"category:{topic}", others),
            [HIDDEN if n is None else words.number(n) for n in row],
            words.number(total),
        )
        for topic, row, total in zip(found.topics, found.cells, found.by_topic, strict=True)
    ]
    return {
        "districts": [names.get(f"district:{code}", others) for code in found.districts],
        "rows": rows,
        "totals": [words.number(n) for n in found.by_district],
        "total": words.number(found.total or 0),
    }
