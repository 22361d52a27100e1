"""The register of proposals and the council's page, as each role meets them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from agencies.appeals import Applicant
from agencies.staff import Role
from reports import editions, evidence, meetings, periods, proposals, voting
from reports.proposals import ProposalStatus
from reports.voting import Choice
from tests.make import make_officer, sign_in
from tests.reports.proposing import CASE, NOW, WORDS, adopted, drafted, heard, in_force, put_to_vote
from tests.reports.register import add_case, at

LANGUAGES = ("kk", "ru", "en")


def post(client: Any, address: str, **fields: Any) -> Any:
    return client.post(address, data=fields)


@pytest.mark.parametrize("role", sorted(Role))
def test_who_opens_the_council_s_page(client: Any, session: Any, role: str) -> None:
    answer = sign_in(client, make_officer(session, role)).get("/council")

    readers = {"council", "analyst", "admin", "supervisor", "head"}
    assert answer.status_code == (200 if role in readers else 403)


def test_everybody_reads_what_stood_on_an_agenda_and_nothing_before(
    client: Any, session: Any
) -> None:
    draft, public = drafted(session), adopted(session)
    session.commit()

    assert client.get(f"/proposals/{draft.number}").status_code == 404
    assert client.get(f"/proposals/{public.number}").status_code == 200
    listed = client.get("/proposals/register.json").json["items"]
    assert [one["number"] for one in listed] == [public.number]
    assert listed[0]["votes"] == [
        {"for": 3, "against": 0, "abstained": 0, "decision": "adopted"}
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proposal_is_told_to_its_end(client: Any, session: Any, language: str) -> None:
    made = in_force(session, on=date(2026, 11, 23))
    session.commit()

    page = client.get(f"/proposals/{made.number}?lang={language}")

    assert page.status_code == 200
    assert WORDS["problem"][language] in page.text
    assert "101-VIII" in page.text


def test_an_analyst_leads_an_idea_to_frozen_evidence(client: Any, session: Any) -> None:
    """By the forms alone, each of which keeps what was typed wrong."""
    made = drafted(session)
    session.commit()
    analyst = sign_in(client, make_officer(session, Role.ANALYST))
    steps = f"/proposals/{made.number}/steps"
    page = analyst.get(f"/proposals/{made.number}?lang=ru").text
    assert CASE["ru"] in page
    assert re.search(r"/drop/case/\d+", page)
    for name in ("write", "scope", "row", "case"):
        assert analyst.get(f"{steps}/{name}").status_code == 200
    wrong = post(analyst, f"{steps}/row", act="public-services", element="?", change="change",
                 edition_on="soon", why_kk="Сақталсын")  # fmt: skip
    assert wrong.status_code == 422
    assert "Сақталсын" in wrong.text

    assert post(analyst, f"{steps}/freeze").status_code == 302
    session.expire_all()
    assert made.status is ProposalStatus.FROZEN
    again = post(analyst, f"{steps}/freeze?lang=en")
    assert again.location == f"/proposals/{made.number}"
    assert "done already" in analyst.get(f"{again.location}?lang=en").text
    assert analyst.get(f"{steps}/nothing").status_code == 404


def test_a_new_idea_needs_a_name(client: Any, session: Any) -> None:
    member = sign_in(client, make_officer(session, Role.COUNCIL))

    assert post(member, "/proposals/new", title_kk="").status_code == 422
    assert post(member, "/proposals/new", title_kk="Бір терезе").status_code == 302


def test_a_head_gives_the_opinion_of_the_own_agency(client: Any, session: Any) -> None:
    from reports import opinions
    from tests.reports.proposing import frozen

    made = frozen(session)
    opinions.ask(session, made, agencies=["housing"], by=make_officer(session, Role.ANALYST),
                 now=NOW)  # fmt: skip
    session.commit()
    head = sign_in(client, make_officer(session, Role.HEAD, agency="housing"))

    assert made.number in head.get("/council").text
    said = post(head, f"/proposals/{made.number}/steps/opinion", position="supports",
                language="kk", words="Қолдаймыз.")  # fmt: skip
    assert said.status_code == 302
    session.expire_all()
    assert made.status is ProposalStatus.HEARD


def test_a_meeting_from_the_call_to_the_minutes(client: Any, session: Any, clock: Any) -> None:
    made, number = heard(session), "/council/meetings/1"
    secretary, member = make_officer(session, Role.ANALYST), make_officer(session, Role.COUNCIL)
    session.commit()
    chair = sign_in(client, secretary)
    assert post(chair, "/council/meetings/new", begins_at="soon").status_code == 422
    when = {"begins_at": "2026-12-14T15:00"}
    assert post(chair, "/council/meetings/new", **when).status_code == 422
    assert post(chair, "/council/meetings/new", place="Зал", **when).status_code == 302
    post(chair, f"{number}/agenda", proposal=made.number)
    assert made.number in chair.get(number).text
    post(chair, f"{number}/open?lang=en")
    assert "from an hour before it begins" in chair.get(f"{number}?lang=en").text
    clock.moment = at("2026-12-14 09:30")
    chair = sign_in(chair, secretary)
    post(chair, f"{number}/open")
    voter = sign_in(chair, member)
    assert made.number in voter.get("/council").text
    post(voter, f"{number}/attend")
    assert post(voter, f"{number}/items/1/vote", choice="perhaps").status_code == 302
    bad = post(voter, f"{number}/items/1/vote", choice="for", words="ЖСН 850101100012")
    assert (bad.status_code, "ЖСН 850101100012" in bad.text) == (422, True)
    post(voter, f"{number}/items/1/vote", choice="for", words="Мерзімін де жазу керек.")
    chair = sign_in(voter, secretary)
    assert "Мерзімін де жазу керек." not in chair.get(number).text
    post(chair, f"{number}/items/1/count")
    assert post(chair, f"{number}/close", minutes_kk="Хаттама").status_code == 422
    assert post(chair, f"{number}/close", minutes_kk="Хаттама", minutes_ru="Да").status_code == 302

    session.expire_all()
    assert made.status is ProposalStatus.ADOPTED
    closed = chair.get(f"{number}?lang=kk").text
    assert "Хаттама" in closed
    assert "Мерзімін де жазу керек." in closed
    assert f'href="{number}"' in chair.get("/council").text
    assert f'href="{number}"' in chair.get(f"/proposals/{made.number}").text


def test_members_see_from_when_and_why_a_meeting_was_moved_and_cancelled(
    client: Any, session: Any
) -> None:
    made, by = heard(session), make_officer(session, Role.ANALYST)
    at_first = NOW + timedelta(days=14)
    meeting = meetings.call(session, begins_at=at_first, place="Зал", by=by, now=NOW)
    meetings.put_on_agenda(session, meeting, made, by=by, now=NOW)
    member = make_officer(session, Role.COUNCIL)
    session.commit()
    chair, number = sign_in(client, by), f"/council/meetings/{meeting.number}"
    later = {"begins_at": "2026-12-21T15:00"}

    assert post(chair, f"{number}/move", **later).status_code == 422
    assert post(chair, f"{number}/move", why="Зал бос емес.", **later).status_code == 302
    assert post(chair, f"{number}/cancel").status_code == 422
    assert post(chair, f"{number}/cancel", because="Кворум болмайды.").status_code == 302

    told = sign_in(chair, member).get("/council?lang=kk").text
    assert "Зал бос емес." in told
    assert "Кворум болмайды." in told
    session.expire_all()
    assert (meeting.begins_at, made.status) == (at("2026-12-21 10:00"), ProposalStatus.HEARD)


def test_the_council_sees_what_grew_and_figures_that_lead_to_their_definitions(
    client: Any, session: Any
) -> None:
    add_case(session, "2026-10-05 04:00", due=date(2026, 10, 20))
    edition = editions.request(session, periods.parse("2026-10"), language="kk", by=None, now=NOW)
    editions.next_to_render(session, now=NOW)
    editions.keep(edition, b"%PDF-1.7 x", now=NOW)
    session.commit()
    member = sign_in(client, make_officer(session, Role.COUNCIL))
    assert "#F21" not in member.get("/council").text
    editions.issue(edition, by=make_officer(session, Role.ANALYST), now=NOW)
    session.commit()

    page = member.get("/council?lang=en").text
    links = re.findall(r'href="/reports/2026-10#(F\d+)"', page)
    assert {"F01", "F21"} <= set(links)
    defined = member.get("/reports/2026-10").text
    assert not [code for code in links if f'id="{code}"' not in defined]


def test_a_count_without_a_quorum_says_what_to_do(client: Any, session: Any) -> None:
    item, _ = put_to_vote(session, present=1)
    session.commit()
    number = f"/council/meetings/{item.meeting.number}"
    chair = sign_in(client, make_officer(session, Role.ANALYST))

    assert post(chair, f"{number}/items/1/count?lang=en").location == number
    assert "There is no quorum" in chair.get(f"{number}?lang=en").text


def test_nothing_is_chosen_for_an_agency_that_gives_its_opinion(client: Any, session: Any) -> None:
    from reports import opinions
    from tests.reports.proposing import frozen

    made, by = frozen(session), make_officer(session, Role.ANALYST)
    opinions.ask(session, made, agencies=["housing"], by=by, now=NOW)
    session.commit()
    head = sign_in(client, make_officer(session, Role.HEAD, agency="housing"))
    form = f"/proposals/{made.number}/steps/opinion"

    assert '<option value="" selected>' in head.get(form).text
    assert post(head, form, position="", language="kk", words="Қарсымыз.").status_code == 422


def test_a_report_in_another_language_is_shown_with_its_language(client: Any, session: Any) -> None:
    edition = editions.request(session, periods.parse("2026-10"), language="kk", by=None, now=NOW)
    editions.next_to_render(session, now=NOW)
    editions.keep(edition, b"%PDF-1.7 x", now=NOW)
    editions.issue(edition, by=make_officer(session, Role.ANALYST), now=NOW)
    session.commit()
    member = sign_in(client, make_officer(session, Role.COUNCIL))

    assert "(PDF, Қазақша)" in member.get("/council?lang=en").text
    assert "(PDF)" in member.get("/council?lang=kk").text


@pytest.mark.parametrize("page", ["/", "/figures", "/open", "/center"])
def test_the_register_is_reached_from_public_pages(client: Any, session: Any, page: str) -> None:
    assert 'href="/proposals"' in client.get(page).text


def test_a_vote_is_secret_but_for_the_own(client: Any, session: Any) -> None:
    item, council = put_to_vote(session)
    voting.vote(session, item, choice=Choice.AGAINST, member=council[0], now=NOW)
    session.commit()
    page = f"/council/meetings/{item.meeting.number}?lang=en"

    assert "your vote: Against" in sign_in(client, council[0]).get(page).text
    assert "your vote" not in sign_in(client, council[1]).get(page).text


def test_comments_are_for_the_council_and_the_house(client: Any, session: Any) -> None:
    made = adopted(session)
    session.commit()
    member = sign_in(client, make_officer(session, Role.COUNCIL))
    said = f"/proposals/{made.number}/comments"
    post(member, said, words="Маңызды мәселе.")
    refused = post(member, said, words="ЖСН 850101100012")
    assert (refused.status_code, "ЖСН 850101100012" in refused.text) == (422, True)

    page = member.get(f"/proposals/{made.number}").text
    assert "Маңызды мәселе." in page
    assert "850101100012" not in page
    with client.session_transaction() as cookie:
        cookie.clear()
    assert "Маңызды мәселе." not in client.get(f"/proposals/{made.number}").text


def test_the_council_reads_no_edition_that_lists_cases(client: Any, session: Any) -> None:
    add_case(session, "2026-11-16 04:00", due=date(2026, 11, 20))
    week = periods.parse("2026-W47")
    edition = editions.request(session, week, language="kk", by=None, now=NOW)
    editions.next_to_render(session, now=NOW)
    editions.keep(edition, b"%PDF-1.7 x", kept=b"%PDF a", workbook=b"PK", now=NOW)
    session.commit()
    files = [f"/reports/editions/{edition.id}{end}" for end in
             (".pdf", "/archive.pdf", "/figures.xlsx", "/measures.csv")]  # fmt: skip
    member = sign_in(client, make_officer(session, Role.COUNCIL))

    assert {member.get(file).status_code for file in files} == {404}
    assert post(member, "/reports", period="2026-W47", language="kk").status_code == 422
    analyst = sign_in(member, make_officer(session, Role.ANALYST))
    assert {analyst.get(file).status_code for file in files} == {200}


def test_what_was_issued_is_withdrawn_in_sight_and_followed_by_a_new_version(
    client: Any, session: Any
) -> None:
    month = periods.parse("2026-10")
    edition = editions.request(session, month, language="kk", by=None, now=NOW)
    editions.next_to_render(session, now=NOW)
    editions.keep(edition, b"%PDF-1.7 x", now=NOW)
    session.commit()
    member = make_officer(session, Role.COUNCIL)
    analyst = sign_in(client, make_officer(session, Role.ANALYST))
    post(analyst, f"/reports/editions/{edition.id}/issue")
    assert post(analyst, f"/reports/editions/{edition.id}/withdraw", reason="?").status_code == 422
    why = "Алатау ауданының саны қате."
    post(analyst, f"/reports/editions/{edition.id}/withdraw", reason=why)
    session.expire_all()

    assert member.id in edition.recipients
    assert why in sign_in(analyst, member).get("/council?lang=kk").text
    again = editions.request(session, month, language="kk", by=None, now=NOW + timedelta(days=1))
    assert (again.version, again.note) == (2, why)


PRIVATE = ("Жасырын Есімі", "850101100012", "+77011234567", "Құпия көше 7", "жасырын мәтін")


def test_no_page_and_no_file_tells_the_council_of_a_person(client: Any, session: Any) -> None:
    """Every page and file that a member may open, over cases whose every field is marked."""
    made = in_force(session, on=date(2026, 11, 23))
    for n in range(6):
        person = Applicant(name=PRIVATE[0], iin_index=bytes([n, 1]), iin_mask=PRIVATE[1],
                           phone=PRIVATE[2], address=PRIVATE[3])  # fmt: skip
        case = add_case(session, "2026-10-05 04:00", applicant=person, address=PRIVATE[3])
        case.text = PRIVATE[4]
    month = editions.request(session, periods.parse("2026-10"), language="kk", by=None, now=NOW)
    editions.next_to_render(session, now=NOW)
    editions.keep(month, b"%PDF-1.7 x", workbook=b"PK", now=NOW)
    editions.issue(month, by=make_officer(session, Role.ANALYST), now=NOW)
    session.commit()
    member = sign_in(client, make_officer(session, Role.COUNCIL))
    seen, ahead = set(), ["/council", "/proposals", "/reports", f"/proposals/{made.number}",
                          "/reports/2026-10", "/proposals/register.json"]  # fmt: skip
    while ahead:
        address = ahead.pop()
        seen.add(address)
        answer = member.get(address)
        assert answer.status_code < 500, address
        assert not [word for word in PRIVATE if word in answer.get_data(as_text=True)], address
        if "text/html" in answer.mimetype:
            for link in re.findall(r'href="(/(?:council|proposals|reports)[^"#?]*)', answer.text):
                if link not in seen and link not in ahead and not link.endswith(".pdf"):
                    ahead.append(link)

    assert len(seen) >= 10
    pack = evidence.of(session, made)
    assert pack is not None
    assert not [word for word in PRIVATE if word in str(pack.result) + str(pack.cases)]
    assert proposals.is_whole(session, made)
