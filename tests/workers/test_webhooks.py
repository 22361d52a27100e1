"""Webhooks: each step of an appeal told once, signed, to nobody inside the house."""

import base64
import hmac
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from agencies import leading
from agencies.directory import agency_by_code
from agencies.errors import Invalid
from agencies.notices import NoticeStatus
from reception import webhooks
from reception.couriers import Refused
from reception.couriers.hooking import HookCourier, is_public
from reception.couriers.parcel import Parcel
from tests.make import FICTIONAL_IIN, keys, make_appeal, make_officer
from workers import tasks


class Receiver(HTTPServer):
    """Another system on loopback. `answers` are used up one a message, then all is well."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.answers = [], []
        self.url = f"http://127.0.0.1:{self.server_port}/hook?from=hall"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def standing(app, database, clock, settings, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, webhooks_inside=True))
    with app.app_context():
        yield clock


def subscribe(session, url, now, **more):
    wanted = {"name": "Ситуациялық орталық", "events": [], "agency": None, "inside": True} | more
    hook, secret = webhooks.subscribe(session, url=url, seal=keys().seal, now=now, **wanted)
    session.commit()
    return hook, secret


def carry():
    tasks.notices.announce_steps()
    tasks.notices.deliver_notices()


def test_each_step_is_told_once_and_names_no_person(standing, session, receiver, now):
    subscribe(session, receiver.url, now)
    appeal = make_appeal(session, status="answered")
    carry()
    standing.advance(minutes=5)
    carry()

    told = [json.loads(body) for _, _, body in receiver.got]
    assert [each["type"] for each in told] == [
        "appeal.registered", "claim.routed", "claim.taken", "claim.answered",
    ]  # fmt: skip
    assert told[1]["data"] == {"appeal": appeal.number, "claim": 1, "agency": "housing"}
    assert told[1]["timestamp"] == "2026-11-23T10:00:00+05:00"
    for _, _, body in receiver.got:
        for secret in ("Ерлан", FICTIONAL_IIN, "шам", "Шам", "Қасқырбаева"):
            assert secret not in body


def test_the_far_side_can_check_that_a_message_is_ours(standing, session, receiver, now):
    _, secret = subscribe(session, receiver.url, now)
    make_appeal(session)
    carry()

    path, headers, body = receiver.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    mac = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert path == "/hook?from=hall"


def test_a_receiver_that_fails_hears_later_by_the_same_id_and_is_given_up(
    standing, session, receiver, now
):
    hook, _ = subscribe(session, receiver.url, now, events=["appeal.registered"])
    receiver.answers = [500] * 6 + [204]
    make_appeal(session)
    make_appeal(session)
    for minutes in (0, 1, 5, 20, 60, 240):
        standing.advance(minutes=minutes)
        carry()

    log = webhooks.deliveries(session, hook)
    assert [(row.status, row.reason) for row in log[1:]] == [(NoticeStatus.FAILED, "http 500")]
    assert log[0].status is NoticeStatus.SENT, "the message behind waited its turn"
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got[:6]}) == 1


def test_a_webhook_hears_what_it_asked_for_and_nothing_once_closed(
    standing, session, receiver, now
):
    hook, _ = subscribe(session, receiver.url, now, events=["claim.routed"])
    make_appeal(session, status="in_work")
    carry()
    webhooks.set_open(session, hook, to=False, now=now)
    session.commit()
    make_appeal(session, status="in_work")
    carry()

    assert [json.loads(body)["type"] for _, _, body in receiver.got] == ["claim.routed"]


def parcel(url):
    return Parcel(to=url, subject="", text="{}", key="k", language="kk", secret="whsec_AAAA")


def test_an_agency_hears_of_the_joint_replies_that_it_has_a_part_in(
    standing, session, receiver, now
):
    head = make_officer(session, "head", agency="police")
    officer = make_officer(session, "officer", agency="police")
    appeal = make_appeal(session, status="answered", claims=["Шам.", "Шу."])
    appeal.claims[0].agency = agency_by_code(session, "police")
    session.commit()
    for code in ("police", "housing", "social"):
        subscribe(session, f"{receiver.url}&{code}", now, agency=agency_by_code(session, code))
    carry()
    receiver.got.clear()

    leading.name_lead(session, appeal, code="police", by=make_officer(session), now=now)
    leading.prepare(session, appeal, opening="Ерлан мырза!", by=officer, now=now)
    leading.send(session, appeal, by=head, now=now)
    session.commit()
    carry()

    steps = ["appeal.lead_named", "appeal.joint_prepared", "appeal.joint_sent"]
    heard = [(path.rpartition("&")[2], json.loads(body)["type"]) for path, _, body in receiver.got]
    assert sorted(heard) == sorted((code, step) for code in ("police", "housing") for step in steps)
    assert not any("Ерлан" in body for _, _, body in receiver.got)


@pytest.mark.parametrize(
    "url", ["http://example.kz/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/"]
)
def test_addresses_inside_the_house_are_refused_when_it_comes_to_sending(url):
    with pytest.raises(Refused):
        HookCourier(inside=False).deliver(parcel(url))


def test_an_answer_that_points_elsewhere_is_not_followed(standing, receiver):
    receiver.answers = [302]

    with pytest.raises(Refused, match="http 302"):
        HookCourier(inside=True).deliver(parcel(receiver.url))
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.8", "172.16.1.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.8",
        "64:ff9b::a00:8", "2002:a00:8::1",
    ],
)  # fmt: skip
def test_no_writing_of_an_inside_address_passes(address):
    assert not is_public(address)
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")


@pytest.mark.parametrize(
    "url",
    ["ftp://a.kz/", "http://a.kz/", "https://", "https://u:p@a.kz/", "https://a.kz:x/",
     "javascript:1", "https://a.kz/\r\nX: 1", "https://a.kz/" + "a" * 600],
)  # fmt: skip
def test_what_is_no_address_is_told_by_field(session, now, url):
    with pytest.raises(Invalid) as told:
        webhooks.subscribe(session, name="х", url=url, events=["novel"], agency=None,
                           seal=keys().seal, inside=False, now=now)  # fmt: skip
    assert set(told.value.fields) == {"url", "events"}
