"""Open calls of the Situation Center: indicators and their observations, without a key."""

import base64
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, request, url_for
from pydantic import BaseModel, Field
from pydantic.types import AwareDatetime

from agencies import calendar
from agencies.access import current_base, public
from agencies.calendar import local
from agencies.db import db
from agencies.errors import Invalid
from reception import drafts
from reception.api.bodies import query
from reception.api.description import described
from reception.drafts import Strict
from reports.center import explorer, moments, opendata, openness
from reports.center.explorer import Asked, Value
from reports.center.known import spoken_unit
from reports.center.records import Batch, Indicator, Series

pages = Blueprint("center_api", __name__, url_prefix="/api/v1")
PAGE, MOST = 500, 5000
LANGUAGES = ("kk", "ru", "en")
Code = Annotated[str, Field(max_length=80)]


class IndicatorsQuery(Strict):
    theme: Annotated[str, Field(max_length=40)] = ""
    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Code = ""


class ObservationsQuery(Strict):
    """`from` and `to` are periods, both included; `as_of` a day or an instant with its offset."""

    indicator: Annotated[Code, Field(min_length=1)]
    area: Code | None = None
    freq: Literal["A", "S", "Q", "M", "W", "D", "H", "_"] | None = None
    first: Annotated[str, Field(alias="from", max_length=40)] = ""
    last: Annotated[str, Field(alias="to", max_length=40)] = ""
    as_of: AwareDatetime | date | None = None
    revisions: bool = False
    format: Literal["json", "csv"] = "json"
    cursor: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE


class IndicatorShape(BaseModel):
    code: str
    theme: str
    name: dict[str, str]
    unit: str
    decimals: int
    direction: str
    aggregation: str
    freq: str
    numerator: str | None
    denominator: str | None
    target: float | None
    source: str | None
    licence: str
    min_cell: int
    series: int


class IndicatorsShape(BaseModel):
    items: list[IndicatorShape]
    next: str | None


class SeriesShape(BaseModel):
    area: str
    freq: str
    dims: dict[str, str]
    first: str | None
    last: str | None
    value: float | None
    status: str | None
    flag: str | None


class WholeIndicatorShape(IndicatorShape):
    definition: dict[str, str]
    method: dict[str, str]
    observed: list[SeriesShape]
    observations_url: str


class ObservationShape(BaseModel):
    indicator: str
    area: str
    period: str
    freq: str
    dims: dict[str, str]
    value: float | None
    unit: str
    status: str
    flag: str
    revision: int
    superseded: bool
    source: str
    batch: int
    loaded_at: str
    note: str | None


class ObservationsShape(BaseModel):
    items: list[ObservationShape]
    next: str | None


openness.apply_to(pages)


@pages.get("/indicators")
@described(
    "Indicators of the Situation Center that are open, by their codes.",
    query=IndicatorsQuery,
    answers={200: IndicatorsShape},
)
@public
def list_indicators() -> dict[str, Any]:
    asked = query(IndicatorsQuery)
    found = explorer.find(db.session(), asked.q, open_only=True, theme=asked.theme)
    page = [one for one in found if one.code > asked.cursor][: PAGE + 1]
    counts = explorer.counts(db.session(), open_only=True)
    return {
        "items": [_item(one, counts) for one in page[:PAGE]],
        "next": page[PAGE - 1].code if len(page) > PAGE else None,
    }


def _item(one: Indicator, counts: dict[int, int]) -> dict[str, Any]:
    return {
        "code": one.code, "theme": one.theme, "name": in_three(one),
        "unit": spoken_unit(one.unit, one.unit_mult), "decimals": one.decimals,
        "direction": one.direction.value, "aggregation": one.aggregation.value, "freq": one.freq,
        "numerator": one.numerator_code, "denominator": one.denominator_code,
        "target": number(one.target), "source": one.source_code, "licence": one.licence,
        "min_cell": one.min_cell, "series": counts.get(one.id, 0),
    }  # fmt: skip


def in_three(named: Any) -> dict[str, str]:
    return {code: getattr(named, f"name_{code}") for code in LANGUAGES}


def number(value: Decimal | None) -> float | None:
    """A whole number stays one."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


@pages.get("/indicators/<code>")
@described(
    "One indicator with its definition and the newest value of each of its series.",
    answers={200: WholeIndicatorShape},
)
@public
def show_indicator(code: str) -> dict[str, Any]:
    one = explorer.indicator(db.session(), code, open_only=True)
    series = explorer.series_of(db.session(), Asked(indicator=one))
    last = explorer.newest(db.session(), series, open_only=True)
    address = url_for("center_api.list_observations", indicator=code)
    return _item(one, {one.id: len(series)}) | {
        "definition": one.definition, "method": one.method,
        "observed": [_observed(each, last.get(each.id)) for each in series],
        "observations_url": current_base() + address,
    }  # fmt: skip


def _observed(series: Series, last: Value | None) -> dict[str, Any]:
    first = series.first and moments.spoken(series.first, series.precision)
    return {
        "area": series.area_code, "freq": series.freq, "dims": series.dims, "first": first,
        "last": last and last.period, "value": number(last.value) if last else None,
        "status": last and last.status, "flag": last and last.flag,
    }  # fmt: skip


@pages.get("/observations")
@described(
    "Observations of one indicator, as they stand or as they stood; `dim.sex=female` and the like"
    " choose a breakdown.",
    query=ObservationsQuery,
    answers={200: ObservationsShape},
)
@public
def list_observations() -> Any:
    dims = {k.removeprefix("dim."): v for k, v in request.args.items() if k.startswith("dim.")}
    plain = {k: v for k, v in request.args.items() if v and k != "lang" and k[:4] != "dim."}
    asked = drafts.read(ObservationsQuery, plain)
    wanted = _wanted(asked, dims)
    found = explorer.observations(
        db.session(), wanted, after=_place(asked.cursor), most=asked.limit + 1
    )
    page = found[: asked.limit]
    cursor = _cursor(page[-1]) if len(found) > asked.limit else None
    batches = explorer.batches(db.session(), [one.batch_id for one in page])
    if asked.format == "csv":
        return _as_csv(page, batches, cursor)
    return {"items": [_shown(one, batches[one.batch_id]) for one in page], "next": cursor}


def _wanted(asked: ObservationsQuery, dims: dict[str, str]) -> Asked:
    one = explorer.indicator(db.session(), asked.indicator, open_only=True)
    first, last = _period("from", asked.first), _period("to", asked.last)
    return Asked(
        indicator=one, area=asked.area, freq=asked.freq, open_only=True,
        dims={} if dims == {"": ""} or "total" in dims.values() else dims or None,
        first=first.starts if first else None, before=moments.after(last) if last else None,
        as_of=_instant(asked.as_of), revisions=asked.revisions,
    )  # fmt: skip


def _period(field: str, text: str) -> moments.Moment | None:
    try:
        return moments.parse(text) if text else None
    except moments.UnreadablePeriod:
        raise Invalid(
            {field: "Write a period, such as 2026, 2026-Q4, 2026-11 or 2026-11-23."}
        ) from None


def _instant(said: datetime | date | None) -> datetime | None:
    """A day stands for its end."""
    if said is None or isinstance(said, datetime):
        return said
    return calendar.after(said)


def _cursor(last: Value) -> str:
    series, starts, revision = last.place
    return base64.urlsafe_b64encode(
        json.dumps([series, starts.isoformat(), revision]).encode()
    ).decode()


def _place(cursor: str) -> tuple[int, datetime, int] | None:
    if not cursor:
        return None
    try:
        series, starts, revision = json.loads(base64.urlsafe_b64decode(cursor))
        return int(series), datetime.fromisoformat(starts), int(revision)
    except (ValueError, TypeError):
        raise Invalid({"cursor": "Send the cursor of the page before, unchanged."}) from None


def _shown(one: Value, batch: Batch) -> dict[str, Any]:
    indicator = one.series.indicator
    return {
        "indicator": indicator.code, "area": one.series.area_code, "period": one.period,
        "freq": one.series.freq, "dims": one.series.dims, "value": number(one.value),
        "unit": spoken_unit(indicator.unit, indicator.unit_mult), "status": one.status,
        "flag": one.flag, "revision": one.revision, "superseded": one.superseded_by is not None,
        "source": batch.source_code, "batch": batch.id,
        "loaded_at": local(batch.received_at).isoformat(timespec="seconds"), "note": one.note,
    }  # fmt: skip


def _as_csv(page: Iterable[Value], batches: dict[int, Batch], cursor: str | None) -> Response:
    """The columns that `reception import observations` reads: what is given can be taken."""
    header = [*opendata.FIELDS]
    rows = (opendata.line(one, batches[one.batch_id]) for one in page)
    answer = Response(opendata.as_csv(header, rows), mimetype="text/csv")
    if cursor:
        asked: dict[str, Any] = {**request.args, "cursor": cursor}
        following = url_for("center_api.list_observations", **asked)
        answer.headers["Link"] = f'<{current_base()}{following}>; rel="next"'
    return answer
