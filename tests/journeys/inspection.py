"""What must hold on every page, whatever it is about."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.tools.sentences import sentences, translated

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
Barriers = dict[str, Any]
"""Which rules axe measures."""
ALL: Barriers = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
COLOURS: Barriers = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
ALL_BUT_COLOURS: Barriers = ALL | {"rules": {"color-contrast": {"enabled": False}}}
SHORTEST = 13
"""Letters of a piece of English that cannot stand in another language by chance."""
LATIN_NAMES = ("Open Almaty",)
LATIN = re.compile(r"\b[A-Za-z][a-z]{2,}(?:[ ,]+[a-z]{2,}){2,}")
WORDS = """() => {
  const own = (node) => node.closest("[lang]") === document.documentElement;
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const holder = node.parentElement;
    if (own(holder) && !holder.closest("script, style, template")) seen.push(node.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const holder of document.querySelectorAll(`[${name}]`)) {
      if (own(holder)) seen.push(holder.getAttribute(name));
    }
  }
  return [document.title, ...seen.filter(Boolean)];
}"""


def faults_of(page: Page, language: str, measured: Barriers = ALL) -> list[str]:
    """Everything wrong with the page as it stands; nothing is what is wanted."""
    found = [*faults_of_frame(page, language), *barriers(page, measured)]
    if language != "en":
        found += [f"untranslated: {text}" for text in untranslated(page, language)]
    return found


def faults_of_frame(page: Page, language: str) -> list[str]:
    found = []
    headings = page.locator("h1:visible")
    if headings.count() != 1:
        found.append(f"{headings.count()} first headings")
    if page.locator("html").get_attribute("lang") != language:
        found.append("the page does not say its language")
    return found


def barriers(page: Page, measured: Barriers = ALL) -> list[str]:
    """Violations of WCAG 2.2 A and AA that axe finds."""
    page.evaluate(AXE)
    options = measured | {"resultTypes": ["violations"], "preload": False}
    result: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in result["violations"]
        for node in rule["nodes"][:3]
    ]


def sideways(page: Page, width: int) -> list[str]:
    """The widest elements of a page that has to be moved sideways at this width."""
    page.set_viewport_size({"width": width, "height": 780})
    return [str(one) for one in page.evaluate(WIDER_THAN_SCREEN)]


WIDER_THAN_SCREEN = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= innerWidth) return [];
  const wide = [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  const told = (one) => `${one.tagName}.${one.className} ${one.innerText ?? ""}`.slice(0, 90);
  return [`${root.scrollWidth} px on ${innerWidth} px`, ...wide.slice(0, 6).map(told)];
}"""


def untranslated(page: Page, language: str) -> list[str]:
    """English in the visible or spoken words of a page in another language."""
    found = []
    seen = page.evaluate(WORDS)
    together = "\n".join(seen)
    english = [piece for piece in english_pieces(language) if piece in together]
    for words in seen:
        foreign = any(piece in words for piece in english)
        for name in LATIN_NAMES:
            words = words.replace(name, "")
        if foreign or LATIN.search(words):
            found.append(words[:120])
    return found


@cache
def english_pieces(language: str) -> tuple[str, ...]:
    """Long pieces of our English sentences that are not a part of their translations."""
    known = translated(language)
    pieces = set()
    for sentence in {*sentences(), *known}:
        for piece in re.split(r"%\(\w+\)[sd]|%%", sentence):
            if len(piece.strip()) >= SHORTEST and piece not in known.get(sentence, ""):
                pieces.add(piece.strip())
    return tuple(pieces)
