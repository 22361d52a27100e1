"""Who speaks for the applicant, and appeals that many signed."""

import pytest

from agencies import erasures
from agencies.errors import Invalid
from reception.drafts import AppealDraft, read
from tests.make import FICTIONAL_IIN, make_appeal, make_officer, sign_in

SPOKEN_FOR = {
    "name": "Қасқырбаева Сәуле", "representative": " Ерлан  Тасқынбаев ",
    "authority": "Сенімхат № 7", "signatories": 42,
}  # fmt: skip


def test_a_representative_is_kept_with_the_paper_that_allows_it(session):
    appeal = make_appeal(session, applicant=SPOKEN_FOR)

    person = appeal.applicant
    assert (person.representative, person.authority) == ("Ерлан Тасқынбаев", "Сенімхат № 7")


def test_a_missing_power_of_attorney_keeps_nobody_from_being_registered(session):
    appeal = make_appeal(session, applicant={"representative": "Ерлан Тасқынбаев"})

    assert appeal.number
    assert appeal.applicant.authority == ""


def test_a_collective_appeal_keeps_how_many_signed_and_one_person_to_answer(session, client):
    appeal = make_appeal(session, status="in_work", applicant=SPOKEN_FOR)
    sign_in(client, make_officer(session, "officer"))

    page = client.get(f"/workspace/appeals/{appeal.number}?lang=en").text

    assert "Signed by: 42" in page
    assert "Ерлан Тасқынбаев · Сенімхат № 7" in page


@pytest.mark.parametrize("count", [0, -3, True, "many", 10**9])
def test_a_number_of_signatures_that_cannot_be_is_told_by_field(count):
    letter = {"kind": "message", "language": "kk", "text": "Шам."}

    with pytest.raises(Invalid) as told:
        read(AppealDraft, letter | {"applicant": {"signatories": count}})

    assert set(told.value.fields) == {"applicant.signatories"}


def test_an_erasure_forgets_the_representative_too(session, now, tmp_path):
    appeal = make_appeal(session, status="closed", applicant=SPOKEN_FOR)

    erasures.erase(session, appeal, rule="appeal", folder=tmp_path, now=now)

    assert (appeal.applicant.representative, appeal.applicant.authority) == ("", "")
    assert appeal.applicant.signatories == 42, "the figure stays"


def test_the_form_takes_representative_and_signatures_and_explains_a_wrong_number(session, client):
    sign_in(client, make_officer(session))
    form = {
        "kind": "application", "language": "kk", "channel": "desk", "text": "Ауламызда шам жоқ.",
        "name": "Қасқырбаева Сәуле", "representative": "Ерлан Тасқынбаев", "signatories": "x",
        "idempotency_key": "k-rep",
    }  # fmt: skip

    wrong = client.post("/intake?lang=en", data=form)
    assert wrong.status_code == 422
    assert "Write a whole number here." in wrong.text
    assert "Ерлан Тасқынбаев" in wrong.text

    done = client.post("/intake", data=form | {"signatories": "12"})
    assert done.status_code == 302


def test_an_oral_appeal_is_printed_as_a_protocol_with_the_fields_of_the_law_for_signature(
    session, client
):
    clerk = make_officer(session)
    person = SPOKEN_FOR | {"iin": FICTIONAL_IIN, "address": "Абай даңғылы, 1"}
    appeal = make_appeal(session, by=clerk, applicant=person)
    sign_in(client, clerk)
    assert (
        f"/appeals/{appeal.number}/protocol"
        in client.get(f"/appeals/{appeal.number}/registered").text
    )

    client.get(f"/appeals/{appeal.number}/registered?lang=en")
    page = client.get(f"/appeals/{appeal.number}/protocol").text

    assert "Ауызша жолданым хаттамасы" in page, "in the language of the appeal"
    for said in ("Қасқырбаева Сәуле", FICTIONAL_IIN, "Абай даңғылы, 1", appeal.text,
                 "Ерлан Тасқынбаев", clerk.name, "63"):  # fmt: skip
        assert said in page


def test_the_protocol_shows_the_number_masked_to_whoever_did_not_write_it_down(session, client):
    appeal = make_appeal(session, status="in_work")
    sign_in(client, make_officer(session, "officer"))

    page = client.get(f"/appeals/{appeal.number}/protocol").text

    assert FICTIONAL_IIN not in page
    assert appeal.applicant.iin_mask in page
