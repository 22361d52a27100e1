"""Releases of the hall's public figures in the catalogue of open data: a dataset for each.

A release is a version of its month, and all belong to one series. Its date and the checksum of its
file are those it was published with. A withdrawn one is not given out, so it is not listed.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from reception.language import LANGUAGES
from reports import releases
from reports.center.opendata import (
    AUTHORITY,
    Tree,
    contact,
    distribution,
    in_words,
    moment,
    period_of_time,
    publisher,
)
from reports.releases import Release, ReleaseState
from reports.wording import Words

THEME = "governance"
STATUS = {
    ReleaseState.PROVISIONAL: "DEVELOP", ReleaseState.FINAL: "COMPLETED",
    ReleaseState.REPLACED: "DEPRECATED",
}  # fmt: skip
"""Of the EU's list of states of a dataset."""


def datasets(session: Session, base: str, *, theme: str = "", today: date) -> list[Tree]:
    """The newest month first, and in it the newest release."""
    months = releases.by_month(session) if theme in ("", THEME) else []
    return [one for known in months for one in _of_month(known, base, today)]


def _of_month(known: Sequence[Release], base: str, today: date) -> Iterator[Tree]:
    given = [one for one in known if not one.withdrawn_at]
    for one, older in zip(given, [*given[1:], None], strict=True):
        state = releases.state(one, given[0], today=today)
        yield _described(one, base, state) | (
            {"dcat:previousVersion": {"@id": _address(older, base)}} if older else {}
        )


def _described(one: Release, base: str, state: ReleaseState) -> Tree:
    file = f"{base}/figures/{one.period}/{one.version}/figures.csv"
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": {"@value": one.digest, "@type": "xsd:hexBinary"},
    }
    return {
        "@id": _address(one, base), "@type": "dcat:Dataset",
        "dct:identifier": f"HALL-{one.period}-v{one.version}", "dct:title": in_words(_title(one)),
        "dct:description": in_words(_about()), "dct:publisher": publisher(base),
        "dcat:keyword": [THEME], "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/GOVE"},
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/NEVER"},
        "dcat:version": str(one.version), "dct:issued": moment(one.as_of),
        "dct:modified": moment(one.as_of),
        "adms:status": {"@id": f"{AUTHORITY}/dataset-status/{STATUS[state]}"},
        "dct:spatial": {"@id": "https://www.geonames.org/1526384"},
        "dct:temporal": period_of_time(one.month.first, one.month.last),
        "dcat:contactPoint": contact(base), "dcat:inSeries": series(base),
        "dcat:landingPage": {"@id": f"{base}/figures?period={one.period}&version={one.version}"},
        "dcat:distribution": [
            distribution(file, "CSV", "text/csv") | {
                "dct:issued": moment(one.as_of), "dct:modified": moment(one.as_of),
                "spdx:checksum": checksum,
            },
            distribution(_address(one, base), "JSON", "application/json"),
        ],
    }  # fmt: skip


def series(base: str) -> Tree:
    """What the releases of all months belong to."""
    names = {code: Words(code)._("The hall in figures") for code in LANGUAGES}
    return {
        "@id": f"{base}/figures", "@type": "dcat:DatasetSeries", "dct:title": in_words(names),
        "dct:description": in_words(_about()), "dct:publisher": publisher(base),
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/MONTHLY"},
    }  # fmt: skip


def _address(one: Release, base: str) -> str:
    return f"{base}/api/v1/releases/{one.period}/{one.version}"


def _title(one: Release) -> dict[str, str]:
    told = {}
    for code in LANGUAGES:
        w = Words(code)
        release = w._("Release %(version)s", version=one.version)
        told[code] = f"{w._('The hall in figures')}, {w.month(one.month.first)}. {release}"
    return told


def _about() -> dict[str, str]:
    return {
        code: Words(code)._(
            "What people turned to the hall with in a month that ended, and how it was answered."
            " Counts under five are hidden, and others with them, so that sums do not tell them."
        )
        for code in LANGUAGES
    }
