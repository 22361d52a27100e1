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
    for sentences in product(["Лифт стоит.", "Светофор!", "Үй?", "1)", "украли", "а\nб"], repeat=3):
        text = " ".join(sentences)
        found = splitting.split(words, text, day=DAY)
        kept = sorted(word for part in found for word in part.text.split() if word != "1)")
        assert not found or kept == sorted(word for word in text.split() if word != "1)"), text
