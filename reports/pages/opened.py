"""Open data for everybody: what there is, one set with its columns and releases, its files."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from agencies.access import current_officer, public, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid, NotFound
from reception.language import current, named, say, say_each
from reports import charts, withdrawals
from reports.center import explorer
from reports.charts import Mark
from reports.opened import releases, sets
from reports.opened.releases import OpenRelease
from reports.opened.sets import OpenSet
from reports.pages.published import KEEPERS
from reports.wording import Words

pages = Blueprint("opened", __name__, url_prefix="/open", template_folder="../templates")
ROWS_SHOWN = 8
STEPS_OF_A_CHART, STEPS_SHOWN = 2, 24


@pages.get("")
@public
def show_all() -> ResponseReturnValue:
    words, known = Words(current()), releases.listed(db.session())
    lines = [
        {
            "name": one.name, "title": one.title[words.language],
            "about": one.about[words.language], "first": one.first[words.language],
            "release": _newest(known.get(one.name, []), words),
            "withdrawn": one.name in known,
        }
        for one in sets.known().values()
    ]  # fmt: skip
    indicators = len(explorer.find(db.session(), "", open_only=True))
    return render_template(
        "reports/open_data.html", lines=lines, indicators=words.number(indicators)
    )


@pages.get("/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    one, words = sets.by_name(name), Words(current())
    known = releases.of(db.session(), name)
    newest = next((each for each in known if not each.withdrawn_at), None)
    rows = newest.rows if newest else []
    return render_template(
        "reports/open_set.html", name=name, title=one.title[words.language],
        about=one.about[words.language], first=one.first[words.language],
        newest=_newest(known, words),
        columns=[(each.name, named(each)) for each in one.columns],
        heads=[(each.name, each.kind in sets.NUMBERS) for each in one.columns],
        rows=[
            [(_shown(row[each.name]), each.kind in sets.NUMBERS, each.language)
             for each in one.columns]
            for row in rows[-ROWS_SHOWN:]
        ],
        example=[(cell, each.kind in sets.NUMBERS, each.language)
                 for cell, each in zip(one.example, one.columns, strict=True)],
        drawn=_chart(one, rows, words),
        releases=[_line(each, words) for each in known],
        keeper=current_user.is_authenticated and current_user.role in KEEPERS,
    )  # fmt: skip


@pages.get("/<name>/<version>/<file>")
@public
def download(name: str, version: str, file: str) -> ResponseReturnValue:
    """Byte by byte what was published; `latest` leads to the newest."""
    release = withdrawals.given(releases.one(db.session(), name, version))
    if file != f"{name}.csv":
        raise NotFound("There is no such file.")
    if version == "latest":
        return redirect(url_for(".download", name=name, version=release.version, file=file))
    headers = {"Content-Disposition": f'attachment; filename="{release.file_name}"'}
    return Response(release.file, mimetype="text/csv", headers=headers)


@pages.route("/<name>/<version>/withdraw", methods=["GET", "POST"])
@requires(*KEEPERS)
def withdraw(name: str, version: str) -> ResponseReturnValue:
    writing = request.method == "POST"
    release = releases.one(db.session(), name, version, for_change=writing)
    if not writing:
        return _withdrawing(release, {})
    try:
        withdrawals.withdraw(
            release, reason=request.form.get("reason", ""), by=current_officer(), now=clock()
        )
    except Invalid as error:
        db.session.rollback()
        again = releases.one(db.session(), name, version)
        return _withdrawing(again, say_each(error.fields)), error.status
    db.session.commit()
    flash(say("The release is withdrawn, and everybody sees why."), "good")
    return redirect(url_for(".show", name=name))


def _withdrawing(release: OpenRelease, errors: dict[str, str]) -> str:
    return render_template(
        "reports/withdraw_release.html", release=release, title=release.what.title[current()],
        back=url_for(".show", name=release.dataset), errors=errors,
    )  # fmt: skip


def _newest(known: list[OpenRelease], words: Words) -> dict[str, Any] | None:
    found = next((one for one in known if not one.withdrawn_at), None)
    return _line(found, words) if found else None


def _line(one: OpenRelease, words: Words) -> dict[str, Any]:
    return {
        "version": one.version, "day": words.day(one.as_of), "digest": one.digest,
        "rows": words.number(one.row_count), "file_name": one.file_name,
        "withdrawal": one.withdrawal, "withdrawn": one.withdrawn_at is not None,
        "moved": "".join(
            f"{sign}{words.number(one.changes[sort])} "
            for sign, sort in (("+", "added"), ("±", "changed"), ("−", "removed"))
            if one.changes[sort]
        ).strip(),
    }  # fmt: skip


def _chart(one: OpenSet, rows: Sequence[sets.Row], words: Words) -> dict[str, Any] | None:
    """Of the file's own rows; one step alone is no course."""
    counts = one.drawn.counts(rows) if one.drawn else {}
    if one.drawn is None or len(counts) < STEPS_OF_A_CHART:
        return None
    newest = list(counts.items())[-STEPS_SHOWN:]
    measure = one.drawn.measure[words.language]
    marks = [
        Mark(name[2:7] if place % 2 == len(newest) % 2 - 1 or len(newest) <= 12 else "",
             count, words.number(count))
        for place, (name, count) in enumerate(newest)
    ]  # fmt: skip
    drawing = charts.columns(measure, marks, charts.SCREEN)
    told = [(name, words.number(count)) for name, count in newest]
    return {"measure": measure, "drawing": drawing, "rows": told}


def _shown(cell: sets.Cell) -> str:
    """As the file has it: a whole number without a fraction."""
    return "" if cell is None else f"{cell:.10g}" if isinstance(cell, float) else str(cell)
