"""Counts of few people among others whose sum is told: which of them may not stand beside it."""

from collections.abc import Mapping
from decimal import Decimal

from reports.center import suppression
from reports.statistics.disclosure import SMALL

SUM = "\N{GREEK CAPITAL LETTER SIGMA}"
FEW, BESIDE_FEW = "<5", "\N{MULTIPLICATION SIGN}"
"""What stands in place of a count of one to four, and of one that would give such a count away."""


def hidden(counts: Mapping[str, int]) -> set[str]:
    """Codes of counts from one to four, and of those that the sum would tell them by."""
    values = {code: Decimal(count) for code, count in counts.items()}
    whole = {**values, SUM: sum(values.values(), Decimal(0))}
    return suppression.hidden(whole, [(SUM, tuple(counts))], least=SMALL) - {SUM}


def mark(count: int) -> str:
    """For a hidden count."""
    return FEW if 0 < count < SMALL else BESIDE_FEW
