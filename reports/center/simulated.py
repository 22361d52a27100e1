"""What the simulated systems measure: invented values that depend on nothing but the day.

District values move with the weekday and by chance; the city is their sum or mean. The school
register is two hundred invented schools, so that the Center's headline findings follow from
components: 67 % of them over-full by 45,000 places, 17 % with 10,000 free.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from reports.center import registry

DISTRICTS = {
    "alatau": 0.16, "almaly": 0.10, "auezov": 0.16, "bostandyk": 0.17, "zhetysu": 0.10,
    "medeu": 0.11, "nauryzbay": 0.08, "turksib": 0.12,
}  # fmt: skip
CITY = "ALMATY"
WEEKEND = {
    "onay": 0.62, "traffic-cameras": 0.88, "parking": 0.7, "pedestrian-counters": 0.58,
    "clinics": 0.25, "public-services": 0.3, "contact-centre-1308": 0.55, "address-register": 0.2,
}  # fmt: skip
LEVELS = {"PED_COUNTED_PANFILOV": 125_000, "PED_COUNTED_ATAKENT": 25_000}
SURVEY = {
    "TRA_SUBURB_ASKED": 1250, "TRA_SUBURB_FOR_WORK": 310, "TRA_SUBURB_FOR_STUDY": 120,
    "TRA_SUBURB_FOR_SHOPPING": 170,
}  # fmt: skip
RESIDENTS = 2_280_000
OVERFULL, UNDERUSED, SCHOOLS = 134, 34, 200
MISSING_PLACES, FREE_PLACES = 45_000, 10_000


@dataclass(frozen=True)
class Row:
    """One value as a system knows it; `period` is a day or a month."""

    code: str
    area: str
    period: str
    freq: str
    unit: str
    value: float


def chance(*words: object) -> float:
    """Between 0 and 1, the same for the same words."""
    return zlib.crc32("|".join(map(str, words)).encode()) / 0xFFFFFFFF


def days(since: date, today: date) -> list[date]:
    """Days that are over."""
    return [since + timedelta(days=n) for n in range(max((today - since).days, 0))]


def months(since: date, today: date) -> list[date]:
    """First days of the months that are over, among them the one in which `since` lies."""
    firsts, day = [], since.replace(day=1)
    while (following := (day + timedelta(days=32)).replace(day=1)) <= today:
        firsts.append(day)
        day = following
    return firsts


def rows(system: dict[str, Any], since: date, today: date) -> Iterator[Row]:
    """Everything that the system measured from that day on, up to yesterday."""
    monthly = system.get("freq", "D") == "M"
    periods = months(since, today) if monthly else days(since, today)
    for member in registry.members(system):
        for measure in system["measures"]:
            for day in periods:
                yield from _row_of_day(system, measure, member[0], day, monthly=monthly)
    if system["code"] == "school-register":
        yield from school_rows(months(since, today))
    if system["code"] == "address-register":
        yield from resident_rows(since, today)


def _row_of_day(
    system: dict[str, Any], measure: list[Any], member: str, day: date, *, monthly: bool
) -> Iterator[Row]:
    code = registry.code_of(system, measure, member)
    period = f"{day:%Y-%m}" if monthly else day.isoformat()
    freq, unit = ("M" if monthly else "D"), measure[1]
    if system.get("area"):
        yield Row(code, CITY, period, freq, unit, _at_post(system, measure, member, day))
        return
    found = {area: _in_district(system, measure, member, area, day) for area in DISTRICTS}
    for area, value in found.items():
        yield Row(code, area, period, freq, unit, value)
    whole = sum(found.values())
    city = whole if measure[2] == "sum" else round(whole / len(found), 1)
    yield Row(code, CITY, period, freq, unit, city)


def _moving(system: dict[str, Any], measure: list[Any], member: str, area: str, day: date) -> float:
    """Shared by the measures of a member, so that calls in time stay within all calls."""
    weekend = WEEKEND.get(system["code"], 1.0) if day.weekday() >= 5 and measure[2] == "sum" else 1
    noise = 0.92 + 0.16 * chance(system["code"], member, area, day)
    return weekend * noise * (0.99 + 0.02 * chance(measure[0], member, area, day))


def _in_district(
    system: dict[str, Any], measure: list[Any], member: str, area: str, day: date
) -> float:
    size = 0.6 + 0.8 * chance(system["code"], member)
    moving = _moving(system, measure, member, area, day)
    if measure[2] == "sum":
        return float(round(measure[3] * size * DISTRICTS[area] * len(DISTRICTS) * moving))
    value = measure[3] * (0.85 + 0.3 * chance(measure[0], member, area)) * moving
    return round(float(min(value, 100.0) if measure[1] == "percent" else value), 1)


def _at_post(system: dict[str, Any], measure: list[Any], member: str, day: date) -> float:
    """Posts and counters; their sizes even out, so that the city's sum is known."""
    code = registry.code_of(system, measure, member)
    members = [one[0] for one in registry.members(system)]
    sizes = {one: 0.6 + 0.8 * chance(system["code"], one) for one in members}
    size = 1 if code in LEVELS else sizes[member] * len(members) / sum(sizes.values())
    value = LEVELS.get(code, measure[3]) * size * _moving(system, measure, member, CITY, day)
    return float(round(value) if measure[2] == "sum" else round(value, 1))


@dataclass(frozen=True)
class School:
    district: str
    places: int
    pupils: int


@cache
def schools() -> tuple[School, ...]:
    """Two hundred invented schools, dealt out to the districts in turn."""
    names = list(DISTRICTS)
    beyond = _shared_out(MISSING_PLACES, OVERFULL)
    free = _shared_out(-FREE_PLACES, UNDERUSED)
    even = [0] * (SCHOOLS - OVERFULL - UNDERUSED)
    return tuple(
        School(names[n % len(names)], places := 700 + 50 * (n % 9), places + more)
        for n, more in enumerate([*beyond, *free, *even])
    )


def _shared_out(total: int, parts: int) -> list[int]:
    """Whole numbers that differ and add up to the total."""
    even = total // parts
    found = [even + (n % 7 - 3) * 20 for n in range(parts)]
    return [*found[:-1], total - sum(found[:-1])]


def school_rows(firsts: list[date]) -> Iterator[Row]:
    for first in firsts:
        for area in (*DISTRICTS, CITY):
            own = [one for one in schools() if area in (CITY, one.district)]
            for code, unit, value in _counted(own):
                yield Row(code, area, f"{first:%Y-%m}", "M", unit, value)


def _counted(own: list[School]) -> Iterator[tuple[str, str, int]]:
    over = [one for one in own if one.pupils > one.places]
    under = [one for one in own if one.pupils < one.places]
    yield "EDU_SCHOOLS_OPEN", "school", len(own)
    for name, found in (("OVERFULL", over), ("UNDERUSED", under)):
        yield f"EDU_SCHOOLS_{name}", "school", len(found)
        yield f"EDU_PUPILS_{name}", "place", sum(one.pupils for one in found)
        yield f"EDU_PLACES_{name}", "place", sum(one.places for one in found)


def resident_rows(since: date, today: date) -> Iterator[Row]:
    """On the first of January of each year: invented, for no source tells them by district."""
    for year in range(since.year, today.year + 1):
        found = {area: round(RESIDENTS * share) for area, share in DISTRICTS.items()}
        for area, value in {**found, CITY: sum(found.values())}.items():
            yield Row("POP_TOTAL", area, f"{year}-01-01", "A", "person", value)


def survey_rows(since: date, today: date) -> Iterator[Row]:
    """The poll among visitors from the suburbs, once a month."""
    for first in months(since, today):
        for code, count in SURVEY.items():
            yield Row(code, CITY, f"{first:%Y-%m}", "M", "person", count)
