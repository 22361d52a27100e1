"""Rights by the map of addresses: every route that names an appeal, every role, every standing.

A route that is missing here fails the build: whoever adds one says who may use it. A foreign appeal
is answered like one that does not exist, word for word.
"""

import re
from datetime import timedelta

import pytest

from agencies import erasures, merging, routing, terms
from agencies.directory import agency_by_code
from agencies.staff import Role
from reception import complaining
from tests.make import keys, make_appeal, make_officer, sign_in

HALL = {"clerk", "officer", "head", "supervisor", "admin"}
AGENCY = {"officer", "head"}
WITHDRAWING = {"clerk", "supervisor", "officer", "head"}
MATRIX = {
    "api.appeals.show_appeal": HALL,
    "api.appeals.route_claim": HALL - {"officer"},
    "api.appeals.pass_claim_at_once": HALL - {"officer"},
    "api.appeals.redirect_claim": WITHDRAWING,
    "api.appeals.set_claim_apart": WITHDRAWING,
    "api.appeals.take_claim": AGENCY,
    "api.appeals.assign_claim": {"head", "supervisor"},
    "api.appeals.extend_claim": {"head", "supervisor"},
    "api.hearings.hear_claim": AGENCY,
    "api.hearings.record_heard": AGENCY | {"clerk"},
    "api.hearings.ask_documents": AGENCY,
    "api.hearings.note_brought": WITHDRAWING,
    "api.judging.ask_arbitration": AGENCY,
    "api.judging.arbitrate_claim": {"supervisor", "admin"},
    "api.judging.pass_claim_higher": WITHDRAWING,
    "api.judging.reopen_claim": {"head", "supervisor", "admin"},
    "api.judging.uphold_claim": {"head", "supervisor", "admin"},
    "api.judging.control_claim": {"supervisor", "admin"},
    "api.judging.pass_claim": {"supervisor", "admin"},
    "api.judging.rework_claim": {"supervisor", "admin"},
    "api.appeals.answer_claim": AGENCY,
    "api.appeals.approve_claim": {"head", "supervisor"},
    "api.appeals.return_claim": {"head", "supervisor"},
    "api.appeals.withdraw_claim": WITHDRAWING,
    "api.appeals.close_claim": WITHDRAWING,
    "api.joint.name_lead": {"clerk", "supervisor", "admin"},
    "api.joint.prepare_joint_reply": AGENCY,
    "api.joint.send_joint_reply": {"head"},
    "api.same_person.merge": HALL - {"officer"},
    "api.same_person.mark_repeat": HALL,
    "api.same_person.unmark_repeat": HALL,
    "api.attachments.list_attachments": HALL,
    "api.attachments.add_file": HALL,
    "api.attachments.give_file": HALL,
    "api.likeness.show_similar": HALL,
    "archives.give": {"head", "supervisor", "admin"},
    "case_prints.ask": HALL - {"clerk"},
    "case_prints.give": HALL - {"clerk"},
    "letters.preview": {"officer", "head", "supervisor"},
    "letters.show": HALL,
    "letters.sign": {"head"},
    "letters.list_signatures": HALL,
    "letters.give_signature": HALL,
    "papers.show_registered": HALL,
    "papers.route_claim": HALL,
    "papers.show_talon": HALL,
    "papers.talon_pdf": HALL,
    "papers.reprint_talon": HALL,
    "protocol.show": HALL,
    "workspace.add_attachment": HALL,
    "workspace.open_attachment": HALL,
    "workspace.show_case": HALL,
    "workspace.show_circle": HALL,
    "workspace.change_circle": HALL,
    "workspace.show_joint_work": HALL,
    "workspace.show_similar": HALL,
    "workspace.show_same_person": HALL,
    "workspace.mark_repeat": HALL,
    "workspace.merge": HALL - {"officer"},
    "workspace.add_note": HALL,
    "workspace.add_task": HALL,
    "workspace.ask_opinion": AGENCY,
    "workspace.keep_draft": AGENCY,
    "workspace.show_writing": AGENCY,
    "workspace.use_reply": AGENCY,
    "workspace.name_lead": {"clerk", "supervisor", "admin"},
    "workspace.open_card": HALL,
    "workspace.recast": HALL - {"officer"},
    "workspace.prepare_joint_reply": AGENCY,
    "workspace.send_joint_reply": {"head"},
    "workspace.move": HALL,
}
PAGES_OF_A_CASE = (
    "workspace.show_case", "workspace.show_circle", "workspace.show_similar",
    "papers.show_registered", "papers.show_talon",
    "protocol.show", "api.appeals.show_appeal", "api.attachments.list_attachments",
    "workspace.show_same_person",
)  # fmt: skip
NO_FILE, UNKNOWN = 1, "OA-2026-987654"


@pytest.fixture
def routes(app):
    return [rule for rule in app.url_map.iter_rules() if "/appeals/<number>" in rule.rule]


def ways(rule, number, claim=1):
    """Addresses of a route, one for each verb that it takes."""
    path = re.sub(r"<number>", number, rule.rule)
    path = re.sub(r"<[^>]*claim_id>", str(claim), path)
    path = re.sub(r"<[^>]*(attachment|template|print|signature)_id>", str(NO_FILE), path)
    verbs = re.search(r"<any\(([^)]*)\):\w+>", path)
    if not verbs:
        return [path]
    return [path.replace(verbs[0], verb.strip()) for verb in verbs[1].split(",")]


def asked(client, rule, path):
    method = "POST" if "POST" in rule.methods else "GET"
    json = {} if rule.endpoint.startswith("api.") and method == "POST" else None
    return client.open(path, method=method, json=json)


def without_number(answer, number):
    """What was answered, without the number that was asked for and what differs by chance."""
    text = answer.text.replace(number, "N")
    text = re.sub(r'datetime="[^"]*"|value="[^"]*"|\b\d\d:\d\d\b', "", text)
    return answer.status_code, text


def test_every_route_of_an_appeal_stands_in_the_matrix(app, routes):
    told = {r.endpoint: {str(x) for x in app.view_functions[r.endpoint].allowed} for r in routes}

    assert told == MATRIX


@pytest.mark.parametrize("role", sorted(AGENCY))
def test_a_foreign_appeal_is_answered_like_one_that_does_not_exist(session, client, routes, role):
    foreign = make_appeal(session, status="in_work", agency="police")
    sign_in(client, make_officer(session, role, agency="housing"))

    for rule in routes:
        pairs = zip(
            ways(rule, foreign.number, foreign.claims[0].id), ways(rule, UNKNOWN), strict=True
        )
        for path, nowhere in pairs:
            found, missing = asked(client, rule, path), asked(client, rule, nowhere)
            assert found.status_code not in (200, 201, 204, 302), path
            if role in MATRIX[rule.endpoint] and "GET" in rule.methods:
                assert found.status_code == 404, path
            assert without_number(found, foreign.number) == without_number(missing, UNKNOWN), path


@pytest.mark.parametrize("role", sorted({str(r) for r in Role} - HALL))
def test_a_role_outside_of_the_hall_is_refused(session, client, routes, role):
    appeal = make_appeal(session, status="in_work")
    sign_in(client, make_officer(session, role))

    for rule in routes:
        for path in ways(rule, appeal.number, appeal.claims[0].id):
            assert asked(client, rule, path).status_code == 403, path


def test_a_stranger_is_sent_to_the_sign_in(session, client, routes):
    appeal = make_appeal(session, status="in_work")

    for rule in routes:
        for path in ways(rule, appeal.number, appeal.claims[0].id):
            assert asked(client, rule, path).status_code in (302, 401), path


@pytest.mark.parametrize("standing", ["own", "shared", "complaint", "merged", "closed", "erased"])
@pytest.mark.parametrize("role", sorted(HALL))
def test_whoever_may_read_a_case_reads_it_in_every_standing(
    session, client, routes, role, standing, tmp_path, now
):
    status = "closed" if standing in ("closed", "erased") else "in_work"
    claims = ["Шам жанбайды.", "Лифт тоқтап тұр."] if standing == "shared" else []
    appeal = make_appeal(session, status=status, claims=claims)
    if standing == "shared":
        appeal.claims[1].agency = agency_by_code(session, "police")
    if standing == "complaint":
        appeal = child_of(session, make_appeal(session, status="closed"), now)
    if standing == "merged":
        main = make_appeal(session, status="in_work", now=now - timedelta(days=1))
        merging.merge(session, appeal, into=main, by=make_officer(session), now=now)
    if standing == "erased":
        erasures.erase(session, appeal, rule="appeal", folder=tmp_path, now=now)
    session.commit()
    sign_in(client, make_officer(session, role))

    for rule in routes:
        if rule.endpoint in PAGES_OF_A_CASE:
            (path,) = ways(rule, appeal.number)
            assert asked(client, rule, path).status_code == 200, path


def child_of(session, appeal, now):
    """A complaint about the answer: a case of its own, bound to the one before."""
    done = complaining.lodge(
        session, appeal.claims[0], text="Шам әлі жанбайды.", law=terms.law(session), keys=keys(),
        now=now,
    )  # fmt: skip
    complaint = done.appeal
    routing.route(
        session, complaint.claims[0], to=appeal.claims[0].agency, by=make_officer(session), now=now
    )
    return complaint


@pytest.mark.parametrize("role", sorted(AGENCY))
def test_a_foreign_complaint_is_not_found_though_one_may_read_what_it_is_about(
    session, client, routes, role, now
):
    about = make_appeal(session, status="closed", agency="housing")
    complaint = child_of(session, about, now)
    complaint.claims[0].agency = agency_by_code(session, "prosecutor")
    session.commit()
    sign_in(client, make_officer(session, role, agency="housing"))

    for rule in routes:
        if rule.endpoint in PAGES_OF_A_CASE:
            assert asked(client, rule, ways(rule, about.number)[0]).status_code == 200
            assert asked(client, rule, ways(rule, complaint.number)[0]).status_code == 404


def test_a_claim_of_another_agency_in_a_shared_appeal_is_not_touched(session, client, routes):
    appeal = make_appeal(session, status="in_work", agency="police", claims=["Шам.", "Лифт."])
    appeal.claims[0].agency = agency_by_code(session, "housing")
    session.commit()
    theirs = appeal.claims[1]
    length = appeal.journal_length
    sign_in(client, make_officer(session, "head", agency="housing"))

    for rule in routes:
        if "claim_id" in rule.arguments:
            for path in ways(rule, appeal.number, theirs.id):
                assert asked(client, rule, path).status_code in (403, 404, 422), path
    session.refresh(appeal)
    assert appeal.journal_length == length
