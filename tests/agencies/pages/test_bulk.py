"""Many claims at once, each row with its own outcome."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import reminders, tasks
from agencies.calendar import workdays
from agencies.staff import Role
from agencies.tasks import ClaimTask
from tests.make import make_appeal, make_officer, sign_in


@pytest.fixture
def officer(session):
    return make_officer(session, Role.OFFICER, name="Айдос Серікұлы")


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ерлан Төлегенов")


@pytest.fixture
def press(client):
    def _press(person, verb, appeals, **values):
        marks = [f"{one.claims[0].id}:{one.number}" for one in appeals]
        address = f"/workspace/bulk/{verb}?lang=en"
        return sign_in(client, person).post(address, data={"claim": marks} | values)

    return _press


def outcomes(answer):
    """Number -> what was said of it."""
    text = " ".join(answer.text.split())
    rows = re.findall(r"data-row>(OA-[\d-]+)</a>.*?</span> <span>([^<]+)</span> </li>", text)
    return dict(rows)


def test_each_row_has_its_own_outcome(session, press, officer):
    free, taken = make_appeal(session, status="routed"), make_appeal(session, status="in_work")
    foreign = make_appeal(session, status="routed", agency="police")

    answer = press(officer, "take", [free, taken, foreign])

    session.expire_all()
    assert free.claims[0].officer_id == officer.id
    assert taken.claims[0].officer_id != officer.id
    assert (foreign.claims[0].status, foreign.claims[0].officer_id) == ("routed", None)
    said = outcomes(answer)
    assert said[free.number] == "The claim is yours now."
    assert "the claim has moved on" in said[taken.number]
    assert foreign.number in said[foreign.number] or "no appeal" in said[foreign.number]
    assert "Done: 1 of 3." in answer.text
    assert len(re.findall(r"data-mark checked", answer.text)) == 2


def test_a_head_gives_claims_to_the_people_of_the_agency(session, press, officer, head):
    free, going = make_appeal(session, status="routed"), make_appeal(session, status="in_work")

    press(head, "assign", [free, going], to=str(officer.id))

    session.expire_all()
    assert {a.claims[0].officer_id for a in (free, going)} == {officer.id}
    assert [e.kind for e in free.journal][-2:] == ["taken", "assigned"]
    assert going.journal[-1].kind == "assigned"


def test_claims_are_given_by_a_head_and_to_own_people_only(session, press, officer, head):
    appeal = make_appeal(session, status="routed")
    stranger = make_officer(session, Role.OFFICER, agency="police")

    assert press(officer, "assign", [appeal], to=str(officer.id)).status_code == 403
    answer = press(head, "assign", [appeal], to=str(stranger.id))

    assert answer.status_code == 422
    assert "Choose somebody of the agency that has the claim." in answer.text
    assert "data-mark checked" in answer.text
    session.expire_all()
    assert appeal.claims[0].status == "routed"


def test_a_reminder_stands_on_its_day_and_once(client, session, press, officer, now):
    appeal = make_appeal(session, status="in_work")
    on = (now + timedelta(days=2)).date()

    press(officer, "remind", [appeal], on=on.isoformat(), words="Қоңырау шалу")
    again = press(officer, "remind", [appeal], on=on.isoformat(), words="Қоңырау шалу")

    assert outcomes(again)[appeal.number] == "This task stands already."
    page = client.get("/workspace/reminders?lang=en").text
    assert "Қоңырау шалу" in page
    client.post(re.search(r'action="([^"]+/done)"', page)[1])
    assert "Қоңырау шалу" not in client.get("/workspace/reminders").text


def test_the_digest_counts_a_task_on_its_day_once(session, officer, now):
    reminders.set_reach(session, officer, email="officer@example.org", telegram="", language="kk")
    claim = make_appeal(session, status="in_work").claims[0]
    tasks.add(session, claim, to=officer, words="Тексеру", due_on=now.date(), by=officer, now=now)
    days = workdays(session)

    reminders.remind(session, workdays=days, now=now)

    told = session.scalars(select(ClaimTask)).one().told_at
    assert told == now
    assert tasks.tell_due(session, today=now.date(), now=now) == []


def test_a_task_is_finished_by_whom_it_concerns(client, session, officer, head, now):
    claim = make_appeal(session, status="in_work").claims[0]
    task = tasks.add(
        session, claim, to=officer, words="Тексеру", due_on=now.date(), by=head, now=now
    )
    session.commit()
    done = f"/workspace/tasks/{task.id}/done"

    assert sign_in(client, make_officer(session, Role.OFFICER)).post(done).status_code == 404
    assert sign_in(client, officer).post(done).status_code == 302
    session.refresh(task)
    assert task.done_by_id == officer.id
