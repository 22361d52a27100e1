"""What became of what the council asked: sent, due, reminded, answered row by row, made law.

The term of the answer is a dated row of the table of terms and says whether a lawyer has read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import calendar, notices
from agencies.calendar import business_date
from agencies.db import Base
from agencies.errors import Invalid, WrongStatus
from agencies.notices import NoticeChannel
from agencies.staff import Officer
from agencies.terms import TermPolicy
from reports import asked_days, comparison, council, personal, proposals
from reports.asked_days import Days
from reports.proposals import Proposal, ProposalStatus

LONGEST = 8000
REMINDED_EVERY_WD = 5
"""Working days between two reminders of an answer that is late."""


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    NO_POSITION = "no_position"


class Dispatch(Base):
    """The recommendation as it left the house."""

    __tablename__ = "dispatch"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    addressee: Mapped[str] = mapped_column(String(32))
    outgoing_number: Mapped[str] = mapped_column(String(64))
    sent_on: Mapped[date]
    due_on: Mapped[date]
    policy_code: Mapped[str] = mapped_column(ForeignKey("term_policy.code"))
    email: Mapped[str] = mapped_column(String(255), default="", server_default="")
    """Where the body is reminded of a late answer; nothing where it left no address."""
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))

    proposal: Mapped[Proposal] = relationship()
    policy: Mapped[TermPolicy] = relationship()


class Reminder(Base):
    """That an answer is late; one a day at most, so that a task may run as often as it likes."""

    __tablename__ = "dispatch_reminder"
    __table_args__ = (UniqueConstraint("dispatch_id", "on"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"))
    on: Mapped[date]

    dispatch: Mapped[Dispatch] = relationship()


class Reply(Base):
    """The answer of the body that was asked, with a verdict for each row of the table."""

    __tablename__ = "dispatch_reply"
    __table_args__ = (UniqueConstraint("dispatch_id", "turn"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"))
    turn: Mapped[int] = mapped_column(default=1, server_default="1")
    """1 as it was registered; with a day put right it is the next one, and the last one counts."""
    incoming_number: Mapped[str] = mapped_column(String(64))
    received_on: Mapped[date]
    overall: Mapped[Verdict]
    rows: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB)
    """Number of the row -> `verdict`, `reason`, `words`."""
    words: Mapped[str]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class NormChange(Base):
    """The act that took the proposal up."""

    __tablename__ = "norm_change"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    act_number: Mapped[str] = mapped_column(String(64))
    adopted_on: Mapped[date]
    in_force_on: Mapped[date]
    words: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class RowReply:
    verdict: Verdict
    reason: str = ""
    words: str = ""


def send(
    session: Session, proposal: Proposal, *, outgoing_number: str, sent_on: date,
    email: str = "", by: Officer, now: datetime,
) -> Dispatch:  # fmt: skip
    """Raises Invalid for a wording that a newer edition has overtaken since the vote."""
    if proposal.status is not ProposalStatus.ADOPTED:
        raise WrongStatus("Only what the council adopted is sent.")
    if not outgoing_number.strip():
        raise Invalid({"outgoing_number": "Write the number of the letter."})
    asked_days.check(replace(days_of(session, proposal), sent_on=sent_on), now=now)
    if comparison.outdated(session, comparison.rows_of(session, proposal)):
        raise Invalid({"rows": "A newer or corrected wording is known. Enter it first."})
    address = notices.read_address(NoticeChannel.EMAIL, email) if email.strip() else ""
    policy = session.get_one(TermPolicy, council.rules()["answer_policy"])
    dispatch = Dispatch(
        proposal_id=proposal.id, addressee=proposal.addressee,
        outgoing_number=outgoing_number.strip(), sent_on=sent_on, policy_code=policy.code,
        due_on=due_on(session, sent_on, policy), sent_by_id=by.id,
        email=address,
    )  # fmt: skip
    session.add(dispatch)
    proposals.move(
        session, proposal, ProposalStatus.SENT, "sent", by=by, now=now,
        outgoing=dispatch.outgoing_number, addressee=proposal.addressee,
        due_on=dispatch.due_on.isoformat(), policy=policy.code,
    )  # fmt: skip
    session.flush()
    return dispatch


def due_on(session: Session, sent_on: date, policy: TermPolicy) -> date:
    return calendar.workdays(session).add(sent_on, policy.term or 0)


def days_of(session: Session, proposal: Proposal) -> Days:
    """The days on record, from the vote to the act in force."""
    votes = [e for e in proposals.entries(session, proposal) if e.kind == "vote_adopted"]
    dispatch, reply = dispatch_of(session, proposal), reply_of(session, proposal)
    change = change_of(session, proposal)
    return Days(
        voted_on=business_date(votes[-1].at) if votes else None,
        sent_on=dispatch.sent_on if dispatch else None,
        received_on=reply.received_on if reply else None,
        adopted_on=change.adopted_on if change else None,
        in_force_on=change.in_force_on if change else None,
    )


def remind(session: Session, *, now: datetime) -> list[Reminder]:
    """Reminders of today: the day after the term passed, and every few working days from then.

    The first one also says so in the register: the body kept silent.
    """
    today, workdays = business_date(now), calendar.workdays(session)
    made: list[Reminder] = []
    if not workdays.is_working(today):
        return made
    for dispatch in _unanswered(session, today):
        late = workdays.between(dispatch.due_on, today)
        known = session.scalars(select(Reminder).filter_by(dispatch_id=dispatch.id, on=today))
        if known.first() is not None or (late - 1) % REMINDED_EVERY_WD:
            continue
        if dispatch.proposal.status is ProposalStatus.SENT:
            proposals.move(
                session, dispatch.proposal, ProposalStatus.UNANSWERED, "unanswered", by=None,
                now=now, due_on=dispatch.due_on.isoformat(),
            )  # fmt: skip
        else:
            proposals.note(session, dispatch.proposal, "reminded", by=None, now=now)
        reminder = Reminder(dispatch=dispatch, on=today)
        session.add(reminder)
        made.append(reminder)
    session.flush()
    return made


def _unanswered(session: Session, today: date) -> list[Dispatch]:
    query = select(Dispatch).join(Proposal, Proposal.id == Dispatch.proposal_id)
    query = query.where(
        Dispatch.due_on < today,
        Proposal.status.in_([ProposalStatus.SENT, ProposalStatus.UNANSWERED]),
    )
    return list(session.scalars(query.with_for_update(of=Proposal).order_by(Dispatch.id)))


def answer(
    session: Session, proposal: Proposal, *, incoming_number: str, received_on: date,
    rows: Mapping[int, RowReply], words: str, by: Officer, now: datetime,
) -> Reply:  # fmt: skip
    """The answer as it came. A refusal without a reason is kept as such: nobody adds one."""
    dispatch = must_be_sent(session, proposal)
    numbers = range(1, len(comparison.rows_of(session, proposal)) + 1)
    if not incoming_number.strip():
        raise Invalid({"incoming_number": "Write the number of the letter."})
    asked_days.check(replace(days_of(session, proposal), received_on=received_on), now=now)
    if len(words) > LONGEST:
        raise Invalid({"words": "This is too long; keep to what the letter decides."})
    personal.must_be_free(words, field="words")
    missing = [number for number in numbers if number not in rows]
    if missing:
        raise Invalid({f"verdict_{n}": "Say what was answered on this row." for n in missing})
    kept = {str(number): _row(number, rows[number]) for number in numbers}
    reply = Reply(
        dispatch_id=dispatch.id, incoming_number=incoming_number.strip(), received_on=received_on,
        overall=overall([rows[number].verdict for number in numbers]), rows=kept,
        words=words.strip(), registered_by_id=by.id,
    )  # fmt: skip
    session.add(reply)
    proposals.move(
        session, proposal, ProposalStatus.ANSWERED, "answered", by=by, now=now,
        incoming=reply.incoming_number, verdict=str(reply.overall),
    )  # fmt: skip
    session.flush()
    return reply


def _row(number: int, reply: RowReply) -> dict[str, str]:
    reason = reply.reason
    if reply.verdict in (Verdict.REFUSED, Verdict.PARTLY):
        reason = reason or "not-reasoned"
        if reason not in council.reasons():
            raise Invalid({f"reason_{number}": "Choose a reason of the list."})
    personal.must_be_free(reply.words, field=f"words_{number}")
    return {"verdict": str(reply.verdict), "reason": reason, "words": reply.words.strip()}


def overall(verdicts: list[Verdict]) -> Verdict:
    """Accepted only where every row was; partly where any was."""
    if all(v is Verdict.ACCEPTED for v in verdicts):
        return Verdict.ACCEPTED
    if any(v in (Verdict.ACCEPTED, Verdict.PARTLY) for v in verdicts):
        return Verdict.PARTLY
    for verdict in (Verdict.REFUSED, Verdict.REDIRECTED):
        if verdict in verdicts:
            return verdict
    return Verdict.NO_POSITION


def track(session: Session, proposal: Proposal, *, by: Officer, now: datetime) -> None:
    """Watch whether what was promised becomes law."""
    reply = reply_of(session, proposal)
    if reply is None or reply.overall not in (Verdict.ACCEPTED, Verdict.PARTLY):
        raise WrongStatus("Only what was accepted can become law.")
    proposals.move(session, proposal, ProposalStatus.TRACKING, "tracking", by=by, now=now)


def enact(
    session: Session, proposal: Proposal, *, act_number: str, adopted_on: date, in_force_on: date,
    words: str = "", by: Officer, now: datetime,
) -> NormChange:  # fmt: skip
    """The norm was changed: from its first day in force the effect is measured."""
    if not act_number.strip():
        raise Invalid({"act_number": "Write the number of the act."})
    days = replace(days_of(session, proposal), adopted_on=adopted_on, in_force_on=in_force_on)
    asked_days.check(days, now=now)
    change = NormChange(
        proposal_id=proposal.id, act_number=act_number.strip(), adopted_on=adopted_on,
        in_force_on=in_force_on, words=words.strip(),
    )  # fmt: skip
    session.add(change)
    proposals.move(
        session, proposal, ProposalStatus.IN_FORCE, "enacted", by=by, now=now,
        act=change.act_number, in_force_on=in_force_on.isoformat(),
    )  # fmt: skip
    session.flush()
    return change


def dispatch_of(session: Session, proposal: Proposal) -> Dispatch | None:
    return session.scalars(select(Dispatch).filter_by(proposal_id=proposal.id)).first()


def must_be_sent(session: Session, proposal: Proposal) -> Dispatch:
    found = dispatch_of(session, proposal)
    if found is None:
        raise WrongStatus("This proposal has not been sent.")
    return found


def reply_of(session: Session, proposal: Proposal) -> Reply | None:
    query = select(Reply).join(Dispatch, Dispatch.id == Reply.dispatch_id)
    query = query.where(Dispatch.proposal_id == proposal.id).order_by(Reply.turn.desc())
    return session.scalars(query.limit(1)).first()


def change_of(session: Session, proposal: Proposal) -> NormChange | None:
    return session.scalars(select(NormChange).filter_by(proposal_id=proposal.id)).first()


def fate(session: Session, first: date, last: date) -> dict[str, int]:
    """Rows whose answer fell due in the period, by what was answered; silence is counted.

    Accepted and partly accepted stand apart; a row that nobody answered stays in the count.
    """
    counts = dict.fromkeys([*map(str, Verdict), "silent"], 0)
    query = select(Dispatch).where(Dispatch.due_on >= first, Dispatch.due_on <= last)
    for dispatch in session.scalars(query.order_by(Dispatch.id)):
        reply = reply_of(session, dispatch.proposal)
        if reply is None:
            counts["silent"] += len(comparison.rows_of(session, dispatch.proposal))
        else:
            for row in reply.rows.values():
                counts[row["verdict"]] += 1
    return counts
