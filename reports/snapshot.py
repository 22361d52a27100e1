"""The nightly snapshot of the register for large questions: Parquet files that DuckDB reads.

Only what is counted leaves the register: codes, moments, and a person as a number drawn anew for
each snapshot. What has changed since the night is read from the living register by its journal, so
that an answer is never older than the question.
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
OVERLAP = 10_000
"""Journal entries read again: a transaction may commit after one that took a later number."""

APPEALS = """
SELECT a.id, coalesce(d.code, '') AS district, coalesce(above.code, topic.code, '') AS category,
       extract(epoch FROM a.received_at)::bigint AS received,
       hashtextextended(encode(p.iin_index, 'hex'), {seed}) AS person
FROM appeal AS a
LEFT JOIN district AS d ON d.id = a.district_id
LEFT JOIN subject AS topic ON topic.id = a.subject_id
LEFT JOIN subject AS above ON above.id = topic.parent_id
LEFT JOIN applicant AS p ON p.id = a.applicant_id
"""
CLAIMS = """
SELECT c.appeal_id, coalesce(g.code, '') AS agency, c.due_on,
       timezone('Asia/Almaty', c.answered_at)::date AS answered_on,
       extract(epoch FROM c.answered_at)::bigint AS answered,
       c.closed_at IS NOT NULL AS closed
FROM claim AS c LEFT JOIN agency AS g ON g.id = c.agency_id
WHERE c.status <> 'withdrawn'
"""
CHANGED = "SELECT appeal_id FROM journal_entry WHERE id > {position}"

CASES = """
CREATE TABLE cases AS
SELECT appeals.id, agency, category, district, received, person, due_on, answered_on, answered,
       closed, strftime(make_timestamp((received + 18000) * 1000000), '%Y-%m') AS month
FROM claims JOIN appeals ON appeals.id = claims.appeal_id
"""
"""Almaty is five hours ahead of UTC since March 2024; a month is named by that clock."""

CUBE = """
SELECT agency, category, district, month, count(*) AS received,
       count(*) FILTER (WHERE answered_on > due_on
         OR (answered IS NULL AND NOT closed AND due_on < CAST(? AS date))) AS overdue
FROM cases GROUP BY ALL ORDER BY ALL
"""
HANDLING = """
SELECT agency, month, count(*) AS received, count(answered) AS answered,
       quantile_disc(coalesce(answered - received, 9e15::bigint), [0.5, 0.9]) AS seconds
FROM cases GROUP BY ALL ORDER BY ALL
"""
"""Over all cases: one without an answer counts as longer than any, so a quantile may be missing."""

REPEATS = """
SELECT agency, count(person) AS known, count(*) FILTER (WHERE again) AS again FROM (
  SELECT agency, person, received - lag(received) OVER (
           PARTITION BY person, category ORDER BY received, id) <= 90 * 86400
         AND person IS NOT NULL AS again FROM cases
) GROUP BY ALL ORDER BY ALL
"""
NEVER_S = 9e14
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
    with _engine() as duck, TemporaryDirectory(dir=folder) as aside:
        draft = Path(aside)
        _copy(session, duck, draft, seed=seed)
        appeals = duck.execute("SELECT count(*) FROM appeals").fetchone()[0]
        for name in ("appeals", "claims"):
            file = draft / f"{name}.parquet"
            duck.execute(f"COPY {name} TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
            file.replace(folder / file.name)
    found = Snapshot(now.isoformat(), position, seed, appeals)
    (folder / "snapshot.json").write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


def known(folder: Path) -> Snapshot | None:
    try:
        return Snapshot(**json.loads((folder / "snapshot.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def pack(session: Session, folder: Path, *, now: datetime) -> Pack:
    """The statistics of this moment: the snapshot, and the appeals that changed since."""
    found = known(folder)
    if found is None:
        raise NotFound("There is no snapshot of the register yet. It is taken every night.")
    with _engine() as duck, TemporaryDirectory(dir=folder) as aside:
        changed = _load(session, duck, folder, Path(aside), found)
        duck.execute(CASES)
        return Pack(
            as_of=now.isoformat(),
            changed_since_snapshot=changed,
            cube=duck.execute(CUBE, [business_date(now)]).fetchall(),
            handling=[_handling(row) for row in duck.execute(HANDLING).fetchall()],
            repeats=duck.execute(REPEATS).fetchall(),
        )


def _handling(row: Any) -> tuple[str, str, int, int, float | None, float | None]:
    agency, month, received, answered, (half, most) = row
    days = [None if span > NEVER_S else span / SECONDS_A_DAY for span in (half, most)]
    return agency, month, received, answered, days[0], days[1]


def _load(session: Session, duck: Any, folder: Path, aside: Path, found: Snapshot) -> int:
    """Tables `appeals` and `claims`: the night's, with changed appeals in their newest state."""
    ids = CHANGED.format(position=int(max(0, found.position - OVERLAP)))
    _copy(session, duck, aside, seed=found.seed, among=ids)
    changed = duck.execute("SELECT count(*) FROM appeals").fetchone()[0]
    for name, key in (("appeals", "id"), ("claims", "appeal_id")):
        duck.execute(f"ALTER TABLE {name} RENAME TO fresh_{name}")
        file = folder / f"{name}.parquet"
        duck.execute(
            f"CREATE VIEW {name} AS SELECT * FROM fresh_{name} UNION ALL BY NAME "  # noqa: S608
            f"SELECT * FROM read_parquet('{file}') "
            f"WHERE {key} NOT IN (SELECT id FROM fresh_appeals)"
        )
    return int(changed)


def _copy(session: Session, duck: Any, aside: Path, *, seed: int, among: str = "") -> None:
    """Two tables of DuckDB straight from the register; `among` narrows them to some appeals."""
    appeals = APPEALS.format(seed=int(seed)) + (f"WHERE a.id IN ({among})" if among else "")
    claims = CLAIMS + (f"AND c.appeal_id IN ({among})" if among else "")
    for name, statement in (("appeals", appeals), ("claims", claims)):
        file = aside / f"{name}.csv"
        sent = f"COPY ({statement}) TO STDOUT (FORMAT csv)"
        with file.open("wb") as out, _cursor(session) as cursor, cursor.copy(sent) as rows:
            for block in rows:
                out.write(block)
        duck.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv('{file}', header=false, "  # noqa: S608
            f"columns={COLUMNS[name]}, nullstr='', allow_quoted_nulls=false, auto_detect=false)"
        )


COLUMNS = {
    "appeals": "{'id':'BIGINT','district':'VARCHAR','category':'VARCHAR','received':'BIGINT',"
               "'person':'BIGINT'}",
    "claims": "{'appeal_id':'BIGINT','agency':'VARCHAR','due_on':'DATE','answered_on':'DATE',"
              "'answered':'BIGINT','closed':'BOOLEAN'}",
}  # fmt: skip


@contextmanager
def _cursor(session: Session) -> Iterator[Any]:
    """Psycopg's own cursor in the session's transaction: COPY is not of SQLAlchemy's words."""
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        yield cursor


@contextmanager
def _engine() -> Iterator[Any]:
    """Loaded here: the processes that serve pages never carry it."""
    import duckdb

    duck = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    try:
        yield duck
    finally:
        duck.close()
