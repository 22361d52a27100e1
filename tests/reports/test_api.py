"""The catalogue and the published values over the API."""

from typing import Any

from agencies.staff import Role
from reports import measuring, periods
from tests.make import bearer, make_token
from tests.reports.register import add_case

OCTOBER = periods.month(2026, 10)
VALUES = "/api/v1/measures/values?period=2026-10"


def published(session: Any, now: Any) -> None:
    add_case(session, "2026-10-05 04:00", agencies=("housing", "ecology"))
    measuring.take(session, OCTOBER, now=now)
    session.commit()


def test_anybody_may_read_how_a_number_is_counted(client: Any) -> None:
    items = client.get("/api/v1/measures").json["items"]

    told = {item["number"]: item for item in items}["F21"]
    assert told["name"]["kk"] == "Мерзімінде жауап берілгені"
    assert told["target"] == 1.0
    assert "/" in told["definition"]["ru"]


def test_a_published_value_comes_with_its_parts(client: Any, session: Any, now: Any) -> None:
    published(session, now)

    answer = client.get(VALUES, headers=bearer(make_token(session, Role.ANALYST)))

    assert answer.json["values"]["received"]["value"] == 1
    known = {"base": "due", "version": 1, "query_hash": measuring.counted()["on_time"].query_hash}
    assert answer.json["values"]["on_time"] | {"low": None, "high": None} == known | {
        "numerator": 0, "denominator": 1, "value": None, "low": None, "high": None,
        "remark": "few", "before": None, "change": "incomparable", "year_ago": None,
        "year_change": "incomparable", "target": 1.0,
    }  # fmt: skip
    assert answer.json["as_of"] == now.isoformat()


def test_a_head_reads_the_own_agency_only(client: Any, session: Any, now: Any) -> None:
    published(session, now)
    head = bearer(make_token(session, Role.HEAD, agency="ecology"))

    assert client.get(VALUES, headers=head).json["scope"] == "agency:ecology"
    assert client.get(f"{VALUES}&scope=agency:housing", headers=head).status_code == 403


def test_a_period_that_was_not_measured_is_not_found(client: Any, session: Any) -> None:
    analyst = bearer(make_token(session, Role.ANALYST))

    assert client.get(VALUES, headers=analyst).status_code == 404
    assert client.get(f"{VALUES}x", headers=analyst).status_code == 422
