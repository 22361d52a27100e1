"""Files at intake and on the page of a case: a refused one stops no other and no appeal."""

from base64 import b64encode
from io import BytesIO

import pytest
from sqlalchemy import select

from agencies.appeals import Appeal
from agencies.attachments import Attachment, Scan
from agencies.staff import Role
from tests.agencies.files import PDF
from tests.make import bearer, make_appeal, make_officer, make_token, sign_in


@pytest.fixture
def clerk(client, session):
    return sign_in(client, make_officer(session, Role.CLERK))


def form(*files):
    return {
        "kind": "message", "language": "kk", "channel": "desk", "text": "Ауламызда шам жоқ.",
        "files": [(BytesIO(content), name) for name, content in files],
    }  # fmt: skip


def one(session):
    return session.scalars(select(Attachment)).one()


def test_a_bad_file_keeps_neither_the_appeal_nor_the_good_file_out(clerk, session):
    answer = clerk.post(
        "/intake?lang=en", data=form(("вирус.exe", b"MZ\0"), ("хат.pdf", PDF)),
        follow_redirects=True,
    )  # fmt: skip

    assert "“вирус.exe” was not added. This kind of file is not taken." in answer.text
    assert session.scalars(select(Appeal)).one().number in answer.text
    assert one(session).name == "хат.pdf"


def test_a_file_is_given_out_to_be_saved_and_never_shown(clerk, session):
    appeal = make_appeal(session)
    clerk.post(
        f"/workspace/appeals/{appeal.number}/attachments", data={"files": (BytesIO(PDF), "a.pdf")}
    )
    address = f"/workspace/appeals/{appeal.number}/attachments/{one(session).id}"
    assert clerk.get(address).status_code == 409

    one(session).scan = Scan.CLEAN
    session.commit()
    answer = clerk.get(address)

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_stranger_finds_no_file(client, session):
    appeal = make_appeal(session, status="routed", agency="social")
    sign_in(client, make_officer(session, Role.OFFICER, agency="housing"))

    assert client.get(f"/workspace/appeals/{appeal.number}/attachments/1").status_code == 404
    assert client.post(f"/workspace/appeals/{appeal.number}/attachments").status_code == 404


def test_the_api_adds_lists_and_gives_a_file(client, session):
    appeal, key = make_appeal(session), bearer(make_token(session, "clerk"))
    path = f"/api/v1/appeals/{appeal.number}/attachments"
    body = {"name": "хат.pdf", "content": b64encode(PDF).decode()}

    added = client.post(path, json=body, headers=key)
    assert (added.status_code, added.json["media"]) == (201, "application/pdf")
    assert client.get(path, headers=key).json["items"][0]["id"] == added.json["id"]
    assert client.get(f"{path}/{added.json['id']}", headers=key).status_code == 409

    wrong = client.post(path, json=body | {"content": "%%"}, headers=key)
    assert "content" in wrong.json["errors"]
