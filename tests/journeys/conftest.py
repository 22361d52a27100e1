"""A living hall, a browser, and people who come with one."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys import hall
from tests.journeys.browsing import Visitor, start_browser, visitor

Come = Callable[..., Visitor]


@pytest.fixture(scope="session")
def hall_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    base = tmp_path_factory.getbasetemp()
    parallel = hasattr(request.config, "workerinput")
    return ((base.parent if parallel else base) / "hall").resolve()


@pytest.fixture(scope="session")
def hall_address(hall_folder: Path, request: pytest.FixtureRequest) -> str:
    parallel = hasattr(request.config, "workerinput")
    return hall.address_of(hall_folder, os.getppid() if parallel else os.getpid())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture
def come(browser: Browser, hall_address: str) -> Iterator[Come]:
    """`come("kk")` is a visitor with a browser of their own, seen to the door after the test."""
    with ExitStack() as leaving:

        def comes(language: str = "kk", **looks: Any) -> Visitor:
            return leaving.enter_context(visitor(browser, hall_address, language, **looks))

        yield comes
