"""Open data sets for programs: all of them, a release with its rows, its description."""

from typing import Any

from flask import Blueprint
from pydantic import BaseModel

from agencies.access import current_base, public
from agencies.calendar import local
from agencies.db import db
from reception.api.description import described
from reports import withdrawals
from reports.center import openness
from reports.center.opendata import LICENCE
from reports.opened import describing, releases, sets
from reports.opened.releases import OpenRelease

pages = Blueprint("open_sets", __name__, url_prefix="/api/v1/open")
openness.apply_to(pages)


class OpenReleaseShape(BaseModel):
    version: int
    as_of: str
    rows: int
    digest: str
    file: str
    changes: dict[str, int]
    withdrawal: str


class OpenSetShape(BaseModel):
    name: str
    title: dict[str, str]
    about: dict[str, str]
    refresh: str
    licence: str
    releases: list[OpenReleaseShape]


class OpenSetsFound(BaseModel):
    items: list[OpenSetShape]


class OpenReleaseWhole(OpenReleaseShape):
    items: list[dict[str, Any]]


@pages.get("")
@described(
    "The open data sets of the hall with their releases, the newest first.",
    answers={200: OpenSetsFound},
)
@public
def list_open_sets() -> dict[str, Any]:
    known = releases.listed(db.session())
    return {
        "items": [
            {
                "name": one.name, "title": dict(one.title), "about": dict(one.about),
                "refresh": one.refresh, "licence": LICENCE,
                "releases": [_release(each) for each in known.get(one.name, [])],
            }
            for one in sets.known().values()
        ]
    }  # fmt: skip


@pages.get("/<name>/<version>")
@described(
    "One release of an open data set with its rows; `latest` is the newest. A withdrawn one has"
    " none.",
    answers={200: OpenReleaseWhole},
)
@public
def show_open_release(name: str, version: str) -> dict[str, Any]:
    release = releases.one(db.session(), name, version)
    return {**_release(release), "items": [] if release.withdrawn_at else release.rows}


@pages.get("/<name>/<version>/datapackage.json")
@described(
    "One release of an open data set as a Frictionless data package.",
    answers={200: dict[str, Any]},
)
@public
def show_open_package(name: str, version: str) -> dict[str, Any]:
    release = withdrawals.given(releases.one(db.session(), name, version))
    return describing.package(release, current_base())


def _release(one: OpenRelease) -> dict[str, Any]:
    return {
        "version": one.version, "as_of": local(one.as_of).isoformat(timespec="seconds"),
        "rows": one.row_count, "digest": one.digest,
        "file": describing.file_of(one, current_base()), "changes": one.changes,
        "withdrawal": one.withdrawal,
    }  # fmt: skip
