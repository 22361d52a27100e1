"""Where text leaves the circle of its case, it names nobody.

How much is found and how much is masked for nothing is measured on invented letters
(`texts/names.txt`); the figures stand in `docs/architecture.md`.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies import joint_work, similar
from agencies.anonymising import MASK, anonymised, nameless, names_surely, tells_of
from agencies.directory import agency_by_code
from tests.make import bearer, make_appeal, make_officer, make_token, sign_in

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
LEAST_FOUND = {"known": 0.99, "held back": 0.97, "fresh": 0.97, "last": 0.93}
MOST_FALSE = {"known": 0.01, "held back": 0.01, "fresh": 0.02, "last": 0.035}
PERSON = {"name": "Тасқынбаев Ерлан Маратұлы"}
LETTER = (
    "Мен, Тасқынбаев Ерлан, көршім Гүлнар Сейітқызы туралы жазамын: Абай даңғылы, 52 үйдің "
    "ауласында шам жанбайды, Ерланның баласы құлап қалды."
)
NAMES = ("Тасқынбаев", "Ерлан", "Гүлнар", "Сейітқызы")


def letters() -> Iterator[tuple[str, str]]:
    part = ""
    for line in (Path(__file__).parent / "texts" / "names.txt").read_text("utf-8").splitlines():
        if line.startswith("= "):
            part = line[2:]
        elif not line.startswith("#"):
            yield part, line


def pieces(line: str) -> list[tuple[str, bool]]:
    """The line in pieces, with whether a piece is a name."""
    return [(piece, n % 2 == 1) for n, piece in enumerate(re.split(r"[\[\]]", line))]


def words_left(line: str) -> tuple[int, int, int, int]:
    """Names, those masked, other words, those masked: by which words are still there."""
    left = WORD.findall(nameless("".join(piece for piece, _ in pieces(line))))
    names = [w for piece, is_name in pieces(line) if is_name for w in WORD.findall(piece)]
    others = [w for piece, is_name in pieces(line) if not is_name for w in WORD.findall(piece)]
    kept = [left.pop(left.index(word)) if word in left else "" for word in others]
    found = [word for word in names if word not in left]
    return len(names), len(found), len(others), kept.count("")


@pytest.mark.parametrize("part", LEAST_FOUND)
def test_nearly_every_name_in_a_letter_is_masked_and_few_words_for_nothing(part):
    counted = [words_left(line) for own, line in letters() if own == part]
    names, found, others, false = (sum(column) for column in zip(*counted, strict=True))

    assert names >= 28
    assert found / names >= LEAST_FOUND[part]
    assert false / others <= MOST_FALSE[part]


@pytest.mark.parametrize(
    "written",
    [
        "Тасқынбаев", "Тасқынбаевтың", "Тасқынбаевқа", "тасқынбаевпен", "Таскынбаеву",
        "ТАСҚЫНБАЕВТАН", "Таскынбаева", "Ерлан", "Ерланға", "ерланның", "Ерланом", "Ерланмен",
        "Маратұлының", "Маратулы", "Айгерімнен", "Айгериме", "Игоря", "Игорем", "Марии", "Марию",
        "Павла", "Павлу", "Сергея", "Любови",
    ],
)  # fmt: skip
def test_the_applicant_s_own_name_is_masked_in_every_case_however_it_is_written(written):
    people = (PERSON["name"], "Айгерім", "Игорь", "Мария", "Павел Сергей Любовь")

    assert written not in nameless(f"сонда {written} айтты", people)
    assert tells_of(f"сонда {written} айтты", people)


@pytest.mark.parametrize("other", ["тасқын", "марафон", "ерлік", "игра", "павильон", "сервис"])
def test_a_word_that_only_begins_like_the_name_stays(other):
    people = (PERSON["name"], "Игорь Павел Сергей")

    assert nameless(f"сонда {other} болды", people) == f"сонда {other} болды"


@given(st.text(alphabet="АбвгИванов ЕрланұлыСерікқызы.,-\n •К", max_size=120))
def test_masking_what_is_masked_changes_nothing_and_nothing_else_is_added(written):
    once = nameless(written)
    assert nameless(once) == once
    assert set(once) <= set(written) | set(MASK)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Меня зовут Иванова Мария Петровна, ИИН 850101100012.", "Меня зовут •••, ИИН "),
        ("Прошу принять меры к Мусиной Б. Т., она хамит.", "Прошу принять меры к •••, она хамит."),
        ("Мен, Қасымов Ерлан, Абай даңғылы, 52 үй", "Мен, •••, Абай даңғылы, 52 үй"),
    ],
)
def test_the_words_of_one_name_give_one_mask(written, read):
    assert anonymised(written).startswith(read)


def test_what_names_a_person_beyond_doubt_is_told_from_what_may_be_a_street():
    assert names_surely("Келген адам Ерлан Серікұлы болатын")
    assert names_surely("отказала Мусина Б. Т.")
    assert not names_surely("Ерлан көшесі мен Абай даңғылының қиылысы; ст. 65 Кодекса")


def test_similar_appeals_show_neither_the_names_nor_the_words_that_are_names(session, client):
    one = make_appeal(session, status="routed", text=LETTER, applicant=PERSON)
    make_appeal(session, status="routed", text=LETTER, applicant={"name": "Ким Виктор"})
    similar.forget()
    sign_in(client, make_officer(session, "officer"))

    page = client.get(f"/workspace/appeals/{one.number}/similar").text
    call = client.get(
        f"/api/v1/appeals/{one.number}/similar", headers=bearer(make_token(session, "officer"))
    ).json

    assert call["same_object"], "there is something to be shown"
    assert "шам жанбайды" in page
    assert [name for name in NAMES if name in page or name in str(call)] == []
    stems = {word for item in call["same_object"] + call["items"] for word in item["words"]}
    assert not {s for s in stems if s.startswith(("таскын", "ерлан", "гулнар"))}


def test_another_agency_is_asked_without_the_names(session, now):
    officer = make_officer(session, "officer")
    claim = make_appeal(session, status="in_work", officer=officer, applicant=PERSON).claims[0]

    asked = joint_work.ask_opinion(
        session, claim, of=agency_by_code(session, "police"), until=claim.due_on, by=officer,
        question=f"{LETTER} Рұқсат берілген бе?", now=now,
    )  # fmt: skip

    assert [name for name in NAMES if name in asked.question] == []
    assert "Абай даңғылы, 52" in asked.question


def test_lessons_name_nobody(session, client):
    appeal = make_appeal(session, status="answered")
    claim = appeal.claims[0]
    claim.lesson = "Ерлан Тасқынбаевтың шамын ай сайын тексеру керек."
    session.commit()
    sign_in(client, make_officer(session, "analyst"))

    page = client.get("/workspace/lessons").text

    assert "шамын ай сайын тексеру керек" in page
    assert "Тасқынбаев" not in page


def test_the_parts_of_the_letters_do_not_overlap():
    """Else a name of the one would be known from the other."""
    every = sorted(line for _, line in letters())

    assert [line for line, same in groupby(every) if len(list(same)) > 1] == []
