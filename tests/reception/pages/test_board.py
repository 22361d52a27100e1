"""The board: who goes where, the newest call first, and nobody's name."""

import re

import pytest
from sqlalchemy import select

from agencies.directory import Agency, Desk, desk_by_code
from reception import tickets
from reception.queue import calling
from reception.tickets import moves
from tests.make import SERVICE, make_officer, make_ticket

DESKS = ("D20", "D21", "D22", "D23")


@pytest.fixture
def call(session, clock):
    clerk = make_officer(session)

    def _call(desk, service=SERVICE):
        make_ticket(session, service=service)
        called = calling.call_next(session, desk_by_code(session, desk), by=clerk, now=clock.moment)
        session.commit()
        return tickets.by_id(session, called.id)

    return _call


def lines(client, lang="kk"):
    """Number, desk and marks of each line, from above."""
    page = client.get(f"/board?lang={lang}").text
    found = re.findall(
        r'<li class="call( call-new)?( call-moving)?" [^>]*><span>(\w+)</span>.*?'
        r'<span class="call-desk">.*?(\d+)</span>',
        page,
        re.DOTALL,
    )
    return [(number, int(desk), bool(new), bool(moving)) for new, moving, number, desk in found]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_empty_board_says_so_in_three_languages_at_once(client, lang):
    page = client.get(f"/board?lang={lang}")

    assert lines(client) == []
    for sentence in ("Талондар осы жерде шақырылады", "Здесь появятся", "Called tickets appear"):
        assert sentence in page.text


def test_a_call_is_shown_with_its_desk_and_marked(client, call):
    call("D20")

    assert lines(client) == [("K101", 20, True, True)]


def test_the_newest_call_stands_first(client, call, clock):
    for desk in DESKS[:3]:
        call(desk)
        clock.advance(seconds=20)

    assert [number for number, *_ in lines(client)] == ["K103", "K102", "K101"]


def test_who_is_called_again_stands_first_again(client, session, call, clock):
    first = call("D20")
    clock.advance(seconds=90)
    call("D21")
    clock.advance(seconds=90)
    moves.recall(session, first, by=make_officer(session), now=clock.moment)
    session.commit()

    assert lines(client) == [("K101", 20, True, True), ("K102", 21, False, False)]


@pytest.mark.parametrize(
    ("seconds", "marks"),
    [(0, (True, True)), (7, (True, True)), (8, (True, False)), (59, (True, False)),
     (60, (False, False))],
)  # fmt: skip
def test_a_mark_moves_for_a_moment_and_stays_for_a_minute(client, call, clock, seconds, marks):
    call("D20")
    clock.advance(seconds=seconds)

    assert lines(client)[0][2:] == marks


def test_who_is_being_helped_stays_without_a_mark(client, session, call, clock):
    ticket = call("D20")
    moves.start(session, ticket, by=make_officer(session), now=clock.moment)
    session.commit()

    assert lines(client) == [("K101", 20, False, False)]


@pytest.mark.parametrize("step", ["no_show", "hold"])
def test_who_has_left_the_desk_has_left_the_board(client, session, call, clock, step):
    ticket = call("D20")
    getattr(moves, step)(session, ticket, by=make_officer(session), now=clock.moment)
    session.commit()

    assert lines(client) == []


def test_the_board_shows_the_six_newest_calls(client, session, call, clock):
    calls = dict.fromkeys(DESKS, "housing") | {
        session.scalars(select(Desk.code).join(Agency).where(Agency.code == agency)).first(): agency
        for agency in ("police", "social", "revenue", "tson")
    }
    numbers = []
    for desk, agency in calls.items():
        numbers.append(call(desk, f"{agency}-general").label)
        clock.advance(seconds=1)

    assert [number for number, *_ in lines(client)] == numbers[:-7:-1]


def test_yesterdays_calls_are_not_shown(client, call, clock):
    call("D20")
    clock.advance(days=1)

    assert lines(client) == []


def test_more_calls_take_no_more_statements(client, call, statements):
    call("D20")
    with statements() as one:
        client.get("/board")
    for desk in DESKS[1:]:
        call(desk)

    with statements() as four:
        client.get("/board")

    assert len(four) == len(one)
