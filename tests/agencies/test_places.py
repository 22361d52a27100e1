"""District, street and house are read from plain words in three languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies import places
from agencies.places import Nearness, Place


@pytest.mark.parametrize(
    ("text", "street", "house"),
    [
        ("Абай даңғылы, 52 үй, лифт жүрмейді", "abay", "52"),
        ("во дворе дома на Абая 52", "abay", "52"),
        ("lift at Abay Avenue 52", "abay", "52"),
        ("Төле би көшесіндегі 12 үй", "tole-bi", "12"),
        ("ул. Толе би, д. 12", "tole-bi", "12"),
        ("пр-т Аль-Фараби 77/1", "al-farabi", "77"),
        ("Жібек жолы, 5", "zhibek-zholy", "5"),
        ("Аксай-4, дом 15", "аксай 4", "15"),
        ("Қабанбай батыр көшесі 77а", "kabanbay", "77а"),
        ("на улице Кленовой нет света", "кленов", ""),
    ],
)
def test_a_street_is_found_in_any_language(text, street, house):
    found = places.read(text)

    assert (found.street, found.house) == (street, house)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Медеу ауданында шам жанбайды", "medeu"),
        ("в Бостандыкском районе нет света", "bostandyk"),
        ("no light in Turksib district", "turksib"),
        ("Орбита-2 мкр, сынған скамейка", "bostandyk"),
        ("между Медеуским районом и Алмалинским районом", ""),
        ("улица Ауэзова, 3", ""),
        ("Шам жанбайды", ""),
    ],
)
def test_a_district_is_found_by_its_name_or_by_a_part_of_it(text, district):
    assert places.read(text).district == district


def test_what_a_person_chose_counts_before_the_words():
    assert places.read("в Медеуском районе", district="almaly").district == "almaly"


@pytest.mark.parametrize("text", ["Алатау қаласында жол жоқ", "город Алатау", "city of Alatau"])
def test_the_city_of_alatau_is_not_the_district(text):
    found = places.read(text)

    assert found.other_city
    assert found.district == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("яма на проспекте Абая", "main"),
        ("Абай даңғылындағы шұңқыр", "main"),
        ("pothole on Al-Farabi Avenue", "main"),
        ("яма во дворе на проспекте Абая", "local"),
        ("ауламызда шұңқыр", "local"),
        ("pothole in our yard", "local"),
        ("яма на дороге", ""),
    ],
)
def test_a_yard_is_local_and_an_avenue_is_a_main_street(text, found):
    assert places.read(text).street_class == found


@pytest.mark.parametrize(
    ("one", "other", "nearness"),
    [
        ("Абая 52", "Абай даңғылы 52", Nearness.HOUSE),
        ("Абая 52", "улица Абая", Nearness.STREET),
        ("Абая 52", "Абая 54", Nearness.ELSEWHERE),
        ("Абая 52", "Сатпаева 52", Nearness.ELSEWHERE),
        ("Медеуский район", "Алмалинский район", Nearness.ELSEWHERE),
        ("Медеуский район", "шам жоқ", Nearness.UNKNOWN),
    ],
)
def test_two_places_are_near_or_surely_apart(one, other, nearness):
    assert places.read(one).nearness(places.read(other)) is nearness
    assert places.read(other).nearness(places.read(one)) is nearness


STREETS = (
    "ул улица улице пр проспект көшесі даңғылы street ave абая абай кленовая лес толе би батыр "
    "12 52а дом үй д алатау город орбита 2 шам жоқ т на улитка стрелка"
)


@given(st.lists(st.sampled_from(STREETS.split()), max_size=12).map(" ".join))
def test_streets_are_found_as_if_each_word_were_looked_at(text):
    def found() -> tuple[Place, object]:
        return places.read(text), places.house_of(text)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(places, "_BESIDE", re.compile(""))
        every_word = found()

    assert found() == every_word
    house = every_word[0].house and not every_word[0].other_city
    assert (every_word[1] is not None) == bool(house)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    assert isinstance(places.read(text), Place)
