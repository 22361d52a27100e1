"""The Celery application: where the broker is, and how a task that was cut off comes back.

A task holds no data of its own: it looks for rows that wait. So a task may run twice, and one that
dies with its worker is simply started again.
"""

import logging
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from celery import Celery, Task
from celery.exceptions import OperationalError
from celery.signals import beat_init, heartbeat_sent, worker_process_init
from flask import Flask, has_app_context
from kombu import Queue
from kombu.exceptions import KombuError
from redis import Redis, RedisError

from reception import create_app
from reception.settings import SettingsMissing, read_settings
from reports import pdf
from workers.schedule import SCHEDULE

log = logging.getLogger("workers.app")
TASKS = "workers.tasks"
HALL, PAPERS, FIGURES, NOTICES = "hall", "papers", "figures", "notices"
PRINTERS = "printers"
"""Apart, so that a worker can stand at the machine with the USB port."""
QUEUES = {
    "publish_events": HALL,
    "heartbeat": HALL,
    "forecast_waits": HALL,
    "warn_visitors": HALL,
    "print_slips": PRINTERS,
    "score_forecasts": FIGURES,
    "close_yesterday": HALL,
    "make_voice": PAPERS,
    "forget_idempotency_keys": HALL,
    "render_documents": PAPERS,
    "examine_attachments": PAPERS,
    "sweep_attachments": PAPERS,
    "announce_steps": NOTICES,
    "collect_mail": NOTICES,
    "note_words": FIGURES,
    "render_editions": FIGURES,
    "compute_month_figures": FIGURES,
    "request_editions": FIGURES,
    "request_bulletin": FIGURES,
    "follow_proposals": FIGURES,
    "check_links": FIGURES,
    "deliver_notices": NOTICES,
    "anchor_journals": FIGURES,
    "draw_quality_sample": FIGURES,
    "foresee_lateness": FIGURES,
    "score_lateness": FIGURES,
    "erase_by_rule": FIGURES,
    "note_silence": NOTICES,
    "remind": NOTICES,
    "measure_periods": FIGURES,
    "publish_figures": FIGURES,
    "open_figures": FIGURES,
    "watch_series": FIGURES,
    "refresh_snapshot": FIGURES,
    "collect_feeds": FIGURES,
    "derive_indicators": FIGURES,
    "publish_hours": FIGURES,
    "publish_days": FIGURES,
    "check_quality": FIGURES,
    "retrain_routing": FIGURES,
}
"""A long edition never stands before a ticket call: each purpose has its own queue."""

LONGEST_TASK_S = 15 * 60
HEARTBEAT = "reception/heartbeat/%s"
ALIVE_S = 60
PATIENCE_S = 1.0
NOWHERE = "redis+socket:///nonexistent"
TRANSPORT = {
    # Above the longest task: a task still running must not be started a second time.
    "visibility_timeout": LONGEST_TASK_S + 300,
    # Without these two the tasks of a dead worker were seen to wait a minute and a half longer.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 5,
}


class RowTask(Task):  # type: ignore[type-arg]
    """Runs inside the Flask application; a caller that already stands in one keeps it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            return self.run(*args, **kwargs)
        with flask_app().app_context():
            return self.run(*args, **kwargs)


@cache
def flask_app() -> Flask:
    """One a process, made in the child: connections must not be shared across a fork."""
    return create_app()


def broker_url(url: str) -> str:
    """Celery's spelling of the address: a socket file is `redis+socket://`."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{unquote(parts.path)}?virtual_host={database}"


def address() -> str:
    """Where the broker is; without one, a place where nothing answers.

    Celery's own guess would be another broker on this machine.
    """
    try:
        given = read_settings().redis_url
    except SettingsMissing:
        given = ""
    return broker_url(given) or NOWHERE


def _settings() -> dict[str, Any]:
    """Read when first needed, so that the module can be imported before the servers are known."""
    return {
        "broker_url": address(),
        "broker_transport_options": TRANSPORT,
        "broker_connection_retry_on_startup": True,
        "include": [TASKS],
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_ignore_result": True,
        "task_time_limit": LONGEST_TASK_S,
        "task_soft_time_limit": LONGEST_TASK_S - 30,
        "task_queues": [Queue(name) for name in (HALL, PAPERS, FIGURES, NOTICES, PRINTERS)],
        "task_default_queue": HALL,
        "task_routes": {f"{TASKS}.{name}": {"queue": queue} for name, queue in QUEUES.items()},
        "beat_schedule": SCHEDULE,
        "timezone": "Asia/Almaty",
        "enable_utc": True,
        "worker_hijack_root_logger": False,
    }


class House(Celery):
    """Tasks are named without their module: whoever nudges one need not know where it stands."""

    def gen_task_name(self, name: str, module: str) -> str:  # noqa: ARG002
        return f"{TASKS}.{name}"


app = House("workers", task_cls=RowTask)
app.add_defaults(_settings)


def nudge(name: str) -> None:
    """Send a task by its name, without data. A broker that is down costs a second, never a row."""
    try:
        with _patient_connection() as connection:
            app.send_task(f"{TASKS}.{name}", connection=connection, retry=False, expires=60)
    except (OperationalError, KombuError, RedisError, OSError) as error:
        log.warning("no worker was nudged for %s: %s", name, type(error).__name__)


def _patient_connection() -> Any:
    """The way out of the web process: gives up soon, where a worker would try for ever."""
    return app.connection_for_write(
        address(),
        transport_options={
            **TRANSPORT,
            "socket_connect_timeout": PATIENCE_S,
            "socket_timeout": PATIENCE_S,
            "max_retries": 0,
        },
    )


def beat_seen(part: str, client: Redis) -> None:
    """Leave a mark that fades; readiness looks for it."""
    client.set(HEARTBEAT % part, "1", ex=ALIVE_S)


@cache
def broker() -> Redis:
    return Redis.from_url(read_settings().redis_url, socket_connect_timeout=5, socket_timeout=5)


@heartbeat_sent.connect
def _worker_is_alive(**_: object) -> None:
    try:
        beat_seen("worker", broker())
    except RedisError as error:
        log.warning("the worker's mark was not left: %s", type(error).__name__)


@beat_init.connect
def _beat_begins(**_: object) -> None:
    """The first mark does not wait for the schedule, so that the hall is ready sooner."""
    nudge("heartbeat")


@worker_process_init.connect
def _load_typesetter(**_: object) -> None:
    """Beside a child's first tasks: neither the hall's opening nor the first paper waits for it."""
    Thread(target=_prepare_typesetter, daemon=True).start()


def _prepare_typesetter() -> None:
    try:
        pdf.prepare()
    except pdf.RenderingFailed as error:
        log.error("papers cannot be made: %s", error)
