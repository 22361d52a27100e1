"""Themes, units, periods and states of the Center in the words of a reader."""

from datetime import datetime
from decimal import Decimal

from agencies.calendar import local
from reports.center.known import spoken_unit
from reports.center.moments import Freq, spoken
from reports.center.records import Indicator
from reports.wording import NOTHING, Words

THEMES = {
    "economy": "Economy",
    "education": "Education",
    "energy": "Energy",
    "environment": "Environment",
    "finance": "Finance",
    "governance": "Governance",
    "health": "Health",
    "housing": "Housing",
    "population": "Population",
    "recreation": "Recreation",
    "safety": "Safety",
    "solid-waste": "Solid waste",
    "sport-culture": "Sport and culture",
    "telecommunication": "Telecommunication",
    "transportation": "Transport",
    "urban-agriculture": "Urban agriculture",
    "urban-planning": "Urban planning",
    "wastewater": "Wastewater",
    "water": "Water",
}
"""Themes of ISO 37120:2018 by the codes of the registry."""
UNITS = {
    "accident": "accidents",
    "appeal": "appeals",
    "application": "applications",
    "building": "buildings",
    "call": "calls",
    "car": "cars",
    "centimetre": "cm",
    "child": "children",
    "class": "classes",
    "complaint": "complaints",
    "consumer": "consumers",
    "container": "containers",
    "contract": "contracts",
    "crime": "crimes",
    "cubic_metre": "m³",
    "day": "days",
    "degree_celsius": "°C",
    "doctor": "doctors",
    "dump": "dumps",
    "enterprise": "enterprises",
    "event": "events",
    "fault": "faults",
    "gigacalorie": "Gcal",
    "hour": "hours",
    "household": "households",
    "inspection": "inspections",
    "institution": "institutions",
    "kilowatt_hour": "kWh",
    "km_per_hour": "km/h",
    "lamp": "lamps",
    "leak": "leaks",
    "megawatt": "MW",
    "megawatt_hour": "MWh",
    "metre_per_second": "m/s",
    "microgram_per_cubic_metre": "µg/m³",
    "millimetre": "mm",
    "million_tenge": "million tenge",
    "minute": "minutes",
    "outage": "outages",
    "patient": "patients",
    "patrol": "patrols",
    "payment": "payments",
    "percent": "%",
    "permit": "permits",
    "person": "persons",
    "place": "places",
    "plant": "plants",
    "pupil": "pupils",
    "request": "requests",
    "sample": "samples",
    "school": "schools",
    "second": "seconds",
    "sensor": "sensors",
    "service": "services",
    "situation": "life situations",
    "square_metre": "m²",
    "thousand_tenge": "thousand tenge",
    "tonne": "tonnes",
    "thousand_tonne": "thousand tonnes",
    "thousand_person": "thousand persons",
    "trip": "trips",
    "vacancy": "vacancies",
    "vehicle": "vehicles",
    "violation": "violations",
    "visit": "visits",
}
"""Units of the registry; one that is not here is shown by its code."""
FREQUENCIES = {
    "A": "yearly",
    "S": "half-yearly",
    "Q": "quarterly",
    "M": "monthly",
    "W": "weekly",
    "D": "daily",
    "H": "hourly",
}
STATUSES = {
    "E": "estimated",
    "P": "provisional",
    "B": "break in the series",
    "M": "missing",
}


def theme(words: Words, code: str) -> str:
    return words._(THEMES[code]) if code in THEMES else code


def unit(words: Words, one: Indicator) -> str:
    code = spoken_unit(one.unit, one.unit_mult)
    return words._(UNITS[code]) if code in UNITS else code.replace("_", " ")


def amount(words: Words, one: Indicator, value: Decimal | float | None) -> str:
    """With the decimals of the indicator, and more where it would say nothing otherwise."""
    if value is None:
        return NOTHING
    places, exact = one.decimals, float(value)
    if not places and not exact.is_integer():
        places = 1 if abs(exact) >= 1 else 2
    return words.number(exact, places=places)


def told(words: Words, one: Indicator, value: Decimal | float | None) -> str:
    """The amount with its unit; nothing has none."""
    shown = amount(words, one, value)
    return shown if value is None else f"{shown} {unit(words, one)}"


def period(words: Words, starts: datetime, precision: str) -> str:
    """Months and days in words; other periods as their code says them."""
    day = local(starts).date()
    if precision == Freq.MONTH:
        return words.month(day)
    if precision == Freq.DAY:
        return words.short_day(day)
    return spoken(starts, precision)


def frequency(words: Words, code: str) -> str:
    return words._(FREQUENCIES[code]) if code in FREQUENCIES else words._("not said")
