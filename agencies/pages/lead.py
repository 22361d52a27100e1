"""How the joint reply of an appeal stands, as each of its readers sees it."""

from dataclasses import dataclass
from datetime import datetime

from agencies import leading
from agencies.appeals import FINISHED, GONE, Appeal
from agencies.appeals.moves import is_answered
from agencies.leading import JointReply
from agencies.pages.voice import named
from agencies.pages.words import LEAD, Look
from agencies.staff import Officer, Role


@dataclass(frozen=True)
class LeadView:
    """Everything decided: who leads, how far the reply has come, what this person may do."""

    lead: str
    named: bool
    look: Look
    answered: int
    going: int
    opening: str
    prepared_by: str
    prepared_at: datetime | None
    sent_by: str
    sent_at: datetime | None
    code: str
    choices: list[tuple[str, str]]
    may_prepare: bool
    may_send: bool
    leads: bool


def lead_view(appeal: Appeal, found: JointReply | None, officer: Officer) -> LeadView | None:
    """None where one agency answers alone."""
    if not leading.is_joint(appeal):
        return None
    reply = found or JointReply(opening="")
    lead, ready = leading.lead_of(appeal, found), is_answered(appeal)
    own, state = leading.leads(officer, appeal, found), leading.state_of(appeal, found)
    prepared, sent = reply.is_prepared_for(appeal), reply.is_sent_for(appeal)
    going = [claim for claim in appeal.claims if claim.status not in GONE]
    names = [(agency.code, named(agency)) for agency in leading.agencies_of(appeal)]
    return LeadView(
        lead=named(lead), named=reply.lead_id == lead.id, look=LEAD[state],
        answered=sum(1 for claim in going if claim.status in FINISHED), going=len(going),
        opening=reply.opening, code=lead.code, leads=own,
        prepared_by=reply.prepared_by.name if prepared and reply.prepared_by else "",
        prepared_at=reply.prepared_at if prepared else None,
        sent_by=reply.sent_by.name if sent and reply.sent_by else "",
        sent_at=reply.sent_at if sent else None,
        choices=names if officer.role in leading.NAMERS and not sent else [],
        may_prepare=own and ready and not sent,
        may_send=own and ready and prepared and not sent and officer.role is Role.HEAD
        and reply.prepared_by_id != officer.id,
    )  # fmt: skip
