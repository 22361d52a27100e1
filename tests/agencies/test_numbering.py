"""Running numbers: none twice, none left out, whoever is in a hurry and whoever gives up."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session

from agencies.numbering import next_number


def test_a_series_begins_with_one_and_leaves_nothing_out(session):
    assert [next_number(session, "appeal/2026") for _ in range(4)] == [1, 2, 3, 4]


def test_each_series_counts_for_itself(session):
    next_number(session, "appeal/2026")

    assert next_number(session, "appeal/2027") == 1


def test_who_gives_up_gives_the_number_back(session):
    next_number(session, "appeal/2026")
    session.commit()
    next_number(session, "appeal/2026")
    session.rollback()

    assert next_number(session, "appeal/2026") == 2


def test_a_second_caller_waits_and_gets_the_number_that_the_first_gave_back(session, database):
    next_number(session, "appeal/2026")

    def call():
        with Session(database) as other, other.begin():
            return next_number(other, "appeal/2026")

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(call)
        assert not waiting.done()
        session.rollback()
        assert waiting.result(timeout=30) == 1


def test_many_callers_at_once_share_no_number(database):
    def call(_):
        with Session(database) as own, own.begin():
            return next_number(own, "appeal/2026")

    with ThreadPoolExecutor(8) as threads:
        given = sorted(threads.map(call, range(40)))

    assert given == list(range(1, 41))
