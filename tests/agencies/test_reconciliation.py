"""Both registers beside each other: a number that lacks, one twice, a file that differs."""

import io
from datetime import date

import pytest

from agencies import reconciliation
from agencies.errors import Invalid
from tests.make import make_appeal, make_officer, sign_in

DAY = "2026-11-23"
PAGE = "/register/reconciliation"


@pytest.fixture
def supervisor(session):
    return make_officer(session, "supervisor")


def numbered(session, number, by, now, **more):
    appeal = make_appeal(session, now=now, **more)
    reconciliation.set_number(appeal, number, by=by, now=now)
    session.commit()
    return appeal


def test_appeals_without_a_number_and_numbers_twice_are_listed(session, supervisor, now):
    bare = make_appeal(session, now=now)
    one, two = (numbered(session, "ЖТ-2026-1", supervisor, now) for _ in range(2))

    count, missing = reconciliation.unnumbered(session)
    assert (count, [a.number for a in missing]) == (1, [bare.number])
    assert reconciliation.twice(session) == [("ЖТ-2026-1", [one.number, two.number])]
    assert one.journal[-1].payload == {"number": "ЖТ-2026-1"}


def test_a_file_of_the_register_shows_each_sort_of_difference(session, supervisor, now):
    same = numbered(session, "ЖТ-1", supervisor, now)
    moved = numbered(session, "ЖТ-2", supervisor, now)
    lost = numbered(session, "ЖТ-3", supervisor, now)
    other = numbered(session, "ЖТ-4", supervisor, now)
    bare = make_appeal(session, now=now)
    text = "\n".join([
        "number;registered_on;our_number", f"ЖТ-1;{DAY};", "ЖТ-2;2026-11-24;",
        f"ЖТ-40;{DAY};{other.number}", f"ЖТ-5;{DAY};{bare.number.lower()}", f"ЖТ-6;{DAY};",
        f"ЖТ-1;{DAY};",
    ])  # fmt: skip
    lines = reconciliation.read_file(("\ufeff" + text).encode())

    found = reconciliation.compare(session, lines, keep=False, by=supervisor, now=now)

    assert (found.read, found.same, found.kept) == (6, 2, 0)
    assert {(d.what, d.ours, d.theirs) for d in found.differences} == {
        ("other_day", f"{moved.number}: {DAY}", "ЖТ-2: 2026-11-24"),
        ("other_number", other.number, "ЖТ-40"), ("no_number", bare.number, "ЖТ-5"),
        ("not_here", "", "ЖТ-6"), ("twice_there", "", "ЖТ-1"),
        ("not_there", lost.number, "ЖТ-3"), ("not_there", other.number, "ЖТ-4"),
    }  # fmt: skip
    assert same.eotinish_registered_on is None


def test_missing_numbers_are_written_down_once(session, supervisor, now):
    bare = make_appeal(session, now=now)
    lines = [reconciliation.Line("ЖТ-5", date(2026, 11, 23), bare.number)]

    first = reconciliation.compare(session, lines, keep=True, by=supervisor, now=now)
    again = reconciliation.compare(session, lines, keep=True, by=supervisor, now=now)

    assert (first.kept, first.same, first.differences) == (1, 1, ())
    assert (again.kept, again.same) == (0, 1)
    assert bare.eotinish_number == "ЖТ-5"
    assert [e.kind for e in bare.journal].count("numbered") == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"a,b\n1,2", b"number,registered_on\nA,2026-13-01",
     b"number,registered_on\n,2026-11-23", b"number,registered_on\nA",
     b"number,registered_on\n\0,x"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told(content):
    with pytest.raises(Invalid):
        reconciliation.read_file(content)


@pytest.mark.parametrize(
    ("lines", "where"),
    [(f"ЖТ-1,{DAY}\nЖТ-2,23.11.2026", "Line 3, column registered_on"),
     (f"ЖТ-1,{DAY}\nЖТ-2,{DAY}\n ,{DAY}", "Line 4, column number"),
     (f"ЖТ-1,{DAY}\nЖТ-2", "Line 3, column registered_on")],
)  # fmt: skip
def test_the_line_and_the_column_that_are_wrong_are_named(client, supervisor, lines, where):
    sign_in(client, supervisor)
    file = (io.BytesIO(f"number,registered_on\n{lines}".encode()), "egov.csv")

    shown = client.post(PAGE, data={"file": file}, headers={"Accept-Language": "en"})

    assert (shown.status_code, where in shown.text) == (422, True)


def test_supervision_keeps_a_number_and_compares_a_file(client, session, supervisor):
    appeal = make_appeal(session)
    sign_in(client, supervisor)

    wrong = client.post(f"{PAGE}/number", data={"number": "OA-2026-999999", "national": "ЖТ-9"})
    assert (wrong.status_code, "ЖТ-9" in wrong.text) == (422, True)
    form = {"number": appeal.number, "national": "ЖТ-9"}
    assert client.post(f"{PAGE}/number", data=form).status_code == 302
    file = (io.BytesIO(f"number,registered_on\nЖТ-10,{DAY}".encode()), "egov.csv")
    shown = client.post(PAGE, data={"file": file}, headers={"Accept-Language": "en"})
    assert "Only in the national register" in shown.text
    assert "Not in the file" in shown.text
    assert client.post(PAGE, data={}).status_code == 422
    assert "ЖТ-9" in client.get(f"/workspace/appeals/{appeal.number}").text
