"""Counts of few people in the files of an edition."""

import csv
import io
from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reports import figure_sets, periods, sheets, small_counts
from tests.reports.register import add_case, at

NOW = at("2026-11-23 05:00")


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 30), min_size=2))
def test_what_is_hidden_beside_a_sum_may_be_nothing_or_at_least_five(
    counts: dict[str, int],
) -> None:
    gone = small_counts.hidden(counts)

    assert {code for code, n in counts.items() if 0 < n < 5} <= gone
    if sum(counts.values()) >= 5 and gone:
        assert len(gone) > 1
        assert sum(counts[code] for code in gone) >= 5


def test_no_file_of_an_edition_tells_a_few_of_an_agency_or_lets_them_be_reckoned(
    session: Any,
) -> None:
    few = {"housing": 3, "ecology": 12, "utilities": 8, "akimat-medeu": 20}
    for agency, count in few.items():
        for _ in range(count):
            add_case(session, "2026-10-05 04:00", agencies=(agency,))
    taken = figure_sets.take(session, periods.month(2026, 10), now=NOW)

    packed = dict(csv.reader(io.StringIO(sheets.pack_csv(taken).decode())))
    measured: dict[str, str] = defaultdict(str)
    for row in csv.DictReader(io.StringIO(sheets.measures_csv(taken).decode())):
        if row["measure"] == "received":
            measured[row["scope"]] = row["numerator"] or row["remark"]

    found = {agency: packed[f"by_agency/{agency}/received"] for agency in few}
    assert found == {"housing": "c", "utilities": "c", "ecology": "12", "akimat-medeu": "20"}
    assert {agency: measured[f"agency:{agency}"] for agency in few} == found
    assert packed["by_agency/housing/on_time_share/denominator"] == "c"
    assert packed["by_agency/housing/on_time_share/value"] == "c"
    assert packed["received"] == measured["hall"] == "43"
