"""The slip as dots: a picture as wide as the roll, in the visitor's language."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from reception.language import day_and_time, say

DOTS = {80: 576, 58: 384}
"""Dots across a roll of so many millimetres, at 203 to the inch."""
REGULAR, BOLD = "Inter-Regular.ttf", "Inter-Bold.ttf"
SMALLEST_MODULE = 4
"""Dots a module of the code: half a millimetre, which phones read from thermal paper."""


@dataclass(frozen=True)
class Slip:
    """What stands on the paper. No name and nothing of the person, only the number."""

    language: str
    hall: str
    number: str
    service: str
    agency: str
    ahead: int
    wait: str
    """In words, or empty where there is no forecast."""
    proof: str
    """What to show at the desk for a right to go first, or empty."""
    address: str
    taken_at: datetime
    again: bool


def draw(slip: Slip, *, width_mm: int, fonts: Path) -> Image.Image:
    """Black on white, without greys. The same slip gives the same dots."""
    sheet = _Sheet(DOTS[width_mm], fonts)
    lang = slip.language
    sheet.line(slip.hall, 24)
    sheet.line(slip.number, sheet.width // 4, bold=True)
    sheet.line(slip.agency, 28, bold=True)
    sheet.line(slip.service, 28)
    sheet.gap(10)
    sheet.line(f"{say('People before you', lang)}: {slip.ahead}", 28)
    if slip.wait:
        sheet.line(f"{say('Expected wait', lang)}: {slip.wait}", 28)
    if slip.proof:
        sheet.line(f"{say('Show at the desk:', lang)} {slip.proof}", 24)
    sheet.code(slip.address)
    sheet.line(say("Scan to follow your place on the phone.", lang), 24)
    sheet.line(say("Watch the board: your number and the desk will be shown and marked.", lang), 24)
    sheet.line(day_and_time(slip.taken_at, lang), 24)
    if slip.again:
        sheet.line(say("Printed again; the number is the same.", lang), 24)
    return sheet.cut()


class _Sheet:
    """A roll that grows downwards; lines are centred and broken between words."""

    def __init__(self, width: int, fonts: Path) -> None:
        self.width, self.fonts, self.y = width, fonts, 12
        self.image = Image.new("1", (width, 2400), 1)
        self.pen = ImageDraw.Draw(self.image)
        self.pen.fontmode = "1"

    def gap(self, dots: int) -> None:
        self.y += dots

    def line(self, text: str, size: int, *, bold: bool = False) -> None:
        font = ImageFont.truetype(str(self.fonts / (BOLD if bold else REGULAR)), size)
        for row in self._broken(text, font):
            x = (self.width - self.pen.textlength(row, font)) / 2
            self.pen.text((max(x, 0), self.y), row, font=font, fill=0)
            self.y += round(size * 1.25)
        self.y += 4

    def _broken(self, text: str, font: ImageFont.FreeTypeFont) -> list[str]:
        rows: list[str] = []
        for word in text.split():
            longer = f"{rows[-1]} {word}" if rows else word
            if rows and self.pen.textlength(longer, font) <= self.width - 8:
                rows[-1] = longer
            else:
                rows.append(word)
        return rows

    def code(self, address: str) -> None:
        """Middle error correction: a scratch on the paper costs nothing."""
        rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=4))
        module = max(SMALLEST_MODULE, min(8, self.width * 3 // 5 // len(rows)))
        left = (self.width - module * len(rows)) // 2
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    x, y = left + across * module, self.y + down * module
                    self.pen.rectangle((x, y, x + module - 1, y + module - 1), fill=0)
        self.y += module * len(rows)

    def cut(self) -> Image.Image:
        return self.image.crop((0, 0, self.width, self.y + 12))
