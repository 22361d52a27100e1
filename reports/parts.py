"""What a part of a report is made of, and from where it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from agencies import reference
from reception import language as languages
from reports.charts import Paper
from reports.figure_sets import FigureSet
from reports.figures import UNKNOWN
from reports.wording import Words

NARROW_COLUMNS = 3


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    has_titles: bool = False
    """The second column holds titles of a line or more, the third words."""
    has_names: bool = False
    """The second column holds titles of a line or more, those after it numbers."""
    has_words: bool = False
    """The second column holds words, not numbers."""
    languages: tuple[str, ...] = ()
    """Of each column, where they are told in other languages than the report; '' for its own."""
    shades: Sequence[Sequence[int]] = ()
    """How dark each cell after the first of its row stands, 0 to 4; its number says the same."""

    @property
    def has_own_names(self) -> bool:
        """Each column is headed by the name of its language."""
        return bool(self.languages) and all(self.languages)

    @property
    def is_narrow(self) -> bool:
        """Two such tables stand side by side."""
        return len(self.columns) <= NARROW_COLUMNS and not self.has_words


@dataclass(frozen=True)
class Chart:
    finding: str
    measure: str
    drawing: Markup
    table: Table
    source: str = ""
    """Where it is not from the register alone."""


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    paragraphs: list[str]
    chart: Chart | None
    tables: list[Table]
    note: str = ""
    further: Sequence[Chart] = ()
    """Drawings after the first one."""


@dataclass(frozen=True)
class Source:
    """A figure set with the language and the paper it is told for."""

    figures: FigureSet
    words: Words
    paper: Paper

    @property
    def pack(self) -> dict[str, Any]:
        return self.figures.pack

    @property
    def more(self) -> dict[str, Any]:
        return self.figures.particulars

    @property
    def month(self) -> str:
        return self.words.month(self.figures.first)

    def compared(self, now: int, before: int) -> str:
        """A month that is not over is no smaller for it."""
        if self.figures.is_unfinished:
            return self.words._("month before, whole: %(n)s", n=self.words.number(before))
        return self.words.compared(now, before)

    def name(self, sort: str, key: str) -> str:
        """In the reader's language; a name that was imported stays as it came."""
        if key == UNKNOWN:
            return self.words._("not known")
        names: Mapping[str, str] = self.more["names"][sort].get(key, {})
        return names.get(self.words.language) or key

    def label(self, sort: str, code: str) -> str:
        found = reference.labels(sort).get(code)
        return languages.named(found, self.words.language) if found else self.unrecorded

    @property
    def nothing_came(self) -> list[str]:
        """The one sentence of a part about a month without appeals."""
        return [self.words._("No appeals were received in the month.")]

    @property
    def unrecorded(self) -> str:
        return self.words._("not recorded")
