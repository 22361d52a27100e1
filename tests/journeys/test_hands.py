"""Keys without a mouse, a hand that shakes, the back button, and somebody who was called away."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Locator, Page, expect

from tests.journeys import hall
from tests.journeys.browsing import KIOSK, Visitor, by_number, password_of
from tests.journeys.inspection import faults_of

HOUR = 3600
TEXT = "Біздің көшеде жарық жоқ, шамдарды жөндеуді сұраймын."


def test_the_desk_needs_no_mouse(come: Callable[..., Visitor]) -> None:
    number = take_ticket(come("kk", viewport=KIOSK), "akimat-medeu-general", "Медеу ауданы")
    officer = come("kk")
    page = officer.goes_to("/sign-in")
    page.keyboard.type("medeu")
    page.keyboard.press("Tab")
    page.keyboard.type(password_of("medeu"))
    leave_by(page, "Enter")
    for _ in range(12):
        leave_by(page, "n")
        if number in at_desk(officer).inner_text():
            break
    expect(at_desk(officer)).to_contain_text(officer.says("Called"))
    assert faults_of(page, "kk") == []
    leave_by(page, "s")
    expect(at_desk(officer)).to_contain_text(officer.says("Being helped"))
    assert faults_of(page, "kk") == []
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="бірден шешілді")).to_be_focused()
    leave_by(page, "2")
    expect(at_desk(officer)).to_contain_text(officer.says("The desk is free"))


def test_a_clerk_issues_a_ticket_in_three_keys(come: Callable[..., Visitor]) -> None:
    """I, L for the visitor's language, a digit for the service; the desk's screen stays."""
    clerk = come("ru")
    page = clerk.signs_in("social")
    page.goto("/desk")
    for key in ("i", "l"):
        page.keyboard.press(key)
    leave_by(page, "1")
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text(re.compile(r"Талон [A-Z]\d+ выдан"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Окно")
    assert faults_of(page, "ru") == []


def test_two_write_one_answer(come: Callable[..., Visitor]) -> None:
    """Each pause keeps what was typed; who was slower chooses, and no text is lost."""
    first, second = come("kk"), come("ru")
    page, other = first.signs_in("social"), second.signs_in("social-head")
    page.goto("/workspace?status=in_work")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-marked]")).to_have_text("1")
    leave_by(page, "Enter")
    other.goto(page.url)
    answer_on(page).fill("Өтініш қаралды.")
    expect(page.locator("[data-keep-state] [data-version='1']")).to_be_visible()
    answer_on(other).fill("Вопрос рассмотрен.")
    other.get_by_role(
        "button", name=second.says("Keep mine; theirs stays among the earlier texts")
    ).click()
    expect(other.locator("[data-keep-state] [data-version='2']")).to_be_visible()
    other.reload()
    expect(answer_on(other)).to_have_value("Вопрос рассмотрен.")
    other.keyboard.press("v")
    expect(other.locator("#writing")).to_contain_text(second.says("Earlier texts of colleagues"))
    assert faults_of(other, "ru") == []


def answer_on(page: Page) -> Locator:
    return page.locator("textarea[name^=answer-]").first


def test_the_skip_link_leads_past_the_frame(come: Callable[..., Visitor]) -> None:
    one = come("ru")
    page = one.goes_to("/")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name=one.says("Skip to the content"))
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_two_touches_are_one_ticket(come: Callable[..., Visitor]) -> None:
    """The second ticket has exactly one more visitor before it than the first."""
    before = [ahead_after(come("en", viewport=KIOSK), touches) for touches in (2, 1)]
    assert before[1] == before[0] + 1


def test_back_and_again_is_one_appeal(come: Callable[..., Visitor]) -> None:
    clerk, word = come("kk"), f"сөз{secrets.token_hex(4)}"
    clerk.signs_in("clerk")
    page = write_appeal(clerk, f"{TEXT} {word}")
    sent = page.evaluate("Object.fromEntries(new FormData(document.getElementById('intake')))")
    register(clerk)
    registered = page.url
    page.go_back()
    register(clerk)
    again = clerk.context.request.post("/intake", form=sent)
    assert again.url == registered
    clerk.goes_to(f"/workspace?status=all&q={word}")
    assert page.get_by_role("rowheader").count() == 1


@pytest.mark.parametrize("by", ["sending", "opening"])
def test_an_ended_session_keeps_what_was_typed(
    by: str, come: Callable[..., Visitor], hall_folder: Path
) -> None:
    clerk = come("ru")
    clerk.signs_in("clerk")
    page = write_appeal(clerk, TEXT)
    leave_alone(clerk, hall.secret_of(hall_folder))
    if by == "sending":
        register(clerk)
        expect(page.get_by_role("main")).to_contain_text(clerk.says("What was kept"))
        page.get_by_role("main").get_by_role("link", name=clerk.says("Sign in")).click()
    else:
        page.goto("/intake")
    expect(page.get_by_role("main")).to_contain_text(clerk.says("The session ended"))
    page.get_by_label(clerk.says("Login"), exact=True).fill("clerk")
    page.get_by_label(clerk.says("Password"), exact=True).fill(password_of("clerk"))
    leave_by(page, "Enter")
    expect(box(clerk, "Text of the appeal")).to_have_value(TEXT)
    expect(kind(page)).to_be_checked()
    note = clerk.says("What you typed at %(time)s is back.", time="|").split("|")[0]
    expect(page.get_by_role("status").filter(has_text=note)).to_be_visible()
    assert faults_of(page, "ru") == []


def test_a_browser_closed_in_the_middle_of_a_letter_keeps_what_was_typed(
    come: Callable[..., Visitor],
) -> None:
    clerk = come("kk")
    clerk.signs_in("clerk")
    page = write_appeal(clerk, TEXT)
    page.wait_for_timeout(1000)
    page.close()

    clerk.page = clerk.context.new_page()
    page = clerk.goes_to("/intake")

    expect(box(clerk, "Text of the appeal")).to_have_value(TEXT)
    expect(kind(page)).to_be_checked()


def take_ticket(visitor: Visitor, service: str, button: str, touches: int = 1) -> str:
    page = visitor.goes_to(f"/kiosk/service/{service}")
    page.get_by_role("button", name=button).click(click_count=touches)
    expect(page).to_have_url(re.compile("/kiosk/ticket/"))
    return by_number(page)


def ahead_after(visitor: Visitor, touches: int) -> int:
    """Visitors before a new ticket for an agency that no other journey comes to."""
    take_ticket(visitor, "architecture-general", visitor.says("Take a ticket"), touches)
    return int(visitor.page.get_by_role("definition").first.inner_text())


def leave_by(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def at_desk(officer: Visitor) -> Locator:
    return officer.page.get_by_role("region", name=officer.says("At the desk"))


def write_appeal(clerk: Visitor, text: str) -> Page:
    page = clerk.goes_to("/intake")
    box(clerk, "Text of the appeal").fill(text)
    kind(page).check()
    return page


def box(clerk: Visitor, label: str) -> Locator:
    return clerk.page.get_by_role("textbox", name=clerk.says(label))


def kind(page: Page) -> Locator:
    return page.get_by_role("radio").first


def register(clerk: Visitor) -> None:
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Control+Enter")


def leave_alone(person: Visitor, secret: str) -> None:
    """As if an hour had passed since the person's last request."""
    app = Flask("clock")
    app.secret_key = secret
    signer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
    cookie: Any = next(one for one in person.context.cookies() if one["name"] == "session")
    kept = signer.loads(cookie["value"])
    kept["seen"] -= HOUR
    person.context.add_cookies([cookie | {"value": signer.dumps(kept)}])
