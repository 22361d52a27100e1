"""Which row of law the days of a case rest on, row by row of its journal."""

from collections.abc import Collection, Iterable

from agencies.calendar import business_date
from agencies.errors import NotFound
from agencies.journal import JournalEntry
from agencies.terms import TermPolicy, choose_policy

BEGINS = frozenset({"registered", "recast"})
"""Rows that say the kind of appeal; the term of every claim begins or is counted anew with them."""
CASES = {
    "hearing": "hearing", "hearing_held": "hearing", "hearing_missed": "hearing",
    "documents_asked": "defects", "deemed_refused": "silence",
}  # fmt: skip
"""Rows whose day rests on another row of law than the term itself."""


def bases(entries: Iterable[JournalEntry], rows: Collection[TermPolicy]) -> dict[int, TermPolicy]:
    """By position in the journal. A row that no law of its day covers is left out."""
    codes = {row.code: row for row in rows}
    of_claim: dict[int | None, TermPolicy] = {}
    kind, found = "", {}
    for entry in entries:
        payload = entry.payload or {}
        claim, named = payload.get("claim"), codes.get(str(payload.get("policy", "")))
        if entry.kind in BEGINS:
            kind = str(payload.get("kind", kind))
            of_claim = {}
        case = CASES.get(entry.kind)
        if named is not None and case is None:
            of_claim[claim] = named
        standing = of_claim.get(claim, of_claim.get(None))
        basis = named or (case and _row(rows, kind, case, entry)) or standing
        if basis:
            found[entry.position] = basis
    return found


def _row(
    rows: Collection[TermPolicy], kind: str, case: str, entry: JournalEntry
) -> TermPolicy | None:
    try:
        return choose_policy(rows, kind=kind, case=case, day=business_date(entry.at))
    except NotFound:
        return None
