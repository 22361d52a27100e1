"""The quality page: who may open it, and what stands on it."""

import pytest

from agencies import routing
from agencies.directory import agency_by_code
from tests.make import make_appeal, make_officer, sign_in


def test_decisions_are_measured_by_agency_and_month(client, session, now):
    clerk = make_officer(session)
    claim = make_appeal(session, by=clerk).claims[0]
    routing.route(session, claim, to=agency_by_code(session, "police"), by=clerk, now=now)
    session.commit()

    sign_in(client, make_officer(session, "supervisor"))
    page = client.get("/workspace/routing").get_data(as_text=True)

    assert "2026-11" in page
    assert "0,0\N{NARROW NO-BREAK SPACE}%" in page


@pytest.mark.parametrize("role", ["clerk", "officer", "council"])
def test_others_do_not_see_it(client, session, role):
    assert sign_in(client, make_officer(session, role)).get("/workspace/routing").status_code == 403
