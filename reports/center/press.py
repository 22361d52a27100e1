"""Figures that bodies told the press, as a source: each row with the page that it stands on.

The file tells who counted what from which day to which. A year that is not over, or whose last day
nobody told, is provisional; "more than" and "about" make an estimate. What is of another
city or fits no period is refused by the loader and kept with its reason, like any row.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from reports.center import deliveries, loading, registry
from reports.center.loading import Delivery, Loaded
from reports.center.records import ObsStatus
from reports.center.staging import Numbered

SOURCE = "open-almaty-press"
FILE = registry.DATA / "open_almaty_published_figures.csv"
HEADER = (
    "indicator_code", "ref_area", "time_period", "freq", "dimension", "value", "obs_status",
    "source_url", "licence", "quality_note",
)  # fmt: skip
LICENCE = "facts; the page is to be named"
ROUNDED = ("more than", "about")
QUARTER = 3
Figure = dict[str, str]


def load(session: Session, file: Path, *, now: datetime) -> Loaded:
    """The same file again changes nothing. The caller commits."""
    delivery = Delivery(file.name, deliveries.digest_of(file), SOURCE)
    return loading.load(session, delivery, HEADER, rows(file), now=now)


def rows(file: Path) -> Iterator[Numbered]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        for line, figure in enumerate(csv.DictReader(source), start=2):
            yield line, _row(figure)


def _row(figure: Figure) -> list[str]:
    """Words of the file in codes of the registry; a word without a code stays, to be refused."""
    told = registry.tree("press")
    said, measure, body = figure["dimension"], figure["measure"], figure["body"]
    area = told["areas"].get(said) or told["areas"].get(body, body)
    whole = said in ("all", *told["areas"]) or said.startswith("quarter=")
    period, freq, running = _period(figure["period_start"], figure["period_end"])
    indicator = told["measures"].get(f"{measure} {freq}") or told["measures"].get(measure, measure)
    note = "; ".join(filter(None, [figure["note"], _days(figure)]))
    return [
        indicator, area, period, freq, "all" if whole else told["topics"].get(said, said),
        figure["value"], _status(figure["note"], running=running), figure["source_url"], LICENCE,
        note,
    ]  # fmt: skip


def _period(first: str, last: str) -> tuple[str, str, bool]:
    """Period, frequency, and whether it goes on after the last day that is told."""
    starts = date.fromisoformat(first) if first else None
    ends = date.fromisoformat(last) if last else None
    if starts and ends and _is_quarter(starts, ends):
        return f"{starts.year}-Q{(starts.month + 2) // QUARTER}", "Q", False
    if starts and _opens_year(starts) and (ends is None or ends.year == starts.year):
        return str(starts.year), "A", ends is None or (ends.month, ends.day) != (12, 31)
    return f"{first}/{last}".strip("/"), "A", False


def _is_quarter(starts: date, ends: date) -> bool:
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    opens = starts.day == 1 and starts.month % QUARTER == 1
    return opens and months == QUARTER and date.fromordinal(ends.toordinal() + 1).day == 1


def _opens_year(day: date) -> bool:
    return (day.month, day.day) == (1, 1)


def _status(note: str, *, running: bool) -> str:
    if running:
        return ObsStatus.PROVISIONAL.value
    return (ObsStatus.ESTIMATED if note.startswith(ROUNDED) else ObsStatus.NORMAL).value


def _days(figure: Figure) -> str:
    return f"{figure['period_start']} to {figure['period_end'] or 'a day not told'}"
