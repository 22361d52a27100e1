"""A real browser at the hall: pages of one visitor, and what must never be seen on them."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Response

from reception.demonstration import sign_ins
from reception.language import say

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The one made to run without a screen does the same pages with half the work."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 360, "height": 780}
KIOSK = {"width": 1080, "height": 1920}
TELEVISION = {"width": 1920, "height": 1080}
NOWHERE = "about:blank"
STORES = "cookies,local_storage,indexeddb,cache_storage,service_workers"
"""What pages leave in a browser; what is then left is files that it may keep for long."""
REFUSALS = frozenset({401, 403, 404, 409, 422})
"""Answers that a journey may ask for on purpose; the browser writes a line about each."""


def start_browser(playwright: Playwright) -> Browser:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))


def said(message: str, language: str, /, **values: object) -> str:
    """The sentence as the page says it in that language."""
    return say(message, language, **values)


class Visitor:
    """Somebody with a browser of their own. Whatever went wrong on a page is kept in `faults`."""

    def __init__(self, browser: Browser, address: str, language: str, **looks: Any) -> None:
        looks = {"viewport": DESKTOP, "reduced_motion": "reduce"} | looks
        self.language, self.address, self.faults = language, address, list[str]()
        self.screen = looks["viewport"]
        self.context: BrowserContext = browser.new_context(base_url=address, **looks)
        self.context.set_default_timeout(30_000)
        self.context.on("request", self._look_at_request)
        self.context.on("response", self._look_at_response)
        self.context.on("console", lambda message: self._look_at_line(message.type, message.text))
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.page: Page = self.context.new_page()

    def says(self, message: str, /, **values: object) -> str:
        return said(message, self.language, **values)

    def goes_to(self, path: str) -> Page:
        sign = "&" if "?" in path else "?"
        self.page.goto(f"{path}{sign}lang={self.language}")
        return self.page

    def comes_anew(self, cookies: list[Any]) -> None:
        """As with a browser that has not been here, but for those cookies."""
        self.leaves()
        emptied = {"origin": self.address, "storageTypes": STORES}
        tab = self.context.new_cdp_session(self.page)
        tab.send("Storage.clearDataForOrigin", emptied)
        tab.detach()
        self.context.clear_cookies()
        self.context.add_cookies(cookies)
        self.page.set_viewport_size(self.screen)

    def leaves(self) -> list[str]:
        """What went wrong since the visitor came."""
        if self.page.url != NOWHERE:
            self.page.evaluate("sessionStorage.clear()")
            self.page.goto(NOWHERE)
        seen, self.faults[:] = list(self.faults), []
        return seen

    def signs_in(self, login: str) -> Page:
        page = self.goes_to("/sign-in")
        page.get_by_label(self.says("Login"), exact=True).fill(login)
        page.get_by_label(self.says("Password"), exact=True).fill(password_of(login))
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name=self.says("Sign in")).click()
        return page

    def _look_at_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme == "data" or request.url.startswith(self.address + "/"):
            return
        self.faults.append(f"left the house: {request.url}")

    def _look_at_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in REFUSALS:
            self.faults.append(f"{response.status}: {response.url}")

    def _look_at_line(self, kind: str, text: str) -> None:
        """A violation of the content security policy is such a line too."""
        expected = any(f"status of {status}" in text for status in REFUSALS)
        if kind in ("error", "warning") and not expected:
            self.faults.append(f"console: {text}")


@contextmanager
def visitor(browser: Browser, address: str, language: str, **looks: Any) -> Iterator[Visitor]:
    one = Visitor(browser, address, language, **looks)
    try:
        yield one
    finally:
        one.context.close()
    assert not one.faults, one.faults


def password_of(login: str) -> str:
    return next(password for name, password, _ in sign_ins() if name == login)


def by_number(page: Page) -> str:
    """The ticket's number in the page's first heading."""
    found = re.search(r"[A-Z]\d{3,}", page.get_by_role("heading", level=1).inner_text())
    assert found, page.url
    return found[0]
