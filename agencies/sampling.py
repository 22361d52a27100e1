"""A sample of answered claims for quality control, drawn by lot once a month.

How many is said by dated rows (`data/quality_samples.toml`). The lot is the digest of the journals'
anchor of the month's last evening, or of the first one after it: nobody knows it while answers are
written, and whoever has the anchor can draw again and get the same claims.
"""

import hashlib
import math
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from agencies import appeals, journal
from agencies.anchors import JournalAnchor
from agencies.appeals import Appeal, Claim, is_open_to, place_of
from agencies.calendar import business_date, start_of
from agencies.db import Base
from agencies.directory import Agency, Origin
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.quality import CONTROLLERS
from agencies.staff import Officer

RULES = Path(__file__).parent / "data" / "quality_samples.toml"
GOOD, WANTING = "good", "wanting"
LONGEST = 2000
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class SampleRule:
    valid_from: date
    share: float
    least: int
    most: int

    def size(self, answers: int) -> int:
        """How many of an agency's answers."""
        wanted = max(self.least, min(self.most, math.ceil(self.share * answers)))
        return min(answers, wanted)


class QualitySample(Base):
    """One month, by its first day: the rule, the lot, and among how many it was drawn."""

    __tablename__ = "quality_sample"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    month: Mapped[date] = mapped_column(unique=True)
    rule_from: Mapped[date]
    lot: Mapped[str] = mapped_column(String(64))
    answers: Mapped[int]
    drawn_at: Mapped[datetime]


class QualityPick(Base):
    """A claim that was drawn, and what was found once somebody looked."""

    __tablename__ = "quality_pick"
    __table_args__ = (UniqueConstraint("sample_id", "claim_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("quality_sample.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    """Whose answer it was on that day."""
    verdict: Mapped[str] = mapped_column(String(16), default="")
    wanting: Mapped[list[str]] = mapped_column(JSONB, default=list)
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime | None]

    sample: Mapped[QualitySample] = relationship()
    claim: Mapped[Claim] = relationship()
    agency: Mapped[Agency] = relationship()
    by: Mapped[Officer | None] = relationship()


@cache
def rules() -> tuple[SampleRule, ...]:
    rows = tomllib.loads(RULES.read_text(encoding="utf-8"))["rule"]
    return tuple(sorted((SampleRule(**row) for row in rows), key=lambda rule: rule.valid_from))


def rule_of(month: date) -> SampleRule | None:
    in_force = [rule for rule in rules() if rule.valid_from <= month]
    return in_force[-1] if in_force else None


def draw(session: Session, month: date, *, now: datetime) -> QualitySample | None:
    """The sample of a month that is over; none where it was drawn, or no rule asks for one."""
    rule = rule_of(month)
    known = select(QualitySample.id).where(QualitySample.month == month)
    if rule is None or business_date(now) < following(month) or session.scalar(known):
        return None
    answered = _answered(session, month)
    lot = _lot(session, month)
    sample = QualitySample(
        month=month, rule_from=rule.valid_from, lot=lot, answers=len(answered), drawn_at=now
    )
    session.add(sample)
    for claim in sorted(chosen(answered, rule, lot), key=lambda one: place_of(one.appeal)):
        session.add(QualityPick(sample=sample, claim=claim, agency_id=claim.agency_id))
        appeals.lock(session, claim.appeal)
        journal.append(
            claim.appeal, "sampled", by=None, now=now, claim_ordinal=claim.ordinal,
            month=month.isoformat(),
        )  # fmt: skip
    return sample


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def before(day: date) -> date:
    """The first day of the month before that of the day."""
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def _answered(session: Session, month: date) -> list[Claim]:
    query = select(Claim).join(Appeal).where(Appeal.source == Origin.HALL, Claim.answer != "")
    query = query.where(Claim.agency_id.is_not(None), Claim.answered_at >= start_of(month))
    query = query.where(Claim.answered_at < start_of(following(month)))
    return list(session.scalars(query.options(joinedload(Claim.appeal))))


def _lot(session: Session, month: date) -> str:
    """Empty where the house keeps no anchors."""
    last_day = date.fromordinal(following(month).toordinal() - 1)
    query = select(JournalAnchor.digest).where(JournalAnchor.day >= last_day)
    found = session.scalar(query.order_by(JournalAnchor.day).limit(1))
    return found.hex() if found else ""


def chosen(answered: Iterable[Claim], rule: SampleRule, lot: str) -> list[Claim]:
    """By agency, those whose digest with the lot is the least."""

    def place(claim: Claim) -> tuple[int, str]:
        line = f"{lot}|{claim.appeal.number}|{claim.ordinal}"
        return claim.agency_id or 0, hashlib.sha256(line.encode()).hexdigest()

    found: list[Claim] = []
    for _, group in groupby(sorted(answered, key=place), key=lambda claim: claim.agency_id):
        own = list(group)
        found += own[: rule.size(len(own))]
    return found


def judge(
    session: Session, pick: QualityPick, *, verdict: str, reasons: Collection[str],
    known: Collection[str], words: str, by: Officer, now: datetime,
) -> None:  # fmt: skip
    """What the controller found. The answer has left, so nothing of the claim moves."""
    if by.role not in CONTROLLERS:
        raise NotAllowed("Quality control is done by the supervisor of the hall.")
    appeals.lock(session, pick.claim.appeal)
    session.refresh(pick)
    if pick.verdict:
        raise WrongStatus("Somebody has looked at this answer already.")
    named = [code for code in known if code in reasons] if verdict == WANTING else []
    _must_say_why(verdict, named, words)
    pick.verdict, pick.wanting, pick.words = verdict, named, words.strip()
    pick.by, pick.at = by, now
    journal.append(
        pick.claim.appeal, f"sample_{verdict}", by=by, now=now, wanting=named,
        claim_ordinal=pick.claim.ordinal, reason=pick.words,
    )  # fmt: skip


def _must_say_why(verdict: str, named: list[str], words: str) -> None:
    problems = {}
    if verdict not in (GOOD, WANTING):
        problems["verdict"] = "Say whether the answer is good."
    if verdict == WANTING and not named:
        problems["reasons"] = "Choose what is wanting."
    if len(words) > LONGEST:
        problems["words"] = "This is too long."
    if problems:
        raise Invalid(problems)


def samples(session: Session) -> list[QualitySample]:
    """The newest first."""
    query = select(QualitySample).order_by(QualitySample.month.desc()).limit(MONTHS_SHOWN)
    return list(session.scalars(query))


def picks_of(session: Session, sample: QualitySample, *, by: Officer) -> list[QualityPick]:
    """Those that nobody has looked at stand first; none that the controller may not see."""
    query = select(QualityPick).where(QualityPick.sample_id == sample.id)
    query = query.join(QualityPick.claim).where(is_open_to(by))
    query = query.options(
        joinedload(QualityPick.claim).joinedload(Claim.appeal),
        joinedload(QualityPick.agency).selectinload(Agency.names),
        joinedload(QualityPick.by).lazyload(Officer.agency),
    )
    return list(session.scalars(query.order_by(QualityPick.verdict != "", QualityPick.id)))


def pick_by_id(session: Session, pick_id: int, *, by: Officer) -> QualityPick:
    query = select(QualityPick).join(QualityPick.claim).where(QualityPick.id == pick_id)
    found: QualityPick | None = session.scalar(query.where(is_open_to(by)))
    if found is None:
        raise NotFound("There is no such answer in a sample.")
    return found


def waiting(session: Session) -> int:
    """How many drawn answers nobody has looked at."""
    query: Any = select(func.count()).where(QualityPick.verdict == "")
    return session.scalar(query) or 0
