"""Situations of a file: new ones enter unconfirmed, the same line twice changes nothing."""

import pytest
from sqlalchemy import func, select

from reception.commands import imports
from reception.guide import entering, lines, situations
from reception.guide.law import ActState, LegalAct
from reception.guide.procedure import Part, Text
from reception.guide.situations import Situation, SituationVersion, VersionState
from tests.make import make_officer
from tests.reception.situations import text_of


@pytest.fixture
def file(tmp_path):
    def _file(*rows):
        path = tmp_path / "situations.jsonl"
        path.write_text("\n".join(rows), encoding="utf-8")
        return path

    return _file


def counts(summary):
    return summary.read, summary.accepted, summary.already_present, len(summary.rejects)


def test_the_situations_of_the_house_enter_once(given, now):
    assert given.scalar(select(func.count()).select_from(Situation)) == 79

    entering.seed(given, now=now)

    assert given.scalar(select(func.count()).select_from(SituationVersion)) == 79


def texts_of(node):
    """Every text of a procedure, wherever it stands."""
    if isinstance(node, Text):
        return [node]
    if isinstance(node, list):
        return [text for one in node for text in texts_of(one)]
    return [text for _, one in node for text in texts_of(one)] if isinstance(node, Part) else []


def test_the_situations_of_the_house_are_told_in_three_languages():
    for line in map(lines.read_line, entering._file("life_situations.jsonl")):
        held = lines.procedure(line, entering.supplements()[line.slug])
        for text in texts_of(held):
            assert not text or all(text.has(lang) for lang in ("kk", "ru", "en")), (line.slug, text)


def test_a_caution_to_editors_is_not_shown_to_visitors():
    line = next(one for one in entering._file("life_situations.jsonl") if '"lost-documents"' in one)
    held = lines.procedure(lines.read_line(line), entering.supplements()["lost-documents"])

    assert not held.caveat


def test_the_released_file_is_already_present_after_seeding(given):
    summary = imports.load_situations(given, entering.DATA / "life_situations.jsonl")

    assert counts(summary) == (79, 0, 79, 0)


def test_bad_lines_are_refused_with_their_reason(session, file):
    summary = imports.load_situations(
        session,
        file(
            text_of(), text_of(), "no json", "[]", text_of(slug="a b"), text_of(slug="b", steps=[]),
            text_of(slug="c", category="magic"), text_of(slug="d", title={}),
            text_of(slug="e", term_unit=None), text_of(slug="f", channels=["owl"]),
            text_of(slug="g", result="a\0b"), text_of(slug="h", fee_mci=-1),
        ),
    )  # fmt: skip

    assert counts(summary) == (12, 1, 0, 11)
    reasons = [reject["reason"].split(":")[0] for reject in summary.rejects]
    assert reasons == [
        "slug", "this line is not JSON", "this line is no JSON object", "slug", "steps", "category",
        "title", "term", "channels", "this line holds a NUL character", "fee_mci",
    ]  # fmt: skip


def test_papers_lie_on_the_step_that_hands_in_and_the_fee_on_the_one_that_pays(enter):
    look, apply, pay = enter().procedure.steps

    assert [paper.title.en for paper in apply.documents] == ["identity card"]
    assert (apply.term.value, apply.term.unit, apply.agency) == (3, "working_day", "tson")
    assert pay.fees[0].kind == "mci"
    assert pay.outcomes[0].text.en == "new keys"
    assert look.documents == []


def test_a_changed_line_ends_the_version_before_it(session, enter, now):
    first = enter()

    second = enter(steps=["Apply anew"])

    session.refresh(first)
    assert (first.no, second.no) == (1, 2)
    assert first.valid_to < second.valid_from == now.date()


def test_a_changed_line_is_a_draft_beside_what_an_editor_confirmed(session, enter):
    first = enter()
    first.confirmed, first.approved_by_id = True, make_officer(session).id
    session.commit()

    assert enter(steps=["Apply anew"]).no == 1

    newest = session.scalars(select(SituationVersion).order_by(SituationVersion.no.desc())).first()
    assert (newest.no, newest.state) == (2, VersionState.DRAFT)


def test_an_act_cited_as_repealed_is_known_as_such(session, enter):
    enter(legal_basis="Resolution 3/477 (repealed 29 Sep 2020 by 3/398)")

    assert session.scalars(select(LegalAct)).one().state is ActState.REPEALED


def test_the_version_of_a_past_day_is_still_there(session, enter, now):
    enter()
    enter(result="other keys")

    before = situations.version_on(session, "lost-keys", now.date() - situations.ONE_DAY)

    assert before.procedure.steps[-1].outcomes[0].text.en == "new keys"


def test_a_line_says_the_same_however_it_is_written():
    one, other = text_of(), text_of().replace(", ", ",   ")

    assert lines.digest(lines.read_line(one)) == lines.digest(lines.read_line(other))
