"""Beginnings of answers: texts of an agency by subject and language, with fields to be filled.

A template is never overwritten: each change is a new version, so it can be seen what stood there
when an answer was begun.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    and_,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies.appeals import Claim
from agencies.db import Base
from agencies.directory import Agency, Subject
from agencies.errors import Invalid, NotAllowed, NotFound, TakenByAnother
from agencies.languages import LANGUAGES
from agencies.staff import Officer, Role

FIELDS = ("number", "date", "name", "subject", "agency", "article", "due", "today")
"""What may stand in braces: of the appeal, its applicant, its claim and the day of writing."""
FIELD = re.compile(r"\{([a-z_]+)\}")
LONGEST, LONGEST_TITLE = 20_000, 120


class ReplyTemplate(Base):
    """Of one agency. Without a subject it is offered for every claim in its language."""

    __tablename__ = "reply_template"
    __table_args__ = (
        Index(
            "ix_reply_template_used", "agency_id", "language",
            postgresql_where=text("retired_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()
    subject: Mapped[Subject | None] = relationship(lazy="joined")
    versions: Mapped[list["ReplyVersion"]] = relationship(
        back_populates="template", order_by="ReplyVersion.version.desc()"
    )
    newest: Mapped["ReplyVersion"] = relationship(
        primaryjoin=lambda: and_(
            ReplyVersion.template_id == ReplyTemplate.id,
            ReplyVersion.version == ReplyTemplate.version,
        ),
        viewonly=True,
        uselist=False,
    )


class ReplyVersion(Base):
    """Append-only."""

    __tablename__ = "reply_version"
    __table_args__ = (UniqueConstraint("template_id", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("reply_template.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]

    template: Mapped[ReplyTemplate] = relationship(back_populates="versions")
    by: Mapped[Officer] = relationship(lazy="joined")


@dataclass(frozen=True)
class Wording:
    title: str
    text: str
    language: str
    subject: Subject | None = None


def begin(session: Session, wording: Wording, *, by: Officer, now: datetime) -> ReplyTemplate:
    """A new template of the head's agency."""
    agency = _agency_of(by)
    _must_be_whole(wording)
    template = ReplyTemplate(
        agency=agency, subject=wording.subject, language=wording.language, version=0
    )
    session.add(template)
    _add_version(template, wording, by=by, now=now)
    return template


def revise(
    session: Session, template: ReplyTemplate, wording: Wording, *, seen: int, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """The next version, made from version `seen`. TakenByAnother where a newer one stands."""
    _agency_of(by)
    _must_be_whole(wording)
    session.refresh(template, with_for_update={"of": ReplyTemplate})
    if template.version != seen:
        raise TakenByAnother(
            "Somebody changed this template after you opened it. Below is what you typed; "
            "the newest text stands among the versions."
        )
    template.subject, template.language = wording.subject, wording.language
    _add_version(template, wording, by=by, now=now)


def _add_version(template: ReplyTemplate, wording: Wording, *, by: Officer, now: datetime) -> None:
    template.version += 1
    template.versions.append(
        ReplyVersion(
            version=template.version, title=wording.title.strip(), text=wording.text.strip(),
            by=by, at=now,
        )
    )  # fmt: skip


def retire(template: ReplyTemplate, *, by: Officer, now: datetime) -> None:
    """It is offered no more; answers begun with it stay as they are."""
    _agency_of(by)
    template.retired_at = template.retired_at or now


def restore(template: ReplyTemplate, *, by: Officer) -> None:
    _agency_of(by)
    template.retired_at = None


def _agency_of(by: Officer) -> Agency:
    if by.role is not Role.HEAD or by.agency is None:
        raise NotAllowed("Only the head of the agency changes its templates.")
    return by.agency


def _must_be_whole(wording: Wording) -> None:
    problems = {}
    if not wording.title.strip():
        problems["title"] = "Give the template a name."
    elif len(wording.title.strip()) > LONGEST_TITLE:
        problems["title"] = "This is too long."
    if wording.language not in LANGUAGES:
        problems["language"] = "Choose one of the values on the list."
    if not wording.text.strip():
        problems["text"] = "Write the text."
    elif len(wording.text) > LONGEST:
        problems["text"] = "This is too long."
    elif set(FIELD.findall(wording.text)) - set(FIELDS):
        problems["text"] = "A field in braces is not known. Look at the list of fields below."
    if problems:
        raise Invalid(problems)


def of_agency(session: Session, officer: Officer) -> list[ReplyTemplate]:
    """Templates of the officer's agency, those in use first."""
    query = select(ReplyTemplate).where(ReplyTemplate.agency_id == officer.agency_id)
    query = query.options(joinedload(ReplyTemplate.newest))
    order = (ReplyTemplate.retired_at.is_not(None), ReplyTemplate.language, ReplyTemplate.id)
    return list(session.scalars(query.order_by(*order)))


def one_of(session: Session, template_id: int, *, officer: Officer) -> ReplyTemplate:
    found = session.get(ReplyTemplate, template_id)
    if found is None or found.agency_id != officer.agency_id:
        raise NotFound("There is no such template in your agency.")
    return found


def offered(session: Session, claim: Claim) -> list[ReplyTemplate]:
    """Templates for an answer to this claim: those of its subject before those for everything."""
    topics = [t for t in (claim.subject_id, claim.subject and claim.subject.parent_id) if t]
    query = select(ReplyTemplate).where(
        ReplyTemplate.agency_id == claim.agency_id, ReplyTemplate.retired_at.is_(None),
        ReplyTemplate.language == claim.appeal.language,
        or_(ReplyTemplate.subject_id.is_(None), ReplyTemplate.subject_id.in_(topics)),
    )  # fmt: skip
    query = query.options(joinedload(ReplyTemplate.newest))
    order = (ReplyTemplate.subject_id.is_(None), ReplyTemplate.id)
    return list(session.scalars(query.order_by(*order)))


def filled(words: str, claim: Claim, *, today: date) -> str:
    """The text with its fields filled in the language of the appeal. What nobody knows stays in its
    braces, so that it is seen.
    """
    known = _values(claim, today)
    return FIELD.sub(lambda field: known.get(field[1]) or field[0], words)


def has_unfilled(words: str) -> bool:
    return bool(set(FIELD.findall(words)) & set(FIELDS))


def _values(claim: Claim, today: date) -> dict[str, str]:
    appeal, language = claim.appeal, claim.appeal.language
    bound = claim.agency is None or claim.agency.is_state_body

    def of(record: object, name: str) -> str:
        return str(getattr(record, f"{name}_{language}", "") or "") if record else ""

    return {
        "number": appeal.number, "date": _written(appeal.registered_on),
        "due": _written(claim.due_on),
        "name": appeal.applicant.name if appeal.applicant else "",
        "subject": of(claim.subject, "name"), "agency": of(claim.agency, "name"),
        "article": of(claim.policy, "basis") if bound else "", "today": _written(today),
    }  # fmt: skip


def _written(day: date) -> str:
    return f"{day:%d.%m.%Y}"
