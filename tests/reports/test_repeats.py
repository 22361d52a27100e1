"""Who wrote again, and letters that came as a campaign: counted apart from single matters."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from agencies import search
from agencies.appeals import Appeal, Applicant
from reports import campaigns, figure_sets, periods, returning
from tests.reports.register import add_case, at
from tests.reports.test_about import part
from tests.reports.test_figures import NOW

OCTOBER = periods.month(2026, 10)
LETTER = (
    "Біз, {street} көшесінің тұрғындары, аулада жаңа сауда орталығын салуға қарсымыз. Құрылыс"
    " балалар алаңын жояды, ағаштарды кеседі және көшедегі кептелісті көбейтеді. Рұқсатты кері"
    " қайтарып алуды және жерді саябақ ретінде сақтауды сұраймыз. Жобаны тұрғындармен талқыламай"
    " бекіту дұрыс емес деп санаймыз, сондықтан қоғамдық тыңдау өткізуді талап етеміз. {name}"
)
NAMES = ("Айгүл", "Болат", "Дана", "Ержан", "Жанна", "Мадина", "Нұрлан", "Сәуле")


def letter(session: Any, text: str, *, person: int, day: int, **facts: Any) -> Appeal:
    applicant = Applicant(name="Сынақ Адам", iin_index=person.to_bytes(4, "big"))
    moment = at("2026-10-02 04:00") + timedelta(days=day)
    case = add_case(session, moment, applicant=applicant, **facts)
    case.text = text
    search.note(case)
    return case


def copies(session: Any, count: int, *, persons: int, days: int = 7, **facts: Any) -> None:
    for n in range(count):
        text = LETTER.format(street="Жандосов", name=NAMES[n % len(NAMES)])
        letter(session, text, person=n % persons, day=n * days // count, **facts)
    session.flush()


def found(session: Any) -> list[dict[str, Any]]:
    return campaigns.of_period(session, OCTOBER, as_of=NOW)


def test_like_letters_of_many_persons_in_a_fortnight_are_one_campaign(session: Any) -> None:
    copies(session, 14, persons=8, subject="04.01")
    for n in range(12):
        words = [f"{place}{n}сөз" for place in "абвгдежзиклм"]
        letter(session, " ".join(words), person=100 + n, day=n)
    session.flush()

    [one] = found(session)

    assert one == {"topics": {"04": 14}, "letters": 14, "persons": 8,
                   "first": "2026-10-02", "last": "2026-10-08"}  # fmt: skip


@pytest.mark.parametrize(
    ("count", "persons", "days", "facts"),
    [(9, 9, 7, {}), (14, 4, 7, {}), (14, 8, 7, {"special": "health"})],
    ids=["too few letters", "too few persons", "only for the circle of a case"],
)
def test_what_is_no_campaign(
    session: Any, count: int, persons: int, days: int, facts: dict[str, str]
) -> None:
    copies(session, count, persons=persons, days=days, **facts)

    assert found(session) == []


def test_copies_spread_over_a_month_are_no_campaign(session: Any) -> None:
    """Ten in thirty days: in no fortnight are there ten."""
    copies(session, 10, persons=10, days=28)

    assert found(session) == []


def test_letters_on_one_matter_in_other_words_are_no_campaign(session: Any) -> None:
    dice, words = Random(7), LETTER.split()
    for n in range(14):
        own = words[:]
        dice.shuffle(own)
        letter(session, " ".join(own), person=n, day=n % 7)
    session.flush()

    assert found(session) == []


def test_a_topic_is_told_with_and_without_its_campaign(session: Any) -> None:
    copies(session, 14, persons=8, subject="04.01")
    for n in range(6):
        add_case(session, f"2026-10-{n + 3:02} 04:00", subject="04.01")

    told = part(figure_sets.take(session, OCTOBER, now=NOW), "repeats")

    apart = next(table for table in told.tables if "without campaigns" in table.caption)
    assert [row[1:] for row in apart.rows] == [("20", "14", "6")]
    assert "Campaigns of like letters: 1, with 14 of the 20 appeals (F01)." in told.paragraphs
    assert "Жандосов" not in str(told)


def test_how_often_the_same_persons_wrote_is_what_counting_them_one_by_one_gives(
    session: Any,
) -> None:
    dice = Random(3)
    wrote = Counter(min(int(dice.paretovariate(0.9)), 400) % 150 for _ in range(400))
    for person, times in wrote.items():
        for n in range(times):
            index = person.to_bytes(4, "big")
            add_case(session, at("2026-10-02 04:00") + timedelta(hours=n),
                     applicant=Applicant(name="Сынақ Адам", iin_index=index))  # fmt: skip
    add_case(session, "2026-10-05 04:00")

    spread = returning.of_period(session, OCTOBER, as_of=NOW)

    assert spread == sorted(Counter(wrote.values()).items())
    rows = returning.grouped(spread)
    assert sum(row[2] for row in rows) == len(wrote)
    assert sum(row[3] for row in rows) == sum(wrote.values())
    assert all(row[2] >= returning.LEAST_PERSONS or len(rows) == 1 for row in rows[-1:])


def test_the_top_hundredth_is_told_of_a_hundred_persons_and_of_no_fewer() -> None:
    assert returning.top_share([(1, 98), (2, 101), (40, 1)]) == (40 + 2, 98 + 40 + 202)
    assert returning.top_share([(1, 98), (40, 1)]) is None
