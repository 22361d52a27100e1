"""Open data as harvesters take it: the catalogue, and a data package for each open indicator."""

from typing import Annotated, Any

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel, Field

from agencies.access import current_base, public
from agencies.calendar import business_date, clock, local
from agencies.db import db
from agencies.errors import NotFound
from reception.api.bodies import query
from reception.api.description import described
from reception.drafts import Strict
from reports.center import opendata, openness, released
from reports.center.opendata import Dataset
from reports.opened import describing

pages = Blueprint("open_data", __name__, url_prefix="/api/v1")
LD = "application/ld+json"
openness.apply_to(pages)


class CatalogueQuery(Strict):
    """`theme` narrows to one of the themes of ISO 37120."""

    theme: Annotated[str, Field(max_length=40)] = ""


class ChangeShape(BaseModel):
    version: int
    at: str
    source: str
    entered: int
    revised: int


class ChangesShape(BaseModel):
    items: list[ChangeShape]


@pages.get("/catalog.jsonld")
@described(
    "The catalogue of open data as DCAT-AP.",
    query=CatalogueQuery, answers={200: dict[str, Any]}, media=LD,
)  # fmt: skip
@public
def show_catalogue() -> Response:
    session, theme, base = db.session(), query(CatalogueQuery).theme, current_base()
    beside = released.datasets(session, base, theme=theme, today=business_date(clock()))
    beside += describing.datasets(session, base, theme=theme)
    found = opendata.datasets(session, theme=theme)
    answer = jsonify(opendata.catalogue(found, base, beside=beside))
    answer.mimetype = LD
    return answer


@pages.get("/datasets/<name>/datapackage.json")
@described("One dataset as a Frictionless data package.", answers={200: dict[str, Any]})
@public
def show_package(name: str) -> dict[str, Any]:
    return opendata.package(db.session(), _dataset(name), current_base())


@pages.get("/datasets/<name>/observations.csv")
@described("The values of a dataset.", answers={200: str}, media="text/csv")
@public
def show_values(name: str) -> Response:
    content = opendata.values_csv(db.session(), _dataset(name).indicator)
    return Response(content, mimetype="text/csv")


@pages.get("/datasets/<name>/areas.csv")
@described("The areas that values are told for.", answers={200: str}, media="text/csv")
@public
def show_areas(name: str) -> Response:
    _dataset(name)
    return Response(opendata.areas_csv(db.session()), mimetype="text/csv")


@pages.get("/datasets/<name>/changelog.json")
@described("What changed in a dataset, newest first.", answers={200: ChangesShape})
@public
def show_changes(name: str) -> dict[str, Any]:
    found = opendata.changelog(db.session(), _dataset(name).indicator)
    return {
        "items": [
            {
                "version": one.version, "at": local(one.at).isoformat(timespec="seconds"),
                "source": one.source, "entered": one.entered, "revised": one.revised,
            }
            for one in found
        ]
    }  # fmt: skip


def _dataset(name: str) -> Dataset:
    found = opendata.datasets(db.session(), code=name)
    if not found:
        raise NotFound("No dataset has this name. Look for it in the catalogue.")
    return found[0]
