"""Registering an appeal: checked, numbered, its term set, its journal begun, a route proposed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from agencies import (
    announcements,
    choices,
    events,
    journal,
    recusing,
    search,
    special_data,
    suggesting,
)
from agencies.appeals import Appeal, Channel, Claim
from agencies.calendar import business_date
from agencies.directory import (
    Agency,
    District,
    Subject,
    agency_by_code,
    district_by_code,
    subjects_to_give,
)
from agencies.errors import Invalid, NotFound
from agencies.numbering import next_number
from agencies.reference import labels
from agencies.sealing import Seal, link_digest, link_key
from agencies.staff import Officer
from agencies.suggesting import Suggestions
from agencies.terms import Law, Term, lawful_term
from reception import visitors
from reception.drafts import AppealDraft, ClaimDraft
from reception.tickets import Ticket
from reception.visitors import Card


@dataclass(frozen=True)
class Keys:
    """Secrets that registration needs: the sealing of numbers and the secret of links."""

    seal: Seal
    secret: str

    @classmethod
    def of(cls, iin_key: str, secret: str) -> "Keys":
        return cls(Seal.of(iin_key), secret)


@dataclass(frozen=True)
class Matter:
    text: str
    subject: Subject | None
    proposed: Suggestions


@dataclass(frozen=True)
class Registered:
    """A registered appeal; `key` opens its tracking page."""

    appeal: Appeal
    key: str


def register(
    session: Session,
    draft: AppealDraft,
    *,
    law: Law,
    keys: Keys,
    by: Officer | None,
    now: datetime,
    arrived_at: datetime | None = None,
) -> Registered:
    """The appeal enters the register. Never refused for who the person is or which papers lack.

    `arrived_at` is earlier than `now` for a letter that lay in a mailbox; the term counts from it.
    `by` is nobody where the applicant lodged it without anybody's help.
    Raises Invalid where a number, phone, district, ticket, sort of special data or official does
    not fit.
    """
    card = Card(**draft.applicant.model_dump()).checked(today=business_date(now))
    arrived = arrived_at or now
    term = lawful_term(law, arrived, kind=draft.kind, case=draft.case)
    district = _district(session, draft.district)
    matters = _matters(session, draft, district=district, day=business_date(now))
    appeal = _written(session, draft, district=district, term=term, by=by, now=arrived)
    if card.says_anything:
        appeal.applicant = visitors.applicant_from(card, seal=keys.seal)
    if card.name or card.iin:
        visitors.admit(session, card, language=draft.language, seal=keys.seal, now=now)
    key = link_key(keys.secret, "appeal", appeal.link_seed)
    appeal.link_digest = link_digest(key)
    session.add(appeal)
    _begin_journal(appeal, term, by=by, now=now)
    _claims(session, appeal, matters, term=term, now=now)
    search.note(appeal)
    _bind_ticket(session, appeal, draft, by=by, now=now)
    session.flush()
    _keep_from_others(session, appeal, draft, by=by, now=now)
    announcements.tell(
        session, appeal, "appeal_registered", now=now,
        due_on=appeal.due_on.isoformat(), policy=appeal.policy.code,
    )  # fmt: skip
    return Registered(appeal, key)


def _written(
    session: Session, draft: AppealDraft, *, district: District | None, term: Term,
    by: Officer | None, now: datetime,
) -> Appeal:  # fmt: skip
    """Its number comes when all was read: the next clerk waits for the series until the commit."""
    year = term.registered_on.year
    number = next_number(session, f"appeal/{year}")
    return Appeal(
        number=f"OA-{year}-{number:06d}", kind=draft.kind, language=draft.language,
        channel=draft.channel, higher_body=_higher_body(draft.higher_body), text=draft.text,
        address=draft.address,
        district=district, received_at=now,
        registered_on=term.registered_on, due_on=term.due_on, policy=term.policy,
        received_by=by, receiver=receiver_of(by), link_seed=secrets.token_hex(16), redirections=0,
        reopenings=0, journal_length=0, journal_head=journal.BEGINNING,
    )  # fmt: skip


def receiver_of(officer: Officer | None) -> dict[str, str]:
    """Name and position as printed on the talon, frozen on the day (Code art. 64(2))."""
    if officer is None:
        return {}
    positions = {f"position_{code}": officer.position(code) for code in ("kk", "ru", "en")}
    return {"name": officer.name, **positions}


def _higher_body(code: str | None) -> str:
    if code and code not in labels("higher_body"):
        raise Invalid({"higher_body": "Choose a body on the list."})
    return code or ""


def _district(session: Session, code: str | None) -> District | None:
    try:
        return district_by_code(session, code) if code else None
    except NotFound:
        raise Invalid({"district": "Choose a district on the list."}) from None


def _begin_journal(appeal: Appeal, term: Term, *, by: Officer | None, now: datetime) -> None:
    sent_on: dict[str, Any] = {"higher_body": appeal.higher_body} if appeal.higher_body else {}
    journal.append(
        appeal, "registered", by=by, now=now, number=appeal.number, kind=appeal.kind,
        channel=appeal.channel, policy=term.policy.code, due_on=term.due_on.isoformat(),
        registered_on=term.registered_on.isoformat(),
        **sent_on,
    )  # fmt: skip


def _matters(
    session: Session, draft: AppealDraft, *, district: District | None, day: date
) -> list[Matter]:
    """Each matter with the route that the rules propose; a person decides later.

    Asked while nothing is written yet, so that all of the appeal is written at once.
    """
    drafts = draft.claims or [ClaimDraft(text=draft.text)]
    proposed = [
        suggesting.suggest(session, one.text, day=day, language=draft.language, district=district)
        for one in drafts
    ]
    codes = [
        one.subject or (found.offered[0].subject if found.offered else "")
        for one, found in zip(drafts, proposed, strict=True)
    ]
    known = subjects_to_give(session, {code for code in codes if code})
    return [
        Matter(one.text, known.get(code), found)
        for one, code, found in zip(drafts, codes, proposed, strict=True)
    ]


def _claims(
    session: Session, appeal: Appeal, matters: list[Matter], *, term: Term, now: datetime
) -> None:
    for ordinal, matter in enumerate(matters, start=1):
        claim = Claim(
            ordinal=ordinal, text=matter.text, subject=matter.subject,
            registered_on=term.registered_on, first_due_on=term.due_on, due_on=term.due_on,
            extendable_to=term.extendable_to, redirections=0, reopenings=0,
            suggestions=[one.as_json() for one in matter.proposed.offered],
        )  # fmt: skip
        appeal.claims.append(claim)
        choices.remember(session, claim, matter.proposed, now=now)
    appeal.subject = appeal.claims[0].subject


def chosen_agencies(session: Session, draft: AppealDraft) -> dict[int, Agency]:
    """Ordinal of the claim -> the agency that the sender has already chosen for it."""
    return {
        ordinal: _agency(session, item.agency, field=f"claims.{ordinal - 1}.agency")
        for ordinal, item in enumerate(draft.claims, start=1)
        if item.agency
    }


def _agency(session: Session, code: str, *, field: str) -> Agency:
    try:
        return agency_by_code(session, code)
    except NotFound:
        raise Invalid({field: "There is no agency with this code."}) from None


def _keep_from_others(
    session: Session, appeal: Appeal, draft: AppealDraft, *, by: Officer | None, now: datetime
) -> None:
    """Before anybody can have seen it."""
    if by is None:
        return
    if draft.special:
        with told_at(sort="special"):
            special_data.mark(appeal, draft.special, by=by, now=now)
    for place, login in enumerate(draft.complained_of):
        with told_at(official=f"complained_of.{place}"):
            recusing.name_by_login(session, appeal, login, by=by, now=now)


@contextmanager
def told_at(**places: str) -> Iterator[None]:
    """A verb names a field by its own word; whoever sent the draft knows it by another."""
    try:
        yield
    except Invalid as wrong:
        found = {places.get(name, name): message for name, message in wrong.fields.items()}
        raise Invalid(found) from None


def _bind_ticket(
    session: Session, appeal: Appeal, draft: AppealDraft, *, by: Officer | None, now: datetime
) -> None:
    """The visit in which the appeal was lodged remembers it."""
    if draft.ticket is None:
        return
    ticket = session.get(Ticket, draft.ticket)
    if ticket is None:
        raise Invalid({"ticket": "There is no such ticket."})
    session.flush()
    ticket.appeal_id = appeal.id
    events.record(
        session, f"hall/{ticket.hall.code}", "appeal_lodged", now=now,
        officer_id=by.id if by else None,
        ticket_id=ticket.id, ticket=ticket.label, channel=Channel.DESK,
    )  # fmt: skip
