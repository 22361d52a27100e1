"""The 59,889 real cases, imported and counted, against a reading of the file in plain Python."""

import gzip
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest
from sqlalchemy import text

from reception.commands import imports
from reports import figures
from tests.reports.test_figures import NOW

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "spb_cases_timeline.jsonl.gz"
FIRST, LAST = date(2020, 11, 1), date(2020, 11, 7)

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason=f"the file of real cases is not beside this repository: {FILE.name}"
)


@pytest.fixture
def register(session: Any) -> Any:
    """Cases of one week; imported names are taken out again, they are reference rows."""
    yield session
    session.rollback()
    for statement in (
        "TRUNCATE appeal, claim, journal_entry, ticket, document CASCADE",
        "DELETE FROM agency_name n USING agency a"  # noqa: ISC004  one statement
        " WHERE a.id = n.agency_id AND a.origin = 'imported'",
        "DELETE FROM agency WHERE origin = 'imported'",
        "DELETE FROM subject WHERE origin = 'imported' AND parent_id IS NOT NULL",
        "DELETE FROM subject WHERE origin = 'imported'",
        "DELETE FROM district WHERE origin = 'imported'",
    ):
        session.execute(text(statement))
    session.commit()


def test_a_week_of_the_real_cases(register: Any, tmp_path: Path) -> None:
    lines = [line for line in _lines() if FIRST <= _received(json.loads(line)).date() <= LAST]
    (tmp_path / "week.jsonl").write_text("".join(lines), encoding="utf-8")
    summary = imports.load(register, tmp_path / "week.jsonl")

    pack = figures.compute(register, first=FIRST, last=LAST, as_of=NOW).as_json()

    cases = [json.loads(line) for line in lines]
    days = [d for d in map(_first_answer_days, cases) if d is not None]
    assert (summary.accepted, summary.rejects) == (len(cases), [])
    assert pack["received"] == len(cases)
    assert pack["with_first_answer"] == len(days)
    tenths = quantiles(days, n=10, method="inclusive")
    assert pack["first_answer_days"]["median"] == pytest.approx(tenths[4])
    assert pack["first_answer_days"]["p90"] == pytest.approx(tenths[8])
    assert pack["closed"] == sum(map(_is_closed, cases))
    hops = [sum(event[1] == "rerouted" for event in case["events"]) for case in cases]
    assert (pack["redirections"], pack["redirected_cases"]) == (sum(hops), sum(map(bool, hops)))
    assert pack["reopened_cases"] == sum(
        any(event[1] == "reopened" for event in case["events"]) for case in cases
    )
    assert _counts(pack["by_district"]) == Counter(case["district"] for case in cases)
    assert _counts(pack["by_category"]) == Counter(case["category"] for case in cases)
    assert _counts(pack["by_agency"]) == Counter(case["agency"] for case in cases)


def _lines() -> list[str]:
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return list(file)


def _received(case: dict[str, Any]) -> datetime:
    return min(datetime.fromisoformat(e[0]) for e in case["events"] if e[1] == "received")


def _first_answer_days(case: dict[str, Any]) -> float | None:
    answers = [datetime.fromisoformat(e[0]) for e in case["events"] if e[1] == "answer"]
    return (min(answers) - _received(case)) / timedelta(days=1) if answers else None


def _is_closed(case: dict[str, Any]) -> bool:
    """A last status beginning with the closing word, unless a reopening follows it."""
    told = sorted(case["events"], key=lambda event: event[0])
    states = [place for place, event in enumerate(told) if event[1] == "status"]
    if not states or not told[states[-1]][2].startswith("Завершено"):
        return False
    return all(event[1] != "reopened" for event in told[states[-1] + 1 :])


def _counts(parts: dict[str, dict[str, Any]]) -> dict[str, int]:
    return {name: found["received"] for name, found in parts.items()}
