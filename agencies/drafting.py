"""The answer while it is being written: one text of the agency, kept at each pause of typing.

Whoever keeps a text says which version it was made from. Where a colleague was faster, nothing is
overwritten; where the writer changes, the text before stays as a turn of its own. Another agency
never reads it. None of it is in the journal: a draft is no step until it goes to the head.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Claim, ClaimStatus
from agencies.appeals.moves import must_be
from agencies.db import Base
from agencies.errors import Invalid, TakenByAnother
from agencies.staff import Officer

LONGEST, LONGEST_FIELD = 60_000, 2000
SHOWN = 20


@dataclass(frozen=True)
class Draft:
    """The answer and how the claim ends; the rule it rests on, what was done for the person, and
    what the agency learns from it.
    """

    text: str
    outcome: str = ""
    rule: str = ""
    remedy: str = ""
    lesson: str = ""
    ground: str = ""
    """Of the law, where the claim ends without an answer on the substance (`agencies.grounds`)."""

    @classmethod
    def of(cls, claim: Claim) -> "Draft":
        return cls(
            claim.draft, claim.draft_outcome, claim.rule_cited, claim.remedy, claim.lesson,
            claim.ground,
        )  # fmt: skip


class AnswerTurn(Base):
    """What one person had written before another went on."""

    __tablename__ = "answer_turn"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime]
    text: Mapped[str]

    by: Mapped[Officer] = relationship(lazy="joined")


def keep(
    session: Session, claim: Claim, draft: Draft, *, seen: int, by: Officer, now: datetime
) -> None:
    """The caller holds the appeal. `seen` is the version that the text was made from.

    Raises TakenByAnother where a newer one stands; WrongStatus once the draft has gone to the head.
    """
    must_be(claim, ClaimStatus.IN_WORK)
    must_fit(draft)
    must_be_newest(claim, seen)
    if draft != Draft.of(claim):
        write(session, claim, draft, by=by, now=now)


def must_fit(draft: Draft) -> None:
    fields = {"rule": draft.rule, "remedy": draft.remedy, "lesson": draft.lesson}
    too_long = {name for name, words in fields.items() if len(words) > LONGEST_FIELD}
    if len(draft.text) > LONGEST:
        too_long.add("text")
    if too_long:
        raise Invalid(dict.fromkeys(sorted(too_long), "This is too long."))


def must_be_newest(claim: Claim, seen: int) -> None:
    if claim.draft_version != seen:
        raise TakenByAnother(
            "A colleague changed this draft while you were writing. Nothing was overwritten; "
            "what you typed is kept."
        )


def write(session: Session, claim: Claim, draft: Draft, *, by: Officer, now: datetime) -> None:
    """The next version. The text of another writer is laid aside, not lost."""
    if claim.draft_by_id != by.id and claim.draft != draft.text:
        _lay_aside(session, claim)
    claim.draft, claim.draft_outcome = draft.text, draft.outcome
    claim.rule_cited, claim.remedy, claim.lesson = draft.rule, draft.remedy, draft.lesson
    claim.ground = draft.ground
    claim.draft_by, claim.draft_by_id, claim.draft_at = by, by.id, now
    claim.draft_version += 1


def leave(session: Session, claim: Claim) -> None:
    """The claim goes to another agency, which begins with an empty page of its own."""
    _lay_aside(session, claim)
    claim.draft = claim.draft_outcome = claim.rule_cited = claim.remedy = claim.lesson = ""
    claim.ground = ""
    claim.draft_by = claim.draft_by_id = claim.draft_at = None
    claim.draft_version += 1


def _lay_aside(session: Session, claim: Claim) -> None:
    if claim.draft_by_id is None or claim.draft_at is None or not claim.draft.strip():
        return
    session.add(
        AnswerTurn(
            claim_id=claim.id, by_id=claim.draft_by_id, at=claim.draft_at, text=claim.draft
        )
    )  # fmt: skip


def turns(session: Session, claim: Claim) -> list[AnswerTurn]:
    """Texts laid aside by people of the agency that has the claim now, the newest first."""
    query = select(AnswerTurn).join(Officer, Officer.id == AnswerTurn.by_id)
    query = query.where(AnswerTurn.claim_id == claim.id, Officer.agency_id == claim.agency_id)
    return list(session.scalars(query.order_by(AnswerTurn.id.desc()).limit(SHOWN)))
