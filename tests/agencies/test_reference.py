"""The reviewed files: whole, in three languages, in the right letters, and loadable twice."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from agencies import reference, suggesting
from agencies.calendar import CalendarDay
from agencies.directory import (
    Agency,
    AgencyName,
    Competence,
    PriorityCategory,
    Service,
    Subject,
)
from agencies.terms import TermPolicy
from reception import seeding

CONTRACT_AGENCIES = {
    "akimat",
    "housing",
    "social",
    "transport_roads",
    "architecture",
    "ecology",
    "police",
    "revenue",
    "emergency",
    "prosecutor",
    "business",
    "tson",
    "utilities",
    "health",
    "education",
    "other",
}
CONTRACT_DISTRICTS = [
    "alatau",
    "almaly",
    "auezov",
    "bostandyk",
    "zhetysu",
    "medeu",
    "nauryzbay",
    "turksib",
]
OUTCOMES = [
    "satisfied",
    "satisfied_part",
    "measures_taken",
    "refused",
    "explained",
    "redirected",
    "returned",
    "no_consideration",
    "withdrawn",
    "merged",
    "terminated",
    "noted",
    "deemed_refused",
]
KAZAKH = "әғқңөұүһі"
KAZAKH_ALPHABET = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя" + KAZAKH)
FILES = sorted(file.name for file in reference.DATA.iterdir() if file.suffix in {".toml", ".csv"})

agencies = reference.tree("agencies")["agency"]
services = reference.tree("services")["service"]
competences = reference.tree("competences")["competence"]
subjects = reference.table("subjects")


def named_rows():
    """Every row that a person reads, with the place where it stands."""
    trees = ("city", "services", "priority_categories", "kinds", "outcomes", "channels")
    for file in trees:
        for sort, rows in reference.tree(file).items():
            for row in rows if isinstance(rows, list) else [rows]:
                yield f"{file} {sort} {row['code']}", row
    for agency in agencies:
        for name in agency["name"]:
            yield f"agency {agency['code']} {name['valid_from']}", name
    for file, key in (("subjects", "code"), ("term_policies", "policy"), ("calendar", "date")):
        for row in reference.table(file):
            yield f"{file} {row[key]}", row


ROWS = dict(named_rows())


@pytest.mark.parametrize("place", ROWS)
def test_every_text_stands_in_three_languages(place):
    row = ROWS[place]
    stems = {field[:-3] for field in row if field.endswith(("_kk", "_ru", "_en"))}

    missing = [
        f"{s}_{lang}" for s in stems for lang in ("kk", "ru", "en") if not row[f"{s}_{lang}"]
    ]

    assert stems
    assert missing == []


@pytest.mark.parametrize("file", FILES)
def test_no_word_mixes_cyrillic_and_latin_letters(file):
    text = (reference.DATA / file).read_text(encoding="utf-8")

    mixed = [
        word
        for word in re.findall(r"[^\W\d_]+", text)
        if re.search(r"[Ѐ-ӿ]", word) and re.search(r"[A-Za-zÀ-ɏ]", word)
    ]

    assert mixed == []


def test_kazakh_and_russian_keep_to_their_own_letters():
    strange = []
    for place, row in ROWS.items():
        for field, text in row.items():
            if field.endswith("_kk"):
                letters = re.findall(r"[Ѐ-ӿ]", text.lower())
                strange += [(place, letter) for letter in letters if letter not in KAZAKH_ALPHABET]
            if field.endswith("_ru"):
                outside_quotes = re.sub(r"«[^»]*»", "", text).lower()
                strange += [(place, c) for c in re.findall(f"[{KAZAKH}]", outside_quotes)]

    assert strange == []


def codes_of(rows):
    return [row["code"] for row in rows]


def test_codes_are_unique():
    lists = {
        "agencies": codes_of(agencies),
        "districts": codes_of(reference.tree("city")["district"]),
        "desks": codes_of(reference.table("desks")),
        "services": [(row["agency"], row["code"]) for row in services],
        "subjects": codes_of(subjects),
        "competences": codes_of(competences),
        "policies": [row["policy"] for row in reference.table("term_policies")],
        "priorities": codes_of(reference.tree("priority_categories")["category"]),
        "calendar": [row["date"] for row in reference.table("calendar")],
    }

    assert {name for name, codes in lists.items() if len(codes) != len(set(codes))} == set()


def test_the_contract_s_agencies_and_districts_are_there():
    city = reference.tree("city")

    assert codes_of(city["district"]) == CONTRACT_DISTRICTS
    assert {f"akimat-{code}" for code in CONTRACT_DISTRICTS} | CONTRACT_AGENCIES == set(
        codes_of(agencies)
    )
    assert {row["kind"] for row in agencies} == CONTRACT_AGENCIES


def test_labels_have_the_codes_of_the_law():
    assert list(reference.labels("outcome")) == OUTCOMES
    assert not reference.labels("outcome")["deemed_refused"].final
    assert len(reference.labels("kind")) == 6
    assert len(reference.labels("contact_outcome")) == 7
    assert set(reference.labels("channel")) == {
        "desk",
        "phone",
        "portal",
        "post",
        "email",
        "social",
        "import",
    }


@pytest.mark.parametrize("agency", agencies, ids=codes_of(agencies))
def test_an_agency_s_names_follow_each_other_without_a_gap(agency):
    names = agency["name"]

    assert "valid_to" not in names[-1]
    for before, after in pairwise(names):
        assert before["valid_to"] + timedelta(days=1) == after["valid_from"]


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_an_agency_s_colour_can_be_read_on_white():
    weak = [row["code"] for row in agencies if 1.05 / (luminance(row["colour"]) + 0.05) < 4.5]

    assert weak == []


def test_every_agency_of_the_hall_has_a_desk_and_a_general_consultation():
    inside = {row["code"] for row in agencies if row.get("in_hall", True)}
    with_desk = {row["agency"] for row in reference.table("desks")}
    with_advice = {row["agency"] for row in services if row["code"] == "general"}
    if "akimat-*" in with_advice:
        with_advice |= {code for code in inside if code.startswith("akimat-")}

    assert with_desk == inside
    assert with_advice - {"akimat-*"} == inside
    assert len(reference.table("desks")) >= 36


def test_ticket_letters_read_the_same_in_three_languages():
    assert {row["series"] for row in services} <= set("AEKMOT")


def test_a_competence_names_a_known_agency_and_a_known_subject():
    known = set(codes_of(subjects))

    assert {row["agency"] for row in competences} == CONTRACT_AGENCIES
    assert {row["subject"] for row in competences} <= known
    assert {row.get("street_class", "") for row in competences} <= {"", "main", "local"}
    assert {c for c in known if "." in c} - {row["subject"] for row in competences} == {"99.05"}


@pytest.mark.parametrize("row", competences, ids=codes_of(competences))
def test_stems_are_lower_case_words_and_none_begins_with_another(row):
    for language in ("kk", "ru", "en"):
        stems = row[language]

        assert stems
        assert [s for s in stems if not re.fullmatch(r"\w+( \w+)*", s) or s != s.lower()] == []
        assert [s for s in stems if len(s) < 3] == []
        assert [s for s in stems if "ё" in s] == []
        assert [(a, b) for a in stems for b in stems if a != b and a.startswith(b)] == []


def test_there_is_a_norm_for_every_service():
    norms = reference.tree("queue_norms")["norm"]

    assert [norm for norm in norms if "service" not in norm]


def test_a_verified_row_names_the_person_and_the_day():
    unsigned = [
        place
        for place, row in ROWS.items()
        if row.get("verified") in (True, "yes")
        and not (row.get("verified_by") and row.get("verified_on"))
    ]

    assert unsigned == []


@pytest.fixture
def seeded(session):
    seeding.seed(session)
    return session


def counts(session):
    models = (Agency, AgencyName, Competence, PriorityCategory, Service, Subject, TermPolicy)
    return [session.scalar(select(func.count()).select_from(model)) for model in models]


def test_loading_twice_changes_nothing(seeded):
    before = counts(seeded)

    seeding.seed(seeded)

    assert counts(seeded) == before
    assert not seeded.dirty


def test_what_people_changed_outlives_the_next_loading(seeded):
    category = seeded.scalar(select(PriorityCategory).where(PriorityCategory.code == "elderly"))
    category.enabled = False
    policy = seeded.scalar(select(TermPolicy).where(TermPolicy.code == "C2026-A"))
    policy.verified = True
    policy.valid_to = date(2027, 12, 31)
    day = seeded.get(CalendarDay, date(2027, 5, 16))
    day.is_working, day.source = True, "announcement seen by a person"
    hall = seeding.furnish(seeded)
    hall.opens = hall.opens.replace(hour=8)

    seeding.seed(seeded)

    assert not category.enabled
    assert policy.verified
    assert policy.valid_to == date(2027, 12, 31)
    assert day.is_working
    assert hall.opens.hour == 8


def test_a_changed_file_reaches_the_table(seeded):
    service = seeded.scalar(select(Service).where(Service.code == "tson-identity"))
    right = service.name_kk
    service.name_kk = "ескі атау"
    seeded.flush()

    reference.load(seeded)

    assert service.name_kk == right


def test_the_name_of_an_agency_follows_the_reorganisation_of_2025(seeded):
    housing = seeded.scalar(select(Agency).where(Agency.code == "housing"))

    assert "развития коммунальной" in housing.name_on(date(2025, 8, 6)).name_ru
    assert "жилищной инспекции" in housing.name_on(date(2025, 8, 7)).name_ru


def test_each_district_akimat_has_its_own_services(seeded):
    yard = seeded.scalar(select(Service).where(Service.code == "akimat-medeu-yard"))

    assert yard.agency.code == "akimat-medeu"
    assert yard.agency.district.code == "medeu"


MIS_ROUTINGS = [
    ("Яма на дороге на проспекте Абая", "transport_roads"),
    ("Не горит светофор, стерлась разметка", "transport_roads"),
    ("Сосед ведет незаконное строительство без разрешения стройка", "architecture"),
    ("Захватил землю, граница участка нарушена", "architecture"),
    ("Завышен тариф на отопление, прошу перерасчет по квитанции", "utilities"),
    ("Маленькая пенсия, неверно посчитали пенсию", "tson"),
    ("Шум ночью, громкая музыка", "police"),
    ("Не согласен с ответом госоргана, нарушен срок рассмотрения обращения", "prosecutor"),
    ("Не согласен с решением суда, судебный исполнитель", "other"),
    ("В школе собирают деньги", "education"),
    ("Аулада қоқыс жиналып қалды", "akimat"),
    ("Көшедегі бағдаршам істемейді", "transport_roads"),
    ("Балалар алаңы сынған, орындық жоқ", "akimat"),
    ("Атаулы әлеуметтік көмек берілмеді", "social"),
    ("Салық берешегі қате есептелген", "revenue"),
    ("Лифт жұмыс істемейді, кіреберіс кір", "housing"),
    ("Үйде ыстық су жоқ", "utilities"),
    ("Қураған ағаш құлайын деп тұр", "ecology"),
    ("The traffic light at the crossing does not work", "transport_roads"),
    ("Во дворе гололёд", "akimat"),
    ("Органның жауабымен келіспеймін", "prosecutor"),
    ("Өрт қауіпсіздігі бұзылған", "emergency"),
    ("Кәсіпкерді заңсыз тексеру", "business"),
    ("My birth certificate is lost", "tson"),
]


@pytest.mark.parametrize(("text", "agency"), MIS_ROUTINGS)
def test_the_stems_find_the_true_desk(seeded, text, agency):
    found = suggesting.suggest(seeded, text, day=date(2026, 11, 23))

    assert found.offered[0].agency == agency
