"""Joint work: notes stay inside, an opinion is asked for without the appeal, and expires."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies.joint_work import InternalNote, OpinionRequest
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in


@pytest.fixture
def officer(client, session):
    person = make_officer(session, Role.OFFICER, login="saule.housing")
    sign_in(client, person)
    return person


def page(appeal):
    return f"/workspace/appeals/{appeal.number}/joint-work"


def note(client, appeal, words):
    claim = appeal.claims[0].id
    return client.post(f"{page(appeal)}/{claim}/note?lang=en", data={f"note-{claim}-words": words})


def ask(
    client, appeal, agency="transport_roads", question="Бұл көше кімнің теңгерімінде?", until=None
):
    claim = appeal.claims[0]
    until = until or claim.due_on - timedelta(days=5)
    fields = {"agency": agency, "question": question, "until": until.isoformat()}
    return client.post(
        f"{page(appeal)}/{claim.id}/opinion?lang=en",
        data={f"opinion-{claim.id}-{name}": value for name, value in fields.items()},
    )


def test_a_note_is_kept_for_colleagues_and_finds_who_is_named(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)
    head = make_officer(session, Role.HEAD, login="head.housing")
    stranger = make_officer(session, Role.HEAD, login="head.police", agency="police")

    empty = note(client, appeal, " ")
    note(client, appeal, "@head.housing @head.police @nobody қараңызшы <b>")

    assert empty.status_code == 422
    [kept] = session.scalars(select(InternalNote)).all()
    assert kept.mentions == [head.id]
    assert "қараңызшы &lt;b&gt;" in client.get(page(appeal)).text
    sign_in(client, head)
    assert "қараңызшы" in client.get("/workspace/reminders").text
    sign_in(client, stranger)
    assert "қараңызшы" not in client.get("/workspace/reminders").text
    assert client.get(page(appeal)).status_code == 404


def test_another_agency_of_the_appeal_does_not_read_the_notes(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer, claims=["Бір", "Екі"])
    note(client, appeal, "Ішкі сөз")
    appeal.claims[1].agency_id = make_officer(session, Role.OFFICER, agency="police").agency_id
    session.commit()
    sign_in(client, make_officer(session, Role.OFFICER, agency="police"))

    shown = client.get(page(appeal))

    assert shown.status_code == 200
    assert "Ішкі сөз" not in shown.text


def test_an_agency_answers_a_question_without_seeing_the_appeal(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer, text="Құпия мәтін")
    assert ask(client, appeal).status_code == 302
    [asked] = session.scalars(select(OpinionRequest)).all()
    sign_in(client, make_officer(session, Role.OFFICER, agency="transport_roads"))

    questions = client.get("/workspace/questions?lang=en").text
    where = f"/workspace/questions/{asked.id}?lang=en"
    empty = client.post(where, data={f"answer-{asked.id}-answer": " "})
    client.post(where, data={f"answer-{asked.id}-answer": "Біздің теңгерімде."})
    again = client.post(where, data={f"answer-{asked.id}-answer": "Жоқ."})

    assert "Бұл көше кімнің" in questions
    assert "Құпия мәтін" not in questions
    assert client.get(f"/workspace/appeals/{appeal.number}").status_code == 404
    assert (empty.status_code, again.status_code) == (422, 409)
    sign_in(client, officer)
    assert "Біздің теңгерімде." in client.get(page(appeal)).text
    session.expire_all()
    assert [e.kind for e in appeal.journal][-2:] == ["opinion_asked", "opinion_given"]


def test_a_question_expires_and_the_term_does_not_wait(client, session, officer, clock):
    appeal = make_appeal(session, status="in_work", officer=officer)
    due = appeal.claims[0].due_on
    ask(client, appeal, until=clock.moment.date() + timedelta(days=1))
    [asked] = session.scalars(select(OpinionRequest)).all()
    clock.advance(days=2)
    roads = make_officer(session, Role.OFFICER, agency="transport_roads")
    sign_in(client, roads)

    late = client.post(
        f"/workspace/questions/{asked.id}?lang=en", data={f"answer-{asked.id}-answer": "Кеш."}
    )

    assert late.status_code == 409
    assert "Expired without an answer" in client.get("/workspace/questions?lang=en").text
    session.expire_all()
    assert appeal.claims[0].due_on == due


@pytest.mark.parametrize(
    "wrong", [{"agency": "housing"}, {"agency": "nobody"}, {"question": " "}, {"until": "beyond"}]
)
def test_a_question_that_cannot_be_asked_is_explained(client, session, officer, wrong):
    appeal = make_appeal(session, status="in_work", officer=officer)
    if "until" in wrong:
        wrong = {"until": appeal.claims[0].due_on + timedelta(days=1)}

    assert ask(client, appeal, **wrong).status_code == 422
    assert session.scalars(select(OpinionRequest)).all() == []


def test_a_stranger_answers_no_question(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)
    ask(client, appeal)
    [asked] = session.scalars(select(OpinionRequest)).all()
    sign_in(client, make_officer(session, Role.OFFICER, agency="police"))

    answer = client.post(
        f"/workspace/questions/{asked.id}", data={f"answer-{asked.id}-answer": "Иә."}
    )

    assert answer.status_code == 404


def test_a_task_for_a_colleague_is_given_and_done(client, session):
    head = make_officer(session, Role.HEAD)
    colleague = make_officer(session, Role.OFFICER, name="Айдос Серікұлы")
    stranger = make_officer(session, Role.OFFICER, agency="police")
    appeal = make_appeal(session, status="in_work")
    claim = appeal.claims[0].id

    def give(to):
        form = {"to": str(to.id), "words": "Орнына барып қарау", "due_on": "2026-11-25"}
        fields = {f"task-{claim}-{name}": value for name, value in form.items()}
        return client.post(f"{page(appeal)}/{claim}/task?lang=en", data=fields)

    sign_in(client, head)
    assert "Choose a colleague who may see this claim." in give(stranger).text
    give(colleague)
    assert "For Айдос Серікұлы" in client.get(f"{page(appeal)}?lang=en").text
    sign_in(client, colleague)
    done = re.search(r'action="(/workspace/tasks/\d+/done)"', client.get(page(appeal)).text)[1]
    client.post(done, data={"from": "case"})
    assert done not in client.get(page(appeal)).text
