"""Filters that a person keeps above the list: counted for the reader, shared with colleagues."""

import re

import pytest
from sqlalchemy import select

from agencies import saved_filters
from agencies.errors import Invalid
from agencies.saved_filters import SavedFilter
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in


@pytest.fixture
def officer(session):
    return make_officer(session, Role.OFFICER, name="Айдос Серікұлы")


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ерлан Төлегенов")


@pytest.fixture
def keep(session):
    """A filter of somebody, shared where asked."""

    def _keep(owner, name, now=None, **asked):
        saved_filters.keep(session, owner, name=name, asked=asked)
        one = session.scalars(select(SavedFilter).where(SavedFilter.name == name)).one()
        if now:
            saved_filters.share(session, owner, one.id, now=now)
        session.commit()
        return one

    return _keep


@pytest.fixture
def counts(client):
    """Filter -> the count beside it, put where the list of this person has a place for one."""

    def _counts(person):
        page = sign_in(client, person).get("/workspace?lang=en").text
        shown = re.search(r'<ul aria-label="Kept filters.*?</ul>', page, re.DOTALL)
        if not shown:
            return {}
        counted = client.get(re.search(r'data-fragment="([^"]+)"', shown[0])[1]).text
        value = dict(re.findall(r'<span class="[^"]+" id="([^"]+)">([^<]+)</span>', counted))
        pattern = r'<span>([^<]+)</span>(?: <span class="[^"]+" data-fragment-place="([^"]+)">)?'
        return {name: place and value[place] for name, place in re.findall(pattern, shown[0])}

    return _counts


def test_a_filter_is_kept_by_name_for_one_person(client, session, officer, head):
    sign_in(client, officer)
    client.post("/workspace/filters", data={"name": "Кешіккен", "overdue": "1", "q": "шам"})

    page = client.get("/workspace?lang=en").text
    assert re.search(r'href="/workspace\?q=[^"]+&amp;overdue=1"', page)
    assert "Кешіккен" in page
    kept = session.scalars(select(SavedFilter)).one()
    sign_in(client, head)
    assert "Кешіккен" not in client.get("/workspace").text
    client.post(f"/workspace/filters/{kept.id}/forget")
    sign_in(client, officer)
    assert "Кешіккен" in client.get("/workspace").text
    client.post(f"/workspace/filters/{kept.id}/forget")
    assert "Кешіккен" not in client.get("/workspace").text


def test_an_endless_filter_makes_no_endless_address(client, officer):
    sign_in(client, officer)

    answer = client.post("/workspace/filters", data={"name": "Ұзақ", "q": "Қ" * 70_000})

    assert len(answer.location) < 2_000


def test_beside_a_filter_stands_how_many_open_claims_it_shows(
    session, officer, head, keep, counts, now
):
    for n in range(3):
        make_appeal(session, status="in_work", officer=officer if n else head,
                    district=("medeu", "auezov")[n % 2], text="Лифт тоқтап қалды")  # fmt: skip
    make_appeal(session, status="answered", officer=officer, head=head, district="medeu")
    make_appeal(session, status="routed", agency="social", district="medeu")
    keep(officer, "Медеу", district="medeu")
    keep(officer, "Менікі", mine="1")
    keep(officer, "Лифт", q="лифт", district="auezov")
    keep(officer, "Бәрі", status="all")

    assert counts(officer) == {"Медеу": "2", "Менікі": "2", "Лифт": "1", "Бәрі": ""}


def test_a_shared_filter_shows_each_reader_what_the_own_rights_show(
    session, officer, head, keep, counts, now
):
    make_appeal(session, status="in_work", officer=officer)
    make_appeal(session, status="routed")
    keep(officer, "Менікі", now, mine="1")
    stranger = make_officer(session, Role.OFFICER, agency="social")

    assert counts(officer)["Менікі"] == "1"
    assert counts(head) == {"Менікі": "0", "Айдос Серікұлы": ""}
    assert counts(stranger) == {}


def test_only_its_owner_shares_changes_and_withdraws_a_filter(
    client, session, officer, head, keep, counts
):
    kept = keep(officer, "Медеу", district="medeu")
    share, withdraw = (f"/workspace/filters/{kept.id}/{verb}" for verb in ("share", "withdraw"))

    assert sign_in(client, head).post(share).status_code == 404
    assert sign_in(client, officer).post(share).status_code == 302
    assert "Медеу" in counts(head)
    client.post(f"/workspace/filters/{kept.id}/forget")
    assert client.post(withdraw).status_code == 404
    sign_in(client, officer).post("/workspace/filters", data={"name": "Медеу", "overdue": "1"})
    page = sign_in(client, head).get("/workspace").text
    assert 'href="/workspace?overdue=1" ' in page or 'href="/workspace?overdue=1">' in page
    sign_in(client, officer).post(withdraw)
    assert counts(head) == {}


def test_who_left_the_agency_took_the_filters_along(session, officer, head, keep, counts, now):
    keep(officer, "Медеу", now, district="medeu")
    assert counts(head)

    officer.active = False
    session.commit()

    assert counts(head) == {}


def test_colleagues_are_not_flooded_with_filters(session, officer, head, keep, now):
    for n in range(saved_filters.MOST_SHARED):
        keep(officer, f"сүзгі {n}", now, mine="1")

    with pytest.raises(Invalid):
        keep(head, "артық", now, mine="1")


def test_filters_cost_the_list_no_statement_and_are_counted_apart(
    client, session, keep, statements, now
):
    supervisor = make_officer(session, Role.SUPERVISOR)
    sign_in(client, supervisor).get("/workspace")
    with statements() as without:
        client.get("/workspace")
    for n in range(6):
        keep(supervisor, f"сүзгі {n}", now if n % 2 else None, district="medeu", q="шам")

    with statements() as seen:
        page = client.get("/workspace").text
    with statements() as counted:
        assert "сүзгі 5" in client.get("/workspace/filters/counts").text

    assert "сүзгі 5" in page
    assert len(seen) == len(without) <= 8
    assert sum("count(*) FILTER" in one for one in seen) == 1
    assert len(counted) <= 5


def test_whoever_keeps_no_filter_is_told_how_to_begin(client, session):
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    page = client.get("/workspace/filters/counts?lang=en").text

    assert "No filter is kept yet" in page
    assert 'href="/workspace/filters"' in page


def test_the_page_of_all_filters_keeps_what_is_chosen_and_leads_to_the_list(client, session):
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    page = client.get("/workspace/filters?district=medeu&overdue=1&lang=en").text

    assert re.search(r'<option value="medeu"\s+selected', page)
    assert re.search(r'name="overdue"\s+value="1"\s+checked', page)
    assert 'name="agency"' in page
    assert "/workspace/filters?district=medeu" in client.get("/workspace?district=medeu").text


def test_somebody_of_an_agency_chooses_none(client, session):
    sign_in(client, make_officer(session, Role.OFFICER))

    assert 'name="agency"' not in client.get("/workspace/filters").text
