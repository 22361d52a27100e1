"""Staged rows become observations: set by set, never one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

STAGE = """
CREATE TEMPORARY TABLE arriving (
    starts timestamptz, line integer, series_id integer, batch_id integer, before smallint,
    status char(1), conf char(1), fresh boolean, value numeric, note text
) ON COMMIT DROP"""
MEMORY = "128MB"
"""For sorting and grouping what arrives, until the transaction ends."""
STAGED = "line, series_id, batch_id, starts, fresh, status, conf, value, note"

REPEATED = """
WITH repeated AS (
    SELECT series_id, starts, min(line) AS line FROM arriving
    GROUP BY series_id, starts HAVING count(*) > 1
), kept AS (
    SELECT a.series_id, a.starts, a.line, a.value, a.status FROM arriving a JOIN repeated r
    USING (series_id, starts, line)
)
DELETE FROM arriving a USING kept k
WHERE a.series_id = k.series_id AND a.starts = k.starts AND a.line <> k.line
RETURNING a.line, a.batch_id, k.line AS first, a.value::text, k.value::text AS other,
          a.value IS NOT DISTINCT FROM k.value AND a.status = k.status AS same"""

OUT_OF_RANGE = """
WITH bounds AS MATERIALIZED (
    SELECT s.id, (c.params->>'least')::numeric AS least, (c.params->>'most')::numeric AS most
    FROM quality_check c JOIN series s ON s.indicator_id = c.indicator_id
    WHERE c.rule = 'range' AND c.severity = 'refuse'
)
DELETE FROM arriving a USING bounds b
WHERE b.id = a.series_id AND (a.value < b.least OR a.value > b.most)
RETURNING a.line, a.batch_id, a.value::text, b.least::text, b.most::text"""

UNCHANGED = """
DELETE FROM arriving a USING observation o
WHERE NOT a.fresh AND o.series_id = a.series_id AND o.starts = a.starts
  AND o.superseded_by IS NULL AND o.value IS NOT DISTINCT FROM a.value
  AND o.status = a.status AND o.conf = a.conf
RETURNING a.batch_id"""

SUPERSEDE = """
UPDATE observation o SET superseded_by = a.batch_id FROM arriving a
WHERE NOT a.fresh AND o.series_id = a.series_id AND o.starts = a.starts
  AND o.superseded_by IS NULL
RETURNING a.batch_id"""

NUMBERED = """
UPDATE arriving a SET before = o.revision FROM observation o
WHERE NOT a.fresh AND o.series_id = a.series_id AND o.starts = a.starts
  AND o.superseded_by = a.batch_id"""

ENTER = """
INSERT INTO observation (starts, series_id, batch_id, revision, status, conf, value, note)
SELECT starts, series_id, batch_id, coalesce(before, 0) + 1, status, conf, value, note
FROM arriving ORDER BY series_id, starts"""

SPANS = """
UPDATE series s SET first = least(s.first, n.first), last = greatest(s.last, n.last),
    last_batch_id = n.batch_id
FROM (
    SELECT series_id, min(starts) AS first, max(starts) AS last, max(batch_id) AS batch_id
    FROM arriving GROUP BY series_id
) n
WHERE s.id = n.series_id"""


@dataclass(frozen=True)
class Copy:
    """A row for a period that stands in the delivery before."""

    line: int
    batch_id: int
    first: int
    value: str | None
    other: str | None
    same: bool

    @property
    def reason(self) -> str:
        return f"the same period stands in line {self.first} with `{self.other}`"

    @property
    def shown(self) -> str:
        return self.value or ""


@dataclass(frozen=True)
class Beyond:
    """A value that its indicator cannot have."""

    line: int
    batch_id: int
    value: str
    least: str
    most: str | None

    @property
    def reason(self) -> str:
        return f"value: `{self.value}` lies outside {self.least} to {self.most or 'any'}"


class Stage:
    """A table of the transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        session.execute(text(f"SET LOCAL work_mem = '{MEMORY}'"))
        session.execute(text("DROP TABLE IF EXISTS arriving"))
        session.execute(text(STAGE))

    def put(self, lines: Sequence[str]) -> None:
        driver: Any = self.session.connection().connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY arriving ({STAGED}) FROM STDIN") as out:
            out.write("\n".join([*lines, ""]))

    def drop_repeated(self) -> Iterator[Copy]:
        """The first of them stays."""
        self.session.execute(text("ANALYZE arriving"))
        for row in self.session.execute(text(REPEATED)):
            yield Copy(*row)

    def drop_out_of_range(self) -> Iterator[Beyond]:
        for row in self.session.execute(text(OUT_OF_RANGE)):
            yield Beyond(*row)

    def merge(self) -> dict[int, tuple[int, int, int]]:
        """Batch -> rows that changed nothing, that revised a value, that entered in all."""
        unchanged = self._by_batch(UNCHANGED)
        revised = self._by_batch(SUPERSEDE)
        if revised:
            self.session.execute(text(NUMBERED))
        entered = self._by_batch("SELECT batch_id FROM arriving")
        self.session.execute(text(ENTER))
        self.session.execute(text(SPANS))
        ids = {*unchanged, *entered}
        return {n: (unchanged.get(n, 0), revised.get(n, 0), entered.get(n, 0)) for n in ids}

    def _by_batch(self, statement: str) -> dict[int, int]:
        counted = f"WITH done AS ({statement}) SELECT batch_id, count(*) FROM done GROUP BY 1"  # noqa: S608
        return dict(self.session.execute(text(counted)).all())
