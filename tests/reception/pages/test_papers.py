"""The talon: everything the law asks for, for whoever took the appeal in."""

import re

import pytest
from sqlalchemy import select

from agencies.db import db
from agencies.readings import CardReading
from agencies.staff import Role
from reception import documents, papers
from reception.documents import Document, DocumentKind
from reception.pages import papers as pages
from tests.make import make_appeal, make_officer, sign_in


@pytest.fixture
def clerk(client, session):
    officer = make_officer(session, Role.CLERK)
    sign_in(client, officer)
    return officer


def test_the_talon_names_what_the_law_asks_for(client, session, clerk):
    appeal = make_appeal(session, by=clerk, language="ru", kind="complaint")

    page = client.get(f"/appeals/{appeal.number}/talon").text

    for said in (appeal.number, "23 ноября 2026", "10:00", clerk.name, "главный специалист",
                 "Жалоба", "22 декабря 2026", "статья 99", "http://hall.test/a/"):  # fmt: skip
        assert said in page


def test_the_talon_is_in_the_language_of_the_appeal_unless_asked(client, session, clerk):
    appeal = make_appeal(session, language="kk")

    own = client.get(f"/appeals/{appeal.number}/talon").text
    asked = client.get(f"/appeals/{appeal.number}/talon?lang=en").text

    assert "Жолданымды қабылдау талоны" in own
    assert "Talon of receipt of an appeal" in asked


def test_a_stranger_gets_no_talon_but_who_took_the_appeal_does(client, session):
    receiver = make_officer(session, Role.OFFICER, agency="social")
    appeal = make_appeal(session, by=receiver)

    sign_in(client, make_officer(session, Role.OFFICER, agency="social"))
    stranger = client.get(f"/appeals/{appeal.number}/talon").status_code
    sign_in(client, receiver)

    assert stranger == 404
    assert client.get(f"/appeals/{appeal.number}/talon").status_code == 200


def test_the_link_is_for_who_took_the_appeal_in_that_day_and_later_for_a_reason(
    client, session, clerk, clock
):
    appeal = make_appeal(session, by=clerk)
    pages_with_link = [f"/appeals/{appeal.number}/{page}" for page in ("registered", "talon")]

    def shown():
        return ["/a/" in client.get(page).text for page in pages_with_link]

    own_day = shown()
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    another = shown()
    clock.advance(days=1)
    sign_in(client, clerk)
    later = shown()
    paper = client.get(f"/appeals/{appeal.number}/talon.pdf")
    bare = client.post(f"/appeals/{appeal.number}/talon", data={"reason": " "})
    again = client.post(f"/appeals/{appeal.number}/talon", data={"reason": "Талонын жоғалтты"})

    assert (own_day, another, later) == ([True, True], [False, False], [False, False])
    assert paper.status_code == 302
    assert (bare.status_code, "/a/" in bare.text) == (422, False)
    assert (again.status_code, "/a/" in again.text) == (200, True)
    session.refresh(appeal)
    assert appeal.journal[-1].kind == "link_reprinted"
    assert session.scalars(select(CardReading.reason).order_by(CardReading.id.desc())).first() == (
        "Талонын жоғалтты"
    )


def test_the_paper_is_made_once_and_given(client, session, clerk):
    appeal = make_appeal(session, by=clerk)
    row = documents.request_document(
        session, appeal, kind=DocumentKind.TALON, language="kk", now=appeal.received_at
    )
    documents.keep(row, b"%PDF-1.7 paper", now=appeal.received_at)
    session.commit()

    answer = client.get(f"/appeals/{appeal.number}/talon.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data == b"%PDF-1.7 paper"
    assert "talon-OA-2026" in answer.headers["Content-Disposition"]


def test_a_paper_that_is_not_ready_asks_for_patience(client, session, clerk, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE_S", 0.2)
    appeal = make_appeal(session, by=clerk)

    answer = client.get(f"/appeals/{appeal.number}/talon.pdf?lang=en")

    assert answer.status_code == 202
    assert answer.headers["Refresh"] == "3"
    assert "being prepared" in answer.text
    assert session.scalars(select(Document.rendered_at)).all() == [None]


def test_a_paper_older_than_the_route_is_made_again(client, session, clerk, clock, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE_S", 0.0)
    appeal = make_appeal(session, by=clerk)
    row = documents.request_document(
        session, appeal, kind=DocumentKind.TALON, language="kk", now=clock.moment
    )
    documents.keep(row, b"%PDF-1.7 old", now=clock.moment)
    session.commit()
    clock.advance(minutes=5)
    claim = appeal.claims[0].id
    client.post(f"/appeals/{appeal.number}/claims/{claim}/route", data={"agency": "housing"})

    assert client.get(f"/appeals/{appeal.number}/talon.pdf").status_code == 202


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_worker_draws_the_page_without_a_request(app, session, database, language):
    appeal = make_appeal(session, status="routed")
    documents.request_document(
        session, appeal, kind=DocumentKind.TALON, language=language, now=appeal.received_at
    )
    session.commit()

    with app.app_context():
        html = papers.talon_html(db.session.scalars(select(Document)).one())

    assert f'<html lang="{language}">' in html
    assert appeal.number in html
    assert not re.search(r"<(script|link|img)", html)
