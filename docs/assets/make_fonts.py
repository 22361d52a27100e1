"""Make the shipped fonts from the npm package inter-ui (Inter 4, SIL Open Font License 1.1).

    npm install --prefix /tmp/assets inter-ui@4.1.1
    python docs/assets/make_fonts.py /tmp/assets/node_modules/inter-ui

Screens get one variable file cut down to the letters of our three languages; documents get the
full glyph set, one TTF a weight, because a PDF made from a subset loses Kazakh letters.
"""

import sys
from io import BytesIO
from itertools import chain
from pathlib import Path
from shutil import copyfile

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).parents[2]
SCREEN = ROOT / "reception" / "static" / "fonts"
PAPER = ROOT / "reports" / "static" / "fonts"
WEIGHTS = ("Regular", "Italic", "SemiBold", "Bold", "BoldItalic")

LATIN = chain(range(0x20, 0x7F), range(0xA0, 0xAD), range(0xAE, 0x149), range(0x14A, 0x180))
CYRILLIC = chain(range(0x400, 0x460), (0x490, 0x491))
KAZAKH = map(ord, "ӘәҒғҚқҢңӨөҰұҮүҺһІі")
SPACES = (0x2007, 0x2009, 0x202F)
SIGNS = map(ord, "‐‑‒–—‘’‚“”„•…′″₸€₽№←↑→↓−≈≠≤≥▲▼▶◀●○✓✗")
FEATURES = ["kern", "tnum", "lnum", "case", "ccmp", "locl", "mark", "mkmk", "calt"]
# Version, licence and names stay; the rest of the name table is of no use to a browser.
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]


def make_screen_font(package: Path) -> None:
    """Weights 400 to 700 at the text size of the design; no other axis is used on screens."""
    font = TTFont(package / "variable" / "InterVariable.woff2", recalcTimestamp=False)
    font.flavor = None
    font = instantiateVariableFont(font, {"opsz": 14, "wght": (400, 400, 700)})
    # Read anew: the instancer leaves glyph names that the subsetter cannot follow.
    whole = BytesIO()
    font.save(whole)
    font = TTFont(whole, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False, name_IDs=NAMES, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[*LATIN, *CYRILLIC, *KAZAKH, *SPACES, *SIGNS])
    subsetter.subset(font)
    keep_hyphen_narrow(font)
    font.flavor = "woff2"
    font.save(SCREEN / "inter-screen.woff2")


def keep_hyphen_narrow(font: TTFont) -> None:
    """Tabular figures also widen the hyphen; ticket and appeal numbers would fall apart."""
    table = font["GSUB"].table
    tabular = [r.Feature for r in table.FeatureList.FeatureRecord if r.FeatureTag == "tnum"]
    for index in {index for feature in tabular for index in feature.LookupListIndex}:
        for part in table.LookupList.Lookup[index].SubTable:
            wide = getattr(part, "ExtSubTable", part).mapping
            for glyph in [name for name in wide if name.startswith("hyphen")]:
                del wide[glyph]


def make_paper_fonts(package: Path) -> None:
    for weight in WEIGHTS:
        font = TTFont(package / "web" / f"Inter-{weight}.woff2", recalcTimestamp=False)
        font.flavor = None
        font.save(PAPER / f"Inter-{weight}.ttf")


def main(package: Path) -> None:
    make_screen_font(package)
    make_paper_fonts(package)
    for folder in (SCREEN, PAPER):
        copyfile(package / "LICENSE.txt", folder / "OFL.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
