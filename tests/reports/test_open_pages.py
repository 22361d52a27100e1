"""The page of an open data set: a row to see its form by, and a chart of what the file holds."""

import re
from typing import Any

from reports import measuring
from reports.opened import releases, sets
from tests.reports.test_releases import NOW, OCTOBER, add_month


def test_every_set_has_an_example_with_a_cell_for_each_column() -> None:
    for one in sets.known().values():
        assert len(one.example) == len(one.columns), one.name
        for cell, column in zip(one.example, one.columns, strict=True):
            read = sets.NUMBERS.get(column.kind)
            assert not cell or read is None or read(cell) is not None, (one.name, column.name)
        if one.drawn:
            named = {one.drawn.by, *one.drawn.only, *filter(None, [one.drawn.of])}
            assert named <= set(one.heads), one.name


def test_a_set_without_a_row_shows_an_invented_one_and_says_so(client: Any) -> None:
    for name in sets.known():
        page = client.get(f"/open/{name}?lang=en").text

        assert "What a row will look like" in page, name
        assert "An invented row" in page, name


def test_a_chart_is_drawn_from_the_rows_of_the_file(client: Any, session: Any) -> None:
    add_month(session, 60)
    measuring.take(session, OCTOBER, now=NOW)
    releases.publish_all(session, now=NOW)
    session.commit()
    alone = client.get("/open/measures-monthly?lang=en").text
    rows = [
        {"month": "2026-09", "measure": "received", "value": 41.0},
        {"month": "2026-10", "measure": "received", "value": 60.0},
        {"month": "2026-10", "measure": "tickets", "value": 7.0},
        {"month": "2026-08", "measure": "received", "value": None},
    ]

    drawn = sets.by_name("measures-monthly").drawn
    assert drawn is not None
    assert drawn.counts(rows) == {"2026-08": 0, "2026-09": 41, "2026-10": 60}
    assert "An invented row" not in alone
    assert not re.search("<h2[^>]*>Appeals received, by month", alone), "one month is no course"
