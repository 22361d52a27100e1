"""Figures for everybody: small cells are hidden, and cannot be reckoned from what is shown."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reports import published, releases
from reports.statistics import disclosure
from tests.reports.register import add_case

NOVEMBER = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
TABLE = [[30, 3, 25, 40], [22, 31, 27, 35], [50, 28, 26, 21]]


def reachable(table: list[list[int]], small: set[tuple[int, int]]) -> list[tuple[float, float]]:
    """Least and most that a reader can reckon for each hidden cell from the sums."""
    cells = sorted(small)
    rows, columns = len(table), len(table[0])
    lines = np.zeros((rows + columns, len(cells)))
    for n, (i, j) in enumerate(cells):
        lines[i, n] = lines[rows + j, n] = 1
    sums = lines @ [table[i][j] for i, j in cells]
    found = []
    for n in range(len(cells)):
        aim = np.eye(len(cells))[n]
        least, most = (linprog(sign * aim, A_eq=lines, b_eq=sums).fun for sign in (1, -1))
        found.append((least, -most))
    return found


def test_a_cell_of_three_is_hidden_with_others_and_its_bounds_are_five_apart() -> None:
    small = disclosure.hidden(TABLE)

    assert small is not None
    assert (0, 1) in small
    assert len(small) >= 2
    assert len({j for i, j in small if i == 0}) >= 2
    assert len({i for i, j in small if j == 1}) >= 2
    assert all(most - least >= 5 for least, most in reachable(TABLE, small))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([0, 1, 2, 4, 9, 30, 60]), min_size=4, max_size=4),
        min_size=3, max_size=4,
    )
)  # fmt: skip
def test_no_small_cell_of_any_table_can_be_reckoned(table: list[list[int]]) -> None:
    small = disclosure.hidden(table)

    if small:
        wide = dict(zip(sorted(small), reachable(table, small), strict=True))
        for (i, j), (least, most) in wide.items():
            assert not 0 < table[i][j] < 5 or most - least >= 5 - 1e-6


def test_a_table_that_cannot_be_protected_is_not_published() -> None:
    assert disclosure.hidden([[30, 3, 40]]) is None


def test_topics_with_few_appeals_stand_together_and_totals_tell_of_nobody() -> None:
    counts = Counter({("01", "medeu"): 60, ("01", "almaly"): 50, ("02", "medeu"): 3,
                      ("03", "almaly"): 4, ("04", "medeu"): 40, ("04", "almaly"): 30})  # fmt: skip

    found = published.protected(counts)

    assert found.total == 187
    assert min(found.by_topic) >= published.LEAST_TOTAL
    assert not {"02", "03"} & set(found.topics)
    assert all(n is None or n == 0 or n >= 5 for row in found.cells for n in row)


def test_a_month_with_few_appeals_is_not_published() -> None:
    assert published.protected(Counter({("01", "medeu"): 19})) == published.NOTHING


@pytest.fixture
def autumn(session: Any) -> Any:
    for n in range(60):
        topic, place = ("01.05", "04.01")[n % 2], ("medeu", "almaly", "auezov")[n % 3]
        add_case(session, f"2026-10-{n % 28 + 1:02} 04:00", subject=topic, district=place)
    add_case(session, "2026-10-05 04:00", subject="02.01", district="medeu")
    releases.publish_ended(session, now=NOVEMBER)
    session.commit()
    return session


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_anybody_reads_a_month_that_ended(
    client: Any, autumn: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get(f"/figures?period=2026-10&lang={language}").text
    file = client.get("/figures/topics.csv?period=2026-10", follow_redirects=True).text

    assert "61" in page
    assert "<svg" in page
    assert "2026-10,1,received,01,medeu,10" in file
    assert "02" not in {line.split(",")[3] for line in file.splitlines()}


@pytest.mark.parametrize("asked", ["", "nonsense", "2026-W40", "2026-10-05", "2026", "2199-01"])
def test_what_is_not_a_month_that_ended_is_the_newest_that_did(
    client: Any, autumn: Any, asked: str
) -> None:
    told = client.get(f"/figures/topics.csv?period={asked}")

    assert told.location == "/figures/2026-10/1/figures.csv"
