"""The guide for visitors: find by own words, answer a few questions, take the list along.

The answers stand in the address, so that a list can be kept, sent and opened again. The kiosk shows
the same pages in its own frame.
"""

from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from agencies.access import HALL_STAFF, current_base, public
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import districts_of_almaty
from agencies.errors import Invalid
from agencies.staff import Role
from reception import guide, qr
from reception.guide import situations
from reception.guide.plan import Plan, plan
from reception.guide.situations import CATEGORIES
from reception.language import current, named, say
from reception.pages.guide_breaks import READERS
from reception.pages.guide_breaks import WORDS as CAUSES

pages = Blueprint("guide", __name__)
MOST = 12
EDITORS = (Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
NOT_ANSWERS = frozenset({"lang", "as_of", "q"})
WORDS = {
    "family-children": ("Family and children", "family"),
    "family-civil-status": ("Marriage, name, bereavement", "people"),
    "documents": ("Documents", "document"),
    "education": ("Kindergarten and school", "education"),
    "health": ("Health", "health"),
    "social-support": ("Allowances and support", "social"),
    "work-employment": ("Work", "person"),
    "housing": ("Housing", "housing"),
    "construction-land": ("Building and land", "architecture"),
    "environment-utilities": ("Nature, yards, networks", "ecology"),
    "transport": ("Transport and driving", "transport_roads"),
    "migration": ("Registration and migration", "guide"),
    "business": ("Business", "business"),
    "law-and-order": ("Law and order", "police"),
    "participation": ("Taking part in the city", "akimat"),
    "defence": ("Military service", "star"),
}
"""Names and drawings of the categories."""


def frame_of() -> dict[str, Any]:
    """Where the pages stand: in the public frame, or in that of the kiosk."""
    kiosk = request.path.startswith("/kiosk")
    return {
        "frame": "bare.html" if kiosk else "shell.html", "kiosk": kiosk, "screen": "kiosk",
        "find": "guide.kiosk_find" if kiosk else "guide.find",
        "show": "guide.kiosk_show" if kiosk else "guide.show",
        "start": url_for("kiosk.start") if kiosk else None,
    }  # fmt: skip


@pages.get("/guide")
@public
def find() -> ResponseReturnValue:
    asked = request.args.get("q", "").strip()[:200]
    category = request.args.get("category", "")
    category = category if category in WORDS else ""
    today = business_date(clock())
    found = guide.search(db.session(), asked, language=current(), most=MOST) if asked else []
    listed = situations.all_on(db.session(), today, category=category) if category else []
    counts = situations.counts(db.session(), today)
    shown = frame_of()
    back = url_for(shown["find"]) if asked or category else url_for("kiosk.start")
    return render_template(
        "reception/guide/find.html", asked=asked, found=found, category=category, words=WORDS,
        listed=[version.procedure.title for version in listed], versions=listed, back=back,
        categories=[code for code in CATEGORIES if counts.get(code)], counts=counts,
        desk_links=[] if shown["kiosk"] else desk_links(), **shown,
    )  # fmt: skip


@pages.get("/kiosk/guide")
@public
def kiosk_find() -> ResponseReturnValue:
    return find()


@pages.get("/guide/<slug>")
@public
def show(slug: str) -> ResponseReturnValue:
    found = planned(slug)
    shown = frame_of()
    return render_template(
        "reception/guide/show.html", plan=found, slug=slug, answers=found.way.answers,
        choices=choices(found), words=WORDS, back=step_back(found, shown["show"], shown["find"]),
        square=qr.square(address_of(found)), address=address_of(found),
        **desk_words(found, kiosk=shown["kiosk"]), **shown,
    )  # fmt: skip


@pages.get("/kiosk/guide/<slug>")
@public
def kiosk_show(slug: str) -> ResponseReturnValue:
    return show(slug)


@pages.get("/guide/<slug>/slip")
@public
def slip(slug: str) -> ResponseReturnValue:
    """The list on a narrow paper, to be printed."""
    found = planned(slug)
    return render_template(
        "reception/guide/slip.html", plan=found, slug=slug, answers=found.way.answers,
        square=qr.square(address_of(found)),
    )  # fmt: skip


@pages.get("/guide/offline.js")
@public
def offline() -> ResponseReturnValue:
    """The keeper of pages that were opened once; it looks after the guide alone."""
    keeper = Path(current_app.static_folder or "") / "js" / "guide-offline.js"
    answer = Response(keeper.read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/guide"
    return answer


def planned(slug: str) -> Plan:
    """The list of the answers in the address, as of today or of the day asked for."""
    day = day_asked()
    version = situations.version_on(db.session(), slug.replace("\0", ""), day)
    given = {k: v for k, v in request.args.items() if k not in NOT_ANSWERS}
    return plan(db.session(), version, given, day=day)


def day_asked() -> date:
    asked = request.args.get("as_of", "")
    try:
        return date.fromisoformat(asked) if asked else business_date(clock())
    except ValueError:
        raise Invalid({"as_of": "Write the date as 2026-11-23."}) from None


def desk_links() -> list[tuple[str, str]]:
    """Where staff go from here: editing, and where procedures break."""
    role = current_user.role if current_user.is_authenticated else None
    links = []
    if role in EDITORS:
        links.append(("guide_editor.show_list", say("Edit")))
    if role in READERS:
        links.append(("guide_breaks.show", say("Where procedures break")))
    return links


def desk_words(found: Plan, *, kiosk: bool) -> dict[str, Any]:
    """What a clerk may note; nothing for a visitor."""
    if kiosk or not current_user.is_authenticated or current_user.role not in HALL_STAFF:
        return {"causes": []}
    steps = [(one.step.key, one.step.title.said(current())) for one in found.steps]
    return {
        "causes": [(str(cause), say(word)) for cause, word in CAUSES.items()],
        "step_words": [("", say("None: all was clear")), *steps],
    }


def address_of(found: Plan) -> str:
    given: dict[str, Any] = {"slug": found.version.situation.slug, **found.way.answers}
    return current_base() + url_for("guide.show", **given)


def step_back(found: Plan, show: str, find: str) -> str:
    """The page before: the last question, or the search."""
    if not found.way.answered:
        return url_for(find)
    kept: dict[str, Any] = dict(list(found.way.answers.items())[:-1])
    return url_for(show, **kept, slug=found.version.situation.slug)


def choices(found: Plan) -> list[tuple[str, str]]:
    """Value and word of each answer to the open question; empty where it is typed."""
    question = found.way.question
    if question is None:
        return []
    if question.kind == "bool":
        return [("yes", say("Yes")), ("no", say("No"))]
    if question.kind == "district":
        return district_words()
    return [(option.value, option.text.said(current())) for option in question.options]


def district_words() -> list[tuple[str, str]]:
    return [(d.code, named(d)) for d in districts_of_almaty(db.session())]


def answer_word(fact: Any, value: str) -> str:
    """An answer as people say it."""
    if fact.kind == "bool":
        return say("Yes") if value == "yes" else say("No")
    if fact.kind == "district":
        return dict(district_words()).get(value, value)
    for option in fact.options:
        if option.value == value:
            return str(option.text.said(current()))
    return value


def answers_before(key: str, answers: dict[str, str]) -> dict[str, str]:
    """The answers given before this question: the address that asks it anew."""
    keys = list(answers)
    return {k: answers[k] for k in keys[: keys.index(key)]}


pages.add_app_template_filter(answer_word)
pages.add_app_template_filter(answers_before)
pages.add_app_template_filter(lambda text: text.said(current()), "told")
pages.add_app_template_filter(
    lambda amount: f"{amount:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + "\N{NO-BREAK SPACE}₸",
    "tenge",
)
