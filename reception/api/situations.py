"""Open calls of the guide: situations, one of them with the list of one's answers, and CPSV-AP."""

from typing import Annotated, Any, cast

from flask import Blueprint, Response, jsonify, request, url_for
from pydantic import Field

from agencies.access import current_base, public
from agencies.calendar import business_date, clock
from agencies.db import db
from reception import drafts, guide
from reception.api.bodies import Day, query
from reception.api.description import described
from reception.api.shapes import SituationShape, SituationsShape
from reception.drafts import Strict
from reception.guide import interchange, situations
from reception.guide.law import ActState
from reception.guide.plan import Plan, Planned, plan
from reception.guide.procedure import Text
from reception.guide.situations import SituationVersion
from reception.language import current

pages = Blueprint("situations", __name__)
PAGE = 200
LD = "application/ld+json"


class SituationsQuery(Strict):
    """`q` finds by own words; without it situations come in the order of their slugs."""

    q: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=40)] = ""
    as_of: Day | None = None
    cursor: Annotated[str, Field(max_length=120)] = ""


@pages.after_request
def open_to_all(answer: Response) -> Response:
    """Anybody's page may read this; an unchanged answer is not sent again."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Link"] = f'<{interchange.LICENCE}>; rel="license"'
    if answer.status_code == 200:
        answer.headers["Cache-Control"] = "no-cache"
        answer.add_etag()
        answer.make_conditional(request)
    return answer


@pages.get("/situations")
@described(
    "Life situations that hold on a day.", query=SituationsQuery, answers={200: SituationsShape}
)
@public
def list_situations() -> Any:
    asked = query(SituationsQuery)
    day = asked.as_of or business_date(clock())
    if asked.q:
        return {"items": [_item(v) for v in _searched(asked)], "next": None}
    found = situations.all_on(
        db.session(), day, category=asked.category, after=asked.cursor, most=PAGE + 1
    )
    more = found[PAGE - 1].situation.slug if len(found) > PAGE else None
    return {"items": [_item(version) for version in found[:PAGE]], "next": more}


def _searched(asked: SituationsQuery) -> list[SituationVersion]:
    day = business_date(clock())
    found = guide.search(db.session(), asked.q, language=current(), most=20)
    versions = (situations.version_on(db.session(), one.slug, day) for one in found)
    return [v for v in versions if asked.category in ("", v.situation.category)]


def _item(version: SituationVersion) -> dict[str, Any]:
    held, situation = version.procedure, version.situation
    return {
        "code": situation.code, "slug": situation.slug, "category": situation.category,
        "audience": situation.audience, "title": held.title.model_dump(),
        "version": version.no, "confirmed": version.confirmed,
        "valid_from": version.valid_from.isoformat() if version.valid_from else None,
        "languages": [code for code in ("kk", "ru", "en") if held.title.has(code)],
        "url": _address(version),
    }  # fmt: skip


def _address(version: SituationVersion) -> str:
    return current_base() + url_for("guide.show", slug=version.situation.slug)


@pages.get("/situations/<slug>")
@described(
    "One life situation; answers to its questions in the address give the own list of steps.",
    answers={200: SituationShape},
)
@public
def show_situation(slug: str) -> SituationShape:
    asked = {name: value for name, value in request.args.items() if name not in ("lang", "as_of")}
    dated = drafts.read(SituationsQuery, {"as_of": request.args.get("as_of") or None})
    day = dated.as_of or business_date(clock())
    version = situations.version_on(db.session(), slug, day)
    found = plan(db.session(), version, asked, day=day)
    return cast("SituationShape", _whole(version, found))


def _whole(version: SituationVersion, found: Plan) -> dict[str, Any]:
    held, question = found.procedure, found.way.question
    return _item(version) | {
        "lead": held.lead.model_dump(), "caveat": held.caveat.model_dump(),
        "source": version.situation.origin, "as_of": found.day.isoformat(),
        "translations": held.states, "flagged": bool(found.repealed),
        "facts": [fact.model_dump(mode="json", exclude_defaults=True) for fact in held.facts],
        "answers": found.way.answers, "question": question.key if question else None,
        "steps": [_step(planned) for planned in found.steps],
        "mci": float(found.mci) if found.mci is not None else None,
        "how_to": interchange.how_to(version, current(), address=_address(version)),
    }  # fmt: skip


def _step(planned: Planned) -> Any:
    step = planned.step
    return {
        "key": step.key, "position": planned.number, "title": step.title.model_dump(),
        "text": step.text.model_dump(), "logic": step.logic, "style": step.style,
        "when": step.when.model_dump(mode="json", exclude_defaults=True) if step.when else None,
        "needs": [need.model_dump() for need in step.needs],
        "agency": planned.agency.code if planned.agency else None,
        "agency_text": step.agency_text.model_dump(), "service": step.service or None,
        "desks": [desk.code for desk in planned.desks],
        "documents": [_said(paper.title, need=paper.need, form=paper.form)
                      for paper in step.documents],
        "fees": [_said(s.fee.note, kind=s.fee.kind, tenge=s.tenge,
                       value=float(s.fee.value) if s.fee.value is not None else None)
                 for s in planned.sums],
        "term": step.term.model_dump(mode="json") if step.term else None,
        "ready_on": planned.ready_on.isoformat() if planned.ready_on else None,
        "channels": [channel.model_dump(mode="json") for channel in planned.channels],
        "legal": [{"code": act.code, "title": act.title, "article": article,
                   "state": ActState(act.state)} for act, article in planned.acts],
        "outcomes": [_said(one.text, kind=one.kind) for one in step.outcomes],
    }  # fmt: skip


def _said(text: Text, **more: Any) -> dict[str, Any]:
    return more | {"text": text.model_dump()}


@pages.get("/situations.jsonld")
@described(
    "All life situations as CPSV-AP 3.2.0.", query=SituationsQuery,
    answers={200: dict[str, Any]}, media=LD,
)  # fmt: skip
@public
def show_linked() -> Response:
    asked = query(SituationsQuery)
    day = asked.as_of or business_date(clock())
    versions = situations.all_on(db.session(), day, category=asked.category)
    answer = jsonify(interchange.cpsv(db.session(), versions, day=day, base=current_base()))
    answer.mimetype = LD
    return answer


@pages.get("/situations/<slug>/hsds")
@described(
    "One life situation as a service of Open Referral (HSDS).", answers={200: dict[str, Any]}
)
@public
def show_referral(slug: str) -> dict[str, Any]:
    day = business_date(clock())
    version = situations.version_on(db.session(), slug, day)
    address = current_base() + url_for("guide.show", slug=slug)
    return interchange.hsds(db.session(), version, day=day, address=address)
