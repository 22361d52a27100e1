"""A historical line becomes facts exactly as the contract says, or is refused with its reason."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.appeals import ClaimStatus
from reception.cases import Unreadable, read_case

CLOSED = "Завершено: Пользователь удовлетворён"
IN_WORK = "Рассмотрение"
WHO = "Администрация района"
S = ClaimStatus


def on(day, kind, *rest):
    return [f"2020-11-{day:02d}T10:00:00", kind, *rest]


def instant(day):
    """Ten in the morning in Almaty, which then was six hours ahead."""
    return datetime(2020, 11, day, 4, 0, tzinfo=UTC)


def kinds(case):
    return [entry.kind for entry in case.entries]


def reason(text):
    with pytest.raises(Unreadable) as refusal:
        read_case(text)
    return str(refusal.value)


def test_local_time_is_the_time_of_almaty_on_that_day(line):
    before = read_case(line(events=[["2024-02-29T10:00:00", "received"]]))
    after = read_case(line(events=[["2024-03-01T10:00:00", "received"]]))

    assert before.received_at == datetime(2024, 2, 29, 4, 0, tzinfo=UTC)
    assert after.received_at == datetime(2024, 3, 1, 5, 0, tzinfo=UTC)


def test_a_case_that_was_only_received_is_with_its_agency_and_open(line):
    case = read_case(line())

    assert case.status is S.ROUTED
    assert (case.first_answer_at, case.answered_at, case.closed_at) == (None, None, None)
    assert case.text == "Содержание МКД. Грязно в парадной. Дом"


def test_a_usual_case_from_receipt_to_its_end(line):
    case = read_case(
        line(
            on(1, "status", "Модерация"),
            on(2, "status", IN_WORK),
            on(5, "answer", WHO, "final", None),
            on(6, "status", "Получен ответ"),
            on(9, "status", CLOSED),
        )
    )

    assert case.status is S.CLOSED
    assert case.first_answer_at == case.answered_at == instant(5)
    assert case.closed_at == instant(9)
    assert kinds(case) == ["status_noted", "status_noted", "answered", "status_noted", "closed"]


@pytest.mark.parametrize(
    ("said", "status"),
    [("Модерация", S.ROUTED), (IN_WORK, S.IN_WORK), (CLOSED, S.CLOSED), ("Завершено", S.CLOSED)],
)
def test_what_a_status_means(line, said, status):
    assert read_case(line(on(2, "status", said))).status is status


def test_the_closing_word_counts_only_at_the_beginning(line):
    case = read_case(line(on(2, "status", "Не Завершено")))

    assert case.closed_at is None


def test_only_a_last_status_closes(line):
    case = read_case(line(on(2, "status", CLOSED), on(3, "status", IN_WORK)))

    assert (case.status, case.closed_at) == (S.IN_WORK, None)


def test_the_last_of_two_closings_gives_the_time(line):
    case = read_case(line(on(2, "status", CLOSED), on(4, "status", CLOSED)))

    assert case.closed_at == instant(4)


def test_an_answer_after_the_closing_leaves_the_case_closed(line):
    case = read_case(line(on(2, "status", CLOSED), on(3, "answer", WHO, "final", None)))

    assert (case.status, case.closed_at, case.answered_at) == (S.CLOSED, instant(2), instant(3))


def test_a_reopening_after_the_closing_opens_the_case_and_keeps_the_first_answer(line):
    case = read_case(
        line(
            on(3, "answer", WHO, "final", None), on(4, "status", CLOSED), on(6, "reopened"),
        )
    )  # fmt: skip

    assert (case.status, case.reopenings) == (S.IN_WORK, 1)
    assert (case.closed_at, case.answered_at) == (None, None)
    assert case.first_answer_at == instant(3)


def test_a_case_reopened_and_closed_again_is_closed(line):
    case = read_case(
        line(
            on(4, "status", CLOSED), on(6, "reopened"), on(8, "answer", WHO, "final", None),
            on(9, "status", CLOSED),
        )
    )  # fmt: skip

    assert (case.status, case.closed_at, case.reopenings) == (S.CLOSED, instant(9), 1)


def test_an_interim_answer_is_the_first_answer_and_not_the_last(line):
    case = read_case(line(on(3, "answer", WHO, "interim", "30.11.2020")))

    assert (case.first_answer_at, case.answered_at) == (instant(3), None)
    assert case.status is S.ROUTED
    assert case.entries[-1].kind == "answered_interim"
    assert case.entries[-1].payload == {"body": WHO, "promised": "30.11.2020"}


def test_the_first_answer_is_of_either_sort(line):
    case = read_case(
        line(on(3, "answer", WHO, "interim", None), on(8, "answer", WHO, "final", None))
    )

    assert (case.first_answer_at, case.answered_at) == (instant(3), instant(8))


def test_a_redirection_counts_and_moves_the_deadline(line):
    case = read_case(
        line(
            on(3, "rerouted", WHO, "Дирекция", "10.11.2020", "17.11.2020"),
            on(5, "rerouted", "Дирекция", "Комитет", "17.11.2020", "20.11.2020"),
        )
    )

    assert case.redirections == 2
    assert case.due_on == date(2020, 11, 20)
    assert case.bodies == {WHO, "Дирекция", "Комитет"}
    assert case.entries[0].payload == {
        "before": WHO, "body": "Дирекция", "due_before": "10.11.2020", "due_on": "17.11.2020",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "due"),
    [
        ("10.11.2020", "17.11.2020", date(2020, 11, 17)),
        ("10.11.2020", None, date(2020, 11, 10)),
        ("10.11.2020", "31.02.2020", date(2020, 11, 10)),
        (None, None, None),
        ("soon", "later", None),
    ],
)
def test_the_newest_deadline_that_can_be_read_holds(line, old, new, due):
    assert read_case(line(on(3, "rerouted", WHO, "Дирекция", old, new))).due_on == due


def test_a_redirected_case_waits_for_the_receiver(line):
    case = read_case(line(on(2, "status", IN_WORK), on(3, "rerouted", WHO, "Дирекция", None, None)))

    assert case.status is S.ROUTED


def test_an_event_of_an_unknown_kind_is_kept_and_changes_nothing(line):
    plain = read_case(line(on(2, "status", IN_WORK)))
    more = read_case(line(on(2, "status", IN_WORK), on(3, "weighed", 5, {"a": 1})))

    assert more.status is plain.status
    assert more.entries[-1].kind == "noted"
    assert more.entries[-1].payload == {"source": "weighed"}


def test_a_changed_category_is_kept_as_such(line):
    assert kinds(read_case(line(on(3, "category_changed", "Дом", "Двор")))) == ["category_changed"]


def test_what_stands_before_the_receipt_is_kept_and_the_receipt_is_the_beginning(line):
    case = read_case(line(events=[on(1, "status", "Черновик"), on(2, "received"), on(3, "noted")]))

    assert case.received_at == instant(2)
    assert kinds(case) == ["status_noted", "noted"]


def test_the_first_of_two_receipts_counts(line):
    case = read_case(line(events=[on(5, "received"), on(2, "received")]))

    assert case.received_at == instant(2)


@given(
    st.permutations(
        [
            on(1, "received"),
            on(2, "status", IN_WORK),
            on(3, "answer", WHO, "final", None),
            on(4, "status", CLOSED),
            on(6, "reopened"),
        ]
    )
)
def test_the_order_of_the_file_does_not_matter_the_order_of_time_does(events):
    case = read_case(json.dumps({"id": "c1", "agency": "housing", "events": events}))

    assert kinds(case) == ["status_noted", "answered", "closed", "reopened"]
    assert (case.status, case.closed_at) == (S.IN_WORK, None)
    assert all(one.at <= two.at for one, two in zip(case.entries, case.entries[1:], strict=False))


happenings = st.sampled_from(
    [
        on(1, "status", IN_WORK),
        on(2, "status", CLOSED),
        on(3, "answer", WHO, "final", None),
        on(3, "answer", WHO, "interim", None),
        on(4, "reopened"),
        on(5, "status", CLOSED),
        on(6, "rerouted", WHO, "Дирекция", None, None),
        on(7, "other"),
    ]
)


@given(st.lists(happenings, max_size=8))
def test_a_closed_case_has_its_time_and_an_open_one_has_none(events):
    case = read_case(
        json.dumps({"id": "c1", "agency": "housing", "events": [on(1, "received"), *events]})
    )

    assert (case.closed_at is not None) == (case.status is S.CLOSED)
    assert len(case.entries) == len(events)
    assert case.first_answer_at is None or case.first_answer_at >= case.received_at
    assert case.answered_at is None or case.answered_at >= case.first_answer_at


def test_fields_that_are_missing_or_empty_are_empty(line):
    case = read_case(line(district=None, object=None, category="", reason=None, org=None))

    assert (case.district, case.text, case.bodies) == ("", "", set())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ("", "not JSON"),
        ("[]", "no list `events`"),
        ('{"id": "c1"}', "no list `events`"),
        ('{"id": "c1", "events": {}}', "no list `events`"),
        ('{"events": []}', "`id`"),
        ('{"id": 5, "events": []}', "`id`"),
        ('{"id": "", "events": []}', "`id`"),
        (f'{{"id": "{"c" * 25}", "events": []}}', "`id`"),
        ('{"id": "c1", "events": []}', "no `agency`"),
        ('{"id": "c1", "agency": "housing", "events": []}', "no event `received`"),
        ('{"id": "c1", "agency": "housing", "org": 5, "events": []}', "`org` must be text"),
        ('{"id": "c1", "agency": "housing", "events": [5]}', "an event is not"),
        ('{"id": "c1", "agency": "housing", "events": [["2020-10-18"]]}', "an event is not"),
    ],
)
def test_a_line_that_is_none_is_refused_with_its_reason(text, told):
    assert told in reason(text)


@pytest.mark.parametrize(
    "moment", ["18.10.2020", "2020-13-01T00:00:00", "", None, 5, "0001-01-01T00:00:00"]
)
def test_a_time_that_cannot_be_read_is_shown(line, moment):
    assert "time of an event cannot be read" in reason(line([moment, "status", "x"]))


@pytest.mark.parametrize("field", ["district", "category", "org", "agency"])
@pytest.mark.parametrize("character", ["\\u0000", "\\ud800"])
def test_a_character_that_cannot_be_kept_is_refused(line, field, character):
    text = line(**{field: "Дом?"}).replace("?", character)

    assert "character" in reason(text)


def test_a_time_with_its_own_zone_is_taken_at_its_word(line):
    case = read_case(line(events=[["2020-11-01T10:00:00+03:00", "received"]]))

    assert case.received_at == instant(1) + timedelta(hours=3)
