"""Two coders agree as far as they would not by chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.agreement import cohen

CODES = st.sampled_from(["N1", "P2", "I1"])


def table(both_yes: int, only_first: int, only_second: int, both_no: int) -> list[tuple[str, str]]:
    return (
        [("y", "y")] * both_yes + [("y", "n")] * only_first
        + [("n", "y")] * only_second + [("n", "n")] * both_no
    )  # fmt: skip


def test_the_published_table_of_fifty_has_a_kappa_of_two_fifths() -> None:
    found = cohen(table(20, 5, 10, 15))
    assert found.observed == pytest.approx(0.70)
    assert found.kappa == pytest.approx(0.40)
    assert (found.low, found.high) == pytest.approx((0.146, 0.654), abs=5e-4)


def test_where_both_gave_one_code_throughout_there_is_no_kappa() -> None:
    assert cohen([("N1", "N1")] * 7).kappa is None


@given(st.lists(st.tuples(CODES, CODES), min_size=2))
def test_kappa_is_one_only_for_whole_agreement_and_does_not_ask_who_was_first(
    pairs: list[tuple[str, str]],
) -> None:
    found, turned = cohen(pairs), cohen([(b, a) for a, b in pairs])
    assert found == turned
    if found.kappa is not None:
        assert (found.kappa == pytest.approx(1)) is all(a == b for a, b in pairs)
        assert found.low is not None
        assert found.high is not None
        assert -1 <= found.low <= found.kappa <= found.high <= 1
