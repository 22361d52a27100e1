"""The kiosk: three touches to a ticket, in three languages, and no touch counts twice."""

import re

import pytest
from sqlalchemy import func, select

from agencies.directory import Service, service_by_code
from reception.language import say
from reception.pages.kiosk import AREAS
from reception.tickets import Ticket
from tests.make import make_ticket

LANGUAGES = ("kk", "ru", "en")


def links(page, beginning):
    return re.findall(rf'href="({beginning}[^"?]*)', page.text)


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def touch(client, page, address):
    assert address in links(page, "/kiosk/")
    return client.get(address)


def take(client, lang="en", **form):
    return client.post(f"/kiosk/tickets?lang={lang}", data={"service": "housing-general"} | form)


def count(session):
    return session.scalar(select(func.count()).select_from(Ticket))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_three_touches_to_a_ticket(client, session, lang):
    start = client.get(f"/kiosk?lang={lang}")
    area = touch(client, start, "/kiosk/home")
    service = touch(client, area, "/kiosk/service/housing-general")
    form = {"service": "housing-general", "key": field(service, "key")}
    slip = client.post("/kiosk/tickets", data=form, follow_redirects=True)

    assert all(f'<html lang="{lang}"' in page.text for page in (start, area, service, slip))
    assert say("Take a ticket", lang) in service.text
    assert "K101" in slip.text
    assert 'class="qr"' in slip.text
    assert session.scalars(select(Ticket.language)).one() == lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_slip_tells_number_place_service_and_agency(client, session, lang):
    make_ticket(session)
    make_ticket(session)

    slip = client.get(take(client, lang).location)

    service = service_by_code(session, "housing-general")
    assert "K103" in slip.text
    assert "<dd>2</dd>" in slip.text, "two people stand before"
    assert getattr(service, f"name_{lang}") in slip.text
    assert getattr(service.agency, f"name_{lang}") in slip.text


def test_a_second_touch_opens_the_same_ticket(client, session):
    first, second = take(client, key="k" * 32), take(client, key="k" * 32)

    assert first.location == second.location
    assert count(session) == 1


def test_another_visitor_at_the_same_kiosk_gets_another_ticket(client, session):
    keys = {field(client.get("/kiosk/service/housing-general"), "key") for _ in range(2)}

    places = {take(client, key=key).location for key in keys}

    assert len(places) == count(session) == 2


def test_a_key_of_one_page_takes_no_ticket_for_another_service(client, session):
    take(client, key="k" * 32)

    answer = take(client, key="k" * 32, service="housing-repair")

    assert answer.status_code == 422
    assert count(session) == 1


def test_a_refused_touch_can_be_repeated(client, session):
    refused = take(client, key="k" * 32, priority="no-such-category")

    assert refused.status_code == 422
    assert take(client, key="k" * 32).status_code == 302
    assert count(session) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.code)
def test_every_first_choice_leads_to_services(client, area, lang):
    page = client.get(f"/kiosk/{area.code}?lang={lang}")

    assert page.status_code == 200
    assert len(links(page, "/kiosk/service/")) >= 3


def test_every_service_of_the_hall_is_within_three_touches(client, session):
    reached = set()
    for area in AREAS:
        reached |= set(links(client.get(f"/kiosk/{area.code}"), "/kiosk/service/"))

    query = select(Service.code).where(Service.open, Service.agency.has(in_hall=True))
    hidden = {code for code in session.scalars(query) if f"/kiosk/service/{code}" not in reached}
    districts = {code for code in hidden if code.startswith("akimat-")}
    assert hidden == districts, "those of the other districts are chosen by district"


def test_a_service_of_the_districts_asks_which_district(client):
    page = client.get("/kiosk/service/akimat-medeu-yard?lang=en")

    offered = set(re.findall(r'name="service" value="([^"]+)"', page.text))
    assert len(offered) == 8
    assert {"akimat-medeu-yard", "akimat-alatau-yard"} <= offered
    assert "In which district?" in page.text


@pytest.mark.parametrize(
    ("lang", "words", "service"),
    [
        ("kk", "лифт", "housing-repair"),
        ("kk", "Үйде лифт жұмыс істемейді", "housing-general"),
        ("kk", "бағдаршам", "transport_roads-traffic"),
        ("ru", "светофор", "transport_roads-traffic"),
        ("ru", "не горит светофор на перекрёстке", "transport_roads-traffic"),
        ("ru", "АДРЕСНАЯ СОЦИАЛЬНАЯ", "social-targeted-aid"),
        ("en", "traffic light", "transport_roads-traffic"),
        ("en", "the elevator in our house is broken", "housing-repair"),
        ("en", "Identity", "tson-identity"),
    ],
)
def test_people_find_a_service_by_their_own_words(client, lang, words, service):
    page = client.get("/kiosk", query_string={"q": words, "lang": lang})

    assert f"/kiosk/service/{service}" in links(page, "/kiosk/service/")


@pytest.mark.parametrize("words", ["zzzqqq", "%", "_", "%%%%", "' OR 1=1", "a" * 500, "😀"])
def test_words_that_nobody_knows_lead_back_to_the_choices(client, words):
    page = client.get("/kiosk", query_string={"q": words, "lang": "en"})

    assert page.status_code == 200
    assert "/kiosk/home" in links(page, "/kiosk/") or links(page, "/kiosk/service/")


def test_a_search_shows_a_handful(client):
    found = links(client.get("/kiosk?q=а"), "/kiosk/service/")

    assert 0 < len(found) <= 8
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_goes_first_is_told_with_the_proof_and_goes_first(client, session, lang):
    make_ticket(session)
    page = client.get(f"/kiosk/service/housing-general?lang={lang}")
    assert 'value="war_veteran"' in page.text
    assert 'value="single_caregiver"' not in page.text, "switched off"

    slip = client.get(take(client, lang, priority="war_veteran").location)

    assert "<dd>0</dd>" in slip.text


@pytest.mark.parametrize(
    "address", ["/kiosk/nowhere", "/kiosk/service/nowhere", "/kiosk/ticket/" + "a" * 26]
)
def test_an_address_that_leads_nowhere_gets_help(client, address):
    answer = client.get(f"{address}?lang=en")

    assert answer.status_code == 404
    assert "What to do" in answer.text


@pytest.mark.parametrize("service", ["", "nowhere", "housing-general'--", "x" * 5000])
def test_a_service_that_does_not_exist_gives_no_ticket(client, session, service):
    answer = take(client, service=service)

    assert answer.status_code == 422
    assert count(session) == 0


def test_the_kiosk_needs_the_token_of_its_own_page(guarded_client, session):
    assert take(guarded_client).status_code == 400
    assert count(session) == 0

    page = guarded_client.get("/kiosk/service/housing-general")
    assert take(guarded_client, csrf_token=field(page, "csrf_token")).status_code == 302
