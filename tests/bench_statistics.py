"""Part of `make bench`: statistics of a whole register, beside plain PostgreSQL and plain DuckDB.

A register of BENCH_APPEALS appeals (a million unless told) is written into the real tables within a
transaction that is rolled back. The three ask the same on the same rows: received and overdue by
agency, topic, district and month; median and 90th percentile of the handling time; repeats within
90 days. What the house answers from its nightly snapshot includes the appeals changed since.
Of the same register the figure pack of one month is taken, and every measure of the catalogue, from
the living tables: that time follows the month, not the register.
`python -m tests.bench_statistics` measures this alone; BENCH_APPEALS=10000000 is the largest
register that the house is made for.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from agencies.calendar import clock
from reports import figures, periods, readings, snapshot
from tests.bars import judged
from tests.live import running_hall

APPEALS = int(os.environ.get("BENCH_APPEALS", "1000000"))
CHANGED = 2_000
MOST_S = {1_000_000: 2.5, 5_000_000: 8.0, 10_000_000: 16.0}
MONTH, MONTH_S = periods.month(2024, 5), 2.5
READ_BY_MONTH = ("ix_appeal_received_at_id", "ix_appeal_open_due_on")
TABLES = ("appeal", "claim", "applicant", "journal_entry")
LOOSE = text("""
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = ANY(CAST(:tables AS regclass[])) AND NOT indisprimary
  AND indexrelid <> ALL(CAST(:kept AS regclass[]))
  AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
""")
APPLICANTS = """
INSERT INTO applicant (name, is_organisation, iin_index, iin_mask, address, phone, email)
SELECT 'bench', false, decode(md5((n::bigint * 7919 % ({n} * 3 / 5))::text), 'hex'), '', '', '', ''
FROM generate_series(1, {n}) AS n
"""
REGISTER = """
INSERT INTO appeal (number, kind, language, channel, text, status, applicant_id, district_id,
  address, subject_id, received_at, registered_on, due_on, policy_code, receiver, link_seed,
  eotinish_number, source, redirections, reopenings, journal_length, journal_head,
  first_answer_at, answered_at, closed_at)
SELECT 'B-' || n, 'application', 'kk', 'desk', repeat('шам жанбайды ', 12), 'in_work',
  first.applicant + n, d[1 + n % array_length(d, 1)], '', s[1 + n / 7 % array_length(s, 1)], at,
  at::date, at::date + 21, first.policy, '{{}}', '', '', 'hall', 0, 0, 1, '',
  done, done, done + interval '1 day'
FROM generate_series(1, {n}) AS n,
  LATERAL (SELECT timestamptz '2021-01-01' + n * (interval '2100 days' / {n}) AS at) AS came,
  LATERAL (SELECT CASE WHEN n % 25 > 0 THEN at + interval '1 hour' * (n::bigint * 7919 % 720) END
           AS done) AS ended,
  (SELECT array_agg(id) AS d FROM district) AS districts,
  (SELECT array_agg(id) AS s FROM subject) AS subjects,
  (SELECT (SELECT min(id) - 1 FROM applicant WHERE name = 'bench') AS applicant,
          (SELECT min(code) FROM term_policy) AS policy) AS first
"""
CLAIMS = """
INSERT INTO claim (appeal_id, ordinal, text, agency_id, status, registered_on, first_due_on, due_on,
  suggestions, draft, draft_outcome, answer, outcome, first_answer_at, answered_at, closed_at,
  redirections, reopenings)
SELECT id, 1, '', a[1 + id / 3 % array_length(a, 1)], 'in_work', registered_on, due_on, due_on,
  '[]', '', '', '', '', first_answer_at, answered_at, closed_at, 0, 0
FROM appeal, (SELECT array_agg(id) AS a FROM (SELECT id FROM agency ORDER BY id LIMIT 16) x) AS all_
WHERE number LIKE 'B-%'
"""
JOURNAL = """
INSERT INTO journal_entry (appeal_id, position, kind, at, payload, salt, payload_hash, digest)
SELECT id, {place}, 'registered', received_at, '{{}}', '', '', ''
FROM appeal WHERE number LIKE 'B-%' ORDER BY id DESC LIMIT {n}
"""
PLAIN_CUBE = """
SELECT g.code, coalesce(above.code, topic.code), d.code,
  date_trunc('month', timezone('Asia/Almaty', a.received_at)) AS month, count(*),
  count(*) FILTER (WHERE timezone('Asia/Almaty', c.answered_at)::date > c.due_on
    OR c.answered_at IS NULL AND c.closed_at IS NULL AND c.due_on < current_date)
FROM claim AS c JOIN appeal AS a ON a.id = c.appeal_id LEFT JOIN agency AS g ON g.id = c.agency_id
LEFT JOIN district AS d ON d.id = a.district_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
WHERE c.status <> 'withdrawn' GROUP BY 1, 2, 3, 4
"""
PLAIN_HANDLING = """
SELECT c.agency_id, date_trunc('month', timezone('Asia/Almaty', a.received_at)) AS month, count(*),
  percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (
    ORDER BY coalesce(extract(epoch FROM c.answered_at - a.received_at), 2147483647))
FROM claim AS c JOIN appeal AS a ON a.id = c.appeal_id WHERE c.status <> 'withdrawn' GROUP BY 1, 2
"""
PLAIN_REPEATS = """
SELECT agency_id, count(iin_index), count(*) FILTER (WHERE again) FROM (
  SELECT c.agency_id, p.iin_index, a.received_at - lag(a.received_at) OVER (
    PARTITION BY p.iin_index, coalesce(topic.parent_id, topic.id) ORDER BY a.received_at
  ) <= interval '90 days' AS again
  FROM claim AS c JOIN appeal AS a ON a.id = c.appeal_id
  JOIN applicant AS p ON p.id = a.applicant_id LEFT JOIN subject AS topic ON topic.id = a.subject_id
  WHERE c.status <> 'withdrawn'
) AS x GROUP BY 1
"""
OTHER_COLUMNS = """
SELECT claim, agency, category, district, person, received, month, took, awaited, late
FROM read_parquet('{file}')
"""
OTHER_CUBE = """
SELECT agency, category, district, month, count(*),
  count(*) FILTER (WHERE late OR awaited < current_date) FROM raw GROUP BY ALL
"""
OTHER_HANDLING = """
SELECT agency, month, count(*), quantile_disc(coalesce(took, 2147483647), [0.5, 0.9])
FROM raw GROUP BY ALL
"""
OTHER_REPEATS = """
SELECT agency, count(person), count(*) FILTER (WHERE again) FROM (
  SELECT agency, person, received - lag(received) OVER (
    PARTITION BY person, category ORDER BY received) <= 7776000 AS again FROM raw
) GROUP BY ALL
"""


def fill(session: Session, appeals: int) -> None:
    """Indexes that no statement here reads are dropped first; the rollback brings them back."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    for name in session.scalars(LOOSE, {"tables": list(TABLES), "kept": list(READ_BY_MONTH)}):
        session.execute(text(f"DROP INDEX {name}"))
    for statement in (APPLICANTS, REGISTER, CLAIMS):
        session.execute(text(statement.format(n=appeals)))
    session.execute(text(JOURNAL.format(place=1, n=snapshot.OVERLAP)))
    for name in TABLES:
        session.execute(text(f"ANALYZE {name}"))


def timed(work: Callable[[], object]) -> tuple[float, object]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def measure(session: Session, appeals: int = APPEALS) -> bool:
    fill(session, appeals)
    with TemporaryDirectory(prefix="bench-statistics-") as name:
        folder = Path(name)
        refreshed, _ = timed(lambda: snapshot.refresh(session, folder, now=clock()))
        session.execute(text(JOURNAL.format(place=2, n=CHANGED)))
        first, found = timed(lambda: snapshot.pack(session, folder, now=clock()))
        again, _ = timed(lambda: snapshot.pack(session, folder, now=clock()))
        plain, cube = timed(lambda: _postgresql(session))
        other, _ = timed(lambda: _duckdb(folder))
    by_month = month(session, appeals)
    session.rollback()
    assert isinstance(found, snapshot.Pack)
    same = sorted(row[4:] for row in found.cube) == cube
    took, most = min(first, again), MOST_S.get(appeals, 2.5 * appeals / 1e6)
    met = same and took <= most
    judged(
        f"statistics of {appeals} appeals: {took:.2f} s with {found.changed_since_snapshot} changed"
        f" ones read anew (at most {most} s), nightly snapshot {refreshed:.1f} s; plain PostgreSQL"
        f" {plain:.2f} s ({took / plain:.2f} of it), plain DuckDB on the same rows {other:.2f} s"
        f"{'' if same else '; THE COUNTS DIFFER'}",
        met,
    )
    return met and by_month


def month(session: Session, appeals: int) -> bool:
    """In the second taking, as in a worker that has made one."""
    now = clock()

    def whole() -> figures.FigurePack:
        return figures.compute(session, first=MONTH.first, last=MONTH.last, as_of=now)

    whole()
    took, pack = timed(whole)
    every, _ = timed(lambda: readings.take(session, MONTH, as_of=now))
    assert isinstance(pack, figures.FigurePack)
    return judged(
        f"figure pack of one month with {pack.total.received} of {appeals} appeals: {took:.2f} s"
        f" (at most {MONTH_S} s), every measure in every scope {every:.1f} s",
        took <= MONTH_S,
    )


def _postgresql(session: Session) -> list[tuple[int, int]]:
    """Received and overdue of every cell, in the order of the counts."""
    cube = session.execute(text(PLAIN_CUBE)).all()
    for statement in (PLAIN_HANDLING, PLAIN_REPEATS):
        session.execute(text(statement)).all()
    return sorted((row[4], row[5]) for row in cube)


def _duckdb(folder: Path) -> None:
    import duckdb

    with duckdb.connect(config={"threads": snapshot.THREADS}) as duck:
        columns = OTHER_COLUMNS.format(file=folder / snapshot.CASES_FILE)
        duck.execute(f"CREATE TABLE raw AS {columns}")
        for statement in (OTHER_CUBE, OTHER_HANDLING, OTHER_REPEATS):
            duck.execute(statement).fetchall()


def main() -> int:
    with TemporaryDirectory(prefix="bench-") as name, running_hall(Path(name)) as hall:
        url = hall.database_url.replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url)
        with Session(engine) as session:
            met = measure(session)
        engine.dispose()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
