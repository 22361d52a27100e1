"""Editions of every kind: the same figures in three languages, whatever the period was like."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from agencies.appeals import Appeal
from agencies.directory import AgencyName, agency_by_code
from reports import charts, composing, figure_sets, lean, periods, sheets
from reports.charts import Mark
from reports.figure_sets import FigureSet
from reports.measures import catalogue, measure
from reports.monthly import Report
from reports.readings import Change, Reading, change
from tests.make import make_ticket
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
            if session.scalar(select(Appeal.id).limit(1)) is None:
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
    """Without what is marked as another language's."""
    own = re.sub(
        r'<t[dh][^>]* lang="\w\w"[^>]*>[^<]*', " ", composing.html(told).split("</head>")[1]
    )
    return re.sub(r"<[^>]*>", " ", own)


@pytest.mark.parametrize("name", PERIODS)
def test_every_language_tells_the_same_codes_values_and_parts(taken: Any, name: str) -> None:
    told = [composing.report(taken(name), language) for language in LANGUAGES]

    assert len({tuple(f.code for f in one.figures) for one in told}) == 1
    assert len({tuple(s.code for s in one.stats) for one in told}) == 1
    digits = [[re.sub(r"[^\d]", "", stat.value) for stat in one.stats] for one in told]
    assert digits[0] == digits[1] == digits[2]
    parts = [{part.key: len(part.tables) for part in one.sections} for one in told]
    assert parts[0] == parts[1] == parts[2]


@pytest.mark.parametrize("name", PERIODS)
def test_no_english_word_is_left_in_the_other_languages(taken: Any, name: str) -> None:
    for language in ("kk", "ru"):
        words = set(re.findall(r"[A-Za-z]{3,}", page(composing.report(taken(name), language))))
        left = words - {"Open", "Almaty", "figures", "csv", "OpenStreetMap"}
        assert not {word for word in left if not re.fullmatch(r"[0-9a-f]+", word)}


@pytest.mark.parametrize("name", PERIODS)
def test_every_statement_carries_the_number_of_its_measure(taken: Any, name: str) -> None:
    told = composing.report(taken(name), "en")
    known = {one.number for one in catalogue().measures.values()}

    if told.kind != "monthly":
        assert re.search(r"\(F\d\d\)", told.headline)
        day = [one for one in told.findings if one.startswith("The day:")]
        figures = [one for one in told.findings if one not in day]
        assert figures
        assert all(re.search(r"\(F\d\d\)", finding) for finding in figures)
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


@pytest.mark.parametrize("name", ["2026-10", "2026"])
def test_agencies_stand_in_a_funnel_and_both_totals_are_told(taken: Any, name: str) -> None:
    """The same from what was kept as JSON as from what was just counted."""
    kept = FigureSet(
        kind=taken(name).kind, first=taken(name).first, last=taken(name).last,
        as_of=taken(name).as_of, pack=taken(name).pack, query_hash=taken(name).query_hash,
        particulars=json.loads(json.dumps(taken(name).particulars)),
    )  # fmt: skip
    for language in LANGUAGES:
        told = composing.report(kept, language)
        part = [p for p in told.sections if p.key in ("agencies", "more-agencies")][-1]
        assert part.chart is not None
        assert part.chart.drawing.count("<circle") >= 1
        assert len(part.chart.table.rows) == part.chart.drawing.count("<circle")
        assert any("30" in said and "(F01)" in said for said in part.paragraphs)
        assert composing.html(told) == composing.html(composing.report(taken(name), language))


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


ELSEWHERE = """
import hashlib, json, sys
from datetime import datetime
from reports import composing, lean, sheets
from reports.figure_sets import FigureSet
from reports.periods import parse
lean.prepare = lambda: None
kept = json.load(sys.stdin)
period = parse(kept.pop("period"))
figures = FigureSet(kind=period.kind, first=period.first, last=period.last,
                    as_of=datetime.fromisoformat(kept.pop("as_of")), **kept)
made = composing.render(figures, "kk")
files = made.read, made.kept, made.workbook, sheets.measures_csv(figures), sheets.pack_csv(figures)
print(*(hashlib.sha256(file).hexdigest() for file in files))
"""
NO_FONTS = '<?xml version="1.0"?><fontconfig></fontconfig>'


def test_the_same_figures_give_the_same_digests_on_another_machine(
    taken: Any, tmp_path: Path
) -> None:
    """As far as a process can be another machine: other names of things, zone and locale, another
    home and folder, none of the system's fonts, the figures read back from JSON whose names stand
    in another order, and pages kept as the library keeps them, not in the smallest form.
    """
    figures, root = taken("2026-10"), Path(composing.__file__).parents[1]
    (tmp_path / "fonts.conf").write_text(NO_FONTS, encoding="utf-8")
    elsewhere = {
        "PATH": "/usr/bin:/bin", "PYTHONPATH": str(root), "PYTHONHASHSEED": "4711",
        "TZ": "America/Los_Angeles", "LC_ALL": "C", "HOME": str(tmp_path), "LANG": "tr_TR",
        "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "XDG_CACHE_HOME": str(tmp_path),
    }  # fmt: skip
    kept = {
        "period": figures.period.name, "as_of": figures.as_of.isoformat(), "pack": figures.pack,
        "particulars": figures.particulars, "query_hash": figures.query_hash,
    }  # fmt: skip
    there = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], input=_turned(kept), env=elsewhere, cwd=tmp_path,
        capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip

    made = composing.render(figures, "kk")
    files = (made.read, made.kept, made.workbook, sheets.measures_csv(figures),
             sheets.pack_csv(figures))  # fmt: skip
    assert there.stdout.split() == [hashlib.sha256(file).hexdigest() for file in files]


def _turned(kept: Any) -> str:
    """The same JSON with the names of every object in the reverse order."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(each) for each in value] if isinstance(value, list) else value

    return json.dumps(turned(json.loads(json.dumps(kept))))


@pytest.mark.parametrize("name", PERIODS)
def test_every_value_in_the_files_has_its_parts_base_moment_and_query(
    taken: Any, name: str
) -> None:
    rows = list(csv.DictReader(io.StringIO(sheets.measures_csv(taken(name)).decode())))

    assert len(rows) >= len(catalogue().measures)
    for row in rows:
        assert row["numerator"] or row["remark"] == sheets.HIDDEN
        assert row["base"] in catalogue().bases
        assert int(row["version"]) >= 1
        assert re.fullmatch("[0-9a-f]{64}", row["query_hash"])
        assert row["as_of"] == NOW.isoformat()


def test_few_are_hidden_below_the_level_of_the_hall(taken: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(sheets.measures_csv(taken("2026-10-14")).decode())))
    below = [row for row in rows if ":" in row["scope"]]

    assert any(row["remark"] == sheets.HIDDEN for row in below)
    for row in below:
        for part in ("numerator", "denominator"):
            assert not row[part] or float(row[part]) == 0 or float(row[part]) >= 5


def test_a_cell_never_begins_like_a_formula() -> None:
    assert sheets.as_csv([("=1+1", "-2", -2)]).decode() == "'=1+1,'-2,-2\n"


def test_a_period_that_goes_on_says_until_when_it_is_counted(taken: Any) -> None:
    assert "The period is not over" in composing.html(composing.report(taken("2026-Q4"), "en"))
    assert "The period is not over" not in composing.html(composing.report(taken("2026-10"), "en"))


def test_an_agency_that_only_received_visitors_has_no_pages_of_dashes(session: Any) -> None:
    add_case(session, "2026-11-20 04:00", agencies=("ecology",))
    make_ticket(session, now=NOW)
    told = composing.report(figure_sets.take(session, periods.parse("2026-11"), now=NOW), "en")
    week = composing.report(figure_sets.take(session, periods.parse("2026-W48"), now=NOW), "en")

    assert [part.key for part in week.sections if ":" in part.key] == ["agency:ecology"]
    (queue,) = [t for part in week.sections for t in part.tables if "queue" in t.caption]
    assert len(queue.rows) == 1
    assert told.is_unfinished


def test_what_is_usual_is_told_from_four_such_weekdays_on(session: Any) -> None:
    for weeks in range(1, 4):
        add_case(session, at("2026-10-14 04:00") - timedelta(weeks=weeks))
    day = periods.parse("2026-10-14")

    def usual() -> str:
        told = composing.report(figure_sets.take(session, day, now=NOW), "en")
        return told.sections[0].tables[0].rows[-1][2]

    assert usual() == "–"
    add_case(session, at("2026-10-14 04:00") - timedelta(weeks=4))
    assert usual() == "1"


@pytest.mark.parametrize("name", ["2025-W10", "2025-03", "2025-Q1", "2025"])
def test_an_empty_period_has_no_drawings_and_no_tables_of_noughts(session: Any, name: str) -> None:
    told = composing.report(figure_sets.take(session, periods.parse(name), now=NOW), "en")

    assert not any(part.chart for part in told.sections)
    assert "There is nothing to count" in page(told)


@pytest.mark.parametrize("name", ["2026-10", "2026-Q4", "2026"])
def test_the_districts_are_a_map_that_names_whose_outlines_it_shows(taken: Any, name: str) -> None:
    told = composing.report(taken(name), "ru")
    (chart,) = [p.chart for p in told.sections if p.key in ("district", "districts")]

    assert 'class="city"' in chart.drawing
    assert "Медеуский" in chart.drawing
    assert "Наурызбайский" in chart.drawing
    assert "OpenStreetMap" in composing.html(told)


def test_names_of_lines_that_end_on_the_floor_stay_within_the_drawing() -> None:
    series = [charts.Series(f"line {n}", (9, 0)) for n in range(3)]
    drawn = str(charts.lines("t", ["9", "10"], series, charts.PRINT, highest="9"))
    floor = float(re.findall(r'class="axis" [^>]*y1="([\d.]+)"', drawn)[0])
    ends = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*>line', drawn)]

    assert max(ends) <= floor
    assert min(b - a for a, b in pairwise(sorted(ends))) >= charts.PRINT.letter


def test_a_wait_without_an_interval_is_never_called_unchanged() -> None:
    wait = measure("wait_median")
    now, before = Reading(40, 40, 27.0), Reading(40, 40, 0.5)

    assert change(wait, now, before) is Change.INCOMPARABLE


@pytest.mark.parametrize("name", PERIODS)
def test_steps_of_a_series_are_named_in_words(taken: Any, name: str) -> None:
    for language in ("kk", "ru"):
        assert not re.search(r"\d{4}-[WQ]\d", page(composing.report(taken(name), language)))


def test_a_page_that_is_laid_out_keeps_nothing_that_its_class_says() -> None:
    class Box:
        def descendants(self) -> Any:
            yield self

    page = Box()
    vars(page).update(margin_top=0, margin_left=3.0, max_width=inf, remove_decoration_sides=set())
    vars(page)["resume_at"] = {0: None}

    lean.slim_page(page, Box, lean.ONLY_FOR_THE_LAYOUT)

    assert vars(page) == {"margin_left": 3.0}


BOXES = """
import hashlib
from reports import lean, pdf
{prepare}
page = (
    '<html lang="en"><head><title>x</title><link rel="stylesheet" href="package:print.css"></head>'
    '<body class="brief"><table class="figures decide"><tbody><tr><th scope="row">1</th><td>2</td>'
    '<td><span class="tick"></span></td></tr></tbody></table></body></html>'
)
print(hashlib.sha256(pdf.render(page)).hexdigest())
"""


def test_a_box_in_a_cell_is_drawn_in_the_smallest_form_as_in_that_of_the_library() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", BOXES.format(prepare=prepare)],
            cwd=Path(composing.__file__).parents[1], capture_output=True, check=True, timeout=120,
        ).stdout
        for prepare in ("", "lean.prepare = lambda: None")
    }  # fmt: skip

    assert len(digests) == 1


def test_a_period_that_is_not_over_is_not_held_against_a_whole_one(session: Any) -> None:
    for n in range(60):
        add_case(session, at("2026-11-09 04:00") + timedelta(minutes=n))
    add_case(session, "2026-11-16 04:00")

    going = figure_sets.take(session, periods.parse("2026-W47"), now=at("2026-11-17 05:00"))
    over = figure_sets.take(session, periods.parse("2026-W47"), now=at("2026-11-24 05:00"))

    assert composing.report(going, "en").headline == (
        "Appeals received: 1; period before: 60 (F01)"
    )
    assert "down from 60" in composing.report(over, "en").headline
