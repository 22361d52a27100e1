"""Reminders and escalation: by rows, to the right people, in working hours, never twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import giving_rules, reminders, resolution, terms, withdrawing
from agencies.calendar import ALMATY
from agencies.notices import Notice
from agencies.reminders import Reminder
from agencies.staff import Role
from tests.make import make_appeal, make_officer


@pytest.fixture
def workdays(session):
    return terms.law(session).workdays


@pytest.fixture
def officer(session):
    return make_officer(session, Role.OFFICER)


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ләззат Өмірзақова")


@pytest.fixture
def supervisor(session):
    return make_officer(session, Role.SUPERVISOR)


def at(now, day, hour=10):
    return now.astimezone(ALMATY).replace(
        year=day.year, month=day.month, day=day.day, hour=hour, minute=0
    )


def run(session, workdays, moment):
    made = reminders.remind(session, workdays=workdays, now=moment)
    session.commit()
    return made


def rows(session):
    query = select(Reminder.officer_id, Reminder.stage).order_by(Reminder.id)
    return {(row.officer_id, row.stage) for row in session.execute(query)}


def test_each_stage_reaches_those_of_its_row(session, workdays, officer, head, supervisor, now):
    make_officer(session, Role.HEAD, agency="police", name="Басқа Орган")
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    told = []
    for left in (6, 5, 4, 3, 1, 0, -1, -5):
        before = rows(session)
        run(session, workdays, at(now, workdays.add(claim.due_on, -left)))
        told.append(rows(session) - before)

    o, h, s = officer.id, head.id, supervisor.id
    assert told == [
        set(), {(o, "d5")}, set(), {(o, "d3")}, {(o, "d1"), (h, "d1")}, {(o, "due"), (h, "due")},
        {(o, "overdue"), (h, "overdue"), (s, "overdue")}, {(h, "overdue5"), (s, "overdue5")},
    ]  # fmt: skip


def test_what_nobody_has_taken_reminds_the_head_and_what_has_no_agency_the_supervisor(
    session, workdays, head, supervisor, now
):
    routed = make_appeal(session, status="routed", now=now).claims[0]
    make_appeal(session, now=now)

    run(session, workdays, at(now, workdays.add(routed.due_on, -5)))

    assert rows(session) == {(head.id, "d5"), (supervisor.id, "d5")}


def test_a_beat_that_was_down_skips_what_is_no_longer_true(session, workdays, officer, now):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]

    run(session, workdays, at(now, claim.due_on))

    assert {stage for _, stage in rows(session)} == {"due"}


@pytest.mark.parametrize(
    ("day", "hour"), [("2026-12-12", 10), ("2026-12-14", 8), ("2026-12-14", 18), ("2026-12-14", 0)]
)
def test_nobody_is_reminded_at_midnight_or_on_a_day_off(session, workdays, officer, now, day, hour):
    make_appeal(session, status="in_work", officer=officer, now=now)

    assert run(session, workdays, at(now, date.fromisoformat(day), hour)) == 0


def test_a_longer_term_is_reminded_of_anew_and_an_answer_not_at_all(
    session, workdays, officer, head, now
):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    moment = at(now, workdays.add(claim.due_on, -1))
    run(session, workdays, moment)
    until = workdays.add(claim.due_on, 4)
    resolution.extend(session, claim, until=until, reason="Сараптама.", by=head, now=moment)
    session.commit()

    assert run(session, workdays, moment) == 1
    assert [one.due_on for one in reminders.of_officer(session, officer, now=moment)] == [until]
    withdrawing.withdraw(session, claim, reason="Өтініш.", by=None, now=moment)
    session.commit()
    assert run(session, workdays, at(now, workdays.add(until, 1))) == 0


def test_one_digest_goes_out_for_many_claims_and_names_nobody(session, workdays, officer, now):
    reminders.set_reach(session, officer, email="saule@example.kz", telegram="", language="ru")
    claims = [
        make_appeal(session, status="in_work", officer=officer, now=now).claims[0] for _ in range(3)
    ]
    moment = at(now, workdays.add(claims[0].due_on, -5))

    for hour in (10, 11, 12):
        run(session, workdays, moment.replace(hour=hour))

    [digest] = session.scalars(select(Notice).where(Notice.kind == "work_waiting")).all()
    assert digest.particulars == {"count": 3, "overdue": 0, "soon": 3}
    assert digest.language == "ru"


def test_a_crash_between_the_reminder_and_its_digest_leaves_neither_and_the_next_beat_both(
    session, database, workdays, officer, now, monkeypatch
):
    reminders.set_reach(session, officer, email="saule@example.kz", telegram="", language="kk")
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    moment = at(now, workdays.add(claim.due_on, -5))

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(reminders.notices, "send", die)
        with pytest.raises(Killed), Session(database) as worker:
            reminders.remind(worker, workdays=workdays, now=moment)
    assert (rows(session), session.scalars(select(Notice)).all()) == (set(), [])

    for minutes in (0, 30):
        run(session, workdays, moment + timedelta(minutes=minutes))

    assert len(rows(session)) == 1
    assert len(session.scalars(select(Notice)).all()) == 1


def test_two_beats_at_once_remind_once(session, database, workdays, officer, now):
    claim = make_appeal(session, status="in_work", officer=officer, now=now).claims[0]
    moment = at(now, workdays.add(claim.due_on, -5))

    with Session(database) as one:
        first = reminders.remind(one, workdays=workdays, now=moment)
        one.commit()
    second = run(session, workdays, moment)

    assert (first, second) == (1, 0)


@pytest.mark.parametrize("way", ["rule", "head"])
def test_whoever_is_given_a_claim_is_told_once(session, workdays, officer, head, now, way):
    reminders.set_reach(session, officer, email="qyzmet@example.kz", telegram="", language="en")
    other = make_officer(session, Role.OFFICER, name="Ая Серікқызы")
    if way == "rule":
        giving_rules.add(session, giving_rules.Wanted(officer), by=head, now=now)
        giving_rules.switch(session, is_on=True, by=head, now=now)
    claim = make_appeal(session, status="routed", now=now).claims[0]
    if way == "head":
        resolution.assign(session, claim, to=other, by=head, now=now)
        resolution.assign(session, claim, to=officer, by=head, now=now)
    session.commit()

    evening, monday = at(now, now.date(), hour=20), now + timedelta(days=1)
    assert [run(session, workdays, when) for when in (evening, monday, monday)] == [0, 1, 0]
    assert rows(session) == {(officer.id, "given")}
    (letter,) = session.scalars(select(Notice)).all()
    assert (letter.kind, letter.particulars["count"]) == ("work_given", 1)
    assert [one.stage for one in reminders.of_officer(session, officer, now=monday)] == ["given"]

    resolution.assign(session, claim, to=other, by=head, now=monday)
    session.commit()
    assert reminders.of_officer(session, officer, now=monday) == [], "it is another's now"


def test_who_took_the_claim_is_told_nothing(session, workdays, officer, now):
    make_appeal(session, status="in_work", officer=officer, now=now)

    assert run(session, workdays, now) == 0
