from datetime import date

import pytest

from agencies.errors import Invalid
from reports import periods
from reports.periods import PeriodKind


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2026-11-22", PeriodKind.DAILY, date(2026, 11, 22), date(2026, 11, 22)),
        ("2026-W47", PeriodKind.WEEKLY, date(2026, 11, 16), date(2026, 11, 22)),
        ("2020-W53", PeriodKind.WEEKLY, date(2020, 12, 28), date(2021, 1, 3)),
        ("2026-11", PeriodKind.MONTHLY, date(2026, 11, 1), date(2026, 11, 30)),
        ("2024-02", PeriodKind.MONTHLY, date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", PeriodKind.MONTHLY, date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q4", PeriodKind.QUARTERLY, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", PeriodKind.ANNUAL, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_read_as_people_write_it(
    text: str, kind: PeriodKind, first: date, last: date
) -> None:
    period = periods.parse(f" {text} ")

    assert (period.kind, period.first, period.last, period.name) == (kind, first, last, text)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-W54", "2026-Q5", "26-11", "2026-02-30", "x"])
def test_anything_else_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        periods.parse(text)

    assert "2026-Q4" in refused.value.fields["period"]


@pytest.mark.parametrize(
    ("text", "before"),
    [("2026-01", "2025-12"), ("2026-W01", "2025-W52"), ("2026-Q1", "2025-Q4"), ("2026", "2025"),
     ("2026-03-01", "2026-02-28")],
)  # fmt: skip
def test_the_period_before(text: str, before: str) -> None:
    assert periods.parse(text).before.name == before


def test_the_same_month_a_year_ago_has_its_own_length() -> None:
    assert periods.parse("2025-02").a_year_ago.last == date(2024, 2, 29)
