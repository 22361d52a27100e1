"""Slips on thermal paper: every print is a row that ends printed, or is seen as failed."""

import re
import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.staff import Role
from reception import devices, slip_drawing, slips
from reception.changes import Change
from reception.devices import DeviceKind
from reception.slips import PrintedSlip, SlipState
from reception.tickets import Ticket, TicketState
from reports import pdf
from tests.make import SECRET_KEY, make_officer, make_ticket, sign_in, the_hall
from workers import tasks

FONTS = Path(pdf.STATIC) / "fonts"
ASKED, PLENTY, EMPTY = b"\x10\x04\x04", b"\x12", b"\x72"
PICTURE = b"\x1dv0"
CUT = b"\x1dV"


class Printer(threading.Thread):
    """Takes what a thermal printer takes on its port, and answers for its roll."""

    def __init__(self, port: int = 0, *, roll: bytes = PLENTY) -> None:
        super().__init__(daemon=True)
        self.roll, self.papers = roll, []
        self.door = socket.create_server(("127.0.0.1", port))
        self.address = "network://{}:{}".format(*self.door.getsockname())
        self.start()

    def run(self) -> None:
        while True:
            try:
                caller, _ = self.door.accept()
            except OSError:
                return
            with caller:
                self.papers.append(self._hear(caller))

    def _hear(self, caller: socket.socket) -> bytes:
        heard, answered = b"", 0
        while part := caller.recv(65536):
            heard += part
            while heard.count(ASKED) > answered:
                answered += 1
                caller.sendall(self.roll)
        return heard

    def pictures(self) -> list[Image.Image]:
        """What is on the papers that came out, as dots. Callers are heard one after the other."""
        with socket.create_connection(self.door.getsockname()) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)
        return [_dots(paper) for paper in self.papers if CUT in paper]

    def stop(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()


def _dots(paper: bytes) -> Image.Image:
    """The rasters of `GS v 0`, one under the other."""
    parts, at = [], 0
    while (at := paper.find(PICTURE, at)) >= 0:
        across, down = (int.from_bytes(paper[at + n : at + n + 2], "little") for n in (4, 6))
        bits = paper[at + 8 : at + 8 + across * down]
        parts.append(Image.frombytes("1", (across * 8, down), bytes(255 - b for b in bits)))
        at += 8 + across * down
    whole = Image.new("1", (parts[0].width, sum(part.height for part in parts)))
    y = 0
    for part in parts:
        whole.paste(part, (0, y))
        y += part.height
    return whole


@pytest.fixture
def printer():
    here = Printer()
    yield here
    here.stop()


@pytest.fixture
def device(session, now):
    """`device("kiosk-1", kind, address)` is a device of the hall with that printer."""

    def made(code, kind, address):
        one = devices.add(session, code=code, kind=kind, name=code, hall=the_hall(session), now=now)
        devices.set_printer(one, address, paper_mm=80)
        session.commit()
        return one

    return made


@pytest.fixture
def kiosk(client, session, now, device, printer):
    """The client's browser is a kiosk with a printer."""
    one = device("kiosk-1", DeviceKind.KIOSK, printer.address)
    client.post("/device", data={"code": _invited(session, one, now)})
    return one


def _invited(session, one, now):
    code = devices.invite(one, now=now)
    session.commit()
    return code


@pytest.fixture
def worker(app, clock):
    with app.app_context():
        yield clock


def take(client, lang="kk"):
    form = {"service": "housing-general", "priority": "war_veteran"}
    return client.post(f"/kiosk/tickets?lang={lang}", data=form).location


def all_slips(session):
    session.expire_all()
    return session.scalars(select(PrintedSlip).order_by(PrintedSlip.id)).all()


def test_a_ticket_of_a_kiosk_comes_out_dot_for_dot(client, session, kiosk, printer, worker):
    page = take(client)
    (slip,) = all_slips(session)
    assert slip.state is SlipState.RESERVED
    assert client.get(f"{page}/slip").json == {"state": "reserved"}

    tasks.hall.print_slips()
    tasks.hall.print_slips()

    (slip,) = all_slips(session)
    content = slips.content_of(
        session, slip, secret=SECRET_KEY, base_url="http://hall.test", now=worker.moment
    )
    assert (slip.state, content.number, content.language) == (SlipState.PRINTED, "K101", "kk")
    assert content.proof
    assert client.get(content.address.removeprefix("http://hall.test")).status_code == 200
    (picture,) = printer.pictures()
    assert picture.tobytes() == slip_drawing.draw(content, width_mm=80, fonts=FONTS).tobytes()
    assert client.get(f"{page}/slip").json == {"state": "printed"}
    assert 'data-state="printed"' in client.get(page).text


@pytest.mark.parametrize("face", [slip_drawing.REGULAR, slip_drawing.BOLD])
def test_the_letters_of_the_slip_hold_the_kazakh_alphabet(face):
    known = TTFont(FONTS / face).getBestCmap()

    assert not [letter for letter in "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁё№–" if ord(letter) not in known]


def test_a_printer_that_is_off_is_tried_again_and_then_given_up(
    client, session, device, worker, now
):
    with socket.create_server(("127.0.0.1", 0)) as door:
        nowhere = "network://{}:{}".format(*door.getsockname())
    one = device("kiosk-1", DeviceKind.KIOSK, nowhere)
    client.post("/device", data={"code": _invited(session, one, now)})
    page = take(client)

    for _ in range(3):
        tasks.hall.print_slips()
        assert all_slips(session)[0].state is SlipState.RESERVED
        worker.advance(seconds=16)
    tasks.hall.print_slips()

    (slip,) = all_slips(session)
    assert (slip.state, slip.reason) == (SlipState.FAILED, "unreachable")
    assert client.get(f"{page}/slip").json == {"state": "failed"}
    assert session.scalars(select(Ticket.state)).one() is TicketState.WAITING


def test_a_roll_at_its_end_is_no_printed_slip(client, session, kiosk, printer, worker):
    printer.roll = EMPTY
    take(client)

    tasks.hall.print_slips()

    (slip,) = all_slips(session)
    assert (slip.state, slip.reason) == (SlipState.RESERVED, "no_paper")
    assert printer.pictures() == []


def test_paper_that_comes_when_the_visitor_has_gone_is_not_printed(
    client, session, kiosk, printer, worker
):
    take(client)
    worker.advance(minutes=2)

    tasks.hall.print_slips()

    (slip,) = all_slips(session)
    assert (slip.state, slip.reason) == (SlipState.FAILED, "late")
    assert printer.papers == []


@pytest.mark.parametrize(
    ("role", "page", "tried"),
    [(Role.CLERK, "/desk", True), (Role.OFFICER, "/desk", False), (Role.SUPERVISOR, "/hall", True)],
)
def test_whoever_sees_a_failed_slip_prints_it_again_with_one_key(
    client, session, kiosk, printer, worker, role, page, tried
):
    take(client)
    worker.advance(minutes=2)
    if tried:
        tasks.hall.print_slips()
    sign_in(client, make_officer(session, role, desk="D20"))

    seen = client.get(f"{page}?lang=en").text.partition("Slips that were not printed")[2]
    address = re.search(r'action="(/desk/slips/\d+)"', seen)[1]
    assert 'data-key="q"' in seen.partition("</form>")[0]
    client.post(address)
    tasks.hall.print_slips()

    old, new = all_slips(session)
    assert (old.state, new.state, new.again) == (SlipState.REPRINTED, SlipState.PRINTED, True)
    assert len(printer.pictures()) == 1
    assert "Slips that were not printed" not in client.get(f"{page}?lang=en").text


def test_a_clerk_s_ticket_comes_out_at_reception(client, session, device, printer, worker):
    device("slips", DeviceKind.PRINTER, printer.address)
    sign_in(client, make_officer(session, Role.CLERK, desk="D20"))

    client.post("/desk/tickets", data={"service": "police-general", "language": "ru"})
    tasks.hall.print_slips()

    desk = client.get("/desk?lang=en").text
    (slip,) = all_slips(session)
    assert slip.state is SlipState.PRINTED
    assert f"/desk/slips/{slip.ticket_id}" in desk
    assert len(printer.pictures()) == 1


def test_one_printer_takes_one_paper_at_a_time_in_the_order_of_tickets(
    database, session, device, now
):
    a, b = (device(code, DeviceKind.PRINTER, "network://127.0.0.1:1") for code in ("a", "b"))
    first, second, other = (
        slips.reserve(session, make_ticket(session, now=now).id, one, by=None, now=now).id
        for one in (a, a, b)
    )
    session.commit()

    with Session(database) as one, Session(database) as two, Session(database) as three:
        assert slips.next_to_print(one, now=now).id == first
        assert slips.next_to_print(two, now=now).id == other
        assert slips.next_to_print(three, now=now) is None
        one.rollback()
        slips.came_out(one, one.get_one(PrintedSlip, first), now=now)
        one.commit()
        assert slips.next_to_print(three, now=now).id == second


def test_a_reprint_asked_twice_is_one_paper(session, device, now):
    one = device("a", DeviceKind.PRINTER, "network://127.0.0.1:1")
    ticket, clerk = make_ticket(session, now=now), make_officer(session)
    slips.reserve(session, ticket.id, one, by=None, now=now)
    session.commit()

    later = now + timedelta(seconds=1)
    assert slips.reprint(session, ticket, by=clerk, now=later) is slips.newest(session, ticket)
    assert len(all_slips(session)) == 1


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "network://", "network://h:0", "network://h:99999", "usb://4b8:e15",
                "file:///etc/passwd", "network://h:9100/x"],
)  # fmt: skip
def test_an_address_that_is_none_is_told(client, session, device, address):
    device("kiosk-1", DeviceKind.KIOSK, "")
    sign_in(client, make_officer(session, Role.ADMIN))

    form = {"printer-kiosk-1": address, "paper_mm-kiosk-1": "80"}
    answer = client.post("/administration/devices/kiosk-1/printer", data=form)

    assert answer.status_code == 422
    assert session.scalars(select(Change)).all() == []


def test_the_printer_of_a_device_is_set_with_its_history(client, session, device):
    device("kiosk-1", DeviceKind.KIOSK, "")
    sign_in(client, make_officer(session, Role.ADMIN))

    form = {"printer-kiosk-1": "usb://04b8:0e15", "paper_mm-kiosk-1": "58"}
    client.post("/administration/devices/kiosk-1/printer", data=form)

    changed = {(c.field, c.before, c.after) for c in session.scalars(select(Change))}
    assert changed == {("printer", "", "usb://04b8:0e15"), ("paper_mm", "80", "58")}
