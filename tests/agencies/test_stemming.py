"""Stems: endings come off where harmony and the first consonant agree, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.stemming import english, kazakh, russian


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        # number, possession, case, one behind the other
        ("көшелер", "коше"),
        ("көшеміздің", "коше"),
        ("көшелеріміздегі", "коше"),
        ("көшесіндегі", "коше"),
        ("ауласына", "аула"),
        ("үйлеріміздің", "уй"),
        ("жолдардағы", "жол"),
        ("пәтерімде", "патер"),
        ("адамнан", "адам"),
        ("автобуспен", "автобус"),
        # short stems
        ("судың", "су"),
        ("үйі", "уй"),
        # consonant change before a vowel
        ("кітабы", "китап"),
        ("тарағы", "тарак"),
        ("күрегі", "курек"),
        ("мектебі", "мектеп"),
        ("орталығында", "орталык"),
        ("педагогы", "педагог"),  # not in loanwords
        # a vowel that drops out
        ("ауылы", "ауыл"),
        ("аулы", "ауыл"),
        # verbs
        ("жанбайды", "жан"),
        ("істемейді", "исте"),
        ("тазаланбаған", "тазалан"),
        ("жөндеу", "жонде"),
        ("жөндейді", "жонде"),
        # typed without Kazakh letters
        ("уйлерде", "уй"),
        ("кошедеги", "коше"),
        ("тазаланбаган", "тазалан"),
        # loanwords meet the Russian stem
        ("остановкада", "остановк"),
        ("полицияға", "полиц"),
        ("лифтіні", "лифт"),
        # no ending at all
        ("аудан", "аудан"),
        ("бөлім", "болим"),
        ("доллар", "доллар"),
        ("апта", "апта"),
        ("қазақстан", "казакстан"),
    ],
)
def test_a_kazakh_word_gives_its_stem(word, stem):
    assert kazakh(word) == stem


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("қалалер", "калалер"),  # front ending, back stem
        ("көшелар", "кошелар"),
        ("үйтан", "уйтан"),  # voiceless ending after a voiced letter
        ("мектепде", "мектепде"),
    ],
)
def test_an_ending_that_does_not_agree_stays(word, stem):
    assert kazakh(word) == stem


def test_loanwords_of_both_languages_share_a_stem():
    pairs = {
        "остановкада": "остановками", "полицияның": "полицией", "автобустың": "автобусов",
        "поликлиникаға": "поликлинику", "комиссиядан": "комиссии",
    }  # fmt: skip
    assert {kazakh(kk): russian(ru) for kk, ru in pairs.items()} == {
        russian(ru): russian(ru) for ru in pairs.values()
    }


def test_russian_and_english_are_stemmed_by_snowball():
    assert [russian(w) for w in ("ямы", "ямами", "дороги", "дорогу")] == [
        "ям",
        "ям",
        "дорог",
        "дорог",
    ]
    assert [english(w) for w in ("potholes", "leaking")] == ["pothol", "leak"]


@given(st.text("абвгдежзийклмнопрстуфхцчшыіьэюяәғқңөұүһ", min_size=1, max_size=14))
def test_a_stem_never_grows_and_never_vanishes(word):
    stem = kazakh(word)

    assert stem
    assert len(stem) <= len(word) + 1, "a vowel that had dropped out comes back"
