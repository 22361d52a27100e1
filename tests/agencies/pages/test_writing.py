"""Writing an answer together: templates of the agency, one shared draft, nobody's text lost."""

import re

import pytest
from sqlalchemy import select

from agencies import routing, tasks, terms
from agencies.directory import Subject, agency_by_code
from agencies.drafting import AnswerTurn
from agencies.replies import ReplyVersion
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in

TEXT = "Құрметті {name}! {date} күнгі {number} жолданымыңыз қаралды ({article})."


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ерлан Төлегенов")


@pytest.fixture
def officer(session):
    return make_officer(session, Role.OFFICER)


@pytest.fixture
def appeal(session, officer):
    return make_appeal(session, status="in_work", officer=officer)


@pytest.fixture
def keep(client, appeal):
    """The form sent from beside at a pause of typing."""
    claim = appeal.claims[0].id

    def _keep(person, text, version):
        fields = {"text": text, "version": version, "outcome": "satisfied"}
        return sign_in(client, person).post(
            f"/workspace/appeals/{appeal.number}/claims/{claim}/draft?lang=en",
            data={f"answer-{claim}-{name}": value for name, value in fields.items()},
            headers={"X-Background": "1"},
        )

    return _keep


def write_template(client, head, **changed):
    values = {"title": "Шам", "language": "kk", "subject": "", "text": TEXT} | changed
    answer = sign_in(client, head).post("/workspace/replies/new?lang=en", data=values)
    return answer.location or answer.text


def offered(client, appeal):
    address = f"/workspace/appeals/{appeal.number}/claims/{appeal.claims[0].id}/writing"
    return client.get(f"{address}?lang=en").text


def test_a_text_is_kept_for_the_agency_with_who_wrote_last(client, session, appeal, keep, officer):
    colleague = make_officer(session, Role.OFFICER, name="Жанар Оспанова")

    assert 'data-version="1"' in keep(officer, "Шам", 0).text
    assert 'data-version="2"' in keep(colleague, "Шам ауыстырылды.", 1).text

    page = client.get(f"/workspace/appeals/{appeal.number}?lang=en").text
    assert "Шам ауыстырылды." in page
    assert "Last written by Жанар Оспанова" in page
    assert [(t.text, t.by_id) for t in session.scalars(select(AnswerTurn))] == [("Шам", officer.id)]
    assert "Шам</div>" in offered(client, appeal)


def test_a_draft_and_tasks_do_not_follow_the_claim_to_another_agency(
    client, session, appeal, keep, officer, now
):
    keep(officer, "Ішкі ескертпелері бар мәтін", 0)
    claim = appeal.claims[0]
    tasks.add(session, claim, to=officer, words="Тексеру", due_on=now.date(), by=officer, now=now)
    session.expire_all()
    police = agency_by_code(session, "police")
    routing.redirect(
        session, claim, to=police, reason="Құзыреті жоқ", law=terms.law(session), by=officer,
        now=now,
    )  # fmt: skip
    session.commit()
    sign_in(client, make_officer(session, Role.OFFICER, agency="police"))

    assert claim.draft == ""
    assert "Ішкі" not in client.get(f"/workspace/appeals/{appeal.number}").text
    assert "Ішкі" not in offered(client, appeal)
    assert tasks.waiting(session, officer) == []
    assert tasks.tell_due(session, today=now.date(), now=now) == []


def test_who_comes_late_overwrites_nothing(session, appeal, keep, officer, head):
    keep(officer, "Бірінші мәтін", 0)

    late = keep(head, "Екінші мәтін", 0)

    assert late.status_code == 409
    assert "Бірінші мәтін" in late.text
    session.refresh(appeal.claims[0])
    assert (appeal.claims[0].draft, appeal.claims[0].draft_version) == ("Бірінші мәтін", 1)


def test_an_answer_made_from_an_older_draft_does_not_go_to_the_head(
    client, session, appeal, keep, officer, head
):
    keep(head, "Басшының мәтіні", 0)
    claim = appeal.claims[0].id
    fields = {"text": "Ескі мәтін", "version": "0", "outcome": "satisfied"}

    answer = sign_in(client, officer).post(
        f"/workspace/appeals/{appeal.number}/claims/{claim}/answer?lang=en",
        data={f"answer-{claim}-{name}": value for name, value in fields.items()},
    )

    assert answer.status_code == 409
    assert "Ескі мәтін" in answer.text
    session.refresh(appeal.claims[0])
    assert appeal.claims[0].status == "in_work"


def test_a_template_fills_its_fields_and_joins_what_stands(client, session, appeal, keep, head):
    write_template(client, head)
    keep(head, "Басы.", 0)
    use = re.search(r'action="([^"]+/writing/\d+)"', offered(client, appeal))[1]

    client.post(use)

    session.refresh(appeal.claims[0])
    draft = appeal.claims[0].draft
    assert draft.startswith("Басы.\n\nҚұрметті Ерлан Тасқынбаев! 23.11.2026 күнгі")
    assert appeal.number in draft
    assert "бабы" in draft


def test_an_answer_with_an_empty_field_stays_with_the_officer(client, appeal, officer):
    claim = appeal.claims[0].id
    fields = {"text": "Құрметті {name}!", "outcome": "satisfied"}

    answer = sign_in(client, officer).post(
        f"/workspace/appeals/{appeal.number}/claims/{claim}/answer?lang=en",
        data={f"answer-{claim}-{name}": value for name, value in fields.items()},
    )

    assert "A field in braces was not filled in." in answer.text


def test_templates_are_offered_by_agency_language_and_subject(client, session, appeal, head):
    other = session.scalars(
        select(Subject).where(Subject.id != appeal.claims[0].subject_id,
                              Subject.parent_id.is_not(None)).order_by(Subject.id.desc()).limit(1)
    ).one()  # fmt: skip
    write_template(client, head, title="Бәріне")
    write_template(client, head, title="Орысша", language="ru")
    write_template(client, head, title="Басқа тақырып", subject=other.code)
    police = make_officer(session, Role.HEAD, agency="police")
    write_template(client, police, title="Полиция")

    page = offered(sign_in(client, head), appeal)

    titles = ("Бәріне", "Орысша", "Басқа тақырып", "Полиция")
    assert [title for title in titles if title in page] == ["Бәріне"]


def test_each_change_is_a_version_and_an_older_form_changes_nothing(client, session, head):
    address = write_template(client, head)
    values = {"title": "Шам", "language": "kk", "subject": "", "text": "Екінші", "version": "1"}

    assert client.post(address, data=values).status_code == 302
    late = client.post(f"{address}?lang=en", data=values | {"text": "Кешіккен"})

    assert late.status_code == 409
    assert "Кешіккен" in late.text
    texts = session.scalars(select(ReplyVersion.text).order_by(ReplyVersion.version))
    assert list(texts) == [TEXT, "Екінші"]


def test_a_template_with_an_unknown_field_is_not_kept(client, head):
    assert "A field in braces is not known." in write_template(client, head, text="{iin} {name}")


def test_a_retired_template_is_offered_no_more(client, appeal, head):
    address = write_template(client, head, title="Ескі")
    client.post(f"{address}/retire")

    assert "Ескі" not in offered(client, appeal)
    assert "Ескі" in client.get("/workspace/replies").text


def test_an_officer_reads_templates_and_does_not_write_them(client, session, officer, head):
    address = write_template(client, head)
    sign_in(client, officer)

    assert client.get(address).status_code == 200
    assert client.post(address, data={}).status_code == 403
    sign_in(client, make_officer(session, Role.HEAD, agency="police"))
    assert client.get(address).status_code == 404
