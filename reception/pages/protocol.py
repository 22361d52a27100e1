"""The protocol of an oral appeal: printed, read aloud, and signed by the visitor (Code art. 63)."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from agencies import readings
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal, Applicant
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import the_hall
from agencies.pages.person import CardView, masked, whole
from agencies.readings import Sight
from agencies.reference import labels
from agencies.staff import Officer
from agencies.veiling import veil
from reception import papers
from reception.keyring import keys
from reception.language import named, speaking
from reception.pages.papers import language_of_paper

pages = Blueprint("protocol", __name__, url_prefix="/appeals")


@pages.get("/<number>/protocol")
@requires(*HALL_STAFF)
def show(number: str) -> ResponseReturnValue:
    """In the language of the appeal, unless another is asked for: whoever signs has to read it."""
    session, officer, now = db.session(), current_officer(), clock()
    appeal = papers.readable(session, number, officer=officer)
    card, language = _card(appeal, officer), language_of_paper(appeal)
    with speaking(language):
        page = render_template(
            "reception/protocol.html", appeal=appeal, language=language,
            applicant=appeal.applicant or Applicant(name="", signatories=1),
            card=card, kind=named(labels("kind")[appeal.kind], language),
            hall=named(the_hall(session), language),
            text=appeal.text if card.is_whole else veil(appeal.text),
            position=appeal.receiver.get(f"position_{language}", ""), now=now,
        )  # fmt: skip
    readings.note(session, appeal, Sight.PAPER, by=officer, now=now)
    session.commit()
    return page


def _card(appeal: Appeal, officer: Officer) -> CardView:
    """Whole for who wrote it down, on the day: the visitor stands at the desk. Later and for
    others the card is opened on the case page, with a reason.
    """
    here = business_date(appeal.received_at) == business_date(clock())
    if here and appeal.received_by_id == officer.id:
        return whole(appeal.applicant, keys().seal)
    return masked(appeal)
