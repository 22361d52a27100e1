"""The catalogue of measures, and the values that are counted and kept after it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from agencies.appeals import Applicant, ClaimStatus
from agencies.errors import NotFound
from agencies.redress import Rating
from reports import figures, measuring, periods, readings, spans
from reports.measures import LANGUAGES, catalogue, measure
from reports.measuring import MeasureValue
from reports.readings import Change, Reading, Remark
from tests.reports.register import add_case, at

OCTOBER = periods.month(2026, 10)
NOVEMBER = periods.month(2026, 11)
NOW = at("2026-11-23 05:00")


def test_every_measure_is_told_in_three_languages_with_its_base_and_source() -> None:
    known = catalogue()

    for each in known.measures.values():
        told = known.as_json(each)
        for text in (told["name"], told["definition"], told["base"], *told["sources"]):
            assert all(text[language].strip() for language in LANGUAGES), each.code
        assert each.direction in ("up", "down", "none")
        assert bool(each.numerator) != bool(each.over), each.code
        assert set(filter(None, (each.numerator, each.denominator))) <= set(known.counts)


def test_numbers_of_measures_are_given_once() -> None:
    numbers = [each.number for each in catalogue().measures.values()]

    assert numbers == [f"F{place:02}" for place in range(1, len(numbers) + 1)]
    assert measure("F21") is measure("on_time")
    with pytest.raises(NotFound):
        measure("F999")


def test_the_measures_say_what_the_figure_pack_says(session: Any) -> None:
    some_cases(session)

    pack = figures.compute(session, first=OCTOBER.first, last=OCTOBER.last, as_of=NOW)
    hall = readings.take(session, OCTOBER, as_of=NOW)["hall"]

    total = pack.total
    assert {code: hall[code].value for code in PACK} == {
        "received": total.received,
        "with_first_answer": total.with_first_answer,
        "closed": total.closed,
        "open": total.open,
        "overdue": total.overdue,
        "redirected": total.redirected_cases,
        "redirections": total.redirections,
        "reopened": total.reopened_cases,
    }
    share = hall["on_time_of_received"]
    assert (share.numerator, share.denominator) == (
        total.on_time_share.numerator,
        total.on_time_share.denominator,
    )


PACK = (
    "received", "with_first_answer", "closed", "open", "overdue", "redirected", "redirections",
    "reopened",
)  # fmt: skip


def some_cases(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", first="2026-10-06 04:00", answered="2026-10-06 04:00",
             closed="2026-10-07 04:00")  # fmt: skip
    add_case(session, "2026-10-06 04:00", first="2026-10-08 16:00", answered="2026-11-03 04:00",
             redirections=2)  # fmt: skip
    add_case(session, "2026-10-07 04:00", agencies=("housing", "ecology"))
    add_case(session, "2026-10-08 04:00", withdrawn=True, closed="2026-10-09 04:00")
    add_case(session, "2026-10-09 04:00", due=date(2026, 12, 30), first="2026-10-13 04:00",
             reopenings=1, redirections=1)  # fmt: skip


def test_a_late_answer_and_an_open_case_past_its_term_lower_the_share_a_withdrawn_one_does_not(
    session: Any,
) -> None:
    for _ in range(2):
        add_case(session, "2026-10-05 04:00", answered="2026-10-20 04:00")
    add_case(session, "2026-10-05 04:00", answered="2026-11-02 04:00")
    add_case(session, "2026-10-05 04:00")
    add_case(session, "2026-10-05 04:00", withdrawn=True, closed="2026-10-06 04:00")

    on_time = readings.take(session, OCTOBER, as_of=NOW)["hall"]["on_time"]

    assert (on_time.numerator, on_time.denominator) == (2, 4)
    assert (on_time.value, on_time.remark) == (None, Remark.FEW)


def test_the_hall_counts_an_appeal_once_and_the_agencies_count_their_matters(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", agencies=("housing", "ecology"))
    add_case(session, "2026-10-06 04:00")

    found = readings.take(session, OCTOBER, as_of=NOW)

    assert found["hall"]["received"].value == 2
    assert found["agencies"]["received"].value == 3
    assert found["agency:housing"]["received"].value == 2
    assert found["hall"]["matters"].value == 3
    assert found["district:medeu"]["received"].value == 2
    assert found["category:01"]["received"].value == 2


def test_what_was_carried_in_came_and_went_explains_what_is_left(session: Any) -> None:
    add_case(session, "2026-09-05 04:00")
    add_case(session, "2026-09-06 04:00", answered="2026-10-06 04:00")
    some_cases(session)

    for own in readings.take(session, OCTOBER, as_of=NOW).values():
        if "carried_in" in own:
            into, came, went, left = (
                own[code].value for code in ("carried_in", "received", "finished", "carried_out")
            )
            assert into + came - went == left


def test_a_period_counted_again_later_gives_what_was_known_then(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", first="2026-10-20 04:00", answered="2026-10-20 04:00",
             closed="2026-10-21 04:00")  # fmt: skip
    add_case(session, "2026-10-25 04:00")

    then = readings.take(session, OCTOBER, as_of=at("2026-10-10 05:00"))["hall"]

    assert (then["received"].value, then["closed"].value, then["open"].value) == (1, 0, 1)
    assert then["first_answer_median"] == Reading(0, 1, None, None, None, Remark.NOT_REACHED)


def test_the_handling_time_counts_working_days_and_those_who_wait(session: Any) -> None:
    """From Monday 5 October to Monday 12 October: five working days; one case is still open."""
    for _ in range(3):
        add_case(session, "2026-10-05 04:00", answered="2026-10-12 04:00")
    add_case(session, "2026-10-05 04:00")

    half = readings.take(session, OCTOBER, as_of=NOW)["hall"]["handling_median"]

    assert (half.value, half.numerator, half.denominator) == (5.0, 3, 4)


def test_days_past_the_term_are_added_up_and_the_open_have_an_age(session: Any) -> None:
    """Due on Friday 30 October: answered on Tuesday it is two days late, open until Monday 23
    November 16; what was withdrawn or came in time adds nothing.
    """
    add_case(session, "2026-10-05 04:00", answered="2026-11-03 04:00")
    add_case(session, "2026-10-05 04:00", agencies=("ecology",))
    add_case(session, "2026-10-05 04:00", answered="2026-10-20 04:00")
    add_case(session, "2026-10-05 04:00", withdrawn=True, closed="2026-11-06 04:00")

    found = readings.take(session, OCTOBER, as_of=NOW)

    lost = found["hall"]["days_lost"]
    assert (lost.numerator, lost.denominator, lost.value) == (2, 3, 2 + 16)
    assert found["agency:ecology"]["days_lost"].value == 16
    then = found["hall"]["open_age_median"]
    assert (then.denominator, then.value) == (3, 18), "three were open when October ended"
    november = readings.take(session, NOVEMBER, as_of=NOW)
    age = november["hall"]["open_age_median"]
    assert (age.denominator, age.value) == (1, november["agency:ecology"]["open_age_p90"].value)
    assert age.value is not None
    assert age.value > 30
    assert readings.change(measure("days_lost"), lost, lost) is Change.UNCLEAR


def test_satisfaction_stands_beside_how_many_said_anything(session: Any) -> None:
    for n in range(25):
        case = add_case(session, "2026-10-05 04:00", answered="2026-10-20 04:00")
        if n < 22:
            at_ = NOW + timedelta(days=1 if n == 21 else -20)
            session.add(Rating(claim_id=case.claims[0].id, score=5 if n % 2 else 2, agrees=True,
                               at=at_))  # fmt: skip
    session.flush()

    hall = readings.take(session, OCTOBER, as_of=NOW)["hall"]

    assert (hall["satisfied_share"].numerator, hall["satisfied_share"].denominator) == (10, 21)
    assert (hall["rated_share"].numerator, hall["rated_share"].denominator) == (21, 25)
    assert hall["rated_share"].low is not None


def test_organisations_are_counted_among_known_applicants(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", applicant=Applicant(name="ЖШС", is_organisation=True))
    add_case(session, "2026-10-05 04:00", applicant=Applicant(name="Сынақ Адам"))
    add_case(session, "2026-10-05 04:00")

    share = readings.take(session, OCTOBER, as_of=NOW)["hall"]["organisation_share"]

    assert (share.numerator, share.denominator, share.remark) == (1, 2, Remark.FEW)


def test_people_behind_collective_appeals_are_counted_beside_the_appeals(session: Any) -> None:
    for signed, day in ((1, "05"), (40, "05"), (2, "06")):
        add_case(session, f"2026-10-{day} 04:00",
                 applicant=Applicant(name="Сынақ Адам", signatories=signed))  # fmt: skip
    add_case(session, "2026-09-05 04:00", applicant=Applicant(name="Сынақ Адам", signatories=9))
    add_case(session, "2026-10-07 04:00")

    hall = readings.take(session, OCTOBER, as_of=NOW)["hall"]

    assert hall["collective_appeals"].value == 2
    assert hall["collective_people"].value == 42


def test_a_person_who_comes_again_in_ninety_days_on_the_same_topic(session: Any) -> None:

    def person(index: bytes) -> Applicant:
        return Applicant(name="Сынақ Адам", iin_index=index)

    add_case(session, "2026-08-20 04:00", applicant=person(b"a"))
    add_case(session, "2026-10-05 04:00", applicant=person(b"a"))
    add_case(session, "2026-10-06 04:00", applicant=person(b"a"), subject="03.01")
    add_case(session, "2026-06-01 04:00", applicant=person(b"b"))
    add_case(session, "2026-10-07 04:00", applicant=person(b"b"))
    add_case(session, "2026-10-08 04:00")

    hall = readings.take(session, OCTOBER, as_of=NOW)["hall"]

    assert (hall["repeated_share"].numerator, hall["repeated_share"].denominator) == (1, 3)
    assert hall["persons"].value == 2


def test_marked_repeats_are_counted_by_their_reason_from_the_moment_of_the_mark(
    session: Any,
) -> None:
    for reason, marked in (
        ("no_answer", "2026-10-09 04:00"), ("no_answer", "2026-10-09 04:00"),
        ("disagrees", "2026-10-09 04:00"), ("other_defect", "2026-12-09 04:00"), ("", None),
    ):  # fmt: skip
        appeal = add_case(session, "2026-10-08 04:00")
        appeal.repeat_reason, appeal.repeat_marked_at = reason, marked and at(marked)
    session.flush()

    hall = readings.take(session, OCTOBER, as_of=NOW)["hall"]

    repeats = ("repeats_no_answer", "repeats_disagreeing", "repeats_other_defect")
    assert [hall[code].value for code in repeats] == [2, 1, 0]


def test_a_merged_appeal_is_no_late_answer(session: Any) -> None:
    add_case(session, "2026-10-05 04:00", answered="2026-10-06 04:00")
    merged = add_case(session, "2026-10-06 04:00", closed="2026-10-07 04:00")
    merged.status = merged.claims[0].status = ClaimStatus.MERGED
    session.flush()

    share = readings.take(session, OCTOBER, as_of=NOW)["hall"]["on_time_of_received"]

    assert (share.numerator, share.denominator) == (1, 1)


def test_a_published_value_keeps_its_parts_base_moment_and_query(session: Any) -> None:
    some_cases(session)

    taken = measuring.take(session, OCTOBER, now=NOW)
    row = session.scalars(
        select(MeasureValue).where(
            MeasureValue.measuring_id == taken.id,
            MeasureValue.scope == "hall",
            MeasureValue.measure == "on_time",
        )
    ).one()

    assert (row.numerator, row.denominator, row.base, row.version) == (1, 3, "due", 1)
    assert row.query_hash == measuring.query_hash(measure("on_time"))
    assert len(row.query_hash) == 64
    assert measuring.newest(session, OCTOBER).as_of == NOW


def test_every_published_value_keeps_parts_base_moment_and_query(session: Any) -> None:
    some_cases(session)
    taken = measuring.take(session, OCTOBER, now=NOW)
    rows = session.scalars(select(MeasureValue).filter_by(measuring_id=taken.id)).all()

    assert taken.as_of == NOW
    assert {row.scope for row in rows} >= {"hall", "agencies", "agency:housing", "category:01"}
    assert {row.measure for row in rows if row.scope == "hall"} == set(catalogue().measures)
    for row in rows:
        known = measure(row.measure)
        assert row.numerator is not None, row.measure
        assert (row.denominator is None) == (not known.is_share and not known.over)
        assert row.base in catalogue().bases
        assert re.fullmatch("[0-9a-f]{64}", row.query_hash)
        if known.is_share and row.value is not None:
            assert row.value == row.numerator / row.denominator
            assert row.low <= row.value <= row.high


def test_two_languages_of_one_day_print_one_number(session: Any) -> None:
    first = measuring.of_today(session, OCTOBER, now=NOW)
    some_cases(session)

    assert measuring.of_today(session, OCTOBER, now=NOW + timedelta(hours=3)).id == first.id
    assert measuring.of_today(session, OCTOBER, now=NOW + timedelta(days=1)).id != first.id


def test_a_value_stands_beside_the_month_before_the_year_before_and_its_target(
    session: Any,
) -> None:
    for _ in range(40):
        add_case(session, "2026-10-05 04:00", answered="2026-10-20 04:00")
    for _ in range(40):
        add_case(session, "2026-09-05 04:00", due=date(2026, 9, 25))
    measuring.take(session, OCTOBER.before, now=NOW)
    taken = measuring.take(session, OCTOBER, now=NOW)

    beside = measuring.comparisons(session, taken)

    assert beside["on_time"].before.value == 0.0
    assert beside["on_time"].before_change is Change.ROSE
    assert beside["received"].before_change is Change.UNCLEAR
    assert beside["on_time"].year_ago is None
    assert beside["on_time"].target == 1.0


def test_a_day_keeps_the_hall_and_the_agencies_only(session: Any) -> None:
    add_case(session, "2026-10-05 04:00")
    day = periods.parse("2026-10-05")

    scopes = set(measuring.values(session, measuring.take(session, day, now=NOW)))

    assert scopes == {"hall", "agencies", "agency:housing"}


@pytest.mark.parametrize(
    ("text", "before", "a_year_ago"),
    [
        ("2026-11-24", "2026-11-23", "2025-11-25"),
        ("2026-W47", "2026-W46", "2025-W47"),
        ("2026-01-01--2026-11-24", "2025-01-01--2025-11-24", "2025-01-01--2025-11-24"),
        ("2024-01-01--2024-02-29", "2023-01-01--2023-02-28", "2023-01-01--2023-02-28"),
    ],
)
def test_with_which_periods_one_is_compared(text: str, before: str, a_year_ago: str) -> None:
    period = periods.parse(text)

    assert (period.before.name, period.a_year_ago.name) == (before, a_year_ago)


def test_a_filter_gives_the_numbers_of_its_part_alone(session: Any) -> None:
    from reports.counting import Choice

    add_case(session, "2026-10-05 04:00", agencies=("housing", "ecology"))
    add_case(session, "2026-10-06 04:00", district="almaly")

    found = readings.take(session, OCTOBER, as_of=NOW, only=Choice(agency="housing"))
    both = readings.take(
        session, OCTOBER, as_of=NOW, only=Choice(agency="housing", district="almaly")
    )

    assert found["hall"]["received"].value == 2
    assert set(found) & {"agency:housing", "agency:ecology"} == {"agency:housing"}
    assert found["district:medeu"]["received"].value == 1
    assert both["hall"]["received"].value == 1
    assert spans.of_period(
        session, "first_answer", OCTOBER, as_of=NOW, only=Choice(agency="ecology")
    ).keys() >= {"hall", "agency:ecology"}


def test_periods_that_ended_wait_until_they_are_measured(session: Any) -> None:
    today = date(2026, 11, 23)
    wanted = [period.name for period in measuring.due(session, today=today)]

    assert wanted == [
        "2026-11-22", "2026-W47", "2026-10", "2026-Q3", "2025", "2026-01-01--2026-11-22",
    ]  # fmt: skip
    measuring.take(session, OCTOBER, now=NOW)
    session.commit()
    assert "2026-10" not in [period.name for period in measuring.due(session, today=today)]
