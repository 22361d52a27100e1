"""The register's own pages: anchors to print and to save, holds, and erasing by decision."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from agencies import anchors
from agencies.erasure_proposals import ErasureProposal
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


def test_an_appeal_is_held_lifted_and_erased_by_two_persons(session, client, clock):
    first, second = make_officer(session, "supervisor"), make_officer(session, "admin")
    appeal = make_appeal(session, status="closed")
    form = {"number": appeal.number, "reason": "Сот шешімі, 2026 жылғы 3 қараша, № 17"}
    sign_in(client, first)

    assert client.post("/register/retention/hold", data=form).status_code == 302
    refused = client.post("/register/retention/propose", data=form)
    assert refused.status_code == 422
    assert form["reason"] in refused.text, "what was typed is kept"
    client.post("/register/retention/lift", data=form)
    early = client.post("/register/retention/propose?lang=en", data=form)
    assert early.status_code == 422
    assert "It may be erased from Wed, 24 February 2027" in early.text
    clock.advance(days=93)
    sign_in(client, first)
    assert client.post("/register/retention/propose", data=form).status_code == 302
    waits = client.get("/register/retention/proposals?lang=en")
    assert f"It may be decided on by: {second.name}" in waits.text
    assert "Erasures to confirm" not in client.get("/workspace").text
    proposal = session.scalars(select(ErasureProposal)).one()
    decide, typed = f"/register/retention/proposals/{proposal.id}", f"because-{proposal.id}"
    own = client.post(f"{decide}/confirm", data={typed: "Көрдім"})
    assert (own.status_code, session.scalar(select(func.count(Erasure.id)))) == (422, 0)

    sign_in(client, second)
    assert "/register/retention/proposals" in client.get("/workspace?lang=en").text
    without = client.post(f"{decide}/confirm", data={typed: " "})
    assert without.status_code == 422
    assert f'href="#{typed}"' in without.text
    assert client.post(f"{decide}/confirm", data={typed: "Көрдім"}).status_code == 302
    assert session.scalar(select(func.count(Erasure.id))) == 1
    assert form["reason"] in client.get("/register/retention").text
    assert client.get(f"/workspace/appeals/{appeal.number}").status_code == 200
    assert client.post("/register/retention/proposals/999/refuse").status_code == 404


def test_where_one_person_holds_the_right_the_page_says_so(session, supervisor, clock):
    appeal = make_appeal(session, status="closed", now=clock.moment - timedelta(days=200))
    clerk = make_officer(session, "clerk", name="Дана Ержанова")
    form = {"number": appeal.number, "reason": "Сот шешімі, № 17"}
    supervisor.post("/register/retention/propose", data=form)

    page = supervisor.get("/register/retention/proposals?lang=en").text

    assert "Nobody can confirm this erasure" in page
    assert clerk.name in page


@pytest.mark.parametrize("number", ["", "OA-2026-999999", "\x00", "x" * 500])
def test_an_unknown_number_is_told(supervisor, number):
    answer = supervisor.post("/register/retention/hold", data={"number": number, "reason": "Сот"})

    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["clerk", "officer", "head", "analyst", "council"])
@pytest.mark.parametrize(
    "path", ["", "/readings", "/retention", "/retention/proposals", "/reconciliation"]
)
def test_nobody_else_opens_the_register(session, client, role, path):
    sign_in(client, make_officer(session, role))

    assert client.get(f"/register{path}").status_code == 403
