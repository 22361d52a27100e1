"""Individual and business identification numbers: check digits, decoding, masking.

Source of the rules: two rounds of weights modulo 11, as in `docs/reference-data.md`. The eleventh
digit has weight 11 in the first round and so is not protected at all: a valid number proves
little, which is why the clerk is shown the decoded date of birth and sex.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agencies.errors import Invalid

FIRST_ROUND = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_ROUND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
BUSINESS_DIGITS = "456"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True)
class Identity:
    """A number that passed. A business number has neither birth date nor sex."""

    digits: str
    is_business: bool
    born_on: date | None = None
    sex: Sex | None = None


def read_number(text: str, *, today: date) -> Identity:
    """The number as typed, spaces allowed. Raises Invalid with what exactly is wrong with it."""
    digits = re.sub(r"[\s\-]", "", text)
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise _wrong("An IIN or BIN has exactly 12 digits. Leave it empty if there is none.")
    if check_digit(digits[:11]) != int(digits[11]):
        raise _wrong(
            "The check digit does not fit: at least one digit is mistyped. "
            "Compare it with the document, or leave it empty."
        )
    if digits[4] in BUSINESS_DIGITS:
        return Identity(digits, is_business=True)
    return Identity(digits, is_business=False, born_on=_birth_date(digits, today), sex=_sex(digits))


def check_digit(base: str) -> int | None:
    """The twelfth digit of eleven; None where such a number is never issued."""
    for weights in (FIRST_ROUND, SECOND_ROUND):
        remainder = sum(int(d) * w for d, w in zip(base, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def _birth_date(digits: str, today: date) -> date | None:
    century = 2000 if digits[6] == "0" else CENTURIES.get(digits[6])
    try:
        born = date((century or 0) + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        born = None
    if born is None or century is None:
        raise _wrong("The first digits of an IIN are a date of birth; this is not one.")
    if digits[6] == "0":  # some foreigners' numbers do not tell the century
        return None
    if born > today:
        raise _wrong("The date of birth in this IIN lies in the future.")
    return born


def _sex(digits: str) -> Sex | None:
    if digits[6] == "0":
        return None
    return Sex.MALE if digits[6] in "135" else Sex.FEMALE


def _wrong(message: str) -> Invalid:
    return Invalid({"iin": message})


def mask(digits: str) -> str:
    """`850520••••10`: enough to recognise, too little to use."""
    return f"{digits[:6]}••••{digits[10:]}" if digits else ""


def read_phone(text: str) -> str:
    """A Kazakhstan number as E.164, empty when empty. Raises Invalid."""
    digits = re.sub(r"[^\d]", "", text)
    if not any(sign.isalnum() for sign in text):
        return ""
    if len(digits) == 10:
        digits = "7" + digits
    if len(digits) == 11 and digits[0] in "78" and digits[1] in "67":
        return "+7" + digits[1:]
    raise Invalid({"phone": "Write the number as +7 7XX XXX XX XX, or leave it empty."})
