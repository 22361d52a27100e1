"""What stood out in a period, as its editions tell it."""

from datetime import UTC, date, datetime
from typing import Any

from reports import composing, evidence, figure_sets, noticed, noticing, periods
from reports.alerts import Alert, AlertState, Finding, JudgedWeek
from reports.charts import PRINT
from reports.measured import Edition
from reports.wording import Words
from tests.make import make_officer
from tests.reports.proposing import drafted
from tests.reports.register import add_case

OCTOBER = periods.parse("2026-10")
NOW = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


def add_alert(session: Any, series: str, *, week: int = 5, finding: Finding | None = None,
              observed: int = 31) -> None:  # fmt: skip
    session.add(
        Alert(series=series, week=date(2026, 10, week), method="farrington_flexible",
              observed=observed, expected=12.34, bound=20, dispersion=1.2, p=0.0001, tested=40,
              state=AlertState.JUDGED if finding else AlertState.RAISED, finding=finding,
              judged_at=datetime(2026, 10, 20, tzinfo=UTC) if finding else None,
              raised_at=datetime(2026, 10, 12, tzinfo=UTC), reason="x" if finding else "")
    )  # fmt: skip
    session.flush()


def edition(kept: dict[str, Any], language: str = "en") -> Edition:
    return Edition(OCTOBER, {"names": {"category": {}}} | kept, Words(language), PRINT)


def parts(kept: dict[str, Any]) -> dict[str, Any]:
    return {part.key: part for part in noticed.told(edition({"noticed": kept}))}


def test_alerts_of_the_period_are_told_with_what_was_found_out(session: Any) -> None:
    add_alert(session, "category:03", finding=Finding.CONFIRMED)
    add_alert(session, "category:03 district:medeu", week=12, observed=4)
    add_alert(session, "words:қоқыс+жоқ")
    add_alert(session, "hall:tickets")
    add_alert(session, "category:04", week=5)
    kept = noticing.of_period(session, OCTOBER, as_of=NOW)
    told = parts(kept)["stood-out"]

    assert kept["alerts"]["raised"] == 3
    rows = {row[1]: row for row in told.tables[0].rows}
    assert len(rows) == 3
    named = next(name for name in rows if name.startswith("Roads") and "," not in name)
    assert rows[named][2:] == ("31", "12.3", "20", "A matter of the city")
    assert ("<5", "–") in [(row[2], row[4]) for row in told.tables[0].rows]
    assert "–" in [row[5] for row in told.tables[0].rows]


def test_what_was_found_out_after_the_moment_of_counting_is_not_known_yet(session: Any) -> None:
    add_alert(session, "category:03", finding=Finding.CONFIRMED)
    before = datetime(2026, 10, 15, tzinfo=UTC)
    (row,) = noticing.of_period(session, OCTOBER, as_of=before)["alerts"]["rows"]
    assert row["finding"] == ""


def test_a_period_in_which_nothing_stood_out_says_so(session: Any) -> None:
    told = parts(noticing.of_period(session, OCTOBER, as_of=NOW))
    assert list(told) == ["stood-out", "steps", "causes"]
    assert not any(part.tables for part in told.values())
    assert all(len(part.paragraphs) == 1 for part in told.values())
    assert told["stood-out"].paragraphs == [
        "No week of this period was judged, so nothing could stand out."
    ]


def test_weeks_that_were_judged_in_vain_are_counted(session: Any) -> None:
    for day, tested in ((5, 27), (12, 31)):
        session.add(JudgedWeek(week=date(2026, 10, day), tested=tested, judged_at=NOW))
    told = parts(noticing.of_period(session, OCTOBER, as_of=NOW))["stood-out"].paragraphs[0]
    assert "Weeks judged: 2, up to 31 series each" in told


def test_evidence_frozen_without_the_codes_of_two_people_stands_there_with_dashes(
    session: Any,
) -> None:
    by = make_officer(session, "analyst")
    proposal = drafted(session, persons=6, by=by)
    evidence.freeze(session, proposal, by=by, now=datetime(2026, 10, 20, 5, tzinfo=UTC))
    (row,) = parts(noticing.of_period(session, OCTOBER, as_of=NOW))["causes"].tables[0].rows
    assert row == (proposal.number, "Light in one step", "–", "–", "–")


def test_hidden_services_are_counted_over_what_was_coded() -> None:
    coded = {"number": "P-1", "title": {"kk": "Жарық"}, "cases": 30, "in_law": 12, "hidden": 7,
             "kappa": 0.71}  # fmt: skip
    nothing = {"rows": [], "raised": 0, "weeks": 0, "tested": 0, "failed": 0, "steps": 0}
    told = parts({"alerts": nothing, "steps": nothing, "causes": [coded]})["causes"]
    assert "7 cases" in told.paragraphs[0]
    assert told.tables[0].rows[0][2:] == ("40.0%", "30", "0.71")


def test_the_year_until_now_stands_beside_two_years_and_a_gap_is_a_dash() -> None:
    months = [f"{year}-{n:02}" for year in (2025, 2026) for n in range(1, 13)][:22]
    kept = {"months": months, "topics": {"03": list(range(22)), "04": [1] * 22}}
    told = noticed.until_now(edition({"months": kept}))
    assert told is not None
    assert told.tables[0].columns[1:] == ("2026", "2025", "2024")
    assert [row[1:] for row in told.tables[0].rows] == [("165", "45", "–"), ("10", "10", "–")]
    assert "175 appeals" in told.paragraphs[0]


def test_the_month_s_report_tells_it_in_three_languages(session: Any) -> None:
    for day in range(1, 25):
        add_case(session, f"2026-10-{day:02} 04:00", subject="03")
    add_alert(session, "category:03", finding=Finding.EXPLAINED)
    kept = figure_sets.take(session, OCTOBER, now=NOW)
    for language in ("kk", "ru", "en"):
        keys = [part.key for part in composing.report(kept, language).sections]
        assert {"more-stood-out", "more-steps", "more-causes", "more-year"} <= set(keys)
