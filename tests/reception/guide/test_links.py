"""Links of the guide are asked once a day; what did not answer for a week stops a publication."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from reception.guide import links
from reception.guide.law import LegalAct
from reception.guide.procedure import Procedure


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/well" else 404)
        self.end_headers()

    def log_message(self, *words):
        pass


@pytest.fixture
def site():
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def linked(url):
    step = {"key": "s1", "title": {"en": "A"}, "channels": [{"way": "online", "url": url}]}
    return Procedure.model_validate({"title": {"en": "A"}, "steps": [step]})


def test_what_answers_well_is_not_broken_for_a_week(session, site, now):
    well, gone = f"{site}/well", f"{site}/gone"
    bad = links.look_at(session, [well, gone], ask=links.ask_once, now=now)

    assert bad == 1
    assert links.broken(session, linked(well), now=now + timedelta(days=6)) == []
    assert links.broken(session, linked(well), now=now + timedelta(days=8)) == [well]
    assert links.broken(session, linked(gone), now=now) == [gone]


def test_a_link_is_due_once_a_day(session, now):
    session.add(LegalAct(code="a", title="A", url="http://127.0.0.1:1/act"))
    session.flush()

    assert links.due(session, now=now) == ["http://127.0.0.1:1/act"]
    links.look_at(session, links.due(session, now=now), ask=lambda _: 200, now=now)
    assert links.due(session, now=now + timedelta(hours=23)) == []
    assert len(links.due(session, now=now + timedelta(hours=25))) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "file:///etc/hosts", "http://[", "ftp://a/"]
)
def test_what_cannot_be_asked_has_no_status(url):
    assert links.ask_once(url) is None
