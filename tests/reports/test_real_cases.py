"""The 59,889 real cases, imported and counted, against a reading of the file in plain Python."""

import gzip
import io
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from agencies.calendar import ALMATY
from agencies.staff import Role
from reception.commands import imports
from reception.language import LANGUAGES
from reports import composing, figure_sets, figures, readings, releases, sheets
from reports.periods import Period, PeriodKind, parse
from reports.wording import Words
from tests.make import make_officer, sign_in
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


YOUNG = datetime(2021, 1, 15, tzinfo=ALMATY)
TRUE_MEDIAN = 12.5
"""What the median of the first answers turned out to be once all had been answered."""
BESIDE_A_NUMBER = {"kk": "күн", "ru": "дн", "en": "day"}


def test_of_the_30_days_before_15_january_2021_the_closed_only_median_is_nowhere_printed(
    register: Any, client: Any, clock: Any, tmp_path: Path
) -> None:
    """The register as it was known on that day. The Kaplan-Meier median is told, within 10 % of
    the truth; that of the answered cases stands in no language, on no page and in no file.
    """
    lines = [line for line in map(_known_by_then, _lines()) if line]
    (tmp_path / "month.jsonl").write_text("".join(lines), encoding="utf-8")
    imports.load(register, tmp_path / "month.jsonl")
    clock.moment = YOUNG
    month = Period(date(2020, 12, 16), date(2021, 1, 14), PeriodKind.MONTHLY, "30 days")

    found = readings.take(register, month, as_of=YOUNG)["hall"]["first_answer_median"]

    assert found.denominator == len(lines)
    assert found.value == pytest.approx(TRUE_MEDIAN, rel=0.1)
    medians: dict[str, float] = {}
    for name in ("2020-12", "2021-01", "2021-Q1", "2021"):
        taken = figure_sets.take(register, parse(name), now=YOUNG)
        register.add(taken)
        register.commit()
        flattered = medians[name] = taken.pack["first_answer_days"]["median"]
        assert flattered < 7
        files = [sheets.pack_csv(taken), sheets.measures_csv(taken), sheets.workbook(taken, "ru")]
        for text_ in [_unzipped(file) for file in files]:
            assert "first_answer_days" not in text_
            assert f"{flattered:.6f}"[:-1] not in text_
        for language in LANGUAGES:
            page = composing.html(composing.report(taken, language))
            assert not _told_in_days(page, flattered, language), (name, language)
    analyst = sign_in(client, make_officer(register, Role.ANALYST))
    releases.publish_ended(register, now=YOUNG)
    register.commit()
    pages = {
        "/reports/2021-01?": "2021-01", "/dashboards?period=2021-01": "2021-01",
        "/figures?period=2020-12": "2020-12",
    }  # fmt: skip
    for address, name in pages.items():
        for language in LANGUAGES:
            answer = analyst.get(f"{address}&lang={language}")
            assert answer.status_code == 200
            assert not _told_in_days(answer.text, medians[name], language), (address, language)


def _known_by_then(line: str) -> str:
    """The case as the register had it on that day, if it came in the 30 days before."""
    case = json.loads(line)
    if not timedelta(0) < YOUNG.replace(tzinfo=None) - _received(case) <= timedelta(days=30):
        return ""
    then = YOUNG.replace(tzinfo=None)
    known = [each for each in case["events"] if datetime.fromisoformat(each[0]) < then]
    return json.dumps(case | {"events": known}, ensure_ascii=False) + "\n"


def _told_in_days(page: str, value: float, language: str) -> list[str]:
    written = re.escape(Words(language).number(value, places=1))
    plain = re.sub(r"<[^>]*>", " ", page)
    return re.findall(rf"(?<![\d,.]){written}\s*{BESIDE_A_NUMBER[language]}", plain)


def _unzipped(file: bytes) -> str:
    if not file.startswith(b"PK"):
        return file.decode()
    with ZipFile(io.BytesIO(file)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


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
