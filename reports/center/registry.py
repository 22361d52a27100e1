"""The registry as data files: areas, breakdowns, source systems, indicators. Safe to load again."""

import csv
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import reference
from agencies.calendar import clock
from agencies.directory import Origin
from reports.center.records import (
    Aggregation,
    Area,
    AreaKind,
    Dimension,
    DimensionItem,
    Direction,
    Indicator,
    SourceStatus,
    SourceSystem,
)

DATA = Path(__file__).parent.parent / "data" / "center"
LANGUAGES = ("kk", "ru", "en")
Row = dict[str, Any]


def seed(session: Session) -> None:
    """Put every file into its table. The caller commits."""
    reference.put(session, Area, area_rows())
    reference.put(session, Dimension, dimension_rows())
    reference.put(session, DimensionItem, item_rows())
    reference.put(session, SourceSystem, source_rows())
    put_indicators(session, indicator_rows())


def seed_if_empty(session: Session) -> None:
    """A register of an earlier release that has not been seeded again."""
    if session.scalar(select(Area.code).limit(1)) is None:
        seed(session)


def table(name: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


@cache
def tree(name: str) -> Row:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def area_rows() -> Iterator[Row]:
    for position, row in enumerate(table("areas"), start=1):
        yield {
            "code": row["code"], "kind": AreaKind(row["kind"]), "position": position,
            "parent_code": row["parent"] or None, **_named(row),
        }  # fmt: skip


def dimension_rows() -> Iterator[Row]:
    for position, row in enumerate(tree("dimensions")["dimension"], start=1):
        yield {"code": row["code"], "position": position, **_in_three(row["name"])}


def item_rows() -> Iterator[Row]:
    for row in tree("dimensions")["dimension"]:
        for position, item in enumerate(row["item"], start=1):
            yield {
                "code": item["code"], "dimension_code": row["code"], "position": position,
                **_in_three(item["name"]),
            }  # fmt: skip


def source_rows() -> Iterator[Row]:
    for row in tree("sources")["source"]:
        yield {
            **{k: v for k, v in row.items() if k not in ("name", "status")},
            **_in_three(row["name"]),
            "status": SourceStatus(row.get("status", "connected")),
            "origin": Origin.HALL,
        }


def indicator_rows() -> Iterator[Row]:
    for row in tree("indicators")["indicator"]:
        yield {
            **row, **_in_three(row["name"]),
            "definition": dict(zip(LANGUAGES, row["definition"], strict=True)),
            "direction": Direction(row.get("direction", "none")),
            "aggregation": Aggregation(row.get("aggregation", "none")),
        }  # fmt: skip


def put_indicators(session: Session, rows: Iterator[Row]) -> None:
    """A definition that changed is marked with the moment of its change."""
    columns = set(Indicator.__table__.c.keys())
    known = {one.code: one for one in session.scalars(select(Indicator))}
    for row in rows:
        own = {name: value for name, value in row.items() if name in columns}
        for name in ("target", "factor"):
            if name in own:
                own[name] = Decimal(str(own[name]))
        found = known.get(row["code"])
        if found is None:
            session.add(Indicator(**own, changed_at=clock(), origin=Origin.HALL))
        elif any(getattr(found, name) != value for name, value in own.items()):
            reference.change(found, {**own, "changed_at": clock(), "origin": Origin.HALL})
    session.flush()


def _in_three(names: list[str]) -> Row:
    return {f"name_{code}": name for code, name in zip(LANGUAGES, names, strict=True)}


def _named(row: dict[str, str]) -> Row:
    return {f"name_{code}": row[f"name_{code}"] for code in LANGUAGES}
