"""The published methods against the values of the reference file."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics import ears, farrington, funnel, surges
from tests.reports.test_survival import needs_reference, rows


def newport() -> tuple[list[date], list[int]]:
    found = rows("salmonella_newport_de_2004_2014.csv")
    return [date.fromisoformat(r["date"]) for r in found], [int(r["observed"]) for r in found]


@needs_reference
@pytest.mark.parametrize(("name", "alarms"), [("C1", 20), ("C2", 24), ("C3", 45)])
def test_ears_on_every_week_of_salmonella_newport(name: str, alarms: int) -> None:
    _, counts = newport()
    known = rows(f"ref_ears_{name}_newport.csv")

    found = getattr(ears, name.lower())(counts)

    assert [bound.upper for bound in found] == pytest.approx(
        [float(row["upperbound"]) for row in known], abs=1e-9
    )
    assert [bound.crossed for bound in found] == [row["alarm"] == "1" for row in known]
    assert sum(bound.crossed for bound in found) == alarms


@needs_reference
def test_farrington_flexible_on_three_years_with_the_outbreak_of_2011() -> None:
    weeks, counts = newport()
    known = rows("ref_farrington_flexible_nbPlugin_newport.csv")
    setting = farrington.Setting(years=4, alpha=0.01)
    alarms = []
    for row in known:
        at = weeks.index(date.fromisoformat(row["date"]))
        found = farrington.judge(weeks, counts, at, setting)
        if row["upperbound"] in ("NA", ""):
            assert found is None
            continue
        assert found is not None
        assert found.mean == pytest.approx(float(row["expected"]), rel=3e-4)
        assert found.bound == float(row["upperbound"]), row
        assert found.crossed == (row["alarm"] == "1")
        if found.crossed:
            alarms.append((row["date"], found.observed, found.bound))
    assert len(alarms) == 8
    assert ("2011-10-31", 9, 7) in alarms


@needs_reference
def test_the_likelihood_ratio_on_salmonella_agona() -> None:
    known = rows("ref_glr_poisson_agona.csv")

    found = surges.likelihood_ratio(
        [float(row["observed"]) for row in known], [float(row["mu0"]) for row in known]
    )

    assert [value for value, _ in found] == pytest.approx(
        [float(row["glr"]) for row in known], abs=1e-9
    )
    assert [crossed for _, crossed in found] == [row["alarm"] == "1" for row in known]
    assert sum(crossed for _, crossed in found) == 8


@pytest.mark.parametrize(
    ("cases", "low", "high"),
    [(10, 0.309, 0.999), (25, 0.521, 0.992), (100, 0.675, 0.917), (400, 0.746, 0.867),
     (1000, 0.770, 0.847)],
)  # fmt: skip
def test_an_agency_with_ten_due_cases_can_show_forty_percent_by_luck(
    cases: int, low: float, high: float
) -> None:
    assert funnel.binomial_limits(0.81, cases, 0.998) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize(
    ("cases", "value", "seldom"),
    [(1, 1.0, False), (7, 1.0, False), (1, 0.0, False), (3, 0.0, True), (200, 0.8, True)],
)
def test_one_of_one_in_time_is_what_chance_shows(cases: int, value: float, seldom: bool) -> None:
    assert funnel.is_seldom(0.94, cases, value, 0.998) is seldom


@pytest.mark.parametrize(
    ("expected", "level", "low", "high"),
    [
        (15, 0.95, 0.5596924, 1.649348), (20, 0.95, 0.6108260, 1.544419),
        (30, 0.95, 0.6746958, 1.427562), (15, 0.998, 0.3862650, 2.082907),
        (20, 0.998, 0.4479107, 1.902094), (30, 0.998, 0.5289724, 1.702771),
    ],
)  # fmt: skip
def test_the_limits_of_observed_over_expected(
    expected: float, level: float, low: float, high: float
) -> None:
    assert funnel.ratio_limits(expected, level) == pytest.approx((low, high), abs=1e-6)


def test_the_dispersion_of_six_units() -> None:
    found = funnel.ratio_dispersion([100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220])

    assert found == pytest.approx(2.948033, abs=1e-6)


def test_hard_matters_are_not_held_against_an_agency() -> None:
    """Two agencies reach exactly what the city reaches with the same matters."""
    city = {"hard": (50, 100), "easy": (190, 200)}

    hard = funnel.adjust({"hard": (25, 50)}, city)
    easy = funnel.adjust({"easy": (95, 100)}, city)

    assert hard is not None
    assert easy is not None
    assert hard.value == pytest.approx(0.8) == easy.value
    assert funnel.adjust({}, city) is None


def test_an_agency_alone_with_its_topics_is_not_its_own_measure() -> None:
    """Beside itself it could never be anything but usual."""
    city = {"shared": (180, 200), "lone": (20, 100)}

    lone = funnel.adjust({"lone": (20, 100)}, city)
    both = funnel.adjust({"lone": (20, 100), "shared": (90, 100)}, city)

    assert lone is not None
    assert both is not None
    assert (lone.value, lone.alone) == (pytest.approx(0.2), 100)
    assert both.value == pytest.approx(110 / (90 + 100 * 200 / 300) * 200 / 300)
    assert both.alone == 100


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_smaller_chance_is_never_believed_less(chances: list[float]) -> None:
    found = surges.believed(chances)

    trusted = [p for p, yes in zip(chances, found, strict=True) if yes]
    doubted = [p for p, yes in zip(chances, found, strict=True) if not yes]
    assert not trusted or not doubted or max(trusted) <= min(doubted)


def test_the_false_discovery_rate_of_the_paper() -> None:
    """The fifteen chances of Benjamini and Hochberg (1995): four are believed at 5 %."""
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
               0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip

    assert sum(surges.believed(chances, rate=0.05)) == 4


@given(st.floats(0.1, 60), st.floats(1, 4), st.floats(0.0001, 0.2))
def test_the_bound_is_the_smallest_that_chance_seldom_crosses(
    mean: float, dispersion: float, alpha: float
) -> None:
    found = surges.negative_binomial(0, mean, dispersion, alpha)

    assert surges.at_least(found.bound + 1, mean, dispersion) <= alpha
    assert not found.bound or surges.at_least(found.bound, mean, dispersion) > alpha
