"""Several matters in one text are proposed as claims; one matter stays whole."""

from datetime import date
from itertools import product

import pytest

from agencies import splitting
from agencies.lexicon import lexicon

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("1) Лифт жүрмейді. 2) Көшеде бағдаршам істемейді.", ["housing", "transport_roads"]),
        ("Во дворе не вывозят мусор. Кроме того, не ходит автобус 92. Спасибо.",
         ["akimat", "transport_roads"]),
        ("The lift does not work. Somebody stole my car.", ["housing", "police"]),
        ("Лифт не работает. Лифт стоит третий день. Помогите.", []),
        ("Лифт", []),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_for_different_agencies_part(session, text, kinds):
    found = splitting.split(lexicon(session), text, day=DAY)

    assert [part.kind for part in found] == kinds


def test_what_speaks_for_nobody_stays_with_the_matter_before_it(session):
    text = "Здравствуйте. Лифт стоит. Очень просим помочь. Не работает светофор."

    found = splitting.split(lexicon(session), text, day=DAY)

    assert [part.text for part in found] == [
        "Здравствуйте. Лифт стоит. Очень просим помочь.", "Не работает светофор."
    ]  # fmt: skip


def test_no_word_is_lost_by_a_split(session):
    words = lexicon(session)
    pieces = ["Лифт стоит.", "Светофор!", "Үй?", "1)", "украли", "а\nб", "дом 1.", "тел. 66 77."]
    for sentences in product(pieces, repeat=3):
        text = " ".join(sentences)
        found = splitting.split(words, text, day=DAY)
        kept = sorted(word for part in found for word in part.text.split())
        assert not found or kept == sorted(text.split()), text


def test_the_number_of_a_house_is_no_mark_of_a_list(session):
    text = (
        "Во дворе по улице Абая, дом 1. Протекает крыша. Мой тел. 8 701 555 66 77. Кроме того, "
        "на дороге ямы."
    )

    found = splitting.split(lexicon(session), text, day=DAY)

    assert " ".join(part.text for part in found) == text


@pytest.mark.parametrize("list_", ["1. %s\n2. %s", "Прошу: 1) %s 2) %s", "Үйде 1) %s 2) %s"])
def test_numbers_that_count_matters_are_left_out(session, list_):
    text = list_ % ("Лифт стоит.", "Светофор не работает.")

    found = splitting.split(lexicon(session), text, day=DAY)

    assert [part.text.removeprefix("Прошу: ").removeprefix("Үйде ") for part in found] == [
        "Лифт стоит.", "Светофор не работает.",
    ]  # fmt: skip
