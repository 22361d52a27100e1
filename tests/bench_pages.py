"""Part of `make bench`: the time of a monthly report in a warm worker, the memory of a long annual.

The figures come from no register: invented values of every measure for as many agencies as the
wanted number of pages needs. Each report is made in a process of its own, as a worker would.
"""

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from typing import Any

import click
from pypdf import PdfReader
from sqlalchemy.orm import Session

from agencies.calendar import business_date, clock
from reports import composing, figure_sets, pdf, periods
from reports.council import addressees
from reports.figure_sets import FigureSet
from reports.gathering import steps_of
from reports.measures import catalogue
from reports.periods import Period, PeriodKind

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
MOST_MONTHLY_S, MOST_ANNUAL_MB = 4.0, 450
MONTHLY_PAGES, ANNUAL_PAGES = 12, 200
AGENCIES = 80
"""As many as fill the pages."""
MONTHLY = PeriodKind.MONTHLY
LANGUAGES = ("kk", "ru", "en")


def figure_set(name: str, agencies: int) -> FigureSet:
    period = periods.parse(name)
    scopes = [
        "hall", *(f"agency:a{n:03}" for n in range(agencies)),
        *(f"district:d{n}" for n in range(8)), *(f"category:{n:02}" for n in range(24)),
    ]  # fmt: skip
    return FigureSet(
        kind=period.kind, first=period.first, last=period.last, as_of=NOW, query_hash="ab" * 32,
        created_at=NOW, pack={"received": 12000},
        particulars={"hall": {}, "edition": _kept(period, scopes)},
    )  # fmt: skip


def _kept(period: Period, scopes: list[str]) -> dict[str, Any]:
    now = {scope: _values(place) for place, scope in enumerate(scopes)}
    names: dict[str, Any] = {"agency": {}, "district": {}, "category": {}}
    for scope in scopes[1:]:
        sort, _, code = scope.partition(":")
        long = f"Көлік және жолдар мәселелері жөніндегі басқарма, {code}"
        names[sort][code] = dict.fromkeys(LANGUAGES, long)
    agencies = list(names["agency"])
    received = {"": 500} | {code: 20 + place % 60 for place, code in enumerate(agencies)}
    return {
        "now": now, "before": now, "a_year_ago": now, "names": names, "usual": [],
        "series": [
            {"name": step.name, "first": step.first.isoformat(), "received": received}
            for step in steps_of(period)
        ],
        "due": {}, "numbers": [], "hall": {}, "proposals": _proposals(), "fate": {},
    }  # fmt: skip


def _values(place: int) -> dict[str, Any]:
    count, of = 40 + 7 * place % 900, 60 + 9 * place % 1200
    share = {"numerator": count, "denominator": count + of, "value": count / (count + of),
             "low": 0.31, "high": 0.64, "remark": ""}  # fmt: skip
    number = {
        "numerator": count,
        "denominator": of,
        "value": float(count),
        "low": 2.5,
        "high": 9.5,
        "remark": "",
    }
    return {
        one.code: share if one.is_share else number for one in catalogue().measures.values()
    }  # fmt: skip


def _proposals() -> list[dict[str, Any]]:
    words = dict.fromkeys(LANGUAGES, "Көрсетілетін қызмет мерзімін қысқарту туралы ұсыныс. " * 4)
    return [
        {"number": f"P-2026-{n:03}", "status": "sent", "title": words, "aim": words,
         "addressee": next(iter(addressees())), "sent_on": "2026-05-05", "due_on": "2026-05-19",
         "waiting_days": 4, "answer": "", "votes": [20, 3, 1], "effect": "", "ratio": None}
        for n in range(1, 13)
    ]  # fmt: skip


def long_report() -> dict[str, Any]:
    """Pages, seconds and the most memory of a process that has loaded all that a worker has."""
    import_module("workers.tasks")
    pdf.prepare()
    figures = figure_set("2026", AGENCIES)
    begun = time.perf_counter()
    made = composing.render(figures, "kk")
    spent = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"pages": _pages(made.read), "seconds": round(spent, 1), "megabytes": round(most)}


def _pages(content: bytes) -> int:
    return len(PdfReader(BytesIO(content)).pages)


def month(session: Session) -> bool:
    """A month of the hall that stands, in the second run, as in a worker that has made one."""
    now = clock()
    figures = figure_sets.take(session, periods.containing(business_date(now), MONTHLY), now=now)
    composing.render(figures, "ru")
    begun = time.perf_counter()
    made = composing.render(figures, "kk")
    spent, pages = time.perf_counter() - begun, _pages(made.read)
    met = spent / pages * MONTHLY_PAGES <= MOST_MONTHLY_S
    click.echo(
        f"monthly report, two PDF and a workbook: {pages} pages in {spent:.1f} s warm (at most "
        f"{MOST_MONTHLY_S:.0f} s for {MONTHLY_PAGES} pages): {'met' if met else 'MISSED'}"
    )
    return met


def year() -> bool:
    command = [sys.executable, "-m", "tests.bench_pages"]
    made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    met = bool(made["megabytes"] <= MOST_ANNUAL_MB) and made["pages"] >= ANNUAL_PAGES
    click.echo(
        f"annual report: {made['pages']} pages in {made['seconds']} s, at most {made['megabytes']} "
        f"MB (at most {MOST_ANNUAL_MB} MB): {'met' if met else 'MISSED'}"
    )
    return met


def measure(session: Session) -> bool:
    return all([month(session), year()])


if __name__ == "__main__":
    click.echo(json.dumps(long_report()))
