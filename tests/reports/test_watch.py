"""Seeing early: series, alerts, the person who looks into one, and the score of it all."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Role
from reception.guide import entering, lines, situations
from reception.guide.consultations import Cause, Consultation
from reports import alerts, naming, series, watch
from reports.alerts import Alert, AlertState, Finding
from reports.series import Series, Weeks
from tests.make import make_officer, make_ticket, sign_in
from tests.reception.situations import text_of
from tests.reports.register import add_case

MONDAY = date(2026, 11, 16)
START = MONDAY - 20 * series.WEEK
NOON = datetime(2026, 11, 23, 12).astimezone()


def appeals_of(session: Any, counts: dict[str, list[int]]) -> None:
    """District -> appeals on street lights in each week from START, copied from one row."""
    seed = add_case(session, datetime(2020, 1, 1, tzinfo=None).astimezone())
    columns = [
        column.name for column in seed.__table__.columns
        if column.name not in ("id", "number", "received_at", "district_id", "link_digest")
    ]  # fmt: skip
    names = ", ".join(f'"{name}"' for name in columns)
    rows = [
        {"district": district, "at": START + week * series.WEEK, "n": n}
        for district, own in counts.items() for week, n in enumerate(own) if n
    ]  # fmt: skip
    session.execute(
        text(
            f"INSERT INTO appeal (number, received_at, district_id, {names}) "
            "SELECT 'S-' || :district || :at || n, CAST(:at AS date) + interval '30 hours', "
            f"(SELECT id FROM district WHERE code = :district), {names} "
            "FROM appeal, generate_series(1, :n) AS n WHERE appeal.id = :seed"
        ),
        [{**row, "seed": seed.id} for row in rows],
    )
    session.execute(text("DELETE FROM claim WHERE appeal_id = :id"), {"id": seed.id})
    session.execute(text("DELETE FROM appeal WHERE id = :id"), {"id": seed.id})
    session.flush()


def steady(last: int) -> list[int]:
    return [20 + n % 3 for n in range(20)] + [last]


def test_weeks_begin_on_monday_and_empty_ones_are_counted(session: Any) -> None:
    appeals_of(session, {"medeu": [9, 3, 0, 4] + [5] * 17})

    found = series.read(session, MONDAY)

    assert found.mondays[0] == START + series.WEEK
    assert found.mondays[-1] == MONDAY
    own = {each.name: each for each in found.series}
    assert own["category:01 district:medeu"].counts[:3] == (3, 0, 4)
    assert set(own) == {"category:01", "district:medeu", "category:01 district:medeu"}


def test_a_surge_in_one_topic_and_district_is_raised_in_its_first_full_week(session: Any) -> None:
    appeals_of(session, {"medeu": steady(60), "almaly": steady(21), "auezov": steady(20)})

    raised = watch.watch_week(session, MONDAY, now=datetime(2026, 11, 23, 1).astimezone())

    found = alerts.listed(session)
    names = {alert.series for alert in found}
    assert raised == len(found)
    assert "category:01 district:medeu" in names
    assert not {name for name in names if "almaly" in name or "auezov" in name}
    own = next(alert for alert in found if " " in alert.series)
    assert (own.week, own.observed, own.method) == (MONDAY, 60, watch.SHORT_HISTORY)
    assert own.expected == pytest.approx(21, abs=1.5)


def test_a_snowfall_everywhere_is_the_topic_s_surge_not_that_of_each_district(
    session: Any,
) -> None:
    appeals_of(session, {name: steady(60) for name in ("medeu", "almaly", "auezov")})

    watch.watch_week(session, MONDAY, now=datetime(2026, 11, 23, 1).astimezone())

    assert not [alert for alert in alerts.listed(session) if " " in alert.series]


def test_the_same_week_again_adds_nothing(session: Any) -> None:
    appeals_of(session, {"medeu": steady(60), "almaly": steady(21), "auezov": steady(20)})
    now = datetime(2026, 11, 23, 1).astimezone()
    watch.watch_week(session, MONDAY, now=now)

    assert watch.watch_week(session, MONDAY, now=now) == 0
    assert [one.week for one in session.scalars(select(alerts.JudgedWeek))] == [MONDAY]


def test_a_step_that_begins_to_fail_more_often_is_raised_by_its_name(session: Any) -> None:
    line = lines.read_line(text_of())
    entering.enter(session, line, known=entering.present(session), now=NOON)
    version = situations.version_on(session, line.slug, MONDAY)
    assert version is not None
    clerk, tickets = make_officer(session), iter(range(1, 10**6))
    for week in range(21):
        for step, often in (("s1", 4), ("s2", 4 if week < 20 else 24)):
            for _ in range(often):
                failed(session, version.id, step, START + week * series.WEEK, clerk, tickets)
    session.flush()

    watch.watch_week(session, MONDAY, now=NOON)

    code = version.situation.code
    assert {alert.series for alert in alerts.listed(session)} == {f"step:{code}/s2"}
    named = naming.names(session, [f"step:{code}/s2"], "ru")
    assert named[f"step:{code}/s2"].startswith("Потеря ключей: ")


def failed(
    session: Any, version: int, step: str, day: date, clerk: Any, tickets: Iterator[int]
) -> None:
    ticket = make_ticket(session, now=NOON - timedelta(seconds=next(tickets)))
    session.add(
        Consultation(day=day, at=NOON, ticket_id=ticket.id, version_id=version, failed_step=step,
                     cause=Cause.PAPER, language="kk", officer_id=clerk.id)
    )  # fmt: skip


def test_five_years_are_judged_by_season_and_a_young_series_by_its_last_weeks() -> None:
    mondays = tuple(date(2020, 1, 6) + n * series.WEEK for n in range(300))
    old = Series("category:01", (10,) * 299 + (40,), (50,) * 300)
    known = watch.judge(old, mondays, 299)
    young = watch.judge(old, mondays, 60)

    assert known is not None
    assert young is not None
    assert (known.method, known.expected.crossed) == (watch.FARRINGTON, True)
    assert (young.method, young.expected.crossed) == (watch.SHORT_HISTORY, False)


def test_a_slow_rise_is_seen_over_several_weeks_where_no_single_week_shows_it() -> None:
    mondays = tuple(MONDAY + n * series.WEEK for n in range(20))
    slow = Series("category:01 district:medeu", (40,) * 16 + (54, 56, 58, 60), (400,) * 20)
    limits = dict.fromkeys(watch.BUDGET, 0.05)

    found = watch.alarms(watch.judge_all(slow, mondays, 19), limits)

    assert [(each.method, each.expected.observed) for each in found] == [(watch.RISE, 228)]
    assert found[0].expected.crossed
    assert watch.alarms(watch.judge_all(slow, mondays, 15), limits) == []


def test_a_restless_past_raises_the_limit_of_its_group_only() -> None:
    mondays = tuple(MONDAY + n * series.WEEK for n in range(30))
    restless = [
        Series(f"category:0{n} district:medeu", ((20, 20, 60) * 12)[n : n + 30], (400,) * 30)
        for n in range(6)
    ]
    quiet = Series("category:02", (20, 21, 22) * 10, (400,) * 30)

    limits = watch.own_limits(Weeks(mondays, (*restless, quiet)), 29)

    assert limits[watch.LARGE] < watch.MOST_CHANCE
    assert limits[watch.SMALL] == watch.MOST_CHANCE


def test_an_empty_register_raises_nothing(session: Any) -> None:
    assert watch.watch_week(session, MONDAY, now=datetime(2026, 11, 23).astimezone()) == 0
    assert watch.own_limits(Weeks((), ()), 20) == dict.fromkeys(watch.BUDGET, watch.MOST_CHANCE)


def make_alert(session: Any, **facts: Any) -> Alert:
    known = {"state": AlertState.RAISED, "series": "category:03 district:medeu"}
    alert = Alert(
        week=MONDAY, method=watch.SHORT_HISTORY, observed=40, expected=20.0, bound=33,
        dispersion=1.2, p=0.0001, tested=180, reason="",
        raised_at=datetime(2026, 11, 23).astimezone(), **known | facts,
    )  # fmt: skip
    session.add(alert)
    session.flush()
    return alert


def test_an_alert_has_a_person_and_an_outcome(session: Any, now: Any) -> None:
    alert = make_alert(session)
    analyst, other = make_officer(session, Role.ANALYST), make_officer(session, Role.SUPERVISOR)

    with pytest.raises(WrongStatus):
        alerts.judge(alert, finding="confirmed", reason="Көше", by=analyst, now=now)
    alerts.take(alert, by=analyst, now=now)
    with pytest.raises(NotAllowed):
        alerts.judge(alert, finding="confirmed", reason="Көше", by=other, now=now)
    with pytest.raises(Invalid) as problem:
        alerts.judge(alert, finding="", reason=" ", by=analyst, now=now)
    assert set(problem.value.fields) == {"finding", "reason"}
    alerts.judge(alert, finding="explained", reason="Қар жауды.", by=analyst, now=now)

    assert (alert.state, alert.finding, alert.officer) == (
        AlertState.JUDGED, Finding.EXPLAINED, analyst,
    )  # fmt: skip


def test_the_surveillance_is_scored_by_what_people_found_out(session: Any) -> None:
    for week, finding in enumerate(Finding):
        name = f"category:{week:02}"
        make_alert(session, state=AlertState.JUDGED, finding=finding, series=name)
    make_alert(session, finding=None, series="district:medeu")

    found = alerts.score(session, since=MONDAY - timedelta(days=365))

    assert (found.raised, found.judged, found.real) == (5, 4, 2)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_an_analyst_looks_into_an_alert(client: Any, session: Any, language: str) -> None:
    alert = make_alert(session)
    session.commit()
    analyst = sign_in(client, make_officer(session, Role.ANALYST))

    page = analyst.get(f"/alerts?lang={language}&alert={alert.id}")
    assert f"/alerts/{alert.id}/take" in page.text
    analyst.post(f"/alerts/{alert.id}/take")
    refused = analyst.post(f"/alerts/{alert.id}/judge", data={"finding": "x", "reason": ""})
    done = analyst.post(
        f"/alerts/{alert.id}/judge", data={"finding": "confirmed", "reason": "Шам сөнген."}
    )

    assert (refused.status_code, done.status_code) == (422, 302)
    assert "Шам сөнген." in analyst.get(f"/alerts?alert={alert.id}").text


@pytest.mark.parametrize("role", sorted(Role))
def test_who_sees_the_alerts(client: Any, session: Any, role: str) -> None:
    answer = sign_in(client, make_officer(session, role)).get("/alerts?state=nonsense&alert=x")

    assert answer.status_code == (200 if role in ("analyst", "supervisor", "admin") else 403)
