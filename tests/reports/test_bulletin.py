"""What the bulletin of a day tells beside the numbers of the hall."""

from datetime import date, timedelta
from typing import Any

from agencies import calendar
from reports import composing, figure_sets, periods
from reports.figure_sets import FigureSet
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

DAY = date(2026, 10, 14)


def taken(session: Any) -> FigureSet:
    return figure_sets.take(session, periods.parse(DAY.isoformat()), now=NOW)


def said(found: FigureSet, key: str) -> str:
    told = composing.report(found, "en").sections
    return " ".join(next(one for one in told if one.key == key).paragraphs)


def add_past(session: Any, *, days: int, each: int) -> None:
    workdays = calendar.workdays(session)
    for back in range(1, days + 1):
        day = workdays.add(DAY, -back)
        for n in range(each):
            add_case(session, at(f"{day} 04:00") + timedelta(minutes=n))


def test_a_day_far_above_its_seven_working_days_is_told_in_words(session: Any) -> None:
    add_past(session, days=7, each=2)
    for n in range(9):
        add_case(session, at(f"{DAY} 04:00") + timedelta(minutes=n))
    flags = taken(session).particulars["edition"]["shift"]["flags"]

    assert [(row["agency"], row["observed"], row["bound"]) for row in flags["rows"]] == [
        ("", 9, 3), ("housing", 9, 3),
    ]  # fmt: skip
    assert "Matters received, all agencies: 9; 2.0 on average" in said(taken(session), "flags")


def test_a_usual_day_has_no_flag_and_one_without_a_past_is_not_judged(session: Any) -> None:
    add_past(session, days=6, each=6)
    add_case(session, f"{DAY} 04:00")
    assert said(taken(session), "flags").startswith("Nothing can be judged")

    add_case(session, at(f"{calendar.workdays(session).add(DAY, -7)} 04:00"))
    assert said(taken(session), "flags").startswith("Nothing: 2 counts")


def test_an_agency_stands_with_what_is_due_on_the_next_working_day(session: Any) -> None:
    add_case(session, f"{DAY} 04:00", due=DAY + timedelta(days=1))
    add_case(session, f"{DAY} 04:00", due=DAY - timedelta(days=1))
    add_case(session, f"{DAY} 04:00", due=DAY + timedelta(days=1), answered=f"{DAY} 06:00")
    told = composing.report(taken(session), "en")
    (table,) = next(one for one in told.sections if one.key == "agencies").tables

    (row,) = table.rows
    assert row[-3:-1] == ("3", "1")
    assert told.findings[0].startswith("The day: a working day; the hall is open from")
