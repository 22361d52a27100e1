"""The demonstration's earlier register: a year of invented appeals, brought in as history is.

They give the council's reports, the dashboards and the watch over topics something to tell. Nobody
is named in them. The same days always get the same appeals.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import log
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.appeals import ClaimStatus
from agencies.calendar import ALMATY, Workdays, business_date
from agencies.directory import District, Origin, Subject
from reception import history
from reception.cases import Case, Entry

SOURCE = Path(__file__).parent / "data" / "invented_register.toml"
DAYS = 370
SPREAD, AT_THE_LAST, LATE = 0.5, (12, 19), (23, 40)
"""How the days to an answer scatter; those of answers inside the term, and of late ones."""
ASTRAY = "transport_roads"
FIRST_H, LAST_H = 9, 18
HOUSES = 180
SEED = 20180615


class OwnRegister(history.Register):
    """Topics and districts are the hall's own, told by their codes."""

    def _known(self, model: type[District] | type[Subject]) -> dict[str, int]:
        query = select(model.code, model.id).where(model.origin == Origin.HALL)
        return dict(self.session.execute(query).all())


@dataclass
class InventedCase(Case):
    """`category` is the code of the topic; `words` the letter; `astray` where it was first sent."""

    words: str = ""
    astray: str = ""

    @property
    def text(self) -> str:
        return self.words

    @property
    def first_agency(self) -> str:
        return self.astray or self.agency


def invent(session: Session, now: datetime) -> int:
    """Appeals of a year up to yesterday. Returns how many."""
    found, register = tomllib.loads(SOURCE.read_text(encoding="utf-8")), OwnRegister(session)
    cases = list(_cases(found, register, now))
    history.enter(register, cases)
    history.refresh_statistics(session)
    return len(cases)


def _cases(found: dict[str, Any], register: OwnRegister, now: datetime) -> Iterator[Case]:
    today = business_date(now)
    surge = Surge.of(found, today)
    for ago in range(DAYS, 0, -1):
        day = today - timedelta(days=ago)
        dice = Random(f"{SEED}/{day}")  # noqa: S311
        told = list(_told_on(found, day, dice)) if register.law.workdays.is_working(day) else []
        for serial, (topic, district) in enumerate(told + surge.on(day), start=1):
            case = _case(found, topic, district, f"{day:%y%m%d}-{serial:02d}", day, dice)
            outcome = dice.choices(list(topic["outcomes"]), list(topic["outcomes"].values()))[0]
            for step in _course(found, case, topic["days"], dice):
                at = _in_hours(register.law.workdays, step.at, case)
                if at < now:
                    _take(case, replace(step, at=at), outcome)
            yield case


@dataclass(frozen=True)
class Surge:
    """A topic of one district that fills the working days of the last full week."""

    topic: dict[str, Any]
    district: str
    cases: int
    monday: date

    @classmethod
    def of(cls, found: dict[str, Any], today: date) -> "Surge":
        own = found["surge"]
        topic = next(t for t in found["topic"] if t["subject"] == own["subject"])
        monday = today - timedelta(days=today.weekday() + 7)
        return cls(topic, own["district"], own["cases"], monday)

    def on(self, day: date) -> list[tuple[dict[str, Any], str]]:
        place = (day - self.monday).days
        count = len(range(place, self.cases, 5)) if 0 <= place < 5 else 0
        return [(self.topic, self.district)] * count


def _told_on(
    found: dict[str, Any], day: date, dice: Random
) -> Iterator[tuple[dict[str, Any], str]]:
    weights = [topic["weight"] * topic["months"][day.month - 1] for topic in found["topic"]]
    usual = sum(topic["weight"] for topic in found["topic"])
    expected = found["a_workday"] * sum(weights) / usual
    for topic in dice.choices(found["topic"], weights, k=round(dice.uniform(0.6, 1.4) * expected)):
        yield topic, dice.choice(dice.choice(found["street"])["districts"])


def _case(
    found: dict[str, Any], topic: dict[str, Any], district: str, key: str, day: date,
    dice: Random,
) -> InventedCase:  # fmt: skip
    received = datetime.combine(day, time(FIRST_H), ALMATY) + timedelta(
        minutes=dice.randrange((LAST_H - FIRST_H) * 60)
    )
    case = InventedCase(
        key, district, "", topic["subject"], "", "", topic.get("agency", f"akimat-{district}"),
        received, words=_letter(found, topic, district, dice),
    )  # fmt: skip
    if dice.random() < found["redirected"]:
        case.astray = f"akimat-{district}" if "agency" in topic else ASTRAY
    return case


def _letter(found: dict[str, Any], topic: dict[str, Any], district: str, dice: Random) -> str:
    language = "kk" if dice.random() < found["share_kk"] else "ru"
    street = dice.choice([s for s in found["street"] if district in s["districts"]])[language]
    parts = (topic[language], found["since"][language], found["asks"][language])
    return f"{street}, {dice.randrange(1, HOUSES)}. " + " ".join(dice.choice(p) for p in parts)


def _course(
    found: dict[str, Any], case: InventedCase, usual: float, dice: Random
) -> Iterator[Entry]:
    """What happened to it, in order; some of it may still lie ahead."""
    received, days = case.received_at, dice.lognormvariate(log(usual), SPREAD)
    if dice.random() < found["late"]:
        days = dice.uniform(*LATE)
    elif days > AT_THE_LAST[1]:
        days = dice.uniform(*AT_THE_LAST)
    if case.astray:
        sent = {"before": case.astray, "agency": case.agency}
        yield Entry("redirected", received + timedelta(days=min(2.0, days / 3)), sent)
    yield Entry("taken", received + timedelta(days=min(2.5, days / 2)), {})
    answered = received + timedelta(days=days)
    yield Entry("answered", answered, {})
    if dice.random() < found["reopened"]:
        yield Entry("reopened", answered + timedelta(days=4), {})
        yield Entry("answered", answered + timedelta(days=12), {})


def _in_hours(workdays: Workdays, moment: datetime, case: Case) -> datetime:
    """Agencies work on working days from nine to six, one step after the other."""
    day = workdays.on_or_after(moment.date())
    hour = FIRST_H + moment.hour * (LAST_H - FIRST_H) // 24
    at = datetime.combine(day, time(hour, moment.minute), ALMATY)
    return max(at, case.entries[-1].at if case.entries else case.received_at)


def _take(case: InventedCase, step: Entry, outcome: str) -> None:
    case.entries.append(step)
    if step.kind == "redirected":
        case.redirections += 1
    elif step.kind == "taken":
        case.status = ClaimStatus.IN_WORK
    elif step.kind == "reopened":
        case.status, case.answered_at = ClaimStatus.IN_WORK, None
        case.reopenings += 1
    else:
        case.status, case.answered_at, case.outcome = ClaimStatus.ANSWERED, step.at, outcome
        case.first_answer_at = case.first_answer_at or step.at
