"""One appeal, claims at several agencies: who leads them, and the joint reply that the lead gives.

    every claim has its answer -> the lead prepares the reply -> its head lets it leave

The agency of the first claim leads, until the reception names another one. Each answer is with the
applicant as soon as its own agency has approved it; the reply gathers them in one letter. A lead
that is slow makes no letter late: on the last day of the term it leaves as the answers stand.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, and_, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, joinedload, mapped_column, relationship
from sqlalchemy.orm import selectinload as along
from sqlalchemy.sql.base import ExecutableOption

from agencies import announcements, events, journal
from agencies.appeals import GONE, Appeal, Claim, ClaimStatus
from agencies.appeals.circle import kept_from
from agencies.appeals.moves import is_answered
from agencies.calendar import business_date
from agencies.db import Base
from agencies.directory import Agency, Origin
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import AGENCY_ROLES, Officer, Role

NAMERS = (Role.CLERK, Role.SUPERVISOR, Role.ADMIN)
LONGEST = 4000
SHOWN = 50


class ReplyState(StrEnum):
    """Whom a joint reply waits for."""

    ANSWERS = "awaits_answers"
    LEAD = "awaits_lead"
    HEAD = "awaits_head"
    SENT = "sent"


class JointReply(Base):
    """Of an appeal whose lead was named, or whose reply was prepared; none stands for neither."""

    __tablename__ = "joint_reply"

    appeal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("appeal.id"), primary_key=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    """The agency that the reception named."""
    opening: Mapped[str] = mapped_column(default="")
    """What the lead says before the answers."""
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    prepared_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    sent_at: Mapped[datetime | None]

    prepared_by: Mapped[Officer | None] = relationship(foreign_keys=[prepared_by_id])
    sent_by: Mapped[Officer | None] = relationship(foreign_keys=[sent_by_id])

    def is_prepared_for(self, appeal: Appeal) -> bool:
        """For the answers as they stand: one given anew asks for another reply."""
        return _since(self.prepared_at, appeal)

    def is_sent_for(self, appeal: Appeal) -> bool:
        return _since(self.sent_at, appeal)


def _since(moment: datetime | None, appeal: Appeal) -> bool:
    return moment is not None and appeal.answered_at is not None and moment >= appeal.answered_at


def agencies_of(appeal: Appeal) -> list[Agency]:
    """Each once, in the order of the claims that go on here."""
    going = (c for c in appeal.claims if c.status not in GONE and c.agency)
    return list({claim.agency_id: claim.agency for claim in going if claim.agency}.values())


def is_joint(appeal: Appeal) -> bool:
    return appeal.source is Origin.HALL and len(agencies_of(appeal)) > 1


def reply_of(session: Session, appeal: Appeal) -> JointReply | None:
    query = select(JointReply).where(JointReply.appeal_id == appeal.id)
    found: JointReply | None = session.scalar(query.options(*people()))
    return found


def people() -> list[ExecutableOption]:
    """Who prepared and who sent it, to be read with the reply."""
    both = (joinedload(JointReply.prepared_by), joinedload(JointReply.sent_by))
    return [one.lazyload(Officer.agency) for one in both]


def lead_of(appeal: Appeal, reply: JointReply | None) -> Agency:
    """A named one leads as long as it has a claim here; the appeal is a joint one."""
    found = agencies_of(appeal)
    named = [agency for agency in found if reply and agency.id == reply.lead_id]
    return (named or found)[0]


def state_of(appeal: Appeal, reply: JointReply | None) -> ReplyState:
    """How far the reply has come for the answers as they stand."""
    if reply and reply.is_sent_for(appeal):
        return ReplyState.SENT
    if not is_answered(appeal):
        return ReplyState.ANSWERS
    return ReplyState.HEAD if reply and reply.is_prepared_for(appeal) else ReplyState.LEAD


def leads(officer: Officer, appeal: Appeal, reply: JointReply | None) -> bool:
    return officer.role in AGENCY_ROLES and officer.agency_id == lead_of(appeal, reply).id


def name_lead(session: Session, appeal: Appeal, *, code: str, by: Officer, now: datetime) -> None:
    """The reception says who leads. What another agency had prepared is no longer the lead's."""
    if by.role not in NAMERS:
        raise NotAllowed("Who leads is said by the reception or the supervisor.")
    _must_be_joint(appeal)
    found = {agency.code: agency for agency in agencies_of(appeal)}
    if code not in found:
        raise Invalid({"agency": "Choose one of the agencies that have a claim here."})
    reply = _kept(session, appeal)
    if reply.is_sent_for(appeal):
        raise WrongStatus("The joint reply has left already.")
    if lead_of(appeal, reply).code != code:
        reply.opening, reply.prepared_at, reply.prepared_by = "", None, None
    reply.lead_id = found[code].id
    journal.append(appeal, "lead_named", by=by, now=now, agency=code)
    _wake(session, found[code], "lead_named", appeal, now)


def prepare(session: Session, appeal: Appeal, *, opening: str, by: Officer, now: datetime) -> None:
    """The lead gathers the answers, with a few words of its own before them if it likes."""
    reply = _kept(session, appeal)
    _must_lead(by, appeal, reply)
    _must_be_ready(appeal, reply)
    if len(opening) > LONGEST:
        raise Invalid({"opening": "This is too long."})
    reply.opening, reply.prepared_by, reply.prepared_at = opening.strip(), by, now
    journal.append(appeal, "joint_prepared", by=by, now=now, text=reply.opening)
    _wake(session, lead_of(appeal, reply), "joint_prepared", appeal, now)


def send(session: Session, appeal: Appeal, *, by: Officer, now: datetime) -> None:
    """The head of the lead lets it leave; never who prepared it (four eyes)."""
    reply = _kept(session, appeal)
    _must_lead(by, appeal, reply)
    if by.role is not Role.HEAD:
        raise NotAllowed("Only the head of the lead agency lets the joint reply leave.")
    _must_be_ready(appeal, reply)
    if not reply.is_prepared_for(appeal):
        raise WrongStatus("The joint reply is not prepared yet.")
    if reply.prepared_by_id == by.id:
        raise NotAllowed("Another person has to approve what you wrote yourself.")
    reply.sent_by, reply.sent_at = by, now
    journal.append(appeal, "joint_sent", by=by, now=now, agency=lead_of(appeal, reply).code)
    announcements.tell(session, appeal, "joint_sent", now=now)


def is_out(session: Session, appeal: Appeal, *, now: datetime) -> bool:
    """Whether the applicant may have the letter."""
    if not is_answered(appeal):
        return False
    if not is_joint(appeal) or business_date(now) >= appeal.due_on:
        return True
    reply = reply_of(session, appeal)
    return reply is not None and reply.is_sent_for(appeal)


def must_sign(session: Session, appeal: Appeal, by: Officer) -> None:
    """Of several agencies the lead alone signs the letter."""
    if is_joint(appeal):
        _must_lead(by, appeal, reply_of(session, appeal))


def waiting(session: Session, officer: Officer, *, today: date) -> list[Appeal]:
    """Answered appeals whose joint reply the officer's agency still owes, the most urgent first."""
    if officer.role not in AGENCY_ROLES:
        return []
    own, other = aliased(Claim), aliased(Claim)
    query = (
        select(Appeal)
        .join(own, and_(own.appeal_id == Appeal.id, own.agency_id == officer.agency_id))
        .outerjoin(JointReply, JointReply.appeal_id == Appeal.id)
        .where(own.status.in_((ClaimStatus.ANSWERED, ClaimStatus.CLOSED)), own.due_on >= today)
        .where(Appeal.answered_at.is_not(None), Appeal.due_on > today)
        .where(Appeal.id.not_in(kept_from(officer)))
        .where((JointReply.sent_at.is_(None)) | (JointReply.sent_at < Appeal.answered_at))
        .where(exists().where(other.appeal_id == Appeal.id, other.agency_id != own.agency_id))
        .order_by(Appeal.due_on, Appeal.id).limit(SHOWN).options(along(Appeal.claims))
    )  # fmt: skip
    found = [one for one in session.scalars(query).unique() if is_joint(one) and is_answered(one)]
    return [one for one in found if leads(officer, one, reply_of(session, one))]


def _kept(session: Session, appeal: Appeal) -> JointReply:
    """The caller holds the appeal, so nobody else makes the row meanwhile."""
    _must_be_joint(appeal)
    found = reply_of(session, appeal)
    if found is None:
        found = JointReply(appeal_id=appeal.id, opening="")
        session.add(found)
    return found


def _must_be_joint(appeal: Appeal) -> None:
    if not is_joint(appeal):
        raise WrongStatus("Only an appeal with claims at several agencies has a joint reply.")


def _must_lead(by: Officer, appeal: Appeal, reply: JointReply | None) -> None:
    if not leads(by, appeal, reply):
        raise NotAllowed("The lead agency prepares and signs the joint reply.")


def _must_be_ready(appeal: Appeal, reply: JointReply) -> None:
    if not is_answered(appeal):
        raise WrongStatus("The letter is made when every agency has answered.")
    if reply.is_sent_for(appeal):
        raise WrongStatus("The joint reply has left already.")


def _wake(session: Session, agency: Agency, kind: str, appeal: Appeal, now: datetime) -> None:
    events.record(session, f"agency/{agency.code}", kind, now=now, appeal=appeal.number)
