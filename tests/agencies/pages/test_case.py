"""The case: every step by its form, once, by whom the law lets, with what was typed kept."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from agencies import journal, quality
from agencies.appeals import Appeal, Claim, ClaimStatus
from agencies.directory import Origin
from agencies.notices import Notice
from agencies.sealing import link_key
from agencies.staff import Role
from agencies.terms import TermPolicy
from tests.make import SECRET_KEY, make_appeal, make_officer, sign_in

ANSWER = "Шам ауыстырылды, ӘРПК 76-бабы. Шешімге үш ай ішінде шағым жасауға болады."


@pytest.fixture
def officer(client, session):
    person = make_officer(session, Role.OFFICER)
    sign_in(client, person)
    return person


@pytest.fixture
def head(session):
    return make_officer(session, Role.HEAD, name="Ерлан Төлегенов")


def address(appeal: Appeal, verb: str = "", claim: Claim | None = None) -> str:
    place = f"/workspace/appeals/{appeal.number}"
    return f"{place}/claims/{(claim or appeal.claims[0]).id}/{verb}" if verb else place


def send(client, appeal, verb, *, lang="en", claim=None, **values):
    """The form as the page draws it: with how the claim stood."""
    number = (claim or appeal.claims[0]).id
    page = client.get(address(appeal)).text
    stand = re.search(rf'name="[a-z]+-{number}-stand"\s+value="([^"]+)"', page)
    fields = {f"{verb}-{number}-{name}": value for name, value in values.items()}
    if stand:
        fields[f"{verb}-{number}-stand"] = stand[1]
    return client.post(f"{address(appeal, verb, claim)}?lang={lang}", data=fields)


def status(session, appeal) -> ClaimStatus:
    session.expire_all()
    return appeal.claims[0].status


def test_the_whole_way_from_taking_to_the_approved_answer(client, session, officer, head):
    appeal = make_appeal(session, status="routed")

    send(client, appeal, "take")
    send(client, appeal, "answer", text=ANSWER, outcome="measures_taken")
    waiting = status(session, appeal)
    sign_in(client, head)
    answer = send(client, appeal, "approve")

    assert waiting is ClaimStatus.IN_APPROVAL
    assert answer.status_code == 302
    assert status(session, appeal) is ClaimStatus.ANSWERED
    assert appeal.claims[0].answer == ANSWER
    page = client.get(answer.location + "").text
    assert ANSWER in page


def test_an_empty_answer_is_explained_beside_its_fields(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)

    answer = send(client, appeal, "answer", text="", outcome="")

    claim = appeal.claims[0].id
    assert answer.status_code == 422
    assert f'href="#answer-{claim}-text"' in answer.text
    assert f'href="#answer-{claim}-outcome"' in answer.text
    assert "Choose how the claim ends." in answer.text


def test_what_was_typed_is_kept_when_a_field_is_wrong(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)

    answer = send(client, appeal, "answer", text=ANSWER, outcome="")
    redirected = send(client, appeal, "redirect", agency="", reason="Бұл жол органы")

    assert ANSWER in answer.text
    assert "Бұл жол органы" in redirected.text
    assert status(session, appeal) is ClaimStatus.IN_WORK


def test_a_form_sent_twice_happens_once(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)
    claim = appeal.claims[0]
    page = client.get(address(appeal)).text
    stand = re.search(rf'name="hearing-{claim.id}-stand"\s+value="([^"]+)"', page)[1]
    on = (claim.due_on - timedelta(days=4)).isoformat()
    form = {
        f"hearing-{claim.id}-stand": stand, f"hearing-{claim.id}-on": on,
        f"hearing-{claim.id}-decision": "Бас тарту көзделген",
    }  # fmt: skip

    first = client.post(address(appeal, "hearing"), data=form)
    second = client.post(address(appeal, "hearing") + "?lang=en", data=form)

    session.expire_all()
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Somebody moved this claim on" in second.text
    assert "Бас тарту көзделген" in second.text
    assert [e.kind for e in appeal.journal].count("hearing") == 1


def test_an_answer_sent_from_a_second_tab_can_be_copied(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)
    form = {
        f"answer-{appeal.claims[0].id}-stand": "in_work-0",
        f"answer-{appeal.claims[0].id}-text": "Екінші",
    }
    send(client, appeal, "answer", text=ANSWER, outcome="measures_taken")

    late = client.post(address(appeal, "answer"), data=form)

    assert late.status_code == 409
    assert "readonly>\nЕкінші</textarea>" in late.text


def test_what_cannot_be_done_is_not_offered(client, session, officer, head, now):
    appeal = make_appeal(session, status="in_approval", officer=officer, now=now)
    quality.take(appeal.claims[0], by=make_officer(session, Role.SUPERVISOR), now=now)
    session.commit()
    sign_in(client, head)

    page = client.get(address(appeal)).text

    assert f'id="approve-{appeal.claims[0].id}"' not in page
    choices = page.split(f'id="redirect-{appeal.claims[0].id}')[1:]
    assert not any('<option value="housing"' in one.split("</select>")[0] for one in choices)


def test_a_second_matter_is_set_apart_once_and_told_in_the_story(client, session, officer):
    text = "Ауламызда шам жанбайды. Түнде құрылыс шулайды."
    appeal = make_appeal(session, status="in_work", officer=officer, text=text)
    claim = appeal.claims[0]
    page = client.get(address(appeal)).text
    form = {
        f"apart-{claim.id}-stand": re.search(
            rf'name="apart-{claim.id}-stand"\s+value="([^"]+)"', page
        )[1],
        f"apart-{claim.id}-text": "Түнде құрылыс шулайды.",
        f"apart-{claim.id}-agency": "police",
    }  # fmt: skip

    wordless = send(client, appeal, "apart", text=" ", agency="police")
    first = client.post(address(appeal, "apart"), data=form)
    second = client.post(address(appeal, "apart"), data=form)

    session.expire_all()
    assert (wordless.status_code, first.status_code, second.status_code) == (422, 302, 409)
    assert [one.agency.code for one in appeal.claims] == ["housing", "police"]
    shown = client.get(address(appeal) + "?lang=en").text
    assert "Claim 2. Set apart from claim 1 as a matter of its own" in shown
    assert "Түнде құрылыс шулайды." in shown


def test_a_hearing_says_where_and_at_which_hour_to_come(client, session, officer):
    who = {"name": "Ерлан Тасқынбаев", "phone": "+77010000001"}
    appeal = make_appeal(session, status="in_work", officer=officer, applicant=who)
    claim = appeal.claims[0]
    form = {"on": (claim.due_on - timedelta(days=4)).isoformat(), "decision": "Бас тарту."}
    room = "Абай даңғылы, 1, 214-бөлме"

    half = send(client, appeal, "hearing", **form, place=room)
    assert (half.status_code, "Say at which hour" in half.text) == (422, True)
    assert send(client, appeal, "hearing", **form, place=room, hour="25:00").status_code == 422
    assert send(client, appeal, "hearing", **form, place=room, hour="14:30").status_code == 302

    session.expire_all()
    assert f"14:30, {room}" in client.get(address(appeal)).text
    told = session.scalars(select(Notice).where(Notice.kind == "hearing_at")).one()
    assert (told.particulars["time"], told.particulars["place"]) == ("14:30", room)


def test_what_was_asked_for_is_noted_by_whoever_it_is_brought_to(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)
    brought = f'id="brought-{appeal.claims[0].id}"'
    before = client.get(address(appeal)).text
    send(client, appeal, "documents", what="Куәлік.", until=appeal.due_on.isoformat())
    sign_in(client, make_officer(session, Role.CLERK))

    asked = client.get(address(appeal)).text
    blank = send(client, appeal, "brought", words=" ")
    send(client, appeal, "brought", words="Куәлік әкелінді.")
    after = client.get(address(appeal)).text

    assert [brought in page for page in (before, asked, after)] == [False, True, False]
    assert (blank.status_code, "Say what was brought" in blank.text) == (422, True)
    assert "Куәлік әкелінді." in after


def test_a_redirection_needs_a_reason_and_leaves_the_agency(client, session, officer):
    appeal = make_appeal(session, status="routed")

    refused = send(client, appeal, "redirect", agency="social", reason=" ")
    done = send(client, appeal, "redirect", agency="social", reason="Жәрдемақы мәселесі")

    assert refused.status_code == 422
    assert done.status_code == 302
    assert "/appeals/" not in done.location
    assert client.get(address(appeal)).status_code == 404


def test_an_agency_a_claim_was_sent_to_and_may_not_send_back_can_ask_who_is_competent(
    client, session, officer
):
    appeal = make_appeal(session, status="routed")
    send(client, appeal, "redirect", agency="social", reason="Жәрдемақы мәселесі")
    sign_in(client, make_officer(session, Role.OFFICER, agency="social"))

    refused = send(client, appeal, "redirect", agency="housing", reason="Тұрғын үй мәселесі")
    asked = send(client, appeal, "ask", reason="Тұрғын үй мәселесі")
    session.expire_all()

    assert (refused.status_code, asked.status_code) == (403, 302)
    assert appeal.claims[0].arbitration_since is not None


def test_the_head_returns_a_draft_and_extends_a_term(client, session, officer, head):
    appeal = make_appeal(session, status="in_approval", officer=officer)
    until = appeal.claims[0].due_on + timedelta(days=10)
    sign_in(client, head)

    send(client, appeal, "return", reason="Заң бабын көрсетіңіз")
    answer = send(client, appeal, "extend", until=until.isoformat(), reason="Сараптама керек")

    assert answer.status_code == 302
    assert status(session, appeal) is ClaimStatus.IN_WORK
    assert appeal.claims[0].due_on == until
    assert "Extended by a decision of the head" in client.get(address(appeal) + "?lang=en").text


@pytest.mark.parametrize("until", ["soon", "", "2031-01-01"])
def test_a_wrong_day_is_explained(client, session, officer, head, until):
    appeal = make_appeal(session, status="in_work", officer=officer)
    sign_in(client, head)

    answer = send(client, appeal, "extend", reason="Сараптама", until=until)

    assert answer.status_code == 422
    assert "Сараптама" in answer.text


def test_nobody_approves_what_he_wrote_himself(client, session, head):
    appeal = make_appeal(session, status="in_work", officer=head)
    sign_in(client, head)
    send(client, appeal, "answer", text=ANSWER, outcome="explained")

    answer = send(client, appeal, "approve")

    assert answer.status_code == 403
    assert status(session, appeal) is ClaimStatus.IN_APPROVAL


@pytest.mark.parametrize("verb", ["approve", "return", "extend", "route"])
def test_an_officer_does_not_take_the_heads_steps(client, session, officer, verb):
    appeal = make_appeal(session, status="in_approval")

    assert send(client, appeal, verb).status_code == 403
    assert f'/{verb}"' not in client.get(address(appeal)).text


def test_a_withdrawal_needs_the_applicants_own_request(client, session, officer):
    appeal = make_appeal(session, status="in_work", officer=officer)

    refused = send(client, appeal, "withdraw", reason="")
    done = send(client, appeal, "withdraw", reason="23.11.2026 жазбаша сұрауы")

    assert refused.status_code == 422
    assert done.status_code == 302
    assert status(session, appeal) is ClaimStatus.WITHDRAWN


def test_the_clerk_sends_a_claim_and_closes_an_answered_one(client, session):
    sign_in(client, make_officer(session, Role.CLERK))
    fresh, answered = make_appeal(session), make_appeal(session, status="answered")

    send(client, fresh, "route", agency="ecology")
    send(client, answered, "close")

    assert status(session, fresh) is ClaimStatus.ROUTED
    assert fresh.claims[0].agency.code == "ecology"
    assert status(session, answered) is ClaimStatus.CLOSED


@pytest.mark.parametrize("verb", ["route", "take", "answer", "withdraw", "close", "redirect"])
def test_a_stranger_finds_nothing(client, session, verb):
    appeal = make_appeal(session, status="routed")
    sign_in(client, make_officer(session, Role.OFFICER, agency="social"))

    assert client.get(address(appeal)).status_code == 404
    assert client.post(address(appeal, verb)).status_code in (403, 404)
    assert status(session, appeal) is ClaimStatus.ROUTED


def test_an_agency_acts_on_its_own_claim_only(client, session, officer):
    appeal = make_appeal(session, status="routed", claims=["Жылу жоқ", "Жәрдемақы"])
    own, other = appeal.claims
    clerk = make_officer(session, Role.CLERK)
    sign_in(client, clerk)
    send(client, appeal, "redirect", claim=other, agency="social", reason="Жәрдемақы")
    sign_in(client, officer)

    page = client.get(address(appeal)).text

    assert f"take-{own.id}" in page
    assert f"take-{other.id}" not in page
    assert client.post(address(appeal, "take", other)).status_code == 404


def test_a_draft_of_another_agency_is_not_shown(client, session, officer):
    writer = make_officer(session, Role.OFFICER, agency="social")
    appeal = make_appeal(session, status="routed", claims=["Жылу жоқ", "Жәрдемақы"])
    sign_in(client, make_officer(session, Role.CLERK))
    send(client, appeal, "redirect", claim=appeal.claims[1], agency="social", reason="Жәрдемақы")
    sign_in(client, writer)
    send(client, appeal, "take", claim=appeal.claims[1])
    send(client, appeal, "answer", claim=appeal.claims[1], text=ANSWER, outcome="explained")
    sign_in(client, officer)

    page = client.get(address(appeal) + "?lang=en").text

    assert ANSWER not in page
    assert "An answer was drafted" not in page


def test_only_the_masked_number_is_shown(client, session, officer):
    page = client.get(address(make_appeal(session, status="routed"))).text

    assert "850101••••12" in page
    assert "850101100012" not in page


def imported(session, now) -> Appeal:
    policy = session.scalars(select(TermPolicy.code).limit(1)).first()
    appeal = Appeal(
        number="SPB-1", kind="message", language="ru", channel="import", source=Origin.IMPORTED,
        source_id="1", text="Двор: не убран снег", status="in_work", registered_on=now.date(),
        due_on=now.date(), received_at=now, policy_code=policy, receiver={}, journal_length=0,
        journal_head=journal.BEGINNING, redirections=0, reopenings=0,
    )  # fmt: skip
    appeal.claims.append(
        Claim(ordinal=1, text=appeal.text, status="in_work", registered_on=now.date(),
              first_due_on=now.date(), due_on=now.date(), suggestions=[], redirections=0,
              reopenings=0)
    )  # fmt: skip
    session.add(appeal)
    session.flush()
    for kind, payload in (
        ("registered", {"number": "SPB-1"}), ("status_noted", {"text": "В работе"}),
        ("answered_interim", {"text": "Срок уточняется"}), ("category_changed", {}),
        ("reopened", {}), ("something_else", {}), ("term_set", {}), ("extended", {}),
    ):  # fmt: skip
        journal.append(appeal, kind, by=None, now=now, claim_ordinal=1, **payload)
    session.commit()
    return appeal


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_an_imported_case_opens_and_reads_well(client, session, now, lang):
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    appeal = imported(session, now)

    page = client.get(f"{address(appeal)}?lang={lang}")

    assert page.status_code == 200
    assert "Срок уточняется" in page.text
    assert "None" not in page.text
    assert "talon" not in page.text


def test_an_imported_case_counts_in_the_list_and_can_be_worked_on(client, session, now):
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    appeal = imported(session, now)
    assert appeal.number in client.get("/workspace").text
    assert appeal.number in client.get("/workspace?q=SPB-1").text

    answer = send(client, appeal, "withdraw", reason="23.11.2026 сұрауы")

    assert answer.status_code == 302
    assert appeal.number not in client.get("/workspace").text
    assert appeal.number in client.get("/workspace?status=all").text


def test_a_case_runs_a_fixed_number_of_statements(client, session, officer, head, statements):
    """Whoever opened it is kept too; others like it are looked for when somebody asks."""
    client.get(address(make_appeal(session, status="in_work", officer=officer)))
    spent = []
    for claims in (1, 6):
        appeal = make_appeal(
            session, status="answered", officer=officer, head=head,
            claims=[f"Мәселе {n}" for n in range(claims)],
        )  # fmt: skip
        with statements() as seen:
            assert client.get(address(appeal)).status_code == 200
        spent.append(len(seen))

    assert spent[0] == spent[1] <= 12


def test_a_day_in_the_story_stands_with_its_article_for_the_agency_and_the_applicant(
    client, session, head, now
):
    appeal = make_appeal(session, status="in_work")
    sign_in(client, head)
    send(
        client, appeal, "extend", until=(appeal.claims[0].due_on + timedelta(days=7)).isoformat(),
        reason="Тексеру керек",
    )  # fmt: skip

    ours = client.get(f"{address(appeal)}?lang=en").text
    theirs = client.get(f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}?lang=en").text

    for page in (ours, theirs):
        place = page.index("The term was extended to", page.index('class="timeline"'))
        assert "Code (APPC), articles 76(1), 76(3) and 87" in page[place : place + 300]


def test_a_case_shows_others_on_the_same_object(client, session, officer):
    text = "Абай даңғылы, 52 үй: лифт жүрмейді, лифт үшінші күн тұр"
    appeal, other = (make_appeal(session, text=text, status="routed") for _ in range(2))
    foreign = make_appeal(session, text=text, status="routed", agency="police")

    page = client.get(f"{address(appeal)}/similar?lang=en").text

    assert f"{address(appeal)}/similar#likeness" in client.get(address(appeal)).text
    assert "One more appeal is about the same object." in page
    assert other.number in page
    assert foreign.number not in page


def test_the_supervisor_returns_an_answer_with_what_is_wanting(client, session, officer):
    appeal = make_appeal(session, status="in_approval", officer=officer)
    sign_in(client, make_officer(session, Role.SUPERVISOR))

    assert send(client, appeal, "rework", words="Жоқ").status_code == 409
    send(client, appeal, "control")
    refused = send(client, appeal, "rework", words="Бапты көрсетіңіз.")
    send(client, appeal, "rework", words="Бапты көрсетіңіз.", **{"wanting-no_law": "1"})

    assert "Choose what is wanting." in refused.text
    assert "Бапты көрсетіңіз." in refused.text
    assert status(session, appeal) is ClaimStatus.IN_WORK
    sign_in(client, officer)
    page = client.get(f"{address(appeal)}?lang=en").text
    assert "Quality control returned the answer: The rule of law is missing or wrong." in page


def test_a_resolution_names_its_rule_its_remedy_and_its_lesson(client, session, officer, head):
    appeal = make_appeal(session, status="in_work", officer=officer)

    send(client, appeal, "answer", text=ANSWER, outcome="measures_taken", rule="ӘРПК 76-бабы",
         remedy="Шам ауыстырылды", lesson="Шамдар тоқсан сайын тексеріледі")  # fmt: skip
    sign_in(client, head)
    send(client, appeal, "approve")

    page = client.get(address(appeal)).text
    assert "Шамдар тоқсан сайын тексеріледі" in page
    session.expire_all()
    assert appeal.claims[0].rule_cited == "ӘРПК 76-бабы"
    assert appeal.journal[-1].payload["remedy"] == "Шам ауыстырылды"


def test_a_complaint_is_passed_to_the_higher_body_once_and_the_applicant_reads_where(
    client, session, officer
):
    appeal = make_appeal(
        session, status="routed", kind="complaint",
        applicant={"name": "Ерлан Тасқынбаев", "phone": "+77010000001"},
    )  # fmt: skip
    before = client.get(f"{address(appeal)}?lang=en").text

    unnamed = send(client, appeal, "higher", body=" ")
    passed = send(client, appeal, "higher", body="Алматы қаласының әкімдігі")
    again = send(client, appeal, "higher", body="Алматы қаласының әкімдігі")
    session.expire_all()
    after = client.get(f"{address(appeal)}?lang=en").text

    assert (unnamed.status_code, passed.status_code) == (422, 302)
    assert again.status_code in (403, 409)
    assert "Pass the complaint to the higher body by" in before
    assert "Pass the complaint to the higher body by" not in after
    assert "Passed to the higher body: Алматы қаласының әкімдігі." in after
    told = session.scalars(select(Notice).where(Notice.kind == "complaint_passed")).one()
    assert told.particulars["body"] == "Алматы қаласының әкімдігі"
    assert appeal.claims[0].status is ClaimStatus.ROUTED


def test_what_is_no_complaint_goes_to_no_higher_body(client, session, officer):
    appeal = make_appeal(session, status="routed")

    assert send(client, appeal, "higher", body="Әкімдік").status_code == 409


def test_a_day_counted_without_a_calendar_says_so_wherever_it_stands(client, session):
    appeal = make_appeal(session, status="routed")
    claim = appeal.claims[0]
    key = link_key(SECRET_KEY, "appeal", appeal.link_seed)
    sign_in(client, make_officer(session, Role.SUPERVISOR))
    places = (address(appeal), f"/appeals/{appeal.number}/registered", f"/a/{key}")
    told = "The working calendar of 2028 is not published here yet"

    assert [told in client.get(f"{place}?lang=en").text for place in places] == [False] * 3
    claim.due_on = appeal.due_on = date(2028, 1, 14)
    session.commit()
    assert [told in client.get(f"{place}?lang=en").text for place in places] == [True] * 3
