"""What agencies learn: who reads the lessons of which answers, the filters, and the file."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import redress, resolution, terms
from agencies.directory import Subject
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in


def learn(session, now, lesson, *, agency="housing", topic="", answered=True, **resolved):
    officer = make_officer(session, Role.OFFICER, agency=agency)
    head = make_officer(session, Role.HEAD, agency=agency)
    appeal = make_appeal(session, status="in_work", agency=agency, officer=officer, now=now)
    appeal.claims[0].subject = session.scalar(select(Subject).where(Subject.code == topic))
    resolution.draft_answer(
        session, appeal.claims[0], text="Шам ауыстырылды.", outcome="satisfied", lesson=lesson,
        by=officer, now=now, **resolved,
    )  # fmt: skip
    if answered:
        resolution.approve(session, appeal.claims[0], by=head, now=now)
    session.commit()
    return appeal


def rows(client, query=""):
    answer = client.get(f"/workspace/lessons.csv?lang=en&{query}")
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_a_lesson_is_listed_with_rule_and_remedy_once_the_answer_has_left(client, session, now):
    left = learn(session, now, "Шамдар тоқсан сайын тексеріледі", rule="Заң, 5-бап",
                 remedy="Шам ауыстырылды")  # fmt: skip
    learn(session, now, "Әлі жіберілмеген", answered=False)
    learn(session, now, "")
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    page = client.get("/workspace/lessons?lang=en").text

    for said in ("Шамдар тоқсан сайын тексеріледі", "Заң, 5-бап", "Шам ауыстырылды", left.number):
        assert said in page
    assert "Әлі жіберілмеген" not in page
    [row] = rows(client)
    assert (row["number"], row["rule"], row["outcome"]) == (left.number, "Заң, 5-бап", "satisfied")
    assert row["answered_on"] == "2026-11-23"


def test_the_list_is_narrowed_by_agency_topic_and_days(client, session, now):
    learn(session, now - timedelta(days=60), "Ескі", topic="01.05")
    learn(session, now, "Үй", topic="01.05")
    learn(session, now, "Жол", agency="transport_roads", topic="07.01")
    sign_in(client, make_officer(session, Role.ANALYST))

    def found(query):
        return sorted(row["lesson"] for row in rows(client, query))

    assert found("") == ["Ескі", "Жол", "Үй"]
    assert found("agency=housing") == ["Ескі", "Үй"]
    assert found("topic=07") == ["Жол"]
    assert found("topic=01&days=30") == ["Үй"]
    assert found("agency=%00&topic=x%27&days=-1") == ["Ескі", "Жол", "Үй"]
    assert "No lesson fits" in client.get("/workspace/lessons?topic=99&lang=en").text


def test_a_head_reads_the_own_agency_and_the_analyst_no_number(client, session, now):
    own = learn(session, now, "Біздікі")
    other = learn(session, now, "Өзгенікі", agency="police")
    sign_in(client, make_officer(session, Role.HEAD))
    of_head = client.get("/workspace/lessons?agency=police&lang=en").text
    mine = client.get("/workspace/lessons").text
    sign_in(client, make_officer(session, Role.ANALYST))
    of_analyst = client.get("/workspace/lessons").text

    assert "Өзгенікі" not in of_head + mine
    assert "Біздікі" in mine
    assert own.number in mine
    assert "Өзгенікі" in of_analyst
    assert own.number not in of_analyst
    assert other.number not in of_analyst
    assert {row["number"] for row in rows(client)} == {""}


def test_the_lesson_of_an_answer_that_is_opened_again_waits(client, session, now):
    appeal = learn(session, now, "Қайта қаралуда")
    supervisor = make_officer(session, Role.SUPERVISOR)
    redress.reopen(session, appeal.claims[0], reason="Жанбайды.", law=terms.law(session),
                   by=supervisor, now=now)  # fmt: skip
    session.commit()
    sign_in(client, supervisor)

    assert rows(client) == []


def test_a_cell_that_a_sheet_would_reckon_with_is_text(client, session, now):
    learn(session, now, "=HYPERLINK(1)")
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    assert [row["lesson"] for row in rows(client)] == ["'=HYPERLINK(1)"]


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("path", ["lessons", "lessons.csv"])
def test_who_reads_the_lessons(client, session, role, path):
    sign_in(client, make_officer(session, role))

    readers = ("head", "supervisor", "analyst", "admin")
    assert client.get(f"/workspace/{path}").status_code == (200 if role in readers else 403)


def test_the_list_takes_a_fixed_number_of_statements(client, session, now, statements):
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    spent = []
    for _ in range(2):
        learn(session, now, "Сабақ")
        learn(session, now, "Сабақ", agency="police")
        with statements() as seen:
            client.get("/workspace/lessons")
        spent.append(len(seen))

    assert spent[0] == spent[1] <= 8
