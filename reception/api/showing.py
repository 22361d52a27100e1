"""Records in the form in which the API shows them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from agencies import leading
from agencies.appeals import Appeal, Claim
from agencies.attachments import Attachment
from agencies.calendar import local
from agencies.directory import Desk, Named, Service
from agencies.leading import JointReply, ReplyState
from agencies.redress import Judged, Review
from agencies.splitting import Part
from agencies.suggesting import Suggestions
from agencies.veiling import veil
from reception import language
from reception.api.shapes import (
    AppealInListShape,
    AppealShape,
    AttachmentShape,
    ClaimInListShape,
    ClaimShape,
    DeskShape,
    EarlierShape,
    JointReplyShape,
    LetterShape,
    Names,
    NewClaimShape,
    PauseShape,
    RegisteredShape,
    ReviewShape,
    SamePersonShape,
    ServiceShape,
    SuggestionShape,
    SuggestionsShape,
    TermShape,
    TicketShape,
    WaitShape,
)
from reception.desks import DeskPause
from reception.intake import Registered
from reception.language import say
from reception.outlook import in_minutes
from reception.queue.calling import Called
from reception.tickets import Ticket, TicketState


def instant(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="seconds") if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def names(record: Named, field: str = "name") -> Names:
    kk, ru, en = (getattr(record, f"{field}_{code}") for code in language.LANGUAGES)
    return {"kk": kk, "ru": ru, "en": en}


def service(record: Service) -> ServiceShape:
    return {
        "code": record.code, "agency": record.agency.code, "name": names(record),
        "documents": names(record, "documents"), "series": record.series,
        "typical_minutes": record.typical_minutes,
    }  # fmt: skip


def desk(record: Desk) -> DeskShape:
    kk, ru, en = (say("Desk %(number)s", code, number=record.number) for code in language.LANGUAGES)
    return {
        "code": record.code, "hall": record.hall.code, "agency": record.agency.code,
        "name": {"kk": kk, "ru": ru, "en": en}, "number": record.number, "floor": record.floor,
    }  # fmt: skip


def ticket(record: Ticket, *, ahead: int, wait_s: tuple[int, int] | None = None) -> TicketShape:
    """`position` counts from 1 and is null once nobody waits with this ticket."""
    at = record.desk
    shape: TicketShape = {
        "id": record.id, "number": record.label, "state": record.state,
        "service": record.service.code, "agency": record.service.agency.code,
        "language": record.language, "ahead": ahead,
        "position": ahead + 1 if record.state is TicketState.WAITING else None,
        "calls": record.calls,
        "desk": {"code": at.code, "number": at.number, "floor": at.floor} if at else None,
        "outcome": record.outcome, "issued_at": instant(record.issued_at) or "",
        "called_at": instant(record.called_at), "started_at": instant(record.started_at),
        "finished_at": instant(record.finished_at),
    }  # fmt: skip
    if wait_s:
        shape["wait"] = wait(*wait_s)
    return shape


def wait(p50_s: int, p90_s: int) -> WaitShape:
    low, high = in_minutes(p50_s, p90_s)
    return {"low_min": low, "high_min": high}


def pause(record: DeskPause) -> PauseShape:
    return {
        "desk": record.desk.code, "kind": record.kind, "began_at": instant(record.began_at) or "",
        "until": instant(record.until),
    }  # fmt: skip


def called(record: Called) -> TicketShape:
    """The ticket that was called just now, as `ticket` would show it."""
    at = record.desk
    return {
        "id": record.id, "number": record.label, "state": TicketState.CALLED,
        "service": record.service, "agency": at.agency, "language": record.language,
        "ahead": 0, "position": None, "calls": 1,
        "desk": {"code": at.code, "number": at.number, "floor": at.floor}, "outcome": None,
        "issued_at": instant(record.issued_at) or "", "called_at": instant(record.called_at),
        "started_at": None, "finished_at": None,
    }  # fmt: skip


def suggestions(found: Suggestions, parts: list[Part]) -> SuggestionsShape:
    return {
        "language": found.language, "suggestions": _offered([s.as_json() for s in found.offered]),
        "sure": found.sure,
        "claims": [{"text": part.text, "agency": part.kind or None} for part in parts],
    }  # fmt: skip


def _offered(rows: list[dict[str, Any]]) -> list[SuggestionShape]:
    return [
        {"agency": row["agency"], "score": row["score"], "subject": row.get("subject", ""),
         "reasons": row["reasons"], "advice": row.get("advice", "")}
        for row in rows
    ]  # fmt: skip


def new_claim(record: Claim) -> NewClaimShape:
    shape: NewClaimShape = {"id": record.id, "suggestions": _offered(record.suggestions)}
    if record.agency is not None:
        shape["agency"] = record.agency.code
    return shape


def term(record: Claim, *, today: date) -> TermShape:
    policy = record.policy
    return {
        "policy": policy.code, "basis": getattr(policy, f"basis_{language.current()}"),
        "registered_on": record.registered_on.isoformat(),
        "first_due_on": record.first_due_on.isoformat(), "due_on": record.due_on.isoformat(),
        "extendable_to": _day(record.extendable_to), "overdue": record.is_overdue_on(today),
    }  # fmt: skip


def claim(record: Claim, review: Review | None, *, today: date) -> ClaimShape:
    """A draft answer stays inside the agency: only an approved one is shown."""
    left = bool(record.answer)
    return {
        "id": record.id, "ordinal": record.ordinal, "text": veil(record.text),
        "status": record.status,
        "agency": record.agency.code if record.agency else None,
        "officer": record.officer.login if record.officer else None,
        "subject": record.subject.code if record.subject else None,
        "term": term(record, today=today), "suggestions": _offered(record.suggestions),
        "hearing_on": _day(record.hearing_on), "heard_at": instant(record.heard_at),
        "documents_by": _day(record.documents_by),
        "arbitration_since": instant(record.arbitration_since),
        "control_since": instant(record.control_since), "outcome": record.outcome,
        "ground": record.ground if record.outcome else "", "answer": veil(record.answer),
        "rule_cited": veil(record.rule_cited) if left else "",
        "remedy": veil(record.remedy) if left else "",
        "lesson": veil(record.lesson) if left else "",
        "answered_at": instant(record.answered_at), "closed_at": instant(record.closed_at),
        "redirections": record.redirections, "reopenings": record.reopenings,
        "review": _review(review) if review else None,
    }  # fmt: skip


def _review(record: Review) -> ReviewShape:
    return {
        "opened_at": instant(record.opened_at) or "", "target_on": record.target_on.isoformat(),
        "words": veil(record.words),
    }  # fmt: skip


def _claim_in_list(record: Claim, today: date) -> ClaimInListShape:
    return {
        "id": record.id, "status": record.status,
        "agency": record.agency.code if record.agency else None,
        "due_on": record.due_on.isoformat(), "overdue": record.is_overdue_on(today),
    }  # fmt: skip


def _letter(record: Appeal) -> LetterShape:
    return {
        "number": record.number, "kind": record.kind, "language": record.language,
        "channel": record.channel, "higher_body": record.higher_body or None,
        "status": record.status,
        "subject": record.subject.code if record.subject else None,
        "district": record.district.code if record.district else None,
        "received_at": instant(record.received_at) or "",
        "registered_on": record.registered_on.isoformat(), "due_on": record.due_on.isoformat(),
    }  # fmt: skip


def appeal_in_list(record: Appeal, *, today: date) -> AppealInListShape:
    return {**_letter(record), "claims": [_claim_in_list(item, today) for item in record.claims]}


def appeal(
    record: Appeal, reply: JointReply | None, judged: Mapping[int, Judged], *, today: date
) -> AppealShape:
    """The letter and its claims, the numbers of persons in them masked. Who lodged it is not told:
    the workspace shows that, for a reason.
    """
    return {
        **_letter(record),
        "text": veil(record.text),
        "policy": record.policy_code,
        **_earlier(record),
        "joint_reply": joint_reply(record, reply) if leading.is_joint(record) else None,
        "claims": [
            claim(item, judged.get(item.id, (None, None))[0], today=today) for item in record.claims
        ],
    }


def same_person(record: Appeal) -> SamePersonShape:
    return {"number": record.number, "status": record.status, **_earlier(record)}


def _earlier(record: Appeal) -> EarlierShape:
    main, repeated = record.merged_into, record.repeats
    return {
        "merged_into": main.number if main else None,
        "repeats": {
            "of": repeated.number, "reason": record.repeat_reason, "new": record.repeat_new,
        } if repeated else None,
    }  # fmt: skip


def joint_reply(record: Appeal, reply: JointReply | None) -> JointReplyShape:
    """What was prepared for answers that have changed since is not told."""
    state, lead = leading.state_of(record, reply), leading.lead_of(record, reply)
    ready = reply if state in (ReplyState.HEAD, ReplyState.SENT) else None
    return {
        "state": state, "lead": lead.code, "named": reply is not None and reply.lead_id == lead.id,
        "agencies": [agency.code for agency in leading.agencies_of(record)],
        "opening": veil(ready.opening) if ready else "",
        "prepared_at": instant(ready.prepared_at) if ready else None,
        "sent_at": instant(ready.sent_at) if ready and state is ReplyState.SENT else None,
    }  # fmt: skip


def attachment(record: Attachment) -> AttachmentShape:
    """`digest` is the SHA-256 of what is given out."""
    return {
        "id": record.id, "name": record.name, "media": record.media, "size": record.size,
        "digest": record.digest, "scan": record.scan, "added_at": instant(record.added_at) or "",
    }  # fmt: skip


def registered(done: Registered, *, base: str) -> RegisteredShape:
    record = done.appeal
    return {
        "number": record.number, "registered_on": record.registered_on.isoformat(),
        "due_on": record.due_on.isoformat(), "policy": record.policy.code,
        "track_url": f"{base}/a/{done.key}", "talon_url": f"{base}/appeals/{record.number}/talon",
        "claims": [new_claim(item) for item in record.claims],
    }  # fmt: skip
