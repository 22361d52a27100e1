"""The council never sees personal data: every page, every file and every message, as it is served.

Cases whose every private field carries a mark are put into the register, all editions that the
council reads are really rendered, and a member then asks for whatever the application serves.
"""

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from agencies.appeals import Appeal, Applicant
from agencies.errors import Invalid
from agencies.notices import Notice
from agencies.staff import Role
from reception import deliveries
from reception.deliveries import Links
from reports import composing, dossier, editions, mailing, periods, personal, releases
from reports.editions import Edition
from tests.make import bearer, make_officer, make_token, sign_in
from tests.reports.proposing import NOW, in_force
from tests.reports.register import add_case

MARKS = ("Жасырынов", "850101100012", "7011234567", "Құпиякөше", "жасырынсөз", "qupiya@",
         "құпияжауап", "құпияжоба")  # fmt: skip
"""Name, number, phone, address, words, e-mail, answer and draft."""
ENDLESS = frozenset(["/api/v1/events"])
"""A stream; `tests/api/test_stream.py` holds that it carries codes only."""
BY_SECRET_LINK = ("/a/", "/t/", "/booking/", "/check/", "/kiosk/ticket/", "/open311/v2/tokens/")
"""Opened by the key that only the person has, whoever asks."""
WITHOUT_DATA = ("/_parts", "/static/", "/voice/")
READ = ("2026-10", "2026-Q3", "2026")


@pytest.fixture
def register(session: Any) -> Any:
    """The proposal that was made of it; every case has the marks."""
    for n in range(25):
        case = add_case(session, f"2026-10-{n + 1:02} 04:00", applicant=_person(n),
                        address=f"{MARKS[3]} 7", first="2026-10-28 04:00",
                        answered="2026-10-28 04:00" if n % 2 else None)  # fmt: skip
        case.text = MARKS[4]
        for claim in case.claims:
            claim.text, claim.answer, claim.draft = MARKS[4], MARKS[6], MARKS[7]
    made = in_force(session, on=date(2026, 11, 23))
    releases.publish_ended(session, now=NOW)
    session.commit()
    return made


def a_number(session: Any) -> str:
    return str(session.scalars(select(Appeal.number).where(Appeal.text == MARKS[4])).first())


def _person(n: int) -> Applicant:
    return Applicant(
        name=f"{MARKS[0]} Сынақ", iin_index=n.to_bytes(4, "big"), iin_mask=MARKS[1],
        phone=f"+{MARKS[2]}", address=f"{MARKS[3]} 7", email=f"{MARKS[5]}example.kz",
    )  # fmt: skip


def made(session: Any, name: str) -> Edition:
    """An edition of the period, really rendered."""
    asked = editions.request(session, periods.parse(name), language="kk", by=None, now=NOW)
    session.commit()
    assert asked.figure_set is not None
    files = composing.render(asked.figure_set, "kk")
    return kept(session, asked, files.read, files.kept, files.workbook)


def made_dossier(session: Any, proposal: Any) -> Edition:
    asked = editions.request_dossier(session, proposal, language="kk", by=None, now=NOW)
    session.commit()
    files = dossier.render_both(session, proposal, "kk")
    return kept(session, asked, files.read, files.kept, b"")


def kept(session: Any, asked: Edition, read: bytes, archive: bytes, workbook: bytes) -> Edition:
    assert editions.next_to_render(session, now=NOW) is asked
    editions.keep(asked, read, kept=archive, workbook=workbook, now=NOW)
    session.commit()
    return asked


def told_in(content: bytes) -> str:
    """Every word of a file: the text, what stands about it, and the files inside it."""
    if content.startswith(b"%PDF"):
        file = PdfReader(io.BytesIO(content))
        inside = [told_in(one) for found in file.attachments.values() for one in found]
        about = file.trailer["/Root"]["/Metadata"].get_data().decode()
        pages = [page.extract_text() for page in file.pages]
        return "\n".join([*pages, *inside, about, str(file.metadata)])
    if content.startswith(b"PK"):
        with ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    plain = content.decode(errors="replace")
    return json.dumps(json.loads(plain), ensure_ascii=False) if plain[:1] in ("{", "[") else plain


def marks_in(text: str) -> list[str]:
    """Also where a line or a thousands' space breaks the word."""
    joined = re.sub(r"[\s\u00ad-]", "", text)
    return [mark for mark in MARKS if mark in joined]


def addresses(app: Any, known: dict[str, list[Any]]) -> Iterator[str]:
    """Each address that can be asked for by GET, with every value that fits its places."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.rule in ENDLESS:
            continue
        if rule.rule.startswith((*BY_SECRET_LINK, *WITHOUT_DATA)):
            continue
        names = sorted(rule.arguments)
        for values in product(*(known.get(name, [1, "x"]) for name in names)):
            path = rule.rule
            for name, value in zip(names, values, strict=True):
                path = re.sub(rf"<(?:[^:<>]*:)?{name}>", str(value), path)
            yield path


def test_no_page_file_or_call_shows_a_member_of_the_council_anything_of_a_person(
    client: Any, session: Any, register: Any
) -> None:
    number = a_number(session)
    issued = [made(session, name).id for name in READ] + [made_dossier(session, register).id]
    member = sign_in(client, make_officer(session, Role.COUNCIL))
    neighbour = bearer(make_token(session, Role.COUNCIL))
    opened, files = set(), set()

    for address in dict.fromkeys(addresses(client.application, known(number, register, issued))):
        told = member.get(address, headers=neighbour if address.startswith("/api/") else {})
        assert told.status_code != 500, address
        found = marks_in(told_in(told.data) + str(told.headers))
        assert found == [], (address, found)
        if told.status_code == 200:
            opened.add(address)
            if told.mimetype.startswith("application/") or told.mimetype == "text/csv":
                files.add(address)

    every = {f"/reports/editions/{n}{end}" for n in issued for end in (".pdf", "/archive.pdf")}
    assert every <= files
    assert len([one for one in files if one.endswith("/figures.xlsx")]) == len(READ)
    assert {"/council", "/proposals", "/reports", "/figures", "/reports/2026-10"} <= opened
    assert f"/proposals/{register.number}/evidence.csv" in files
    assert f"/workspace/appeals/{number}" not in opened
    assert f"/api/v1/appeals/{number}" not in opened


def known(number: str, proposal: Any, issued: list[int]) -> dict[str, list[Any]]:
    """Values that stand in addresses, by the name of their place."""
    return {
        "number": [number, proposal.number, 1], "period": ["2026-10", "2026-09"],
        "edition_id": issued, "version": [1], "slug": ["loss"], "officer_id": [1],
        "code": ["housing", "housing-general"], "day": ["2026-11-20"], "step": ["write"],
        "hall": ["almaty"], "subject": ["desks"], "attachment_id": [1], "form": ["json"],
        "language": ["kk"],
    }  # fmt: skip


def test_no_message_about_a_report_or_a_proposal_tells_of_a_person(
    client: Any, session: Any, register: Any
) -> None:
    mailing.subscribe(session, make_officer(session, Role.COUNCIL), email="a@b.kz", language="kk")
    asked = editions.request(session, periods.parse("2026-10"), language="kk", by=None, now=NOW)
    session.commit()
    edition = kept(session, asked, b"%PDF-1.7 x", b"", b"")
    keeper = sign_in(client, make_officer(session, Role.ANALYST))
    keeper.post(f"/reports/editions/{edition.id}/issue")
    keeper.post(f"/reports/editions/{edition.id}/withdraw", data={"reason": "Санында қате бар."})
    session.expire_all()
    notices = session.scalars(select(Notice).order_by(Notice.id)).all()

    assert {notice.kind for notice in notices} == {mailing.ISSUED, mailing.WITHDRAWN}
    links = Links("x" * 32, "http://hall.test", seal=None)  # type: ignore[arg-type]
    for notice in notices:
        parcel = deliveries.worded(session, notice, links=links)
        assert "2026-10" in parcel.text
        assert marks_in(f"{parcel.subject}{parcel.text}{notice.particulars}") == []


@pytest.mark.parametrize("words", ["ЖСН 850101100012", "+7 701 123 45 67", "a.b@example.kz"])
def test_what_the_council_is_told_in_words_is_refused_where_it_names_a_person(words: str) -> None:
    with pytest.raises(Invalid):
        personal.must_be_free(f"Тұрғын {words} сұрайды.", field="words")


def test_the_marks_are_in_the_register_and_are_seen_by_those_who_work_on_the_case(
    client: Any, session: Any, register: Any
) -> None:
    """So the tests above are able to fail."""
    own = bearer(make_token(session, Role.OFFICER))

    told = client.get(f"/api/v1/appeals/{a_number(session)}", headers=own)

    assert told.status_code == 200
    assert MARKS[4] in marks_in(told_in(told.data))
