"""A whole day at one desk: the visitor, the clerk, the officer and the supervisor, each with keys.

Each language has an agency whose line nobody else of the run touches, and an officer of its own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from agencies import staff
from agencies.directory import agency_by_code, desk_by_code
from agencies.staff import Role
from tests.journeys.browsing import KIOSK, PHONE, Visitor, by_number

CLERKS = "D05"
PASSWORD = "a-long-password-of-one-day"
Come = Callable[..., Visitor]


@dataclass(frozen=True)
class Day:
    """`word` narrows the services to the agency's; `said` is what the supervisor tells its line."""

    language: str
    agency: str
    service: str
    desk: str
    word: str
    said: tuple[str, str, str]


DAYS = [
    Day("kk", "police", "police-general", "D32", "полиция",
        ("Полиция терезесі 15 минутқа кешігеді", "Окно полиции задержится на 15 минут",
         "The police desk is 15 minutes late")),
    Day("ru", "revenue", "revenue-general", "D35", "доход",
        ("Салық терезесі екінші қабатта", "Окно налогов на втором этаже",
         "The desk for taxes is on the second floor")),
    Day("en", "business", "business-general", "D40", "entrepreneur",
        ("Кәсіпкерлер терезесі ашық", "Окно для предпринимателей открыто",
         "The desk for entrepreneurs is open")),
]  # fmt: skip


@pytest.fixture
def people(hall_address: str, hall_folder: Path, request: pytest.FixtureRequest) -> str:
    """Logins `<role>-<language>` of a clerk, an officer and a supervisor for this day alone."""
    day: Day = request.getfixturevalue("day")
    engine = create_engine(f"postgresql+psycopg://reception@/reception?host={hall_folder}/postgres")
    with Session(engine) as session:
        for role in (Role.CLERK, Role.OFFICER, Role.SUPERVISOR):
            agency = agency_by_code(session, day.agency) if role is Role.OFFICER else None
            officer = staff.hire(
                session, login=f"{role}-{day.language}", name="Қасқырбаева С. Ө.", role=role,
                position=dict.fromkeys(("kk", "ru", "en"), "бас маман"), agency=agency,
                password=PASSWORD,
            )  # fmt: skip
            officer.desk = desk_by_code(session, CLERKS if role is Role.CLERK else day.desk)
        session.commit()
    engine.dispose()
    return day.language


def sign_in(one: Visitor, login: str, path: str) -> None:
    page = one.goes_to("/sign-in")
    page.get_by_label(one.says("Login"), exact=True).fill(login)
    page.get_by_label(one.says("Password"), exact=True).fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=one.says("Sign in")).click()
    page.goto(path)


def press(one: Visitor, *keys: str) -> None:
    """The last key leads to the next page."""
    for key in keys[:-1]:
        one.page.keyboard.press(key)
    with one.page.expect_navigation():
        one.page.keyboard.press(keys[-1])


def here(one: Visitor) -> Locator:
    return one.page.get_by_role("region", name=one.says("At the desk"))


@pytest.mark.parametrize("day", DAYS, ids=[day.language for day in DAYS])
def test_a_whole_day(day: Day, come: Come, people: str, tmp_path: Path) -> None:
    officer, supervisor = come(day.language), come(day.language)
    sign_in(officer, f"officer-{people}", "/desk")
    empty_the_line(officer)

    number, phone = takes_a_ticket(come(day.language, viewport=KIOSK), come, day)
    second = issued_by_keys(come(day.language), f"clerk-{people}", day)
    sign_in(supervisor, f"supervisor-{people}", "/hall")
    tell_the_line(supervisor, day)
    said = day.said[("kk", "ru", "en").index(day.language)]
    expect(phone.page.get_by_text(said)).to_be_visible()

    served_with_a_pause(officer, phone, number, second)
    rates(phone)
    breaks(officer, supervisor)
    day_ends(supervisor, come(day.language, viewport=KIOSK), day)


def empty_the_line(officer: Visitor) -> None:
    """Visitors of the morning, of the demonstration, have gone."""
    while True:
        press(officer, "n")
        if officer.says("The desk is free") in here(officer).inner_text():
            return


def takes_a_ticket(kiosk: Visitor, come: Come, day: Day) -> tuple[str, Visitor]:
    """The number, and the visitor's own phone at the address of the slip's code."""
    page = kiosk.goes_to(f"/kiosk/service/{day.service}")
    page.get_by_role("button", name=kiosk.says("Take a ticket")).click()
    expect(page).to_have_url(re.compile("/kiosk/ticket/"))
    phone = come(day.language, viewport=PHONE)
    phone.goes_to(page.url.removeprefix(kiosk.address).replace("/kiosk/ticket/", "/t/"))
    expect(phone.page.get_by_role("article")).to_contain_text(phone.says("Waiting"))
    return by_number(page), phone


def issued_by_keys(clerk: Visitor, login: str, day: Day) -> str:
    """From the clerk's desk, with the need typed: I, a part of the name, Enter."""
    sign_in(clerk, login, "/desk")
    page = clerk.page
    page.keyboard.press("i")
    page.locator("#issue-service-filter").fill(day.word)
    page.locator("#issue-service").select_option(day.service)
    with page.expect_navigation():
        page.get_by_role("button", name=clerk.says("Issue"), exact=True).click()
    toast = page.locator("[data-toast]").inner_text()
    found = re.search(r"[A-Z]\d{3}", toast)
    assert found, toast
    return found[0]


def tell_the_line(supervisor: Visitor, day: Day) -> None:
    page = supervisor.page
    expect(page.locator("#wall")).to_contain_text(supervisor.says("Queues against the norm"))
    for code, text in zip(("kk", "ru", "en"), day.said, strict=True):
        page.locator(f"#text_{code}").fill(text)
    page.locator("#agency").select_option(day.agency)
    with page.expect_navigation():
        page.get_by_role("button", name=supervisor.says("Say it")).click()


def served_with_a_pause(officer: Visitor, phone: Visitor, number: str, second: str) -> None:
    """Called, helped, put on hold for a paper while the next one is helped, resumed, finished."""
    press(officer, "n")
    expect(here(officer)).to_contain_text(number)
    expect(phone.page.get_by_role("article")).to_contain_text(phone.says("Go to desk"))
    press(officer, "s")
    press(officer, "h", "1")
    press(officer, "n")
    expect(here(officer)).to_contain_text(second)
    press(officer, "s")
    press(officer, "f", "2")
    held = officer.page.get_by_role("listitem").filter(has_text=number)
    with officer.page.expect_navigation():
        held.get_by_role("button", name=officer.says("Resume")).click()
    expect(here(officer)).to_contain_text(officer.says("Being helped"))
    press(officer, "f", "1")
    expect(here(officer)).to_contain_text(officer.says("The desk is free"))


def rates(phone: Visitor) -> None:
    page = phone.page
    page.reload()
    with page.expect_navigation():
        page.locator(".phone-scores button[value='5']").click()
    expect(page.locator(".phone-scores .button-primary")).to_have_attribute("value", "5")


def breaks(officer: Visitor, supervisor: Visitor) -> None:
    """The wall shows who is on a break without being loaded again."""
    press(officer, "b", "1")
    expect(supervisor.page.locator("#wall")).to_contain_text(supervisor.says("Break"))
    with officer.page.expect_navigation():
        officer.page.get_by_role("button", name=officer.says("Open the desk")).click()


def day_ends(supervisor: Visitor, kiosk: Visitor, day: Day) -> None:
    """Who still waits when the hall closes gets an outcome, given by a person."""
    page = kiosk.goes_to(f"/kiosk/service/{day.service}")
    page.get_by_role("button", name=kiosk.says("Take a ticket")).click()
    expect(page).to_have_url(re.compile("/kiosk/ticket/"))
    number = by_number(page)
    page = supervisor.goes_to("/hall/day-end")
    left = page.get_by_role("listitem").filter(has_text=number)
    left.get_by_role("combobox").select_option("closed_unserved")
    with page.expect_navigation():
        left.get_by_role("button", name=supervisor.says("Close the visit")).click()
    expect(page.get_by_role("listitem").filter(has_text=number)).to_have_count(0)
