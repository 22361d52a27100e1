"""The letter of answer: joint, in the language of the appeal, and told from a forgery."""

import hashlib
import re
from io import BytesIO

import pytest
from sqlalchemy import select

from agencies import erasures, redress, resolution, terms
from agencies.sealing import link_key
from agencies.staff import Role
from reception import containers, documents, letters
from reception.documents import Document, DocumentKind
from reception.letters import Signature
from reception.pages import papers as pages
from tests.make import SECRET_KEY, make_appeal, make_officer, sign_in

CONTAINER = bytes.fromhex("308201") + letters.SIGNED_DATA + b"\xa0\x82" + b"\x00" * 40
LETTER = b"%PDF-1.7 letter"


@pytest.fixture
def head(client, session):
    person = make_officer(session, Role.HEAD, name="Ләззат Өмірзақова")
    sign_in(client, person)
    return person


def kept_letter(session, appeal):
    row = documents.request_document(
        session, appeal, kind=DocumentKind.LETTER, language=appeal.language,
        now=appeal.answered_at,
    )  # fmt: skip
    documents.keep(row, LETTER, now=appeal.answered_at)
    session.commit()
    return row


def check_path(app, appeal):
    with app.app_context():
        return letters.check_address(appeal).removeprefix("http://hall.test")


def test_one_letter_says_what_every_agency_decided(app, session, now):
    appeal = make_appeal(
        session, status="answered", language="ru", claims=["Темно во дворе", "Нет остановки"],
        applicant={"name": "Ерлан Тасқынбаев"}, now=now,
    )  # fmt: skip

    with app.app_context():
        page = letters.letter_html(Document(appeal=appeal, kind=DocumentKind.LETTER, language="ru"))

    for said in ("Темно во дворе", "Нет остановки", "Ерлан Тасқынбаев", "Шам ауыстырылды.",
                 "АППК, статья 92", "23 февраля 2027", "главный специалист", "<svg", 'lang="ru"',
                 check_path(app, appeal)):  # fmt: skip
        assert said in page, said


def test_the_letter_is_seen_before_it_leaves_by_those_who_write_approve_and_control_it(
    client, session, head
):
    appeal = make_appeal(session, status="in_approval", language="ru", text="Темно во дворе")
    path = f"/appeals/{appeal.number}/letter-preview"
    foreign = make_officer(session, "head", agency="police")
    appeal.claims[0].draft = "Фонарь заменён.\n12 ноября."
    session.commit()

    assert path in client.get(f"/workspace/appeals/{appeal.number}").text
    page = client.get(f"{path}?lang=en").text
    for said in ("Фонарь заменён.", "Темно во дворе", "АППК, статья 92", 'lang="ru"',
                 "A draft: nothing has left yet", "Ответ на обращение"):  # fmt: skip
        assert said in page, said
    assert session.scalars(select(Document)).all() == [], "nothing of it is kept"

    sign_in(client, foreign)
    assert client.get(path).status_code == 404
    answered = make_appeal(session, status="answered")
    sign_in(client, make_officer(session, "supervisor"))
    assert [client.get(path).status_code, client.get(path.replace(appeal.number, answered.number))
            .status_code] == [200, 404]  # fmt: skip


def test_a_joint_letter_waits_for_the_last_agency(client, session, head, now):
    appeal = make_appeal(session, status="in_approval", claims=["Бір", "Екі"])
    resolution.approve(session, appeal.claims[0], by=head, now=now)
    session.commit()

    case = client.get(f"/workspace/appeals/{appeal.number}?lang=en").text
    assert "Letter of answer" not in case
    assert client.get(f"/appeals/{appeal.number}/letter.pdf").status_code == 404


def test_the_letter_is_given_to_the_house_and_by_the_link(client, session, head, monkeypatch):
    appeal = make_appeal(session, status="answered")
    monkeypatch.setattr(pages, "PATIENCE_S", 0.0)
    link = f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}/letter.pdf"
    waiting = client.get(link)
    kept_letter(session, appeal)

    assert waiting.status_code == 202
    assert client.get(link).data == LETTER
    assert client.get(f"/appeals/{appeal.number}/letter.pdf").data == LETTER
    assert client.get("/a/abc/letter.pdf").status_code == 404


def test_a_letter_is_made_anew_when_the_answer_changes(client, session, head, now, monkeypatch):
    monkeypatch.setattr(pages, "PATIENCE_S", 0.0)
    appeal = make_appeal(session, status="answered")
    kept_letter(session, appeal)
    supervisor = make_officer(session, Role.SUPERVISOR)
    claim, later = appeal.claims[0], now.replace(hour=8)
    redress.reopen(
        session, claim, reason="Жанбайды.", law=terms.law(session), by=supervisor, now=later
    )
    resolution.draft_answer(
        session, claim, text="Жөнделді.", outcome="satisfied",
        by=make_officer(session, Role.OFFICER), now=later,
    )  # fmt: skip
    resolution.approve(session, claim, by=head, now=later)
    session.commit()

    assert client.get(f"/appeals/{appeal.number}/letter.pdf").status_code == 202


def test_anybody_with_the_letter_can_compare_it_and_sees_no_person(app, client, session):
    appeal = make_appeal(session, status="answered", applicant={"name": "Ерлан Тасқынбаев"})
    kept_letter(session, appeal)
    path = check_path(app, appeal)

    shown = client.get(f"{path}?lang=en").text
    same = client.post(f"{path}?lang=en", data={"letter": (BytesIO(LETTER), "a.pdf")}).text
    other = client.post(f"{path}?lang=en", data={"letter": (BytesIO(b"x"), "a.pdf")}).text
    nothing = client.post(f"{path}?lang=en", data={}).text

    assert hashlib.sha256(LETTER).hexdigest() in shown
    assert "Тасқынбаев" not in shown
    assert "Шам ауыстырылды." not in shown
    assert "to the last byte" in same
    assert "not the newest letter" in other
    assert "Choose the PDF" in nothing


@pytest.mark.parametrize("code", ["abc", "ә", "a" * 26])
def test_a_guessed_code_finds_nothing(client, session, code):
    appeal = make_appeal(session, status="answered")

    assert client.get(f"/check/{appeal.number}/{code}").status_code == 404


def test_a_signature_is_kept_with_its_digest_and_given_out(app, client, session, head):
    appeal = make_appeal(session, status="answered")
    document = kept_letter(session, appeal)
    where = f"/appeals/{appeal.number}/signature"

    client.post(where, data={"container": (BytesIO(b"not a container"), "a.cms")})
    client.post(where, data={"container": (BytesIO(CONTAINER), "a.cms")})

    [signature] = session.scalars(select(Signature)).all()
    assert signature.letter_digest == document.digest
    shown = client.get(check_path(app, appeal)).text
    assert hashlib.sha256(CONTAINER).hexdigest() in shown
    link = re.search(r'href="(/check/[^"]+\.cms)"', shown)[1]
    assert client.get(link).data == CONTAINER
    session.expire_all()
    assert appeal.journal[-1].payload["container"] == signature.digest


def part(tag, *content):
    joined = b"".join(content)
    return bytes([tag, 0x82]) + len(joined).to_bytes(2, "big") + joined


def container_over(letter, stated=b""):
    """As NCALayer makes it beside a file: the digest that its signer signed, and when."""
    sha256 = part(0x30, part(0x06, bytes.fromhex("608648016503040201")))
    digest = part(0x31, part(0x04, hashlib.sha256(letter).digest()))
    told = [part(0x30, part(0x06, containers.MESSAGE_DIGEST), digest)]
    moment = part(0x31, part(0x17, stated))
    told += [part(0x30, part(0x06, containers.SIGNING_TIME), moment)] if stated else []
    attributes = part(0xA0, *told)
    signer = part(0x30, part(0x02, b"\1"), part(0x30), sha256, attributes, part(0x30), part(0x04))
    data = part(0x30, part(0x06, bytes.fromhex("2a864886f70d010701")))
    signed = part(0x30, part(0x02, b"\1"), part(0x31, sha256), data, part(0x31, signer))
    return part(0x30, letters.SIGNED_DATA, part(0xA0, signed))


def test_a_container_over_another_file_or_sent_twice_is_refused(client, session, head):
    appeal = make_appeal(session, status="answered")
    kept_letter(session, appeal)

    said = []
    for letter in (b"another", LETTER, LETTER):
        data = {"container": (BytesIO(container_over(letter)), "a.cms")}
        there = client.post(f"/appeals/{appeal.number}/signature?lang=en", data=data).location
        said.append(client.get(there).text)

    assert "signs another file than this letter" in said[0]
    assert "The signature is kept" in said[1]
    assert "This container is kept already." in said[2]
    assert len(session.scalars(select(Signature)).all()) == 1


def signed(client, session, stated):
    """A letter with one container kept over it."""
    appeal = make_appeal(session, status="answered")
    kept_letter(session, appeal)
    container = container_over(LETTER, stated)
    data = {"container": (BytesIO(container), "a.cms")}
    client.post(f"/appeals/{appeal.number}/signature", data=data)
    return appeal, container


@pytest.mark.parametrize(
    ("stated", "told"),
    [(b"261123060000Z", "23 November 2026, 11:00"), (b"", "not stated in the container"),
     (b"soon", "not stated in the container")],
)  # fmt: skip
def test_a_case_lists_what_each_container_says_of_itself(client, session, head, stated, told):
    appeal, container = signed(client, session, stated)

    case = client.get(f"/workspace/appeals/{appeal.number}").text
    there = re.search(r'data-fragment="(/appeals/[^"#]+)#signatures"', case)[1]
    listed = client.get(f"{there}?lang=en").text
    link = re.search(r'href="([^"]+\.cms)"', listed)[1]

    for said in (told, hashlib.sha256(container).hexdigest(), "1 KB", "Ләззат Өмірзақова"):
        assert said in listed, said
    assert client.get(link).data == container


def test_a_container_is_given_to_nobody_who_may_not_see_the_case(client, session, head):
    appeal, _ = signed(client, session, b"")
    [kept] = session.scalars(select(Signature)).all()
    other, _ = signed(client, session, b"")
    where = f"/appeals/{other.number}/signatures/{kept.id}.cms"
    assert client.get(where).status_code == 404

    sign_in(client, make_officer(session, Role.OFFICER, agency="social"))

    assert client.get(f"/appeals/{appeal.number}/signatures").status_code == 404
    assert client.get(f"/appeals/{appeal.number}/signatures/{kept.id}.cms").status_code == 404


def test_only_a_head_signs(client, session):
    appeal = make_appeal(session, status="answered")
    sign_in(client, make_officer(session, Role.OFFICER))

    answer = client.post(f"/appeals/{appeal.number}/signature", data={})

    assert answer.status_code == 403


def test_after_an_erasure_the_link_says_so_and_a_genuine_letter_still_compares(
    app, client, session, settings, clock
):
    appeal = make_appeal(session, status="closed")
    kept_letter(session, appeal)
    erasures.erase(session, appeal, rule="appeal", folder=settings.data, now=clock.moment)
    session.commit()
    key, check = link_key(SECRET_KEY, "appeal", appeal.link_seed), check_path(app, appeal)

    tracked = client.get(f"/a/{key}?lang=en")
    same = {"letter": (BytesIO(LETTER), "letter.pdf")}
    compared = client.post(f"{check}?lang=en", data=same)
    sign_in(client, make_officer(session, "supervisor"))
    made = client.get(f"/appeals/{appeal.number}/letter.pdf")
    case = client.get(f"/workspace/appeals/{appeal.number}").text

    assert (tracked.status_code, "Your link is right" in tracked.text) == (410, True)
    assert "was erased by the rules" in compared.text
    assert "to the last byte" in compared.text
    assert made.status_code == 404
    assert "/reopen" not in case
    assert 'name="files"' not in case
