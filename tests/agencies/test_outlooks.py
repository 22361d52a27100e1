"""The forecast of lateness: worked by hand, never of fewer than twenty, and scored."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies import lateness, outlooks, worklist
from agencies.appeals import Claim, ClaimOutlook
from agencies.calendar import business_date, workdays
from agencies.lateness import Past, Register
from agencies.outlooks import Known, OutlookScore
from agencies.worklist import Choice
from tests.make import make_appeal, make_officer, sign_in

WIDE, NARROW = (), ("housing",)


def ended(at, count, groups=(WIDE,), *, answered=True, begins=-15):
    return [Past(begins, at, answered, groups)] * count


def test_the_share_is_that_of_those_who_still_stood_there():
    register = Register([*ended(-10, 60), *ended(-2, 20), *ended(3, 20)])

    assert register.outlook([WIDE], 15).late == pytest.approx(0.2)
    assert register.outlook([WIDE], 5).late == pytest.approx(0.5)
    assert register.outlook([WIDE], 5).base == 40
    assert register.outlook([WIDE], 0).late == 1.0


def test_a_claim_that_is_still_open_counts_as_far_as_it_was_seen():
    register = Register([*ended(-8, 20), *ended(-6, 40, answered=False), *ended(2, 20)])

    assert register.outlook([WIDE], 15).late == pytest.approx(0.75)
    assert register.outlook([WIDE], 3).base == 20


def test_who_came_in_later_stood_at_no_earlier_place():
    register = Register([*ended(-12, 20), *ended(1, 20, begins=-5)])

    assert register.outlook([WIDE], 14).base == 20
    assert register.outlook([WIDE], 5).base == 20


def test_where_too_few_stood_a_wider_circle_is_asked_and_at_last_nobody():
    few = ended(1, 19, groups=(NARROW, WIDE))
    more = ended(-1, 21, groups=(WIDE,))

    told = Register(few + more).outlook([NARROW, WIDE], 10)
    assert (told.level, told.base) == (1, 40)
    assert Register(few).outlook([NARROW, WIDE], 10) is None
    assert Register([]).outlook([WIDE], 3) is None


@given(
    st.lists(st.tuples(st.integers(-40, 0), st.integers(0, 60), st.booleans()), min_size=20,
             max_size=80),
    st.integers(0, 60),
)  # fmt: skip
def test_a_share_stays_a_share_and_grows_as_time_runs_out(rows, left):
    past = [Past(begins, begins + ran, answered, (WIDE,)) for begins, ran, answered in rows]
    register = Register(past)
    if WIDE not in register.curves:
        return
    late, stood = register.curves[WIDE].at(left)
    assert 0 <= late <= register.curves[WIDE].at(max(0, left - 1))[0] <= 1
    known = [one for one in past if one.answered or one.ends > 0]
    assert stood == sum(one.begins <= -left <= one.ends for one in known)


def known(answered=None, gone=None, due=date(2026, 11, 20)):
    return Known(1, (WIDE,), date(2026, 11, 2), due, answered, gone)


def test_only_what_was_known_on_a_day_is_asked_about_it(session):
    place = outlooks.placed(workdays(session), date(2026, 11, 2))
    late = known(answered=date(2026, 11, 23))

    then, now = late.past(date(2026, 11, 12), place), late.past(date(2026, 12, 1), place)
    assert (then.answered, now.answered, now.ends) == (False, True, 1)
    assert late.past(date(2026, 11, 2), place) is None
    assert (late.stands(date(2026, 11, 12)), late.stands(date(2026, 11, 23))) == (True, False)
    assert known(answered=date(2026, 11, 21)).past(date(2026, 12, 1), place).ends == 1


@pytest.mark.parametrize(
    ("one", "late"),
    [
        (known(answered=date(2026, 11, 20)), False), (known(answered=date(2026, 11, 21)), True),
        (known(), True), (known(gone=date(2026, 11, 10)), None),
        (known(due=date(2026, 12, 4)), None),
    ],
)  # fmt: skip
def test_a_forecast_is_scored_once_it_is_known_what_came(one, late):
    assert one.was_late(date(2026, 11, 25)) is late


def test_the_score_is_the_mean_squared_miss_beside_that_of_a_plain_share():
    found = lateness.score([(0.5, True, 0.25), (0.5, False, 0.25), (0.0, False, 0.25)])

    assert found.brier == pytest.approx(1 / 6)
    assert found.plain == pytest.approx((0.75**2 + 2 * 0.25**2) / 3)
    assert [(one.cases, one.came) for one in found.bins] == [(1, 0.0), (2, 0.5)]
    assert lateness.score([]) is None


@pytest.fixture
def risky(session, now):
    """An open claim like twenty of the past that were all late, and one nobody knows."""
    officer, by = make_officer(session, "officer"), make_officer(session)
    head = make_officer(session, "head")
    for _ in range(20):
        old = make_appeal(session, status="answered", by=by, officer=officer, head=head,
                          now=now - timedelta(days=60))  # fmt: skip
        old.claims[0].answered_at = now - timedelta(days=1)
    appeal = make_appeal(session, status="in_work", by=by, officer=officer,
                         now=now - timedelta(days=7))  # fmt: skip
    make_appeal(session, status="in_work", agency="police", by=by, now=now)
    session.commit()
    outlooks.refresh(session, days=workdays(session), now=now)
    session.commit()
    return appeal, officer


def test_the_list_marks_what_is_at_risk_filters_it_and_puts_the_likeliest_first(
    session, client, risky, now
):
    appeal, officer = risky
    make_appeal(session, status="in_work", now=now)
    chosen = worklist.claims_in_work(
        session, officer, Choice(at_risk=True), today=business_date(now)
    )
    assert [row.number for row in chosen.rows] == [appeal.number]
    sign_in(client, officer)
    page = client.get("/workspace?lang=en").text
    assert page.count('class="at-risk"') == 1


def test_the_case_says_it_in_a_sentence_while_the_last_day_is_the_same(session, client, risky):
    appeal, officer = risky
    sign_in(client, officer)
    address = f"/workspace/appeals/{appeal.number}?lang=en"
    assert "Late of 100 similar cases that stood here with this much time left: 100" in (
        client.get(address).text
    )

    session.get(Claim, appeal.claims[0].id).due_on += timedelta(days=1)
    session.commit()
    assert "similar cases that stood here" not in client.get(address).text


def test_places_of_the_list_of_those_at_risk_lead_on(session, risky, now, monkeypatch):
    _, officer = risky
    for n in range(3):
        made = make_appeal(session, status="in_work", officer=officer, now=now)
        claim = made.claims[0]
        session.add(ClaimOutlook(claim_id=claim.id, due_on=claim.due_on, made_at=now,
                                 days_left=15, late=400 + n, base=20, level=0))  # fmt: skip
    session.commit()
    monkeypatch.setattr(worklist, "PAGE", 2)
    asked = {"today": business_date(now)}
    choice = Choice(at_risk=True)

    first = worklist.claims_in_work(session, officer, choice, **asked)
    after = worklist.Place.read(str(first.after))
    second = worklist.claims_in_work(session, officer, choice, after=after, **asked)
    before = worklist.Place.read(str(second.before))
    assert [row.late for row in first.rows + second.rows] == [1000, 402, 401, 400]
    assert worklist.claims_in_work(session, officer, choice, before=before, **asked).rows == (
        first.rows
    )


def test_the_page_of_the_forecast_says_how_well_it_fitted(session, client, now):
    told = [(0.4, n % 5 < 2, 0.5) for n in range(25)]
    found = lateness.score(told)
    session.add(OutlookScore(as_of=now, told=asdict(found) | {"skill": found.skill}))
    session.commit()
    sign_in(client, make_officer(session, "officer"))

    page = client.get("/workspace/lateness?lang=en").text

    assert "Mean squared miss (Brier): 0.240; saying the same share of every case: 0.250" in page
    assert page.count("40.0") == 2
