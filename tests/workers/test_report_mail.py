"""Reports and reminders by e-mail: told once, in the reader's language, without figures."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from agencies.staff import Role
from reception.catcher import Catcher
from reports import editions, mailing, periods, recommendations
from reports.recommendations import Reminder
from tests.make import make_officer, sign_in
from tests.reports.proposing import adopted
from workers import tasks


@pytest.fixture
def post(app, database, clock, settings, monkeypatch):
    with Catcher(tell=lambda _: None) as catcher:
        monkeypatch.setitem(app.config, "SETTINGS", replace(settings, smtp_url=catcher.smtp_url))
        yield catcher


@pytest.fixture
def work(app):
    """Runs a task in a context of its own: one that stood open would keep who signed in first."""

    def _work(task):
        with app.app_context():
            task()

    return _work


def issued(client, session, now, language="ru"):
    edition = editions.request(
        session, periods.parse("2026-10"), language=language, by=None, now=now
    )
    editions.next_to_render(session, now=now)
    editions.keep(edition, b"%PDF-1.7 x", now=now)
    session.commit()
    client.post(f"/reports/editions/{edition.id}/issue")
    return edition


def test_a_member_who_wants_it_is_told_of_the_edition_in_the_chosen_language(
    client, session, now, post, work
):
    member, other = make_officer(session, Role.COUNCIL), make_officer(session, Role.COUNCIL)
    sign_in(client, member)
    assert client.post("/council/mail", data={"email": "a@b", "language": "ru"}).status_code == 302
    mailing.subscribe(session, other, email="other@example.kz", language="kk")
    session.commit()
    sign_in(client, make_officer(session, Role.ANALYST))

    edition = issued(client, session, now)
    work(tasks.notices.deliver_notices)
    work(tasks.notices.deliver_notices)

    (caught,) = post.caught
    assert caught.to == "a@b"
    assert "2026-10" in caught.text
    assert "/reports" in caught.text
    page = client.get("/reports?lang=ru").text
    assert "сообщений отправлено: 1" in page
    client.post(f"/reports/editions/{edition.id}/withdraw", data={"reason": "Неверно число района"})
    work(tasks.notices.deliver_notices)
    assert "отозван" in post.caught[-1].text
    assert len(post.caught) == 2


def test_whoever_empties_the_address_is_told_nothing(client, session, now, post, work):
    sign_in(client, make_officer(session, Role.COUNCIL))
    client.post("/council/mail", data={"email": "a@example.kz", "language": "kk"})
    client.post("/council/mail", data={"email": " ", "language": "kk"})
    sign_in(client, make_officer(session, Role.ANALYST))

    issued(client, session, now, language="kk")
    work(tasks.notices.deliver_notices)

    assert post.caught == []


@pytest.mark.parametrize("email", ["nobody", "a@b, c@d", "a@b\nBcc: c@d"])
def test_what_is_no_address_is_said_so_and_kept_in_the_form(client, session, email):
    sign_in(client, make_officer(session, Role.COUNCIL))

    answer = client.post("/council/mail", data={"email": email, "language": "kk"})

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_the_body_that_is_late_is_reminded_by_e_mail_once_a_day(session, post, work, clock):
    made = adopted(session)
    recommendations.send(
        session, made, outgoing_number="12-3", sent_on=date(2026, 11, 23), email="body@example.kz",
        by=make_officer(session, Role.ANALYST), now=datetime(2026, 11, 23, 6, tzinfo=UTC),
    )  # fmt: skip
    session.commit()
    clock.moment = datetime(2026, 12, 8, 4, tzinfo=UTC)

    for _ in range(2):
        work(tasks.editions.follow_proposals)
    work(tasks.notices.deliver_notices)

    (caught,) = post.caught
    assert caught.to == "body@example.kz"
    assert "12-3" in caught.text
    assert f"/proposals/{made.number}" in caught.text
    assert len(session.scalars(select(Reminder)).all()) == 1
