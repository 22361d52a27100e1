"""Correcting the kind from the case page."""

from tests.make import make_appeal, make_officer, sign_in


def test_the_clerk_corrects_the_kind_and_the_applicant_reads_why(session, client):
    appeal = make_appeal(session, status="in_work")
    sign_in(client, make_officer(session, "clerk"))
    case = f"/workspace/appeals/{appeal.number}"
    assert "recast-0-kind" in client.get(case).text

    sent = {"recast-0-kind": "complaint", "recast-0-case": "public_service",
            "recast-0-reason": "Қызметке шағым."}  # fmt: skip
    answer = client.post(f"{case}/recast", data=sent, follow_redirects=True)

    assert answer.status_code == 200
    assert "Қызметке шағым." in answer.text
    assert "88-V" in answer.text, "the new day prints its article"


def test_a_law_that_does_not_fit_is_explained_and_what_was_typed_is_kept(session, client):
    appeal = make_appeal(session, status="in_work")
    sign_in(client, make_officer(session, "supervisor"))

    answer = client.post(
        f"/workspace/appeals/{appeal.number}/recast?lang=en",
        data={"recast-0-kind": "message", "recast-0-case": "information",
              "recast-0-reason": "Сұрау."},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "does not hold for this kind" in answer.text
    assert "Сұрау." in answer.text


def test_an_officer_is_not_offered_the_correction(session, client):
    appeal = make_appeal(session, status="in_work")
    sign_in(client, make_officer(session, "officer"))

    assert "recast-0-kind" not in client.get(f"/workspace/appeals/{appeal.number}").text
