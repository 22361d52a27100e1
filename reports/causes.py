"""Root causes: a sample of a proposal's matters, coded by two people who do not see each other.

    drawn -> coded by the first and by the second -> differences settled -> told with the evidence

The law can mend only a cause that lies in it. Two coders who agree too little do not mean the same
by the codes: their shares are told nowhere, and another sample is drawn.
"""

import random
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    String,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Claim
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.staff import Officer, Role
from reports import agreement, proposals
from reports.agreement import Agreement
from reports.norms import tree
from reports.proposals import Proposal

CODERS = (Role.ANALYST, Role.ADMIN, Role.SUPERVISOR)


@dataclass(frozen=True)
class Cause:
    code: str
    in_law: bool
    name_kk: str
    name_ru: str
    name_en: str


@cache
def catalogue() -> dict[str, Cause]:
    return {row["code"]: Cause(**row) for row in tree("causes")["cause"]}


def rules() -> Mapping[str, Any]:
    """`sample`: cases drawn; `least_kappa`: below it no share is told."""
    found: Mapping[str, Any] = tree("causes")["rules"]
    return found


class CauseSample(Base):
    __tablename__ = "cause_sample"
    __table_args__ = (CheckConstraint("first_coder_id <> second_coder_id", name="two_coders"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    scope: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What was asked when it was drawn: topics, agencies, days."""
    population: Mapped[int]
    """Matters of that scope that could be drawn."""
    seed: Mapped[int] = mapped_column(BigInteger)
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    first_coder_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    second_coder_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))

    cases: Mapped[list["CauseCase"]] = relationship(order_by="CauseCase.ordinal")

    @property
    def coders(self) -> tuple[int | None, int | None]:
        return self.first_coder_id, self.second_coder_id


class CauseCase(Base):
    __tablename__ = "cause_case"
    __table_args__ = (UniqueConstraint("sample_id", "ordinal"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("cause_sample.id"))
    ordinal: Mapped[int]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    first: Mapped[str | None] = mapped_column(String(2))
    second: Mapped[str | None] = mapped_column(String(2))
    settled: Mapped[str | None] = mapped_column(String(2))
    """What both came to where their codes differed."""

    claim: Mapped[Claim] = relationship()

    @property
    def agreed(self) -> str | None:
        return self.settled or (self.first if self.first == self.second else None)

    @property
    def differs(self) -> bool:
        return None not in (self.first, self.second) and self.first != self.second


def draw(
    session: Session, proposal: Proposal, claims: Sequence[int], *, by: Officer, now: datetime
) -> CauseSample:
    """At random out of `claims`, which are what the proposal counts. Raises Invalid, WrongStatus.

    Another sample only where the last one fits no longer, or its coders agreed too little.
    """
    proposals.must_be_changeable(proposal)
    last = of(session, proposal)
    if last is not None and not _is_used_up(last, proposal):
        raise WrongStatus("This sample is still being coded, or its coders agreed well enough.")
    if not claims:
        raise Invalid({"subjects": "No matter of these topics can be drawn."})
    seed = secrets.randbits(62)
    size = min(int(rules()["sample"]), len(claims))
    chosen = random.Random(seed).sample(sorted(claims), size)  # noqa: S311
    sample = CauseSample(
        proposal_id=proposal.id, scope=_scope(proposal), population=len(claims), seed=seed,
        drawn_at=now, drawn_by_id=by.id,
        cases=[CauseCase(ordinal=n, claim_id=one) for n, one in enumerate(chosen, start=1)],
    )  # fmt: skip
    session.add(sample)
    session.flush()
    proposals.note(session, proposal, "causes_drawn", by=by, now=now, cases=size)
    return sample


def may_draw(sample: CauseSample | None, proposal: Proposal) -> bool:
    if proposal.status not in proposals.CHANGEABLE or proposal.first is None:
        return False
    return sample is None or _is_used_up(sample, proposal)


def of(session: Session, proposal: Proposal) -> CauseSample | None:
    """The newest. Whoever changes it holds the proposal, so that only two become its coders."""
    query = select(CauseSample).filter_by(proposal_id=proposal.id).order_by(CauseSample.id.desc())
    return session.scalars(query.limit(1)).first()


def code(sample: CauseSample, ordinal: int, cause: str, *, by: Officer) -> None:
    """One coder's code of one case. Raises Invalid, NotAllowed, NotFound, WrongStatus."""
    if cause not in catalogue():
        raise Invalid({"cause": "Choose one of the causes."})
    if is_coded(sample):
        raise WrongStatus("Both have coded this sample. What differs is settled together.")
    place = _place(sample, by)
    setattr(_case(sample, ordinal), place, cause)


def settle(
    session: Session, sample: CauseSample, proposal: Proposal, ordinal: int, cause: str, *,
    by: Officer, now: datetime,
) -> None:  # fmt: skip
    """What both came to about a case that they coded differently; a third code may be right."""
    if cause not in catalogue():
        raise Invalid({"cause": "Choose one of the causes."})
    case = _case(sample, ordinal)
    if not is_coded(sample) or not case.differs:
        raise WrongStatus("There is nothing to settle in this case.")
    if by.id not in sample.coders:
        raise NotAllowed("Its two coders settle where they differ.")
    case.settled = cause
    if is_settled(sample):
        proposals.note(session, proposal, "causes_settled", by=by, now=now, cases=len(sample.cases))


def place_of(sample: CauseSample, officer: Officer) -> str | None:
    """Whose column an officer fills: `first`, `second`, or nobody's."""
    return next(
        (place for place, who in zip(("first", "second"), sample.coders, strict=True)
         if who == officer.id), None,
    )  # fmt: skip


def next_case(sample: CauseSample, officer: Officer) -> CauseCase | None:
    """The first that this coder has not coded; None where there is none or no place for them."""
    place = place_of(sample, officer)
    if place is None and None not in sample.coders:
        return None
    left = (case for case in sample.cases if place is None or getattr(case, place) is None)
    return next(left, None)


def is_coded(sample: CauseSample) -> bool:
    return all(case.first and case.second for case in sample.cases)


def is_settled(sample: CauseSample) -> bool:
    return is_coded(sample) and all(case.agreed for case in sample.cases)


def agreed(sample: CauseSample) -> Agreement | None:
    """Of the codes as each gave them, before anything was settled."""
    if not sample.cases or not is_coded(sample):
        return None
    return agreement.cohen([(case.first or "", case.second or "") for case in sample.cases])


def is_reliable(found: Agreement) -> bool:
    """Where chance alone would agree on everything, so did both: there is nothing to doubt."""
    return found.kappa is None or found.kappa >= rules()["least_kappa"]


def fits(sample: CauseSample, proposal: Proposal) -> bool:
    """Whether the proposal still counts what the sample was drawn from."""
    return sample.scope == _scope(proposal)


def told(session: Session, proposal: Proposal) -> dict[str, Any] | None:
    """For the evidence: the newest sample's result where it still fits what is counted."""
    sample = of(session, proposal)
    return result(sample) if sample is not None and fits(sample, proposal) else None


def result(sample: CauseSample) -> dict[str, Any] | None:
    """Counts by cause; None until all is settled, and where the coders agreed too little."""
    found = agreed(sample)
    if found is None or not is_settled(sample) or not is_reliable(found):
        return None
    counts = Counter(str(case.agreed) for case in sample.cases)
    return of_agreement(found) | {
        "cases": found.cases, "population": sample.population,
        "counts": dict(sorted(counts.items())),
    }  # fmt: skip


def of_agreement(found: Agreement) -> dict[str, Any]:
    return {name: _rounded(getattr(found, name)) for name in ("kappa", "low", "high")}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _is_used_up(sample: CauseSample, proposal: Proposal) -> bool:
    found = agreed(sample)
    return not fits(sample, proposal) or (found is not None and not is_reliable(found))


def _scope(proposal: Proposal) -> dict[str, Any]:
    if proposal.first is None or proposal.last is None:
        raise Invalid({"first": "Choose the days that the evidence covers."})
    return {
        "subjects": proposal.subjects, "agencies": proposal.agencies,
        "first": proposal.first.isoformat(), "last": proposal.last.isoformat(),
    }  # fmt: skip


def _case(sample: CauseSample, ordinal: int) -> CauseCase:
    found = next((case for case in sample.cases if case.ordinal == ordinal), None)
    if found is None:
        raise NotFound("There is no such case in this sample.")
    return found


def _place(sample: CauseSample, by: Officer) -> str:
    """The coder's own; the first two who code become the coders."""
    place = place_of(sample, by)
    if place is None and sample.first_coder_id is None:
        sample.first_coder_id, place = by.id, "first"
    elif place is None and sample.second_coder_id is None:
        sample.second_coder_id, place = by.id, "second"
    if place is None:
        raise NotAllowed("Two people code this sample already.")
    return place
