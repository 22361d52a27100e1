"""Whoever needs the matter and not the person reads no number by which a person is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from agencies.readings import CardReading, Sight
from agencies.veiling import hides, veil
from tests.make import bearer, make_appeal, make_officer, make_token, sign_in

CARD, ACCOUNT, PHONE = "4400 4301 2345 6789", "KZ86125KZT5004100100", "8 (701) 987-65-43"
IIN, EMAIL = "850101100012", "erlan.taskyn@example.kz"
SECRETS = (IIN, "987-65-43", "4400 4301", "125KZT50041001", "erlan.taskyn")
LETTER = f"ЖСН {IIN}, тел. {PHONE}, карта {CARD}, шот {ACCOUNT}, пошта {EMAIL}. Шам жанбайды."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ЖСН 850101100012, үй 12", "ЖСН 850101••••12, үй 12"),
        ("ИИН 850101 100012.", "ИИН 850101••••12."),
        ("тел. +7 701 987 65 43", "тел. •••43"),
        ("8(701)987-65-43 звонить вечером", "•••43 звонить вечером"),
        ("850101 100 012; 850 101 100 012", "850101••••12; 850101••••12"),
        ("77019876543, 7 701 987 65 43", "•••43, •••43"),
        ("+7.701.987.65.43 және +7  701 987 65 43", "•••43 және •••43"),
        ("701 987 65 43; 7019876543", "•••43; •••43"),
        ("+7 727 250 12 34, 8 727 2501234, 250-12-34", "•••34, •••34, •••34"),
        ("+998 90 123 45 67, 8 916 123-45-67", "•••67, •••67"),
        ("карта 4400430123456789 или 4400-4301-2345-6789", "карта •••• 6789 или •••• 6789"),
        ("шот KZ86125KZT5004100100", "шот KZ•••00"),
        ("удостоверение № 012345678 от 2015 года", "удостоверение № •••78 от 2015 года"),
        ("жеке куәлігім №012345678", "жеке куәлігім №•••78"),
        ("пишите: a.b-c@example.kz!", "пишите: a•••@example.kz!"),
    ],
)
def test_numbers_of_persons_inside_a_free_text_are_masked(written, read):
    assert veil(written) == read
    assert hides(written)


@pytest.mark.parametrize(
    "written",
    [
        "Счёт 12345678901234567890",
        "Абай, 150/230; OA-2026-000123; 23.11.2026",
        "Кадастр 20-315-030-123-45, 12 500 000 тенге",
        "маршрут 112, 09:30-18:00, приказ № 336 от 05.08.2025",
    ],
)
def test_a_number_of_a_thing_stays_as_it_was_written(written):
    assert veil(written) == written
    assert not hides(written)


@given(st.text(alphabet="0123456789 +-()@.кKZa\n•", max_size=80))
def test_masking_what_is_masked_changes_nothing(written):
    assert veil(veil(written)) == veil(written)


@given(
    st.from_regex(r"\A[а-яәі ]{0,20}\Z"),
    st.sampled_from(["850101100012", "77019876543", "4400430123456789"]),
    st.from_regex(r"\A[ ,.;а-я]{0,20}\Z"),
)
def test_a_number_is_never_left_whole_whatever_stands_around_it(before, number, behind):
    assert number not in veil(before + number + behind)


@pytest.mark.parametrize("applicant", [{"name": "Ерлан Тасқынбаев"}, {}])
def test_nobody_is_shown_the_numbers_of_a_letter_on_any_page_before_giving_a_reason(
    session, client, applicant
):
    appeal = make_appeal(session, status="answered", text=LETTER, applicant=applicant)
    appeal.claims[0].answer = LETTER
    session.commit()
    number = appeal.number

    for role in ("clerk", "officer", "head", "supervisor", "admin"):
        sign_in(client, make_officer(session, role))
        for path in (f"/workspace/appeals/{number}", f"/appeals/{number}/registered",
                     f"/appeals/{number}/talon", f"/appeals/{number}/protocol",
                     f"/workspace?q={number}", f"/workspace/appeals/{number}/similar"):  # fmt: skip
            told = client.get(path)
            assert told.status_code == 200, path
            assert [one for one in SECRETS if one in told.text] == [], (role, path)


def test_the_api_masks_the_numbers_in_every_text_of_an_appeal(session, client):
    appeal = make_appeal(session, status="in_work", text=LETTER, claims=[LETTER, "Лифт."])
    claim = appeal.claims[0]
    claim.answer, claim.rule_cited, claim.remedy, claim.lesson = (LETTER,) * 4
    session.commit()

    for role in ("clerk", "officer", "head", "supervisor", "admin"):
        token = bearer(make_token(session, role))
        told = client.get(f"/api/v1/appeals/{appeal.number}", headers=token)
        assert told.status_code == 200
        assert told.json["text"] == veil(LETTER)
        assert [one for one in SECRETS if one in str(told.json)] == [], role


@pytest.mark.parametrize("applicant", [{"name": "Ерлан Тасқынбаев"}, {}])
def test_whoever_needs_the_numbers_opens_them_with_a_reason_that_stays(session, client, applicant):
    """Also those of an anonymous letter, which has no card."""
    appeal = make_appeal(session, status="in_work", text=LETTER, applicant=applicant)
    sign_in(client, make_officer(session, "officer"))

    refused = client.post(f"/workspace/appeals/{appeal.number}/card", data={"reason": ""})
    opened = client.post(
        f"/workspace/appeals/{appeal.number}/card", data={"reason": "Қоңырау шалу үшін"}
    )

    assert refused.status_code == 422
    assert IIN not in refused.text
    assert all(one in opened.text for one in SECRETS)
    kept = session.scalars(select(CardReading).where(CardReading.sight == Sight.CARD)).all()
    assert [row.reason for row in kept] == ["Қоңырау шалу үшін"]
    session.refresh(appeal)
    assert appeal.journal[-1].kind == "card_revealed"


def test_a_letter_without_numbers_or_card_offers_nothing_to_open(session, client):
    appeal = make_appeal(session, status="in_work", text="Шам жанбайды.", applicant={})
    sign_in(client, make_officer(session, "officer"))

    page = client.get(f"/workspace/appeals/{appeal.number}").text

    assert f"/appeals/{appeal.number}/card" not in page
