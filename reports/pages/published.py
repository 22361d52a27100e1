"""Figures of a month for everybody: what came, how soon it was answered; no person in them.

Shown are the stored releases. Nothing is counted for a stranger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from agencies import outlines
from agencies.access import current_officer, public, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import District
from agencies.errors import Invalid, NotFound
from agencies.staff import Role
from reception.language import current, say, say_each
from reports import maps, measured, naming, periods, releases, withdrawals
from reports.measures import Measure, measure
from reports.periods import Period, PeriodKind
from reports.published import Published
from reports.readings import SHOWN_FROM, Reading
from reports.releases import Release, ReleaseState
from reports.statistics.disclosure import SMALL
from reports.wording import NOTHING, Words

pages = Blueprint("published", __name__, url_prefix="/figures", template_folder="../templates")
KEEPERS = (Role.ANALYST, Role.SUPERVISOR, Role.ADMIN)
MONTHS_OFFERED = 24
HIDDEN = "…"
STATES = {
    ReleaseState.PROVISIONAL: ("Provisional", "info"),
    ReleaseState.FINAL: ("Final", "good"),
    ReleaseState.REPLACED: ("Replaced by a newer one", "quiet"),
    ReleaseState.WITHDRAWN: ("Withdrawn", "bad"),
}


@dataclass(frozen=True)
class Card:
    name: str
    value: str
    note: str
    number: str


@pages.get("")
@public
def show() -> ResponseReturnValue:
    """The newest release of the month, or the one that the address names."""
    words, month = Words(current()), _month()
    known = releases.of_month(db.session(), month)
    release = _chosen(known)
    told = release.table if release and not release.withdrawn_at else None
    names = _names([one.table for one in known], words)
    return render_template(
        "reports/published.html", period=month.name, month=words.month(month.first),
        months=[(each.name, words.month(each.first)) for each in _offered()],
        release=release, newest=known[0] if known else None,
        cards=list(_cards(words, release)) if release and told else [],
        map=_map(words, told) if told else None,
        table=_table(words, told, names) if told else None,
        changes=list(_changes(words, release, names)) if release and told else [],
        lines=[_line(words, one, known[0]) for one in known], keeper=_is_keeper(),
    )  # fmt: skip


@pages.get("/topics.csv")
@public
def export() -> ResponseReturnValue:
    """Leads to the file of the newest release of the month that was not withdrawn."""
    month = _month()
    known = [one for one in releases.of_month(db.session(), month) if not one.withdrawn_at]
    if not known:
        raise NotFound("No figures of this month are published.")
    return redirect(url_for(".download", period=month.name, version=known[0].version))


@pages.get("/<period>/<int:version>/figures.csv")
@public
def download(period: str, version: int) -> ResponseReturnValue:
    """Byte by byte what was published; an empty value with `c` is hidden, never a zero."""
    release = withdrawals.given(releases.one(db.session(), period, version))
    headers = {"Content-Disposition": f'attachment; filename="{release.file_name}"'}
    return Response(release.file, mimetype="text/csv", headers=headers)


@pages.route("/<period>/<int:version>/withdraw", methods=["GET", "POST"])
@requires(*KEEPERS)
def withdraw(period: str, version: int) -> ResponseReturnValue:
    release = releases.one(db.session(), period, version, for_change=request.method == "POST")
    if request.method == "GET":
        return _withdrawing(release)
    try:
        withdrawals.withdraw(
            release, reason=request.form.get("reason", ""), by=current_officer(), now=clock()
        )
    except Invalid as error:
        db.session.rollback()
        again = releases.one(db.session(), period, version)
        return _withdrawing(again, error.fields), error.status
    db.session.commit()
    flash(say("The release is withdrawn, and everybody sees why."), "good")
    return redirect(url_for(".show", period=period))


@pages.post("/<period>/publish")
@requires(*KEEPERS)
def publish(period: str) -> ResponseReturnValue:
    releases.publish(db.session(), periods.parse(period), by=current_officer(), now=clock())
    db.session.commit()
    flash(say("A new release is published."), "good")
    return redirect(url_for(".show", period=period))


def _withdrawing(release: Release, errors: dict[str, str] | None = None) -> str:
    words = Words(current())
    title = f"{words._('The hall in figures')}, {words.month(release.month.first)}"
    return render_template(
        "reports/withdraw_release.html", release=release, title=title,
        back=url_for(".show", period=release.period), errors=say_each(errors or {}),
    )  # fmt: skip


def _is_keeper() -> bool:
    return current_user.is_authenticated and current_user.role in KEEPERS


def _chosen(known: list[Release]) -> Release | None:
    asked = request.args.get("version", "")
    named = [one for one in known if str(one.version) == asked]
    return next(iter(named or known), None)


def _offered() -> list[Period]:
    """The months that ended last, and every older one that has a release; the newest first."""
    ended = [_newest()]
    while len(ended) < MONTHS_OFFERED:
        ended.append(ended[-1].before)
    return ended + [one for one in releases.months(db.session()) if one.first < ended[-1].first]


def _newest() -> Period:
    return periods.containing(business_date(clock()), PeriodKind.MONTHLY).before


def _month() -> Period:
    """What is not offered is the newest month that ended."""
    asked = request.args.get("period", "")
    return next((one for one in _offered() if one.name == asked), _newest())


def _line(words: Words, release: Release, newest: Release) -> dict[str, Any]:
    word, tone = STATES[releases.state(release, newest, today=business_date(clock()))]
    return {
        "release": release, "day": words.day(release.as_of), "word": say(word), "tone": tone,
        "changed": words.number(len(release.changes)) if release.version > 1 else NOTHING,
    }  # fmt: skip


def _changes(words: Words, release: Release, names: dict[str, str]) -> Iterator[tuple[str, ...]]:
    def place(sort: str, code: str) -> str:
        if code == releases.ALL:
            return words._("All")
        return names.get(f"{sort}:{code}", words._("Others"))

    for one in release.changes:
        known = measure(one["measure"])
        told = [_told(words, one[when], share=known.is_share) for when in ("before", "now")]
        yield (
            known.name[words.language], place("category", one["topic"]),
            place("district", one["district"]), *told,
        )  # fmt: skip


def _told(words: Words, value: float | None, *, share: bool) -> str:
    if value is None:
        return HIDDEN
    return words.percent(value) if share else words.number(value, places=0 if value % 1 == 0 else 1)


def _names(found: list[Published], words: Words) -> dict[str, str]:
    scopes = {
        *(f"category:{code}" for one in found for code in one.topics if code),
        *(f"district:{code}" for one in found for code in one.districts if code),
    }
    return naming.names(db.session(), scopes, words.language)


def _cards(words: Words, release: Release) -> Iterator[Card]:
    total = release.table.total
    yield Card(measure("received").name[words.language], words.number(total), "(F01)", "F01")
    for code in releases.MEASURES[1:]:
        if (reading := release.reading(code)) is None:
            continue
        known, before = measure(code), release.reading(code, "before")
        notes = [f"({known.number})", *_chance(words, known, reading)]
        if before is not None:
            told = measured.with_unit(words, known, before)
            notes.append(words._("before: %(shown)s", shown=told))
        value = measured.with_unit(words, known, reading)
        yield Card(known.name[words.language], value, "; ".join(notes), known.number)


def _chance(words: Words, known: Measure, reading: Reading) -> Iterator[str]:
    """`107 of 114`, where that tells no count of few, and between which values chance lies."""
    if known.is_share and (below := reading.denominator or 0) >= SHOWN_FROM:
        top = int(reading.numerator or 0)
        if not any(0 < n < SMALL for n in (top, below - top)):
            yield words._("%(k)s of %(n)s", k=words.number(top), n=words.number(below))
    if (told := measured.interval(words, known, reading)) != NOTHING:
        yield words._("95 %% interval: %(interval)s.", interval=told).rstrip(".")


def _map(words: Words, found: Published) -> dict[str, Any] | None:
    counts = {
        code: n
        for code, n in zip(found.districts, found.by_district, strict=True)
        if code in outlines.of_districts()
    }
    if not counts:
        return None
    most = max(counts, key=lambda code: (counts[code], code))
    told = naming.by_code(db.session(), District, outlines.of_districts(), words.language)
    title = words._("Most appeals: %(name)s, %(n)s", name=told[most], n=words.number(counts[most]))
    rows = [(told[code], words.number(n)) for code, n in counts.items()]
    drawing = maps.of_counts(words, title, counts, told, nothing=words._("not shown"))
    return {"title": title, "drawing": drawing, "rows": rows}


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
