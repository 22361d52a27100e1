"""What only the annual report tells, and which periods an edition does not compare."""

from datetime import date
from typing import Any

from reports import composing, figure_sets, periods, year_facts
from reports.figure_sets import FigureSet
from reports.monthly import Report
from reports.parts import Section
from tests.reports.proposing import in_force, put_to_vote, sent
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

YEAR = periods.parse("2026")
AFTER = at("2027-01-20 05:00")


def taken(session: Any, name: str = "2026", now: Any = NOW) -> FigureSet:
    return figure_sets.take(session, periods.parse(name), now=now)


def part(told: Report, key: str) -> Section:
    return next(one for one in told.sections if one.key == key)


def test_a_period_before_the_register_is_not_compared_and_its_beginning_is_said_once(
    session: Any,
) -> None:
    for _ in range(9):
        add_case(session, "2025-11-15 04:00")
    for n in range(40):
        add_case(session, f"2026-02-{n % 28 + 1:02} 04:00")
    told = composing.report(taken(session, now=AFTER), "en")
    page = composing.html(told)

    assert page.count("The register of appeals (F01) began on November 15, 2025") == 1
    assert told.headline == "Appeals received: 40 (F01)"
    assert {stat.month_before for stat in told.stats} == {"–"}
    assert "up from" not in page
    assert "Grew:" not in page

    add_case(session, "2024-12-31 04:00")
    compared = composing.report(taken(session, now=AFTER), "en")
    assert compared.headline == "Appeals received: 40, up from 9 (F01)"
    assert "The register of appeals" not in composing.html(compared)


def test_the_year_before_stands_in_one_column(session: Any) -> None:
    add_case(session, "2026-02-01 04:00")
    told = composing.report(taken(session), "ru")

    columns = part(told, "flow").tables[0].columns
    assert columns[-1] == "Прошлый период"
    assert len(columns) == 4
    assert "Год назад" not in composing.html(told)


def test_nobody_who_gave_a_number_is_not_nobody_who_wrote(session: Any) -> None:
    add_case(session, "2026-02-01 04:00")
    told = composing.report(taken(session), "en")

    assert {s.code: s.value for s in told.stats}["F30"] == "not known"
    assert "Persons who appealed: not known (F30)." in part(told, "people").paragraphs


def test_each_body_answers_for_its_rows_and_silence_is_counted(session: Any) -> None:
    in_force(session, on=date(2026, 12, 1))
    session.flush()
    kept = year_facts.of_period(session, YEAR, as_of=AFTER)

    [(year, bodies)] = kept["bodies"].items()
    assert (year, bodies["digital-ministry"]["accepted"]) == ("2026", 1)
    [promise] = kept["promises"]
    assert (promise["act"], promise["in_force_on"]) == ("101-VIII", "2026-12-01")

    told = composing.report(taken(session, now=AFTER), "en")
    [row] = part(told, "promises").tables[0].rows
    assert row[-1] == "2026-12-01"
    assert part(told, "bodies").tables[0].rows[0][1:] == ("1", "1", "0", "0", "0", "0")


def test_a_body_that_kept_silent_stays_in_the_count(session: Any) -> None:
    sent(session)
    kept = year_facts.of_period(session, YEAR, as_of=AFTER)

    assert kept["bodies"]["2026"]["digital-ministry"]["silent"] == 1
    assert not kept["promises"]


def test_figures_of_before_the_yearbook_print_still(session: Any) -> None:
    add_case(session, "2026-02-01 04:00")
    old = taken(session)
    for name in ("began", "yearbook"):
        del old.particulars["edition"][name]

    told = composing.report(old, "kk")
    assert "glossary" not in {one.key for one in told.sections}


def test_a_vote_that_was_not_taken_is_no_vote_of_noughts(session: Any) -> None:
    item, _ = put_to_vote(session)
    told = composing.report(taken(session), "en")

    rows = dict(part(told, item.proposal.number).tables[0].rows)
    assert rows["Votes for, against, abstained"] == "not voted yet"
    assert "not known" in " ".join(part(told, "causes").paragraphs)
