"""Typical wrong doors (law.md 8.4): the lexicon alone names the right one, in three languages."""

from datetime import date

import pytest

from agencies import suggesting

DAY = date(2026, 11, 23)
CASES = {
    ("pothole avenue", "transport_roads"): (
        "Абай даңғылында үлкен шұңқыр бар",
        "На проспекте Абая большая яма",
        "There is a big pothole on Abay Avenue",
    ),
    ("pothole yard", "akimat"): (
        "Біздің аулада шұңқыр бар",
        "Во дворе нашего дома яма на проезде",
        "There is a pothole in our yard",
    ),
    ("light", "transport_roads"): (
        "Бағдаршам жұмыс істемейді, жол таңбасы өшіп қалған",
        "Не работает светофор, стёрлась разметка",
        "The traffic light is broken, the road marking is worn",
    ),
    ("neighbour builds", "architecture"): (
        "Көршім рұқсатсыз үй салып жатыр",
        "Сосед строит дом без разрешения",
        "My neighbour builds without a permit",
    ),
    ("plot", "architecture"): (
        "Көршім менің жер учаскемді басып алды",
        "Сосед захватил мой земельный участок",
        "My neighbour took my land plot",
    ),
    ("heating bill", "utilities"): (
        "Жылу үшін төлем тым жоғары келді",
        "Слишком большой счёт за отопление",
        "The heating bill is too high",
    ),
    ("leak", "housing"): (
        "Жоғарғы пәтерден су ағып жатыр, көршім су басты",
        "Соседи сверху затопили мою квартиру",
        "The flat above is leaking into my flat",
    ),
    ("pension", "tson"): (
        "Зейнетақым дұрыс есептелмеген, мөлшері аз",
        "Неправильно посчитали размер пенсии",
        "The amount of my pension is wrong",
    ),
    ("fine", "police"): (
        "Камерадан келген айыппұл дұрыс емес",
        "Пришёл неправильный штраф с камеры",
        "The camera fine is wrong",
    ),
    ("tree", "ecology"): (
        "Өз ауламдағы ағашты кесуге рұқсат керек",
        "Нужно разрешение спилить дерево у себя во дворе",
        "I need a permit to cut down a tree in my own yard",
    ),
    ("refusal tson", "tson"): (
        "ХҚКО құжатымды қабылдамады",
        "ЦОН отказал принять документы",
        "The service centre refused to accept my papers",
    ),
    ("court", "other"): (
        "Сот шешімімен келіспеймін",
        "Не согласен с решением суда",
        "I disagree with the court decision",
    ),
    ("bailiff", "other"): (
        "Сот орындаушысы шотымды бұғаттады",
        "Судебный исполнитель арестовал счёт",
        "The bailiff froze my account",
    ),
    ("school", "education"): (
        "Мектепте ақша жинап жатыр",
        "В школе собирают деньги",
        "The school collects money from parents",
    ),
    ("clinic", "health"): (
        "Емханада дәрігерге жазыла алмаймын",
        "Не могу записаться к врачу в поликлинике",
        "I cannot get an appointment with a doctor at the clinic",
    ),
    ("gas", "utilities"): (
        "Үйде газ жоқ",
        "В доме нет газа",
        "There is no gas in the house",
    ),
    ("water", "utilities"): (
        "Екі күн су жоқ",
        "Второй день нет воды",
        "No water for two days",
    ),
    ("corruption", "police"): (
        "Шенеунік пара сұрады",
        "Чиновник требует взятку",
        "The official demands a bribe",
    ),
    ("prosecutor after answer", "prosecutor"): (
        "Мемлекеттік органның әрекетсіздігіне прокуратураға шағымданамын",
        "Жалуюсь в прокуратуру на бездействие госоргана",
        "I complain to the prosecutor about the inaction of the body",
    ),
}


@pytest.mark.parametrize(
    ("agency", "text"),
    [(agency, text) for (_, agency), own in CASES.items() for text in own],
)
def test_the_right_desk_stands_first(session, agency, text):
    found = suggesting.suggest(session, text, day=DAY)

    assert found.offered[0].agency.partition("-")[0] == agency


@pytest.mark.parametrize(
    "text",
    [
        "Түнде құрылыс алаңы шулап жатыр", "Ночью шумит стройка, спать невозможно",
        "Construction noise at night",
    ],
)  # fmt: skip
def test_noise_of_a_site_at_night_is_for_police_and_building_control(session, text):
    found = suggesting.suggest(session, text, day=DAY)

    assert {one.agency for one in found.offered[:2]} == {"police", "architecture"}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("matter", ["heating bill", "court", "bailiff", "school", "clinic", "gas",
                                    "water", "fine"])  # fmt: skip
def test_what_the_hall_does_not_decide_is_explained(session, matter, language):
    text = next(own for (name, _), own in CASES.items() if name == matter)[
        ("kk", "ru", "en").index(language)
    ]

    assert suggesting.suggest(session, text, day=DAY, language=language).offered[0].advice


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("Медеу ауданында аула сыпырылмаған", "akimat-medeu"),
        ("В Бостандыкском районе не убран двор", "akimat-bostandyk"),
        ("The yard is not swept in Turksib district", "akimat-turksib"),
        ("Орбита-2, двор не убран", "akimat-bostandyk"),
    ],
)
def test_the_district_of_the_words_gives_the_akimat(session, text, agency):
    assert suggesting.suggest(session, text, day=DAY).offered[0].agency == agency


def test_the_city_of_alatau_is_not_taken_for_the_district(session):
    found = suggesting.suggest(session, "Алатау қаласында аула сыпырылмаған", day=DAY)

    assert found.other_city
    assert not found.sure
    assert found.offered[0].agency == "akimat"
