"""Part of `make bench`: what editions and proposals ask of a large register, question by question.

The register is that of `bench_statistics` (BENCH_APPEALS, a million unless told) with every index
of the house in place, and letters that differ for the topic of a proposal. A question of a page
takes at most 1 s, one of a worker 5 s. `python -m tests.bench_reports` measures this alone.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from agencies.calendar import clock
from agencies.staff import Officer
from reports import endings, evidence, periods, proposals, punctuality, redirects, topic_months
from reports.proposals import Proposal
from tests.bars import judged
from tests.bench_statistics import APPEALS, TABLES, fill, timed
from tests.live import running_hall

PAGE_S, WORKER_S = 1.0, 5.0
MONTH, WEEK, YEAR = periods.month(2026, 8), periods.parse("2026-W33"), periods.parse("2025")
TOPIC, FIRST, LAST = "01", date(2025, 1, 1), date(2025, 12, 31)
CASE = {
    "kk": "Тұрғын аулада шам жанбайтынын айтып, оны жөндеуді екі рет сұрайды, бірақ екі мекеме де"
    " бұл жұмысты өзінікі деп санамайды.",
    "ru": "Житель дважды просит починить свет во дворе, но ни один из двух органов не считает эту"
    " работу своей.",
}
INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename = ANY(:tables)"
LETTERS = """
UPDATE appeal SET text = appeal.id || ' ' || repeat('шам жанбайды ' || appeal.id || ' ', 30)
FROM subject AS s LEFT JOIN subject AS above ON above.id = s.parent_id
WHERE s.id = appeal.subject_id AND :topic IN (s.code, above.code)
  AND received_at >= :first AND received_at < :last
"""
Question = tuple[str, float, Callable[[], object]]


def stand(session: Session) -> Proposal:
    """The register with its indexes, and a proposal that counts a topic for a year."""
    known = list(session.scalars(text(INDEXES), {"tables": list(TABLES)}))
    fill(session, APPEALS)
    session.execute(text(LETTERS), {"topic": TOPIC, "first": FIRST, "last": LAST})
    kept = set(session.scalars(text(INDEXES), {"tables": list(TABLES)}))
    for statement in known:
        if statement not in kept:
            session.execute(text(statement))
    for name in TABLES:
        session.execute(text(f"ANALYZE {name}"))
    by, title = session.scalars(select(Officer)).first(), {"kk": "Жарық", "ru": "Свет"}
    assert by is not None
    made = proposals.open_idea(session, title=title, by=by, now=clock())
    proposals.bound(made, subjects=[TOPIC], agencies=[], first=FIRST, last=LAST)
    return made


def questions(session: Session, proposal: Proposal) -> Iterator[Question]:
    now = clock()
    yield from (
        ("share in time over 24 months (a month's report)", WORKER_S,
         lambda: punctuality.of_period(session, MONTH, as_of=now)),
        ("share in time over 26 weeks, every agency (the scorecard)", WORKER_S,
         lambda: punctuality.of_period(session, WEEK, as_of=now)),
        ("survival curves and ends of a month", WORKER_S,
         lambda: endings.of_period(session, MONTH, as_of=now)),
        ("survival curves and ends of a year", WORKER_S,
         lambda: endings.of_period(session, YEAR, as_of=now)),
        ("sixty months by topic (the outlook of the month)", WORKER_S,
         lambda: topic_months.of_period(session, MONTH, as_of=now)),
        ("who sent on to whom in a year", WORKER_S,
         lambda: redirects.between(session, YEAR, as_of=now)),
        ("figures of a proposal's evidence (freezing)", PAGE_S,
         lambda: evidence.ask(session, proposal, now=now)),
        ("matters of a proposal that may be drawn for coding", PAGE_S,
         lambda: evidence.drawable(session, proposal, now=now)),
        ("a typical case, compared with every letter of its topic", PAGE_S,
         lambda: evidence.tell_case(session, proposal, subject=TOPIC, words=CASE,
                                    now=now + timedelta(0))),
    )  # fmt: skip


def measure(session: Session) -> bool:
    """The better of two takings, as in a process that has asked before."""
    proposal, met = stand(session), True
    for name, most, ask in questions(session, proposal):
        took = min(timed(ask)[0] for _ in range(2))
        met &= judged(f"{name}: {took:.2f} s (at most {most:g} s)", took <= most)
    session.rollback()
    return met


def main() -> int:
    with TemporaryDirectory(prefix="bench-") as name, running_hall(Path(name)) as hall:
        engine = create_engine(hall.database_url.replace("postgresql://", "postgresql+psycopg://"))
        with Session(engine) as session:
            met = measure(session)
        engine.dispose()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
