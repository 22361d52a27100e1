"""Kazakh, Russian, English: who is spoken to how, and how days are told."""

from datetime import UTC, date, datetime

import pytest

from reception import language
from reception.language import (
    at_time,
    current,
    day_and_time,
    in_words,
    named,
    say,
    say_count,
    short_named,
    speaking,
)

WAITING = {code: say("Waiting", code) for code in ("kk", "ru", "en")}


class Place:
    name_kk, name_ru, name_en = "Медеу", "Медеуский", ""
    short_kk, short_ru, short_en = "Мд", "", ""


def spoken(page):
    return page.text.split('<html lang="')[1][:2]


def test_a_sentence_is_said_in_the_language_asked_for():
    assert WAITING["en"] == "Waiting"
    assert len(set(WAITING.values())) == 3


def test_where_nobody_has_chosen_kazakh_is_spoken():
    assert current() == "kk"
    assert say("Waiting") == WAITING["kk"]


def test_an_unknown_sentence_is_said_as_it_is_and_nothing_as_nothing():
    assert say("A sentence that no catalogue knows.", "kk") == "A sentence that no catalogue knows."
    assert say("", "kk") == "", "and not the head of the catalogue"


def test_values_are_put_in_after_the_translation():
    assert "OA-2026-000001" in say("Registered under number %(number)s.", "ru",
                                   number="OA-2026-000001")  # fmt: skip


def test_russian_counts_in_three_forms():
    told = [
        say_count("%(num)s visitor waits", "%(num)s visitors wait", n, language="ru", num=n)
        for n in (1, 2, 5, 11, 21)
    ]

    assert len({text.partition(" ")[2] for text in told}) == 3
    assert told[0].partition(" ")[2] == told[4].partition(" ")[2]
    assert told[2].partition(" ")[2] == told[3].partition(" ")[2]


def test_a_name_that_is_missing_is_told_in_kazakh():
    assert [named(Place(), code) for code in ("kk", "ru", "en")] == ["Медеу", "Медеуский", "Медеу"]


def test_a_short_name_that_is_missing_is_told_in_full():
    assert [short_named(Place(), code) for code in ("kk", "ru", "en")] == [
        "Мд", "Медеуский", "Медеу",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("kk", "дс, 2026 ж. 14 желтоқсан"),
        ("ru", "пн, 14 декабря 2026"),
        ("en", "Mon, 14 December 2026"),
    ],
)
def test_a_day_is_told_in_words(asked, told):
    assert in_words(date(2026, 12, 14), asked) == told


def test_a_moment_is_told_by_the_clock_of_the_hall():
    before, after = (datetime(2024, month, 29 if month == 2 else 2, 5, 7, tzinfo=UTC)
                     for month in (2, 3))  # fmt: skip

    assert at_time(before, "kk") == "11:07", "then six hours ahead"
    assert at_time(after, "kk") == "10:07"
    assert day_and_time(after, "en") == "2 March 2024, 10:07"


def test_a_paper_is_spoken_in_its_own_language_and_the_screen_in_its_own(app):
    with app.test_request_context("/?lang=ru"):
        app.preprocess_request()
        with speaking("kk"):
            inside = say("Waiting")
        outside = say("Waiting")

    assert (inside, outside) == (WAITING["kk"], WAITING["ru"])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("ru", "ru"),
        ("en-GB,en;q=0.9", "en"),
        ("kk-KZ,ru;q=0.5", "kk"),
        ("ru-RU,kk;q=0.9", "ru"),
        ("ru;q=0,en;q=0.1", "en"),
        ("*", "kk"),
        ("de,fr;q=0.8", "kk"),
        ("", "kk"),
        ("de;q=0.9, ru;q=0.3", "ru"),
    ],
)
def test_a_browser_is_answered_in_its_language_or_in_kazakh(client, header, expected):
    assert spoken(client.get("/kiosk", headers={"Accept-Language": header})) == expected


def test_a_choice_is_remembered_and_stands_before_the_browser(client):
    client.get("/kiosk?lang=ru")

    assert spoken(client.get("/kiosk", headers={"Accept-Language": "en"})) == "ru"


@pytest.mark.parametrize("asked", ["de", "", "../kk", "KK"])
def test_a_language_that_is_none_changes_nothing(client, asked):
    client.get("/kiosk?lang=en")

    assert spoken(client.get("/kiosk", query_string={"lang": asked})) == "en"


@pytest.mark.parametrize("code", ["kk", "ru"])
def test_each_package_brings_its_own_catalogue(code):
    packages = [file.parents[2].name for file in language.catalogues(code)]

    assert packages == sorted(packages)
    assert set(packages) >= {"agencies", "reception"}
