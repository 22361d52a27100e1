"""The language of a text: without Kazakh letters, mixed, in Latin script."""

import gzip
import json
from pathlib import Path

import pytest

from agencies.texts import detect

DATA = Path(__file__).parents[2].parent / "shared" / "data"
REVIEWS = DATA / "kk_reviews_kazsandra.jsonl.gz"
APPEALS = DATA / "routing_train.jsonl.gz"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Аулада шам жанбайды, қараңғы", "kk"),
        ("Аулада шам жанбайды, каранги", "kk"),  # typed on a Russian keyboard
        ("Уйде жылу жок, батарея суык", "kk"),
        ("Подъезд алдында коқыс жиналып қалды", "kk"),  # with a Russian word
        ("kóshede sý joq", "kk"),
        ("Bizdin aulada qar tazalanbaidy", "kk"),
        ("Қала", "kk"),
        ("Во дворе темно, нет света", "ru"),
        ("Яма на улице Төле би, угол Сәтбаев", "ru"),  # Kazakh names in a Russian text
        ("Не работает лифт", "ru"),
        ("ЁЛКА", "ru"),
        ("net vody v dome uzhe tri dnya", "ru"),
        ("The yard is dark", "en"),
        ("Pothole on Abay avenue", "en"),
        ("", "en"),
        ("☎️ 123", "en"),
    ],
)
def test_the_words_of_a_text_vote_for_its_language(text, language):
    assert detect(text) == language


def share(file: Path, language: str, lines: int, **wanted: object) -> float:
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        texts = [json.loads(row) for row in rows][:lines]
    texts = [row for row in texts if all(row[name] == value for name, value in wanted.items())]
    return sum(detect(row["text"]) == language for row in texts) / len(texts)


@pytest.mark.skipif(
    not REVIEWS.exists(), reason="the Kazakh reviews are not beside this repository"
)
def test_real_kazakh_is_known_and_mostly_so_without_its_letters():
    assert share(REVIEWS, "kk", 3000) > 0.94
    assert share(REVIEWS, "kk", 6000, kk_letters=False) > 0.75


@pytest.mark.skipif(not APPEALS.exists(), reason="the real appeals are not beside this repository")
def test_real_russian_appeals_are_known():
    assert share(APPEALS, "ru", 2000) > 0.995
