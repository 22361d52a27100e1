"""Proposals to change the law: the record, its table of moves, the one mover, its journal.

    idea -> draft -> frozen -> hearing -> heard -> on_agenda -> adopted -> sent -> answered
             ^ revised from any of these    |                              |  ^ late answer
             +------------------------------+ returned                     v  |
                                            declined                    unanswered
    answered -> tracking -> in_force -> measured -> closed

A version is what was frozen: whoever changes a frozen proposal begins the next version. Causes that
do not lie in the law end in a letter to the agency instead. From `unanswered` back to `sent` where
the day of sending was mistyped and the term still runs.
"""

import hashlib
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    LargeBinary,
    String,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import numbering
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.journal import BEGINNING, bind, canonical
from agencies.staff import Officer
from reports import personal

LANGUAGES = ("kk", "ru", "en")
LAW_LANGUAGES = ("kk", "ru")
"""Without these two a proposal cannot be frozen; English may follow."""
FIELDS = ("problem", "people", "aim", "path", "options", "cost", "risk", "practice")
"""Parts of the memorandum, in its order; `title` stands before them."""
NEEDED = ("title", "problem", "aim", "cost", "risk")
LONGEST = {"title": 200}
LONGEST_PART = 4000


class ProposalStatus(StrEnum):
    IDEA = "idea"
    DRAFT = "draft"
    FROZEN = "frozen"
    HEARING = "hearing"
    HEARD = "heard"
    ON_AGENDA = "on_agenda"
    ADOPTED = "adopted"
    DECLINED = "declined"
    SENT = "sent"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"
    TRACKING = "tracking"
    IN_FORCE = "in_force"
    MEASURED = "measured"
    LETTER = "letter"
    CLOSED = "closed"


P = ProposalStatus
MOVES: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    P.IDEA: frozenset({P.DRAFT, P.LETTER, P.CLOSED}),
    P.DRAFT: frozenset({P.FROZEN, P.LETTER, P.CLOSED}),
    P.FROZEN: frozenset({P.HEARING, P.DRAFT}),
    P.HEARING: frozenset({P.HEARD, P.DRAFT}),
    P.HEARD: frozenset({P.ON_AGENDA, P.DRAFT}),
    P.ON_AGENDA: frozenset({P.ADOPTED, P.DECLINED, P.DRAFT, P.HEARD}),
    P.ADOPTED: frozenset({P.SENT}),
    P.DECLINED: frozenset(),
    P.SENT: frozenset({P.ANSWERED, P.UNANSWERED}),
    P.UNANSWERED: frozenset({P.ANSWERED, P.SENT}),
    P.ANSWERED: frozenset({P.TRACKING, P.CLOSED}),
    P.TRACKING: frozenset({P.IN_FORCE, P.CLOSED}),
    P.IN_FORCE: frozenset({P.MEASURED, P.CLOSED}),
    P.MEASURED: frozenset({P.MEASURED, P.CLOSED}),
    P.LETTER: frozenset(),
    P.CLOSED: frozenset(),
}
CHANGEABLE = frozenset({P.IDEA, P.DRAFT})
PUBLIC = frozenset(ProposalStatus) - {P.IDEA, P.DRAFT, P.FROZEN, P.HEARING, P.HEARD, P.LETTER}
"""Meetings of the council are open, so what is on their agenda is public."""


class Proposal(Base):
    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[ProposalStatus] = mapped_column(default=P.IDEA, index=True)
    origin: Mapped[str] = mapped_column(String(64), default="")
    """What it began from: `alert/17`, `step/CODE`, or empty where somebody wrote it down."""
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, default=dict)
    """Part of the memorandum -> language -> words."""
    addressee: Mapped[str] = mapped_column(String(32), default="")
    subjects: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Codes of the topics that the evidence counts."""
    agencies: Mapped[list[str]] = mapped_column(JSONB, default=list)
    """Codes of the agencies concerned; empty where any may be."""
    first: Mapped[date | None]
    last: Mapped[date | None]
    """The days that the evidence covers, both included."""
    has_voted: Mapped[bool] = mapped_column(default=False)
    """Stood on an agenda once: it is public from then on, whatever becomes of it."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    moved_at: Mapped[datetime]
    journal_length: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[bytes] = mapped_column(LargeBinary, default=BEGINNING)

    created_by: Mapped[Officer] = relationship()

    def text(self, part: str, language: str) -> str:
        """Kazakh where the translation is still missing."""
        found = self.texts.get(part, {})
        return found.get(language) or found.get("kk") or found.get("ru", "")

    @property
    def is_public(self) -> bool:
        return self.status in PUBLIC and (self.status is not P.CLOSED or self.has_voted)


class ProposalEntry(Base):
    """One step of a proposal, bound to the one before by its digest. The database keeps it."""

    __tablename__ = "proposal_entry"
    __table_args__ = (UniqueConstraint("proposal_id", "position"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


def open_idea(
    session: Session, *, title: dict[str, str], origin: str = "", by: Officer, now: datetime
) -> Proposal:
    year = business_date(now).year
    serial = numbering.next_number(session, f"proposal/{year}")
    proposal = Proposal(
        number=f"P-{year}-{serial:03}", status=P.IDEA, origin=origin, version=1,
        texts={}, subjects=[], agencies=[], created_at=now, created_by_id=by.id, moved_at=now,
        journal_length=0, journal_head=BEGINNING, has_voted=False, addressee="",
    )  # fmt: skip
    _put_words(proposal, {"title": title})
    if not proposal.text("title", "kk"):
        raise Invalid({"title_kk": "Say in a few words what should change."})
    session.add(proposal)
    session.flush()
    note(session, proposal, "opened", by=by, now=now, origin=origin)
    return proposal


def describe(
    session: Session,
    proposal: Proposal,
    *,
    words: dict[str, dict[str, str]],
    addressee: str,
    by: Officer,
    now: datetime,
) -> None:
    """Write the memorandum. Only a draft can be changed; see `comparison.revise`."""
    must_be_changeable(proposal)
    _put_words(proposal, words)
    proposal.addressee = addressee
    if proposal.status is P.IDEA:
        move(session, proposal, P.DRAFT, "drafted", by=by, now=now)
    else:
        note(session, proposal, "described", by=by, now=now)


def bound(
    proposal: Proposal, *, subjects: list[str], agencies: list[str], first: date, last: date
) -> None:
    """What the evidence will count. Raises Invalid."""
    must_be_changeable(proposal)
    if not subjects:
        raise Invalid({"subjects": "Choose at least one topic."})
    if last < first:
        raise Invalid({"last": "The period ends before it begins."})
    proposal.subjects, proposal.agencies = sorted(set(subjects)), sorted(set(agencies))
    proposal.first, proposal.last = first, last


def give_up(
    session: Session, proposal: Proposal, *, to: ProposalStatus, reason: str, by: Officer,
    now: datetime,
) -> None:  # fmt: skip
    """End without a vote: a letter to the agency where the norm is good, or no more work on it."""
    if to not in (P.LETTER, P.CLOSED):
        raise WrongStatus("A proposal is given up or becomes a letter.")
    if len(reason.strip()) < 10:
        raise Invalid({"reason": "Say why in a sentence."})
    personal.must_be_free(reason, field="reason")
    move(session, proposal, to, str(to), by=by, now=now, reason=reason.strip())


def move(
    session: Session, proposal: Proposal, to: ProposalStatus, entry: str, *, by: Officer | None,
    now: datetime, **payload: Any,
) -> None:  # fmt: skip
    """The only writer of a proposal's status; the caller holds the row (`hold`)."""
    if to not in MOVES[proposal.status]:
        raise WrongStatus("This proposal has moved on. Look at its newest state.")
    proposal.status, proposal.moved_at = to, now
    proposal.has_voted = proposal.has_voted or to is P.ON_AGENDA
    note(session, proposal, entry, by=by, now=now, **payload)


def note(
    session: Session, proposal: Proposal, kind: str, *, by: Officer | None, now: datetime,
    **payload: Any,
) -> None:  # fmt: skip
    """The next row of the journal. `payload` takes JSON values and nothing of a person."""
    position, by_id = proposal.journal_length + 1, by.id if by else None
    digest = bind(
        proposal.journal_head, position=position, kind=kind, at=now, by_id=by_id,
        payload_hash=hashlib.sha256(canonical(payload)).digest(),
    )  # fmt: skip
    session.add(
        ProposalEntry(
            proposal_id=proposal.id, position=position, kind=kind, at=now, by_id=by_id,
            payload=payload, digest=digest,
        )
    )  # fmt: skip
    proposal.journal_length, proposal.journal_head = position, digest


def is_whole(session: Session, proposal: Proposal) -> bool:
    """Whether every row of the journal still fits the one before it, and the last the record."""
    head = BEGINNING
    for row in entries(session, proposal):
        hashed = hashlib.sha256(canonical(row.payload)).digest()
        head = bind(
            head, position=row.position, kind=row.kind, at=row.at, by_id=row.by_id,
            payload_hash=hashed,
        )  # fmt: skip
        if head != row.digest:
            return False
    return head == proposal.journal_head


def entries(session: Session, proposal: Proposal) -> list[ProposalEntry]:
    query = select(ProposalEntry).filter_by(proposal_id=proposal.id)
    return list(session.scalars(query.order_by(ProposalEntry.position)))


def by_number(session: Session, number: str) -> Proposal:
    return _found(session.scalars(select(Proposal).filter_by(number=number)).first())


def hold(session: Session, number: str) -> Proposal:
    """For changing: locked until the commit, so that two persons take turns."""
    query = select(Proposal).filter_by(number=number).with_for_update()
    return _found(session.scalars(query).first())


def all_of(session: Session, *, public_only: bool = False) -> list[Proposal]:
    """The newest first."""
    found = session.scalars(select(Proposal).order_by(Proposal.id.desc()))
    return [one for one in found if one.is_public or not public_only]


def in_status(session: Session, status: ProposalStatus) -> list[Proposal]:
    """Locked, for a task that may move them."""
    query = select(Proposal).where(Proposal.status == status).order_by(Proposal.id)
    return list(session.scalars(query.with_for_update()))


def must_be_changeable(proposal: Proposal) -> None:
    if proposal.status not in CHANGEABLE:
        raise WrongStatus("What is frozen is not changed. Begin the next version first.")


def _found(proposal: Proposal | None) -> Proposal:
    if proposal is None:
        raise NotFound("There is no such proposal.")
    return proposal


def _put_words(proposal: Proposal, words: dict[str, dict[str, str]]) -> None:
    kept, problems = dict(proposal.texts), {}
    for part, by_language in words.items():
        if part != "title" and part not in FIELDS:
            continue
        kept[part] = {code: by_language.get(code, "").strip() for code in LANGUAGES}
        for code, text in kept[part].items():
            if len(text) > LONGEST.get(part, LONGEST_PART):
                problems[f"{part}_{code}"] = "This is too long to be read by the council."
            elif personal.found_in(text):
                problems[f"{part}_{code}"] = personal.REFUSED
    if problems:
        raise Invalid(problems)
    proposal.texts = kept
