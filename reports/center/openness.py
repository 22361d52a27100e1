"""What all open calls share: any page may read them, an unchanged answer is not sent again, and one
address may ask so many times a minute.

Requests are counted in the broker, under a digest that no address can be read from and that fades.
"""

import hashlib

import redis
from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import TooManyRequests

from agencies.calendar import clock
from reception.nudges import broker

A_MINUTE = 300
KEY = "reception/open/%s"


def count() -> None:
    """Before each request. A broker that is down limits nobody."""
    now = clock()
    g.limit_left, g.limit_resets = None, 60 - now.second
    try:
        asked = _asked(f"{now:%Y-%m-%dT%H:%M}")
    except redis.RedisError:
        return
    g.limit_left = max(A_MINUTE - asked, 0)
    if asked > A_MINUTE:
        raise TooManyRequests


def _asked(minute: str) -> int:
    settings = current_app.config["SETTINGS"]
    words = f"{settings.secret_key}|{request.remote_addr}|{minute}"
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


def apply_to(pages: Blueprint) -> None:
    pages.before_request(count)
    pages.after_request(open_to_all)
    pages.after_request(tell)


def open_to_all(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "ETag, Link, RateLimit-Remaining, Retry-After"
    if answer.status_code == 200:
        answer.headers["Cache-Control"] = "no-cache"
        answer.add_etag()
        answer.make_conditional(request)
    return answer
