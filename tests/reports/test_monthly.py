"""The printed report: what a reader, a screen reader and an archive get."""

import csv
import io
import re
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from reception.language import LANGUAGES
from reports import charts, composing, editions, figure_sets, maps, pdf, periods, sheets
from reports.charts import Mark, Series, Stack
from reports.figure_sets import FigureSet
from reports.measures import catalogue
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

PANGRAM = (
    "Ә ғ қ ң ө ұ ү һ і Ғ Қ Ң Ө Ұ Ү Һ І ₸ № − ▲ ▼ → «әңгіме өрісі ұлғайып, үй һәм көңіл ғажабы»"
)
TAGS_OF_HEADINGS = ("/H1", "/H2", "/H3")


KEPT: dict[str, Any] = {}
"""Taking figures and rendering cost seconds; the tests that only read share one of each."""


@pytest.fixture
def october(request: pytest.FixtureRequest) -> FigureSet:
    if "october" not in KEPT:
        KEPT["october"] = _october(request.getfixturevalue("session"))
    found: FigureSet = KEPT["october"]
    return found


def _october(session: Any) -> FigureSet:
    for n in range(30):
        moment = at("2026-10-05 04:00") + timedelta(hours=7 * n)
        first = moment + timedelta(days=n % 9) if n % 3 else None
        add_case(session, moment, first=first, answered=first,
                 agencies=(("housing", "akimat-medeu", "transport_roads")[n % 3],),
                 district=("medeu", "alatau", None)[n % 3],
                 subject=("01.05", "03", None)[n % 3])  # fmt: skip
    add_case(session, "2026-09-05 04:00")
    taken = figure_sets.take(session, periods.parse("2026-10"), now=NOW)
    session.commit()  # the database ends transactions that wait as long as a rendering may take
    return taken


def rendered(october: FigureSet, language: str) -> bytes:
    if language not in KEPT:
        KEPT[language] = composing.render(october, language).read
    content: bytes = KEPT[language]
    return content


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def spoken(content: bytes) -> str:
    """The words of the file with single spaces; words broken at a line's end are joined."""
    text = " ".join(page.extract_text() for page in read(content).pages)
    return re.sub(r"\s+", " ", text.replace("\u202f", " "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_a_tagged_file_in_its_language(october: FigureSet, language: str) -> None:
    file = read(rendered(october, language))
    root = file.trailer["/Root"]

    assert str(root["/Lang"]).startswith(language)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert file.metadata is not None
    assert "2026" in str(file.metadata.title)
    assert 8 <= len(file.pages) <= 24
    assert b"pdfuaid" in root["/Metadata"].get_data()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_has_words_and_headings_do_not_skip(
    october: FigureSet, language: str
) -> None:
    root = read(rendered(october, language)).trailer["/Root"]["/StructTreeRoot"]
    elements = list(_elements(root))

    drawings = [element for element in elements if element.get("/S") == "/Figure"]
    assert len(drawings) >= 3
    assert all(str(drawing["/Alt"]).strip() for drawing in drawings)
    depths = [TAGS_OF_HEADINGS.index(e["/S"]) for e in elements if e.get("/S") in TAGS_OF_HEADINGS]
    assert depths[0] == 0
    assert all(after - before <= 1 for before, after in pairwise(depths))


def _elements(element: Any) -> Any:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object()
        if isinstance(found, dict) and "/S" in found:
            yield found
            yield from _elements(found)


def test_only_our_letters_are_used_and_all_are_in_the_file(october: FigureSet) -> None:
    for page in read(rendered(october, "kk")).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert "+Inter" in inner["/BaseFont"]
            assert "/FontFile2" in inner["/FontDescriptor"].get_object()


def test_equal_figures_give_equal_bytes(october: FigureSet) -> None:
    assert composing.render(october, "kk").read == rendered(october, "kk")


def test_kept_figures_print_the_same_as_fresh_ones(session: Any) -> None:
    """The database keeps the names inside a set in an order of its own."""
    for n in range(8):
        add_case(session, at("2026-10-05 04:00") + timedelta(days=n), due=NOW.date() - timedelta(n))
    fresh = figure_sets.take(session, periods.parse("2026-10"), now=NOW)
    before = composing.html(composing.report(fresh, "kk")), sheets.pack_csv(fresh)
    session.add(fresh)
    session.commit()
    session.refresh(fresh)

    assert (composing.html(composing.report(fresh, "kk")), sheets.pack_csv(fresh)) == before


def test_the_figures_travel_inside_the_file(october: FigureSet) -> None:
    attached = read(rendered(october, "ru")).attachments["figures.csv"][0]
    rows = dict(list(csv.reader(io.StringIO(attached.decode())))[1:])

    assert rows["received"] == "30"
    assert rows["on_time_share/denominator"] == str(october.pack["on_time_share"]["denominator"])
    assert rows["by_agency/housing/received"] == "10"
    assert rows["flow/carried_in"] == "1"


def test_each_language_tells_the_same_figures_under_the_same_codes(october: FigureSet) -> None:
    told = {language: composing.report(october, language) for language in LANGUAGES}
    books = [[figure.code for figure in report.figures] for report in told.values()]

    assert books[0] == books[1] == books[2] == [one.number for one in catalogue().measures.values()]
    assert len({len(report.sections) for report in told.values()}) == 1
    assert told["en"].headline == (
        "October 2026: 30 appeals received, more than in the month before (1) (F01)"
    )
    russian, kazakh = (told[code].headline.replace("\u202f", " ") for code in ("ru", "kk"))
    assert russian.startswith("Октябрь 2026 г.: поступило 30 обращений, больше")
    assert kazakh.startswith("2026 ж. қазан: 30 жолданым түсті, алдыңғы айдағыдан")


def test_the_first_page_and_the_tables_say_the_same_under_one_number(october: FigureSet) -> None:
    told = composing.report(october, "en")
    tables = {row[0]: row[1] for part in told.sections for table in part.tables
              for row in table.rows}  # fmt: skip

    for stat in told.stats:
        assert tables.get(f"{stat.label} ({stat.code})", stat.value) == stat.value
    assert [stat.code for stat in told.stats] == ["F01", "F13", "F21", "F25", "F26", "F15"]


def test_every_sentence_with_a_number_has_the_number_of_its_measure(october: FigureSet) -> None:
    told = composing.report(october, "en")
    said = [*told.findings, *(line for part in told.sections[:6] for line in part.paragraphs),
            *(part.chart.finding for part in told.sections[:6] if part.chart)]  # fmt: skip

    assert [line for line in said if re.search(r"\d", line) and not re.search(r"F\d\d", line)] == []


def test_no_english_word_is_left_in_the_kazakh_report(october: FigureSet) -> None:
    page = composing.html(composing.report(october, "kk")).split("</head>")[1]
    printed = re.sub(r"<[^>]*>", " ", page)
    left = set(re.findall(r"[A-Za-z]{3,}", printed)) - {
        "Open",
        "Almaty",
        "figures",
        "csv",
        "OpenStreetMap",
    }

    assert not {word for word in left if not re.fullmatch(r"[0-9a-f]+", word)}


def test_kazakh_letters_come_back_whole_in_every_weight() -> None:
    page = (
        '<!doctype html><html lang="kk"><head><title>Сынақ</title></head><body>'
        f"<h1>Сынақ</h1><p>{PANGRAM}</p><p><b>{PANGRAM}</b></p>"
        f'<p style="font-weight:600">{PANGRAM}</p></body></html>'
    )

    assert spoken(pdf.render(page)).count(PANGRAM) == 3


def test_a_month_in_which_nothing_came(session: Any) -> None:
    empty = figure_sets.take(session, periods.parse("2026-09"), now=NOW)

    assert composing.report(empty, "en").headline == "September 2026: no appeals were received"
    assert len(read(composing.render(empty, "en").read).pages) >= 3


def test_a_month_with_one_case_prints_no_percentage(session: Any) -> None:
    add_case(session, "2026-09-05 04:00", due=at("2026-10-01 00:00").date())
    one = figure_sets.take(session, periods.parse("2026-09"), now=NOW)
    told = composing.report(one, "en")

    assert told.headline.startswith("September 2026: one appeal received")
    assert next(stat.value for stat in told.stats if stat.code == "F21") == "–"
    assert any("0 of 1 (F08)" in said for part in told.sections for said in part.paragraphs)
    assert not re.search(r"\d\s?%", composing.html(told).replace("95 %", ""))


def test_the_month_whose_last_day_had_25_hours(session: Any) -> None:
    """At the end of 29 February 2024 Almaty's clocks went back from midnight to 23:00."""
    for moment in ("2024-02-29 17:30", "2024-02-29 18:30", "2024-02-29 19:00"):
        add_case(session, moment)
    leap = figure_sets.take(session, periods.parse("2024-02"), now=NOW)

    assert leap.pack["received"] == 2
    assert composing.html(composing.report(leap, "kk"))


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1/x", "package:../pdf.py"]
)
def test_a_page_reaches_nothing_but_its_package(address: str) -> None:
    page = f'<!doctype html><html lang="en"><title>t</title><h1>t</h1><img alt="x" src="{address}">'

    with pytest.raises(pdf.RenderingFailed):
        pdf.render(page)


def test_markup_in_a_name_stays_text() -> None:
    svg = charts.bars("a < b & c", [Mark("<script>", 3, "3")], charts.PRINT)

    assert "<title>a &lt; b &amp; c</title>" in svg
    assert "<script>" not in svg


@cache
def _every_chart() -> tuple[str, ...]:
    rows = [Stack("Ұзақ атаулы орган", (5, 2, 1), "8")]
    return (
        charts.bars("t", [Mark("a", 0, "0")], charts.PRINT),
        charts.columns("t", [], charts.SCREEN),
        charts.stacks("t", ("a", "b", "c"), rows, charts.PRINT),
        charts.lines("t", ["9", "10"], [Series("x", (1, 2)), Series("y", (0, 0))], charts.PRINT,
                     highest="2"),
    )  # fmt: skip


@pytest.mark.parametrize("chart", range(4))
def test_a_chart_names_its_font_and_says_its_message(chart: int) -> None:
    svg = _every_chart()[chart]

    assert re.match(r'<svg [^>]*font-family="Inter[^>]*><title>t</title>', svg)
    assert "nan" not in svg


def test_lines_differ_without_colour() -> None:
    assert _every_chart()[3].count("stroke-dasharray") == 1


def test_in_grey_the_parts_of_a_bar_differ_three_to_one() -> None:
    for (_, one), (_, next_one) in pairwise(charts.FILLS):
        assert contrast(one, next_one) >= 3


def test_in_grey_each_class_of_the_map_is_darker_and_its_words_can_be_read() -> None:
    for shade, fill in enumerate(maps.CLASSES):
        assert contrast(fill, maps.ink(shade)) >= 4.5
    for light, dark in pairwise(maps.CLASSES):
        assert luminance(light) > luminance(dark)
        assert contrast(light, dark) >= 1.3


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_languages_have_as_many_pages_but_for_one(october: FigureSet) -> None:
    pages = [len(read(rendered(october, language)).pages) for language in LANGUAGES]

    assert max(pages) - min(pages) <= 1


def test_all_editions_have_the_same_languages() -> None:
    assert editions.LANGUAGES == LANGUAGES
