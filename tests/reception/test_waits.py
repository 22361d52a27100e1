"""What visitors are told to expect: learnt from the hall's own past, and held to account."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.directory import agency_by_code, desk_by_code, service_by_code
from agencies.sealing import link_key
from reception import forecast_scores, outlook, visits, waits
from reception.forecast import EVIDENCE, Learner
from reception.outlook import TicketWait, WaitOutlook
from reception.queue import calling, order
from tests.make import SECRET_KEY, make_officer, make_ticket, make_token, sign_in

PAST = text("""
INSERT INTO ticket (hall_id, business_date, series, number, service_id, agency_id, language, rank,
  state, issued_at, due_at, ready_at, called_at, started_at, finished_at, calls, desk_id, version,
  misses, steps_left, note, hold_reason, link_seed, link_digest, outcome,
  told_p50_s, told_p90_s, other_p50_s, other_p90_s)
SELECT d.hall_id, :day, s.series, 500 + n, s.id, s.agency_id, 'kk', 0, 'finished', at, at, at,
  at + make_interval(secs => :wait), at + make_interval(secs => :wait),
  at + make_interval(secs => :wait + 500), 1, d.id, 0, 0, 0, '', '', :day || '-' || n,
  :day || '-' || n, 'solved', :p50, :p90, :other, :other
FROM generate_series(1, :many) n
  CROSS JOIN LATERAL (
    SELECT CAST(:begin AS timestamptz) + make_interval(mins => n * 5) AS at) moment
  JOIN service s ON s.code = 'housing-general' JOIN desk d ON d.code = 'D20'
""")


@pytest.fixture(autouse=True)
def nothing_learnt():
    waits.forget()
    yield
    waits.forget()


@pytest.fixture
def clerk(session):
    return make_officer(session)


def past(session, now, *, many, days_ago=1, wait=600, p50=None, p90=None, other=None):
    """So many visits to housing on an earlier day, five minutes apart, each waiting `wait`."""
    begin = now - timedelta(days=days_ago, hours=1)
    told = {"p50": p50, "p90": p90, "other": other}
    day = {"day": business_date(begin), "begin": begin, "many": many, "wait": wait}
    session.execute(PAST, day | told)
    session.commit()


def refresh(session, now):
    told = waits.refresh(session, now=now)
    session.commit()
    return told


def test_nothing_is_told_until_there_is_evidence(session, now):
    past(session, now, many=EVIDENCE - 1)
    ticket = make_ticket(session, now=now)

    assert refresh(session, now) == 0

    assert outlook.wait_of(session, ticket, now=now) is None
    assert make_ticket(session, now=now).told_p50_s is None


def test_with_evidence_who_waits_and_who_comes_is_told_a_range(session, now):
    past(session, now, many=EVIDENCE + 10)
    first = make_ticket(session, now=now)

    assert refresh(session, now) == 1

    assert outlook.wait_of(session, first, now=now) == (600, 600), "everybody waited ten minutes"
    second = make_ticket(session, now=now)
    assert (second.told_p50_s, second.told_p90_s) == (600, 600)
    assert second.other_p50_s is not None
    assert outlook.wait_of(session, second, now=now) == (600, 600), "told with the ticket itself"


def test_other_agencies_without_evidence_stay_silent(session, now):
    past(session, now, many=EVIDENCE + 10)
    police = make_ticket(session, service="police-general", now=now)

    refresh(session, now)

    assert outlook.wait_of(session, police, now=now) is None
    rows = session.scalars(select(WaitOutlook.agency_id).distinct()).all()
    assert rows == [agency_by_code(session, "housing").id] or rows == []


def test_whoever_stands_further_back_is_never_told_less(session, now):
    past(session, now, many=EVIDENCE + 10)
    line = [make_ticket(session, now=now + timedelta(seconds=n)) for n in range(4)]
    line.append(make_ticket(session, priority="war_veteran", now=now + timedelta(seconds=9)))
    later = now + timedelta(minutes=1)

    refresh(session, later)

    shown = order.waiting_for(session, desk_by_code(session, "D20"), now=later, most=9)
    told = [outlook.wait_of(session, ticket, now=later) for ticket in shown]
    assert len(told) == len(line)
    assert told == sorted(told)


def test_a_long_line_is_compared_with_the_past_at_some_of_its_places_only(
    session, now, monkeypatch
):
    past(session, now, many=EVIDENCE + 10)
    for _ in range(200):
        make_ticket(session, now=now)
    asked = []
    predict = Learner.predict
    monkeypatch.setattr(Learner, "predict", lambda *given: asked.append(given) or predict(*given))

    assert refresh(session, now + timedelta(minutes=1)) == 200

    assert 20 < len(asked) < 80, "each of the first twenty, then every twentieth part further back"


def test_a_forecast_that_nobody_renewed_is_not_told(session, now):
    past(session, now, many=EVIDENCE + 10)
    make_ticket(session, now=now)
    refresh(session, now)
    late = now + outlook.FRESH + timedelta(seconds=1)
    ticket = make_ticket(session, now=late)

    assert ticket.told_p50_s is None
    assert outlook.wait_of(session, ticket, now=late) is None


def test_who_is_called_has_no_wait_any_more(session, clerk, now):
    past(session, now, many=EVIDENCE + 10)
    ticket = make_ticket(session, now=now)
    refresh(session, now)
    calling.call_next(session, "D20", by=clerk, now=now)
    session.refresh(ticket)

    assert outlook.wait_of(session, ticket, now=now) is None
    assert refresh(session, now) == 0
    assert session.scalars(select(TicketWait)).all() == []


def test_a_refresh_locks_no_ticket(session, database, clerk, now):
    """Who is locked is passed over by a call: the forecast must not cost anybody the turn."""
    past(session, now, many=EVIDENCE + 10)
    ticket = make_ticket(session, now=now)
    with database.connect() as other:
        waits.refresh(Session(other), now=now)
        called = calling.call_next(session, "D20", by=clerk, now=now)
        session.rollback()

    assert called.id == ticket.id


def test_free_steps_lead_to_the_agency_with_the_least_wait(session, clerk, now):
    for _ in range(3):
        make_ticket(session, service="social-general", now=now)
    visitor = make_ticket(session, now=now)
    services = [service_by_code(session, f"{code}-general") for code in ("social", "police")]
    visits.plan(session, visitor, services, by=clerk, now=now, free=True)
    calling.call_next(session, "D20", by=clerk, now=now)
    session.refresh(visitor)

    visits.finish(session, visitor, outcome="solved", by=clerk, now=now)

    assert visitor.service.code == "police-general", "three people wait at the other agency"


def test_free_steps_go_by_the_forecast_where_there_is_one(session, clerk, now):
    for agency, seconds in (("social", 60), ("police", 900)):
        told = {"p50_s": seconds, "p90_s": seconds, "other_p50_s": 0, "other_p90_s": 0}
        agency_id = agency_by_code(session, agency).id
        session.add(WaitOutlook(agency_id=agency_id, rank=0, computed_at=now, **told))
    visitor = make_ticket(session, now=now)
    make_ticket(session, service="social-general", now=now)
    services = [service_by_code(session, f"{code}-general") for code in ("police", "social")]
    visits.plan(session, visitor, services, by=clerk, now=now, free=True)
    calling.call_next(session, "D20", by=clerk, now=now)
    session.refresh(visitor)

    visits.finish(session, visitor, outcome="solved", by=clerk, now=now)

    assert visitor.service.code == "social-general", "one waits there, but desks are quick"


def test_each_night_accounts_for_what_was_told(session, now):
    day = business_date(now) - timedelta(days=1)
    past(session, now, many=10, wait=600, p50=500, p90=700, other=300)

    assert forecast_scores.due(session, business_date(now)) == [day]
    row = forecast_scores.score(session, day, now=now)
    session.commit()

    assert (row.n, row.mae_s, row.coverage) == (10, 100.0, 1.0)
    assert row.pinball_s == pytest.approx((0.5 * 100 + 0.1 * 100) / 2)
    assert (row.other_coverage, row.by_agency["housing"]["n"]) == (0.0, 10)
    assert forecast_scores.due(session, business_date(now)) == []
    again = forecast_scores.score(session, day, now=now)
    assert again.high_level == row.high_level, "counted once, however often it is asked"


def test_a_forecast_that_keeps_too_few_promises_alarms_and_the_other_one_is_told(session, now):
    past(session, now, many=EVIDENCE, wait=900, p50=100, p90=200, other=900)
    today = business_date(now)
    forecast_scores.score(session, today - timedelta(days=1), now=now)
    session.commit()

    judged = forecast_scores.verdict(session, today)

    assert judged.alarming
    assert judged.plain, "the second opinion was exact"
    assert judged.high_level > 0.9, "the learnt one reads higher on its curve from now on"


def test_a_good_forecast_neither_alarms_nor_gives_way(session, now):
    past(session, now, many=EVIDENCE, wait=600, p50=600, p90=700, other=100)
    today = business_date(now)
    forecast_scores.score(session, today - timedelta(days=1), now=now)

    judged = forecast_scores.verdict(session, today)

    assert (judged.alarming, judged.plain) == (False, False)


def test_the_supervisor_and_the_public_see_how_good_it_was(client, session, now):
    past(session, now, many=EVIDENCE, wait=900, p50=100, p90=200, other=900)
    forecast_scores.score(session, business_date(now) - timedelta(days=1), now=now)
    session.commit()
    public = client.get("/fair-play?lang=en").text
    sign_in(client, make_officer(session, "supervisor"))
    hall = client.get("/hall?lang=en").text

    assert f"Over the last week {EVIDENCE} visitors were told a range" in public
    assert "The forecast of the wait is too hopeful" in hall


def test_the_phone_and_the_api_tell_the_range(client, session, now):
    past(session, now, many=EVIDENCE + 10)
    ticket = make_ticket(session, now=now)
    key = link_key(SECRET_KEY, "ticket", ticket.link_seed)
    refresh(session, now)

    assert "10–15" in client.get(f"/t/{key}?lang=en").text
    token = {"Authorization": f"Bearer {make_token(session, 'clerk')}"}
    shown = client.get(f"/api/v1/tickets/{ticket.id}", headers=token).get_json()
    assert shown["wait"] == {"low_min": 10, "high_min": 15}


def test_the_account_is_of_those_who_stood_in_one_line_only(session, clerk, now):
    past(session, now, many=3, wait=600, p50=600, p90=700, other=600)
    session.execute(text("UPDATE ticket SET ready_at = ready_at + interval '1 hour' WHERE id IN "
                         "(SELECT min(id) FROM ticket)"))  # fmt: skip

    row = forecast_scores.score(session, business_date(now) - timedelta(days=1), now=now)

    assert row.n == 2
