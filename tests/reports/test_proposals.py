"""The way of a proposal from an idea to a measured effect, and what must never happen on it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from agencies.errors import Invalid, NotAllowed, NotCompetent, WrongStatus
from agencies.staff import Role
from reports import (
    comparison,
    effects,
    evidence,
    gathering,
    meetings,
    mending,
    opinions,
    periods,
    proposal_steps,
    proposals,
    recommendations,
    voting,
)
from reports.comparison import Change
from reports.fields import Sent
from reports.interruption import Effect
from reports.meetings import Decision
from reports.opinions import Position
from reports.proposals import MOVES, ProposalStatus
from reports.recommendations import RowReply, Verdict
from reports.voting import Choice
from tests.make import make_officer
from tests.reports.proposing import (
    CASE,
    NOW,
    WORDS,
    add_persons,
    adopted,
    answered,
    drafted,
    frozen,
    heard,
    in_force,
    put_row,
    put_to_vote,
    sent,
)
from tests.reports.register import add_case, at

P = ProposalStatus


def test_a_number_of_the_year(session: Any) -> None:
    by = make_officer(session, Role.ANALYST)
    made = [proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW) for _ in range(2)]

    assert [one.number for one in made] == ["P-2026-001", "P-2026-002"]


def test_every_state_can_be_left_or_is_an_end() -> None:
    ends = {status for status, to in MOVES.items() if not to}

    assert ends == {P.DECLINED, P.LETTER, P.CLOSED}
    assert set(MOVES) == set(ProposalStatus)


def test_frozen_evidence_stays_as_it_was_when_the_register_changes(session: Any) -> None:
    made = frozen(session)
    pack = evidence.of(session, made)
    assert pack is not None
    counted, digest = pack.result["total"]["appeals"], pack.digest
    add_persons(session, 4)
    session.commit()
    session.refresh(pack)

    assert pack.result["total"]["appeals"] == counted == 6
    assert evidence.is_whole(made, pack)
    assert evidence.ask(session, made, now=NOW)[1]["total"]["appeals"] == 10

    comparison.revise(session, made, by=make_officer(session, Role.ANALYST), now=NOW)
    newer = evidence.freeze(session, made, by=make_officer(session, Role.ANALYST), now=NOW)
    assert newer.digest != digest
    assert (newer.version, newer.result["total"]["appeals"]) == (2, 10)
    assert len(comparison.rows_of(session, made)) == 1


@pytest.mark.parametrize(
    ("table", "column"),
    [("evidence_pack", "digest"), ("proposal_entry", "kind"), ("norm_wording", "digest")],
)
def test_the_database_keeps_what_a_vote_rests_on(session: Any, table: str, column: str) -> None:
    frozen(session)
    session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(f"UPDATE {table} SET {column} = 'x'"))


def test_the_journal_of_a_proposal_notices_a_changed_record(session: Any) -> None:
    made = frozen(session)
    assert proposals.is_whole(session, made)

    made.journal_head = bytes(32)

    assert not proposals.is_whole(session, made)


def test_frozen_work_is_not_changed(session: Any) -> None:
    made = frozen(session)
    by = make_officer(session, Role.ANALYST)

    with pytest.raises(WrongStatus):
        proposals.describe(session, made, words=WORDS, addressee="akimat", by=by, now=NOW)
    with pytest.raises(WrongStatus):
        put_row(session, made, by=by)
    with pytest.raises(WrongStatus):
        evidence.tell_case(session, made, subject="01.05", words=CASE, now=NOW)


def test_a_draft_that_lacks_something_says_what(session: Any) -> None:
    by = make_officer(session, Role.ANALYST)
    made = proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW)
    proposals.describe(session, made, words={}, addressee="", by=by, now=NOW)

    with pytest.raises(Invalid) as refused:
        evidence.freeze(session, made, by=by, now=NOW)

    assert {"problem_kk", "cost_ru", "addressee", "subjects", "rows"} <= set(refused.value.fields)


def test_fewer_than_five_persons_are_never_told(session: Any) -> None:
    with pytest.raises(Invalid) as refused:
        drafted(session, persons=4)

    assert "subject" in refused.value.fields


def test_one_person_with_many_appeals_is_one_person(session: Any) -> None:
    made = drafted(session)
    add_persons(session, 6)

    assert evidence.ask(session, made, now=NOW)[1]["total"]["persons"] == 6
    assert evidence.ask(session, made, now=NOW)[1]["total"]["appeals"] == 12


def test_a_typical_case_quotes_nobody(session: Any) -> None:
    made = drafted(session)
    own = "Біздің ауладағы шам екі айдан бері жанбайды, ешкім келіп жөндемейді."
    add_case(session, "2026-05-05 04:00").text = own
    session.flush()

    with pytest.raises(Invalid) as refused:
        evidence.tell_case(
            session, made, subject="01.05", words=CASE | {"kk": f"Ол айтады: {own}"}, now=NOW
        )

    assert "case_kk" in refused.value.fields


@pytest.mark.parametrize(
    "told",
    ["ЖСН 850101100012 азамат", "Звоните +7 701 123 45 67", "Иванова А. Б. жалуется",
     "пишите a@b.kz", "Абай 10, пәтер 5"],
)  # fmt: skip
def test_words_about_a_person_are_refused(session: Any, told: str) -> None:
    made = drafted(session)

    with pytest.raises(Invalid):
        evidence.tell_case(session, made, subject="01.05", words=CASE | {"ru": told}, now=NOW)


def test_a_newer_edition_makes_the_wording_outdated(session: Any) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    assert comparison.outdated(session, comparison.rows_of(session, made)) == []
    other = proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW)
    put_row(session, other, by=by, edition_on=date(2026, 6, 1),
            current={"kk": "Өзге мәтін.", "ru": "Другой текст."})  # fmt: skip

    assert len(comparison.outdated(session, comparison.rows_of(session, made))) == 1
    with pytest.raises(Invalid) as refused:
        evidence.freeze(session, made, by=by, now=NOW)
    assert "rows" in refused.value.fields


def test_a_newer_edition_with_the_same_words_or_of_another_element_asks_for_nothing(
    session: Any,
) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    other = proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW)
    put_row(session, other, by=by, edition_on=date(2026, 6, 1))
    put_row(session, other, by=by, element="7", edition_on=date(2026, 7, 1))

    assert comparison.outdated(session, comparison.rows_of(session, made)) == []


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2012, 1, 1)])
def test_an_edition_is_of_a_day_between_the_act_and_today(session: Any, day: date) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)

    for change in (Change.CHANGE, Change.NEW):
        with pytest.raises(Invalid) as refused:
            put_row(session, made, by=by, element="9", edition_on=day, change=change)
        assert "edition_on" in refused.value.fields


def test_another_wording_of_an_edition_needs_a_reason_and_flags_what_rests_on_the_first(
    session: Any,
) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    other = proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW)
    words = {"current": {"kk": "Өзге.", "ru": "Другой."}, "by": by}
    with pytest.raises(Invalid) as refused:
        put_row(session, other, **words)
    assert "edition_on" in refused.value.fields

    row = put_row(session, other, **words, correction="Абзац был переписан с ошибкой.")

    old = comparison.rows_of(session, made)[0].wording
    assert old.taken_back.by_id == by.id
    assert comparison.outdated(session, [row]) == []
    assert len(comparison.outdated(session, comparison.rows_of(session, made))) == 1
    assert "wording_corrected" in [one.kind for one in proposals.entries(session, other)]
    first = put_row(session, made, by=by, correction="Верным был первый текст статьи.")
    assert (first.wording.turn, comparison.outdated(session, [first])) == (3, [])


def test_a_wrong_edition_taken_back_blocks_nobody(session: Any) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    other = proposals.open_idea(session, title=WORDS["title"], by=by, now=NOW)
    wrong = put_row(session, other, by=by, edition_on=date(2026, 6, 1),
                    current={"kk": "Өзге мәтін.", "ru": "Другой текст."})  # fmt: skip
    taken: dict[str, Any] = {"by": by, "now": NOW}
    with pytest.raises(Invalid):
        comparison.take_wording_back(session, other, wrong.wording_id, reason="нет", **taken)

    comparison.take_wording_back(
        session, other, wrong.wording_id, reason="День редакции набран с ошибкой.", **taken
    )

    assert comparison.outdated(session, comparison.rows_of(session, made)) == []
    assert comparison.outdated(session, [wrong]) == [wrong]


def test_rows_stand_in_the_order_of_the_law(session: Any) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    for act, element in (("public-services", "10"), ("appc", "64-2"), ("public-services", "9")):
        put_row(session, made, by=by, act=act, element=element, change=Change.NEW)

    rows = comparison.rows_of(session, made)

    assert [(row.act, row.element) for row in rows] == [
        ("appc", "64-2"), ("public-services", "9"), ("public-services", "10"),
        ("public-services", "25-2-1"),
    ]  # fmt: skip
    assert comparison.current_text(rows[0], "ru") == "Отсутствует"


def test_changed_words_are_marked(session: Any) -> None:
    found = list(comparison.pieces("заявление подаётся дважды в год", "заявление подаётся в год"))
    put_in = list(comparison.pieces("срок 15 дней", "срок 10 рабочих дней"))

    assert [(p.words, p.changed) for p in found] == [
        ("заявление подаётся", False),
        ("в год", False),
    ]
    assert [(p.words, p.changed) for p in put_in] == [
        ("срок", False), ("10 рабочих", True), ("дней", False),
    ]  # fmt: skip


def test_who_froze_the_evidence_does_not_check_it(session: Any) -> None:
    maker = make_officer(session, Role.ANALYST)
    made = frozen(session, by=maker)

    with pytest.raises(NotAllowed):
        opinions.ask(session, made, agencies=["housing"], by=maker, now=NOW)


def test_only_an_agency_that_was_asked_speaks_and_once(session: Any) -> None:
    made = frozen(session)
    opinions.ask(session, made, agencies=["housing", "ecology"],
                 by=make_officer(session, Role.ANALYST), now=NOW)  # fmt: skip
    said = {"position": Position.AGAINST, "language": "ru", "words": "Нет средств.", "now": NOW}

    with pytest.raises(NotCompetent):
        opinions.give(session, made, by=make_officer(session, Role.HEAD, agency="social"), **said)
    head = make_officer(session, Role.HEAD, agency="housing")
    opinions.give(session, made, by=head, **said)
    with pytest.raises(WrongStatus):
        opinions.give(session, made, by=head, **said)
    assert made.status is P.HEARING


def test_silence_of_an_agency_ends_with_its_term(session: Any) -> None:
    made = frozen(session)
    asked = opinions.ask(
        session, made, agencies=["housing"], by=make_officer(session, Role.ANALYST), now=NOW
    )

    assert asked[0].due_on == date(2026, 12, 7)
    assert not opinions.close_if_heard(session, made, now=at("2026-12-07 05:00"))
    assert opinions.close_if_heard(session, made, now=at("2026-12-08 05:00"))
    assert made.status is P.HEARD
    assert asked[0].position is None


def test_members_get_the_material_five_working_days_before(session: Any) -> None:
    made, by = heard(session), make_officer(session, Role.ANALYST)
    meeting = meetings.call(session, begins_at=NOW + timedelta(days=4), place="Зал", by=by, now=NOW)

    with pytest.raises(Invalid):
        meetings.put_on_agenda(session, meeting, made, by=by, now=NOW)


def test_a_vote_on_an_unfrozen_draft_is_refused(session: Any) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    meeting = meetings.call(
        session, begins_at=NOW + timedelta(days=20), place="Зал", by=by, now=NOW
    )

    with pytest.raises(WrongStatus):
        meetings.put_on_agenda(session, meeting, made, by=by, now=NOW)


@pytest.mark.parametrize(
    ("members", "present", "quorum"), [(3, 1, False), (3, 2, True), (4, 2, False), (4, 3, True)]
)
def test_two_thirds_of_the_members_make_a_quorum(
    session: Any, members: int, present: int, quorum: bool
) -> None:
    item, council = put_to_vote(session, members=members, present=present)
    for member in council[:present]:
        voting.vote(session, item, choice=Choice.FOR, member=member, now=NOW)

    assert voting.has_quorum(session, item.meeting) is quorum
    if quorum:
        assert voting.count(session, item, by=council[0], now=NOW) is Decision.ADOPTED
    else:
        with pytest.raises(WrongStatus):
            voting.count(session, item, by=council[0], now=NOW)


def test_half_of_those_present_is_no_majority(session: Any) -> None:
    item, council = put_to_vote(session, members=4, present=4)
    for member, choice in zip(council, ("for", "for", "against", "abstain"), strict=True):
        voting.vote(session, item, choice=Choice(choice), member=member, now=NOW)

    assert voting.count(session, item, by=council[0], now=NOW) is Decision.DECLINED
    assert (item.votes_for, item.votes_against, item.abstained) == (2, 1, 1)
    assert item.proposal.status is P.DECLINED


def test_a_voice_may_be_changed_until_the_count_and_is_one(session: Any) -> None:
    item, council = put_to_vote(session)
    for choice in (Choice.AGAINST, Choice.FOR):
        voting.vote(session, item, choice=choice, member=council[0], now=NOW)
    voting.vote(session, item, choice=Choice.FOR, member=council[1], now=NOW)
    voting.count(session, item, by=council[0], now=NOW)

    assert (item.votes_for, item.votes_against, item.present) == (2, 0, 3)
    with pytest.raises(WrongStatus):
        voting.vote(session, item, choice=Choice.FOR, member=council[2], now=NOW)


def test_only_members_who_are_present_vote(session: Any) -> None:
    item, council = put_to_vote(session, present=2)

    with pytest.raises(NotAllowed):
        voting.vote(session, item, choice=Choice.FOR, member=council[2], now=NOW)
    with pytest.raises(NotAllowed):
        voting.vote(
            session, item, choice=Choice.FOR, member=make_officer(session, Role.ANALYST), now=NOW
        )


def test_what_was_sent_back_begins_the_next_version_with_its_rows(session: Any) -> None:
    item, council = put_to_vote(session)
    for member in council:
        voting.vote(session, item, choice=Choice.FOR, member=member, now=NOW)
    voting.count(session, item, returned=True, by=council[0], now=NOW)

    assert (item.proposal.status, item.proposal.version, item.version) == (P.DRAFT, 2, 1)
    assert len(comparison.rows_of(session, item.proposal)) == 1


def test_minutes_are_kept_in_both_languages_and_what_was_not_taken_waits(session: Any) -> None:
    item, _ = put_to_vote(session)
    meeting, by = item.meeting, make_officer(session, Role.ANALYST)

    with pytest.raises(Invalid):
        voting.close(session, meeting, minutes_kk="Хаттама", minutes_ru="", by=by, now=NOW)
    voting.close(session, meeting, minutes_kk="Хаттама", minutes_ru="Протокол", by=by, now=NOW)

    assert len(meeting.digest) == 64
    assert item.decision is Decision.NOT_TAKEN
    assert item.proposal.status is P.HEARD


def test_the_answer_falls_due_by_the_row_of_the_law(session: Any) -> None:
    dispatch = recommendations.must_be_sent(session, sent(session))

    assert (dispatch.policy_code, dispatch.due_on) == ("PC-10", date(2026, 12, 7))
    assert not dispatch.policy.verified


def test_a_late_answer_is_reminded_of_and_stands_in_the_register(session: Any) -> None:
    made = sent(session)
    moments = [at(f"2026-12-{day:02} 05:00") for day in (7, 8, 8, 9, 15)]

    counts = [len(recommendations.remind(session, now=moment)) for moment in moments]

    assert counts == [0, 1, 0, 0, 1]
    assert made.status is P.UNANSWERED
    assert recommendations.fate(session, date(2026, 1, 1), date(2026, 12, 31))["silent"] == 1


def test_an_edition_calls_nobody_silent_before_the_term_has_passed(session: Any) -> None:
    sent(session)
    quarter = periods.parse("2026-Q4")
    told = [
        gathering.of(session, quarter, as_of=at(f"2026-12-0{day} 05:00"))["fate"]["2026"]["silent"]
        for day in (7, 8)
    ]

    assert told == [0, 1]


def test_a_late_answer_is_still_taken(session: Any) -> None:
    made = sent(session)
    recommendations.remind(session, now=at("2026-12-08 05:00"))
    recommendations.answer(
        session, made, incoming_number="9", received_on=date(2026, 12, 9),
        rows={1: RowReply(Verdict.REFUSED)}, words="", by=make_officer(session, Role.ANALYST),
        now=at("2026-12-10 05:00"),
    )  # fmt: skip
    reply = recommendations.reply_of(session, made)

    assert reply is not None
    assert reply.rows["1"] == {"verdict": "refused", "reason": "not-reasoned", "words": ""}
    with pytest.raises(WrongStatus):
        recommendations.track(session, made, by=made.created_by, now=NOW)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 24)])
def test_nothing_is_sent_before_the_vote_or_tomorrow(session: Any, day: date) -> None:
    with pytest.raises(Invalid) as refused:
        sent(session, on=day)

    assert list(refused.value.fields) == ["sent_on"]


def test_an_act_is_adopted_after_the_recommendation_was_sent(session: Any) -> None:
    with pytest.raises(Invalid) as refused:
        in_force(session, on=date(2026, 12, 1), adopted_on=date(2019, 5, 1))

    assert list(refused.value.fields) == ["adopted_on"]


def test_a_mistyped_day_is_put_right_with_a_reason_and_the_journal_keeps_both(
    session: Any,
) -> None:
    made, by = answered(session), make_officer(session, Role.ANALYST)
    right: dict[str, Any] = {
        "days": {"received_on": date(2026, 11, 25)}, "by": by, "now": at("2026-11-26 05:00"),
    }  # fmt: skip
    with pytest.raises(Invalid):
        mending.put_right(session, made, reason="", **right)
    with pytest.raises(Invalid) as refused:
        mending.put_right(session, made, reason="Ошибка в дате письма.",
                          **right | {"days": {"received_on": date(2020, 2, 3)}})  # fmt: skip
    assert list(refused.value.fields) == ["received_on"]

    mending.put_right(session, made, reason="Ошибка в дате письма.", **right)

    reply = recommendations.reply_of(session, made)
    assert reply is not None
    assert (reply.turn, reply.received_on) == (2, date(2026, 11, 25))
    entry = proposals.entries(session, made)[-1]
    assert entry.payload["days"] == {"received_on": ["2026-11-23", "2026-11-25"]}
    assert proposals.is_whole(session, made)


def test_a_day_of_sending_put_right_lets_the_term_run_again(session: Any) -> None:
    made, by = sent(session), make_officer(session, Role.ANALYST)
    late = at("2026-12-08 05:00")
    recommendations.remind(session, now=late)
    assert made.status is P.UNANSWERED

    mending.put_right(session, made, days={"sent_on": date(2026, 12, 1)}, by=by, now=late,
                      reason="Письмо ушло позже, дата была черновой.")  # fmt: skip

    assert made.status is P.SENT
    assert recommendations.must_be_sent(session, made).due_on > date(2026, 12, 8)


def test_an_answer_says_something_on_every_row(session: Any) -> None:
    with pytest.raises(Invalid) as refused:
        recommendations.answer(
            session, sent(session), incoming_number="9", received_on=date(2026, 11, 23), rows={},
            words="", by=make_officer(session, Role.ANALYST), now=NOW,
        )  # fmt: skip

    assert "verdict_1" in refused.value.fields


def test_a_refused_proposal_is_closed_or_begun_anew_and_not_followed_into_law(
    session: Any,
) -> None:
    made, by = answered(session, Verdict.REFUSED), make_officer(session, Role.ANALYST)
    steps = proposal_steps.offered(made, by)
    assert {"close", "anew"} <= set(steps)
    assert not {"track", "plan"} & set(steps)

    steps["anew"].does(session, made, Sent({}), by, NOW)
    steps["close"].does(session, made, Sent({"reason": "Министерство отказало."}), by, NOW)

    assert proposals.all_of(session)[0].origin == f"proposal:{made.number}"
    assert made.status is P.CLOSED
    assert made.is_public


@pytest.mark.parametrize(
    ("verdicts", "overall"),
    [("accepted accepted", "accepted"), ("accepted refused", "partly"), ("partly", "partly"),
     ("refused no_position", "refused"), ("no_position", "no_position"),
     ("redirected", "redirected")],
)  # fmt: skip
def test_accepted_means_every_row(verdicts: str, overall: str) -> None:
    given = [Verdict(word) for word in verdicts.split()]

    assert recommendations.overall(given) == overall


def test_a_plan_is_made_once(session: Any) -> None:
    made, by = answered(session), make_officer(session, Role.ANALYST)
    effects.plan(session, made, control=["03"], transition=0, by=by, now=NOW)

    with pytest.raises(WrongStatus):
        effects.plan(session, made, control=[], transition=0, by=by, now=NOW)


def test_the_effect_is_planned_before_the_norm_is_in_force(session: Any) -> None:
    made = in_force(session, on=date(2026, 11, 23))

    with pytest.raises(WrongStatus):
        effects.plan(session, made, control=[], transition=0, by=made.created_by, now=NOW)


def test_an_effect_is_measured_against_topics_that_the_norm_left_alone(session: Any) -> None:
    made, by = answered(session), make_officer(session, Role.ANALYST)
    effects.plan(session, made, control=["03"], transition=1, by=by, now=NOW)
    recommendations.track(session, made, by=by, now=NOW)
    recommendations.enact(session, made, act_number="1", adopted_on=date(2026, 11, 23),
                          in_force_on=date(2026, 12, 1), by=by, now=NOW)  # fmt: skip
    _fill(session, "01.05", before=12, after=4)
    _fill(session, "03", before=12, after=12)

    early = effects.measure(session, made, by=by, now=at("2027-06-10 05:00"))
    result = effects.measure(session, made, by=by, now=at("2028-03-10 05:00"))

    assert early.effect is Effect.CANNOT_TELL
    assert result.effect is Effect.FELL
    assert result.found["in_time"]
    ratio, low, high = result.found["step"]
    assert low < ratio < high < 1
    assert made.status is P.MEASURED


def _fill(session: Any, subject: str, *, before: int, after: int) -> None:
    """The same count each month, from December 2023 to February 2028, in one statement."""
    code = text(
        "INSERT INTO appeal (number, kind, language, channel, text, status, subject_id,"
        " received_at, registered_on, due_on, policy_code, receiver, link_seed, source,"
        " eotinish_number, address, redirections, reopenings, journal_length, journal_head)"
        " SELECT :subject || m || '-' || n, 'application', 'kk', 'desk', 'x', 'in_work', s.id,"
        " timestamptz '2023-12-10 05:00Z' + m * interval '1 month', '2026-01-01', '2026-01-01',"
        " 'C2026-A', '{}', '', 'hall', '', '', 0, 0, 0, ''"
        " FROM subject s, generate_series(0, 50) m,"
        " generate_series(1, CASE WHEN m < 36 THEN :before ELSE :after END + m % 3) n"
        " WHERE s.code = :subject"
    )
    session.execute(code, {"subject": subject, "before": before, "after": after})
    session.execute(text(
        "INSERT INTO claim (appeal_id, ordinal, text, status, registered_on, first_due_on, due_on,"
        " suggestions, draft, draft_outcome, answer, outcome, redirections, reopenings)"
        " SELECT id, 1, 'x', 'in_work', registered_on, due_on, due_on, '[]', '', '', '', '', 0, 0"
        " FROM appeal a WHERE a.text = 'x'"
        " AND NOT EXISTS (SELECT FROM claim c WHERE c.appeal_id = a.id)"
    ))  # fmt: skip


def test_an_idea_that_is_no_matter_of_law_becomes_a_letter(session: Any) -> None:
    made, by = drafted(session), make_officer(session, Role.ANALYST)
    proposals.give_up(
        session, made, to=P.LETTER, reason="Норма жақсы, орындалмайды.", by=by, now=NOW
    )

    assert made.status is P.LETTER
    assert not made.is_public


def test_public_from_the_agenda_on(session: Any) -> None:
    draft, public = drafted(session), adopted(session)

    assert proposals.all_of(session, public_only=True) == [public]
    assert not draft.is_public
