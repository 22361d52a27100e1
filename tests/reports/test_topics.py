"""New topics in letters: found without any outside model, with the appeals that make them up."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from agencies import search
from agencies.appeals import Applicant
from agencies.staff import Role
from reports import alerts, topics
from reports.statistics import rising
from tests.make import make_officer, sign_in
from tests.reports.register import add_case

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 23, 1).astimezone()
USUAL = {
    "kk": ("Ауламызда шам жанбайды.", "Жолдағы шұңқырды жөндеңіздер.", "Қоқыс әкетілмейді."),
    "ru": ("Во дворе не горит фонарь.", "Заделайте яму на дороге.", "Не вывозят мусор."),
}
NEW = {
    "kk": "Паркте қаңғыбас қасқырлар жүр, Медеу ауданы.",
    "ru": "В парке бродят волки, Ерлан видел.",
}
LEADS = {"kk": "қасқыр", "ru": "волки"}


def letters(session: Any, language: str, *, new: int, persons: int = 100) -> None:
    """Eight usual weeks, then a week with some letters about wolves."""
    session.add_all(people := [Applicant(name="А", iin_index=bytes([n])) for n in range(persons)])
    for week in range(9):
        start = datetime.combine(MONDAY, datetime.min.time()).astimezone()
        at = start - timedelta(weeks=8 - week) + timedelta(hours=30)
        told = [USUAL[language][n % 3] for n in range(12)]
        for n, words in enumerate([*told, *[NEW[language]] * (new if week == 8 else 0)]):
            case = add_case(session, at, applicant=people[n % persons])
            case.text, case.language = words, language
            case.words = search.vector([words], language)
    session.commit()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_new_topic_is_raised_with_its_appeals_and_without_names(
    session: Any, language: str
) -> None:
    letters(session, language, new=6)

    raised = topics.watch_texts(session, MONDAY, now=NOW)
    session.commit()

    (alert,) = alerts.listed(session)
    assert raised == 1
    assert LEADS[language] in alert.series
    assert not {"ерлан", "медеу"} & set(alert.series.removeprefix("words:").split("+"))
    assert (alert.observed, len(alerts.appeals_of(session, alert))) == (6, 6)
    assert topics.watch_texts(session, MONDAY, now=NOW) == 0, "the same week again adds nothing"


def test_the_letters_of_one_person_make_no_topic(session: Any) -> None:
    letters(session, "kk", new=8, persons=4)

    assert topics.watch_texts(session, MONDAY, now=NOW) == 0


def test_a_usual_week_and_a_young_register_raise_nothing(session: Any) -> None:
    letters(session, "ru", new=0)

    assert topics.watch_texts(session, MONDAY, now=NOW) == 0
    assert topics.watch_texts(session, MONDAY - timedelta(weeks=7), now=NOW) == 0


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_who_may_open_the_appeals_of_an_alert(client: Any, session: Any, language: str) -> None:
    letters(session, "ru", new=6)
    topics.watch_texts(session, MONDAY, now=NOW)
    session.commit()
    (alert,) = alerts.listed(session)
    number = alerts.appeals_of(session, alert)[0].number
    address = f"/alerts?alert={alert.id}&lang={language}"

    told = {
        role: sign_in(client, make_officer(session, role)).get(address).text
        for role in (Role.SUPERVISOR, Role.ANALYST)
    }

    assert f'/workspace/appeals/{number}"' in told[Role.SUPERVISOR]
    assert number not in told[Role.ANALYST]
    assert all("волки" in page for page in told.values())


def test_a_word_that_always_came_is_no_topic() -> None:
    week = {n: {"шам", "аула"} if n < 8 else {"жол"} for n in range(40)}

    usual = rising.topics(week, {"шам": 200, "аула": 200, "жол": 800}, 1000)
    new = rising.topics(week, {"аула": 10, "жол": 990}, 1000)

    assert usual == []
    assert [topic.stems[0] for topic in new] == ["шам"]
    assert new[0].letters == tuple(range(8))
