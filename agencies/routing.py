"""Which agency is competent: suggestions with reasons, and the person's choice.

A rule counts the stems of each competence in the text. The law gives a right to a decision by a
person, so nothing here routes by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from agencies import events, journal
from agencies.appeals import Claim, ClaimStatus, move, must_be, settle
from agencies.directory import Agency, Competence, District, Origin
from agencies.errors import Invalid, NotCompetent
from agencies.staff import Officer
from agencies.terms import Law, term_of

SURE_SHARE = 0.6
SURE_HITS = 2
OFFERED = 3


@dataclass(frozen=True)
class Suggestion:
    """`score` is the share of this agency among all stems found, from 0 to 1."""

    agency: str
    score: float
    subject: str
    reasons: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Suggestions:
    language: str
    offered: list[Suggestion]
    sure: bool


def suggest(
    session: Session, text: str, *, day: date, language: str = "", district: District | None = None
) -> Suggestions:
    """At most three agencies, best first. Empty where no stem is found: a person decides alone."""
    words = re.findall(r"\w+", text.lower().replace("ё", "е"))
    rows = session.scalars(
        select(Competence).where(
            Competence.valid_from <= day,
            or_(Competence.valid_to.is_(None), Competence.valid_to >= day),
        )
    )
    hits = _hits(rows, " " + " ".join(words))
    total = sum(len(found) for found, _ in hits.values())
    ranked = sorted(hits.items(), key=lambda item: (-len(item[1][0]), item[0]))[:OFFERED]
    offered = [
        Suggestion(_placed(kind, district), round(len(found) / total, 3), subject, sorted(found))
        for kind, (found, subject) in ranked
    ]
    sure = bool(offered) and offered[0].score >= SURE_SHARE and len(ranked[0][1][0]) >= SURE_HITS
    return Suggestions(language or guess_language(text), offered, sure)


def _hits(rows: Iterable[Competence], line: str) -> dict[str, tuple[set[str], str]]:
    """Kind of agency -> the stems that spoke for it, and the subject with most of them."""
    found: dict[str, tuple[set[str], str, int]] = {}
    for row in rows:
        stems = {s for own in row.stems.values() for s in own if f" {s}" in line}
        if not stems:
            continue
        before, subject, most = found.get(row.agency_kind, (set(), "", 0))
        best = (row.subject.code, len(stems)) if len(stems) > most else (subject, most)
        found[row.agency_kind] = (before | stems, *best)
    return {kind: (stems, subject) for kind, (stems, subject, _) in found.items()}


def _placed(kind: str, district: District | None) -> str:
    """The akimat of the object's district, where the district is known."""
    if kind == "akimat" and district is not None and district.origin is Origin.HALL:
        return f"akimat-{district.code}"
    return kind


def guess_language(text: str) -> str:
    """By its letters: Kazakh has nine of its own beside the Russian ones."""
    if re.search(r"[әғқңөұүһі]", text.lower()):
        return "kk"
    return "ru" if re.search(r"[а-яё]", text.lower()) else "en"


def agencies_to_choose(session: Session) -> list[Agency]:
    """Every body a claim may be sent to, those of the hall first."""
    query = select(Agency).where(Agency.origin == Origin.HALL)
    query = query.order_by(Agency.in_hall.desc(), Agency.code).options(selectinload(Agency.names))
    return list(session.scalars(query))


def route(session: Session, claim: Claim, *, to: Agency, by: Officer, now: datetime) -> None:
    """A person's first choice of the competent agency; the term of the law does not move."""
    must_be(claim, ClaimStatus.REGISTERED)
    _must_be_the_halls(to)
    move(
        claim, ClaimStatus.ROUTED, "routed", by=by, now=now,
        agency=to.code, suggested=claim.suggestions,
    )  # fmt: skip
    claim.agency = to
    _tell(session, claim, "claim_routed", by=by, now=now)


def redirect(
    session: Session,
    claim: Claim,
    *,
    to: Agency,
    reason: str,
    law: Law,
    by: Officer,
    now: datetime,
) -> None:
    """To another agency with the reason; a new clock starts at the receiver (Code art. 65)."""
    must_be(claim, ClaimStatus.ROUTED, ClaimStatus.IN_WORK)
    if not reason.strip():
        raise Invalid({"reason": "Say why this agency is not competent; the applicant reads it."})
    _must_be_the_halls(to)
    if claim.agency_id == to.id:
        raise NotCompetent("The claim already lies with this agency.")
    before, old_due = claim.agency, claim.due_on
    move(
        claim, ClaimStatus.ROUTED, "redirected", by=by, now=now, reason=reason,
        agency=to.code, before=before.code if before else "",
    )  # fmt: skip
    term = term_of(law, now, kind=claim.appeal.kind)
    claim.agency, claim.officer = to, None
    claim.redirections += 1
    claim.appeal.redirections += 1
    claim.due_on, claim.extendable_to = term.due_on, term.extendable_to
    settle(claim.appeal)
    journal.append(
        claim.appeal, "term_set", by=by, now=now, claim_ordinal=claim.ordinal,
        due_on=term.due_on.isoformat(), before=old_due.isoformat(), policy=term.policy.code,
    )  # fmt: skip
    _tell(session, claim, "claim_routed", by=by, now=now)


def _must_be_the_halls(agency: Agency) -> None:
    if agency.origin is not Origin.HALL:
        raise NotCompetent("This body is known only from historical cases; choose another one.")


def _tell(session: Session, claim: Claim, kind: str, *, by: Officer, now: datetime) -> None:
    if claim.agency is not None:
        events.record(
            session, f"agency/{claim.agency.code}", kind, now=now, officer_id=by.id,
            appeal=claim.appeal.number, claim=claim.ordinal,
        )  # fmt: skip
