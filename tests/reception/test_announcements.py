"""What the hall says to everybody, in three languages and for a stated time."""

from datetime import timedelta

import pytest

from agencies.directory import agency_by_code
from agencies.errors import Invalid, WrongStatus
from reception import announcements
from reception.announcements import Sort
from tests.make import make_officer, the_hall

TEXTS = {"kk": "Зал 18:00-де жабылады.", "ru": "Зал закрывается в 18:00.", "en": "Closes at 18:00."}


@pytest.fixture
def say(session, now):
    by = make_officer(session, "supervisor")

    def _say(sort=Sort.NOTICE, agency=None, minutes=60, texts=TEXTS):
        made = announcements.announce(
            session, the_hall(session), texts, sort=sort, by=by, now=now,
            until=now + timedelta(minutes=minutes),
            agency=agency_by_code(session, agency) if agency else None,
        )  # fmt: skip
        session.commit()
        return made

    return _say


def test_the_board_says_it_in_three_languages_at_once(client, say):
    say()

    page = client.get("/board").text

    assert all(text in page for text in TEXTS.values())


def test_it_ends_by_itself_and_by_hand(session, say, now):
    short, long = say(minutes=5), say(minutes=60)
    hall = the_hall(session)
    later = now + timedelta(minutes=6)
    assert announcements.current(session, hall, now=later) == [long]

    announcements.end(session, long, by=long.made_by, now=later)

    assert announcements.current(session, hall, now=later) == []
    with pytest.raises(WrongStatus):
        announcements.end(session, short, by=long.made_by, now=later)


def test_a_queue_s_message_is_for_its_own_visitors(session, say, now):
    housing = say(Sort.QUEUE, agency="housing")
    hall = the_hall(session)

    assert announcements.current(session, hall, now=now, agency_id=housing.agency_id) == [housing]
    assert announcements.current(session, hall, now=now) == []
    assert announcements.of_whole_hall(session, hall, now=now) == [housing]


def test_an_emergency_covers_the_board(client, say):
    say()
    say(
        Sort.EMERGENCY, texts={"kk": "Залдан шығыңыз", "ru": "Покиньте зал", "en": "Leave the hall"}
    )

    page = client.get("/board").text

    assert 'class="board-emergency"' in page
    assert "Залдан шығыңыз" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"texts": TEXTS | {"en": " "}}, "text_en"),
        ({"texts": TEXTS | {"kk": "ұ" * 161}}, "text_kk"),
        ({"minutes": 0}, "until"),
        ({"minutes": 60 * 24 * 32}, "until"),
        ({"sort": Sort.QUEUE}, "agency"),
    ],
)
def test_what_cannot_be_said_names_the_field(session, say, change, field):
    with pytest.raises(Invalid) as refused:
        say(**change)

    assert field in refused.value.fields
