"""Every day that the story of a case tells stands with the row of law that set it."""

from datetime import timedelta

import pytest

from agencies import citing, hearings, recasting, resolution, routing, story, terms
from agencies.directory import agency_by_code
from tests.make import make_appeal, make_officer


@pytest.fixture
def law(session):
    return terms.law(session)


def told(appeal, law):
    lines = story.tell(
        appeal.journal,
        agencies={},
        named=str,
        own={1},
        bases=citing.bases(appeal.journal, law.rows),
    )
    return {entry.kind: line.basis and line.basis.code
            for entry, line in zip(appeal.journal, lines, strict=True)}  # fmt: skip


def test_an_extension_rests_on_the_row_of_the_term_itself(session, law, now):
    appeal = make_appeal(session, status="in_work")
    claim = appeal.claims[0]

    resolution.extend(
        session, claim, until=claim.due_on + timedelta(days=7), reason="Тексеру керек",
        by=make_officer(session, "head"), now=now,
    )  # fmt: skip

    assert told(appeal, law)["extended"] == "C2026-A"


def test_a_hearing_and_missing_papers_rest_on_rows_of_their_own(session, law, now):
    appeal = make_appeal(session, status="in_work")
    claim, officer = appeal.claims[0], make_officer(session, "officer")

    hearings.ask_documents(
        session, claim, until=claim.due_on, what="Куәлік", law=law, by=officer, now=now
    )
    hearings.hear(
        session, claim, on=claim.due_on, decision="Бас тарту", law=law, by=officer, now=now
    )

    said = told(appeal, law)
    assert (said["documents_asked"], said["hearing"]) == ("C-D", "C-H")


def test_a_corrected_kind_and_a_redirection_name_the_row_that_holds_from_then(session, law, now):
    appeal = make_appeal(session, status="in_work")
    claim, clerk = appeal.claims[0], make_officer(session)

    recasting.recast(
        session, appeal, kind="complaint", case="public_service", reason="Қызметке шағым", law=law,
        by=clerk, now=now,
    )  # fmt: skip
    routing.redirect(
        session, claim, to=agency_by_code(session, "social"), reason="Жәрдемақы", law=law,
        by=clerk, now=now,
    )  # fmt: skip

    said = told(appeal, law)
    assert (said["recast"], said["term_set"]) == ("PS-5", "PS-5")


def test_a_sentence_without_a_day_cites_nothing(session, law):
    said = told(make_appeal(session, status="answered"), law)

    assert set(said.values()) == {None}
