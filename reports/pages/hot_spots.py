"""The map of hot spots, for the head, the supervisor and the analyst."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import District
from agencies.outlines import of_districts
from agencies.pages.listing import days_ago
from agencies.staff import Officer
from agencies.worklist import NOT_KNOWN, Choice
from reception.language import current
from reports import hot_spots, maps, naming
from reports.hot_spots import Spot
from reports.pages.dashboards import CODE, READERS, offered, own_agency
from reports.wording import Words

pages = Blueprint(
    "hot_spots", __name__, url_prefix="/dashboards/hot-spots", template_folder="../templates"
)
SPANS = ("7", "30", "90", "365")


@pages.get("")
@requires(*READERS)
def show() -> str:
    session, officer, today = db.session(), current_officer(), business_date(clock())
    words, asked = Words(current()), _asked(officer)
    choice = Choice(
        agency=asked["agency"], topic=asked["topic"], since=days_ago(asked["days"])
    )  # fmt: skip
    counts = hot_spots.by_district(session, officer, choice, today=today)
    spots = counts.spots
    houses = hot_spots.by_house(session, officer, choice, today=today)
    codes = [
        *of_districts(),
        *(one.code for one in spots),
        *(one.district for one in houses),
    ]
    names = naming.by_code(session, District, codes, words.language)
    names[NOT_KNOWN] = words._("Not known")
    reads, kept = hot_spots.reads_appeals(officer), {k: v for k, v in asked.items() if v}
    return render_template(
        "reports/hot_spots.html", asked=asked, filters=_filters(words), own=own_agency(officer),
        map=_map(words, spots, names) if spots else None, reads=reads, least=hot_spots.LEAST,
        total=counts.total,
        rows=[_row(spot, names, kept, words, reads=reads) for spot in spots],
        houses=[
            {
                "label": one.label, "district": names.get(one.district, ""), "open": one.open,
                "overdue": one.overdue,
                "href": url_for("workspace.show_similar", number=one.newest) if reads else "",
            }
            for one in houses
        ],
    )  # fmt: skip


def _asked(officer: Officer) -> dict[str, str]:
    """What cannot be read is no filter; a head sees the own agency."""
    given = {name: request.args.get(name, "") for name in ("agency", "topic", "days")}
    asked = {name: code if CODE.fullmatch(code) else "" for name, code in given.items()}
    asked["agency"] = own_agency(officer) or asked["agency"]
    asked["days"] = asked["days"] if days_ago(asked["days"]) else ""
    return asked


def _filters(words: Words) -> dict[str, list[tuple[str, str]]]:
    found = offered(words)
    days = [(n, words._("Received in the last %(n)s days", n=n)) for n in SPANS]
    return {
        "agency": found["agency"], "topic": found["category"],
        "days": [("", words._("all that are open")), *days],
    }  # fmt: skip


def _row(
    spot: Spot, names: dict[str, str], kept: dict[str, str], words: Words, *, reads: bool
) -> dict[str, Any]:
    few = words._("fewer than %(n)s", n=hot_spots.LEAST)
    hidden = spot.open is None
    return {
        "name": names.get(spot.code, spot.code),
        "href": _list_url(spot, kept) if reads else "",
        "open": words._("not told") if hidden else words.number(spot.open),
        "overdue": "–" if hidden else few if spot.overdue is None else words.number(spot.overdue),
    }


def _list_url(spot: Spot, kept: dict[str, Any]) -> str:
    return url_for("workspace.show_list", district=spot.code, **kept)


def _map(words: Words, spots: list[Spot], names: dict[str, str]) -> dict[str, Any]:
    counts = {s.code: s.open for s in spots if s.open is not None and s.code in of_districts()}
    most = next((spot for spot in spots if spot.open and spot.code != NOT_KNOWN), None)
    title = words._("No district stands out") if most is None else words._(
        "Most open appeals: %(name)s, %(n)s", name=names.get(most.code, most.code),
        n=words.number(most.open),
    )  # fmt: skip
    drawing = maps.of_counts(words, title, counts, names, nothing=words._("not told"))
    return {"title": title, "drawing": drawing}
