"""Part of `make bench`: casework at the size of a city, 200,000 appeals on servers of its own.

The texts are invented: sentences drawn from the words of the house's own lexicon, some commoner
than others. Every page is asked of the application as it stands, with the key of an officer of one
agency and of the supervisor, and timed twice: by the clock on the wall, and by the processor that
the application and its backend spent, which other work on the machine does not touch.
`python -m tests.bench_appeals` measures this alone.
"""

import gc
import os
import random
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from agencies import reference, saved_filters, texts
from agencies.db import db
from agencies.staff import Officer, Role
from reception import create_app
from reception.launcher import preparing, surroundings
from reception.launcher.embedded import start_servers
from reception.launcher.folder import open_folder
from reception.launcher.supervisor import Supervisor
from tests.bars import judged
from tests.make import IIN_KEY, SECRET_KEY, bearer, make_appeal, make_officer, make_token

APPEALS = int(os.environ.get("BENCH_APPEALS", "200000"))
SENTENCES, WORDS_EACH, ROUNDS, LODGED, AT_ONCE = 3000, 8, 150, 300, 4
COUNTED, COUNTS = "counts of kept filters", "/workspace/filters/counts"
MOST_MS = {
    "list": 80.0, "case": 80.0, "search": 150.0, "similar": 50.0, "create": 60.0,
    "hot spots": 300.0, "list with kept filters": 80.0, COUNTED: 80.0,
}  # fmt: skip
MOST_STATEMENTS = {
    "list": 8, "list with kept filters": 8, COUNTED: 5, "case": 12, "search": 8,
    "hot spots": 9,
}  # fmt: skip
KEPT = {
    "03": {"topic": "03"},
    "medeu": {"district": "medeu", "overdue": "1"},
    "soon": {"soon": "1"},
}
LEAST_LODGED = 40.0
OPEN_SHARE = 16
"""One of so many appeals is still open."""

SENTENCE_TABLE = "CREATE TABLE bench_sentence (n int PRIMARY KEY, text text, words tsvector)"
APPLICANTS = """
INSERT INTO applicant (name, is_organisation, iin_mask, address, phone, email)
SELECT 'bench ' || n, false, '', '', '', '' FROM generate_series(1, {n}) AS n
"""
REGISTER = """
INSERT INTO appeal (number, kind, language, channel, text, status, applicant_id, district_id,
  address, subject_id, received_at, registered_on, due_on, policy_code, received_by_id, receiver,
  link_seed, eotinish_number, source, first_answer_at, answered_at, redirections, reopenings,
  journal_length, journal_head, words)
SELECT 'B-' || k, pattern.kind, 'ru', pattern.channel,
  concat_ws(' ', one.text, two.text, three.text), pattern.status, first.applicant + k,
  d[1 + k % array_length(d, 1)], '', s[1 + k / 7 % array_length(s, 1)], at,
  at::date, at::date + 21, pattern.policy_code, pattern.received_by_id, pattern.receiver,
  '', '', 'hall', pattern.answered_at, pattern.answered_at, 0, 0,
  pattern.journal_length, pattern.journal_head,
  one.words || two.words || three.words
FROM generate_series(1, {n}) AS series (k)
CROSS JOIN LATERAL (SELECT now() - ({n} - k) * (interval '730 days' / {n}) AS at) AS came
JOIN bench_sentence AS one ON one.n = k::bigint * 7919 % {sentences}
JOIN bench_sentence AS two ON two.n = k::bigint / 3 * 104729 % {sentences}
JOIN bench_sentence AS three ON three.n = k::bigint * k % {sentences}
JOIN appeal AS pattern
  ON pattern.number = CASE WHEN k > {n} - {n} / {open_share} THEN :open ELSE :done END
CROSS JOIN (SELECT array_agg(id) AS d FROM district) AS districts
CROSS JOIN (SELECT array_agg(id) AS s FROM subject) AS subjects
CROSS JOIN (SELECT min(id) - 1 AS applicant FROM applicant WHERE name LIKE 'bench %') AS first
"""
CLAIMS = """
INSERT INTO claim (appeal_id, ordinal, text, agency_id, officer_id, status, registered_on,
  first_due_on, due_on, extendable_to, suggestions, draft, draft_outcome, answer, outcome,
  first_answer_at, answered_at, redirections, reopenings)
SELECT a.id, 1, a.text, agencies[1 + a.id * 31 % array_length(agencies, 1)], c.officer_id, a.status,
  a.registered_on, a.due_on, a.due_on, a.due_on + 60, c.suggestions, c.draft, c.draft_outcome,
  c.answer, c.outcome, a.answered_at, a.answered_at, 0, 0
FROM appeal AS a
JOIN appeal AS p ON p.number IN (:open, :done) AND p.status = a.status
JOIN claim AS c ON c.appeal_id = p.id
CROSS JOIN (SELECT array_agg(id) AS agencies FROM agency WHERE in_hall) AS all_of_them
WHERE a.number LIKE 'B-%'
"""
JOURNAL = """
INSERT INTO journal_entry (appeal_id, claim_id, position, kind, at, by_id, payload, salt,
  payload_hash, digest)
SELECT a.id, c.id, j.position, j.kind, a.received_at + j.position * interval '1 day', j.by_id,
  j.payload, j.salt, j.payload_hash, j.digest
FROM appeal AS a JOIN claim AS c ON c.appeal_id = a.id
JOIN appeal AS p ON p.number IN (:open, :done) AND p.status = a.status
JOIN journal_entry AS j ON j.appeal_id = p.id
WHERE a.number LIKE 'B-%'
"""
OUTLOOKS = """
INSERT INTO claim_outlook (claim_id, due_on, made_at, days_left, late, base, level)
SELECT id, due_on, now(), 5, id * 37 % 400, 50, 0 FROM claim WHERE answered_at IS NULL
"""
TABLES = ("applicant", "appeal", "claim", "journal_entry", "claim_outlook")


def is_busy() -> bool:
    return os.getloadavg()[0] > (os.cpu_count() or 1)


@dataclass(frozen=True)
class Asked:
    """One kind of page: the 95th percentiles in milliseconds and the most statements of any."""

    name: str
    wall: float
    processor: float
    statements: int

    def is_met(self) -> bool:
        """Where others keep the machine busy, the clock on the wall tells of them."""
        took = self.processor if is_busy() else self.wall
        return took <= MOST_MS[self.name] and self.statements <= MOST_STATEMENTS.get(self.name, 99)


def vocabulary() -> list[str]:
    """Words of the lexicon, each once, in an order that stays."""
    rows = reference.tree("competences")["competence"]
    lines = [line for row in rows for name in ("ru", "kk") for line in row.get(name, [])]
    found = sorted({word for line in lines for word in line.split() if len(word) > 3})
    random.Random(1).shuffle(found)
    return found


def sentences(words: list[str]) -> list[str]:
    """As in a language, the n-th word is said about 1/n as often as the first."""
    chance = random.Random(2)
    weights = [1 / place for place in range(1, len(words) + 1)]
    drawn = (chance.choices(words, weights, k=WORDS_EACH) for _ in range(SENTENCES))
    return [f"{' '.join(line)}, {1 + n % 140} дом." for n, line in enumerate(drawn)]


def fill(session: Session, appeals: int, said: list[str]) -> None:
    officer = make_officer(session, Role.OFFICER)
    opened = make_appeal(session, status="in_work", officer=officer)
    done = make_appeal(session, status="answered", officer=officer)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(SENTENCE_TABLE))
    kept = text("INSERT INTO bench_sentence SELECT :n, :line, array_to_tsvector(:stems)")
    rows = [
        {"n": n, "line": line, "stems": sorted(set(texts.words(line, "ru")))}
        for n, line in enumerate(said)
    ]
    session.execute(kept, rows)
    numbers = {"n": appeals, "sentences": SENTENCES, "open_share": OPEN_SHARE}
    for statement in (APPLICANTS, REGISTER, CLAIMS, JOURNAL, OUTLOOKS):
        session.execute(
            text(statement.format(**numbers)), {"open": opened.number, "done": done.number}
        )
    session.commit()
    tidy()


def tidy() -> None:
    """As PostgreSQL itself does within minutes, and long ago with a register of two years."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
        for name in TABLES:
            alone.execute(text(f"VACUUM (ANALYZE) {name}"))


@dataclass(frozen=True)
class House:
    """The application with keys of its people, and what it sends to the database."""

    app: Flask
    seen: list[str]
    backend: list[int]

    def ask(self, path: str, token: str, **more: Any) -> None:
        """Raises where the page was not given."""
        key = bearer(token, key=secrets.token_hex(16))
        answer = self.app.test_client().open(path, headers=key, **more)
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")

    def processor(self) -> float:
        """Seconds that this process and the backends it spoke with have used."""
        used = (Path(f"/proc/{one}/schedstat").read_text().split()[0] for one in set(self.backend))
        return time.process_time() + sum(map(int, used)) / 1e9


def measured(house: House, name: str, pages: Iterator[Callable[[], None]]) -> Asked:
    wall, processor, statements = [], [], 0
    for ask in islice(pages, ROUNDS):
        house.seen.clear()
        begun, used = time.perf_counter(), house.processor()
        ask()
        wall.append((time.perf_counter() - begun) * 1000)
        processor.append((house.processor() - used) * 1000)
        statements = max(statements, len(house.seen))
    tail = [statistics.quantiles(one, n=20)[18] for one in (wall, processor)]
    return Asked(name, tail[0], tail[1], statements)


def pages(house: House, token: str, addresses: list[str]) -> Iterator[Callable[[], None]]:
    chance = random.Random(3)
    while True:
        path = chance.choice(addresses)
        yield lambda path=path: house.ask(path, token)


def searches(house: House, token: str, said: list[str]) -> Iterator[Callable[[], None]]:
    """One to three words of one sentence, among the open ones and among all."""
    chance = random.Random(4)
    while True:
        words = " ".join(
            chance.sample(chance.choice(said).split(",")[0].split(), chance.choice((1, 2, 3)))
        )
        path = f"/workspace?q={words}{chance.choice(('', '&status=all'))}"
        yield lambda path=path: house.ask(path, token)


def numbers(house: House, token: str) -> Iterator[Callable[[], None]]:
    """The last three to five digits of one, as somebody reads them out over the telephone."""
    chance = random.Random(7)
    while True:
        digits = str(chance.randrange(10**5)).zfill(5)[chance.randrange(3) :]
        path = f"/workspace?q={digits}{chance.choice(('', '&status=all'))}"
        yield lambda path=path: house.ask(path, token)


def alikes(house: House, token: str, said: list[str]) -> Iterator[Callable[[], None]]:
    """Three sentences as another person would write them: every third word is left out."""
    chance = random.Random(6)
    while True:
        words = " ".join(chance.sample(said, 3)).split()
        letter = {
            "language": "ru", "text": " ".join(w for w in words if chance.randrange(3)),
            "address": f"Абая, {chance.randrange(1, 140)}",
        }  # fmt: skip
        yield lambda letter=letter: house.ask(
            "/api/v1/appeals/similar", token, method="POST", json=letter
        )


def lodgings(house: House, token: str, said: list[str]) -> Iterator[Callable[[], None]]:
    chance = random.Random(5)
    while True:
        letter = {"kind": "application", "language": "ru", "text": " ".join(chance.sample(said, 3))}
        yield lambda letter=letter: house.ask("/api/v1/appeals", token, method="POST", json=letter)


def lodged_a_second(house: House, token: str, said: list[str]) -> tuple[float, float]:
    """By clerks at once, in threads of one process: by the clock, and by the processor."""
    asks = list(islice(lodgings(house, token, said), LODGED))
    begun, used = time.perf_counter(), house.processor()
    with ThreadPoolExecutor(AT_ONCE) as clerks:
        list(clerks.map(lambda ask: ask(), asks))
    return LODGED / (time.perf_counter() - begun), LODGED / (house.processor() - used)


LISTS = [
    "/workspace", "/workspace?status=in_work", "/workspace?overdue=1", "/workspace?soon=1",
    "/workspace?mine=1", "/workspace?status=all", "/workspace?status=answered",
]  # fmt: skip
SPOTS = [
    "/dashboards/hot-spots", "/dashboards/hot-spots?days=30", "/dashboards/hot-spots?days=365",
    "/dashboards/hot-spots?agency=housing", "/dashboards/hot-spots?topic=01",
]  # fmt: skip


def measure(appeals: int = APPEALS) -> bool:
    said = sentences(vocabulary())
    with serving() as house:
        with house.app.app_context():
            session = db.session()
            begun = time.perf_counter()
            fill(session, appeals, said)
            click.echo(f"{appeals:,} appeals written in {time.perf_counter() - begun:.0f} s")
            of = {"officer": "housing", "head": "housing", "clerk": None, "supervisor": None,
                  "analyst": None}  # fmt: skip
            token = {role: make_token(session, role, agency=own) for role, own in of.items()}
            query = text(
                "SELECT number FROM appeal JOIN claim ON claim.appeal_id = appeal.id"
                " JOIN agency ON agency.id = agency_id WHERE code = 'housing' AND number LIKE 'B-%'"
                " ORDER BY appeal.id % 977 LIMIT 400"
            )
            cases = [f"/workspace/appeals/{number}" for number in session.scalars(query)]
            session.commit()
        found = [
            measured(house, "list", pages(house, token["officer"], LISTS)),
            measured(house, "list", pages(house, token["supervisor"], LISTS)),
            measured(house, "case", pages(house, token["officer"], cases)),
            measured(house, "search", searches(house, token["officer"], said)),
            measured(house, "search", searches(house, token["supervisor"], said)),
            measured(house, "search", numbers(house, token["officer"])),
            measured(house, "search", numbers(house, token["supervisor"])),
            measured(house, "similar", alikes(house, token["officer"], said)),
            measured(house, "similar", alikes(house, token["clerk"], said)),
            *(
                measured(house, "hot spots", pages(house, token[role], SPOTS))
                for role in ("head", "supervisor", "analyst")
            ),
            measured(house, "create", lodgings(house, token["clerk"], said)),
        ]
        keep_filters(house)
        found += [
            measured(house, name, pages(house, token[role], addresses))
            for name, addresses in (("list with kept filters", LISTS), (COUNTED, [COUNTS]))
            for role in ("officer", "supervisor")
        ]
        wall, processor = lodged_a_second(house, token["clerk"], said)
    for one in found:
        judged(
            f"  {one.name}: p95 {one.wall:.0f} ms, {one.processor:.0f} ms of processor (at most "
            f"{MOST_MS[one.name]:.0f}), {one.statements} statements",
            one.is_met(),
        )
    rate = processor if is_busy() else wall
    quick = judged(
        f"casework, {appeals:,} appeals: {wall:.0f} registered a second, {processor:.0f} a second "
        f"of processor (at least {LEAST_LODGED:.0f}), load {os.getloadavg()[0]:.1f}",
        rate >= LEAST_LODGED,
    )
    return quick and all(one.is_met() for one in found)


def keep_filters(house: House) -> None:
    """Those of `KEPT` for everybody; under one name they are kept once."""
    with house.app.app_context():
        session = db.session()
        for officer in session.scalars(select(Officer)):
            for name, asked in KEPT.items():
                saved_filters.keep(session, officer, name=name, asked=asked)
        session.commit()


@contextmanager
def serving() -> Iterator[House]:
    """The application on a database of its own, without workers that would sweep the rows."""
    supervisor = Supervisor(click.echo)
    with TemporaryDirectory(prefix="appeals-bench-") as path:
        folder = open_folder(Path(path))
        try:
            start_servers(supervisor, folder)
            keys = {"RECEPTION_SECRET_KEY": SECRET_KEY, "RECEPTION_IIN_KEY": IIN_KEY}
            with surroundings.entered(surroundings.of_hall(folder) | keys):
                preparing.bring_up_to_date()
                yield house_of(create_app())
        finally:
            supervisor.stop()


def house_of(app: Flask) -> House:
    gc.freeze()  # as the launcher does before it starts a web process
    seen: list[str] = []
    backend: list[int] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "connect", lambda made, _: backend.append(made.info.backend_pid))
    event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: seen.append(sql))
    return House(app, seen, backend)


if __name__ == "__main__":
    click.echo(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    sys.exit(0 if measure() else 1)
