"""Webhooks on the screen of an administrator: a secret shown once, a trial, an end."""

import re

from agencies.notices import Notice
from reception.webhooks import Hook
from tests.make import make_officer, sign_in

PAGE = "/administration/webhooks"


def test_an_administrator_adds_a_webhook_and_sees_its_secret_once(client, session):
    sign_in(client, make_officer(session, "admin"))
    form = {"name": "Орталық", "url": "https://center.example.kz/hook", "events": "claim.answered"}

    added = client.post(PAGE, data=form).get_data(as_text=True)
    again = client.get(PAGE).get_data(as_text=True)

    [secret] = re.findall(r"whsec_[\w+/=]+", added)
    assert "center.example.kz" in again
    assert "whsec_" not in again
    hook = session.query(Hook).one()
    assert secret.encode() not in hook.secret_sealed
    renewed = client.post(f"{PAGE}/{hook.id}/secret").get_data(as_text=True)
    assert secret not in renewed
    assert "whsec_" in renewed


def test_a_trial_stands_in_the_log_and_a_closed_webhook_sends_no_more(client, session):
    sign_in(client, make_officer(session, "admin"))
    client.post(PAGE, data={"name": "Орталық", "url": "https://center.example.kz/hook"})
    hook = session.query(Hook).one()

    client.post(f"{PAGE}/{hook.id}/trial")
    client.post(f"{PAGE}/{hook.id}/close")

    assert "Сынақ хабары" in client.get(PAGE, headers={"Accept-Language": "kk"}).text
    assert [(n.status.value, n.reason, n.address) for n in session.query(Notice)] == [
        ("expired", "closed", "")
    ]


def test_a_wrong_address_is_told_beside_its_field_and_others_have_no_page(client, session):
    sign_in(client, make_officer(session, "admin"))
    answer = client.post(PAGE, data={"name": "Орталық", "url": "http://10.0.0.1/"})
    assert (answer.status_code, "url-error" in answer.text) == (422, True)

    sign_in(client, make_officer(session, "supervisor"))
    assert client.get(PAGE).status_code == 403
