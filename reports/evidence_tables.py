"""The frozen evidence of a proposal as tables, a drawing and a file; few persons are hidden."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from agencies.directory import Agency, District, Subject
from reports import charts, course_tables, evidence, small_counts
from reports.charts import Mark
from reports.evidence import EvidencePack
from reports.foreign import Spoken, spoken
from reports.naming import by_code
from reports.wording import Words

MEASURES = (
    ("E1", "persons"), ("E2", "appeals"), ("E3", "claims"), ("E4", "late"), ("E5", "days_late"),
    ("E6", "redirections"), ("E7", "refused"),
)  # fmt: skip
"""Codes of the evidence, the same in every dossier."""
ROOMY = 10
"""So many months have room for more than a letter."""


@dataclass(frozen=True)
class Counted:
    code: str
    name: str
    value: str
    how: str


def as_csv(pack: EvidencePack | None) -> bytes:
    """Rows `part, name, measure, code, value`; few persons are never told exactly."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows(pack))
    return text.getvalue().encode()


def rows(pack: EvidencePack | None) -> Iterator[tuple[Any, ...]]:
    yield ("part", "name", "measure", "code", "value")
    if pack is None:
        return
    for code, measure in MEASURES:
        yield ("total", "", measure, code, pack.result["total"][measure])
        for name, own in sorted(pack.result["month"].items()):
            yield ("month", name, measure, code, evidence.shown(own[measure]))
        for part in ("district", "agency", "subject"):
            yield from _csv_rows(pack, part, code, measure)
    for name, told in sorted(pack.result.get("expected", {}).items()):
        for measure, value in zip(("expected", "low", "high"), told, strict=True):
            yield ("month", name, measure, "", value)


def _csv_rows(pack: EvidencePack, part: str, code: str, measure: str) -> Iterator[tuple[Any, ...]]:
    counts = {name: own[measure] for name, own in sorted(pack.result[part].items())}
    gone = _few(pack, part) | small_counts.hidden(counts)
    for name, count in counts.items():
        told = small_counts.mark(count) if name in gone else count
        yield part, name, measure, code, told


def counted(w: Words, pack: EvidencePack | None) -> list[Counted]:
    if pack is None:
        return []
    names = {
        "persons": (w._("Persons"), _who(w, pack.result["total"])),
        "appeals": (w._("Appeals"), w._("appeals with a matter of these topics")),
        "claims": (w._("Matters"), w._("matters of these topics, each for one agency")),
        "late": (
            w._("Answered late or overdue"),
            w._("matters whose answer came after the last day or not yet"),
        ),
        "days_late": (
            w._("Days lost"), w._("calendar days past the last day, summed over matters"),
        ),
        "redirections": (w._("Redirections"), w._("how often these matters were sent on")),
        "refused": (w._("Refused"), w._("matters that ended with a refusal")),
    }  # fmt: skip
    total = pack.result["total"]
    return [
        Counted(code, names[measure][0], w.number(total[measure]), names[measure][1])
        for code, measure in MEASURES
    ]


def _who(w: Words, total: dict[str, int]) -> str:
    """Known persons apart from appeals without a number, where neither is a count of few."""
    unknown = total.get("unknown")
    if unknown is None:
        return w._("different identification numbers; who has none counts once")
    known = total["persons"] - unknown
    if any(0 < n < evidence.LEAST_PERSONS for n in (known, unknown)):
        return w._("different identification numbers; each appeal without a number counts as one")
    return w._(
        "known persons by their identification numbers: %(known)s; appeals without a number, each"
        " counted as one: %(unknown)s",
        known=w.number(known), unknown=w.number(unknown),
    )  # fmt: skip


def months(w: Words, pack: EvidencePack | None) -> tuple[Markup | None, str]:
    if pack is None:
        return None, ""
    by_month, total = pack.result["month"], pack.result["total"]
    finding = w._(
        "Appeals about this matter: %(n)s from %(persons)s persons",
        n=w.number(total["appeals"]),
        persons=w.number(total["persons"]),
    )
    names = sorted(by_month)
    counts = [by_month[name]["appeals"] for name in names]
    dark = course_tables.beyond(pack, names)
    marks = [
        Mark(_month_mark(w, name, place, len(names)), count, w.number(count), focus)
        for place, (name, count, focus) in enumerate(zip(names, counts, dark, strict=True))
    ]
    bands = course_tables.bands(pack, names)
    return charts.columns(finding, marks, charts.PRINT, bands=bands), finding


def _month_mark(w: Words, name: str, place: int, wide: int) -> str:
    year, number = name.split("-")
    short = w.month_name(int(number), width="abbreviated" if wide <= ROOMY else "narrow")
    return f"{short} {year[2:]}" if place == 0 or number == "01" else short


def spread(
    session: Session, pack: EvidencePack | None, w: Words
) -> list[tuple[str, str, list[tuple[str, ...]]]]:
    """Where and at whom: caption, head of the first column, rows with few persons hidden."""
    if pack is None:
        return []
    tables = []
    for caption, head, part, record in (
        (w._("Districts"), w._("District"), "district", District),
        (w._("Agencies"), w._("Agency"), "agency", Agency),
        (w._("Topics"), w._("Topic"), "subject", Subject),
    ):
        names = by_code(session, record, list(pack.result[part]), w.language)
        found = pack.result[part].items()
        hidden = _few(pack, part)
        rows = [
            (names.get(code, w._("not known")),
             *(small_counts.mark(own[what]) if code in hidden else w.number(own[what])
               for what in ("persons", "appeals")))
            for code, own in sorted(found, key=lambda item: (-item[1]["persons"], item[0]))
        ]  # fmt: skip
        tables.append((caption, head, rows))
    return tables


def _few(pack: EvidencePack, part: str) -> set[str]:
    """Codes with few persons or appeals, and those that the sums would give them away by."""
    found = pack.result[part]
    columns = ({code: own[what] for code, own in found.items()} for what in ("persons", "appeals"))
    return set().union(*(small_counts.hidden(column) for column in columns))


def cases(session: Session, pack: EvidencePack | None, w: Words) -> list[tuple[str, str, Spoken]]:
    cases = pack.cases if pack else []
    names = by_code(session, Subject, [case["subject"] for case in cases], w.language)
    return [
        (names.get(case["subject"], ""), w.number(case["persons"]), spoken(w, case["words"]))
        for case in cases
    ]


def question(pack: EvidencePack | None, w: Words) -> list[tuple[str, str]]:
    """The parameters the register was asked with."""
    names = {
        "agencies": w._("Agencies"), "as_of": w._("Figures as on"), "first": w._("From"),
        "last": w._("To"), "name": w._("Query"), "subjects": w._("Topics"),
        "text": w._("Digest of the query"),
    }  # fmt: skip
    return [(names.get(k, k), _plain(w, v)) for k, v in sorted(pack.query.items())] if pack else []


def _plain(w: Words, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or w._("all")
    if value == evidence.QUESTION:
        return w._("Appeals of a matter, first edition of the query")
    return value.isoformat() if isinstance(value, datetime) else str(value)
