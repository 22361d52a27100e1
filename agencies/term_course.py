"""The course of a term: what happened to a claim, replayed over dated policies.

Pure: the same happenings over the same law give the same dates years later. A clock begins when an
appeal arrives, when it is sent on to another agency (Code art. 65) and when it is opened again. An
extension moves its last day. Time to mend defects lies inside the term (art. 64); waiting for the
applicant stops the clock only where the row of law says so, and is counted apart everywhere else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from agencies.calendar import business_date
from agencies.errors import NotFound, WrongStatus
from agencies.terms import Anchor, Law, Term, TermPolicy, choose_policy, count, term_of


class Step(StrEnum):
    RECEIVED = "received"
    RECAST = "recast"
    REDIRECTED = "redirected"
    EXTENDED = "extended"
    ASKED = "asked"
    GIVEN = "given"
    HEARING = "hearing"
    ENDED = "ended"
    REOPENED = "reopened"
    RESUMED = "resumed"


@dataclass(frozen=True)
class Happening:
    """`kind` and `case` choose the row of law where an appeal arrives or is recast; `until` is the
    day that an extension, a request for documents or a hearing names.
    """

    step: Step
    at: datetime
    kind: str = ""
    case: str = "ordinary"
    until: date | None = None


@dataclass(frozen=True)
class Deadline:
    """One day of the law with the row it rests on. `what` is answer, redirect, reviewing_body,
    preliminary, hearing, documents, told_of_extension, silence or complaint.
    """

    what: str
    on: date
    policy: TermPolicy


@dataclass(frozen=True)
class Course:
    """Where a claim's clock stands. `waited` counts working days of waiting for the applicant."""

    kind: str
    case: str
    began_at: datetime
    term: Term
    due_on: date
    told_by: date | None = None
    hearing_on: date | None = None
    documents_by: date | None = None
    waiting_since: date | None = None
    waited: int = 0
    ended_at: datetime | None = None

    @property
    def stopped(self) -> bool:
        return self.waiting_since is not None and self.term.policy.may_pause

    def refused_by_silence_on(self) -> date | None:
        """The day after the term, where no answer came inside it (Code art. 91(2))."""
        in_time = self.ended_at is not None and business_date(self.ended_at) <= self.due_on
        return None if in_time or self.stopped else self.due_on + timedelta(days=1)


def replay(law: Law, happenings: Iterable[Happening]) -> Course:
    """The course after everything that happened, in the order of time."""
    course: Course | None = None
    for happening in happenings:
        course = FOLDS[happening.step](law, course, happening)
    if course is None:
        raise WrongStatus("Nothing has arrived yet, so no term runs.")
    return course


def _receive(law: Law, _: Course | None, h: Happening) -> Course:
    return _begin(law, h.at, h.kind, h.case)


def _begin(law: Law, at: datetime, kind: str, case: str) -> Course:
    term = term_of(law, at, kind=kind, case=case)
    return Course(kind, case, at, term, term.due_on)


def _begun(course: Course | None) -> Course:
    if course is None:
        raise WrongStatus("Nothing has arrived yet, so no term runs.")
    return course


def _begin_again(law: Law, course: Course | None, h: Happening) -> Course:
    """A new clock under the law of that day: at the receiver, or at the same agency once more."""
    before = _begun(course)
    return _begin(law, h.at, before.kind, before.case)


def _recast(law: Law, course: Course | None, h: Happening) -> Course:
    """Another row for the same arrival. An extension stays as far as the new row allows one."""
    before = _begun(course)
    fresh = _begin(law, before.began_at, h.kind, h.case)
    furthest, extended = fresh.term.extendable_to, before.due_on > before.term.due_on
    if extended and furthest is not None:
        fresh = replace(fresh, due_on=min(max(fresh.due_on, before.due_on), furthest))
    return replace(
        fresh, hearing_on=before.hearing_on, documents_by=before.documents_by,
        waiting_since=before.waiting_since, waited=before.waited,
    )  # fmt: skip


def _extend(law: Law, course: Course | None, h: Happening) -> Course:
    before, until = _begun(course), h.until
    if until is None or not may_extend(before.term, before.due_on, until):
        raise WrongStatus("The law does not let this term be extended so far.")
    policy = before.term.policy
    told_by = count(
        business_date(h.at), policy.notify_days or 0, policy.notify_unit, law.workdays
    )  # fmt: skip
    return replace(before, due_on=until, told_by=told_by)


def may_extend(term: Term, due_on: date, until: date) -> bool:
    return term.extendable_to is not None and due_on < until <= term.extendable_to


def _ask(_law: Law, course: Course | None, h: Happening) -> Course:
    before = _begun(course)
    since = before.waiting_since or business_date(h.at)
    return replace(before, documents_by=h.until, waiting_since=since)


def _give(law: Law, course: Course | None, h: Happening) -> Course:
    """The wait is over. Where the law stops the clock meanwhile, the last day moves by it."""
    before = _begun(course)
    if before.waiting_since is None:
        return before
    days = max(0, law.workdays.between(before.waiting_since, business_date(h.at)))
    due = before.due_on
    if before.term.policy.may_pause:
        due = law.workdays.add(due, days) if days else due
    return replace(
        before, due_on=due, documents_by=None, waiting_since=None, waited=before.waited + days
    )


def _hear(_law: Law, course: Course | None, h: Happening) -> Course:
    return replace(_begun(course), hearing_on=h.until)


def _end(_law: Law, course: Course | None, h: Happening) -> Course:
    return replace(_begun(course), ended_at=h.at, waiting_since=None, documents_by=None)


def _resume(_law: Law, course: Course | None, _h: Happening) -> Course:
    """It had ended with another appeal, which came to nothing: the old clock never stopped."""
    return replace(_begun(course), ended_at=None)


FOLDS: dict[Step, Callable[[Law, Course | None, Happening], Course]] = {
    Step.RECEIVED: _receive,
    Step.RECAST: _recast,
    Step.REDIRECTED: _begin_again,
    Step.EXTENDED: _extend,
    Step.ASKED: _ask,
    Step.GIVEN: _give,
    Step.HEARING: _hear,
    Step.ENDED: _end,
    Step.REOPENED: _begin_again,
    Step.RESUMED: _resume,
}


def deadlines(law: Law, course: Course) -> list[Deadline]:
    """Every day of the law on this course, by date; a row that the law has not is left out."""
    policy = course.term.policy
    found = [Deadline("answer", course.due_on, policy)]
    redirect = row(law, course, "redirect")
    if redirect is not None:
        found.append(
            Deadline("redirect", latest_redirect(law, course.began_at, redirect), redirect)
        )
    reviewing = row(law, course, "reviewing_body") if course.kind == "complaint" else None
    if reviewing is not None:
        last = latest_redirect(law, course.began_at, reviewing)
        found.append(Deadline("reviewing_body", last, reviewing))
    hearing = row(law, course, "hearing")
    if hearing is not None:
        last = latest_notice(law, course.due_on, hearing)
        found.append(Deadline("preliminary", last, hearing))
        if course.hearing_on is not None:
            found.append(Deadline("hearing", course.hearing_on, hearing))
    if course.told_by is not None:
        found.append(Deadline("told_of_extension", course.told_by, policy))
    defects = row(law, course, "defects")
    if course.documents_by is not None and defects is not None:
        found.append(Deadline("documents", course.documents_by, defects))
    return sorted([*found, *_after_silence(law, course)], key=lambda one: one.on)


def _after_silence(law: Law, course: Course) -> list[Deadline]:
    """From when no answer counts as a refusal, and how long that may be complained of."""
    refused, silence = course.refused_by_silence_on(), row(law, course, "silence")
    if refused is None or silence is None:
        return []
    found = [Deadline("silence", refused, silence)]
    period = row(law, course, "complaint_period")
    if period is not None:
        last = count(refused, period.term, period.unit, law.workdays)
        found.append(Deadline("complaint", last, period))
    return found


def latest_redirect(law: Law, began_at: datetime, policy: TermPolicy) -> date:
    return count(business_date(began_at), policy.term, policy.unit, law.workdays)


def latest_notice(law: Law, due_on: date, policy: TermPolicy) -> date:
    """The last day on which a preliminary decision can be told in time (Code art. 73)."""
    if policy.anchor is not Anchor.BACKWARD:
        return due_on
    return law.workdays.add(due_on, -policy.term)


def row(law: Law, course: Course, case: str) -> TermPolicy | None:
    """The row for another case on the day this clock began; None where the law has none."""
    try:
        return choose_policy(
            law.rows, kind=course.kind, case=case, day=business_date(course.began_at)
        )
    except NotFound:
        return None
