"""The catalogue of measures: what is counted, over what, in which unit and after which source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from agencies.errors import NotFound

FILE = Path(__file__).parent / "data" / "measures.toml"
LANGUAGES = ("kk", "ru", "en")
Said = Mapping[str, str]
"""One text in each language."""


@dataclass(frozen=True)
class Count:
    """One number of a statement. `of`: appeals, claims, steps or tickets."""

    code: str
    of: str
    where: str
    text: Said
    distinct: str = ""
    sum: str = ""


@dataclass(frozen=True)
class Measure:
    """`number` (F21) stands beside every statement that uses the measure.

    A share has a numerator and a denominator, a count only a numerator, a quantile neither: it
    reads the distribution `over`, a `total` adds it up; a rate has a numerator and residents. It is
    told `per` so many of them. `target` is what the law or the norm asks for, in the unit.
    """

    number: str
    code: str
    name: Said
    base: str
    unit: str
    direction: str
    source: tuple[str, ...]
    numerator: str = ""
    denominator: str = ""
    quantile: float | None = None
    total: bool = False
    over: str = ""
    per: int = 0
    target: float | None = None
    version: int = 1
    short: Said = field(default_factory=dict)
    """The name where it stands over a narrow column."""

    @property
    def is_share(self) -> bool:
        return bool(self.denominator)

    @property
    def is_rate(self) -> bool:
        return bool(self.per)

    def head(self, language: str) -> str:
        """Over a column: the short name and the number."""
        return f"{(self.short or self.name)[language]} ({self.number})"


@dataclass(frozen=True)
class Catalogue:
    measures: Mapping[str, Measure]
    counts: Mapping[str, Count]
    bases: Mapping[str, Said]
    sources: Mapping[str, Said]
    residents: Said
    by_number: Mapping[str, Measure] = field(default_factory=dict)

    def definition(self, measure: Measure, language: str) -> str:
        """`answered by the last day / those whose last day passed`; a quantile tells its base."""
        if measure.is_share:
            top, below = self.counts[measure.numerator], self.counts[measure.denominator]
            return f"{top.text[language]} / {below.text[language]}"
        if measure.is_rate:
            top = self.counts[measure.numerator]
            return f"{top.text[language]} / {self.residents[language]} × {measure.per}"
        if measure.numerator:
            return self.counts[measure.numerator].text[language]
        return self.bases[measure.base][language]

    def as_json(self, measure: Measure) -> dict[str, Any]:
        def text(code: str) -> Said | None:
            return self.counts[code].text if code else None

        return {
            "number": measure.number,
            "code": measure.code,
            "version": measure.version,
            "name": dict(measure.name),
            "definition": {each: self.definition(measure, each) for each in LANGUAGES},
            "numerator": text(measure.numerator),
            "denominator": self.residents if measure.is_rate else text(measure.denominator),
            "per": measure.per or None,
            "quantile": measure.quantile,
            "base": dict(self.bases[measure.base]),
            "unit": measure.unit,
            "direction": measure.direction,
            "target": measure.target,
            "sources": [dict(self.sources[code]) for code in measure.source],
        }


@cache
def catalogue() -> Catalogue:
    tree = tomllib.loads(FILE.read_text(encoding="utf-8"))
    measures = {row["code"]: _measure(row) for row in tree["measure"]}
    return Catalogue(
        measures=measures,
        counts=_counts(tree["count"]),
        bases=tree["base"],
        sources=tree["source"],
        residents=tree["residents"],
        by_number={measure.number: measure for measure in measures.values()},
    )


def measure(code: str) -> Measure:
    """By its code or its number. Raises NotFound."""
    known = catalogue()
    found = known.measures.get(code) or known.by_number.get(code)
    if found is None:
        raise NotFound("There is no measure “%(code)s”.", code=code)
    return found


def _measure(row: dict[str, Any]) -> Measure:
    return Measure(**{**row, "source": tuple(row["source"])})


def _counts(tree: dict[str, dict[str, Any]]) -> dict[str, Count]:
    return {
        code: Count(
            code=code,
            of=row["of"],
            where=_condition(tree, code),
            text={language: row[language] for language in LANGUAGES},
            distinct=row.get("distinct", ""),
            sum=row.get("sum", ""),
        )
        for code, row in tree.items()
    }


def _condition(tree: dict[str, dict[str, Any]], code: str) -> str:
    """A count within another carries both conditions."""
    row = tree[code]
    own = f"({row['where']})"
    return f"{_condition(tree, row['within'])} AND {own}" if "within" in row else own
