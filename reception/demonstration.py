"""A living hall for trials: invented staff and visitors, appeals at every stage, today's queue.

Everything is made by the same verbs as real work, at moments in the past, so that journals, terms
and figures are genuine. Safe to repeat: staff and appeals are made once, the queue once a day.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies import (
    giving_rules,
    handling,
    identity,
    merging,
    repeating,
    replies,
    resolution,
    routing,
    sampling,
    staff,
    terms,
)
from agencies.appeals import Appeal, Claim
from agencies.calendar import ALMATY, Workdays, business_date, clock, workdays
from agencies.directory import (
    Desk,
    Hall,
    agency_by_code,
    desk_by_code,
    district_by_code,
    open_services,
    the_hall,
)
from agencies.giving_rules import Wanted
from agencies.replies import Wording
from agencies.staff import Officer, Role
from agencies.terms import AppealKind
from reception import (
    bookings,
    head_receptions,
    intake,
    invented_past,
    invented_register,
    mailbox,
    slots,
    tickets,
    visits,
)
from reception.bookings import Booking
from reception.drafts import AppealDraft
from reception.head_receptions import HeadReception
from reception.intake import Keys
from reception.queue import calling, issuing
from reception.tickets import CONTACT_OUTCOMES, Ticket, moves

SOURCE = Path(__file__).parent / "data" / "demonstration.toml"
LANGUAGES = ("kk", "ru", "kk", "ru", "en")
VISITORS, SERVED, BOOKED = 48, 30, 9
RESOLVED = ("rule", "remedy", "lesson")
STAGES = ("registered", "routed", "in_work", "in_approval", "answered")


def tree() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def sign_ins() -> list[tuple[str, str, str]]:
    """Login, password and position of the demonstration's staff."""
    found = tree()
    return [(row["login"], found["password"], row["position_en"]) for row in found["staff"]]


def furnish(session: Session) -> None:
    now = clock()
    if session.scalar(select(Officer).where(Officer.login == "clerk")) is None:
        hire_staff(session)
        session.flush()
        keep_replies(session, now)
        invented_register.invent(session, now)
        lodge_appeals(session, now)
        receive_letters(session, now)
        draw_sample(session, now)
        keep_handling(session, now)
        write_rules(session, now)
    remember_past_days(session, now)
    open_the_day(session, now)
    book_some(session, now)
    publish_receptions(session, now)


def publish_receptions(session: Session, now: datetime) -> None:
    """A day of personal reception for each head; one visitor enrolled at the first of them."""
    if session.scalar(select(func.count()).select_from(HeadReception)):
        return
    calendar = workdays(session)
    heads = select(Officer).where(Officer.role == Role.HEAD).order_by(Officer.id)
    for n, head in enumerate(session.scalars(heads).all()):
        if head.agency is None:
            continue
        made = head_receptions.plan(
            session, head.agency, receiver=head.name, place="4-терезе", places=8,
            positions={f"position_{code}": head.position(code) for code in ("kk", "ru", "en")},
            day=calendar.add(business_date(now), n + 3), begins=time(10), ends=time(12),
            workdays=calendar, by=head, now=now,
        )  # fmt: skip
        if n == 0:
            head_receptions.enrol(
                session, made, name="Ерлан Тасқынбаев", phone="+77010000001", language="kk",
                essence="Үйдің төбесінен су ағады, үй басқарушысы келмейді.", by=None, now=now,
            )  # fmt: skip


def remember_past_days(session: Session, now: datetime) -> None:
    """Once, in a hall that has no past yet."""
    if session.scalar(select(Ticket.id).limit(1)) is None:
        invented_past.invent(session, business_date(now))


def book_some(session: Session, now: datetime) -> None:
    """Visits booked for the rest of today and the next days, each from another number."""
    if session.scalar(select(func.count()).select_from(Booking)):
        return
    for n, service in enumerate(open_services(session)[:BOOKED]):
        days = slots.days(session, service, now=now)
        free = [s for day in days for s in slots.of_day(session, service, day, now=now) if s.free]
        if free:
            bookings.book(
                session, service, free[(n * 5) % min(len(free), 24)].at, now=now,
                phone=f"+7701000{n:04d}", language=LANGUAGES[n % len(LANGUAGES)],
                seal=Keys.of(current_app.config["SETTINGS"].iin_key,
                             current_app.config["SECRET_KEY"]).seal,
            )  # fmt: skip


def hire_staff(session: Session) -> None:
    found = tree()
    first: Officer | None = None
    for row in found["staff"]:
        officer = staff.hire(
            session, login=row["login"], name=row["name"], role=Role(row["role"]),
            position={code: row[f"position_{code}"] for code in ("kk", "ru", "en")},
            agency=agency_by_code(session, row["agency"]) if "agency" in row else None,
        )  # fmt: skip
        officer.desk = desk_by_code(session, row["desk"]) if "desk" in row else None
        if first is None:
            staff.set_password(officer, found["password"])
            first = officer
        officer.password_hash = first.password_hash


@dataclass(frozen=True)
class People:
    """Who acts in the demonstration."""

    clerk: Officer
    officers: dict[str, Officer]
    heads: dict[str, Officer]


def people(session: Session) -> People:
    known = by_login(session)
    of_role: dict[Role, dict[str, Officer]] = {Role.OFFICER: {}, Role.HEAD: {}}
    for officer in known.values():
        if officer.role in of_role and officer.agency is not None:
            of_role[officer.role][officer.agency.code] = officer
    return People(known["clerk"], of_role[Role.OFFICER], of_role[Role.HEAD])


def iin_of(born: date, sex: str, serial: int) -> str:
    """A number that passes every check and that no living person can own."""
    for attempt in range(serial, serial + 100):
        base = f"{born:%y%m%d}{'1' if sex == 'male' else '2'}{attempt:04d}"
        digit = identity.check_digit(base)
        if digit is not None:
            return f"{base}{digit}"
    raise ValueError(f"no number for {born}")


def lodge_appeals(session: Session, now: datetime) -> None:
    law = terms.law(session)
    settings = current_app.config["SETTINGS"]
    keys = Keys.of(settings.iin_key, settings.secret_key)
    who, lodged, first = people(session), dict[str, Appeal](), dict[str, int]()
    for serial, row in enumerate(tree()["appeal"], start=1):
        number = iin_of(row["born"], row["sex"], first.setdefault(row["name"], serial))
        received_at = at_work(law.workdays, now, row["days_ago"], 9 + serial % 8)
        draft = AppealDraft.model_validate(
            {
                "kind": row["kind"], "language": row["language"], "text": row["text"],
                "district": row["district"], "address": row.get("address", ""),
                "claims": claims_of(row), "higher_body": row.get("higher_body", ""),
                "applicant": {
                    "name": row["name"], "phone": row.get("phone", ""), "iin": number,
                },
            }
        )  # fmt: skip
        made = intake.register(session, draft, law=law, keys=keys, by=who.clerk, now=received_at)
        for claim, own in zip(made.appeal.claims, [row, *row.get("also", ())], strict=True):
            moments = steps_from(law.workdays, received_at, now)
            advance(session, claim, own, who, moments)
        lodged[row.get("mark", made.appeal.number)] = made.appeal
        tie(session, made.appeal, row, lodged, by=who.clerk, now=now)


def tie(
    session: Session, appeal: Appeal, row: dict[str, Any], lodged: dict[str, Appeal], *,
    by: Officer, now: datetime,
) -> None:  # fmt: skip
    """To an earlier appeal of the same person: one matter lodged twice, or written of again."""
    session.flush()
    at = min(appeal.journal[-1].at + timedelta(minutes=30), now)
    if "joins" in row:
        merging.merge(session, appeal, into=lodged[row["joins"]], by=by, now=at)
    if "repeats" in row:
        repeating.mark(
            session, appeal, of=lodged[row["repeats"]], reason=row["because"], new=row["new"],
            by=by, now=at,
        )  # fmt: skip


def claims_of(row: dict[str, Any]) -> list[dict[str, str]]:
    """Empty where the whole text is the claim; `also` are those at other agencies."""
    others = [{"text": other["text"]} for other in row.get("also", ())]
    return [{"text": row["claim"]}, *others] if others else []


def keep_replies(session: Session, now: datetime) -> None:
    heads = people(session).heads
    for row in tree()["reply"]:
        wording = Wording(row["title"], row["text"], row["language"])
        replies.begin(session, wording, by=heads[row["agency"]], now=now)


def keep_handling(session: Session, now: datetime) -> None:
    who = by_login(session)
    for row in tree()["handling"]:
        topic = handling.topic_by_code(session, row["subject"])
        words = {part: row[part] for part in handling.PARTS if part in row}
        handling.write(session, topic, words, seen=0, by=who[row["by"]], now=now)


def write_rules(session: Session, now: datetime) -> None:
    """Not switched on, so that whoever looks may do that."""
    who = by_login(session)
    for row in tree()["giving"]:
        wanted = Wanted(
            who[row["to"]],
            handling.topic_by_code(session, row["subject"]) if "subject" in row else None,
            district_by_code(session, row["district"]) if "district" in row else None,
            AppealKind(row["kind"]) if "kind" in row else None,
        )
        giving_rules.add(session, wanted, by=who[row["by"]], now=now)


def by_login(session: Session) -> dict[str, Officer]:
    return {one.login: one for one in session.scalars(select(Officer))}


def receive_letters(session: Session, now: datetime) -> None:
    """By e-mail, some hours ago; they wait for the clerk."""
    for hours, row in enumerate(tree()["letter"], start=2):
        letter = EmailMessage()
        letter["From"], letter["Subject"] = row["from"], row["subject"]
        letter.set_content(row["text"])
        arrived_at = now - timedelta(hours=hours)
        mailbox.receive(session, letter.as_bytes(), arrived_at=arrived_at, now=now)


def draw_sample(session: Session, now: datetime) -> None:
    """Of last month's answers; the supervisor has looked at two of them and the rest wait."""
    sample = sampling.draw(session, sampling.before(business_date(now)), now=now)
    if sample is None:
        return
    session.flush()
    supervisor = session.scalars(select(Officer).where(Officer.login == "supervisor")).one()
    found = zip(sampling.picks_of(session, sample, by=supervisor), tree()["found"], strict=False)
    for pick, row in found:
        sampling.judge(
            session, pick, verdict=row["verdict"], reasons=row["wanting"], known=row["wanting"],
            words=row["words"], by=supervisor, now=now,
        )  # fmt: skip


def at_work(workdays: Workdays, now: datetime, days_ago: int, hour: int) -> datetime:
    """An hour of a working day that many calendar days ago, never later than now."""
    day = workdays.add(business_date(now) - timedelta(days=days_ago) + timedelta(days=1), -1)
    return min(datetime.combine(day, time(hour, 20), ALMATY), now - timedelta(minutes=5))


def advance(
    session: Session, claim: Claim, row: dict[str, Any], who: People, moments: Iterator[datetime]
) -> None:
    """Lead the claim to its stage, one moment a step."""
    stage = STAGES.index(row["stage"])
    officer, head = who.officers.get(row["agency"]), who.heads.get(row["agency"])
    if stage >= 1:
        agency = agency_by_code(session, row["agency"])
        routing.route(session, claim, to=agency, by=who.clerk, now=next(moments))
    if stage >= 2 and officer:
        resolution.take(claim, by=officer, now=next(moments))
    if stage >= 3 and officer:
        resolution.draft_answer(
            session, claim, text=row["answer"], outcome=row["outcome"], by=officer,
            now=next(moments), **{name: row.get(name, "") for name in RESOLVED},
        )  # fmt: skip
    if stage >= 4 and head:
        resolution.approve(session, claim, by=head, now=next(moments))


def steps_from(workdays: Workdays, start: datetime, now: datetime) -> Iterator[datetime]:
    """Half an hour later, then on working days after one, five and six days; at most now."""
    local = start.astimezone(ALMATY)
    for place, days in enumerate((0, 1, 5, 6), start=1):
        day = workdays.on_or_after(local.date() + timedelta(days=days))
        moment = datetime.combine(day, local.time(), ALMATY) + timedelta(minutes=30 * place)
        yield min(max(moment, start), now)


def open_the_day(session: Session, now: datetime) -> None:
    """Visitors of today: most were served, some are at the desks, some wait."""
    hall = the_hall(session)
    today = select(func.count()).select_from(Ticket)
    today = today.where(Ticket.business_date == business_date(now))
    if session.scalar(today):
        return
    services = open_services(session)
    secret = current_app.config["SECRET_KEY"]
    begin = max(now - timedelta(hours=3), datetime.combine(business_date(now), time(), ALMATY))
    gap = (now - begin) / (VISITORS + 1)
    for n in range(VISITORS):
        service = services[(n * 7) % len(services)]
        issuing.issue(
            session, service.code, language=LANGUAGES[n % len(LANGUAGES)], secret=secret,
            by=None, now=begin + gap * (n + 1),
        )  # fmt: skip
    serve_some(session, hall, begin, gap)
    for n, agency in enumerate(people(session).officers):
        for place in range(2 + n % 2):
            minutes = max(9 - 2 * n - place, 0)
            issuing.issue(
                session, f"{agency}-general", language=LANGUAGES[n % len(LANGUAGES)],
                secret=secret, by=None, now=max(begin, now - timedelta(minutes=minutes)),
            )  # fmt: skip


def serve_some(session: Session, hall: Hall, begin: datetime, gap: timedelta) -> None:
    """The desks call in turn; what came of each visit goes round the list of outcomes."""
    officer = people(session).clerk
    desks = list(session.scalars(select(Desk).where(Desk.hall_id == hall.id).order_by(Desk.id)))
    served = 0
    for n in range(VISITORS * 3):
        now = begin + gap * min(n / 2 + 10, VISITORS)
        desk = desks[(n * 5) % len(desks)]
        called = calling.call_next(session, desk, by=officer, now=now)
        if called is None:
            continue
        ticket = tickets.by_id(session, called.id)
        served += 1
        if served > SERVED:
            return
        if served <= SERVED - 4:
            outcome = CONTACT_OUTCOMES[:2][served % 2] if served % 5 else CONTACT_OUTCOMES[4]
            moves.start(session, ticket, by=officer, now=now)
            visits.finish(session, ticket, outcome=outcome, by=officer, now=now + gap * 2)
