"""Identification numbers: worked vectors, and what one wrong digit can and cannot hide."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agencies.errors import Invalid
from agencies.identity import Sex, check_digit, mask, read_number, read_phone

TODAY = date(2026, 11, 23)
VECTORS = [
    ("85052010001", 0),
    ("85052010011", 1),
    ("92111520001", 3),
    ("92111520040", 5),
    ("99014099010", 9),
    ("99014099000", 4),
]
SETTLED_IN_THE_SECOND_ROUND = ["85052010011", "92111520040", "99014099000"]
NEVER_ISSUED = ["85052010010", "99014099003"]

births = st.dates(date(1800, 1, 1), date(1899, 12, 31))
"""No living person has a number of these years."""
serials = st.integers(0, 9999)


def base_of(born, sex, serial):
    return f"{born:%y%m%d}{sex}{serial:04d}"


bases = st.builds(base_of, births, st.sampled_from("12"), serials)
numbers = bases.filter(lambda base: check_digit(base) is not None).map(
    lambda base: f"{base}{check_digit(base)}"
)


def complaint(text):
    with pytest.raises(Invalid) as refusal:
        read_number(text, today=TODAY)
    return refusal.value.fields["iin"]


@pytest.mark.parametrize(("base", "digit"), VECTORS)
def test_the_twelfth_digit_follows_from_the_eleven(base, digit):
    assert check_digit(base) == digit


@pytest.mark.parametrize("base", SETTLED_IN_THE_SECOND_ROUND)
def test_a_remainder_of_ten_is_counted_again_with_other_weights(base):
    first = sum(int(d) * n for n, d in enumerate(base, start=1)) % 11

    assert first == 10
    assert check_digit(base) is not None


@pytest.mark.parametrize("base", NEVER_ISSUED)
def test_a_number_that_is_never_issued_fails_with_every_last_digit(base):
    assert check_digit(base) is None
    for digit in range(10):
        assert "check digit" in complaint(f"{base}{digit}")


@given(numbers)
def test_a_right_number_tells_birth_and_sex(number):
    found = read_number(number, today=TODAY)

    assert found.digits == number
    assert not found.is_business
    assert f"{found.born_on:%y%m%d}" == number[:6]
    assert found.born_on.year // 100 == 18
    assert found.sex is (Sex.MALE if number[6] == "1" else Sex.FEMALE)


@given(numbers, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_settled_in_the_first_round_hides_only_at_the_eleventh_place(
    number, place, step
):
    """The eleventh digit weighs eleven, which is nothing modulo eleven."""
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assume(all(_first_round(n[:11]) < 10 for n in (number, wrong)))

    fits = check_digit(wrong[:11]) == int(wrong[11])

    assert fits == (place == 10)


@given(bases.filter(lambda base: _first_round(base) < 10))
def test_the_eleventh_digit_is_not_protected_at_all(base):
    assert {check_digit(base[:10] + digit) for digit in "0123456789"} == {check_digit(base)}


def _first_round(base):
    return sum(int(d) * n for n, d in enumerate(base, start=1)) % 11


@pytest.mark.parametrize("typed", ["850520 100 010", " 850520100010 ", "850520-100010"])
def test_blanks_and_dashes_do_not_matter(typed):
    assert read_number(typed, today=TODAY).digits == "850520100010"


@given(st.dates(date(1800, 1, 1), date(1809, 12, 31)), serials)
def test_leading_noughts_are_kept(born, serial):
    base = base_of(born, "1", serial)
    digit = check_digit(base)
    assume(digit is not None)

    assert read_number(f"{base}{digit}", today=TODAY).digits.startswith("0")


@pytest.mark.parametrize(
    "typed", ["", "85052010001", "8505201000100", "85052010001x", "８５０５２０１０００１０"]
)
def test_anything_but_twelve_digits_is_told_so(typed):
    assert "exactly 12 digits" in complaint(typed)


@pytest.mark.parametrize("head", ["851320", "850230", "850500"])
def test_a_day_that_the_calendar_does_not_have(head):
    base = next(b for b in (f"{head}1{n:04d}" for n in range(99)) if check_digit(b) is not None)

    assert "date of birth" in complaint(f"{base}{check_digit(base)}")


@pytest.mark.parametrize("century", ["7", "8", "9"])
def test_a_century_that_does_not_exist(century):
    base = next(
        b for b in (f"850520{century}{n:04d}" for n in range(99)) if check_digit(b) is not None
    )

    assert "date of birth" in complaint(f"{base}{check_digit(base)}")


def test_nobody_is_born_tomorrow():
    tomorrow = TODAY + timedelta(days=1)
    base = next(
        b for b in (base_of(tomorrow, "5", n) for n in range(99)) if check_digit(b) is not None
    )

    assert "future" in complaint(f"{base}{check_digit(base)}")


@pytest.mark.parametrize("number", ["990140990109", "990140990004"])
def test_a_business_number_has_neither_birth_nor_sex(number):
    found = read_number(number, today=TODAY)

    assert found.is_business
    assert (found.born_on, found.sex) == (None, None)


def test_a_number_without_a_century_is_taken_as_it_is():
    base = next(b for b in (f"8505200{n:04d}" for n in range(99)) if check_digit(b) is not None)

    found = read_number(f"{base}{check_digit(base)}", today=TODAY)

    assert (found.born_on, found.sex, found.is_business) == (None, None, False)


def test_a_masked_number_shows_the_birth_date_and_two_digits():
    assert mask("850520100010") == "850520••••10"
    assert mask("") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "+7 701 555 01 02",
        "8 (701) 555-01-02",
        "87015550102",
        "77015550102",
        "701 555 01 02",
    ],
)
def test_a_phone_number_is_kept_in_one_spelling(typed):
    assert read_phone(typed) == "+77015550102"


def test_the_city_code_is_a_phone_number_too():
    assert read_phone("8 (727) 300-00-00") == "+77273000000"


@pytest.mark.parametrize(
    "typed", ["abc", "123", "+7 501 555 01 02", "+1 701 555 01 02", "8701555010234"]
)
def test_a_wrong_phone_number_is_told_with_the_right_form(typed):
    with pytest.raises(Invalid) as refusal:
        read_phone(typed)

    assert "+7 7XX XXX XX XX" in refusal.value.fields["phone"]


@pytest.mark.parametrize("typed", ["", "  ", "—"])
def test_no_phone_number_is_no_mistake(typed):
    assert read_phone(typed) == ""
