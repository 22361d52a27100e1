"""Taking an appeal in: nobody is refused, nothing is lost, nothing happens twice."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.staff import Role
from tests.make import FICTIONAL_IIN, make_appeal, make_officer, make_ticket, sign_in

TEXT = "Үйде жылу жоқ, батареялар суық, пәтер иелері кооперативі жауап бермейді."


@pytest.fixture
def clerk(client, session):
    officer = make_officer(session, Role.CLERK)
    sign_in(client, officer)
    return officer


def form(**changes: str) -> dict[str, str]:
    return {
        "kind": "complaint", "language": "kk", "channel": "desk", "text": TEXT, "name": "",
        "iin": "", "phone": "", "email": "", "home": "", "district": "auezov",
        "address": "8-ықшам аудан, 24", "ticket": "", "idempotency_key": "k" * 32,
    } | changes  # fmt: skip


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(Appeal))


def test_an_appeal_without_a_number_or_a_name_is_registered(client, session, clerk):
    answer = client.post("/intake", data=form())

    appeal = session.scalars(select(Appeal)).one()
    assert answer.location.endswith(f"/appeals/{appeal.number}/registered")
    assert appeal.applicant is None
    assert appeal.received_by_id == clerk.id


def test_the_page_after_it_shows_number_term_link_and_suggestions(client, session, clerk):
    answer = client.post("/intake?lang=en", data=form(), follow_redirects=True)

    appeal = session.scalars(select(Appeal)).one()
    assert appeal.number in answer.text
    assert "http://hall.test/a/" in answer.text
    assert "<svg" in answer.text
    assert "Words that speak for it" in answer.text
    assert "reject" not in answer.text.lower()


def test_a_wrong_number_is_explained_and_everything_is_kept(client, session, clerk):
    answer = client.post(
        "/intake?lang=en", data=form(iin="850101100013", name="Ерлан", phone="123")
    )

    assert answer.status_code == 422
    assert "The check digit does not fit" in answer.text
    assert "Write the number as +7" in answer.text
    assert "850101100013" in answer.text
    assert TEXT in answer.text
    assert "Ерлан" in answer.text
    assert count(session) == 0


@pytest.mark.parametrize(
    ("lang", "said"),
    [("kk", "мәтінін жазыңыз"), ("ru", "Напишите текст"), ("en", "Write the text")],
)
def test_what_is_missing_is_said_in_the_readers_language(client, clerk, lang, said):
    answer = client.post(f"/intake?lang={lang}", data=form(text=""))

    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#text"' in answer.text


def test_the_same_form_sent_twice_is_one_appeal(client, session, clerk):
    first = client.post("/intake", data=form())
    again = client.post("/intake", data=form(text=TEXT + " Тағы."))

    assert first.location == again.location
    assert count(session) == 1


def test_a_form_that_was_mended_keeps_its_key(client, session, clerk):
    client.post("/intake", data=form(iin="1"))
    mended = client.post("/intake", data=form(iin=""))

    assert mended.status_code == 302
    assert count(session) == 1


def test_claims_are_taken_apart_and_empty_ones_left_out(client, session, clerk):
    client.post("/intake", data=form(**{"claim-1": "Жылу", "claim-3": "Лифт", "claim-2": "  "}))

    claims = session.scalars(select(Claim).order_by(Claim.ordinal)).all()
    assert [(claim.ordinal, claim.text) for claim in claims] == [(1, "Жылу"), (2, "Лифт")]


def test_the_number_tells_birth_date_sex_and_earlier_appeals(client, session, clerk):
    earlier = make_appeal(session)

    answer = client.post("/intake/person?lang=en", data={"iin": FICTIONAL_IIN})

    assert "Jan 1885" in answer.text or "January 1885" in answer.text
    assert "male" in answer.text
    assert earlier.number in answer.text
    assert FICTIONAL_IIN not in answer.text


def test_an_officer_is_told_only_of_appeals_of_the_agency(client, session):
    earlier = make_appeal(session)
    sign_in(client, make_officer(session, Role.OFFICER, agency="social"))

    answer = client.post("/intake/person?lang=en", data={"iin": FICTIONAL_IIN})

    assert earlier.number not in answer.text


def test_a_wrong_number_is_explained_at_once(client, clerk):
    answer = client.post("/intake/person?lang=en", data={"iin": "123"})

    assert "exactly 12 digits" in answer.text
    assert "can be registered without it" in answer.text


def test_suggestions_come_with_their_reasons(client, clerk):
    answer = client.post("/intake/suggestions?lang=en", data={"text": TEXT, "language": "kk"})

    assert "because of:" in answer.text


@pytest.mark.parametrize("text", ["", "аб", "zzz zzz zzz zzz zzz"])
def test_no_suggestion_is_no_error(client, clerk, text):
    assert client.post("/intake/suggestions", data={"text": text}).status_code == 200


@pytest.mark.parametrize("ticket", ["0", "999999", "x", "²", "9" * 40])
def test_an_unknown_visit_does_not_stand_in_the_way(client, clerk, ticket):
    assert client.get("/intake", query_string={"ticket": ticket}).status_code == 200


def test_the_visit_remembers_the_appeal(client, session, clerk):
    ticket = make_ticket(session)

    page = client.get(f"/intake?ticket={ticket.id}")
    client.post("/intake", data=form(ticket=str(ticket.id)))

    session.refresh(ticket)
    assert ticket.label in page.text
    assert ticket.appeal_id == session.scalars(select(Appeal.id)).one()


def test_a_person_chooses_the_agency_and_a_second_press_changes_nothing(client, session, clerk):
    appeal = make_appeal(session)
    address = f"/appeals/{appeal.number}/claims/{appeal.claims[0].id}/route"

    for _ in range(2):
        answer = client.post(address, data={"agency": "housing"})

    session.expire_all()
    assert answer.status_code == 302
    assert appeal.claims[0].status is ClaimStatus.ROUTED
    assert [entry.kind for entry in appeal.journal] == ["registered", "routed"]


def test_no_agency_chosen_is_told_beside_the_claim(client, session, clerk):
    appeal = make_appeal(session)

    answer = client.post(
        f"/appeals/{appeal.number}/claims/{appeal.claims[0].id}/route?lang=en", data={"agency": ""}
    )

    assert answer.status_code == 422
    assert "Choose an agency from the list." in answer.text


def test_hostile_characters_are_harmless(client, session, clerk):
    client.post("/intake", data=form(text="a\x00<script>b</script>", name="\x00"))

    appeal = session.scalars(select(Appeal)).one()
    page = client.get(f"/appeals/{appeal.number}/registered")
    assert appeal.text == "a<script>b</script>"
    assert "<script>b" not in page.text


def test_similar_appeals_stand_beside_the_form_while_it_is_typed(client, session, clerk):
    earlier = make_appeal(session, text=TEXT, address="Абай даңғылы, 52")

    told = client.post(
        "/intake/suggestions?lang=en",
        data={"text": TEXT, "language": "kk", "address": "Абая 52", "district": ""},
    )

    assert earlier.number in told.text
    assert "the same object" in told.text


def test_matching_life_situations_are_shown_before_the_appeal_is_sent(client, given, clerk):
    told = client.post(
        "/intake/suggestions?lang=ru",
        data={"text": "Аварийное дерево во дворе", "language": "ru", "address": "", "district": ""},
    )

    assert "/guide/dangerous-tree-in-yard" in told.text


def test_nothing_of_dictation_is_there_unless_the_hall_wants_it(
    client, app, settings, session, clerk, monkeypatch
):
    without = client.get("/intake?lang=en")
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, dictation=True))
    wanted = client.get("/intake?lang=en")

    assert "Dictate" not in without.text
    assert "dictation.js" not in without.text
    assert "microphone=()" in without.headers["Permissions-Policy"]
    assert "some browsers send the voice to the servers of their maker" in wanted.text


def test_whom_it_complains_of_and_special_data_are_said_at_intake(client, session, clerk):
    official = make_officer(session, Role.HEAD, login="bastyq", name="Қарсы Басшы")
    shown = client.get("/intake").text
    assert "Қарсы Басшы, " in shown
    wrong = client.post("/intake", data=form(iin="1", complained_of="bastyq", special="health"))

    assert '<option value="bastyq" selected>' in wrong.text
    assert '<option value="health" selected>' in wrong.text
    client.post("/intake", data=form(complained_of="bastyq", special="health"))

    appeal = session.scalars(select(Appeal)).one()
    assert [one.officer_id for one in appeal.complained_of] == [official.id]
    assert (appeal.special, appeal.claims[0].special) == ("health", True)
    kinds = [entry.kind for entry in appeal.journal]
    assert kinds == ["registered", "special_marked", "official_named"]
    sign_in(client, official)
    assert client.get(f"/workspace/appeals/{appeal.number}").status_code == 404


def test_what_does_not_fit_of_it_is_said_beside_its_field(client, session, clerk):
    answer = client.post("/intake?lang=en", data=form(complained_of="nobody", special="x"))

    assert answer.status_code == 422
    assert 'href="#special"' in answer.text
    assert 'href="#complained_of"' in client.post(
        "/intake", data=form(complained_of="nobody")
    ).text  # fmt: skip
    assert count(session) == 0


def test_whoever_takes_in_a_complaint_about_themselves_is_told_its_number(client, session, clerk):
    answer = client.post("/intake?lang=en", data=form(complained_of=clerk.login))

    assert answer.location.endswith("/intake")
    number = session.scalars(select(Appeal.number)).one()
    assert f"Registered under number {number}" in client.get("/intake?lang=en").text


def test_words_of_special_data_are_pointed_out_beside_the_form(client, session, clerk):
    answer = client.post("/intake/suggestions?lang=en", data={"text": "Ребёнку инвалиду отказали"})

    assert "Special personal data?" in answer.text
    assert "(Disability)" in answer.text


def test_an_officer_who_takes_it_in_names_nobody(client, session):
    official = make_officer(session, Role.HEAD)
    sign_in(client, make_officer(session, Role.OFFICER))

    assert 'name="complained_of"' not in client.get("/intake").text
    assert client.post("/intake", data=form(complained_of=official.login)).status_code == 403
