"""Texts of people as routing, search and duplicates read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.texts import fold, normalised, words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Кoше жарығы,\nЖАНБАЙДЫ!!! ", "коше жарығы жанбайды"),
        ("Ёлка — не убрана", "елка не убрана"),
        ("kóshede sý joq", "көшеде су жоқ"),
        ("Wi-Fi жоқ", "wi fi жоқ"),
        ("manager's accounts", "managers accounts"),
        ("№5 үй, 12-пәтер", "no5 үй 12 пәтер"),
        ("_a_%b%", "a b"),
        ("", ""),
    ],
)
def test_a_text_is_one_line_of_plain_words(text, line):
    assert normalised(text) == line


def test_a_word_folds_the_same_from_every_keyboard():
    assert fold("Қала") == fold("кала") == fold("qala") == "кала"
    assert fold("iшкi") == fold("ішкі") == "ишки"


def test_stems_meet_whatever_the_keyboard_the_ending_and_the_script():
    assert words("Көшелерде шамдар жанбайды") == ["коше", "шам", "жан"]
    assert words("Кошедеги шам жанбайды") == ["коше", "шам", "жан"]
    assert words("kóshede shamdar janbaıdy") == ["коше", "шам", "жан"]


def test_a_kazakh_word_in_a_russian_text_is_stemmed_as_kazakh():
    assert words("Не убирают көшелерді") == ["не", "убира", "коше"]


def test_the_language_may_be_told():
    assert words("шамдар", "kk") == ["шам"]
    assert words("шамдар", "ru") == ["шамдар"]


@given(st.text(max_size=80))
def test_any_text_is_read(text):
    line = normalised(text)

    assert line == line.strip()
    assert "  " not in line
    assert len(words(text)) == len(line.split())
    assert len(fold(text)) == len(line)


@given(st.text("абвгдеёжзийклмнопрсу әғқңөұүһі,.-", max_size=60))
def test_a_normalised_text_stays_as_it_is(text):
    assert normalised(normalised(text)) == normalised(text)
