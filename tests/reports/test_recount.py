"""Measures of the catalogue beside an independent count of the same register, case by case."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from agencies import journal
from agencies.appeals import Appeal, Applicant
from agencies.calendar import business_date, workdays
from agencies.directory import Origin
from reports import periods, readings
from tests.reports.register import add_case, at

OCTOBER = periods.month(2026, 10)
NOW = at("2026-11-23 05:00")
AGENCIES = ("housing", "ecology", "akimat-medeu")
CODES = ("district_unknown", "topic_unknown", "person_unknown", "taken_over", "registered_late",
         "sent_on_promptly", "norm_cited", "frequent_share", "higher_body_share")  # fmt: skip


def test_what_the_catalogue_counts_is_what_a_clerk_with_a_pencil_counts(session: Any) -> None:
    dice = Random(62)
    for _ in range(90):
        _case(session, dice)
    session.flush()

    hall = readings.take(session, OCTOBER, as_of=NOW)["hall"]

    found = {code: (hall[code].numerator, hall[code].denominator) for code in CODES}
    assert found == _recounted(session)
    assert all(0 < top < below for top, below in found.values()), "every count can fail"


def _case(session: Any, dice: Random) -> None:
    moment = at("2026-09-20 04:00") + timedelta(hours=dice.randrange(24 * 45))
    answered = moment + timedelta(days=dice.randrange(3, 20)) if dice.random() < 0.7 else None
    case = add_case(
        session, moment, agencies=(AGENCIES[0],), answered=answered, first=answered,
        district=dice.choice(("medeu", "alatau", None)), subject=dice.choice(("01.05", "03", None)),
        applicant=_applicant(dice), source=Origin.IMPORTED if dice.random() < 0.3 else Origin.HALL,
        higher_body="ombudsman" if dice.random() < 0.2 else "",
    )  # fmt: skip
    if answered and dice.random() < 0.5:
        case.claims[0].rule_cited = "ӘРПК 76-бабы"
    if dice.random() < 0.8:
        entered = moment + timedelta(days=dice.choice((0, 0, 1, 4)))
        journal.append(case, "registered", by=None, now=entered)
    for place in range(dice.randrange(3)):
        sent = moment + timedelta(days=dice.randrange(1, 5) * (place + 1), hours=place)
        journal.append(case, "redirected", by=None, now=sent, claim_ordinal=1,
                       before=AGENCIES[place], agency=AGENCIES[place + 1])  # fmt: skip


def _applicant(dice: Random) -> Applicant | None:
    person = dice.randrange(24)
    return Applicant(name="Сынақ Адам", iin_index=bytes([person])) if person < 20 else None


def _recounted(session: Any) -> dict[str, tuple[int, int]]:
    came = [a for a in session.scalars(select(Appeal)) if _in(business_date(a.received_at))]
    known = [a for a in came if a.applicant and a.applicant.iin_index]
    persons = Counter(a.applicant.iin_index for a in known)
    answered = [
        claim for a in session.scalars(select(Appeal)) for claim in a.claims
        if claim.answered_at and _in(business_date(claim.answered_at))
        and a.source is Origin.HALL
    ]  # fmt: skip
    steps = [(a, row) for a in session.scalars(select(Appeal)) for row in a.journal
             if _in(business_date(row.at))]  # fmt: skip
    entered = [(a, row) for a, row in steps if row.kind == "registered"]
    held = [days for a, row in steps if row.kind == "redirected"
            if (days := _held(session, a, row)) is not None]  # fmt: skip
    return {
        "district_unknown": _share(a.district is None for a in came),
        "topic_unknown": _share(a.subject is None for a in came),
        "person_unknown": (len(came) - len(known), len(came)),
        "taken_over": _share(a.source is Origin.IMPORTED for a in came),
        "registered_late": _share(business_date(r.at) > a.registered_on for a, r in entered),
        "sent_on_promptly": _share(days <= 3 for days in held),
        "norm_cited": _share(bool(claim.rule_cited) for claim in answered),
        "higher_body_share": _share(a.higher_body == "ombudsman" for a in came),
        "frequent_share": _share(persons[a.applicant.iin_index] >= 3 for a in known),
    }


def _in(day: date) -> bool:
    return OCTOBER.first <= day <= OCTOBER.last


def _share(found: Iterable[bool]) -> tuple[int, int]:
    told = list(found)
    return sum(told), len(told)


def _held(session: Any, appeal: Appeal, row: Any) -> int | None:
    given = [one.at for one in appeal.journal if one.position < row.position]
    if not given:
        return None
    return workdays(session).between(business_date(max(given)), business_date(row.at))
