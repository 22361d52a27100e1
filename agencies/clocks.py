"""The clock of a claim as its journal tells it, and the silence that counts as a refusal."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from agencies import announcements, journal, term_course
from agencies.appeals import Appeal, Claim, is_open
from agencies.calendar import business_date, next_working_moment
from agencies.directory import Origin
from agencies.journal import JournalEntry
from agencies.term_course import Course, Happening, Step
from agencies.terms import Law, choose_policy

OPENS = 9
"""Local hour before which nobody is written to."""
STEPS = {
    "registered": Step.RECEIVED,
    "recast": Step.RECAST,
    "redirected": Step.REDIRECTED,
    "extended": Step.EXTENDED,
    "documents_asked": Step.ASKED,
    "documents_added": Step.GIVEN,
    "hearing": Step.HEARING,
    "answered": Step.ENDED,
    "withdrawn": Step.ENDED,
    "merged": Step.ENDED,
    "reopened": Step.REOPENED,
    "revived": Step.RESUMED,
}
"""Which rows of the journal move a clock."""
UNTIL = {"extended": "due_on", "documents_asked": "until", "hearing": "on"}


def happenings(claim: Claim, entries: Collection[JournalEntry], law: Law) -> Iterator[Happening]:
    """What moved this claim's clock, oldest first."""
    cases = {row.code: row.case for row in law.rows}
    for entry in _of_clock(claim.ordinal, entries):
        until = entry.payload.get(UNTIL.get(entry.kind, ""))
        yield Happening(
            STEPS[entry.kind], entry.at, kind=str(entry.payload.get("kind", "")),
            case=cases.get(str(entry.payload.get("policy", "")), "ordinary"),
            until=date.fromisoformat(until) if until else None,
        )  # fmt: skip


def _of_clock(ordinal: int, entries: Collection[JournalEntry]) -> list[JournalEntry]:
    """The rows that move this clock. A claim set apart from another one took over its clock, but
    neither its hearing nor what the applicant still had to bring for it.
    """
    moved: list[JournalEntry] = []
    for entry in entries:
        of_claim = entry.payload.get("claim") in (None, ordinal)
        if of_claim and entry.kind == "set_apart":
            before = [one for one in entries if one.position < entry.position]
            moved = _taken_over(_of_clock(entry.payload["apart_from"], before))
        elif of_claim and entry.kind in STEPS:
            moved.append(entry)
    return moved


def _taken_over(rows: list[JournalEntry]) -> list[JournalEntry]:
    given = [place for place, one in enumerate(rows) if one.kind == "documents_added"]
    last = given[-1] if given else -1
    return [
        one
        for place, one in enumerate(rows)
        if one.kind != "hearing" and (one.kind != "documents_asked" or place < last)
    ]


def course_of(claim: Claim, entries: Collection[JournalEntry], law: Law) -> Course | None:
    """None for a case of an earlier register: its dates are as that register left them."""
    if claim.appeal.source is Origin.IMPORTED:
        return None
    return term_course.replay(law, happenings(claim, entries, law))


@dataclass(frozen=True)
class Difference:
    """A claim whose kept last day is not the one its journal gives."""

    appeal: str
    ordinal: int
    kept: date
    replayed: date


def compare(session: Session, *, law: Law) -> tuple[int, list[Difference]]:
    """How many open claims were replayed, and those that differ; a thousand at a time."""
    query = select(Claim).join(Appeal).where(is_open(), Appeal.source == Origin.HALL)
    query = query.options(
        joinedload(Claim.appeal).options(
            selectinload(Appeal.journal).lazyload(JournalEntry.by), lazyload("*")
        )
    ).order_by(Claim.id)
    looked_at, found = 0, []
    for claim in session.scalars(query.execution_options(yield_per=1000)):
        looked_at += 1
        course = course_of(claim, claim.appeal.journal, law)
        if course is not None and course.due_on != claim.due_on:
            found.append(
                Difference(claim.appeal.number, claim.ordinal, claim.due_on, course.due_on)
            )
    return looked_at, found


def silent(session: Session, *, today: date) -> list[tuple[str, int]]:
    """Number and ordinal of open claims whose term is over and whose silence is not noted yet."""
    query = (
        select(Appeal.number, Claim.ordinal)
        .join(Claim, Claim.appeal_id == Appeal.id)
        .where(is_open(), Claim.due_on < today, Claim.deemed_refused_on.is_(None))
        .where(Appeal.source == Origin.HALL)
        .order_by(Claim.due_on, Claim.id)
    )
    return [(row.number, row.ordinal) for row in session.execute(query)]


def note_silence(
    session: Session, number: str, ordinal: int, *, law: Law, now: datetime
) -> Claim | None:
    """The refusal by silence as an event with its day; the applicant is told in working hours.

    None where somebody was faster: answered, extended, sent on, or noted already.
    """
    lock = select(Appeal).where(Appeal.number == number).with_for_update(of=Appeal)
    appeal = session.scalars(lock.execution_options(populate_existing=True)).one()
    claim = next(one for one in appeal.claims if one.ordinal == ordinal)
    session.refresh(claim)
    refused = _refused_on(claim, law, now)
    if refused is None or claim.deemed_refused_on is not None:
        return None
    article = choose_policy(law.rows, kind=appeal.kind, case="silence", day=refused)
    claim.deemed_refused_on = refused
    journal.append(
        appeal, "deemed_refused", by=None, now=now, claim_ordinal=ordinal,
        on=refused.isoformat(), policy=article.code,
    )  # fmt: skip
    announcements.tell(
        session, appeal, "deemed_refused", now=now, policy=article.code,
        not_before=next_working_moment(now, law.workdays, opens=OPENS),
    )  # fmt: skip
    return claim


def _refused_on(claim: Claim, law: Law, now: datetime) -> date | None:
    course = course_of(claim, claim.appeal.journal, law)
    if course is None or not claim.is_open:
        return None
    refused = course.refused_by_silence_on()
    return refused if refused is not None and refused <= business_date(now) else None
