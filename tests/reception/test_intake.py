"""Registration: nobody is turned away, and what was promised on the day stands in the row."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, func, select

from agencies import terms
from agencies.appeals import Appeal, ClaimStatus
from agencies.errors import Invalid
from agencies.events import Event
from agencies.sealing import link_digest
from agencies.terms import AppealKind
from reception import intake
from reception.drafts import AppealDraft, read
from reception.intake import Keys
from reception.tickets import Ticket
from reception.visitors import Visitor
from tests.make import (
    FICTIONAL_IIN,
    IIN_KEY,
    SECRET_KEY,
    keys,
    make_appeal,
    make_officer,
    make_ticket,
)

TWO_MATTERS = ["Лифт тоқтап тұр.", "Аулада қоқыс жиналып қалды."]


@pytest.fixture
def register(session, now):
    clerk = make_officer(session)

    def _register(moment=now, **draft):
        body = {"kind": "application", "language": "kk", "text": "Шам жанбайды."} | draft
        made = intake.register(
            session, read(AppealDraft, body), law=terms.law(session), keys=keys(), by=clerk,
            now=moment,
        )  # fmt: skip
        session.commit()
        return made

    return _register


def test_a_letter_without_name_number_or_papers_is_registered(register):
    appeal = register().appeal

    assert appeal.number == "OA-2026-000001"
    assert (appeal.applicant, appeal.status) == (None, ClaimStatus.REGISTERED)
    assert (appeal.registered_on, appeal.due_on) == (date(2026, 11, 23), date(2026, 12, 14))
    assert appeal.policy_code == "C2026-A"


def test_once_the_number_is_taken_nothing_is_read_any_more(register, database):
    """The next clerk waits for it until the commit."""
    said = []

    def note(_connection, _cursor, statement, *_):
        said.append(statement.split()[:3])

    event.listen(database, "before_cursor_execute", note)
    register(claims=[{"text": text} for text in TWO_MATTERS])
    event.remove(database, "before_cursor_execute", note)

    place = said.index(["INSERT", "INTO", "number_series"])
    assert {words[0] for words in said[place:]} == {"INSERT"}


@pytest.mark.parametrize(
    ("field", "said"), [("phone", "+77010000000"), ("email", "a@example.kz"), ("address", "Abay")]
)
def test_where_the_answer_is_awaited_is_kept_without_a_name_too(register, session, field, said):
    applicant = register(applicant={field: said}).appeal.applicant

    assert (applicant.name, getattr(applicant, field)) == ("", said)
    assert session.scalars(select(Visitor)).all() == []


@pytest.mark.parametrize("kind", list(AppealKind))
def test_every_kind_of_the_code_is_taken_in(register, kind):
    appeal = register(kind=kind).appeal

    due = date(2026, 12, 22) if kind is AppealKind.COMPLAINT else date(2026, 12, 14)
    assert (appeal.kind, appeal.due_on) == (kind, due)


def test_a_letter_after_the_end_of_the_day_belongs_to_the_next_working_day(register):
    evening = datetime(2026, 2, 6, 14, 10, tzinfo=UTC)

    appeal = register(evening).appeal

    assert appeal.received_at == evening
    assert appeal.registered_on == date(2026, 2, 9), "from Friday evening to Monday"


def test_the_number_counts_within_the_year_of_the_registration(register):
    numbers = [
        register(datetime(2026, 12, 31, hour, 0, tzinfo=UTC)).appeal.number for hour in (5, 6, 15)
    ]

    assert numbers == ["OA-2026-000001", "OA-2026-000002", "OA-2027-000001"]


def test_a_refused_letter_uses_up_no_number(session, register):
    with pytest.raises(Invalid):
        register(applicant={"iin": "12"})
    session.rollback()
    with pytest.raises(Invalid):
        register(ticket=999)
    session.rollback()

    assert register().appeal.number == "OA-2026-000001"
    assert session.scalar(select(func.count()).select_from(Appeal)) == 1


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"applicant": {"iin": "850101100013"}}, "iin"),
        ({"applicant": {"phone": "12"}}, "phone"),
        ({"district": "nowhere"}, "district"),
        ({"higher_body": "nobody"}, "higher_body"),
        ({"ticket": 999}, "ticket"),
    ],
)
def test_what_does_not_fit_is_told_by_field(session, register, draft, field):
    with pytest.raises(Invalid) as refusal:
        register(**draft)

    assert set(refusal.value.fields) == {field}
    session.rollback()


def test_the_whole_text_is_the_one_claim_where_none_was_named(register):
    (claim,) = register().appeal.claims

    assert (claim.ordinal, claim.text) == (1, "Шам жанбайды.")


def test_each_matter_has_its_own_claim_term_and_proposal(register):
    appeal = register(claims=TWO_MATTERS, district="medeu").appeal

    lift, yard = appeal.claims
    assert [claim.ordinal for claim in appeal.claims] == [1, 2]
    assert lift.suggestions[0]["agency"] == "housing"
    assert yard.suggestions[0]["agency"] == "akimat-medeu"
    assert lift.due_on == yard.due_on == lift.first_due_on == appeal.due_on
    assert appeal.subject == lift.subject


def test_a_proposal_routes_nothing_by_itself(register):
    for claim in register(claims=TWO_MATTERS).appeal.claims:
        assert (claim.status, claim.agency) == (ClaimStatus.REGISTERED, None)


def test_an_agency_that_the_sender_chose_is_told_apart_from_an_unknown_one(session):
    draft = read(
        AppealDraft,
        {"kind": "message", "language": "ru", "text": "x",
         "claims": ["a", {"text": "b", "agency": "housing"}]},
    )  # fmt: skip

    assert {k: a.code for k, a in intake.chosen_agencies(session, draft).items()} == {2: "housing"}

    draft.claims[0].agency = "spaceport"
    with pytest.raises(Invalid) as refusal:
        intake.chosen_agencies(session, draft)
    assert set(refusal.value.fields) == {"claims.0.agency"}


def test_the_talons_receiver_stays_as_on_the_day(session, register):
    appeal = register().appeal
    clerk = appeal.received_by

    clerk.name, clerk.position_kk = "Басқа Адам", "директор"
    session.commit()
    session.expire_all()

    assert appeal.receiver["name"] == "Сәуле Қасқырбаева"
    assert appeal.receiver["position_kk"] == "бас маман"


def test_the_key_of_the_tracking_page_is_told_once_and_not_kept(session, register):
    made = register()

    assert made.appeal.link_digest == link_digest(made.key)
    assert made.key not in (made.appeal.link_seed, made.appeal.link_digest)


def test_the_applicants_number_is_sealed(register):
    appeal = register(applicant={"name": "Ерлан", "iin": FICTIONAL_IIN}).appeal

    seal = Keys.of(IIN_KEY, SECRET_KEY).seal
    assert seal.open(appeal.applicant.iin_sealed) == FICTIONAL_IIN
    assert appeal.applicant.iin_mask == "850101••••12"


def test_the_visit_in_which_it_was_lodged_remembers_it(session, now):
    ticket = make_ticket(session, now=now)

    appeal = make_appeal(session, ticket=ticket.id, now=now)

    session.expire_all()
    assert session.get(Ticket, ticket.id).appeal_id == appeal.id
    told = session.scalars(select(Event).where(Event.kind == "appeal_lodged")).one()
    assert told.ticket_id == ticket.id
    assert appeal.number not in str(told.payload), "the hall hears of a visit, not of a matter"


def test_its_journal_begins_with_what_was_decided(register):
    appeal = register(kind="complaint").appeal

    (first,) = appeal.journal
    assert first.payload == {
        "number": appeal.number, "kind": "complaint", "channel": "desk", "policy": "C2026-J",
        "registered_on": "2026-11-23", "due_on": "2026-12-22",
    }  # fmt: skip


def test_the_body_above_that_sent_it_on_is_kept_and_journaled(register):
    appeal = register(higher_body="president").appeal

    assert appeal.higher_body == "president"
    assert appeal.journal[0].payload["higher_body"] == "president"
