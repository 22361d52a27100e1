"""The month on two pages: one sheet, the figures of the full report, asked for like the others."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from agencies.directory import AgencyName
from agencies.errors import Invalid
from agencies.staff import Role
from reception.language import LANGUAGES
from reports import brief, composing, editions, figure_sets, periods
from reports.editions import EditionKind
from reports.figure_sets import FigureSet
from tests.make import make_officer
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW
from tests.reports.test_monthly import _elements, read

OCTOBER = periods.parse("2026-10")
TOPICS = ("01.01", "02.02", "03", "04.01", "05", "06", None)
LONG = "Қоршаған ортаны қорғау және табиғатты ұтымды пайдалану мәселелері жөніндегі басқармасы, "


def fill(session: Any, *, cases: int = 60) -> FigureSet:
    for n in range(cases):
        moment = at("2026-10-05 04:00") + timedelta(hours=7 * n)
        answered = moment + timedelta(days=n % 9) if n % 3 else None
        add_case(session, moment, first=answered, answered=answered, due=date(2026, 10, 28),
                 agencies=(("housing", "akimat-medeu", "transport_roads")[n % 3],),
                 district=("medeu", "alatau", None)[n % 3],
                 subject=("01.05", "03", None)[n % 3])  # fmt: skip
    session.flush()
    return figure_sets.take(session, OCTOBER, now=NOW)


def proposals_on(taken: FigureSet, count: int, status: str) -> None:
    words = dict.fromkeys(LANGUAGES, "Көрсетілетін қызмет мерзімін қысқарту туралы ұсыныс. " * 2)
    kept = dict(taken.particulars["edition"])
    kept["proposals"] = [
        {"number": f"P-2026-{n:03}", "status": status, "title": words, "aim": words,
         "addressee": "", "sent_on": "", "due_on": "2026-11-19", "waiting_days": 4, "answer": "",
         "votes": [], "effect": "", "ratio": None}
        for n in range(count)
    ]  # fmt: skip
    taken.particulars = {**taken.particulars, "edition": kept}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_two_pages_with_words_for_every_drawing(session: Any, language: str) -> None:
    taken = fill(session)
    proposals_on(taken, 20, "on_agenda")
    session.rollback()
    file = read(composing.render(taken, language, short=True, base="https://hall.test").read)

    assert len(file.pages) == 2
    assert str(file.trailer["/Root"]["/Lang"]).startswith(language)
    drawn = [e for e in _elements(file.trailer["/Root"]["/StructTreeRoot"])
             if e["/S"] == "/Figure"]  # fmt: skip
    assert len(drawn) >= 3
    told = [str(one["/Alt"]).strip() for one in drawn]
    assert all(told)
    assert any(f"hall.test/figures?period={taken.period.name}" in one for one in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_and_many_topics_still_fit_on_two_pages(session: Any, language: str) -> None:
    for name in session.query(AgencyName):
        name.name_kk = name.name_ru = name.name_en = LONG * 2
    taken = fill(session)
    kept = dict(taken.particulars["edition"])
    kept["names"]["category"] = {f"{n:02}": dict.fromkeys(LANGUAGES, LONG) for n in range(20)}
    one = kept["now"]["hall"]
    kept["now"] |= {f"category:{n:02}": one for n in range(20)}
    taken.particulars = {**taken.particulars, "edition": kept}
    proposals_on(taken, 20, "sent")
    session.rollback()

    made = composing.render(taken, language, short=True, base="https://hall.test")
    assert len(read(made.read).pages) == 2


def test_an_empty_month_has_its_brief_too(session: Any) -> None:
    empty = figure_sets.take(session, OCTOBER, now=NOW)
    session.rollback()

    assert len(read(composing.render(empty, "kk", short=True).read).pages) == 2


def test_it_says_what_the_full_report_says_under_the_same_codes(session: Any) -> None:
    taken = fill(session)
    for language in LANGUAGES:
        short, full = brief.report(taken, language), composing.report(taken, language)
        assert (short.stats, short.headline) == (full.stats, full.headline)


def test_every_sentence_with_a_number_has_the_number_of_its_measure(session: Any) -> None:
    told = brief.report(fill(session), "en")

    for part in told.sections:
        for said in part.paragraphs:
            assert not re.search(r"\d", said) or re.search(r"\(F\d\d\)", said), said
    codes = [figure.code for figure in told.figures]
    assert codes == sorted(codes)
    assert {"F01", "F21"} <= set(codes)


def test_no_english_word_is_left(session: Any) -> None:
    taken = fill(session)
    proposals_on(taken, 2, "on_agenda")
    for language in ("kk", "ru"):
        page = composing.html(brief.report(taken, language)).split("</head>")[1]
        words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>", " ", page)))
        left = words - {"Open", "Almaty", "figures", "csv"}
        assert not {word for word in left if not re.fullmatch(r"[0-9a-f]+", word)}


def test_what_is_on_the_agenda_has_boxes_to_tick(session: Any) -> None:
    taken = fill(session)
    proposals_on(taken, 2, "on_agenda")
    page = composing.html(brief.report(taken, "en"))

    assert page.count('class="tick"') == 6


def test_the_same_figures_give_the_same_bytes(session: Any) -> None:
    taken = fill(session)
    session.rollback()

    first, again = (composing.render(taken, "kk", short=True) for _ in range(2))
    assert first == again
    assert set(PdfReader(io.BytesIO(first.kept)).attachments) == {"figures.csv", "measures.csv"}


def test_the_brief_and_the_report_of_a_day_have_one_figure_set(session: Any) -> None:
    made = [
        editions.request(session, OCTOBER, language="kk", by=None, now=NOW, short=short)
        for short in (False, True)
    ]

    assert [one.kind for one in made] == [EditionKind.MONTHLY, EditionKind.BRIEF]
    assert made[0].figure_set_id == made[1].figure_set_id


def test_only_a_month_has_a_brief(session: Any) -> None:
    with pytest.raises(Invalid):
        editions.request(
            session, periods.parse("2026-Q3"), language="kk", by=None, now=NOW, short=True
        )


def test_the_council_is_among_its_readers(session: Any) -> None:
    member = make_officer(session, Role.COUNCIL)

    assert member in editions.readers_of(session, EditionKind.BRIEF)
