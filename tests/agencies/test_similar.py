"""Similar appeals: by words, place and time, within rights; clusters on one object."""

import math
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from agencies import similar
from agencies.places import Nearness
from agencies.similar import Asked
from tests.make import make_appeal, make_officer

LIFT = "Лифт не работает третий день, пожилые люди не могут подняться на девятый этаж"


@pytest.fixture(autouse=True)
def _fresh_statistics(session):
    """PostgreSQL may have looked at the appeals of other tests of the run."""
    session.execute(sql("DELETE FROM pg_statistic WHERE starelid = 'appeal'::regclass"))
    session.commit()
    similar.forget()
    yield
    similar.forget()


@pytest.fixture
def clerk(session):
    return make_officer(session)


def numbers(found):
    return [one.number for one in found]


def lodged(session, text, **more):
    return make_appeal(session, text=text, language=more.pop("language", "ru"), **more)


def test_the_same_matter_in_other_words_is_found(session, clerk, now):
    told = lodged(session, "В нашем доме не работает лифт, третий день поднимаемся пешком")
    lodged(session, "Прошу разъяснить порядок получения пособия")

    found = similar.similar(session, Asked(LIFT, "ru"), officer=clerk, now=now)

    assert numbers(found) == [told.number]
    assert "лифт" in found[0].words


def test_forms_of_a_kazakh_word_meet(session, clerk, now):
    told = lodged(session, "Көшеде шамдар жанбайды, түнде қараңғы", language="kk")

    found = similar.similar(
        session, Asked("Түнде көшедегі шам жанбай тұр, қараңғы", "kk"), officer=clerk, now=now
    )

    assert numbers(found) == [told.number]


def test_the_nearer_place_stands_first(session, clerk, now):
    far = lodged(session, LIFT, address="Сатпаева, 9")
    near = lodged(session, LIFT, address="Абай даңғылы, 52")

    found = similar.similar(session, Asked(LIFT, "ru", "Абая 52"), officer=clerk, now=now)

    assert numbers(found) == [near.number, far.number]
    assert [one.nearness for one in found] == [Nearness.HOUSE, Nearness.ELSEWHERE]
    assert [one.same_object for one in found] == [True, False]


def test_what_lies_long_ago_is_another_matter(session, clerk, now):
    lodged(session, LIFT, now=now - timedelta(days=similar.DAYS + 1))
    recent = lodged(session, LIFT, now=now - timedelta(days=similar.DAYS - 1))

    assert numbers(similar.similar(session, Asked(LIFT, "ru"), officer=clerk, now=now)) == [
        recent.number
    ]


def test_an_agency_is_told_only_of_what_it_may_read(session, now):
    own = lodged(session, LIFT, status="routed", agency="housing")
    lodged(session, LIFT, status="routed", agency="police")
    officer = make_officer(session, "officer", agency="housing")

    assert numbers(similar.similar(session, Asked(LIFT, "ru"), officer=officer, now=now)) == [
        own.number
    ]
    for role in ("council", "analyst"):
        stranger = make_officer(session, role)
        assert similar.similar(session, Asked(LIFT, "ru"), officer=stranger, now=now) == []


def test_an_appeal_is_not_like_itself(session, clerk, now):
    appeal, other = lodged(session, LIFT), lodged(session, LIFT)

    assert numbers(similar.like(session, appeal, officer=clerk, now=now)) == [other.number]


def test_appeals_on_one_object_gather_in_the_order_of_time(session, clerk, now):
    first = lodged(session, LIFT, address="Абая 52", now=now - timedelta(days=9))
    second = lodged(session, "Лифт стоит, почините", address="ул. Абая, д. 52")
    lodged(session, "Лифт стоит, почините", address="ул. Абая, д. 54")
    lodged(session, "Яма на дороге", address="Абая 52")
    third = lodged(session, "Абай даңғылы, 52 үй: лифт жүрмейді, лифт тоқтап тұр", language="kk")

    found = similar.about_the_same(session, second, officer=clerk, now=now)

    assert numbers(found) == [first.number, third.number]


def test_two_languages_meet_on_one_house_by_the_topic(session, clerk, now):
    kazakh = lodged(session, "Абай даңғылы, 52 үй, жеделсаты жүрмейді", language="kk")
    russian = lodged(session, "Абая 52, стоит лифт")
    russian.subject = kazakh.subject
    session.commit()

    found = similar.about_the_same(session, russian, officer=clerk, now=now)

    assert numbers(found) == [kazakh.number]


def test_a_copy_without_a_place_is_the_same_object(session, clerk, now):
    appeal, copy = lodged(session, LIFT), lodged(session, LIFT + ".")

    assert numbers(similar.about_the_same(session, appeal, officer=clerk, now=now)) == [copy.number]


def test_a_weight_is_the_logarithm_of_how_rare_the_word_is():
    shares = {"лифт": 0.01, "в": 1.0, "дом": 0.25, "и": 1.2}
    rarity = similar.Rarity(shares, least=0.005, appeals=1000)

    for stem in (*shares, "жеделсаты"):
        of_all = min(rarity.share(stem), 1.0)
        assert rarity.weight(stem) == math.log(1 / of_all) + 0.05


@pytest.mark.parametrize("text", ["", " ", "!", "'\\ & | :* ()", "а" * 5000, "и в на"])
def test_a_clumsy_text_finds_nothing_and_breaks_nothing(session, clerk, now, text):
    lodged(session, LIFT)

    assert similar.similar(session, Asked(text), officer=clerk, now=now) == []


def test_a_common_word_alone_is_no_likeness(session, clerk, now):
    for number in range(30):
        lodged(session, f"Не работает устройство {number}")
    told = lodged(session, "Не работает лифт")
    session.execute(sql("ANALYZE appeal"))
    session.commit()

    found = similar.similar(session, Asked("Не работает лифт", "ru"), officer=clerk, now=now)

    assert found[0].number == told.number
    assert found[0].score > 0.9
    assert all(one.score < 0.9 for one in found[1:])


def test_one_statement_finds_them(session, clerk, now, statements):
    lodged(session, LIFT)
    similar.similar(session, Asked(LIFT, "ru"), officer=clerk, now=now)

    with statements() as seen:
        similar.similar(session, Asked(LIFT, "ru"), officer=clerk, now=now)

    assert len(seen) == 1


def test_every_question_is_planned_for_its_own_words(session, clerk, now):
    """A plan that the server keeps for all words took a hundred times as long for some."""
    for _ in range(5):
        similar.similar(session, Asked(LIFT, "ru"), officer=clerk, now=now)
        session.execute(sql("SELECT 1"))

    kept = session.scalars(sql("SELECT statement FROM pg_prepared_statements")).all()
    assert "SELECT 1" in kept
    assert not any("tsvector_to_array" in statement for statement in kept)
