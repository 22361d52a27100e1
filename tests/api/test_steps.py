"""Steps of a claim that judge, hear and ask, over HTTP: the same verbs as on the pages."""

import base64

import pytest
from sqlalchemy.orm import object_session

from agencies import redress, terms
from tests.api.test_appeals import path_of
from tests.make import make_appeal

ANSWER = {"text": "Шам ауыстырылды.", "outcome": "satisfied"}
NOT_OURS = {"reason": "Біздің құзырет емес."}


def kinds(appeal):
    object_session(appeal).refresh(appeal, ["journal"])
    return [entry.kind for entry in appeal.journal]


def test_a_hearing_is_recorded_once_it_was_held(api, session, clock):
    appeal, officer, clerk = make_appeal(session, status="in_work"), api("officer"), api("clerk")
    said = {"came": "applicant", "way": "video", "result": "objects", "protocol": "Келіспейді."}
    file = {"name": "hattama.txt", "content": base64.b64encode("Хаттама".encode()).decode()}

    unset = officer.post(path_of(appeal, "heard"), said)
    officer.post(path_of(appeal, "hearing"), {"on": "2026-12-01", "decision": "Бас тарту."})
    early = officer.post(path_of(appeal, "heard"), said)
    clock.advance(days=8)
    scan = clerk.post(f"/appeals/{appeal.number}/attachments", file).json
    foreign = clerk.post(path_of(appeal, "heard"), said | {"recording": scan["id"] + 1})
    heard = clerk.post(path_of(appeal, "heard"), said | {"recording": scan["id"]})

    assert unset.status_code == 409
    assert (early.status_code, set(early.json["errors"])) == (422, {"way"})
    assert (foreign.status_code, set(foreign.json["errors"])) == (422, {"recording"})
    assert (heard.status_code, heard.json["heard_at"][:10]) == (200, "2026-12-01")
    assert kinds(appeal)[-1] == "hearing_held"
    assert appeal.journal[-1].payload["recording"] == scan["digest"]


def test_papers_are_asked_for_inside_the_term_and_noted_when_they_are_brought(api, session):
    appeal, officer, clerk = make_appeal(session, status="in_work"), api("officer"), api("clerk")
    asks = {"until": "2026-12-01", "what": "Жеке куәлік."}

    late = officer.post(path_of(appeal, "documents"), asks | {"until": "2027-01-01"})
    asked = officer.post(path_of(appeal, "documents"), asks)
    blank = clerk.post(path_of(appeal, "brought"), {"words": " "})
    brought = clerk.post(path_of(appeal, "brought"), {"words": "Куәлік әкелінді."})

    assert (late.status_code, set(late.json["errors"])) == (422, {"until"})
    assert (asked.json["documents_by"], brought.json["documents_by"]) == ("2026-12-01", None)
    assert (blank.status_code, set(blank.json["errors"])) == (422, {"words"})
    assert kinds(appeal)[-2:] == ["documents_asked", "documents_added"]


def test_a_dispute_over_competence_ends_with_the_supervisors_word(api, session, clock):
    appeal, officer = make_appeal(session, status="routed"), api("officer")
    due_on = appeal.due_on.isoformat()
    clock.advance(days=2)

    asked = officer.post(path_of(appeal, "ask"), NOT_OURS)
    twice = officer.post(path_of(appeal, "ask"), NOT_OURS)
    stays = api("supervisor").post(path_of(appeal, "arbitrate"), NOT_OURS | {"agency": "housing"})
    goes = api("supervisor").post(path_of(appeal, "arbitrate"), NOT_OURS | {"agency": "ecology"})

    assert (asked.status_code, twice.status_code) == (200, 409)
    assert asked.json["arbitration_since"] is not None
    assert (stays.json["agency"], stays.json["term"]["due_on"]) == ("housing", due_on)
    assert (goes.json["agency"], goes.json["redirections"]) == ("ecology", 1)
    assert goes.json["term"]["due_on"] > due_on


def test_an_answer_under_control_goes_back_or_may_leave(api, session):
    appeal, head = make_appeal(session, status="in_work"), api("head")
    officer, control, other = api("officer"), api("supervisor"), api("supervisor")
    wanting = {"reasons": ["no_law"], "words": "Бапты көрсетіңіз."}
    officer.post(path_of(appeal, "answer"), ANSWER)

    taken = control.post(path_of(appeal, "control"))
    waits = head.post(path_of(appeal, "approve"))
    foreign = other.post(path_of(appeal, "good"))
    unknown = control.post(path_of(appeal, "rework"), wanting | {"reasons": ["no_law", "weather"]})
    back = control.post(path_of(appeal, "rework"), wanting)
    officer.post(path_of(appeal, "answer"), ANSWER)
    control.post(path_of(appeal, "control"))
    good = control.post(path_of(appeal, "good"))
    leaves = head.post(path_of(appeal, "approve"))

    assert taken.json["control_since"] is not None
    assert (waits.status_code, foreign.status_code) == (409, 409)
    assert (unknown.status_code, set(unknown.json["errors"])) == (422, {"reasons"})
    assert (back.json["status"], back.json["control_since"]) == ("in_work", None)
    assert (good.json["control_since"], leaves.json["status"]) == (None, "answered")


def test_a_complaint_goes_to_the_higher_body_once_and_keeps_its_term(api, session):
    complaint = make_appeal(session, status="in_work", kind="complaint")
    letter, officer = make_appeal(session, status="in_work"), api("officer")
    higher = {"body": "Алматы қаласының әкімдігі"}

    unnamed = officer.post(path_of(complaint, "higher"), {"body": " "})
    passed = officer.post(path_of(complaint, "higher"), higher)
    again = officer.post(path_of(complaint, "higher"), higher)
    no_complaint = officer.post(path_of(letter, "higher"), higher)

    assert (unnamed.status_code, set(unnamed.json["errors"])) == (422, {"body"})
    assert passed.status_code == 200
    assert passed.json["term"]["due_on"] == complaint.due_on.isoformat()
    assert (again.status_code, no_complaint.status_code) == (409, 409)
    assert kinds(complaint).count("passed_higher") == 1


@pytest.fixture
def reviewed(session, now):
    """Answered, rated badly, and waiting for another person."""
    appeal = make_appeal(session, status="answered")
    redress.rate(
        session, appeal.claims[0], score=1, agrees=False, reasons=[], words="Шам әлі жанбайды.",
        law=terms.law(session), now=now,
    )  # fmt: skip
    session.commit()
    return appeal


def test_a_review_lets_the_answer_stand_once(api, session, reviewed):
    shown = api("head").get(f"/appeals/{reviewed.number}").json["claims"][0]["review"]
    stands = api("supervisor").post(path_of(reviewed, "uphold"), {"explanation": "Тексерілді."})
    again = api("supervisor").post(path_of(reviewed, "uphold"), {"explanation": "Тексерілді."})

    assert shown["words"] == "Шам әлі жанбайды."
    assert (stands.json["status"], stands.json["review"]) == ("answered", None)
    assert again.status_code == 409


def test_a_reopened_claim_has_a_new_term_and_a_retry_reopens_it_once(api, session, reviewed, clock):
    clock.advance(days=1)
    supervisor, why = api("supervisor"), {"reason": "Шам жанбаған."}

    first = supervisor.post(path_of(reviewed, "reopen"), why, key="reopen-1")
    again = supervisor.post(path_of(reviewed, "reopen"), why, key="reopen-1")

    assert first.status_code == 200
    assert (first.json["status"], first.json["reopenings"]) == ("in_work", 1)
    assert (first.json["review"], first.json["answer"]) == (None, "")
    assert again.json == first.json
    assert kinds(reviewed).count("reopened") == 1


def test_who_decided_does_not_review_it(api, session, reviewed):
    head = api("head")
    reviewed.claims[0].approved_by = reviewed.claims[0].officer = None
    session.commit()
    assert head.post(path_of(reviewed, "reopen"), {"reason": "Қате."}).status_code == 200
    api("officer").post(path_of(reviewed, "answer"), ANSWER)
    assert head.post(path_of(reviewed, "approve")).status_code == 200

    own = head.post(path_of(reviewed, "reopen"), {"reason": "Қате."})

    assert own.status_code == 403


def test_news_of_an_offence_goes_to_its_guardians_alone(api, session):
    appeal, clerk = make_appeal(session), api("clerk")
    news = {"agency": "police", "reason": "Ұрлық туралы хабар."}

    wrong = clerk.post(path_of(appeal, "urgent"), news | {"agency": "housing"})
    passed = clerk.post(path_of(appeal, "urgent"), news)

    assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"agency"})
    assert (passed.json["status"], passed.json["agency"]) == ("routed", "police")
