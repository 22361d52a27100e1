"""The appeal as lodged, its claims, who lodged it and of whom it complains: the records."""

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.db import Base
from agencies.directory import Agency, District, Origin, Subject
from agencies.journal import BEGINNING, JournalEntry
from agencies.staff import Officer
from agencies.terms import AppealKind, TermPolicy


class Channel(StrEnum):
    DESK = "desk"
    PHONE = "phone"
    PORTAL = "portal"
    POST = "post"
    EMAIL = "email"
    SOCIAL = "social"
    IMPORT = "import"


class ClaimStatus(StrEnum):
    REGISTERED = "registered"
    ROUTED = "routed"
    IN_WORK = "in_work"
    IN_APPROVAL = "in_approval"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


GONE = frozenset({ClaimStatus.WITHDRAWN, ClaimStatus.MERGED})
"""Ended without an answer of its own."""
FINISHED = frozenset({ClaimStatus.ANSWERED, ClaimStatus.CLOSED}) | GONE
OPEN_IN_SQL = "status NOT IN ('answered', 'closed', 'withdrawn', 'merged')"
"""The condition of the indexes over what is open; a query says it by `is_open()`."""
TALLIED = ["status", "officer_id", "agency_id", "special", "appeal_id", "arbitration_since"]
"""What the counts above a list ask of an open claim beside its last day: the index tells it all."""


class Applicant(Base):
    """Who lodged the appeal, as stated on that day. The identification number is sealed."""

    __tablename__ = "applicant"
    __table_args__ = (
        Index("ix_applicant_phone", "phone", postgresql_where=text("phone <> ''")),
        Index("ix_applicant_email", "email", postgresql_where=text("email <> ''")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str]
    is_organisation: Mapped[bool] = mapped_column(default=False)
    iin_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    iin_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    iin_mask: Mapped[str] = mapped_column(String(16), default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    representative: Mapped[str] = mapped_column(default="", server_default="")
    """Who speaks for the applicant, and `authority` by which paper or law (Code art. 63)."""
    authority: Mapped[str] = mapped_column(default="", server_default="")
    signatories: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many signed; of a collective appeal the name above is whom the answer goes to."""

    @property
    def persons(self) -> tuple[str, ...]:
        """Names of the people on the card; that of an organisation is nobody's."""
        return tuple(filter(None, ("" if self.is_organisation else self.name, self.representative)))


class Appeal(Base):
    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index(
            "ix_appeal_open",
            "id",
            postgresql_include=["district_id", "subject_id", "received_at"],
            postgresql_where=text(OPEN_IN_SQL),
        ),
        Index("ix_appeal_open_due_on", "due_on", postgresql_where=text("closed_at IS NULL")),
        Index(
            "ix_appeal_words",
            "words",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        ),
        Index("ix_appeal_wordless", "id", postgresql_where=text("words IS NULL")),
        Index("ix_appeal_received_at_id", "received_at", "id"),
        Index(
            "ix_appeal_repeats_id", "repeats_id", postgresql_where=text("repeats_id IS NOT NULL")
        ),
        Index(
            "ix_appeal_merged_into_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index(
            "ix_appeal_number_end",
            func.reverse(text("number")).label("end"),
            postgresql_ops={"end": "text_pattern_ops"},
        ),
        Index(
            "ix_appeal_national_end",
            func.reverse(text("eotinish_number")).label("end"),
            postgresql_ops={"end": "text_pattern_ops"},
            postgresql_where=text("eotinish_number <> ''"),
        ),
        Index(
            "ix_appeal_unnumbered",
            "registered_on",
            "id",
            postgresql_where=text("eotinish_number = '' AND source = 'hall'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[AppealKind]
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[Channel]
    higher_body: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """The body above to which the person wrote and that sent it on, mostly none."""
    text: Mapped[str]
    status: Mapped[ClaimStatus] = mapped_column(default=ClaimStatus.REGISTERED, index=True)
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("applicant.id"), index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    address: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    received_at: Mapped[datetime] = mapped_column(index=True)
    registered_on: Mapped[date]
    due_on: Mapped[date]
    policy_code: Mapped[str] = mapped_column(ForeignKey("term_policy.code"))
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    receiver: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """Name and position of the person who took the appeal, as they were (Code art. 64(2))."""
    special: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """The sort of special personal data in it (`agencies.special_data`), mostly none."""
    link_seed: Mapped[str] = mapped_column(String(32), default=lambda: secrets.token_hex(16))
    link_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    eotinish_number: Mapped[str] = mapped_column(String(64), default="")
    """That of the national register (`agencies.reconciliation`)."""
    eotinish_registered_on: Mapped[date | None]
    source: Mapped[Origin] = mapped_column(default=Origin.HALL)
    source_id: Mapped[str | None] = mapped_column(String(64))
    first_answer_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    redirections: Mapped[int] = mapped_column(default=0)
    reopenings: Mapped[int] = mapped_column(default=0)
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    """The earlier appeal of the same person that this one repeats (`agencies.repeating`)."""
    repeat_reason: Mapped[str] = mapped_column(String(32), default="", server_default="")
    repeat_new: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the repeat brings new arguments or circumstances."""
    repeat_marked_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    """The appeal of the same person that answers this one too (`agencies.merging`)."""
    words: Mapped[Any | None] = mapped_column(TSVECTOR, deferred=True)
    """Stems for search (`agencies.search`); none until they were drawn."""
    journal_length: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[bytes] = mapped_column(LargeBinary, default=BEGINNING)
    anchored_length: Mapped[int] = mapped_column(default=0, server_default="0")
    """How much of the journal the newest anchor covers (`agencies.anchors`)."""

    applicant: Mapped[Applicant | None] = relationship(lazy="joined")
    district: Mapped[District | None] = relationship(lazy="joined")
    subject: Mapped[Subject | None] = relationship(lazy="joined")
    policy: Mapped[TermPolicy] = relationship(lazy="joined")
    received_by: Mapped[Officer | None] = relationship()
    repeats: Mapped["Appeal | None"] = relationship(foreign_keys=[repeats_id], remote_side=[id])
    merged_into: Mapped["Appeal | None"] = relationship(
        foreign_keys=[merged_into_id], remote_side=[id]
    )
    claims: Mapped[list["Claim"]] = relationship(back_populates="appeal", order_by="Claim.ordinal")
    journal: Mapped[list[JournalEntry]] = relationship(order_by=JournalEntry.position)
    complained_of: Mapped[list["ComplainedOf"]] = relationship(order_by="ComplainedOf.officer_id")

    @property
    def open_claims(self) -> list["Claim"]:
        return [claim for claim in self.claims if claim.is_open]


class Claim(Base):
    """One matter of an appeal for one agency, with its own officer, term and outcome."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("appeal_id", "ordinal"),
        Index("ix_claim_work", "agency_id", "status", "due_on"),
        Index("ix_claim_due_on_id", "due_on", "id"),
        Index("ix_claim_lesson", "answered_at", "id", postgresql_where=text("lesson <> ''")),
        Index(
            "ix_claim_open",
            "due_on",
            "id",
            postgresql_include=TALLIED,
            postgresql_where=text(OPEN_IN_SQL),
        ),
        Index(
            "ix_claim_sought",
            "agency_id",
            "due_on",
            "id",
            postgresql_include=["status", "officer_id", "special", "appeal_id"],
        ),
        Index(
            "ix_claim_joined_to_id",
            "joined_to_id",
            postgresql_where=text("joined_to_id IS NOT NULL"),
        ),
        Index(
            "ix_claim_open_agency",
            "agency_id",
            "due_on",
            "id",
            postgresql_include=[name for name in TALLIED if name != "agency_id"],
            postgresql_where=text(OPEN_IN_SQL),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    ordinal: Mapped[int]
    text: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    """The body named in a historical case, beside the agency of the hall it maps to."""
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    status: Mapped[ClaimStatus] = mapped_column(default=ClaimStatus.REGISTERED)
    registered_on: Mapped[date]
    first_due_on: Mapped[date]
    due_on: Mapped[date]
    extendable_to: Mapped[date | None]
    special: Mapped[bool] = mapped_column(default=False, server_default="false")
    """As on its appeal, so that a list need not read that."""
    suggestions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    draft: Mapped[str] = mapped_column(default="")
    draft_outcome: Mapped[str] = mapped_column(String(32), default="")
    draft_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Grows with each text that was kept (`agencies.drafting`)."""
    draft_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    draft_at: Mapped[datetime | None]
    rule_cited: Mapped[str] = mapped_column(default="", server_default="")
    """The rule of law it rests on; with the remedy and the lesson, what an ombudsman asks."""
    remedy: Mapped[str] = mapped_column(default="", server_default="")
    lesson: Mapped[str] = mapped_column(default="", server_default="")
    ground: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """Why it ends without an answer on the substance: a code of `agencies.grounds`."""
    control_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    """Who controls the quality of the draft just now (`agencies.quality`)."""
    control_since: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(String(32), default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    """The claim of the main appeal that answers this one too (`agencies.merging`)."""
    hearing_on: Mapped[date | None]
    own_policy_code: Mapped[str | None] = mapped_column(ForeignKey("term_policy.code"))
    """The row of law behind this claim's clock where it began anew; none: that of the appeal."""
    deemed_refused_on: Mapped[date | None]
    """The day after a term that passed without an answer (Code art. 91(2))."""
    documents_by: Mapped[date | None]
    """The day by which the applicant was asked to mend what is missing (Code art. 64)."""
    heard_at: Mapped[datetime | None]
    arbitration_since: Mapped[datetime | None]
    """Since when the agencies wait for a supervisor to say who is competent."""
    first_answer_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    redirections: Mapped[int] = mapped_column(default=0)
    reopenings: Mapped[int] = mapped_column(default=0)

    appeal: Mapped[Appeal] = relationship(back_populates="claims")
    agency: Mapped[Agency | None] = relationship(foreign_keys=[agency_id], lazy="joined")
    body: Mapped[Agency | None] = relationship(foreign_keys=[body_id])
    officer: Mapped[Officer | None] = relationship(foreign_keys=[officer_id])
    draft_by: Mapped[Officer | None] = relationship(foreign_keys=[draft_by_id])
    control_by: Mapped[Officer | None] = relationship(foreign_keys=[control_by_id])
    approved_by: Mapped[Officer | None] = relationship(foreign_keys=[approved_by_id])
    joined_to: Mapped["Claim | None"] = relationship(foreign_keys=[joined_to_id], remote_side=[id])
    subject: Mapped[Subject | None] = relationship(lazy="joined")
    own_policy: Mapped[TermPolicy | None] = relationship(lazy="joined")
    outlook: Mapped["ClaimOutlook | None"] = relationship(viewonly=True)

    @property
    def policy(self) -> TermPolicy:
        return self.own_policy or self.appeal.policy

    @property
    def is_open(self) -> bool:
        return self.status not in FINISHED

    def is_overdue_on(self, day: date) -> bool:
        return self.is_open and self.due_on < day


class ClaimOutlook(Base):
    """How many of 1,000 claims that stood where this one stands were late (`agencies.outlooks`).

    It holds while the claim is due on the day it was made for.
    """

    __tablename__ = "claim_outlook"

    claim_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("claim.id", ondelete="CASCADE"), primary_key=True
    )
    due_on: Mapped[date]
    made_at: Mapped[datetime]
    days_left: Mapped[int]
    late: Mapped[int]
    base: Mapped[int]
    """How many stood there; never fewer than 20."""
    level: Mapped[int]
    """Whose they were: 0 of the agency and topic, 1 of the agency, 2 of the whole register."""


class ComplainedOf(Base):
    """An appeal complains of this person of the house."""

    __tablename__ = "complained_of"
    __table_args__ = (Index("ix_complained_of_officer", "officer_id", "appeal_id"),)

    appeal_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("appeal.id", ondelete="CASCADE"), primary_key=True
    )
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    named_at: Mapped[datetime]
    named_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))

    officer: Mapped[Officer] = relationship(foreign_keys=[officer_id])


def is_open(record: type[Claim] | type[Appeal] = Claim) -> ColumnElement[bool]:
    """Written out in the statement: with parameters the planner could not use its indexes.

    An appeal is open while any claim of it is, since it has the status of the one that has come
    least far (`agencies.appeals.moves`).
    """
    finished: BindParameter[Any] = bindparam(
        None, sorted(FINISHED), expanding=True, literal_execute=True
    )
    return record.status.not_in(finished)
