"""Appeals over HTTP: registering, and the way of a claim from route to close."""

import pytest
from sqlalchemy import select

from agencies import appeals as register
from agencies.sealing import link_digest
from tests.make import FICTIONAL_IIN, make_appeal, make_officer

LETTER = {
    "kind": "application",
    "language": "kk",
    "text": "Ауламызда шам жанбайды.",
    "applicant": {"name": "Ерлан Тасқынбаев", "iin": FICTIONAL_IIN},
    "channel": "desk",
}


def path_of(appeal, verb, claim=0):
    return f"/appeals/{appeal.number}/claims/{appeal.claims[claim].id}/{verb}"


def test_registering_answers_with_number_term_and_links(api, session):
    answer = api("clerk").post("/appeals", LETTER)

    assert answer.status_code == 201
    made = answer.json
    assert made["number"] == "OA-2026-000001"
    assert (made["registered_on"], made["due_on"]) == ("2026-11-23", "2026-12-14")
    assert made["talon_url"] == "http://hall.test/appeals/OA-2026-000001/talon"
    claim = made["claims"][0]
    assert set(claim) == {"id", "suggestions"}
    assert {"agency", "score", "reasons"} <= set(claim["suggestions"][0])
    key = made["track_url"].removeprefix("http://hall.test/a/")
    found = session.scalar(
        register.select(register.Appeal).where(register.Appeal.link_digest == link_digest(key))
    )
    assert found.number == made["number"]


def test_a_claim_with_an_agency_is_routed_by_the_sender(api):
    claims = ["Лифт тұрып қалды", {"text": "Шам жанбайды", "agency": "housing"}]

    made = api("clerk").post("/appeals", LETTER | {"claims": claims}).json

    assert [claim.get("agency") for claim in made["claims"]] == [None, "housing"]
    shown = api("officer").get(f"/appeals/{made['number']}").json
    assert [claim["status"] for claim in shown["claims"]] == ["registered", "routed"]


@pytest.mark.parametrize("applicant", [{}, {"name": "Аты-жөні жоқ"}, {"iin": FICTIONAL_IIN}])
def test_nobody_is_sent_away_for_a_missing_name_or_number(api, applicant):
    assert api("clerk").post("/appeals", LETTER | {"applicant": applicant}).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"applicant": {"iin": "850101100013"}}, "applicant.iin"),
        ({"applicant": {"phone": "12"}}, "applicant.phone"),
        ({"applicant": {"age": 5}}, "applicant.age"),
        ({"kind": "novel"}, "kind"),
        ({"text": ""}, "text"),
        ({"text": "   "}, "text"),
        ({"text": "\u200b\u2060 \ufeff"}, "text"),
        ({"text": "а" * 60_001}, "text"),
        ({"district": "atlantis"}, "district"),
        ({"channel": "pigeon"}, "channel"),
        ({"applicant": {"name": "Айгүл", "email": "айгүл@пошта,ру"}}, "applicant.email"),
        ({"ticket": 404}, "ticket"),
        ({"ticket": True}, "ticket"),
        ({"claims": ["шам"] * 21}, "claims"),
        ({"claims": [{"text": "шам", "agency": "nobody"}]}, "claims.0.agency"),
        ({"claims": ["бір", ""]}, "claims.1.text"),
        ({"claims": "шам"}, "claims"),
    ],
)
def test_what_does_not_fit_is_told_by_field(api, session, change, field):
    answer = api("clerk").post("/appeals", LETTER | change)

    assert answer.status_code == 422, answer.json
    assert set(answer.json["errors"]) == {field}
    assert session.scalar(register.select(register.Appeal)) is None, "nothing was registered"


def test_the_words_of_a_refusal_are_in_the_callers_language(api):
    clerk, wrong = api("clerk"), LETTER | {"text": ""}

    told = {
        lang: clerk.post("/appeals", wrong, lang=lang).json["errors"]["text"]
        for lang in ("kk", "ru", "en")
    }

    assert len(set(told.values())) == 3
    assert clerk.post("/appeals", wrong, lang="fr").json["errors"]["text"] == told["kk"]


def test_a_claim_from_route_to_close(api, session):
    appeal = make_appeal(session)
    clerk, officer, head = api("clerk"), api("officer"), api("head")
    text = {"text": "Шам ауыстырылды.", "outcome": "satisfied"}

    steps = [
        (clerk, "route", {"agency": "housing"}),
        (officer, "take", None),
        (officer, "answer", text),
        (head, "return", {"reason": "Бапты көрсетіңіз."}),
        (officer, "answer", text),
        (head, "approve", None),
        (clerk, "close", None),
    ]
    answers = [who.post(path_of(appeal, verb), body) for who, verb, body in steps]

    assert [answer.status_code for answer in answers] == [200] * 7
    assert [answer.json["status"] for answer in answers] == [
        "routed", "in_work", "in_approval", "in_work", "in_approval", "answered", "closed",
    ]  # fmt: skip
    assert answers[-1].json["answer"] == text["text"]
    assert answers[2].json["answer"] == "", "a draft stays inside the agency"
    term = answers[-1].json["term"]
    assert (term["policy"], term["due_on"], term["overdue"]) == (
        appeal.policy_code, "2026-12-14", False,
    )  # fmt: skip


def test_a_head_gives_a_claim_to_an_officer_of_the_agency(api, session):
    appeal, officer = make_appeal(session, status="routed"), make_officer(session, "officer")
    foreign, head = make_officer(session, "officer", agency="police"), api("head")

    def give(who, to):
        return who.post(path_of(appeal, "assign"), {"officer": to})

    wrong = [give(head, login) for login in (foreign.login, "nobody")]
    assert [(one.status_code, set(one.json["errors"])) for one in wrong] == [(422, {"officer"})] * 2
    make_officer(session, "head")
    assert give(api("supervisor"), officer.login).status_code == 403, "there is a head at work"
    given = give(head, officer.login)
    assert (given.status_code, given.json["status"]) == (200, "in_work")
    assert given.json["officer"] == officer.login
    assert give(head, officer.login).status_code == 409


def test_a_redirection_starts_a_new_clock_at_the_receiver(api, session, clock):
    appeal = make_appeal(session, status="routed")
    clock.advance(days=7)

    claim = (
        api("officer")
        .post(path_of(appeal, "redirect"), {"agency": "ecology", "reason": "Біздің құзырет емес."})
        .json
    )

    assert (claim["agency"], claim["redirections"]) == ("ecology", 1)
    assert claim["term"]["due_on"] > claim["term"]["first_due_on"]
    assert api("officer").get(f"/appeals/{appeal.number}").status_code == 404


def test_a_head_extends_within_what_the_law_allows(api, session):
    appeal, head = make_appeal(session, status="in_work"), api("head")
    furthest = appeal.claims[0].extendable_to.isoformat()

    late = head.post(path_of(appeal, "extend"), {"until": "2027-12-31", "reason": "Тексеру."})
    good = head.post(path_of(appeal, "extend"), {"until": furthest, "reason": "Тексеру."})

    assert (late.status_code, set(late.json["errors"])) == (422, {"until"})
    assert good.json["term"]["due_on"] == furthest


def test_a_hearing_is_told_before_the_decision(api, session):
    appeal = make_appeal(session, status="in_work")
    body = {"on": "2026-12-01", "decision": "Бас тарту көзделіп отыр."}

    assert api("officer").post(path_of(appeal, "hearing"), body).json["hearing_on"] == "2026-12-01"


def test_an_applicant_withdraws_before_the_answer(api, session):
    appeal = make_appeal(session, status="in_work")

    claim = api("clerk").post(path_of(appeal, "withdraw"), {"reason": "Өтініш бойынша."}).json

    assert (claim["status"], claim["outcome"]) == ("withdrawn", "withdrawn")


@pytest.mark.parametrize(
    ("status", "role", "verb", "body"),
    [
        ("routed", "clerk", "route", {"agency": "ecology"}),
        ("registered", "clerk", "redirect", {"agency": "ecology", "reason": "себеп"}),
        ("in_approval", "officer", "take", None),
        ("routed", "officer", "answer", {"text": "жауап", "outcome": "noted"}),
        ("answered", "head", "return", {"reason": "кеш"}),
        ("closed", "head", "extend", {"until": "2026-12-20", "reason": "кеш"}),
        ("closed", "officer", "hearing", {"on": "2026-12-01", "decision": "кеш"}),
        ("routed", "head", "approve", None),
        ("registered", "clerk", "close", None),
        ("answered", "clerk", "withdraw", {"reason": "кеш"}),
        ("closed", "officer", "take", None),
    ],
)
def test_a_step_that_the_state_does_not_allow_is_a_conflict(api, session, status, role, verb, body):
    appeal = make_appeal(session, status=status)

    answer = api(role).post(path_of(appeal, verb), body)

    assert (answer.status_code, answer.json["type"]) == (409, "/docs/errors#wrong-status")


@pytest.mark.parametrize("verb", ["take", "answer", "redirect", "withdraw"])
def test_a_stranger_does_not_find_the_claim(api, session, verb):
    appeal = make_appeal(session, status="routed")
    bodies = {
        "answer": {"text": "жауап", "outcome": "noted"},
        "redirect": {"agency": "police", "reason": "себеп"},
        "withdraw": {"reason": "себеп"},
    }

    answer = api("officer", agency="police").post(path_of(appeal, verb), bodies.get(verb))

    assert answer.status_code == 404


def test_one_agency_does_not_touch_the_claim_of_another_in_the_same_appeal(api, session):
    claims = [{"text": "шам", "agency": "housing"}, {"text": "шу", "agency": "police"}]
    made = api("clerk").post("/appeals", LETTER | {"claims": claims}).json
    other = made["claims"][1]["id"]

    answer = api("officer").post(f"/appeals/{made['number']}/claims/{other}/take")

    assert answer.status_code == 404


def test_nobody_approves_what_they_wrote(api, session):
    appeal, head = make_appeal(session, status="in_work"), api("head")
    head.post(path_of(appeal, "answer"), {"text": "Жауап.", "outcome": "explained"})

    assert head.post(path_of(appeal, "approve")).status_code == 403


def test_an_unknown_agency_is_told_by_field_and_an_unknown_claim_is_not_found(api, session):
    appeal, clerk = make_appeal(session), api("clerk")

    unknown = clerk.post(path_of(appeal, "route"), {"agency": "nobody"})
    missing = clerk.post(f"/appeals/{appeal.number}/claims/99999/route", {"agency": "housing"})

    assert (unknown.status_code, set(unknown.json["errors"])) == (422, {"agency"})
    assert missing.status_code == 404
    assert clerk.get("/appeals/OA-2026-999999").status_code == 404


def test_the_answer_never_holds_who_the_person_is(api, session):
    appeal = make_appeal(session, status="answered")
    supervisor = api("supervisor")

    for answer in (supervisor.get("/appeals"), supervisor.get(f"/appeals/{appeal.number}")):
        assert FICTIONAL_IIN not in answer.text
        assert FICTIONAL_IIN[:6] not in answer.text
        assert "Тасқынбаев" not in answer.get_data(as_text=True).encode().decode("unicode-escape")


def test_suggestions_come_with_reasons(api):
    question = {"text": "Ауламызда шам жанбайды, жылу жоқ"}

    found = api("clerk").post("/routing/suggestions", question).json

    assert (found["language"], found["sure"]) == ("kk", True)
    assert found["suggestions"][0]["reasons"]
    nothing = api("clerk").post("/routing/suggestions", {"text": "zzz", "language": "en"}).json
    assert nothing == {"language": "en", "suggestions": [], "sure": False, "claims": []}


def test_similar_appeals_are_told_within_rights(api, session):
    text = "Абай даңғылы, 52 үй: лифт жүрмейді, лифт үшінші күн тұр"
    one = make_appeal(session, text=text, status="routed", agency="housing")
    two = make_appeal(session, text=text, status="routed", agency="police")

    told = api("clerk").get(f"/appeals/{one.number}/similar").json
    asked = api("clerk").post("/appeals/similar", {"text": text, "district": ""}).json

    assert [row["number"] for row in told["items"]] == [two.number]
    assert [row["number"] for row in told["same_object"]] == [two.number]
    assert {row["number"] for row in asked["items"]} == {one.number, two.number}
    assert asked["items"][0]["place"] == "house"
    officer = api("officer")
    assert officer.get(f"/appeals/{one.number}/similar").json == {"items": [], "same_object": []}
    assert officer.get(f"/appeals/{two.number}/similar").status_code == 404


def test_several_matters_are_proposed_as_claims(api):
    question = {"text": "Лифт жүрмейді. Сонымен қатар көшеде бағдаршам істемейді."}

    told = api("clerk").post("/routing/suggestions", question).json

    assert [part["agency"] for part in told["claims"]] == ["housing", "transport_roads"]


def test_whom_it_complains_of_and_special_data_are_said_with_the_letter(api, session):
    official = make_officer(session, "head", login="bastyq")
    said = LETTER | {"special": "health", "complained_of": ["bastyq"]}

    made = api("clerk").post("/appeals", said)

    assert made.status_code == 201
    found = session.scalars(
        select(register.Appeal).where(register.Appeal.number == made.json["number"])
    ).one()
    assert found.special == "health"
    assert [one.officer for one in found.complained_of] == [official]


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"special": "weather"}, {"special"}),
        ({"complained_of": ["bastyq", "nobody"]}, {"complained_of.1"}),
        (
            {"complained_of": ["bastyq"], "claims": [{"text": "шам", "agency": "housing"}]},
            {"claims.0.agency"},
        ),
    ],
)
def test_what_does_not_fit_of_who_may_see_it_is_told_by_field(api, session, said, fields):
    make_officer(session, "head", login="bastyq")

    answer = api("clerk").post("/appeals", LETTER | said)

    assert (answer.status_code, set(answer.json["errors"])) == (422, fields)
    assert session.scalars(select(register.Appeal)).all() == []


def test_a_second_matter_is_set_apart_once_with_the_term_of_the_first(api, session):
    appeal = make_appeal(
        session, status="in_work", text="Шам жанбайды. Түнде құрылыс шулайды."
    )  # fmt: skip
    body = {"text": "Түнде құрылыс шулайды.", "agency": "police"}

    made = api("officer").post(path_of(appeal, "set-apart"), body)

    assert made.status_code == 201
    assert (made.json["ordinal"], made.json["agency"]) == (2, "police")
    shown = api("clerk").get(f"/appeals/{appeal.number}").json["claims"]
    assert shown[0]["term"]["due_on"] == shown[1]["term"]["due_on"]
    assert api("officer", agency="police").get(f"/appeals/{appeal.number}").status_code == 200
