"""Numbers, shares, months and comparisons as a reader of one language writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from babel.dates import format_date, format_skeleton, get_month_names

from agencies.calendar import business_date
from reception import language as languages
from reports.intervals import counts_differ

SHOWN_FROM = 20
"""Below this many cases a share is written as "k of n": a percentage would say too much."""
NOTHING = "\N{EN DASH}"
ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


@dataclass(frozen=True)
class Words:
    """`_` is the same word that templates use, so that one tool finds every sentence."""

    language: str

    def _(self, message: str, **values: object) -> str:
        """The stop of a date's abbreviation is that of its sentence, too."""
        return languages.say(message, self.language, **values).replace("г..", "г.")

    def of(self, texts: Mapping[str, str]) -> str:
        """The text of the reader's language, else the Kazakh one."""
        return texts.get(self.language) or texts.get("kk", "")

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        shown = self.number(n)
        return languages.say_count(one, many, n, self.language, shown=shown, **values)

    def number(self, n: float | None, *, places: int = 0) -> str:
        return NOTHING if n is None else languages.number(n, places=places, language=self.language)

    def percent(self, value: float, *, places: int = 1) -> str:
        return languages.percent(value, places=places, language=self.language)

    def share(self, numerator: int, denominator: int) -> str:
        if not denominator:
            return NOTHING
        if denominator < SHOWN_FROM:
            return self._("%(k)s of %(n)s", k=self.number(numerator), n=self.number(denominator))
        return self.percent(numerator / denominator)

    def month(self, day: date) -> str:
        text = format_skeleton("yMMMM", day, locale=self.language)
        return text[:1].upper() + text[1:]

    def month_name(
        self, number: int, *, width: Literal["wide", "abbreviated", "narrow"] = "wide"
    ) -> str:
        return str(get_month_names(width, context="stand-alone", locale=self.language)[number])

    def weekday(self, day: date) -> str:
        """A day with its weekday in words."""
        return format_date(day, format="full", locale=self.language)

    def short_day(self, day: date) -> str:
        return format_date(day, format="medium", locale=self.language)

    def day(self, moment: datetime) -> str:
        return self.long_day(business_date(moment))

    def long_day(self, day: date) -> str:
        return format_date(day, format="long", locale=self.language)

    def compared(self, now: int, before: int) -> str:
        """Words of change only where chance alone would not explain it."""
        if not before:
            return self._("nothing to compare with in the month before")
        shown = self.number(before)
        if not counts_differ(now, before):
            return self._("no clear change against the month before (%(n)s)", n=shown)
        if now > before:
            return self._("more than in the month before (%(n)s)", n=shown)
        return self._("fewer than in the month before (%(n)s)", n=shown)

    def change(self, now: int, before: int) -> str:
        """`+12`, `−3`: for a table; nothing to compare gives a dash."""
        return f"{'+' if now > before else ''}{self.number(now - before)}" if before else NOTHING


def in_alphabet(name: str) -> tuple[tuple[int, str], ...]:
    """A key to sort by: Kazakh letters in their places, every other letter after its code."""
    return tuple((ALPHABET.find(letter), letter) for letter in name.casefold())
