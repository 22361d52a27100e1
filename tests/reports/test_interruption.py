"""The effect of a law against published values (Lopez Bernal 2017, the Sicilian smoking ban)."""

import csv
from pathlib import Path

import pytest

from reports import interruption, regression
from reports.interruption import Effect, Series, class_of
from reports.regression import Interval, NoFit

REFERENCE = Path(__file__).parents[3] / "shared/data/reference/sicily_smoking_ban_its.csv"


@pytest.fixture(scope="module")
def sicily() -> Series:
    if not REFERENCE.exists():
        pytest.skip("the reference series lie in ../shared/data/reference")
    with REFERENCE.open() as source:
        rows = list(csv.DictReader(source))
    return Series([float(r["aces"]) for r in rows], [float(r["stdpop"]) for r in rows])


def test_the_sicilian_ban_to_four_digits(sicily: Series) -> None:
    found = interruption.study(sicily, change=36)

    assert found.step is not None
    assert found.alike_months is not None
    assert found.dispersion == pytest.approx(2.26218, abs=1e-5)
    assert _digits(found.step) == pytest.approx((0.885072, 0.839401, 0.933227), abs=1e-6)
    assert _digits(found.alike_months)[1:] == pytest.approx((0.848, 0.924), abs=5e-4)
    assert found.effect is Effect.FELL


def test_without_the_season(sicily: Series) -> None:
    found = interruption.study(sicily, change=36, seasonal=False)

    assert found.step is not None
    assert _digits(found.step) == pytest.approx((0.894377, 0.839189, 0.953193), abs=1e-6)
    assert found.dispersion == pytest.approx(3.5592, abs=1e-4)


def test_a_comparison_that_moved_alike_leaves_no_effect(sicily: Series) -> None:
    found = interruption.study(sicily, change=36, control=sicily)

    assert found.step is not None
    assert found.step.ratio == pytest.approx(1)
    assert found.effect is Effect.NO_CLEAR_CHANGE


def test_what_could_have_been_seen_is_stated_before(sicily: Series) -> None:
    before = Series(sicily.counts[:36], sicily.exposures[:36])
    smallest = interruption.smallest_seen(before)

    assert smallest is not None
    assert 0.85 < smallest < 1


def test_too_few_months_tell_nothing() -> None:
    flat = Series([10.0] * 20, [1.0] * 20)

    assert interruption.study(flat, change=14).effect is Effect.CANNOT_TELL
    nothing = Series([0.0] * 60, [1.0] * 60)
    assert interruption.study(nothing, change=36).effect is Effect.CANNOT_TELL
    assert interruption.smallest_seen(Series([0.0] * 36, [1.0] * 36)) is None


@pytest.mark.parametrize(
    ("interval", "effect"),
    [((0.7, 0.6, 0.9), "fell"), ((1.4, 1.1, 1.6), "rose"), ((1.0, 0.9, 1.1), "no_clear_change"),
     ((1.0, 0.5, 2.0), "cannot_tell")],
)  # fmt: skip
def test_a_wide_interval_is_an_honest_answer(
    interval: tuple[float, float, float], effect: str
) -> None:
    assert class_of(Interval(*interval)) == effect


def test_effects_that_cannot_be_told_apart() -> None:
    with pytest.raises(NoFit):
        regression.inverse([[1.0, 1.0], [1.0, 1.0]])


def _digits(interval: Interval) -> tuple[float, float, float]:
    return interval.ratio, interval.low, interval.high
