"""A kiosk whose hall is stopped goes on giving out tickets, and tells of each afterwards."""

import re
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from agencies.calendar import clock
from reception import devices
from reception.devices import DeviceKind
from reception.language import say
from reception.tickets import Ticket, TicketState
from tests.journeys.browsing import KIOSK
from tests.live import free_port
from tests.make import the_hall


@contextmanager
def hall_open(app, port):
    """The hall answers on the port inside the block, and nobody does outside of it."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    answering = threading.Thread(target=server.serve_forever, daemon=True)
    answering.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        answering.join()


# A browser that goes away leaves the server's open file behind.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_kiosk_gives_tickets_while_the_hall_is_stopped(
    browser, app, database, session, monkeypatch
):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    port = free_port()
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport=KIOSK)
    page = context.new_page()
    with hall_open(app, port):
        page.goto("/device?lang=ru")
        page.locator("[name=code]").fill(code_of_a_kiosk(session))
        page.locator("main button[type=submit]").click()
        page.locator("html[data-ready-alone]").wait_for()

    page.goto("/kiosk")
    assert "Сервер зала сейчас не отвечает" in page.get_by_role("main").inner_text()
    first = take(page)
    page.goto("/kiosk/home")
    second = take(page, priority="war_veteran")
    assert session.scalars(select(Ticket)).all() == []

    with hall_open(app, port):
        page.get_by_role("button", name=say("Start again", "ru")).click()
        page.wait_for_url(re.compile(r"/kiosk$"))
        page.wait_for_function("localStorage.getItem('kiosk-spool') === '[]'")
        found = session.scalars(select(Ticket).order_by(Ticket.number)).all()
        assert [t.label for t in found] == [first, second]
        assert {(t.state, t.language) for t in found} == {(TicketState.WAITING, "ru")}
        assert found[0].due_at < found[1].due_at
        context.close()


def code_of_a_kiosk(session):
    now = clock()
    hall = the_hall(session)
    kiosk = devices.add(
        session, code="kiosk-1", kind=DeviceKind.KIOSK, name="Кіреберіс", hall=hall, now=now
    )
    code = devices.invite(kiosk, now=now)
    session.commit()
    return code


def take(page, priority=""):
    """The number on the glass."""
    page.locator("[data-go=home]").click()
    page.locator("[data-service=housing-general]").click()
    if priority:
        page.locator(".kiosk-priority summary").click()
        page.locator(f"label[for=alone-{priority}]").click()
    page.locator("[data-take]").click()
    page.locator("[data-slip-code] path").wait_for(state="attached")
    return page.locator("[data-slip-number]").inner_text()
