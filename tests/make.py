"""Persons, tickets and appeals for tests. Each is committed, so that a client sees it.

Every argument but the session may be left out. All persons are invented.
"""

import secrets
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import resolution, routing, staff, terms, withdrawing
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.calendar import clock
from agencies.directory import Agency, Hall, agency_by_code, desk_by_code
from agencies.staff import AGENCY_ROLES, Officer, Role
from reception import intake
from reception.drafts import AppealDraft, read
from reception.intake import Keys
from reception.queue import issuing
from reception.tickets import Ticket

IIN_KEY = "test-iin-key-" + "0" * 32
SECRET_KEY = "test-secret-key-" + "0" * 32
PASSWORD = "a-long-password"
FICTIONAL_IIN = "850101100012"
"""Born on 1 January 1885; the check digit is right."""
SERVICE = "housing-general"
WALK: tuple[ClaimStatus, ...] = (
    ClaimStatus.REGISTERED,
    ClaimStatus.ROUTED,
    ClaimStatus.IN_WORK,
    ClaimStatus.IN_APPROVAL,
    ClaimStatus.ANSWERED,
    ClaimStatus.CLOSED,
)


def keys() -> Keys:
    return Keys.of(IIN_KEY, SECRET_KEY)


def make_officer(
    session: Session,
    role: Role | str = Role.CLERK,
    *,
    agency: str | None = None,
    desk: str | None = None,
    name: str = "Сәуле Қасқырбаева",
    login: str = "",
    password: str | None = None,
) -> Officer:
    """An officer or head works for housing unless another agency is named.

    A password costs a tenth of a second: give one (`PASSWORD`) only where the sign-in is tested.
    """
    role = Role(role)
    code = agency or ("housing" if role in AGENCY_ROLES else None)
    officer = staff.hire(
        session,
        login=login or f"{role}-{secrets.token_hex(4)}",
        name=name,
        role=role,
        position={"kk": "бас маман", "ru": "главный специалист", "en": "chief specialist"},
        agency=agency_by_code(session, code) if code else None,
        password=password,
    )
    officer.desk = desk_by_code(session, desk) if desk else None
    session.commit()
    return officer


def make_token(session: Session, role: Role | str, *, agency: str | None = None) -> str:
    """A key of the API. `bearer` makes the header of it."""
    role = Role(role)
    code = agency or ("housing" if role in AGENCY_ROLES else None)
    token = staff.create_token(
        session,
        role=role,
        agency=agency_by_code(session, code) if code else None,
        name="көрші жүйе",
        now=clock(),
    )
    session.commit()
    return token


def bearer(token: str, **more: str) -> dict[str, str]:
    """`key=` gives the Idempotency-Key, `lang=` the language of messages."""
    names = {"key": "Idempotency-Key", "lang": "Accept-Language"}
    return {"Authorization": f"Bearer {token}"} | {names[k]: v for k, v in more.items()}


def sign_in(client: FlaskClient, officer: Officer) -> FlaskClient:
    """As after the sign-in page, without its tenth of a second."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = officer.session_key
        cookie["_fresh"] = True
        cookie["seen"] = cookie["since"] = int(clock().timestamp())
    return client


def the_hall(session: Session) -> Hall:
    return session.scalars(select(Hall).order_by(Hall.id).limit(1)).one()


def make_ticket(
    session: Session,
    *,
    service: str = SERVICE,
    language: str = "kk",
    priority: str | None = None,
    by: Officer | None = None,
    now: datetime | None = None,
) -> Ticket:
    issued = issuing.issue(
        session,
        service,
        language=language,
        priority=priority,
        secret=SECRET_KEY,
        by=by,
        now=now or clock(),
    )
    session.commit()
    return session.scalars(select(Ticket).where(Ticket.id == issued.id)).one()


def make_appeal(
    session: Session,
    *,
    status: ClaimStatus | str = ClaimStatus.REGISTERED,
    agency: str = "housing",
    by: Officer | None = None,
    officer: Officer | None = None,
    head: Officer | None = None,
    now: datetime | None = None,
    **draft: Any,
) -> Appeal:
    """An appeal whose every claim has come as far as `status`; further words make the draft.

    The persons on its way are made where none is given.
    """
    moment = now or clock()
    by = by or make_officer(session)
    body = {
        "kind": "application",
        "language": "kk",
        "text": "Ауламызда шам жанбайды.",
        "applicant": {"name": "Ерлан Тасқынбаев", "iin": FICTIONAL_IIN},
    } | draft
    registered = intake.register(
        session, read(AppealDraft, body), law=terms.law(session), keys=keys(), by=by, now=moment
    )
    for claim in registered.appeal.claims:
        _walk(session, claim, ClaimStatus(status), agency, by, officer, head, moment)
    session.commit()
    return registered.appeal


def _walk(
    session: Session,
    claim: Claim,
    status: ClaimStatus,
    agency: str,
    by: Officer,
    officer: Officer | None,
    head: Officer | None,
    now: datetime,
) -> None:
    if status is ClaimStatus.WITHDRAWN:
        withdrawing.withdraw(session, claim, reason="Өзім шештім.", by=by, now=now)
        return
    steps = WALK[1 : WALK.index(status) + 1]
    if ClaimStatus.IN_WORK in steps:
        officer = officer or make_officer(session, Role.OFFICER, agency=agency)
    if ClaimStatus.ANSWERED in steps:
        head = head or make_officer(session, Role.HEAD, agency=agency)
    for step in steps:
        _step(session, claim, step, agency_by_code(session, agency), by, officer, head, now)


def _step(
    session: Session,
    claim: Claim,
    step: ClaimStatus,
    agency: Agency,
    by: Officer,
    officer: Officer | None,
    head: Officer | None,
    now: datetime,
) -> None:
    if step is ClaimStatus.ROUTED:
        routing.route(session, claim, to=agency, by=by, now=now)
    elif step is ClaimStatus.IN_WORK:
        resolution.take(claim, by=officer or by, now=now)
    elif step is ClaimStatus.IN_APPROVAL:
        resolution.draft_answer(
            session, claim, text="Шам ауыстырылды.", outcome="satisfied", by=officer or by, now=now
        )
    elif step is ClaimStatus.ANSWERED:
        resolution.approve(session, claim, by=head or by, now=now)
    else:
        resolution.close(claim, by=by, now=now)
