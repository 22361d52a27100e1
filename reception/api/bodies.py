"""What callers send: the JSON body as a checked draft, and the drafts that only the API knows."""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from flask import request
from pydantic import AwareDatetime, BaseModel, Field
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from agencies import minutes
from agencies.appeals import ClaimStatus
from agencies.complaints import LONGEST_BODY
from agencies.drafting import LONGEST_FIELD
from agencies.grounds import grounds
from agencies.hearings import LONGEST_PLACE
from agencies.leading import LONGEST as LONGEST_OPENING
from agencies.reference import labels
from agencies.resolution import OUTCOMES
from reception import drafts
from reception.desks import PauseKind
from reception.drafts import LONGEST_TEXT, Code, Language, Optional, Strict
from reception.queue.calling import OUT_OF_TURN
from reception.tickets import CONTACT_OUTCOMES
from reception.tickets.moves import HOLD_REASONS

ENDS = [code for code, one in grounds().items() if one.outcome in OUTCOMES]
M = TypeVar("M", bound=BaseModel)
Remark = Annotated[str, Field(max_length=LONGEST_FIELD)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT, json_schema_extra={"minLength": 1})]
"""An empty one is refused by the verb, in its own words."""
Wanting = Annotated[Code, Field(json_schema_extra={"enum": list(labels("quality_reason"))})]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]


class Nothing(Strict):
    """A call that needs no more than its address."""


class Finish(Strict):
    outcome: Annotated[Code, Field(json_schema_extra={"enum": list(CONTACT_OUTCOMES)})]


class Transfer(Strict):
    """`desk` names the one desk meant; `come_back` brings the visitor back here afterwards."""

    service: Code
    desk: Code | None = None
    note: Annotated[str, Field(max_length=500)] = ""
    come_back: bool = False


class Hold(Strict):
    reason: Annotated[Code, Field(json_schema_extra={"enum": list(HOLD_REASONS)})] = "other"
    minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class Ranking(Strict):
    """`EMERGENCY` before everybody; `WALK_IN` where the proof of a priority was not there."""

    rank: Literal["walk_in", "priority", "first", "emergency"]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class Plan(Strict):
    """Further services on the number: in this order, or `free` where the wait is least."""

    then: Annotated[list[Code], Field(min_length=1, max_length=5)]
    free: bool = False


class OutOfTurn(Strict):
    ticket: drafts.RowId
    reason: Annotated[Code, Field(json_schema_extra={"enum": list(OUT_OF_TURN)})]


class Direct(Strict):
    service: Code
    language: Language


class Pause(Strict):
    kind: PauseKind
    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class Route(Strict):
    agency: Code


class Redirect(Strict):
    agency: Code
    reason: Text


class SetApart(Strict):
    """`text` is the second matter in the applicant's words. Without `agency` the reception
    chooses it, without `subject` the words propose it.
    """

    text: Text
    agency: Code | None = None
    subject: Code | None = None


class Assign(Strict):
    """`officer` is the login of somebody of the agency that has the claim."""

    officer: Code


class Extend(Strict):
    until: Day
    reason: Text


class Hearing(Strict):
    """`hour` as 14:30 and `place` where people meet; neither where it is in writing only."""

    on: Day
    decision: Text
    hour: Annotated[str, Field(max_length=5)] = ""
    place: Annotated[str, Field(max_length=LONGEST_PLACE)] = ""


class Heard(Strict):
    """Without `way` and `result` where nobody came; `recording` is a file of the appeal.

    `waived`: with a view in writing the applicant gave up the hearing that is still to come.
    """

    came: Annotated[Code, Field(json_schema_extra={"enum": list(minutes.CAME)})]
    way: Annotated[Optional, Field(json_schema_extra={"enum": [*minutes.WAYS, None]})] = None
    result: Annotated[Optional, Field(json_schema_extra={"enum": [*minutes.RESULTS, None]})] = None
    protocol: Text
    recording: drafts.RowId | None = None
    waived: bool = False


class Documents(Strict):
    """`what` is missing, and `until` which day it may be brought."""

    until: Day
    what: Text


class Brought(Strict):
    """What the applicant brought, in a few words."""

    words: Text


class Explanation(Strict):
    """Why the answer stands; the applicant reads it."""

    explanation: Text


class Higher(Strict):
    """`body` is the official name of the reviewing body; the applicant reads it."""

    body: Annotated[str, Field(max_length=LONGEST_BODY, json_schema_extra={"minLength": 1})]


class Rework(Strict):
    """`reasons` are what is wanting, `words` what has to be mended."""

    reasons: Annotated[list[Wanting], Field(min_length=1, max_length=len(labels("quality_reason")))]
    words: Text


class Answer(Strict):
    text: Text
    outcome: Annotated[Code, Field(json_schema_extra={"enum": list(OUTCOMES)})]
    ground: Annotated[Optional, Field(json_schema_extra={"enum": [*ENDS, None]})] = None
    rule: Remark = ""
    remedy: Remark = ""
    lesson: Remark = ""


class Lead(Strict):
    """One of the agencies that have a claim of the appeal."""

    agency: Code


class Opening(Strict):
    """A few words of the lead before the answers."""

    opening: Annotated[str, Field(max_length=LONGEST_OPENING)] = ""


class Merge(Strict):
    """`into` is the number of the earlier appeal."""

    into: Code


class Repeat(Strict):
    """`of` is the number of the earlier appeal; `new`: it brings new arguments or circumstances."""

    of: Code
    reason: Annotated[Code, Field(json_schema_extra={"enum": list(labels("repeat_reason"))})]
    new: bool = False


class Reason(Strict):
    reason: Text


class File(Strict):
    """`content` is base64; with it a file may have some 18 MB."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    content: Annotated[str, Field(min_length=1, max_length=28_000_000)]


class Question(Strict):
    """A text whose competent agency is wanted."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    language: Language | None = None


class Likeness(Strict):
    """A text whose like is wanted, with its place where that is known."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    language: Language | None = None
    district: drafts.Optional = None
    address: Annotated[str, Field(max_length=500)] = ""


class AppealsQuery(Strict):
    """Which appeals: `agency`, `status` and `overdue` are all said of one claim of the appeal."""

    agency: Code | None = None
    status: ClaimStatus | None = None
    overdue: bool | None = None
    q: Annotated[str, Field(max_length=200)] = ""
    first: Annotated[Day | None, Field(alias="from")] = None
    last: Annotated[Day | None, Field(alias="to")] = None
    cursor: Annotated[str, Field(max_length=200)] = ""


class EventsQuery(Strict):
    topics: Annotated[str, Field(max_length=1000)]


class LanguageQuery(Strict):
    lang: Literal["kk", "ru", "en"] | None = None


class DayQuery(Strict):
    day: Day | None = None


class BookingBody(Strict):
    """`remind` has a text message sent to the number a day before, or two hours before."""

    service: Code
    at: AwareDatetime
    phone: Annotated[str, Field(min_length=1, max_length=32)]
    language: Language
    remind: bool = False


def body(model: type[M]) -> M:
    """The body as a draft. Raises Invalid by field; 400 and 415 where it is not JSON at all."""
    return drafts.read(model, _json())


def query(model: type[M]) -> M:
    """The same for what follows the question mark; `lang` belongs to every address."""
    asked = {name: value for name, value in request.args.items() if value and name != "lang"}
    return drafts.read(model, asked)


def _json() -> Any:
    if not request.get_data():
        return {}
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return request.get_json()
    except RecursionError:
        raise BadRequest from None
