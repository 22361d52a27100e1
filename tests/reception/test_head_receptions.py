"""Personal reception by heads: a published day, places given once, and what comes of it."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from agencies.calendar import business_date, local, workdays
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, TakenByAnother, WrongStatus
from agencies.notices import Notice
from reception import deliveries, head_receptions
from reception.deliveries import Links
from reception.head_receptions import EnrolmentState, HeadEnrolment
from tests.make import SECRET_KEY, keys, make_appeal, make_officer, sign_in

POSITIONS = {"position_kk": "басшы", "position_ru": "руководитель", "position_en": "head"}


@pytest.fixture
def head(session):
    return make_officer(session, "head", name="Ерлан Төлегенов")


@pytest.fixture
def sitting(session, head, now):
    made = planned(session, head, now)
    session.commit()
    return made


def planned(session, by, now, agency="housing", **given):
    told = {
        "receiver": "Ерлан Төлегенов", "positions": POSITIONS, "day": date(2026, 12, 1),
        "begins": time(10), "ends": time(11), "place": "4-терезе", "places": 2,
    } | given  # fmt: skip
    return head_receptions.plan(
        session, agency_by_code(session, agency), workdays=workdays(session), by=by, now=now, **told
    )


def enrolled(session, sitting, now, number=1, **given):
    told = {"name": "Асқар Жүнісов", "phone": f"+7701000000{number}", "essence": "Шатыр ағады."}
    made = head_receptions.enrol(
        session, sitting, language="kk", by=None, now=now, **(told | given)
    )
    session.commit()
    return made


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"day": date(2026, 12, 6)}, "day"), ({"day": date(2026, 11, 23)}, "day"),
        ({"begins": time(12)}, "ends"), ({"places": 0}, "places"), ({"receiver": " "}, "receiver"),
        ({"positions": POSITIONS | {"position_kk": ""}}, "position_kk"), ({"place": ""}, "place"),
    ],
)  # fmt: skip
def test_a_day_that_makes_no_sense_is_told_by_field(session, head, now, given, field):
    with pytest.raises(Invalid) as refused:
        planned(session, head, now, **given)

    assert list(refused.value.fields) == [field]


def test_a_head_plans_for_the_own_agency_and_the_supervisor_for_each(session, head, now):
    with pytest.raises(NotAllowed):
        planned(session, head, now, agency="police")
    with pytest.raises(NotAllowed):
        planned(session, make_officer(session, "officer"), now)
    planned(session, make_officer(session, "supervisor"), now, agency="police")


def test_visitors_share_the_time_and_nobody_gets_a_place_twice(session, sitting, now):
    first, second = (enrolled(session, sitting, now, n) for n in (1, 2))

    assert [f"{local(one.at):%H:%M}" for one in (first, second)] == ["10:00", "10:30"]
    with pytest.raises(TakenByAnother):
        enrolled(session, sitting, now, 3)


def test_one_number_takes_one_place(session, sitting, now):
    enrolled(session, sitting, now)

    with pytest.raises(Invalid) as refused:
        enrolled(session, sitting, now)

    assert list(refused.value.fields) == ["phone"]


def test_without_saying_what_it_is_about_nobody_is_enrolled(session, sitting, now):
    with pytest.raises(Invalid) as refused:
        enrolled(session, sitting, now, name="", phone="", essence=" ")

    assert set(refused.value.fields) == {"name", "phone", "essence"}


def test_a_place_given_back_is_free_and_its_words_are_gone(session, sitting, now):
    one = enrolled(session, sitting, now)

    head_receptions.give_back(one)
    session.commit()

    assert (one.name, one.phone, one.essence) == ("", "", "")
    assert enrolled(session, sitting, now).place == one.place
    with pytest.raises(WrongStatus):
        head_receptions.give_back(one)


def test_nobody_enrols_for_a_day_that_was_cancelled_or_has_begun(session, sitting, head, now):
    with pytest.raises(TakenByAnother):
        enrolled(session, sitting, now + timedelta(days=9))
    head_receptions.cancel(session, sitting, reason="Іссапар", by=head, now=now)

    with pytest.raises(TakenByAnother):
        enrolled(session, sitting, now)
    with pytest.raises(WrongStatus):
        head_receptions.cancel(session, sitting, reason="Іссапар", by=head, now=now)


def test_whoever_enrolled_is_told_in_the_own_language_how_to_enrol_anew(
    session, client, sitting, head, now
):
    given_back, kept = (enrolled(session, sitting, now, n) for n in (1, 2))
    head_receptions.give_back(given_back)
    kept.language = "ru"
    head_receptions.cancel(session, sitting, reason="Іссапар", by=head, now=now)
    session.commit()

    told = session.scalars(select(Notice)).one()
    links = Links(secret=SECRET_KEY, base="https://hall.example", seal=keys().seal)
    text = deliveries.worded(session, told, links=links).text
    assert (told.address, told.expires_at) == (kept.phone, kept.at)
    assert f"https://hall.example/heads/enrolment/{kept.code}" in text
    assert "не состоится" in text
    page = client.get(f"/heads/enrolment/{kept.code}?lang=en").text
    assert "Choose another day" in page
    assert "This reception will not take place" in page
    assert "Has enrolled" not in page
    assert "Give the place back" not in page


def test_what_came_of_it_may_be_an_appeal_that_exists(session, sitting, head, now):
    one, appeal = enrolled(session, sitting, now), make_appeal(session)

    with pytest.raises(Invalid):
        head_receptions.conclude(one, outcome="appeal_registered", appeal=None, by=head, now=now)
    head_receptions.conclude(one, outcome="appeal_registered", appeal=appeal, by=head, now=now)
    session.flush()

    assert (one.state, one.appeal_id) == (EnrolmentState.RECEIVED, appeal.id)
    with pytest.raises(WrongStatus):
        head_receptions.conclude(one, outcome="explained", appeal=None, by=head, now=now)


def test_state_bodies_without_a_day_within_a_month_are_named(session, sitting, head, now):
    agencies = [agency_by_code(session, code) for code in ("housing", "police", "business")]
    today = business_date(now)

    def lacking(day):
        found = head_receptions.coming(session, today=day)
        return [one.code for one in head_receptions.lacking(found, agencies, today=day)]

    assert lacking(today) == ["police"]
    head_receptions.cancel(session, sitting, reason="Іссапар", by=head, now=now)
    assert lacking(today) == ["housing", "police"]


def test_names_numbers_and_words_are_forgotten_and_the_outcome_stays(session, sitting, head, now):
    one = enrolled(session, sitting, now)
    head_receptions.conclude(one, outcome="explained", appeal=None, by=head, now=now)
    session.commit()

    early = head_receptions.forget(session, now=now + timedelta(days=20))
    late = head_receptions.forget(session, now=now + timedelta(days=60))
    session.commit()
    session.refresh(one)

    assert (early, late) == (0, 1)
    assert (one.name, one.phone, one.essence, one.outcome) == ("", "", "", "explained")


@pytest.mark.parametrize(
    ("lang", "word"), [("kk", "басшы"), ("ru", "руководитель"), ("en", "Code (APPC), article 90")]
)
def test_the_schedule_is_public_in_three_languages(client, sitting, lang, word):
    page = client.get(f"/heads?lang={lang}").text

    assert "Ерлан Төлегенов" in page
    assert word in page


def test_a_visitor_enrols_and_gives_the_place_back_without_an_account(client, session, sitting):
    form = {"name": "Асқар Жүнісов", "phone": "8 701 000 00 01", "essence": "Шатыр ағады."}

    wrong = client.post(f"/heads/{sitting.id}?lang=en", data=form | {"essence": ""})
    answer = client.post(f"/heads/{sitting.id}", data=form)
    shown = client.get(answer.location + "?lang=en")
    client.post(f"{answer.location}/cancel")

    assert (wrong.status_code, answer.status_code) == (422, 302)
    assert "Say in a few words" in wrong.text
    assert "Асқар" in wrong.text
    assert "Асқар" not in shown.text
    assert "Has enrolled" in shown.text
    assert "noindex" in shown.headers["X-Robots-Tag"]
    session.expire_all()
    assert session.scalars(select(HeadEnrolment)).one().state is EnrolmentState.CANCELLED


def test_the_head_publishes_a_day_and_records_what_came_of_it(client, session, head, clock, now):
    sign_in(client, head)
    day = {
        "receiver": "Ерлан Төлегенов", **POSITIONS, "day": "2026-12-01", "begins": "10:00",
        "ends": "12:00", "place": "4-терезе", "places": "8",
    }  # fmt: skip

    wrong = client.post("/desk/heads?lang=en", data=day | {"day": "2026-12-06"})
    done = client.post("/desk/heads", data=day)
    sitting = head_receptions.coming(session, today=business_date(now))[0]
    one = enrolled(session, sitting, now)
    clock.advance(days=8)
    sign_in(client, head)
    page = client.get("/desk/heads?lang=en").text
    client.post(f"/desk/heads/enrolments/{one.id}", data={"outcome": "explained"})

    assert (wrong.status_code, done.status_code) == (422, 302)
    assert "Choose a working day after today." in wrong.text
    assert "Шатыр ағады." in page
    session.expire_all()
    assert one.outcome == "explained"


def test_another_agency_sees_and_touches_nothing_of_it(client, session, sitting, now):
    one = enrolled(session, sitting, now)
    sign_in(client, make_officer(session, "head", agency="police"))

    page = client.get("/desk/heads").text
    cancelled = client.post(f"/desk/heads/{sitting.id}/cancel", data={"reason": "х"})
    concluded = client.post(f"/desk/heads/enrolments/{one.id}", data={"outcome": "explained"})

    assert "Асқар" not in page
    assert (cancelled.status_code, concluded.status_code) == (404, 404)
