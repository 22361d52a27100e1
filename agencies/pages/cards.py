"""The card of the person, opened whole for a reason that stays."""

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue

from agencies import appeals, readings
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.pages import pages
from agencies.pages.case import draw
from agencies.pages.person import CardView, masked, whole
from agencies.pages.voice import say
from agencies.sealing import Seal


@pages.post("/appeals/<number>/card")
@requires(*HALL_STAFF)
def open_card(number: str) -> ResponseReturnValue:
    """By POST, so that no address and no history of the browser opens the card again."""
    session, officer = db.session(), current_officer()
    appeal = appeals.hold(session, number, officer=officer)
    try:
        readings.reveal(
            session, appeal, reason=request.form.get("reason", "").replace("\x00", ""),
            by=officer, now=clock(),
        )  # fmt: skip
    except Invalid as error:
        session.rollback()
        errors = {name: say(message) for name, message in error.fields.items()}
        found = appeals.by_number(session, number, officer=officer)
        return _uncached(draw(number, card=masked(found, errors)), 422)
    session.commit()
    return _uncached(draw(number, card=_opened(appeal)), 200)


def _opened(appeal: Appeal) -> CardView:
    return whole(appeal.applicant, Seal.of(current_app.config["SETTINGS"].iin_key))


def _uncached(page: ResponseReturnValue, status: int) -> ResponseReturnValue:
    answer = make_response(page)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
