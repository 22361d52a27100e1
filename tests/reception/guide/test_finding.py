"""A situation is found by a person's own words, in three languages, typos included."""

from reception import guide
from reception.guide import finding

ASKED = [
    ("I lost my job", "en", "i-lost-my-job"),
    ("потерял работу", "ru", "i-lost-my-job"),
    ("жұмысымнан айырылып қалдым", "kk", "i-lost-my-job"),
    ("жумысымнан айырылдым", "ru", "i-lost-my-job"),
    ("потерял роботу", "ru", "i-lost-my-job"),
    ("dangerous tree", "en", "dangerous-tree-in-yard"),
    ("аварийное дерево во дворе", "kk", "dangerous-tree-in-yard"),
    ("стерилизация кошек", "ru", "pet-sterilisation"),
    ("паспортт алу", "kk", "obtain-passport"),
    ("pasport", "en", "obtain-passport"),
    ("gfcgjhn", "ru", "obtain-passport"),
    ("ПАРКОВКА ШТРАФ!!!", "ru", "parking-fine"),
]


def test_own_words_lead_to_the_situation(given, clock):
    for words, language, slug in ASKED:
        found = [one.slug for one in guide.search(given, words, language=language, most=3)]
        assert slug in found, words


def test_nothing_near_is_nothing(given, clock):
    for words in ("", "   ", "\0", "!?", "%%%", "щщщъъъщщщ", "a" * 5000):
        assert guide.search(given, words) == [], words


def test_the_title_is_in_the_language_asked_for(given, clock):
    assert guide.search(given, "passport", language="ru")[0].title == "Получение паспорта"


def test_a_change_is_found_at_once(session, enter, clock):
    enter()
    assert guide.search(session, "umbrella") == []
    clock.advance(seconds=1)
    enter(slug="umbrella", title={"en": "Lost umbrella"})

    assert [one.slug for one in guide.search(session, "umbrella")] == ["umbrella"]


def test_an_index_serves_until_something_changes(session, enter, clock, statements):
    enter()
    guide.search(session, "keys")

    with statements() as seen:
        guide.search(session, "keys", most=1)

    assert len(seen) == 1


def test_words_typed_with_latin_keys_are_read_as_cyrillic():
    assert finding.retyped("gfcgjhn") == "паспорт"


def test_the_kiosk_finds_situations_beside_the_services_before_a_ticket_is_taken(given, client):
    page = client.get("/kiosk", query_string={"q": "паспорт", "lang": "ru"}).text

    assert 'href="/kiosk/guide/obtain-passport"' in page
    assert "/kiosk/guide/" not in client.get("/kiosk?lang=ru").text


def test_unasked_only_what_the_text_plainly_speaks_of_is_offered(given, clock):
    def offered(text: str) -> list[str]:
        return [one.slug for one in finding.offered(given, text, language="ru", most=3)]

    assert offered("Штраф за парковку, не согласен") == ["parking-fine"]
    for text in ("протекает крыша в подъезде", "мусор не вывозят", "паспорт", "хочу жаловаться"):
        assert offered(text) == [], text
