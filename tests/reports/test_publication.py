"""The days on which reports come out, told a year ahead."""

from datetime import date
from typing import Any

from agencies.calendar import make_workdays
from agencies.staff import Role
from reports import figure_sets, periods, publication
from reports.periods import PeriodKind
from tests.make import make_officer, sign_in
from tests.reports.test_about import part
from tests.reports.test_figures import NOW

HOLIDAY = date(2026, 12, 8)
"""A Tuesday."""
DAYS = make_workdays({HOLIDAY: False}, 2026, 2027)


def test_a_month_comes_out_on_the_seventh_working_day_after_it() -> None:
    """From Tuesday the first on; the eighth is no working day."""
    november, october = periods.month(2026, 11), periods.month(2026, 10)

    assert publication.day_of(DAYS, november) == date(2026, 12, 10)
    assert publication.day_of(DAYS, october) == date(2026, 11, 10)


def test_a_year_ahead_has_twelve_months_four_quarters_and_a_year() -> None:
    found = publication.a_year_ahead(DAYS, date(2026, 11, 28))

    kinds = [one.kind for one in found]
    assert [one.day for one in found] == sorted(one.day for one in found)
    assert [kinds.count(kind) for kind in (PeriodKind.MONTHLY, PeriodKind.QUARTERLY)] == [12, 4]
    assert [one.period.name for one in found if one.kind is PeriodKind.ANNUAL] == ["2026"]
    assert found[0].period.name == "2026-11"


def test_what_comes_out_today_is_still_told() -> None:
    assert publication.next_of(DAYS, PeriodKind.MONTHLY, date(2026, 12, 10)).day == date(
        2026, 12, 10
    )
    assert publication.next_of(DAYS, PeriodKind.MONTHLY, date(2026, 12, 11)).period.name == (
        "2026-12"
    )


def test_an_edition_says_when_it_comes_out_next(session: Any) -> None:
    told = part(figure_sets.take(session, periods.month(2026, 10), now=NOW), "about")

    assert any("Comes out next: Monthly report" in said and "November 2026" in said
               for said in told.paragraphs)  # fmt: skip


def test_the_council_sees_the_days_of_a_year(client: Any, session: Any) -> None:
    page = sign_in(client, make_officer(session, Role.COUNCIL)).get("/council?lang=en").text

    table = page[page.index('id="dates"') :].split("</table>")[0]
    assert table.count('<th scope="row"') >= 16
    assert "Annual report" in table
