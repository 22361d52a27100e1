"""Waking those who wait for rows: listeners of the event stream, and the workers.

Both are hints without data, sent after a commit. A lost one costs a moment, never a row: beat
sweeps what a nudge did not reach.
"""

import logging
import os
import threading
import time
from functools import cache
from importlib import import_module

import redis
from flask import current_app

from agencies.events import WAKE_CHANNEL

log = logging.getLogger("reception.nudges")
NUDGE = "workers.app"
"""The module whose `nudge` sends a task by name; found by name because it stands above."""
PATIENCE_S = 0.3
GATHER_S = 0.02


@cache
def broker(url: str) -> redis.Redis:
    """One pool of connections a process; a broker that is down costs at most `PATIENCE_S`."""
    return redis.Redis.from_url(url, socket_connect_timeout=PATIENCE_S, socket_timeout=PATIENCE_S)


class Caller(threading.Thread):
    """Sends wakes from beside the requests: many commits within a moment become one wake."""

    def __init__(self, url: str) -> None:
        super().__init__(name="wakes", daemon=True)
        self.url, self.asked = url, threading.Event()
        self.start()

    def run(self) -> None:
        while self.asked.wait():
            self.asked.clear()
            try:
                broker(self.url).publish(WAKE_CHANNEL, b"")
            except (redis.RedisError, ValueError) as error:
                log.warning("listeners were not woken: %s", type(error).__name__)
            time.sleep(GATHER_S)


@cache
def _caller(url: str, process: int) -> Caller:  # noqa: ARG001  a fork has no threads of its parent
    return Caller(url)


def wake() -> None:
    """Tell every web process that events may have been committed. Returns at once."""
    _caller(current_app.config["SETTINGS"].redis_url, os.getpid()).asked.set()


def nudge(task: str) -> None:
    """Ask a worker to look for rows of this task now instead of at the next sweep."""
    import_module(NUDGE).nudge(task)
