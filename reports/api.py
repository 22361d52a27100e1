"""Figures for neighbouring systems and the council's own tools: the figure pack, the catalogue of
measures, the values that were measured, and the releases of the public figures.
"""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from agencies.access import current_base, current_officer, public, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import NotAllowed, NotFound
from agencies.staff import Officer, Role
from reception.api.bodies import query
from reception.api.description import JSON, described
from reports import figures, measuring, releases
from reports.measures import catalogue
from reports.measuring import Measuring
from reports.periods import parse
from reports.releases import Release, ReleaseState

pages = Blueprint("figures_api", __name__, url_prefix="/api/v1")
READERS = (Role.SUPERVISOR, Role.ANALYST, Role.COUNCIL, Role.ADMIN, Role.HEAD)
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]


class FiguresQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]
    agency: Annotated[str | None, Field(max_length=64)] = None


@pages.get("/figures")
@described(
    "The figure pack: what became of the cases received in a period.",
    query=FiguresQuery,
    answers={200: dict[str, Any]},
)
@requires(*READERS)
def show_figures() -> Response:
    asked = query(FiguresQuery)
    agency = allowed_agency(current_officer(), asked.agency)
    pack = figures.compute(
        db.session(), first=asked.first, last=asked.last, agency=agency, as_of=clock()
    )
    return Response(figures.as_text(pack), mimetype=JSON)


def allowed_agency(officer: Officer, asked: str | None) -> str | None:
    """A head reads the figures of the own agency, and gets them without naming it."""
    if officer.role is not Role.HEAD or officer.agency is None:
        return asked
    if asked not in (None, officer.agency.code):
        raise NotAllowed("You may read the figures of your own agency only.")
    return str(officer.agency.code)


class MeasuresFound(BaseModel):
    items: list[dict[str, Any]]


class ValuesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    period: Annotated[str, Field(max_length=32)]
    scope: Annotated[str, Field(max_length=80)] = "hall"


class ValuesFound(BaseModel):
    period: str
    as_of: str
    journal_position: int
    scope: str
    values: dict[str, dict[str, Any]]


class ReleasesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    period: Annotated[str, Field(max_length=16)] = ""


class ReleaseShape(BaseModel):
    period: str
    version: int
    as_of: str
    state: ReleaseState
    digest: str
    file: str
    withdrawal: str


class ReleasesFound(BaseModel):
    items: list[ReleaseShape]


class ReleaseWhole(ReleaseShape):
    values: list[dict[str, Any]]
    counted: dict[str, dict[str, Any]]
    changes: list[dict[str, Any]]


@pages.get("/releases")
@described(
    "Releases of the hall's public figures, the newest month first; `period` keeps one month.",
    query=ReleasesQuery,
    answers={200: ReleasesFound},
)
@public
def list_releases() -> dict[str, Any]:
    asked = query(ReleasesQuery).period
    session = db.session()
    found = [releases.of_month(session, parse(asked))] if asked else releases.by_month(session)
    return {"items": [_release(one, known[0]) for known in found for one in known]}


@pages.get("/releases/<period>/<int:version>")
@described(
    "One release: its values, and what moved against the one before. A withdrawn one has neither.",
    answers={200: ReleaseWhole},
)
@public
def show_release(period: str, version: int) -> dict[str, Any]:
    session = db.session()
    release = releases.one(session, period, version)
    told = _release(release, releases.of_month(session, release.month)[0])
    given = not release.withdrawn_at
    values = [asdict(line) for line in releases.lines(release)] if given else []
    counted = release.figures.get("counted", {}) if given else {}
    changes = release.changes if given else []
    return {**told, "values": values, "counted": counted, "changes": changes}


def _release(release: Release, newest: Release) -> dict[str, Any]:
    file = f"figures/{release.period}/{release.version}/figures.csv"
    return {
        "period": release.period,
        "version": release.version,
        "as_of": release.as_of.isoformat(timespec="seconds"),
        "state": releases.state(release, newest, today=business_date(clock())),
        "digest": release.digest,
        "file": f"{current_base()}/{file}",
        "withdrawal": release.withdrawal,
    }


@pages.get("/measures")
@described("The catalogue of measures: how each number is counted.", answers={200: MeasuresFound})
@public
def list_measures() -> dict[str, Any]:
    known = catalogue()
    return {"items": [known.as_json(each) for each in known.measures.values()]}


@pages.get("/measures/values")
@described(
    "The newest published values of a period in one scope, with their parts.",
    query=ValuesQuery,
    answers={200: ValuesFound},
)
@requires(*READERS)
def list_measured_values() -> dict[str, Any]:
    asked = query(ValuesQuery)
    scope = allowed_scope(current_officer(), asked.scope)
    taken = measuring.newest(db.session(), parse(asked.period))
    if taken is None:
        raise NotFound("This period has not been measured yet.")
    return _published(taken, scope)


def allowed_scope(officer: Officer, asked: str) -> str:
    """A head reads the values of the own agency only."""
    if officer.role is not Role.HEAD or officer.agency is None:
        return asked
    own = f"agency:{officer.agency.code}"
    if asked not in ("hall", own):
        raise NotAllowed("You may read the figures of your own agency only.")
    return own


def _published(taken: Measuring, scope: str) -> dict[str, Any]:
    beside = measuring.comparisons(db.session(), taken, scope=scope)
    found = measuring.values(db.session(), taken, scopes=[scope]).get(scope, {})
    ways = measuring.ways(db.session(), taken, scope=scope)
    return {
        "period": taken.period,
        "as_of": taken.as_of.isoformat(),
        "journal_position": taken.journal_position,
        "scope": scope,
        "values": {
            code: {**asdict(reading), **asdict(ways[code]), **_compared(beside[code])}
            for code, reading in found.items()
        },
    }


def _compared(beside: measuring.Comparison) -> dict[str, Any]:
    return {
        "before": beside.before and beside.before.value,
        "change": beside.before_change,
        "year_ago": beside.year_ago and beside.year_ago.value,
        "year_change": beside.year_change,
        "target": beside.target,
    }
