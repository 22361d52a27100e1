"""The journal of an appeal: only ever longer, each row bound to the one before."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from agencies import journal
from agencies.journal import BEGINNING, JournalEntry, bind, canonical, hash_payload
from tests.make import make_appeal, make_officer

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
payloads = st.dictionaries(st.text(max_size=6), values, max_size=4)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
rows = st.fixed_dictionaries(
    {
        "position": st.integers(1, 10**6),
        "kind": st.sampled_from(["registered", "routed", "answered"]),
        "at": moments,
        "by_id": st.none() | st.integers(1, 10**6),
        "payload_hash": st.binary(min_size=32, max_size=32),
    }
)


def entries_of(session, appeal):
    query = select(JournalEntry).where(JournalEntry.appeal_id == appeal.id)
    return session.scalars(query.order_by(JournalEntry.position)).all()


@given(payloads)
def test_the_order_in_which_words_were_given_does_not_matter(payload):
    assert canonical(dict(reversed(payload.items()))) == canonical(payload)


@given(payloads, payloads)
def test_other_words_have_another_hash(one, two):
    same = canonical(one) == canonical(two)

    assert (hash_payload(b"salt", one) == hash_payload(b"salt", two)) == same


@given(payloads)
def test_the_same_words_with_another_salt_cannot_be_recognised(payload):
    assert hash_payload(b"one", payload) != hash_payload(b"two", payload)


@given(rows, rows)
def test_whatever_differs_in_a_row_differs_in_its_digest(one, two):
    assert (bind(BEGINNING, **one) == bind(BEGINNING, **two)) == (one == two)


@given(rows, st.binary(min_size=32, max_size=32))
def test_a_row_is_bound_to_the_one_before(row, previous):
    assert (bind(previous, **row) == bind(BEGINNING, **row)) == (previous == BEGINNING)


@given(rows)
def test_a_moment_is_the_same_in_every_time_zone(row):
    abroad = row["at"].astimezone(timezone(timedelta(hours=5)))

    assert bind(BEGINNING, **row) == bind(BEGINNING, **(row | {"at": abroad}))


def test_a_new_appeal_begins_its_journal_with_its_registration(session, now):
    officer = make_officer(session)
    appeal = make_appeal(session, by=officer, now=now)

    first = entries_of(session, appeal)[0]

    assert (first.position, first.kind, first.at) == (1, "registered", now)
    assert first.by.name == officer.name
    assert first.payload["number"] == appeal.number
    assert (appeal.journal_length, appeal.journal_head) == (1, first.digest)


def test_each_row_holds_the_digest_of_all_before_it(session):
    appeal = make_appeal(session, status="closed")

    entries = entries_of(session, appeal)

    digest = BEGINNING
    for position, entry in enumerate(entries, start=1):
        assert entry.position == position
        assert entry.payload_hash == hash_payload(entry.salt, entry.payload)
        digest = bind(
            digest, position=position, kind=entry.kind, at=entry.at, by_id=entry.by_id,
            payload_hash=entry.payload_hash,
        )  # fmt: skip
        assert entry.digest == digest
    assert (appeal.journal_length, appeal.journal_head) == (len(entries), digest)


def test_a_row_of_a_claim_names_the_claim(session, now):
    appeal = make_appeal(session, claims=["Шам жанбайды.", "Лифт тоқтап тұр."])
    journal.append(appeal, "noted", by=None, now=now, claim_ordinal=2)
    session.commit()

    last = entries_of(session, appeal)[-1]

    assert last.claim_id == appeal.claims[1].id
    assert last.payload == {"claim": 2}
    assert last.by is None


def test_no_identification_number_and_no_key_of_a_link_enters_a_journal(session):
    appeal = make_appeal(session, status="answered")

    told = str([entry.payload for entry in entries_of(session, appeal)])

    assert "850101100012" not in told
    assert appeal.link_seed not in told


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE journal_entry SET payload = \'{"kind": "complaint"}\'',
        "UPDATE journal_entry SET at = at + interval '1 second'",
        "UPDATE journal_entry SET by_id = NULL",
        "UPDATE journal_entry SET position = position + 100",
        "UPDATE journal_entry SET digest = payload_hash",
        "UPDATE journal_entry SET payload = '{}', kind = 'other'",
        "DELETE FROM journal_entry",
        "DELETE FROM journal_entry WHERE position = 2",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_row(session, change):
    make_appeal(session, status="routed")

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))

    session.rollback()


def test_two_rows_cannot_take_one_place(session, now):
    appeal = make_appeal(session)
    journal.append(appeal, "noted", by=None, now=now)
    appeal.journal_length -= 1
    journal.append(appeal, "noted", by=None, now=now)

    with pytest.raises(DBAPIError, match="uq_journal_entry"):
        session.flush()

    session.rollback()


def test_a_persons_words_can_be_erased_and_nothing_else_with_them(session):
    appeal = make_appeal(session, status="routed")
    session.execute(text("UPDATE journal_entry SET payload = '{}', salt = 'x' WHERE position = 1"))
    session.commit()
    session.expire_all()

    first = entries_of(session, appeal)[0]
    assert first.payload == {}
    assert first.salt == b"", "nobody can try guesses against the hash"
