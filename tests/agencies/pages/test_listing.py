"""The list: what is due, what is late, what waits for me, in a fixed number of statements."""

import re
from datetime import timedelta

import pytest

from agencies.appeals import ClaimOutlook
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in


def numbers(page: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]+)</a>', page)


@pytest.fixture
def head(client, session):
    officer = make_officer(session, Role.HEAD)
    sign_in(client, officer)
    return officer


def test_an_agency_sees_its_own_claims_and_no_others(client, session, head):
    own = make_appeal(session, status="routed")
    make_appeal(session, status="routed", agency="social")
    make_appeal(session)

    assert numbers(client.get("/workspace").text) == [own.number]


def test_the_earliest_last_day_stands_first(client, session, head, now):
    late = make_appeal(session, status="routed", now=now)
    early = make_appeal(session, status="routed", now=now - timedelta(days=9))

    assert numbers(client.get("/workspace").text) == [early.number, late.number]


def test_filters_stand_in_the_address(client, session, head, now, clock):
    mine = make_officer(session, Role.OFFICER)
    old = make_appeal(session, status="in_work", officer=mine, now=now - timedelta(days=60))
    new = make_appeal(session, status="in_approval", text="Лифт тоқтап қалды", now=now)
    done = make_appeal(session, status="answered", head=head)

    def found(query: str) -> list[str]:
        return numbers(client.get(f"/workspace?{query}").text)

    assert found("overdue=1") == [old.number]
    assert found("status=in_approval") == [new.number]
    assert found("status=answered") == [done.number]
    assert set(found("status=all")) == {old.number, new.number, done.number}
    assert found("q=лифт") == [new.number]
    assert found(f"q={old.number}") == [old.number]
    assert found("q=%25") == []
    assert found("soon=1") == []
    assert found("mine=1") == []
    sign_in(client, mine)
    assert found("mine=1") == [old.number]


@pytest.mark.parametrize(
    "query", ["status=no", "after=x", "before=2026-99-99_1", "q=%00", "after=2026-01-01_x"]
)
def test_a_mistyped_address_still_shows_the_list(client, session, head, query):
    assert client.get(f"/workspace?{query}").status_code == 200


def test_the_counts_are_those_of_the_open_claims(client, session, head, now):
    make_appeal(session, status="routed", now=now - timedelta(days=60))
    make_appeal(session, status="in_approval")
    make_appeal(session, status="answered", head=head)

    page = client.get("/workspace?lang=en").text

    counts = {
        label: int(value)
        for value, label in re.findall(
            r'tally-value figures">(\d+)</span><span class="tally-label">([^<]+)', page
        )
    }
    assert counts == {
        "Overdue": 1, "Due within 3 working days": 0, "Waiting for my approval": 1, "Mine": 0,
        "All open": 2, "At risk of being late": 0,
    }  # fmt: skip


def test_what_nobody_sent_to_an_agency_is_counted_for_who_routes_it(client, session):
    waiting = make_appeal(session)
    make_appeal(session, status="routed")
    sign_in(client, make_officer(session))

    page = client.get("/workspace?lang=en").text

    assert re.search(r'>1</span><span class="tally-label">To be routed<', page)
    assert numbers(client.get("/workspace?status=registered").text) == [waiting.number]


def test_pages_follow_each_other_without_a_gap(client, session, head, monkeypatch):
    monkeypatch.setattr("agencies.worklist.PAGE", 3)
    made = {make_appeal(session, status="routed").number for _ in range(7)}

    seen, address, back = [], "/workspace", ""
    while address:
        page = client.get(address).text
        seen += numbers(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        previous = re.search(r'rel="prev" href="([^"]+)"', page)
        back = previous[1].replace("&amp;", "&") if previous else ""
        address = following[1].replace("&amp;", "&") if following else ""

    assert len(seen) == 7
    assert set(seen) == made
    assert numbers(client.get(back).text) == seen[3:6]


def test_the_list_runs_as_many_statements_for_many_rows_as_for_few(
    client, session, head, statements, monkeypatch
):
    monkeypatch.setattr("agencies.worklist.PAGE", 500)
    by, officer = make_officer(session), make_officer(session, Role.OFFICER)
    spent = []
    for rows in (20, 180):
        for n in range(rows):
            make_appeal(session, status="in_work", by=by, officer=officer,
                        district=("medeu", "auezov")[n % 2])  # fmt: skip
        with statements() as seen:
            page = client.get("/workspace?status=in_work&q=шам").text
        spent.append(len(seen))

    assert len(numbers(page)) == 200
    assert spent[0] == spent[1] <= 8


def test_a_list_narrowed_in_every_way_stays_within_its_statements(client, session, statements):
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    narrow = "/workspace?district=medeu&agency=housing&topic=housing&days=30&q=шам&lang=en"
    client.get(narrow)

    with statements() as seen:
        page = client.get(narrow).text

    assert "Medeu" in page
    assert len(seen) <= 8


@pytest.mark.parametrize(
    ("lang", "article"),
    [("kk", "ӘРПК 76-бабының 1 және 3-тармақтары"), ("ru", "АППК, статья 76, пункты 1 и 3"),
     ("en", "Code (APPC), articles 76(1), 76(3)")],
)  # fmt: skip
@pytest.mark.parametrize("status", ["in_work", "answered"])
def test_every_last_day_stands_with_its_article(client, session, head, lang, article, status):
    make_appeal(session, status=status, head=head)

    assert article in client.get(f"/workspace?status=all&lang={lang}").text


def test_each_line_says_of_its_term_what_it_says_alone(client, session, now):
    """Lines of one day share the words for it, where all else is the same too."""
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    made = [
        make_appeal(session, status=status, agency=agency, now=now - timedelta(days=ago))
        for status, agency, ago in (
            ("in_work", "housing", 0), ("in_work", "housing", 0), ("in_work", "business", 0),
            ("in_work", "housing", 60), ("answered", "housing", 0), ("registered", "housing", 9),
        )
    ]  # fmt: skip
    risky = made[1].claims[0]
    session.add(ClaimOutlook(claim_id=risky.id, due_on=risky.due_on, made_at=now, days_left=15,
                             late=400, base=20, level=0))  # fmt: skip
    session.commit()

    def terms(query: str) -> dict[str, str]:
        page = client.get(f"/workspace?status=all&lang=en{query}").text
        rows = re.findall(r"<tr data-href.*?</tr>", page, re.DOTALL)
        cells = [re.findall(r'cell-tight">(.*?)</t[dh]>', row, re.DOTALL) for row in rows]
        return {re.sub("<[^>]+>", "", number): term for number, term in cells}

    together = terms("")

    assert together == {k: v for one in made for k, v in terms(f"&q={one.number}").items()}
    assert len(together) == len(made)
    assert len(set(together.values())) >= 5, "so the test is able to fail"


def test_a_body_that_the_code_does_not_bind_has_a_target_and_no_article(client, session):
    make_appeal(session, status="routed", agency="business")
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    page = client.get("/workspace?lang=en").text

    assert "A target of service: the Code does not bind this body." in page
    assert "articles 76" not in page


def test_nobody_else_opens_it(client, session):
    assert client.get("/workspace").status_code == 302
    sign_in(client, make_officer(session, Role.COUNCIL))
    assert client.get("/workspace").status_code == 403


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_empty_list_teaches_the_next_step(client, session, head, lang):
    page = client.get(f"/workspace?lang={lang}").text

    word = {"kk": "Ашық мәселе жоқ", "ru": "Открытых вопросов нет", "en": "No open claims"}[lang]
    assert word in page
