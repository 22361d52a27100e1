"""The course of a proposal's matter, told: the months beyond what was to be expected, and the
appeals of each quarter by district with the noise of each count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from agencies.directory import District
from reports import small_counts
from reports.evidence import LEAST_PERSONS, EvidencePack
from reports.intervals import poisson
from reports.naming import by_code
from reports.statistics import disclosure
from reports.wording import NOTHING, Words, in_alphabet

QUARTERS = 8
"""So many stand beside each other on a page."""
Band = tuple[float, float] | None


@dataclass(frozen=True)
class Quarters:
    """`rows` are empty where no cell could be told without telling of a few persons."""

    caption: str
    heads: list[str]
    rows: list[tuple[str, ...]]
    note: str


def bands(pack: EvidencePack, months: Sequence[str]) -> list[Band]:
    known = pack.result.get("expected", {})
    return [(known[name][1], known[name][2]) if name in known else None for name in months]


def beyond(pack: EvidencePack, months: Sequence[str]) -> list[bool]:
    """Whether each month lay outside its band; one without a band counts as outside: dark."""
    counts = [pack.result["month"][name]["appeals"] for name in months]
    return [
        band is None or not band[0] <= count <= band[1]
        for count, band in zip(counts, bands(pack, months), strict=True)
    ]


def said(w: Words, pack: EvidencePack) -> str:
    """How the months compare with what was to be expected, or why nothing was."""
    months = sorted(pack.result["month"])
    known = [band for band in bands(pack, months) if band]
    if not known:
        return w._(
            "No band of what was to be expected is drawn: too few months before these are known."
        )
    counts = [
        pack.result["month"][name]["appeals"]
        for name, band in zip(months, bands(pack, months), strict=True) if band
    ]  # fmt: skip
    pairs = list(zip(counts, known, strict=True))
    return w._(
        "Dashed: between which counts eight of ten such months were to lie by the months before"
        " them. Outside (dark), of %(n)s months: above %(above)s, below %(below)s.",
        above=w.number(sum(count > high for count, (_, high) in pairs)),
        below=w.number(sum(count < low for count, (low, _) in pairs)), n=w.number(len(pairs)),
    )  # fmt: skip


def quarters(session: Session, pack: EvidencePack | None, w: Words) -> Quarters | None:
    """None for evidence that was frozen before quarters were kept."""
    kept = pack.result.get("quarters") if pack else None
    if not kept:
        return None
    names = sorted(kept)
    codes = sorted({code for own in kept.values() for code in own})
    called = by_code(session, District, codes, w.language)
    codes.sort(key=lambda code: in_alphabet(called.get(code, "\N{LATIN SMALL LETTER Z}")))
    hidden = _hidden([[_cell(kept, name, code) for name in names] for code in codes])
    rows = [] if hidden is None else [
        (called.get(code, w._("not known")),
         *(_shown(w, _cell(kept, names[at], code)[0], hidden=(place, at) in hidden)
           for at in _newest(names)))
        for place, code in enumerate(codes)
    ]  # fmt: skip
    heads = [w._("District"), *(_head(w, names[at]) for at in _newest(names))]
    return Quarters(w._("Appeals by district and quarter (E2)"), heads, rows, _note(w, hidden))


def _newest(names: Sequence[str]) -> range:
    return range(max(0, len(names) - QUARTERS), len(names))


def _cell(kept: dict[str, dict[str, dict[str, int]]], quarter: str, code: str) -> tuple[int, int]:
    own = kept[quarter].get(code, {"appeals": 0, "persons": 0})
    return own["appeals"], own["persons"]


def _hidden(table: list[list[tuple[int, int]]]) -> set[tuple[int, int]] | None:
    """Few appeals, or appeals of few persons, and those that would give them away."""
    few = {
        (row, column)
        for row, own in enumerate(table)
        for column, (_, persons) in enumerate(own)
        if 0 < persons < LEAST_PERSONS
    }
    return disclosure.hidden([[appeals for appeals, _ in own] for own in table], few)


def _shown(w: Words, count: int, *, hidden: bool) -> str:
    if hidden:
        return small_counts.mark(count)
    if not count:
        return NOTHING
    low, high = poisson(count)
    return f"{w.number(count)} ({w.number(round(low))}–{w.number(round(high))})"


def _head(w: Words, quarter: str) -> str:
    year, number = quarter.split("-Q")
    return w._("Q%(n)s %(year)s", n=number, year=year)


def _note(w: Words, hidden: set[tuple[int, int]] | None) -> str:
    if hidden is None:
        return w._(
            "By district and quarter together nothing is told: so few appeals stand in each cell"
            " that it would tell of a few persons. The table by district for the whole period"
            " stands."
        )
    return w._(
        "In brackets: between which counts chance alone may carry such a cell (95 of 100; exact"
        " Poisson interval). “<5”: fewer than five; ×: hidden so that sums do not give those away."
    )
