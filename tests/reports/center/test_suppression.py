"""Small cells stay hidden: alone, beside their totals, and between releases."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.center import explorer, suppression
from reports.center.explorer import Asked
from reports.center.records import Indicator

COUNTS = st.integers(0, 12)
LEAST = 5


def row(*counts):
    values = {n: Decimal(count) for n, count in enumerate(counts)}
    values["all"] = Decimal(sum(counts))
    return values, [("all", tuple(range(len(counts))))]


def table(counts, wide):
    """Cells by row and column, with totals of both and of all."""
    values = {(n // wide, n % wide): Decimal(count) for n, count in enumerate(counts)}
    rows, columns = sorted({r for r, _ in values}), sorted({c for _, c in values})
    lines = []
    for r in rows:
        values[r, "all"] = sum((values[r, c] for c in columns), Decimal())
        lines.append(((r, "all"), tuple((r, c) for c in columns)))
    for c in [*columns, "all"]:
        values["all", c] = sum((values[r, c] for r in rows), Decimal())
        lines.append((("all", c), tuple((r, c) for r in rows)))
    lines.append((("all", "all"), tuple(("all", c) for c in columns)))
    return values, lines


def widths(values, lines, gone):
    found = suppression.bounds(values, lines, gone)
    return {key: high - low for key, (low, high) in found.items()}


def test_a_cell_of_three_is_hidden_and_a_second_one_with_it():
    values, lines = row(3, 20, 8, 40)

    gone = suppression.hidden(values, lines, least=LEAST)

    assert gone == {0, 2}
    assert min(widths(values, lines, gone).values()) >= LEAST


def test_zero_is_told_for_it_counts_nobody():
    values, lines = row(0, 0, 9, 30)

    assert suppression.hidden(values, lines, least=LEAST) == set()


def test_two_cells_of_one_need_a_third():
    values, lines = row(1, 1, 9, 30)

    assert suppression.hidden(values, lines, least=LEAST) == {0, 1, 2}


def test_where_no_second_cell_is_left_the_total_is_hidden():
    values, lines = row(3)

    assert suppression.hidden(values, lines, least=LEAST) == {0, "all"}


@given(st.lists(COUNTS, min_size=1, max_size=9))
def test_in_a_line_nobody_works_out_a_hidden_cell_closer_than_the_least(counts):
    values, lines = row(*counts)

    gone = suppression.hidden(values, lines, least=LEAST)

    assert all(key in gone for key, value in values.items() if 0 < value < LEAST)
    assert all(width >= LEAST for width in widths(values, lines, gone).values())


@settings(max_examples=25)
@given(st.data(), st.integers(2, 3), st.integers(2, 4))
def test_in_a_table_with_both_totals_nobody_does_either(data, tall, wide):
    counts = data.draw(st.lists(COUNTS, min_size=tall * wide, max_size=tall * wide))
    values, lines = table(counts, wide)

    gone = suppression.hidden(values, lines, least=LEAST)

    assert all(key in gone for key, value in values.items() if 0 < value < LEAST)
    if set(values) - gone:
        assert all(width >= LEAST for width in widths(values, lines, gone).values())


@pytest.fixture
def counted(load, center):
    """An indicator of persons, by district and sex."""

    def _counted(cells, name):
        lines = [
            f"SOC_PERSONS,{area},2026-10,M,{dim},{count},person,A,X"
            for (area, dim), count in cells.items()
        ]
        return load(*lines, name=name)

    made = center.query(Indicator).filter_by(code="EDU_SCHOOLS").one()
    made.code, made.unit, made.min_cell = "SOC_PERSONS", "person", LEAST
    center.commit()
    return _counted


def persons(**women):
    """District -> women; men are ten more; the city is their sum."""
    cells = {}
    for area, count in women.items():
        cells[area, "female"], cells[area, "male"] = count, count + 10
        cells[area, "all"] = 2 * count + 10
    for dim in ("female", "male", "all"):
        cells["ALMATY", dim] = sum(cells[area, dim] for area in women)
    return cells


def told(session, **more):
    indicator = explorer.indicator(session, "SOC_PERSONS", open_only=True)
    asked = Asked(indicator=indicator, open_only=True, **more)
    values = explorer.observations(session, asked, most=100)
    return {(one.series.area_code, one.series.dims_key): one for one in values}


def test_what_is_hidden_is_marked_and_has_no_value_on_any_way(counted, center, client):
    counted(persons(medeu=3, auezov=20, turksib=30), "a.csv")

    seen = told(center)
    assert seen["medeu", "sex=female"].hidden
    assert seen["medeu", "sex=female"].value is None
    assert len([one for one in seen.values() if one.hidden]) >= 4, "in both directions"
    assert seen["ALMATY", ""].value == 136
    alone = told(center, area="medeu", dims={"sex": "female"})
    assert [one.value for one in alone.values()] == [None], "however narrow the question"
    for path in ("/indicators/SOC_PERSONS", "/observations?indicator=SOC_PERSONS&area=medeu"):
        answer = client.get(f"/api/v1{path}").json
        rows = answer.get("observed") or answer["items"]
        female = next(r for r in rows if r["area"] == "medeu" and "female" in r["dims"].values())
        assert (female["value"], female["flag"]) == (None, "c")


def test_releases_that_differ_by_one_person_do_not_tell_the_small_cell(counted, center, clock):
    first = persons(medeu=3, auezov=20, turksib=30)
    counted(first, "a.csv")
    before = clock.moment
    clock.advance(days=1)
    second = persons(medeu=6, auezov=20, turksib=30)
    counted(second, "b.csv")

    for as_of in (before, None):
        seen = told(center, as_of=as_of)
        assert seen["medeu", "sex=female"].hidden, "small once, hidden for good"
    gone = [{key for key, one in told(center, as_of=at).items() if one.hidden}
            for at in (before, None)]  # fmt: skip
    pairs = list(product(gone[0], gone[1]))
    assert gone[0] == gone[1], "the same cells, so that their difference tells the total's alone"
    assert pairs


def test_counts_of_no_persons_are_told_as_they_are(load, center):
    load("EDU_SCHOOLS,medeu,2022,A,all,3,school,A,X")
    indicator = explorer.indicator(center, "EDU_SCHOOLS", open_only=True)

    found = explorer.observations(center, Asked(indicator=indicator, open_only=True), most=5)

    assert [(float(one.value), one.hidden) for one in found] == [(3, False)]
