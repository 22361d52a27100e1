"""The sample for quality control: by dated rules, by a lot that nobody knows before, told once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from agencies import anchors, proof, resolution, sampling
from agencies.errors import Invalid, NotAllowed, WrongStatus
from agencies.reference import labels
from agencies.sampling import QualityPick, SampleRule
from agencies.staff import Role
from tests.make import make_appeal, make_officer, sign_in

OCTOBER = date(2026, 10, 1)
WRITTEN = datetime(2026, 10, 14, 5, tzinfo=UTC)
EVENING = datetime(2026, 10, 31, 16, tzinfo=UTC)
RULE = SampleRule(date(2026, 1, 1), share=0.05, least=2, most=15)


@pytest.fixture
def supervisor(client, session):
    person = make_officer(session, Role.SUPERVISOR)
    sign_in(client, person)
    return person


def answers(session, n, *, agency="housing", at=WRITTEN):
    officer = make_officer(session, Role.OFFICER, agency=agency)
    head = make_officer(session, Role.HEAD, agency=agency)
    clerk = make_officer(session)
    return [
        make_appeal(session, status="answered", agency=agency, by=clerk, officer=officer,
                    head=head, now=at)
        for _ in range(n)
    ]  # fmt: skip


def drawn(session):
    picks = session.scalars(select(QualityPick).order_by(QualityPick.id))
    return [pick.claim.appeal.number for pick in picks]


@pytest.mark.parametrize(
    ("of_agency", "size"), [(0, 0), (1, 1), (2, 2), (40, 2), (41, 3), (300, 15), (5000, 15)]
)
def test_the_rule_says_how_many_of_an_agency(of_agency, size):
    assert RULE.size(of_agency) == size


def test_the_rule_is_that_of_the_first_day_of_the_month():
    rules = sampling.rules()

    assert rules[0].valid_from <= OCTOBER
    assert sampling.rule_of(rules[0].valid_from - timedelta(days=31)) is None
    assert sampling.rule_of(OCTOBER) is not None


@pytest.mark.parametrize(
    ("day", "month"), [("2026-11-23", "2026-10-01"), ("2026-01-31", "2025-12-01")]
)
def test_the_month_before_a_day(day, month):
    found = sampling.before(date.fromisoformat(day))

    assert found == date.fromisoformat(month)
    assert sampling.following(found) == date.fromisoformat(day).replace(day=1)


def test_every_agency_is_drawn_from_and_the_journals_tell_it(session, now):
    housing, police = answers(session, 4), answers(session, 1, agency="police")
    answers(session, 1, at=now)
    make_appeal(session, status="in_work", now=WRITTEN)

    sample = sampling.draw(session, OCTOBER, now=now)
    session.commit()

    assert sample.answers == 5
    numbers = drawn(session)
    assert len(numbers) == 3
    assert set(numbers) - {a.number for a in housing} == {police[0].number}
    for appeal in (*housing, *police):
        session.refresh(appeal)
        assert ("sampled" in [e.kind for e in appeal.journal]) == (appeal.number in numbers)
    assert proof.verify(session).damages == []


def test_a_month_is_drawn_once_and_not_before_it_is_over(session, now):
    answers(session, 3)

    early = sampling.draw(session, OCTOBER, now=EVENING)
    first = sampling.draw(session, OCTOBER, now=now)
    again = sampling.draw(session, OCTOBER, now=now)

    assert early is None
    assert first is not None
    assert again is None
    assert len(drawn(session)) == 2


def test_whoever_has_the_anchor_draws_the_same_claims(session, now):
    claims = [appeal.claims[0] for appeal in answers(session, 12)]
    anchor = anchors.take(session, now=EVENING)
    sample = sampling.draw(session, OCTOBER, now=now)
    session.commit()

    again = sampling.chosen(reversed(claims), RULE, anchor.digest.hex())
    others = {
        tuple(sorted(c.appeal.number for c in sampling.chosen(claims, RULE, f"lot {n}")))
        for n in range(8)
    }

    assert sample.lot == anchor.digest.hex()
    assert {claim.appeal.number for claim in again} == set(drawn(session))
    assert len(others) > 1, "another lot draws others"


def test_a_controller_says_once_what_was_found(session, now):
    [appeal] = answers(session, 1)
    sampling.draw(session, OCTOBER, now=now)
    pick = session.scalars(select(QualityPick)).one()
    supervisor, head = make_officer(session, Role.SUPERVISOR), make_officer(session, Role.HEAD)
    said = {"known": labels("quality_reason"), "words": "", "now": now}

    with pytest.raises(NotAllowed):
        sampling.judge(session, pick, verdict="good", reasons=[], by=head, **said)
    with pytest.raises(Invalid):
        sampling.judge(session, pick, verdict="wanting", reasons=["?"], by=supervisor, **said)
    sampling.judge(session, pick, verdict="wanting", reasons=["no_law"], by=supervisor, **said)
    session.commit()

    with pytest.raises(WrongStatus):
        sampling.judge(session, pick, verdict="good", reasons=[], by=supervisor, **said)
    session.refresh(appeal)
    entry = appeal.journal[-1]
    assert (entry.kind, entry.payload["wanting"]) == ("sample_wanting", ["no_law"])
    assert appeal.claims[0].status == "answered", "the answer has left"


def test_the_controller_finds_the_sample_as_a_list(client, session, supervisor, now):
    empty = client.get("/workspace/sample?lang=en").text
    appeals = answers(session, 2)
    sampling.draw(session, OCTOBER, now=now)
    session.commit()
    first, second = session.scalars(select(QualityPick.id).order_by(QualityPick.id))

    wrong = client.post(f"/workspace/sample/{first}?lang=en", data={"verdict": "wanting"})
    client.post(f"/workspace/sample/{first}", data={"verdict": "good"})
    client.post(f"/workspace/sample/{second}", data={
        "verdict": "wanting", "wanting": "facts", "words": "Акті жоқ"})  # fmt: skip
    page = client.get("/workspace/sample?month=2026-10&lang=en").text

    assert "Nothing was drawn" in empty
    assert wrong.status_code == 422
    assert "Choose what is wanting." in wrong.text
    assert all(appeal.number in page for appeal in appeals)
    assert "2026-10: 2 of 2 answers" in page
    assert "The facts were not checked" in page
    assert "Акті жоқ" in page
    assert "Quality sample" in client.get("/workspace?lang=en").text
    assert client.post("/workspace/sample/987654", data={"verdict": "good"}).status_code == 404


@pytest.mark.parametrize("role", sorted(Role))
def test_only_controllers_see_the_sample(client, session, role):
    sign_in(client, make_officer(session, role))

    allowed = role in (Role.SUPERVISOR, Role.ADMIN)
    assert client.get("/workspace/sample").status_code == (200 if allowed else 403)


def test_a_reopened_answer_stays_in_the_sample(session, now):
    [appeal] = answers(session, 1)
    sampling.draw(session, OCTOBER, now=now)
    session.commit()
    resolution.close(appeal.claims[0], by=None, now=now)
    session.commit()

    [sample] = sampling.samples(session)
    picks = sampling.picks_of(session, sample, by=make_officer(session, "supervisor"))
    assert [pick.claim.appeal.number for pick in picks] == [appeal.number]
