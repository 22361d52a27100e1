"""One JSON document by POST, and what the answer means."""

import json
from collections.abc import Mapping
from datetime import timedelta
from email.message import Message
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, build_opener

from reception.couriers.parcel import TIMEOUT_S, Refused, TryLater

TOO_MANY = 429
PASSING = frozenset({408, 409, 425})
LONGEST_WAIT_S = 3600
_opener = build_opener()


def post(url: str, document: Mapping[str, object], headers: Mapping[str, str]) -> None:
    """Raises TryLater or Refused with the status only: an answer may repeat the address."""
    body = json.dumps(document, ensure_ascii=False).encode()
    words = {"Content-Type": "application/json; charset=utf-8", **headers}
    request = Request(url, data=body, headers=words, method="POST")  # noqa: S310  a setting
    try:
        with _opener.open(request, timeout=TIMEOUT_S):
            return
    except HTTPError as answer:
        answer.close()
        raise judged(answer.code, answer.headers) from None
    except (OSError, HTTPException) as error:
        raise TryLater(type(error).__name__) from None


def judged(status: int, headers: Message) -> TryLater | Refused:
    if status == TOO_MANY:
        return TryLater("http 429", _wait(headers.get("Retry-After", "")))
    if status in PASSING or status >= 500:
        return TryLater(f"http {status}")
    return Refused(f"http {status}")


def _wait(asked: str) -> timedelta:
    seconds = int(asked) if asked.isdecimal() else 60
    return timedelta(seconds=min(max(seconds, 1), LONGEST_WAIT_S))
