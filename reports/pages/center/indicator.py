"""One indicator as its page shows it: curve, map, newest values, and what is known of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from reception.language import named
from reports.center import explorer, overview, quality, wording
from reports.center.explorer import Value
from reports.center.overview import Glance, Standing
from reports.center.records import Batch, Indicator
from reports.pages.center import chosen, pictures
from reports.pages.center.chosen import ROWS, YEARS, Choice
from reports.pages.center.pictures import Held, period
from reports.wording import Words

FINDINGS = 20
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


def view(session: Session, words: Words, one: Indicator, choice: Choice) -> dict[str, Any]:
    """Everything that the template shows, in eight statements."""
    held = chosen.read(session, one, choice)
    first = held.drawn[0].series if held.drawn else None
    broken_down = any(one.dims_key for one in held.series)
    names = overview.item_names(session, words.language) if broken_down else {}
    return {
        "definition": _said(words, one.definition), "method": _said(words, one.method),
        "theme": wording.theme(words, one.theme), "unit": wording.unit(words, one),
        "frequency": wording.frequency(words, first.freq if first else one.freq),
        "head": _head(session, words, held), "plot": pictures.plot(words, held),
        "table": _table(words, held),
        "map": pictures.district_map(words, held),
        "latest": _latest(words, held, names),
        "findings": _findings(session, words, one),
        "choice": choice, "options": _options(words, held, names), "years": _years(words),
        "data": _addresses(one, choice),
    }  # fmt: skip


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
    for place, each in enumerate(held.drawn):
        for value in each.values:
            by_period.setdefault(value.starts, {})[place] = value
    count = max((each.count for each in held.drawn), default=0)
    newest = sorted(by_period, reverse=True)
    rows = [
        [_period_of(words, by_period[starts]), *(
            wording.amount(words, held.one, found.value if found else None)
            for found in map(by_period[starts].get, range(len(held.drawn)))
        )]
        for starts in newest[:ROWS]
    ]  # fmt: skip
    columns = [words._("Period"), *(pictures.named_curve(words, held, one) for one in held.drawn)]
    return {
        "columns": columns,
        "rows": rows,
        "more": words.number(count - ROWS) if count > ROWS else "",
    }


def _period_of(words: Words, row: Mapping[int, Value]) -> str:
    return period(words, next(iter(row.values())))


def _latest(words: Words, held: Held, names: Mapping[str, str]) -> list[dict[str, str]]:
    """The newest value of every series, the whole first."""
    ordered = sorted(held.series, key=lambda one: (bool(one.dims_key), one.dims_key, one.area_code))
    return [
        {
            "area": named(held.areas[one.area_code]),
            "dims": _spoken(words, one.dims_key, names) if one.dims_key else "",
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


def _options(
    words: Words, held: Held, names: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    codes = dict.fromkeys(one.area_code for one in held.series if one.id in held.newest)
    keys = dict.fromkeys(one.dims_key for one in held.series if one.id in held.newest)
    return {
        "areas": [("", "—"), *((code, named(held.areas[code])) for code in codes)],
        "dims": [(key, _spoken(words, key, names)) for key in keys],
        "before": [("", "—"), ("1", words._("the year before"))],
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
