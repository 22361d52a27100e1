"""An edition's way from the request to the issued file."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.staff import Role
from reports import editions, figure_sets, periods
from reports.editions import EditionStatus
from tests.make import make_officer
from tests.reports.register import add_case
from tests.reports.test_figures import NOW

OCTOBER = periods.parse("2026-10")


def request(session: Any, **changes: Any) -> editions.Edition:
    asked = {"language": "kk", "by": None, "now": NOW} | changes
    return editions.request(session, asked.pop("period", OCTOBER), **asked)


def test_asking_twice_makes_one_edition(session: Any) -> None:
    first = request(session)

    assert request(session, now=NOW + timedelta(hours=3)).id == first.id
    assert first.status is EditionStatus.REQUESTED


def test_all_languages_of_a_day_print_one_figure_set(session: Any) -> None:
    made = [request(session, language=language) for language in editions.LANGUAGES]

    assert len({edition.figure_set_id for edition in made}) == 1
    assert len({edition.id for edition in made}) == 3


def test_the_next_day_takes_new_figures_and_leaves_the_old_as_they_were(session: Any) -> None:
    first = request(session)
    add_case(session, "2026-10-05 04:00")
    second = request(session, now=NOW + timedelta(days=1))

    assert first.figure_set.pack["received"] == 0
    assert second.figure_set.pack["received"] == 1


@pytest.mark.parametrize("period", ["2026-W53", "2027-Q1", "2027", "2026-12-31", "2026-12"])
def test_only_what_has_begun_can_be_reported(session: Any, period: str) -> None:
    with pytest.raises(Invalid):
        request(session, period=periods.parse(period))


def test_an_unknown_language_is_refused(session: Any) -> None:
    with pytest.raises(Invalid):
        request(session, language="de")


def test_two_workers_never_render_at_once(session: Any, database: Any) -> None:
    request(session, language="kk")
    request(session, language="ru")
    session.commit()

    with Session(database) as other:
        mine = editions.next_to_render(session, now=NOW)
        assert mine is not None
        session.commit()
        assert editions.next_to_render(other, now=NOW) is None

        editions.keep(mine, b"%PDF", now=NOW)
        session.commit()
        theirs = editions.next_to_render(other, now=NOW)
        assert theirs is not None
        assert theirs.id != mine.id


def test_an_edition_whose_worker_died_is_begun_again(session: Any) -> None:
    edition = request(session)
    editions.next_to_render(session, now=NOW)

    assert editions.next_to_render(session, now=NOW + timedelta(minutes=19)) is None
    assert editions.next_to_render(session, now=NOW + timedelta(minutes=21)) is edition


def test_what_failed_can_be_asked_for_again(session: Any) -> None:
    edition = request(session)
    editions.next_to_render(session, now=NOW)
    editions.fail(edition, "no letters")

    again = request(session)

    assert (again.id, again.status, again.failure) == (edition.id, EditionStatus.REQUESTED, "")


def test_the_kept_file_has_its_digest(session: Any) -> None:
    edition = request(session)
    editions.next_to_render(session, now=NOW)
    editions.keep(edition, b"%PDF", now=NOW)

    assert edition.is_ready
    assert edition.digest == hashlib.sha256(b"%PDF").hexdigest()
    with pytest.raises(WrongStatus):
        editions.keep(edition, b"other", now=NOW)


def test_another_person_issues_what_one_asked_for(session: Any) -> None:
    maker, checker = make_officer(session, Role.ANALYST), make_officer(session, Role.ANALYST)
    edition = request(session, by=maker)
    editions.next_to_render(session, now=NOW)
    editions.keep(edition, b"%PDF", now=NOW)

    with pytest.raises(NotAllowed):
        editions.issue(edition, by=maker, now=NOW)
    editions.issue(edition, by=checker, now=NOW)

    assert edition.status is EditionStatus.ISSUED
    assert edition.issued_by is checker


def test_figures_counted_in_another_way_are_shown_but_not_used_again(session: Any) -> None:
    kept = figure_sets.of_today(session, OCTOBER, now=NOW)
    kept.query_hash = "0" * 64
    session.flush()

    assert figure_sets.newest(session, OCTOBER) is kept
    assert figure_sets.of_today(session, OCTOBER, now=NOW) is not kept
