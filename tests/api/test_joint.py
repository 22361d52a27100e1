"""The joint reply over HTTP: who leads is told and named, and the reply goes its way."""

import pytest

from tests.api.test_appeals import LETTER

ANSWER = {"text": "Шара қолданылды.", "outcome": "satisfied"}


@pytest.fixture
def staff(api):
    """Callers by agency and role, and the hall."""
    agencies = [(code, role) for code in ("housing", "police") for role in ("officer", "head")]
    return {one: api(one[1], agency=one[0]) for one in agencies} | {"clerk": api("clerk")}


@pytest.fixture
def lodged(staff):
    """An appeal with a claim for housing and one for the police."""
    claims = [{"text": "шам", "agency": "housing"}, {"text": "шу", "agency": "police"}]
    return staff["clerk"].post("/appeals", LETTER | {"claims": claims}).json


def answered(staff, lodged):
    for claim in lodged["claims"]:
        path = f"/appeals/{lodged['number']}/claims/{claim['id']}"
        officer, head = staff[claim["agency"], "officer"], staff[claim["agency"], "head"]
        steps = [officer.post(f"{path}/take"), officer.post(f"{path}/answer", ANSWER),
                 head.post(f"{path}/approve")]  # fmt: skip
        assert [step.status_code for step in steps] == [200, 200, 200]


def reply(caller, number):
    return caller.get(f"/appeals/{number}").json["joint_reply"]


def test_the_appeal_tells_who_leads_and_what_the_reply_waits_for(staff, lodged):
    seen = [reply(staff[who], lodged["number"]) for who in ("clerk", ("police", "officer"))]

    assert seen[0] == seen[1] == {
        "state": "awaits_answers", "lead": "housing", "named": False,
        "agencies": ["housing", "police"], "opening": "", "prepared_at": None, "sent_at": None,
    }  # fmt: skip


def test_an_appeal_of_one_agency_has_no_joint_reply(api):
    claims = [{"text": "шам", "agency": "housing"}]
    number = api("clerk").post("/appeals", LETTER | {"claims": claims}).json["number"]
    path = f"/appeals/{number}"

    assert reply(api("clerk"), number) is None
    assert api("clerk").post(f"{path}/lead", {"agency": "housing"}).status_code == 409
    assert api("officer").post(f"{path}/joint-reply").status_code == 409


def test_the_reply_goes_from_the_lead_to_its_head_and_leaves(staff, lodged):
    number = lodged["number"]
    path = f"/appeals/{number}/joint-reply"
    officer, head = staff["police", "officer"], staff["police", "head"]
    named = staff["clerk"].post(f"/appeals/{number}/lead", {"agency": "police"}).json
    early = officer.post(path, {"opening": "Бірге."}).status_code
    answered(staff, lodged)

    waits = reply(staff["clerk"], number)["state"]
    prepared = officer.post(path, {"opening": "Бірлесіп қаралды."}).json
    sent = head.post(f"{path}/send").json

    assert (named["lead"], named["named"], early, waits) == ("police", True, 409, "awaits_lead")
    assert (prepared["state"], prepared["opening"]) == ("awaits_head", "Бірлесіп қаралды.")
    assert (sent["state"], sent["sent_at"]) == ("sent", "2026-11-23T10:00:00+05:00")
    assert reply(staff["housing", "officer"], number) == sent
    assert head.post(f"{path}/send").status_code == 409


def test_a_repetition_with_the_same_key_prepares_once(staff, lodged):
    answered(staff, lodged)
    path, officer = f"/appeals/{lodged['number']}/joint-reply", staff["housing", "officer"]

    first, again = (officer.post(path, {"opening": "Бірге."}, key="joint-1") for _ in range(2))

    assert (first.status_code, first.json) == (200, again.json)


def test_only_the_lead_prepares_and_four_eyes_let_it_leave(api, staff, lodged):
    answered(staff, lodged)
    path = f"/appeals/{lodged['number']}/joint-reply"
    other, lead = staff["police", "head"], staff["housing", "head"]

    refused = [other.post(path), other.post(f"{path}/send"), staff["clerk"].post(path)]
    lead.post(path)

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert lead.post(f"{path}/send").status_code == 403
    stranger = api("head", agency="social")
    told = {stranger.post(path).status_code, stranger.post(f"{path}/send").status_code}
    assert told == {404}


def test_a_lead_without_a_claim_here_is_told_by_field(staff, lodged):
    answer = staff["clerk"].post(f"/appeals/{lodged['number']}/lead", {"agency": "social"})

    assert (answer.status_code, set(answer.json["errors"])) == (422, {"agency"})
