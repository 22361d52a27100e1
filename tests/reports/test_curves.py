"""How long an answer takes, what becomes of matters, and the share in time beside its own past."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from agencies import journal
from agencies.appeals import ClaimStatus
from reception.language import LANGUAGES
from reports import competing, composing, endings, figure_sets, periods, punctuality, readings
from reports.competing import GOING, Ended, incidence
from reports.parts import Section
from reports.statistics import pchart
from reports.survival import Seen, curve, still_going
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

OCTOBER = periods.parse("2026-10")
SOME = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["a", "b", GOING])), min_size=1)


def test_of_four_the_last_counts_for_those_who_were_still_going() -> None:
    found = incidence(
        [Ended(1, "answered"), Ended(2, "sent_on"), Ended(3, GOING), Ended(4, "answered")]
    )

    assert [(stage.span, stage.ended) for stage in found] == [
        (1, {"answered": 0.25}),
        (2, {"answered": 0.25, "sent_on": 0.25}),
        (4, {"answered": 0.75, "sent_on": 0.25}),
    ]


@given(SOME)
def test_the_ends_together_are_what_no_longer_goes_on(rows: list[tuple[int, str]]) -> None:
    stages = incidence(Ended(span, end) for span, end in rows)
    going = curve(Seen(span, ended=end != GOING) for span, end in rows)

    for stage in stages:
        assert sum(stage.ended.values()) == pytest.approx(1 - still_going(going, stage.span))


@given(SOME)
def test_a_share_that_ended_never_becomes_less(rows: list[tuple[int, str]]) -> None:
    stages = incidence(Ended(span, end) for span, end in rows)

    for end in ("a", "b"):
        shares = [stage.ended.get(end, 0.0) for stage in stages]
        assert shares == sorted(shares)


def test_each_matter_ends_by_what_came_first(session: Any) -> None:
    """Monday 5 October: answered after 2 days; sent on after 1 and answered later; withdrawn after
    3; past its term on the 12th and answered later; two still open.
    """
    add_case(session, "2026-10-05 04:00", answered="2026-10-07 04:00")
    sent = add_case(session, "2026-10-05 04:00", answered="2026-10-15 04:00", redirections=1)
    journal.append(sent, "redirected", by=None, now=at("2026-10-06 04:00"), claim_ordinal=1,
                   before="ecology", agency="housing")  # fmt: skip
    add_case(session, "2026-10-05 04:00", closed="2026-10-08 04:00", withdrawn=True)
    add_case(session, "2026-10-05 04:00", answered="2026-10-20 04:00", due=date(2026, 10, 12))
    for _ in range(2):
        add_case(session, "2026-10-05 04:00", due=date(2027, 10, 30))
    session.flush()

    stages = incidence(endings.first_ends(session, OCTOBER, as_of=NOW))

    assert [stage.span for stage in stages] == [1, 2, 3, 6]
    assert stages[-1].ended == {
        end: pytest.approx(1 / 6) for end in ("sent_on", "answered", "withdrawn", "passed_term")
    }


def test_the_curve_says_what_the_measure_says(session: Any) -> None:
    some(session)
    kept = endings.of_period(session, OCTOBER, as_of=NOW)["answer"]
    median = readings.take(session, OCTOBER, as_of=NOW)["hall"]["handling_median"]

    assert next(span for span, going, *_ in kept if going <= 0.5) == median.value


def some(session: Session) -> None:
    for n in range(30):
        moment = at("2026-10-05 04:00") + timedelta(hours=7 * n)
        answered = moment + timedelta(days=n % 9) if n % 4 else None
        add_case(session, moment, first=answered, answered=answered, due=date(2026, 10, 26))


def in_time(session: Session, months: int, *, k: int = 18, n: int = 20, last: int = 18) -> None:
    """In each month `n` fall due and `k` are answered in time, in the newest `last`."""
    for back in range(months):
        month = date(2026, 10 - back, 10) if back < 10 else date(2025, 22 - back, 10)
        for place in range(n):
            answered = place < (k if back else last)
            add_case(
                session, at(f"{month - timedelta(days=15)} 04:00"), due=month,
                answered=at(f"{month - timedelta(days=2)} 04:00") if answered else None,
            )  # fmt: skip
    session.flush()


def part(session: Session, key: str, language: str = "en", name: str = "2026-10") -> Section:
    told = composing.report(figure_sets.take(session, periods.parse(name), now=NOW), language)
    return next(p for p in told.sections if p.key in (key, f"more-{key}"))


def test_the_plain_limits_of_a_share() -> None:
    found = pchart.limits([(81, 100)] * 10)

    assert found is not None
    assert found.widened == 1
    assert found.of(100) == (pytest.approx(0.6923, abs=1e-4), pytest.approx(0.9277, abs=1e-4))


def test_shares_that_differ_beyond_chance_have_wider_limits() -> None:
    """Laney: by the mean moving range of the scores, 500 of 1,000 and 700 of 1,000 in turn."""
    found = pchart.limits([(500, 1000), (700, 1000)] * 5)

    assert found is not None
    score = 0.1 / (0.6 * 0.4 / 1000) ** 0.5
    assert found.widened == pytest.approx(2 * score / 1.128)
    assert not pchart.is_outside(found, (700, 1000))


def test_seven_steps_do_not_say_what_is_usual() -> None:
    assert pchart.limits([(9, 10)] * 7 + [(0, 0)] * 9) is None


def test_steps_of_one_or_two_cases_have_no_limits() -> None:
    assert pchart.limits([(1, 1), (2, 2)] * 10) is None


def test_a_run_is_counted_from_the_newest_step_back() -> None:
    found = pchart.limits([(5, 10)] * 8)

    assert found is not None
    assert pchart.run_of(found, [(9, 10), (1, 10), (0, 0), (2, 10)]) == -2


def test_the_last_point_is_the_measure_of_the_month(session: Any) -> None:
    in_time(session, 3, last=5)
    kept = punctuality.of_period(session, OCTOBER, as_of=NOW)
    known = readings.take(session, OCTOBER, as_of=NOW)["hall"]["on_time"]

    assert kept["counts"][""][-1] == [known.numerator, known.denominator] == [5, 20]


def test_what_was_joined_to_another_appeal_is_late_in_neither_figure(session: Any) -> None:
    in_time(session, 1)
    joined = add_case(
        session, "2026-09-25 04:00", due=date(2026, 10, 10), closed="2026-10-01 04:00"
    )
    for one in (joined, *joined.claims):
        one.status = ClaimStatus.MERGED
    session.flush()
    kept = punctuality.of_period(session, OCTOBER, as_of=NOW)
    known = readings.take(session, OCTOBER, as_of=NOW)["hall"]["on_time"]

    assert kept["counts"][""][-1] == [known.numerator, known.denominator] == [18, 20]


def test_a_share_outside_the_limits_of_its_past_is_said_and_drawn(session: Any) -> None:
    in_time(session, 12, last=4)
    chart = part(session, "terms").chart

    assert chart is not None
    assert "outside the limits" in chart.finding
    assert chart.drawing.count('class="alarm"') == 1
    assert chart.table.rows[-1][1] == "4 of 20"
    assert chart.table.rows[-1][-1] == "outside the limits"


def test_a_short_past_has_no_limits_and_says_so(session: Any) -> None:
    in_time(session, 3)
    found = part(session, "terms")

    assert found.chart is not None
    assert "too few steps for limits" in found.chart.finding
    assert "do not say what is usual" in found.note


def test_an_agency_has_the_limits_of_its_own_weeks_on_its_scorecard(session: Any) -> None:
    for week in range(12):
        for place in range(10):
            due = date(2026, 10, 14) - timedelta(weeks=week)
            add_case(
                session, at(f"{due - timedelta(days=12)} 04:00"), due=due, agencies=("ecology",),
                answered=at(f"{due - timedelta(days=3)} 04:00") if place else None,
            )  # fmt: skip
    session.flush()
    (chart,) = part(session, "agency:ecology", name="2026-W42").further

    assert "within the limits of its own past (F21)" in chart.finding
    assert len(chart.table.rows) == 12


@pytest.mark.parametrize("name", ["2026-10", "2026-Q4", "2026"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_curves_stand_in_every_report_of_the_council(
    session: Any, language: str, name: str
) -> None:
    some(session)
    found = part(session, "curves", language, name)

    assert found.chart is not None
    for chart in (found.chart, *found.further):
        assert re.search(r"\bF\d\d\b", chart.finding)
        assert chart.drawing.count(",") < 1500
        assert len(chart.table.rows) >= 5
    assert len(found.further) == 1


def test_the_parts_of_the_stack_are_told_apart_in_grey() -> None:
    from itertools import pairwise

    from reports.curves import FILLS
    from tests.reports.test_monthly import contrast

    assert all(contrast(one, other) >= 3 for one, other in pairwise(FILLS))


@pytest.mark.parametrize("cases", [0, 19])
def test_of_few_cases_no_share_is_told(session: Any, cases: int) -> None:
    for _ in range(cases):
        add_case(session, "2026-10-05 04:00", answered="2026-10-07 04:00")
    session.flush()
    found = part(session, "curves")

    assert found.chart is None
    assert found.paragraphs[0].startswith("No curve is drawn: fewer than 20")


def test_the_ends_are_those_that_the_table_names() -> None:
    assert set(endings.ENDS) == {"answered", "sent_on", "passed_term", "withdrawn"}
    assert competing.GOING not in endings.ENDS
