"""How often one address may make open calls, so that one caller does not crowd out the others.

Requests are counted in the broker, under a digest that no address can be read from and that fades.
"""

import hashlib

import redis
from flask import Response, current_app, g, request
from werkzeug.exceptions import TooManyRequests

from agencies.calendar import clock
from reception.nudges import broker

A_MINUTE = 300
KEY = "reception/open/%s"


def count(calls: str = "open") -> None:
    """Before each request. `calls` of one name share a limit; a broker that is down limits none."""
    now = clock()
    g.limit_left, g.limit_resets = None, 60 - now.second
    try:
        asked = _asked(f"{calls}|{now:%Y-%m-%dT%H:%M}")
    except redis.RedisError:
        return
    g.limit_left = max(A_MINUTE - asked, 0)
    if asked > A_MINUTE:
        raise TooManyRequests


def _asked(when: str) -> int:
    settings = current_app.config["SETTINGS"]
    words = f"{settings.secret_key}|{request.remote_addr}|{when}"
    key = KEY % hashlib.sha256(words.encode()).hexdigest()[:24]
    with broker(settings.redis_url).pipeline(transaction=False) as pipe:
        pipe.incr(key)
        pipe.expire(key, 120)
        return int(pipe.execute()[0])


def tell(answer: Response) -> Response:
    """After each request: what is left, and when to come back."""
    left = g.get("limit_left")
    if left is not None:
        answer.headers["RateLimit-Limit"] = str(A_MINUTE)
        answer.headers["RateLimit-Remaining"] = str(left)
        answer.headers["RateLimit-Reset"] = str(g.limit_resets)
    if answer.status_code == TooManyRequests.code:
        answer.headers["Retry-After"] = str(g.limit_resets)
    return answer
