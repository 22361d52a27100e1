"""Kaplan-Meier, shares and rates against the values of the reference file."""

import csv
import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.intervals import newcombe, poisson, wilson
from reports.survival import Seen, curve, quantile, still_going

REFERENCE = Path(__file__).parents[2].parent / "shared" / "data" / "reference"
needs_reference = pytest.mark.skipif(
    not REFERENCE.exists(), reason="the reference series are not beside this repository"
)


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@needs_reference
@pytest.mark.parametrize(("group", "median"), [("Maintained", 31), ("Nonmaintained", 23)])
def test_the_medians_of_the_leukaemia_data(group: str, median: float) -> None:
    seen = [
        Seen(float(row["time"]), ended=row["status"] == "1")
        for row in rows("km_aml.csv")
        if row["x"] == group
    ]

    assert quantile(seen, 0.5).value == median


@needs_reference
def test_the_median_of_the_lung_data_with_its_log_log_interval() -> None:
    seen = [Seen(float(row["time"]), ended=row["status"] == "2") for row in rows("km_lung.csv")]

    found = quantile(seen, 0.5)

    assert (found.value, found.low, found.high) == (310, 284, 361)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0, 0.27753), (1, 10, 0.01788, 0.40415), (45, 50, 0.78640, 0.95652),
     (810, 1000, 0.78452, 0.83311)],
)  # fmt: skip
def test_the_interval_of_a_share_to_five_digits(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-6)


def test_three_cases_in_ten_thousand() -> None:
    assert poisson(3) == pytest.approx((0.6187, 8.7673), abs=5e-5)
    assert poisson(0)[0] == 0.0


def test_the_difference_of_two_shares() -> None:
    """56/70 and 48/80 of the paper by Newcombe (1998), method 10: 0.0524 to 0.3339."""
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.booleans(), st.integers(1, 5)), min_size=1),
    st.floats(0.05, 0.95),
)
def test_the_curve_never_rises_and_reaches_what_its_quantile_says(
    given_rows: list[tuple[int, bool, int]], share: float
) -> None:
    seen = [Seen(span, ended, cases) for span, ended, cases in given_rows]
    steps = curve(seen)

    going = [step.going for step in steps]
    assert going == sorted(going, reverse=True)
    assert all(s.low <= s.going + 1e-9 and s.going <= s.high + 1e-9 for s in steps)
    found = quantile(seen, share).value
    if found is None:
        assert all(left > 1 - share for left in going)
    else:
        assert still_going(steps, found) <= 1 - share + 1e-9


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_without_anybody_waiting_it_is_the_plain_median(spans: list[int]) -> None:
    middle = sorted(spans)[(len(spans) - 1) // 2]

    assert quantile([Seen(span, ended=True) for span in spans], 0.5).value == middle


@pytest.fixture(scope="module")
def first_answers() -> list[tuple[datetime, datetime | None]]:
    """Received and first answered, of every real case."""
    file = REFERENCE.parent / "spb_cases_timeline.jsonl.gz"
    if not file.exists():
        pytest.skip("the file of real cases is not beside this repository")
    found = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            events = json.loads(line)["events"]
            answers = [event[0] for event in events if event[1] == "answer"]
            received = min(event[0] for event in events if event[1] == "received")
            answered = datetime.fromisoformat(min(answers)) if answers else None
            found.append((datetime.fromisoformat(received), answered))
    return found


@pytest.mark.parametrize(
    ("day", "true_median"), [("2020-12-01", 8.4), ("2021-01-15", 12.5), ("2021-03-01", 7.7)]
)
def test_a_young_month_is_told_by_those_who_still_wait_within_ten_percent_of_the_truth(
    first_answers: list[tuple[datetime, datetime | None]], day: str, true_median: float
) -> None:
    as_of = datetime.fromisoformat(day).replace(tzinfo=first_answers[0][0].tzinfo)
    month = [r for r in first_answers if as_of - timedelta(days=30) <= r[0] < as_of]
    seen = [
        Seen(
            (min(answered or as_of, as_of) - received) / timedelta(days=1),
            ended=answered is not None and answered < as_of,
        )
        for received, answered in month
    ]

    told = quantile(seen, 0.5).value

    assert told == pytest.approx(true_median, rel=0.1)
    assert plain_median(row.span for row in seen if row.ended) < true_median * 0.7
