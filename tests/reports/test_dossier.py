"""The dossier of a proposal as a file: for readers, for a screen reader, for the archive."""

import io
import re
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from agencies.staff import Role
from reception.language import LANGUAGES
from reports import (
    comparison,
    dossier,
    effect_drawing,
    effects,
    evidence,
    evidence_tables,
    proposals,
    recommendations,
)
from reports.pdf import Printed
from reports.wording import NOTHING, Words
from tests.make import make_officer
from tests.reports.proposing import NOW, WORDS, drafted, in_force, put_row, put_to_vote
from tests.reports.register import at
from tests.reports.test_monthly import _elements


def words_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


KEPT: dict[str, Printed] = {}
"""Rendering costs seconds; the tests that only read share one file of each language."""


@pytest.fixture
def enacted(session: Any) -> Any:
    return in_force(session, on=date(2026, 12, 1))


@pytest.fixture
def printed(request: pytest.FixtureRequest) -> dict[str, Printed]:
    if not KEPT:
        session, made = request.getfixturevalue("session"), request.getfixturevalue("enacted")
        effects.measure(session, made, by=made.created_by, now=NOW)
        for name, language in [*zip(LANGUAGES, LANGUAGES, strict=True), ("again", "kk")]:
            KEPT[name] = dossier.render_both(session, made, language, base="https://hall.test")
    return KEPT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dossier_is_tagged_landscape_where_it_must_be_and_for_the_archive(
    printed: dict[str, Printed], language: str
) -> None:
    made = printed[language]
    read, kept = (PdfReader(io.BytesIO(content)) for content in (made.read, made.kept))

    assert str(read.trailer["/Root"]["/Lang"]).startswith(language)
    assert b"pdfuaid" in read.trailer["/Root"]["/Metadata"].get_data()
    assert (
        b'pdfaid:part="3" pdfaid:conformance="A"' in kept.trailer["/Root"]["/Metadata"].get_data()
    )
    assert "/AF" in kept.trailer["/Root"]
    wide = [page.mediabox.width > page.mediabox.height for page in read.pages]
    assert any(wide)
    assert not all(wide)
    figures = [
        e for e in _elements(read.trailer["/Root"]["/StructTreeRoot"]) if e["/S"] == "/Figure"
    ]
    assert figures
    told = [str(figure["/Alt"]).strip() for figure in figures]
    assert all(told)
    assert any("hall.test/proposals/P-" in one for one in told), "the code leads to its page"


def test_a_dossier_without_rows_says_so_in_place_of_an_empty_table(session: Any) -> None:
    made = proposals.open_idea(
        session, title=WORDS["title"], by=make_officer(session, Role.ANALYST), now=NOW
    )
    page = dossier.html(session, made, "ru")

    assert "Ни одна строка сравнительной таблицы ещё не написана." in page
    assert "comparison" not in page


def test_the_same_state_gives_the_same_bytes(printed: dict[str, Printed]) -> None:
    assert printed["again"] == printed["kk"]


def test_both_languages_of_the_law_number_their_rows_alike(session: Any) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    put_row(session, made, by=by, element="9", change=comparison.Change.DELETE)
    told = {code: dossier.rows_told(session, made, code) for code in ("kk", "ru")}

    assert [(r.number, r.element) for r in told["kk"]] == [
        (r.number, r.element) for r in told["ru"]
    ]
    assert told["kk"][0].proposed[0].words == "Алып тасталсын"
    assert told["ru"][0].proposed[0].words == "Исключить"


def test_an_outdated_wording_is_printed_as_such(session: Any) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    put_row(session, made, by=by, element="7", edition_on=date(2026, 6, 1))
    other = proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW)
    put_row(session, other, by=by, edition_on=date(2026, 6, 1),
            current={"kk": "Өзге мәтін.", "ru": "Другой текст."})  # fmt: skip

    assert [row.outdated for row in dossier.rows_told(session, made, "kk")] == [False, True]


def test_few_persons_are_hidden_in_the_attached_table(session: Any, enacted: Any) -> None:
    pack = evidence.of(session, enacted)
    rows = evidence_tables.as_csv(pack).decode().splitlines()

    assert "total,,persons,E1,6" in rows
    assert "month,2026-01,appeals,E2,<5" in rows
    assert "district,medeu,persons,E1,6" in rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_a_person_is_in_the_file(printed: dict[str, Printed], language: str) -> None:
    made = printed[language].read
    text = words_of(made) + str(PdfReader(io.BytesIO(made)).metadata)

    assert "Сынақ" not in text
    assert "Қасқырбаева" not in text
    assert not re.search(r"(?<!\d)\d{12}(?!\d)", text)


def test_a_parliamentary_table_has_the_decision_of_the_committee(session: Any) -> None:
    made = drafted(session)
    told = dossier.tell(session, made, "ru", "parliament")

    assert [column.key for column in told.columns][-1] == "decision"
    assert len(told.columns) == 6


def test_before_the_vote_no_voice_is_counted_and_the_decision_is_asked(session: Any) -> None:
    item, _ = put_to_vote(session)
    page = dossier.html(session, item.proposal, "en")

    assert "not voted yet" in page
    assert "present 0 of" not in page
    assert "to adopt the proposal and send it to" in page
    assert "6 persons (E1) with 6 appeals (E2)" in page
    assert '<td lang="ru">Заявление подаётся дважды.</td>' in page
    assert '<span lang="kk">Қолдаймыз.</span>' in page


def test_months_outside_the_register_are_neither_counted_nor_drawn(session: Any) -> None:
    made = in_force(session, on=date(2026, 12, 1))
    change = recommendations.change_of(session, made)
    assert change is not None
    change.in_force_on = date(2026, 6, 10)
    result = effects.measure(session, made, by=made.created_by, now=at("2028-03-10 05:00"))
    drawn = effect_drawing.told(session, made, Words("en"))

    assert (result.found["months"][0], result.found["months"][-1]) == ("2026-01", "2026-06")
    assert result.found["step"] is None
    assert drawn is not None
    assert [row[0] for row in drawn.rows] == ["2026, this matter"]
    assert drawn.rows[0][-1] == NOTHING
    assert "in force from June 10, 2026" in str(drawn.drawing)
    page = dossier.html(session, made, "en")
    assert "Measuring has not been planned yet" not in page
    assert "no plan was registered before the measurement" in page
