"""The course of a term, replayed: both eras, every step of the law, and what can never happen."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies import reference, term_course
from agencies.calendar import ALMATY, make_workdays
from agencies.errors import WrongStatus
from agencies.term_course import Happening, Step, deadlines, replay
from agencies.terms import Anchor, AppealKind, Law, TermPolicy, Unit

EXCEPTIONS = {row["day"]: row["is_working"] for row in reference.calendar_rows()}
WORKDAYS = make_workdays(EXCEPTIONS, 2018, 2027)
LAW = Law(tuple(TermPolicy(**r) for r in reference.policy_rows()), WORKDAYS, time(18, 30))
PAUSING = Law(
    (
        TermPolicy(
            code="X", valid_from=date(2020, 1, 1), valid_to=None, kind="any", case="ordinary",
            term=15, unit=Unit.WORKING_DAY, anchor=Anchor.REGISTERED, extend_max=0, extend_unit="",
            notify_days=None, notify_unit="", may_pause=True,
        ),
    ),
    WORKDAYS, time(18, 30),
)  # fmt: skip
"""A law that stops the clock; none of today does."""


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def day(text):
    return date.fromisoformat(text)


def received(text, kind="application", case="ordinary"):
    return Happening(Step.RECEIVED, at(text), kind=kind, case=case)


def then(step, text, until=None, **more):
    return Happening(step, at(text), until=day(until) if until else None, **more)


def course(*steps, law=LAW):
    return replay(law, steps)


def days_of(found, law=LAW):
    return {one.what: (one.on.isoformat(), one.policy.code) for one in deadlines(law, found)}


@pytest.mark.parametrize(
    ("moment", "registered", "due", "policy"),
    [
        ("2021-06-30 19:00", "2021-07-01", "2021-07-23", "C2021-A"),
        ("2021-06-29 10:00", "2021-06-29", "2021-07-14", "L2007-A"),
        ("2025-11-21 19:10", "2025-11-24", "2025-12-12", "C2021-A"),
        ("2026-02-06 19:10", "2026-02-09", "2026-03-02", "C2026-A"),
    ],
)
def test_an_evening_receipt_counts_by_the_anchor_of_its_era(moment, registered, due, policy):
    """Until 2026 from the day of arrival, since then from the day of registration."""
    found = course(received(moment))

    assert (found.term.registered_on, found.term.policy.code) == (day(registered), policy)
    assert found.due_on == day(due)


def test_every_day_of_the_law_stands_with_its_row():
    found = course(received("2026-11-23 10:00"))

    assert days_of(found) == {
        "redirect": ("2026-11-26", "C-R"),
        "preliminary": ("2026-12-09", "C-H"),
        "answer": ("2026-12-14", "C2026-A"),
        "silence": ("2026-12-15", "C-S"),
        "complaint": ("2027-03-16", "C-C"),
    }


def test_a_preliminary_decision_is_told_three_working_days_before_the_act():
    last = day(days_of(course(received("2026-11-23 10:00", "complaint")))["preliminary"][0])

    assert WORKDAYS.between(last, day("2026-12-22")) == 3


def test_a_message_has_no_hearing_and_the_old_law_had_none_either():
    assert "preliminary" not in days_of(course(received("2026-11-23 10:00", "message")))
    assert "preliminary" not in days_of(course(received("2020-11-23 10:00")))


def test_a_redirect_ends_the_senders_clock_and_begins_a_new_one_at_the_receiver():
    found = course(received("2026-11-23 10:00"), then(Step.REDIRECTED, "2026-11-26 12:00"))

    assert found.term.registered_on == day("2026-11-26")
    assert found.due_on == day("2026-12-18")
    assert days_of(found)["redirect"] == ("2026-12-01", "C-R")


def test_a_special_law_goes_before_the_code_and_stays_through_a_redirect():
    service = received("2026-11-23 10:00", "complaint", "public_service")
    moved = course(service, then(Step.REDIRECTED, "2026-11-25 10:00"))

    assert course(service).due_on == day("2026-11-30")
    assert (moved.term.policy.code, moved.due_on) == ("PS-5", day("2026-12-02"))


def test_an_extension_moves_the_last_day_and_names_the_day_to_tell_the_applicant():
    found = course(
        received("2026-11-23 10:00"), then(Step.EXTENDED, "2026-12-10 10:00", "2027-01-20")
    )

    assert found.due_on == day("2027-01-20")
    assert days_of(found)["told_of_extension"] == ("2026-12-15", "C2026-A")
    assert days_of(found)["preliminary"][0] == "2027-01-15"


@pytest.mark.parametrize(
    ("kind", "until"),
    [("application", "2027-02-16"), ("application", "2026-12-14"), ("complaint", "2026-12-23")],
)
def test_what_the_law_does_not_extend_stays(kind, until):
    with pytest.raises(WrongStatus):
        course(received("2026-11-23 10:00", kind), then(Step.EXTENDED, "2026-12-10 10:00", until))


def test_time_to_mend_defects_lies_inside_the_term():
    """The clock that users of other systems saw 'paused while it still runs' says what it does."""
    asked = course(received("2026-11-23 10:00"), then(Step.ASKED, "2026-11-24 10:00", "2026-12-01"))
    given = replay(
        LAW, [received("2026-11-23 10:00"), then(Step.ASKED, "2026-11-24 10:00", "2026-12-01"),
              then(Step.GIVEN, "2026-11-30 10:00")],
    )  # fmt: skip

    assert not asked.stopped
    assert days_of(asked)["documents"] == ("2026-12-01", "C-D")
    assert (asked.due_on, given.due_on) == (day("2026-12-14"), day("2026-12-14"))
    assert given.waited == 4
    assert "documents" not in days_of(given)


def test_the_clock_stops_while_waiting_only_where_the_law_says_so():
    asked = [received("2026-11-23 10:00"), then(Step.ASKED, "2026-11-24 10:00", "2026-12-01")]

    waiting = course(*asked, law=PAUSING)
    resumed = course(*asked, then(Step.GIVEN, "2026-11-30 10:00"), law=PAUSING)

    assert waiting.stopped
    assert waiting.refused_by_silence_on() is None
    assert not resumed.stopped
    assert resumed.due_on == WORKDAYS.add(day("2026-12-14"), 4)


def test_no_row_of_today_s_law_stops_a_clock():
    assert [row.code for row in LAW.rows if row.may_pause] == []


def test_a_rule_that_changes_midway_does_not_rewrite_the_past():
    """The new row counts for who arrives under it; a clock that runs keeps its own."""
    running = received("2026-01-15 10:00")

    kept = course(running)
    sent_on = course(running, then(Step.REDIRECTED, "2026-01-16 10:00"))

    assert (kept.term.policy.code, kept.due_on) == ("C2021-A", day("2026-02-05"))
    assert (sent_on.term.policy.code, sent_on.due_on) == ("C2026-A", day("2026-02-06"))


def test_another_kind_is_counted_from_the_same_arrival():
    """The pause and the wait are not lost when the rule changes."""
    found = course(
        received("2026-11-23 10:00"), then(Step.ASKED, "2026-11-24 10:00", "2026-12-01"),
        then(Step.RECAST, "2026-11-25 10:00", kind="complaint"),
    )  # fmt: skip

    assert (found.term.policy.code, found.due_on) == ("C2026-J", day("2026-12-22"))
    assert found.documents_by == day("2026-12-01")
    assert found.waiting_since == day("2026-11-24")


def test_an_extension_outlives_a_change_of_kind_only_as_far_as_the_new_row_lets_it():
    extended = [received("2026-11-23 10:00"), then(Step.EXTENDED, "2026-12-10 10:00", "2027-01-20")]

    request = course(*extended, then(Step.RECAST, "2026-12-11 10:00", kind="request"))
    complaint = course(*extended, then(Step.RECAST, "2026-12-11 10:00", kind="complaint"))

    assert request.due_on == day("2027-01-20")
    assert complaint.due_on == day("2026-12-22")


@pytest.mark.parametrize(
    ("answered", "refused"),
    [("2026-12-14 23:50", None), ("2026-12-15 09:00", "2026-12-15"), (None, "2026-12-15")],
)
def test_silence_past_the_last_day_counts_as_a_refusal(answered, refused):
    steps = [received("2026-11-23 10:00")]
    if answered:
        steps.append(then(Step.ENDED, answered))

    found = course(*steps).refused_by_silence_on()

    assert found == (day(refused) if refused else None)


def test_a_case_that_is_opened_again_gets_a_clock_of_its_own():
    found = course(
        received("2026-11-23 10:00"), then(Step.ENDED, "2026-12-01 10:00"),
        then(Step.REOPENED, "2026-12-07 10:00"),
    )  # fmt: skip

    assert found.ended_at is None
    assert found.due_on == day("2026-12-29")


def test_without_an_arrival_there_is_no_term():
    for steps in ([], [then(Step.REDIRECTED, "2026-11-23 10:00")]):
        with pytest.raises(WrongStatus):
            replay(LAW, steps)


MIDDLE = st.sampled_from([Step.REDIRECTED, Step.ASKED, Step.GIVEN, Step.HEARING, Step.ENDED,
                          Step.REOPENED, Step.RECAST])  # fmt: skip
histories = st.lists(st.tuples(MIDDLE, st.integers(0, 20), st.sampled_from(list(AppealKind))))


@given(
    st.datetimes(datetime(2021, 8, 1), datetime(2026, 6, 1)),
    st.sampled_from(list(AppealKind)),
    histories,
)
def test_whatever_happens_the_last_day_is_a_working_day_after_the_clock_began(
    moment, kind, history
):
    steps = [Happening(Step.RECEIVED, moment.replace(tzinfo=ALMATY), kind=kind)]
    for step, later, other in history:
        when = steps[-1].at + timedelta(days=later)
        steps.append(Happening(step, when, kind=other, until=when.date()))

    found, again = replay(LAW, steps), replay(LAW, steps)

    assert found == again
    assert WORKDAYS.is_working(found.due_on)
    assert found.due_on > found.began_at.date()
    assert found.waited >= 0
    assert [d.on for d in deadlines(LAW, found)] == sorted(d.on for d in deadlines(LAW, found))


def test_the_time_of_day_over_a_weekend_is_not_lost():
    """Saturday evening and Sunday morning arrive on the same working day, in Almaty's time."""
    for moment in ("2026-11-21 23:30", "2026-11-22 00:30"):
        assert course(received(moment)).term.registered_on == day("2026-11-23")


def test_the_row_for_another_case_is_that_of_the_day_the_clock_began():
    found = course(received("2020-11-23 10:00"))

    assert term_course.row(LAW, found, "redirect").code == "L2007-R"
    assert term_course.row(LAW, found, "silence") is None
