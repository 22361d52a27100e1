"""One indicator as its page shows it: curve, map, newest values, and what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from agencies.calendar import start_of
from reception.language import named
from reports.center import explorer, overview, quality, wording
from reports.center.explorer import Asked, Value
from reports.center.overview import Drawn, Glance, Standing
from reports.center.records import Area, Batch, Indicator, Series
from reports.pages.center import pictures
from reports.pages.center.pictures import Held, period
from reports.wording import Words

COMPARED = ("area", "with", "and")
"""Names in the address of the areas whose curves are drawn together."""
MOST_VALUES, ROWS, FINDINGS = 4000, 40, 20
YEARS = {"1": 1, "3": 3, "10": 10}
SPANS = {"1": "last year", "3": "last three years", "10": "last ten years"}
LABELS = {
    Standing.REACHED: "target reached",
    Standing.MISSED: "target not reached",
    Standing.NONE: "no target",
    Standing.UNKNOWN: "no value yet",
}
TONES = {
    Standing.REACHED: "good", Standing.MISSED: "warn", Standing.NONE: "quiet",
    Standing.UNKNOWN: "info",
}  # fmt: skip
WORDS = {
    "range": "outside the range that is possible",
    "parts": "the parts do not add up to the whole",
    "districts": "the districts do not add up to the city",
    "monotone": "went the way it cannot go",
    "freshness": "older than it should be",
    "jump": "an unusual jump",
    "unit": "looks like another unit",
}
"""What a check found, by its rule."""


@dataclass(frozen=True)
class Choice:
    """What the address asks for, as far as it makes sense; `as_of` is the end of that day."""

    areas: list[str]
    dims: str
    years: str
    as_of: datetime | None
    day: str


def asked(address: Any) -> Choice:
    areas = [code[:80] for name in COMPARED if (code := address.get(name, ""))]
    years = address.get("years", "")
    day = address.get("as_of", "")[:10]
    moment = _end_of(day)
    return Choice(
        areas, address.get("dims", "")[:200], years if years in YEARS else "", moment,
        day if moment else "",
    )  # fmt: skip


def _end_of(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return start_of(day + timedelta(days=1)) if 1990 <= day.year < 2200 else None


def view(session: Session, words: Words, one: Indicator, choice: Choice) -> dict[str, Any]:
    """Everything that the template shows, in eight statements."""
    held = _read(session, one, choice)
    chosen = [each.series for each in held.drawn]
    return {
        "definition": _said(words, one.definition), "method": _said(words, one.method),
        "theme": wording.theme(words, one.theme), "unit": wording.unit(words, one),
        "frequency": wording.frequency(words, chosen[0].freq if chosen else one.freq),
        "head": _head(session, words, held), "plot": pictures.plot(words, held),
        "table": _table(words, held),
        "map": pictures.district_map(words, held),
        "latest": _latest(words, held),
        "findings": _findings(session, words, one),
        "choice": choice, "options": _options(session, words, held), "years": _years(words),
        "data": _addresses(one, choice),
    }  # fmt: skip


def _read(session: Session, one: Indicator, choice: Choice) -> Held:
    series = explorer.series_of(session, Asked(indicator=one, open_only=True))
    areas = explorer.areas(session)
    newest = explorer.newest(session, series, open_only=True, as_of=choice.as_of)
    drawn = [_drawn(session, each, choice) for each in _chosen(series, areas, newest, choice)]
    return Held(one, areas, series, newest, drawn)


def _chosen(
    series: Sequence[Series], areas: Mapping[str, Area], newest: Mapping[int, Value], choice: Choice
) -> list[Series]:
    """The areas of the address; else the one that stands for the whole."""
    held = sorted((s for s in series if s.id in newest), key=lambda s: overview.rank(s, areas))
    same = [one for one in held if one.dims_key == choice.dims] or held[:1]
    first: dict[str, Series] = {}
    for one in same:
        first.setdefault(one.area_code, one)
    return [first[code] for code in dict.fromkeys(choice.areas) if code in first] or same[:1]


def _drawn(session: Session, series: Series, choice: Choice) -> Drawn:
    """Of the years asked for."""
    first = None
    if choice.years and series.last is not None:
        first = series.last - timedelta(days=366 * YEARS[choice.years])
    wanted = Asked(first=first, as_of=choice.as_of, open_only=True)
    return overview.drawn(session, series, wanted, most=MOST_VALUES, newest=ROWS)


def _said(words: Words, texts: Mapping[str, str]) -> str:
    return texts.get(words.language) or texts.get("ru") or texts.get("en") or ""


def _head(session: Session, words: Words, held: Held) -> dict[str, Any] | None:
    if not held.drawn or not held.drawn[0].values:
        return None
    series, values = held.drawn[0].series, held.drawn[0].values
    now, before = values[-1], values[-2] if len(values) > 1 else None
    glance = Glance(held.one, now, before)
    batch = explorer.batches(session, [now.batch_id])[now.batch_id]
    return {
        "area": named(held.areas[series.area_code]),
        "value": wording.told(words, held.one, now.value), "period": period(words, now),
        "before": change(words, glance), "word": words._(LABELS[glance.standing]),
        "tone": TONES[glance.standing], "target": target(words, glance),
        "status": words._(wording.STATUSES[now.status]) if now.status in wording.STATUSES else "",
        "note": now.note, "page": _page(batch), "received": words.day(batch.received_at),
    }  # fmt: skip


def _page(batch: Batch) -> str:
    """The page that the values were read on, where the source tells one that can be opened."""
    told = str(batch.manifest.get("url", ""))
    return told if told.startswith(("https://", "http://")) else ""


def target(words: Words, glance: Glance) -> str:
    """What the newest value is to reach; empty where nothing is."""
    series = glance.now.series if glance.now else None
    one = glance.indicator
    aim = overview.target_of(one, series) if series else one.target
    return wording.told(words, one, aim) if aim is not None else ""


def change(words: Words, glance: Glance) -> str:
    """What it was before; empty where nothing was."""
    before = glance.before
    if before is None or before.value is None:
        return ""
    shown = wording.amount(words, glance.indicator, before.value)
    return words._("%(value)s in %(period)s", value=shown, period=period(words, before))


def _table(words: Words, held: Held) -> dict[str, Any]:
    """Periods downwards, the newest first; the chosen areas across."""
    by_period: dict[datetime, dict[int, Value]] = {}
    for each in held.drawn:
        for value in each.values:
            by_period.setdefault(value.starts, {})[each.series.id] = value
    chosen = [each.series for each in held.drawn]
    count = max((each.count for each in held.drawn), default=0)
    newest = sorted(by_period, reverse=True)
    rows = [
        [_period_of(words, by_period[starts]), *(
            wording.amount(words, held.one, found.value if found else None)
            for found in (by_period[starts].get(series.id) for series in chosen)
        )]
        for starts in newest[:ROWS]
    ]  # fmt: skip
    columns = [words._("Period"), *(named(held.areas[series.area_code]) for series in chosen)]
    return {
        "columns": columns,
        "rows": rows,
        "more": words.number(count - ROWS) if count > ROWS else "",
    }


def _period_of(words: Words, row: Mapping[int, Value]) -> str:
    return period(words, next(iter(row.values())))


def _latest(words: Words, held: Held) -> list[dict[str, str]]:
    """The newest value of every series, the whole first."""
    ordered = sorted(held.series, key=lambda one: (bool(one.dims_key), one.dims_key, one.area_code))
    return [
        {
            "area": named(held.areas[one.area_code]), "dims": one.dims_key.replace(";", ", "),
            "value": wording.amount(words, held.one, held.newest[one.id].value),
            "period": period(words, held.newest[one.id]),
        }
        for one in ordered[:ROWS]
        if one.id in held.newest
    ]  # fmt: skip


def _findings(session: Session, words: Words, one: Indicator) -> list[str]:
    """What is held against which period; never the value, which may be one that is not told."""
    return [
        wording.period(words, told.finding.starts, told.series.precision)
        + f": {words._(WORDS[told.rule.value])}"
        for told in quality.open_findings(session, indicator=one, most=FINDINGS)
    ]


def _options(session: Session, words: Words, held: Held) -> dict[str, list[tuple[str, str]]]:
    codes = dict.fromkeys(one.area_code for one in held.series if one.id in held.newest)
    keys = dict.fromkeys(one.dims_key for one in held.series if one.id in held.newest)
    names = overview.item_names(session, words.language) if len(keys) > 1 else {}
    return {
        "areas": [("", "—"), *((code, named(held.areas[code])) for code in codes)],
        "dims": [(key, _spoken(words, key, names)) for key in keys],
    }


def _spoken(words: Words, key: str, names: Mapping[str, str]) -> str:
    if not key:
        return words._("the whole")
    items = [part.partition("=")[2] for part in key.split(";")]
    return ", ".join(names.get(item, item) for item in items)


def _years(words: Words) -> list[tuple[str, str]]:
    return [("", words._("all years")), *((code, words._(SPANS[code])) for code in YEARS)]


def _addresses(one: Indicator, choice: Choice) -> dict[str, str]:
    more: dict[str, Any] = {"as_of": choice.day} if choice.day else {}
    return {
        "csv": url_for("center_api.list_observations", indicator=one.code, format="csv", **more),
        "json": url_for("center_api.list_observations", indicator=one.code, **more),
        "about": url_for("center_api.show_indicator", code=one.code),
    }
