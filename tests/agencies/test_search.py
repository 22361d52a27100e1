"""Appeals are found by any form of a word, in any alphabet, and only by those who may see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy import text as sql

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


@pytest.fixture
def numbered(session):
    """Appeals of these numbers, each with one of the national register."""

    def _numbered(**numbers):
        for number, national in numbers.items():
            appeal = make_appeal(session, status="routed")
            appeal.number, appeal.eotinish_number = number.replace("_", "-"), national
        session.commit()

    return _numbered


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("04123", ["OA-2026-004123", "OA-2025-104123"]),
        ("4123", ["OA-2026-004123", "OA-2025-104123"]),
        ("2026/4123", ["OA-2026-004123"]),
        ("№ 2026 4123", ["OA-2026-004123"]),
        ("4123/2026", ["OA-2026-004123"]),
        ("ОА 04123", ["OA-2026-004123", "OA-2025-104123"]),
        ("OA-2026-004123 / 2", ["OA-2026-004123"]),
        ("23", []),
        ("87654", ["OA-2026-000009"]),
        ("ЖТ-2026-00087654", ["OA-2026-000009"]),
        ("2025/87654", []),
        ("ЖТ-2026-004123", []),
    ],
)
def test_a_part_of_a_number_finds_it(found, numbered, asked, meant):
    numbered(OA_2026_004123="", OA_2025_104123="", OA_2026_000009="ЖТ-2026-00087654")

    assert found(asked) == meant


def test_a_part_of_a_number_opens_no_other_appeal(session, found, numbered):
    numbered(OA_2026_004123="")

    assert found("4123", make_officer(session, "officer", agency="social")) == []


def test_the_end_of_a_number_is_looked_up_in_an_index(session):
    session.execute(sql("SET LOCAL enable_seqscan = off"))
    query = select(Appeal.id).where(search.condition("00123"))
    told = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = session.execute(sql(f"EXPLAIN {told}".replace(":", "\\:"))).scalars().all()

    assert any("ix_appeal_number_end" in line for line in plan)


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
