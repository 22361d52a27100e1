"""The nightly snapshot of the register for large questions: a Parquet file that DuckDB reads.

Only what is counted leaves the register: numbers of codes, times, and a person as a number drawn
anew for each snapshot. What has changed since the night is read from the living register by its
journal, so that an answer is never older than the question.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.errors import NotFound

THREADS, MEMORY = 2, "1GB"
CASES_FILE = "cases.parquet"
OVERLAP = 10_000
"""Journal entries read again: a transaction may commit after one that took a later number."""

CLAIMS = """
SELECT a.id, c.id AS claim, coalesce(c.agency_id, 0) AS agency,
       coalesce(topic.parent_id, topic.id, 0) AS category, coalesce(a.district_id, 0) AS district,
       extract(epoch FROM a.received_at)::bigint AS received,
       timezone('Asia/Almaty', a.received_at)::date AS received_on,
       hashtextextended(encode(p.iin_index, 'hex'), {seed}) AS person,
       extract(epoch FROM c.answered_at)::bigint AS answered,
       timezone('Asia/Almaty', c.answered_at)::date AS answered_on,
       c.due_on, c.closed_at IS NOT NULL AS closed
FROM appeal AS a
LEFT JOIN claim AS c ON c.appeal_id = a.id AND c.status NOT IN ('withdrawn', 'merged')
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN applicant AS p ON p.id = a.applicant_id
"""
"""Numbers only: they group several times faster than codes. An appeal without a matter that
counts has one row with an empty claim, so that its going is known too.
"""
CHANGED = "WHERE a.id IN (SELECT appeal_id FROM journal_entry WHERE id > {position})"
COLUMNS = (
    "{'id':'BIGINT','claim':'BIGINT','agency':'INTEGER','category':'INTEGER','district':'INTEGER',"
    "'received':'BIGINT','received_on':'DATE','person':'BIGINT','answered':'BIGINT',"
    "'answered_on':'DATE','due_on':'DATE','closed':'BOOLEAN'}"
)
NAMES = {
    "agency": "SELECT id, code FROM agency",
    "category": "SELECT id, code FROM subject WHERE parent_id IS NULL",
    "district": "SELECT id, code FROM district",
}

CASES = """
SELECT id, claim, agency, category, district, person, received,
       (year(received_on) * 12 + month(received_on) - 1)::SMALLINT AS month,
       (answered - received)::INTEGER AS took,
       CASE WHEN answered IS NULL AND NOT closed THEN due_on END AS awaited,
       coalesce(answered_on > due_on, false) AS late,
       {again} AS again
FROM {source} WHERE claim IS NOT NULL
"""
"""`awaited`: the last day of a matter that is still open; `month` counts from the year 0."""

SEEN_BEFORE = """(person IS NOT NULL AND count(*) OVER (PARTITION BY person, category
ORDER BY received RANGE BETWEEN 90 * 86400 PRECEDING AND 1 PRECEDING) > 0)"""
"""Whether the same person wrote about the same topic within the ninety days before; two matters of
one appeal are not two appeals.
"""

WHOLE = """
CREATE TABLE cases AS
SELECT * FROM read_parquet('{file}') WHERE id NOT IN (SELECT id FROM fresh)
UNION ALL BY NAME {fresh}
"""
TOUCHED = """
CREATE TABLE touched AS
SELECT person FROM fresh WHERE person IS NOT NULL
UNION SELECT person FROM read_parquet('{file}')
WHERE person IS NOT NULL AND id IN (SELECT id FROM fresh)
"""
"""Persons whose row of appeals may have changed since the night: only theirs is looked at anew."""

CUBE = """
WITH counted AS (
  SELECT agency, category, district, month, count(*) AS received,
         count(*) FILTER (WHERE late OR awaited < CAST(? AS date)) AS overdue
  FROM cases GROUP BY ALL
)
SELECT coalesce(a.code, '') AS agency, coalesce(c.code, '') AS category,
       coalesce(d.code, '') AS district, {month} AS month, received, overdue
FROM counted LEFT JOIN agency AS a ON a.id = counted.agency
LEFT JOIN category AS c ON c.id = counted.category
LEFT JOIN district AS d ON d.id = counted.district ORDER BY ALL
"""
HANDLING = """
WITH counted AS (
  SELECT agency, month, count(*) AS received, count(took) AS answered,
         quantile_disc(coalesce(took, 2147483647), [0.5, 0.9]) AS seconds
  FROM cases GROUP BY ALL
)
SELECT coalesce(a.code, '') AS agency, {month} AS month, received, answered, seconds
FROM counted LEFT JOIN agency AS a ON a.id = counted.agency ORDER BY ALL
"""
"""Over all cases: one without an answer counts as longer than any, so a quantile may be missing."""

REPEATS = """
WITH counted AS (
  SELECT agency, again FROM cases
  WHERE person IS NOT NULL AND person NOT IN (SELECT person FROM touched)
  UNION ALL
  SELECT agency, {again} FROM cases WHERE person IN (SELECT person FROM touched)
  UNION ALL
  SELECT agency, NULL FROM (SELECT DISTINCT agency FROM cases)
)
SELECT coalesce(a.code, '') AS agency, count(again) AS known, count(*) FILTER (WHERE again) AS again
FROM counted LEFT JOIN agency AS a ON a.id = counted.agency GROUP BY ALL ORDER BY ALL
"""
MONTH = "printf('%04d-%02d', month // 12, month % 12 + 1)"
NEVER_S = 2**31 - 1
SECONDS_A_DAY = 86400


@dataclass(frozen=True)
class Snapshot:
    """`position`: the last journal entry known when it was taken."""

    taken_at: str
    position: int
    seed: int
    appeals: int


@dataclass(frozen=True)
class Pack:
    """Statistics of the whole register as it stands: counts are matters, days are elapsed days."""

    as_of: str
    changed_since_snapshot: int
    cube: list[tuple[str, str, str, str, int, int]]
    handling: list[tuple[str, str, int, int, float | None, float | None]]
    repeats: list[tuple[str, int, int]]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def folder_in(data: Path) -> Path:
    """Where the data folder of the house keeps it."""
    return data / "snapshot"


def refresh(session: Session, folder: Path, *, now: datetime) -> Snapshot:
    """Write the whole register anew beside the old snapshot, then put it in its place."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    position = session.execute(text("SELECT coalesce(max(id), 0) FROM journal_entry")).scalar_one()
    seed = secrets.randbits(62)
    with _engine(folder) as (duck, aside):
        _copy(session, duck, aside, CLAIMS.format(seed=seed))
        appeals = duck.execute("SELECT count(DISTINCT id) FROM fresh").fetchone()[0]
        draft, cases = aside / CASES_FILE, CASES.format(again=SEEN_BEFORE, source="fresh")
        duck.execute(f"COPY ({cases}) TO '{draft}' (FORMAT parquet, COMPRESSION zstd)")
        draft.replace(folder / CASES_FILE)
    found = Snapshot(now.isoformat(), position, seed, appeals)
    (folder / "snapshot.json").write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def known(folder: Path) -> Snapshot | None:
    if not (folder / CASES_FILE).exists():
        return None
    try:
        return Snapshot(**json.loads((folder / "snapshot.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def pack(session: Session, folder: Path, *, now: datetime) -> Pack:
    """The statistics of this moment: the snapshot, and the appeals that changed since."""
    found = known(folder)
    if found is None:
        raise NotFound("There is no snapshot of the register yet. It is taken every night.")
    with _engine(folder) as (duck, aside):
        changed = _load(session, duck, folder, aside, found)
        repeats = REPEATS.format(again=SEEN_BEFORE)
        today, named = [business_date(now)], {"month": MONTH}
        handling = duck.execute(HANDLING.format(**named)).fetchall()
        return Pack(
            as_of=now.isoformat(),
            changed_since_snapshot=changed,
            cube=duck.execute(CUBE.format(**named), today).fetchall(),
            handling=[_handling(row) for row in handling],
            repeats=duck.execute(repeats).fetchall(),
        )


def _handling(row: Any) -> tuple[str, str, int, int, float | None, float | None]:
    agency, month, received, answered, (half, most) = row
    days = [None if span == NEVER_S else span / SECONDS_A_DAY for span in (half, most)]
    return agency, month, received, answered, days[0], days[1]


def _load(session: Session, duck: Any, folder: Path, aside: Path, found: Snapshot) -> int:
    """Table `cases`: the night's, with the appeals changed since in their newest state."""
    position = max(0, found.position - OVERLAP)
    changed = CLAIMS.format(seed=int(found.seed)) + CHANGED.format(position=int(position))
    _copy(session, duck, aside, changed)
    file = folder / CASES_FILE
    fresh = CASES.format(again="false", source="fresh")
    duck.execute(WHOLE.format(file=file, fresh=fresh))
    duck.execute(TOUCHED.format(file=file))
    for name, statement in NAMES.items():
        _name(session, duck, name, statement)
    return int(duck.execute("SELECT count(DISTINCT id) FROM fresh").fetchone()[0])


def _name(session: Session, duck: Any, name: str, statement: str) -> None:
    rows = [tuple(row) for row in session.execute(text(statement))]
    duck.execute(f"CREATE TABLE {name} (id INTEGER, code VARCHAR)")
    duck.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows) if rows else None  # noqa: S608


def _copy(session: Session, duck: Any, aside: Path, statement: str) -> None:
    """Table `fresh` of DuckDB straight from the register."""
    file = aside / "fresh.csv"
    sent = f"COPY ({statement}) TO STDOUT (FORMAT csv)"
    with file.open("wb") as out, _cursor(session) as cursor, cursor.copy(sent) as rows:
        for block in rows:
            out.write(block)
    duck.execute(
        f"CREATE TABLE fresh AS SELECT * FROM read_csv('{file}', header=false, "  # noqa: S608
        f"columns={COLUMNS}, nullstr='', auto_detect=false)"
    )


@contextmanager
def _cursor(session: Session) -> Iterator[Any]:
    """Psycopg's own cursor in the session's transaction: COPY is not of SQLAlchemy's words."""
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        yield cursor


@contextmanager
def _engine(folder: Path) -> Iterator[tuple[Any, Path]]:
    """DuckDB and a folder of its own. Loaded here: no process that serves pages carries it."""
    import duckdb

    with TemporaryDirectory(dir=folder) as aside:
        settings: dict[str, Any] = {
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": f"{aside}/spill",
        }
        duck = duckdb.connect(config=settings)
        try:
            yield duck, Path(aside)
        finally:
            duck.close()
