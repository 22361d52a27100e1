"""The case: the letter, each claim with its clock and its reason, what may be done, the story."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from agencies import (
    appeals,
    clocks,
    complaints,
    contents,
    dossier,
    grounds,
    journal,
    merging,
    readings,
    recusing,
    redress,
    routing,
    special_data,
    term_course,
    terms,
)
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.appeals.moves import is_answered
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import Agency, Origin
from agencies.handling import Told
from agencies.pages import hearing, pages
from agencies.pages.absences import called
from agencies.pages.articles import article, article_of, assumed
from agencies.pages.files import file_views
from agencies.pages.kinds import case_choices, kind_choices
from agencies.pages.lead import LeadView, lead_view
from agencies.pages.listing import OPEN, list_view
from agencies.pages.person import CardView, masked
from agencies.pages.steps import OF_NOBODY, left_to_the_supervisor, steps_for
from agencies.pages.story_lines import lines, words_of
from agencies.pages.subjects import view_of
from agencies.pages.voice import language, named, say
from agencies.pages.words import DATES, STATUS, Look, Step
from agencies.readings import Sight
from agencies.recusing import Colleague
from agencies.redress import Judged, Rating, Review
from agencies.reference import labels
from agencies.resolution import OUTCOMES
from agencies.staff import Officer, Role
from agencies.term_course import Course
from agencies.terms import Law
from agencies.veiling import veil

WRITTEN = ("text", "reason", "words", "decision", "explanation", "protocol", "what", "rule",
           "remedy", "lesson")  # fmt: skip
"""Fields of the steps that are written and not chosen."""


@dataclass(frozen=True)
class Sent:
    """A form that came back: which one, what was typed, and what has to be mended."""

    claim_id: int = 0
    verb: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200

    @property
    def words(self) -> list[str]:
        """What was written of one's own, to be copied where the form itself is gone."""
        return [self.typed[name] for name in WRITTEN if self.typed.get(name, "").strip()]


@dataclass(frozen=True)
class Offer:
    """A suggested agency with the words of the letter that speak for it."""

    agency: Agency
    percent: int
    words: str


@dataclass(frozen=True)
class ClaimDate:
    """One more day of the law, in words, with its article."""

    what: str
    day: date
    article: str
    passed: bool


@dataclass(frozen=True)
class ClaimView:
    claim: Claim
    look: Look
    own: bool
    steps: dict[str, Step]
    stand: str
    subject: str
    agency: str
    body: str
    officer: str
    left: int | None
    assumed: str
    overdue: bool
    article: str
    dates: list[ClaimDate]
    reason: str
    where_heard: str
    rework: str
    """Why its answer came back."""
    held: str
    recording: str
    review: Review | None
    rating: Rating | None
    outcome: str
    draft_outcome: str
    shows_draft: bool
    offers: list[Offer]
    outlook: str
    people: list[tuple[str, str]]
    """To whom the claim may be given."""
    closed: bool
    """Its head is complained of, and whoever else is there is kept from it too."""
    handling: dict[str, Any] | None
    """What is known of handling such a matter."""


NOTHING_TOLD: Mapping[int, Told] = {}


@pages.get("/appeals/<number>")
@requires(*HALL_STAFF)
def show_case(number: str) -> ResponseReturnValue:
    return draw(number)


def draw(
    number: str, sent: Sent | None = None, card: CardView | None = None
) -> ResponseReturnValue:
    """The page of a case, with a form that has to be mended where there is one.

    That it was read is on record before anything is shown.
    """
    sent, officer, session = sent or Sent(), current_officer(), db.session()
    choosable = routing.agencies_to_choose(session)
    law = terms.law(session)
    listed = list_view(request.args, law.workdays, choosable)
    found = dossier.read(session, number, officer=officer)
    appeal = found.appeal
    agencies = {agency.code: agency for agency in choosable}
    joined, files = merging.joined_with_files(session, appeal, officer=officer)
    joint, shown = lead_view(appeal, found.reply, officer), card or masked(appeal)
    veiled = str if shown.is_whole else veil
    recasts = appeals.has_in_hand(appeal, officer)
    page = render_template(
        "agencies/case.html", appeal=appeal, sent=sent, **listed, **facts(appeal),
        claims=claim_views(appeal, officer, agencies, law, found.handling),
        story=[line | {"detail": veiled(line["detail"])}
               for line in lines(appeal, officer, agencies, law)],
        agencies=[("", say("Choose an agency")),
                  *((a.code, named(a)) for a in choosable if a.id != officer.agency_id)],
        leave_open=[("", say("The reception chooses")),
                    *((a.code, named(a)) for a in choosable)],
        guardians=[(code, named(agencies[code])) for code in routing.GUARDIANS if code in agencies],
        wanting=[(code, named(one)) for code, one in labels("quality_reason").items()],
        outcomes=_outcomes(), heard_choices=hearing.choices(),
        grounds=_grounds(), today=business_date(clock()),
        letter_ready=_has_letter(appeal, joint),
        kinds=kind_choices(), may_recast=recasts,
        cases=case_choices(law, appeal.registered_on) if recasts else [],
        may_preview=officer.role in (Role.OFFICER, Role.HEAD, Role.SUPERVISOR),
        joint=joint, may_sign=officer.role is Role.HEAD and (joint is None or joint.leads),
        chosen=sent.typed.get("agency", ""), accepted=contents.ACCEPTED,
        joined=joined, files=file_views(files, {one.id: one.number for one in joined}),
        card=shown, veil=veiled, special=named(labels("special").get(appeal.special)),
        **complained(session, appeal),
        may_mark=officer.role in special_data.MARKERS, proposes=special_data.proposed(appeal),
    )  # fmt: skip
    own = readings.is_own(appeal, officer)
    for seen in (appeal, *joined):
        readings.note(session, seen, Sight.CASE, by=officer, now=clock(), own=own)
    session.commit()
    return page, sent.status


def complained(session: Session, appeal: Appeal) -> dict[str, Any]:
    """What this case complains about and which complaints about it are open; the journal says
    whether there is anything to ask for.
    """
    about = [e.payload.get("number", "") for e in appeal.journal if e.kind == "complains"]
    to_route = any(claim.status is ClaimStatus.REGISTERED for claim in appeal.claims)
    disputed = complaints.disputed_by(session, appeal) if about and to_route else None
    told_of = any(entry.kind == "complained" for entry in appeal.journal)
    return {
        "complains_of": about[-1] if about else "",
        "decided_by": named(disputed.agency) if disputed else "",
        "complaints": complaints.open_complaints(session, appeal) if told_of else [],
    }


def facts(appeal: Appeal) -> dict[str, Any]:
    imported, channel = appeal.source is Origin.IMPORTED, labels("channel").get(appeal.channel)
    return {
        "imported": imported,
        "kind": named(labels("kind")[appeal.kind]),
        "channel": "" if imported else named(channel),
        "higher_body": named(labels("higher_body").get(appeal.higher_body)),
        "subject": named(appeal.subject),
        "district": named(appeal.district),
        "because": "".join(words_of("repeat_reason", [appeal.repeat_reason])),
        "erased": journal.is_erased(appeal),
        "signed": any(one.kind == "letter_signed" for one in appeal.journal),
        "contacts_erased": any(one.kind == "contacts_erased" for one in appeal.journal),
        "receiver": appeal.receiver.get("name", ""),
        "receiver_position": appeal.receiver.get(f"position_{language()}", ""),
    }


def claim_views(
    appeal: Appeal, officer: Officer, agencies: dict[str, Agency], law: Law,
    texts: Mapping[int, Told] = NOTHING_TOLD,
) -> list[ClaimView]:  # fmt: skip
    """Each claim as this reader sees it, the own ones first. `texts` say how to handle them."""
    judged, staff = redress.judged(db.session(), appeal), _staff(appeal, officer)
    return [
        _claim(claim, appeal, officer, agencies, law, judged, staff, texts.get(claim.id))
        for claim in dossier.own_first(appeal, officer)
    ]


def _staff(appeal: Appeal, officer: Officer) -> list[Colleague]:
    """For whoever gives its claims away."""
    if officer.role not in (Role.HEAD, Role.SUPERVISOR):
        return []
    return recusing.staff_of(db.session(), appeal, today=business_date(clock()))


def _claim(
    claim: Claim,
    appeal: Appeal,
    officer: Officer,
    agencies: dict[str, Agency],
    law: Law,
    judged: dict[int, Judged],
    staff: list[Colleague],
    text: Told | None,
) -> ClaimView:
    today = business_date(clock())
    is_open, own = claim.status in OPEN, dossier.is_own(claim, officer)
    reason = dossier.reason_of_term(claim, appeal.journal)
    opened, rating = judged.get(claim.id, (None, None))
    course = clocks.course_of(claim, appeal.journal, law)
    theirs = [one for one in staff if one.person.agency_id == claim.agency_id]
    more = left_to_the_supervisor(claim, theirs) if officer.role is Role.SUPERVISOR else OF_NOBODY
    return ClaimView(
        claim=claim, look=STATUS[claim.status], own=own,
        steps=steps_for(claim, officer, opened, more=more) if own else {},
        review=opened, rating=rating,
        stand=dossier.stand(claim, appeal.journal), subject=named(claim.subject),
        agency=named(claim.agency), body=named(claim.body),
        officer=claim.officer.name if claim.officer else "",
        left=dossier.days_left(claim.due_on, today, law.workdays) if is_open else None,
        assumed=assumed(law.workdays, claim.registered_on, claim.due_on) if is_open else "",
        overdue=claim.is_overdue_on(today),
        article=article_of(claim), dates=dates_of(claim, course, law), reason=say(reason),
        where_heard=veil(dossier.where_heard(claim, appeal.journal)),
        rework=_rework_of(claim, appeal) if own else "",
        held=hearing.told(claim), recording=hearing.recording_of(claim),
        outcome=ending(claim, claim.outcome), draft_outcome=ending(claim, claim.draft_outcome),
        shows_draft=own and claim.status is ClaimStatus.IN_APPROVAL,
        offers=offers(claim, agencies), outlook=outlook_of(claim, today),
        people=[
            (str(one.person.id), called(one.person.name, one.away_until))
            for one in theirs
            if one.person.id != claim.officer_id and not one.kept
        ],
        closed=bool(theirs) and all(one.kept for one in theirs),
        handling=view_of(text) if own else None,
    )  # fmt: skip


def _has_letter(appeal: Appeal, joint: LeadView | None) -> bool:
    """A joint one is none before it left, on the last day of the term at the latest."""
    if not is_answered(appeal) or appeal.source is not Origin.HALL or journal.is_erased(appeal):
        return False
    has_left = joint is None or joint.sent_at is not None
    return has_left or business_date(clock()) >= appeal.due_on


def _rework_of(claim: Claim, appeal: Appeal) -> str:
    codes, words = dossier.sent_back_for(claim, appeal.journal)
    said = "; ".join(words_of("quality_reason", codes))
    return veil(": ".join(part for part in (said, words) if part))


WHOSE = {
    0: "on this topic at this agency",
    1: "at this agency",
    2: "at all agencies",
}


def outlook_of(claim: Claim, today: date) -> str:
    """What became of those that stood here; nothing where it is late, or too few stood here."""
    told = claim.outlook
    if told is None or not claim.is_open or claim.due_on < today or told.due_on != claim.due_on:
        return ""
    return say(
        "Late of 100 similar cases that stood here with this much time left: %(late)s "
        "(%(base)s cases %(whose)s).",
        late=round(told.late / 10), base=told.base, whose=say(WHOSE[told.level]),
    )  # fmt: skip


AFTER_THE_TERM = frozenset({"silence", "complaint"})


def dates_of(claim: Claim, course: Course | None, law: Law) -> list[ClaimDate]:
    """The other days of the law while the claim is open; the last day itself stands above them."""
    if course is None or not claim.is_open:
        return []
    today = business_date(clock())
    met = {"reviewing_body"} if complaints.is_passed_higher(claim) else set[str]()
    return [
        ClaimDate(
            say(DATES[one.what].word), one.on, article(one.policy), one.on < today,
        )
        for one in term_course.deadlines(law, course)
        if one.what in DATES and one.what not in met
        and (one.what not in AFTER_THE_TERM or claim.due_on < today)
    ]  # fmt: skip


def offers(claim: Claim, agencies: dict[str, Agency]) -> list[Offer]:
    return [
        Offer(agencies[one["agency"]], round(one["score"] * 100), ", ".join(one["reasons"]))
        for one in claim.suggestions
        if one["agency"] in agencies
    ]


def outcome_word(code: str) -> str:
    known = labels("outcome").get(code)
    return named(known) if known else code


def ending(claim: Claim, outcome: str) -> str:
    """How the claim ends, and on which ground where the law asks for one."""
    ground = grounds.told(claim.ground, outcome, language())
    return f"{outcome_word(outcome)}: {ground}" if ground else outcome_word(outcome)


def _grounds() -> list[tuple[str, str]]:
    return [
        ("", say("None: the matter is answered")),
        *((code, f"{outcome_word(one.outcome)}: {grounds.told(code, one.outcome, language())}")
          for code, one in grounds.grounds().items() if one.outcome in OUTCOMES),
    ]  # fmt: skip


def _outcomes() -> list[tuple[str, str]]:
    return [("", say("Choose how the claim ends")), *((c, outcome_word(c)) for c in OUTCOMES)]
