"""Balance of the register, late cases and the queue, against arithmetic done by hand."""

from datetime import date, timedelta
from typing import Any

from agencies.directory import service_by_code
from reception.tickets import Ticket, TicketState
from reports import hall, movement, periods
from tests.make import the_hall
from tests.reports.register import add_case, at
from tests.reports.test_figures import NOW

OCTOBER = periods.parse("2026-10")


def test_what_came_and_went_explains_what_is_there(session: Any) -> None:
    add_case(session, "2026-09-10 04:00")
    add_case(session, "2026-09-11 04:00", answered="2026-09-12 04:00")
    add_case(session, "2026-09-12 04:00", answered="2026-10-05 04:00")
    add_case(session, "2026-10-05 04:00")
    add_case(session, "2026-10-06 04:00", withdrawn=True, closed="2026-10-07 04:00")
    add_case(session, "2026-10-07 04:00", answered="2026-11-02 04:00")

    assert movement.flow(session, OCTOBER) == {
        "carried_in": 2,
        "received": 3,
        "finished": 2,
        "carried_out": 3,
    }


def test_the_series_has_24_months_and_names_the_empty_ones(session: Any) -> None:
    add_case(session, "2024-11-15 04:00")
    add_case(session, "2026-10-15 04:00")

    series = movement.series(session, OCTOBER)

    assert len(series) == 24
    assert (next(iter(series)), list(series)[-1]) == ("2024-11", "2026-10")
    assert sum(series.values()) == 2


def test_since_1_january_three_years_up_to_the_same_month(session: Any) -> None:
    for moment in ("2025-01-01 04:00", "2025-10-31 04:00", "2025-11-01 04:00", "2026-10-01 04:00"):
        add_case(session, moment)

    assert movement.year_to_date(session, OCTOBER) == {"2026": 1, "2025": 2, "2024": 0}


def test_late_cases_by_working_days(session: Any) -> None:
    """Taken on Monday 23 November 2026: Friday is one working day ago."""
    for due in (date(2026, 11, 20), date(2026, 11, 16), date(2026, 11, 13), date(2026, 10, 30),
                date(2026, 6, 1), date(2026, 11, 23)):  # fmt: skip
        add_case(session, "2026-10-05 04:00", due=due)
    add_case(session, "2026-10-05 04:00", due=date(2026, 6, 1), answered="2026-11-01 04:00")

    assert movement.ageing(session, OCTOBER, as_of=NOW) == {"1-5": 2, "6-15": 1, "16+": 2}


def test_the_queue_of_a_month(session: Any) -> None:
    for minutes, outcome in ((0, "solved"), (10, "explained"), (20, "solved")):
        _ticket(session, minutes, TicketState.FINISHED, outcome)
    _ticket(session, 30, TicketState.NO_SHOW)
    _ticket(session, None, TicketState.CANCELLED)

    queue = hall.of_period(session, OCTOBER)

    assert queue["total"] == {
        "issued": 5, "served": 3, "no_show": 1, "cancelled": 1, "called": 4,
        "wait_median": 15.0, "wait_p90": 27.0, "long_waits": 2,
    }  # fmt: skip
    assert queue["outcomes"] == {"solved": 2, "explained": 1}
    assert queue["by_agency"]["housing"]["issued"] == queue["by_hour"]["9"]["issued"] == 5


def test_a_month_without_tickets(session: Any) -> None:
    queue = hall.of_period(session, OCTOBER)

    assert queue["total"]["issued"] == 0
    assert queue["total"]["wait_median"] is None
    assert queue["by_agency"] == queue["by_hour"] == queue["outcomes"] == {}


def _ticket(
    session: Any, minutes: int | None, state: TicketState, outcome: str | None = None
) -> None:
    issued, service = at("2026-10-05 04:10"), service_by_code(session, "housing-general")
    called = issued + timedelta(minutes=minutes) if minutes is not None else None
    number = session.query(Ticket).count() + 101
    session.add(
        Ticket(
            hall=the_hall(session), business_date=date(2026, 10, 5), series="A", number=number,
            service=service, agency_id=service.agency_id, language="kk", state=state,
            issued_at=issued, due_at=issued, ready_at=issued, called_at=called, outcome=outcome,
            started_at=called if state is TicketState.FINISHED else None,
            link_seed="0", link_digest=f"digest-{number}",
        )
    )  # fmt: skip
    session.flush()
