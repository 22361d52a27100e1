"""The register's own pages: anchors to print and to save, holds, and erasing by decision."""

import pytest
from sqlalchemy import func, select

from agencies import anchors
from agencies.erasures import Erasure
from tests.make import make_appeal, make_officer, sign_in


@pytest.fixture
def supervisor(session, client):
    return sign_in(client, make_officer(session, "supervisor"))


def test_an_anchor_is_taken_shown_and_saved(session, supervisor):
    make_appeal(session, status="routed")

    assert supervisor.post("/register/anchors").status_code == 302
    row = anchors.listed(session)[0]
    page = supervisor.get(f"/register/anchors/{row.day}")
    file = supervisor.get(f"/register/anchors/{row.day}/file")

    assert row.digest.hex()[:8] in page.text
    assert anchors.read_text(file.text).holds
    assert supervisor.get("/register").status_code == 200
    assert supervisor.get("/register/anchors/nonsense").status_code == 404
    assert supervisor.get("/register/anchors/2001-01-01/file").status_code == 404


def test_an_appeal_is_held_lifted_and_erased_by_decision(session, supervisor, clock):
    appeal = make_appeal(session, status="closed")
    form = {"number": appeal.number, "reason": "Сот шешімі, 2026 жылғы 3 қараша, № 17"}

    assert supervisor.post("/register/retention/hold", data=form).status_code == 302
    refused = supervisor.post("/register/retention/erase", data=form)
    assert refused.status_code == 422
    assert form["reason"] in refused.text, "what was typed is kept"
    supervisor.post("/register/retention/lift", data=form)
    early = supervisor.post("/register/retention/erase?lang=en", data=form)
    assert early.status_code == 422
    assert "It may be erased from Wed, 24 February 2027" in early.text
    clock.advance(days=93)
    sign_in(supervisor, make_officer(session, "supervisor"))
    asked = supervisor.post("/register/retention/erase", data=form)
    assert asked.status_code == 200
    assert f'name="sure" value="{appeal.number}"' in asked.text
    assert session.scalar(select(func.count(Erasure.id))) == 0, "the second word is missing"
    sure = form | {"sure": appeal.number}
    assert supervisor.post("/register/retention/erase", data=sure).status_code == 302
    assert session.scalar(select(func.count(Erasure.id))) == 1
    assert form["reason"] in supervisor.get("/register/retention").text
    assert supervisor.get(f"/workspace/appeals/{appeal.number}").status_code == 200


@pytest.mark.parametrize("number", ["", "OA-2026-999999", "\x00", "x" * 500])
def test_an_unknown_number_is_told(supervisor, number):
    answer = supervisor.post("/register/retention/hold", data={"number": number, "reason": "Сот"})

    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["clerk", "officer", "head", "analyst", "council"])
@pytest.mark.parametrize("path", ["", "/readings", "/retention", "/reconciliation"])
def test_nobody_else_opens_the_register(session, client, role, path):
    sign_in(client, make_officer(session, role))

    assert client.get(f"/register{path}").status_code == 403
