"""A joint reply: one agency leads, gathers the answers of all, and lets one letter leave."""

from datetime import datetime, time, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from agencies import leading, resolution, terms
from agencies.appeals import Appeal
from agencies.calendar import ALMATY
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.notices import Notice
from agencies.sealing import link_key
from agencies.staff import Role
from reception import letters
from reception.documents import Document, DocumentKind
from reception.letters import letter_html
from tests.make import SECRET_KEY, make_appeal, make_officer, sign_in


@pytest.fixture
def people(session):
    """Officer and head of each agency, by its code."""
    return {
        code: (make_officer(session, Role.OFFICER, agency=code),
               make_officer(session, Role.HEAD, agency=code))
        for code in ("housing", "police")
    }  # fmt: skip


def joint_appeal(session, people, now, *, answered=True, **draft):
    """Housing has the first claim, the police the second."""
    draft = {"claims": ["Шам жанбайды.", "Аулада шу."]} | draft
    appeal = make_appeal(session, status="in_work", now=now, **draft)
    appeal.claims[1].agency = agency_by_code(session, "police")
    for claim in appeal.claims if answered else appeal.claims[:1]:
        answer(session, claim, people, now)
    session.commit()
    return appeal


def answer(session, claim, people, now):
    officer, head = people[claim.agency.code]
    resolution.draft_answer(
        session, claim, text="Шара қолданылды.", outcome="satisfied", by=officer, now=now
    )
    resolution.approve(session, claim, by=head, now=now)


def case(appeal):
    return f"/workspace/appeals/{appeal.number}"


def letter_link(appeal):
    return f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}/letter.pdf"


def test_the_agency_of_the_first_claim_leads_until_the_reception_names_another(
    client, session, people, now
):
    appeal = joint_appeal(session, people, now)
    clerk = make_officer(session, Role.CLERK)
    sign_in(client, clerk)

    before = client.get(f"{case(appeal)}?lang=en").text
    wrong = client.post(f"{case(appeal)}/lead?lang=en", data={"lead-0-agency": "akimat-medeu"})
    client.post(f"{case(appeal)}/lead", data={"lead-0-agency": "police"})
    after = client.get(f"{case(appeal)}?lang=en").text

    assert "the agency of the first claim" in before
    assert wrong.status_code == 422
    assert "Choose one of the agencies that have a claim here." in wrong.text
    assert "named by the reception" in after
    session.refresh(appeal)
    entry = appeal.journal[-1]
    assert (entry.kind, entry.by_id, entry.payload) == (
        "lead_named", clerk.id, {"agency": "police"}
    )  # fmt: skip


def test_an_agency_does_not_name_the_lead_itself(session, people, now):
    appeal = joint_appeal(session, people, now)

    with pytest.raises(NotAllowed):
        leading.name_lead(session, appeal, code="police", by=people["police"][1], now=now)


def test_a_lead_whose_claim_went_elsewhere_leads_no_more(session, people, now):
    appeal = joint_appeal(session, people, now, claims=["Бір.", "Екі.", "Үш."], answered=False)
    supervisor = make_officer(session, Role.SUPERVISOR)
    leading.name_lead(session, appeal, code="police", by=supervisor, now=now)
    reply = leading.reply_of(session, appeal)
    named = leading.lead_of(appeal, reply).code

    appeal.claims[1].agency = agency_by_code(session, "transport_roads")
    session.flush()

    assert (named, leading.lead_of(appeal, reply).code) == ("police", "housing")


def test_one_agency_alone_has_no_joint_reply(client, session, people, now):
    appeal = make_appeal(session, status="answered", claims=["Бір.", "Екі."], now=now)
    sign_in(client, people["housing"][0])

    assert "Joint reply" not in client.get(f"{case(appeal)}?lang=en").text
    answered = client.post(f"{case(appeal)}/joint-reply?lang=en", data={"reply-0-opening": ""})
    assert answered.status_code == 409


def test_the_letter_leaves_through_the_lead_once_every_agency_has_answered(
    client, session, people, now
):
    appeal = joint_appeal(session, people, now, answered=False, applicant={
        "name": "Ерлан Тасқынбаев", "phone": "+77010000001"})  # fmt: skip
    officer, head = people["housing"]
    with pytest.raises(WrongStatus):
        leading.prepare(session, appeal, opening="", by=officer, now=now)
    session.rollback()
    answer(session, appeal.claims[1], people, now)
    session.commit()

    kept_back = client.get(letter_link(appeal)).status_code
    sign_in(client, officer)
    client.post(f"{case(appeal)}/joint-reply", data={"reply-0-opening": "Құрметті Ерлан!"})
    sign_in(client, head)
    client.post(f"{case(appeal)}/joint-reply/send")
    session.refresh(appeal)

    assert kept_back == 404
    assert [e.kind for e in appeal.journal][-2:] == ["joint_prepared", "joint_sent"]
    assert client.get(letter_link(appeal)).status_code in (200, 202)
    assert session.scalar(select(Notice).where(Notice.kind == "joint_sent")) is not None
    assert "Has left" in client.get(f"{case(appeal)}?lang=en").text


def test_the_letter_names_the_lead_and_begins_with_its_words(app, session, people, now):
    appeal = joint_appeal(session, people, now, language="ru")
    leading.prepare(
        session, appeal, opening="Рассмотрено совместно.", by=people["housing"][0], now=now
    )
    session.commit()

    with app.app_context():
        document = Document(appeal=appeal, kind=DocumentKind.LETTER, language="ru")
        page = letter_html(document)

    assert page.index("Рассмотрено совместно.") < page.index("Шам жанбайды.")
    assert "Совместный ответ органов" in page


def test_only_the_lead_prepares_and_signs_and_the_others_see_it(client, session, people, now):
    appeal = joint_appeal(session, people, now)
    leading.prepare(session, appeal, opening="Бірлесіп қаралды.", by=people["housing"][0], now=now)
    session.commit()
    length = appeal.journal_length
    sign_in(client, people["police"][1])

    seen = client.get(f"{case(appeal)}?lang=en").text
    tried = [
        client.post(f"{case(appeal)}/joint-reply", data={"reply-0-opening": "Біз"}).status_code,
        client.post(f"{case(appeal)}/joint-reply/send").status_code,
    ]
    client.post(f"/appeals/{appeal.number}/signature", data={"container": (BytesIO(b"x"), "a")})

    assert "Бірлесіп қаралды." in seen
    assert "The lead agency prepares and signs the joint reply." in seen
    assert "Container of the electronic signature" not in seen
    assert tried == [403, 403]
    session.refresh(appeal)
    assert appeal.journal_length == length


def test_the_lead_reads_the_joint_letter_before_it_leaves_and_it_has_the_day_of_sending(
    app, client, session, people, now
):
    appeal, (officer, head) = joint_appeal(session, people, now), people["housing"]
    leading.prepare(session, appeal, opening="", by=officer, now=now)
    session.commit()
    sign_in(client, head)
    preview, later = f"/appeals/{appeal.number}/letter-preview", now + timedelta(days=1)

    before = client.get(f"{case(appeal)}?lang=en").text
    assert preview in before
    assert client.get(preview).status_code == 200
    assert "The answer as a letter (PDF)" not in before
    leading.send(session, appeal, by=head, now=later)
    session.commit()

    with app.app_context():
        assert letters.letter_of(session, appeal, terms.law(session)).answered_at == later
    assert "The answer as a letter (PDF)" in client.get(f"{case(appeal)}?lang=en").text
    assert client.get(preview).status_code == 404


def test_who_prepared_the_reply_does_not_let_it_leave(client, session, people, now):
    appeal = joint_appeal(session, people, now)
    head = people["housing"][1]
    leading.prepare(session, appeal, opening="", by=head, now=now)
    session.commit()
    sign_in(client, head)

    assert "Let the joint reply leave" not in client.get(f"{case(appeal)}?lang=en").text
    assert client.post(f"{case(appeal)}/joint-reply/send").status_code == 403


def test_an_answer_given_anew_asks_for_another_reply(session, people, now):
    appeal = joint_appeal(session, people, now)
    officer, head = people["housing"]
    leading.prepare(session, appeal, opening="", by=officer, now=now)
    leading.send(session, appeal, by=head, now=now)
    left = leading.is_out(session, appeal, now=now)

    appeal.answered_at = now + timedelta(hours=1)
    session.flush()

    assert left
    assert not leading.is_out(session, appeal, now=now)
    with pytest.raises(WrongStatus):
        leading.send(session, appeal, by=head, now=now)


def test_a_slow_lead_makes_no_letter_late(session, people, now):
    appeal = joint_appeal(session, people, now)
    last_day = datetime.combine(appeal.due_on, time(9), ALMATY)

    assert not leading.is_out(session, appeal, now=last_day - timedelta(days=1))
    assert leading.is_out(session, appeal, now=last_day)


def test_another_lead_begins_with_an_empty_page(session, people, now):
    appeal = joint_appeal(session, people, now)
    leading.prepare(session, appeal, opening="Біздің сөз.", by=people["housing"][0], now=now)
    leading.name_lead(
        session, appeal, code="police", by=make_officer(session, Role.SUPERVISOR), now=now
    )
    reply = leading.reply_of(session, appeal)

    assert (reply.opening, reply.prepared_at) == ("", None)
    with pytest.raises(NotAllowed):
        leading.prepare(session, appeal, opening="", by=people["housing"][0], now=now)
    with pytest.raises(Invalid):
        leading.prepare(session, appeal, opening="ә" * 4001, by=people["police"][0], now=now)


def test_the_lead_finds_the_reply_it_owes_among_its_reminders(client, session, people, now):
    appeal = joint_appeal(session, people, now)
    seen = {}
    for code, (officer, _) in people.items():
        sign_in(client, officer)
        seen[code] = appeal.number in client.get("/workspace/reminders").text

    assert seen == {"housing": True, "police": False}
    leading.prepare(session, appeal, opening="", by=people["housing"][0], now=now)
    leading.send(session, appeal, by=people["housing"][1], now=now)
    session.commit()
    sign_in(client, people["housing"][0])
    assert appeal.number not in client.get("/workspace/reminders").text


def test_the_applicant_reads_who_leads(client, session, people, now):
    appeal = joint_appeal(session, people, now)
    link = letter_link(appeal).removesuffix("/letter.pdf")

    page = client.get(f"{link}?lang=en").text

    assert "The answers are gathered in one joint letter." in page
    assert "letter.pdf" not in page
    assert session.get(Appeal, appeal.id).answered_at is not None
