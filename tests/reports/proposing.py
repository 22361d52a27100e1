"""A proposal led as far as a test wants it, on cases that the test can count."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from agencies.appeals import Applicant
from agencies.staff import Officer, Role
from reports import comparison, evidence, meetings, opinions, proposals, recommendations, voting
from reports.comparison import Change
from reports.opinions import Position
from reports.proposals import Proposal
from reports.recommendations import RowReply, Verdict
from reports.voting import Choice
from tests.make import make_officer
from tests.reports.register import add_case, at

FIRST, LAST = date(2026, 1, 1), date(2026, 10, 31)
WORDS = {
    "title": {"kk": "Жарық бір өтінішпен", "ru": "Свет по одной заявке", "en": "Light in one step"},
    "problem": {"kk": "Екі рет жүгінеді.", "ru": "Обращаются дважды.", "en": "They come twice."},
    "aim": {"kk": "Бір рет жүгінсін.", "ru": "Обращаться один раз.", "en": "Come once."},
    "cost": {"kk": "Шығын жоқ.", "ru": "Без расходов.", "en": "No cost."},
    "risk": {"kk": "Тәуекел аз.", "ru": "Риск мал.", "en": "Little risk."},
}
CASE = {
    "kk": "Тұрғын шамды жөндетуді сұрайды да, екі органның арасында қалады.",
    "ru": "Житель просит починить свет и остаётся между двумя органами.",
    "en": "A resident asks for light and is left between two agencies.",
}
NOW = at("2026-11-23 05:00")


def add_persons(session: Session, count: int, *, subject: str = "01.05") -> None:
    """So many persons with a case each, in ten months of 2026."""
    for n in range(count):
        person = Applicant(name="Сынақ", iin_index=n.to_bytes(4, "big"), iin_mask="")
        add_case(session, at("2026-01-10 04:00") + timedelta(days=30 * (n % 10)), applicant=person,
                 subject=subject, due=date(2026, 2, 1))  # fmt: skip
    session.flush()


def drafted(session: Session, *, persons: int = 6, by: Officer | None = None) -> Proposal:
    """A draft that lacks nothing."""
    by = by or make_officer(session, Role.ANALYST)
    add_persons(session, persons)
    made = proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW)
    proposals.describe(session, made, words=WORDS, addressee="digital-ministry", by=by, now=NOW)
    proposals.bound(made, subjects=["01.05"], agencies=[], first=FIRST, last=LAST)
    put_row(session, made, by=by)
    evidence.tell_case(session, made, subject="01.05", words=CASE, now=NOW)
    return made


def put_row(session: Session, proposal: Proposal, *, by: Officer, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "act": "public-services", "element": "25-2-1", "change": Change.CHANGE,
        "edition_on": date(2026, 1, 1),
        "current": {"kk": "Өтініш екі рет беріледі.", "ru": "Заявление подаётся дважды."},
        "proposed": {"kk": "Өтініш бір рет беріледі.", "ru": "Заявление подаётся один раз."},
        "why": {"kk": "Адамдар екі рет келеді.", "ru": "Люди приходят дважды."},
        "evidence": "E1",
    }  # fmt: skip
    return comparison.put_row(session, proposal, by=by, now=NOW, **given | changes)


def frozen(session: Session, **how: Any) -> Proposal:
    by = how.pop("by", None) or make_officer(session, Role.ANALYST)
    made = drafted(session, by=by, **how)
    evidence.freeze(session, made, by=by, now=NOW)
    return made


def heard(session: Session) -> Proposal:
    made = frozen(session)
    opinions.ask(
        session, made, agencies=["housing"], by=make_officer(session, Role.ANALYST), now=NOW
    )
    head = make_officer(session, Role.HEAD, agency="housing")
    opinions.give(
        session, made, position=Position.SUPPORTS, language="kk", words="Қолдаймыз.", by=head,
        now=NOW,
    )  # fmt: skip
    return made


def put_to_vote(
    session: Session, *, members: int = 3, present: int = 3, now: datetime = NOW
) -> tuple[meetings.AgendaItem, list[Officer]]:
    """An open meeting with one proposal, and the members, of whom some are present."""
    made, secretary = heard(session), make_officer(session, Role.ANALYST)
    council = [make_officer(session, Role.COUNCIL) for _ in range(members)]
    meeting = meetings.call(
        session, begins_at=now + timedelta(days=14), place="Зал", by=secretary, now=now
    )
    item = meetings.put_on_agenda(session, meeting, made, by=secretary, now=now)
    meetings.open_meeting(session, meeting, now=now + timedelta(days=14))
    for member in council[:present]:
        voting.attend(session, meeting, member=member, now=now)
    return item, council


def adopted(session: Session) -> Proposal:
    item, council = put_to_vote(session)
    for member in council:
        voting.vote(session, item, choice=Choice.FOR, member=member, now=NOW)
    voting.count(session, item, by=make_officer(session, Role.ANALYST), now=NOW)
    return item.proposal


def sent(session: Session, *, on: date = date(2026, 11, 23)) -> Proposal:
    made = adopted(session)
    by = make_officer(session, Role.ANALYST)
    recommendations.send(session, made, outgoing_number="12-3", sent_on=on, by=by, now=NOW)
    return made


def answered(session: Session, verdict: Verdict = Verdict.ACCEPTED) -> Proposal:
    made = sent(session)
    recommendations.answer(
        session, made, incoming_number="45", received_on=date(2026, 11, 23),
        rows={1: RowReply(verdict)}, words="", by=make_officer(session, Role.ANALYST), now=NOW,
    )  # fmt: skip
    return made


def in_force(session: Session, *, on: date, adopted_on: date = date(2026, 11, 23)) -> Proposal:
    made, by = answered(session), make_officer(session, Role.ANALYST)
    recommendations.track(session, made, by=by, now=NOW)
    recommendations.enact(
        session, made, act_number="101-VIII", adopted_on=adopted_on, in_force_on=on, by=by, now=NOW
    )
    return made
