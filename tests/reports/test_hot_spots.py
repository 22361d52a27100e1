"""Hot spots: open appeals on the map, the way to the list, and small numbers that are not told."""

import random
import re
from datetime import date
from typing import Any

import pytest

from agencies.appeals import ClaimStatus
from agencies.appeals.moves import status_of
from agencies.staff import Role
from agencies.worklist import Choice
from reports import hot_spots
from reports.hot_spots import Spot
from tests.make import make_officer, sign_in
from tests.reports.register import add_case

TODAY = date(2026, 11, 23)
LATER = date(2026, 12, 10)
EVERY = Choice()


def open_cases(session: Any, district: str | None, n: int, **facts: Any) -> None:
    for _ in range(n):
        add_case(session, "2026-11-16 04:00", **({"due": LATER, "district": district} | facts))
    session.commit()


def spots(session: Any, role: Role, choice: Choice = EVERY) -> dict[str, tuple[Any, Any]]:
    officer = make_officer(session, role)
    found = hot_spots.by_district(session, officer, choice, today=TODAY)
    return {spot.code: (spot.open, spot.overdue) for spot in found.spots}


def test_open_appeals_are_counted_once_by_their_district(session: Any) -> None:
    open_cases(session, "medeu", 2, agencies=("housing", "ecology"))
    open_cases(session, "medeu", 1, due=date(2026, 11, 20))
    open_cases(session, None, 1)
    add_case(session, "2026-11-16 04:00", answered="2026-11-17 04:00")
    session.commit()

    assert spots(session, Role.SUPERVISOR) == {"medeu": (3, 1), "-": (1, 0)}
    assert spots(session, Role.SUPERVISOR, Choice(agency="ecology")) == {"medeu": (2, 0)}
    assert spots(session, Role.SUPERVISOR, Choice(topic="02")) == {}
    assert spots(session, Role.SUPERVISOR, Choice(topic="01", agency="housing")).keys() == {
        "medeu", "-"
    }  # fmt: skip


def test_the_map_counts_what_each_open_claim_by_itself_says(session: Any) -> None:
    chance, cases = random.Random(3), []
    for _ in range(40):
        agencies = tuple(chance.sample(("housing", "ecology", "police"), chance.choice((1, 2, 3))))
        one = add_case(
            session, "2026-11-16 04:00", agencies=agencies, due=chance.choice((LATER, TODAY)),
            district=chance.choice(("medeu", "alatau", None)),
        )  # fmt: skip
        for claim in one.claims:
            claim.status = chance.choice(list(ClaimStatus))
            claim.due_on = chance.choice((LATER, date(2026, 11, 20)))
        one.status = status_of(one.claims)
        cases.append(one)
    session.commit()

    expected: dict[str, tuple[int, int]] = {}
    for one in cases:
        code, days = one.district.code if one.district else "-", [c.due_on for c in one.open_claims]
        if days:
            n, late = expected.get(code, (0, 0))
            expected[code] = n + 1, late + (min(days) < TODAY)
    assert spots(session, Role.SUPERVISOR) == expected


def test_a_small_number_and_what_gives_it_away_are_not_told_to_the_analyst(session: Any) -> None:
    open_cases(session, "medeu", 3)
    open_cases(session, "alatau", 9)
    open_cases(session, "auezov", 7, due=date(2026, 11, 20))

    told = spots(session, Role.ANALYST)

    assert told == {"alatau": (9, 0), "auezov": (None, None), "medeu": (None, None)}
    analyst = make_officer(session, Role.ANALYST)
    assert hot_spots.by_district(session, analyst, EVERY, today=TODAY).total == 19
    police = Choice(agency="police")
    assert hot_spots.by_district(session, analyst, police, today=TODAY).total == 0


@pytest.mark.parametrize("first", ["auezov", "turksib"])
def test_of_two_districts_with_as_many_always_the_same_is_hidden(session: Any, first: str) -> None:
    """Hidden now the one and now the other, they would give the small one away."""
    for district in (first, "medeu", "alatau", "auezov" if first == "turksib" else "turksib"):
        open_cases(session, district, {"medeu": 3, "alatau": 9}.get(district, 7))

    told = spots(session, Role.ANALYST)

    assert {code for code, (n, _) in told.items() if n is None} == {"medeu", "auezov"}


def test_few_overdue_are_not_told_where_the_district_is(session: Any) -> None:
    open_cases(session, "alatau", 7)
    open_cases(session, "alatau", 2, due=date(2026, 11, 20))

    assert spots(session, Role.ANALYST) == {"alatau": (9, None)}


def test_the_list_shows_what_the_map_counts(client: Any, session: Any) -> None:
    open_cases(session, "medeu", 2)
    open_cases(session, "medeu", 1, agencies=("ecology",))
    open_cases(session, None, 1)
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    page = client.get("/dashboards/hot-spots?agency=housing&topic=01&days=30&lang=en").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'"(/workspace\?[^"]+)"', page)]
    found = {
        re.search(r"district=([^&]+)", link)[1]: client.get(f"{link}&lang=en").text
        for link in links
    }

    assert {code: text.count("data-href") for code, text in found.items()} == {"medeu": 2, "-": 1}
    assert "Received in the last 30 days" in found["medeu"]
    assert "District not known" in found["-"]
    older = client.get("/dashboards/hot-spots?days=7&lang=en").text
    assert "No open appeals" not in older
    assert "No open appeals" in client.get("/dashboards/hot-spots?days=3&lang=en").text


def test_appeals_about_one_house_stand_together_without_the_flat(session: Any) -> None:
    open_cases(session, "bostandyk", 1, address="Тимирязев көшесі, 42, 14 пәтер")
    open_cases(session, "bostandyk", 1, address="ул. Тимирязева, д. 42, кв. 3")
    open_cases(session, "bostandyk", 1, address="ул. Тимирязева, д. 4")

    supervisor, analyst = (make_officer(session, r) for r in (Role.SUPERVISOR, Role.ANALYST))
    [house] = hot_spots.by_house(session, supervisor, EVERY, today=TODAY)

    assert house.open == 2
    assert house.label in ("Тимирязев көшесі, 42", "ул. Тимирязева, д. 42")
    assert hot_spots.by_house(session, analyst, EVERY, today=TODAY) == []


def test_a_head_sees_the_own_agency_only(client: Any, session: Any) -> None:
    open_cases(session, "medeu", 1, agencies=("ecology",))
    open_cases(session, "alatau", 1)
    head = make_officer(session, Role.HEAD, agency="ecology")
    found = hot_spots.by_district(session, head, Choice(agency="housing"), today=TODAY)
    page = sign_in(client, head).get("/dashboards/hot-spots?agency=housing&lang=en").text

    assert found.spots == []
    assert re.findall(r"district=(\w+)", page) == ["medeu"]


@pytest.mark.parametrize("role", sorted(Role))
def test_who_sees_the_hot_spots(client: Any, session: Any, role: str) -> None:
    open_cases(session, "medeu", 1)
    page = sign_in(client, make_officer(session, role))
    answer = page.get("/dashboards/hot-spots?agency=%00&topic=' OR 1=1&days=-1")

    readers = ("head", "supervisor", "analyst", "admin")
    assert answer.status_code == (200 if role in readers else 403)
    assert ("/workspace?" in answer.text) == (role in set(readers) - {"analyst"})


def test_the_analyst_reads_that_nothing_may_be_told(client: Any, session: Any) -> None:
    open_cases(session, "medeu", 2)
    analyst = sign_in(client, make_officer(session, Role.ANALYST))

    assert "not told" in analyst.get("/dashboards/hot-spots?lang=en").text
    assert (
        Spot("medeu", None, None)
        in hot_spots.by_district(
            session, make_officer(session, Role.ANALYST), EVERY, today=TODAY
        ).spots
    )


def test_the_map_takes_a_fixed_number_of_statements(
    client: Any, session: Any, statements: Any
) -> None:
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    spent = []
    for district in ("medeu", "alatau", "auezov"):
        open_cases(session, district, 2, address="Тимирязев көшесі, 42")
        with statements() as seen:
            client.get("/dashboards/hot-spots")
        spent.append(len(seen))

    assert len(set(spent)) == 1
    assert spent[0] <= 9
