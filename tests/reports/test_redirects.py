"""From which agency to which: every redirect of a period, and what went in a circle."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from agencies import journal
from reception.language import LANGUAGES
from reports import composing, figure_sets, maps, periods, redirects
from reports.figure_sets import FigureSet
from reports.parts import Section
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW
from tests.reports.test_monthly import contrast

OCTOBER = periods.parse("2026-10")


def sent_on(session: Session, *ways: str, times: int = 1, month: str = "2026-10") -> None:
    """One matter for each time that went all these ways, `housing>ecology` one after the other."""
    for _ in range(times):
        case = add_case(session, f"{month}-05 04:00")
        for day, way in enumerate(ways, 6):
            before, _, agency = way.partition(">")
            journal.append(
                case, "redirected", by=None, now=at(f"{month}-{day:02} 04:00"), claim_ordinal=1,
                before=before, agency=agency,
            )  # fmt: skip
    session.flush()


def part(session: Session, language: str = "en", name: str = "2026-10") -> Section:
    taken = figure_sets.take(session, periods.parse(name), now=NOW)
    return of(taken, language)


def of(taken: FigureSet, language: str) -> Section:
    told = composing.report(taken, language)
    return next(p for p in told.sections if p.key.endswith("redirects"))


def test_a_matter_sent_on_twice_stands_at_both_ways(session: Any) -> None:
    sent_on(session, "housing>ecology", "ecology>transport_roads")

    assert redirects.between(session, OCTOBER, as_of=NOW) == [
        ["ecology", "transport_roads", 1, 0], ["housing", "ecology", 1, 0],
    ]  # fmt: skip


def test_what_is_sent_back_to_an_agency_that_sent_it_on_went_in_a_circle(session: Any) -> None:
    sent_on(session, "housing>ecology", "ecology>housing")
    sent_on(session, "ecology>housing")

    assert redirects.between(session, OCTOBER, as_of=NOW) == [
        ["ecology", "housing", 2, 1], ["housing", "ecology", 1, 0],
    ]  # fmt: skip


def test_a_circle_that_began_in_an_earlier_month_is_one(session: Any) -> None:
    case = add_case(session, "2026-09-05 04:00")
    for moment, before, agency in (
        ("2026-09-07 04:00", "housing", "ecology"), ("2026-10-07 04:00", "ecology", "housing"),
    ):  # fmt: skip
        journal.append(case, "redirected", by=None, now=at(moment), claim_ordinal=1,
                       before=before, agency=agency)  # fmt: skip
    session.flush()

    assert redirects.between(session, OCTOBER, as_of=NOW) == [["ecology", "housing", 1, 1]]


def test_the_sum_of_the_table_is_the_measure(session: Any) -> None:
    sent_on(session, "housing>ecology", "ecology>housing", times=6)
    found = part(session)

    assert found.paragraphs[0].startswith("Sent on in the period: 12")
    assert found.paragraphs[1].startswith("Came back to an agency that had it: 6")
    assert found.tables[0].rows[-1][-2:] == ("12", "6")


def test_one_to_four_are_not_written_and_no_darker_than_the_lightest(session: Any) -> None:
    sent_on(session, "housing>ecology", times=4)
    sent_on(session, "ecology>transport_roads", times=5)
    table = part(session).tables[0]

    cells = {cell: shade for row, shades in zip(table.rows, table.shades, strict=True)
             for cell, shade in zip(row[1:-2], shades, strict=False)
             if row is not table.rows[-1]}  # fmt: skip
    assert cells["<5"] == 1
    assert not {cell for row in table.rows for cell in row[1:]} & set("1234"), "nor in a sum"


def test_the_darkest_have_at_least_half_of_the_largest(session: Any) -> None:
    sent_on(session, "housing>ecology", times=40)
    for agency, times in (("housing", 20), ("transport_roads", 10), ("police", 5)):
        sent_on(session, f"ecology>{agency}", times=times)
    table = part(session).tables[0]

    shades = {
        cell: shade
        for row, own in zip(table.rows[:-1], table.shades, strict=False)
        for cell, shade in zip(row[1:-2], own, strict=False)
    }
    assert [shades[n] for n in ("40", "20", "10", "5")] == [4, 4, 3, 2]


def test_many_agencies_are_folded_into_others_and_the_sum_stays(session: Any) -> None:
    districts = ("medeu", "alatau", "auezov", "bostandyk", "almaly", "zhetysu", "turksib",
                 "nauryzbay")  # fmt: skip
    others = ("housing", "ecology", "transport_roads", "police", "social", "education")
    for agency in (*(f"akimat-{d}" for d in districts), *others):
        sent_on(session, f"land>{agency}", times=2)
    table = part(session).tables[0]

    assert len(table.columns) == 16
    assert table.rows[-2][0] == "13. all others"
    assert table.rows[-1][-2] == "28"


def test_two_agencies_between_which_matters_circle_are_named(session: Any) -> None:
    sent_on(session, "housing>ecology", "ecology>housing", times=5)
    pairs = part(session).tables[1]

    assert [row[1:] for row in pairs.rows] == [("5", "5", "5")]


@pytest.mark.parametrize("name", ["2026-10", "2026-Q4", "2026"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_of_the_council_has_it_in_each_language(
    session: Any, language: str, name: str
) -> None:
    sent_on(session, "housing>ecology", times=5)
    told = part(session, language, name)

    assert told.tables[0].rows[-1][-2] == "5"
    assert all(re.search(r"\(F\d\d\)", said) for said in told.paragraphs)


def test_a_month_without_redirects_says_so(session: Any) -> None:
    assert part(session).paragraphs == ["Nothing was sent on in the period (F39)."]


def test_figures_of_before_have_no_such_part(session: Any) -> None:
    taken = figure_sets.take(session, OCTOBER, now=NOW)
    kept = dict(taken.particulars["edition"])
    del kept["redirects"]
    taken.particulars = {**taken.particulars, "edition": kept}

    assert not [p for p in composing.report(taken, "en").sections if "redirects" in p.key]


def test_in_grey_the_shades_of_the_heat_are_told_apart_and_read() -> None:
    css = Path(maps.__file__).with_name("static").joinpath("print.css").read_text()
    found = dict(re.findall(r"\.shade-(\d) \{[^}]*?background: (#\w{6})", css))
    shades = [found[n] for n in "1234"]

    assert all(contrast("#14202b", shade) >= 4.5 for shade in shades[:3])
    assert contrast("#ffffff", shades[3]) >= 4.5
    assert contrast(shades[2], shades[3]) >= 3
