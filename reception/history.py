"""Historical cases enter the same register as today's appeals: rows, terms, journal and chain.

Idempotent by source id. A batch is checked in Python and written with COPY, so that 60,000 cases
take a minute, not an hour.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from agencies import journal, terms
from agencies.appeals import Appeal, Channel, ClaimStatus
from agencies.calendar import ALMATY
from agencies.directory import Agency, AgencyName, District, Origin, Subject
from agencies.errors import NotFound
from agencies.terms import AppealKind, Law, Term
from agencies.texts import detect
from reception.cases import Case, Entry

APPEAL = (
    "id", "number", "kind", "language", "channel", "text", "status", "district_id", "address",
    "subject_id", "received_at", "registered_on", "due_on", "policy_code", "receiver", "link_seed",
    "eotinish_number", "source", "source_id", "first_answer_at", "answered_at", "closed_at",
    "redirections", "reopenings", "journal_length", "journal_head",
)  # fmt: skip
CLAIM = (
    "id", "appeal_id", "ordinal", "text", "subject_id", "agency_id", "body_id", "status",
    "registered_on", "first_due_on", "due_on", "extendable_to", "suggestions", "draft",
    "draft_outcome", "answer", "outcome", "first_answer_at", "answered_at", "closed_at",
    "redirections", "reopenings",
)  # fmt: skip
ENTRY = (
    "appeal_id", "claim_id", "position", "kind", "at", "payload", "salt", "payload_hash", "digest",
)  # fmt: skip
ANSWERED = frozenset({ClaimStatus.ANSWERED, ClaimStatus.CLOSED})


class Register:
    """The register as the importer needs it: known bodies, districts, subjects, and the law.

    Rows that the file brings along are made once and carry `origin = imported`.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.law: Law = terms.law(session)
        known = select(Agency.code, Agency.id).where(Agency.origin == Origin.HALL)
        self.agencies = dict(session.execute(known).all())
        self.districts = self._known(District)
        self.subjects = self._known(Subject)
        self.bodies = self._known_bodies()
        self.terms: dict[tuple[date, bool], Term] = {}

    def _known(self, model: type[District] | type[Subject]) -> dict[str, int]:
        query = select(model.name_ru, model.id).where(model.origin == Origin.IMPORTED)
        return dict(self.session.execute(query).all())

    def _known_bodies(self) -> dict[str, int]:
        query = select(AgencyName.name_ru, Agency.id).join(Agency)
        return dict(self.session.execute(query.where(Agency.origin == Origin.IMPORTED)).all())

    def district(self, name: str) -> int | None:
        return self._named(self.districts, District, name)

    def subject(self, name: str) -> int | None:
        return self._named(self.subjects, Subject, name)

    def _named(
        self, known: dict[str, int], model: type[District] | type[Subject], name: str
    ) -> int | None:
        if name and name not in known:
            row = model(code=_code(name), origin=Origin.IMPORTED, **_same_in_all("name", name))
            self.session.add(row)
            self.session.flush()
            known[name] = row.id
        return known.get(name)

    def body(self, name: str, kind: str, day: date) -> int | None:
        if name and name not in self.bodies:
            given = AgencyName(
                valid_from=day, act="", **_same_in_all("name", name), **_same_in_all("short", name)
            )
            row = Agency(
                code=_code(name), kind=kind, icon="other", colour="0", in_hall=False,
                origin=Origin.IMPORTED, names=[given],
            )  # fmt: skip
            self.session.add(row)
            self.session.flush()
            self.bodies[name] = row.id
        return self.bodies.get(name)

    def term(self, received_at: datetime) -> Term:
        """Terms depend on the day and on whether the working day had ended: two a day at most."""
        moment = received_at.astimezone(ALMATY)
        key = (moment.date(), moment.time() > self.law.day_ends)
        if key not in self.terms:
            self.terms[key] = terms.term_of(self.law, received_at, kind=AppealKind.MESSAGE)
        return self.terms[key]


def _code(name: str) -> str:
    return "imported-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def _same_in_all(prefix: str, name: str) -> dict[str, str]:
    """A name that the source gives in one language only."""
    return {f"{prefix}_{language}": name for language in ("kk", "ru", "en")}


def present(session: Session, ids: Iterable[str]) -> set[str]:
    query = select(Appeal.source_id).where(
        Appeal.source == Origin.IMPORTED, Appeal.source_id.in_(list(ids))
    )
    return {found for found in session.scalars(query) if found}


def unfit(register: Register, case: Case) -> str | None:
    """The reason to reject a case whose agency the hall does not know, or whose day has no law."""
    if case.agency not in register.agencies:
        return f"unknown agency `{case.agency:.40}`"
    try:
        register.term(case.received_at)
    except (NotFound, OverflowError):
        return f"no term of law for a case received in {case.received_at.year}"
    return None


def enter(register: Register, cases: Sequence[Case]) -> None:
    """Write the cases, none of which is present yet. The caller commits."""
    session, count = register.session, len(cases)
    appeal_ids, claim_ids = _ids(session, "appeal", count), _ids(session, "claim", count)
    appeals: list[Sequence[Any]] = []
    claims: list[Sequence[Any]] = []
    entries: list[Sequence[Any]] = []
    for case, appeal_id, claim_id in zip(cases, appeal_ids, claim_ids, strict=True):
        term = register.term(case.received_at)
        chain = _chain(case, term, appeal_id, claim_id)
        entries.extend(chain)
        subject = register.subject(case.category)
        appeals.append(_appeal(register, case, term, appeal_id, subject, chain[-1]))
        claims.append(_claim(register, case, term, appeal_id, claim_id, subject))
    _copy(session, "appeal", APPEAL, appeals)
    _copy(session, "claim", CLAIM, claims)
    _copy(session, "journal_entry", ENTRY, entries)


def _ids(session: Session, table: str, count: int) -> list[int]:
    sequence = func.pg_get_serial_sequence(table, "id")
    query = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return list(session.scalars(query))


def number_of(case: Case) -> str:
    return f"IMP-{case.source_id}"


def _appeal(
    register: Register, case: Case, term: Term, appeal_id: int, subject: int | None,
    last: Sequence[Any],
) -> Sequence[Any]:  # fmt: skip
    return (
        appeal_id, number_of(case), AppealKind.MESSAGE.value, detect(case.text),
        Channel.IMPORT.value, case.text, case.status.value, register.district(case.district), "",
        subject, case.received_at, term.registered_on, case.due_on or term.due_on,
        term.policy.code, "{}", os.urandom(16).hex(), "", Origin.IMPORTED.value, case.source_id,
        case.first_answer_at, case.answered_at, case.closed_at, case.redirections, case.reopenings,
        last[2], last[8],
    )  # fmt: skip


def _claim(
    register: Register, case: Case, term: Term, appeal_id: int, claim_id: int, subject: int | None
) -> Sequence[Any]:
    day = term.registered_on
    body = register.body(case.org, case.agency, day)
    for other in case.bodies:
        register.body(other, case.agency, day)
    answered = case.status in ANSWERED
    return (
        claim_id, appeal_id, 1, case.text, subject, register.agencies[case.agency], body,
        case.status.value, day, term.due_on, case.due_on or term.due_on, term.extendable_to, "[]",
        "", "", "", case.outcome if answered else "", case.first_answer_at, case.answered_at,
        case.closed_at, case.redirections, case.reopenings,
    )  # fmt: skip


def _chain(case: Case, term: Term, appeal_id: int, claim_id: int) -> list[Sequence[Any]]:
    """The journal of the case as rows, each bound to the one before."""
    beginning = {
        "number": number_of(case), "kind": AppealKind.MESSAGE.value,
        "channel": Channel.IMPORT.value, "policy": term.policy.code,
        "due_on": term.due_on.isoformat(), "registered_on": term.registered_on.isoformat(),
    }  # fmt: skip
    first = [
        Entry("registered", case.received_at, beginning),
        Entry("routed", case.received_at, {"agency": case.first_agency, "body": case.org}),
    ]
    rows: list[Sequence[Any]] = []
    digest = journal.BEGINNING
    for position, entry in enumerate((*first, *case.entries), start=1):
        payload = {**entry.payload, "claim": 1} if position > 1 else entry.payload
        salt = os.urandom(journal.SALT_BYTES)
        hashed = journal.hash_payload(salt, payload)
        digest = journal.bind(
            digest, position=position, kind=entry.kind, at=entry.at, by_id=None,
            payload_hash=hashed,
        )  # fmt: skip
        rows.append(
            (appeal_id, claim_id, position, entry.kind, entry.at,
             json.dumps(payload, ensure_ascii=False), salt, hashed, digest)
        )  # fmt: skip
    return rows


def _copy(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    driver = session.connection().connection.driver_connection
    names = ", ".join(columns)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:  # type: ignore[union-attr]
        for row in rows:
            copy.write_row(row)


def refresh_statistics(session: Session) -> None:
    """Tell the planner about many new rows at once."""
    session.execute(text("ANALYZE appeal, claim, journal_entry"))
