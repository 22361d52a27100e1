"""The proof names the first row that somebody changed, added, left out or put elsewhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from agencies import journal, proof
from agencies.proof import Damage
from tests.make import make_appeal

CHANGES = {
    "payload = payload || '{\"added\": 1}'": "payload changed",
    "salt = decode(repeat('00', 16), 'hex')": "payload changed",
    "payload_hash = decode(repeat('00', 32), 'hex')": "payload changed",
    "kind = 'other'": "row changed",
    "at = at - interval '1 microsecond'": "row changed",
    "by_id = (SELECT max(id) FROM officer WHERE id <> coalesce(by_id, 0))": "row changed",
    "digest = decode(repeat('00', 32), 'hex')": "row changed",
}


@pytest.fixture
def tamper(session):
    """Change the journal behind the back of the database; a rollback makes all good again."""

    def _tamper(statement, **values):
        session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER keep_journal"))
        changed = session.execute(text(statement), values)
        session.execute(text("ALTER TABLE journal_entry ENABLE TRIGGER keep_journal"))
        assert changed.rowcount > 0

    return _tamper


@pytest.fixture
def appeal(session):
    """Six rows, between the appeals of two other people."""
    make_appeal(session, status="in_work")
    middle = make_appeal(session, status="closed")
    make_appeal(session)
    return middle


def found(session):
    damages = proof.verify(session).damages
    session.rollback()
    return damages


def test_an_untouched_register_is_proved(session, appeal):
    proved = proof.verify(session)

    assert (proved.appeals, proved.damages) == (3, [])
    assert proved.rows == 3 + 6 + 1


def test_an_empty_register_is_whole(session):
    assert proof.verify(session) == proof.Proof(0, 0, [])


def test_any_changed_row_is_named(session, appeal, tamper):
    @settings(max_examples=25, deadline=None)
    @given(st.integers(1, 6), st.sampled_from(sorted(CHANGES)))
    def check(position, change):
        tamper(
            f"UPDATE journal_entry SET {change} WHERE appeal_id = :appeal AND position = :position",
            appeal=appeal.id, position=position,
        )  # fmt: skip

        assert found(session) == [Damage(appeal.number, position, CHANGES[change])]

    check()


@pytest.mark.parametrize("position", range(1, 6))
def test_a_row_left_out_is_named(session, appeal, tamper, position):
    tamper(
        "DELETE FROM journal_entry WHERE appeal_id = :appeal AND position = :position",
        appeal=appeal.id, position=position,
    )  # fmt: skip

    assert found(session) == [Damage(appeal.number, position, "row missing or reordered")]


@pytest.mark.parametrize("kept", range(1, 6))
def test_an_end_cut_off_is_named(session, appeal, tamper, kept):
    tamper(
        "DELETE FROM journal_entry WHERE appeal_id = :appeal AND position > :kept",
        appeal=appeal.id, kept=kept,
    )  # fmt: skip

    assert found(session) == [Damage(appeal.number, kept + 1, "end of the journal cut off")]


def test_a_journal_taken_away_whole_is_named(session, appeal, tamper):
    tamper("DELETE FROM journal_entry WHERE appeal_id = :appeal", appeal=appeal.id)

    assert found(session) == [Damage(appeal.number, 1, "row missing or reordered")]


@pytest.mark.parametrize(("one", "two"), [(1, 2), (2, 5), (3, 6)])
def test_two_rows_that_changed_places_are_named_by_the_first(session, appeal, tamper, one, two):
    swap = "UPDATE journal_entry SET position = :to WHERE appeal_id = :appeal AND position = :of"
    for of, to in ((one, 0), (two, one), (0, two)):
        tamper(swap, appeal=appeal.id, of=of, to=to)

    assert [(d.appeal, d.position) for d in found(session)] == [(appeal.number, one)]


def test_a_row_added_without_the_verbs_is_named(session, appeal, tamper, now):
    head = appeal.journal_head
    journal.append(appeal, "noted", by=None, now=now)
    session.flush()
    session.execute(
        text("UPDATE appeal SET journal_length = 6, journal_head = :head WHERE id = :id"),
        {"head": head, "id": appeal.id},
    )

    assert found(session) == [Damage(appeal.number, 7, "row added")]


def test_a_head_that_does_not_fit_is_named(session, appeal):
    session.execute(
        text("UPDATE appeal SET journal_head = decode(repeat('00', 32), 'hex') WHERE id = :id"),
        {"id": appeal.id},
    )

    assert [(d.appeal, d.position) for d in found(session)] == [(appeal.number, 7)]


def test_every_damaged_journal_is_named_once(session, tamper):
    appeals = [make_appeal(session, status="routed") for _ in range(3)]
    tamper("UPDATE journal_entry SET kind = 'other' WHERE position = 2")

    assert found(session) == [Damage(a.number, 2, "row changed") for a in appeals]


def test_a_row_moved_to_another_appeal_damages_both(session, appeal, tamper):
    other = make_appeal(session)
    tamper(
        "UPDATE journal_entry SET appeal_id = :other WHERE appeal_id = :appeal AND position = 2",
        appeal=appeal.id, other=other.id,
    )  # fmt: skip

    assert {(d.appeal, d.position) for d in found(session)} == {
        (appeal.number, 2), (other.number, 2),
    }  # fmt: skip


def test_a_row_emptied_without_an_erasure_is_named(session, appeal):
    session.execute(text("UPDATE journal_entry SET payload = '{}' WHERE position IN (2, 4)"))

    assert Damage(appeal.number, 2, "payload emptied without an erasure") in found(session)
