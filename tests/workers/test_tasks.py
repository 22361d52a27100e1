"""Tasks called as functions: each finds its rows, and running it again changes nothing."""

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import event, func, select

from agencies import events
from agencies.db import db
from agencies.events import WAKE_CHANNEL, Event
from agencies.notices import Notice
from reception import AWAITED, documents, idempotency, waits
from reception.documents import Document, DocumentKind
from reception.forecast_scores import ForecastScore
from reception.idempotency import IdempotencyKey
from reports import editions, pdf, periods
from reports.editions import Edition, EditionStatus
from reports.figure_sets import FigureSet
from tests.make import make_appeal, make_ticket
from workers import app as celery_app
from workers import tasks
from workers.app import QUEUES, TASKS, app, broker_url, nudge
from workers.schedule import SCHEDULE

OCTOBER = periods.parse("2026-10")


@pytest.fixture
def standing(database: Any, app: Any, clock: Any, settings: Any, monkeypatch: Any) -> Iterator[Any]:
    """An application to stand in, as a worker has one, and the broker of the run."""
    monkeypatch.setattr(celery_app, "read_settings", lambda: settings)
    celery_app.broker.cache_clear()
    with app.app_context():
        yield clock
    celery_app.broker.cache_clear()


@pytest.fixture
def redis(settings: Any) -> Redis:
    client = Redis.from_url(settings.redis_url)
    client.flushdb()
    return client


def test_committed_events_get_their_numbers_and_listeners_are_woken(
    standing: Any, session: Any, redis: Redis, now: Any
) -> None:
    """Woken once, though asked twice. The broker's numbered databases share its channels, so that
    another process of the run may wake the same listener: then it is looked at anew.
    """
    listener = redis.pubsub()
    listener.subscribe(WAKE_CHANNEL)
    listener.get_message(timeout=1)

    def times_woken() -> int:
        for kind in ("ticket_issued", "ticket_called"):
            events.record(session, "hall/one", kind, now=now)
        session.commit()
        tasks.hall.publish_events()
        tasks.hall.publish_events()
        return sum(listener.get_message(timeout=0.3) is not None for _ in range(3))

    assert 1 in (times_woken() for _ in range(5))
    numbers = session.scalars(select(Event.number).order_by(Event.id)).all()
    assert numbers[1] == numbers[0] + 1


def test_a_paper_that_waits_is_rendered_once(standing: Any, session: Any, now: Any) -> None:
    appeal = make_appeal(session)
    documents.request_document(session, appeal, kind=DocumentKind.TALON, language="kk", now=now)
    session.commit()

    tasks.papers.render_documents()
    session.expire_all()
    first = session.scalars(select(Document)).one()
    rendered, digest = first.rendered_at, first.digest
    standing.advance(minutes=1)
    tasks.papers.render_documents()
    session.expire_all()

    assert first.content is not None
    assert first.content.startswith(b"%PDF")
    assert (first.rendered_at, first.digest) == (rendered, digest)


def test_a_paper_that_cannot_be_made_goes_to_the_end_of_the_line(
    standing: Any, session: Any, now: Any, monkeypatch: Any
) -> None:
    for language in ("kk", "ru"):
        appeal = make_appeal(session)
        documents.request_document(
            session, appeal, kind=DocumentKind.TALON, language=language, now=now
        )
    session.commit()
    whole = tasks.papers.PAPERS[DocumentKind.TALON]
    broken = session.scalars(select(Document).order_by(Document.id)).first()

    def html(document: Document) -> str:
        return whole(document) if document.id != broken.id else "<img src='file:///etc/passwd'>"

    monkeypatch.setitem(tasks.papers.PAPERS, DocumentKind.TALON, html)
    standing.advance(seconds=1)
    with pytest.raises(pdf.RenderingFailed):
        tasks.papers.render_documents()
    with pytest.raises(pdf.RenderingFailed):
        tasks.papers.render_documents()
    session.expire_all()

    done = session.scalars(select(Document.language).where(Document.rendered_at.is_not(None)))
    assert done.all() == ["ru"]


def test_an_edition_asked_for_becomes_a_file(standing: Any, session: Any, now: Any) -> None:
    editions.request(session, OCTOBER, language="en", by=None, now=now)
    session.commit()

    tasks.editions.render_editions()
    session.expire_all()

    edition = session.scalars(select(Edition)).one()
    assert edition.status is EditionStatus.RENDERED
    assert edition.content is not None
    assert edition.content.startswith(b"%PDF")


@pytest.fixture
def impatient(standing: Any) -> Iterator[None]:
    """A worker's connection that is soon ended where nothing is asked in a transaction."""
    rule = "SET SESSION idle_in_transaction_session_timeout = '{}s'"
    db.session.remove()

    def hurry(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(rule.format(1))
        connection.commit()

    def calm(connection: Any, _record: object) -> None:
        if connection is not None and not connection.closed:
            connection.execute(rule.format(60))
            connection.commit()

    event.listen(db.engine, "checkout", hurry)
    event.listen(db.engine, "checkin", calm)
    yield
    db.session.remove()
    event.remove(db.engine, "checkout", hurry)
    event.remove(db.engine, "checkin", calm)


def test_an_edition_may_take_longer_than_a_transaction_may_lie_idle(
    session: Any, now: Any, impatient: None, monkeypatch: Any
) -> None:
    editions.request(session, OCTOBER, language="en", by=None, now=now)
    session.commit()
    draw = pdf.render_both

    def draw_slowly(*args: Any, **more: Any) -> Any:
        time.sleep(2.5)
        return draw(*args, **more)

    monkeypatch.setattr(pdf, "render_both", draw_slowly)
    tasks.editions.render_editions()
    session.expire_all()

    assert session.scalars(select(Edition)).one().status is EditionStatus.RENDERED
    session.close()


def test_an_edition_that_cannot_be_rendered_says_why_and_the_next_one_is_made(
    standing: Any, session: Any, now: Any, caplog: Any
) -> None:
    september = periods.parse("2026-09")
    broken = editions.request(session, september, language="kk", by=None, now=now)
    broken.figure_set.particulars = {}
    sound = editions.request(session, OCTOBER, language="kk", by=None, now=now)
    session.commit()

    tasks.editions.render_editions()
    session.expire_all()

    assert (broken.status, sound.status) == (EditionStatus.FAILED, EditionStatus.RENDERED)
    assert broken.failure
    assert "edition" in caplog.text


def test_the_night_after_the_month_takes_its_figures_once(standing: Any, session: Any) -> None:
    tasks.editions.compute_month_figures()
    standing.advance(days=1)
    tasks.editions.compute_month_figures()

    assert session.scalar(select(func.count()).select_from(FigureSet)) == 1
    asked = session.scalars(select(Edition).order_by(Edition.id)).all()
    assert {edition.period for edition in asked} == {"2026-10"}
    assert [(edition.kind, edition.language) for edition in asked] == [
        ("monthly", "kk"), ("monthly", "ru"), ("monthly", "en"),
        ("brief", "kk"), ("brief", "ru"), ("brief", "en"),
    ]  # fmt: skip


def test_the_next_month_gets_its_own(standing: Any, session: Any) -> None:
    tasks.editions.compute_month_figures()
    standing.advance(days=9)
    tasks.editions.compute_month_figures()

    months = session.scalars(select(FigureSet.first).order_by(FigureSet.first)).all()
    assert [f"{month:%Y-%m}" for month in months] == ["2026-10", "2026-11"]


def test_keys_are_forgotten_after_a_day(standing: Any, session: Any, now: Any) -> None:
    for key, age in (("old", timedelta(days=2)), ("fresh", timedelta(hours=2))):
        idempotency.claim_key(session, owner="1", key=key, asked="0" * 64, now=now - age)
    session.commit()

    tasks.upkeep.forget_idempotency_keys()

    assert session.scalars(select(IdempotencyKey.key)).all() == ["fresh"]


def test_a_mark_of_life_fades(standing: Any, redis: Redis) -> None:
    tasks.upkeep.heartbeat()

    assert 0 < redis.ttl("reception/heartbeat/beat") <= 60


def test_every_entry_of_the_schedule_is_a_task_with_a_queue() -> None:
    names = {entry["task"].removeprefix(f"{TASKS}.") for entry in SCHEDULE.values()}

    names.update(AWAITED)
    assert names == set(QUEUES)
    assert all(f"{TASKS}.{name}" in app.tasks for name in names)


def test_tasks_carry_no_data() -> None:
    assert all(not entry.get("args") and not entry.get("kwargs") for entry in SCHEDULE.values())


def test_a_nudge_lands_in_its_queue(standing: Any, redis: Redis) -> None:
    nudge("render_editions")

    assert redis.llen("figures") == 1
    assert b"render_editions" in redis.lindex("figures", 0)
    redis.flushdb()


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/x.sock"])
def test_a_nudge_without_a_broker_costs_a_moment_and_no_error(
    address: str, monkeypatch: Any, caplog: Any
) -> None:
    monkeypatch.setattr(celery_app, "address", lambda: address)
    started = time.monotonic()

    with caplog.at_level(logging.WARNING):
        nudge("render_documents")

    assert time.monotonic() - started < 2
    assert "render_documents" in caplog.text


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("redis://host:6379/1", "redis://host:6379/1"),
        ("unix:///run/a%20b/v.sock?db=3", "redis+socket:///run/a b/v.sock?virtual_host=3"),
        ("unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0"),
    ],
)
def test_celery_gets_its_own_spelling_of_the_address(given: str, spelled: str) -> None:
    assert broker_url(given) == spelled


def test_silence_past_the_term_is_noted_once_and_told_in_working_hours(
    standing: Any, session: Any, now: Any
) -> None:
    appeal = make_appeal(
        session, status="in_work", now=now,
        applicant={"name": "Ерлан Тасқынбаев", "phone": "+77010000001"},
    )  # fmt: skip
    standing.moment = datetime(2026, 12, 14, 19, 15, tzinfo=UTC)

    for _ in range(2):
        tasks.notices.note_silence()

    session.expire_all()
    assert [e.kind for e in appeal.journal].count("deemed_refused") == 1
    [notice] = session.scalars(select(Notice).where(Notice.kind == "deemed_refused")).all()
    assert notice.next_at == datetime(2026, 12, 15, 4, 0, tzinfo=UTC)


def test_the_forecast_is_renewed_and_each_day_is_accounted_for_once(
    standing: Any, session: Any, now: Any
) -> None:
    ticket = make_ticket(session, now=now - timedelta(days=1))
    ticket.told_p50_s, ticket.told_p90_s = 300, 600
    ticket.other_p50_s, ticket.other_p90_s = 60, 120
    ticket.called_at = ticket.issued_at + timedelta(minutes=8)
    session.commit()
    waits.forget()

    for _ in range(2):
        tasks.hall.forecast_waits()
        tasks.hall.score_forecasts()

    row = session.scalars(select(ForecastScore)).one()
    assert (row.n, row.coverage, row.other_coverage) == (1, 1.0, 0.0)
    waits.forget()


def test_the_letter_of_answer_becomes_a_pdf(standing: Any, session: Any, now: Any) -> None:
    appeal = make_appeal(session, status="answered", language="kk", now=now)
    documents.request_document(session, appeal, kind=DocumentKind.LETTER, language="kk", now=now)
    session.commit()

    tasks.papers.render_documents()

    session.expire_all()
    [letter] = session.scalars(select(Document)).all()
    assert letter.content.startswith(b"%PDF-")
