"""A person erased: nothing of the words is left, and journals and figures still hold."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from agencies import attachments, erasure_holds, erasures, proof
from agencies.errors import WrongStatus
from reception import documents
from tests.make import make_appeal, make_officer

WORD = "қызғалдақ"
"""A word that stands in every place where a person's words may stand."""
APPLICANT = {
    "name": f"Ерлан {WORD}", "iin": "850101100012", "phone": "+77011234567",
    "email": f"{WORD}@example.kz", "address": WORD,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def closed(session, folder, clock):
    """Closed in 2019, with a file; the clock stands in 2026."""
    long_ago = datetime(2019, 5, 13, 5, 0, tzinfo=UTC)
    appeal = make_appeal(
        session, status="closed", now=long_ago, text=f"Ауламызда {WORD} солып қалды.",
        address=WORD, applicant=APPLICANT,
    )  # fmt: skip
    attachments.attach(
        session, appeal, f"{WORD}.txt", WORD.encode(), folder=folder, by=None, now=long_ago
    )
    session.commit()
    return appeal


def test_no_paper_made_of_the_words_is_left(session, closed, folder, now):
    paper = documents.request_document(session, closed, kind="talon", language="kk", now=now)
    documents.keep(paper, WORD.encode(), now=now)
    session.commit()

    erase(session, closed, folder, now)

    assert session.scalar(text("SELECT count(*) FROM document")) == 0


def erase(session, appeal, folder, now, **words):
    done = erasures.erase(session, appeal, rule="appeal", folder=folder, now=now, **words)
    session.commit()
    return done


def everything_kept(session):
    """Every text and JSON value of the database."""
    return [
        (table, row[0])
        for table in inspect(session.get_bind()).get_table_names()
        for row in session.execute(text(f'SELECT to_jsonb(t)::text FROM "{table}" t'))
    ]


def test_nothing_of_the_person_is_left_in_any_table_or_file(session, closed, folder, now):
    erase(session, closed, folder, now)

    left = [table for table, row in everything_kept(session) if WORD in row and table != "visitor"]
    assert left == []
    assert [f for f in folder.rglob("*") if f.is_file()] == []


def test_the_journal_still_proves_itself(session, closed, folder, now):
    before = proof.verify(session).rows

    erase(session, closed, folder, now)
    found = proof.verify(session)

    assert found.holds
    assert found.rows == before + 1


def test_a_row_changed_after_the_erasure_is_still_found(session, closed, folder, now):
    erase(session, closed, folder, now)
    session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER keep_journal"))
    session.execute(
        text("UPDATE journal_entry SET payload = payload || '{\"agency\": \"police\"}'"
             " WHERE kind = 'answered' AND appeal_id = :a"), {"a": closed.id},
    )  # fmt: skip
    session.execute(text("ALTER TABLE journal_entry ENABLE TRIGGER keep_journal"))

    (damage,) = proof.verify(session).damages
    session.rollback()

    assert damage.reason == "payload changed"


def test_what_figures_are_counted_from_stays(session, closed, folder, now):
    facts = text(
        "SELECT a.number, a.kind, a.channel, a.status, a.received_at, a.due_on, a.answered_at,"
        " a.closed_at, a.subject_id, a.district_id, c.agency_id, c.outcome, c.due_on, c.status"
        " FROM appeal a JOIN claim c ON c.appeal_id = a.id"
    )
    before = session.execute(facts).all()

    erase(session, closed, folder, now)

    assert session.execute(facts).all() == before


def test_a_person_who_came_twice_still_counts_as_one(session, closed, folder, now):
    again = make_appeal(session, status="closed", applicant=APPLICANT)
    indexes = text("SELECT DISTINCT iin_index FROM applicant WHERE iin_index IS NOT NULL")
    index = session.scalar(indexes)

    erase(session, closed, folder, now)
    assert session.scalars(indexes).all() == [index], "the person has another appeal"
    erase(session, again, folder, now)

    (pseudonym,) = session.scalars(indexes).all()
    assert pseudonym != index, "nobody finds the person by the number any more"


def test_the_rules_find_what_is_over_and_leave_what_is_held(session, closed, now):
    make_appeal(session, status="closed")
    make_appeal(session, status="in_work", now=datetime(2018, 1, 15, 5, 0, tzinfo=UTC))
    supervisor = make_officer(session, "supervisor")
    today = now.date()

    assert [appeal.id for appeal, _ in erasures.due(session, today=today)] == [closed.id]
    assert erasures.due_counts(session, today=today) == {"appeal": 1}

    erasure_holds.hold(session, closed, reason="Сот ісі", by=supervisor, now=now)
    assert list(erasures.due(session, today=today)) == []
    erasure_holds.lift(session, closed, now=now)
    assert erasures.due_counts(session, today=today) == {"appeal": 1}


def test_what_goes_on_is_held_or_was_erased_is_not_erased(session, closed, folder, now):
    going = make_appeal(session, status="in_work")
    with pytest.raises(WrongStatus, match="not finished"):
        erase(session, going, folder, now)
    erasure_holds.hold(session, closed, reason="Сот ісі", by=make_officer(session), now=now)
    with pytest.raises(WrongStatus, match="held"):
        erase(session, closed, folder, now)
    erasure_holds.lift(session, closed, now=now)
    erase(session, closed, folder, now)
    with pytest.raises(WrongStatus, match="erased before"):
        erase(session, closed, folder, now)


def test_the_tombstone_stays(session, closed, folder, now):
    done = erase(session, closed, folder, now)

    assert (done.rule, done.files) == ("appeal", 1)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("DELETE FROM erasure"))
    session.rollback()


def test_every_free_text_of_an_appeal_is_named_for_erasure(session):
    """A new column of text that hangs on an appeal must be wiped or known to hold no person."""
    known = {"appeal": {"number", "kind", "language", "channel", "status", "policy_code",
                        "link_seed", "link_digest", "eotinish_number", "source", "source_id",
                        "repeat_reason", "special", "higher_body"},
             "quality_pick": {"verdict"},
             "review": {"decision"},
             "erasure_proposal": {"status"},
             "claim": {"own_policy_code", "status", "outcome", "draft_outcome",
                       "ground"}}  # fmt: skip
    for table, wiped in erasures.WIPED.items():
        columns = inspect(session.get_bind()).get_columns(table)
        texts = {c["name"] for c in columns if str(c["type"]).startswith(("VARCHAR", "TEXT"))}
        assert texts - set(wiped) - known.get(table, set()) == set(), table


def test_no_rule_of_storage_forgets_sooner_than_the_floor(monkeypatch, tmp_path):
    short = tmp_path / "retention.toml"
    short.write_text(erasures.RULES.read_text().replace("years = 5", "years = 1"))
    monkeypatch.setattr(erasures, "RULES", short)
    erasures.rules.cache_clear()

    with pytest.raises(ValueError, match="less than 5 years"):
        erasures.rules()
