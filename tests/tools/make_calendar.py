"""Writes the working calendar from the `holidays` package, for a person to review and correct.

    python tests/tools/make_calendar.py 2018 2027 > agencies/data/calendar.csv

The hall reads only the file. Days of a confirmed act are then edited by hand, so run this for a
new year and compare: never overwrite a reviewed year blindly.
"""

import csv
import re
import sys
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import TextIO

import holidays

FRIDAY = 4
COLUMNS = (
    "date",
    "is_working",
    "name_kk",
    "name_ru",
    "name_en",
    "basis_act",
    "source",
    "estimated",
)
HEADER = """\
# Days that differ from the plain week of Monday to Friday, and holidays that fall on a weekend.
# basis_act: the law of holidays, or the order that swapped two days (Labour Code art. 85).
# estimated = yes: the day follows the moon and waits for the official announcement.
# From 2026 there is no 30 August: Constitution Day is 15 March, kept from 2027.
"""
NAMES = {
    "New Year's Day": ("Жаңа жыл", "Новый год"),
    "Orthodox Christmas": ("Православиелік Рождество", "Православное Рождество"),
    "International Women's Day": (
        "Халықаралық әйелдер күні",
        "Международный женский день",
    ),
    "Nowruz Holiday": ("Наурыз мейрамы", "Наурыз мейрамы"),
    "Kazakhstan's People Solidarity Holiday": (
        "Қазақстан халқының бірлігі мерекесі",
        "Праздник единства народа Казахстана",
    ),
    "Defender of the Fatherland Day": ("Отан қорғаушы күні", "День защитника Отечества"),
    "Victory Day": ("Жеңіс күні", "День Победы"),
    "Capital Day": ("Астана күні", "День столицы"),
    "Constitution Day": ("Конституция күні", "День Конституции"),
    "First President Day": ("Тұңғыш Президент күні", "День Первого Президента"),
    "Independence Day": ("Тәуелсіздік күні", "День независимости"),
    "Republic Day": ("Республика күні", "День Республики"),
    "Eid al-Adha": ("Құрбан айт", "Курбан-айт"),
}
MOVED = (
    "{} (ауыстырылған демалыс)",
    "{} (перенесённый выходной)",
    "{} (day off moved)",
)
SWAPPED_OFF = (
    "{:%d.%m.%Y} күнінің орнына демалыс",
    "Выходной вместо {:%d.%m.%Y}",
    "Day off in place of {:%d.%m.%Y}",
)
SWAPPED_ON = (
    "{:%d.%m.%Y} күнінің орнына жұмыс күні",
    "Рабочий день вместо {:%d.%m.%Y}",
    "Working day in place of {:%d.%m.%Y}",
)
HOLIDAY_LAW = "Law of 13 December 2001 No. 267-II On holidays"
SWAP_ACT = "Labour Code art. 85: order moving days off"


def swapped_day(label: str) -> date | None:
    """The day named in «Day off (substituted from 05/04/2024)»."""
    found = re.search(r"substituted from (\d\d/\d\d/\d{4})", label)
    if found is None:
        return None
    return datetime.strptime(found[1], "%m/%d/%Y").date()


def names_of(label: str) -> tuple[str, str, str]:
    swapped = swapped_day(label)
    if swapped is not None:
        return tuple(text.format(swapped) for text in SWAPPED_OFF)  # type: ignore[return-value]
    name = re.sub(r" \((observed|estimated)\)", "", label)
    named = (*NAMES[name], name)
    if "(observed)" not in label:
        return named
    return tuple(text.format(n) for text, n in zip(MOVED, named, strict=True))  # type: ignore[return-value]


def day_off(day: date, label: str, source: str) -> tuple[object, ...]:
    basis = SWAP_ACT if swapped_day(label) else HOLIDAY_LAW
    estimated = "yes" if "(estimated)" in label else "no"
    return (day, "no", *names_of(label), basis, source, estimated)


def working_weekend(day: date, off: date, source: str) -> tuple[object, ...]:
    return (day, "yes", *(text.format(off) for text in SWAPPED_ON), SWAP_ACT, source, "no")


def calendar_rows(first_year: int, last_year: int) -> list[tuple[object, ...]]:
    years = range(first_year, last_year + 1)
    found = holidays.country_holidays("KZ", years=years, language="en_US")
    source = f"holidays {version('holidays')}"
    rows = [day_off(day, found[day], source) for day in found]
    swaps = {swapped_day(label): day for day, label in found.items()}
    rows += [
        working_weekend(day, swaps[day], source)
        for day in all_days(first_year, last_year)
        if day.weekday() > FRIDAY and found.is_working_day(day)
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def all_days(first_year: int, last_year: int) -> list[date]:
    start = date(first_year, 1, 1)
    return [start + timedelta(n) for n in range((date(last_year + 1, 1, 1) - start).days)]


def write(out: TextIO, first_year: int, last_year: int) -> None:
    out.write(HEADER)
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(calendar_rows(first_year, last_year))


if __name__ == "__main__":
    write(sys.stdout, int(sys.argv[1]), int(sys.argv[2]))
