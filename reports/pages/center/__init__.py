"""The Situation Center for everybody: indicators, the city board, sources; and beside appeals.

What is chosen stands in the address, so that a view can be sent on.
"""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from agencies.access import public, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.staff import Role
from reception.language import current, named
from reports.center import explorer, overview, sources, wording
from reports.center.overview import Glance
from reports.pages.alerts import WATCHERS
from reports.pages.center import board, chosen, indicator, pictures
from reports.wording import Words

pages = Blueprint("center", __name__, url_prefix="/center", template_folder="../../templates")
READERS = (Role.COUNCIL, Role.ANALYST, Role.SUPERVISOR, Role.HEAD, Role.ADMIN)
SHOWN = 40


@pages.get("")
@public
def find() -> ResponseReturnValue:
    session, words = db.session(), Words(current())
    asked = request.args.get("q", "")[:200].strip()
    theme = request.args.get("theme", "")[:40]
    after = request.args.get("after", "")[:80]
    found = explorer.find(session, asked, open_only=True, theme=theme)
    page = [one for one in found if one.code > after][: SHOWN + 1]
    return render_template(
        "reports/center/find.html", q=asked, theme=theme, count=words.number(len(found)),
        themes=_themes(words), next=page[SHOWN - 1].code if len(page) > SHOWN else "",
        lines=[_line(words, each) for each in overview.glances(session, page[:SHOWN])],
    )  # fmt: skip


def _themes(words: Words) -> list[tuple[str, str, str]]:
    counts = overview.themes(db.session())
    rows = [(code, wording.theme(words, code), words.number(n)) for code, n in counts.items()]
    return sorted(rows, key=lambda row: row[1])


def _line(words: Words, glance: Glance) -> dict[str, Any]:
    one, now = glance.indicator, glance.now
    return {
        "code": one.code, "name": named(one), "theme": wording.theme(words, one.theme),
        "value": wording.told(words, one, now.value if now else None),
        "period": pictures.period(words, now), "source": named(one.source) if one.source else "",
    }  # fmt: skip


@pages.get("/indicators/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    one = explorer.indicator(db.session(), code, open_only=True)
    asked = chosen.asked(request.args)
    view = indicator.view(db.session(), Words(current()), one, asked)
    return render_template("reports/center/indicator.html", one=one, name=named(one), **view)


@pages.get("/board")
@public
def show_board() -> ResponseReturnValue:
    tiles = board.tiles(db.session(), Words(current()))
    return render_template("reports/center/board.html", tiles=tiles)


@pages.get("/sources")
@public
def show_sources() -> ResponseReturnValue:
    words = Words(current())
    opens = current_user.is_authenticated and current_user.role in WATCHERS
    lines = [board.source(words, each, opens=opens) for each in sources.systems(db.session())]
    return render_template("reports/center/sources.html", lines=lines)


@pages.get("/council")
@requires(*READERS)
def show_beside() -> ResponseReturnValue:
    found = board.beside_appeals(db.session(), Words(current()), today=business_date(clock()))
    return render_template("reports/center/beside.html", found=found)
