"""What all open calls share: any page may read them, an unchanged answer is not sent again, and one
address may ask so many times a minute (`reception.limits`).
"""

from flask import Blueprint, Response, request

from reception import limits


def apply_to(pages: Blueprint) -> None:
    pages.before_request(limits.count)
    pages.after_request(open_to_all)
    pages.after_request(limits.tell)


def open_to_all(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "ETag, Link, RateLimit-Remaining, Retry-After"
    if answer.status_code == 200:
        answer.headers["Cache-Control"] = "no-cache"
        answer.add_etag()
        answer.make_conditional(request)
    return answer
