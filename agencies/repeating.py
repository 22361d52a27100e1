"""An appeal that repeats an earlier one of the same person, and why it was written again.

The reasons are those that the law of 2007 tells apart (`data/repeat_reasons.toml`). Copies of one
letter to several agencies, and several people about one object, are no repeats. Under the Code a
repeat without new arguments, after an exhaustive answer, may end without another one (art. 70), so
whether it has any is kept too.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import journal
from agencies.appeals import Appeal, Applicant, place_of, visible
from agencies.directory import Origin
from agencies.errors import Invalid, WrongStatus
from agencies.reference import labels
from agencies.staff import Officer

MOST = 50
DISAGREES = "disagrees"
"""The reason that needs an answer to disagree with."""


def is_same_person(one: Applicant | None, other: Applicant | None) -> bool:
    """By the identification number; where one of them gave none, by name and a way to reach.

    A name alone never says it: namesakes must not come to read each other's appeals.
    """
    if one is None or other is None:
        return False
    if one.iin_index and other.iin_index:
        return one.iin_index == other.iin_index
    reach = {one.phone, one.email.casefold()} & {other.phone, other.email.casefold()} - {""}
    return bool(reach) and _plain(one.name) == _plain(other.name) != ""


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def of_the_same_person(session: Session, appeal: Appeal, *, officer: Officer) -> list[Appeal]:
    """Others by this person that the officer may see, the newest first."""
    person, found = appeal.applicant, dict[int, Appeal]()
    if person is None:
        return []
    ways = (
        (Applicant.iin_index, person.iin_index),
        (Applicant.phone, person.phone),
        (Applicant.email, person.email),
    )
    for column, value in ways:
        if value:
            query = select(Appeal).join(Appeal.applicant).where(column == value)
            query = query.where(Appeal.id != appeal.id, Appeal.source == Origin.HALL)
            query = visible(query.order_by(Appeal.received_at.desc()), officer).limit(MOST)
            rows = session.scalars(query).unique()
            found |= {one.id: one for one in rows if is_same_person(person, one.applicant)}
    return sorted(found.values(), key=place_of, reverse=True)[:MOST]


def is_earlier(one: Appeal, other: Appeal) -> bool:
    return place_of(one) < place_of(other)


def mark(
    session: Session, appeal: Appeal, *, of: Appeal, reason: str, new: bool, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """The appeal repeats an earlier one. The caller holds it. Raises Invalid (`appeal`, `reason`).

    `new` says that there are arguments or circumstances which the earlier one had not.
    """
    problems = {}
    if not is_earlier(of, appeal) or not is_same_person(appeal.applicant, of.applicant):
        problems["appeal"] = "Choose an earlier appeal of the same person."
    if reason not in labels("repeat_reason"):
        problems["reason"] = "Say why the person writes again."
    elif reason == DISAGREES and of.first_answer_at is None:
        problems["reason"] = "That appeal has no answer yet that one could disagree with."
    if problems:
        raise Invalid(problems)
    if (appeal.repeats_id, appeal.repeat_reason, appeal.repeat_new) == (of.id, reason, new):
        raise WrongStatus("This is marked already.")
    appeal.repeats, appeal.repeat_reason, appeal.repeat_new = of, reason, new
    appeal.repeat_marked_at = now
    journal.append(
        appeal, "repeat_marked", by=by, now=now, number=of.number, because=reason, new=new
    )
    session.flush()


def unmark(appeal: Appeal, *, by: Officer, now: datetime) -> None:
    """It was no repeat after all."""
    if appeal.repeats_id is None:
        raise WrongStatus("This appeal is not marked as a repeat.")
    appeal.repeats, appeal.repeat_reason, appeal.repeat_new = None, "", False
    appeal.repeat_marked_at = None
    journal.append(appeal, "repeat_unmarked", by=by, now=now)
