"""A clerk speaks the text of an appeal. The browser's ear, which is not ours, is played here."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.inspection import faults_of

REFUSED = "The browser may not use the microphone. Allow it beside the address, or type the text."
EAR = """
window.SpeechRecognition = class {
  constructor() { window.ears = [...(window.ears ?? []), this]; }
  start() { window.listening = true; }
  stop() { window.listening = false; setTimeout(() => this.onend?.()); }
};
window.hear = (...said) => {
  const results = said.map(([transcript, isFinal]) => Object.assign([{ transcript }], { isFinal }));
  window.ears.at(-1).onresult({ resultIndex: 0, results });
};
window.fail = (error) => {
  window.ears.at(-1).onerror({ error });
  window.ears.at(-1).stop();
};
"""


@pytest.fixture
def clerk(come: Callable[..., Visitor]) -> Visitor:
    """At an empty form, in a browser that can hear."""
    return at_the_form(come("en"), EAR)


def at_the_form(visitor: Visitor, script: str) -> Visitor:
    visitor.page.add_init_script(script)
    visitor.signs_in("clerk")
    visitor.goes_to("/intake")
    return visitor


def button(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("button", name=visitor.says("Dictate"))


def text(visitor: Visitor) -> Locator:
    label = visitor.says("Text of the appeal")
    return visitor.page.get_by_role("textbox", name=label, exact=True)


def status(page: Page) -> Locator:
    return page.locator(".dictation-said")


def hear(page: Page, words: str, *, sure: bool = True) -> None:
    page.evaluate("([words, sure]) => hear([words, sure])", [words, sure])


def test_words_enter_at_the_cursor_and_are_kept_like_typed_ones(clerk: Visitor) -> None:
    page = clerk.page
    page.get_by_label(clerk.says("Language of the appeal")).select_option("kk")
    text(clerk).fill("Ауламызда  жанбайды.")
    text(clerk).evaluate("area => area.setSelectionRange(10, 10)")

    button(clerk).click()
    expect(button(clerk)).to_have_attribute("aria-pressed", "true")
    expect(status(page)).to_have_text(clerk.says("Listening. Speak; Esc or the button ends it."))
    hear(page, "екі ша", sure=False)
    expect(page.locator(".dictation-heard")).to_have_text("екі ша")
    expect(text(clerk)).to_have_value("Ауламызда  жанбайды.")
    hear(page, "екі шам")
    assert faults_of(page, "en") == []
    page.keyboard.press("Escape")

    expect(text(clerk)).to_have_value("Ауламызда екі шам жанбайды.")
    expect(button(clerk)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".dictation-heard")).to_be_hidden()
    assert page.evaluate("[ears[0].lang, ears[0].interimResults, listening]") == [
        "kk-KZ", True, False,
    ]  # fmt: skip
    page.reload()
    expect(text(clerk)).to_have_value("Ауламызда екі шам жанбайды.")


def test_without_a_cursor_words_go_to_the_end_and_the_button_stops(clerk: Visitor) -> None:
    page = clerk.page
    page.get_by_label(clerk.says("Language of the appeal")).select_option("ru")

    button(clerk).press("Enter")
    hear(page, "Во дворе темно.")
    hear(page, "Просим починить")
    button(clerk).press("Enter")

    expect(text(clerk)).to_have_value("Во дворе темно. Просим починить")
    expect(status(page)).to_have_text(clerk.says("Dictation has ended. Read the text over."))
    assert page.evaluate("[ears[0].lang, listening]") == ["ru-RU", False]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("not-allowed", REFUSED),
        ("audio-capture", "No microphone answers. See that it is plugged in, or type the text."),
        ("network", "The browser cannot turn speech into text just now. Type the text."),
        ("language-not-supported", "The browser does not understand this language. Type the text."),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_said_plainly(clerk: Visitor, error: str, words: str) -> None:
    button(clerk).click()
    clerk.page.evaluate("error => fail(error)", error)

    expect(status(clerk.page)).to_have_text(clerk.says(words))
    expect(button(clerk)).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_on_a_phone_the_clerk_reads_where_the_voice_goes(
    come: Callable[..., Visitor], language: str
) -> None:
    visitor = at_the_form(come(language, viewport=PHONE), EAR)

    button(visitor).click()

    hint = "To turn speech into text, some browsers send the voice to the servers of their maker. "
    hint += "Ask the person first, and type names and numbers by hand."
    expect(button(visitor)).to_have_accessible_description(visitor.says(hint))
    assert faults_of(visitor.page, language) == []


def test_a_browser_that_cannot_hear_shows_no_button(come: Callable[..., Visitor]) -> None:
    deaf = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
    visitor = at_the_form(come("en"), deaf)

    expect(text(visitor)).to_be_visible()
    expect(button(visitor)).to_have_count(0)
