"""Every page in every language: whole, translated, open to everybody, and never wider than a phone.

Kazakh is looked at in light, Russian in dark, English on a phone: each page meets every look and
every language, and what the looks share is not measured three times: dark has colours of its own, a
phone all but the colours.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser

from reception import create_app
from reception.demonstration import sign_ins
from reception.settings import Settings
from tests.journeys import hall
from tests.journeys.browsing import DESKTOP, KIOSK, PHONE, Visitor, visitor
from tests.journeys.inspection import ALL, ALL_BUT_COLOURS, COLOURS, faults_of, sideways
from tests.journeys.places import MACHINES, PLACES, Place, find_names
from tests.make import IIN_KEY, SECRET_KEY

NARROWEST = 320
LOOKS: dict[str, dict[str, Any]] = {
    "kk": {"color_scheme": "light"},
    "ru": {"color_scheme": "dark"},
    "en": {"viewport": PHONE},
}
NARROW = "en"
MEASURED = {"kk": ALL, "ru": COLOURS, "en": ALL_BUT_COLOURS}


@pytest.fixture(scope="session")
def names(browser: Browser, hall_address: str, hall_folder: Path) -> dict[str, str]:
    found = hall.once(hall_folder, "names", lambda: find_names(browser, hall_address))
    return cast(dict[str, str], found)


@pytest.fixture(scope="session")
def signed_in(browser: Browser, hall_address: str, hall_folder: Path) -> Callable[[str], list[Any]]:
    """The cookies that a browser has after that person's sign-in; each signs in once a run."""

    def sign_in(login: str) -> list[Any]:
        with visitor(browser, hall_address, "kk") as person:
            person.signs_in(login)
            return person.context.cookies()

    @cache
    def cookies_of(login: str) -> list[Any]:
        return hall.once(hall_folder, f"cookies-{login}", lambda: sign_in(login)) if login else []

    return cookies_of


@pytest.fixture(scope="session")
def seat(browser: Browser, hall_address: str) -> Iterator[Callable[..., Visitor]]:
    """`seat("ru", upright=False)` is the run's browser in that look; who sits down comes anew."""
    with ExitStack() as leaving:

        @cache
        def look_at(language: str, *, upright: bool) -> Visitor:
            looks = {"viewport": KIOSK if upright else DESKTOP} | LOOKS[language]
            return leaving.enter_context(visitor(browser, hall_address, language, **looks))

        yield look_at


@pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])
def test_every_page(
    place: Place,
    seat: Callable[..., Visitor],
    names: dict[str, str],
    signed_in: Callable[[str], list[Any]],
) -> None:
    faults: list[str] = []
    for language in LOOKS:
        person = seat(language, upright=place.name.startswith("kiosk"))
        person.comes_anew(signed_in(place.login))
        page = person.goes_to(place.path.format(**names))
        faults += [
            f"{language}: {fault}" for fault in faults_of(page, language, MEASURED[language])
        ]
        if language == NARROW:
            faults += [*sideways(page, PHONE["width"]), *sideways(page, NARROWEST)]
        faults += [f"{language}: {fault}" for fault in person.leaves()]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("login", [login for login, _, _ in sign_ins()])
def test_every_section_opens(
    login: str, seat: Callable[..., Visitor], signed_in: Callable[[str], list[Any]]
) -> None:
    """What the frame offers a person is open to that person."""
    person = seat("kk", upright=False)
    person.comes_anew(signed_in(login))
    sections = person.goes_to("/").get_by_role("navigation", name=person.says("Sections"))
    offered = [link.get_attribute("href") for link in sections.get_by_role("link").all()]
    assert offered
    refused = {href: person.context.request.get(href or "").status for href in offered}
    assert set(refused.values()) == {200}, refused
    assert person.leaves() == []


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
