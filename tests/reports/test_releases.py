"""Releases of the public figures: frozen, told by number, and safe beside each other."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from agencies.errors import Invalid, WrongStatus
from reports import measuring, periods, published, releases, subtraction, withdrawals
from reports.published import Published
from reports.releases import ReleaseState
from tests.make import make_officer, sign_in
from tests.reports.register import add_case
from workers import tasks

OCTOBER = periods.parse("2026-10")
NOW = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
PLACES = ("medeu", "almaly", "auezov")


def add_month(session: Any, n: int, *, subject: str = "01.05", district: str = "") -> None:
    for k in range(n):
        place = district or PLACES[k % 3]
        add_case(session, f"2026-10-{k % 28 + 1:02} 04:00", subject=subject, district=place)


@pytest.fixture
def october(session: Any) -> Any:
    add_month(session, 60)
    add_month(session, 45, subject="04.01")
    releases.publish_ended(session, now=NOW)
    session.commit()
    return session


def newest(session: Any) -> releases.Release:
    return releases.of_month(session, OCTOBER)[0]


def test_a_month_that_ended_is_published_once_with_the_digest_of_its_file(october: Any) -> None:
    again = releases.publish_ended(october, now=NOW + timedelta(days=1))

    release = newest(october)
    assert again == []
    assert (release.version, release.table.total) == (1, 105)
    assert release.digest == hashlib.sha256(release.file.encode()).hexdigest()
    assert release.file.startswith("period,release,measure,topic,district,value")


def test_a_release_stays_as_it_was_when_the_register_moves(october: Any, client: Any) -> None:
    before = client.get("/figures/2026-10/1/figures.csv").data
    add_month(october, 30)
    releases.publish_ended(october, now=NOW + timedelta(days=1))
    october.commit()

    page = client.get("/figures?period=2026-10&version=1&lang=en").text

    assert client.get("/figures/2026-10/1/figures.csv").data == before
    assert "105" in page
    assert "There is a newer one" in page
    assert "135" in client.get("/figures?period=2026-10&lang=en").text


def test_a_new_release_says_what_moved_against_the_one_before(october: Any) -> None:
    add_month(october, 30)
    releases.publish_ended(october, now=NOW + timedelta(days=1))

    moved = {(c["topic"], c["district"]): (c["before"], c["now"]) for c in newest(october).changes}
    assert moved["all", "all"] == (105, 135)
    assert moved["01", "all"] == (60, 90)
    assert ("04", "all") not in moved


@pytest.mark.parametrize("change", ["file = ''", "digest = ''", "figures = '{}'", "as_of = now()"])
def test_the_database_refuses_to_change_a_release(october: Any, change: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        october.execute(text(f"UPDATE figure_release SET {change}"))


def test_the_database_refuses_to_delete_a_release(october: Any) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        october.execute(text("DELETE FROM figure_release"))


def test_two_releases_that_differ_by_one_person_give_no_usable_difference(october: Any) -> None:
    add_case(october, "2026-10-09 04:00", subject="01.05", district="medeu")

    assert releases.publish_ended(october, now=NOW + timedelta(days=1)) == []


def test_a_topic_that_moved_by_few_joins_the_others_in_the_next_release(october: Any) -> None:
    add_month(october, 30)
    add_month(october, 2, subject="04.01", district="medeu")
    releases.publish_ended(october, now=NOW + timedelta(days=1))

    first, second = (one.table for one in reversed(releases.of_month(october, OCTOBER)))
    assert set(first.topics) == {"01", "04"}
    assert second.total == 137
    assert "04" not in second.topics


CODES = ("01", "02", "03", "04")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([0, 2, 7, 25, 40]), min_size=16, max_size=16),
    st.lists(st.sampled_from([0, 0, 0, 1, -1, 3, 6, 20]), min_size=16, max_size=16),
    st.lists(st.sampled_from([0, 0, 0, 0, 2, -3, 9]), min_size=16, max_size=16),
)
def test_no_number_that_two_releases_show_moved_by_one_to_four(
    first: list[int], then: list[int], later: list[int]
) -> None:
    counts = counted(first)
    shown = [published.protected(counts)]
    for moves in (then, later):
        counts = counted(
            [max(0, n + m) for n, m in zip(counts_in_order(counts), moves, strict=True)]
        )
        found = subtraction.protected(counts, shown)
        if found is not None and found.total is not None:
            assert not [
                d for e in shown if e.total for d in differences(e, found) if 0 < abs(d) < 5
            ]
            shown.insert(0, found)


def counted(numbers: list[int]) -> published.Counts:
    places = [(topic, district) for topic in CODES for district in CODES]
    return Counter(dict(zip(places, numbers, strict=True)))


def counts_in_order(counts: published.Counts) -> list[int]:
    return [counts[topic, district] for topic in CODES for district in CODES]


def differences(before: Published, now: Published) -> list[int]:
    """What a reader reckons from two releases with the rows and columns that both have."""
    rows, columns = kept(before.topics, now.topics), kept(before.districts, now.districts)
    old, new = reckoned(before, rows, columns), reckoned(now, rows, columns)
    return [new[key] - n for key, n in old.items() if key in new]


def kept(before: tuple[str, ...], now: tuple[str, ...]) -> set[str]:
    return set(before) & set(now) - {published.OTHERS}


def reckoned(one: Published, rows: set[str], columns: set[str]) -> dict[Any, int]:
    """Totals, cells, and what is not shown of a row or column, by place."""
    found: dict[Any, int] = {"all": one.total or 0}
    across = {t: n for t, n in zip(one.topics, one.by_topic, strict=True) if t in rows}
    down = {d: n for d, n in zip(one.districts, one.by_district, strict=True) if d in columns}
    found |= {("topic", t): n for t, n in across.items()}
    found |= {("district", d): n for d, n in down.items()}
    found["topics left"] = found["all"] - sum(across.values())
    found["districts left"] = found["all"] - sum(down.values())
    for t, row in zip(one.topics, one.cells, strict=True):
        for d, n in zip(one.districts, row, strict=True):
            if t in rows and d in columns and n is not None:
                found[t, d] = n
    return found


def test_measures_of_the_hall_are_frozen_with_the_release(session: Any, client: Any) -> None:
    add_month(session, 60)
    measuring.take(session, OCTOBER, now=NOW)
    releases.publish_ended(session, now=NOW)
    session.commit()

    assert newest(session).reading("on_time") is not None
    counted = client.get("/api/v1/releases/2026-10/1").json["counted"]
    assert counted["on_time"]["query_hash"] == measuring.counted()["on_time"].query_hash
    assert counted["received"] == {
        "base": "came", "version": 1, "query_hash": published.query_hash(),
    }  # fmt: skip
    assert "on_time,all,all" in client.get("/figures/2026-10/1/figures.csv").text


def test_a_withdrawn_release_stays_in_sight_without_its_figures(
    october: Any, client: Any, session: Any
) -> None:
    sign_in(client, make_officer(session, "analyst"))
    told = client.post("/figures/2026-10/1/withdraw", data={"reason": "Екі аудан ауысып кеткен."})
    page = client.get("/figures?period=2026-10&lang=en").text
    call = client.get("/api/v1/releases/2026-10/1").json

    assert told.status_code == 302
    assert "Екі аудан ауысып кеткен." in page
    assert "Withdrawn" in page
    assert "chart-drawing" not in page
    assert client.get("/figures/2026-10/1/figures.csv").status_code == 409
    assert (call["state"], call["values"]) == ("withdrawn", [])
    assert call["digest"] == newest(session).digest


def test_after_a_withdrawal_a_person_publishes_the_next_one(october: Any) -> None:
    analyst = make_officer(october, "analyst")
    withdrawals.withdraw(newest(october), reason="Санаулы қате болды.", by=analyst, now=NOW)

    assert releases.publish_ended(october, now=NOW) == []
    assert releases.publish(october, OCTOBER, by=analyst, now=NOW).version == 2


def test_a_withdrawal_says_why_and_names_nobody(october: Any) -> None:
    analyst = make_officer(october, "analyst")
    for reason in ("қате", "Ол 870412300415 туралы жазылған еді."):
        with pytest.raises(Invalid):
            withdrawals.withdraw(newest(october), reason=reason, by=analyst, now=NOW)


def test_a_month_that_has_not_ended_is_not_published(october: Any) -> None:
    analyst = make_officer(october, "analyst")
    with pytest.raises(Invalid):
        releases.publish(october, periods.parse("2026-11"), by=analyst, now=NOW)
    with pytest.raises(WrongStatus):
        releases.publish(october, OCTOBER, by=analyst, now=NOW)


def test_a_release_is_final_when_its_appeals_have_had_their_time(october: Any) -> None:
    release = newest(october)

    def state(day: str) -> ReleaseState:
        return releases.state(release, release, today=datetime.fromisoformat(day).date())

    assert state("2026-11-10") is ReleaseState.PROVISIONAL
    assert state("2027-02-15") is ReleaseState.FINAL


def test_anybody_reads_the_releases_through_the_api(october: Any, client: Any) -> None:
    (found,) = client.get("/api/v1/releases?period=2026-10").json["items"]
    whole = client.get("/api/v1/releases/2026-10/1").json

    assert found["state"] == "provisional"
    assert client.get(found["file"]).data.decode() == newest(october).file
    assert {"measure": "received", "topic": "all", "district": "all"}.items() <= whole["values"][
        0
    ].items()


def test_strangers_publish_and_withdraw_nothing(october: Any, client: Any) -> None:
    assert client.post("/figures/2026-10/publish").status_code in (302, 401, 403)
    assert client.get("/figures/2026-10/1/withdraw").status_code in (302, 401, 403)
    assert "/withdraw" not in client.get("/figures?period=2026-10").text


def test_the_night_publishes_what_has_ended(app: Any, session: Any, clock: Any) -> None:
    add_month(session, 60)
    session.commit()
    with app.app_context():
        tasks.figures.publish_figures()
        tasks.figures.publish_figures()

    assert [one.version for one in releases.of_month(session, OCTOBER)] == [1]
