"""What the weekly edition tells an agency of itself, beside its measures."""

from datetime import date, timedelta
from typing import Any

from agencies import journal
from reports import composing, figure_sets, periods
from reports.figure_sets import FigureSet
from reports.parts import Section
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

WEEK = periods.parse("2026-W42")
MONDAY = at("2026-10-12 04:00")


def taken(session: Any) -> FigureSet:
    return figure_sets.take(session, WEEK, now=NOW)


def part(found: FigureSet, agency: str = "housing", language: str = "en") -> Section:
    told = composing.report(found, language).sections
    return next(one for one in told if one.key == f"agency:{agency}")


def tables(found: FigureSet, agency: str = "housing") -> dict[str, Any]:
    return {table.caption: table for table in part(found, agency).tables}


def starting(found: dict[str, Any], words: str) -> Any:
    return next((table for name, table in found.items() if name.startswith(words)), None)


def test_the_ages_of_open_matters_add_up_to_what_is_carried_out(session: Any) -> None:
    for days in (0, 1, 9, 30, 60):
        add_case(session, MONDAY - timedelta(days=days))
    add_case(session, MONDAY, answered=MONDAY + timedelta(days=9), closed="2026-10-21 05:00")
    add_case(session, MONDAY, answered=MONDAY + timedelta(days=1))
    kept = taken(session).particulars["edition"]

    ages = kept["standing"]["agencies"]["housing"]["ages"]
    assert sum(ages) == kept["now"]["agency:housing"]["carried_out"]["value"] == 6
    assert ages[-1] == 1


def test_a_topic_that_grew_stands_beside_its_average_week(session: Any) -> None:
    for n in range(8):
        add_case(session, MONDAY + timedelta(hours=n), subject="01.05")
    add_case(session, MONDAY - timedelta(days=7), subject="01.05")
    add_case(session, MONDAY, subject="03")
    grown = starting(tables(taken(session)), "Topics with more")

    assert [row[1:] for row in grown.rows] == [("8", "0.1", "yes")]


def test_reasons_of_quality_control_are_told_by_name_and_those_of_others_are_not(
    session: Any,
) -> None:
    case = add_case(session, MONDAY)
    for hours, kind, more in (
        (1, "control_returned", {"wanting": ["no_law", "plain"]}),
        (2, "draft_returned", {}),
        (400, "control_returned", {"wanting": ["plain"]}),
    ):
        moment = MONDAY + timedelta(hours=hours)
        journal.append(case, kind, by=None, now=moment, claim_ordinal=1, reason="x", **more)
    session.flush()
    found = taken(session)

    said = "Answers returned for rework: by the head 1, by quality control 1 (F40)."
    assert said in part(found).paragraphs
    assert [row[1] for row in starting(tables(found), "Why quality").rows] == ["1", "1"]


def test_what_came_and_went_between_agencies_stands_at_both(session: Any) -> None:
    case = add_case(session, MONDAY, agencies=("ecology",))
    for hours, before, agency in ((1, "housing", "ecology"), (2, "ecology", "housing"),
                                  (3, "housing", "ecology")):  # fmt: skip
        journal.append(case, "redirected", by=None, now=MONDAY + timedelta(hours=hours),
                       claim_ordinal=1, before=before, agency=agency)  # fmt: skip
    add_case(session, MONDAY)
    found = taken(session)

    (row,) = starting(tables(found), "Sent here").rows
    assert row[1:] == ("1", "2", "2")
    (row,) = starting(tables(found, "ecology"), "Sent here").rows
    assert row[1:] == ("2", "1", "2")
    asked = starting(tables(found), "Questions").rows
    assert any("back and forth: 2 (F56)" in question for question, _ in asked)


def test_an_agency_is_asked_for_what_is_late_and_answers_in_five_working_days(
    session: Any,
) -> None:
    add_case(session, MONDAY, due=date(2026, 10, 14))
    add_case(session, MONDAY, agencies=("ecology",), answered=MONDAY + timedelta(days=1))
    found = taken(session)

    asked = starting(tables(found), "Questions")
    assert asked.caption == "Questions to the agency; reply by October 23, 2026"
    assert asked.rows[0][0].startswith("Past their last day without an answer: 1 (F25).")
    assert {reply for _, reply in asked.rows} == {""}
    assert starting(tables(found, "ecology"), "Questions") is None


def test_the_curve_needs_twenty_matters_of_the_quarter(session: Any) -> None:
    for n in range(20):
        add_case(session, MONDAY - timedelta(hours=n), answered=MONDAY + timedelta(days=n % 5))
    for _ in range(19):
        add_case(session, MONDAY, agencies=("ecology",))
    own = taken(session).particulars["edition"]["standing"]["agencies"]

    assert own["housing"]["curve"]
    assert "curve" not in own["ecology"]


def test_figures_kept_before_print_as_they_did(session: Any) -> None:
    add_case(session, MONDAY, due=date(2026, 10, 14))
    found = taken(session)
    del found.particulars["edition"]["standing"]

    assert starting(tables(found), "Questions") is None
    assert part(found).chart is not None
