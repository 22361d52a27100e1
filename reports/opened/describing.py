"""The open data sets as catalogues know them: DCAT-AP 3 datasets, and Frictionless packages.

A set is a series, each of its releases a version. A withdrawn one is not given out, so it is not
listed.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from reports.center.opendata import (
    AUTHORITY,
    LICENCE,
    PUBLISHER,
    Tree,
    contact,
    distribution,
    in_words,
    moment,
    publisher,
)
from reports.opened import releases, sets
from reports.opened.releases import OpenRelease
from reports.opened.sets import LEAST, OpenSet
from reports.wording import Words

THEME = "governance"


def datasets(session: Session, base: str, *, theme: str = "") -> Iterator[Tree]:
    """A dataset for each release, the newest of a set first."""
    if theme not in ("", THEME):
        return
    for name, known in releases.listed(session).items():
        if name in sets.known():
            yield from _of_set([one for one in known if not one.withdrawn_at], base)


def _of_set(given: Sequence[OpenRelease], base: str) -> Iterator[Tree]:
    for one, older in zip(given, [*given[1:], None], strict=False):
        state = "COMPLETED" if one is given[0] else "DEPRECATED"
        yield _described(one, base) | {
            "adms:status": {"@id": f"{AUTHORITY}/dataset-status/{state}"},
            **({"dcat:previousVersion": {"@id": address_of(older, base)}} if older else {}),
        }


def file_of(one: OpenRelease, base: str) -> str:
    return f"{base}/open/{one.dataset}/{one.version}/{one.dataset}.csv"


def address_of(one: OpenRelease, base: str) -> str:
    return f"{base}/api/v1/open/{one.dataset}/{one.version}"


def _described(one: OpenRelease, base: str) -> Tree:
    what, address = one.what, address_of(one, base)
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": {"@value": one.digest, "@type": "xsd:hexBinary"},
    }
    first = {"dct:issued": moment(one.as_of), "dct:modified": moment(one.as_of)}
    return {
        "@id": address, "@type": "dcat:Dataset",
        "dct:identifier": f"HALL-{one.dataset}-v{one.version}",
        "dct:title": in_words(_title(one)), "dct:description": in_words(dict(what.about)),
        "dct:publisher": publisher(base), "dcat:contactPoint": contact(base),
        "dcat:keyword": [THEME], "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/GOVE"},
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/NEVER"},
        "dcat:version": str(one.version), **first, "dcat:inSeries": _series(what, base),
        "dct:spatial": {"@id": "https://www.geonames.org/1526384"},
        "dct:conformsTo": {"@id": f"{address}/datapackage.json"},
        "dcat:landingPage": {"@id": f"{base}/open/{one.dataset}#releases"},
        "dcat:distribution": [
            distribution(file_of(one, base), "CSV", "text/csv")
            | first | {"spdx:checksum": checksum},
            distribution(address, "JSON", "application/json"),
        ],
    }  # fmt: skip


def _series(what: OpenSet, base: str) -> Tree:
    return {
        "@id": f"{base}/open/{what.name}", "@type": "dcat:DatasetSeries",
        "dct:identifier": f"HALL-{what.name}", "dct:title": in_words(dict(what.title)),
        "dct:description": in_words(dict(what.about)), "dct:publisher": publisher(base),
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/{what.refresh}"},
    }  # fmt: skip


def _title(one: OpenRelease) -> dict[str, str]:
    return {
        code: f"{title}. {Words(code)._('Release %(version)s', version=one.version)}"
        for code, title in one.what.title.items()
    }


def package(one: OpenRelease, base: str) -> Tree:
    """Frictionless data package; the hash is that of the file beside it."""
    what, raw = one.what, one.file.encode()
    return {
        "profile": "data-package", "name": f"{one.dataset}-v{one.version}",
        "id": address_of(one, base), "title": what.title["en"], "titles": dict(what.title),
        "description": what.about["en"], "descriptions": dict(what.about),
        "version": str(one.version), "created": moment(one.as_of)["@value"],
        "homepage": f"{base}/open/{one.dataset}", "keywords": [THEME],
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE, "title": "CC BY 4.0"}],
        "contributors": [{"title": PUBLISHER["en"], "role": "publisher"}],
        "suppression": {"least": LEAST, "flag": "c"}, "changes": one.changes,
        "resources": [{
            "name": one.dataset, "type": "table", "path": file_of(one, base), "scheme": "http",
            "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(raw),
            "hash": f"sha256:{one.digest}", "rows": one.row_count, "schema": _schema(what),
        }],
    }  # fmt: skip


def _schema(what: OpenSet) -> Tree:
    return {
        "fields": [
            {
                "name": column.name, "type": column.kind, "title": column.name_en,
                "titles": {c: getattr(column, f"name_{c}") for c in ("kk", "ru", "en")},
            }
            for column in what.columns
        ],
        "missingValues": [""], "primaryKey": list(what.key),
    }  # fmt: skip
