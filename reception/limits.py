"""How often one address may make open calls, so that one caller does not crowd out the others.

What an outsider does by a secret link counts apart from what is read by one, and more strictly:
each deed writes, may bring files and asks for notices. Both leave room for a family, or a house
meeting, behind one address.

Requests are counted in the broker, under a digest that no address can be read from and that fades.
"""

import hashlib

import redis
from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import TooManyRequests

from agencies.calendar import clock
from reception.nudges import broker

A_MINUTE = 300
DEEDS_A_MINUTE = 40
KEY = "reception/open/%s"


def count(calls: str = "open", most: int | None = None) -> None:
    """Before each request. `calls` of one name share a limit; a broker that is down limits none."""
    now = clock()
    g.limit, g.limit_left, g.limit_resets = most or A_MINUTE, None, 60 - now.second
    try:
        asked = _asked(f"{calls}|{now:%Y-%m-%dT%H:%M}")
    except redis.RedisError:
        return
    g.limit_left = max(g.limit - asked, 0)
    if asked > g.limit:
        raise TooManyRequests(retry_after=g.limit_resets)


def guard(pages: Blueprint, *, deeds: int = DEEDS_A_MINUTE) -> None:
    """Limit what anybody may open of a blueprint: how much is read, and how much is done.

    A page that asks for a sign-in knows its caller, and is not counted.
    """

    def count_by_link() -> None:
        view = current_app.view_functions[str(request.endpoint)]
        if "public" not in getattr(view, "allowed", ()):
            return
        if request.method in ("GET", "HEAD"):
            count(f"{pages.name}: read")
        else:
            count(f"{pages.name}: done", deeds)

    pages.before_request(count_by_link)
    pages.after_request(tell)


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
        answer.headers["RateLimit-Limit"] = str(g.limit)
        answer.headers["RateLimit-Remaining"] = str(left)
        answer.headers["RateLimit-Reset"] = str(g.limit_resets)
    if answer.status_code == TooManyRequests.code:
        answer.headers["Retry-After"] = str(g.limit_resets)
    return answer
