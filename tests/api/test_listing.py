"""Finding appeals: filters, pages, and what each caller sees."""

from datetime import timedelta

import pytest

from tests.make import make_appeal, make_officer


@pytest.fixture
def lodged(session, now):
    """Makes appeals a minute apart, the last one newest."""
    clerk = make_officer(session)

    def make(count, **more):
        start = more.pop("now", now)
        return [
            make_appeal(session, by=clerk, now=start + timedelta(minutes=n), **more)
            for n in range(count)
        ]

    return make


def numbers(answer):
    assert answer.status_code == 200, answer.json
    return [item["number"] for item in answer.json["items"]]


def test_the_newest_come_first(api, lodged):
    made = lodged(3)

    assert numbers(api("clerk").get("/appeals")) == [a.number for a in reversed(made)]


def test_every_appeal_is_on_exactly_one_page_though_new_ones_arrive(api, lodged):
    made, clerk = lodged(120), api("clerk")

    first = clerk.get("/appeals")
    lodged(5, now=made[-1].received_at + timedelta(hours=1))
    second = clerk.get("/appeals", cursor=first.json["next"])
    third = clerk.get("/appeals", cursor=second.json["next"])

    pages = [numbers(page) for page in (first, second, third)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [number for page in pages for number in page] == [a.number for a in reversed(made)]
    assert third.json["next"] is None


def test_appeals_of_the_same_instant_do_not_fall_between_pages(api, session, now):
    clerk = make_officer(session)
    made = {make_appeal(session, by=clerk, now=now).number for _ in range(60)}

    first = api("clerk").get("/appeals")
    second = api("clerk").get("/appeals", cursor=first.json["next"])

    assert set(numbers(first) + numbers(second)) == made


def test_a_period_that_ends_before_it_begins_is_told(api):
    answer = api("clerk").get("/appeals", **{"from": "2026-11-30", "to": "2026-11-01"})

    assert answer.status_code == 422
    assert answer.json["errors"] == {"to": "The period ends before it begins."}


def test_a_full_last_page_has_no_next(api, lodged):
    lodged(50)

    assert api("clerk").get("/appeals").json["next"] is None


@pytest.mark.parametrize("cursor", ["x", "!!!", "AAAA", "MjAyNi0xMS0yMyAx", "9" * 200])
def test_a_made_up_cursor_is_refused(api, cursor):
    answer = api("clerk").get("/appeals", cursor=cursor)

    assert (answer.status_code, set(answer.json["errors"])) == (422, {"cursor"})


def test_an_agency_sees_its_own_appeals_only(api, session):
    ours = make_appeal(session, status="routed")
    make_appeal(session, status="routed", agency="police")
    make_appeal(session)

    assert numbers(api("officer").get("/appeals")) == [ours.number]
    assert numbers(api("officer").get("/appeals", agency="police")) == []
    assert len(numbers(api("supervisor").get("/appeals"))) == 3


def test_filters_are_said_of_one_claim(api, session):
    both = make_appeal(
        session, claims=[{"text": "шам"}, {"text": "шу"}], status="routed", agency="housing"
    )
    answered = make_appeal(session, status="answered", agency="police")
    clerk = api("clerk")

    assert numbers(clerk.get("/appeals", agency="housing", status="routed")) == [both.number]
    assert numbers(clerk.get("/appeals", agency="housing", status="answered")) == []
    assert numbers(clerk.get("/appeals", status="answered")) == [answered.number]


def test_akimat_stands_for_the_akimats_of_all_districts(api, session):
    appeal = make_appeal(session, status="routed", agency="akimat-medeu")
    clerk = api("clerk")

    assert numbers(clerk.get("/appeals", agency="akimat")) == [appeal.number]
    assert numbers(clerk.get("/appeals", agency="akimat-medeu")) == [appeal.number]
    assert numbers(clerk.get("/appeals", agency="akimat-alatau")) == []


def test_overdue_means_open_after_the_last_day(api, session, clock):
    late = make_appeal(session, status="in_work")
    make_appeal(session, status="answered")
    clock.advance(days=60)
    fresh = make_appeal(session, status="in_work")
    clerk = api("clerk")

    assert numbers(clerk.get("/appeals", overdue="true")) == [late.number]
    assert fresh.number in numbers(clerk.get("/appeals", overdue="false"))
    shown = {i["number"]: i["claims"][0]["overdue"] for i in clerk.get("/appeals").json["items"]}
    assert shown[late.number] is True
    assert shown[fresh.number] is False


def test_the_days_from_and_to_are_days_in_almaty_and_both_are_included(api, session, now):
    clerk, midnight = api("clerk"), now.replace(hour=19, minute=0)
    before = make_appeal(session, now=midnight - timedelta(seconds=1))
    after = make_appeal(session, now=midnight)
    of_day = {"from": "2026-11-23", "to": "2026-11-23"}

    assert numbers(clerk.get("/appeals", **of_day)) == [before.number]
    assert numbers(clerk.get("/appeals", **{"from": "2026-11-24"})) == [after.number]


def test_a_search_looks_in_number_and_text_and_takes_signs_literally(api, session):
    lift = make_appeal(session, text="Лифт тұрып қалды, 100% істемейді")
    make_appeal(session, text="Шам жанбайды")
    clerk = api("clerk")

    assert numbers(clerk.get("/appeals", q="ЛИФТ")) == [lift.number]
    assert numbers(clerk.get("/appeals", q="100%")) == [lift.number]
    assert numbers(clerk.get("/appeals", q="%")) == []
    assert numbers(clerk.get("/appeals", q=lift.number)) == [lift.number]
    assert numbers(clerk.get("/appeals", q="_")) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agency", "nobody"),
        ("status", "lost"),
        ("overdue", "perhaps"),
        ("from", "yesterday"),
        ("from", "0001-01-01"),
        ("to", "9999-12-31"),
        ("q", "a\0b"),
        ("q", "а" * 201),
        ("order", "text"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_by_field(api, name, value):
    answer = api("clerk").get("/appeals", **{name: value})

    assert (answer.status_code, set(answer.json["errors"])) == (422, {name})


def test_the_list_takes_a_fixed_number_of_statements(api, lodged, statements):
    clerk, counts = api("clerk"), []
    for more in (20, 180):
        lodged(more, status="routed")
        clerk.get("/services")  # looks the token up, which then holds for a few seconds
        with statements() as seen:
            assert clerk.get("/appeals", agency="housing").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 5, counts
