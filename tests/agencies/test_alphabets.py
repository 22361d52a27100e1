"""One way of writing for look-alike letters, Latin script and Russian keyboards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies import alphabets
from agencies.alphabets import composed, folded, from_latin, without_lookalikes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("кoше", "коше"),  # Latin o
        ("кіреберіc", "кіреберіс"),  # Latin c
        ("iстемейдi", "істемейді"),  # Latin i for the Kazakh letter
        ("HA УЛИЦE", "НА УЛИЦЕ"),  # capitals look alike where small letters do not
        ("c утра", "с утра"),  # a preposition alone
        ("Wi-Fi жоқ", "Wi-Fi жоқ"),
        ("Wі-Fі", "Wi-Fi"),  # Cyrillic і in a Latin word
        ("лифт Otis", "лифт Otis"),
        ("no water", "no water"),
    ],
)
def test_a_word_keeps_to_one_alphabet(typed, meant):
    assert without_lookalikes(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("й", "й"),  # и and a breve
        ("əкім", "әкім"),  # Latin schwa
        ("ҥала", "ңала"),  # a letter of old fonts
        ("ﬁre", "fire"),
        ("те\xadле\u200bфон", "телефон"),
    ],
)
def test_letters_of_old_fonts_become_the_usual_ones(typed, meant):
    assert composed(typed) == meant


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("qoqys jinalyp qaldy", "қоқыс жіналып қалды"),
        ("äkimdik qaida", "әкімдік қайда"),  # 2021
        ("kóshede sý joq", "көшеде су жоқ"),  # 2018
        ("ko'shede g'imarat", "көшеде ғімарат"),  # 2017
        ("zhol zhaman, zharyq zhok", "жол жаман, жарық жок"),  # everyday
        ("üy", "үй"),
    ],
)
def test_kazakh_in_latin_script_is_spelled_in_cyrillic(latin, cyrillic):
    assert from_latin(latin) == cyrillic


def test_kazakh_letters_fold_to_those_of_a_russian_keyboard():
    assert folded("әкімнің қоғамдық қоры, өңір, үй, ұл, һәм, ёлка") == (
        "акимнин когамдык коры, онир, уй, ул, хам, елка"
    )


EXCHANGED = [alphabets._VARIANTS, alphabets._FOLDED]


@pytest.mark.parametrize("letters", EXCHANGED)
@given(data=st.data())
def test_letters_are_exchanged_as_if_each_were_looked_up(letters, data):
    known = "".join(letter + other for letter, other in letters)
    text = data.draw(st.text(st.one_of(st.sampled_from(known), st.characters()), max_size=60))

    looked_up = text.translate(str.maketrans(dict(letters)))

    assert alphabets._exchanged(text, letters) == looked_up
