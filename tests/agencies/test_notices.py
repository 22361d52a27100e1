"""Notices: a row in the transaction of what it tells of, delivered once, forgotten afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import notices
from agencies.errors import Invalid, WrongStatus
from agencies.notices import Notice, NoticeChannel, NoticeStatus

S = NoticeStatus
SMS, EMAIL, TELEGRAM = NoticeChannel.SMS, NoticeChannel.EMAIL, NoticeChannel.TELEGRAM
ADDRESS = {SMS: "+7 701 000 00 01", EMAIL: "erlan@example.kz", TELEGRAM: "100200300"}


def send(session, now, channel=SMS, **more):
    words = {"kind": "ticket_soon", "language": "kk", "about": "ticket/1"} | more
    notices.send(
        session, channel=channel, now=now, ticket="A-001", minutes=10,
        **({"to": ADDRESS[channel]} | words),
    )  # fmt: skip
    session.commit()


def the_notice(session):
    return session.scalars(select(Notice)).one()


def test_a_notice_of_one_name_is_made_once(session, now):
    send(session, now, once="ticket/1/soon")
    send(session, now, once="ticket/1/soon")

    assert len(session.scalars(select(Notice)).all()) == 1


def test_a_notice_is_gone_with_the_step_it_tells_of(session, now):
    notices.send(session, channel=SMS, to="87010000001", kind="ticket_called", language="kk",
                 about="ticket/1", now=now, ticket="A-001", desk=4)  # fmt: skip
    session.rollback()

    assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    ("channel", "address", "field"),
    [
        (SMS, "12345", "phone"),
        (SMS, "", "phone"),
        (EMAIL, "erlan", "email"),
        (EMAIL, "a@b.kz, c@d.kz", "email"),
        (EMAIL, "a@b.kz\r\nBcc: c@d.kz", "email"),
        (TELEGRAM, "@erlan", "telegram"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_by_field(session, now, channel, address, field):
    with pytest.raises(Invalid) as refusal:
        send(session, now, channel, to=address)

    assert set(refusal.value.fields) == {field}


def test_a_kind_without_wording_is_refused_at_once(session, now):
    with pytest.raises(KeyError):
        send(session, now, kind="no_such_kind")


@pytest.mark.parametrize("channel", list(ADDRESS))
def test_a_finished_notice_no_longer_holds_the_address(session, now, channel):
    send(session, now, channel)
    notice = notices.take_next(session, channel, now=now)
    notices.move(notice, S.SENT, now=now)
    session.commit()

    kept = the_notice(session)
    assert kept.address == ""
    assert ADDRESS[channel].replace(" ", "") not in f"{kept.masked}{kept.particulars}{kept.once}"
    with pytest.raises(WrongStatus):
        notices.move(kept, S.WAITING, now=now)


def test_a_notice_is_taken_by_one_worker(session, database, now):
    send(session, now)
    with type(session)(database) as other:
        assert notices.take_next(session, SMS, now=now)
        assert notices.take_next(other, SMS, now=now) is None


def test_a_notice_waits_for_its_hour(session, now):
    send(session, now, not_before=now + timedelta(hours=2))

    assert notices.take_next(session, SMS, now=now + timedelta(hours=1)) is None
    assert notices.take_next(session, SMS, now=now + timedelta(hours=2))


def test_attempts_stand_further_and_further_apart_and_end(session, now):
    send(session, now)
    waits = []
    while notice := notices.take_next(session, SMS, now=now):
        notices.put_off(notice, reason="http 503", now=now)
        session.commit()
        waits.append(notice.next_at - now)
        now = notice.next_at

    assert waits[:-1] == sorted(waits[:-1])
    assert waits[:-1] == list(notices.PAUSES)
    assert (notice or the_notice(session)).status is S.FAILED


def test_being_told_to_slow_down_uses_up_no_attempt(session, now):
    send(session, now)
    notice = notices.take_next(session, SMS, now=now)
    notices.put_off(notice, reason="http 429", now=now, wait=timedelta(seconds=30))
    session.commit()

    assert (notice.attempts, notice.next_at) == (0, now + timedelta(seconds=30))


def test_the_rate_of_a_channel_holds_back_the_rest(session, now):
    for place in range(notices.A_MINUTE[TELEGRAM] + 1):
        send(session, now, TELEGRAM, once=f"n{place}")
    taken = 0
    while notices.take_next(session, TELEGRAM, now=now):
        taken += 1

    assert taken == notices.A_MINUTE[TELEGRAM]
    assert notices.take_next(session, TELEGRAM, now=now + timedelta(seconds=61))


@pytest.mark.parametrize(
    ("channel", "status"), [(SMS, S.WAITING), (EMAIL, S.WAITING), (TELEGRAM, S.UNSURE)]
)
def test_a_delivery_cut_off_is_repeated_only_where_the_far_side_knows_repetitions(
    session, now, channel, status
):
    send(session, now, channel)
    key = notices.take_next(session, channel, now=now).key
    session.commit()
    later = now + notices.CUT_OFF_AFTER + timedelta(seconds=1)

    assert notices.recover(session, now=now) == 0
    assert notices.recover(session, now=later) == 1
    session.commit()

    assert (the_notice(session).status, the_notice(session).key) == (status, key)


def test_what_nobody_could_deliver_in_time_is_given_up(session, now):
    send(session, now)

    assert notices.expire(session, now=now + notices.LASTS - timedelta(seconds=1)) == 0
    assert notices.expire(session, now=now + notices.LASTS) == 1
    session.commit()
    session.expire_all()
    assert (the_notice(session).status, the_notice(session).address) == (S.EXPIRED, "")
