"""Letters by e-mail: each taken once whatever breaks, registered by a person, from when it came."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from agencies import attachments, erasures
from agencies.appeals import Appeal
from reception import mailbox
from reception.letter_parts import read_parts
from reception.mailbox import Box, LetterStatus, MailLetter
from tests.agencies.files import EICAR, PDF
from tests.make import make_appeal, make_officer, sign_in
from tests.reception.postbox import open_postbox
from workers import tasks

LIST = "/intake/letters"


def letter(text="Ауламызда шам жанбайды.", subject="Шам туралы", files=(), html=""):
    message = EmailMessage()
    message["From"] = "Ерлан Тасқынбаев <erlan@example.kz>"
    message["Subject"] = subject
    message.set_content(text)
    if html:
        message.clear_content()
        message.set_content(html, subtype="html")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes().replace(b"\n", b"\r\n")


@pytest.fixture
def postbox():
    with open_postbox() as server:
        yield server


@pytest.fixture
def standing(app, database, clock, settings, monkeypatch, postbox):
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, imap_url=postbox.url))
    return clock


def collect(app):
    with app.app_context():
        tasks.notices.collect_mail()


def kept(session):
    session.expire_all()
    return session.scalars(select(MailLetter).order_by(MailLetter.id)).all()


def test_each_letter_is_taken_once_and_the_mailbox_is_left_as_it_was(
    standing, session, app, postbox
):
    postbox.put(letter(), 3)
    postbox.put(letter("Лифт тұр."), 7)
    collect(app)
    collect(app)
    postbox.put(letter("Жол бұзылған."), 9)
    collect(app)

    assert [one.parts.text for one in kept(session)] == [
        "Ауламызда шам жанбайды.", "Лифт тұр.", "Жол бұзылған.",
    ]  # fmt: skip
    assert not [line for line in postbox.asked if "STORE" in line or line.startswith("SELECT")]


def test_a_crash_between_two_letters_loses_none_and_doubles_none(
    standing, session, app, postbox, now
):
    for uid in (1, 2, 3):
        postbox.put(letter(f"Хат {uid}"), uid)
    box = Box.of(postbox.url)
    taking = mailbox.collect(session, box, now=now)
    next(taking)
    session.commit()
    next(taking)
    taking.close()  # killed before the second commit
    session.rollback()

    collect(app)

    assert [one.parts.text for one in kept(session)] == ["Хат 1", "Хат 2", "Хат 3"]


def test_a_server_that_counts_anew_brings_nothing_twice(standing, session, app, postbox):
    postbox.put(letter(), 5)
    collect(app)
    postbox.validity, postbox.letters = 2, {}
    postbox.put(letter(), 1)
    postbox.put(letter("Жаңа хат"), 2)
    collect(app)

    assert [one.parts.text for one in kept(session)] == ["Ауламызда шам жанбайды.", "Жаңа хат"]


def test_a_server_that_is_down_is_asked_again_later(standing, session, app, settings, monkeypatch):
    dead = replace(settings, imap_url="imap://reader:secret@127.0.0.1:1/INBOX")
    monkeypatch.setitem(app.config, "SETTINGS", dead)
    collect(app)

    assert kept(session) == []


def test_a_letter_becomes_an_appeal_with_its_files_and_the_term_of_its_coming(
    standing, session, app, client, postbox
):
    postbox.put(letter(files=[("шатыр.pdf", PDF), ("вирус.pdf", EICAR)]), 1)
    collect(app)
    one = kept(session)[0]
    sign_in(client, make_officer(session, "clerk"))
    assert "Шам туралы" in client.get(LIST).text
    assert "вирус.pdf" in client.get(f"{LIST}/{one.id}").text
    form = client.get(f"/intake?letter={one.id}").text
    assert "Ауламызда шам жанбайды." in form
    assert "erlan@example.kz" in form

    typed = {
        "kind": "application", "language": "kk", "channel": "email", "letter": str(one.id),
        "text": one.parts.text, "email": "erlan@example.kz", "name": "Ерлан Тасқынбаев",
    }  # fmt: skip
    first = client.post("/intake", data=typed | {"idempotency_key": "a"})
    second = client.post("/intake", data=typed | {"idempotency_key": "b"})

    assert (first.status_code, second.status_code) == (302, 409)
    appeal = session.scalars(select(Appeal)).one()
    assert [file.name for file in attachments.of_appeal(session, appeal)] == ["шатыр.pdf"]
    assert appeal.registered_on.isoformat() == "2026-11-23", "came on Friday evening"
    assert appeal.received_at.isoformat() == "2026-11-20T14:30:00+00:00"
    assert (kept(session)[0].status, kept(session)[0].appeal_id) == ("registered", appeal.id)


def test_an_erasure_wipes_the_letter_too(standing, session, app, settings, postbox, now):
    postbox.put(letter(), 1)
    collect(app)
    admin, appeal = make_officer(session, "admin"), make_appeal(session, status="closed")
    mailbox.settle(kept(session)[0], appeal, by=admin)
    erasures.erase(session, appeal, rule="appeal", folder=settings.data, now=now)
    session.commit()

    one = kept(session)[0]
    assert (one.raw, one.sender, one.subject) == (b"", "", "")


def test_a_robot_s_answer_is_set_aside_with_a_reason_and_taken_up_again(
    standing, session, app, client, postbox
):
    postbox.put(letter("I am on holiday.", "Automatic reply"), 1)
    collect(app)
    one = kept(session)[0]
    sign_in(client, make_officer(session, "clerk"))

    assert client.post(f"{LIST}/{one.id}/set-aside", data={"reason": " "}).status_code == 422
    client.post(f"{LIST}/{one.id}/set-aside", data={"reason": "автоматты жауап"})
    assert kept(session)[0].status is LetterStatus.SET_ASIDE
    client.post(f"{LIST}/{one.id}/take-up")
    assert kept(session)[0].status is LetterStatus.WAITING

    sign_in(client, make_officer(session, "officer"))
    assert client.get(f"{LIST}/{one.id}").status_code == 403


def test_a_letter_too_large_is_kept_by_its_head(standing, session, app, postbox, monkeypatch):
    monkeypatch.setattr(mailbox, "LARGEST", 100)
    postbox.put(letter("а" * 500), 1)
    collect(app)

    one = kept(session)[0]
    assert (one.whole, one.subject, len(one.parts.text)) == (False, "Шам туралы", 0)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe\x00", b"From: =?utf-8?q?=FF?=\r\nSubject: \x00\r\n\r\n\x00",
     b"Content-Type: text/plain; charset=no-such\r\n\r\n\xd0\xb0",
     b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n",
     b"From: <<>>@@\r\nTo: \r\nContent-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\nb"],
)  # fmt: skip
def test_damaged_letters_are_read_as_far_as_they_can_be(raw):
    parts = read_parts(raw)

    assert "\0" not in parts.text + parts.sender + parts.subject + parts.name


def test_a_letter_in_html_is_read_without_its_marks():
    html = "<style>p{}</style><p>Лифт <b>тұр</b>.</p><script>alert(1)</script><p>Жөндеңіз.</p>"

    assert read_parts(letter(html=html)).text == "Лифт тұр.\nЖөндеңіз."


def test_who_may_not_read_letters_finds_none_at_intake(standing, session, app, client, postbox):
    postbox.put(letter(), 1)
    collect(app)
    one = kept(session)[0]
    sign_in(client, make_officer(session, "officer", agency="housing"))

    assert client.get(f"{LIST}/{one.id}").status_code == 403
    form = client.get(f"/intake?letter={one.id}")

    assert form.status_code == 200
    assert "шам жанбайды" not in form.text
    assert "erlan@example.kz" not in form.text
