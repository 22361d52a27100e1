"""Words and numbers as they are printed, and the estimates behind them."""

import pytest

from reports.handling import distribution
from reports.intervals import counts_differ, wilson
from reports.survival import Seen, quantile
from reports.wording import NOTHING, Words, in_alphabet


@pytest.mark.parametrize(
    ("language", "number", "percent"),
    [("kk", "12 345", "34,5 %"), ("ru", "12 345", "34,5 %"), ("en", "12,345", "34.5%")],
)
def test_numbers_are_written_as_the_language_writes_them(
    language: str, number: str, percent: str
) -> None:
    words = Words(language)

    assert words.number(12345).replace("\u202f", " ") == number
    assert words.share(345, 1000).replace("\u202f", " ") == percent


def test_a_share_of_few_cases_is_told_in_cases() -> None:
    assert Words("en").share(7, 19) == "7 of 19"
    assert Words("en").share(7, 20) == "35.0%"
    assert Words("en").share(0, 0) == NOTHING


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (9767, 4281, "more than in the month before (4,281)"),
        (4281, 9767, "fewer than in the month before (9,767)"),
        (101, 100, "no clear change against the month before (100)"),
        (5, 0, "nothing to compare with in the month before"),
    ],
)
def test_change_is_told_only_where_chance_does_not_explain_it(
    now: int, before: int, said: str
) -> None:
    assert Words("en").compared(now, before) == said


def test_two_becoming_four_proves_nothing() -> None:
    assert not counts_differ(4, 2)
    assert counts_differ(400, 200)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0, 0.27753), (1, 10, 0.01788, 0.40415), (45, 50, 0.78640, 0.95652),
     (810, 1000, 0.78452, 0.83311)],
)  # fmt: skip
def test_the_interval_of_a_share(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-4)


def test_kazakh_letters_stand_in_their_places() -> None:
    names = ["Қала", "Кеңес", "Ғимарат", "Гүл", "Әкімдік", "Аудан", "Бақ", "Үй", "Уақыт"]

    assert sorted(names, key=in_alphabet) == [
        "Аудан", "Әкімдік", "Бақ", "Гүл", "Ғимарат", "Кеңес", "Қала", "Уақыт", "Үй",
    ]  # fmt: skip


def test_the_median_wait_counts_those_who_still_wait() -> None:
    """Answered after 1, 2, 3 and 6 days; others were last seen waiting at 2, 4 and 5 days.

    By hand: 1 - 1/7, then of 6 one, then of 4 one: S(3) = 6/7 x 5/6 x 3/4 = 0.536; at 6 days the
    last one is answered. Half is reached at 6 days, though the answered alone have 2.5.
    """
    answered = [Seen(day, ended=True) for day in (1, 2, 3, 6)]
    waiting = [Seen(day, ended=False) for day in (2, 4, 5)]

    assert quantile([*answered, *waiting], 0.5).value == 6
    assert quantile(answered, 0.5).value == 2
    assert quantile([*answered, Seen(9, ended=False, cases=20)], 0.5).value is None
    assert quantile([], 0.5).value is None


def test_the_last_column_of_the_distribution_is_open() -> None:
    rows = [Seen(hours / 24, ended=True) for hours in (0, 23, 24, 24 * 15, 24 * 400)]

    assert distribution(rows) == [2, 1, 0, 0, 0, 1, 1]
