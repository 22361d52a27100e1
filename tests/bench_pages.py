"""Part of `make bench`: the time of a monthly report in a warm worker, the memory of a long annual.

The annual's figures come from no register: invented values of every measure for as many agencies
as the wanted number of pages needs. The monthly report is that of the hall that stands, with as
many invented agencies. Both are made in a process that has loaded all that a worker loads.
`python -m tests.bench_pages` opens a hall for them; `--annual` makes that report alone, as JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from pypdf import PdfReader
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from agencies.calendar import business_date, clock
from reports import composing, figure_sets, measuring, pdf, periods, punctuality
from reports.council import addressees
from reports.fairness import Funnel, Place
from reports.figure_sets import FigureSet
from reports.gathering import steps_of
from reports.measures import catalogue
from reports.periods import Period, PeriodKind
from reports.statistics.funnel import size_group
from tests.bars import judged
from tests.live import running_hall

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
MOST_MONTHLY_S, MOST_ANNUAL_MB = 4.0, 450
MONTHLY_PAGES, ANNUAL_PAGES = 12, 200
AGENCIES, MONTH_AGENCIES = 165, 24
"""As many as fill the pages."""
MONTHLY = PeriodKind.MONTHLY
LANGUAGES = ("kk", "ru", "en")


def figure_set(name: str, agencies: int) -> FigureSet:
    period = periods.parse(name)
    return FigureSet(
        kind=period.kind, first=period.first, last=period.last, as_of=NOW, query_hash="ab" * 32,
        created_at=NOW, pack={"received": 12000},
        particulars={"hall": {}, "edition": kept(period, agencies)},
    )  # fmt: skip


def kept(period: Period, agencies: int) -> dict[str, Any]:
    scopes = [
        "hall", *(f"agency:a{n:03}" for n in range(agencies)),
        *(f"district:d{n}" for n in range(8)), *(f"category:{n:02}" for n in range(24)),
    ]  # fmt: skip
    now = {scope: _values(place) for place, scope in enumerate(scopes)}
    names: dict[str, Any] = {"agency": {}, "district": {}, "category": {}}
    for scope in scopes[1:]:
        sort, _, code = scope.partition(":")
        long = f"Көлік және жолдар мәселелері жөніндегі басқарма, {code}"
        names[sort][code] = dict.fromkeys(LANGUAGES, long)
    received = {"": 500} | {code: 20 + place % 60 for place, code in enumerate(names["agency"])}
    return {
        "now": now, "before": now, "a_year_ago": now, "names": names, "usual": [],
        "series": [
            {"name": step.name, "first": step.first.isoformat(), "received": received}
            for step in steps_of(period)
        ],
        "endings": _endings(),
        "months": _months(),
        "punctual": _punctual(period),
        "redirects": [[a, b, 3 + place % 40, place % 5] for place, (a, b)
                      in enumerate(permutations(list(names["agency"])[:14], 2))],
        "due": {}, "numbers": [], "hall": {}, "proposals": _proposals(), "fate": {},
        "counted": {code: asdict(way) for code, way in measuring.counted().items()},
        "fairness": asdict(_funnel(list(names["agency"]))),
        "heard": {when: _heard() for when in ("now", "before")},
        "repeats": {"spread": [(1, 900), (2, 80), (3, 9)], "campaigns": []},
        "corrected": {"since": "2026-01-01", "editions": [], "releases": [], "figures": None,
                      "definitions": None},
        "publications": [{"kind": "annual", "period": "2026", "day": "2027-02-01"}] * 17,
    }  # fmt: skip


def _heard() -> dict[str, dict[str, int]]:
    return {
        "language": dict.fromkeys(LANGUAGES, 40), "channel": dict.fromkeys(("desk", "phone"), 60),
    }  # fmt: skip


def _months() -> dict[str, Any]:
    known = punctuality.steps_of(periods.parse("2026-10"), until=NOW.date())
    counts = {f"{n:02}": [40 + n + at % 12 for at, _ in enumerate(known)] for n in range(24)}
    return {
        "months": [month.name for month in known],
        "days": [21] * len(known),
        "next": "2026-11",
        "next_days": 21,
        "topics": counts,
    }


def _punctual(period: Period) -> dict[str, Any]:
    steps = punctuality.steps_of(period, until=NOW.date())
    counts = [[80 + n % 9, 100] for n, _ in enumerate(steps)]
    return {"steps": [step.name for step in steps], "counts": {"": counts}}


def _endings() -> dict[str, Any]:
    days = range(1, 61)
    going = [[float(day), 0.97**day, 0.96**day, 0.98**day] for day in days]
    ends = [[float(day), 0.6 - 0.6 * 0.95**day, 0.001 * day, 0.002 * day, 0.001] for day in days]
    return {"answer": going, "a_year_ago": going, "ends": ends}


def _funnel(agencies: list[str]) -> Funnel:
    places = [
        Place(code, size_group(cases), cases, cases - n % 40, 1 - n % 40 / cases, 0.7, 0.99, True)
        for n, code in enumerate(agencies)
        for cases in [60 + 7 * n]
    ]
    return Funnel(0.9, places, 0.0)


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
    """In the second run, as in a worker that has made one."""
    import_module("workers.tasks")
    now = clock()
    period = periods.containing(business_date(now), MONTHLY)
    figures = figure_sets.take(session, period, now=now)
    session.commit()  # the database ends a transaction that waits for minutes
    figures.particulars = {**figures.particulars, "edition": kept(period, MONTH_AGENCIES)}
    composing.render(figures, "ru")
    begun, used = time.perf_counter(), time.process_time()
    made = composing.render(figures, "kk")
    spent, worked = time.perf_counter() - begun, time.process_time() - used
    pages = _pages(made.read)
    return judged(
        f"monthly report, two PDF and a workbook: {pages} pages (at least {MONTHLY_PAGES}) in "
        f"{spent:.1f} s warm (at most {MOST_MONTHLY_S:.0f} for {MONTHLY_PAGES}), {worked:.1f} s of "
        f"processor, load {os.getloadavg()[0]:.1f}",
        pages >= MONTHLY_PAGES and spent / pages * MONTHLY_PAGES <= MOST_MONTHLY_S,
    )


def year() -> bool:
    command = [sys.executable, "-m", "tests.bench_pages", "--annual"]
    made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return judged(
        f"annual report: {made['pages']} pages (at least {ANNUAL_PAGES}) in {made['seconds']} s, "
        f"{made['megabytes']} MB (at most {MOST_ANNUAL_MB})",
        made["megabytes"] <= MOST_ANNUAL_MB and made["pages"] >= ANNUAL_PAGES,
    )


def measure(session: Session) -> bool:
    return all([month(session), year()])


@click.command()
@click.option("--annual", is_flag=True, help="Only the long report, told as JSON.")
def main(annual: bool) -> None:
    if annual:
        click.echo(json.dumps(long_report()))
        return
    with TemporaryDirectory() as folder, running_hall(Path(folder)) as hall:
        engine = create_engine(hall.database_url.replace("postgresql://", "postgresql+psycopg://"))
        with Session(engine) as session:
            met = measure(session)
        engine.dispose()
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
