"""An anchor kept outside proves what the register, rewritten whole, could no longer tell."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from agencies import anchors, journal, proof
from tests.agencies.test_proof import tamper  # noqa: F401  the same way of changing behind the back
from tests.make import make_appeal


@pytest.fixture
def anchored(session, clock):
    """Two evenings: an appeal of four rows, then two rows more."""
    appeal = make_appeal(session, status="in_approval")
    anchors.take(session, now=clock.moment)
    session.commit()
    clock.advance(days=1)
    journal.append(appeal, "noted", by=None, now=clock.moment)
    journal.append(appeal, "noted", by=None, now=clock.moment)
    anchors.take(session, now=clock.moment)
    session.commit()
    return appeal


def rewrite(session, appeal, *, upto):
    """What a person with the database in hand would do: cut the end and mend the head."""
    session.execute(
        text(
            "UPDATE appeal SET journal_length = :n, anchored_length = :n, journal_head ="
            " (SELECT digest FROM journal_entry WHERE appeal_id = :id AND position = :n)"
            " WHERE id = :id"
        ),
        {"n": upto, "id": appeal.id},
    )


def test_journals_under_their_anchors_hold(session, anchored):
    found = proof.verify(session)

    assert found.holds
    assert found.anchors == 2


def test_a_tail_cut_off_with_its_head_mended_is_named_by_the_anchor(session, anchored, tamper):  # noqa: F811
    tamper("DELETE FROM journal_entry WHERE appeal_id = :a AND position > 4", a=anchored.id)
    rewrite(session, anchored, upto=4)

    (damage,) = proof.verify(session).damages
    session.rollback()

    assert (damage.appeal, damage.position) == (anchored.number, 5)
    assert damage.reason == "end of the journal cut off: the anchor of 2026-11-24 holds 6 rows"


def test_a_row_rewritten_with_every_digest_after_it_is_found_between_two_anchors(
    session,
    anchored,
    tamper,  # noqa: F811
):
    rows = session.execute(
        text("SELECT * FROM journal_entry WHERE appeal_id = :a ORDER BY position"),
        {"a": anchored.id},
    ).all()
    previous = rows[3].digest
    for row in rows[4:]:
        previous = journal.bind(
            previous, position=row.position, kind="other", at=row.at, by_id=row.by_id,
            payload_hash=row.payload_hash,
        )  # fmt: skip
        tamper(
            "UPDATE journal_entry SET kind = 'other', digest = :d WHERE id = :id",
            d=previous, id=row.id,
        )  # fmt: skip
    rewrite(session, anchored, upto=6)

    (damage,) = proof.verify(session).damages
    session.rollback()

    assert damage.position == 5
    assert damage.reason == "rewritten since the anchor of 2026-11-24"


def test_an_anchor_file_proves_against_a_register_that_lost_its_anchors(session, anchored, tamper):  # noqa: F811
    kept = [anchors.read_text(anchors.text_of(one)) for one in anchors.all_of(session)]
    session.execute(text("ALTER TABLE journal_anchor DISABLE TRIGGER keep_anchor"))
    session.execute(text("DELETE FROM journal_anchor"))
    session.execute(text("ALTER TABLE journal_anchor ENABLE TRIGGER keep_anchor"))
    tamper("DELETE FROM journal_entry WHERE appeal_id = :a AND position > 4", a=anchored.id)
    rewrite(session, anchored, upto=4)

    blind, seeing = proof.verify(session), proof.verify(session, kept)
    session.rollback()

    assert blind.holds, "without the file nobody could tell"
    assert seeing.broken_anchor.isoformat() == "2026-11-23"
    assert [d.position for d in seeing.damages] == [5]


def test_a_file_that_was_edited_does_not_hold(session, anchored):
    told = anchors.text_of(anchors.all_of(session)[0])

    assert anchors.read_text(told).holds
    assert not anchors.read_text(told.replace(" 4 ", " 3 ")).holds
    with pytest.raises(ValueError, match="not an anchor"):
        anchors.read_text("something else\n\n")


def test_a_day_has_one_anchor_and_only_journals_that_grew_stand_in_it(session, anchored, clock):
    assert anchors.take(session, now=clock.moment) is None

    clock.advance(days=1)
    later = anchors.take(session, now=clock.moment)

    assert later.journals == 0
    assert later.previous == anchors.all_of(session)[1].digest
    session.rollback()


@pytest.mark.parametrize(
    "change", ["UPDATE journal_anchor SET heads = ''", "DELETE FROM journal_anchor"]
)
def test_the_database_refuses_to_change_an_anchor(session, anchored, change):
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(change))
    session.rollback()
