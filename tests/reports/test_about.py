"""What an edition says about its own statistics, its corrections, and who is not heard in it."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

from agencies.staff import Role
from reports import composing, editions, figure_sets, periods
from reports.editions import Edition
from reports.figure_sets import FigureSet
from reports.parts import Section
from tests.make import make_officer
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

SEPTEMBER, OCTOBER = periods.month(2026, 9), periods.month(2026, 10)
THEN = at("2026-10-09 05:00")
REASON = "Бір аудан екі рет саналған."


def part(figures: FigureSet, key: str, language: str = "en") -> Section:
    told = composing.report(figures, language)
    return next(one for one in told.sections if one.key == f"more-{key}")


def issued(session: Any, period: periods.Period, *, now: Any) -> Edition:
    edition = editions.request(session, period, language="kk", by=None, now=now)
    edition.status, edition.issued_at = editions.EditionStatus.ISSUED, now
    session.flush()
    return edition


def test_a_figure_that_moved_since_it_was_printed_is_told_with_both_values(session: Any) -> None:
    for _ in range(3):
        add_case(session, "2026-09-10 04:00")
    issued(session, SEPTEMBER, now=THEN)
    add_case(session, "2026-09-11 04:00")

    told = part(figure_sets.take(session, OCTOBER, now=NOW), "corrections")

    rows = {row[0]: row[1:] for table in told.tables for row in table.rows}
    assert rows["Received (F01)"] == ("3", "4")
    assert "Tickets issued (F15)" not in rows
    assert any("9 October 2026" in said or "October 9, 2026" in said for said in told.paragraphs)


def test_a_withdrawn_edition_is_told_once_with_its_reason_and_what_replaced_it(
    session: Any,
) -> None:
    issued(session, SEPTEMBER, now=THEN - timedelta(days=2))
    wrong = issued(session, OCTOBER.before, now=THEN)
    by = make_officer(session, Role.ANALYST)
    editions.withdraw(wrong, reason=REASON, by=by, now=THEN + timedelta(days=1))
    session.flush()

    october = part(figure_sets.take(session, OCTOBER, now=NOW), "corrections", "kk")
    later = part(figure_sets.take(session, periods.month(2026, 11), now=NOW), "corrections")

    [row] = [row for table in october.tables for row in table.rows if REASON in row]
    assert row[0] == "2026-10-10"
    assert "қыркүйек (kk)" in row[1]
    assert not any(REASON in row for table in later.tables for row in table.rows)


def test_a_definition_that_changed_is_named_and_a_changed_statement_alone_is_not(
    session: Any,
) -> None:
    before = issued(session, SEPTEMBER, now=THEN)
    kept = deepcopy(before.figure_set.particulars)
    counted = kept["edition"]["counted"]
    counted["on_time"]["version"] = 0
    counted["received"]["query_hash"] = "0" * 64
    del counted["norm_cited"]
    before.figure_set.particulars = kept
    session.flush()

    told = part(figure_sets.take(session, OCTOBER, now=NOW), "corrections")

    assert "Measures whose definition changed: F21; new ones: F68; no longer counted: –." in (
        told.paragraphs
    )


def test_what_is_unknown_is_a_share_of_what_came(session: Any) -> None:
    for n in range(24):
        add_case(session, "2026-10-05 04:00", district=None if n < 6 else "medeu")

    told = part(figure_sets.take(session, OCTOBER, now=NOW), "about")

    assert any(said.startswith("District unknown: 25.0%") for said in told.paragraphs)
    assert [row[0] for row in told.tables[0].rows][:2] == [
        "District unknown (F62)", "Topic unknown (F63)",
    ]  # fmt: skip


def test_a_district_and_a_channel_without_any_appeal_are_named(session: Any) -> None:
    for n in range(40):
        add_case(session, "2026-10-05 04:00", district="medeu" if n else "alatau")

    told = part(figure_sets.take(session, OCTOBER, now=NOW), "heard")

    district, language, channel = told.paragraphs
    assert "Turksib" in district.split(". With less")[0]
    assert "Alatau" in district.split(". With less")[1]
    assert "Medeu" not in district
    assert "Russian" in language
    assert "portal" in channel
    assert [sum(int(row[1]) for row in table.rows) for table in told.tables] == [40, 40, 40]
