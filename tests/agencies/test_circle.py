"""From whom a case is kept: the official complained of, and most people where data are special.

What is kept from a person is answered like what does not exist.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import (
    appeals,
    joint_work,
    readings,
    recusing,
    reminders,
    resolution,
    routing,
    sampling,
    similar,
    special_data,
    tasks,
    terms,
    worklist,
)  # fmt: skip
from agencies.calendar import business_date, workdays
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.readings import CardReading, Sight
from agencies.reminders import Reminder
from agencies.staff import Role
from agencies.worklist import Choice
from reports import hot_spots, topics
from tests.agencies.test_rights import MATRIX, PAGES_OF_A_CASE, asked, ways, without_number
from tests.make import bearer, make_appeal, make_officer, make_token, sign_in

ILL = "Анам мүгедек, диагнозы ауыр: дәрігер Абай даңғылы, 52 үйге келмейді."
UNKNOWN = "OA-2026-987654"
ROLES = ("clerk", "officer", "head", "supervisor", "admin")


@pytest.fixture
def appeal(session):
    make_officer(session, "head")
    return make_appeal(session, status="in_work", text=ILL)


def complain_of(session, appeal, official, now):
    named = recusing.name_official(
        session, appeal, official.id, by=make_officer(session, "supervisor"), now=now
    )
    session.commit()
    return named


def mark(session, appeal, now, sort="health"):
    special_data.mark(appeal, sort, by=make_officer(session, "clerk"), now=now)
    session.commit()


def listed(session, officer):
    choice = Choice(finished=True)
    found = worklist.claims_in_work(session, officer, choice, today=business_date(NOW))
    return {row.number for row in found.rows}


def may_read(session, appeal, officer):
    try:
        appeals.by_number(session, appeal.number, officer=officer)
    except NotFound:
        return False
    return True


@pytest.fixture(autouse=True)
def today(now):
    global NOW
    NOW = now


# The official complained of


@pytest.mark.parametrize("role", ROLES)
def test_an_appeal_that_complains_of_oneself_is_answered_like_one_that_does_not_exist(
    session, client, app, appeal, now, role
):
    official = make_officer(session, role)
    complain_of(session, appeal, official, now)
    sign_in(client, official)
    length = appeal.journal_length

    for rule in (r for r in app.url_map.iter_rules() if "/appeals/<number>" in r.rule):
        pairs = zip(
            ways(rule, appeal.number, appeal.claims[0].id), ways(rule, UNKNOWN), strict=True
        )
        for path, nowhere in pairs:
            found, missing = asked(client, rule, path), asked(client, rule, nowhere)
            assert found.status_code not in (200, 201, 204, 302), path
            if role in MATRIX[rule.endpoint] and "GET" in rule.methods:
                assert found.status_code == 404, path
            assert without_number(found, appeal.number) == without_number(missing, UNKNOWN), path
    session.refresh(appeal)
    assert appeal.journal_length == length
    assert session.scalars(select(CardReading)).all() == []


@pytest.mark.parametrize("role", ROLES)
def test_lists_searches_calls_and_similar_appeals_leave_it_out(session, client, appeal, now, role):
    official, colleague = make_officer(session, role), make_officer(session, role)
    other = make_appeal(session, status="in_work", text=ILL)
    complain_of(session, appeal, official, now)
    similar.forget()

    def told(person):
        sign_in(client, person)
        pages = ("/workspace", "/workspace?status=all", "/workspace?q=диагнозы",
                 f"/workspace/appeals/{other.number}/similar", "/workspace/reminders")  # fmt: skip
        return "".join(client.get(page).text for page in pages)

    assert appeal.number not in told(official)
    assert appeal.number in told(colleague), "so the test is able to fail"
    assert listed(session, official) == {other.number}
    calls = [
        [one["number"] for one in client.get(
            f"/api/v1/appeals{more}", headers=bearer(make_token(session, role))).json["items"]]
        for more in ("", "?q=диагнозы")
    ]  # fmt: skip
    assert all(appeal.number in numbers for numbers in calls), "a program is no official"
    counts = [worklist.tallies(session, one, today=business_date(now), soon=business_date(now)).open
              for one in (official, colleague)]  # fmt: skip
    assert counts == [1, 2]


def test_whoever_took_the_letter_in_and_is_complained_of_does_not_open_its_papers(
    session, client, now
):
    clerk = make_officer(session, "clerk")
    appeal = make_appeal(session, by=clerk)
    complain_of(session, appeal, clerk, now)
    sign_in(client, clerk)

    for page in ("registered", "talon", "protocol"):
        assert client.get(f"/appeals/{appeal.number}/{page}").status_code == 404


def test_what_the_official_had_goes_back_to_the_head_who_gives_it_to_another(session, now):
    official, other = make_officer(session, "officer"), make_officer(session, "officer")
    head = make_officer(session, "head")
    claim = make_appeal(session, status="in_work", officer=official).claims[0]

    complain_of(session, claim.appeal, official, now)

    assert claim.officer is None
    with pytest.raises(Invalid) as refused:
        resolution.assign(session, claim, to=official, by=head, now=now)
    assert "to" in refused.value.fields
    with pytest.raises(Invalid):
        tasks.add(session, claim, to=official, words="Қарау", due_on=claim.due_on, by=head, now=now)
    resolution.assign(session, claim, to=other, by=head, now=now)
    assert claim.officer is other


def test_where_the_head_is_complained_of_the_supervisor_does_what_the_head_would(
    session, client, now
):
    head, officer = make_officer(session, "head"), make_officer(session, "officer")
    claim = make_appeal(session, status="in_approval", officer=officer).claims[0]
    supervisor = make_officer(session, "supervisor")
    path = f"/workspace/appeals/{claim.appeal.number}/claims/{claim.id}/approve"
    sign_in(client, supervisor)
    assert client.post(path).status_code == 403
    complain_of(session, claim.appeal, head, now)

    assert "/approve" in client.get(f"/workspace/appeals/{claim.appeal.number}").text
    assert client.post(path).status_code == 302

    session.refresh(claim)
    assert (claim.status, claim.approved_by) == ("answered", supervisor)
    sign_in(client, head)
    assert client.get(f"/workspace/appeals/{claim.appeal.number}").status_code == 404


def test_it_is_so_also_where_the_head_complained_of_has_left(session, client, now):
    head = make_officer(session, "head")
    claim = make_appeal(session, status="in_approval", head=head).claims[0]
    complain_of(session, claim.appeal, head, now)
    head.active = False
    session.commit()

    sign_in(client, make_officer(session, "supervisor"))
    page = client.get(f"/workspace/appeals/{claim.appeal.number}").text

    found = re.findall(rf"/claims/{claim.id}/(\w+)[?\"]", page)
    assert {"approve", "return", "extend"} <= set(found)


def test_those_under_a_head_complained_of_are_kept_from_it_and_other_heads_are_not(
    session, client, now
):
    head, deputy, officer = (make_officer(session, role) for role in ("head", "head", "officer"))
    stranger = make_officer(session, "officer", agency="police")
    appeal = make_appeal(
        session, status="in_work", officer=officer, claims=["Шам.", "Қоқыс."]
    )  # fmt: skip
    appeal.claims[1].agency = agency_by_code(session, "police")
    claim, supervisor = appeal.claims[0], make_officer(session, "supervisor")
    tasks.add(session, claim, to=officer, words="Қарау", due_on=claim.due_on, by=deputy, now=now)

    complain_of(session, appeal, head, now)

    read = {one: may_read(session, appeal, one) for one in (head, officer, deputy, stranger)}
    assert list(read.values()) == [False, False, True, True]
    assert claim.officer is None
    assert tasks.waiting(session, officer) == []
    assert tasks.tell_due(session, today=claim.due_on, now=now) == []
    for by in (deputy, supervisor):
        with pytest.raises(Invalid):
            resolution.assign(session, claim, to=officer, by=by, now=now)
    resolution.assign(session, claim, to=deputy, by=supervisor, now=now)
    assert claim.officer is deputy


def test_no_claim_goes_to_an_agency_where_all_are_under_the_official(session, client, now):
    head, supervisor = make_officer(session, "head"), make_officer(session, "supervisor")
    housing, law = agency_by_code(session, "housing"), terms.law(session)
    fresh = make_appeal(session)
    going, disputed = (make_appeal(session, status="routed", agency="police") for _ in range(2))
    disputed.claims[0].arbitration_since = now
    for one in (fresh, going, disputed):
        complain_of(session, one, head, now)
    words = {"to": housing, "by": supervisor, "now": now}
    ways_there = (
        lambda: routing.route(session, fresh.claims[0], **words),
        lambda: routing.redirect(session, going.claims[0], reason="Тұрғын үй", law=law, **words),
        lambda: routing.arbitrate(session, disputed.claims[0], reason="Ереже", law=law, **words),
    )

    for way in ways_there:
        with pytest.raises(Invalid) as refused:
            way()
        assert set(refused.value.fields) == {"agency"}
    page = f"/appeals/{fresh.number}/claims/{fresh.claims[0].id}/route?lang=en"
    said = sign_in(client, supervisor).post(page, data={"agency": "housing"})
    assert "Choose a body above it" in said.text
    make_officer(session, "head")
    for way in ways_there:
        way()


def test_where_nobody_of_the_agency_may_have_it_the_supervisor_sends_it_on(session, client, now):
    head, supervisor = make_officer(session, "head"), make_officer(session, "supervisor")
    appeal = make_appeal(session, status="in_work", officer=make_officer(session, "officer"))
    complain_of(session, appeal, head, now)
    mark(session, appeal, now)
    page = f"/workspace/appeals/{appeal.number}"
    shown = sign_in(client, supervisor).get(f"{page}?lang=en").text

    assert "Nobody of the agency may have this claim" in shown
    claim = appeal.claims[0]
    sent = {f"redirect-{claim.id}-agency": "prosecutor", f"redirect-{claim.id}-reason": "Басшы"}
    assert client.post(f"{page}/claims/{claim.id}/redirect", data=sent).status_code == 302
    session.refresh(claim)
    assert claim.agency.code == "prosecutor"


def test_the_supervisor_gives_away_claims_of_an_agency_without_a_head(session, client, now):
    """On the page of the case and in the list; with a head at work it is the head's to do."""
    officer = make_officer(session, "officer", name="Айдос Серікұлы")
    gone = make_officer(session, "head")
    one, other = (make_appeal(session, status="routed") for _ in range(2))
    sign_in(client, make_officer(session, "supervisor"))
    (claim, place), mark_of = (
        (one.claims[0], f"/workspace/appeals/{one.number}"),
        f"{other.claims[0].id}:{other.number}",
    )
    given = {f"assign-{claim.id}-to": str(officer.id)}
    assert client.post(f"{place}/claims/{claim.id}/assign", data=given).status_code == 403
    assert "Айдос Серікұлы" not in client.get(place).text
    assert 'name="to"' not in client.get("/workspace").text
    gone.active = False
    session.commit()

    assert "Айдос Серікұлы" in client.get(place).text
    assert client.post(f"{place}/claims/{claim.id}/assign", data=given).status_code == 302
    assert "Айдос Серікұлы, " in client.get("/workspace").text
    many = {"claim": mark_of, "to": str(officer.id)}
    assert client.post("/workspace/bulk/assign", data=many).status_code == 200

    session.expire_all()
    assert {one.claims[0].officer_id, other.claims[0].officer_id} == {officer.id}


def test_the_official_is_reminded_of_nothing_and_the_others_are(session, now):
    officer = make_officer(session, "officer")
    heads = [make_officer(session, "head") for _ in range(2)]
    claim = make_appeal(session, status="in_work", officer=officer).claims[0]
    complain_of(session, claim.appeal, heads[0], now)
    claim.due_on = business_date(now) - timedelta(days=20)
    session.commit()

    reminders.remind(session, workdays=workdays(session), now=now)

    told = set(session.scalars(select(Reminder.officer_id)))
    assert heads[0].id not in told
    assert {heads[1].id} <= told


def test_notes_questions_tasks_and_readings_of_the_case_are_kept_too(session, client, appeal, now):
    official = make_officer(session, "officer", login="qarsy")
    supervisor = make_officer(session, "supervisor")
    claim, head = appeal.claims[0], make_officer(session, "head")
    joint_work.add_note(session, claim, words="@qarsy қараңыз", by=head, now=now)
    tasks.add(session, claim, to=official, words="Қарау", due_on=claim.due_on, by=head, now=now)
    readings.note(session, appeal, Sight.CASE, by=head, now=now)
    session.commit()
    assert joint_work.mentions_of(session, official, now=now)
    assert tasks.waiting(session, official)

    complain_of(session, appeal, official, now)
    complain_of(session, appeal, supervisor, now)

    assert joint_work.mentions_of(session, official, now=now) == []
    assert tasks.waiting(session, official) == []
    note = joint_work.add_note(session, claim, words="@qarsy тағы", by=head, now=now)
    assert note.mentions == []
    session.commit()
    sign_in(client, supervisor)
    assert appeal.number not in client.get(f"/register/readings/{head.id}?month=2026-11").text


def test_a_question_about_the_case_is_kept_from_the_official_of_the_asked_agency(session, now):
    claim = make_appeal(session, status="in_work").claims[0]
    police, colleague = (make_officer(session, "officer", agency="police") for _ in range(2))
    asked_of = joint_work.ask_opinion(
        session, claim, of=agency_by_code(session, "police"), question="Рұқсат берілген бе?",
        until=claim.due_on, by=make_officer(session, "officer"), now=now,
    )  # fmt: skip
    complain_of(session, claim.appeal, police, now)

    assert joint_work.questions_to(session, police) == []
    assert joint_work.questions_to(session, colleague) == [asked_of]
    with pytest.raises(NotFound):
        joint_work.question_to(session, asked_of.id, officer=police)


@pytest.mark.parametrize(("role", "may"), [("officer", False), ("clerk", True), ("head", True),
                                           ("supervisor", True), ("admin", True)])  # fmt: skip
def test_who_may_name_the_official(session, appeal, now, role, may):
    official, by = make_officer(session, "officer"), make_officer(session, role)

    if may:
        recusing.name_official(session, appeal, official.id, by=by, now=now)
        assert appeal.journal[-1].kind == "official_named"
        assert appeal.journal[-1].payload["officer"] == official.name
        with pytest.raises(WrongStatus):
            recusing.name_official(session, appeal, official.id, by=by, now=now)
    else:
        with pytest.raises(NotAllowed):
            recusing.name_official(session, appeal, official.id, by=by, now=now)


def test_a_mistake_is_taken_back_by_supervision_with_a_reason(session, appeal, now):
    official = make_officer(session, "officer")
    complain_of(session, appeal, official, now)
    supervisor, head = make_officer(session, "supervisor"), make_officer(session, "head")

    with pytest.raises(NotAllowed):
        recusing.clear_official(session, appeal, official.id, reason="Қате", by=head, now=now)
    with pytest.raises(Invalid):
        recusing.clear_official(session, appeal, official.id, reason=" ", by=supervisor, now=now)
    recusing.clear_official(session, appeal, official.id, reason="Қате", by=supervisor, now=now)
    session.commit()

    assert may_read(session, appeal, official)
    assert appeal.journal[-1].kind == "official_cleared"


def test_the_screen_names_and_marks_and_says_what_to_mend(session, client, appeal):
    official = make_officer(session, "officer", name="Қарсы Маман")
    sign_in(client, make_officer(session, "supervisor"))
    page = f"/workspace/appeals/{appeal.number}/circle"

    assert "Қарсы Маман" in client.get(page).text
    assert client.post(f"{page}/name", data={"name-0-official": "x"}).status_code == 422
    assert client.post(f"{page}/mark", data={"mark-0-sort": "x"}).status_code == 422
    done = client.post(f"{page}/name", data={"name-0-official": str(official.id)})
    assert done.location.endswith("/circle")
    assert client.post(f"{page}/drop", data={"drop-0-official": official.id}).status_code == 422
    marked = client.post(f"{page}/mark", data={"mark-0-sort": "health"})
    assert marked.location.endswith("/workspace"), "the supervisor is outside of the circle now"
    assert client.get(page).status_code == 404


# Special personal data


def test_the_digest_counts_special_data_for_those_alone_who_find_the_case(session, now):
    officer, other = make_officer(session, "officer"), make_officer(session, "officer")
    head, supervisor = make_officer(session, "head"), make_officer(session, "supervisor")
    appeal = make_appeal(session, status="in_work", officer=officer, text=ILL)
    claim = appeal.claims[0]
    for person in (other, head, supervisor):
        tasks.add(session, claim, to=person, words="Қарау", due_on=NOW.date(), by=head, now=now)
    claim.due_on = business_date(now) - timedelta(days=20)
    mark(session, appeal, now)

    reminders.remind(session, workdays=workdays(session), now=now)
    session.commit()

    told = list(session.scalars(select(Reminder.officer_id)))
    assert told == [head.id], "a week and more over, so the head and the supervisor were due"
    told = {one.to_id for one in session.scalars(select(tasks.ClaimTask)) if one.told_at}
    assert told == {head.id}
    assert not tasks.waiting(session, supervisor) + tasks.waiting(session, other)


def test_somebody_who_left_is_counted_no_tasks(session, appeal, now):
    gone, head = make_officer(session, "officer"), make_officer(session, "head")
    claim = appeal.claims[0]
    tasks.add(session, claim, to=gone, words="Қарау", due_on=NOW.date(), by=head, now=now)
    gone.active = False
    session.commit()

    assert tasks.tell_due(session, today=NOW.date(), now=now) == []


@pytest.mark.parametrize(
    ("letter", "sort"),
    [
        (ILL, "health"),
        ("Ребёнку инвалиду с ДЦП не дают коляску", "disability"),
        ("Муж избил меня, боюсь насилия", "violence"),
        ("Соседи упрекают меня за намаз, я верующая", "belief"),
        ("Не берут на работу из-за судимости", "conviction"),
        ("Ауламызда шам жанбайды, жол ойылған.", ""),
        ("Болашақта жол жөнделе ме? Прошу ответить.", ""),
    ],
)
def test_the_words_of_a_letter_speak_for_special_data_and_a_person_decides(session, letter, sort):
    appeal = make_appeal(session, text=letter)

    assert special_data.proposed(appeal) == sort
    assert appeal.special == ""


def test_special_data_are_read_by_the_officer_who_has_the_claim_and_the_head_alone(session, now):
    clerk, officer = make_officer(session, "clerk"), make_officer(session, "officer")
    appeal = make_appeal(session, status="in_work", by=clerk, officer=officer, text=ILL)
    people = {
        role: make_officer(session, role) for role in ROLES
    } | {"own": officer, "receiver": clerk}  # fmt: skip
    mark(session, appeal, now)

    read = {name for name, person in people.items() if may_read(session, appeal, person)}
    shown = {name for name, person in people.items() if listed(session, person)}

    assert read == {"own", "head", "receiver"}
    assert shown == {"own", "head"}
    assert not may_read(session, appeal, make_officer(session, "head", agency="police"))


def test_the_supervisor_reads_special_data_only_where_nobody_else_could_act(session, now):
    supervisor = make_officer(session, "supervisor")
    unrouted = make_appeal(session, text=ILL)
    disputed, routed = (make_appeal(session, status="routed", text=ILL) for _ in range(2))
    headless = make_appeal(session, status="in_work", text=ILL)
    disputed.claims[0].arbitration_since = now
    complain_of(session, headless, make_officer(session, "head"), now)
    for one in (unrouted, disputed, routed, headless):
        mark(session, one, now)

    assert listed(session, supervisor) == {unrouted.number, disputed.number, headless.number}
    assert not may_read(session, routed, supervisor)


def test_every_reading_of_special_data_stands_in_the_journal(session, client, appeal, now):
    head = make_officer(session, "head")
    sign_in(client, head)
    client.get(f"/workspace/appeals/{appeal.number}")
    session.refresh(appeal)
    assert "special_read" not in [entry.kind for entry in appeal.journal]
    mark(session, appeal, now)

    for page in (f"/workspace/appeals/{appeal.number}", f"/appeals/{appeal.number}/protocol"):
        assert client.get(page).status_code == 200

    session.expire_all()
    told = [(entry.kind, entry.by) for entry in appeal.journal[-2:]]
    assert told == [("special_read", head)] * 2


def test_the_text_of_special_data_is_shown_among_no_similar_appeals_spots_and_topics(session, now):
    head = make_officer(session, "head")
    one, other = (make_appeal(session, status="in_work", text=ILL) for _ in range(2))
    similar.forget()
    analyst, choice = make_officer(session, "analyst"), Choice()
    today = business_date(now)
    assert similar.like(session, one, officer=head, now=now)
    assert hot_spots.by_house(session, head, choice, today=today)

    mark(session, other, now)

    assert similar.like(session, one, officer=head, now=now) == []
    assert hot_spots.by_house(session, head, choice, today=today) == []
    assert hot_spots.by_house(session, analyst, choice, today=today) == []
    assert "special = ''" in str(topics.LETTERS)


def test_the_sample_shows_no_answer_that_its_controller_may_not_see(session, now):
    appeal = make_appeal(session, status="answered", text=ILL)
    sample = sampling.QualitySample(
        month=business_date(now).replace(day=1), rule_from=business_date(now), lot="", answers=1,
        drawn_at=now,
    )  # fmt: skip
    pick = sampling.QualityPick(
        sample=sample, claim=appeal.claims[0], agency_id=appeal.claims[0].agency_id
    )
    session.add_all([sample, pick])
    session.commit()
    supervisor = make_officer(session, "supervisor")
    assert sampling.picks_of(session, sample, by=supervisor) == [pick]

    mark(session, appeal, now)

    assert sampling.picks_of(session, sample, by=supervisor) == []
    with pytest.raises(NotFound):
        sampling.pick_by_id(session, pick.id, by=supervisor)


def test_the_mark_is_taken_off_with_a_reason_by_another_than_who_answers(session, appeal, now):
    mark(session, appeal, now)
    with pytest.raises(NotAllowed):
        special_data.clear(appeal, reason="Қате", by=make_officer(session, Role.OFFICER), now=now)
    with pytest.raises(Invalid):
        special_data.clear(appeal, reason="", by=make_officer(session, Role.HEAD), now=now)

    special_data.clear(appeal, reason="Қате", by=make_officer(session, Role.HEAD), now=now)

    assert (appeal.special, appeal.claims[0].special) == ("", False)
    assert appeal.journal[-1].kind == "special_cleared"


@pytest.mark.parametrize("page", PAGES_OF_A_CASE)
def test_a_page_of_a_marked_case_is_not_found_outside_of_the_circle(
    session, client, app, appeal, now, page
):
    mark(session, appeal, now)
    (rule,) = [r for r in app.url_map.iter_rules() if r.endpoint == page]
    for role in ("clerk", "officer", "supervisor", "admin"):
        sign_in(client, make_officer(session, role))
        assert asked(client, rule, ways(rule, appeal.number)[0]).status_code == 404
