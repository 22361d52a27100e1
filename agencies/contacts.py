"""Ways to reach an applicant, forgotten sooner than the appeal: telephone and e-mail.

They serve the answer and what may follow it. Once that is over the appeal is still kept for years,
but nobody needs to ring any more. The secret link, the postal address and the desk stay, so every
right that the law gives can still be used; a complaint lodged later may name a way of its own.
The term is data (`data/retention.toml`).
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    String,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from agencies import erasure_holds, erasures, journal, notices
from agencies.appeals import FINISHED, Appeal, Applicant, Claim
from agencies.calendar import business_date, start_of
from agencies.complaints import Complaint
from agencies.db import Base
from agencies.directory import Origin
from agencies.languages import LANGUAGES
from agencies.redress import Review

FEWEST_DAYS = 180
"""Whatever the file says: three months to complain, the term of the complaint and a month to go to
court lie within (Code arts 92, 99, 136)."""
HEAD_KEPT = (b"subject:", b"date:", b"mime-version:", b"content-")
"""Lines at the head of an e-mail that tell no address."""
OF_THE_PERSON = """
UPDATE visitor SET phone = '', email = '' WHERE iin_index = :index AND NOT EXISTS (
  SELECT FROM applicant WHERE applicant.iin_index = :index AND (phone <> '' OR email <> ''))
"""
"""The card at the desk, once no appeal of the person needs a way to reach them."""


@dataclass(frozen=True)
class ContactRule:
    """Days after the last step of the appeal and of every complaint about it."""

    code: str
    days: int
    names: dict[str, str]
    basis: dict[str, str]


class ContactErasure(Base):
    """The tombstone: whose contacts went, when and by which rule."""

    __tablename__ = "contact_erasure"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    at: Mapped[datetime]
    rule: Mapped[str] = mapped_column(String(32))


@cache
def rule() -> ContactRule:
    row = tomllib.loads(erasures.RULES.read_text(encoding="utf-8"))["contacts"]
    if row["days"] < FEWEST_DAYS:
        raise ValueError(f"{erasures.RULES}: contacts are kept for {FEWEST_DAYS} days at least")
    names, basis = (
        {code: row[f"{field}_{code}"] for code in LANGUAGES} for field in ("name", "basis")
    )
    return ContactRule(row["code"], row["days"], names, basis)


def due(today: date) -> Any:
    """Appeals of which nobody needs to be told anything more, the longest finished first."""
    before = start_of(today - timedelta(days=rule().days))
    main = aliased(Appeal)
    answers = exists().where(main.id == Appeal.merged_into_id, _is_over(main, before))
    return (
        select(Appeal)
        .join(Appeal.applicant)
        .where(
            Appeal.source == Origin.HALL,
            or_(Applicant.phone != "", Applicant.email != ""),
            _is_over(Appeal, before),
            or_(Appeal.merged_into_id.is_(None), answers),
            ~erasure_holds.stands(),
            ~exists().where(
                Claim.appeal_id == Appeal.id,
                Review.claim_id == Claim.id,
                Review.decided_at.is_(None),
            ),
            ~_complained(before),
        )
        .order_by(_last_step(Appeal), Appeal.id)
    )


def _is_over(appeal: Any, before: datetime) -> Any:
    return and_(appeal.status.in_(FINISHED), _last_step(appeal) < before)


def _last_step(appeal: Any) -> Any:
    return func.coalesce(appeal.closed_at, appeal.answered_at)


def _complained(before: datetime) -> Any:
    """A complaint about a claim of it goes on, or was decided a short while ago."""
    complaint = aliased(Appeal)
    return exists().where(
        Claim.appeal_id == Appeal.id, Complaint.claim_id == Claim.id,
        complaint.id == Complaint.appeal_id, ~_is_over(complaint, before),
    )  # fmt: skip


def due_count(session: Session, *, today: date) -> int:
    found = due(today).with_only_columns(Appeal.id).order_by(None)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def forget(session: Session, appeal: Appeal, *, now: datetime) -> ContactErasure:
    """Telephone and e-mail leave every place for ever. The caller holds the appeal."""
    person = appeal.applicant
    if person is not None:
        person.phone = person.email = ""
        session.flush()
        session.execute(text(OF_THE_PERSON), {"index": person.iin_index})
    notices.forget(session, f"appeal/{appeal.number}", now=now)
    _forget_in_mail(session, appeal)
    session.execute(text("DELETE FROM case_print WHERE appeal_id = :id"), {"id": appeal.id})
    journal.append(appeal, "contacts_erased", by=None, now=now, rule=rule().code)
    tombstone = ContactErasure(appeal_id=appeal.id, at=now, rule=rule().code)
    session.add(tombstone)
    session.flush()
    return tombstone


def _forget_in_mail(session: Session, appeal: Appeal) -> None:
    """Of the letter as it came the words and files stay; who sent it and by which way goes."""
    letters = text("SELECT id, raw FROM mail_letter WHERE appeal_id = :id")
    for letter_id, raw in session.execute(letters, {"id": appeal.id}).all():
        kept = {"raw": without_addresses(bytes(raw)), "id": letter_id}
        session.execute(text("UPDATE mail_letter SET raw = :raw, sender = '' WHERE id = :id"), kept)


def without_addresses(letter: bytes) -> bytes:
    """The e-mail with only those lines at its head that tell what it is, not whose."""
    parts = re.split(rb"(\r?\n\r?\n)", letter, maxsplit=1)
    lines = re.split(rb"\r?\n(?![ \t])", parts[0])
    kept = [line for line in lines if line.lower().startswith(HEAD_KEPT)]
    return b"\r\n".join(kept) + b"".join(parts[1:])


def run(session: Session, *, now: datetime, most: int = 2000) -> Iterator[ContactErasure]:
    """What the rule asks for today, one appeal at a time: the caller commits each."""
    found = due(business_date(now)).with_only_columns(Appeal.id).limit(most)
    for appeal_id in session.scalars(found).all():
        held = session.scalar(
            due(business_date(now)).where(Appeal.id == appeal_id).with_for_update(of=Appeal)
            .execution_options(populate_existing=True)
        )  # fmt: skip
        if held is not None:
            yield forget(session, held, now=now)


def erased_so_far(session: Session) -> tuple[int, datetime | None]:
    """How many appeals' contacts went, and when the newest did."""
    count, newest = session.execute(
        select(func.count(), func.max(ContactErasure.at)).select_from(ContactErasure)
    ).one()
    return count, newest
