"""How a topic is handled: what to check and ask, the usual deadline, whom to consult.

The supervisor keeps the text of the house and a head that of the own agency, which is then read
there instead. A topic of the first level speaks for those beneath it that have no text themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on, insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from agencies.appeals import Appeal, Claim
from agencies.db import Base
from agencies.directory import Agency, Origin, Subject
from agencies.errors import Invalid, NotAllowed, NotFound, TakenByAnother
from agencies.languages import LANGUAGES
from agencies.staff import Officer, Role

PARTS = ("check", "ask", "deadline", "consult")
LONGEST = 1000
Words = dict[str, dict[str, str]]
"""Part -> language -> text; a part that says nothing is left out."""


class Handling(Base):
    """No agency: the text of the house. Empty words are a text that was taken back."""

    __tablename__ = "handling"
    __table_args__ = (
        UniqueConstraint("subject_id", "agency_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("jsonb_typeof(words) = 'object'", name="words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    words: Mapped[Words] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


@dataclass(frozen=True)
class Told:
    """The text for one claim or topic: whose it is, and of which topic."""

    words: Words
    of_house: bool
    topic: int


def topic_by_code(session: Session, code: str) -> Subject:
    found = session.scalar(
        select(Subject).where(Subject.code == code, Subject.origin == Origin.HALL)
    )
    if found is None:
        raise NotFound("There is no such subject.")
    return found


def texts_of(session: Session, topic: Subject, agency_id: int | None) -> list[Handling]:
    """That of the house and that of the agency, where they are."""
    own = or_(Handling.agency_id.is_(None), Handling.agency_id == agency_id)
    return list(session.scalars(select(Handling).where(Handling.subject_id == topic.id, own)))


def kept_by(officer: Officer) -> int | None:
    """The agency whose text this person keeps; None for that of the house."""
    if officer.role is Role.SUPERVISOR:
        return None
    if officer.role is not Role.HEAD or officer.agency_id is None:
        raise NotAllowed("Only the head of an agency and the supervisor write these texts.")
    return officer.agency_id


def write(
    session: Session, topic: Subject, words: Mapping[str, Mapping[str, str]], *, seen: int,
    by: Officer, now: datetime,
) -> None:  # fmt: skip
    """The next text, made from version `seen`; all empty takes it back. Raises Invalid by field
    (`check_kk`); TakenByAnother where a newer one stands.
    """
    agency_id, plain = kept_by(by), _plain(words)
    _must_be_whole(plain)
    row = _held(session, topic, agency_id, by=by, now=now)
    if row.version != seen:
        raise TakenByAnother(
            "Somebody changed this text after you opened it. Below is what you typed; "
            "open the page again to see theirs."
        )
    row.words = {part: said for part, said in plain.items() if any(said.values())}
    row.version, row.changed_at, row.changed_by_id = seen + 1, now, by.id


def _plain(words: Mapping[str, Mapping[str, str]]) -> Words:
    return {
        part: {code: words.get(part, {}).get(code, "").strip() for code in LANGUAGES}
        for part in PARTS
    }


def _must_be_whole(words: Words) -> None:
    """What is said is said in every language of the hall."""
    wrong = {}
    for part, said in words.items():
        for code, text in said.items():
            if not text and any(said.values()):
                wrong[f"{part}_{code}"] = "Write it in this language too."
            elif len(text) > LONGEST:
                wrong[f"{part}_{code}"] = "This is too long."
    if wrong:
        raise Invalid(wrong)


def _held(
    session: Session, topic: Subject, agency_id: int | None, *, by: Officer, now: datetime
) -> Handling:
    row = insert(Handling).values(
        subject_id=topic.id, agency_id=agency_id, words={}, changed_at=now, changed_by_id=by.id
    )
    session.execute(row.on_conflict_do_nothing())
    held = select(Handling).where(
        Handling.subject_id == topic.id, Handling.agency_id.is_not_distinct_from(agency_id)
    )
    fresh = held.with_for_update().execution_options(populate_existing=True)
    return session.scalars(fresh).one()


def of_appeal() -> Any:
    """For a query over Appeal: the nearest text of each of its claims, read by `told`."""
    topic = func.coalesce(Claim.subject_id, Appeal.subject_id)
    nearest = (
        select(
            Claim.id.label("claim"), Handling.words, Handling.subject_id.label("topic"),
            Handling.agency_id.is_(None).label("of_house"),
        )
        .select_from(Claim)
        .join(Subject, Subject.id == topic)
        .join(Handling, _speaks_for(Subject))
        .where(
            Claim.appeal_id == Appeal.id, Handling.words != {},
            or_(Handling.agency_id.is_(None), Handling.agency_id == Claim.agency_id),
        )
        .ext(distinct_on(Claim.id))
        .order_by(Claim.id, *_nearest(Subject))
        .correlate(Appeal)
        .subquery()
    )  # fmt: skip
    texts = func.jsonb_object_agg(
        nearest.c.claim,
        func.jsonb_build_array(nearest.c.words, nearest.c.of_house, nearest.c.topic),
    )
    return select(texts).select_from(nearest).scalar_subquery().label("handling")


def told(found: Mapping[str, Any] | None) -> dict[int, Told]:
    """Claim -> its text."""
    return {int(claim): Told(*text) for claim, text in (found or {}).items()}


def of_claims(session: Session, appeal: Appeal) -> dict[int, Told]:
    return told(session.scalar(select(of_appeal()).where(Appeal.id == appeal.id)))


def of_topics(session: Session, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Told]:
    """The nearest text for pairs of a topic and an agency, both by code."""
    pairs = {(topic, agency) for topic, agency in asked if topic}
    if not pairs:
        return {}
    query = (
        select(Subject.code, Agency.code, Handling)
        .join(Handling, _speaks_for(Subject))
        .join(Agency, or_(Handling.agency_id.is_(None), Handling.agency_id == Agency.id))
        .where(
            Subject.code.in_({topic for topic, _ in pairs}),
            Agency.code.in_({agency for _, agency in pairs}), Handling.words != {},
        )
        .order_by(*_nearest(Subject))
    )  # fmt: skip
    found: dict[tuple[str, str], Told] = {}
    for topic, agency, row in session.execute(query):
        told_ = Told(row.words, row.agency_id is None, row.subject_id)
        found.setdefault((topic, agency), told_)
    return {pair: text for pair, text in found.items() if pair in pairs}


def _speaks_for(topic: Any) -> Any:
    return or_(Handling.subject_id == topic.id, Handling.subject_id == topic.parent_id)


def _nearest(topic: Any) -> tuple[Any, ...]:
    """Of the topic itself before that above it; of the agency before that of the house."""
    return (Handling.subject_id != topic.id, Handling.agency_id.is_(None))


@dataclass(frozen=True)
class Line:
    """A topic in the list, with whether there are texts for it."""

    topic: Subject
    of_house: bool
    of_agency: bool


def lines(session: Session, agency_id: int | None) -> list[Line]:
    """Every topic of the hall, those no longer offered too."""
    house, own = aliased(Handling), aliased(Handling)
    query = (
        select(Subject, house.id.is_not(None), own.id.is_not(None))
        .outerjoin(house, (house.subject_id == Subject.id) & house.agency_id.is_(None)
                   & (house.words != {}))
        .outerjoin(own, (own.subject_id == Subject.id) & (own.agency_id == agency_id)
                   & (own.words != {}))
        .where(Subject.origin == Origin.HALL)
        .order_by(Subject.code)
    )  # fmt: skip
    return [Line(*row) for row in session.execute(query)]
