"""The course of a proposal: opinions, votes, what was sent and answered, the steps on record."""

from sqlalchemy.orm import Session

from agencies.calendar import local
from reception.language import in_words, named
from reports import council, meetings, opinions, proposals, recommendations
from reports.foreign import Spoken, in_language
from reports.meetings import AgendaItem, Decision
from reports.proposals import Proposal
from reports.states import said
from reports.wording import Words


def opinions_given(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str, Spoken]]:
    return [
        (
            named(one.agency, w.language),
            said(one.position or "no_comment", w.language),
            in_language(w, one.words, one.language),
        )
        for one in opinions.opinions_of(session, proposal)
    ]


def votes(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str, str]]:
    """Counts only: how a member voted is nobody's business but theirs."""
    return [
        (
            w._("Meeting %(n)s, %(day)s", n=item.meeting.number, day=w.day(item.meeting.begins_at)),
            _voices(item, w),
            said(item.decision or "pending", w.language),
        )
        for item in meetings.items_of(session, proposal)
    ]  # fmt: skip


def _voices(item: AgendaItem, w: Words) -> str:
    """Noughts before a vote would read as its result."""
    if item.decision is None:
        return w._("not voted yet")
    if item.decision is Decision.NOT_TAKEN:
        return w._("no vote was taken")
    return w._(
        "for %(a)s, against %(b)s, abstained %(c)s, present %(d)s of %(e)s",
        a=item.votes_for, b=item.votes_against, c=item.abstained, d=item.present,
        e=item.meeting.members,
    )  # fmt: skip


def what_became_of_it(session: Session, proposal: Proposal, w: Words) -> list[tuple[str, str]]:
    dispatch = recommendations.dispatch_of(session, proposal)
    if dispatch is None:
        return []
    basis = getattr(dispatch.policy, f"basis_{w.language}")
    told = [
        (w._("Sent"), w._("No. %(n)s of %(day)s", n=dispatch.outgoing_number,
                          day=in_words(dispatch.sent_on, w.language))),
        (w._("Answer due"), in_words(dispatch.due_on, w.language)),
        (w._("Basis of the term"), basis),
    ]  # fmt: skip
    if not dispatch.policy.verified:
        told.append((w._("About the term"), w._("expected; a lawyer has not confirmed it yet")))
    reply = recommendations.reply_of(session, proposal)
    if reply is not None:
        came = in_words(reply.received_on, w.language)
        number = w._("No. %(n)s of %(day)s", n=reply.incoming_number, day=came)
        told.append((w._("Answered"), number))
        told.append((w._("Answer"), said(reply.overall, w.language)))
    change = recommendations.change_of(session, proposal)
    if change is not None:
        told.append((w._("Act"), f"{change.act_number}, {in_words(change.adopted_on, w.language)}"))
        told.append((w._("In force from"), in_words(change.in_force_on, w.language)))
    return told


def replies(session: Session, proposal: Proposal, language: str) -> list[tuple[int, str, str, str]]:
    reply = recommendations.reply_of(session, proposal)
    if reply is None:
        return []
    reasons = council.reasons()
    return [
        (
            int(number), said(row["verdict"], language),
            named(reasons[row["reason"]], language) if row["reason"] else "", row["words"],
        )
        for number, row in sorted(reply.rows.items(), key=lambda item: int(item[0]))
    ]  # fmt: skip


def steps_on_record(session: Session, proposal: Proposal, language: str) -> list[tuple[str, str]]:
    return [
        (in_words(local(entry.at).date(), language), said(entry.kind, language))
        for entry in proposals.entries(session, proposal)
        if entry.kind not in ("row", "row_dropped", "described")
    ]
