"""The visitor's card: kept so that a person who comes again is known to the clerk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Identity, LargeBinary, String, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from agencies.appeals import Appeal, Applicant
from agencies.db import Base
from agencies.identity import Identity as Number
from agencies.identity import mask, read_number, read_phone
from agencies.notices import read_email
from agencies.sealing import Seal

KEPT = timedelta(days=5 * 366)
"""As long as an appeal: whoever lodges nothing is forgotten then."""


class Visitor(Base):
    """A person or organisation that came in. Without an IIN each visit makes a card of its own."""

    __tablename__ = "visitor"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str]
    is_organisation: Mapped[bool] = mapped_column(default=False)
    iin_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    iin_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    iin_mask: Mapped[str] = mapped_column(String(16), default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Card:
    """A person as stated at the desk; every field may be empty."""

    name: str
    iin: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    is_organisation: bool = False
    representative: str = ""
    authority: str = ""
    signatories: int = 1

    @property
    def says_anything(self) -> bool:
        """Of somebody without a name a phone alone tells where the answer is awaited."""
        reach = (self.address, self.phone, self.email)
        return any((self.name, self.iin, self.representative, self.signatories > 1, *reach))

    def checked(self, *, today: date) -> "Card":
        """With the phone as E.164 and the number without spaces. Raises Invalid by field."""
        number = read_number(self.iin, today=today) if self.iin.strip() else None
        return Card(
            name=" ".join(self.name.split()),
            iin=number.digits if number else "",
            address=self.address.strip(),
            phone=read_phone(self.phone),
            email=read_email(self.email) if self.email.strip() else "",
            is_organisation=self.is_organisation or bool(number and number.is_business),
            representative=" ".join(self.representative.split()),
            authority=self.authority.strip(),
            signatories=self.signatories,
        )


def admit(session: Session, card: Card, *, language: str, seal: Seal, now: datetime) -> Visitor:
    """The card on file brought up to date, or a new one. A changed name makes no second person
    of the same IIN: the appeal keeps what was stated on its day.
    """
    visitor = find(session, card.iin, seal=seal) if card.iin else None
    if visitor is None:
        visitor = Visitor(created_at=now, language=language, name=card.name, **_sealed(card, seal))
        session.add(visitor)
    visitor.name, visitor.language = card.name, language
    for field in ("address", "phone", "email"):
        setattr(visitor, field, getattr(card, field) or getattr(visitor, field))
    return visitor


def find(session: Session, iin: str, *, seal: Seal) -> Visitor | None:
    return session.scalar(select(Visitor).where(Visitor.iin_index == seal.index(iin)))


def applicant_from(card: Card, *, seal: Seal) -> Applicant:
    """The applicant of an appeal as stated today."""
    return Applicant(
        address=card.address, phone=card.phone, email=card.email, name=card.name,
        representative=card.representative, authority=card.authority,
        signatories=card.signatories, **_sealed(card, seal),
    )  # fmt: skip


def _sealed(card: Card, seal: Seal) -> dict[str, object]:
    number = card.iin
    return {
        "is_organisation": card.is_organisation,
        "iin_sealed": seal.close(number) if number else None,
        "iin_index": seal.index(number) if number else None,
        "iin_mask": mask(number),
    }


def earlier_appeals(session: Session, iin: str, *, seal: Seal, most: int = 5) -> list[Appeal]:
    """Newest first: what the same person has lodged before."""
    query = select(Appeal).join(Applicant).where(Applicant.iin_index == seal.index(iin))
    return list(session.scalars(query.order_by(Appeal.received_at.desc()).limit(most)))


def forget_unused(session: Session, *, now: datetime) -> int:
    """Cards of people of whom no appeal is left, `KEPT` after they were made, are emptied; the
    visits stay for the figures.
    """
    alive = exists().where(
        Applicant.iin_index == Visitor.iin_index, Applicant.iin_sealed.is_not(None)
    )
    old = update(Visitor).where(Visitor.created_at < now - KEPT, Visitor.name != "", ~alive)
    emptied = old.values(
        name="", address="", phone="", email="", iin_mask="", iin_sealed=None, iin_index=None
    )
    done = emptied.returning(Visitor.id).execution_options(synchronize_session=False)
    return len(session.scalars(done).all())


def decoded(iin: str, *, today: date) -> Number:
    """Birth date and sex, for the clerk to say aloud. Raises Invalid."""
    return read_number(iin, today=today)
