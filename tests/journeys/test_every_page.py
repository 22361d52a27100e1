"""Every page in every language: whole, translated, open to everybody, and never wider than a phone.

Kazakh is looked at in light, Russian in dark, English on a phone: each page meets every look and
every language, and what the looks share is not measured three times.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from reception import create_app
from reception.demonstration import sign_ins
from reception.settings import Settings
from tests.journeys.browsing import DESKTOP, KIOSK, PHONE, Visitor, visitor
from tests.journeys.inspection import faults_of, sideways
from tests.journeys.places import MACHINES, PLACES, PUBLIC, Place, find_names
from tests.make import IIN_KEY, SECRET_KEY

NARROWEST = 320
LOOKS: dict[str, dict[str, Any]] = {
    "kk": {"color_scheme": "light"},
    "ru": {"color_scheme": "dark"},
    "en": {"viewport": PHONE},
}


@pytest.fixture(scope="session")
def names(browser: Browser, hall_address: str) -> dict[str, str]:
    return find_names(browser, hall_address)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, hall_address: str) -> Callable[[str], Any]:
    """What a browser keeps after that person's sign-in; each signs in once a run."""
    kept: dict[str, Any] = {PUBLIC: None}

    def state_of(login: str) -> Any:
        if login not in kept:
            with visitor(browser, hall_address, "kk") as person:
                person.signs_in(login)
                kept[login] = person.context.storage_state()
        return kept[login]

    return state_of


@pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])
def test_every_page(
    place: Place,
    come: Callable[..., Visitor],
    names: dict[str, str],
    signed_in: Callable[[str], Any],
) -> None:
    faults: list[str] = []
    upright = {"viewport": KIOSK if place.name.startswith("kiosk") else DESKTOP}
    for language, look in LOOKS.items():
        person = come(language, storage_state=signed_in(place.login), **(upright | look))
        page = person.goes_to(place.path.format(**names))
        faults += [f"{language}: {fault}" for fault in faults_of(page, language)]
    for width in (PHONE["width"], NARROWEST):
        faults += sideways(page, width)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("login", [login for login, _, _ in sign_ins()])
def test_every_section_opens(
    login: str, come: Callable[..., Visitor], signed_in: Callable[[str], Any]
) -> None:
    """What the frame offers a person is open to that person."""
    person = come("kk", storage_state=signed_in(login))
    sections = person.goes_to("/").get_by_role("navigation", name=person.says("Sections"))
    offered = [link.get_attribute("href") for link in sections.get_by_role("link").all()]
    assert offered
    refused = {href: person.context.request.get(href or "").status for href in offered}
    assert set(refused.values()) == {200}, refused


def test_no_page_is_left_out(tmp_path: Path) -> None:
    app = create_app(
        Settings(
            database_url="postgresql+psycopg://nobody@/nowhere", redis_url="", data=tmp_path,
            secret_key=SECRET_KEY, iin_key=IIN_KEY, base_url="http://hall.test",
            demonstration=False, idle_minutes=30,
        )
    )  # fmt: skip
    known = {place.endpoint for place in PLACES}
    served = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {endpoint for endpoint in served if not endpoint.startswith(MACHINES)}
    assert pages == known
