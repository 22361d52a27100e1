"""The editor's pages: a part at a time, a preview, a second person."""

import pytest
from sqlalchemy import select

from reception.guide.situations import SituationVersion, VersionState
from tests.make import make_officer, sign_in


@pytest.fixture
def editor(session, enter, client):
    enter()
    return sign_in(client, make_officer(session, "supervisor"))


def newest(session):
    session.expire_all()
    return session.scalars(select(SituationVersion).order_by(SituationVersion.no.desc())).first()


def said(client, path):
    return client.get(f"{path}?lang=en").get_data(as_text=True)


def test_unconfirmed_pages_are_listed_as_such(editor):
    assert "To be confirmed" in said(editor, "/guide-editor")


def test_a_draft_is_written_part_by_part_and_seen_before_it_is_published(session, editor):
    page = "/guide-editor/lost-keys"
    editor.post(f"{page}/draft")
    words = {
        "title-en": "Lost house keys",
        "title-ru": "Потеря ключей от дома",
        "words": "ключ, кілт",
    }
    editor.post(f"{page}/words/all", data=words)
    editor.post(f"{page}/add-step")
    editor.post(f"{page}/up", data={"key": "s4"})
    editor.post(f"{page}/add-question")
    question = {"text-en": "Since when?", "kind": "choice", "options-en": "Today\nLonger"}
    editor.post(f"{page}/question/f1", data=question)
    editor.post(f"{page}/step/s4", data={"title-en": "Call a locksmith", "when": "f1=f12"})

    held = newest(session).procedure

    assert [step.key for step in held.steps] == ["s1", "s2", "s4", "s3"]
    assert held.words == ["ключ", "кілт"]
    assert "Lost house keys" in said(editor, page)
    assert "Since when?" in said(editor, f"{page}/preview")
    assert "Lost house keys" not in said(editor, "/guide/lost-keys")


def test_what_is_missing_is_told_and_nothing_is_published(session, editor, client):
    page = "/guide-editor/lost-keys"
    editor.post(f"{page}/draft")
    editor.post(f"{page}/submit", data={"note": "New keys"})
    sign_in(client, make_officer(session, "admin"))

    answer = client.post(
        f"{page}/publish?lang=en", data={"valid_from": "2026-11-23", "review_due": "2027-06-01"}
    )

    assert answer.status_code == 422
    assert "A text is missing in one of the three languages." in answer.get_data(as_text=True)
    assert newest(session).state is VersionState.IN_REVIEW


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/guide-editor/lost-keys/step/s9", {}, 404), ("/guide-editor/lost-keys/magic/s1", {}, 404),
        ("/guide-editor/lost-keys/magic", {}, 404), ("/guide-editor/nothing/draft", {}, 404),
        ("/guide-editor/lost-keys/step/s1", {"title-en": "\0"}, 422),
        ("/guide-editor/lost-keys/words/all", {"state-kk": "magic"}, 422),
        ("/guide-editor/lost-keys/words/all", {"revision": "99"}, 409),
        ("/guide-editor/lost-keys/submit", {"note": ""}, 422),
        ("/guide-editor/lost-keys/act-state", {"act": "none"}, 302),
    ],
)  # fmt: skip
def test_clumsy_forms_are_answered_calmly(editor, path, body, status):
    editor.post("/guide-editor/lost-keys/draft")

    assert editor.post(path, data=body).status_code == status


def test_only_editors_may_edit(session, enter, client):
    enter()
    sign_in(client, make_officer(session, "clerk"))

    assert client.get("/guide-editor").status_code == 403
    assert client.post("/guide-editor/lost-keys/draft").status_code == 403
