"""What an applicant does by the secret link: every step once, with what was typed kept."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from agencies import hearings, redress, resolution, routing, terms
from agencies.appeals import Appeal, ClaimStatus
from agencies.attachments import Attachment
from agencies.complaints import Complaint
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed
from agencies.notices import Notice
from agencies.redress import Rating, Review
from agencies.sealing import link_key
from agencies.staff import Role
from tests.make import SECRET_KEY, make_appeal, make_officer, sign_in

REACHED = {"name": "Ерлан Тасқынбаев", "phone": "+77010000001"}


def path(appeal):
    return f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}"


def send(client, appeal, verb, ordinal=1, files=None, **values):
    fields = {f"{verb}-{ordinal}-{name}": value for name, value in values.items()}
    data = fields | ({"files": files} if files else {})
    return client.post(f"{path(appeal)}/claims/{ordinal}/{verb}?lang=en", data=data)


def page(client, appeal):
    return client.get(f"{path(appeal)}?lang=en").text


def kinds(session, appeal):
    session.expire_all()
    return [entry.kind for entry in appeal.journal]


def test_what_was_asked_for_is_shown_with_its_article_and_added(client, session, now):
    officer = make_officer(session, Role.OFFICER)
    appeal = make_appeal(session, status="in_work", officer=officer)
    claim = appeal.claims[0]
    hearings.ask_documents(
        session, claim, until=claim.due_on, what="Үй кітапшасы", law=terms.law(session),
        by=officer, now=now,
    )  # fmt: skip
    session.commit()
    asked = page(client, appeal)

    empty = send(client, appeal, "documents", words=" ")
    answer = send(
        client, appeal, "documents", words="Міне, кітапша.",
        files=[(BytesIO(b"%PDF-1.4\n%%EOF"), "kitap.pdf")],
    )  # fmt: skip

    assert "Үй кітапшасы" in asked
    assert "64(5)" in asked
    assert empty.status_code == 422
    assert answer.status_code == 302
    assert kinds(session, appeal)[-2:] == ["documents_added", "attached"]
    assert appeal.claims[0].documents_by is None
    assert session.scalars(select(Attachment.name)).all() == ["kitap.pdf"]


def test_a_hostile_file_is_explained_and_the_words_are_kept(client, session):
    appeal = make_appeal(session, status="in_work")

    answer = send(
        client, appeal, "documents", words="Қосымша", files=[(BytesIO(b"MZ\x90"), "a.pdf")]
    )

    assert answer.status_code == 422
    assert "Қосымша" in answer.text
    assert "documents_added" not in kinds(session, appeal)


def test_the_preliminary_decision_is_read_and_answered(client, session, now):
    officer = make_officer(session, Role.OFFICER)
    appeal = make_appeal(session, status="in_work", officer=officer)
    claim = appeal.claims[0]
    hearings.hear(
        session, claim, on=claim.due_on, decision="Бас тарту көзделген.", law=terms.law(session),
        by=officer, now=now,
    )  # fmt: skip
    session.commit()

    shown = page(client, appeal)
    send(client, appeal, "view", view="Келіспеймін, құжат бар.")

    assert "Бас тарту көзделген." in shown
    assert kinds(session, appeal)[-1] == "heard"
    assert appeal.claims[0].heard_at is not None
    assert "Send my view" not in page(client, appeal)


def test_a_claim_is_taken_back_only_when_that_is_confirmed(client, session):
    appeal = make_appeal(session, status="in_work")

    unsure = send(client, appeal, "withdraw")
    assert unsure.status_code == 422
    assert send(client, appeal, "withdraw", sure="yes").status_code == 302

    assert kinds(session, appeal)[-1] == "withdrawn"
    assert appeal.status is ClaimStatus.WITHDRAWN
    sign_in(client, make_officer(session, "clerk"))
    case = client.get(f"/workspace/appeals/{appeal.number}?lang=ru").text
    assert "Отозвано заявителем по секретной ссылке." in case
    assert send(client, appeal, "withdraw", sure="yes").status_code == 409


def test_a_good_rating_is_kept_and_asks_nobody(client, session):
    appeal = make_appeal(session, status="answered")

    wrong = send(client, appeal, "rating", score="9", agrees="")
    done = send(client, appeal, "rating", score="5", agrees="yes", words="Рақмет")
    again = send(client, appeal, "rating", score="1", agrees="no")

    assert (wrong.status_code, done.status_code, again.status_code) == (422, 302, 409)
    [rating] = session.scalars(select(Rating)).all()
    assert (rating.score, rating.words) == (5, "Рақмет")
    assert session.scalars(select(Review)).all() == []
    assert "You rated this answer with 5." in page(client, appeal)


@pytest.mark.parametrize(("score", "agrees"), [("2", "yes"), ("4", "no")])
def test_a_poor_rating_or_a_disagreement_opens_a_review(client, session, score, agrees):
    appeal = make_appeal(session, status="closed")

    send(client, appeal, "rating", score=score, agrees=agrees, words="Шам әлі жанбайды")

    [review] = session.scalars(select(Review)).all()
    assert review.target_on.isoformat() == "2026-11-30"
    assert "looks at the answer again" in page(client, appeal)


def test_after_fourteen_days_a_rating_comes_too_late(client, session, clock):
    appeal = make_appeal(session, status="answered")
    clock.advance(days=14, minutes=1)

    assert "Rate the answer" not in page(client, appeal)
    assert send(client, appeal, "rating", score="1", agrees="no").status_code == 409


def test_a_wrongly_closed_case_is_opened_again_and_the_agency_sees_it(client, session, clock):
    """Closed but not fixed is another outcome, and the first answer leaves its trace."""
    officer = make_officer(session, Role.OFFICER)
    head = make_officer(session, Role.HEAD)
    appeal = make_appeal(session, status="closed", officer=officer, head=head, applicant=REACHED)
    send(client, appeal, "rating", score="1", agrees="no", words="Жанбайды")
    supervisor = make_officer(session, Role.SUPERVISOR)
    sign_in(client, supervisor)
    reviews = client.get("/workspace/reviews?lang=en").text
    claim = appeal.claims[0]
    case = f"/workspace/appeals/{appeal.number}"

    clock.advance(minutes=5)
    client.post(
        f"{case}/claims/{claim.id}/reopen",
        data={f"reopen-{claim.id}-reason": "Шам жөнделмеген."},
    )

    assert appeal.number in reviews
    assert "Жанбайды" in reviews
    assert kinds(session, appeal)[-1] == "reopened"
    assert claim.status is ClaimStatus.IN_WORK
    assert (claim.reopenings, claim.answer, claim.answered_at) == (1, "", None)
    assert claim.due_on.isoformat() == "2026-12-14"
    [notice] = session.scalars(select(Notice).where(Notice.kind == "claim_reopened")).all()
    assert notice.particulars["due_on"] == "2026-12-14"
    assert "Шам ауыстырылды." in client.get(case).text, "the first answer stays in the story"
    assert "No review waits" in client.get("/workspace/reviews?lang=en").text


def test_who_decided_does_not_review_and_an_answer_may_stand(client, session, now):
    head = make_officer(session, Role.HEAD)
    other = make_officer(session, Role.HEAD, name="Ләззат Өмірзақова")
    appeal = make_appeal(session, status="answered", head=head)
    send(client, appeal, "rating", score="1", agrees="no")
    session.expire_all()
    claim = appeal.claims[0]

    with pytest.raises(NotAllowed):
        redress.uphold(session, claim, explanation="Дұрыс.", by=head, now=now)
    redress.uphold(session, claim, explanation="Дұрыс, 5-тармақ.", by=other, now=now)
    session.commit()

    assert kinds(session, appeal)[-1] == "review_decided"
    assert "Дұрыс, 5-тармақ." in page(client, appeal)


def test_a_complaint_is_a_case_of_its_own_with_its_own_clock_and_another_decider(
    client, session, now
):
    officer, head = make_officer(session, Role.OFFICER), make_officer(session, Role.HEAD)
    appeal = make_appeal(session, status="answered", officer=officer, head=head, applicant=REACHED)

    assert send(client, appeal, "complaint", text="").status_code == 422
    assert send(client, appeal, "complaint", text="Жауаппен келіспеймін.").status_code == 302
    assert send(client, appeal, "complaint", text="Тағы да.").status_code == 409

    session.expire_all()
    [bound] = session.scalars(select(Complaint)).all()
    complaint = bound.appeal
    assert (complaint.kind, complaint.policy_code) == ("complaint", "C2026-J")
    assert complaint.due_on.isoformat() == "2026-12-22"
    assert complaint.applicant.phone == REACHED["phone"]
    assert complaint.applicant_id != appeal.applicant_id
    assert complaint.number in page(client, appeal)
    told = session.scalars(select(Notice).where(Notice.kind == "appeal_registered")).all()
    assert f"appeal/{complaint.number}" in {notice.about for notice in told}
    claim = complaint.claims[0]
    routing.route(session, claim, to=agency_by_code(session, "housing"), by=head, now=now)
    with pytest.raises(NotAllowed, match="own decision"):
        resolution.take(claim, by=officer, now=now)
    with pytest.raises(Invalid) as wrong:
        resolution.assign(session, claim, to=officer, by=head, now=now)
    assert "this person's decision" in wrong.value.fields["to"]
    session.commit()
    sign_in(client, make_officer(session, "supervisor"))
    for one, other in ((appeal, complaint), (complaint, appeal)):
        case = client.get(f"/workspace/appeals/{one.number}").text
        assert f'href="/workspace/appeals/{other.number}"' in case
    resolution.take(claim, by=make_officer(session, Role.OFFICER), now=now)
    with pytest.raises(NotAllowed, match="own decision"):
        resolution.draft_answer(
            session, claim, text="Дұрыс.", outcome="explained", by=officer, now=now
        )


def test_silence_can_be_complained_of(client, session, clock):
    appeal = make_appeal(session, status="in_work")
    before = send(client, appeal, "complaint", text="Жауап жоқ.")
    appeal.claims[0].deemed_refused_on = appeal.claims[0].due_on + timedelta(days=1)
    session.commit()

    assert before.status_code == 409
    assert send(client, appeal, "complaint", text="Жауап жоқ.").status_code == 302


def test_a_wrong_key_or_claim_changes_nothing(client, session):
    appeal = make_appeal(session, status="in_work")

    assert client.post("/a/abc/claims/1/withdraw").status_code == 404
    assert send(client, appeal, "withdraw", ordinal=7, sure="yes").status_code == 404
    assert session.scalars(select(Appeal)).one().status is ClaimStatus.IN_WORK


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_forms_speak_the_readers_language(client, session, lang):
    shown = client.get(f"{path(make_appeal(session, status='answered'))}?lang={lang}").text

    word = {"kk": "Жауапты бағалау", "ru": "Оценить ответ", "en": "Rate the answer"}[lang]
    assert word in shown
