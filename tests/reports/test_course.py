"""The course of a proposal's matter: what its months were to bring, its quarters by district."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from scipy.stats import chi2

from agencies.appeals import Applicant
from agencies.staff import Role
from reports import course, course_tables, dossier, evidence, prospects
from reports.evidence import EvidencePack
from reports.wording import Words
from tests.make import make_officer
from tests.reports import proposing
from tests.reports.register import add_case, at

NOW = at("2026-11-23 05:00")
MONTHS = [f"{year}-{number:02}" for year in (2024, 2025, 2026) for number in range(1, 13)]


def pack_of(quarters: dict[str, dict[str, tuple[int, int]]], **more: Any) -> Any:
    kept = {
        name: {code: {"appeals": n, "persons": k} for code, (n, k) in own.items()}
        for name, own in quarters.items()
    }
    return SimpleNamespace(result={"quarters": kept, **more})


def test_what_a_month_was_to_bring_is_told_by_the_months_before_it_alone() -> None:
    counts = [40 + n % 5 for n in range(36)]
    days = [20] * 36

    told = prospects.course(MONTHS, counts, days, since="2026-01")
    surprised = prospects.course(MONTHS, [*counts[:30], *([400] * 6)], days, since="2026-01")

    assert [one.month for one in told] == MONTHS[24:]
    assert told[:6] == surprised[:6]
    assert replace(told[6], came=400) == surprised[6]
    assert told[7].expected < surprised[7].expected
    assert all(one.low <= one.expected <= one.high for one in told)
    assert prospects.course(MONTHS[:12], counts[:12], days[:12], since="2024-06") == []


def test_frozen_evidence_keeps_the_band_of_a_surge_and_the_dossier_draws_it(session: Any) -> None:
    for n in range(24 * 6):
        moment = at("2024-01-10 04:00") + timedelta(days=5 * n)
        add_case(session, moment, applicant=_person(n))
    for n in range(60):
        add_case(session, at("2026-06-10 04:00") + timedelta(hours=n), applicant=_person(500 + n))
    made = proposing.drafted(session, by=make_officer(session, Role.ANALYST))
    pack = evidence.freeze(session, made, by=make_officer(session, Role.ANALYST), now=NOW)

    expected, low, high = pack.result["expected"]["2026-06"]
    assert low <= expected <= high < 60
    assert set(pack.result["expected"]) <= set(pack.result["month"])
    assert sum(own["appeals"] for quarter in pack.result["quarters"].values()
               for own in quarter.values()) == pack.result["total"]["appeals"]  # fmt: skip
    for language in ("kk", "ru", "en"):
        page = dossier.html(session, made, language)
        assert page.count('<rect class="band"') == len(pack.result["expected"])
    assert evidence.is_whole(made, pack)


def test_without_a_past_no_band_is_drawn_and_the_dossier_says_so(session: Any) -> None:
    made = proposing.frozen(session)

    page = dossier.html(session, made, "en")

    assert '<rect class="band"' not in page
    assert "too few months before these are known" in page


@pytest.fixture
def named(session: Any) -> Any:
    def _named(pack: Any) -> Any:
        return course_tables.quarters(session, pack, Words("en"))

    return _named


def test_every_cell_stands_with_the_noise_of_its_count(named: Any) -> None:
    told = named(pack_of({"2026-Q1": {"medeu": (12, 12), "alatau": (20, 9)}}))

    low, high = chi2.ppf(0.025, 24) / 2, chi2.ppf(0.975, 26) / 2
    rows = dict(told.rows)
    assert next(v for k, v in rows.items() if "Medeu" in k) == f"12 ({low:.0f}–{high:.0f})"


def test_a_small_cell_is_hidden_with_others_so_that_no_sum_gives_it_away(named: Any) -> None:
    quarters = {
        "2026-Q1": {"medeu": (3, 3), "alatau": (30, 30), "auezov": (40, 40)},
        "2026-Q2": {"medeu": (25, 25), "alatau": (31, 31), "auezov": (41, 41)},
        "2026-Q3": {"medeu": (26, 26), "alatau": (32, 4), "auezov": (42, 42)},
    }
    table = [row[1:] for row in named(pack_of(quarters)).rows]

    closed = [[cell in ("<5", "×") for cell in row] for row in table]
    assert sum(map(sum, closed)) >= 4
    assert all(sum(line) != 1 for line in [*closed, *zip(*closed, strict=True)])
    assert not any("32" in cell for row in table for cell in row), "of four persons"


def test_where_no_cell_can_be_protected_none_is_told(named: Any) -> None:
    told = named(pack_of({"2026-Q1": {"medeu": (3, 3), "alatau": (30, 30)}}))

    assert told.rows == []
    assert "By district and quarter together nothing is told" in told.note


def test_evidence_of_before_has_no_quarters(session: Any) -> None:
    assert course_tables.quarters(session, EvidencePack(result={"total": {}}), Words("en")) is None


def test_a_month_that_the_evidence_has_in_part_has_no_band(session: Any) -> None:
    for n in range(24 * 6):
        add_case(session, at("2024-01-10 04:00") + timedelta(days=5 * n), applicant=_person(n))
    values = {
        "start": at("2025-11-09 19:00"), "end": at("2026-01-31 19:00"), "subjects": ["01.05"],
        "agencies": [""], "any_agency": True, "today": date(2026, 11, 23),
    }  # fmt: skip

    found = course.of(session, values, date(2025, 11, 10), date(2026, 1, 31))

    assert set(found["expected"]) == {"2025-12", "2026-01"}


def _person(n: int) -> Applicant:
    return Applicant(name="Сынақ", iin_index=(9000 + n).to_bytes(4, "big"), iin_mask="")
