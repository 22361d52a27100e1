"""The list of claims: filtered in the address, by last day, moved through with J and K."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import literal, select, true
from sqlalchemy.orm import Session

from agencies import erasure_proposals, recusing, routing, worklist
from agencies.access import HALL_STAFF, current_officer, requires
from agencies.appeals import FINISHED, ClaimStatus
from agencies.calendar import Workdays, business_date, clock, start_of, workdays
from agencies.db import db
from agencies.directory import Agency, District, Subject
from agencies.dossier import days_left
from agencies.pages import pages
from agencies.pages.articles import article
from agencies.pages.voice import language, named, say
from agencies.pages.words import STATUS, Look
from agencies.quality import CONTROLLERS
from agencies.reference import labels
from agencies.saved_filters import SavedFilter, is_seen_by
from agencies.staff import AGENCY_ROLES, Officer, Role
from agencies.worklist import AT_RISK, NOT_KNOWN, SOON_WORKING_DAYS, Choice, Place, Tallies, Work

EVERY = "all"
PARTS = ("district", "agency", "topic")
FILTERS = ("status", "overdue", "risk", "soon", "mine", "q", *PARTS, "days")
CODE, LONGEST_DAYS = re.compile(r"[a-z0-9_.-]{1,64}"), 3660
OPEN = frozenset(ClaimStatus) - FINISHED
Kept = tuple[SavedFilter, str]
"""A filter with the name of its owner."""


@dataclass(frozen=True)
class Row:
    """A line as it is shown: everything decided, nothing left to the template."""

    href: str
    key: str
    number: str
    kind: str
    subject: str
    district: str
    agency: str
    officer: str
    look: Look
    state: str
    due_on: date
    left: int | None
    overdue: bool
    article: str
    tone: str
    mark: str
    at_risk: bool

    @property
    def term(self) -> tuple[date, int | None, bool, str, bool]:
        """Rows that agree in it say the same of their last day."""
        return self.due_on, self.left, self.overdue, self.article, self.at_risk


@dataclass(frozen=True)
class Figure:
    """A count above the list, which is also the way to what it counts."""

    label: str
    value: int
    href: str
    tone: str
    icon: str
    chosen: bool


@pages.get("")
@requires(*HALL_STAFF)
def show_list() -> str:
    officer, session = current_officer(), db.session()
    days, today = workdays(session), business_date(clock())
    known = [] if officer.agency_id else routing.agencies_to_choose(session)
    listed = list_view(request.args, days, known)
    soon = days.add(today, SOON_WORKING_DAYS)
    kept, names = kept_and_names(session, officer, listed["asked"])
    decides = officer.role in erasure_proposals.DECIDERS
    waiting = [erasure_proposals.to_decide(officer, today=today)] if decides else []
    tallies = worklist.tallies(session, officer, today=today, soon=soon, beside=waiting)
    figures = [*_figures(officer, tallies, listed["choice"]), *_to_confirm(tallies)]
    reviews = officer.role in (Role.HEAD, Role.SUPERVISOR, Role.ADMIN)
    return render_template(
        "agencies/list.html", figures=figures, reviews=reviews,
        parts=list(_parts(listed["asked"], names, [officer.agency] if officer.agency else known)),
        spots=officer.role in (Role.HEAD, Role.SUPERVISOR, Role.ADMIN),
        samples=officer.role in CONTROLLERS, gives=officer.role in (Role.HEAD, Role.SUPERVISOR),
        enters_absences=officer.role is Role.HEAD,
        questions=officer.role in AGENCY_ROLES,
        kept=[chip(one, owner, officer, listed["asked"]) for one, owner in kept],
        **many_view(session, officer), **listed,
    )  # fmt: skip


def kept_and_names(
    session: Session, officer: Officer, asked: dict[str, Any]
) -> tuple[list[Kept], dict[str, str]]:
    """The filters that stand above the person's list, the own ones first, and what district and
    topic are called; all in one statement.
    """
    one = select(literal(1)).subquery()
    seen = select(SavedFilter.id, Officer.name.label("owner"))
    seen = seen.join(Officer, Officer.id == SavedFilter.officer_id).where(is_seen_by(officer))
    owned = seen.subquery()
    query = select(SavedFilter, owned.c.owner, District, Subject).select_from(one)
    query = query.outerjoin(District, District.code == asked.get("district"))
    query = query.outerjoin(Subject, Subject.code == asked.get("topic"))
    query = query.outerjoin(owned, true()).outerjoin(SavedFilter, SavedFilter.id == owned.c.id)
    of_others = SavedFilter.officer_id != officer.id
    rows = session.execute(query.order_by(of_others, SavedFilter.name, SavedFilter.id)).all()
    names = {"district": named(rows[0].District), "topic": named(rows[0].Subject)}
    return [(row.SavedFilter, row.owner) for row in rows if row.SavedFilter], names


def chip(one: SavedFilter, owner: str, officer: Officer, asked: dict[str, Any]) -> dict[str, Any]:
    """A kept filter with the list that it opens; beside one that shows open claims alone there is
    room for their count.
    """
    return {
        "id": one.id, "name": one.name, "href": list_url(one.asked),
        "chosen": one.asked == asked, "own": one.officer_id == officer.id, "owner": owner,
        "shared": one.shared_at is not None,
        "counted": not _is_of_the_past(read_choice(one.asked, soon=business_date(clock()))),
    }  # fmt: skip


def _is_of_the_past(choice: Choice) -> bool:
    return choice.finished or (choice.status is not None and choice.status not in OPEN)


def many_view(session: Session, officer: Officer) -> dict[str, Any]:
    """What may be done with the marked rows of the list."""
    people = [
        (one.id, _called(one, officer)) for one in recusing.people_to_give_to(session, officer)
    ]
    return {
        "may_take": officer.role in AGENCY_ROLES, "today": business_date(clock()),
        "people": [("", say("Choose a colleague")), *people] if people else [],
    }  # fmt: skip


def _called(person: Officer, officer: Officer) -> str:
    """With the agency, where it is not that of whoever reads it."""
    return person.name if officer.agency_id else f"{person.name}, {short_name(person.agency)}"


def list_view(args: Mapping[str, str], days: Workdays, known: list[Agency]) -> dict[str, Any]:
    """What the list shows, alone on its page or beside a case. `known` are named in its lines."""
    officer, session = current_officer(), db.session()
    today = business_date(clock())
    soon = days.add(today, SOON_WORKING_DAYS)
    choice = read_choice(args, soon=soon)
    page = worklist.claims_in_work(
        session, officer, choice, today=today,
        after=Place.read(args.get("after", "")), before=Place.read(args.get("before", "")),
    )  # fmt: skip
    asked, agencies = filters(args), {agency.id: short_name(agency) for agency in known}
    states = {status: say(look.word) for status, look in STATUS.items()}
    return {
        "rows": [
            row_of(
                work, asked, agency=agencies.get(work.agency_id or 0, ""), today=today,
                workdays=days, states=states,
            )
            for work in page.rows
        ],
        "following": list_url(asked, after=page.after) if page.after else None,
        "previous": list_url(asked, before=page.before) if page.before else None,
        "choice": choice, "asked": asked, "statuses": status_options(states),
        "shows_agency": officer.agency_id is None, "narrowed": bool(asked),
    }  # fmt: skip


def _parts(
    asked: dict[str, Any], names: dict[str, str], known: list[Agency]
) -> Iterator[tuple[str, str]]:
    """Which district, agency, topic and days the list shows, each with the way to take it off."""
    agency = next((one for one in known if one.code == asked.get("agency")), None)
    called = names | {"agency": short_name(agency)}
    for name in (*PARTS, "days"):
        if name in asked:
            rest = {other: value for other, value in asked.items() if other != name}
            yield _part(name, str(asked[name]), called.get(name, "")), list_url(rest)


def _part(name: str, code: str, said: str) -> str:
    if name == "days":
        return say("Received in the last %(n)s days", n=code)
    return say("District not known") if code == NOT_KNOWN else said or code


def read_choice(args: Mapping[str, str], *, soon: date) -> Choice:
    asked = args.get("status", "")
    known = asked in list(ClaimStatus)
    return Choice(
        status=ClaimStatus(asked) if known else None,
        finished=asked == EVERY,
        overdue=args.get("overdue") == "1",
        at_risk=args.get("risk") == "1",
        due_by=soon if args.get("soon") == "1" else None,
        mine=args.get("mine") == "1",
        words=args.get("q", "").replace("\x00", "").strip()[:200],
        **{name: args[name] for name in PARTS if CODE.fullmatch(args.get(name, ""))},
        since=days_ago(args.get("days", "")),
    )


def days_ago(asked: str) -> datetime | None:
    """None where the number of days is none, or makes no sense."""
    if not asked.isascii() or not asked.isdecimal() or not 0 < int(asked[:9]) <= LONGEST_DAYS:
        return None
    return start_of(business_date(clock()) - timedelta(days=int(asked)))


def filters(args: Mapping[str, str]) -> dict[str, Any]:
    """What narrows the list, to be carried from page to page."""
    return {name: args[name] for name in FILTERS if args.get(name)}


def list_url(asked: dict[str, Any], **more: Any) -> str:
    return url_for("workspace.show_list", **asked, **more)


def row_of(
    work: Work,
    asked: dict[str, Any],
    *,
    agency: str,
    today: date,
    workdays: Workdays,
    states: Mapping[ClaimStatus, str],
) -> Row:
    is_open, due_on = work.status in OPEN, work.place.due_on
    overdue = is_open and due_on < today
    left = days_left(due_on, today, workdays) if is_open else None
    name = work.number if work.ordinal == 1 else f"{work.number} / {work.ordinal}"
    soon = is_open and not overdue and left is not None and left <= SOON_WORKING_DAYS
    return Row(
        href=url_for(
            "workspace.show_case", number=work.number, **asked,
            _anchor=f"claim-{work.place.claim_id}",
        ),
        key=f"{work.number}/{work.ordinal}", number=name,
        kind=named(labels("kind")[work.kind]), subject=named(work.subject),
        district=named(work.district), agency=agency, officer=work.officer,
        look=STATUS[work.status], state=states[work.status],
        due_on=due_on, left=left, overdue=overdue,
        article=article(work.policy, binds=work.bound),
        tone="bad" if overdue else "warn" if soon else "",
        mark=f"{work.place.claim_id}:{work.number}",
        at_risk=is_open and not overdue and work.late >= AT_RISK,
    )  # fmt: skip


def short_name(agency: Any) -> str:
    if agency is None:
        return ""
    return str(getattr(agency, f"short_{language()}") or named(agency))


def status_options(states: Mapping[ClaimStatus, str]) -> list[tuple[str, str]]:
    known = [(str(status), word) for status, word in states.items()]
    return [("", say("All open")), *known, (EVERY, say("All, finished too"))]


def _figures(officer: Officer, tallies: Tallies, choice: Choice) -> list[Figure]:
    """The counts of the day; each leads to its own part of the list."""
    waiting = choice.status is ClaimStatus.IN_APPROVAL
    head = officer.role is Role.HEAD
    approval = "Waiting for my approval" if head else "Waiting for approval"
    narrowed = (
        choice.overdue,
        choice.at_risk,
        choice.due_by,
        choice.mine,
        choice.status,
        choice.finished,
    )
    unrouted = Figure(
        say("To be routed"), tallies.unrouted, list_url({}, status=ClaimStatus.REGISTERED),
        "warn" if tallies.unrouted else "quiet", "send", choice.status is ClaimStatus.REGISTERED,
    )  # fmt: skip
    return [
        *([] if officer.role in AGENCY_ROLES else [unrouted]),
        Figure(say("Overdue"), tallies.overdue, list_url({}, overdue=1),
               "bad" if tallies.overdue else "quiet", "bad", choice.overdue),
        Figure(say("At risk of being late"), tallies.at_risk, list_url({}, risk=1),
               "warn" if tallies.at_risk else "quiet", "warn", choice.at_risk),
        Figure(say("Due within 3 working days"), tallies.due_soon, list_url({}, soon=1),
               "warn" if tallies.due_soon else "quiet", "clock", choice.due_by is not None),
        Figure(say(approval), tallies.in_approval,
               list_url({}, status=ClaimStatus.IN_APPROVAL), "quiet", "waiting", waiting),
        Figure(say("Mine"), tallies.mine, list_url({}, mine=1), "quiet", "person", choice.mine),
        Figure(say("All open"), tallies.open, list_url({}), "quiet", "list",
               not any(narrowed)),
    ]  # fmt: skip


def _to_confirm(tallies: Tallies) -> Iterator[Figure]:
    """Erasures that wait for this person as the second one; nothing where none does."""
    for count in filter(None, tallies.beside):
        yield Figure(
            say("Erasures to confirm"), count, url_for("register.show_proposals"), tone="warn",
            icon="delete", chosen=False,
        )  # fmt: skip
