"""Appeals are found by any form of a word, in any alphabet, and only by those who may see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from agencies import appeals, search
from agencies.appeals import Appeal
from tests.make import make_appeal, make_officer


@pytest.fixture
def found(session):
    def _found(asked, officer=None):
        query = select(Appeal.number).where(search.condition(asked)).order_by(Appeal.id)
        return list(session.scalars(appeals.visible(query, officer) if officer else query))

    return _found


@pytest.mark.parametrize(
    ("text", "language", "asked"),
    [
        ("Көшелерде шамдар жанбайды", "kk", "көше шам"),
        ("Көшелерде шамдар жанбайды", "kk", "коше"),
        ("Көшелерде шамдар жанбайды", "kk", "КӨШЕДЕ"),
        ("На дорогах ямы, нет освещения", "ru", "дорога"),
        ("На дорогах ямы, нет освещения", "ru", "освещение ямы"),
        ("Подъезд, третий этаж", "ru", "подъезде"),
    ],
)
def test_a_word_is_found_in_every_form(session, found, text, language, asked):
    appeal = make_appeal(session, text=text, language=language)
    make_appeal(session, text="Лифт тұрып қалды")

    assert found(asked) == [appeal.number]


def test_every_word_must_be_there(session, found):
    make_appeal(session, text="Көшеде шам жоқ")

    assert found("шам лифт") == []


def test_words_of_a_claim_and_of_the_place_count(session, found):
    appeal = make_appeal(
        session, text="Екі мәселе", claims=["Лифт тұр", "Шам жоқ"], address="Жібек жолы, 5"
    )

    assert found("лифт") == found("жібек") == [appeal.number]


@pytest.mark.parametrize("asked", ["{n}", " {n} ", "1", "2026-1", "oa-2026-000001", "оа-2026-1"])
def test_a_number_is_found_however_short(session, found, asked):
    appeal = make_appeal(session)

    assert found(asked.format(n=appeal.number)) == [appeal.number]


def test_a_stranger_finds_nothing(session, found):
    appeal = make_appeal(session, status="routed", agency="social", text="Көшеде шам жоқ")

    assert found("шам", make_officer(session, "officer", agency="social")) == [appeal.number]
    assert found("шам", make_officer(session, "officer", agency="housing")) == []


def test_appeals_without_words_get_them_part_by_part(session, found, monkeypatch):
    monkeypatch.setattr(search, "PART", 2)
    made = [make_appeal(session, text="Көшеде шам жоқ").number for _ in range(3)]
    session.execute(update(Appeal).values(words=None))
    assert found("шам") == []

    assert [search.note_missing(session) for _ in range(3)] == [2, 1, 0]
    assert found("шам") == made


def test_no_question_makes_it_fail(session, found):
    @given(st.text(max_size=40))
    def check(asked):
        found(asked.replace("\0", ""))

    for asked in ("'", "a' | b", "& | !", "<->", ":*", "\\", "''", "%", "ё" * 500):
        found(asked)
    check()
