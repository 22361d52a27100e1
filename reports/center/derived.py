"""Indicators that the Center computes from others, each by a rule of `derived.toml`.

What is computed enters as any delivery does: equal values change nothing, and the batch names its
inputs and the version of the rule.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from agencies.calendar import local
from reports.center import loading, moments, registry
from reports.center.loading import Delivery, Loaded
from reports.center.moments import Freq
from reports.center.records import Indicator, Observation, Series

SOURCE = "situation-center"
CODE_VERSION = 1
LOOKED_BACK = timedelta(days=400)
HEADER = (
    "indicator_code", "ref_area", "time_period", "freq", "dimension", "value", "obs_status",
)  # fmt: skip
CITY = "ALMATY"
SATURDAY = 5
Place = tuple[str, str, datetime]
"""Area, length of the period, its beginning."""


@dataclass(frozen=True)
class Rule:
    indicator: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    over: str = ""
    by: str = ""
    area: str = ""

    @property
    def inputs(self) -> list[str]:
        return [*self.plus, *self.minus, *filter(None, [self.over])]


@dataclass(frozen=True)
class Computed:
    area: str
    period: str
    freq: str
    dimension: str
    value: Decimal
    provisional: bool = False


def rules() -> list[Rule]:
    return [
        Rule(**row | {"plus": tuple(row["plus"]), "minus": tuple(row.get("minus", ()))})
        for row in registry.tree("derived")["rule"]
    ]


def derive(session: Session, rule: Rule, *, now: datetime) -> Loaded:
    """Anew from what stands now. The caller commits."""
    wanted = session.scalars(select(Indicator).where(Indicator.code == rule.indicator)).one()
    found = list(computed(session, rule, wanted, now=now))
    rows = [
        [rule.indicator, one.area, one.period, one.freq, one.dimension, str(one.value),
         "P" if one.provisional else "A"]
        for one in found
    ]  # fmt: skip
    told = {"inputs": rule.inputs, "transform": _said(rule), "code_version": CODE_VERSION}
    digest = hashlib.sha256(json.dumps([told, rows]).encode()).hexdigest()
    delivery = Delivery(f"derived {rule.indicator}", digest, SOURCE, told)
    return loading.load(session, delivery, HEADER, enumerate(rows, start=1), now=now)


def _said(rule: Rule) -> str:
    text = " + ".join(rule.plus) + "".join(f" - {code}" for code in rule.minus)
    text = f"({text}) / {rule.over}" if rule.over else text
    return f"{text} by {rule.by}" if rule.by else text


def computed(
    session: Session, rule: Rule, wanted: Indicator, *, now: datetime
) -> Iterator[Computed]:
    whole = added_up(session, rule.plus, rule.minus, since=now - LOOKED_BACK)
    if rule.over:
        below = added_up(session, (rule.over,), (), since=now - LOOKED_BACK)
        whole = {
            place: value / below[place] * wanted.factor
            for place, value in whole.items()
            if below.get(place)
        }
    if rule.by:
        yield from by_month(rule, whole, now=now)
        return
    for (area, precision, starts), value in sorted(whole.items()):
        period = moments.spoken(starts, precision)
        yield Computed(area, period, precision, "all", round(value, wanted.decimals))


def added_up(
    session: Session, plus: tuple[str, ...], minus: tuple[str, ...], *, since: datetime
) -> dict[Place, Decimal]:
    """Only where every part is there: a sum that lacks one would pass for a change."""
    signed = case((Indicator.code.in_(minus), -Observation.value), else_=Observation.value)
    place = (Series.area_code, Series.precision, Observation.starts)
    query = (
        select(*place, func.sum(signed))
        .join(Series, Series.id == Observation.series_id)
        .join(Series.indicator)
        .where(
            Indicator.code.in_([*plus, *minus]), Series.dims_key == "",
            Observation.superseded_by.is_(None), Observation.value.is_not(None),
            Observation.starts >= since,
        )
        .group_by(*place)
        .having(func.count() == len(plus) + len(minus))
    )  # fmt: skip
    return {(area, precision, at): value for area, precision, at, value in session.execute(query)}


def by_month(rule: Rule, daily: dict[Place, Decimal], *, now: datetime) -> Iterator[Computed]:
    """Means of days; a month that still runs is provisional."""
    days: dict[tuple[str, datetime, str], list[Decimal]] = defaultdict(list)
    for (area, precision, starts), value in daily.items():
        if precision == Freq.DAY:
            month = moments.containing(starts, Freq.MONTH).starts
            weekend = local(starts).weekday() >= SATURDAY
            kind = ("weekend" if weekend else "weekday") if rule.by == "day_type" else "all"
            days[area, month, kind].append(value)
    for (area, month, kind), values in sorted(days.items()):
        runs = moments.after(moments.Moment(month, Freq.MONTH)) > now
        yield Computed(
            rule.area if area == CITY and rule.area else area,
            moments.spoken(month, Freq.MONTH), Freq.DAY, kind,
            Decimal(round(sum(values) / len(values))), provisional=runs,
        )  # fmt: skip
