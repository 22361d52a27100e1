"""The catalogue of measures for everybody: what each code means, over what, in which unit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from agencies.access import public
from reception.language import current
from reports.measures import Catalogue, Measure, catalogue
from reports.wording import NOTHING, Words

pages = Blueprint("measures", __name__, url_prefix="/measures", template_folder="../templates")
UNITS = {
    "appeals": "appeals", "matters": "matters", "persons": "persons", "tickets": "tickets",
    "times": "times", "share": "percent", "rate": "appeals of so many residents",
    "days": "calendar days", "working_days": "working days", "minutes": "minutes",
}  # fmt: skip
WAITING = "kaplan_meier"
CODE = re.compile(r"\bF\d\d\b")
BETTER = {
    "up": "the higher the better", "down": "the lower the better", "none": "neither is better",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    number: str
    name: str
    lines: list[tuple[str, str]]


@pages.get("")
@public
def show() -> ResponseReturnValue:
    """By number; `#F21` in the address leads to one of them."""
    words, known = Words(current()), catalogue()
    found = [_told(known, known.by_number[number], words) for number in sorted(known.by_number)]
    return render_template("reports/measures.html", measures=found)


def with_links(text: str) -> Markup:
    """Each code that is printed leads to what it means."""

    def link(found: re.Match[str]) -> str:
        code = found.group()
        if code not in catalogue().by_number:
            return code
        return f'<a href="{url_for("measures.show", _anchor=code)}">{code}</a>'

    return Markup(CODE.sub(link, str(escape(text))))  # noqa: S704  escaped before


pages.add_app_template_filter(with_links, "codes")


def _told(known: Catalogue, one: Measure, w: Words) -> Told:
    return Told(one.number, one.name[w.language], [*_lines(known, one, w)])


def _lines(known: Catalogue, one: Measure, w: Words) -> Iterator[tuple[str, str]]:
    if one.numerator:
        counted = w._("What is counted") if not one.denominator else w._("Numerator")
        yield counted, known.counts[one.numerator].text[w.language]
    if one.denominator:
        yield w._("Denominator"), known.counts[one.denominator].text[w.language]
    if one.is_rate:
        yield w._("Denominator"), f"{known.residents[w.language]} × {w.number(one.per)}"
    yield w._("Base"), known.bases[one.base][w.language]
    yield w._("Method"), method(one, w)
    yield w._("Unit"), w._(UNITS[one.unit])
    yield w._("Direction"), w._(BETTER[one.direction])
    yield w._("Target"), _target(one, w)
    yield w._("Sources"), "; ".join(known.sources[code][w.language] for code in one.source)
    yield w._("Version of the definition"), w.number(one.version)


def method(one: Measure, w: Words) -> str:
    if one.quantile is not None:
        half = w._("Median: half of the cases took at most so long.")
        told = half if one.quantile == 0.5 else w._("Nine of ten cases took at most so long.")
        waiting = w._("Those who still wait are counted in (Kaplan–Meier).")
        over = w._("Only of what is over.")
        return f"{told} {waiting if WAITING in one.source else over}"
    if one.is_share:
        return w._("A share with its 95 % interval (Wilson); below twenty cases as “k of n”.")
    if one.is_rate:
        return w._("A count of so many residents, with its exact 95 % interval (Poisson).")
    return w._("A sum.") if one.total else w._("A count.")


def _target(one: Measure, w: Words) -> str:
    if one.target is None:
        return NOTHING
    if one.is_share:
        return w.percent(one.target)
    return f"{w.number(one.target)} {w._(UNITS[one.unit])}"
