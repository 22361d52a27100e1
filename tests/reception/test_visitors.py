"""The visitor's card: known again by the number, unreadable without the key."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from agencies.errors import Invalid
from agencies.identity import Sex
from agencies.sealing import Seal
from reception import visitors
from reception.visitors import Card, Visitor
from tests.make import FICTIONAL_IIN, IIN_KEY, make_appeal

SEAL = Seal.of(IIN_KEY)
TODAY = date(2026, 11, 23)
OTHER_IIN = "850520100010"


def admit(session, now, name="Ерлан Тасқынбаев", iin=FICTIONAL_IIN, **more):
    card = Card(name=name, iin=iin, **more)
    visitor = visitors.admit(session, card, language="kk", seal=SEAL, now=now)
    session.commit()
    return visitor


def test_a_card_is_checked_and_put_in_order():
    card = Card(
        name="  Ерлан   Тасқынбаев ", iin="850101 100 012", phone="8 701 555 01 02",
        address=" Абай көшесі, 1 ", email=" e@mail.test ",
    ).checked(today=TODAY)  # fmt: skip

    assert card == Card(
        name="Ерлан Тасқынбаев", iin="850101100012", phone="+77015550102",
        address="Абай көшесі, 1", email="e@mail.test",
    )  # fmt: skip


def test_a_card_may_hold_a_name_alone_or_nothing():
    assert Card(name="Айгүл").checked(today=TODAY) == Card(name="Айгүл")
    assert Card(name="").checked(today=TODAY) == Card(name="")


@pytest.mark.parametrize(
    ("field", "value"), [("iin", "850101100013"), ("iin", "12"), ("phone", "123"), ("email", "жоқ")]
)
def test_what_does_not_fit_is_told_by_field(field, value):
    with pytest.raises(Invalid) as refusal:
        Card(name="Айгүл", **{field: value}).checked(today=TODAY)

    assert set(refusal.value.fields) == {field}


def test_a_business_number_makes_an_organisation():
    assert Card(name="ЖШС", iin="990140990109").checked(today=TODAY).is_organisation
    assert not Card(name="Айгүл", iin=FICTIONAL_IIN).checked(today=TODAY).is_organisation


def test_who_comes_again_is_known_by_the_number(session, now):
    first = admit(session, now)
    again = admit(session, now + timedelta(days=30), name="Ерлан Тасқынбаев-Оразов")

    assert again.id == first.id
    assert (again.name, again.created_at) == ("Ерлан Тасқынбаев-Оразов", now)


def test_without_a_number_nobody_is_taken_for_another(session, now):
    one, two = admit(session, now, iin=""), admit(session, now, iin="")

    assert one.id != two.id
    assert (one.iin_sealed, one.iin_index, one.iin_mask) == (None, None, "")


def test_an_empty_field_does_not_wipe_out_what_was_known(session, now):
    admit(session, now, phone="+77015550102", address="Абай көшесі, 1")

    again = admit(session, now, phone="", address="Төле би көшесі, 2")

    assert (again.phone, again.address) == ("+77015550102", "Төле би көшесі, 2")


def test_no_column_of_the_database_shows_the_number(session, now):
    admit(session, now)
    make_appeal(session)

    for table in ("visitor", "applicant"):
        row = session.execute(text(f"SELECT * FROM {table} LIMIT 1")).one()
        assert FICTIONAL_IIN not in str(row)
        assert FICTIONAL_IIN.encode() not in row.iin_sealed
        assert SEAL.open(row.iin_sealed) == FICTIONAL_IIN
        assert row.iin_mask == "850101••••12"


def test_a_number_is_found_with_the_key_of_this_hall_alone(session, now):
    visitor = admit(session, now)

    assert visitors.find(session, FICTIONAL_IIN, seal=SEAL).id == visitor.id
    assert visitors.find(session, OTHER_IIN, seal=SEAL) is None
    assert visitors.find(session, FICTIONAL_IIN, seal=Seal.of("another key")) is None


def test_an_appeal_keeps_what_was_stated_on_its_day(session, now):
    appeal = make_appeal(session, now=now)

    admit(session, now + timedelta(days=30), name="Ерлан Оразов")

    session.expire_all()
    assert appeal.applicant.name == "Ерлан Тасқынбаев"
    assert session.scalar(select(func.count()).select_from(Visitor)) == 1


def test_earlier_appeals_of_the_person_come_newest_first(session, now):
    days = [now - timedelta(days=n) for n in (30, 10, 20)]
    made = {moment: make_appeal(session, now=moment).number for moment in days}
    make_appeal(session, applicant={"name": "Басқа адам", "iin": OTHER_IIN}, now=now)

    found = visitors.earlier_appeals(session, FICTIONAL_IIN, seal=SEAL)
    newest = visitors.earlier_appeals(session, FICTIONAL_IIN, seal=SEAL, most=1)

    assert [appeal.number for appeal in found] == [made[day] for day in sorted(days, reverse=True)]
    assert [appeal.number for appeal in newest] == [made[max(days)]]


def test_the_clerk_reads_birth_and_sex_aloud():
    found = visitors.decoded(FICTIONAL_IIN, today=TODAY)

    assert (found.born_on, found.sex) == (date(1885, 1, 1), Sex.MALE)
