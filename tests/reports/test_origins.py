"""A proposal begins from an alert or from a step of a life situation that failed."""

from typing import Any

import pytest
from sqlalchemy import select

from agencies.staff import Role
from reports import alerts
from reports.proposals import Proposal
from tests.make import make_officer, sign_in
from tests.reports.test_watch import make_alert


def test_an_alert_that_was_looked_into_leads_to_a_proposal_that_names_it(
    client: Any, session: Any, now: Any
) -> None:
    alert, person = make_alert(session), make_officer(session, Role.ANALYST)
    alerts.take(alert, by=person, now=now)
    alerts.judge(alert, finding="confirmed", reason="Көше жарығы сөнген", by=person, now=now)
    session.commit()
    analyst = sign_in(client, person)
    start = f"/proposals/new?from=alert:{alert.id}"

    assert start in analyst.get(f"/alerts?alert={alert.id}").text
    form = analyst.get(start).text
    title = {"title_kk": "Шам", "title_ru": "Свет", "title_en": ""}
    page = analyst.get(analyst.post(start, data=title).location).text

    made = session.scalars(select(Proposal)).one()
    assert made.origin == f"alert:{alert.id}"
    assert "Медеу" in form
    assert f"/alerts?alert={alert.id}" in page


@pytest.mark.parametrize(
    "code", ["alert:999", "alert:x", "step:1", "step:99/s1", "moon:1", "alert:"]
)
def test_what_is_not_there_begins_nothing(client: Any, session: Any, code: str) -> None:
    analyst = sign_in(client, make_officer(session, Role.ANALYST))

    assert analyst.get(f"/proposals/new?from={code}").status_code == 422
    assert analyst.post(f"/proposals/new?from={code}", data={"title_kk": "Шам"}).status_code == 422
    assert session.scalars(select(Proposal)).first() is None
