"""The look keeps its promises: contrast, one set of dark colours, drawings and fonts that exist."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "reception" / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")
COMPONENTS = sorted((ROOT / "reception" / "templates" / "components").glob("*.html"))
LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁёЪъ₸№−‑≤≥▲▼→«»–—\u2009\u202f"
TEXT = [
    ("ink", 7.0), ("muted", 4.5), ("accent", 4.5), ("good", 4.5), ("warn", 4.5), ("bad", 4.5),
]  # fmt: skip


def declared(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", block))


def block_of(selector: str) -> str:
    start = TOKENS.index(f"{selector} {{")
    return TOKENS[start : TOKENS.index("}", start)]


LIGHT = declared(block_of(":root"))
DARK = LIGHT | declared(block_of(':root[data-theme="dark"]'))
CONTRAST = LIGHT | declared(block_of(':root[data-theme="contrast"]'))


def brightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
def test_words_can_be_read_on_every_ground(theme: dict[str, str]) -> None:
    for name, least in TEXT:
        for ground in ("ground", "raised"):
            assert contrast(theme[name], theme[ground]) >= least, (name, ground)
    for name in ("good", "warn", "bad", "accent"):
        assert contrast(theme[name], theme[f"{name}-ground"]) >= 4.5, name
    assert contrast(theme["on-accent"], theme["accent"]) >= 4.5
    assert contrast(theme["on-bad"], theme["bad"]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
def test_frames_of_inputs_can_be_seen(theme: dict[str, str]) -> None:
    for ground in ("ground", "raised"):
        assert contrast(theme["line-strong"], theme[ground]) >= 3


def test_the_board_can_be_read_from_afar() -> None:
    assert contrast(LIGHT["on-deep"], LIGHT["deep"]) >= 15
    assert contrast(LIGHT["on-call"], LIGHT["call"]) >= 10


def test_chosen_dark_and_the_devices_dark_are_one() -> None:
    assert declared(block_of(':root[data-theme="dark"]')) == declared(
        block_of(":root:not([data-theme])")
    )


def test_every_drawing_that_a_template_names_exists() -> None:
    sprite = (STATIC / "img" / "icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    for template in ROOT.glob("*/templates/**/*.html"):
        text = template.read_text("utf-8")
        named = set(re.findall(r'\bicon\("([\w-]+)"\)|\bicon="([\w-]+)"', text))
        missing = {name for pair in named for name in pair if name} - drawn
        assert not missing, f"{template}: {missing}"


def test_every_part_says_what_it_takes() -> None:
    for component in COMPONENTS:
        assert component.read_text("utf-8").startswith("{#"), component.name


@pytest.mark.parametrize(
    "font",
    [
        STATIC / "fonts" / "inter-screen.woff2",
        *sorted((ROOT / "reports" / "static" / "fonts").glob("*.ttf")),
    ],
    ids=lambda font: font.name,
)
def test_fonts_have_every_kazakh_letter_and_sign(font: Path) -> None:
    known = TTFont(font).getBestCmap()
    assert [letter for letter in LETTERS if ord(letter) not in known] == []


def test_what_others_made_is_as_it_was_taken() -> None:
    for line in (STATIC / "vendored.sha256").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest, name


def test_the_first_paint_is_light() -> None:
    """Compressed text and the font as it is: under 100 kB with room for the page itself."""
    styles = [STATIC / "css" / f"{name}.css" for name in ("tokens", "frame", "parts", "desk")]
    text = [*styles, *(STATIC / "js").glob("*.js"), STATIC / "img" / "icons.svg"]
    packed = sum(len(gzip.compress(file.read_bytes())) for file in text)
    assert packed + (STATIC / "fonts" / "inter-screen.woff2").stat().st_size < 85_000


def test_no_style_and_no_script_stands_inside_a_screen() -> None:
    """The content security policy would drop it without a word. Papers for PDF are no screens."""
    for template in ROOT.glob("*/templates/**/*.html"):
        text = template.read_text("utf-8")
        if not re.search(
            r'extends "(shell|bare|agencies/workspace)\.html"|js/screen\.js|\{% macro', text
        ):
            continue
        assert not re.search(r"<style\b|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=\"", text), template
