"""The screen of rules: written and switched by the head, read by the supervisor."""

import re

import pytest

from agencies import giving_rules
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD)


def rules(session, head):
    session.expire_all()
    return giving_rules.of_agency(session, head.agency_id)


def test_a_head_writes_a_rule_sees_what_it_would_have_taken_and_switches_it_on(
    client, session, head, aya
):
    before = make_appeal(session, status="routed", district="medeu")
    elsewhere = make_appeal(session, status="routed", district="auezov")
    sign_in(client, head)
    client.post("/workspace/giving", data={"district": "medeu", "to": str(aya.id)})

    page = " ".join(client.get("/workspace/giving?lang=en").text.split())
    assert "The rules are off" in page
    assert re.search(r'Ая Серікқызы</td> <td class="figures">1</td>.*?nobody yet', page)
    assert elsewhere.number in page
    assert before.number not in page
    assert client.post("/workspace/giving/on").status_code == 302

    appeal = make_appeal(session, status="routed", district="medeu")
    case = client.get(f"/workspace/appeals/{appeal.number}?lang=en").text
    [rule] = rules(session, head)
    assert f"Given by rule {rule.id} of the agency to: Ая Серікқызы." in case
    client.post("/workspace/giving/off")
    assert make_appeal(session, status="routed", district="medeu").claims[0].officer is None


def test_rules_are_changed_moved_taken_away_and_brought_back(client, session, head, aya):
    sign_in(client, head)
    for district in ("medeu", "auezov"):
        client.post("/workspace/giving", data={"district": district, "to": str(aya.id)})
    first, second = rules(session, head)

    client.post(f"/workspace/giving/{second.id}/up")
    assert [one.id for one in rules(session, head)] == [second.id, first.id]
    client.post(f"/workspace/giving/{first.id}", data={"kind": "complaint", "to": str(aya.id)})
    assert [one.kind for one in rules(session, head)] == [None, "complaint"]
    client.post(f"/workspace/giving/{second.id}/retire")
    assert [one.id for one in rules(session, head)] == [first.id]
    client.post(f"/workspace/giving/{second.id}/restore")
    assert [one.id for one in rules(session, head)] == [first.id, second.id]


def test_what_makes_no_rule_comes_back_with_the_reason(client, session, head, aya):
    sign_in(client, head)

    for wrong in ({"to": ""}, {"to": str(aya.id), "district": "no"}, {"to": "1", "kind": "x"}):
        answer = client.post("/workspace/giving?lang=en", data=wrong)
        assert answer.status_code == 422
    assert rules(session, head) == []


def test_rules_are_of_their_agency_alone(client, session, head, aya):
    sign_in(client, head).post("/workspace/giving", data={"to": str(aya.id)})
    [rule] = rules(session, head)
    other, supervisor = (
        make_officer(session, Role.HEAD, agency="social"), make_officer(session, Role.SUPERVISOR),
    )  # fmt: skip

    sign_in(client, other)
    assert "Ая Серікқызы" not in client.get("/workspace/giving?agency=housing").text
    for verb in ("", "/up", "/retire"):
        assert client.post(f"/workspace/giving/{rule.id}{verb}").status_code == 404
    sign_in(client, supervisor)
    assert "Ая Серікқызы" in client.get("/workspace/giving?agency=housing").text
    assert client.post("/workspace/giving/on").status_code == 403
    assert client.post("/workspace/giving", data={"to": str(aya.id)}).status_code == 403
    assert sign_in(client, aya).get("/workspace/giving").status_code == 403


def test_the_screen_asks_the_register_as_often_for_many_claims(
    client, session, head, aya, statements
):
    sign_in(client, head).post("/workspace/giving", data={"district": "medeu", "to": str(aya.id)})
    clerk, spent = make_officer(session), []
    for count in (2, 12):
        for n in range(count):
            make_appeal(session, status="routed", by=clerk, district=("medeu", "auezov")[n % 2])
        with statements() as seen:
            client.get("/workspace/giving")
        spent.append(len(seen))

    assert spent[0] == spent[1]
