"""What is published of the Center: a dataset for each open indicator, described for harvesters.

Beside them stand the releases of the hall's public figures, which `released` describes, and its
open data sets (`reports.opened`).

Catalogue: DCAT-AP 3 as JSON-LD with its own context, so that nobody needs the network to read it.
Each dataset is a Frictionless data package of two CSV files. Its version is the number of the
last batch that touched it, so that it moves exactly when the content does.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from agencies.calendar import local
from reports.center import explorer
from reports.center.explorer import Asked, Value
from reports.center.known import spoken_unit
from reports.center.records import Area, Batch, Indicator, Observation, Series

Tree = dict[str, Any]
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
AUTHORITY = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/", "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#", "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
FREQUENCIES = {
    "A": "ANNUAL", "S": "ANNUAL_2", "Q": "QUARTERLY", "M": "MONTHLY", "W": "WEEKLY", "D": "DAILY",
    "H": "HOURLY", "_": "UNKNOWN",
}  # fmt: skip
THEMES = {
    "economy": "ECON", "education": "EDUC", "energy": "ENER", "environment": "ENVI",
    "finance": "ECON", "governance": "GOVE", "health": "HEAL", "housing": "SOCI",
    "population": "SOCI", "recreation": "EDUC", "safety": "JUST", "solid-waste": "ENVI",
    "sport-culture": "EDUC", "telecommunication": "TECH", "transportation": "TRAN",
    "urban-agriculture": "AGRI", "urban-planning": "REGI", "wastewater": "ENVI", "water": "ENVI",
}  # fmt: skip
"""Themes of ISO 37120 and the data themes of the EU next to them."""
TITLE = {
    "kk": "Алматы қаласының ашық көрсеткіштері", "ru": "Открытые показатели города Алматы",
    "en": "Open indicators of the city of Almaty",
}  # fmt: skip
ABOUT = {
    "kk": "Ахуалдық орталық әртүрлі жүйелерден жинаған көрсеткіштер, тарихымен бірге.",
    "ru": "Показатели, которые Ситуационный центр собирает из разных систем, с их историей.",
    "en": "Indicators that the Situation Center gathers from many systems, with their history.",
}  # fmt: skip
PUBLISHER = {
    "kk": "Алматы қаласының әкімдігі", "ru": "Акимат города Алматы", "en": "Akimat of Almaty",
}  # fmt: skip
FIELDS = {
    "indicator_code": "string", "indicator_name": "string", "ref_area": "string",
    "time_period": "string", "freq": "string", "dimension": "string", "value": "number",
    "unit": "string", "obs_status": "string", "conf_status": "string", "source_system": "string",
    "source_url": "string", "licence": "string", "quality_note": "string",
    "revision": "integer", "flag": "string",
}  # fmt: skip
PAGE = 5000


@dataclass(frozen=True)
class Dataset:
    indicator: Indicator
    version: int
    modified: datetime
    first: datetime | None
    last: datetime | None

    @property
    def name(self) -> str:
        return self.indicator.code.lower()


def datasets(session: Session, *, theme: str = "", code: str = "") -> list[Dataset]:
    """Open indicators that have values; `code` in any case."""
    spans = (
        func.max(Series.last_batch_id), func.min(Series.first), func.max(Series.last)
    )  # fmt: skip
    query = (
        select(Indicator, *spans).join(Series).where(Indicator.open).group_by(Indicator.id)
    ).having(func.max(Series.last_batch_id).is_not(None))
    if theme:
        query = query.where(Indicator.theme == theme)
    if code:
        query = query.where(func.lower(Indicator.code) == code.lower())
    rows = session.execute(query.order_by(Indicator.code)).all()
    received = _received(session, (version or 0 for _, version, *_ in rows))
    return [
        Dataset(one, version, max(received[version], one.changed_at), first, last)
        for one, version, first, last in rows
        if version is not None
    ]


def _received(session: Session, numbers: Iterable[int]) -> dict[int, datetime]:
    query = select(Batch.id, Batch.received_at).where(Batch.id.in_(set(numbers)))
    return {number: at for number, at in session.execute(query)}


def catalogue(found: Sequence[Dataset], base: str, *, beside: Sequence[Tree] = ()) -> Tree:
    """`base` is the address of the hall; `beside` are datasets that are described already."""
    root = f"{base}/api/v1"
    listed = [*(described(one, base) for one in found), *beside]
    newest = max((one["dct:modified"]["@value"] for one in listed), default=None)
    return {
        "@context": CONTEXT,
        "@id": f"{root}/catalog.jsonld", "@type": "dcat:Catalog",
        "dct:title": in_words(TITLE), "dct:description": in_words(ABOUT),
        "dct:publisher": publisher(base), "dct:license": {"@id": LICENCE},
        "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in ("KAZ", "RUS", "ENG")],
        **({"dct:modified": {"@value": newest, "@type": "xsd:dateTime"}} if newest else {}),
        "dcat:dataset": listed,
        "dcat:service": {
            "@id": f"{root}/", "@type": "dcat:DataService", "dct:title": in_words(TITLE),
            "dcat:endpointURL": {"@id": f"{root}/observations"},
            "dcat:endpointDescription": {"@id": f"{root}/openapi.json"},
        },
    }  # fmt: skip


def described(one: Dataset, base: str) -> Tree:
    indicator, address = one.indicator, f"{base}/api/v1/datasets/{one.name}"
    said = f"{AUTHORITY}/frequency/{FREQUENCIES.get(indicator.freq, 'UNKNOWN')}"
    names = {code: str(getattr(indicator, f"name_{code}")) for code in ("kk", "ru", "en")}
    theme = THEMES.get(indicator.theme)
    return {
        "@id": f"{address}/datapackage.json", "@type": "dcat:Dataset",
        "dct:identifier": indicator.code, "dct:title": in_words(names),
        "dct:description": in_words(indicator.definition or names),
        "dct:publisher": publisher(base), "dcat:keyword": [indicator.theme],
        **({"dcat:theme": {"@id": f"{AUTHORITY}/data-theme/{theme}"}} if theme else {}),
        "dct:accrualPeriodicity": {"@id": said}, "dcat:version": str(one.version),
        "dct:modified": moment(one.modified),
        "dct:spatial": {"@id": "https://www.geonames.org/1526384"},
        **({"dct:temporal": span(one)} if one.first and one.last else {}),
        "dcat:contactPoint": contact(base),
        "dcat:distribution": [
            distribution(f"{address}/observations.csv", "CSV", "text/csv"),
            distribution(
                f"{base}/api/v1/observations?indicator={indicator.code}", "JSON", "application/json"
            ),
        ],
    }  # fmt: skip


def span(one: Dataset) -> Tree:
    first, last = (local(at).date() if at else None for at in (one.first, one.last))
    return period_of_time(first, last)


def period_of_time(first: date | None, last: date | None) -> Tree:
    dates = {
        name: {"@value": day.isoformat(), "@type": "xsd:date"}
        for name, day in (("dcat:startDate", first), ("dcat:endDate", last))
        if day is not None
    }
    return {"@type": "dct:PeriodOfTime", **dates}


def contact(base: str) -> Tree:
    return {"@type": "vcard:Kind", "vcard:fn": PUBLISHER["en"], "vcard:hasURL": {"@id": base}}


def distribution(address: str, form: str, media: str) -> Tree:
    return {
        "@id": address, "@type": "dcat:Distribution", "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address}, "dct:license": {"@id": LICENCE},
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{form}"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
    }  # fmt: skip


def publisher(base: str) -> Tree:
    return {"@id": f"{base}/", "@type": "foaf:Agent", "foaf:name": in_words(PUBLISHER)}


def in_words(names: dict[str, str]) -> list[Tree]:
    return [{"@value": text, "@language": code} for code, text in names.items()]


def moment(at: datetime) -> Tree:
    return {"@value": local(at).isoformat(timespec="seconds"), "@type": "xsd:dateTime"}


def values_csv(session: Session, indicator: Indicator) -> str:
    """Every current value that may be told, series by series."""
    found = list(_all_values(session, indicator))
    batches = explorer.batches(session, [one.batch_id for one in found])
    return as_csv([*FIELDS], (line(one, batches[one.batch_id]) for one in found))


def _all_values(session: Session, indicator: Indicator) -> Iterator[Value]:
    asked, after = Asked(indicator=indicator, open_only=True), None
    while page := explorer.observations(session, asked, after=after, most=PAGE):
        yield from page
        after = page[-1].place


def line(one: Value, batch: Batch) -> list[Any]:
    """The columns of a file of observations, so that what is given can be taken in elsewhere."""
    indicator, series, told = one.series.indicator, one.series, batch.manifest
    return [
        indicator.code, indicator.name_en, series.area_code, one.period, series.freq,
        series.dims_key or "all", "" if one.value is None else one.value,
        spoken_unit(indicator.unit, indicator.unit_mult), one.status, one.conf,
        told.get("said") or batch.source_code, told.get("url", ""),
        told.get("licence", indicator.licence), one.note or "", one.revision, one.flag,
    ]  # fmt: skip


def areas_csv(session: Session) -> str:
    rows = session.scalars(select(Area).order_by(Area.position))
    names = ["code", "kind", "parent", "name_kk", "name_ru", "name_en"]
    return as_csv(
        names,
        (
            [a.code, a.kind.value, a.parent_code or "", a.name_kk, a.name_ru, a.name_en]
            for a in rows
        ),
    )


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def package(session: Session, one: Dataset, base: str) -> Tree:
    """Frictionless data package; hashes are those of the files beside it."""
    indicator = one.indicator
    observed = values_csv(session, indicator)
    fields: list[Tree] = [{"name": name, "type": kind} for name, kind in FIELDS.items()]
    key = ["indicator_code", "ref_area", "time_period", "freq", "dimension"]
    link = {"fields": "ref_area", "reference": {"resource": "areas", "fields": "code"}}
    return {
        "profile": "data-package", "name": one.name, "id": f"{base}/api/v1/datasets/{one.name}",
        "title": indicator.name_en, "description": indicator.definition.get("en", ""),
        "version": str(one.version), "created": moment(one.modified)["@value"],
        "homepage": base, "keywords": [indicator.theme],
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE, "title": "CC BY 4.0"}],
        "contributors": [{"title": PUBLISHER["en"], "role": "publisher"}],
        "titles": {c: getattr(indicator, f"name_{c}") for c in ("kk", "ru", "en")},
        "suppression": {"least": indicator.min_cell, "flag": "c"},
        "resources": [
            _resource("observations", observed, {
                "fields": fields, "missingValues": [""], "primaryKey": key, "foreignKeys": [link],
            }),
            _resource("areas", areas_csv(session), {
                "fields": [{"name": name, "type": "string"} for name in
                           ("code", "kind", "parent", "name_kk", "name_ru", "name_en")],
                "missingValues": [""], "primaryKey": ["code"],
            }),
        ],
    }  # fmt: skip


def _resource(name: str, content: str, schema: Tree) -> Tree:
    raw = content.encode()
    return {
        "name": name, "type": "table", "path": f"{name}.csv", "scheme": "file", "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(raw),
        "hash": "sha256:" + hashlib.sha256(raw).hexdigest(), "schema": schema,
    }  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What one batch did to a dataset."""

    version: int
    at: datetime
    source: str
    entered: int
    revised: int


def changelog(session: Session, indicator: Indicator, *, most: int = 200) -> list[Change]:
    """Newest first."""
    revised = func.sum(case((Observation.revision > 1, 1), else_=0))
    query = (
        select(Batch.id, Batch.received_at, Batch.source_code, func.count(), revised)
        .join(Observation, Observation.batch_id == Batch.id)
        .join(Series, Series.id == Observation.series_id)
        .where(Series.indicator_id == indicator.id)
        .group_by(Batch.id)
        .order_by(Batch.id.desc())
        .limit(most)
    )
    return [Change(*row) for row in session.execute(query)]
