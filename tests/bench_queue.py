"""Call-next under a long line and a long past: a thousand waiting, a million visits before.

Part of `make bench`; alone, in a hall of its own: `python -m tests.bench_queue`.

Measured at the verb, on one connection, each call committed: what the web adds is the same in both.
"""

import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from agencies.calendar import business_date, clock
from agencies.staff import Officer
from reception.queue import calling, issuing
from tests.bars import judged
from tests.live import running_hall

WAITING, PAST, CALLS = 1000, 1_000_000, 300
MOST_CHANGE = 0.2
DESK, SERVICE = "D20", "housing-general"

FILL = text("""
INSERT INTO ticket (hall_id, business_date, series, number, service_id, agency_id, language, rank,
  state, issued_at, due_at, ready_at, called_at, started_at, finished_at, calls, desk_id, version,
  misses, steps_left, note, hold_reason, link_seed, link_digest, outcome)
SELECT d.hall_id, day, s.series, 1000 + n % 2500, s.id, s.agency_id, 'kk', 0, 'finished',
  at, at, at, at + interval '9 min', at + interval '10 min', at + interval '20 min', 1, d.id,
  0, 0, 0, '', '',
  md5(n::text), md5(n::text) || md5((-n)::text), 'solved'
FROM generate_series(1, :past) n
  CROSS JOIN LATERAL (SELECT CAST(:first AS date) + n / 2500 AS day) days
  CROSS JOIN LATERAL (
    SELECT day + interval '4 hours' + make_interval(secs => n % 2500 * 12) AS at) moment
  JOIN service s ON s.code = :service JOIN desk d ON d.code = :desk
""")


def measure(session: Session) -> bool:
    """Rounds in turn are not possible: the past stays. So each state is measured three times."""
    by = session.scalars(select(Officer).where(Officer.login == "supervisor")).one()
    plain = [_p95(session, by, waiting=CALLS + 10) for _ in range(3)]
    first = business_date(clock()) - timedelta(days=PAST // 2500 + 1)
    told = {"past": PAST, "first": first, "service": SERVICE, "desk": DESK}
    session.execute(FILL, told)
    session.commit()
    _settle(session)
    full = [_p95(session, by, waiting=WAITING) for _ in range(3)]
    change = statistics.median(full) / statistics.median(plain) - 1
    met = change < MOST_CHANGE
    return judged(
        f"call-next with {WAITING} waiting and {PAST} past visits: p95 "
        f"{statistics.median(full):.1f} ms, before {statistics.median(plain):.1f} ms, "
        f"change {change:+.0%} (less than {MOST_CHANGE:+.0%})",
        met,
    )


def _settle(session: Session) -> None:
    """A past that grew over years is not still being written and swept when a visitor is called."""
    with session.get_bind().engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text("VACUUM ANALYZE ticket"))
        alone.execute(text("CHECKPOINT"))


def _p95(session: Session, by: Officer, *, waiting: int) -> float:
    """In milliseconds, over calls from a line that is kept as long as wanted."""
    _fill_line(session, waiting)
    spent = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        calling.call_next(session, DESK, by=by, now=clock())
        session.commit()
        spent.append(time.perf_counter() - begun)
        _issue(session)
    return statistics.quantiles(spent, n=100)[94] * 1000


def _fill_line(session: Session, waiting: int) -> None:
    count = "SELECT count(*) FROM ticket WHERE state = 'waiting' AND business_date = :day"
    there = session.scalar(text(count), {"day": business_date(clock())}) or 0
    for _ in range(waiting - there):
        _issue(session, commit=False)
    session.commit()


def _issue(session: Session, *, commit: bool = True) -> None:
    issuing.issue(session, SERVICE, language="kk", secret="bench", by=None, now=clock())
    if commit:
        session.commit()


def main() -> int:
    with TemporaryDirectory(prefix="hall-bench-") as folder, running_hall(Path(folder)) as hall:
        engine = create_engine(hall.database_url.replace("postgresql://", "postgresql+psycopg://"))
        with Session(engine) as session:
            click.echo(f"load {os.getloadavg()[0]:.1f}")
            met = measure(session)
        engine.dispose()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
