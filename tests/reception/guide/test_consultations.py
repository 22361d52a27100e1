"""Where procedures break: a ticket or an appeal, the version, and the step that failed."""

import re

import pytest

from agencies.errors import Invalid
from reception.guide import consultations
from reception.guide.consultations import Cause
from tests.make import make_appeal, make_officer, make_ticket, sign_in


@pytest.fixture
def note(session, enter, now):
    version, clerk = enter(), make_officer(session, "clerk")

    def _note(**about):
        told = {"facts": {}, "language": "kk", "by": clerk, "now": now} | about
        consultations.record(session, version, **told)
        session.commit()

    return _note


def found(session, now):
    return consultations.breaks(session, now.date(), now.date())


def test_failed_steps_are_counted_among_all_contacts(session, note, clock, now):
    for step, cause in (("s2", "paper"), ("s2", "late"), ("", "")):
        note(ticket_id=make_ticket(session).id, failed_step=step, cause=cause)
    note(appeal_id=make_appeal(session).id, failed_step="s2", cause="paper")

    (one,) = found(session, now)

    assert (one.step, one.failed, one.contacts, one.appeals) == ("s2", 3, 4, 1)
    assert one.causes == {Cause.PAPER: 2, Cause.LATE: 1}
    assert one.title.en == "Apply for new ones"
    assert one.acts == ("order-1",)


def test_a_second_note_on_a_ticket_corrects_the_first(session, note, clock, now):
    ticket = make_ticket(session)
    note(ticket_id=ticket.id, failed_step="s2", cause="paper")
    note(ticket_id=ticket.id, failed_step="s3", cause="fee")

    assert [(one.step, one.failed) for one in found(session, now)] == [("s3", 1)]


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({}, "appeal"),
        ({"ticket_id": 1, "failed_step": "s9", "cause": "fee"}, "failed_step"),
        ({"ticket_id": 1, "failed_step": "s2", "cause": "magic"}, "cause"),
    ],
)
def test_a_note_says_what_it_is_about_which_step_and_why(note, about, field):
    with pytest.raises(Invalid) as refused:
        note(**about)

    assert field in refused.value.fields


def test_a_clerk_notes_an_appeal_and_the_council_reads_where_it_broke(session, enter, client):
    enter()
    appeal = make_appeal(session)
    clerk, council = make_officer(session, "clerk"), make_officer(session, "council")

    assert "Which step failed?" in sign_in(client, clerk).get("/guide/lost-keys?lang=en").get_data(
        as_text=True
    )
    body = {"failed_step": "s2", "cause": "late", "appeal": appeal.number}
    client.post("/guide/lost-keys/consultation", data=body)
    client.post("/guide/lost-keys/consultation", data=body | {"appeal": "no such"})

    page = sign_in(client, council).get("/guide-breaks?lang=en").get_data(as_text=True)
    assert "Apply for new ones" in page
    assert "1 of 1" in page
    assert client.get("/guide-breaks?from=x&to=%00").status_code == 200
    assert client.post("/guide/lost-keys/consultation", data=body).status_code == 403


def test_a_failed_step_leads_to_a_proposal_that_names_it(session, note, clock, client):
    note(ticket_id=make_ticket(session).id, failed_step="s2", cause="paper")
    analyst = sign_in(client, make_officer(session, "analyst"))

    (start,) = re.findall(r"/proposals/new\?from=step:[^\"]+", analyst.get("/guide-breaks").text)
    form = analyst.get(f"{start}&lang=en").text

    assert "Apply for new ones" in form
