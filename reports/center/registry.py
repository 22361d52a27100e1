"""The registry as data files: areas, breakdowns, source systems, indicators. Safe to load again."""

import csv
import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from agencies import reference
from agencies.calendar import clock
from agencies.directory import Agency, Origin
from reports.center.known import read_unit
from reports.center.records import (
    Aggregation,
    Area,
    AreaKind,
    Dimension,
    DimensionItem,
    Direction,
    Indicator,
    QualityCheck,
    SourceStatus,
    SourceSystem,
)

DATA = Path(__file__).parent.parent / "data" / "center"
LANGUAGES = ("kk", "ru", "en")
FIRST_OF_SYSTEMS = 101
"""On the city board the indicators of the Center itself come before those of the systems."""
DAILY = 24 * 60
PERSONAL = frozenset({"person", "crime", "accident", "call", "application"})
"""Units that count persons or what befell one."""
STAYS = ("transport", "cadence_min", "status")
"""What a connection of the Center's own has settled."""
Row = dict[str, Any]


def seed(session: Session) -> None:
    """Put every file into its table. The caller commits."""
    seed_own(session)
    seed_systems(session, systems())


def seed_own(session: Session) -> None:
    """What does not hang on the source systems."""
    reference.put(session, Area, area_rows())
    reference.put(session, Dimension, dimension_rows())
    reference.put(session, DimensionItem, [*item_rows(), *agency_rows(session)])
    reference.put(session, SourceSystem, source_rows(), stays=STAYS)
    schools = [system for system in systems() if system["code"] == "school-register"]
    reference.put(session, SourceSystem, system_rows(schools), stays=STAYS)
    put_indicators(session, indicator_rows())


def seed_systems(session: Session, wanted: list[Row]) -> None:
    reference.put(session, SourceSystem, system_rows(wanted), stays=STAYS)
    put_indicators(session, measured_rows(wanted))


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


def systems() -> list[Row]:
    return list(tree("systems")["system"])


def members(system: Row) -> list[list[str]]:
    """Code and three names of each thing that the system keeps its measures for."""
    found: list[list[str]] = tree("systems")["members"][system["members"]]
    return found


def code_of(system: Row, measure: list[Any], member: str) -> str:
    return f"{system['prefix']}_{measure[0]}_{member}"


def system_rows(wanted: list[Row]) -> Iterator[Row]:
    for row in wanted:
        yield {
            "code": row["code"], **_in_three(row["name"]), "owner": row["owner"],
            "transport": row["transport"], "cadence_min": DAILY, "licence": "CC-BY-4.0",
            "status": SourceStatus.PLANNED, "origin": Origin.HALL,
        }  # fmt: skip


def measured_rows(wanted: list[Row]) -> Iterator[Row]:
    """An indicator for each measure of each member of each system."""
    board: dict[str, float] = tree("systems")["board"]
    places = {code: place for place, code in enumerate(board, start=FIRST_OF_SYSTEMS)}
    for system in wanted:
        for measure in system["measures"]:
            for member in members(system):
                row = _measured(system, measure, member)
                code = row["code"]
                yield row | {"target": board.get(code), "headline": places.get(code)}


def _measured(system: Row, measure: list[Any], member: list[str]) -> Row:
    _, said, aggregation, _, better, names, definitions = measure
    unit, mult = read_unit(said)
    sums = aggregation == "sum"
    return {
        "code": code_of(system, measure, member[0]), "theme": system["theme"],
        **_in_three([f"{name}: {own}" for name, own in zip(names, member[1:], strict=True)]),
        "definition": dict(zip(LANGUAGES, definitions, strict=True)), "unit": unit,
        "unit_mult": mult, "decimals": 0 if sums else 1, "direction": Direction(better),
        "aggregation": Aggregation(aggregation), "freq": system.get("freq", "D"),
        "source_code": system["code"], "owner": system["owner"],
        "min_cell": system.get("min_cell", 0) if sums and unit in PERSONAL else 0,
    }  # fmt: skip


def agency_rows(session: Session) -> Iterator[Row]:
    """The lines of the hall, by which its own indicators are told."""
    query = select(Agency).where(Agency.in_hall, Agency.origin == Origin.HALL)
    for position, agency in enumerate(session.scalars(query.order_by(Agency.code)), start=1):
        names = {f"name_{code}": getattr(agency, f"name_{code}") for code in LANGUAGES}
        yield {
            "code": agency.code, "dimension_code": "agency", "position": position, **names
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


def put_indicators(session: Session, rows: Iterable[Row]) -> None:
    """A definition that changed is marked with the moment of its change."""
    columns = set(Indicator.__table__.c.keys())
    given = list(rows)
    wanted = select(Indicator).where(Indicator.code.in_([row["code"] for row in given]))
    known = {one.code: one for one in session.scalars(wanted)}
    for row in given:
        own = {name: value for name, value in row.items() if name in columns}
        for name in ("target", "factor"):
            if own.get(name) is not None:
                own[name] = Decimal(str(own[name]))
        found = known.get(row["code"])
        if found is None:
            session.add(Indicator(**own, changed_at=clock(), origin=Origin.HALL))
        elif any(getattr(found, name) != value for name, value in own.items()):
            reference.change(found, {**own, "changed_at": clock(), "origin": Origin.HALL})
    session.flush()
    put_checks(session, [row["code"] for row in given])


def put_checks(session: Session, codes: list[str]) -> None:
    """The usual checks of each kind of indicator, and single ones."""
    wanted = select(Indicator).where(Indicator.code.in_(codes))
    rows = [
        {
            "indicator_id": one.id, "rule": row["rule"], "params": row.get("params", {}),
            "severity": row.get("severity", "flag"), "found": 0,
        }
        for one in session.scalars(wanted)
        for row in _checks_of(one)
    ]  # fmt: skip
    if rows:
        session.execute(insert(QualityCheck).on_conflict_do_nothing(), rows)


def _checks_of(one: Indicator) -> Iterator[Row]:
    usual: dict[str, list[Row]] = tree("checks")["usual"]
    yield from (row for row in tree("checks")["check"] if row["indicator"] == one.code)
    for kind in (one.unit, one.aggregation.value, one.freq):
        yield from usual.get(kind, [])


def _in_three(names: list[str]) -> Row:
    return {f"name_{code}": name for code, name in zip(LANGUAGES, names, strict=True)}


def _named(row: dict[str, str]) -> Row:
    return {f"name_{code}": row[f"name_{code}"] for code in LANGUAGES}
