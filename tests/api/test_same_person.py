"""Appeals of one person over HTTP: joined, and marked as a repeat, by whom the pages let."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from agencies import appeals, withdrawing
from tests.make import make_appeal, make_officer

ANOTHER = {"name": "Ерлан Тасқынбаев", "iin": "850101100111"}


@pytest.fixture
def main(session, now):
    return make_appeal(session, status="in_work", now=now - timedelta(days=2))


@pytest.fixture
def later(session, now):
    return make_appeal(session, status="routed", now=now)


def test_an_appeal_is_joined_to_an_earlier_one_that_answers_both(api, main, later):
    clerk = api("clerk")

    told = clerk.post(f"/appeals/{later.number}/merge", {"into": main.number})

    assert (told.status_code, told.json) == (
        200,
        {"number": later.number, "status": "merged", "merged_into": main.number, "repeats": None},
    )
    assert clerk.get(f"/appeals/{later.number}").json["merged_into"] == main.number
    assert clerk.post(f"/appeals/{later.number}/merge", {"into": main.number}).status_code == 403


def test_it_is_joined_by_whom_the_page_lets(api, main, later):
    path, body = f"/appeals/{later.number}/merge", {"into": main.number}

    assert api("officer").post(path, body).status_code == 403
    assert api("head", agency="police").post(path, body).status_code == 404
    assert api("head").post(path, body).status_code == 200


def test_what_cannot_be_joined_or_repeated_is_told_by_field(api, session, main, later, now):
    foreign = make_appeal(session, status="routed", applicant=ANOTHER, now=now)
    clerk, disagrees = api("clerk"), {"of": main.number, "reason": "disagrees"}
    wrong = {
        (f"{foreign.number}/merge", "into"): {"into": main.number},
        (f"{main.number}/merge", "into"): {"into": later.number},
        (f"{later.number}/merge", "into "): {"into": "OA-2026-987654"},
        (f"{later.number}/repeat", "of"): {"of": foreign.number, "reason": "no_answer"},
        (f"{later.number}/repeat", "reason"): disagrees,
        (f"{later.number}/repeat", "reason "): disagrees | {"reason": "other"},
    }

    told = {at: clerk.post(f"/appeals/{at[0]}", body) for at, body in wrong.items()}

    assert {at: one.status_code for at, one in told.items()} == dict.fromkeys(wrong, 422)
    assert [set(one.json["errors"]) for one in told.values()] == [
        {field.strip()} for _, field in wrong
    ]


def test_a_repeat_is_marked_with_its_reason_and_taken_off(api, main, later):
    officer, path = api("officer"), f"/appeals/{later.number}"
    said = {"of": main.number, "reason": "no_answer", "new": True}

    told = officer.post(f"{path}/repeat", said)

    assert told.json["repeats"] == said
    assert officer.get(path).json["repeats"] == said
    assert officer.post(f"{path}/repeat", said).status_code == 409
    assert officer.post(f"{path}/no-repeat", {}).json["repeats"] is None


def until_somebody_waits(session):
    """Until another connection stands before a lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    deadline = time.monotonic() + 30
    while not session.scalar(waiting):
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.02)


@pytest.mark.parametrize(("verb", "of"), [("merge", "into"), ("repeat", "of")])
def test_a_withdrawal_and_a_step_between_both_appeals_at_the_same_moment_both_end(
    api, session, main, later, now, verb, of
):
    clerk, by = api("clerk"), make_officer(session, "supervisor")
    clerk.post(f"/appeals/{later.number}/merge", {"into": main.number})
    body = {of: main.number} | ({"reason": "no_answer"} if verb == "repeat" else {})
    session.expire_all()
    held = appeals.hold(session, main.number, officer=by)

    with ThreadPoolExecutor(1) as other:
        step = other.submit(clerk.post, f"/appeals/{later.number}/{verb}", body)
        until_somebody_waits(session)
        withdrawing.withdraw(session, held.claims[0], reason="Өтінішпен.", by=by, now=now)
        session.commit()
        answer = step.result(30)

    assert answer.status_code in (200, 422), "refused in words where the main one is gone"
    session.refresh(later)
    assert later.status == "routed"
