"""A whole case on one paper: what its reader sees on the page, and nothing kept from them."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from agencies import attachments, hearings, joint_work, minutes, recusing, tasks, terms
from agencies.directory import agency_by_code
from agencies.minutes import Minutes
from agencies.readings import CardReading, Sight
from reception import case_papers, case_prints
from reception.case_prints import CasePrint
from reception.pages import papers
from reports import pdf
from tests.agencies.files import PDF
from tests.make import FICTIONAL_IIN, make_appeal, make_officer, sign_in
from workers.tasks.papers import render_documents

REASON = "Сот сұрауы, 2026 жылғы 20 қараша, № 3-17"
TEXT = "Шатырдан су ағады, телефоным 8 701 234 56 78."


@pytest.fixture
def head(session):
    return make_officer(session, "head")


@pytest.fixture
def appeal(session, head, settings, now):
    """With a claim of another agency, a file, an opinion and a task."""
    made = make_appeal(session, status="in_work", text=TEXT, claims=["Шатыр.", "Дауыс."], now=now)
    made.claims[1].agency = agency_by_code(session, "police")
    attachments.attach(session, made, "шатыр.pdf", PDF, folder=settings.data, by=head, now=now)
    joint_work.ask_opinion(
        session, made.claims[0], of=agency_by_code(session, "police"), until=made.claims[0].due_on,
        question="Шатырды кім жөндейді?", by=head, now=now,
    )  # fmt: skip
    tasks.add(session, made.claims[0], to=head, words="Үйге бару", due_on=made.claims[0].due_on,
              by=head, now=now)  # fmt: skip
    session.commit()
    return made


def asked(client, appeal, reason=REASON, lang="kk", **form):
    path = f"/appeals/{appeal.number}/print?lang={lang}"
    return client.post(path, data={"print-reason": reason} | form)


def page_of(session):
    return case_papers.case_html(session.scalars(select(CasePrint)).one())


@pytest.mark.parametrize(
    ("language", "heading"),
    [("kk", "Істің қозғалысы"), ("ru", "Движение дела"), ("en", "Movements of the case")],
)
def test_the_paper_tells_the_whole_case_in_the_language_of_its_reader(
    app, session, client, appeal, head, language, heading
):
    sign_in(client, head)
    address = asked(client, appeal, lang=language).location
    with app.app_context():
        render_documents()

    given = client.get(address)
    file = PdfReader(io.BytesIO(given.data))
    words = " ".join(" ".join(page.extract_text() for page in file.pages).split())
    assert given.mimetype == "application/pdf"
    assert (file.root_object["/Lang"], file.root_object["/MarkInfo"]["/Marked"]) == (language, True)
    assert appeal.number in file.metadata.title
    for told in (heading, "Шатырдан су ағады", "Шатырды кім жөндейді?", "Үйге бару", "шатыр.pdf"):
        assert told in words, told
    digest = session.scalars(select(attachments.Attachment.digest)).one()
    assert digest in words.replace(" ", "")


def test_the_minutes_of_a_hearing_are_put_on_paper(app, session, client, appeal, head, now):
    claim = appeal.claims[0]
    hearings.hear(
        session, claim, on=claim.due_on, decision="Бас тарту.", law=terms.law(session), by=head,
        now=now,
    )  # fmt: skip
    said = Minutes("representative", "writing", "objects", "Түбіртектерді ескеруді сұрады.")
    minutes.record(session, claim, said, by=head, now=now)
    session.commit()
    sign_in(client, head)
    asked(client, appeal, lang="ru")

    with app.app_context():
        page = page_of(session)

    assert "представитель заявителя, письменно. Итог: возражение" in page
    assert page.count("Түбіртектерді ескеруді сұрады.") == 2, "in the story, and in what was said"


def test_who_asked_and_why_stands_in_the_journal_and_among_the_readings(
    session, client, appeal, head
):
    sign_in(client, head)
    asked(client, appeal)

    session.expire_all()
    reading = session.scalars(select(CardReading).where(CardReading.sight == Sight.ARCHIVE)).one()
    assert (reading.officer_id, reading.reason) == (head.id, REASON)
    assert [entry.kind for entry in appeal.journal][-1] == "printed"


def test_numbers_of_persons_are_masked_unless_the_card_was_opened_for_it(
    app, session, client, appeal, head
):
    sign_in(client, head)
    asked(client, appeal)
    with app.app_context():
        masked = page_of(session)
    session.query(CasePrint).delete()
    asked(client, appeal, **{"print-whole": "yes"})
    with app.app_context():
        whole = page_of(session)

    assert FICTIONAL_IIN not in masked
    assert "234 56 78" not in masked
    assert FICTIONAL_IIN in whole
    assert "234 56 78" in whole
    session.expire_all()
    assert [entry.kind for entry in appeal.journal][-2:] == ["card_revealed", "printed"]


def test_another_agency_reads_no_joint_work_of_ours(app, session, client, appeal):
    sign_in(client, make_officer(session, "officer", agency="police"))
    asked(client, appeal)
    with app.app_context():
        page = page_of(session)

    assert "Үйге бару" not in page
    assert "Шатырды кім жөндейді?" not in page


def test_nobody_else_is_given_the_paper_and_nobody_who_is_kept_from_the_case(
    app, session, client, appeal, head, now
):
    sign_in(client, head)
    address = asked(client, appeal).location
    sign_in(client, make_officer(session, "head"))
    assert client.get(address).status_code == 404

    session.expire_all()
    recusing.name_official(
        session, appeal, head.id, by=make_officer(session, "supervisor"), now=now
    )
    session.commit()
    with app.app_context():
        render_documents()
    sign_in(client, head)
    assert client.get(address).status_code == 404
    assert session.scalars(select(CasePrint)).all() == []


def test_without_a_reason_or_a_right_nothing_is_put_on_paper(session, client, appeal, head):
    sign_in(client, head)
    assert asked(client, appeal, reason=" ").location.endswith("#print")
    sign_in(client, make_officer(session, "clerk"))
    assert asked(client, appeal).status_code == 403
    assert "print-reason" not in client.get(f"/workspace/appeals/{appeal.number}").text
    assert session.scalars(select(CasePrint)).all() == []


def test_a_paper_is_forgotten_after_a_day(session, client, appeal, head, now):
    sign_in(client, head)
    asked(client, appeal)

    case_prints.forget(session, now=now + timedelta(hours=23))
    assert session.scalars(select(CasePrint)).all()
    case_prints.forget(session, now=now + timedelta(hours=25))
    assert not session.scalars(select(CasePrint)).all()


def test_a_letter_with_signs_that_no_font_has_is_put_on_paper_all_the_same(
    app, session, client, head
):
    appeal = make_appeal(session, status="in_work", text="Рақмет 🙏 және 𓀀 белгісі")
    sign_in(client, head)
    asked(client, appeal)
    with app.app_context():
        assert pdf.render(page_of(session)).startswith(b"%PDF")


def test_whoever_left_the_waiting_page_finds_the_paper_on_the_case(
    client, session, appeal, head, clock, monkeypatch
):
    monkeypatch.setattr(papers, "PATIENCE_S", 0.0)
    sign_in(client, head)
    address = asked(client, appeal).location

    soon = client.get(f"{address}?lang=en").text
    clock.moment += timedelta(seconds=31)
    late = client.get(f"{address}?lang=en").text

    assert ("takes longer than usual" in soon, "takes longer than usual" in late) == (False, True)
    assert f'href="{address}"' in client.get(f"/workspace/appeals/{appeal.number}").text
