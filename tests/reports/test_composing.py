"""Editions of every kind: the same figures in three languages, whatever the period was like."""

import csv
import io
import re
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from agencies.directory import AgencyName, agency_by_code
from reports import charts, composing, figure_sets, periods, sheets
from reports.charts import Mark
from reports.figure_sets import FigureSet
from reports.measures import catalogue
from reports.monthly import Report
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW
from tests.reports.test_monthly import _elements

LANGUAGES = ("kk", "ru", "en")
PERIODS = ("2026-10-14", "2026-W42", "2026-10", "2026-Q4", "2026")
KEPT: dict[str, FigureSet] = {}


@pytest.fixture
def taken(request: pytest.FixtureRequest) -> Any:
    """Figures of a period over the same thirty cases; taken once, read by many."""

    def _taken(name: str) -> FigureSet:
        if name not in KEPT:
            session = request.getfixturevalue("session")
            _fill(session)
            KEPT[name] = figure_sets.take(session, periods.parse(name), now=NOW)
        return KEPT[name]

    return _taken


def _fill(session: Any) -> None:
    for n in range(30):
        moment = at("2026-10-05 04:00") + timedelta(hours=7 * n)
        answered = moment + timedelta(days=n % 9) if n % 3 else None
        add_case(session, moment, first=answered, answered=answered,
                 agencies=(("housing", "akimat-medeu", "transport_roads")[n % 3],),
                 district=("medeu", "alatau", None)[n % 3],
                 subject=("01.05", "03", None)[n % 3])  # fmt: skip


def page(told: Report) -> str:
    return re.sub(r"<[^>]*>", " ", composing.html(told).split("</head>")[1])


@pytest.mark.parametrize("name", PERIODS)
def test_every_language_tells_the_same_codes_values_and_parts(taken: Any, name: str) -> None:
    told = [composing.report(taken(name), language) for language in LANGUAGES]

    assert len({tuple(f.code for f in one.figures) for one in told}) == 1
    assert len({tuple(s.code for s in one.stats) for one in told}) == 1
    digits = [[re.sub(r"[^\d]", "", stat.value) for stat in one.stats] for one in told]
    assert digits[0] == digits[1] == digits[2]
    assert len({tuple(len(part.tables) for part in one.sections) for one in told}) == 1


@pytest.mark.parametrize("name", PERIODS)
def test_no_english_word_is_left_in_the_other_languages(taken: Any, name: str) -> None:
    for language in ("kk", "ru"):
        words = set(re.findall(r"[A-Za-z]{3,}", page(composing.report(taken(name), language))))
        left = words - {"Open", "Almaty", "figures", "csv"}
        assert not {word for word in left if not re.fullmatch(r"[0-9a-f]+", word)}


@pytest.mark.parametrize("name", PERIODS)
def test_every_statement_carries_the_number_of_its_measure(taken: Any, name: str) -> None:
    told = composing.report(taken(name), "en")
    known = {one.number for one in catalogue().measures.values()}

    if told.kind != "monthly":
        assert re.search(r"\(F\d\d\)", told.headline)
        assert all(re.search(r"\(F\d\d\)", finding) for finding in told.findings)
    assert set(re.findall(r"F\d\d", page(told))) <= known


@pytest.mark.parametrize("name", ["2025-03-03", "2025-W10", "2025-03", "2025-Q1", "2025"])
def test_a_period_in_which_nothing_came_is_still_told(session: Any, name: str) -> None:
    empty = figure_sets.take(session, periods.parse(name), now=NOW)

    for language in LANGUAGES:
        assert composing.html(composing.report(empty, language))


def test_an_agency_with_one_case_and_a_long_name(session: Any) -> None:
    agency = agency_by_code(session, "ecology")
    name = session.scalars(select(AgencyName).filter_by(agency_id=agency.id)).first()
    name.name_ru = (
        'ГКУ "Управление" (' + "по вопросам охраны окружающей среды и природопользования " * 3
    )
    add_case(session, "2026-10-14 04:00", agencies=("ecology",))
    one = figure_sets.take(session, periods.parse("2026-W42"), now=NOW)
    session.rollback()
    told = composing.report(one, "ru")

    assert "fewer" not in page(told)
    assert any("природопользования" in part.title for part in told.sections)
    assert not re.search(r"\d\s?%", page(told).replace("95 %", ""))
    assert composing.render(one, "ru").read


def test_an_agency_without_any_work_has_no_page_of_noughts(session: Any) -> None:
    add_case(session, "2026-10-14 04:00", agencies=("ecology",))
    add_case(session, "2026-09-14 04:00", agencies=("housing",), answered="2026-09-20 04:00")
    session.flush()
    week = composing.report(figure_sets.take(session, periods.parse("2026-W42"), now=NOW), "en")

    assert [part.key for part in week.sections if ":" in part.key] == ["agency:ecology"]


def test_values_that_would_run_into_each_other_give_way_to_the_highest() -> None:
    marks = [Mark("", n, f"{n:,}", focus=True) for n in (9767, 8397, 4281)] * 12
    drawn = str(charts.columns("Crisis", marks, charts.PRINT))

    assert "9,767" in drawn
    assert "8,397" not in drawn


def test_a_crisis_day_fits_its_columns(session: Any) -> None:
    for n in range(40):
        add_case(session, at("2026-10-14 03:00") + timedelta(minutes=n))
    crisis = figure_sets.take(session, periods.parse("2026-10-14"), now=NOW)

    assert "40" in composing.report(crisis, "en").headline


def test_the_bulletin_is_a_tagged_page_with_its_files(taken: Any) -> None:
    made = composing.render(taken("2026-10-14"), "kk")
    again = composing.render(taken("2026-10-14"), "kk")
    read, kept = (PdfReader(io.BytesIO(one)) for one in (made.read, made.kept))

    assert made == again
    assert len(read.pages) <= 2
    assert str(read.trailer["/Root"]["/Lang"]) == "kk"
    assert b'pdfaid:part="3"' in kept.trailer["/Root"]["/Metadata"].get_data()
    assert "/AF" in kept.trailer["/Root"]
    assert set(kept.attachments) == {"figures.csv", "measures.csv"}
    drawn = [e for e in _elements(read.trailer["/Root"]["/StructTreeRoot"]) if e["/S"] == "/Figure"]
    assert all(str(one["/Alt"]).strip() for one in drawn)


def test_a_new_version_says_what_it_puts_right(taken: Any) -> None:
    told = composing.report(taken("2026-10-14"), "kk")

    assert "Қате түзетілді." in composing.html(told, note="Қате түзетілді.")


def test_the_workbook_opens_and_has_every_measure(taken: Any) -> None:
    with ZipFile(io.BytesIO(sheets.workbook(taken("2026-10"), "ru"))) as book:
        names = book.namelist()
        first = book.read("xl/worksheets/sheet1.xml").decode()
        second = book.read("xl/worksheets/sheet2.xml").decode()

    assert "xl/workbook.xml" in names
    assert "agency:housing" in first
    assert all(one.name["ru"].replace("&", "&amp;") in second
               for one in catalogue().measures.values())  # fmt: skip


def test_few_are_hidden_below_the_level_of_the_hall(taken: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(sheets.measures_csv(taken("2026-10-14")).decode())))
    below = [row for row in rows if ":" in row["scope"]]

    assert any(row["remark"] == sheets.HIDDEN for row in below)
    for row in below:
        for part in ("numerator", "denominator"):
            assert not row[part] or float(row[part]) == 0 or float(row[part]) >= 5


def test_a_cell_never_begins_like_a_formula() -> None:
    assert sheets.as_csv([("=1+1", "-2", -2)]).decode() == "'=1+1,'-2,-2\n"
