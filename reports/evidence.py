"""What a proposal rests on, frozen: the question asked, its answer, typical cases, a digest.

A pack is never changed (the database refuses it). A vote names the digest of the pack it had before
it; newer figures are a newer version with its own pack. Nothing in a pack tells of one person:
typical cases are composed by hand, stand for at least five persons each, and quote nobody.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Row,
    String,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Appeal
from agencies.calendar import after, business_date, start_of
from agencies.db import Base
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.journal import canonical
from agencies.staff import Officer
from reports import causes, comparison, course, personal, proposals, uncoded
from reports.periods import month
from reports.proposals import Proposal, ProposalStatus
from reports.scope import PERSON, SCOPE

LEAST_PERSONS = 5
"""k: a typical case stands for at least so many persons."""
HIDDEN = "<5"
QUESTION = "appeals of a matter, 1"
"""Name and edition of the query, as it is frozen; readers meet it in their language."""

COUNTED = f"""
SELECT CASE WHEN grouping(month) = 0 THEN 'month' WHEN grouping(district) = 0 THEN 'district'
            WHEN grouping(agency) = 0 THEN 'agency' WHEN grouping(subject) = 0 THEN 'subject'
            ELSE 'total' END AS part,
       coalesce(month, district, agency, subject) AS name,
       count(*) AS claims, count(DISTINCT appeal) AS appeals, count(DISTINCT person) AS persons,
       count(DISTINCT appeal) FILTER (WHERE unknown) AS unknown,
       count(*) FILTER (WHERE late > 0) AS late, coalesce(sum(late), 0)::bigint AS days_late,
       count(*) FILTER (WHERE refused) AS refused, sum(redirections)::bigint AS redirections
FROM (SELECT to_char(timezone('Asia/Almaty', a.received_at), 'YYYY-MM') AS month,
             coalesce(d.code, 'unknown') AS district, coalesce(g.code, 'unknown') AS agency,
             s.code AS subject, a.id AS appeal, {PERSON} AS person,
             p.iin_index IS NULL AS unknown, c.redirections,
             c.outcome = 'refused' AS refused,
             greatest(0, coalesce(timezone('Asia/Almaty', c.answered_at)::date, :today) - c.due_on)
               AS late
      {SCOPE}) AS found
GROUP BY GROUPING SETS ((), (month), (district), (agency), (subject))
ORDER BY 1, 2
"""  # noqa: S608
BEHIND = f"""
SELECT DISTINCT a.id AS appeal, {PERSON} AS person, s.code AS subject, parent.code AS above {SCOPE}
"""
# Nothing that only the circle of a case may read, and nothing that complains of who might code it.
DRAWN = f"""
SELECT c.id {SCOPE} AND a.special = '' AND NOT c.special AND a.text <> ''
  AND NOT EXISTS (SELECT FROM complained_of o JOIN officer f ON f.id = o.officer_id
    WHERE o.appeal_id = a.id AND f.agency_id IS NULL)
ORDER BY c.id
"""  # noqa: S608


class EvidencePack(Base):
    __tablename__ = "evidence_pack"
    __table_args__ = (UniqueConstraint("proposal_id", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    version: Mapped[int]
    as_of: Mapped[datetime]
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Name, text hash and parameters of the question."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    cases: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))

    frozen_by: Mapped[Officer] = relationship()


class TypicalCase(Base):
    """A case told so that it stands for many: composed, never one person's own."""

    __tablename__ = "typical_case"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    subject: Mapped[str] = mapped_column(String(64))
    words: Mapped[dict[str, str]] = mapped_column(JSONB)


def tell_case(
    session: Session, proposal: Proposal, *, subject: str, words: dict[str, str], now: datetime
) -> TypicalCase:
    """Raises Invalid where fewer than five persons stand behind it or a person is quoted."""
    proposals.must_be_changeable(proposal)
    told = {code: words.get(code, "").strip() for code in proposals.LANGUAGES}
    problems = {
        f"case_{code}": "Tell the case in both languages."
        for code in proposals.LAW_LANGUAGES if not told[code]
    }  # fmt: skip
    problems |= {f"case_{c}": personal.REFUSED for c, t in told.items() if personal.found_in(t)}
    if problems:
        raise Invalid(problems)
    if subject not in proposal.subjects:
        raise Invalid({"subject": "Choose one of the topics of the proposal."})
    behind = _behind(session, proposal, now=now)
    _must_stand_for_many(behind, subject)
    _must_not_quote(session, behind, told)
    case = TypicalCase(proposal_id=proposal.id, subject=subject, words=told)
    session.add(case)
    session.flush()
    return case


def drop_case(session: Session, proposal: Proposal, case_id: int) -> None:
    proposals.must_be_changeable(proposal)
    case = session.scalars(
        select(TypicalCase).filter_by(id=case_id, proposal_id=proposal.id)
    ).first()
    if case is None:
        raise NotFound("There is no such case.")
    session.delete(case)


def cases_of(session: Session, proposal: Proposal) -> list[TypicalCase]:
    query = select(TypicalCase).filter_by(proposal_id=proposal.id).order_by(TypicalCase.id)
    return list(session.scalars(query))


def freeze(session: Session, proposal: Proposal, *, by: Officer, now: datetime) -> EvidencePack:
    """Take the figures as they stand and bind the version to them.

    Raises Invalid for what is missing, an outdated wording included.
    """
    proposals.must_be_changeable(proposal)
    _must_be_complete(session, proposal)
    question, result = ask(session, proposal, now=now)
    if result["total"]["persons"] < LEAST_PERSONS:
        raise Invalid({"subjects": "Fewer than five persons stand behind this: it cannot be told."})
    if proposal.first and proposal.last:
        values = _values(proposal, now=now)
        result |= course.of(session, values, proposal.first, proposal.last)
    if found := causes.told(session, proposal):
        result |= {"causes": found}
    elif lack := uncoded.lacking(session, proposal):
        result |= {"causes_lacking": lack}
    cases = _kept_cases(session, proposal, now=now)
    pack = EvidencePack(
        proposal_id=proposal.id, version=proposal.version, as_of=now, query=question,
        result=result, cases=cases, frozen_by_id=by.id,
        digest=digest_of(proposal, now, question, result, cases),
    )  # fmt: skip
    session.add(pack)
    session.flush()
    proposals.move(
        session, proposal, ProposalStatus.FROZEN, "frozen", by=by, now=now,
        version=proposal.version, digest=pack.digest,
    )  # fmt: skip
    return pack


def ask(
    session: Session, proposal: Proposal, *, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The question with its parameters, and the answer: counts by month, place, agency, topic."""
    if proposal.first is None or proposal.last is None:
        raise Invalid({"first": "Choose the days that the evidence covers."})
    question = {
        "name": QUESTION,
        "text": hashlib.sha256(COUNTED.encode()).hexdigest(),
        "subjects": proposal.subjects, "agencies": proposal.agencies,
        "first": proposal.first.isoformat(), "last": proposal.last.isoformat(),
        "as_of": business_date(now).isoformat(),
    }  # fmt: skip
    rows = session.execute(_bound(COUNTED), _values(proposal, now=now)).all()
    return question, _told(rows, proposal.first, proposal.last)


def drawable(session: Session, proposal: Proposal, *, now: datetime) -> list[int]:
    """Claims of the proposal's scope whose causes may be coded. Raises Invalid without days."""
    values = {name: v for name, v in _values(proposal, now=now).items() if name != "today"}
    return list(session.scalars(_bound(DRAWN), values))


def of(session: Session, proposal: Proposal, *, version: int | None = None) -> EvidencePack | None:
    query = select(EvidencePack).filter_by(
        proposal_id=proposal.id, version=version or proposal.version
    )
    return session.scalars(query).first()


def by_digest(session: Session, digest: str) -> EvidencePack:
    found = session.scalars(select(EvidencePack).filter_by(digest=digest)).first()
    if found is None:
        raise NotFound("There is no such evidence.")
    return found


def must_be_frozen(session: Session, proposal: Proposal) -> EvidencePack:
    pack = of(session, proposal)
    if pack is None:
        raise WrongStatus("The evidence is not frozen yet.")
    return pack


def must_be_checked_by_another(pack: EvidencePack, by: Officer) -> None:
    if pack.frozen_by_id == by.id:
        raise NotAllowed("Another person has to check the evidence that you froze.")


def digest_of(
    proposal: Proposal,
    as_of: datetime,
    question: Mapping[str, Any],
    result: Mapping[str, Any],
    cases: Sequence[Mapping[str, Any]],
) -> str:
    """Of everything a vote rests on, in one spelling."""
    whole = {
        "proposal": proposal.number, "version": proposal.version, "as_of": as_of.isoformat(),
        "query": question, "result": result, "cases": list(cases),
    }  # fmt: skip
    return hashlib.sha256(canonical(whole)).hexdigest()


def is_whole(proposal: Proposal, pack: EvidencePack) -> bool:
    """Whether the pack still has the digest it was voted on with."""
    at_version = Proposal(number=proposal.number, version=pack.version)
    made = digest_of(at_version, pack.as_of, pack.query, pack.result, pack.cases)
    return made == pack.digest


def shown(count: int) -> str | int:
    """A count for a reader: few persons are never told exactly below the level of the city."""
    return HIDDEN if 0 < count < LEAST_PERSONS else count


def _must_be_complete(session: Session, proposal: Proposal) -> None:
    problems = {
        f"{part}_{code}": "Write this in both languages of the law first."
        for part in proposals.NEEDED
        for code in proposals.LAW_LANGUAGES
        if not proposal.texts.get(part, {}).get(code)
    }
    if not proposal.addressee:
        problems["addressee"] = "Choose whom the council asks."
    if not proposal.subjects:
        problems["subjects"] = "Choose at least one topic."
    rows = comparison.rows_of(session, proposal)
    if not rows:
        problems["rows"] = "The comparative table has no row yet."
    if comparison.outdated(session, rows):
        problems["rows"] = "A newer or corrected wording is known. Enter it first."
    if problems:
        raise Invalid(problems)


def _kept_cases(session: Session, proposal: Proposal, *, now: datetime) -> list[dict[str, Any]]:
    """Each with the persons behind it, counted again: some may have been erased since."""
    cases, kept = cases_of(session, proposal), []
    also = [case.subject for case in cases]
    behind = _behind(session, proposal, also, now=now) if cases else []
    for case in cases:
        persons = _must_stand_for_many(behind, case.subject)
        kept.append({"subject": case.subject, "persons": persons, "words": case.words})
    return kept


def _behind(
    session: Session, proposal: Proposal, also: Sequence[str] = (), *, now: datetime
) -> Sequence[Row[Any]]:
    """Who wrote what within the scope, `also` these topics: one reading for all that is asked."""
    values = {name: v for name, v in _values(proposal, now=now).items() if name != "today"}
    values["subjects"] = sorted({*proposal.subjects, *also})
    return session.execute(_bound(BEHIND), values).all()


def _must_stand_for_many(behind: Sequence[Row[Any]], subject: str) -> int:
    persons = len({row.person for row in behind if subject in (row.subject, row.above)})
    if persons < LEAST_PERSONS:
        raise Invalid({"subject": "Fewer than five persons stand behind this: it cannot be told."})
    return persons


def _must_not_quote(session: Session, behind: Sequence[Row[Any]], told: Mapping[str, str]) -> None:
    runs = {code: personal.runs(words) for code, words in told.items()}
    if not (signs := personal.signs({run for own in runs.values() for run in own})):
        return
    for text_ in _letters(session, behind):
        # Most letters lack even the one word of each run that is looked for first.
        if not any(sign in text_ for sign in signs):
            continue
        said = personal.runs(text_)
        for code, mine in runs.items():
            if mine & said:
                raise Invalid({f"case_{code}": "This quotes an appeal. Tell it in other words."})


def _letters(session: Session, behind: Sequence[Row[Any]]) -> Iterator[str]:
    """Without case. They are found first and read then: a scan with all words would be slow."""
    found = sorted({row.appeal for row in behind})
    for own in session.scalars(select(Appeal.text).where(Appeal.id == func.any(found))):
        yield own.casefold()


def _bound(query: str) -> Any:
    lists: list[Any] = [bindparam(name, expanding=True) for name in ("subjects", "agencies")]
    return text(query).bindparams(*lists)


def _values(proposal: Proposal, *, now: datetime) -> dict[str, Any]:
    if proposal.first is None or proposal.last is None:
        raise Invalid({"first": "Choose the days that the evidence covers."})
    return {
        "start": start_of(proposal.first), "end": after(proposal.last),
        "subjects": proposal.subjects, "agencies": proposal.agencies or [""],
        "any_agency": not proposal.agencies, "today": business_date(now),
    }  # fmt: skip


def _told(rows: Sequence[Row[Any]], first: date, last: date) -> dict[str, Any]:
    measures = (
        "claims", "appeals", "persons", "late", "days_late", "refused", "redirections",
    )  # fmt: skip
    parts: dict[str, Any] = {"month": {}, "district": {}, "agency": {}, "subject": {}}
    total = dict.fromkeys(measures, 0)
    for row in rows:
        own = {name: int(getattr(row, name) or 0) for name in measures}
        if row.part == "total":
            total = own
        else:
            parts[row.part][row.name] = own
    empty = dict.fromkeys(measures, 0)
    by_month = {name: parts["month"].get(name, empty) for name in _months(first, last)}
    return {"total": total} | parts | {"month": by_month}


def _months(first: date, last: date) -> list[str]:
    names, own = [], month(first.year, first.month)
    while own.first <= last:
        names.append(own.name)
        following = own.last.toordinal() + 1
        own = month(date.fromordinal(following).year, date.fromordinal(following).month)
    return names
