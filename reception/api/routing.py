"""The call that asks which agency is competent for a text."""

from flask import Blueprint

from agencies import splitting, suggesting
from agencies.access import HALL_STAFF, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.lexicon import lexicon
from reception.api import showing
from reception.api.bodies import Question, body
from reception.api.description import described
from reception.api.shapes import SuggestionsShape

pages = Blueprint("routing", __name__)


@pages.post("/routing/suggestions")
@described(
    "Which agencies may be competent for a text, and why; a person decides.",
    body=Question,
    answers={200: SuggestionsShape},
)
@requires(*HALL_STAFF)
def suggest() -> SuggestionsShape:
    question, session, day = body(Question), db.session(), business_date(clock())
    found = suggesting.suggest(session, question.text, day=day, language=question.language or "")
    return showing.suggestions(found, splitting.split(lexicon(session), question.text, day=day))
