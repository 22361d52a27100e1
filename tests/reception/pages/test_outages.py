"""Each service beside the database down, one at a time: intake, route and lists go on."""

import io
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from agencies import attachments, classifier
from agencies.attachments import Attachment, Scan
from agencies.classifier import RoutingModel, Standing
from agencies.notices import Notice, NoticeStatus
from tests.make import make_officer, sign_in

NOWHERE = {
    "broker": {"redis_url": "redis://127.0.0.1:1/0"},
    "mail": {"smtp_url": "smtp://127.0.0.1:9"},
    "virus scanner": {"clamav": "/nonexistent/clamd.sock"},
    "routing model": {},
}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(params=NOWHERE)
def down(request, app, session, monkeypatch, now):
    settings = replace(app.config["SETTINGS"], **NOWHERE[request.param])
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    if request.param == "routing model":
        session.add(
            RoutingModel(
                sha256="0" * 64, file=b"broken", standing=Standing.CHAMPION, source="file",
                examples=1, measures={}, trained_at=now,
            )
        )  # fmt: skip
        session.commit()
    yield request.param
    classifier._unusable.clear()


def test_intake_routing_and_lists_go_on_while_one_service_is_down(down, app, session, client, now):
    sign_in(client, make_officer(session, "clerk"))
    form = {
        "kind": "application", "language": "kk", "channel": "desk", "text": "Подъезде лифт тұр.",
        "name": "Ерлан Тасқынбаев", "email": "erlan@example.kz", "idempotency_key": f"out-{down}",
        "files": (io.BytesIO(PDF), "scan.pdf"),
    }  # fmt: skip

    done = client.post("/intake", data=form, content_type="multipart/form-data")

    assert done.status_code == 302
    number = done.location.split("/")[-2]
    registered = client.get(f"/appeals/{number}/registered")
    assert "offer-name" in registered.text, "agencies are still suggested"
    (claim,) = set(re.findall(r"/claims/(\d+)/route", registered.text))
    sent = client.post(f"/appeals/{number}/claims/{claim}/route", data={"agency": "housing"})
    assert sent.status_code == 302
    for page in ("/workspace", f"/workspace?q={number}", f"/workspace/appeals/{number}"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert number in answer.text

    file = session.scalars(select(Attachment)).one()
    attachments.examine(file, folder=app.config["SETTINGS"].data,
                        scanner=app.config["SETTINGS"].clamav, now=now)  # fmt: skip
    assert (file.scan is Scan.WAITING) == (down == "virus scanner"), "and is asked again later"
    told = session.scalars(select(Notice).where(Notice.kind == "appeal_registered")).one()
    assert told.status is NoticeStatus.WAITING, "kept in the register until somebody sends it"
