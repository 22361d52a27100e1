"""For the machines that watch: alive, ready, and figures for Prometheus."""

from collections.abc import Callable, Iterator
from functools import partial

import redis
from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from agencies.access import public
from agencies.calendar import business_date, clock
from agencies.db import db
from reception.nudges import broker

pages = Blueprint("health", __name__)
HEARTBEATS = ("worker", "beat")
GAUGES = {
    "reception_tickets_waiting": "SELECT count(*) FROM ticket WHERE state = 'waiting' "
    "AND business_date = :today",
    "reception_tickets_issued_today": "SELECT count(*) FROM ticket WHERE business_date = :today",
    "reception_appeals_open": "SELECT count(*) FROM appeal WHERE closed_at IS NULL "
    "AND answered_at IS NULL",
    "reception_appeals_overdue": "SELECT count(*) FROM appeal WHERE closed_at IS NULL "
    "AND answered_at IS NULL AND due_on < :today",
    "reception_events_unpublished": "SELECT count(*) FROM event WHERE number IS NULL",
    "reception_documents_waiting": "SELECT count(*) FROM document WHERE rendered_at IS NULL",
}


@pages.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    return jsonify(status="alive")


@pages.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """200 when every part answers, else 503 with the parts that do not."""
    parts = {"database": check(_database), "broker": check(_broker)}
    for name in HEARTBEATS:
        parts[name] = check(partial(_heartbeat, name))
    well = all(parts.values())
    return jsonify(status="ready" if well else "not ready", **parts), 200 if well else 503


def check(part: Callable[[], bool]) -> bool:
    try:
        return part()
    except (SQLAlchemyError, redis.RedisError, ValueError):
        return False


def _database() -> bool:
    return db.session.execute(text("SELECT 1")).scalar() == 1


def _broker() -> bool:
    return bool(broker(current_app.config["SETTINGS"].redis_url).ping())


def _heartbeat(name: str) -> bool:
    url = current_app.config["SETTINGS"].redis_url
    return bool(broker(url).exists(f"reception/heartbeat/{name}"))


class Register(Collector):
    """Counted in the database at the moment of asking, so that every process says the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, statement in GAUGES.items():
            family = GaugeMetricFamily(name, name.replace("_", " "))
            value = db.session.execute(text(statement), {"today": business_date(clock())}).scalar()
            family.add_metric([], float(value or 0))
            yield family


@pages.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Register())
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")
