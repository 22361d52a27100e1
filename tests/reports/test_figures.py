"""The figure pack, against arithmetic done by hand and against a reading in plain Python."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.appeals import Appeal
from agencies.calendar import after, start_of
from agencies.errors import Invalid, NotFound
from reports import figures
from tests import bench_statistics
from tests.reports.register import add_case, at

OCTOBER = {"first": date(2026, 10, 1), "last": date(2026, 10, 31)}
NOW = at("2026-11-23 05:00")


def test_five_cases_worked_out_by_hand(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", first="2026-10-06 04:00", answered="2026-10-06 04:00",
             closed="2026-10-07 04:00")  # fmt: skip
    add_case(session, "2026-10-06 04:00", first="2026-10-08 16:00", answered="2026-11-03 04:00",
             redirections=2)  # fmt: skip
    add_case(session, "2026-10-07 04:00", agencies=("housing", "ecology"))
    add_case(session, "2026-10-08 04:00", withdrawn=True, closed="2026-10-09 04:00")
    add_case(session, "2026-10-09 04:00", due=date(2026, 12, 30), first="2026-10-13 04:00",
             reopenings=1, redirections=1)  # fmt: skip

    pack = figures.compute(session, **OCTOBER, as_of=NOW).as_json()

    assert {k: v for k, v in pack.items() if not k.startswith("by_")} == {
        "period": {"from": "2026-10-01", "to": "2026-10-31"},
        "received": 5,
        "with_first_answer": 3,
        "first_answer_days": {"median": 2.5, "p90": 3.7},
        "closed": 2,
        "redirected_cases": 2,
        "redirections": 3,
        "reopened_cases": 1,
        "open": 3,
        "overdue": 1,
        "on_time_share": {"value": 1 / 3, "numerator": 1, "denominator": 3},
    }
    assert pack["by_month"] == {"2026-10": {"received": 5}}
    assert pack["by_district"] == {"Медеу ауданы": {"received": 5}}
    assert pack["by_category"] == {"Тұрғын үй және кондоминиум": {"received": 5}}
    assert pack["by_agency"]["housing"]["received"] == 5
    assert pack["by_agency"]["ecology"] == {
        "received": 1,
        "with_first_answer": 0,
        "first_answer_days": {"median": None, "p90": None},
        "closed": 0,
        "redirected_cases": 0,
        "redirections": 0,
        "reopened_cases": 0,
        "open": 1,
        "overdue": 1,
        "on_time_share": {"value": 0.0, "numerator": 0, "denominator": 1},
    }


def test_a_day_begins_and_ends_at_midnight_in_almaty(session: Any) -> None:
    add_case(session, "2026-09-30 18:59:59")
    first = add_case(session, "2026-09-30 19:00:00")
    last = add_case(session, "2026-10-31 18:59:59")
    add_case(session, "2026-10-31 19:00:00")

    pack = figures.compute(session, **OCTOBER, as_of=NOW)

    assert pack.total.received == 2
    assert first.received_at.month == 9
    assert last.received_at.day == 31


def test_the_night_in_which_almaty_changed_its_offset(session: Any) -> None:
    """Midnight was 18:00 UTC until 29 February 2024; 1 March began at 19:00 UTC."""
    add_case(session, "2024-02-28 18:00")
    add_case(session, "2024-02-29 17:59:59")
    add_case(session, "2024-03-01 19:00")

    leap = figures.compute(session, first=date(2024, 2, 29), last=date(2024, 2, 29), as_of=NOW)
    march = figures.compute(session, first=date(2024, 3, 2), last=date(2024, 3, 2), as_of=NOW)

    assert (leap.total.received, march.total.received) == (2, 1)


def test_a_period_without_cases_is_told_as_such(session: Any) -> None:
    pack = figures.compute(session, **OCTOBER, as_of=NOW).as_json()

    assert pack["received"] == 0
    assert pack["on_time_share"] == {"value": None, "numerator": 0, "denominator": 0}
    assert pack["first_answer_days"] == {"median": None, "p90": None}
    assert pack["by_agency"] == pack["by_month"] == pack["by_district"] == {}


def test_cases_without_district_or_subject_are_counted_as_unknown(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", district=None, subject=None)

    pack = figures.compute(session, **OCTOBER, as_of=NOW)

    assert pack.by_district == pack.by_category == {"белгісіз": 1}


def test_one_agency_and_all_akimats(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", agencies=("akimat-medeu", "akimat-almaly"))
    add_case(session, "2026-10-06 04:00", agencies=("akimat", "housing"))
    add_case(session, "2026-10-07 04:00")

    def of(code: str) -> figures.FigurePack:
        return figures.compute(session, **OCTOBER, agency=code, as_of=NOW)

    assert of("akimat").total.received == 2
    assert set(of("akimat").by_agency) == {"akimat", "akimat-medeu", "akimat-almaly"}
    assert of("akimat-medeu").total.received == 1
    assert of("housing").total.received == 2
    assert set(of("housing").by_agency) == {"housing"}


def test_an_unknown_agency_and_a_reversed_period_are_refused(session: Any) -> None:
    with pytest.raises(NotFound):
        figures.compute(session, **OCTOBER, agency="nobody", as_of=NOW)
    with pytest.raises(Invalid):
        figures.compute(session, first=date(2026, 10, 2), last=date(2026, 10, 1), as_of=NOW)


@pytest.mark.parametrize("cases", [20, 200])
def test_one_statement_however_many_cases(session: Any, statements: Any, cases: int) -> None:
    for n in range(cases):
        add_case(session, at("2026-10-05 04:00") + timedelta(hours=n % 400),
                 agencies=("housing", "ecology", "social")[: n % 3 + 1])  # fmt: skip
    session.flush()

    with statements() as seen:
        pack = figures.compute(session, **OCTOBER, as_of=NOW)
    with statements() as limited:
        figures.compute(session, **OCTOBER, agency="social", as_of=NOW)

    assert pack.total.received == cases
    assert (len(seen), len(limited)) == (1, 2)


def test_a_month_of_a_large_register_is_read_by_its_days_and_not_by_walking_the_register(
    session: Any,
) -> None:
    """A share of the 10 million claims that `tests.bench_statistics` measures."""
    bench_statistics.fill(session, 40_000)
    month = {"first": bench_statistics.MONTH.first, "last": bench_statistics.MONTH.last}
    values = {"start": start_of(month["first"]), "end": after(month["last"]), "today": NOW.date()}
    query = figures.statement(of_agency=False).compile(dialect=figures.DIALECT)

    took, pack = bench_statistics.timed(lambda: figures.compute(session, **month, as_of=NOW))
    asked = session.connection().exec_driver_sql(f"EXPLAIN {query}", {**query.params, **values})
    plan = "\n".join(asked.scalars())

    assert pack.total.received == pytest.approx(40_000 * 31 / 2100, abs=20)
    assert "ix_appeal_received_at_id" in plan
    assert "Seq Scan on appeal" not in plan
    assert took < bench_statistics.MONTH_S
    session.rollback()


def test_equal_figures_are_equal_bytes(session: Any) -> None:
    for n in range(12):
        add_case(session, at("2026-10-05 04:00") + timedelta(days=n),
                 district=("medeu", "alatau", None)[n % 3])  # fmt: skip

    texts = {figures.as_text(figures.compute(session, **OCTOBER, as_of=NOW)) for _ in range(3)}

    assert len(texts) == 1
    assert json.loads(texts.pop())["received"] == 12


def test_equal_registers_give_equal_bytes_whatever_the_order_of_their_rows(session: Any) -> None:
    """As after a move to another machine: other row numbers, other places in the table."""

    def told(order: list[int]) -> str:
        for n in order:
            done = f"2026-10-{n + 6:02} 09:00" if n % 3 else None
            add_case(
                session, f"2026-10-{n + 3:02} 04:00", first=done, answered=done, closed=done,
                agencies=("housing", "ecology", "social")[n % 3 :], redirections=n % 2,
                district=("medeu", "alatau", None)[n % 3],
                subject=("01.05", "03", None)[n % 3],
            )  # fmt: skip
        text_ = figures.as_text(figures.compute(session, **OCTOBER, as_of=NOW))
        session.rollback()
        return text_

    there = list(range(18))
    assert told(there) == told(there[::-1]) == told(sorted(there, key=lambda n: n * 7 % 18))


moments = st.datetimes(datetime(2026, 8, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
later = st.none() | st.timedeltas(timedelta(0), timedelta(days=90))
cases = st.fixed_dictionaries(
    {
        "received": moments,
        "first": later,
        "answered": later,
        "closed": later,
        "due": st.dates(date(2026, 9, 1), date(2027, 1, 31)),
        "withdrawn": st.booleans(),
        "redirections": st.integers(0, 3),
        "reopenings": st.integers(0, 2),
        "agencies": st.lists(
            st.sampled_from(["housing", "ecology", "akimat-medeu"]), max_size=2
        ).map(tuple),
        "district": st.sampled_from(["medeu", "alatau", None]),
    }
)


@given(st.lists(cases, max_size=14))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_statement_agrees_with_a_reading_in_plain_python(
    session: Any, drawn: list[dict[str, Any]]
) -> None:
    """Also the sums: months, districts and categories each make up the whole."""
    rows = [_settled(session, case) for case in drawn]

    pack = figures.compute(session, **OCTOBER, as_of=NOW)
    session.rollback()

    assert pack.total == read([row for row in rows if _month(row) == "2026-10"])
    for parts in (pack.by_month, pack.by_district, pack.by_category):
        assert sum(parts.values()) == pack.total.received
    assert pack.by_month == dict(Counter(m for m in map(_month, rows) if m == "2026-10"))


def _settled(session: Any, case: dict[str, Any]) -> Appeal:
    moment = case["received"]
    after = {name: moment + case[name] if case[name] is not None else None
             for name in ("first", "answered", "closed")}  # fmt: skip
    if case["withdrawn"]:
        after["closed"] = after["closed"] or moment
    return add_case(session, moment, **{k: v for k, v in case.items() if k != "received"} | after)


def _month(row: Appeal) -> str:
    return f"{row.received_at + timedelta(hours=5):%Y-%m}"


def read(rows: list[Appeal]) -> figures.Figures:
    """The definitions of `docs/figures.md`, written a second time without SQL."""
    today = (NOW + timedelta(hours=5)).date()
    days = sorted(
        (row.first_answer_at - row.received_at).total_seconds() / 86400
        for row in rows if row.first_answer_at
    )  # fmt: skip
    due = [row for row in rows if row.due_on <= today and row.status != "withdrawn"]
    kept = [
        row for row in due
        if row.answered_at and (row.answered_at + timedelta(hours=5)).date() <= row.due_on
    ]  # fmt: skip
    closed = sum(row.closed_at is not None for row in rows)
    return figures.Figures(
        received=len(rows),
        with_first_answer=len(days),
        first_answer_days=figures.Days(_quantile(days, 0.5), _quantile(days, 0.9)),
        closed=closed,
        redirected_cases=sum(row.redirections > 0 for row in rows),
        redirections=sum(row.redirections for row in rows),
        reopened_cases=sum(row.reopenings > 0 for row in rows),
        open=len(rows) - closed,
        overdue=sum(
            not row.closed_at and not row.answered_at and row.due_on < today for row in rows
        ),
        on_time_share=figures.Share(len(kept) / len(due) if due else None, len(kept), len(due)),
    )


def _quantile(ordered: list[float], share: float) -> Any:
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    value = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return pytest.approx(value, rel=1e-12, abs=1e-12)
