"""`GET /api/v1/figures`: the figure pack for neighbouring systems and the council's own tools."""

from datetime import date
from typing import Annotated, Any

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from agencies.access import current_officer, requires
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import NotAllowed
from agencies.staff import Officer, Role
from reception.api.bodies import query
from reception.api.description import JSON, described
from reports import figures

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
