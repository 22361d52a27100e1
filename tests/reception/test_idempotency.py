"""A key is used once: by the first, for one request, until it is forgotten."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agencies.errors import Invalid, TakenByAnother
from reception.idempotency import (
    IdempotencyKey,
    claim_key,
    digest,
    first_answer,
    forget_before,
    keep_answer,
    keep_new_answer,
)

ASKED = "a" * 64
forms = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4)


def claim(session, now, *, owner="kiosk", key="k1", asked=ASKED):
    return claim_key(session, owner=owner, key=key, asked=asked, now=now)


def answer(session, *, owner="kiosk", key="k1", asked=ASKED):
    return first_answer(session, owner=owner, key=key, asked=asked)


@given(forms, st.randoms())
def test_a_form_asks_the_same_in_any_order_and_with_any_token(form, chance):
    fields = list(form.items())
    chance.shuffle(fields)

    assert digest("/kiosk", dict(fields) | {"csrf_token": "x"}) == digest("/kiosk", form)


@given(forms, forms)
def test_another_form_or_address_asks_something_else(one, two):
    plain = [{k: v for k, v in form.items() if k != "csrf_token"} for form in (one, two)]

    assert (digest("/a", one) == digest("/a", two)) == (plain[0] == plain[1])
    assert digest("/a", one) != digest("/b", one)


def test_a_key_is_claimed_once_by_each_owner(session, now):
    assert claim(session, now)
    assert not claim(session, now)
    assert claim(session, now, owner="7")
    assert claim(session, now, key="k2")


def test_the_first_answer_is_given_again(session, now):
    claim(session, now)
    keep_answer(session, owner="kiosk", key="k1", status=303, body="/t/abc")
    session.commit()

    assert answer(session) == (303, "/t/abc")


def test_a_key_for_another_request_is_a_mistake(session, now):
    claim(session, now)
    keep_answer(session, owner="kiosk", key="k1", status=201, body="{}")

    with pytest.raises(Invalid) as refusal:
        answer(session, asked="b" * 64)

    assert set(refusal.value.fields) == {"Idempotency-Key"}


def test_before_there_is_an_answer_the_second_is_asked_to_come_again(session, now):
    claim(session, now)

    with pytest.raises(TakenByAnother):
        answer(session)


def test_an_answer_and_its_key_can_be_kept_in_one_step(session, now):
    kept = {"owner": "7", "key": "k1", "asked": ASKED, "now": now}

    assert keep_new_answer(session, status=201, body="{}", **kept)
    assert not keep_new_answer(session, status=201, body="[]", **kept)
    assert answer(session, owner="7") == (201, "{}")


@pytest.mark.parametrize(("end", "second_is_first"), [("commit", False), ("rollback", True)])
def test_the_second_waits_for_the_end_of_the_first(session, database, now, end, second_is_first):
    claim(session, now)

    def second():
        with Session(database) as other, other.begin():
            return claim(other, now)

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(second)
        time.sleep(0.1)
        assert not waiting.done()
        getattr(session, end)()
        assert waiting.result(timeout=30) is second_is_first


def test_old_keys_are_forgotten(session, now):
    for key, hours in (("old", 30), ("young", 20)):
        claim(session, now - timedelta(hours=hours), key=key)

    assert forget_before(session, now - timedelta(hours=24)) == 1
    assert session.scalars(select(IdempotencyKey.key)).all() == ["young"]
    assert claim(session, now, key="old"), "it may be used again"
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 2
