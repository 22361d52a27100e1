"""The letter of answer: what every agency of an appeal decided, in the language of the appeal.

One joint letter. Its code leads to a page where anybody can see whether a copy is genuine.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import BigInteger, ForeignKey, Identity, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import dossier, grounds, journal, leading, terms
from agencies.access import current_base
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.appeals.moves import is_answered
from agencies.calendar import business_date
from agencies.db import Base, db
from agencies.directory import the_hall
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.leading import ReplyState
from agencies.reference import labels
from agencies.sealing import link_key
from agencies.staff import Officer
from agencies.terms import Law
from reception import containers, qr
from reception.documents import Document
from reception.keyring import keys
from reception.language import named, speaking

SHEET = "static/css/letter.css"
ANSWERED = (ClaimStatus.ANSWERED, ClaimStatus.CLOSED)
DRAFTED = (ClaimStatus.IN_WORK, ClaimStatus.IN_APPROVAL)
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
"""How the object identifier of CMS signed data stands in a container (RFC 5652)."""
LARGEST_CONTAINER = 1024 * 1024


class Signature(Base):
    """A container of electronic signatures over the letter, made outside the house."""

    __tablename__ = "letter_signature"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    letter_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the letter that was signed: a letter made anew has no signature yet."""
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    added_at: Mapped[datetime]

    added_by: Mapped[Officer] = relationship()


@dataclass(frozen=True)
class LetterClaim:
    ordinal: int
    text: str
    agency: str
    outcome: str
    answer: str
    answered_on: date
    officer: str
    head: str
    position: str
    article: str


@dataclass(frozen=True)
class Letter:
    """Everything printed, in the language of the appeal."""

    language: str
    number: str
    registered_on: date
    answered_at: datetime
    addressee: str
    claims: list[LetterClaim]
    complain_until: date | None
    complain_article: str
    lead: str
    """Of several agencies; empty where one answers alone."""
    opening: str
    joined: tuple[str, ...]
    """Numbers of the appeals that were joined to this one and are answered with it."""
    address: str
    code: Markup
    hall: str
    hall_address: str


def letter_of(session: Session, appeal: Appeal, law: Law) -> Letter:
    """Raises WrongStatus while an agency still works on the appeal."""
    if not is_answered(appeal) or appeal.answered_at is None:
        raise WrongStatus("The letter is made when every agency has answered.")
    claims = [_claim(c, appeal.language) for c in appeal.claims if c.status in ANSWERED]
    return _letter(session, appeal, law, claims, at=_left_at(session, appeal))


def _left_at(session: Session, appeal: Appeal) -> datetime:
    """When it was sent, where several agencies answer together; otherwise when it was answered."""
    reply = leading.reply_of(session, appeal) if leading.is_joint(appeal) else None
    sent = reply.sent_at if reply and reply.is_sent_for(appeal) else None
    return sent or appeal.answered_at or appeal.received_at


def preview_of(
    session: Session, appeal: Appeal, law: Law, *, reader: Officer, now: datetime
) -> Letter | None:
    """The letter as it would leave now, with the drafts that the reader may see; None without any.

    Nothing of it is kept: it is looked at before the approval.
    """
    claims, drafted = [], False
    for claim in appeal.claims:
        if claim.status in ANSWERED:
            claims.append(_claim(claim, appeal.language))
        elif claim.status in DRAFTED and claim.draft and dossier.is_own(claim, reader):
            claims.append(_drafted(claim, appeal.language, business_date(now)))
            drafted = True
    waits = drafted or _waits_for(session, appeal, reader)
    return _letter(session, appeal, law, claims, at=now) if waits else None


def _waits_for(session: Session, appeal: Appeal, reader: Officer) -> bool:
    """Whether the joint reply is still to be let go by the agency of the reader."""
    if not leading.is_joint(appeal):
        return False
    reply = leading.reply_of(session, appeal)
    is_to_leave = leading.state_of(appeal, reply) in (ReplyState.LEAD, ReplyState.HEAD)
    return is_to_leave and leading.leads(reader, appeal, reply)


def _letter(
    session: Session, appeal: Appeal, law: Law, claims: list[LetterClaim], *, at: datetime
) -> Letter:
    hall, language, address = the_hall(session), appeal.language, check_address(appeal)
    until, article = _complain_until(appeal, law, language, told=business_date(at))
    lead, opening = _joint(session, appeal, language)
    return Letter(
        language=language, number=appeal.number, registered_on=appeal.registered_on,
        answered_at=at, addressee=appeal.applicant.name if appeal.applicant else "", claims=claims,
        complain_until=until, complain_article=article, address=address, code=qr.square(address),
        lead=lead, opening=opening, joined=_joined(session, appeal),
        hall=named(hall, language), hall_address=str(getattr(hall, f"address_{language}")),
    )  # fmt: skip


def _claim(claim: Claim, language: str) -> LetterClaim:
    head = claim.approved_by
    return LetterClaim(
        ordinal=claim.ordinal, text=claim.text,
        agency=named(claim.agency, language) if claim.agency else "",
        outcome=_ending(claim, claim.outcome, language), answer=claim.answer,
        answered_on=business_date(claim.answered_at) if claim.answered_at else claim.due_on,
        officer=claim.officer.name if claim.officer else "", head=head.name if head else "",
        position=head.position(language) if head else "",
        article=str(getattr(claim.policy, f"basis_{language}")),
    )  # fmt: skip


def _drafted(claim: Claim, language: str, today: date) -> LetterClaim:
    """Whoever approves it signs it; nobody has yet."""
    writer = claim.draft_by or claim.officer
    return LetterClaim(
        ordinal=claim.ordinal, text=claim.text,
        agency=named(claim.agency, language) if claim.agency else "",
        outcome=_ending(claim, claim.draft_outcome, language), answer=claim.draft,
        answered_on=today,
        officer=writer.name if writer else "", head="", position="",
        article=str(getattr(claim.policy, f"basis_{language}")),
    )  # fmt: skip


def _ending(claim: Claim, outcome: str, language: str) -> str:
    known = labels("outcome").get(outcome)
    ground = grounds.told(claim.ground, outcome, language)
    return ": ".join(filter(None, (named(known, language) if known else "–", ground)))


def _joined(session: Session, appeal: Appeal) -> tuple[str, ...]:
    query = select(Appeal.number).where(Appeal.merged_into_id == appeal.id).order_by(Appeal.id)
    return tuple(session.scalars(query))


def _joint(session: Session, appeal: Appeal, language: str) -> tuple[str, str]:
    """Who leads, and what the lead says before the answers as they stand."""
    if not leading.is_joint(appeal):
        return "", ""
    reply = leading.reply_of(session, appeal)
    said = reply.opening if reply and reply.is_prepared_for(appeal) else ""
    return named(leading.lead_of(appeal, reply), language), said


def changed_at(session: Session, appeal: Appeal) -> datetime | None:
    """Since when the letter says what it says."""
    reply = leading.reply_of(session, appeal) if leading.is_joint(appeal) else None
    own = (reply.prepared_at, reply.sent_at) if reply else ()
    moments = (appeal.answered_at, *own)
    return max(filter(None, moments), default=None)


def _complain_until(
    appeal: Appeal, law: Law, language: str, *, told: date
) -> tuple[date | None, str]:
    rows = [row for row in law.rows if row.covers(appeal.kind, "complaint_period", told)]
    if not rows:
        return None, ""
    until = terms.count(told, rows[-1].term, rows[-1].unit, law.workdays)
    return until, str(getattr(rows[-1], f"basis_{language}"))


def letter_html(document: Document) -> str:
    """The whole page for the PDF, rendered by a worker: no request and no person."""
    session, appeal = db.session(), document.appeal
    style = (Path(current_app.root_path) / SHEET).read_text(encoding="utf-8")
    letter = letter_of(session, appeal, terms.law(session))
    template = current_app.jinja_env.get_template("reception/letter_paper.html")
    with speaking(letter.language):
        return template.render(letter=letter, lang=letter.language, style=Markup(style))  # noqa: S704  a file of this package


def check_code(number: str) -> str:
    return link_key(keys().secret, "letter", number)


def check_address(appeal: Appeal) -> str:
    return f"{current_base()}/check/{appeal.number}/{check_code(appeal.number)}"


def by_check_code(session: Session, number: str, code: str) -> Appeal | None:
    """The appeal of a letter; nobody finds one by guessing numbers."""
    if not code.isascii() or not hmac.compare_digest(code, check_code(number)):
        return None
    found: Appeal | None = session.scalar(select(Appeal).where(Appeal.number == number))
    return found


def sign(
    session: Session, appeal: Appeal, document: Document, content: bytes, *, by: Officer,
    now: datetime,
) -> Signature:  # fmt: skip
    """Keep a container (CMS, as NCALayer makes it) beside the letter it signs.

    The house looks at its form, binds it by digest and takes none twice; whether the signature
    itself holds is checked with the tools of the certification centre. Raises Invalid under the
    field `container`.
    """
    leading.must_sign(session, appeal, by)
    if not document.digest:
        raise WrongStatus("The letter is not made yet. Open it first, then sign it.")
    if not 0 < len(content) <= LARGEST_CONTAINER or SIGNED_DATA not in content[:64]:
        raise Invalid(
            {
                "container": "This is no signature container. Choose the .cms or .p7s file that "
                "NCALayer made."
            }
        )
    if not containers.is_of(content, document.content or b""):
        raise Invalid(
            {
                "container": "This container signs another file than this letter. Open the "
                "letter, sign that file and choose its container."
            }
        )
    digest = hashlib.sha256(content).hexdigest()
    if any(kept.digest == digest for kept in signatures_of(session, appeal)):
        raise Invalid({"container": "This container is kept already."})
    signature = Signature(
        appeal_id=appeal.id, letter_digest=document.digest, digest=digest, content=content,
        added_by=by, added_at=now,
    )  # fmt: skip
    session.add(signature)
    journal.append(
        appeal, "letter_signed", by=by, now=now, letter=document.digest, container=digest
    )  # fmt: skip
    return signature


def signatures_of(session: Session, appeal: Appeal) -> list[Signature]:
    query = select(Signature).where(Signature.appeal_id == appeal.id).order_by(Signature.id)
    return list(session.scalars(query))


def signature_of(session: Session, appeal: Appeal, signature_id: int) -> Signature:
    query = select(Signature).where(Signature.appeal_id == appeal.id, Signature.id == signature_id)
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such signature.")
    return found


def facts_to_check(appeal: Appeal, document: Document | None) -> dict[str, Any]:
    """What a stranger with the letter in hand may see: no name and no text."""
    return {
        "number": appeal.number,
        "answered_at": appeal.answered_at,
        "digest": document.digest if document else "",
        "erased": journal.is_erased(appeal),
        "agencies": [c.agency for c in appeal.claims if c.agency and c.status in ANSWERED],
    }
